"""What the drawn takes say, once they are judged: of traits by strength, of nuisances, and of other encodings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from continuity.records.validation import Drawn, Estimate, JudgedTake, Moved, Rung, Told
from continuity.validation.baselines import BASELINES
from continuity.validation.drawing import ENCODINGS
from continuity.validation.statistics import Observed, auc, share, spearman, spearman_within

LINES = {  # which trait line tells of which step
    "hair hue": "hair hue", "hair lightness": "hair lightness", "hair length": "hair length", "hair form": "hair form",
    "skin": "skin", "jacket cut": "clothes kind", "eye colour": "eye colour", "eye size": "eye size", "nose": "nose",
    "glasses lost": "glasses", "glasses colour": "glasses colour", "headwear": "headwear", "scarf lost": "scarf",
    "scarf hue": "scarf colour", "jacket colour": "clothes colour", "fur": "hair hue", "ears": "ears",
    "face": "face width",
}  # fmt: skip
OF_AGE = ("hair hue", "hair lightness", "skin", "eye size", "jaw", "nose", "brows")  # what changes with it
SEEN_FROM = 0.5  # of the full step: a viewer sees it, the least of them 1.7 times what is noticed side by side
NOT_FOUND = 9.0  # a drift beyond any: the head is not even found
NUISANCES = ("background", "light", "expression", "angle", "framing")
IDENTITY = "identity"


def drawn(characters: int, takes: Sequence[JudgedTake]) -> Drawn:
    """Sum up the ladder's takes."""
    unchanged = [take for take in takes if not take.trait]
    seen = [take for take in takes if take.trait and take.strength >= SEEN_FROM]
    visible = [take for take in seen if take.z is None or _line(take) is not None]
    traits = sorted({take.trait for take in takes if take.trait})
    return Drawn(
        characters=characters,
        takes=len(takes),
        rungs=[_rung(trait, [take for take in takes if take.trait == trait], unchanged) for trait in traits],
        alarms=_alarms(unchanged),
        alarms_by_framing={
            framing: _alarms([take for take in unchanged if take.framing == framing])
            for framing in sorted({take.framing for take in unchanged})
        },
        missed=share(sum(take.passed is True for take in seen), len(seen)),
        missed_visible=share(sum(take.passed is True for take in visible), len(visible)),
        unshown=share(sum(take.passed is True and not _doubted(take) for take in visible), len(visible)),
        between={way: _between(unchanged, way) for way in (IDENTITY, *BASELINES)},
        lines_alarmed=_counted(name for take in unchanged for name in take.changed),
        lines_doubted=_counted(
            name for take in unchanged for name, beyond in take.lines.items() if beyond is not None and beyond >= 1
        ),
    )


def _alarms(unchanged: Sequence[JudgedTake]) -> Estimate:
    return share(sum(take.passed is not True for take in unchanged), len(unchanged))


def _between(unchanged: Sequence[JudgedTake], way: str) -> Estimate:
    """AUC of takes with their own references against the same takes with the other characters'."""
    same: list[Observed] = []
    different: list[Observed] = []
    for take in unchanged:
        found = take.likenesses if way == IDENTITY else take.baselines.get(way, {})
        for id, likeness in found.items():
            (same if id == take.character else different).append(Observed(likeness, take.character))
    return auc(same, different)


def _rung(trait: str, changed: Sequence[JudgedTake], unchanged: Sequence[JudgedTake]) -> Rung:
    """Unchanged takes are those of the characters that have the trait."""
    names = {take.character for take in changed}
    still = [take for take in unchanged if take.character in names]
    full = [take for take in changed if take.strength == 1]
    half = [take for take in changed if take.strength >= SEEN_FROM]
    every = [*still, *changed]
    strengths, sizes = [take.strength for take in every], [take.size for take in every]

    def told(
        drift: Callable[[JudgedTake], float | None],
        ranked: Callable[[JudgedTake], float | None] | None = None,
        silent: bool = False,
    ) -> Told:
        """``silent``: takes of which it says nothing are left out; else they have the least drift."""
        told_of = [take for take in (*full, *still) if not silent or drift(take) is not None]
        return Told(
            spearman=spearman(strengths, _observed(every, ranked or drift), sizes),
            auc=auc(
                _observed([take for take in told_of if take.trait], drift),
                _observed([take for take in told_of if not take.trait], drift),
            ),
        )

    return Rung(
        trait=trait,
        identity=told(lambda take: NOT_FOUND if take.z is None else 1 - take.z),
        line=told(lambda take: beyond(take, trait), lambda take: drifted(take, trait), silent=True),
        within=spearman_within(strengths, _observed(every, lambda take: beyond(take, trait))),
        baselines={way: told(lambda take, way=way: _drift(take, way)) for way in BASELINES},  # type: ignore[misc]
        failed=share(sum(take.passed is False for take in full), len(full)),
        caught=share(sum(take.passed is False for take in half), len(half)),
        shown=share(sum(_doubted(take) for take in half), len(half)),
    )


def _drift(take: JudgedTake, way: str) -> float | None:
    likeness = take.baselines.get(way, {}).get(take.character)
    if likeness is None:
        return NOT_FOUND if take.z is None and take.baselines else None
    return 1 - likeness


def beyond(take: JudgedTake, trait: str) -> float | None:
    """How far the trait's line lies beyond noise; of age the furthest of all that changes with it."""
    if trait in LINES:
        return take.lines.get(LINES[trait])
    return max((value for name in OF_AGE if (value := take.lines.get(name)) is not None), default=None)


def drifted(take: JudgedTake, trait: str) -> float | None:
    """The drift of the trait's line, in its unit; what has no unit of its own as `beyond`."""
    return take.drifts.get(LINES[trait]) if trait in LINES else beyond(take, trait)


def _line(take: JudgedTake) -> float | None:
    return beyond(take, take.trait)


def _doubted(take: JudgedTake) -> bool:
    line = _line(take)
    return line is not None and line >= 1


def _observed(takes: Sequence[JudgedTake], drift: Callable[[JudgedTake], float | None]) -> list[Observed]:
    return [Observed(drift(take), take.character) for take in takes]


def moved(takes: Sequence[JudgedTake], kinds: Sequence[str]) -> list[Moved]:
    """How often each of ``kinds`` (variants) moved the verdict of the take that it is a variant of; last, all of them
    but framing together."""
    plain = {(take.character, take.of): take for take in takes if not take.variant}
    pairs = [(take, plain[take.character, take.of]) for take in takes if take.variant]
    rows = [_moved(kind, [pair for pair in pairs if pair[0].variant == kind]) for kind in kinds]
    together = [pair for pair in pairs if pair[0].variant in kinds and pair[0].variant != "framing"]
    return [*rows, _moved("together", together)]


def _moved(name: str, pairs: Sequence[tuple[JudgedTake, JudgedTake]]) -> Moved:
    return Moved(
        name=name,
        verdicts=share(sum(one.passed != other.passed for one, other in pairs), len(pairs)),
        fails=sum(one.passed is False and other.passed is True for one, other in pairs),
        lines=share(sum(set(one.changed) != set(other.changed) for one, other in pairs), len(pairs)),
    )


def nuisances(takes: Sequence[JudgedTake]) -> list[Moved]:
    """Of the plain takes and their variations."""
    return moved(takes, NUISANCES)


def stability(takes: Sequence[JudgedTake]) -> list[Moved]:
    """Of the moving takes and what they are encoded to."""
    return moved(takes, ENCODINGS)


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
