"""What is looked at around a located head: the head at its own resolution, and the figure below it.

Two crops, both placed by the head's window alone, so that a reference and a frame show the same things at the same
places: the *head* with its hair and what is worn on it, and the *figure* with its clothes. What lies outside the
picture is grey, and marked as not seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

HEAD_SIDE = 320  # pixels: of a head of 200 pixels, as in a close-up at 480 lines, nothing is lost
HEAD_REACH = (1.5, 1.5)  # of the window's width and height, about its middle
FIGURE_SIZE = (96, 128)  # width and height in pixels
FIGURE_REACH = (3.4, 4.0)  # of the window's width and height
FIGURE_TOP = -0.35  # window heights from the window's upper edge
GREY = 128


@dataclass(frozen=True)
class Seen:
    """A crop (h, w, 3) uint8 RGB, and ``inside`` (h, w) bool: where it lies within its picture.

    ``scale`` is pixels of the crop to one of the picture: above 1 the crop was enlarged.
    """

    picture: np.ndarray
    inside: np.ndarray
    scale: float


def head_seen(frame: np.ndarray, box: Sequence[float]) -> Seen:
    """The head, from a frame (RGB uint8) and its window (x0, y0, x1, y1 in shares of the frame)."""
    x0, y0, x1, y1 = box
    half_x, half_y = (x1 - x0) * HEAD_REACH[0] / 2, (y1 - y0) * HEAD_REACH[1] / 2
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return _cut(frame, (x - half_x, y - half_y, x + half_x, y + half_y), (HEAD_SIDE, HEAD_SIDE))


def figure_seen(frame: np.ndarray, box: Sequence[float]) -> Seen:
    """The figure, as `head_seen`."""
    x0, y0, x1, y1 = box
    middle, half, high = (x0 + x1) / 2, (x1 - x0) * FIGURE_REACH[0] / 2, y1 - y0
    top = y0 + FIGURE_TOP * high
    return _cut(frame, (middle - half, top, middle + half, top + FIGURE_REACH[1] * high), FIGURE_SIZE)


def _cut(frame: np.ndarray, shares: Sequence[float], size: tuple[int, int]) -> Seen:
    height, width = frame.shape[:2]
    left, top = round(shares[0] * width), round(shares[1] * height)
    right, bottom = max(left + 8, round(shares[2] * width)), max(top + 8, round(shares[3] * height))
    x0, x1 = (min(max(v, 0), width) for v in (left, right))
    y0, y1 = (min(max(v, 0), height) for v in (top, bottom))
    around = (y0 - top, bottom - y1, x0 - left, right - x1)
    scale = float(((size[0] * size[1]) / ((right - left) * (bottom - top))) ** 0.5)
    if x1 <= x0 or y1 <= y0:
        return Seen(np.full((size[1], size[0], 3), GREY, np.uint8), np.zeros((size[1], size[0]), bool), scale)
    picture = np.ascontiguousarray(frame[y0:y1, x0:x1])
    if any(around):
        picture = cv2.copyMakeBorder(picture, *around, cv2.BORDER_CONSTANT, value=(GREY, GREY, GREY))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    picture = cv2.resize(picture, size, interpolation=way)
    columns = (np.arange(size[0]) + 0.5) / size[0] * (right - left) + left
    rows = (np.arange(size[1]) + 0.5) / size[1] * (bottom - top) + top
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))[None]
    picture[~inside] = GREY
    return Seen(picture, inside, scale)
