"""Choosing the take of a shot, in a documented order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from continuity.errors import ConfigError
from continuity.scoring.takes import CharacterScore, TakeScore

RULES = ("passing", "identity", "words", "voice", "coverage", "margin", "raw identity", "key")  # as `_rank` compares
CLEAR = 0.02  # z: takes nearer than this are equal in identity, and the next measure decides


@dataclass(frozen=True)
class Choice:
    key: str
    reason: str


def choose(scores_of_shot: Sequence[TakeScore], pin: str | None) -> Choice:
    """The select among a shot's takes: the pinned one, else the first by this order, worst character counting.

    1. all characters pass (threshold, coverage, margin); 2. z of the 5th percentile of identity, in steps of
    0.02; 3. words said, voice; 4. coverage; 5. margin; 6. identity; 7. the key, so that ties do not depend on
    the order of files.

    Raises ConfigError when there is no take, or none has the pinned key.
    """
    if not scores_of_shot:
        raise ConfigError("no take to choose from; run `dvc repro generate` first")
    shot = scores_of_shot[0].shot
    if pin is not None:
        pinned = next((score for score in scores_of_shot if score.key.startswith(pin)), None)
        if pinned is None:
            known = ", ".join(sorted(score.key[:12] for score in scores_of_shot))
            raise ConfigError(f"shot {shot}: pin {pin!r} is none of its takes ({known}); correct `pin` or remove it")
        return Choice(pinned.key, "pinned")
    best = max(scores_of_shot, key=_rank)
    return Choice(best.key, _reason(best, scores_of_shot))


def worst_z(score: TakeScore) -> float | None:
    """z of the 5th percentile of the take's worst character; None without characters."""
    if not score.characters:
        return None
    return min(_worst(character) for character in score.characters.values())


def _worst(character: CharacterScore) -> float:
    """A character that was never found is worse than any that was."""
    return character.z_p05 if character.z_p05 is not None else -10.0


def _rank(score: TakeScore) -> tuple[object, ...]:
    z = worst_z(score)
    people = score.characters.values()
    return (
        score.passed is not False,
        round((z if z is not None else 0.0) / CLEAR),
        -round(score.words if score.words is not None else 0.0, 2),
        round(score.voice_min if score.voice_min is not None else 0.0, 2),
        min((character.coverage for character in people), default=0.0),
        min((character.margin for character in people if character.margin is not None), default=0.0),
        min((character.identity or 0.0 for character in people), default=0.0),
        score.key,
    )


def _reason(best: TakeScore, scores: Sequence[TakeScore]) -> str:
    if len(scores) == 1:
        return "the only candidate" + ("" if best.passed is not False else "; below the threshold")
    z = worst_z(best)
    if z is None:
        return f"first of {len(scores)} takes; no characters to compare"
    name = min(best.characters, key=lambda id: _worst(best.characters[id]))
    passed = sum(score.passed is not False for score in scores)
    verdict = f"{passed} of {len(scores)} takes pass" if passed else f"none of {len(scores)} takes passes; the nearest"
    rival = max((score for score in scores if score is not best), key=_rank)
    against = worst_z(rival)
    measured = f"{verdict}; worst moment of {name} at z {z:.2f}, next best {against if against is not None else 0:.2f}"
    decided = next(name for name, one, other in zip(RULES, _rank(best), _rank(rival), strict=True) if one != other)
    return measured if decided in RULES[:2] else f"{measured}: as good, so {decided} decides"
