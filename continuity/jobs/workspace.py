"""Takes in the workspace: ``shots/<folder>/<shot>/<key, 12 hex>/`` and the index of the current ones.

The folders only grow: superseded takes and losers stay until ``continuity takes prune``. Which takes
the present plan means is said by an index beside each folder, ``shots/generated.json`` and so on. The
next stage depends on the index, which holds every clip's SHA-256, and not on the folder: a plan put
back to older words has its older index again, so nothing after it runs (docs/decisions/0004).
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from continuity.errors import MediaError, ProjectError
from continuity.files import damaged, read_json, sha256_file, write_json
from continuity.jobs.store import Store, Stored
from continuity.request import Request

Folder = Literal["generated", "transferred", "repaired"]
FOLDERS: tuple[Folder, ...] = ("generated", "transferred", "repaired")
SHORT = 12  # hex digits of a key that name a take's folder
RECORDED = ("key", "request", "provider", "model", "job_id", "cost_usd", "created_at", "sha256", "seconds")
MADE_BY = {"generated": "generate", "transferred": "motion-transfer", "repaired": "repair"}


@dataclass(frozen=True)
class SpokenLine:
    """A line as it was spoken: where it starts and ends in its shot, in seconds, and its sound file."""

    character: str
    voice: str
    text: str
    start: float
    end: float
    off_screen: bool
    path: str  # relative to the project
    sha256: str


@dataclass(frozen=True)
class Take:
    """A current take. ``clip`` is relative to the project; ``of`` is the key of the take it was made from."""

    shot: str
    folder: Folder
    key: str
    sha256: str
    seconds: float
    clip: str
    of: str | None = None
    notes: dict[str, Any] = field(default_factory=dict)  # a repair's scores before and after

    @property
    def short(self) -> str:
        return self.key[:SHORT]


def take_folder(root: Path, folder: Folder, shot: str, key: str) -> Path:
    return root / "shots" / folder / shot / key[:SHORT]


def place(stored: Stored, target: Path, name: str, record: str = "take.json") -> Path:
    """Copy a stored result and its record into the folder ``target``; appears whole or not at all.

    A folder that already holds these very bytes is left alone, so that DVC sees no change.
    """
    file = target / name
    if (there := record_of(target, name, record)) and (there["key"], there["sha256"]) == (stored.key, stored.sha256):
        return file
    making = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.tmp")
    making.mkdir(parents=True)
    try:
        shutil.copyfile(stored.path, making / name)
        write_json(making / record, {k: v for k, v in stored.record.items() if k != "file"})
        if target.exists():
            shutil.rmtree(target)
        os.replace(making, target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return file


def adopt(request: Request, target: Path, name: str, store: Store, record: str = "take.json") -> None:
    """Tell the store of a result that is in the workspace alone, as after ``git clone`` and ``dvc pull``."""
    there = record_of(target, name, record)
    if there and there["key"] == request.key and store.find(request.key) is None:
        store.adopt(target / name, there)


def record_of(folder: Path, name: str, record: str = "take.json") -> dict[str, Any] | None:
    """The record in a take's folder, when it is whole and the file beside it has the bytes that it states."""
    file = folder / name
    if not file.is_file():
        return None
    try:
        entry = read_json(folder / record, "dvc repro", *RECORDED)
    except ProjectError:
        return None
    return entry if entry["sha256"] == sha256_file(file) else None


def take_of(root: Path, folder: Folder, shot: str, stored: Stored, of: str | None = None, **notes: Any) -> Take:
    """Place a stored clip as a take of ``shot``."""
    clip = place(stored, take_folder(root, folder, shot, stored.key), "clip.mp4")
    return Take(
        shot, folder, stored.key, stored.sha256, stored.record["seconds"], clip.relative_to(root).as_posix(), of, notes
    )


def write_index(
    root: Path, folder: Folder, takes: dict[str, list[Take]], lines: dict[str, list[SpokenLine]] | None = None
) -> None:
    """``shots/<folder>.json``: the current takes of each shot, in the order they were asked for."""
    shots = {
        shot: {
            "takes": [asdict(take) for take in takes[shot]],
            **({"lines": [asdict(x) for x in lines[shot]]} if lines else {}),
        }
        for shot in takes
    }
    write_json(root / "shots" / f"{folder}.json", {"shots": shots})


def read_index(root: Path, folder: Folder) -> dict[str, list[Take]]:
    """Current takes by shot. Raises ProjectError when the stage has not run."""
    path, made_by = root / "shots" / f"{folder}.json", f"dvc repro {MADE_BY[folder]}"
    index = read_json(path, made_by, "shots")
    try:
        return {shot: [Take(**take) for take in entry["takes"]] for shot, entry in index["shots"].items()}
    except (AttributeError, KeyError, TypeError):
        raise damaged(path, made_by) from None


def read_lines(root: Path) -> dict[str, list[SpokenLine]]:
    """The spoken lines of each shot, as generate placed them."""
    path, made_by = root / "shots" / "generated.json", "dvc repro generate"
    index = read_json(path, made_by, "shots")
    try:
        return {shot: [SpokenLine(**line) for line in entry.get("lines", [])] for shot, entry in index["shots"].items()}
    except (AttributeError, TypeError):
        raise damaged(path, made_by) from None


def current_takes(root: Path) -> dict[str, list[Take]]:
    """All current takes of each shot, from the three folders together."""
    together: dict[str, list[Take]] = {}
    for folder in FOLDERS:
        for shot, takes in read_index(root, folder).items():
            together.setdefault(shot, []).extend(takes)
    return together


def clip_of(root: Path, take: Take) -> Path:
    """The take's file. Raises MediaError naming the shot when it is not there."""
    path = root / take.clip
    if not path.is_file():
        raise MediaError(
            f"{take.shot}: {take.clip} is missing; `dvc pull` or `dvc checkout` brings it back, `dvc repro -f "
            f"{MADE_BY[take.folder]}` makes it again"
        )
    return path


def recorded_keys(root: Path) -> set[str]:
    """The key of everything that the workspace records as made: library, lines and takes, superseded ones too."""
    shots, keys = root / "shots", set()
    for path in (*shots.glob("*/*/*/take.json"), *shots.glob("*/*/lines/*/line.json")):
        with suppress(ProjectError):
            keys.add(str(read_json(path, "dvc pull", "key")["key"]))
    with suppress(ProjectError, KeyError, TypeError):
        listing = read_json(root / "assets" / "library" / "library.json", "dvc repro design", "items")
        keys |= {str(item["key"]) for item in listing["items"].values()}
    return keys


def folders_on_disk(root: Path) -> Iterator[tuple[Folder, str, Path]]:
    """Every take folder in the workspace, current or not: (folder, shot, path)."""
    for folder in FOLDERS:
        for record in sorted((root / "shots" / folder).glob("*/*/take.json")):
            yield folder, record.parent.parent.name, record.parent
