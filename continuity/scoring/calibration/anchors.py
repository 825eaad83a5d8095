"""Calibration: what same and different mean for this project's characters, and who is to judge each.

Per subject, from the project's own pictures and nothing else: `look` and `face` say how each judge is calibrated.
Where a subject's references show faces, both are, and the one that tells it apart better judges it (`chosen`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from continuity.plan.schema import Scorer
from continuity.scoring import vectors
from continuity.scoring.calibration import account, face, look
from continuity.scoring.calibration.account import Candidate, Used
from continuity.scoring.calibration.anchor import Anchor
from continuity.scoring.heads.bank import SIDES
from continuity.scoring.judges.base import Judge
from continuity.scoring.judges.face import FACE
from continuity.scoring.judges.look import LOOK, LookJudge
from continuity.scoring.opencv import one_code_path
from continuity.scoring.references.prepared import VERSION, Prepared, prepare
from continuity.scoring.references.subjects import References, Subject

MOSTLY = 0.9  # share of staged frames
WELL = 3.0  # standard deviations between two kinds: one in fifteen is mistaken
NOBODY = Anchor(
    floor=0.0,
    ceiling=1.0,
    floors={str(side): 0.0 for side in SIDES},
    ceilings={str(side): 1.0 for side in SIDES},
    threshold=None,
    found=1.0,
    error=None,
    same=[],
    different=[],
    calibrated_on="nothing",
    no_verdict="nobody can be told apart in the reference pictures; `continuity references show` shows them",
)


@dataclass(frozen=True)
class Anchors:
    """All subjects' anchors: of the judge that was chosen for each, and of those ``beside`` it, in their order.

    ``encoder`` compares whole heads, and what is not a head; a subject's own may be another.
    """

    encoder: str
    subjects: dict[str, Anchor]
    beside: dict[str, list[Anchor]] = field(default_factory=dict)

    def all_of(self, id: str) -> list[Anchor]:
        """The chosen one first."""
        return [self.subjects[id], *self.beside.get(id, ())]

    def to_json(self) -> dict[str, Any]:
        """By subject."""
        return {
            id: {**asdict(anchor), "beside": [asdict(other) for other in self.beside.get(id, ())]}
            for id, anchor in self.subjects.items()
        }

    @classmethod
    def from_json(cls, encoder: str, value: Mapping[str, Any]) -> Anchors:
        """From `to_json`, or from what was written before there was anything beside."""
        plain = {id: {k: v for k, v in anchor.items() if k != "beside"} for id, anchor in value.items()}
        others = {id: [Anchor.from_json(one) for one in anchor.get("beside", ())] for id, anchor in value.items()}
        beside = {id: anchors for id, anchors in others.items() if anchors}
        return cls(encoder, {id: Anchor.from_json(anchor) for id, anchor in plain.items()}, beside)

    def judged_by(self, judge: str) -> list[str]:
        """The subjects whose judge that is."""
        return [id for id, anchor in self.subjects.items() if anchor.judge == judge]

    def by(self, id: str, judge: str) -> Anchor | None:
        """The first of that judge's, who finds a subject the same with every encoder; None where it cannot judge it."""
        return next((anchor for anchor in self.all_of(id) if anchor.judge == judge), None)


def anchors(references: References, scorer: Scorer, folder: Path) -> Anchors:
    """Calibrate every subject under every judge that can judge it, and choose one for each.

    Cached in ``folder`` by the pictures' bytes, the judge's encoder and `VERSION`: one more encoder leaves the
    calibration of the others as it is.
    """
    with one_code_path():
        prepared = prepare(references, scorer, folder)
        candidates = [
            _calibrated(judge, references, prepared, scorer, folder)
            for judge in prepared.all_judges
            if judge.name in scorer.judges
        ]
    subjects: dict[str, Anchor] = {}
    beside: dict[str, list[Anchor]] = {}
    for id in references.subjects:
        own = [one[id] for one in candidates if id in one]
        subjects[id] = chosen(own) if own else replace(NOBODY, references=_unused(references.subjects[id], prepared))
        others = [one for one in own if (one.judge, one.encoder) != (subjects[id].judge, subjects[id].encoder)]
        beside |= {id: others} if others else {}
    return Anchors(prepared.encoder.id, subjects, beside)


