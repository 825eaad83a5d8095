"""Calibrating the judge of faces.

The face network was trained to tell thousands of people apart, so that one picture already says who somebody is; how
far one person varies in it, and how far another lies, is known from people at large (`SAME_PERSON`, `OTHER_PERSON`,
`ALIKE_FROM`; decision 27). A project's own pictures correct that: people of CG films resemble each other more than
people do.

Per subject: *same* are its references staged as frames, each compared with the other pictures alone (where there is
only one, with itself, which says nothing of other pictures and so counts for nothing); *different* are the other
characters' references and its lookalikes, as far as they show faces. Floor and ceiling are means of what was found
and of what is known of people at large, which counts as much as `KNOWN` pictures or other characters do. The
threshold is the known one, moved towards the equal error point of the project's own staged takes by the same weights.
There is none where the face is hardly found, or others' are as near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from continuity.plan.schema import Scorer
from continuity.scoring import metrics
from continuity.scoring.calibration import account
from continuity.scoring.calibration.account import Identity, Kind
from continuity.scoring.calibration.anchor import LEAST_WIDTH, Anchor, Likeness, worst_moments
from continuity.scoring.encoders.face import OTHER_PERSON, SAME_PERSON
from continuity.scoring.faces.compared import described, extent, head_window, likely_faces
from continuity.scoring.heads.bank import SIDES, Bank
from continuity.scoring.heads.locate import crop
from continuity.scoring.judges.face import FACE, FaceJudge
from continuity.scoring.places import Face, Window
from continuity.scoring.references.prepared import Prepared, faces_of
from continuity.scoring.references.subjects import Picture, References, Subject
from continuity.scoring.staging import JPEG_QUALITY

ALIKE_FROM = 0.9  # equal error point of small compressed faces of one person (.944 ± .02) and of others (.815 ± .036)
KNOWN = 3  # pictures, or other characters, that people at large count as
MOST_FACES = 6  # references staged per subject
FACE_SHARES = (48, 96, 192, 384)  # pixels: extents of staged faces
ROOM = 0.6  # of a head's extent around it in a staged frame
SEEN = 0.5  # share of staged frames; a take in which a face is found in fewer cannot pass
CLAIMED = 0.35  # z from which a face may be the character's; one below is somebody else's

ALIKE = (
    "faces of others resemble the references as much as they resemble each other; take out pictures of others "
    "(`continuity references show` draws who was found) and add some that show the face large"
)
MISTAKEN = (
    "{rate:.0%} of staged takes are mistaken, of this face and of others alike; add pictures that show the face large, "
    "and from the front"
)
UNSEEN = (
    "the face is found in {share:.0%} of staged frames, and a take must show it in half of them; add pictures that "
    "show it large, and from the front"
)

Staged = list[Likeness | None]  # from far to near; None where no face was found


@dataclass(frozen=True)
class _Shot:
    """A face photographed again: its vector and side."""

    side: int
    vector: np.ndarray


def anchors(references: References, prepared: Prepared, scorer: Scorer) -> dict[str, Anchor]:
    """The anchor of every subject that can be judged by its face."""
    judge = prepared.face
    if judge is None:
        return {}
    seen = {id: faces_of(prepared.located(references.subjects[id]))[:MOST_FACES] for id in judge.banks}
    staged = {
        id: [_staged(picture, face, seed) for seed, (picture, face) in enumerate(own)] for id, own in seen.items()
    }
    return {id: _anchor(references.subjects[id], references, judge, staged, scorer) for id in judge.banks}


def _anchor(
    subject: Subject,
    references: References,
    judge: FaceJudge,
    staged: dict[str, list[list[_Shot | None]]],
    scorer: Scorer,
) -> Anchor:
    bank, own = judge.banks[subject.id], staged[subject.id]
    several = len(own) > 1
    same = [_likeness(bank, shots, index if several else None) for index, shots in enumerate(own)]
    rivals = [id for id in staged if references.subjects[id].character != subject.character]
    named: list[tuple[str, Kind, list[Staged]]] = [
        (references.subjects[id].character, "character", [_likeness(bank, shots) for shots in staged[id]])
        for id in rivals
    ]
    named += [
        (picture.role, "lookalike", [shots])
        for picture in subject.lookalikes
        if any(shots := _likeness(bank, _double(picture)))
    ]
    named = [one for one in named if any(pair for shots in one[2] for pair in shots)]
    others = [shots for _, _, shots in named]
    alike, apart = _values(same), [value for one in others for value in _values(one)]
    ceiling = _blended([float(np.mean(alike))] * len(own) if several and alike else [], SAME_PERSON)
    floor = _blended([float(np.mean(_values(one))) for one in others], OTHER_PERSON)
    alike_others, floor = floor > ceiling - LEAST_WIDTH, min(floor, ceiling - LEAST_WIDTH)
    floors, ceilings = ({str(side): round(value, metrics.SCALE_DIGITS) for side in SIDES} for value in (floor, ceiling))
    floor, ceiling = round(floor, metrics.SCALE_DIGITS), round(ceiling, metrics.SCALE_DIGITS)
    scale = Anchor(floor, ceiling, floors, ceilings, None, 0.0, None, [], [], "")
    same_worst = worst_moments(scale, _found(same), scorer.frames)
    apart_worst = [worst_moments(scale, _found(one), scorer.frames) for one in others]
    different_worst = [moment for moments in apart_worst for moment in moments]
    counted = [Identity(subject.character, "itself", len(own), len(same_worst) if several else 0)] + [
        Identity(name, kind, len(shots), len(moments))
        for (name, kind, shots), moments in zip(named, apart_worst, strict=True)
    ]
    moments = (same_worst if several else []) + different_worst
    sure = account.sureness(counted, moments)
    frames = [pair for shots in same for pair in shots]
    staged_found = round(sum(pair is not None for pair in frames) / len(frames), metrics.DIGITS)
    threshold, no_verdict = scorer.threshold, ""
    if threshold is None:
        threshold = known = (ALIKE_FROM - floor) / (ceiling - floor)
        if several and same_worst and different_worst:
            measured = metrics.equal_error(same_worst, different_worst)
            weight = min(len(own), len(others)) / (min(len(own), len(others)) + KNOWN)
            threshold = known + weight * (measured - known)
        if staged_found < SEEN:
            no_verdict = UNSEEN.format(share=staged_found)
        elif alike_others:
            no_verdict = ALIKE
        elif sure.rate is not None and sure.rate >= account.UNSURE:
            no_verdict = MISTAKEN.format(rate=sure.rate)
    decided = None if no_verdict else round(threshold, metrics.DIGITS)
    return replace(
        scale,
        threshold=decided,
        found=round(floor + CLAIMED * (ceiling - floor), metrics.SCALE_DIGITS),
        error=round(metrics.error_rate(same_worst, different_worst, threshold), 3)
        if several and same_worst and different_worst and decided is not None
        else None,
        same=same_worst if several else [],
        different=different_worst,
        calibrated_on=f"people at large, {len(frames)} staged frames of {len(own)} reference{'s' * several}"
        + (f", {len(others)} other faces" if others else ""),
        no_verdict=no_verdict,
        judge=FACE,
        encoder=judge.encoder.id,
        told_apart=metrics.rounded(metrics.separation(alike, apart)) if several else None,
        staged_found=staged_found,
        staged=counted,
        sureness=sure,
        mistakes=account.mistakes(counted, moments, decided),
    )


def _blended(measured: Sequence[float], known: float) -> float:
    return float((sum(measured) + KNOWN * known) / (len(measured) + KNOWN))


def _likeness(bank: Bank, shots: Sequence[_Shot | None], without: int | None = None) -> Staged:
    return [None if shot is None else (shot.side, bank.likeness(shot.vector, shot.side, without)) for shot in shots]


def _values(pictures: Sequence[Staged]) -> list[float]:
    return [pair[1] for shots in pictures for pair in shots if pair is not None]


def _found(pictures: Sequence[Staged]) -> list[list[Likeness]]:
    """Where a framing shows no face, the nearest that does stands for it: takes are staged by framing."""
    found = []
    for shots in pictures:
        there = [place for place, pair in enumerate(shots) if pair is not None]
        if there:
            nearest = [min(there, key=lambda other: abs(other - place)) for place in range(len(shots))]
            found.append([pair for place in nearest if (pair := shots[place]) is not None])
    return found


def _double(picture: Picture) -> list[_Shot | None]:
    """A lookalike's face, staged; nothing where none is seen."""
    from continuity.scoring.references.subjects import read_picture

    pixels = read_picture(picture.path)
    faces = likely_faces(pixels)
    return _staged(pixels, faces[0], 100) if faces else []


