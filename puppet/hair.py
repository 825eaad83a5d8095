"""Hair. Locks stand round the skull and are projected by the turn of the head.

A hair style is a table of locks: angle round the head (0 above the nose, positive to the character's
screen right, 180 at the nape) and the height where the lock's tip hangs. The mass behind the face
(`draw_back`) and the cap over it (`draw_front`) are two layers, so that the neck passes between.
"""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import math
from dataclasses import dataclass

from puppet.curls import curly_front, curly_mass
from puppet.rig import Style, Traits
from puppet.skull import Skull
from puppet.svg import Fragment, Point, dark, keyed, lerp, light, luminance, oval, smooth

_GATHERED = ("ponytail", "bun", "braid", "braids")


@dataclass(frozen=True)
class Lock:
    angle: float
    tip: float
    valley: float  # how high the gap to the next lock reaches


def hanging(length: float) -> float:
    """The height of hair tips in head units: 40 cropped, 124 at the jaw, 320 below the shoulders."""
    length = min(max(length, 0.0), 1.15)
    return lerp(40, 124, length / 0.5) if length < 0.5 else lerp(124, 320, (length - 0.5) / 0.5)


def _fringe(traits: Traits, flipped: bool) -> list[Lock]:
    if traits.fringe == "straight":
        tips = [(-44, -21, -36), (-23, -24, -42), (0, -26, -42), (22, -23, -40), (43, -20, -18)]
    elif traits.fringe == "swept":  # parted high on one side, falling to the other; the side survives mirroring
        tips = [(-48, -30, -50), (-30, -62, -70), (-8, -46, -54), (16, -34, -42), (44, -4, -16)]
        if flipped:
            tips = [(-a, tip, valley) for a, tip, valley in reversed(tips)]
            tips = [(a, tip, tips[i + 1][1] - 16 if i < 4 else -10) for i, (a, tip, _) in enumerate(tips)]
    else:  # none: hair combed back from the forehead
        tips = [(-58, -34, -50), (-34, -62, -70), (0, -74, -76), (34, -62, -60), (58, -34, -30)]
    return [Lock(*tip) for tip in tips]


def _sides(traits: Traits) -> list[Lock]:
    """The locks of one side, from the temple to the nape."""
    tip, length = hanging(traits.hair_length), traits.hair_length
    if traits.hair_style == "short":
        crop = lerp(-8, 34, length)
        return [
            Lock(70, crop + 6, crop - 26),
            Lock(92, crop - 12, crop - 26),
            Lock(112, lerp(30, 80, length), 20),
            Lock(132, lerp(46, 104, length), 30),
            Lock(152, lerp(50, 110, length), 40),
            Lock(172, lerp(52, 112, length), 40),
        ]
    if traits.hair_style in _GATHERED:
        wisp = 64 if traits.fringe != "none" else 6
        return [
            Lock(68, wisp, -24),
            Lock(92, -6, -14),
            Lock(116, 16, 10),
            Lock(140, 44, 34),
            Lock(160, 52, 44),
            Lock(176, 56, 50),
        ]
    ragged = 22 if traits.hair_style == "long" else 13
    return [
        Lock(69, tip, tip - ragged if tip > 110 else tip - 12),
        Lock(96, tip + 16, tip + 16 - ragged),
        Lock(122, tip + 24, tip + 22 - ragged),
        Lock(148, tip + 16, tip + 20 - ragged),
        Lock(172, tip + 24, tip + 20 - ragged),
    ]


def _locks(traits: Traits, flipped: bool) -> list[Lock]:
    sides = _sides(traits)
    left: list[Lock] = []
    for i in range(len(sides) - 1, -1, -1):  # mirrored: the gap that follows is the one before
        left.append(Lock(-sides[i].angle, sides[i].tip, sides[i - 1].valley if i else -10))
    middle = _fringe(traits, flipped)
    return left + middle + sides


