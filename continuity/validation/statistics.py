"""How well a score tells same from different, and follows a known strength; with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from continuity.records.validation import Estimate

RESAMPLES = 2000
BALANCED = 200  # draws of one take for each strength
DIGITS = 3  # decimals, as written
LOWEST = -1e9  # where nothing was found there is no likeness


@dataclass(frozen=True)
class Observed:
    """What a score said of a take, None where nothing was found; takes of a ``cluster`` resemble each other."""

    value: float | None
    cluster: str


def auc(same: Sequence[Observed], different: Sequence[Observed], seed: int = 0) -> Estimate:
    """The share of (same, different) pairs in which same scores higher, ties half; bootstrap over whole clusters.

    Not found is lower than anything found. None without both kinds.
    """
    value = _auc(_values(same), _values(different))
    if value is None:
        return _nothing(len(same) + len(different))
    random = np.random.default_rng(seed)
    clusters = sorted({one.cluster for one in (*same, *different)})
    drawn = []
    for _ in range(RESAMPLES if len(clusters) > 2 else 0):
        names = [clusters[index] for index in random.integers(len(clusters), size=len(clusters))]
        again = _auc(_of(same, names), _of(different, names))
        if again is not None:
            drawn.append(again)
    return _with_interval(value, drawn, len(same) + len(different))


def spearman(
    strengths: Sequence[float], drifts: Sequence[Observed], sizes: Sequence[float] | None = None, seed: int = 0
) -> Estimate:
    """Rank correlation of a change's known size and measured drift, over one take of each cluster and strength: the
    mean over many such draws, so that no strength weighs more than another. Without ``sizes``: of the strengths.

    Takes in which nothing was measured are left out. Bootstrap over whole clusters. None where one of the two does not
    vary.
    """
    groups: dict[str, dict[float, list[tuple[float, float]]]] = {}
    for strength, size, one in zip(strengths, sizes or strengths, drifts, strict=True):
        if one.value is not None:
            groups.setdefault(one.cluster, {}).setdefault(strength, []).append((size, one.value))
    count = sum(one.value is not None for one in drifts)
    random = np.random.default_rng(seed)
    names = sorted(groups)

    def drawn(chosen: Sequence[str]) -> float | None:
        pairs = [takes[random.integers(len(takes))] for name in chosen for takes in groups[name].values()]
        return _spearman(pairs)

    values = [value for _ in range(BALANCED) if (value := drawn(names)) is not None]
    if not values:
        return _nothing(count)
    again = [
        value
        for _ in range(RESAMPLES if len(names) > 2 else 0)
        if (value := drawn([names[index] for index in random.integers(len(names), size=len(names))])) is not None
    ]
    return _with_interval(float(np.mean(values)), again, count)


def spearman_within(strengths: Sequence[float], drifts: Sequence[Observed], seed: int = 0) -> Estimate:
    """The mean over clusters of `spearman` inside each: how a character's own steps are ordered."""
    names = sorted({one.cluster for one in drifts})
    each = []
    for name in names:
        own = [(s, one) for s, one in zip(strengths, drifts, strict=True) if one.cluster == name]
        value = spearman([s for s, _ in own], [one for _, one in own]).value
        if value is not None:
            each.append(value)
    count = sum(one.value is not None for one in drifts)
    if not each:
        return _nothing(count)
    random = np.random.default_rng(seed)
    drawn = [float(np.mean(random.choice(each, len(each)))) for _ in range(RESAMPLES if len(each) > 2 else 0)]
    return _with_interval(float(np.mean(each)), drawn, count)


def eer(same: Sequence[Observed], different: Sequence[Observed], seed: int = 0) -> tuple[Estimate, float | None]:
    """The equal error rate, and the score there: as many of the same below it as of the others at or above it.

    Between two scores the rates' mean where they are nearest. Bootstrap over whole clusters; where nothing is mistaken,
    the upper end is that of a share of none of the same. None without both kinds.
    """
    value, at = _eer(_values(same), _values(different))
    if value is None:
        return _nothing(len(same) + len(different)), None
    random = np.random.default_rng(seed)
    clusters = sorted({one.cluster for one in (*same, *different)})
    drawn = []
    for _ in range(RESAMPLES if len(clusters) > 2 else 0):
        names = [clusters[index] for index in random.integers(len(clusters), size=len(clusters))]
        again, _at = _eer(_of(same, names), _of(different, names))
        if again is not None:
            drawn.append(again)
    if value == 0:
        return _estimate(0.0, 0.0, share(0, len(same)).high, len(same) + len(different)), at
    return _with_interval(value, drawn, len(same) + len(different)), at


def _eer(same: np.ndarray, different: np.ndarray) -> tuple[float | None, float | None]:
    if not len(same) or not len(different):
        return None, None
    points = np.unique(np.concatenate([same, different]))
    wrong = 1 - np.searchsorted(np.sort(different), points, side="left") / len(different)
    missed = np.searchsorted(np.sort(same), points, side="left") / len(same)
    place = int(np.argmin(np.abs(wrong - missed)))
    return float(wrong[place] + missed[place]) / 2, float(points[place])


def share(hits: int, of: int) -> Estimate:
    """With the Wilson score interval."""
    from scipy import stats

    if not of:
        return _nothing(0)
    interval = stats.binomtest(hits, of).proportion_ci(method="wilson")
    return _estimate(hits / of, interval.low, interval.high, of)


def _nothing(count: int) -> Estimate:
    return Estimate(value=None, low=None, high=None, count=count)


def _estimate(value: float, low: float | None, high: float | None, count: int) -> Estimate:
    """As it is written: three decimals."""
    ends = [None if end is None else round(float(end), DIGITS) for end in (low, high)]
    return Estimate(value=round(float(value), DIGITS), low=ends[0], high=ends[1], count=count)


def _with_interval(value: float, drawn: Sequence[float], count: int) -> Estimate:
    if not drawn:
        return _estimate(value, None, None, count)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return _estimate(value, low, high, count)


def _values(observed: Sequence[Observed]) -> np.ndarray:
    return np.array([LOWEST if one.value is None else one.value for one in observed], float)


def _of(observed: Sequence[Observed], clusters: Sequence[str]) -> np.ndarray:
    by_cluster: dict[str, list[Observed]] = {}
    for one in observed:
        by_cluster.setdefault(one.cluster, []).append(one)
    return _values([one for name in clusters for one in by_cluster.get(name, [])])


def _auc(same: np.ndarray, different: np.ndarray) -> float | None:
    if not len(same) or not len(different):
        return None
    ordered = np.sort(different)
    below = np.searchsorted(ordered, same, side="left").sum()
    ties = np.searchsorted(ordered, same, side="right").sum() - below
    return float((below + ties / 2) / (len(same) * len(different)))


def _spearman(pairs: Sequence[tuple[float, float]]) -> float | None:
    from scipy import stats

    if len(pairs) < 3:
        return None
    ranks = stats.rankdata(np.array(pairs, float), axis=0)
    ranks -= ranks.mean(axis=0)
    squares = np.square(ranks).sum(axis=0)
    if squares[0] == 0:
        return None
    if squares[1] == 0:
        return 0.0  # a score that says the same of every strength sees nothing
    return float(ranks[:, 0] @ ranks[:, 1] / np.sqrt(squares[0] * squares[1]))
