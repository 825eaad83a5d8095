"""Which face in reference pictures is the subject's own, and whether its references bear it out as a person's.

A detector of faces may be sure of what is none: of a rabbit's in a film, once, and of nothing in the next still. So a
face says where a subject's head is, and judges it, only where the references agree on it: most of them show one, the
detector is sure of half of these, and what it is sure of is a person's to the network that tells people apart. A person
in a mirror is that person still: found again in the picture's mirror image, the face is at least as like itself as
one person is in two pictures. Of what the network was not made for that does not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from continuity.scoring.encoders.base import cosines
from continuity.scoring.encoders.face import SAME_PERSON
from continuity.scoring.faces.compared import SURE, described, extent, in_a_mirror, likely_faces
from continuity.scoring.places import Face
from continuity.scoring.references.subjects import Box

MOST = 2 / 3  # of a subject's references that show a face, and of its sure faces that are a person's
BYSTANDER = 0.5  # a face of less than this extent, beside another, stands in the background
RECURS = 0.02  # in cosine: how much more alike the face of one person must be than the next one's


@dataclass(frozen=True)
class OwnFaces:
    """By picture: the subject's ``faces``, None where none is seen or chosen; ``several`` is true of the latter."""

    faces: list[Face | None]
    several: list[bool]
    borne_out: bool

    @classmethod
    def of(cls, pictures: Sequence[tuple[Box | None, np.ndarray]]) -> OwnFaces:
        """Of a subject's pictures (RGB uint8), with the box in which a person says its head is."""
        faces, several = _chosen(pictures)
        return cls(faces, several, _borne_out([picture for _, picture in pictures], faces))

    @classmethod
    def not_looked_for(cls, pictures: int) -> OwnFaces:
        return cls([None] * pictures, [False] * pictures, False)


def _borne_out(pictures: Sequence[np.ndarray], faces: Sequence[Face | None]) -> bool:
    seen = [(picture, face) for picture, face in zip(pictures, faces, strict=True) if face is not None]
    sure = [(picture, face) for picture, face in seen if face.score >= SURE]
    if not sure or len(seen) < MOST * len(pictures) or len(sure) < len(seen) / 2:
        return False
    persons = sum(in_a_mirror(picture, face) >= SAME_PERSON for picture, face in sure)
    return persons >= MOST * len(sure)


def _chosen(pictures: Sequence[tuple[Box | None, np.ndarray]]) -> tuple[list[Face | None], list[bool]]:
    """The subject's face in each picture: the only one of its extent, or the one that the other pictures show too.

    Beside it, whether there are several and none was chosen.
    """
    offered = [_offered(box, picture) for box, picture in pictures]
    if not any(face.score >= SURE for faces in offered for face in faces):
        offered = [[] for _ in pictures]  # a drawing's, or grass
    chosen: list[Face | None] = [faces[0] if len(faces) == 1 else None for faces in offered]
    if all(len(faces) <= 1 for faces in offered):
        return chosen, [False] * len(offered)
    vectors = [described(picture, faces)[0] for (_, picture), faces in zip(pictures, offered, strict=True)]
    for number, faces in enumerate(offered):
        if len(faces) <= 1:
            continue
        alone = [rows for other, rows in enumerate(vectors) if other != number and len(offered[other]) == 1]
        others = alone or [rows for other, rows in enumerate(vectors) if other != number and len(rows)]
        if not others:
            continue
        likeness = np.mean([cosines(vectors[number], rows).max(axis=1) for rows in others], axis=0)
        best, second = np.argsort(-likeness, kind="stable")[:2]
        if likeness[best] - likeness[second] > RECURS:
            chosen[number] = faces[int(best)]
    return chosen, [face is None and len(faces) > 1 for face, faces in zip(chosen, offered, strict=True)]


def _offered(box: Box | None, picture: np.ndarray) -> list[Face]:
    """The faces of a picture that may be the subject's: those in its box, without bystanders."""
    faces = likely_faces(picture)
    if box is not None:
        faces = [face for face in faces if _inside(face, box)][:1]
    largest = max((extent(picture, face) for face in faces), default=0.0)
    return [face for face in faces if extent(picture, face) >= BYSTANDER * largest]


def _inside(face: Face, box: Box) -> bool:
    x, y = (face.box[0] + face.box[2]) / 2, (face.box[1] + face.box[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
