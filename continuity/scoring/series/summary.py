"""From the scores of takes to the numbers of a series, its characters, and their change between runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from continuity.plan.schema import Plan
from continuity.scoring import metrics
from continuity.scoring.encoders.base import cosines
from continuity.scoring.series import scenes, voices
from continuity.scoring.takes.hashes import mean_hamming
from continuity.scoring.takes.result import CharacterScore, Reading, TakeScore


@dataclass(frozen=True)
class Summary:
    """``metrics`` for metrics.json, ``rows`` for scores.csv (one per take and character)."""

    metrics: dict[str, Any]
    rows: list[dict[str, Any]]


def summarise(plan: Plan, scores: Sequence[TakeScore], selects: Mapping[str, str]) -> Summary:
    """Identity and the like over the selected takes; ``consistency_rate`` over all generated and transferred ones.

    ``selects`` maps a shot to the key of its take. Shots without a select count nowhere but in the rows.
    """
    order = sorted(plan.shots.values(), key=lambda shot: shot.order)
    by_key = {(score.shot, score.key): score for score in scores}
    chosen = [
        score for shot in order if shot.id in selects and (score := by_key.get((shot.id, selects[shot.id]))) is not None
    ]
    gaps = recurrence_gaps([shot.id for shot in order], chosen)
    characters = {id: _character(id, chosen, scores, gaps) for id in plan.characters}
    speaking = voices.speakers(chosen)
    return Summary(
        metrics={
            "series": _series(chosen, scores, gaps),
            "characters": {id: value for id, value in characters.items() if value["shots"] or id in speaking},
            "episodes": _episodes(plan, chosen),
            **_encoders(chosen),
        },
        rows=[row for score in scores for row in _rows(score, selects, chosen)],
    )


def _series(
    chosen: Sequence[TakeScore], scores: Sequence[TakeScore], gaps: Mapping[tuple[str, str], int]
) -> dict[str, Any]:
    people = [character for score in chosen for character in score.characters.values()]
    seen = sorted({id for score in chosen for id in score.characters})
    slope, p = steepest([_slope(id, chosen) for id in seen])
    recurrence, recurrence_p = steepest([_recurrence(id, chosen, gaps) for id in seen])
    first = [score for score in scores if score.folder != "repaired"]
    return {
        **_identity_block(people),
        "self_consistency": metrics.rounded(_mean([_self_consistency(id, chosen) for id in seen])),
        "drift_slope": metrics.rounded(slope, metrics.FINE_DIGITS),
        "drift_slope_p": metrics.rounded(p, metrics.FINE_DIGITS),
        "recurrence_slope": metrics.rounded(recurrence, metrics.FINE_DIGITS),
        "recurrence_slope_p": metrics.rounded(recurrence_p, metrics.FINE_DIGITS),
        **_rate([(score.shot, score.passed) for score in first], "consistency_rate"),
        **_rate([(score.shot, score.passed) for score in chosen], "selected_rate"),
        "cast": _mean_of(chosen, lambda s: s.cast),
        "location": _mean_of(chosen, lambda s: s.location),
        "prop": _mean_of(chosen, lambda s: s.prop),
        **scenes.series_block([s.scene for s in chosen]),
        "flicker": _mean_of(chosen, lambda s: s.flicker, metrics.FINE_DIGITS),
        "motion": _mean_of(chosen, lambda s: s.motion),
        "motion_offset_ms": _mean_of(chosen, lambda s: s.motion_offset_ms),
        "voice": _mean_of(chosen, lambda s: s.voice),
        "voice_min": metrics.rounded(min((s.voice_min for s in chosen if s.voice_min is not None), default=None)),
        **voices.series_block(chosen, scores),
        "words": _mean_of(chosen, lambda s: s.words),
        "prompt": _mean_of(chosen, lambda s: s.prompt),
        "cuts": sum(len(s.cuts) for s in chosen),
        "shots": len(chosen),
        "takes": len(scores),
    }


def _character(
    id: str, chosen: Sequence[TakeScore], scores: Sequence[TakeScore], gaps: Mapping[tuple[str, str], int]
) -> dict[str, Any]:
    own = [score.characters[id] for score in chosen if id in score.characters]
    slope, p = _slope(id, chosen)
    recurrence, recurrence_p = _recurrence(id, chosen, gaps)
    first = [score for score in scores if score.folder != "repaired"]
    return {
        **_identity_block(own),
        "self_consistency": metrics.rounded(_self_consistency(id, chosen)),
        "wardrobe": metrics.rounded(_mean([c.wardrobe for c in own])),
        **scenes.wardrobe_block([score.scene.wardrobes[id] for score in chosen if id in score.scene.wardrobes]),
        "copy_paste": metrics.rounded(_mean([c.copy_paste for c in own])),
        **voices.voice_block(id, chosen, scores),
        "drift_slope": metrics.rounded(slope, metrics.FINE_DIGITS),
        "drift_slope_p": metrics.rounded(p, metrics.FINE_DIGITS),
        "recurrence_slope": metrics.rounded(recurrence, metrics.FINE_DIGITS),
        "recurrence_slope_p": metrics.rounded(recurrence_p, metrics.FINE_DIGITS),
        **_rate([(s.shot, s.characters[id].passed) for s in first if id in s.characters], "consistency_rate"),
        "shots": len(own),
        "faithful_shots": len(_faithful(id, chosen)),
        "takes": sum(id in score.characters for score in first),
        "frames": sum(len(c.frames) for c in own),
    }


def _identity_block(people: Sequence[Reading]) -> dict[str, Any]:
    return {
        "identity": metrics.rounded(_mean([c.identity for c in people])),
        "identity_p05": metrics.rounded(_mean([c.identity_p05 for c in people])),
        "identity_z": metrics.rounded(_mean([c.z for c in people])),
        "coverage": metrics.rounded(_mean([c.coverage for c in people])),
        "margin": metrics.rounded(_mean([c.margin for c in people])),
    }


def _episodes(plan: Plan, chosen: Sequence[TakeScore]) -> dict[str, Any]:
    """The selects episode by episode, in the order of the series: whether it drifts from one to the next."""
    by_episode: dict[str, list[TakeScore]] = {}
    for score in chosen:
        by_episode.setdefault(plan.shots[score.shot].episode, []).append(score)
    return {
        id: {
            **_identity_block([one for score in own for one in score.characters.values()]),
            **_rate([(score.shot, score.passed) for score in own], "selected_rate"),
            "shots": len(own),
        }
        for id, own in by_episode.items()
    }


def _encoders(chosen: Sequence[TakeScore]) -> dict[str, Any]:
    """What each encoder says of the selects, by its id, never mixed; nothing where a single one has judged."""
    readings: dict[str, list[Reading]] = {}
    for score in chosen:
        for character in score.characters.values():
            for reading in (character, *character.beside):
                if reading.judge:
                    readings.setdefault(f"{reading.judge} {reading.encoder}", []).append(reading)
    if not any(character.beside for score in chosen for character in score.characters.values()):
        return {}
    return {"encoders": {name: _identity_block(own) for name, own in sorted(readings.items())}}


def _rate(verdicts: Sequence[tuple[str, bool | None]], name: str) -> dict[str, Any]:
    """The share of takes that pass, from (shot, verdict), with its interval over shots; no verdict counts nowhere."""
    by_shot: dict[str, list[bool]] = {}
    for shot, passed in verdicts:
        if passed is not None:
            by_shot.setdefault(shot, []).append(passed)
    given = [passed for shot in by_shot.values() for passed in shot]
    interval = metrics.share_interval(list(by_shot.values()))
    return {
        name: metrics.rounded(sum(given) / len(given)) if given else None,
        f"{name}_low": metrics.rounded(interval[0]) if interval else None,
        f"{name}_high": metrics.rounded(interval[1]) if interval else None,
    }


def _faithful(id: str, chosen: Sequence[TakeScore]) -> list[tuple[str, CharacterScore]]:
    """Shots that may be compared with each other, with the character's score: where it is there, and no other is.

    Somebody else, consistently, would be no drift at all; after the fidelity gate of EntityBench.
    """
    return [
        (score.shot, one)
        for score in chosen
        if (one := score.characters.get(id)) is not None
        and one.z is not None
        and one.coverage >= metrics.LEAST_COVERAGE
        and (one.margin is None or one.margin > 0)
    ]


def _self_consistency(id: str, chosen: Sequence[TakeScore]) -> float | None:
    """Mean over the character's looks that have two shots or more: looks are not compared with each other."""
    by_look: dict[str, list[np.ndarray]] = {}
    for _, one in _faithful(id, chosen):
        if one.vector is not None:
            by_look.setdefault(one.subject, []).append(one.vector)
    return _mean([metrics.self_consistency(np.stack(vectors)) for vectors in by_look.values()])