def _staged(picture: np.ndarray, face: Face, seed: int) -> list[_Shot | None]:
    """The face with its surroundings at four sizes, in other light, compressed, and found again."""
    random = np.random.default_rng(seed)
    x0, y0, x1, y1 = head_window(face).box
    wide, high = ROOM * (x1 - x0), ROOM * (y1 - y0)
    around = crop(picture, Window((x0 - wide, y0 - high, x1 + wide, y1 + high), 1.0))
    share = (
        (face.box[2] - face.box[0]) * (face.box[3] - face.box[1]) / ((1 + 2 * ROOM) ** 2 * (x1 - x0) * (y1 - y0))
    ) ** 0.5
    shots: list[_Shot | None] = []
    for pixels in FACE_SHARES:
        factor = min(1.0, pixels / (share * (around.shape[0] * around.shape[1]) ** 0.5))
        size = max(32, round(around.shape[1] * factor)), max(32, round(around.shape[0] * factor))
        small = cv2.resize(around, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        gains = (np.rint(random.uniform(0.75, 1.1) * random.uniform(0.92, 1.08, 3) * 256) / 256).astype(np.float32)
        lit = np.clip(small * gains, 0, 255).astype(np.uint8)
        _, packed = cv2.imencode(".jpg", lit[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        frame = np.ascontiguousarray(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))[..., ::-1])
        faces = sorted(likely_faces(frame), key=lambda one: -extent(frame, one))[:1]
        vectors, sides = described(frame, faces)
        shots.append(_Shot(sides[0], vectors[0]) if faces else None)
    return shots
