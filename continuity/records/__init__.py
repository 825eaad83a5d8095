"""What arrives in JSON: one strict, typed reader for every file that Continuity writes and reads again.

Such a file may come from a stranger's repository, an older version, a merge or a broken disk. It is checked here, in
one place, before anything acts on it: keys are 64 hex digits and the hash of the request beside them, paths follow
from ids and keys and stay in the project, numbers are finite. Anything else is a ProjectError that names the file
and the way out.
"""