def _slope(id: str, chosen: Sequence[TakeScore]) -> tuple[float | None, float | None]:
    """Slope of z per shot: z, since looks have scales of their own."""
    return metrics.theil_sen([one.z for _, one in _faithful(id, chosen) if one.z is not None])


def recurrence_gaps(order: Sequence[str], chosen: Sequence[TakeScore]) -> dict[tuple[str, str], int]:
    """By character and shot: how many shots after the character was last seen, 1 where that was the shot before.

    ``order`` holds the ids of all shots as the story has them. A first appearance has no gap.
    """
    places = {shot: place for place, shot in enumerate(order)}
    last: dict[str, int] = {}
    gaps = {}
    for score in sorted(chosen, key=lambda one: places[one.shot]):
        for id in score.characters:
            if id in last:
                gaps[id, score.shot] = places[score.shot] - last[id]
            last[id] = places[score.shot]
    return gaps


def _recurrence(
    id: str, chosen: Sequence[TakeScore], gaps: Mapping[tuple[str, str], int]
) -> tuple[float | None, float | None]:
    """Slope of z per shot of absence."""
    pairs = [(gaps[id, shot], one.z) for shot, one in _faithful(id, chosen) if (id, shot) in gaps and one.z is not None]
    return metrics.theil_sen([z for _, z in pairs], [gap for gap, _ in pairs])


