"""Finding faces in a picture: MTCNN's cascade (Zhang et al. 2016; the networks: `encoders.mtcnn`).

1. *Propose.* A small network slides over the picture at many sizes, each `STEP` times the one before.
2. *Refine.* A larger one judges what was proposed, at 24 × 24 pixels, and corrects each box.
3. *Place.* A third, at 48 × 48 pixels, judges what is left, and places the eyes, the nose and the mouth.

After each, boxes that cover the same face give way to the surest. What is found are faces of people, and of much that
is made to look like people.

Proposing sees the picture only at sizes in which a face of `LEAST_SHARE` of its shorter side has 12 pixels or more, so
that the time does not depend on the resolution; refining and placing see all of its pixels.
"""

from __future__ import annotations

import cv2
import numpy as np

from continuity.scoring.encoders.mtcnn import CELL, STRIDE, Mtcnn, mtcnn
from continuity.scoring.opencv import one_code_path
from continuity.scoring.places import Face

LEAST_SHARE = 1 / 24  # of the shorter side: the least face looked for, 30 pixels in a frame of 720 lines
LEAST_PIXELS = 20  # a smaller face says nothing
STEP = 0.709  # about the square root of one half: a face has half the area in the next size, as the authors have it
PROPOSED, REFINED, PLACED = 0.6, 0.7, 0.7  # least scores, as the authors have them
MOST_PROPOSED = 128  # boxes that are refined: with all, 163 faces were found in 94 photographs, so 162
DIGITS = 9  # of scores, by which boxes are ranked: equal ones are so on every machine, and then the first is first


def find_faces(picture: np.ndarray) -> list[Face]:
    """The faces in an RGB uint8 picture of any shape, the surest first.

    Raises ScorerUnavailable without the networks' weights.
    """
    height, width = picture.shape[:2]
    networks = mtcnn()
    with one_code_path():
        boxes = _proposed(networks, picture)
        boxes = _refined(networks, picture, boxes)
        boxes, scores, points = _placed(networks, picture, boxes)
    sides = np.array([width, height])
    return [
        Face(
            box=tuple(float(v) for v in box / np.tile(sides, 2)),  # type: ignore[arg-type]
            score=float(score),
            points=tuple((float(x), float(y)) for x, y in five / sides),
        )
        for box, score, five in zip(boxes, scores, points, strict=True)
    ]


def _proposed(networks: Mtcnn, picture: np.ndarray) -> np.ndarray:
    """(n, 4) square boxes in pixels, the surest first."""
    height, width = picture.shape[:2]
    scale = CELL / max(LEAST_PIXELS, LEAST_SHARE * min(height, width))
    boxes, scores = [np.zeros((0, 4))], [np.zeros(0)]
    smaller = picture
    while min(height, width) * scale >= CELL:
        wide, high = max(CELL, round(width * scale)), max(CELL, round(height * scale))
        if smaller is picture:  # the largest size is scaled from the picture, and all others from that: half the time
            smaller = _scaled(picture, wide, high)
        certain, shifts = networks.propose(_scaled(smaller, wide, high))
        ys, xs = np.nonzero(certain >= PROPOSED)
        corners = np.stack([xs, ys, xs, ys], axis=1) * STRIDE + np.array([0, 0, CELL, CELL])
        found = _shifted(corners / np.tile([wide / width, high / height], 2), shifts[ys, xs])
        sure = certain[ys, xs]
        kept = _surest(found, sure, 0.5)
        boxes.append(found[kept])
        scores.append(sure[kept])
        scale *= STEP
    every, surety = np.concatenate(boxes), np.concatenate(scores)
    return _squared(every[_surest(every, surety, 0.7)[:MOST_PROPOSED]])


def _refined(networks: Mtcnn, picture: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    scores, shifts = networks.refine(_cut(picture, boxes, 24))
    sure = scores > REFINED
    kept = _surest(boxes[sure], scores[sure], 0.7)
    return _squared(_shifted(boxes[sure], shifts[sure])[kept])


def _placed(networks: Mtcnn, picture: np.ndarray, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Boxes (n, 4), scores (n,) and points (n, 5, 2) in pixels, the surest first."""
    scores, shifts, points = networks.place(_cut(picture, boxes, 48))
    sure = scores > PLACED
    boxes, scores = boxes[sure], scores[sure]
    places = boxes[:, None, :2] + points[sure] * (boxes[:, 2:] - boxes[:, :2])[:, None]
    found = _shifted(boxes, shifts[sure])
    kept = _surest(found, scores, 0.7, of_smaller=True)
    return found[kept], scores[kept], places[kept]


def _shifted(boxes: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Boxes corrected by shifts in shares of their sides."""
    sides = boxes[:, 2:] - boxes[:, :2]
    return boxes + shifts * np.tile(sides, 2)


def _squared(boxes: np.ndarray) -> np.ndarray:
    """As wide as high, about the same centre, nothing cut off."""
    centre, side = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]).max(axis=1, keepdims=True)
    return np.concatenate([centre - side / 2, centre + side / 2], axis=1)


def _surest(boxes: np.ndarray, scores: np.ndarray, most: float, of_smaller: bool = False) -> np.ndarray:
    """Indices of the boxes, surest first, of which none covers more than ``most`` of a surer one.

    Covered is intersection over union, or over the smaller of the two.
    """
    order = np.argsort(-np.round(scores, DIGITS), kind="stable")
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    kept = []
    while len(order):
        first, rest = order[0], order[1:]
        kept.append(first)
        sides = np.minimum(boxes[first, 2:], boxes[rest, 2:]) - np.maximum(boxes[first, :2], boxes[rest, :2])
        common = np.prod(np.maximum(sides, 0), axis=1)
        whole = np.minimum(areas[first], areas[rest]) if of_smaller else areas[first] + areas[rest] - common
        order = rest[common <= most * whole]
    return np.array(kept, np.intp)


def _cut(picture: np.ndarray, boxes: np.ndarray, side: int) -> np.ndarray:
    """(n, side, side, 3) uint8: the boxes' pixels; what lies outside the picture is black, as in training."""
    height, width = picture.shape[:2]
    parts = [np.zeros((0, side, side, 3), np.uint8)]
    for x0, y0, x1, y1 in np.rint(boxes).astype(int):
        x1, y1 = max(x1, x0 + 1), max(y1, y0 + 1)
        inside = picture[max(0, y0) : max(0, min(height, y1)), max(0, x0) : max(0, min(width, x1))]
        whole = inside
        if inside.shape[:2] != (y1 - y0, x1 - x0):
            whole = np.zeros((y1 - y0, x1 - x0, 3), np.uint8)
            whole[max(0, -y0) :, max(0, -x0) :][: inside.shape[0], : inside.shape[1]] = inside
        parts.append(_scaled(whole, side, side)[None])
    return np.concatenate(parts)


def _scaled(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """By area, larger or smaller, as the weights' authors scale."""
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
