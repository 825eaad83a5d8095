"""Where everybody is in the frames of a take, and how like their references they are there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from continuity.scoring import metrics
from continuity.scoring.calibration.anchor import Anchor
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
                    found = judge_of(prepared, by[judged[0]]).search(view, judged) if name == FACE else looked
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
class Seen:
    """One subject in the frames of a take as one judge sees it: a row, a side and values per frame in which it is."""

    found: list[tuple[int, Window]]
    embedded: np.ndarray
    sides: list[int]
    own: Bank | None
    identities: list[float]
    scaled: list[float]
    margins: list[float]

    @classmethod
    def by(cls, judge: Judge, anchor: Anchor, sight: Sight, placed: Placed, id: str, rivals: Sequence[str]) -> Seen:
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

    def without(self, frames: Collection[int]) -> Seen:
        """The same, but for these frames."""
        kept = [place for place, (index, _) in enumerate(self.found) if index not in frames]
        if len(kept) == len(self.found):
            return self

        def rows(values: Sequence[Any]) -> list[Any]:
            return [values[place] for place in kept] if values else []

        return replace(
            self,
            found=rows(self.found),
            embedded=self.embedded[kept],
            sides=rows(self.sides),
            identities=rows(self.identities),
            scaled=rows(self.scaled),
            margins=rows(self.margins),
        )

    def reading(self, anchor: Anchor, frames: int, covered: int = 0) -> dict[str, Any]:
        """The fields of a `Reading` of that many frames, in ``covered`` of which the head is hidden."""
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
            "passed": _passed(anchor, z_p05, coverage, frames - covered, len(self.found), margin),
        }


def judge_of(prepared: Prepared, anchor: Anchor) -> Judge:
    return prepared.judge(anchor.judge, anchor.encoder)


def _passed(
    anchor: Anchor, z_p05: float | None, coverage: float, uncovered: int, found: int, margin: float | None
) -> bool | None:
    """By the worst moment, as takes are ranked and reported; None where the calibration gives no verdict.

    None too where what is seen would pass, and it is seen in under half of the frames for what covers it in others.
    """
    if anchor.threshold is None:
        return None
    if z_p05 is None or z_p05 < anchor.threshold or (margin is not None and margin <= 0):
        return False
    if coverage >= metrics.LEAST_COVERAGE:
        return True
    return None if found >= metrics.LEAST_COVERAGE * uncovered else False
