"""What every encoder of pictures offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np


class Encoder(Protocol):
    """Maps pictures to unit vectors; the cosine of two is their likeness under this encoder."""

    id: str  # name, weights' identity and precision: published with every number

    def embed(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        """RGB uint8 pictures of any resolution → (n, d) float32 of unit length."""
        ...


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows scaled to length one; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
