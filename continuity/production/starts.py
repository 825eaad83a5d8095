"""Whether the frame that a shot would start from shows the face that it needs, before a take of it is paid.

A model keeps what it begins with: from a frame that shows somebody else, or only the back of a head, it goes on with
that for as long as the chain is. The judges that score takes look at the frame, by the same calibration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from continuity.errors import FrameUnfit
from continuity.media.pictures import read_picture
from continuity.plan.picks import picks_file
from continuity.plan.schema import CastMember, Plan, Shot
from continuity.production.library import NotMadeYet, folder_of
from continuity.production.making import Ask, Making
from continuity.production.rounds import Rounds
from continuity.production.score import Scoring
from continuity.production.workspace import SHORT, Made
from continuity.scoring.judges.look import LOOK
from continuity.scoring.judges.view import View
from continuity.scoring.opencv import one_code_path
from continuity.scoring.references.prepared import prepare
from continuity.scoring.takes.seen import Seen, Sight, judge_of, searched


def other_starts(
    root: Path,
    plan: Plan,
    making: Making,
    rounds: Rounds,
    asked: Sequence[tuple[Shot, int]],
    asks: Sequence[Ask],
    earlier: Mapping[str, Sequence[Made | None]],
) -> dict[int, Made]:
    """By place in ``asked``, the picked take that a missing take starts from, where its own would not do.

    Looked at is what would be paid and starts from a frame with somebody of its own cast. Raises FrameUnfit naming each
    frame that will not do where no pick does.
    """
    instead: dict[int, Made] = {}
    unfit: list[str] = []
    for index, ((shot, number), ask) in enumerate(zip(asked, asks, strict=True)):
        cast = needed(plan, shot)
        if not cast or not shot.price_usd or not _is_asked_for(making, ask) or not _is_drawn(root, plan):
            continue
        before = earlier[shot.start_from or ""]
        start = before[number % len(before)]
        if start is None or not (wrong := lacking(rounds.scoring, making.last_frame(start), cast)):
            continue
        picked = _picked(plan, shot, before)
        if picked not in (None, start) and not lacking(rounds.scoring, making.last_frame(picked), cast):
            instead[index] = picked
        else:
            unfit.append(_sentence(root, plan, shot, making.last_frame(start), start, wrong))
    if unfit:
        raise FrameUnfit("\n".join([*dict.fromkeys(unfit), "Nothing was sent"]))
    return instead


def needed(plan: Plan, shot: Shot) -> list[CastMember]:
    """Those of a shot's cast who are in the frame that it starts from: they were in the shot before, in that look."""
    if shot.start_from is None:
        return []
    there = {(member.character, member.look) for member in plan.shots[shot.start_from].characters}
    return [member for member in shot.characters if (member.character, member.look) in there]


def lacking(scoring: Scoring, frame: Path, cast: Sequence[CastMember]) -> dict[str, str]:
    """By character what is wrong with the frame, in words; nothing of whom too little is known for a verdict."""
    references, anchors, plan = scoring.references, scoring.anchors, scoring.plan
    subjects = {m.character: one for m in cast if (one := references.subject(m.character, m.look)) is not None}
    by = {id: anchors.subjects[id] for id in searched(references, subjects) if anchors.subjects[id].judge}
    wrong = {}
    with one_code_path():
        prepared = prepare(references, plan.scorer, scoring.store.vectors)
        view = View(read_picture(frame), prepared.statistics)
        looked = prepared.look.search(view, only=[id for id in by if anchors.by(id, LOOK)])
        sight = Sight([0.0], [view], [looked])
        placed = sight.placed(by, prepared)
        for character, subject in subjects.items():
            anchor = by.get(subject.id)
            if anchor is None or anchor.threshold is None:
                continue
            rivals = references.rivals(subject.id)
            seen = Seen.by(judge_of(prepared, anchor), anchor, sight, placed, subject.id, rivals)
            read = seen.reading(anchor, 1)
            if not seen.found:
                wrong[character] = f"{character} is not found in it"
            elif read["passed"] is False:
                z = f"z {read['z']:.2f}, and {anchor.threshold:.2f} is the least"
                wrong[character] = f"what is there of {character} is not surely {character} ({z})"
    return wrong


def _is_asked_for(making: Making, ask: Ask) -> bool:
    """Whether the take is missing, and all that it is made from is there."""
    try:
        ask.wanted()
    except NotMadeYet:
        return False
    return making.lacks(ask)


def _is_drawn(root: Path, plan: Plan) -> bool:
    """Whether the pictures are here that judges compare with; a dry run may come before them."""
    return all((folder_of(root) / item.path).is_file() for item in plan.library if item.kind == "image")


def _picked(plan: Plan, shot: Shot, before: Sequence[Made | None]) -> Made | None:
    pick = plan.picks.get(shot.start_from or "")
    if pick is None or not pick.selected:
        return None
    return next((made for made in before if made and made.key.startswith(pick.selected)), None)


def _sentence(root: Path, plan: Plan, shot: Shot, frame: Path, start: Made, wrong: Mapping[str, str]) -> str:
    shown = frame.relative_to(root).as_posix() if frame.is_relative_to(root) else frame.name
    before = shot.start_from
    return (
        f"{shot.id} would start from the last frame of {before}, take {start.key[:SHORT]} ({shown}), which does not "
        f"show the face that it needs: {'; '.join(wrong.values())}. Make another take of {before} (`seed`, `takes`), "
        f"pick one that ends on that face (`selected` of {before} in {picks_file(plan.series.id)}), or take "
        f"`start_from` out of {shot.id}"
    )
