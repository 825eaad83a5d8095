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


def aligned(first: int, second: int) -> list[tuple[int, int]]:
    """Pairs of indices at the same places in time, of two takes with so many frames; none where either has none."""
    if not first or not second:
        return []
    places = np.linspace(0, 1, max(first, second))
    return [(round(place * (first - 1)), round(place * (second - 1))) for place in places]


def mean_hamming(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Mean over frames aligned by position in time; None when either clip has none."""
    pairs = aligned(len(first), len(second))
    return float(np.mean([hamming(first[i], second[j]) for i, j in pairs])) if pairs else None
