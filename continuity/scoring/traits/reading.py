"""From pictures with located heads to readings of traits, the scene's light taken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from continuity.scoring.encoders.colour import lab_thirds
from continuity.scoring.encoders.traits import Reading, trait_reader
from continuity.scoring.heads.light import NEUTRAL, Light, light_taken_off, lit
from continuity.scoring.heads.locate import crop
from continuity.scoring.places import Window
from continuity.scoring.traits.windows import GREY, Seen, figure_seen, head_seen

SIDES = (48, 96, 192, 384)  # pixels, square root of a head's area: references are read as frames show them
BATCH = 8  # crops per pass

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Shown:
    """A picture, RGB uint8, and the window of the character's head in it: x0, y0, x1, y1 in shares of the picture."""

    picture: np.ndarray
    box: Box


@dataclass(frozen=True)
class Look:
    """The references of one look as the reader sees them.

    ``readings``: by side in pixels, one per reference. ``colours`` (n, 1089): `lab_thirds` of the heads, by which the
    light of a frame is judged.
    """

    readings: dict[int, list[Reading]]
    colours: np.ndarray


def read_look(references: Sequence[Shown]) -> Look:
    """Read the references at every side. Raises ValueError without any."""
    if not references:
        raise ValueError("a look without a reference has no traits")
    colours = np.stack([lab_thirds(_head(shown)) for shown in references])
    readings = {}
    for side in SIDES:
        readings[side] = read([at_side(shown, side) for shown in references], None)
    return Look(readings, colours)


def read(pictures: Sequence[Shown], colours: np.ndarray | None) -> list[Reading]:
    """One reading per picture; ``colours`` of the look's references say what its light is, None: neutral."""
    found: list[Reading] = []
    for start in range(0, len(pictures), BATCH):
        heads, figures = [], []
        for shown in pictures[start : start + BATCH]:
            light = NEUTRAL if colours is None else light_taken_off(_head(shown), colours)
            heads.append(_under(head_seen(shown.picture, shown.box), light))
            figures.append(_under(figure_seen(shown.picture, shown.box), light))
        found += trait_reader().read(heads, figures)
    return found


def side_of(shown: Shown) -> float:
    """The square root of a head's area in pixels."""
    height, width = shown.picture.shape[:2]
    x0, y0, x1, y1 = shown.box
    return float(max(1.0, (x1 - x0) * width * (y1 - y0) * height) ** 0.5)


def nearest_side(shown: Shown) -> int:
    """Of `SIDES`, the one at which references compare with this picture."""
    return min(SIDES, key=lambda side: abs(np.log(side / side_of(shown))))


def at_side(shown: Shown, side: int) -> Shown:
    """The picture made smaller until its head has that side; never enlarged."""
    factor = side / side_of(shown)
    if factor >= 1:
        return shown
    height, width = shown.picture.shape[:2]
    size = max(8, round(width * factor)), max(8, round(height * factor))
    return replace(shown, picture=cv2.resize(shown.picture, size, interpolation=cv2.INTER_AREA))


def _head(shown: Shown) -> np.ndarray:
    return crop(shown.picture, Window(shown.box, 0.0))


def _under(seen: Seen, light: Light) -> tuple[np.ndarray, np.ndarray, float]:
    picture = lit(seen.picture, light)
    if not seen.inside.all():
        picture = picture.copy()
        picture[~seen.inside] = GREY
    return picture, seen.inside, seen.scale