def steepest(slopes: Sequence[tuple[float | None, float | None]]) -> tuple[float | None, float | None]:
    """The steepest slope with its p, times the number it was chosen from (Bonferroni): the worst of many looks bad."""
    there = [(slope, p) for slope, p in slopes if slope is not None and p is not None]
    if not there:
        return None, None
    slope, p = max(there, key=lambda one: abs(one[0]))
    return slope, min(1.0, p * len(there))


def _rows(score: TakeScore, selects: Mapping[str, str], chosen: Sequence[TakeScore]) -> list[dict[str, Any]]:
    take = {
        "shot": score.shot,
        "key": score.key[:12],
        "folder": score.folder,
        "selected": selects.get(score.shot) == score.key,
        "n": len(score.times),
    }
    whole = (
        {
            name: getattr(score, name)
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
        | {"unheard": "; ".join(score.unheard), "cuts": len(score.cuts)}
        | scenes.columns(score.scene)
    )
    per_character = (
        "identity",
        "identity_p05",
        "z",
        "z_p05",
        "coverage",
        "margin",
        "wardrobe",
        "copy_paste",
        "twice",
        "drift_slope_per_second",
    )
    if not score.characters:
        return [
            {
                **take,
                "character": "",
                "judge": "",
                "encoder": "",
                **dict.fromkeys(per_character),
                "passed": None,
                "verdict": None,
                "changed": "",
                **scenes.wardrobe_columns(None),
                "voice_across": None,
                **whole,
            }
        ]
    return [
        {
            **take,
            "character": id,
            "judge": c.judge,
            "encoder": c.encoder,
            **{name: getattr(c, name) for name in per_character},
            "passed": c.passed,
            "verdict": c.verdict,
            "changed": ", ".join(c.changed),
            **scenes.wardrobe_columns(score.scene.wardrobes.get(id)),
            "voice_across": voices.voice_in_take(id, score, chosen),
            **whole,
        }
        for id, c in score.characters.items()
    ]


def regeneration_drift(before: TakeScore, after: TakeScore) -> dict[str, dict[str, float | None]]:
    """D2 of one shot between two runs: per character, 1 − cos of the medoids, pHash distance of aligned frames, "
    "Δ identity."""
    distance = mean_hamming(before.phashes, after.phashes)
    result = {}
    for id in before.characters.keys() & after.characters.keys():
        old, new = before.characters[id], after.characters[id]
        cosine = None
        if old.vector is not None and new.vector is not None and old.encoder == new.encoder:
            cosine = float(cosines(old.vector[None], new.vector[None])[0, 0])
        result[id] = {
            "medoid": metrics.rounded(None if cosine is None else max(0.0, 1 - cosine)),
            "phash": metrics.rounded(distance),
            "identity": metrics.rounded(
                None if old.identity is None or new.identity is None else new.identity - old.identity
            ),
        }
    return dict(sorted(result.items()))


def ablation(
    with_references: Mapping[tuple[str, str], float], without: Mapping[tuple[str, str], float]
) -> dict[str, float | int | None]:
    """A1: the paired difference of a score with references on against off, over the same shots and seeds.

    Scores are by shot and look. ``difference`` is the mean over pairs, ``low`` and ``high`` the 95 % interval of a
    bootstrap over shots; None without pairs, the interval with fewer than two shots.
    """
    by_shot: dict[str, list[float]] = {}
    for shot, look in sorted(with_references.keys() & without.keys()):
        by_shot.setdefault(shot, []).append(with_references[shot, look] - without[shot, look])
    sums, counts = [sum(each) for each in by_shot.values()], [len(each) for each in by_shot.values()]
    low, high = metrics.ratio_interval(sums, counts) or (None, None)
    return {
        "difference": metrics.rounded(sum(sums) / sum(counts)) if counts else None,
        "low": metrics.rounded(low),
        "high": metrics.rounded(high),
        "pairs": sum(counts),
    }


def _mean(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return float(np.mean(there)) if there else None


def _mean_of(
    scores: Sequence[TakeScore], value: Callable[[TakeScore], float | None], digits: int = metrics.DIGITS
) -> float | None:
    return metrics.rounded(_mean([value(score) for score in scores]), digits)
