"""``shots/cuts/cuts.json``: the episodes as they were cut."""

from __future__ import annotations

from pathlib import Path

from pydantic import ConfigDict, Field

from continuity.records.fields import Moment, Name, Number, Record, Seconds, Sha256
from continuity.records.reading import read

_IN_CUTS = r"^shots/cuts/[a-z][a-z0-9-]*"


class CutPiece(Record):
    model_config = ConfigDict(extra="allow")

    shot: Name
    start: Moment
    seconds: Seconds
    copied: bool
    why: str = ""
    loudness_lufs: Number | None = None
    gain_db: Number | None = None


class Cut(Record):
    model_config = ConfigDict(extra="allow")

    title: str
    path: str = Field(pattern=_IN_CUTS + r"\.mp4$")
    poster: str = Field(pattern=_IN_CUTS + r"\.(jpg|png)$")
    srt: str = Field(pattern=_IN_CUTS + r"\.srt$")
    sha256: Sha256 | None = None
    seconds: Seconds
    loudness_lufs: Number | None = None
    loudness_before_lufs: Number | None = None
    shots: list[CutPiece]


class Cuts(Record):
    episodes: dict[Name, Cut]


def read_cuts(path: Path) -> Cuts:
    """Raises ProjectError when nothing has been cut yet, or the file is damaged."""
    return read(path, Cuts, "dvc repro assemble", in_dvc=True)
