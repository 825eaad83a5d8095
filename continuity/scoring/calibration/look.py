"""Calibrating the judge of looks: whole heads, found by templates of the references.

Per subject, from the project's own pictures and nothing else:
- *same*: its references staged as frames (see `staging`), against its references;
- *different*: other characters and the subject's lookalikes, staged alike; a project with neither takes the
  windows of its location plates that resemble the subject most, and says so in ``calibrated_on``. A folder of one
  character's pictures has none of these: corners of them give the scale's zero, and no part of the threshold.

``floor`` is the mean cosine to different characters, ``ceiling`` the mean within one, both per resolution of the
head, since a head of 90 pixels never resembles its reference as one of 400 does; z = (s − floor) / (ceiling − floor).

A take passes by its worst moment, so the threshold is made of worst moments too: of sets of as many staged frames as a
take is sampled in, all of one framing and one character. It is the equal error point of same sets against different
ones, but never above the 5th percentile of same, less half of what one reference differs from the next on average:
where a lookalike cannot be told from the character, the character still passes, and few references of very different
poses ask less of the poses between them. With nothing to tell the character from, that bound alone is the threshold,
less all of the difference: a take has to be as like the references as they are among themselves. Where other characters
are known, `AWAY` is left for what takes lose and staged frames do not. Where too little is known for a threshold, or
one staged take in four is mistaken, there is none, and ``no_verdict`` says why. ``found`` is the locator's threshold,
from staged references against plates and other characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from continuity.plan.schema import Scorer
from continuity.scoring import metrics
from continuity.scoring.calibration import account
from continuity.scoring.calibration.account import Identity, Kind
from continuity.scoring.calibration.anchor import LEAST_WIDTH, Anchor, Likeness, mean_at, worst_moments
from continuity.scoring.encoders import Encoder
from continuity.scoring.heads.bank import SIDES, Bank, embed_crops, side_of
from continuity.scoring.heads.locate import Maps, crop
from continuity.scoring.judges.look import LOOK, LookJudge
from continuity.scoring.references.prepared import Prepared
from continuity.scoring.references.subjects import References, Subject, read_picture
from continuity.scoring.staging import MOST_PLATES, Staged, scaled_plate, stage

MOST_HEADS = 6  # references staged per subject
FEW = 4  # with fewer distinct references, a pose between two of them may be as far off as they are from each other
AWAY = 0.35  # z that light, places, angles and compression of takes cost and staged frames do not: decision 34
LEAST_FOUND = 0.3  # no window scoring less is ever taken for a head

ONE_PICTURE = "one distinct reference picture does not say how the character may look; add others"
FEW_ALONE = (
    f"under {FEW} distinct reference pictures, and nothing to tell the character from; add pictures of it, of other "
    "characters or of the places"
)
ALIKE = (
    "other characters resemble the references as much as they resemble each other (cosines {floor:.3f} and "
    "{ceiling:.3f}); show larger heads and take out pictures of others (`continuity references show` draws who was "
    "found), or take another scorer"
)
MISTAKEN = (
    "{rate:.0%} of staged takes are mistaken, of the character and of others alike; add pictures in which they differ, "
    "or take another scorer"
)


def anchors(references: References, prepared: Prepared, judge: LookJudge, scorer: Scorer) -> dict[str, Anchor]:
    """Every subject's anchor under ``judge``, of those of whom a reference could be made out."""
    scene = _Scene.of(references, prepared, judge)
    return {
        id: _anchor(subject, references, scene, scorer)
        for id, subject in references.subjects.items()
        if id in judge.banks
    }


@dataclass(frozen=True)
class _Scene:
    """What all subjects are calibrated on: each one's heads, staged, and the plates; maps of each made once."""

    prepared: Prepared
    judge: LookJudge
    heads: dict[str, list[np.ndarray]]
    staged: dict[str, list[list[Staged]]]  # per subject and reference, from far to near
    plates: list[np.ndarray]  # at the staged frames' height
    plate_maps: list[Maps]
    staged_maps: dict[str, list[tuple[Maps, Maps]]]  # of the two middle sizes

    @classmethod
    def of(cls, references: References, prepared: Prepared, judge: LookJudge) -> _Scene:
        heads = {
            id: [one.cut for one in prepared.located(references.subjects[id]) if one.head][:MOST_HEADS]
            for id in judge.banks
        }
        plates = [
            scaled_plate(read_picture(picture.path)) for picture in list(references.locations.values())[:MOST_PLATES]
        ]
        staged = {id: [stage(head, plates, seed=index) for index, head in enumerate(own)] for id, own in heads.items()}
        return cls(
            prepared,
            judge,
            heads,
            staged,
            plates,
            [Maps.of(plate, prepared.statistics) for plate in plates],
            {
                id: [
                    (Maps.of(shots[1].frame, prepared.statistics), Maps.of(shots[2].frame, prepared.statistics))
                    for shots in own
                ]
                for id, own in staged.items()
            },
        )


