"""Which references say what of which traits: all of face and hair, those that show the wardrobe of clothes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from continuity.scoring import vectors
from continuity.scoring.encoders.traits import trait_reader
from continuity.scoring.judges.look import LOOK
from continuity.scoring.opencv import one_code_path
from continuity.scoring.references.prepared import VERSION, Prepared
from continuity.scoring.references.subjects import Picture, References, Subject, read_picture
from continuity.scoring.staging import MOST_PLATES, scaled_plate
from continuity.scoring.traits.calibration import TraitAnchor, calibrated
from continuity.scoring.traits.reading import Shown
from continuity.scoring.traits.takes import TraitLine, lines_of, read_frames

OF_CLOTHES = frozenset({"headwear", "headwear colour", "scarf", "scarf colour", "clothes colour", "clothes kind"})

TraitAnchors = Mapping[str, "LookTraits"]  # by subject, of those judged by their look


@dataclass(frozen=True)
class LookTraits:
    """``heads``: of headshot, angles and expressions; ``wardrobes``: of each wardrobe's picture."""

    heads: TraitAnchor
    wardrobes: Mapping[str, TraitAnchor]


def trait_anchors(
    references: References, prepared: Prepared, of: Collection[str], frames: int, folder: Path
) -> TraitAnchors:
    """Of the subjects ``of``, whom their look judges; each picture set cached in ``folder`` by its bytes.

    ``frames`` of a take. Raises MediaError for a reference that cannot be read.
    """
    plates = list(references.locations.values())[:MOST_PLATES]
    ground = [VERSION, trait_reader().id, frames, [plate.sha256 for plate in plates]]
    result = {}
    for id, subject in references.subjects.items():
        if id not in of:
            continue
        heads = [[one.sha256, one.box] for one in subject.heads]
        wardrobes = {
            name: _anchor(
                [*ground, picture.sha256, list(window.box)],
                lambda picture=picture, window=window: [Shown(read_picture(picture.path), window.box)],  # type: ignore[misc]
                plates,
                frames,
                folder,
            )
            for name, picture in subject.wardrobes.items()
            if (window := prepared.wardrobes.get((LOOK, id, name))) is not None
        }
        located = partial(_located, subject, prepared)
        result[id] = LookTraits(_anchor([*ground, heads], located, plates, frames, folder), wardrobes)
    return result


def lines_of_take(frames: Sequence[Shown | None], anchors: LookTraits, wardrobe: str | None) -> list[TraitLine]:
    """All lines of a take; None stands for a frame in which the head was not found.

    Clothes are compared with the wardrobe that the shot names, where it has a picture, else with what the heads show.
    """
    read = read_frames(frames, anchors.heads)
    dressed = anchors.wardrobes.get(wardrobe or "")
    of_heads = lines_of(read, anchors.heads)
    if dressed is None:
        return of_heads
    return [
        cloth if one.name in OF_CLOTHES else one for one, cloth in zip(of_heads, lines_of(read, dressed), strict=True)
    ]


def _located(subject: Subject, prepared: Prepared) -> list[Shown]:
    return [Shown(one.picture, one.head.box) for one in prepared.located(subject) if one.head]


def _anchor(
    of: Sequence[Any], pictures: Callable[[], list[Shown]], plates: Sequence[Picture], frames: int, folder: Path
) -> TraitAnchor:
    key = vectors.key_of("traits", *of)
    if (stored := vectors.load(folder, key)) is not None:
        return TraitAnchor.from_arrays(stored)
    with one_code_path():
        made = calibrated(pictures(), [scaled_plate(read_picture(plate.path)) for plate in plates], frames)
    vectors.save(folder, key, made.to_arrays())
    return made
