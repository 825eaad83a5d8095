"""Colour as vectors: soft histograms in CIE Lab, whose cosine is the Bhattacharyya coefficient."""

from __future__ import annotations

import math
from functools import cache

import cv2
import numpy as np

from continuity.scoring.encoders.base import unit
from continuity.scoring.encoders.network import thirds_of
from continuity.scoring.silhouette import ellipse

WORKING_SIDE = 64  # pixels
CHROMA_STEP = 12.0  # CIE Lab units per bin of a and b, which reach from -60 to 60
CHROMA_BINS = 11
LIGHTNESS_BINS = 3
BINS = (CHROMA_BINS, CHROMA_BINS, LIGHTNESS_BINS)


def lab_thirds(picture: np.ndarray) -> np.ndarray:
    """(1089,) float32 of unit length: square roots of three histograms, one per third from top to bottom.

    Each pixel is shared among its eight neighbouring bins, so that a small change of light moves the
    vector a little; the picture's corners, where the background is, count least.
    """
    return lab_thirds_of(cv2.resize(picture, (WORKING_SIDE, WORKING_SIDE), interpolation=cv2.INTER_AREA)[None])[0]


def lab_thirds_of(pictures: np.ndarray) -> np.ndarray:
    """(n, 1089) `lab_thirds` of (n, side, side, 3) uint8 pictures, just as they are."""
    count, side = pictures.shape[:2]
    rows = pictures.reshape(count * side, side, 3).astype(np.float32) / 255
    lab = cv2.cvtColor(rows, cv2.COLOR_RGB2LAB).reshape(-1, 3)
    places = np.stack(
        [lab[:, 1] / CHROMA_STEP + 5, lab[:, 2] / CHROMA_STEP + 5, lab[:, 0] / 100 * (LIGHTNESS_BINS - 1)]
    )
    places = np.clip(places, 0, np.array(BINS, np.float32)[:, None] - 1 - 1e-4)
    low = places.astype(np.intp)
    part = (places - low).astype(np.float32)
    size = math.prod(BINS)
    first = np.repeat(np.arange(count) * size, side * side)  # bin of each picture's own histogram
    histograms = np.zeros((3, count * size))
    for steps in np.ndindex(2, 2, 2):
        a, b, lightness = (part[axis] if step else 1 - part[axis] for axis, step in enumerate(steps))
        bins = ((low[0] + steps[0]) * BINS[1] + low[1] + steps[1]) * BINS[2] + low[2] + steps[2] + first
        shares = (a * b * lightness).reshape(count, -1)
        for histogram, weight in zip(histograms, _weights(side), strict=True):
            histogram += np.bincount(bins, (shares * weight).ravel(), len(histogram))
    by_picture = histograms.reshape(3, count, size).transpose(1, 0, 2)
    return unit(np.sqrt(by_picture / by_picture.sum(axis=2, keepdims=True) / 3).reshape(count, -1))


@cache
def _weights(side: int) -> np.ndarray:
    """(3, pixels) float32: how much each pixel counts in each third."""
    return (thirds_of(side)[:, :, None] * ellipse(side, side)).reshape(3, -1)