def _anchor(subject: Subject, references: References, scene: _Scene, scorer: Scorer) -> Anchor:
    prepared, encoder, plates = scene.prepared, scene.judge.encoder, scene.plates
    bank, own = scene.judge.banks[subject.id], scene.staged[subject.id]
    embedded = [_embedded(bank, shots, encoder) for shots in own]
    same = [[(side, bank.likeness(vector, side)) for side, vector in shots] for shots in embedded]
    rivals = [id for id in scene.staged if references.subjects[id].character != subject.character]
    others = {id: [_likeness(bank, shots, encoder) for shots in scene.staged[id]] for id in rivals}
    doubles = [
        _likeness(bank, stage(_double(picture.path, subject, prepared), plates, seed=100 + index), encoder)
        for index, picture in enumerate(subject.lookalikes)
    ]
    background, of_plates = ([], False) if others else _background(subject, scene)
    apart = [pair for shots in others.values() for pairs in shots for pair in pairs] or background
    alike = [pair for pairs in same for pair in pairs]
    ceilings = {str(side): round(mean_at(alike, side), metrics.SCALE_DIGITS) for side in SIDES}
    floors = {
        str(side): round(min(mean_at(apart, side), ceilings[str(side)] - LEAST_WIDTH), metrics.SCALE_DIGITS)
        for side in SIDES
    }
    floor, ceiling = (float(np.mean([value for _, value in pairs])) for pairs in (apart, alike))
    scale = Anchor(0.0, 0.0, floors, ceilings, None, 0.0, None, [], [], "")
    same_worst = worst_moments(scale, same, scorer.frames)
    named: list[tuple[str, Kind, list[list[Likeness]]]] = [
        *((references.subjects[id].character, "character", shots) for id, shots in others.items()),
        *((one.role, "lookalike", [shots]) for one, shots in zip(subject.lookalikes, doubles, strict=True)),
        *(("", "background" if of_plates else "corner", [[pair]]) for pair in background),
    ]
    apart_worst = [worst_moments(scale, shots, scorer.frames) for _, _, shots in named]
    different_worst = [moment for moments in apart_worst for moment in moments]
    staged = [Identity(subject.character, "itself", len(own), len(same_worst))] + [
        Identity(name, kind, len(shots), len(moments))
        for (name, kind, shots), moments in zip(named, apart_worst, strict=True)
    ]
    sure = account.sureness(staged, same_worst + different_worst)
    threshold, no_verdict = scorer.threshold, ""
    alone = not others and not doubles and not of_plates
    # Each staged frame compared with the other pictures alone: what a pose scores that no reference shows.
    without_own = [
        scale.z(bank.likeness(vector, side, without=index), side)
        for index, shots in enumerate(embedded)
        for side, vector in shots
    ]
    if threshold is None:
        # Poses of frames lie between those of the references, and lose half of what one reference is from the next:
        # the mean, since a profile is far from all others and a take may be of it.
        between = np.array([scale.z(value, side) for side, value in alike]) - without_own
        lost = float(np.mean(between)) * (0.5 if len(own) >= FEW and not alone else 1.0)
        threshold = float(np.percentile(same_worst, 5)) - lost - (AWAY if others else 0.0)
        if not alone:  # corners of its own pictures are told from it by anybody
            threshold = min(threshold, metrics.equal_error(same_worst, different_worst))
        if len(own) == 1:
            no_verdict = ONE_PICTURE
        elif alone and len(own) < FEW:
            no_verdict = FEW_ALONE
        elif floor > ceiling - LEAST_WIDTH:
            no_verdict = ALIKE.format(floor=floor, ceiling=ceiling)
        elif sure.rate is not None and sure.rate >= account.UNSURE:
            no_verdict = MISTAKEN.format(rate=sure.rate)
    threshold = None if no_verdict else round(threshold, metrics.DIGITS)
    return replace(
        scale,
        floor=round(floor, metrics.SCALE_DIGITS),
        ceiling=round(ceiling, metrics.SCALE_DIGITS),
        threshold=threshold,
        found=round(_found(subject.id, scene, rivals), metrics.SCALE_DIGITS),
        error=None
        if threshold is None or alone
        else round(metrics.error_rate(same_worst, different_worst, threshold), 3),
        same=same_worst,
        different=different_worst,
        calibrated_on=_words(same, others, doubles, background, of_plates),
        no_verdict=no_verdict,
        judge=LOOK,
        encoder=encoder.id,
        told_apart=metrics.rounded(
            metrics.separation(without_own, [scale.z(value, side) for side, value in apart])
            if others and len(own) > 1
            else None
        ),
        staged=staged,
        sureness=sure,
        mistakes=account.mistakes(staged, same_worst + different_worst, threshold),
    )


