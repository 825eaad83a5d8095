"""What stands in a picture for a place that the puppet cannot draw: a backdrop that says so, with the name on it."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from puppet.lettering import broken, spelled, written
from puppet.scenery import Scenery
from puppet.svg import box, dark, light, mix


def _board(s: Scenery, name: str, x: float, y: float, width: float, height: float) -> None:
    """A white board with a striped edge and the name on it."""
    g, ink, edge = s.g, "#33384a", max(8, height * 0.085)
    s.block(x + 8, y + 10, width, height, dark(s.tone("#8b93a0"), 0.4), 0.5)
    s.block(x, y, width, height, mix("#fbf8f0", s.tone("#fbf8f0"), 0.5))  # lit, so that it is read at night
    for at in (y, y + height - edge):
        _stripes(s, x, at, width, edge, edge * 1.3)
    shortest = min(12, max(map(len, name.split())))  # a word is cut only where it is very long
    room = (width * 0.86 / 5.6, height - 4 * edge)
    lines = min(
        (broken(name, most) for most in range(shortest, 25)),
        key=lambda lines: max(max(map(len, lines)) / room[0], (len(lines) * 8.6 - 2.6) / room[1]),
    )
    margin = width * 0.07
    path, thick = written(lines, x + margin, y + edge * 2, width - 2 * margin, height - 4 * edge)
    g.line(path, ink, thick)


def _stripes(s: Scenery, x: float, y: float, width: float, height: float, step: float) -> None:
    g = s.g
    area = box(x, y, width, height)
    g.fill(area, s.tone("#e9b949"))
    with g.clip(area):
        for i in range(-2, int(width / step) + 2, 2):
            left = x + i * step
            g.fill(
                f"M{left:.0f} {y + height:.0f}h{step:.0f}l{height:.0f} {-height:.0f}h{-step:.0f}Z", s.tone("#3a3d48")
            )


def _painted(s: Scenery, wall: str, floor: str) -> None:
    """A flat wall squared like drawing paper, a flat floor, and a striped edge between them."""
    g, name = s.g, spelled(s.name) or "?"
    s.block(-400, -260, 2080, 860, s.tone(wall))
    for x in range(-380, 1680, 60):
        g.line(f"M{x} -260V580", light(s.tone(wall), 0.35), 2, 0.8)
    for y in range(-240, 580, 60):
        g.line(f"M-400 {y}H1680", light(s.tone(wall), 0.35), 2, 0.8)
    s.block(-400, 580, 2080, 460, g.gradient([(0, s.tone(floor)), (1, dark(s.tone(floor), 0.3))]))
    _stripes(s, -400, 562, 2080, 26, 40)
    for x, y, width, height in ((150, 78, 380, 236), (750, 78, 380, 236), (562, 340, 156, 124), (-360, 78, 380, 236),
                                (1260, 78, 380, 236)):  # the small one between two people
        _board(s, name, x, y, width, height)


def indoors(s: Scenery) -> None:
    """Stands for a room."""
    _painted(s, "#b7bcc4", "#9a958f")


def outdoors(s: Scenery) -> None:
    """Stands for a place under the sky."""
    _painted(s, "#a9cbe0", "#98a87f")
