"""A subject's references as vectors, at the resolutions at which heads appear in frames.

A head in a wide shot has 80 pixels, its reference 700. Embedding both as they are compares sharpness; so each
reference is embedded as it looks at 48 to 384 pixels, and a crop is compared with the bank of its own
resolution. References are also mirrored, since a character may turn either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from continuity.scoring.encoders.base import Encoder, cosines
from continuity.scoring.encoders.colour import lab_thirds
from continuity.scoring.heads.light import without_light

COLOURS = 1089  # numbers of `lab_thirds`
SIDES = (48, 96, 192, 384)  # pixels: square root of a head's area


@dataclass(frozen=True)
class Bank:
    """``vectors[side]`` is (2 n, d): n references, then the same n mirrored; ``colours`` (n, 1089) `lab_thirds`.

    A bank of faces has no colours.
    """

    vectors: dict[int, np.ndarray]
    colours: np.ndarray = field(default_factory=lambda: np.zeros((0, COLOURS), np.float32))

    def likeness(self, vector: np.ndarray, side: int, without: int | None = None) -> float:
        """The best cosine to any reference of that resolution, clipped at 0; ``without`` leaves one picture out."""
        rows = self.vectors[side]
        if without is not None and len(rows) > 2:
            rows = np.delete(rows, [without, without + len(rows) // 2], axis=0)
        return float(max(0.0, cosines(rows, vector[None]).max()))

    def nearest(self, vector: np.ndarray) -> list[int]:
        """The references by likeness to a vector of any resolution, mean over all sides: places, the likest first."""
        likeness = np.mean([cosines(rows, vector[None])[:, 0] for rows in self.vectors.values()], axis=0)
        count = len(likeness) // 2
        return [int(place) for place in np.argsort(-np.maximum(likeness[:count], likeness[count:]), kind="stable")]

    def against_mirror(self, vector: np.ndarray, side: int) -> tuple[float, float]:
        """Cosines to the best reference and to that reference mirrored, for `metrics.copy_paste`."""
        likeness = cosines(self.vectors[side], vector[None])[:, 0]
        count = len(likeness) // 2
        best = int(np.argmax(np.maximum(likeness[:count], likeness[count:])))
        return float(likeness[best]), float(likeness[best + count])


def nearest_side(pixels: float) -> int:
    """The bank's side nearest to a resolution: the square root of an area in pixels."""
    return min(SIDES, key=lambda side: abs(np.log(side / max(pixels, 1.0))))


def side_of(picture: np.ndarray) -> int:
    """The bank's side nearest to a crop's resolution."""
    return nearest_side((picture.shape[0] * picture.shape[1]) ** 0.5)


def at_side(picture: np.ndarray, side: int) -> np.ndarray:
    """The picture with about side² pixels, its proportions kept; never enlarged."""
    factor = side / (picture.shape[0] * picture.shape[1]) ** 0.5
    if factor >= 1:
        return picture
    wide, high = max(8, round(picture.shape[1] * factor)), max(8, round(picture.shape[0] * factor))
    return cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA)


def embed_crops(encoder: Encoder, crops: Sequence[np.ndarray], bank: Bank) -> np.ndarray:
    """(n, d) vectors of located crops, the scene's light taken off and each at its bank's resolution."""
    return encoder.embed([without_light(at_side(picture, side_of(picture)), bank.colours) for picture in crops])


def bank_of(heads: Sequence[np.ndarray], encoder: Encoder) -> Bank:
    """Embed ``heads`` (RGB), as they are and mirrored, at every side."""
    versions = [*heads, *(np.ascontiguousarray(head[:, ::-1]) for head in heads)]
    vectors = {side: encoder.embed([at_side(version, side) for version in versions]) for side in SIDES}
    return Bank(vectors, np.stack([lab_thirds(head) for head in heads]))
