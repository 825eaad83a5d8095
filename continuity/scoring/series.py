"""From the scores of takes to the numbers of a series, its characters, and their change between runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from continuity.plan.schema import Plan
from continuity.scoring import metrics
from continuity.scoring.anchors import Anchors
from continuity.scoring.hashes import mean_hamming
from continuity.scoring.takes import CharacterScore, TakeScore


@dataclass(frozen=True)
class Summary:
    """``metrics`` for metrics.json, ``rows`` for scores.csv (one per take and character), ``evidence`` for the "
    "report."""

    metrics: dict[str, Any]
    rows: list[dict[str, Any]]
    evidence: dict[str, Any]


def summarise(plan: Plan, scores: Sequence[TakeScore], selects: Mapping[str, str], anchors: Anchors) -> Summary:
    """Identity and the like over the selected takes; ``consistency_rate`` over all generated and transferred ones.

    ``selects`` maps a shot to the key of its take. Shots without a select count nowhere but in the rows.
    """
    order = sorted(plan.shots.values(), key=lambda shot: shot.order)
    by_key = {(score.shot, score.key): score for score in scores}
    chosen = [
        score for shot in order if shot.id in selects and (score := by_key.get((shot.id, selects[shot.id]))) is not None
    ]
    characters = {id: _character(id, chosen, scores) for id in plan.characters}
    return Summary(
        metrics={
            "series": _series(chosen, scores),
            "characters": {id: value for id, value in characters.items() if value["shots"]},
        },
        rows=[row for score in scores for row in _rows(score, selects)],
        evidence=_evidence(scores, selects, anchors, chosen),
    )


def _series(chosen: Sequence[TakeScore], scores: Sequence[TakeScore]) -> dict[str, Any]:
    people = [character for score in chosen for character in score.characters.values()]
    slopes = [_slope(id, chosen) for id in sorted({id for score in chosen for id in score.characters})]
    worst = max((s for s in slopes if s[0] is not None), key=lambda s: abs(s[0] or 0.0), default=(None, None))
    first = [score for score in scores if score.folder != "repaired"]
    return {
        **_identity_block(people),
        "self_consistency": metrics.rounded(
            _mean([_self_consistency(id, chosen) for id in sorted({i for s in chosen for i in s.characters})])
        ),
        "drift_slope": metrics.rounded(worst[0]),
        "drift_slope_p": metrics.rounded(worst[1]),
        **_rate(first, "consistency_rate"),
        **_rate(chosen, "selected_rate"),
        "cast": _mean_of(chosen, lambda s: s.cast),
        "location": _mean_of(chosen, lambda s: s.location),
        "prop": _mean_of(chosen, lambda s: s.prop),
        "flicker": _mean_of(chosen, lambda s: s.flicker),
        "motion": _mean_of(chosen, lambda s: s.motion),
        "motion_offset_ms": _mean_of(chosen, lambda s: s.motion_offset_ms),
        "voice": _mean_of(chosen, lambda s: s.voice),
        "voice_min": metrics.rounded(min((s.voice_min for s in chosen if s.voice_min is not None), default=None)),
        "words": _mean_of(chosen, lambda s: s.words),
        "prompt": _mean_of(chosen, lambda s: s.prompt),
        "shots": len(chosen),
        "takes": len(scores),
    }


def _character(id: str, chosen: Sequence[TakeScore], scores: Sequence[TakeScore]) -> dict[str, Any]:
    own = [score.characters[id] for score in chosen if id in score.characters]
    slope, p = _slope(id, chosen)
    takes = [score.characters[id].passed for score in scores if id in score.characters and score.folder != "repaired"]
    interval = metrics.wilson(sum(takes), len(takes))
    return {
        **_identity_block(own),
        "self_consistency": metrics.rounded(_self_consistency(id, chosen)),
        "wardrobe": metrics.rounded(_mean([c.wardrobe for c in own])),
        "copy_paste": metrics.rounded(_mean([c.copy_paste for c in own])),
        "drift_slope": metrics.rounded(slope),
        "drift_slope_p": metrics.rounded(p),
        "consistency_rate": metrics.rounded(sum(takes) / len(takes)) if takes else None,
        "consistency_rate_low": metrics.rounded(interval[0]) if interval else None,
        "consistency_rate_high": metrics.rounded(interval[1]) if interval else None,
        "shots": len(own),
        "takes": len(takes),
        "frames": sum(len(c.frames) for c in own),
    }


def _identity_block(people: Sequence[CharacterScore]) -> dict[str, Any]:
    return {
        "identity": metrics.rounded(_mean([c.identity for c in people])),
        "identity_p05": metrics.rounded(_mean([c.identity_p05 for c in people])),
        "identity_z": metrics.rounded(_mean([c.z for c in people])),
        "coverage": metrics.rounded(_mean([c.coverage for c in people])),
        "margin": metrics.rounded(_mean([c.margin for c in people])),
    }


