"""Reading and writing whole files, so that a crash leaves the old file or the new one, never half."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from continuity import temporaries
from continuity.errors import MediaError, ProjectError

NO_SUCH_PROMISE = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM, errno.EBADF}  # some network drives

_CACHED = re.compile(r"/files/md5/[0-9a-f]{2}/[0-9a-f]{30}$")  # how DVC names what it keeps


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hex digits. Raises MediaError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MediaError(
            f"{path}: cannot be read ({error.strerror}); restore it, for example with `dvc pull`"
        ) from error


def shown(name: os.PathLike[str] | str) -> str:
    """A file's name as text that can be printed and stored; bytes that are no UTF-8 appear as ``\\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def stay_inside(folder: Path) -> None:
    """Raise ProjectError when ``folder`` lies in a project by its name, and by a link on the way to it elsewhere."""
    place = Path(os.path.normpath(folder.absolute()))  # without ``..``
    projects = [above for above in (place, *place.parents) if (above / "dvc.yaml").is_file()]
    real = place.resolve() if projects else place
    if not all(real.is_relative_to(project.resolve()) for project in projects):
        raise ProjectError(
            f"{folder} is a link that leads out of the project, where nothing is written; put a folder in its place"
        )


def inside(root: Path, name: str) -> Path:
    """The file ``name`` of the project at ``root``. Raises ProjectError when a link leads it elsewhere.

    A link into DVC's cache is the file itself, wherever that cache lies.
    """
    path = root / name
    real, home = path.resolve(), root.resolve()
    linked = path.is_symlink() and _CACHED.search(real.as_posix()) and path.parent.resolve().is_relative_to(home)
    if not linked and not real.is_relative_to(home):
        raise ProjectError(f"{name} is a link that leads out of the project; put the file itself in its place")
    return path


def set_aside(path: Path) -> Path:
    """Rename a file that a person has edited to a free name beside it, ``clip.edited-1.mp4``; returns that."""
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.stem}.edited-{number}{path.suffix}")):
        number += 1
    path.rename(aside)
    return aside


def write_bytes(path: Path, data: bytes) -> None:
    """Write through a temporary neighbour and rename: readers see the old bytes or the new, after a power cut too.

    A link in the place of the file is replaced, never followed. Raises ProjectError for a folder that leads out of the
    project.
    """
    stay_inside(path.parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporaries.beside(path)
    try:
        temporary.write_bytes(data)
        settle(temporary)
        os.replace(temporary, path)
        settle(path.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error  # a message names the file that was meant
    finally:
        temporary.unlink(missing_ok=True)


def settle(path: Path) -> None:
    """Have the disk itself hold what ``path``, a file or a folder, holds now. Folders cannot be settled on Windows.

    A rename may reach the disk before the bytes that it names. What money depends on is settled before it is renamed,
    and its folder after that.
    """
    folder = path.is_dir()
    if folder and os.name == "nt":
        return
    number = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if not folder or error.errno not in NO_SUCH_PROMISE:
            raise
    finally:
        os.close(number)


def write_text(path: Path, text: str) -> None:
    """UTF-8 text, written whole or not at all."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """Indented JSON with a final newline, stable across runs so that Git shows real changes only."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def remove_superseded(folder: Path, before: Iterable[str], now: Iterable[str]) -> None:
    """Delete the files of ``folder`` that an earlier run wrote, ``before``, and this one did not, ``now``.

    Names are relative to ``folder``. Nothing else in it is touched, and no link is followed.
    """
    for name in set(before) - set(now):
        path = folder / name
        if path.parent.resolve().is_relative_to(folder.resolve()) and path.is_file() and not path.is_symlink():
            path.unlink()
