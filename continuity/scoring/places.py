"""Places in pictures, in shares of them: x to the right, y down, 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Face:
    """A face in a picture; all places in shares of it."""

    box: tuple[float, float, float, float]  # x0, y0, x1, y1; may reach out of the picture
    score: float  # 0.7 to 1: how sure the detector is
    points: tuple[tuple[float, float], ...]  # eyes, tip of the nose, corners of the mouth; left first, as seen


@dataclass(frozen=True)
class Window:
    """A place in a frame that looks like a subject; ``box`` is x0, y0, x1, y1 in shares of the frame."""

    box: tuple[float, float, float, float]
    score: float
    face: Face | None = None  # where the head was found by its face

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        x0, y0, x1, y1 = self.box
        return round(x0 * width), round(y0 * height), round(x1 * width), round(y1 * height)
