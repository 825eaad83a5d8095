"""Half-made files: named so that a later run can tell whose they are, and sweep what killed runs left behind.

A process that writes holds one lock as long as it lives, and the name of that lock is part of the name of everything
that it has in the making. The system lets go of the lock however the process ends, so nothing goes by clocks, or by
process ids, which a container hands out again. A project's locks lie in ``.dvc/tmp/continuity``, the store's in
``<store>/.owners``.
"""

from __future__ import annotations

import atexit
import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import BaseFileLock

OWNERS = ".owners"  # the store's folder of locks
HOMES = {".dvc": Path(".dvc", "tmp", "continuity"), OWNERS: Path(OWNERS)}  # what marks a project, a store: its locks
PLACES = ("assets", "shots", "reports")  # what stages write in a project, beside files at its top
ENDING = ".lock"
PATIENCE_SECONDS = 10.0  # for a lock that another process takes for abandoned just as it is being made

_numbers = count()
_held: dict[tuple[int, Path], tuple[str, BaseFileLock]] = {}


def beside(path: Path) -> Path:
    """A hidden name in the same folder, which a rename can replace atomically."""
    home, owner = _home(path.parent.absolute()), ""
    if home is not None:
        with suppress(OSError):  # a project that cannot be written: the write itself will say so
            owner = owner_in(home)
    return path.with_name(f".{path.stem}.{owner or uuid.uuid4().hex[:12]}-{next(_numbers)}.tmp{path.suffix}")


@cache
def _home(folder: Path) -> Path | None:
    """Where the project or store around ``folder`` keeps its locks; None elsewhere, where nothing is swept."""
    for place in (folder, *folder.parents):
        for mark, home in HOMES.items():
            if (place / mark).is_dir():
                return place / home
    return None


def owner_in(home: Path) -> str:
    """This process's name among the locks in ``home``, 12 hex digits; its lock is taken on first use.

    Raises OSError when it cannot be.
    """
    from filelock import FileLock

    mine = os.getpid(), home
    if mine not in _held:
        home.mkdir(parents=True, exist_ok=True)
        owner = uuid.uuid4().hex[:12]
        lock = FileLock(home / f"{owner}{ENDING}", thread_local=False)
        lock.acquire(timeout=PATIENCE_SECONDS)
        _held[mine] = owner, lock
    return _held[mine][0]


def is_held(home: Path, owner: str) -> bool:
    """Whether the process of that name lives. One that has no lock does not."""
    path = home / f"{owner}{ENDING}"
    if not path.is_file():
        return False
    if lock := _taken(path):
        lock.release()
    return lock is None


def _taken(path: Path) -> BaseFileLock | None:
    """The lock at ``path``, now ours; None when a process holds it, this one included."""
    from filelock import FileLock, Timeout

    if any(path.stem == owner for owner, _ in _held.values()):
        return None
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(blocking=False)
    except (Timeout, OSError):
        return None
    return lock


def _remove(path: Path, lock: BaseFileLock) -> None:
    """Remove a lock that is held: before letting go of it where the system allows that, so that none is in between."""
    with suppress(OSError):
        path.unlink()
    with suppress(OSError):
        lock.release()
    with suppress(OSError):
        path.unlink()  # Windows: only now


@atexit.register
def _let_go() -> None:
    for (process, home), (owner, lock) in list(_held.items()):
        if process == os.getpid():
            _remove(home / f"{owner}{ENDING}", lock)


def sweep(root: Path, places: Sequence[str]) -> int:
    """Remove what killed runs left half made in the project or store ``root``; returns how many files and folders.

    Looks at its top and through ``places``, only when a run was killed, and touches only what bears that run's name.
    """
    home, swept = _home(root.absolute()), 0
    for path in sorted(home.glob(f"*{ENDING}")) if home else ():
        if lock := _taken(path):
            swept += sum(_swept(left) for left in [*_half_made(root, places, path.stem)])
            _remove(path, lock)
    return swept


def _half_made(root: Path, places: Sequence[str], owner: str) -> Iterator[Path]:
    def is_left(name: str) -> bool:
        return name.startswith(".") and f".{owner}-" in name and ".tmp" in name

    yield from (path for path in root.iterdir() if is_left(path.name))
    for place in places:
        for folder, folders, files in os.walk(root / place):
            yield from (Path(folder, name) for name in (*folders, *files) if is_left(name))
            folders[:] = [name for name in folders if not is_left(name)]


def _swept(left: Path) -> bool:
    try:
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()
    except OSError:  # another process has swept it
        return False
    return True
