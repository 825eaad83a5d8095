"""Takes in the workspace: ``shots/<folder>/<shot>/<key, 12 hex>/`` and the index of the current ones.

The folders only grow: superseded takes and losers stay until ``continuity takes prune``. Which takes
the present plan means is said by an index beside each folder, ``shots/generated.json`` and so on. The
next stage depends on the index, which holds every clip's SHA-256, and not on the folder: a plan put
back to older words has its older index again, so nothing after it runs (docs/decisions/0004).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from continuity import temporaries
from continuity.errors import MediaError, ProjectError
from continuity.files import inside, set_aside, sha256_file, stay_inside, write_bytes, write_json
from continuity.jobs.store import Stored
from continuity.plan.schema import Sound
from continuity.records import indexes
from continuity.records.fields import SHORT, short
from continuity.records.indexes import FOLDERS, MADE_BY, Folder
from continuity.records.library import read_listing
from continuity.records.results import read_result

AGAIN = "again"  # notes of a repair: the keys of further attempts that gave the very same bytes, a space between
LAST_FRAME = "last-frame.png"  # beside the clip of a take that another shot starts from


@dataclass(frozen=True)
class SpokenLine:
    """A line as it was spoken: where it starts and ends in its shot, in seconds, and its sound file.

    One that nobody speaks (a subtitle, or what a recording holds) has no file.
    """

    character: str
    voice: str | None
    text: str
    start: float
    end: float
    off_screen: bool
    path: str = ""  # relative to the project
    sha256: str = ""
    sound: Sound | None = None  # how it goes with footage

    @property
    def in_take(self) -> bool:
        """Whether it should be heard in the take's own sound."""
        return self.sound == "recorded" or (self.sound is None and not self.off_screen)

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


@dataclass(frozen=True)
class Made:
    """A finished result: its file (in the workspace, or in the store when nothing was placed) and its record."""

    file: Path
    record: dict[str, Any]

    @property
    def key(self) -> str:
        return str(self.record["key"])

    @property
    def sha256(self) -> str:
        return str(self.record["sha256"])

    @property
    def seconds(self) -> float:
        return float(self.record["seconds"])


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
    notes: dict[str, Any] = field(default_factory=dict)  # a repair's attempt and method

    @property
    def short(self) -> str:
        return self.key[:SHORT]

    @property
    def further_attempts(self) -> list[str]:
        """Keys of further repairs that gave these very bytes, and of the performances made for them."""
        return str(self.notes.get(AGAIN) or "").split()


def take_folder(root: Path, folder: Folder, shot: str, key: str) -> Path:
    return root / "shots" / folder / shot / key[:SHORT]


def place(stored: Stored, target: Path, name: str, record: str = "take.json") -> Path:
    """Copy a stored result and its record into the folder ``target``; each file appears whole or not at all.

    A folder that already holds these very bytes is left alone, so that DVC sees no change. A file with other bytes, as
    one that was edited by hand, is set aside and named; whatever else lies in the folder stays.
    Raises ProjectError when the folder is a link out of the project.
    """
    file = target / name
    if (there := record_of(target, name, record)) and (there["key"], there["sha256"]) == (stored.key, stored.sha256):
        return file
    stay_inside(target)
    kept = {k: v for k, v in stored.record.items() if k != "file"}
    if not target.exists():
        making = temporaries.beside(target)
        making.mkdir(parents=True)
        try:
            shutil.copyfile(stored.path, making / name)
            write_json(making / record, kept)
            os.replace(making, target)
        finally:
            shutil.rmtree(making, ignore_errors=True)
        return file
    if not (file.is_file() and sha256_file(file) == stored.sha256):
        if file.is_file() and file.stat().st_size:
            print(f"note {file} is not what was made; it is kept as {set_aside(file)}")
        write_bytes(file, stored.path.read_bytes())
        file.with_name(LAST_FRAME).unlink(missing_ok=True)  # of the clip that was there
    write_json(target / record, kept)
    return file


def record_of(folder: Path, name: str, record: str = "take.json") -> dict[str, Any] | None:
    """The record in a take's folder, when it is whole, is of that take, and the file has the bytes that it states."""
    file = folder / name
    if not file.is_file():
        return None
    try:
        stay_inside(folder)
        entry = read_result(folder / record, "dvc repro")
        same = entry.seconds is not None and entry.sha256 == sha256_file(file)
    except (ProjectError, MediaError):
        return None
    return entry.as_json() if same and short(entry.key) == folder.name else None


