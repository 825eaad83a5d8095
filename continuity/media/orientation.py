"""How a player turns and mirrors a coded picture: the display matrix of its stream, all eight ways it can lie."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from av.sidedata.sidedata import Type

_TURNS = {0: "", 90: "transpose=cclock,", 180: "hflip,vflip,", 270: "transpose=clock,"}


@dataclass(frozen=True)
class Orientation:
    """What is done to the coded picture: first mirrored left to right, then turned by ``degrees`` (0, 90, 180 or
    270) counter-clockwise."""

    degrees: int = 0
    mirrored: bool = False

    @property
    def lies(self) -> bool:
        """Whether width and height change places."""
        return self.degrees in (90, 270)

    @property
    def filters(self) -> str:
        """As the beginning of a description of FFmpeg filters, empty for an upright picture."""
        return ("hflip," if self.mirrored else "") + _TURNS[self.degrees]

    def upright(self, picture: np.ndarray) -> np.ndarray:
        """The picture (h, w, …) as it is shown; contiguous."""
        turned = np.rot90(picture[:, ::-1] if self.mirrored else picture, self.degrees // 90)
        return np.ascontiguousarray(turned)


UPRIGHT = Orientation()


def orientation_of(frame: Any) -> Orientation:
    """Of a decoded frame, to the nearest right angle.

    The matrix (a b u, c d v, x y w; ISO/IEC 14496-12, 6.2.2) takes the coded point (p, q) to (ap + cq, bp + dq),
    with q and the result's second value counted downwards; its determinant is negative where it mirrors.
    """
    data = frame.side_data.get(Type.DISPLAYMATRIX)
    if data is None:
        return UPRIGHT
    a, b, _, c, d = np.frombuffer(bytes(data), np.int32)[:5].tolist()
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    return Orientation(round(-math.degrees(math.atan2(b, a)) / 90) % 4 * 90, mirrored)
