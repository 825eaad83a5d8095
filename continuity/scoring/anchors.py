"""Calibration: what same and different mean for this project's characters under this encoder.

Per subject, from the project's own pictures and nothing else:
- *same*: its references staged as frames (see `staging`), against its references;
- *different*: other characters and the subject's lookalikes, staged alike; a project with neither takes the
  windows of its location plates that resemble the subject most, and says so in ``calibrated_on``.

``floor`` is the mean cosine to different characters, ``ceiling`` the mean within one, both per resolution of the
head, since a head of 90 pixels never resembles its reference as one of 400 does; z = (s − floor) / (ceiling − floor).
``threshold`` is the equal error point of same against different on z, but never above the 5th percentile of same,
less half of what one reference differs from the next: where a lookalike cannot be told from the character, the
character still passes, and few references of very different poses ask less of the poses between them. ``found``
is the locator's threshold, from staged references against plates and other characters.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from continuity.plan.schema import Scorer
from continuity.scoring import metrics, vectors
from continuity.scoring.bank import SIDES, Bank, embed_crops, head_pictures, side_of
from continuity.scoring.encoders import Encoder, load_encoder
from continuity.scoring.locate import Maps, crop
from continuity.scoring.prepared import VERSION, Prepared, prepare
from continuity.scoring.references import References, Subject, read_picture
from continuity.scoring.staging import Staged, scaled_plate, stage

MOST_HEADS = 6  # references staged per subject
MOST_PLATES = 6
LEAST_WIDTH = 0.02  # of the scale, in cosine: an encoder that tells nobody apart must not divide by zero
LEAST_FOUND = 0.3  # no window scoring less is ever taken for a head


@dataclass(frozen=True)
class Anchor:
    """One subject's calibration. ``same``, ``different`` and ``threshold`` are z; floors and ceilings are cosines."""

    floor: float  # over all resolutions, for the reader
    ceiling: float
    floors: dict[str, float]  # by side in pixels (`bank.SIDES`)
    ceilings: dict[str, float]
    threshold: float
    found: float
    error: float  # share of pairs on the wrong side of the threshold
    same: list[float]
    different: list[float]
    calibrated_on: str

    def z(self, value: float, side: int) -> float:
        """A frame's cosine on the scale of its resolution: 0 another character, 1 the same."""
        return (value - self.floors[str(side)]) / (self.ceilings[str(side)] - self.floors[str(side)])


@dataclass(frozen=True)
class Anchors:
    """All subjects' anchors under one encoder."""

    encoder: str
    subjects: dict[str, Anchor]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Anchors:
        return cls(value["encoder"], {id: Anchor(**anchor) for id, anchor in value["subjects"].items()})


def anchors(references: References, scorer: Scorer, folder: Path) -> Anchors:
    """Calibrate every subject; cached in ``folder`` by the pictures' bytes, the encoder and `VERSION`."""
    encoder = load_encoder(scorer.encoder, **scorer.parameters)
    key = vectors.key_of("anchors", VERSION, references.digest, encoder.id, scorer.threshold)
    if (stored := vectors.load(folder, key)) is not None:
        return Anchors.from_json(vectors.from_array(stored["json"]))
    scene = _Scene.of(references, prepare(references, scorer, folder))
    subjects = {
        id: _anchor(subject, references, scene, scorer.threshold) for id, subject in references.subjects.items()
    }
    result = Anchors(encoder.id, subjects)
    vectors.save(folder, key, {"json": vectors.as_array(result.to_json())})
    return result


