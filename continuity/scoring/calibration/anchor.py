"""What a calibration is, and what all ways of calibrating share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from continuity.scoring import metrics
from continuity.scoring.calibration import account
from continuity.scoring.calibration.account import Candidate, Identity, Mistakes, Sureness, Used

SETS = 6  # staged takes per character and framing
LEAST_WIDTH = 0.02  # of the scale, in cosine: below it the encoder tells nobody apart

Likeness = tuple[int, float]  # a head's resolution (`bank.SIDES`) and its best cosine to the references


@dataclass(frozen=True)
class Anchor:
    """One subject's calibration. ``same``, ``different`` and ``threshold`` are z of worst moments.

    Floors and ceilings are cosines under ``encoder``. All values are rounded as they are written, and used so.
    """

    floor: float  # over all resolutions, for the reader
    ceiling: float
    floors: dict[str, float]  # by side in pixels (`bank.SIDES`)
    ceilings: dict[str, float]
    threshold: float | None  # None: no verdict
    found: float
    error: float | None  # share of sets on the wrong side of the threshold
    same: list[float]
    different: list[float]
    calibrated_on: str
    no_verdict: str = ""  # why there is no threshold
    judge: str = ""
    encoder: str = ""
    told_apart: float | None = None  # d' of staged frames, none compared with its own picture; None without others
    staged_found: float = 1.0  # share of staged frames in which it was found
    chosen_for: str = ""  # why this judge, where there was a choice
    references: list[Used] = field(default_factory=list)
    staged: list[Identity] = field(default_factory=list)  # whose `same` and `different` are, in their order
    candidates: list[Candidate] = field(default_factory=list)
    sureness: Sureness = field(default_factory=Sureness)
    mistakes: list[Mistakes] = field(default_factory=list)  # at the threshold

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Anchor:
        return cls(**{**value, **account.from_json(value)})

    def z(self, value: float, side: int) -> float:
        """A frame's cosine on the scale of its resolution: 0 another character, 1 the same."""
        return (value - self.floors[str(side)]) / (self.ceilings[str(side)] - self.floors[str(side)])


def worst_moments(scale: Anchor, pictures: Sequence[Sequence[Likeness]], frames: int) -> list[float]:
    """Rounded z of the worst moments (5th percentile) of staged takes of one identity.

    ``pictures`` holds each picture's frames, from far to near. A staged take is ``frames`` of them of one framing,
    drawn with replacement by a fixed seed: a take keeps its framing and goes through poses.
    """
    moments = []
    for place in range(min(len(pairs) for pairs in pictures)):
        values = [scale.z(value, side) for side, value in (pairs[place] for pairs in pictures)]
        draws = np.random.default_rng(place).integers(len(values), size=(SETS if len(values) > 1 else 1, frames))
        moments += [metrics.identity_p05([values[index] for index in drawn]) for drawn in draws]
    return [round(moment, metrics.DIGITS) for moment in moments if moment is not None]


def mean_at(pairs: Sequence[Likeness], side: int) -> float:
    """Mean cosine at that resolution, or at the nearest that has any."""
    nearest = min({s for s, _ in pairs}, key=lambda s: abs(np.log(s / side)))
    return float(np.mean([value for s, value in pairs if s == nearest]))