def _words(
    same: Sequence[Sequence[Likeness]],
    others: dict[str, list[list[Likeness]]],
    doubles: Sequence[Sequence[Likeness]],
    background: Sequence[Likeness],
    of_plates: bool,
) -> str:
    """What the anchor was made from, in numbers of staged frames."""
    named = [f"{_count(same)} staged frames of {len(same)} reference{'s' if len(same) > 1 else ''}"]
    if others:
        named.append(f"{sum(_count(shots) for shots in others.values())} of {len(others)} other subjects")
    if doubles:
        named.append(f"{_count(doubles)} of {len(doubles)} lookalikes")
    if background:
        named.append(f"{len(background)} {'background windows' if of_plates else 'corners of its own pictures'}")
    return ", ".join(named)


def _count(groups: Iterable[Sequence[Likeness]]) -> int:
    return sum(len(group) for group in groups)


def _embedded(bank: Bank, shots: list[Staged], encoder: Encoder) -> list[tuple[int, np.ndarray]]:
    """(side, vector) of every staged head, under the light that suits the bank."""
    found = embed_crops(encoder, [shot.cut for shot in shots], bank)
    return [(side_of(shot.cut), vector) for shot, vector in zip(shots, found, strict=True)]


def _likeness(bank: Bank, shots: list[Staged], encoder: Encoder) -> list[Likeness]:
    """(side, best cosine) of every staged head."""
    return [(side, bank.likeness(vector, side)) for side, vector in _embedded(bank, shots, encoder)]


def _double(path: Path, subject: Subject, prepared: Prepared) -> np.ndarray:
    """A lookalike's head, cut as the locator would cut it from a frame."""
    picture = read_picture(path)
    maps = Maps.of(picture, prepared.statistics)
    window = prepared.look.locator.search(maps, most=1, only=[subject.id])[subject.id][0]
    return crop(picture, window)


def _background(subject: Subject, scene: _Scene) -> tuple[list[Likeness], bool]:
    """(side, cosine) of the plates' windows most like the subject; without any, of the pictures' corners, and False."""
    locator, bank = scene.judge.locator, scene.judge.banks[subject.id]
    crops = [
        crop(plate, window)
        for plate, maps in zip(scene.plates, scene.plate_maps, strict=True)
        for window in locator.search(maps, only=[subject.id])[subject.id]
    ]
    of_plates = bool(crops)
    if not of_plates:
        # Only the subject's own pictures are left: a corner of one is not the character.
        for head in scene.heads[subject.id]:
            high, wide = head.shape[0] // 3, head.shape[1] // 3
            crops += [head[:high, :wide], head[:high, -wide:], head[-high:, :wide], head[-high:, -wide:]]
    found = embed_crops(scene.judge.encoder, crops, bank)
    sides = [side_of(picture) for picture in crops]
    return [(side, bank.likeness(vector, side)) for vector, side in zip(found, sides, strict=True)], of_plates


def _found(id: str, scene: _Scene, rivals: list[str]) -> float:
    """The locator's threshold: a third of the way from the best wrong window to the weaker staged references.

    Weaker means the lower quartile, each again halfway between found with and without its own template.
    """
    locator = scene.judge.locator
    positives = [
        np.mean(locator.best(maps, id, without=index))
        for index, pair in enumerate(scene.staged_maps[id])
        for maps in pair
    ]
    low = float(np.percentile(positives, 25))
    others = [pair[1] for rival in rivals for pair in scene.staged_maps[rival][:3]]
    negatives = [locator.best(maps, id, without=0)[0] for maps in [*scene.plate_maps, *others[:6]]]
    # Nearer to the wrong windows: a head missed in strong light costs coverage, a wrong window fails on margin.
    return max(LEAST_FOUND, (low + 2 * max(negatives)) / 3 if negatives else 0.7 * low)
