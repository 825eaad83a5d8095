"""Where the head is in a reference picture, and which of its pixels belong to the character.

Library pictures stand on a plain backdrop, so the backdrop's colour can be read off the border. Stills cut
from a clip do not; there the middle of the picture counts most.
"""

from __future__ import annotations

import cv2
import numpy as np

SIDE = 128  # pixels: the masks' working size
BACKDROP_DISTANCE = 12.0  # CIE Lab units between backdrop and figure
PLAIN_SPREAD = 8.0  # CIE Lab: a border that varies more is no plain backdrop


def ellipse(height: int, width: int) -> np.ndarray:
    """(height, width) float32: 1 in the middle, falling smoothly to 0.05 in the corners."""
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None, :]
    weights = np.maximum(np.exp(-1.5 * (x * x + y * y) ** 2), 0.05)
    return (np.rint(weights * 4096) / 4096).astype(np.float32)  # libraries differ in an exponential's last digit


def figure_mask(picture: np.ndarray) -> np.ndarray | None:
    """(SIDE, SIDE) float32 of 0 and 1 where the figure stands before a plain backdrop; None without one."""
    small = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    # The lower edge is left out: shoulders reach it. A soft studio gradient is followed row by row.
    edges = np.concatenate([lab[:, :3], lab[:, -3:]], axis=1)
    rows = cv2.GaussianBlur(np.median(edges[: SIDE // 2], axis=1).astype(np.float64), (1, 9), 0)
    top = np.median(lab[:3].reshape(-1, 3), axis=0)
    spread = np.linalg.norm(edges[: SIDE // 3] - rows[: SIDE // 3, None], axis=2)
    if np.percentile(spread, 75) > PLAIN_SPREAD or np.linalg.norm(rows[SIDE // 4] - top) > 3 * PLAIN_SPREAD:
        return None
    backdrop = np.concatenate([rows, np.repeat(rows[-1:], SIDE - len(rows), axis=0)])
    mask = (np.linalg.norm(lab - backdrop[:, None], axis=2) > BACKDROP_DISTANCE).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    share = float(mask.mean())
    return mask.astype(np.float32) if 0.05 < share < 0.95 else None


def window_weights(picture: np.ndarray) -> np.ndarray:
    """(SIDE, SIDE) float32: how much each place of a reference says about the character."""
    mask = figure_mask(picture)
    oval = ellipse(SIDE, SIDE)
    return oval if mask is None else oval * (0.02 + mask)


def head_box(headshot: np.ndarray) -> tuple[int, int, int, int]:
    """(x0, y0, x1, y1) of the head in a headshot, in pixels; the whole picture without a plain backdrop.

    Shoulders widen the lower part, so the head's width is taken from the figure's upper 60 % and its
    height from the proportions of a head with its hair (1.15 : 1).
    """
    height, width = headshot.shape[:2]
    mask = figure_mask(headshot)
    if mask is None:
        return 0, 0, width, height
    rows = np.flatnonzero(mask.any(axis=1))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    upper = mask[top : top + max(1, int(0.6 * (bottom - top)))]
    columns = np.flatnonzero(upper.any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    wide = (right - left) * width / SIDE * 1.06
    tall = min(wide * 1.15, height)
    x = (left + right) / 2 * width / SIDE
    y0 = max(0.0, top * height / SIDE - 0.03 * tall)
    return (
        max(0, int(x - wide / 2)),
        int(y0),
        min(width, int(x + wide / 2)),
        min(height, int(y0 + tall)),
    )
