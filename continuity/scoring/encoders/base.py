"""What every encoder of pictures offers."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Protocol

import numpy as np


class Encoder(Protocol):
    """Maps pictures to unit vectors; the cosine of two is their likeness under this encoder."""

    id: str  # name, weights' identity and arithmetic: published with every number

    def embed(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        """RGB uint8 pictures of any resolution → (n, d) float32 of unit length, as `unit` makes them."""
        ...


GRID = 2**14  # steps to one: a vector's numbers are whole multiples, so that cosines are sums without rounding


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows scaled to length one, on the `GRID`, float32; a zero row stays zero.

    The last digits, in which machines differ, go here. The grid moves a cosine by 0.00002 at most in practice.
    """
    exact = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(exact, axis=-1, keepdims=True)
    return (np.rint(exact / np.maximum(lengths, 1e-12) * GRID) / GRID).astype(np.float32)


def written(vector: np.ndarray) -> str:
    """A `unit` vector as base64 of little-endian int16, in steps of its grid: nothing is lost."""
    return base64.b64encode(np.rint(vector * GRID).astype("<i2").tobytes()).decode()


def from_written(text: str) -> np.ndarray:
    """The (d,) float32 vector that `written` wrote."""
    return np.frombuffer(base64.b64decode(text), "<i2").astype(np.float32) / GRID


def cosines(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(n, m) float64 cosines of the rows of two arrays of `unit` vectors: the same bits on every machine."""
    return first.astype(np.float64) @ second.astype(np.float64).T
