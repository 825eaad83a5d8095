"""How each look's threshold came about: what it was made from, who judges, how sure it is, what would make it surer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from continuity.report import charts
from continuity.report.charts import Group, Place
from continuity.report.data import Calibration, Chart, Mistakes, ShotView, ThresholdView
from continuity.report.explain import written
from continuity.report.sources import Sources
from continuity.report.weak import FEW

KINDS = {
    "itself": "of its own pictures",
    "character": "of other characters",
    "lookalike": "of lookalikes",
}
WRONG = {"itself": "fail", "character": "pass", "lookalike": "pass"}
USES = {
    "staged": "Staged and compared with",
    "compared": "Compared with, and not staged",
    "left out": "Left out",
}
CLEAR = ("shows the same as a picture before it", "shows no face")  # left out, and no box would change that
HOW = {
    "backdrop": "head found by its outline before a plain backdrop",
    "box": "head where a person says it is",
    "face": "head found by its face",
    "template": "head found by the templates of the others",
    "whole picture": "taken whole, as a still of a head",
}


def threshold_views(
    sources: Sources, shots: list[ShotView], calibrations: dict[str, Calibration]
) -> list[ThresholdView]:
    """One for every calibrated look, in the plan's order of characters."""
    folders = {
        look.folder: (character, look.id)
        for character in sources.plan.characters.values()
        for look in character.looks.values()
    }
    views = []
    for name in sorted(calibrations, key=lambda name: [*folders, name].index(name)):
        calibration, known = calibrations[name], folders.get(name)
        title, colour = name, 0
        if known:
            character, look = known
            title = character.name if len(character.looks) == 1 else f"{character.name}, {look}"
            colour = sources.colours[character.id]
        views.append(
            ThresholdView(
                title=title,
                colour=colour,
                calibration=calibration,
                summary=_summary(calibration),
                over=_over(calibration),
                judged=_judged(calibration, sources),
                chart=_chart(calibration, title, colour, shots, sources),
                references=_references(calibration),
                mistakes=[_mistaken(row) for row in calibration.mistakes],
                advice=list(_advice(calibration)),
            )
        )
    return views


def _summary(calibration: Calibration) -> str:
    if calibration.threshold is None:
        return "no verdict"
    sure = ""
    if calibration.equal_error:
        rate, low, high = (written(value, "percent") for value in calibration.equal_error)
        sure = f", equal-error rate {rate}, 95\N{NARROW NO-BREAK SPACE}% interval {low} to {high}"
    return f"threshold {calibration.threshold:.3f}{sure}"


def _over(calibration: Calibration) -> str:
    pictures = sum(one.pictures for one in calibration.staged if one.kind == "itself")
    others = {one.name for one in calibration.staged if one.kind == "character"}
    if not calibration.equal_error:
        return ""
    return f"{_number(pictures, 'picture')} of its own and {_number(len(others), 'other character')}"