def take_of(
    root: Path, folder: Folder, shot: str, made: Made, of: str | None = None, notes: dict[str, Any] | None = None
) -> Take:
    """A result that lies in its place as a take of ``shot``."""
    clip = take_folder(root, folder, shot, made.key) / "clip.mp4"
    return Take(shot, folder, made.key, made.sha256, made.seconds, clip.relative_to(root).as_posix(), of, notes or {})


def add_once(takes: list[Take], take: Take) -> Take:
    """Add a mended take of a shot, and return it as it is indexed.

    One with the bytes of another is that one: it notes the keys of the further attempt, and what they cost together.
    """
    for place, other in enumerate(takes):
        if other.sha256 != take.sha256:
            continue
        if take.key not in (other.key, *other.further_attempts):
            made = [take.key, *filter(None, [take.notes.get("performance")])]
            notes = {**other.notes, AGAIN: " ".join(map(str, [*other.further_attempts, *made]))}
            if "price_usd" in notes:
                notes["price_usd"] = round(notes["price_usd"] + take.notes["price_usd"], 6)
            takes[place] = replace(other, notes=notes)
        return takes[place]
    takes.append(take)
    return take


def performance_beside(root: Path, shot: str, key: str) -> Take | None:
    """A further performance, which lies among the transferred takes of its shot and in no index; None without one."""
    folder = take_folder(root, "transferred", shot, key)
    entry = record_of(folder, "clip.mp4") if key else None
    if entry is None or entry["key"] != key:
        return None
    clip = (folder / "clip.mp4").relative_to(root).as_posix()
    return Take(shot, "generated", key, entry["sha256"], float(entry["seconds"]), clip)


def made_of(root: Path, take: Take) -> Made:
    """A take as what it was made as. Raises as `clip_of`."""
    return Made(clip_of(root, take), {"key": take.key, "sha256": take.sha256, "seconds": take.seconds})


def write_index(
    root: Path, folder: Folder, takes: dict[str, list[Take]], lines: dict[str, list[SpokenLine]] | None = None
) -> None:
    """``shots/<folder>.json``: the current takes of each shot, in the order they were asked for."""
    shots = {
        shot: {
            "takes": [asdict(take) for take in takes[shot]],
            **({"lines": [line.to_json() for line in lines[shot]]} if lines else {}),
        }
        for shot in takes
    }
    write_json(root / "shots" / f"{folder}.json", {"shots": shots})


def read_index(root: Path, folder: Folder) -> dict[str, list[Take]]:
    """Current takes by shot. Raises ProjectError when the stage has not run, or its index is damaged."""
    index = indexes.read_index(root, folder)
    return {shot: [Take(**dict(take)) for take in entry.takes] for shot, entry in index.shots.items()}


def read_lines(root: Path) -> dict[str, list[SpokenLine]]:
    """The spoken lines of each shot, as generate placed them."""
    index = indexes.read_index(root, "generated")
    return {
        shot: [SpokenLine(**{"voice": None, **line.model_dump(exclude_none=True)}) for line in entry.lines]
        for shot, entry in index.shots.items()
    }


def current_takes(root: Path) -> dict[str, list[Take]]:
    """All current takes of each shot, from the three folders together."""
    together: dict[str, list[Take]] = {}
    for folder in FOLDERS:
        for shot, takes in read_index(root, folder).items():
            together.setdefault(shot, []).extend(takes)
    return together


def clip_of(root: Path, take: Take) -> Path:
    """The take's file. Raises MediaError naming the shot when it is not there, ProjectError when it is elsewhere."""
    path = inside(root, take.clip)
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
            keys.add(read_result(path, "dvc pull").key)
    with suppress(ProjectError):
        keys |= {item.key for item in read_listing(root / "assets" / "library" / "library.json").items.values()}
    return keys


def folders_on_disk(root: Path) -> Iterator[tuple[Folder, str, Path]]:
    """Every take folder in the workspace, current or not: (folder, shot, path). No link is followed."""
    for folder in FOLDERS:
        for record in sorted((root / "shots" / folder).glob("*/*/take.json")):
            if not any(place.is_symlink() for place in (record.parent, *record.parent.parents[:3])):
                yield folder, record.parent.parent.name, record.parent