def draw_back(traits: Traits, style: Style, turn: float) -> str:
    """What is seen behind the face and neck, with a bun where there is one."""
    g, skull, hair = Fragment(style), Skull(traits, style, turn), traits.hair
    if traits.hair_style == "bun":
        _bun(g, traits, skull)
    if traits.hair_style == "curly":
        curly_mass(g, traits, skull)
        return str(g)
    x, radius = skull.hair_x, skull.hair_radius
    cropped = traits.hair_style == "short" or traits.hair_style in _GATHERED
    bottom = lerp(66, 112, traits.hair_length) if traits.hair_style == "short" else 74.0
    if not cropped:
        bottom = hanging(traits.hair_length) + keyed([26, 18, 0], turn)
    spread = 0.0 if cropped else min(26.0, 10 + (bottom - 100) * 0.08)
    left_edge, right_edge = x - radius + 4, keyed([x + radius - 4, 84, -6], turn)
    if cropped:
        left_edge, right_edge = x - radius * keyed([0.74, 0.86, 0.97], turn), keyed([radius * 0.74, 60, 10], turn)
    foot_left = left_edge - spread + keyed([0, -2, 4], turn)
    foot_right = right_edge + keyed([spread, 0, -10], turn)
    points: list[Point] = [(x - radius + 4, -40), (left_edge - spread * 0.7, bottom * 0.45), (foot_left, bottom - 22)]
    count = 9
    for i in range(count):
        at = lerp(foot_left + 6, foot_right - 6, i / (count - 1))
        drop = (8 if traits.hair_style == "bob" else 20) * math.sin(i * 2.1) + (8 if i % 2 else -6)
        points.append((at, bottom + (drop * 0.35 if traits.hair_style == "bob" or cropped else drop), 1))
        if i < count - 1:
            points.append((at + (foot_right - foot_left) / (2 * count), bottom - (8 if cropped else 12)))
    points += [
        (foot_right, bottom - 22), (right_edge + spread * 0.6, bottom * 0.45), (x + radius - 6, -40), (x + 70, -112),
        (x, -132), (x - 70, -112),
    ]
    shade = smooth([(x - 90, 60), (x + 90, 60), (x + 100, bottom + 30), (x - 100, bottom + 30)])
    g.shape(smooth(points), dark(hair, 0.26), [shade], width=4.5)
    return str(g)


def _bun(g: Fragment, traits: Traits, skull: Skull) -> None:
    size = lerp(34, 58, traits.hair_length)
    x = skull.hair_x - skull.hair_radius * 0.88 * math.sin(math.radians(skull.angle))
    y = keyed([-146 - size * 0.35, -134, -96], skull.turn)
    hair = traits.hair
    g.shape(
        oval(x, y, size, size * 0.92),
        hair,
        [
            smooth([
                (x + size * 0.2, y - size), (x + size * 0.4, y), (x, y + size), (x + size * 1.4, y + size),
                (x + size * 1.4, y - size),
            ])
        ],
        [
            smooth([
                (x - size * 0.6, y - size * 0.4), (x - size * 0.2, y - size * 0.7),
                (x - size * 0.1, y - size * 0.5), (x - size * 0.5, y - size * 0.1),
            ])
        ],
        width=4.5,
    )
    for reach in (0.35, 0.68):
        g.line(
            f"M{x - size * reach:.1f} {y + size * 0.5:.1f}q{size * 0.2:.1f} {-size * 1.1:.1f} "
            f"{size * (reach + 0.5):.1f} {-size * 0.6 * reach:.1f}",
            dark(hair, 0.55),
            2.4, 0.7,
        )