def _calibrated(
    judge: Judge, references: References, prepared: Prepared, scorer: Scorer, folder: Path
) -> dict[str, Anchor]:
    ground = [references.digest, scorer.threshold, scorer.frames, FACE in scorer.judges]
    key = vectors.key_of("anchors", VERSION, *ground, judge.name, judge.encoder.id)
    if (stored := vectors.load(folder, key)) is not None:
        return {id: Anchor.from_json(anchor) for id, anchor in vectors.from_array(stored["json"]).items()}
    if isinstance(judge, LookJudge):
        made = look.anchors(references, prepared, judge, scorer)
    else:
        made = face.anchors(references, prepared, scorer)
    made = {
        id: replace(anchor, references=_used(anchor, references.subjects[id], prepared)) for id, anchor in made.items()
    }
    vectors.save(folder, key, {"json": vectors.as_array({id: asdict(anchor) for id, anchor in made.items()})})
    return made


def _used(anchor: Anchor, subject: Subject, prepared: Prepared) -> list[Used]:
    """What was done with each reference, as the anchor's judge saw them."""
    located, face_judges = prepared.located(subject), anchor.judge == FACE
    compared = [one.role for one in located if (one.face if face_judges else one.head) is not None]
    return account.references(subject, located, compared, face.MOST_FACES if face_judges else look.MOST_HEADS)


def _unused(subject: Subject, prepared: Prepared) -> list[Used]:
    why = dict(prepared.unclear.get(subject.id, ()))
    return [Used(one.role, "left out", why.get(one.role, account.SAME_AS_ANOTHER)) for one in subject.heads]


def chosen(candidates: Sequence[Anchor]) -> Anchor:
    """Who judges a subject: of those who can, the one that tells it apart better from the other characters.

    Of several encoders of the look, the one that does; where that cannot be measured, the first.

    The face is preferred where it tells it apart well (`WELL`): a subject's references are often of one sitting or
    shot, whose clothes and light flatter the look, and a frame of another one does not share them. Where it cannot be
    measured, for want of others or of a second picture, the face judges if it is found in nearly all staged frames:
    it was made to tell people apart, and knows from many others how far one person varies.
    """
    if not candidates:
        return NOBODY
    might = [Candidate(one.judge, one.encoder, one.told_apart, one.staged_found) for one in candidates]
    return replace(_chosen(candidates), candidates=might)


def _chosen(candidates: Sequence[Anchor]) -> Anchor:
    looks = sorted((one for one in candidates if one.judge == LOOK), key=lambda one: -(one.told_apart or 0.0))
    faces = [one for one in candidates if one.judge == FACE]
    if len(candidates) == 1:
        return candidates[0]
    if not faces:
        told = " and ".join(f"{one.told_apart:.1f} by {one.encoder}" for one in looks if one.told_apart is not None)
        return replace(looks[0], chosen_for=told and f"standard deviations between it and others: {told}")
    if not looks:
        return faces[0]
    look, face = looks[0], faces[0]
    if look.told_apart is None or face.told_apart is None:
        seen = f"its face is found in {face.staged_found:.0%} of staged frames"
        return replace(face if face.staged_found >= MOSTLY else look, chosen_for=seen)
    # Frames in which there is nothing to judge are not told apart from anybody's.
    worth = {one.judge: (one.told_apart or 0.0) * one.staged_found for one in (look, face)}
    best = face if worth[FACE] >= WELL else max((look, face), key=lambda one: worth[one.judge])
    told = " and ".join(f"{worth[name]:.1f} by its {name}" for name in worth)
    return replace(best, chosen_for=f"standard deviations between it and others: {told}")
