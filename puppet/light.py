"""Light on figures: ambient colour and rim by time and place, and the contact shadow under the feet."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from puppet.layers import Rectangle


@dataclass(frozen=True)
class Light:
    """``ambient`` multiplies the figure (RGB); ``rim`` is added along edges facing (``dx``, ``dy``)."""

    ambient: tuple[float, float, float]
    rim: tuple[float, float, float]
    dx: float
    dy: float
    shadow: float  # darkness of the contact shadow, 0..1


_INDOORS = {
    "morning": Light((1.0, 0.985, 0.95), (0.50, 0.42, 0.26), -1.0, 0.5, 0.42),
    "day": Light((1.0, 1.0, 0.985), (0.30, 0.30, 0.28), -1.0, 0.5, 0.40),
    "dusk": Light((1.0, 0.93, 0.86), (0.60, 0.36, 0.18), -1.0, 0.3, 0.42),
    "night": Light((0.90, 0.845, 0.80), (0.46, 0.32, 0.16), 0.3, 1.0, 0.45),
}
_OUTDOORS = {
    "morning": Light((1.0, 0.98, 0.95), (0.48, 0.40, 0.26), -1.0, 0.4, 0.40),
    "day": Light((1.0, 1.0, 1.0), (0.26, 0.27, 0.28), 0.4, 1.0, 0.45),
    "dusk": Light((1.0, 0.91, 0.86), (0.80, 0.48, 0.22), 1.0, 0.35, 0.42),
    "night": Light((0.80, 0.83, 0.95), (0.30, 0.40, 0.62), 1.0, 0.5, 0.45),
}


def light_of(indoors: bool, time: str) -> Light:
    """The light of a place at ``time`` (one of morning, day, dusk, night)."""
    return (_INDOORS if indoors else _OUTDOORS)[time]


def illuminate(figure: np.ndarray, rectangle: Rectangle, light: Light, reach: float) -> None:
    """Tint a premultiplied figure within ``rectangle`` and edge it with light, in place.

    ``reach`` is the width of the rim in pixels.
    """
    x0, y0, x1, y1 = rectangle
    area = figure[y0:y1, x0:x1]
    alpha = cv2.extractChannel(area, 3)
    if light.ambient != (1.0, 1.0, 1.0):
        area = cv2.multiply(area, np.array((*light.ambient, 1.0)))
    half = cv2.resize(alpha, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    move = np.array([[1, 0, -light.dx * reach / 2], [0, 1, light.dy * reach / 2]], np.float32)
    shifted = cv2.blur(cv2.warpAffine(half, move, half.shape[::-1]), (5, 5))
    shifted = cv2.resize(shifted, alpha.shape[::-1])
    edge = cv2.multiply(cv2.subtract(alpha, shifted), alpha, scale=1 / 255.0)
    rim = cv2.merge([cv2.convertScaleAbs(edge, alpha=share) for share in light.rim] + [np.zeros_like(edge)])
    area = cv2.min(cv2.add(area, rim), cv2.merge([alpha, alpha, alpha, alpha]))  # premultiplied: never above alpha
    figure[y0:y1, x0:x1] = area


def cast_shadow(
    picture: np.ndarray, feet: list[tuple[float, float]], ground: float, unit: float, darkness: float
) -> None:
    """Darken the floor under the feet, in place.

    ``feet`` are soles in pixels, ``ground`` the floor's y, ``unit`` pixels per figure unit. A foot in the
    air has a smaller, fainter shadow on the floor below it; the body adds a wide faint one.
    """
    height, width = picture.shape[:2]
    reach = 150 * unit
    top, bottom = max(0, int(ground - reach * 0.5)), min(height, int(ground + reach * 0.5))
    if bottom - top < 2 or not feet:
        return
    mask = np.zeros((bottom - top, width), np.uint8)
    lowest = max(y for _, y in feet)
    middle = sum(x for x, _ in feet) / len(feet)
    spots = [(middle, lowest, 128.0, 0.55)] + [(x, y, 66.0, 0.8) for x, y in feet]
    for x, y, size, strength in spots:
        air = max(0.0, ground - y) / unit
        near = 1 / (1 + air / 90)
        radius = (
            max(2, int(size * unit * (0.55 + 0.45 * near))),
            max(1, int(size * 0.2 * unit * (0.55 + 0.45 * near))),
        )
        spot = np.zeros_like(mask)
        centre = (round(x * 8), round((ground - top + 2 * unit) * 8))
        cv2.ellipse(
            spot,
            centre,
            (radius[0] * 8, radius[1] * 8),
            0,
            0,
            360,
            int(255 * darkness * strength * near),
            -1,
            cv2.LINE_AA,
            3,
        )
        mask = cv2.max(mask, spot)
    spread = max(3, int(26 * unit)) | 1
    mask = cv2.blur(mask, (spread, max(3, spread // 2) | 1))
    light = cv2.cvtColor(cv2.bitwise_not(mask), cv2.COLOR_GRAY2RGB)
    picture[top:bottom] = cv2.multiply(picture[top:bottom], light, scale=1 / 255.0)
