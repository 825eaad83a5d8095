"""A train that moves through a shot: it comes in and stops, pulls out or rushes past, behind all that is nearer."""

from __future__ import annotations

import math

import cv2
import numpy as np

from puppet import sets, stations
from puppet.backdrops import near_mask, paint_set
from puppet.rig import Stage

_LENGTH = 3 * stations.CARRIAGE  # design pixels
_STOPPED = stations.HALT - stations.CARRIAGE  # where its head is when it stands
_TOP, _BOTTOM = 186, 572  # of a carriage in the design


def head(motion: str, seconds: float) -> float:
    """Where the head of the train is, in design pixels from the picture's left; it goes to the left."""
    if motion == "passes":
        return 1900 - 2600 * max(0.0, seconds - 0.15)
    if motion == "leaves":
        return _STOPPED - 450 * max(0.0, seconds - 0.6) ** 2
    left = max(0.0, 1 - seconds / 2.6)  # arrives, slower and slower
    return _STOPPED + 3900 * left**2


class MovingTrain:
    """The backdrop of a platform through which a train moves. Pictures are those of `backdrops.paint_set`."""

    def __init__(
        self, stage: Stage, motion: str, width: int, height: int, margins: tuple[int, int], zoom: float
    ) -> None:
        full_width, full_height = width + 2 * margins[0], height + 2 * margins[1]
        self._motion = motion
        self._empty = paint_set(stage, width, height, full_width, full_height, zoom, part="empty")
        scale, x, y = sets.seen(width, height, full_width, full_height, zoom)
        self._rows = slice(max(0, round((_TOP - y) * scale)), min(full_height, round((_BOTTOM - y) * scale)))
        self._shown = 1 - near_mask(stage, width, height, full_width, full_height, zoom)[self._rows, :, None]
        self._columns = x + np.arange(full_width) / scale  # the design's x of each
        wide = max(full_width, math.ceil(stations.CARRIAGE * scale) + 4)
        carriages = paint_set(stage, width, height, wide, full_height, zoom, part="train")
        self._from, self._scale = sets.seen(width, height, wide, full_height, zoom)[1], scale
        self._tile = carriages[self._rows]

    def at(self, seconds: float) -> np.ndarray:
        """(full_height, full_width, 3) uint8 RGB that many seconds into the shot."""
        front, before = head(self._motion, seconds), head(self._motion, seconds - 1 / 24)
        along = self._columns - front  # from the train's head
        covered = (along >= 0) & (along < _LENGTH - 24)
        if not covered.any():
            return self._empty
        place = stations.HALT + along  # as the train stands: one begins at HALT
        place = self._from + (place - self._from) % stations.CARRIAGE
        columns = np.clip(((place - self._from) * self._scale).astype(int), 0, self._tile.shape[1] - 1)
        strip = self._tile[:, columns]
        smear = min(61, round(abs(before - front) * self._scale * 0.5))
        if smear > 1:
            strip = cv2.blur(strip, (smear, 1))
        picture = self._empty.copy()
        share = self._shown * covered[None, :, None]
        below = picture[self._rows]
        picture[self._rows] = (below * (1 - share) + strip * share + 0.5).astype(np.uint8)
        return picture
