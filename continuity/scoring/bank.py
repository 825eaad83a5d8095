"""A subject's references as vectors, at the resolutions at which heads appear in frames.

A head in a wide shot has 80 pixels, its reference 700. Embedding both as they are compares sharpness; so each
reference is embedded as it looks at 48 to 384 pixels, and a crop is compared with the bank of its own
resolution. References are also mirrored, since a character may turn either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from continuity.scoring.encoders.base import Encoder
from continuity.scoring.encoders.colour import lab_thirds
from continuity.scoring.heads import figure_mask, head_box
from continuity.scoring.light import without_light
from continuity.scoring.locate import Locator, Maps, Statistics, crop
from continuity.scoring.references import References, Subject, read_picture

SIDES = (48, 96, 192, 384)  # pixels: square root of a head's area
SURE = 0.45  # locator score from which a reference's head is taken as found


@dataclass(frozen=True)
class Bank:
    """``vectors[side]`` is (2 n, d): n references, then the same n mirrored; ``colours`` (n, 1089) `lab_thirds`."""

    vectors: dict[int, np.ndarray]
    colours: np.ndarray

    def likeness(self, vector: np.ndarray, side: int, without: int | None = None) -> float:
        """The best cosine to any reference of that resolution, clipped at 0; ``without`` leaves one picture out."""
        rows = self.vectors[side]
        if without is not None and len(rows) > 2:
            rows = np.delete(rows, [without, without + len(rows) // 2], axis=0)
        return float(max(0.0, (rows @ vector).max()))

    def against_mirror(self, vector: np.ndarray, side: int) -> tuple[float, float]:
        """Cosines to the best reference and to that reference mirrored, for `metrics.copy_paste`."""
        cosines = self.vectors[side] @ vector
        count = len(cosines) // 2
        best = int(np.argmax(np.maximum(cosines[:count], cosines[count:])))
        return float(cosines[best]), float(cosines[best + count])


def side_of(picture: np.ndarray) -> int:
    """The bank's side nearest to a crop's resolution."""
    side = (picture.shape[0] * picture.shape[1]) ** 0.5
    return min(SIDES, key=lambda candidate: abs(np.log(candidate / max(side, 1.0))))


def at_side(picture: np.ndarray, side: int) -> np.ndarray:
    """The picture with about side² pixels, its proportions kept; never enlarged."""
    factor = side / (picture.shape[0] * picture.shape[1]) ** 0.5
    if factor >= 1:
        return picture
    wide, high = max(8, round(picture.shape[1] * factor)), max(8, round(picture.shape[0] * factor))
    return cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA)


def embed_crops(encoder: Encoder, crops: Sequence[np.ndarray], bank: Bank) -> np.ndarray:
    """(n, d) vectors of located crops, the scene's light taken off and each at its bank's resolution."""
    return encoder.embed([without_light(at_side(picture, side_of(picture)), bank.colours) for picture in crops])


def head_pictures(subject: Subject, statistics: Statistics) -> list[np.ndarray]:
    """The heads in a subject's references, the headshot's first, all with about its proportions.

    Before a plain backdrop a head is found by its silhouette; elsewhere, and in pictures of another framing than
    the headshot's, by the headshot's templates. Stills cut to the head already are taken as they are.
    """
    pictures = [read_picture(picture.path) for picture in subject.heads]
    first = _cut(pictures[0])
    locator = Locator.of({subject.id: [first]}, statistics)
    heads = [first]
    for picture in pictures[1:]:
        if figure_mask(picture) is not None and picture.shape == pictures[0].shape:
            heads.append(_cut(picture))
            continue
        windows = locator.search(Maps.of(picture, statistics), most=1)[subject.id]
        heads.append(crop(picture, windows[0]) if windows and windows[0].score >= SURE else _cut(picture))
    return heads


def _cut(picture: np.ndarray) -> np.ndarray:
    x0, y0, x1, y1 = head_box(picture)
    return picture[y0:y1, x0:x1]


def bank_of(heads: Sequence[np.ndarray], encoder: Encoder) -> Bank:
    """Embed ``heads`` (RGB), as they are and mirrored, at every side."""
    versions = [*heads, *(np.ascontiguousarray(head[:, ::-1]) for head in heads)]
    vectors = {side: encoder.embed([at_side(version, side) for version in versions]) for side in SIDES}
    return Bank(vectors, np.stack([lab_thirds(head) for head in heads]))


def statistics_of(references: References) -> Statistics:
    """What maps look like in this project: of one head per subject, and the location plates."""
    pictures = [read_picture(subject.heads[0].path) for subject in references.subjects.values()]
    plates = [read_picture(picture.path) for picture in references.locations.values()]
    return Statistics.of(pictures + plates[:8] * 2)
