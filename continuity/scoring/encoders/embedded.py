"""The default encoder: CNN features and colour, from weights that are always installed.

The vector joins two unit vectors, so that its cosine is their weighted mean:
- 80 %: EfficientNet-lite2, stage 4, averaged over the upper, middle and lower third of the crop. Pooled final
  features of a classifier forget glasses and shapes of hair; this stage keeps them.
- 20 %: CIE Lab histograms over the same thirds. CNN features hardly see hair turn from lavender to green.

The choice and the figures behind it: docs/decisions/0003-embedded-encoder.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from continuity.scoring.encoders.base import unit
from continuity.scoring.encoders.colour import WORKING_SIDE, lab_thirds_of
from continuity.scoring.encoders.network import BATCH, SIDE, WEIGHTS, lite_network
from continuity.scoring.silhouette import ellipse

COLOUR_SHARE = 0.2  # of the squared length, that is, of the cosine


class EmbeddedEncoder:
    """EfficientNet-lite2 stage 4 and CIE Lab colour, by thirds; (1449,) per picture."""

    id = f"embedded-lite2-stage4-lab:{WEIGHTS.tag}:whole"

    def embed(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        inputs = [_fitted(picture) for picture in pictures]
        features = lite_network().thirds(inputs, ellipse(33, 33))
        small = [cv2.resize(picture, (WORKING_SIDE, WORKING_SIDE), interpolation=cv2.INTER_AREA) for picture in inputs]
        colours = [lab_thirds_of(np.stack(small[start : start + BATCH])) for start in range(0, len(small), BATCH)]
        return joined(features, np.concatenate(colours) if colours else np.zeros((0, 1089), np.float32))


def joined(features: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """(n, 1449) of unit length from (n, 360) pooled features and (n, 1089) colours."""
    lengths = np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
    return unit(np.concatenate([features / lengths * (1 - COLOUR_SHARE) ** 0.5, colours * COLOUR_SHARE**0.5], axis=1))


def _fitted(picture: np.ndarray) -> np.ndarray:
    if picture.shape[:2] == (SIDE, SIDE):
        return picture
    larger = min(picture.shape[:2]) < SIDE
    return cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC if larger else cv2.INTER_AREA)
