"""Judging the cast of one take: who is where in each frame, what every judge makes of it, and whether it passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from continuity.plan.schema import CastMember
from continuity.scoring import metrics
from continuity.scoring.calibration.anchor import Anchor
from continuity.scoring.calibration.anchors import Anchors
from continuity.scoring.heads.locate import assign
from continuity.scoring.judges.base import Judge
from continuity.scoring.judges.look import LOOK
from continuity.scoring.references.prepared import Prepared
from continuity.scoring.references.subjects import References, Subject
from continuity.scoring.scenes.score import WardrobeScore
from continuity.scoring.takes.covered import Cover, Hidden
from continuity.scoring.takes.result import Box, CharacterScore, FrameScore, Reading
from continuity.scoring.takes.seen import Placed, Seen, Sight, judge_of
from continuity.scoring.traits.anchored import TraitAnchors, lines_of_take
from continuity.scoring.traits.reading import Shown
from continuity.scoring.traits.takes import TraitLine

FRAME_DIGITS = 4  # decimals of seconds and of places in a frame
TOO_NEAR = "another character is too near in every frame"  # for traits to be read
NEARLY = 0.2  # z: a character's double is as like them as that; who merely resembles them is further off


def _twice(
    judge: Judge, anchor: Anchor, sight: Sight, placed: Placed, id: str, rivals: Sequence[str], first: Seen
) -> float | None:
    """Share of frames in which the subject is seen a second time, as like it as a take that passes, and as the first.

    None where nothing says how like that is.
    """
    if anchor.threshold is None or not sight.views:
        return None
    seconds: Placed = []
    for view, looked, given in zip(sight.views, sight.looked, placed, strict=True):
        candidates = looked[id] if anchor.judge == LOOK else judge.search(view, [id])[id]
        taken = [window for window in given.values() if window is not None]
        seconds.append(assign({id: candidates}, {id: anchor.found}, taken) if given.get(id) else {id: None})
    seen = Seen.by(judge, anchor, sight, seconds, id, rivals)
    as_first = {index: z - NEARLY for (index, _), z in zip(first.found, first.scaled, strict=True)}
    like = [z >= max(anchor.threshold, as_first[n]) for (n, _), z in zip(seen.found, seen.scaled, strict=True)]
    nearer = [margin > 0 for margin in seen.margins] or [True] * len(like)
    return round(sum(a and b for a, b in zip(like, nearer, strict=True)) / len(sight.views), metrics.DIGITS)


def judged(
    cast: Mapping[str, tuple[CastMember, Subject]],
    references: References,
    prepared: Prepared,
    anchors: Anchors,
    traits: TraitAnchors,
    sight: Sight,
    placed: Placed,
    seen: Mapping[str, Seen],
    hidden: Hidden,
    worn: Mapping[str, WardrobeScore | None],
) -> dict[str, CharacterScore]:
    """The score of every member of the cast, by character.

    ``placed`` as its own judge finds each, and ``seen`` as it sees each there; where they are ``hidden`` is in neither.
    """
    others = _placed_by_others([subject.id for _, subject in cast.values()], anchors, prepared, sight)
    scores = {}
    for id, (member, subject) in cast.items():
        rivals = references.rivals(subject.id)
        beside = []
        for anchor in anchors.beside.get(subject.id, ()):
            by_it = Seen.by(judge_of(prepared, anchor), anchor, sight, others[anchor.judge], subject.id, rivals)
            covered = hidden.get(subject.id, Cover()).hidden
            beside.append(Reading(**by_it.without(covered).reading(anchor, len(sight.views), len(covered))))
        scores[id] = _character(
            member,
            subject,
            rivals,
            prepared,
            anchors,
            traits,
            sight,
            placed,
            seen[subject.id],
            hidden.get(subject.id, Cover()),
            worn[id],
            beside,
        )
    return scores


def _placed_by_others(subjects: Sequence[str], anchors: Anchors, prepared: Prepared, sight: Sight) -> dict[str, Placed]:
    """By judge: where everybody is, were all judged by it who can be; only those that judge one of ``subjects``."""
    names = {anchor.judge for id in subjects for anchor in anchors.beside.get(id, ())}
    everybody = {id for windows in sight.looked for id in windows} | set(subjects)
    by = {name: {id: one for id in sorted(everybody) if (one := anchors.by(id, name)) is not None} for name in names}
    return {name: sight.placed(own, prepared) for name, own in by.items()}


def _character(
    member: CastMember,
    subject: Subject,
    rivals: Sequence[str],
    prepared: Prepared,
    anchors: Anchors,
    traits: TraitAnchors,
    sight: Sight,
    placed: Placed,
    seen: Seen,
    cover: Cover,
    worn: WardrobeScore | None,
    beside: list[Reading],
) -> CharacterScore:
    anchor, views, times, covered = anchors.subjects[subject.id], sight.views, sight.times, cover.hidden
    frames = [
        FrameScore(round(t, FRAME_DIGITS), False, box=_written(covered[n]), covered=True)
        if n in covered
        else FrameScore(round(t, FRAME_DIGITS), False)
        for n, t in enumerate(times)
    ]
    for place, (index, window) in enumerate(seen.found):
        of_frame = seen.identities[place], seen.scaled[place], seen.margins[place] if seen.margins else None
        frames[index] = FrameScore(round(times[index], FRAME_DIGITS), True, *of_frame, _written(window.box))
    curve = [
        (round(seconds, FRAME_DIGITS), round(cosine, metrics.DIGITS))
        for seconds, cosine in metrics.drift_curve([times[index] for index, _ in seen.found], seen.embedded)
    ]
    lines: list[TraitLine] = []
    if subject.id in traits:
        windows = {n: window for n, window in seen.found if n not in cover.touched}
        shown = [Shown(view.picture, windows[n].box) if n in windows else None for n, view in enumerate(views)]
        lines = lines_of_take(shown, traits[subject.id], member.wardrobe)
        if seen.found and not windows:
            lines = [replace(line, reason=TOO_NEAR) for line in lines]
    reading = seen.reading(anchor, len(views), len(covered))
    if reading["passed"] and any(line.verdict == "changed" for line in lines):
        reading["passed"] = False
    mirrored = [
        seen.own.against_mirror(vector, side)
        for vector, side in zip(seen.embedded, seen.sides, strict=True)
        if seen.own is not None
    ]
    return CharacterScore(
        **reading,
        subject=subject.id,
        wardrobe=worn.identity if worn else None,
        copy_paste=metrics.rounded(metrics.copy_paste(mirrored)),
        drift_curve=curve,
        drift_slope_per_second=metrics.rounded(metrics.curve_slope(curve), metrics.FINE_DIGITS),
        frames=frames,
        traits=lines,
        twice=_twice(judge_of(prepared, anchor), anchor, sight, placed, subject.id, rivals, seen),
        vector=seen.embedded[metrics.medoid(seen.embedded)] if len(seen.embedded) else None,
        beside=beside,
    )


def _written(box: Box) -> Box:
    """Within the frame, and rounded."""
    x0, y0, x1, y1 = (round(min(max(v, 0.0), 1.0), FRAME_DIGITS) for v in box)
    return x0, y0, x1, y1
