"""Whether a character keeps its voice by itself: its lines held against each other, with no locked sample.

Definitions: docs/metrics.md, "The voice across takes".
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from continuity.scoring import metrics
from continuity.scoring.encoders.base import cosines
from continuity.scoring.takes.result import TakeScore

NAMES = ("voice_across", "voice_across_others", "voice_again")
COUNTS = ("voice_across_pairs", "voice_again_pairs")


def voice_block(id: str, chosen: Sequence[TakeScore], scores: Sequence[TakeScore]) -> dict[str, Any]:
    """Of one character: from shot to shot over the selects, and from take to take over all takes as generated."""
    own = _by_shot(id, chosen)
    pairs = [_mean_cosine(own[one], own[other]) for one, other in itertools.combinations(own, 2)]
    again, takes = _again(id, scores)
    return {
        "voice_across": metrics.rounded(_mean(pairs)),
        "voice_across_pairs": len(pairs),
        "voice_across_others": metrics.rounded(_others(id, own, chosen)),
        "voice_again": metrics.rounded(again),
        "voice_again_pairs": takes,
    }


def series_block(chosen: Sequence[TakeScore], scores: Sequence[TakeScore]) -> dict[str, Any]:
    """Means over the characters who speak on screen, each counted alike; of the pairs, the sums."""
    each = [voice_block(id, chosen, scores) for id in speakers(scores)]
    means = {name: metrics.rounded(_mean([one[name] for one in each if one[name] is not None])) for name in NAMES}
    return means | {name: sum(one[name] for one in each) for name in COUNTS}


def voice_in_take(id: str, score: TakeScore, chosen: Sequence[TakeScore]) -> float | None:
    """The character's lines in one take against those in the selects of the other shots, each shot counted alike."""
    lines = _lines(id, score)
    others = [shot for name, shot in _by_shot(id, chosen).items() if name != score.shot]
    return metrics.rounded(_mean([_mean_cosine(lines, shot) for shot in others])) if len(lines) else None


def speakers(scores: Sequence[TakeScore]) -> list[str]:
    """Who has a line on screen, heard or not."""
    return sorted({line.character for score in scores for line in score.line_voices})


def _others(id: str, own: Mapping[str, np.ndarray], chosen: Sequence[TakeScore]) -> float | None:
    """Mean cosine with other characters' lines, of other shots as its own are; each of the others counted alike."""
    by_other = []
    for other in speakers(chosen):
        theirs = _by_shot(other, chosen) if other != id else {}
        pairs = [_mean_cosine(own[a], theirs[b]) for a, b in itertools.product(own, theirs) if a != b]
        if pairs:
            by_other.append(float(np.mean(pairs)))
    return _mean(by_other)


def _again(id: str, scores: Sequence[TakeScore]) -> tuple[float | None, int]:
    """The same line in two takes of a shot: (mean over shots of the mean over pairs of takes, number of pairs).

    Takes as generated alone: transferred and repaired ones carry on the sound of another take, or may.
    """
    by_shot: dict[str, list[dict[int, np.ndarray]]] = {}
    for score in scores:
        if score.folder == "generated":
            by_shot.setdefault(score.shot, []).append(_placed(id, score))
    shots = []
    for takes in by_shot.values():
        both = [
            [_mean_cosine(first[line][None], second[line][None]) for line in sorted(first.keys() & second.keys())]
            for first, second in itertools.combinations(takes, 2)
        ]
        if pairs := [float(np.mean(lines)) for lines in both if lines]:
            shots.append(pairs)
    return _mean([float(np.mean(pairs)) for pairs in shots]), sum(len(pairs) for pairs in shots)


def _by_shot(id: str, chosen: Sequence[TakeScore]) -> dict[str, np.ndarray]:
    """By shot, the vectors of the character's lines that were heard; no shot without one."""
    return {score.shot: lines for score in chosen if len(lines := _lines(id, score))}


def _lines(id: str, score: TakeScore) -> np.ndarray:
    """(n, d) unit vectors of the character's lines that were heard."""
    return np.array(list(_placed(id, score).values()), np.float32)


def _placed(id: str, score: TakeScore) -> dict[int, np.ndarray]:
    """The same by their place among the lines of the shot."""
    return {
        place: line.vector
        for place, line in enumerate(score.line_voices)
        if line.character == id and line.vector is not None
    }


def _mean_cosine(first: np.ndarray, second: np.ndarray) -> float:
    """Mean over all pairs of rows, one of each."""
    return float(cosines(first, second).mean())


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None
