"""What is current: ``shots/{generated,transferred,repaired}.json``, and what is chosen: ``shots/selects.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from continuity.errors import ProjectError
from continuity.records.fields import Inside, Moment, Name, Number, Record, Seconds, Sha256, short
from continuity.records.reading import parse, read

Folder = Literal["generated", "transferred", "repaired"]
FOLDERS: tuple[Folder, ...] = ("generated", "transferred", "repaired")
MADE_BY = {"generated": "generate", "transferred": "motion-transfer", "repaired": "repair"}


class IndexedTake(Record):
    """A current take; its clip lies where its key says."""

    shot: Name
    folder: Folder
    key: Sha256
    sha256: Sha256
    seconds: Seconds
    clip: Inside
    of: Sha256 | None = None
    notes: dict[str, bool | int | Number | str | None] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _in_its_place(self) -> IndexedTake:
        check_clip(self.clip, self.folder, self.shot, self.key)
        return self


class IndexedLine(Record):
    """A line; where it is spoken, its sound lies in its shot's folder."""

    character: Name
    voice: Name | None = None
    text: str
    start: Moment
    end: Moment
    off_screen: bool
    path: str | None = Field(default=None, pattern=r"^shots/generated/[a-z0-9-]+/lines/[0-9a-f]{12}/line\.wav$")
    sha256: Sha256 | None = None
    sound: Literal["dub", "subtitle", "recorded"] | None = None

    @model_validator(mode="after")
    def _spoken_has_sound(self) -> IndexedLine:
        spoken = self.sound not in ("subtitle", "recorded")
        if {self.path is not None, self.sha256 is not None, spoken} == {True, False}:
            raise PydanticCustomError("line", "a spoken line has a sound file, and one that is only written has none")
        return self


class IndexedShot(Record):
    takes: list[IndexedTake]
    lines: list[IndexedLine] = Field(default_factory=list)


class Index(Record):
    shots: dict[Name, IndexedShot]

    @model_validator(mode="after")
    def _by_shot(self) -> Index:
        for shot, entry in self.shots.items():
            if any(take.shot != shot for take in entry.takes):
                raise PydanticCustomError("shot", "a take of another shot stands under {shot}", {"shot": shot})
            if any(line.path and line.path.split("/")[2] != shot for line in entry.lines):
                raise PydanticCustomError("shot", "a line of another shot stands under {shot}", {"shot": shot})
        return self


class Select(Record):
    key: Sha256
    folder: Folder
    clip: Inside
    sha256: Sha256
    seconds: Seconds
    reason: str


class Selects(Record):
    shots: dict[Name, Select]

    @model_validator(mode="after")
    def _in_their_places(self) -> Selects:
        for shot, select in self.shots.items():
            check_clip(select.clip, select.folder, shot, select.key)
        return self


def check_clip(clip: str, folder: str, shot: str, key: str) -> None:
    """Raise PydanticCustomError unless ``clip`` is where a take of that key lies."""
    if clip != f"shots/{folder}/{shot}/{short(key)}/clip.mp4":
        raise PydanticCustomError("clip", "the clip of {shot} is not where its key says", {"shot": shot})


def read_index(root: Path, folder: Folder) -> Index:
    """Raises ProjectError when the stage has not run, or its index is damaged."""
    path, made_by = root / "shots" / f"{folder}.json", f"dvc repro {MADE_BY[folder]}"
    index = read(path, Index, made_by)
    if any(take.folder != folder for entry in index.shots.values() for take in entry.takes):
        raise ProjectError(f"{path} lists takes of another folder; restore it with Git or run `{made_by}` again")
    return index


def read_selects(path: Path) -> Selects:
    """Raises ProjectError when nothing has been selected yet, or the file is damaged."""
    return read(path, Selects, "dvc repro select")


def parse_selects(data: bytes, name: str, way_out: str) -> Selects:
    """As `read_selects`, for bytes that came another way."""
    return parse(data, Selects, name, way_out)
