"""Judging the cast of one take: who is where in each frame, what every judge makes of it, and whether it passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from continuity.plan.schema import CastMember
from continuity.scoring import metrics
from continuity.scoring.calibration.anchor import Anchor
from continuity.scoring.calibration.anchors import Anchors
from continuity.scoring.heads.bank import Bank
from continuity.scoring.heads.locate import assign
from continuity.scoring.heads.steady import borne_out
from continuity.scoring.judges.base import Judge
from continuity.scoring.judges.face import FACE
from continuity.scoring.judges.look import LOOK
from continuity.scoring.judges.view import View
from continuity.scoring.places import Window
from continuity.scoring.references.prepared import Prepared
from continuity.scoring.references.subjects import References, Subject
from continuity.scoring.scenes.score import WardrobeScore
from continuity.scoring.takes.result import CharacterScore, FrameScore, Reading
from continuity.scoring.traits.anchored import TraitAnchors, lines_of_take
from continuity.scoring.traits.reading import Shown
from continuity.scoring.traits.takes import TraitLine

FRAME_DIGITS = 4  # decimals of seconds and of places in a frame
NEARLY = 0.2  # z: a character's double is as like them as that; who merely resembles them is further off

Placed = list[dict[str, Window | None]]  # by frame and subject


@dataclass(frozen=True)
class Sight:
    """The frames of a take as they are judged; ``looked``: by frame and subject, where its look was found."""

    times: Sequence[float]
    views: Sequence[View]
    looked: Sequence[Mapping[str, list[Window]]]

    def placed(self, by: Mapping[str, Anchor], prepared: Prepared) -> Placed:
        """Where each subject is, were it judged as ``by`` says.

        Faces are given away first: who is known by one is not mistaken for another.
        """
        frames = []
        by_look = [id for id in by if by[id].judge == LOOK]
        sure = {id: borne_out([looked[id] for looked in self.looked]) for id in by_look}
        for index, (view, looked) in enumerate(zip(self.views, self.looked, strict=True)):
            windows: dict[str, Window | None] = {}
            for name in (FACE, LOOK):
                if judged := [id for id in by if by[id].judge == name]:
                    found = _judge(prepared, by[judged[0]]).search(view, judged) if name == FACE else looked
                    taken = [window for window in windows.values() if window is not None]
                    borne = {id: sure[id][index] for id in judged} if name == LOOK else None
                    windows |= assign(
                        {id: found[id] for id in judged}, {id: by[id].found for id in judged}, taken, borne
                    )
            frames.append(windows)
        return frames


def searched(references: References, shown: Mapping[str, Subject]) -> list[str]:
    """The shown looks, and one look of every other character, who should not be there."""
    subjects = [subject.id for subject in shown.values()]
    seen = set(shown)
    for subject in references.subjects.values():
        if subject.character not in seen:
            seen.add(subject.character)
            subjects.append(subject.id)
    return subjects


def found(placed: Placed, id: str) -> list[tuple[int, Window]]:
    """The frames in which a subject is, and where."""
    return [(index, window) for index, windows in enumerate(placed) if (window := windows.get(id)) is not None]


@dataclass(frozen=True)
class _Seen:
    """One subject in the frames of a take as one judge sees it: a row, a side and values per frame in which it is."""

    found: list[tuple[int, Window]]
    embedded: np.ndarray
    sides: list[int]
    own: Bank | None
    identities: list[float]
    scaled: list[float]
    margins: list[float]

    @classmethod
    def by(cls, judge: Judge, anchor: Anchor, sight: Sight, placed: Placed, id: str, rivals: Sequence[str]) -> _Seen:
        places = found(placed, id)
        embedded, sides = judge.embed([sight.views[n] for n, _ in places], [window for _, window in places], id)
        own, others = judge.banks.get(id), [judge.banks[rival] for rival in rivals if rival in judge.banks]
        likeness = [own.likeness(vector, side) for vector, side in zip(embedded, sides, strict=True) if own]
        margins = [
            round(value - max(other.likeness(vector, side) for other in others), metrics.DIGITS)
            for value, vector, side in zip(likeness, embedded, sides, strict=True)
            if others
        ]
        scaled = [round(anchor.z(value, side), metrics.DIGITS) for value, side in zip(likeness, sides, strict=True)]
        return cls(places, embedded, sides, own, [round(v, metrics.DIGITS) for v in likeness], scaled, margins)

    def reading(self, anchor: Anchor, frames: int) -> dict[str, Any]:
        """The fields of a `Reading` of that many frames."""
        coverage = round(len(self.found) / frames, metrics.DIGITS) if frames else 0.0
        z_p05 = metrics.rounded(metrics.identity_p05(self.scaled))
        margin = metrics.rounded(metrics.identity(self.margins))
        return {
            "judge": anchor.judge,
            "encoder": anchor.encoder,
            "identity": metrics.rounded(metrics.identity(self.identities)),
            "identity_p05": metrics.rounded(metrics.identity_p05(self.identities)),
            "z": metrics.rounded(metrics.identity(self.scaled)),
            "z_p05": z_p05,
            "coverage": coverage,
            "margin": margin,
            "passed": _passed(anchor, z_p05, coverage, margin),
        }


def _twice(
    judge: Judge, anchor: Anchor, sight: Sight, placed: Placed, id: str, rivals: Sequence[str], first: _Seen
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
    seen = _Seen.by(judge, anchor, sight, seconds, id, rivals)
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
    worn: Mapping[str, WardrobeScore | None],
) -> dict[str, CharacterScore]:
    """The score of every member of the cast, by character; ``placed`` as its own judge finds each."""
    others = _placed_by_others([subject.id for _, subject in cast.values()], anchors, prepared, sight)
    scores = {}
    for id, (member, subject) in cast.items():
        rivals = [one.id for one in references.subjects.values() if one.character != subject.character]
        beside = []
        for anchor in anchors.beside.get(subject.id, ()):
            seen = _Seen.by(_judge(prepared, anchor), anchor, sight, others[anchor.judge], subject.id, rivals)
            beside.append(Reading(**seen.reading(anchor, len(sight.views))))
        scores[id] = _character(member, subject, rivals, prepared, anchors, traits, sight, placed, worn[id], beside)
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
    worn: WardrobeScore | None,
    beside: list[Reading],
) -> CharacterScore:
    anchor, views, times = anchors.subjects[subject.id], sight.views, sight.times
    seen = _Seen.by(_judge(prepared, anchor), anchor, sight, placed, subject.id, rivals)
    frames = [FrameScore(round(t, FRAME_DIGITS), False) for t in times]
    for place, (index, window) in enumerate(seen.found):
        box = tuple(round(min(max(v, 0.0), 1.0), FRAME_DIGITS) for v in window.box)
        of_frame = seen.identities[place], seen.scaled[place], seen.margins[place] if seen.margins else None
        frames[index] = FrameScore(round(times[index], FRAME_DIGITS), True, *of_frame, box)  # type: ignore[arg-type]
    curve = [
        (round(seconds, FRAME_DIGITS), round(cosine, metrics.DIGITS))
        for seconds, cosine in metrics.drift_curve([times[index] for index, _ in seen.found], seen.embedded)
    ]
    lines: list[TraitLine] = []
    if subject.id in traits:
        windows = dict(seen.found)
        shown = [Shown(view.picture, windows[n].box) if n in windows else None for n, view in enumerate(views)]
        lines = lines_of_take(shown, traits[subject.id], member.wardrobe)
    reading = seen.reading(anchor, len(views))
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
        twice=_twice(_judge(prepared, anchor), anchor, sight, placed, subject.id, rivals, seen),
        vector=seen.embedded[metrics.medoid(seen.embedded)] if len(seen.embedded) else None,
        beside=beside,
    )


def _judge(prepared: Prepared, anchor: Anchor) -> Judge:
    return prepared.judge(anchor.judge, anchor.encoder)


def _passed(anchor: Anchor, z_p05: float | None, coverage: float, margin: float | None) -> bool | None:
    """By the worst moment, as takes are ranked and reported; None where the calibration gives no verdict."""
    if anchor.threshold is None:
        return None
    on_model = z_p05 is not None and z_p05 >= anchor.threshold
    return on_model and coverage >= metrics.LEAST_COVERAGE and (margin is None or margin > 0)
