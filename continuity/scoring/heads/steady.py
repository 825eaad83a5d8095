"""A head along a take: where frames disagree, the window that the others bear out.

In a single frame a patch of a coat can answer the templates a little better than the head does. Over a take the head
keeps its size, and its place more or less; what answers in its stead now and then does neither.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from continuity.scoring.places import Window

SIZE_REACH = 0.25  # of the logarithm of sizes, of one frame and the next; further off it may have grown more
PLACE_REACH = 1.5  # heads' widths, the same
NEIGHBOURS = 3  # frames on either side that have a say


def borne_out(frames: Sequence[Sequence[Window]]) -> list[list[float]]:
    """By frame and window, 0 to 1: how well the frames around bear it out, each by its window that fits best.

    ``frames`` are in their order, evenly spaced; a frame that has no window has no say. Alone, a frame is borne out.
    """
    places = [[_place(window) for window in windows] for windows in frames]
    result = []
    for index, own in enumerate(places):
        around = [
            (abs(other - index), places[other])
            for other in range(max(0, index - NEIGHBOURS), min(len(places), index + NEIGHBOURS + 1))
            if other != index and places[other]
        ]
        result.append(
            [
                float(np.mean([max(_fit(one, other, apart) for other in others) for apart, others in around]))
                if around
                else 1.0
                for one in own
            ]
        )
    return result


def _place(window: Window) -> tuple[float, float, float, float]:
    """Middle, and width and height."""
    x0, y0, x1, y1 = window.box
    return (x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, 1e-6), max(y1 - y0, 1e-6)


def _fit(one: tuple[float, ...], other: tuple[float, ...], apart: int) -> float:
    x, y, wide, high = one
    u, v, broad, tall = other
    grown = 0.5 * np.log(wide * high / (broad * tall)) / SIZE_REACH
    width, height = (wide * broad) ** 0.5, (high * tall) ** 0.5
    moved = np.hypot((x - u) / width, (y - v) / height) / PLACE_REACH
    return float(np.exp(-(grown**2 + moved**2) / apart))
