"""Is a difference between two takes more than takes of one shot differ by among themselves?

Takes of a shot are its repeats: the same words, another seed. The rule, and how it fared against others that were
tried, is in docs/decisions/0029.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from continuity.scoring import metrics
from continuity.scoring.takes.hashes import aligned

Values = Sequence[float | None]  # z of a take's sampled frames, in order of time; None where nobody was found

LEVEL = 0.05  # of p, and what the half-width of noise leaves outside
LEAST_TO_BE_MIDDLE = 3  # shots
LEAST_SHOTS = 6  # fewer signs to flip never reach that level: 2 / 2⁵ is over it
MOST_FLIPS = 9999  # all ways to flip the signs of 13 shots, random ones beyond
_FINEST = 10.0**-metrics.DIGITS / math.sqrt(12)  # standard deviation of what rounding takes from a written value


def difference(before: Values, after: Values) -> float | None:
    """Mean of after − before over the places in time at which both have a value; None where there is none."""
    pairs = [(before[i], after[j]) for i, j in aligned(len(before), len(after))]
    known = [new - old for old, new in pairs if old is not None and new is not None]
    return float(np.mean(known)) if known else None


@dataclass(frozen=True)
class Spread:
    """How much takes of one shot differ: a sum of squares about the shot's mean, and its degrees of freedom."""

    squares: float = 0.0
    freedom: int = 0

    def __add__(self, other: Spread) -> Spread:
        return Spread(self.squares + other.squares, self.freedom + other.freedom)

    @property
    def variance(self) -> float | None:
        """Of a single take's mean value; None where no shot has two takes."""
        return self.squares / self.freedom if self.freedom else None


def spread(takes: Iterable[Values]) -> Spread:
    """Of the takes of one shot, in one of its wordings. Takes in which nobody was found count for nothing.

    Each pair of takes is compared place by place, as `difference` does. Over n takes with all values the squared
    differences of all pairs sum to n times the sum of squares about the mean.
    """
    known = [take for take in takes if any(value is not None for value in take)]
    squares = 0.0
    for one, other in combinations(known, 2):
        apart = difference(one, other)
        squares += (apart if apart is not None else _mean(other) - _mean(one)) ** 2
    return Spread(squares / len(known), len(known) - 1) if known else Spread()


def usual(shots: Iterable[Spread]) -> Spread:
    """Of a character over its shots: the middle variance, with the degrees of freedom of all.

    A single faulty take would outweigh all others in a mean. The median of a variance with few degrees of freedom lies
    below its mean, by that of χ². Under three shots there is no middle one, and the mean counts.
    """
    from scipy import stats

    known = [one for one in shots if one.freedom]
    whole = sum(known, Spread())
    if len(known) < LEAST_TO_BE_MIDDLE:
        return whole
    medians = stats.chi2.median([one.freedom for one in known])
    middle = float(np.median([one.squares / median for one, median in zip(known, medians, strict=True)]))
    return Spread(middle * whole.freedom, whole.freedom)


@dataclass(frozen=True)
class Test:
    """``noise``: what two takes of such a shot differ by in 95 of a hundred cases, either way. ``p`` is two-sided."""

    noise: float
    p: float


def tested(apart: float, own: Spread, character: Spread) -> Test | None:
    """A difference of two takes against the spread of takes; None where no shot of the character has two.

    ``own`` is the shot's spread, ``character`` the `usual` one of its look, this shot included. The larger of the two
    variances counts: two takes alone say little about a shot, and a shot that is harder than the others is not
    measured by them. Student's t with the degrees of freedom of ``character``.
    """
    from scipy import stats

    if character.variance is None:
        return None
    scale = math.sqrt(2 * max(character.variance, own.variance or 0.0, _FINEST**2))
    student = stats.t(character.freedom)
    return Test(float(student.isf(LEVEL / 2)) * scale, float(2 * student.sf(abs(apart) / scale)))


def flipped(shots: Sequence[float]) -> float | None:
    """Two-sided p of the sum over shots, under which each shot's difference might as well have the other sign.

    Fisher's randomisation test of pairs, by `scipy.stats.permutation_test`. None without shots.
    """
    from scipy import stats

    if not shots:
        return None
    if len(shots) == 1:
        return 1.0  # of two signs

    def size(values: np.ndarray, axis: int = -1) -> np.ndarray:
        return np.asarray(np.round(np.abs(values.sum(axis=axis)), 9))  # so that equal sums are equal

    found = stats.permutation_test(
        (np.asarray(shots, float),),
        size,
        permutation_type="samples",
        vectorized=True,
        n_resamples=MOST_FLIPS,
        alternative="greater",
        rng=np.random.default_rng(0),
    )
    return float(found.pvalue)


def holm(values: Sequence[float | None]) -> list[float | None]:
    """p values corrected for how many were looked at (Holm 1979), in their order; None stays None."""
    order = sorted((value, place) for place, value in enumerate(values) if value is not None)
    corrected: list[float | None] = [None] * len(values)
    highest = 0.0
    for rank, (value, place) in enumerate(order):
        highest = max(highest, min(1.0, value * (len(order) - rank)))
        corrected[place] = highest
    return corrected


def _mean(take: Values) -> float:
    return float(np.mean([value for value in take if value is not None]))