def _rate(scores: Sequence[TakeScore], name: str) -> dict[str, Any]:
    verdicts = [score.passed for score in scores if score.passed is not None]
    interval = metrics.wilson(sum(verdicts), len(verdicts))
    return {
        name: metrics.rounded(sum(verdicts) / len(verdicts)) if verdicts else None,
        f"{name}_low": metrics.rounded(interval[0]) if interval else None,
        f"{name}_high": metrics.rounded(interval[1]) if interval else None,
    }


def _self_consistency(id: str, chosen: Sequence[TakeScore]) -> float | None:
    """Mean over the character's looks that have two shots or more: looks are not compared with each other."""
    by_look: dict[str, list[np.ndarray]] = {}
    for score in chosen:
        if id in score.characters and (vector := score.characters[id].vector) is not None:
            by_look.setdefault(score.characters[id].subject, []).append(vector)
    return _mean([metrics.self_consistency(_units(np.stack(vectors))) for vectors in by_look.values()])


def _slope(id: str, chosen: Sequence[TakeScore]) -> tuple[float | None, float | None]:
    """Slope of z per shot: z, since looks have scales of their own."""
    return metrics.theil_sen(
        [z for score in chosen if id in score.characters and (z := score.characters[id].z) is not None]
    )


def _rows(score: TakeScore, selects: Mapping[str, str]) -> list[dict[str, Any]]:
    take = {
        "shot": score.shot,
        "key": score.key[:12],
        "folder": score.folder,
        "selected": selects.get(score.shot) == score.key,
        "encoder": score.encoder,
        "n": len(score.times),
    }
    whole = {
        name: metrics.rounded(getattr(score, name))
        for name in (
            "cast",
            "location",
            "prop",
            "flicker",
            "movement",
            "motion",
            "motion_offset_ms",
            "voice",
            "voice_min",
            "words",
            "prompt",
        )
    }
    per_character = (
        "identity",
        "identity_p05",
        "z",
        "z_p05",
        "coverage",
        "margin",
        "wardrobe",
        "copy_paste",
        "drift_slope_per_second",
    )
    if not score.characters:
        return [{**take, "character": "", **dict.fromkeys(per_character), "passed": None, **whole}]
    return [
        {
            **take,
            "character": id,
            **{n: metrics.rounded(getattr(c, n)) for n in per_character},
            "passed": c.passed,
            **whole,
        }
        for id, c in score.characters.items()
    ]


def _evidence(
    scores: Sequence[TakeScore], selects: Mapping[str, str], anchors: Anchors, chosen: Sequence[TakeScore]
) -> dict[str, Any]:
    takes = []
    for score in scores:
        value = score.to_json()
        for character in value["characters"].values():
            character.pop("vector")
        takes.append({**value, "selected": selects.get(score.shot) == score.key})
    slopes = {id: _slope(id, chosen) for id in sorted({id for score in chosen for id in score.characters})}
    return {
        "encoder": anchors.encoder,
        "calibration": anchors.to_json()["subjects"],
        "takes": takes,
        "drift_slope": {id: {"slope": slope, "p": p} for id, (slope, p) in slopes.items()},
    }


def regeneration_drift(before: TakeScore, after: TakeScore) -> dict[str, dict[str, float | None]]:
    """D2 of one shot between two runs: per character, 1 − cos of the medoids, pHash distance of aligned frames, "
    "Δ identity."""
    distance = mean_hamming(before.phashes, after.phashes)
    result = {}
    for id in before.characters.keys() & after.characters.keys():
        old, new = before.characters[id], after.characters[id]
        cosine = None
        if (
            old.vector is not None
            and new.vector is not None
            and old.vector.shape == new.vector.shape
            and before.encoder == after.encoder
        ):
            cosine = float(_units(old.vector[None])[0] @ _units(new.vector[None])[0])
        result[id] = {
            "medoid": metrics.rounded(None if cosine is None else max(0.0, 1 - cosine)),
            "phash": metrics.rounded(distance),
            "identity": metrics.rounded(
                None if old.identity is None or new.identity is None else new.identity - old.identity
            ),
        }
    return dict(sorted(result.items()))


def ablation(
    with_references: Mapping[str, float], without: Mapping[str, float], seed: int = 0, rounds: int = 10_000
) -> dict[str, float | int | None]:
    """A1: the paired difference of a score with references on against off, over the same shots and seeds.

    ``difference`` is the mean over pairs, ``low`` and ``high`` the bootstrap 95 % percentile interval; None
    without pairs.
    """
    names = sorted(with_references.keys() & without.keys())
    differences = np.array([with_references[name] - without[name] for name in names])
    if not names:
        return {"difference": None, "low": None, "high": None, "pairs": 0}
    random = np.random.default_rng(seed)
    means = differences[random.integers(len(names), size=(rounds, len(names)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return {
        "difference": metrics.rounded(float(differences.mean())),
        "low": metrics.rounded(float(low)),
        "high": metrics.rounded(float(high)),
        "pairs": len(names),
    }


def _units(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def _mean(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return float(np.mean(there)) if there else None


def _mean_of(scores: Sequence[TakeScore], value: Callable[[TakeScore], float | None]) -> float | None:
    return metrics.rounded(_mean([value(score) for score in scores]))
