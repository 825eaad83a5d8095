"""Choosing the take of a shot, in a documented order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from continuity.errors import ConfigError
from continuity.plan.schema import Pick
from continuity.scoring.takes.result import CharacterScore, TakeScore

RULES = ("passing", "identity", "words", "voice", "coverage", "margin", "raw identity", "key")  # as `_rank` compares
CLEAR = 0.02  # z: takes nearer than this are equal in identity, and the next measure decides


@dataclass(frozen=True)
class Choice:
    key: str
    reason: str


def choose(
    shot: str,
    scores: Sequence[TakeScore],
    pick: Pick,
    refused: Collection[str] = (),
    outdone: Collection[str] = (),
) -> Choice:
    """The select among a shot's takes: the picked one, else the first by this order, worst character counting.

    1. all characters pass (threshold, coverage, margin) and no line is certainly unheard; 2. z of the 5th percentile
    of identity, in steps of 0.02; 3. words said, voice; 4. coverage; 5. margin; 6. identity; 7. the key, so that ties
    do not depend on the order of files. Discarded takes are not offered; nor, while there is another, are the repairs
    whose keys are ``refused``, which gained no more than chance does, and the takes that are ``outdone``, by a repair
    that is kept. A person's pick wins whatever it is of.

    Raises ConfigError when there is no take, or none has the picked key.
    """
    if not scores:
        raise ConfigError(f"shot {shot}: no take to choose from; run `dvc repro generate` first")
    if pick.selected is not None:
        picked = next((score for score in scores if score.key.startswith(pick.selected)), None)
        if picked is None:
            known = ", ".join(sorted(score.key[:12] for score in scores))
            raise ConfigError(
                f"shot {shot}: picked take {pick.selected!r} is none of its takes ({known}); correct `selected` in "
                "conf/picks/ or take it out"
            )
        return Choice(picked.key, "picked")
    offered = [score for score in scores if score.key[:12] not in pick.discarded]
    if not offered:
        raise ConfigError(
            f"shot {shot}: all of its takes are discarded; take one out of `discarded` in conf/picks/, or make others "
            "(another `seed`, more `takes`)"
        )
    sound = [score for score in offered if score.key not in refused] or offered
    competing = [score for score in sound if score.key not in outdone] or sound
    best = max(competing, key=_rank)
    return Choice(best.key, _reason(best, offered, sound))


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
        {True: 2, None: 1, False: 0}[score.passed],
        round((z if z is not None else 0.0) / CLEAR),
        -round(score.words if score.words is not None else 0.0, 2),
        round(score.voice_min if score.voice_min is not None else 0.0, 2),
        min((character.coverage for character in people), default=0.0),
        min((character.margin for character in people if character.margin is not None), default=0.0),
        min((character.identity or 0.0 for character in people), default=0.0),
        score.key,
    )


def _reason(best: TakeScore, scores: Sequence[TakeScore], sound: Sequence[TakeScore]) -> str:
    """In words: stages depend on the selects, and the numbers are in the evidence. ``sound``: no refused repairs."""
    if len(scores) == 1:
        if best.passed is not False:
            return "the only candidate"
        return "the only candidate; " + ("; ".join(best.failings) if best.unheard else "below the threshold")
    if not best.characters:
        return f"first of {len(scores)} takes; no characters to compare"
    verdicts = [score.passed for score in scores]
    verdict = f"no verdict on {len(scores)} takes"
    if True in verdicts:
        verdict = f"{verdicts.count(True)} of {len(scores)} takes pass"
    elif None not in verdicts:
        verdict = f"none of {len(scores)} takes passes; the nearest"
    rival = max((score for score in sound if score is not best), key=_rank, default=None)
    if rival is None:
        return f"{verdict}; no repair of it is better beyond noise"
    if _rank(rival) > _rank(best):
        return f"{verdict}; a repair that passes stands for a take without a verdict"
    decided = next(name for name, one, other in zip(RULES, _rank(best), _rank(rival), strict=True) if one != other)
    return f"{verdict}; {decided} decides"
