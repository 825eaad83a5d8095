"""The formulas of the scores, on arrays. Definitions and their sources: docs/metrics.md."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np

from continuity.scoring.encoders.base import cosines

SOFTMAX_TEMPERATURE = 0.01  # of copy_paste, as in ViStoryBench
DIGITS = 3  # decimals of cosines, z, shares: two seeds of one shot differ by more
FINE_DIGITS = 4  # of slopes, p and steadiness, whose differences are smaller
LEAST_COVERAGE = 0.5  # share of a take's frames in which a character is found, for the take to say anything of it
SCALE_DIGITS = 4  # of the cosines that z is scaled by


def identity(values: Sequence[float]) -> float | None:
    """Mean over the frames where the character was found; None when it never was."""
    return float(np.mean(values)) if len(values) else None


def identity_p05(values: Sequence[float]) -> float | None:
    """5th percentile (linear interpolation): the worst moment decides."""
    return float(np.percentile(values, 5)) if len(values) else None


def medoid(vectors: np.ndarray) -> int:
    """Index of the (n, d) unit vector that is most like all others."""
    return int(np.argmax(cosines(vectors, vectors).sum(axis=1)))


def self_consistency(medoids: np.ndarray) -> float | None:
    """Mean pairwise cosine, clipped at 0, of (n, d) unit vectors, one per shot; None under two shots."""
    if len(medoids) < 2:
        return None
    likeness = np.clip(cosines(medoids, medoids), 0, None)
    return float(likeness[np.triu_indices(len(medoids), 1)].mean())


def drift_curve(times: Sequence[float], vectors: np.ndarray) -> list[tuple[float, float]]:
    """(Δt in seconds, mean cosine of frames that far apart), for every step between evenly spread frames."""
    if len(times) < 2:
        return []
    step = min(b - a for a, b in itertools.pairwise(times))
    likeness = cosines(vectors, vectors)
    gathered: dict[int, list[float]] = {}
    for i in range(len(times)):
        for j in range(i + 1, len(times)):
            gathered.setdefault(round((times[j] - times[i]) / step), []).append(float(max(0.0, likeness[i, j])))
    return [(lag * step, float(np.mean(values))) for lag, values in sorted(gathered.items())]


def curve_slope(curve: Sequence[tuple[float, float]]) -> float | None:
    """Least-squares slope of a drift curve, cosine per second; None with fewer than two points."""
    if len(curve) < 2:
        return None
    x, y = np.array(curve).T
    return float(np.polyfit(x, y, 1)[0])


def copy_paste(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Mean first entry of softmax([cos(frame, reference), cos(frame, mirrored reference)] / 0.01).

    0.5 means no copying: the frame is as near to the mirror image as to the reference itself.
    """
    if not pairs:
        return None
    differences = np.array([mirrored - straight for straight, mirrored in pairs]) / SOFTMAX_TEMPERATURE
    return float(np.mean(1 / (1 + np.exp(np.clip(differences, -500, 500)))))


def cast(found: Sequence[int], expected: int) -> float | None:
    """Mean over frames of 100·exp(−|found − expected| / expected); None for a shot without characters."""
    if expected == 0 or not found:
        return None
    return float(np.mean([100 * math.exp(-abs(count - expected) / expected) for count in found]))


def flicker(frames: Iterable[np.ndarray]) -> float | None:
    """(255 − mean absolute difference of neighbouring frames) / 255; 1.0 for a frozen picture. Holds two frames."""
    total, count = 0.0, 0
    for a, b in itertools.pairwise(frames):
        total += float(np.abs(a.astype(np.int16) - b.astype(np.int16)).mean())
        count += 1
    return (255 - total / count) / 255 if count else None


def equal_error(same: Sequence[float], different: Sequence[float]) -> float:
    """The threshold where both kinds of error are equally likely, with normal distributions fitted to both.

    A few dozen pairs often do not overlap; then every value between them has zero errors, and the fitted
    distributions choose: as many of its own standard deviations below the same pairs as above the others.
    """
    high, low = float(np.mean(same)), float(np.mean(different))
    spread_high, spread_low = float(np.std(same)) + 1e-4, float(np.std(different)) + 1e-4
    return (high * spread_low + low * spread_high) / (spread_high + spread_low)


def separation(same: Sequence[float], different: Sequence[float]) -> float | None:
    """d': how many standard deviations (root mean square of both) the means lie apart; None under two values each."""
    if len(same) < 2 or len(different) < 2:
        return None
    spread = ((float(np.var(same)) + float(np.var(different))) / 2) ** 0.5
    return (float(np.mean(same)) - float(np.mean(different))) / (spread + 1e-3)


def error_rate(same: Sequence[float], different: Sequence[float], threshold: float) -> float:
    """Mean of the share of same pairs below and of different pairs at or above the threshold."""
    return float((np.mean(np.array(same) < threshold) + np.mean(np.array(different) >= threshold)) / 2)


