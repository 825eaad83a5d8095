"""A prop without what is behind it: cut from its reference picture, turned, mirrored, and laid on plain grey."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from continuity.scoring.faces.chips import sampled
from continuity.scoring.silhouette import figure_mask

GREY = 128
MARGIN = 4  # pixels around what is turned
NEARLY_CONVEX = (
    1.35  # of a mask's area: what the hull adds to less than this is a pale part that was taken for backdrop
)
LONGEST = 384  # pixels of a cutout's longer side: frames show props no larger


@dataclass(frozen=True)
class Cutout:
    """``picture`` (h, w, 3) uint8 RGB, cut to the thing's extent; ``mask`` (h, w) float32, 1 on the thing, else 0."""

    picture: np.ndarray
    mask: np.ndarray

    @classmethod
    def of(cls, picture: np.ndarray) -> Cutout:
        """From a reference picture before a plain backdrop; any other picture is taken whole."""
        mask = figure_mask(picture)
        if mask is None:
            return cls(picture, np.ones(picture.shape[:2], np.float32)).at(LONGEST)
        mask = cv2.resize(_without_holes(mask), picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        return cls(picture, mask)._tight().at(LONGEST)

    def at(self, longest: int) -> Cutout:
        """No larger than ``longest`` pixels either way."""
        factor = longest / max(self.mask.shape)
        if factor >= 1:
            return self
        return self.sized(*(max(8, round(n * factor)) for n in self.mask.shape[::-1]))

    def sized(self, wide: int, high: int) -> Cutout:
        picture, mask = (
            cv2.resize(one, (wide, high), interpolation=cv2.INTER_AREA) for one in (self.picture, self.mask)
        )
        return Cutout(picture, (mask > 0.5).astype(np.float32))

    def mirrored(self) -> Cutout:
        return Cutout(np.ascontiguousarray(self.picture[:, ::-1]), np.ascontiguousarray(self.mask[:, ::-1]))

    def turned(self, degrees: float) -> Cutout:
        """Counterclockwise about its middle."""
        if not degrees:
            return self
        high, wide = self.mask.shape
        side = int(np.hypot(high, wide)) + MARGIN
        # Not by OpenCV, whose warps differ in the last grey from processor to processor.
        cosine, sine = (round(f(math.radians(degrees)), 9) for f in (math.cos, math.sin))
        x, y = (part - side / 2 + 0.5 for part in np.meshgrid(np.arange(side), np.arange(side)))
        places = np.stack([x * cosine - y * sine + wide / 2 - 0.5, x * sine + y * cosine + high / 2 - 0.5], axis=-1)
        around = cv2.copyMakeBorder(self.picture, side, side, side, side, cv2.BORDER_REPLICATE)
        mask = np.pad((self.mask * 255).astype(np.uint8), side)
        return Cutout(
            sampled(around, places + side), sampled(mask[..., None], places + side)[..., 0] / np.float32(255)
        )._tight()

    def on_grey(self) -> np.ndarray:
        """The thing alone."""
        return np.where(self.mask[..., None] > 0.5, self.picture, np.uint8(GREY))

    def _tight(self) -> Cutout:
        rows, columns = np.flatnonzero((self.mask > 0.5).any(axis=1)), np.flatnonzero((self.mask > 0.5).any(axis=0))
        inside = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        return Cutout(np.ascontiguousarray(self.picture[inside]), (self.mask[inside] > 0.5).astype(np.float32))


def _without_holes(mask: np.ndarray) -> np.ndarray:
    """Filled, and made convex where it nearly is: a white cup before a pale backdrop loses its foot."""
    outlines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = cv2.drawContours(np.zeros(mask.shape, np.uint8), outlines, -1, 1, cv2.FILLED)
    hull = cv2.drawContours(
        np.zeros(mask.shape, np.uint8), [cv2.convexHull(np.concatenate(outlines))], -1, 1, cv2.FILLED
    )
    return (hull if hull.sum() <= NEARLY_CONVEX * filled.sum() else filled).astype(np.float32)
