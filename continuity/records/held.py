"""``held/<anchor>/<key>.json`` in the store: how well one take held one character, and which model made it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from continuity.plan.schema import Kind
from continuity.records.fields import Name, Number, Record, Sha256
from continuity.records.reading import read

Share = Annotated[float, Field(ge=0, le=1)]
Project = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class HeldRecord(Record):
    """``z`` is the mean of scaled identity over the frames in which it was found, None where there was none."""

    version: Literal[1] = 1
    key: Sha256
    character: Name
    provider: str
    model: str  # as its service calls it
    kind: Kind
    form: Sha256  # of the form in which its card wrote the request
    shown: bool  # whether the model was shown pictures of the character
    judge: str
    encoder: str
    z: Number | None
    coverage: Share
    passed: bool | None
    project: Project  # where it was scored


def read_held(path: Path) -> HeldRecord:
    """Raises ProjectError for a file that is no such record."""
    return read(path, HeldRecord, "dvc repro consistency-score")
