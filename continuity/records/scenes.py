"""What is around the characters, as the evidence holds it: props, places and wardrobes of takes, and their calibration.

All of it may be missing: earlier versions did not write it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from continuity.records.fields import Moment, Name, Number, Record, Role

Box = Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(min_length=4, max_length=4)]


class Grown(Record):
    """What is unknown here is kept as it was read."""

    model_config = ConfigDict(extra="allow")


class ScoredThingFrame(Grown):
    t: Moment
    found: bool
    identity: Number | None = None
    z: Number | None = None
    box: Box | None = None
    pixels: Number | None = None


class ScoredThing(Grown):
    prop: Role
    identity: Number | None
    identity_p05: Number | None
    z: Number | None
    z_p05: Number | None
    coverage: Number
    verdict: Literal["kept", "doubtful", "changed", "missing", "no verdict"]
    reason: str = ""
    sure: bool = False
    frames: list[ScoredThingFrame]


class ScoredPlaceFrame(Grown):
    t: Moment
    seen: Number
    identity: Number | None = None
    z: Number | None = None
    margin: Number | None = None
    time_margin: Number | None = None
    box: Box | None = None


class ScoredPlace(Grown):
    location: Role
    identity: Number | None
    identity_p05: Number | None
    z: Number | None
    z_p05: Number | None
    coverage: Number
    margin: Number | None
    time_margin: Number | None
    nearest: Role | None
    verdict: Literal["kept", "doubtful", "changed", "elsewhere", "other time", "no verdict"]
    reason: str = ""
    sure: bool = False
    frames: list[ScoredPlaceFrame]


class ScoredWardrobe(Grown):
    wardrobe: str
    identity: Number
    margin: Number | None
    nearest: str | None
    verdict: Literal["kept", "doubtful", "changed", "no verdict"]
    reason: str = ""


class ScoredScene(Grown):
    props: list[ScoredThing] = Field(default_factory=list)
    place: ScoredPlace | None = None
    wardrobes: dict[Name, ScoredWardrobe] = Field(default_factory=dict)
    fails: list[str] = Field(default_factory=list)


class Scale(Grown):
    """What all calibrations share; a look's has more (`evidence.Calibrated`)."""

    floor: Number
    ceiling: Number
    threshold: Number | None
    error: Number | None
    same: list[Number]
    different: list[Number]
    calibrated_on: str
    no_verdict: str = ""


class CalibratedThing(Grown):
    scale: Scale
    missed: Number
    mistaken: Number | None
    absent: Number | None


class CalibratedPlace(Grown):
    scale: Scale
    other_time: Number | None


class CalibratedScenes(Grown):
    props: dict[Role, CalibratedThing] = Field(default_factory=dict)
    locations: dict[Role, CalibratedPlace] = Field(default_factory=dict)
