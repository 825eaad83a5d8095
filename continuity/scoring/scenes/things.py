"""Props as scoring compares with them: what finds each, and its vectors at the resolutions at which frames show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from continuity.scoring.encoders import Encoder
from continuity.scoring.encoders.base import cosines, unit
from continuity.scoring.encoders.colour import lab_thirds
from continuity.scoring.heads.bank import at_side
from continuity.scoring.heads.light import without_light
from continuity.scoring.heads.locate import Statistics, crop
from continuity.scoring.places import Window
from continuity.scoring.references.subjects import Picture, read_picture
from continuity.scoring.scenes.cutouts import Cutout
from continuity.scoring.scenes.finding import Finder

SIDES = (32, 64, 128, 256)  # pixels: square root of a prop's area
TURNS = (-20.0, 0.0, 20.0)  # degrees at which its pictures are compared
MOST_PICTURES = 4

Arrays = dict[str, np.ndarray]
Likeness = tuple[int, float]  # side and best cosine


@dataclass(frozen=True)
class Thing:
    """One prop. ``rows[side]`` (n, d): its pictures, turned and mirrored, before plain grey, as `_joined` vectors;
    ``colours`` (n, 1089) `lab_thirds` of the same."""

    finder: Finder
    rows: Mapping[int, np.ndarray]
    colours: np.ndarray

    @classmethod
    def of(cls, cutouts: Sequence[Cutout], statistics: Statistics, encoder: Encoder) -> Thing:
        versions = [one.turned(degrees) for one in cutouts for degrees in TURNS]
        pictures = [one.on_grey() for version in versions for one in (version, version.mirrored())]
        rows = {side: _joined([at_side(picture, side) for picture in pictures], encoder) for side in SIDES}
        return cls(Finder.of(cutouts, statistics), rows, np.stack([lab_thirds(picture) for picture in pictures]))

    def likeness(self, vector: np.ndarray, side: int) -> float:
        """The best cosine to any picture at that resolution, clipped at 0."""
        return float(max(0.0, cosines(self.rows[side], vector[None]).max()))

    def to_arrays(self) -> Arrays:
        rows = {f"rows {side}": rows for side, rows in self.rows.items()}
        return {**self.finder.to_arrays(), **rows, "colours": self.colours}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Thing:
        rows = {side: arrays[f"rows {side}"] for side in SIDES}
        return cls(Finder.from_arrays(arrays), rows, arrays["colours"])


def cutouts_of(pictures: Sequence[Picture]) -> list[Cutout]:
    """The things in pictures of one prop. Raises MediaError."""
    return [Cutout.of(read_picture(picture.path)) for picture in pictures[:MOST_PICTURES]]


def pictures_of(props: Mapping[str, Picture], role: str) -> list[Picture]:
    """All pictures of one prop: its own, and those in a folder of its name (``props/letter/back``)."""
    return [picture for name, picture in props.items() if name == role or name.startswith(f"{role}/")]


def prop_of(role: str) -> str:
    """The prop that a picture shows: ``props/letter`` of ``props/letter/back``."""
    return "/".join(role.split("/")[:2])


def pixels_of(window: Window, picture: np.ndarray) -> float:
    """Square root of a window's area in pixels of the frame."""
    x0, y0, x1, y1 = window.box
    return float(((x1 - x0) * picture.shape[1] * (y1 - y0) * picture.shape[0]) ** 0.5)


def likenesses(
    things: Sequence[Thing], pictures: Sequence[np.ndarray], windows: Sequence[Window], encoder: Encoder
) -> list[Likeness]:
    """Of each window in each picture with its thing, the light taken off, at the resolution of the picture."""
    crops, sides = [], []
    for thing, picture, window in zip(things, pictures, windows, strict=True):
        cut = crop(picture, window)
        sides.append(nearest_side((cut.shape[0] * cut.shape[1]) ** 0.5))
        crops.append(without_light(at_side(cut, sides[-1]), thing.colours))
    return [
        (side, thing.likeness(vector, side))
        for thing, vector, side in zip(things, _joined(crops, encoder), sides, strict=True)
    ]


def nearest_side(pixels: float) -> int:
    return min(SIDES, key=lambda side: abs(np.log(side / max(pixels, 1.0))))


def _joined(pictures: Sequence[np.ndarray], encoder: Encoder) -> np.ndarray:
    """(n, d) unit vectors, half the encoder's, half colour: hue tells props apart more than it does heads."""
    if not pictures:
        return np.zeros((0, 1), np.float32)
    colours = np.stack([lab_thirds(picture) for picture in pictures])
    return unit(np.concatenate([encoder.embed(pictures), colours], axis=1))
