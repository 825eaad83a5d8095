"""Faces of pictures as vectors, at the resolutions at which faces appear in frames."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

from continuity.scoring.encoders.base import cosines
from continuity.scoring.encoders.face import FaceEncoder
from continuity.scoring.faces.chips import chip
from continuity.scoring.faces.detect import find_faces
from continuity.scoring.heads.bank import SIDES, Bank, nearest_side
from continuity.scoring.heads.locate import SAME_PLACE, overlap
from continuity.scoring.places import Face, Window

LIKELY = 0.9  # detector's score from which something in a frame may be a face; it reports from .7 on
SURE = 0.995  # from which it is a person's: drawings and grass stay below
ABOVE, BELOW, BESIDE = 0.45, 0.15, 0.25  # how far a head with its hair reaches beyond its face, in the face's extents


@lru_cache(maxsize=1)
def face_encoder() -> FaceEncoder:
    """The process's one. Raises ScorerUnavailable without weights."""
    return FaceEncoder()


def likely_faces(picture: np.ndarray) -> list[Face]:
    """What may be a face, the surest first."""
    return [face for face in find_faces(picture) if face.score >= LIKELY]


def described(picture: np.ndarray, faces: Sequence[Face]) -> tuple[np.ndarray, list[int]]:
    """(n, 128) vectors of faces in a picture, and their banks' sides."""
    vectors = face_encoder().embed([chip(picture, face) for face in faces])
    return vectors, [nearest_side(extent(picture, face)) for face in faces]


def in_a_mirror(picture: np.ndarray, face: Face) -> float:
    """The cosine of a face with itself, found again in the picture's mirror image; 0 where it is not found."""
    turned = np.ascontiguousarray(picture[:, ::-1])
    x0, y0, x1, y1 = face.box
    again = [one for one in likely_faces(turned) if overlap(one.box, (1 - x1, y0, 1 - x0, y1)) >= SAME_PLACE][:1]
    if not again:
        return 0.0
    return float(cosines(described(picture, [face])[0], described(turned, again)[0])[0, 0])


def face_bank(seen: Sequence[tuple[np.ndarray, Face]]) -> Bank:
    """The faces in reference pictures as they look at every side, as they are and mirrored."""
    vectors = {}
    for side in SIDES:
        chips = [chip(at_face_side(picture, face, side), face) for picture, face in seen]
        vectors[side] = face_encoder().embed([*chips, *(np.ascontiguousarray(one[:, ::-1]) for one in chips)])
    return Bank(vectors)


def at_face_side(picture: np.ndarray, face: Face, side: float) -> np.ndarray:
    """The picture so small that the face has about side² pixels; never enlarged."""
    factor = side / extent(picture, face)
    if factor >= 1:
        return picture
    wide, high = max(8, round(picture.shape[1] * factor)), max(8, round(picture.shape[0] * factor))
    return cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA)


def extent(picture: np.ndarray, face: Face) -> float:
    """Square root of a face's area, in pixels."""
    x0, y0, x1, y1 = face.box
    return float(((x1 - x0) * picture.shape[1] * (y1 - y0) * picture.shape[0]) ** 0.5)


def head_window(face: Face) -> Window:
    """The head around a face, with its hair."""
    x0, y0, x1, y1 = face.box
    wide, high = x1 - x0, y1 - y0
    box = (x0 - BESIDE * wide, y0 - ABOVE * high, x1 + BESIDE * wide, y1 + BELOW * high)
    return Window(box, face.score, face)