def _number(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _judged(calibration: Calibration, sources: Sources) -> str:
    if not calibration.judge:
        return "Nobody judges: no reference picture shows whom it is about."
    words = f"Judged by its {calibration.judge}, compared by {calibration.encoder or 'the series’ encoder'}."
    if calibration.chosen_for:
        return f"{words} Of the two judges this one, since {calibration.chosen_for}."
    if len(sources.plan.scorer.judges) == 1:
        return f"{words} No other judge is allowed (scorer.judges)."
    if calibration.judge == "look":
        return f"{words} Too few of its references show a face for sure, so there is no other judge."
    return words


def _chart(calibration: Calibration, title: str, colour: int, shots: list[ShotView], sources: Sources) -> Chart | None:
    here = _of_series(calibration, shots)
    groups = [*_staged(calibration, sources), *([Group("This series’ takes", f"c{colour % 6}", here)] if here else [])]
    words = f"{title}: worst moments of staged takes, and of this series’ takes"
    return charts.worst_moments(
        f"{calibration.anchor}-chart", words, groups, calibration.threshold, calibration.floor, calibration.ceiling
    )


def _staged(calibration: Calibration, sources: Sources) -> list[Group]:
    """By identity: several lookalikes, and several looks of one character, share a row."""
    if not calibration.staged:  # evidence of an earlier version
        known = (("Itself", "same", calibration.same), ("Others", "different", calibration.different))
        return [Group(label, kind, [Place(z) for z in values]) for label, kind, values in known if values]
    moments = iter([*calibration.same, *calibration.different])
    groups: dict[str, Group] = {}
    for one in calibration.staged:
        character = sources.plan.characters.get(one.name)
        name = character.name if character else one.name
        label, kind = {
            "itself": ("Itself, staged", "same"),
            "character": (f"{name}, staged", "different"),
            "lookalike": ("Lookalikes, staged", "alike"),
            "background": ("Backgrounds", "different"),
            "corner": ("Corners of pictures", "different"),
        }[one.kind]
        group = groups.setdefault(label, Group(label, kind, []))
        group.places.extend(Place(next(moments), f"{name}" if one.name else "") for _ in range(one.takes))
    return [group for group in groups.values() if group.places]


def _of_series(calibration: Calibration, shots: list[ShotView]) -> list[Place]:
    return [
        Place(
            score.z_p05,
            f"{shot.id}, take {take.short_key}{' (select)' if take.selected else ''}: {score.z_p05:.3f}",
            hollow=not take.selected,
            off=score.on_model is False,
        )
        for shot in shots
        for take in [*([shot.select] if shot.select else []), *shot.others]
        for score in take.scores
        if score.calibration == calibration.anchor and score.z_p05 is not None
    ]


def _references(calibration: Calibration) -> list[tuple[str, str]]:
    """Pictures of which the same is true, together: what was done with them and how, and their names."""

    def said(row: tuple[str, str, str]) -> str:
        _, use, how = row
        return f"{USES[use]}: {HOW.get(how, how)}"

    order = list(USES)
    rows = sorted(calibration.references, key=lambda row: (order.index(row[1]), row[2]))
    return [
        (words, ", ".join(role.removeprefix(f"{calibration.name}/") for role, _, _ in of_them))
        for words, of_them in ((words, list(found)) for words, found in groupby(rows, said))
    ]


def _mistaken(row: Mistakes) -> list[str]:
    over = "picture" if row.kind == "itself" else "lookalike" if row.kind == "lookalike" else "character"
    return [
        f"{row.takes} staged takes {KINDS[row.kind]} that {WRONG[row.kind]}",
        written(row.share, "percent"),
        f"{written(row.low, 'percent')} to {written(row.high, 'percent')}",
        _number(row.n, over),
    ]


def _advice(calibration: Calibration) -> Iterator[str]:
    """What to add, by what the calibration had too little of; nothing where nobody wrote down what it had."""
    if not calibration.staged and not calibration.references:
        return
    used = [role for role, use, _ in calibration.references if use != "left out"]
    kinds = {kind: {one.name for one in calibration.staged if one.kind == kind} for kind in KINDS}
    corners = any(one.kind == "corner" for one in calibration.staged)
    unclear = [role for role, use, how in calibration.references if use == "left out" and how not in CLEAR]
    if unclear:
        yield (
            f"Say where the head is in {_number(len(unclear), 'picture')} that could not be used: `continuity "
            "references box`; `continuity references show` draws what was found."
        )
    if len(used) < FEW:
        yield (
            f"Add pictures: {_number(len(used), 'distinct one')} can be used. Other angles and "
            f"expressions count, copies do not; from {FEW} on less is allowed between them."
        )
    if not (others := kinds["character"]):
        yield (
            "Add another character: with none, nobody knows how many others the threshold lets pass."
            + (" A location helps too: its plate says what is nobody." if corners else "")
        )
    elif calibration.equal_error and len(others) < FEW:
        met = _number(len(others), "other")
        yield f"Add characters: the interval is as wide as it is since the threshold has met {met}."
    if not kinds["lookalike"] and calibration.judge == "look":
        yield "Add lookalikes (`library.lookalikes` of the series): they say whom the bible’s words alone let pass."
