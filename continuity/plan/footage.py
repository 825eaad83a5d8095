"""Takes made elsewhere, found by name: ``assets/footage/<shot>.mp4``, ``<shot>-2.mov``, ``<shot>_take3.webm``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path("assets") / "footage"
ENDINGS = (".mp4", ".mov", ".webm", ".mkv")


def matching(shot_id: str, folder: Path) -> list[Path]:
    """A shot's takes in ``folder`` by file name, in order of their number; without a number comes first."""
    name = re.compile(rf"{re.escape(shot_id)}(?:[-_ ](?:take)?[-_ ]?(\d+))?", re.IGNORECASE)
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        match = name.fullmatch(path.stem)
        if match and path.suffix.lower() in ENDINGS and path.is_file():
            found.append((int(match[1] or 0), path.name, path))
    return [path for _, _, path in sorted(found)]


def add_found(root: Path, composed: dict[str, Any]) -> None:
    """Write the files found for a shot into its composed mapping, as if it named them under ``footage``.

    A shot that names its footage is left as it is. Raises MediaError naming a file that cannot be read.
    """
    folder = root / FOLDER
    if not folder.is_dir():
        return
    for id, shot in _shots(composed.get("series")):
        if not shot.get("footage") and (files := matching(id, folder)):
            shot["footage"] = [_span(path, root) for path in files]


def _span(path: Path, root: Path) -> dict[str, Any]:
    """The whole file: its own length is the take's."""
    from continuity.media.reading import OWN_FILE, probe, way_out

    with way_out(OWN_FILE):
        return {"file": path.relative_to(root).as_posix(), "seconds": round(probe(path).seconds, 3)}


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