def draw_front(traits: Traits, style: Style, turn: float, flipped: bool) -> str:
    """The cap: crown, fringe and the locks that face the viewer."""
    g, skull, hair = Fragment(style), Skull(traits, style, turn), traits.hair
    if traits.hair_style == "curly":
        curly_front(g, traits, skull, flipped)
        return str(g)
    first, last = -keyed([97, 91, 91], turn), keyed([97, 90, 66], turn)
    seen = [k for k in _locks(traits, flipped) if first <= k.angle + skull.angle <= last]
    # a side lock at the far rim would be a sliver; the mass behind the face shows it well enough
    seen = [k for k in seen if k.angle < 66 or k.angle + skull.angle <= 84]
    if turn < 0.5:  # from the front the sides end with the temple locks and those just behind
        seen = [k for k in seen if abs(k.angle) < 97]
    if traits.hair_style in ("bob", "long") and turn < 1 and seen[-1].angle + skull.angle < 75:
        # close the cap along the far temple
        seen.append(Lock(86 - skull.angle, 26, 0))
    if turn < 1.3 and (traits.hair_style == "short" or traits.hair_style in _GATHERED):
        seen = [k for k in seen if k.angle > -100 or k.angle + skull.angle >= -80]
    edge: list[Point] = []
    for i, lock in enumerate(seen):
        edge.append((skull.around(lock.angle, 0.985), lock.tip, 1))
        if i < len(seen) - 1:
            middle = (lock.angle + seen[i + 1].angle) / 2
            edge.append((skull.around(middle), min(lock.valley, seen[i + 1].tip - 4, lock.tip - 4)))
    left, right = edge[0], edge[-1]
    x, radius = skull.hair_x, skull.hair_radius
    top = _crown(x, radius, min(left[1] - 14, 40), min(right[1] - 14, 30))
    crown_x = x + 6 * turn
    shades = [_fringe_shadow(edge)]
    if not g.inked:
        shades.append(smooth([(x + 30, -140), (x + 130, -120), (x + 130, 180), (x + 90, 60), (x + 82, -30)]))
    path = smooth(top + edge[::-1], tension=0.55)
    g.shape(path, hair, shades, width=4.5, softness=8, inner=lambda: _shine(g, traits, skull, crown_x))
    _strands(g, hair, edge, crown_x)
    if traits.hair_style in ("bob", "long") and traits.outfit.hat is None:  # the small cowlick of a drawn heroine
        curl = f"M{crown_x:.1f} -134Q{crown_x + 8:.1f} -164 {crown_x + 34:.1f} -158"
        g.line(curl, dark(hair, 0.72) if g.inked else dark(hair, 0.2), 9 if g.inked else 5)
        g.line(curl, hair, 3.5)
    return str(g)


def _crown(x: float, radius: float, left_y: float, right_y: float) -> list[Point]:
    """The silhouette over the skull from ``left_y`` to ``right_y``: half an ellipse on upright sides."""
    points: list[Point] = []
    for side, count, low in ((-1, 5, left_y), (1, 5, right_y)):
        heights = [lerp(low, -138, (i / count) ** 0.8) for i in range(count)]
        flank = [(x + side * radius * math.sqrt(max(0.0, 1 - (min(y + 28, 0) / 110) ** 2)), y) for y in heights]
        points += [*flank, (x, -138)] if side < 0 else flank[::-1]
    return points


def _fringe_shadow(edge: list[Point]) -> str:
    lower = [(p[0] + (5 if i % 2 == 0 else 0), p[1] + 2, *p[2:]) for i, p in enumerate(edge)]
    upper = [(p[0] + 4, p[1] - (22 if p[1] < 60 else 46)) for p in reversed(edge)]
    return smooth([*lower, *upper])


