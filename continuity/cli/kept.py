"""Which camera files are versioned nowhere, and which would make Git heavy: part of ``continuity check``."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

from continuity.clutter import lies_in_clutter
from continuity.plan.footage import ENDINGS, FOLDER, POINTER
from continuity.plan.sections import MASTERS

HEAVY_MB = 10  # of one picture or sound: a hundred such, each in a few versions, and a clone takes minutes


def remarks(root: Path) -> Iterator[str]:
    """A sentence for each file under ``assets/footage`` and ``assets/masters`` that neither Git nor DVC keeps, or that
    Git would keep though it is large. Without Git there is nothing to say."""
    files = [
        path.relative_to(root)
        for folder in (FOLDER, Path(MASTERS))
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and not lies_in_clutter(path.relative_to(root / folder)) and not _with_dvc(root, path)
    ]
    in_git = _in_git(root)
    if in_git is None:
        return
    for file in files:
        megabytes = (root / file).stat().st_size / 1e6
        if file.suffix.lower() in ENDINGS and file.as_posix() not in in_git:
            yield f"{file.as_posix()} is kept by nobody, since Git leaves clips out; run `dvc add {_quoted(file)}`"
        elif megabytes > HEAVY_MB and file.as_posix() not in in_git:
            yield (
                f"{file.as_posix()} is {megabytes:.0f} MB, which `git add -A` would put into Git for good; "
                f"run `dvc add {_quoted(file)}` before"
            )


def _with_dvc(root: Path, path: Path) -> bool:
    """Whether DVC keeps a file, or a folder that it lies in; its own pointers are Git's."""
    places = [path, *path.parents]
    above = places[: places.index(root)]
    return path.suffix == POINTER or any(place.with_name(f"{place.name}{POINTER}").is_file() for place in above)


def _in_git(root: Path) -> set[str] | None:
    """The tracked files of both folders; None where there is no Git, or no repository."""
    command = ["git", "ls-files", "-z", "--", FOLDER.as_posix(), MASTERS]
    try:
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return set(listed.stdout.decode("utf-8", "surrogateescape").split("\0"))


def _quoted(file: Path) -> str:
    return shlex.quote(file.as_posix())
