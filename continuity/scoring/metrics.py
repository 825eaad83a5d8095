"""The formulas of the scores, on arrays. Definitions and their sources: docs/metrics.md."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

SOFTMAX_TEMPERATURE = 0.01  # of copy_paste, as in ViStoryBench


def identity(values: Sequence[float]) -> float | None:
    """Mean over the frames where the character was found; None when it never was."""
    return float(np.mean(values)) if len(values) else None


def identity_p05(values: Sequence[float]) -> float | None:
    """5th percentile (linear interpolation): the worst moment decides."""
    return float(np.percentile(values, 5)) if len(values) else None


def medoid(vectors: np.ndarray) -> int:
    """Index of the (n, d) unit vector that is most like all others."""
    return int(np.argmax((vectors @ vectors.T).sum(axis=1)))


def self_consistency(medoids: np.ndarray) -> float | None:
    """Mean pairwise cosine, clipped at 0, of (n, d) unit vectors, one per shot; None under two shots."""
    if len(medoids) < 2:
        return None
    cosines = np.clip(medoids @ medoids.T, 0, None)
    return float(cosines[np.triu_indices(len(medoids), 1)].mean())


def drift_curve(times: Sequence[float], vectors: np.ndarray) -> list[tuple[float, float]]:
    """(Δt in seconds, mean cosine of frames that far apart), for every step between evenly spread frames."""
    if len(times) < 2:
        return []
    step = min(b - a for a, b in itertools.pairwise(times))
    cosines = vectors @ vectors.T
    gathered: dict[int, list[float]] = {}
    for i in range(len(times)):
        for j in range(i + 1, len(times)):
            gathered.setdefault(round((times[j] - times[i]) / step), []).append(float(max(0.0, cosines[i, j])))
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


def flicker(frames: Sequence[np.ndarray]) -> float | None:
    """(255 − mean absolute difference of neighbouring frames) / 255; 1.0 for a frozen picture."""
    if len(frames) < 2:
        return None
    differences = [float(np.abs(a.astype(np.int16) - b.astype(np.int16)).mean()) for a, b in itertools.pairwise(frames)]
    return (255 - float(np.mean(differences))) / 255


def equal_error(same: Sequence[float], different: Sequence[float]) -> float:
    """The threshold where both kinds of error are equally likely, with normal distributions fitted to both.

    A few dozen pairs often do not overlap; then every value between them has zero errors, and the fitted
    distributions choose: as many of its own standard deviations below the same pairs as above the others.
    """
    high, low = float(np.mean(same)), float(np.mean(different))
    spread_high, spread_low = float(np.std(same)) + 1e-4, float(np.std(different)) + 1e-4
    return (high * spread_low + low * spread_high) / (spread_high + spread_low)


def error_rate(same: Sequence[float], different: Sequence[float], threshold: float) -> float:
    """Mean of the share of same pairs below and of different pairs at or above the threshold."""
    return float((np.mean(np.array(same) < threshold) + np.mean(np.array(different) >= threshold)) / 2)


def theil_sen(values: Sequence[float], seed: int = 0, rounds: int = 2000) -> tuple[float | None, float | None]:
    """(slope, p): median of the slopes of all pairs over their order, and a two-sided permutation p.

    None, None under three values. All orders are tried up to six values, ``rounds`` random ones beyond.
    The slope is a median and so discrete: a few values seldom reach a small p, however steady.
    """
    from itertools import permutations

    count = len(values)
    if count < 3:
        return None, None
    first, second = np.triu_indices(count, 1)

    def slope(series: np.ndarray) -> np.ndarray:
        return np.median((series[..., second] - series[..., first]) / (second - first), axis=-1)

    series = np.array(values, float)
    observed = float(slope(series))
    if count <= 6:
        shuffled = np.array(list(permutations(series)))
        p = float(np.mean(np.abs(slope(shuffled)) >= abs(observed) - 1e-12))
    else:
        random = np.random.default_rng(seed)
        shuffled = np.stack([random.permutation(series) for _ in range(rounds)])
        p = float((np.sum(np.abs(slope(shuffled)) >= abs(observed) - 1e-12) + 1) / (rounds + 1))
    return observed, p


def wilson(passed: int, total: int, z: float = 1.96) -> tuple[float, float] | None:
    """95 % Wilson score interval of a share; None of nothing."""
    if total == 0:
        return None
    share = passed / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def rounded(value: float | None) -> float | None:
    """Four digits for ``metrics.json``; None for what could not be measured, never NaN."""
    return None if value is None or not math.isfinite(value) else round(float(value), 4)
