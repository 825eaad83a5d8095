"""What is around the characters of one take, as scores: its props, its place, what its characters wear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in shares of the frame, 0 to 1

KEPT, DOUBTFUL, CHANGED, MISSING, ELSEWHERE, OTHER_TIME, NO_VERDICT = (
    "kept",
    "doubtful",
    "changed",
    "missing",
    "elsewhere",
    "other time",
    "no verdict",
)


PLAINLY = 0.5  # of the threshold: what lies between it and this is doubtful, as with traits


def by_threshold(z_p05: float, threshold: float) -> str:
    """Kept, doubtful or changed, by the worst moment."""
    return KEPT if z_p05 >= threshold else DOUBTFUL if z_p05 >= PLAINLY * threshold else CHANGED


@dataclass(frozen=True)
class ThingFrame:
    """One sampled frame of a prop. ``pixels``: square root of the box's area, in pixels of the frame."""

    t: float
    found: bool
    identity: float | None = None
    z: float | None = None
    box: Box | None = None
    pixels: int | None = None


@dataclass(frozen=True)
class ThingScore:
    """One prop in one take. ``reason``: why there is no verdict; ``sure``: the verdict may decide about the take."""

    prop: str  # the library role
    identity: float | None
    identity_p05: float | None
    z: float | None
    z_p05: float | None
    coverage: float  # frames where it was found / frames sampled
    verdict: Literal["kept", "doubtful", "changed", "missing", "no verdict"]
    reason: str = ""
    sure: bool = False
    frames: list[ThingFrame] = field(default_factory=list)


@dataclass(frozen=True)
class PlaceFrame:
    """One sampled frame of a location. ``seen``: the share of it that the cast does not cover; the rest None below
    the least share. ``box``: what part of the plate it shows."""

    t: float
    seen: float
    identity: float | None = None
    z: float | None = None
    margin: float | None = None
    time_margin: float | None = None
    box: Box | None = None


@dataclass(frozen=True)
class PlaceScore:
    """The location of one take. ``margin`` is against plates of other locations, ``time_margin`` against plates of the
    same one at other times; ``nearest`` is the role of the plate that it is likest, its own included."""

    location: str  # the library role
    identity: float | None
    identity_p05: float | None
    z: float | None
    z_p05: float | None
    coverage: float  # mean share of the frames that the background is visible in
    margin: float | None
    time_margin: float | None
    nearest: str | None
    verdict: Literal["kept", "doubtful", "changed", "elsewhere", "other time", "no verdict"]
    reason: str = ""
    sure: bool = False
    frames: list[PlaceFrame] = field(default_factory=list)


@dataclass(frozen=True)
class WardrobeScore:
    """What one character wears: ``identity`` of the wardrobe that the shot names, its ``margin`` over the best other
    one of the character's, and the ``nearest`` of all by name; ``verdict`` says whether that is the one named."""

    wardrobe: str
    identity: float
    margin: float | None
    nearest: str | None
    verdict: Literal["kept", "doubtful", "changed", "no verdict"]
    reason: str = ""


@dataclass(frozen=True)
class SceneScore:
    """All of it. ``fails`` names, in words, what fails the take; empty unless the scorer lets scenes decide."""

    props: list[ThingScore] = field(default_factory=list)
    place: PlaceScore | None = None
    wardrobes: dict[str, WardrobeScore] = field(default_factory=dict)  # by character
    fails: list[str] = field(default_factory=list)

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> SceneScore:
        """From `dataclasses.asdict`; of None, what was written before scenes were scored: nothing."""
        if value is None:
            return cls()
        place = value.get("place")
        return cls(
            [
                ThingScore(**{**one, "frames": [ThingFrame(**_boxed(frame)) for frame in one["frames"]]})
                for one in value.get("props", ())
            ],
            None
            if place is None
            else PlaceScore(**{**place, "frames": [PlaceFrame(**_boxed(frame)) for frame in place["frames"]]}),
            {id: WardrobeScore(**one) for id, one in value.get("wardrobes", {}).items()},
            list(value.get("fails", ())),
        )


def _boxed(frame: Mapping[str, Any]) -> dict[str, Any]:
    return {**frame, "box": tuple(frame["box"]) if frame.get("box") else None}
