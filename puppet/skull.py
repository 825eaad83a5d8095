"""The human head's geometry: face outline, eye places and hair projection for a turn of 0..2.

Head units: origin between the cheeks, chin near y = 117, crown near y = -138, neck at (0, 134).
``turn`` is 0 front, 1 three-quarter, 2 profile; the nose of a turned head points to +x.
"""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import math
from dataclasses import dataclass

from puppet.rig import Style, Traits
from puppet.svg import Point, keyed

EYE_Y = 22.0  # the height of the eyes

# 18 points each: left cheek, jaw, chin (5), right jaw, mouth, nose (13), brow, forehead, crown (16).
_OUTLINE = (
    [
        (-82, -30), (-84, 10), (-78, 46), (-56, 82), (-22, 109), (0, 117), (16, 112), (34, 101), (50, 88), (63, 73),
        (72, 58), (78, 44), (82, 28), (84, 8), (82, -30), (66, -85), (0, -112), (-66, -85),
    ],
    [
        (-84, -30), (-80, 14), (-68, 52), (-38, 86), (4, 111), (24, 118), (37, 113), (47, 103), (54, 92), (60, 80),
        (65, 66), (69, 52), (70, 36), (67, 12), (74, -24), (64, -85), (0, -112), (-70, -85),
    ],
    [
        (-60, -30), (-30, 20), (-22, 54), (4, 84), (40, 106), (62, 112), (74, 105), (78, 95), (76, 87), (81, 79),
        (78, 71), (84, 63), (83, 53), (99, 40), (80, 2), (86, -50), (20, -112), (-60, -85),
    ],
)


@dataclass(frozen=True)
class EyePlace:
    """Where one eye sits: ``across`` is its horizontal foreshortening, ``side`` -1 or 1, 0 in profile."""

    x: float
    across: float
    side: int


class Skull:
    """One character's head at one turn."""

    def __init__(self, traits: Traits, style: Style, turn: float) -> None:
        self.turn = turn
        self.angle = keyed([0, 38, 85], turn)  # degrees
        self.widen = 1 + (traits.face_width - 1) * keyed([1.0, 0.9, 0.35], turn)
        self.jaw = traits.jaw
        self.nose = traits.nose * (1.12 if style == "painterly" else 1.0)
        self.hair_x = keyed([0, -8, -22], turn)
        self.hair_radius = keyed([106, 110, 119], turn) * (1 + (traits.face_width - 1) * 0.8)

    def outline(self) -> list[Point]:
        """The face, 18 points."""
        points: list[Point] = []
        front = 1 - self.turn / 2
        for i, (x, y) in enumerate(keyed(_OUTLINE, self.turn)):
            low = math.exp(-(((y - 88) / 30) ** 2)) if y > 20 else 0.0
            x *= self.widen * (1 + (self.jaw - 1) * 1.1 * low * front)
            if 4 <= i <= 7:  # a strong jaw also drops and, seen from the side, juts
                y += (self.jaw - 1) * 26
                x += (self.jaw - 1) * 34 * (1 - front)
            if i == 13:
                x += (self.nose - 1) * 30 * max(0.0, self.turn - 1)
                y += (self.nose - 1) * 8 * max(0.0, self.turn - 1)
            points.append((x, y))
        return points

    def eyes(self) -> list[EyePlace]:
        t, w = self.turn, self.widen
        if t >= 1.55:
            return [EyePlace(keyed([-40, -17, 56], t) * w, 1.0, 0)]
        near = EyePlace(keyed([-40, -17, 40], t) * w, keyed([1, 0.97, 0.6], t), -1)
        return [near, EyePlace(keyed([40, 46, 72], t) * w, keyed([1, 0.74, 0.24], t), 1)]

    def around(self, degrees: float, reach: float = 1.0) -> float:
        """The x of a point on the hair, ``degrees`` round the head from the nose, positive to the right."""
        return self.hair_x + self.hair_radius * reach * math.sin(math.radians(degrees + self.angle))

    def ear(self) -> tuple[float, float]:
        """x and foreshortening of the near ear."""
        return keyed([-85, -62, -14], self.turn) * self.widen, keyed([0.5, 0.85, 1.0], self.turn)
