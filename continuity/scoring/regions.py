"""Likeness of what is not a head: wardrobe, location and props, each on its own region."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from continuity.scoring.bank import at_side, side_of
from continuity.scoring.encoders import Encoder
from continuity.scoring.locate import Maps, Window, crop
from continuity.scoring.prepared import Prepared
from continuity.scoring.references import Picture, Subject, read_picture

TORSO_WIDTH = 2.2  # head widths
TORSO_DEPTH = 2.0  # head heights below the head
LEAST_TORSO = 0.4  # head heights that must be in the picture to judge clothes by
BODY_WIDTH = 3.0  # head widths masked out of a location
STEP = 16  # of 256: masks are widened to whole steps, so that frames of a quiet shot share one masked plate


def wardrobe_likeness(
    subject: Subject,
    wardrobe: str | None,
    pictures: Sequence[np.ndarray],
    found: Sequence[tuple[int, Window]],
    prepared: Prepared,
) -> float | None:
    """Mean cosine of the region below the head with the same region of the wardrobe's picture.

    Both are cut to the depth that both show. None when the wardrobe has no picture or nothing below the
    head is visible.
    """
    picture = subject.wardrobes.get(wardrobe or "")
    head = prepared.wardrobes.get((subject.id, wardrobe or ""))
    if picture is None or head is None or not found:
        return None
    reference = read_picture(picture.path)
    ours: list[np.ndarray] = []
    theirs: list[tuple[float, int]] = []  # depth and side of each one's counterpart, most of them alike
    for index, window in found:
        depth = min(_depth(window), _depth(head), TORSO_DEPTH)
        if depth >= LEAST_TORSO:
            torso = crop(pictures[index], _torso(window, depth))
            theirs.append((depth, side_of(torso)))
            ours.append(at_side(torso, theirs[-1][1]))
    if not ours:
        return None
    kinds = sorted(set(theirs))
    counterparts = [at_side(crop(reference, _torso(head, depth)), side) for depth, side in kinds]
    vectors = prepared.encoder.embed([*ours, *counterparts])
    wanted = vectors[[len(ours) + kinds.index(kind) for kind in theirs]]
    return float(np.clip((vectors[: len(ours)] * wanted).sum(axis=1), 0, None).mean())


def location_likeness(
    plate: Picture | None,
    pictures: Sequence[np.ndarray],
    heads: Sequence[Sequence[tuple[float, float, float, float]]],
    encoder: Encoder,
) -> float | None:
    """Mean cosine of whole frames with the location's plate, the cast's columns greyed out of both."""
    if plate is None or not pictures:
        return None
    whole = cv2.resize(read_picture(plate.path), (256, 256), interpolation=cv2.INTER_AREA)
    frames: list[np.ndarray] = []
    plates: list[int] = []  # which of the different plates belongs to each frame
    plate_numbers: dict[bytes, int] = {}
    for picture, boxes in zip(pictures, heads, strict=True):
        frame = cv2.resize(picture, (256, 256), interpolation=cv2.INTER_AREA)
        empty = whole.copy()
        for x0, y0, x1, _ in boxes:
            middle, half = (x0 + x1) / 2, BODY_WIDTH * (x1 - x0) / 2
            left, right, top = (int(np.clip(v, 0, 1) * 256) // STEP * STEP for v in (middle - half, middle + half, y0))
            frame[top:, left : right + STEP] = 128
            empty[top:, left : right + STEP] = 128
        frames.append(frame)
        plates.append(plate_numbers.setdefault(empty.tobytes(), len(plate_numbers)))
    found = encoder.embed([*frames, *(np.frombuffer(key, np.uint8).reshape(256, 256, 3) for key in plate_numbers)])
    pairs = found[: len(frames)] * found[len(frames) + np.array(plates)]
    return float(np.clip(pairs.sum(axis=1), 0, None).mean())


def prop_likeness(
    props: Sequence[str], pictures: Sequence[np.ndarray], maps: Sequence[Maps], prepared: Prepared
) -> float | None:
    """Mean over props, by role, of the best cosine of any window in any frame: was each prop seen at least once?"""
    known = [role for role in props if role in prepared.prop_vectors]
    if not known or not pictures:
        return None
    looked_at = range(0, len(pictures), max(1, len(pictures) // 4))
    windows = [(index, prepared.props.search(maps[index], 1, known)) for index in looked_at]
    values = []
    for role in known:
        crops = [crop(pictures[index], window) for index, found in windows for window in found[role]]
        sides = [side_of(picture) for picture in crops]
        embedded = prepared.encoder.embed([at_side(picture, side) for picture, side in zip(crops, sides, strict=True)])
        cosines = [vector @ prepared.prop_vectors[role][side] for vector, side in zip(embedded, sides, strict=True)]
        values.append(max(0.0, *map(float, cosines)) if cosines else 0.0)
    return float(np.mean(values))


def _depth(window: Window) -> float:
    """Head heights between the head and the picture's lower edge."""
    return (1.0 - window.box[3]) / (window.box[3] - window.box[1])


def _torso(window: Window, depth: float) -> Window:
    x0, y0, x1, y1 = window.box
    middle, half, high = (x0 + x1) / 2, TORSO_WIDTH * (x1 - x0) / 2, y1 - y0
    return Window((middle - half, y1, middle + half, y1 + depth * high), window.score)
