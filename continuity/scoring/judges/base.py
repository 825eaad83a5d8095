"""What a judge of characters does: find them in frames, and say how much they are like their references."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import numpy as np

from continuity.scoring.encoders.base import Encoder
from continuity.scoring.heads.bank import Bank
from continuity.scoring.judges.view import View
from continuity.scoring.places import Window


class Judge(Protocol):
    """Characters are found and compared in one of several ways; which is a character's, its calibration says."""

    @property
    def name(self) -> str: ...

    @property
    def encoder(self) -> Encoder: ...

    @property
    def banks(self) -> Mapping[str, Bank]:
        """By subject, of those that it can judge."""
        ...

    def search(self, view: View, only: Collection[str]) -> dict[str, list[Window]]:
        """Where each of these subjects may be in a frame, the likeliest first."""
        ...

    def embed(self, views: Sequence[View], windows: Sequence[Window], subject: str) -> tuple[np.ndarray, list[int]]:
        """(n, d) vectors of what is seen in each view's window, and the bank's side that belongs to each."""
        ...
