"""Baselines that any real encoder must beat; they need no network."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from continuity.scoring.encoders.base import unit
from continuity.scoring.encoders.colour import lab_thirds


class HistogramEncoder:
    """CIE Lab histograms of the picture's thirds."""

    id = "histogram-lab-thirds"

    def embed(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        return (
            np.stack([lab_thirds(picture) for picture in pictures])
            if len(pictures)
            else np.zeros((0, 1089), np.float32)
        )


class PixelsEncoder:
    """The picture at 16 × 16 pixels around mid-grey."""

    id = "pixels-16"

    def embed(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        small = [
            cv2.resize(picture, (16, 16), interpolation=cv2.INTER_AREA).astype(np.float32).ravel() - 127.5
            for picture in pictures
        ]
        return unit(np.stack(small)) if small else np.zeros((0, 768), np.float32)
