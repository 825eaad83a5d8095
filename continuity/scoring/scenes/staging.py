"""Props and places photographed again: what frames show of them when nothing has changed, and when something has.

As for heads (`scoring.staging`): two pictures of a library resemble each other more than one resembles a frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from continuity.scoring.scenes.cutouts import Cutout
from continuity.scoring.staging import FRAME_HEIGHT, blocks, compress, in_256ths, light_of

SHARES = (0.055, 0.09, 0.15, 0.28)  # of the frame's height, square root of the prop's area: from afar to close up
TURNED = 22.0  # degrees either way, at most
HELD = 0.6  # share of staged frames in which fingers cover a part of it
SOFT = 0.02  # of its extent: the deviation of the blur, at most
SHADED = 0.12  # of its light, from its middle to its edge, at most in each direction
FRAMINGS = (1.0, 1.25, 1.6)  # how much nearer than its plate a place is seen
OUT_OF_FOCUS = (0.3, 1.0, 2.2)  # pixels at `FRAME_HEIGHT`, for each of the framings
RECOLOURED = (  # channels in another order, and 256ths of each that are left: what is white takes a colour too
    ((1, 2, 0), (170, 256, 200)),
    ((2, 0, 1), (256, 180, 215)),
    ((2, 1, 0), (180, 195, 256)),
)
STRETCHED = (0.62, 1.6)  # width over height, times its own

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class StagedThing:
    """A frame with one prop in it; ``box`` in shares."""

    frame: np.ndarray
    box: Box


@dataclass(frozen=True)
class StagedPlace:
    """A frame of a place with somebody before it; ``heads`` are boxes in shares."""

    frame: np.ndarray
    heads: tuple[Box, ...]


def stage_thing(thing: Cutout, plates: Sequence[np.ndarray], seed: int) -> list[StagedThing]:
    """One frame for each of `SHARES`, each before another plate (`scaled_plate`), as filmed, turned and mirrored.

    Without plates: a grey wall.
    """
    random = np.random.default_rng(seed)
    wall = np.full((FRAME_HEIGHT, FRAME_HEIGHT * 16 // 9, 3), 128, np.uint8)
    return [
        _staged(thing, plates[int(random.integers(len(plates)))] if plates else wall, share, random) for share in SHARES
    ]


def _staged(thing: Cutout, plate: np.ndarray, share: float, random: np.random.Generator) -> StagedThing:
    turned = thing.turned(float(random.uniform(-TURNED, TURNED)))
    turned = turned.mirrored() if random.random() < 0.5 else turned
    frame = plate.copy()
    height, width = frame.shape[:2]
    own_high, own_wide = thing.mask.shape  # the size is the thing's own, however it is turned
    factor = share * FRAME_HEIGHT / (own_high * own_wide) ** 0.5
    high, wide = (max(6, round(n * factor)) for n in turned.mask.shape)
    high, wide = min(high, height - 16), min(wide, width - 16)
    small = _as_filmed(cv2.resize(turned.picture, (wide, high), interpolation=cv2.INTER_AREA), random)
    x, y = int(random.integers(8, width - wide - 7)), int(random.integers(8, height - high - 7))
    edge = cv2.GaussianBlur(cv2.resize(turned.mask, (wide, high), interpolation=cv2.INTER_AREA), (3, 3), 0)
    alpha = in_256ths(edge)[..., None]
    behind = frame[y : y + high, x : x + wide].astype(np.float32)
    lit = small * light_of(frame, random)
    frame[y : y + high, x : x + wide] = np.clip(lit * alpha + behind * (1 - alpha), 0, 255).astype(np.uint8)
    compress(frame[blocks(y, y + high), blocks(x, x + wide)])
    return StagedThing(frame, (x / width, y / height, (x + wide) / width, (y + high) / height))


def _as_filmed(picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Float32: a little soft, lit from one side, and, three times in five, with fingers over an edge of it."""
    high, wide = picture.shape[:2]
    if random.random() < HELD:
        angle = random.uniform(0, 2 * np.pi)
        middle = round(wide * (0.5 + 0.4 * np.cos(angle))), round(high * (0.5 + 0.4 * np.sin(angle)))
        extent = max(1, round(0.26 * wide)), max(1, round(0.26 * high))
        colour = [int(value) for value in random.integers((120, 70, 50), (250, 210, 190))]
        picture = cv2.ellipse(picture, middle, extent, 0, 0, 360, colour, cv2.FILLED)
    soft = cv2.GaussianBlur(picture, (0, 0), 0.3 + SOFT * float(random.uniform(0, 1)) * (high * wide) ** 0.5)
    across = np.linspace(-1, 1, wide)[None] * random.uniform(-1, 1) + np.linspace(-1, 1, high)[
        :, None
    ] * random.uniform(-1, 1)
    return soft.astype(np.float32) * in_256ths(random.uniform(0.8, 1.05) + SHADED * across)[..., None]


def distorted(thing: Cutout) -> Iterator[Cutout]:
    """The prop as something else: in other hues, wider and narrower."""
    for order, parts in RECOLOURED:
        other = thing.picture[..., order].astype(np.uint16) * np.array(parts, np.uint16) >> 8
        yield Cutout(other.astype(np.uint8), thing.mask)
    high, wide = thing.mask.shape
    for factor in STRETCHED:
        yield thing.sized(max(8, round(wide * factor**0.5)), max(8, round(high / factor**0.5)))


def stage_place(plate: np.ndarray, seed: int, times: int) -> list[list[StagedPlace]]:
    """``times`` groups of one frame for each of `FRAMINGS`: a part of the plate, in other light, with heads."""
    random = np.random.default_rng(seed)
    return [
        [_seen(plate, zoom, blur, random) for zoom, blur in zip(FRAMINGS, OUT_OF_FOCUS, strict=True)]
        for _ in range(times)
    ]


def _seen(plate: np.ndarray, zoom: float, blur: float, random: np.random.Generator) -> StagedPlace:
    height, width = plate.shape[:2]
    high, wide = round(height / zoom / 1.03), round(width / zoom / 1.03)
    x, y = int(random.integers(0, width - wide + 1)), int(random.integers(0, height - high + 1))
    seen = cv2.resize(plate[y : y + high, x : x + wide], (width, height), interpolation=cv2.INTER_LINEAR)
    seen = cv2.GaussianBlur(seen, (0, 0), blur)
    gains = in_256ths(
        random.uniform(0.9, 1.08) * np.array([1, 1, 1]) + random.uniform(-0.04, 0.04) * np.array([1, 0, -1])
    )
    frame = np.clip(seen.astype(np.float32) * gains, 0, 255).astype(np.uint8)
    tall = (0.1, 0.24, 0.42)[FRAMINGS.index(zoom)]  # a head's share of the height: wide, medium, close-up
    heads = []
    for _ in range(1 + (zoom < FRAMINGS[-1] and random.random() < 0.5)):
        half = 0.45 * tall * height / width
        middle, top = random.uniform(0.25, 0.75), random.uniform(0.1, 0.3)
        heads.append((middle - half, top, middle + half, top + tall))
    return StagedPlace(frame, tuple(heads))