def _shine(g: Fragment, traits: Traits, skull: Skull, crown_x: float) -> None:
    hair = traits.hair
    if traits.outfit.hat is None:
        upper: list[Point] = []
        lower: list[Point] = []
        for i in range(13):
            angle = -78 + i * 13
            x = skull.hair_x + skull.hair_radius * math.sin(math.radians(angle + skull.angle * 0.35)) * 0.93
            arch = math.cos(math.radians(angle))
            upper.append((x, -66 - 20 * arch + (7 if i % 2 else -4), 1))
            lower.append((x, -51 - 18 * arch + (10 if i % 2 else -6), 1))
        ring = smooth(upper + lower[::-1])
        strength = 0.62 if luminance(hair) > 0.25 else 0.3
        if g.inked:
            g.fill(ring, light(hair, strength), 0.85)
        else:
            g.fill(ring, light(hair, strength), 0.6, g.blur(6))
    if not g.inked:
        for i in range(46):
            at = -88 + i * 4 + 3 * math.sin(i * 12.9)
            x = skull.hair_x + skull.hair_radius * math.sin(math.radians(at))
            y = -10 + 60 * abs(math.sin(i * 7.3)) + (70 if abs(at) > 60 else -20)
            colour = light(hair, 0.45) if i % 2 else dark(hair, 0.45)
            g.line(
                f"M{crown_x + (x - crown_x) * 0.12:.1f} -126Q{crown_x + (x - crown_x) * 0.75:.1f} -100 {x:.1f} {y:.1f}",
                colour,
                1.6, 0.3,
            )


def _strands(g: Fragment, hair: str, edge: list[Point], crown_x: float) -> None:
    for x, y, *_ in edge[1::2]:
        if y > 60:
            path = f"M{x:.1f} {y:.1f}Q{x * 1.02:.1f} {y * 0.4 - 10:.1f} {lerp(x, crown_x, 0.18):.1f} -44"
            g.line(path, dark(hair, 0.6), 2.2, 0.7 if g.inked else 0.4)
        else:
            path = (
                f"M{x:.1f} {y:.1f}Q{lerp(x, crown_x, 0.2):.1f} {lerp(y, -132, 0.4):.1f} "
                f"{lerp(x, crown_x, 0.5):.1f} {lerp(y, -132, 0.62):.1f}"
            )
            g.line(path, dark(hair, 0.6), 2.4, 0.8 if g.inked else 0.4)


def draw_ponytail(traits: Traits, style: Style) -> str:
    """The hanging tail about its band at the origin."""
    g, hair = Fragment(style), traits.hair
    length, wide = hanging(lerp(0.36, 1.1, traits.hair_length)) + 60, lerp(44, 62, traits.hair_length)
    points: list[Point] = [
        (0, -26), (wide * 0.8, -14), (wide, 40), (wide * 0.86, length * 0.6), (wide * 0.3, length - 14),
        (-4, length + 14, 1), (-wide * 0.4, length - 24), (-wide * 0.9, length * 0.55), (-wide, 40),
        (-wide * 0.8, -14),
    ]
    g.shape(
        smooth(points),
        hair,
        [
            smooth(
                [(wide * 0.2, -30), (wide * 0.4, length * 0.5), (0, length + 20), (wide * 2, length), (wide * 2, -30)]
            )
        ],
        [smooth([(-wide * 0.6, 20), (-wide * 0.35, 10), (-wide * 0.3, length * 0.4), (-wide * 0.55, length * 0.36)])],
        width=4.5,
    )
    for at in (-0.35, 0.05, 0.45):
        g.line(
            f"M{wide * at * 0.6:.1f} 0Q{wide * at * 1.8:.1f} {length * 0.4:.1f} {wide * at * 0.7:.1f} "
            f"{length * 0.82:.1f}",
            dark(hair, 0.55),
            2.4, 0.7 if g.inked else 0.4,
        )
    return str(g)


def ponytail_anchor(traits: Traits, style: Style, turn: float) -> tuple[float, float]:
    """Where the tail's band sits in head units: behind the crown, moving out to the back as the head turns."""
    skull = Skull(traits, style, turn)
    return skull.hair_x - skull.hair_radius * 0.92 * math.sin(math.radians(skull.angle)), keyed([-122, -104, -84], turn)