@dataclass(frozen=True)
class _Scene:
    """What all subjects are calibrated on: each one's heads, staged, and the plates; maps of each made once."""

    prepared: Prepared
    heads: dict[str, list[np.ndarray]]
    staged: dict[str, list[list[Staged]]]  # per subject and reference, from far to near
    plates: list[np.ndarray]  # at the staged frames' height
    plate_maps: list[Maps]
    staged_maps: dict[str, list[tuple[Maps, Maps]]]  # of the two middle sizes

    @classmethod
    def of(cls, references: References, prepared: Prepared) -> _Scene:
        heads = {
            id: head_pictures(subject, prepared.statistics)[:MOST_HEADS] for id, subject in references.subjects.items()
        }
        plates = [
            scaled_plate(read_picture(picture.path)) for picture in list(references.locations.values())[:MOST_PLATES]
        ]
        staged = {id: [stage(head, plates, seed=index) for index, head in enumerate(own)] for id, own in heads.items()}
        return cls(
            prepared,
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


def _anchor(
    subject: Subject,
    references: References,
    scene: _Scene,
    threshold: float | None,
) -> Anchor:
    prepared, staged, plates = scene.prepared, scene.staged, scene.plates
    bank, own = prepared.banks[subject.id], staged[subject.id]
    embedded = [_embedded(bank, shots, prepared.encoder) for shots in own]
    same = [(side, bank.likeness(vector, side)) for shots in embedded for side, vector in shots]
    rivals = [id for id, other in references.subjects.items() if other.character != subject.character]
    others = [pair for id in rivals for shots in staged[id] for pair in _likeness(bank, shots, prepared.encoder)]
    doubles = [
        pair
        for index, picture in enumerate(subject.lookalikes)
        for pair in _likeness(
            bank, stage(_double(picture.path, subject, prepared), plates, seed=100 + index), prepared.encoder
        )
    ]
    background = [] if others else _background(subject, scene)
    named = [f"{len(same)} staged references"]
    if others:
        named.append(f"{len(others)} of {len(rivals)} other subjects")
    if doubles:
        named.append(f"{len(doubles)} of {len(subject.lookalikes)} lookalikes")
    if background:
        named.append(f"{len(background)} background windows")
    ceilings = {str(side): _mean_at(same, side) for side in SIDES}
    floors = {str(side): min(_mean_at(others or background, side), ceilings[str(side)] - LEAST_WIDTH) for side in SIDES}
    scale = Anchor(0.0, 0.0, floors, ceilings, 0.0, 0.0, 0.0, [], [], "")
    same_z = [scale.z(value, side) for side, value in same]
    different_z = [scale.z(value, side) for side, value in others + doubles + background]
    alone_z = [
        scale.z(bank.likeness(vector, side, without=index), side)
        for index, shots in enumerate(embedded)
        for side, vector in shots
    ]
    # Poses of frames lie between those of the references, and lose half of what one reference is from the next.
    between = float(np.median(np.array(same_z) - np.array(alone_z))) / 2
    cut = min(metrics.equal_error(same_z, different_z), float(np.percentile(same_z, 5)) - between)
    return replace(
        scale,
        floor=float(np.mean([value for _, value in others or background])),
        ceiling=float(np.mean([value for _, value in same])),
        threshold=threshold if threshold is not None else cut,
        found=_found(subject.id, scene, rivals),
        error=metrics.error_rate(same_z, different_z, cut),
        same=[round(value, 4) for value in same_z],
        different=[round(value, 4) for value in different_z],
        calibrated_on=", ".join(named),
    )


def _mean_at(pairs: list[tuple[int, float]], side: int) -> float:
    """Mean cosine at that resolution, or at the nearest that has any."""
    nearest = min({s for s, _ in pairs}, key=lambda s: abs(np.log(s / side)))
    return float(np.mean([value for s, value in pairs if s == nearest]))


def _embedded(bank: Bank, shots: list[Staged], encoder: Encoder) -> list[tuple[int, np.ndarray]]:
    """(side, vector) of every staged head, under the light that suits the bank."""
    found = embed_crops(encoder, [shot.cut for shot in shots], bank)
    return [(side_of(shot.cut), vector) for shot, vector in zip(shots, found, strict=True)]


def _likeness(bank: Bank, shots: list[Staged], encoder: Encoder) -> list[tuple[int, float]]:
    """(side, best cosine) of every staged head."""
    return [(side, bank.likeness(vector, side)) for side, vector in _embedded(bank, shots, encoder)]


def _double(path: Path, subject: Subject, prepared: Prepared) -> np.ndarray:
    """A lookalike's head, cut as the locator would cut it from a frame."""
    picture = read_picture(path)
    maps = Maps.of(picture, prepared.statistics)
    window = prepared.locator.search(maps, most=1, only=[subject.id])[subject.id][0]
    return crop(picture, window)


def _background(subject: Subject, scene: _Scene) -> list[tuple[int, float]]:
    """(side, cosine) of the plates' windows most like the subject; without plates, of the pictures' corners."""
    locator, bank = scene.prepared.locator, scene.prepared.banks[subject.id]
    crops = [
        crop(plate, window)
        for plate, maps in zip(scene.plates, scene.plate_maps, strict=True)
        for window in locator.search(maps, only=[subject.id])[subject.id]
    ]
    if not crops:
        # Only the subject's own pictures are left: a corner of one is not the character.
        for head in scene.heads[subject.id]:
            high, wide = head.shape[0] // 3, head.shape[1] // 3
            crops += [head[:high, :wide], head[:high, -wide:], head[-high:, :wide], head[-high:, -wide:]]
    found = embed_crops(scene.prepared.encoder, crops, bank)
    sides = [side_of(picture) for picture in crops]
    return [(side, bank.likeness(vector, side)) for vector, side in zip(found, sides, strict=True)]


def _found(id: str, scene: _Scene, rivals: list[str]) -> float:
    """The locator's threshold: a third of the way from the best wrong window to the weaker staged references.

    Weaker means the lower quartile, each again halfway between found with and without its own template.
    """
    locator = scene.prepared.locator
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
