"""Files of another revision of the project: from Git, or from DVC's cache or remote.

DVC reads them through half a dozen libraries, each with errors of its own. They become ours here, by one table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from continuity.errors import ProjectError

_NOT_WHOLE = (
    "{rev} is not whole in any cache or remote that can be reached: {error}; `dvc pull` from its remote first, or `dvc "
    "fetch --all-commits`. What came before this is kept"
)
_UNREADABLE = "revision {rev} cannot be read: {error}; `git log --oneline` lists revisions"
_DRIVE = "{rev}: {error}; free room or mend the rights, then run again. What came before this is kept"


def _table() -> list[tuple[tuple[type[Exception], ...], str]]:
    """Which errors mean what; the first that fits counts. Imported when needed: DVC takes a second to load."""
    from dvc.exceptions import DvcException, FileMissingError, FileTransferError, NoOutputInExternalRepoError
    from dvc_data.hashfile.tree import TreeError
    from dvc_data.index.index import DataIndexError, StorageError
    from dvc_objects.errors import ObjectDBError, ObjectFormatError
    from dvc_objects.fs import errors as remotes
    from scmrepo.exceptions import SCMError

    return [
        ((DataIndexError, StorageError, ObjectDBError, ObjectFormatError, TreeError), _NOT_WHOLE),
        ((FileMissingError, FileTransferError, NoOutputInExternalRepoError, FileNotFoundError), _NOT_WHOLE),
        ((remotes.AuthError, remotes.ConfigError, remotes.RemoteMissingDepsError), _NOT_WHOLE),
        ((DvcException, SCMError), _UNREADABLE),
        ((ConnectionError, TimeoutError), _NOT_WHOLE),
        ((OSError,), _DRIVE),
        ((Exception,), _UNREADABLE),  # Git libraries end on odd words in odd ways
    ]


@contextmanager
def _ours(rev: str) -> Iterator[None]:
    try:
        yield
    except ProjectError:
        raise
    except Exception as error:
        words = next(words for kinds, words in _table() if isinstance(error, kinds))
        said = " ".join(str(error).split()) or type(error).__name__
        raise ProjectError(words.format(rev=repr(rev), error=said)) from error


class Revision:
    """A commit, branch, tag or experiment of the project at ``root``. Every method raises ProjectError."""

    def __init__(self, root: Path, rev: str) -> None:
        if not rev.strip():
            raise ProjectError("no revision is named; give a commit, branch, tag or experiment (`git log --oneline`)")
        self.rev = rev
        with _ours(rev):
            from dvc.api import DVCFileSystem

            self._files: Any = DVCFileSystem(str(root), rev=rev)
            self._files.ls("/", detail=False)  # the revision is looked up now, not at the first file
            self.commit = str(self._files.repo.get_rev())

    def glob(self, pattern: str) -> list[Path]:
        """Paths relative to the project, sorted."""
        with _ours(self.rev):
            return sorted(Path(path) for path in self._files.glob(pattern))

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where the revision has no such file."""
        with _ours(self.rev):
            try:
                self._files.info(path)  # `exists` takes every error for absence
            except FileNotFoundError:
                return None
            data: bytes = self._files.read_bytes(path)
            return data

    def fetch(self, path: str, target: Path) -> None:
        """Copy a file to ``target``."""
        with _ours(self.rev):
            self._files.get_file(path, str(target))
