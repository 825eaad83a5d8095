"""Curly hair: clouds of curls round the head and over the crown."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import math

from puppet.rig import Traits
from puppet.skull import Skull
from puppet.svg import Fragment, Point, cloud, dark, keyed, lerp, light, oval, smooth


def _ring(
    x: float, y: float, rx: float, ry: float, start: float, stop: float, count: int, jitter: float
) -> list[Point]:
    """Points clockwise on an ellipse from ``start`` to ``stop`` degrees (0 to the right, -90 up)."""
    points: list[Point] = []
    for i in range(count):
        angle = math.radians(lerp(start, stop, i / (count - 1)))
        reach = 1 + jitter * math.sin(i * 2.4)
        points.append((x + rx * reach * math.cos(angle), y + ry * reach * math.sin(angle)))
    return points


def curl_size(traits: Traits) -> float:
    """How far curls stand off the skull, in head units; negative for cropped ones."""
    return lerp(-14, 74, traits.hair_length)


def curly_mass(g: Fragment, traits: Traits, skull: Skull) -> None:
    """The curls behind face and neck."""
    volume, x = curl_size(traits), skull.hair_x
    rx, ry = skull.hair_radius + volume, 112 + volume * 0.8
    drop = volume * 0.9
    rx *= keyed([1, 0.95, 0.8], skull.turn)
    path = cloud(
        _ring(x - keyed([0, 10, 34], skull.turn), -34 + drop * 0.4, rx, ry + drop * 0.25, -230, 110, 18, 0.03), 0.58
    )
    g.shape(path, dark(traits.hair, 0.3), [oval(x, 70 + volume, rx, 60)], width=4.5)


def curly_front(g: Fragment, traits: Traits, skull: Skull, flipped: bool) -> None:
    """Curls as a cloud over the crown; its lower edge is the hairline, or a curly fringe."""
    hair, volume, x, t = traits.hair, curl_size(traits), skull.hair_x, skull.turn
    rx, ry = skull.hair_radius * 0.98 + volume * 0.55, 104 + volume * 0.55
    side = lerp(14, 92, traits.hair_length)
    crown = _ring(x, -34, rx, ry, -188, 8, 11, 0.02)
    right_limit = keyed([rx, 66, 78], t)
    crown = [p for p in crown if p[0] < right_limit + 28 or p[1] < -60]
    line = {"straight": -34.0, "swept": -44.0, "none": -62.0}[traits.fringe]
    tilt = 0.0 if traits.fringe != "swept" else (-16 if flipped else 16)
    near_right = keyed([74, 62, 76], t)
    near_left = keyed([-74, -54, 12], t)
    hairline: list[Point] = [(near_right + keyed([22, 12, 8], t), side if t < 0.5 else keyed([side, -8, -14], t))]
    for i in range(6):
        share = i / 5
        at = lerp(near_right, near_left, share)
        hairline.append((at, line + tilt * (0.5 - share) + 16 * abs(share - 0.5) + (3 if i % 2 else -3)))
    back = keyed([-rx + 6, -rx + 4, -rx + 4], t)
    if t >= 0.5:  # turned: the mass behind the ear
        hairline += [
            (keyed([-70, -46, 4], t), -6), (keyed([-74, -66, -30], t), 0),
            (keyed([-84, -84, -48], t), side * 0.6 + 24), (back + 16, side + 16),
        ]
    else:
        hairline += [(-96, side)]
    path = cloud(crown + hairline, 0.6)

    def curls() -> None:
        tones = (light(hair, 0.28), dark(hair, 0.45))
        for i in range(44):
            angle, reach = i * 2.399, math.sqrt((i + 0.5) / 44)
            cx, cy = x + rx * reach * math.cos(angle), -50 + ry * reach * math.sin(angle)
            g.line(
                f"M{cx - 9:.1f} {cy + 3:.1f}a10 10 0 1 1 15 5",
                tones[i % 2],
                3 if g.inked else 3.4, 0.75 if g.inked else 0.5,
            )

    g.shape(
        path,
        hair,
        [
            smooth([
                (x + rx * 0.35, -150), (x + rx * 0.6, -30), (x + rx * 0.5, 120), (x + rx * 1.4, 120),
                (x + rx * 1.4, -150),
            ])
        ],
        width=4.5,
        inner=curls,
    )
