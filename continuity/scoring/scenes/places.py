"""A frame's background against a location's plate: the part of the plate that it shows, the cast's columns left out.

Compared by the picture encoder, the scene's light left on: a time of day is part of a place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np

from continuity.scoring.encoders import Encoder
from continuity.scoring.scenes.staging import FRAMINGS

BODY_WIDTH = 3.0  # head widths that a body may cover
SIDE = 256  # pixels each way, as the encoder gets a frame
STEP = 16  # of `SIDE`: what is covered is widened to whole steps, so that frames of a quiet shot share one plate
SMALL = (48, 27)  # width and height at which the part of the plate is looked for
NEARER = 0.02  # correlation that a nearer framing must gain: without evidence the plate is compared whole
GREY = 128
MOST_KEPT = 200  # vectors of a plate's parts

Box = tuple[float, float, float, float]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass
class Plate:
    """A location's picture, RGB uint8; what was embedded of it is kept while the object lives."""

    picture: np.ndarray
    _rows: dict[tuple[Box, bytes], np.ndarray] = field(default_factory=dict)

    @cached_property
    def small(self) -> np.ndarray:
        """Grey uint8 of `SMALL`."""
        return _small(self.picture)

    def part(self, box: Box, covered: np.ndarray) -> np.ndarray:
        """(SIDE, SIDE, 3): the part that a frame shows, greyed where the frame is covered."""
        height, width = self.picture.shape[:2]
        x0, y0, x1, y1 = (round(v * n) for v, n in zip(box, (width, height, width, height), strict=True))
        part = cv2.resize(self.picture[y0:y1, x0:x1], (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        part[covered] = GREY
        return part

    def rows(self, wanted: Sequence[tuple[Box, np.ndarray]], encoder: Encoder) -> np.ndarray:
        """(n, d) vectors of these parts."""
        keys = [(box, np.packbits(covered).tobytes()) for box, covered in wanted]
        if len(self._rows) > MOST_KEPT:
            self._rows.clear()
        new = {key: one for key, one in zip(keys, wanted, strict=True) if key not in self._rows}
        self._rows |= zip(new, encoder.embed([self.part(*one) for one in new.values()]), strict=True)
        return np.stack([self._rows[key] for key in keys])


@dataclass(frozen=True)
class Background:
    """A frame without its cast: ``covered`` (SIDE, SIDE) bool; ``seen``, the share that is not."""

    picture: np.ndarray
    covered: np.ndarray

    @classmethod
    def of(cls, picture: np.ndarray, heads: Sequence[Box]) -> Background:
        """``heads``: boxes in shares. A body is as wide as `BODY_WIDTH` heads, from the head down."""
        covered = np.zeros((SIDE, SIDE), bool)
        for x0, y0, x1, _ in heads:
            middle, half = (x0 + x1) / 2, BODY_WIDTH * (x1 - x0) / 2
            left, right, top = (int(np.clip(v, 0, 1) * SIDE) // STEP * STEP for v in (middle - half, middle + half, y0))
            covered[top:, left : right + STEP] = True
        return cls(picture, covered)

    @property
    def seen(self) -> float:
        return 1.0 - float(self.covered.mean())

    @cached_property
    def squeezed(self) -> np.ndarray:
        frame = cv2.resize(self.picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        frame[self.covered] = GREY
        return frame

    @cached_property
    def small(self) -> np.ndarray:
        """Grey uint8 of `SMALL`."""
        return _small(self.picture)

    def shows(self, plate: Plate) -> Box:
        """Which part of a plate the frame shows, by the correlation of what is not covered; the whole where unclear."""
        wide, high = SMALL
        open_ = cv2.resize((~self.covered).astype(np.float32), SMALL, interpolation=cv2.INTER_AREA)
        best, box = -2.0, WHOLE
        for zoom in FRAMINGS:
            size = round(wide / zoom), round(high / zoom)
            frame = cv2.resize(self.small, size, interpolation=cv2.INTER_AREA)
            mask = cv2.resize(open_, size, interpolation=cv2.INTER_AREA) > 0.45  # no edge lies just there
            if mask.sum() < mask.size / 8:
                continue
            found = _correlation(plate.small, frame, mask)
            y, x = divmod(int(found.argmax()), found.shape[1])
            if found[y, x] > best + (NEARER if zoom > 1 else 0.0):
                best = float(found[y, x])
                box = (x / wide, y / high, (x + size[0]) / wide, (y + size[1]) / high)
        return box


def _small(picture: np.ndarray) -> np.ndarray:
    small = cv2.resize(picture, SMALL, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)


def _correlation(plate: np.ndarray, frame: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """(rows, columns): correlation of a frame with the plate at each place, where ``mask`` is. Greys are whole numbers.

    Sums of whole numbers are exact in float64, so that every machine finds the same place.
    """
    windows = np.lib.stride_tricks.sliding_window_view(plate.astype(np.float64), frame.shape)[:, :, mask]
    ours = frame[mask].astype(np.float64)
    count = len(ours)
    sums = windows.sum(axis=2)
    shared = count * (windows @ ours) - sums * ours.sum()
    spread = (count * (windows**2).sum(axis=2) - sums**2) * (count * (ours @ ours) - ours.sum() ** 2)
    return np.where(spread > 0, shared / np.sqrt(np.maximum(spread, 1.0)), -1.0)
