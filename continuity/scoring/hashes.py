"""Perceptual hashes: is this the same frame, encoded again? Never: is this the same person?"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np


def perceptual_hash(picture: np.ndarray) -> str:
    """64-bit pHash (imagehash) of an RGB uint8 picture, 16 hex digits."""
    import imagehash
    from PIL import Image

    small = cv2.resize(picture, (128, 128), interpolation=cv2.INTER_AREA)  # phash goes on to 32; this is the quick part
    return str(imagehash.phash(Image.fromarray(small)))


def hamming(a: str, b: str) -> float:
    """Share of differing bits of two 16-digit hashes, 0 to 1."""
    return (int(a, 16) ^ int(b, 16)).bit_count() / 64


def mean_hamming(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Mean over frames aligned by position in time; None when either clip has none."""
    if not first or not second:
        return None
    places = np.linspace(0, 1, max(len(first), len(second)))
    pairs = [(first[round(p * (len(first) - 1))], second[round(p * (len(second) - 1))]) for p in places]
    return float(np.mean([hamming(a, b) for a, b in pairs]))
