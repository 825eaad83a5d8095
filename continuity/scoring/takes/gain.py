"""What a repair has gained, and whether that is more than chance: only then does the mended take compete.

A worst moment is the 5th percentile of a few frames; with other frames of the same take it would have been another.
How far it moves, a bootstrap over each take's own frames says.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from continuity.scoring import metrics
from continuity.scoring.takes.result import CharacterScore, TakeScore
from continuity.scoring.takes.select import CLEAR

SURE = 1.96  # standard errors of the difference: 95 %
RESAMPLES = 2000


@dataclass(frozen=True)
class Gain:
    """``value`` and ``noise`` in z; None where a character was never found before or after."""

    value: float | None
    noise: float | None
    accepted: bool


def gain(before: TakeScore, after: TakeScore) -> Gain:
    """The worst moment of the worst character after a repair, less that before, and what chance alone may do.

    ``noise`` is 1.96 times the standard error of that difference, each take's by a bootstrap over the frames in which
    its worst character was found; never less than `CLEAR`, within which takes are equal to select. Accepted is a
    repair that passes where the take before failed; else one that gains more than the noise and loses nothing: no
    further trait has changed, nobody is missing who was there, and no line has gone.
    """
    worst = [_worst(score) for score in (before, after)]
    was, now = (None if one is None else one.z_p05 for one in worst)
    passes = after.passed is True and before.passed is not True
    if was is None or now is None:
        return Gain(None, None, passes or (was is None and now is not None and not _loses(before, after)))
    errors = [_standard_error(one) for one in worst if one is not None]
    value = round(now - was, metrics.DIGITS) + 0.0
    noise = round(max(CLEAR, SURE * math.hypot(*errors)), metrics.DIGITS)
    return Gain(value, noise, passes or (value > noise and not _loses(before, after)))


@dataclass(frozen=True)
class Attempt:
    """One attempt at mending a take: what stood until then, what it made, what that gained."""

    before: TakeScore
    after: TakeScore
    gained: Gain


def attempts(scores: Sequence[TakeScore], of: Mapping[str, str]) -> list[Attempt]:
    """Every attempt in the order of ``scores``, held against what stood of the same take until then.

    ``of`` leads from the key of a mended take to that of the take it was made from. An attempt may go on from one that
    was not accepted: what stands is then still the take before both. Attempts at what has no score are left out.
    """
    stands = {score.key: score for score in scores if score.key not in of}
    found = []
    for after in (score for score in scores if score.key in of):
        first = first_of(after.key, of)
        if (before := stands.get(first)) is not None:
            found.append(Attempt(before, after, gain(before, after)))
            if found[-1].gained.accepted:
                stands[first] = after
    return found


def outdone(kept: Iterable[tuple[str, str]], discarded: Collection[str] = ()) -> set[str]:
    """The takes that a mended one stands in the place of: the keys before, of the pairs (before, after) that are kept.

    Where a person has discarded what was mended, the take before it is back; ``discarded`` are first 12 digits of keys.
    """
    return {before for before, after in kept if after[:12] not in discarded}


def first_of(key: str, of: Mapping[str, str]) -> str:
    """The take that the attempts at mending began with, by the key of one of them; any other take's own key."""
    seen = set()
    while key in of and key not in seen:
        seen.add(key)
        key = of[key]
    return key


def _worst(score: TakeScore) -> CharacterScore | None:
    """The character by which a take is ranked; None where one was never found, or nobody is to be."""
    people = list(score.characters.values())
    if not people or any(one.z_p05 is None for one in people):
        return None
    return min(people, key=lambda one: one.z_p05 or 0.0)


def _standard_error(character: CharacterScore) -> float:
    from scipy import stats

    values = [frame.z for frame in character.frames if frame.z is not None]
    if len(values) < 2 or len(set(values)) == 1:
        return 0.0
    found = stats.bootstrap(
        (np.asarray(values, float),),
        lambda drawn, axis=-1: np.percentile(drawn, 5, axis=axis),
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    return float(found.standard_error)


def _loses(before: TakeScore, after: TakeScore) -> bool:
    """Whether a character fails by something by which it did not fail before, or a line is no longer heard."""
    if set(after.unheard) - set(before.unheard):
        return True
    for id, now in after.characters.items():
        was = before.characters.get(id)
        if was is None:
            continue
        gone = now.coverage < metrics.LEAST_COVERAGE <= was.coverage
        mistaken = (now.margin is not None and now.margin <= 0) and (was.margin is not None and was.margin > 0)
        if gone or mistaken or set(now.changed) - set(was.changed):
            return True
    return False
