"""Plaits: one over a shoulder or two, hanging from behind the ears in head units."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import math
from functools import partial

from puppet.rig import Style, Traits
from puppet.skull import Skull
from puppet.svg import Fragment, Point, dark, keyed, lerp, light, luminance, smooth

STYLES = ("braid", "braids")


def sides(traits: Traits, facing: int) -> tuple[int, ...]:
    """At which sides of the drawn head plaits hang; a single one keeps its shoulder when the head is mirrored."""
    if traits.hair_style == "braids":
        return (1, -1)
    return (-facing,) if traits.hair_style == "braid" else ()


def anchor(traits: Traits, style: Style, turn: float, side: int) -> tuple[float, float]:
    """Where a plait begins: behind the ear at the nape."""
    skull = Skull(traits, style, turn)
    x = keyed([-80, -66, -34], turn) if side < 0 else keyed([80, 64, 34], turn)
    return x * (1 + (skull.hair_radius / 106 - 1) * 0.4), keyed([52, 54, 62], turn)


def draw_plait(traits: Traits, style: Style) -> str:
    """A plait hanging from the origin: strands laid over each other by turns, a band and a tuft."""
    g, hair = Fragment(style), traits.hair
    thick = 1.25 if traits.hair_style == "braid" else 1.0
    long = lerp(96, 300, traits.hair_length)
    count = max(4, round(long / (27 * thick)))
    step, shine = long / count, 0.36 if luminance(hair) > 0.25 else 0.14
    path: list[Point] = [(-9 * thick, -14), (0, -22), (9 * thick, -14)]
    path += [(23 * thick, long * 0.4), (14 * thick, long), (-14 * thick, long), (-23 * thick, long * 0.4)]
    g.shape(smooth(path), dark(hair, 0.34), width=4.5)
    for i in range(count):
        y, s = i * step, 1 if i % 2 else -1
        wide = thick * (26 - 8 * i / count) * math.sin(min(1.0, (i + 1.6) / 4) * math.pi / 2)
        lobe = smooth([
            (-s * wide * 0.5, y - step * 0.25, 1), (s * wide * 0.35, y - step * 0.62),
            (s * wide * 1.04, y + step * 0.12),
            (s * wide * 0.72, y + step * 0.86), (-s * wide * 0.36, y + step * 1.2, 1),
        ])
        gloss = smooth([(s * wide * 0.1, y - step * 0.3), (s * wide * 0.62, y - step * 0.12),
                        (s * wide * 0.5, y + step * 0.24), (s * wide * 0.02, y + step * 0.1)])
        g.shape(
            lobe, hair, [smooth([(s * wide * 0.2, y + step * 1.3), (s * wide * 1.3, y + step * 0.5),
                                 (s * wide * 1.4, y + step * 1.5)])],
            width=4, inner=partial(g.fill, gloss, light(hair, shine), 0.8 if g.inked else 0.45),
        )
        g.line(f"M{-s * wide * 0.2:.1f} {y - step * 0.06:.1f}Q{s * wide * 0.5:.1f} {y + step * 0.2:.1f} "
               f"{s * wide * 0.5:.1f} {y + step * 0.78:.1f}", dark(hair, 0.5), 1.8, 0.7 if g.inked else 0.4)
    with g.group(f"translate(0 {long:.1f}) scale({thick:g})"):
        g.shape(smooth([(-11, 0), (11, 0), (19, 26), (9, 54), (0, 40, 1), (-7, 56), (-17, 26)]), hair,
                [smooth([(3, -4), (6, 60), (40, 60), (30, -4)])], width=4.5)
        g.line("M-3 12L-6 42M5 12L7 40", dark(hair, 0.5), 1.8, 0.7 if g.inked else 0.4)
        band = dark(hair, 0.6) if luminance(hair) > 0.3 else light(hair, 0.55)
        g.shape("M-14 -3Q0 3 14 -3V9Q0 15 -14 9Z", band, width=3.5)
    return str(g)
