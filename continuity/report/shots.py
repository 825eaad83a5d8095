"""The shots in story order: the select, why it was selected, the takes it was chosen from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from continuity.plan.schema import Shot
from continuity.records.repairs import verdict
from continuity.report.calibrations import number
from continuity.report.data import Calibration, Comparison, LineView, ShotView, TakeView
from continuity.report.explain import written
from continuity.report.sources import Sources
from continuity.report.takes import take_view, unscored_view

SELECT_FRAMES, SELECT_WIDTH = 8, 320
OTHER_FRAMES, OTHER_WIDTH = 3, 240
COMPARED_FRAMES, COMPARED_WIDTH = 4, 320
# A page of a hundred thousand thumbnails opens nowhere: past this many, every strip is cut to two frames.
MOST_PICTURES = 3000

WAYS = {
    "another-take": "another take",
    "restore": "restoring it",
    "face-swap": "a face swap",
    "lip-sync": "a lip sync",
    "stronger-references": "stronger references",
}

SAID = {"dub": "spoken over the footage", "subtitle": "written alone", "recorded": "as recorded"}  # beside footage

Compared = Callable[[str], TakeView | None]  # a take by its key, with the frames that a comparison shows


def shot_views(sources: Sources, thresholds: dict[str, Calibration]) -> list[ShotView]:
    """Every shot of the plan; without scores a shot still shows its words and its takes' requests."""
    pictures = sum(SELECT_FRAMES + OTHER_FRAMES * len(sources.scored(shot.id)) for shot in sources.ordered_shots)
    frames = (SELECT_FRAMES, OTHER_FRAMES) if pictures <= MOST_PICTURES else (2, 2)
    return [_shot(sources, thresholds, shot, frames) for shot in sources.ordered_shots]


def _shot(sources: Sources, thresholds: dict[str, Calibration], shot: Shot, frames: tuple[int, int]) -> ShotView:
    choice = (sources.selects.get("shots") or {}).get(shot.id) or {}
    chosen = str(choice.get("key") or "")

    def view(scored: dict[str, Any], most: int, width: int) -> TakeView:
        selected = bool(chosen) and str(scored.get("key", ""))[:12] == chosen[:12]
        return take_view(sources, thresholds, shot, scored, selected=selected, frames=most, width=width)

    scored = {str(take.get("key", ""))[:12]: take for take in sources.scored(shot.id)}
    select = view(scored[chosen[:12]], frames[0], SELECT_WIDTH) if chosen[:12] in scored else None
    others = [view(take, frames[1], OTHER_WIDTH) for key, take in scored.items() if key != chosen[:12]]
    for take in sources.takes:
        if take.shot == shot.id and take.key[:12] not in scored:
            if take.key[:12] == chosen[:12]:
                select = unscored_view(take, selected=True)
            else:
                others.append(unscored_view(take, selected=False))

    def compared(key: str) -> TakeView | None:
        known = scored.get(key[:12])
        return view(known, min(COMPARED_FRAMES, frames[0]), COMPARED_WIDTH) if known and known.get("pictures") else None

    return ShotView(
        id=shot.id,
        episode=shot.episode,
        facts=_facts(sources, shot),
        action=shot.action,
        not_acted=sources.not_drawn("action", shot.id, "action"),
        prompt=shot.prompt,
        lines=_lines(sources, shot, scored.get(chosen[:12], {})),
        select=select,
        reason=str(choice.get("reason") or ""),
        others=others,
        comparisons=[*_transfers(sources, shot, compared), *_repairs(sources, shot, compared)],
        seconds=float(choice.get("seconds") or shot.seconds),
    )


def _facts(sources: Sources, shot: Shot) -> list[tuple[str, str]]:
    place = sources.plan.locations.get(shot.location or "")
    where = (place.name if place else shot.location or "") + (f", {shot.time}" if shot.time else "")
    cast = "; ".join(
        f"{_name(sources, m.character)} ({', '.join(filter(None, [m.wardrobe, m.expression, m.angle]))})"
        for m in shot.characters
    )
    props = ", ".join(sources.plan.props[p].name if p in sources.plan.props else p for p in shot.props)
    facts = [
        ("Framing", shot.framing + ("" if shot.camera == "static" else f", {shot.camera}")),
        ("Where", where),
        ("Light", shot.light),
        ("Cast", cast),
        ("Props", props),
        ("Length", f"{shot.seconds:g} s"),
        ("Model", f"{shot.model} ({shot.chosen.by}: {shot.chosen.reason})" if shot.chosen else ""),
        ("Starts from", f"the last frame of {shot.start_from}" if shot.start_from else ""),
    ]
    return [(label, value) for label, value in facts if value]


def _lines(sources: Sources, shot: Shot, select: dict[str, Any]) -> list[LineView]:
    """The script, with what was heard in the select: scores hold the lines that should be heard, in their order."""
    heard, voices = iter(select.get("heard") or []), iter(select.get("voices") or [])
    lines = []
    for line in shot.lines:
        words = str(next(heard, "") or "") if line.in_take else ""
        voice = next(voices, None) if line.in_take else None
        said = SAID.get(line.sound or "", "")
        lines.append(LineView(_name(sources, line.character), line.text, line.at, line.off_screen, words, voice, said))
    return lines


def _name(sources: Sources, character: str) -> str:
    """Of a narrator, who is nobody's character, the series' own word for the voice."""
    known = sources.plan.characters.get(character)
    return known.name if known else character.replace("-", " ").capitalize()


def _transfers(sources: Sources, shot: Shot, compared: Compared) -> list[Comparison]:
    """Each transferred take beside its driving clip."""
    found = []
    for take in sources.takes:
        if take.shot != shot.id or take.folder != "transferred":
            continue
        before, after = compared(take.of) if take.of else None, compared(take.key)
        if before and after:
            look = f" in {shot.transfer.look}" if shot.transfer else ""
            whom = _name(sources, shot.transfer.character) if shot.transfer else "the character"
            sentence = f"The performance of the driving clip, carried over to {whom}{look}."
            title = f"Motion transfer, take {take.key[:12]}"
            found.append(Comparison("transfer", title, sentence, "Driving clip", "Result", before, after))
    return found


def _repairs(sources: Sources, shot: Shot, compared: Compared) -> list[Comparison]:
    found = []
    for repair in sources.evidence.get("repairs") or []:
        before, after = (compared(str(repair.get(side) or "")) for side in ("before", "after"))
        if not (before and after):
            continue
        title = f"Repair of take {str(repair.get('before'))[:12]}"
        if way := WAYS.get(str(repair.get("route"))):
            title += f" by {way}"
        if price := number(repair, "price_usd"):
            title += f", ${price:.2f}"
        found.append(Comparison("repair", title, _judged(repair, after), "Before", "After", before, after))
    return found


def _judged(repair: dict[str, Any], after: TakeView) -> str:
    """Whether a repair was kept and why, with the worst moments and what chance alone may do to them."""
    was, now = number(repair, "before_score"), number(repair, "after_score")
    gain, noise = number(repair, "gain"), number(repair, "noise")
    scores = f" Worst moment, scaled: {was:.3f} before, {now:.3f} after" if was is not None and now is not None else ""
    if scores and gain is not None and noise is not None:
        scores += f", a gain of {written(gain, 'signed')} where up to {noise:.3f} may be chance"
    verdicts = [score.on_model for score in after.scores]
    passes = bool(verdicts) and all(one is True for one in verdicts)
    said = verdict(bool(repair.get("kept")), passes, gain, noise)
    return f"{said}{scores}." if scores else said
