"""Likeness of what is not a head: wardrobe, location and props, each on its own region."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from continuity.scoring.anchors import Prepared
from continuity.scoring.bank import at_side, side_of
from continuity.scoring.encoders import Encoder
from continuity.scoring.locate import Locator, Window, crop
from continuity.scoring.references import Picture, Subject, read_picture

TORSO_WIDTH = 2.2  # head widths
TORSO_DEPTH = 2.0  # head heights below the head
LEAST_TORSO = 0.4  # head heights that must be in the picture to judge clothes by
BODY_WIDTH = 3.0  # head widths masked out of a location


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
    picture = subject.wardrobes.get(wardrobe) if wardrobe else None
    if picture is None or not found:
        return None
    reference = read_picture(picture.path)
    windows = prepared.locator.search(reference, most=1, only=[subject.id])[subject.id]
    if not windows:
        return None
    values = []
    for index, window in found:
        depth = min(_depth(window), _depth(windows[0]), TORSO_DEPTH)
        if depth < LEAST_TORSO:
            continue
        ours, theirs = crop(pictures[index], _torso(window, depth)), crop(reference, _torso(windows[0], depth))
        side = side_of(ours)
        pair = prepared.encoder.embed([at_side(ours, side), at_side(theirs, side)])
        values.append(max(0.0, float(pair[0] @ pair[1])))
    return float(np.mean(values)) if values else None


def location_likeness(
    plate: Picture | None,
    pictures: Sequence[np.ndarray],
    heads: Sequence[Sequence[tuple[float, float, float, float]]],
    encoder: Encoder,
) -> float | None:
    """Mean cosine of whole frames with the location's plate, the cast's columns greyed out of both."""
    if plate is None or not pictures:
        return None
    reference = read_picture(plate.path)
    pairs = []
    for picture, boxes in zip(pictures, heads, strict=True):
        frame = cv2.resize(picture, (256, 256), interpolation=cv2.INTER_AREA)
        empty = cv2.resize(reference, (256, 256), interpolation=cv2.INTER_AREA)
        for x0, y0, x1, _ in boxes:
            middle, half = (x0 + x1) / 2, BODY_WIDTH * (x1 - x0) / 2
            left, right, top = (int(np.clip(v, 0, 1) * 256) for v in (middle - half, middle + half, y0))
            frame[top:, left:right] = 128
            empty[top:, left:right] = 128
        pairs += [frame, empty]
    found = encoder.embed(pairs)
    return float(np.clip((found[0::2] * found[1::2]).sum(axis=1), 0, None).mean())


def prop_likeness(props: Sequence[Picture], pictures: Sequence[np.ndarray], prepared: Prepared) -> float | None:
    """Mean over props of the best cosine of any window in any frame: was each prop seen at least once?"""
    if not props or not pictures:
        return None
    values = []
    for prop in props:
        reference = read_picture(prop.path)
        locator = Locator({prop.role: [reference]}, prepared.statistics)
        crops = [
            crop(picture, window)
            for picture in pictures[:: max(1, len(pictures) // 4)]
            for window in locator.search(picture, 1)[prop.role]
        ]
        best = 0.0
        for picture in crops:
            side = side_of(picture)
            pair = prepared.encoder.embed([at_side(picture, side), at_side(reference, side)])
            best = max(best, float(pair[0] @ pair[1]))
        values.append(best)
    return float(np.mean(values))


def _depth(window: Window) -> float:
    """Head heights between the head and the picture's lower edge."""
    return (1.0 - window.box[3]) / (window.box[3] - window.box[1])


def _torso(window: Window, depth: float) -> Window:
    x0, y0, x1, y1 = window.box
    middle, half, high = (x0 + x1) / 2, TORSO_WIDTH * (x1 - x0) / 2, y1 - y0
    return Window((middle - half, y1, middle + half, y1 + depth * high), window.score)
