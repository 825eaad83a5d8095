"""Colour as vectors: soft histograms in CIE Lab, whose cosine is the Bhattacharyya coefficient."""

from __future__ import annotations

import cv2
import numpy as np

from continuity.scoring.encoders.network import thirds_of
from continuity.scoring.heads import ellipse

WORKING_SIDE = 64  # pixels
CHROMA_STEP = 12.0  # CIE Lab units per bin of a and b, which reach from -60 to 60
CHROMA_BINS = 11
LIGHTNESS_BINS = 3


def lab_thirds(picture: np.ndarray) -> np.ndarray:
    """(1089,) float32 of unit length: square roots of three histograms, one per third from top to bottom.

    Each pixel is shared among its eight neighbouring bins, so that a small change of light moves the
    vector a little; the picture's corners, where the background is, count least.
    """
    small = cv2.resize(picture, (WORKING_SIDE, WORKING_SIDE), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).reshape(-1, 3)
    places = np.stack(
        [lab[:, 1] / CHROMA_STEP + 5, lab[:, 2] / CHROMA_STEP + 5, lab[:, 0] / 100 * (LIGHTNESS_BINS - 1)]
    )
    shape = np.array([CHROMA_BINS, CHROMA_BINS, LIGHTNESS_BINS])
    places = np.clip(places, 0, (shape - 1)[:, None] - 1e-4)
    low = places.astype(np.int64)
    part = (places - low).astype(np.float32)
    window = ellipse(WORKING_SIDE, WORKING_SIDE)
    weights = (thirds_of(WORKING_SIDE)[:, :, None] * window).reshape(3, -1)
    histograms = np.zeros((3, int(shape.prod())), np.float32)
    for corner in np.ndindex(2, 2, 2):
        step = np.array(corner)[:, None]
        index = np.ravel_multi_index(tuple(low + step), tuple(shape))
        share = np.prod(np.where(step == 1, part, 1 - part), axis=0)
        for third in range(3):
            histograms[third] += np.bincount(index, weights[third] * share, histograms.shape[1]).astype(np.float32)
    histograms /= histograms.sum(axis=1, keepdims=True)
    return np.sqrt(histograms / 3).ravel()
