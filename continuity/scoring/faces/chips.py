"""The face upright and in its place: what the face network is shown.

Geometry: dlib's mean face (`get_face_chip_details`, dlib/image_transforms/interpolation.h) with a padding of .25. dlib
places it by five points of its own; here it is placed by MTCNN's, which lie elsewhere: the centres of the eyes, the tip
of the nose and the corners of the mouth. Where these lie in the mean face, its 68 points say.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from continuity.scoring.encoders.face import SIDE
from continuity.scoring.opencv import one_code_path
from continuity.scoring.places import Face

PADDING = 0.25  # around the mean face, in its sides
MEAN_FACE = (
    np.array(  # left and right eye (means of six points each), tip of the nose, left and right corner of the mouth
        [[0.225492, 0.215990], [0.754761, 0.215990], [0.490127, 0.515625], [0.254149, 0.780233], [0.726104, 0.780233]]
    )
)
PLACES = (MEAN_FACE + PADDING) / (1 + 2 * PADDING) * SIDE  # of the points in a chip, in pixels from its first


def chip(picture: np.ndarray, face: Face) -> np.ndarray:
    """(150, 150, 3) uint8: the face of an RGB uint8 picture, turned upright, its points as near to `PLACES` as they go.

    The picture is scaled as a whole: no face is made wider or narrower. What lies outside is black.
    """
    height, width = picture.shape[:2]
    # Pixels by their centres: the first lies at half of a pixel from the edge.
    turned, shift = similarity(PLACES, np.array(face.points) * [width, height] - 0.5)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    places = columns[..., None] * turned[:, 0] + rows[..., None] * turned[:, 1] + shift  # (x, y) of every pixel
    scale = math.hypot(*turned[:, 0])  # pixels of the picture for one of the chip; up to two are left to `sampled`
    halvings = max(0, math.ceil(math.log2(max(scale, 1))) - 1)
    step = 2**halvings
    low = np.floor(places.min(axis=(0, 1)) / step).astype(int) * step - 2 * step
    size = np.ceil((places.max(axis=(0, 1)) - low) / step).astype(int) * step + 3 * step
    part = _part(picture, low, size)
    with one_code_path():
        for _ in range(halvings):
            part = cv2.resize(part, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return sampled(part, (places - low + 0.5) / step - 0.5)


def similarity(source: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The turn with scale (2, 2) and the shift (2,) that bring points (n, 2) nearest to others, by least squares.

    Never mirrored. Umeyama, "Least-squares estimation of transformation parameters between two point patterns", IEEE
    PAMI 13(4), 1991; in the plane it is a quotient of complex numbers.
    """
    centres = source.mean(axis=0), target.mean(axis=0)
    a, b = ((points - centre) @ [1, 1j] for points, centre in zip((source, target), centres, strict=True))
    turn = np.vdot(a, b) / np.vdot(a, a)
    matrix = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    return matrix, centres[1] - matrix @ centres[0]


def _part(picture: np.ndarray, low: np.ndarray, size: np.ndarray) -> np.ndarray:
    """``size`` (x, y) pixels of the picture from ``low``; black outside of it."""
    (x0, y0), (x1, y1) = low, low + size
    height, width = picture.shape[:2]
    inside = picture[max(0, y0) : max(0, min(height, y1)), max(0, x0) : max(0, min(width, x1))]
    part = np.zeros((y1 - y0, x1 - x0, 3), np.uint8)
    part[max(0, -y0) :, max(0, -x0) :][: inside.shape[0], : inside.shape[1]] = inside
    return part


def sampled(picture: np.ndarray, places: np.ndarray) -> np.ndarray:
    """(h, w, 3) uint8 at places (h, w, 2), between pixels linearly, in float64."""
    low = np.floor(places).astype(int)
    (dx, dy), (x, y) = np.moveaxis(places - low, 2, 0)[..., None], np.moveaxis(low, 2, 0)
    upper = picture[y, x] * (1 - dx) + picture[y, x + 1] * dx
    lower = picture[y + 1, x] * (1 - dx) + picture[y + 1, x + 1] * dx
    return np.rint(upper * (1 - dy) + lower * dy).astype(np.uint8)