def equal_error_rate(same: Sequence[float], others: Sequence[Sequence[float]]) -> float:
    """The share of mistakes where both kinds are equally frequent, found by trying every threshold.

    ``others`` holds the values of one identity each; their shares count alike, however many values an identity has.
    Where no threshold makes the two kinds equal, the mean of both at the threshold where they differ least.
    """
    own = np.asarray(same, float)
    values = np.unique(np.concatenate([own, *(np.asarray(one, float) for one in others)]))
    tried = [*values, values[-1] + 1.0]
    missed = np.array([np.mean(own < at) for at in tried])
    passed = np.array([np.mean([np.mean(np.asarray(one, float) >= at) for one in others]) for at in tried])
    best = int(np.argmin(np.round(np.abs(missed - passed) + 1e-3 * (missed + passed), 9)))
    return float((missed[best] + passed[best]) / 2)


def wilson(share: float, n: int) -> tuple[float, float]:
    """95 % Wilson score interval of a share of ``n`` independent observations (Wilson 1927).

    With clusters, whose members resemble each other, ``n`` is their number and the share need not be a multiple of
    1 / n: as if all that a cluster holds were one observation, which is the widest that it can be.
    """
    from scipy import stats

    z = float(stats.norm.ppf(0.975))
    middle, half = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


def interval_of_mean(shares: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """95 % interval of the mean of independent shares, each (share, n): Wilson's intervals, squared and added.

    Newcombe (1998), "Interval estimation for the difference between independent proportions", method 10, for a sum.
    """
    mean, ends = sum(share for share, _ in shares) / len(shares), [(share, *wilson(share, n)) for share, n in shares]
    below = math.sqrt(sum((share - low) ** 2 for share, low, _ in ends)) / len(shares)
    above = math.sqrt(sum((high - share) ** 2 for share, _, high in ends)) / len(shares)
    return max(0.0, mean - below), min(1.0, mean + above)


def theil_sen(
    values: Sequence[float], over: Sequence[float] | None = None, seed: int = 0, rounds: int = 1999
) -> tuple[float | None, float | None]:
    """(slope, p): median of the slopes of all pairs over their order, or over ``over``, and a two-sided permutation p.

    Pairs at the same place have no slope. None, None under three values, or at one place. Over places that are not
    evenly apart the p is of Kendall's statistic, since near pairs have steep slopes by chance. All orders are tried
    up to six values, ``rounds`` random ones beyond. The slope is a median and so discrete: a few values seldom reach
    a small p, however steady.
    """
    from scipy import stats

    places = np.arange(len(values), dtype=float) if over is None else np.asarray(over, float)
    if len(values) < 3 or np.ptp(places) == 0:
        return None, None

    first, second = np.triu_indices(len(values), 1)
    apart = places[first] != places[second]
    first, second = first[apart], second[apart]

    def steepness(orders: np.ndarray, axis: int = -1) -> np.ndarray:
        """Absolute slopes of many orders at once, so rounded that equal ones are equal."""
        rows = np.moveaxis(orders, axis, -1)
        rises = rows[..., second] - rows[..., first]
        if over is not None:
            return np.asarray(
                np.abs(np.sum(np.sign(np.round(rises, 9)) * np.sign(places[second] - places[first]), axis=-1))
            )
        slopes = rises / (places[second] - places[first])
        return np.round(np.abs(np.median(slopes, axis=-1)), 9)

    found = stats.permutation_test(
        (np.asarray(values, float),),
        steepness,
        permutation_type="pairings",
        vectorized=True,
        n_resamples=math.factorial(6) if len(values) <= 6 else rounds,
        alternative="greater",
        rng=np.random.default_rng(seed),
    )
    return float(stats.theilslopes(values, places).slope), float(found.pvalue)


def share_interval(shots: Sequence[Sequence[bool]], seed: int = 0) -> tuple[float, float] | None:
    """95 % interval of the share of true verdicts, of which those of one shot resemble each other.

    With one verdict a shot, or all verdicts alike, the Wilson score interval over the shots; else a percentile
    bootstrap that draws whole shots. None without verdicts, or with one shot's that differ.
    """
    shots = [verdicts for verdicts in shots if verdicts]
    alike = len({verdict for verdicts in shots for verdict in verdicts}) <= 1
    if shots and (alike or all(len(verdicts) == 1 for verdicts in shots)):
        from scipy import stats

        interval = stats.binomtest(sum(verdicts[0] for verdicts in shots), len(shots)).proportion_ci(method="wilson")
        return float(interval.low), float(interval.high)
    return ratio_interval([sum(verdicts) for verdicts in shots], [len(verdicts) for verdicts in shots], seed)


def ratio_interval(sums: Sequence[float], counts: Sequence[int], seed: int = 0) -> tuple[float, float] | None:
    """Percentile bootstrap 95 % interval of Σ sums / Σ counts, drawing whole clusters; None under two of them."""
    from scipy import stats

    if len(sums) < 2:
        return None
    found = stats.bootstrap(
        (np.asarray(sums, float), np.asarray(counts, float)),
        lambda s, n, axis=-1: s.sum(axis=axis) / n.sum(axis=axis),
        paired=True,
        n_resamples=10_000,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def rounded(value: float | None, digits: int = DIGITS) -> float | None:
    """As scores are written and decided on; None for what could not be measured, never NaN."""
    return None if value is None or not math.isfinite(value) else round(float(value), digits) + 0.0
