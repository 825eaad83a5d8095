"""What age does to a human: the traits as they are drawn at that age, and the lines in a face.

A grown character of the middle years is drawn from its traits as they are.
"""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from puppet.rig import Traits
from puppet.skull import EYE_Y, Skull
from puppet.svg import Fragment, dark, keyed, light, mix, smooth


def as_drawn(traits: Traits) -> Traits:
    """``traits`` with the face and build of its age: large eyes and a small nose and jaw in a child, the reverse in
    an old face."""
    young, old = traits.youth, traits.old_age
    if not young and not old:
        return traits
    return replace(
        traits,
        eye_scale=traits.eye_scale * (1 + 0.15 * young) * (1 - 0.13 * old),
        face_width=traits.face_width * (1 + 0.10 * young),
        jaw=traits.jaw * (1 - 0.18 * young) * (1 + 0.04 * old),
        nose=traits.nose * (1 - 0.34 * young) * (1 + 0.16 * old),
        brows=traits.brows * (1 - 0.32 * young) * (1 + 0.12 * old),
        build=traits.build * (1 - 0.07 * young),
    )


def head_growth(traits: Traits) -> float:
    """How much larger the head is than the body's own measure: children's are."""
    return 1 + 0.19 * traits.youth


def draw_lines(g: Fragment, traits: Traits, skull: Skull) -> None:
    """Crow's feet, the lines of the forehead, from nose to mouth and under the eyes."""
    age, skin, turn = traits.old_age, traits.skin, skull.turn
    if age <= 0:
        return
    ink = mix(dark(skin, 0.5), "#8a4a3c", 0.4)
    wide, strong = 1.5 + 1.5 * age, (0.5 if g.inked else 0.42) + 0.4 * age

    def line(path: str, share: float = 1.0) -> None:
        g.line(path, ink, wide * (1.0 if g.inked else 1.05) * share, min(0.9, strong * share))
        if not g.inked:  # a fold has a lit lip under its shadow
            with g.group("translate(0 2.4)"):
                g.line(path, light(skin, 0.5), wide * share, 0.35 * strong)

    eyes = skull.eyes()
    for eye in eyes:
        side, a = eye.side or -1, eye.across
        x, size = eye.x, traits.eye_scale
        bag = EYE_Y + 25 * size
        line(f"M{x - 20 * a:.1f} {bag:.1f}Q{x:.1f} {bag + 8:.1f} {x + 20 * a:.1f} {bag - 1:.1f}", 0.9)
        if age > 0.6:
            line(f"M{x - 15 * a:.1f} {bag + 9:.1f}Q{x:.1f} {bag + 15:.1f} {x + 15 * a:.1f} {bag + 8:.1f}", 0.6)
        if side < 0 or turn < 0.9:
            outer = x + side * 34 * a * size if eye.side else x - 20
            for drop, long in ((-9, -6), (0, 1), (9, 8))[: 2 if age < 0.4 else 3]:
                line(f"M{outer:.1f} {EYE_Y + drop * 0.5:.1f}l{side * 13 * a:.1f} {long}", 0.75)
    mouth, reach = keyed([0, 27, 72], turn), keyed([1, 0.86, 0.5], turn)
    for s in (-1, 1):
        if s > 0 and turn > 1.2:
            continue
        x = mouth + s * 19 * reach
        line(f"M{x:.1f} 55Q{x + s * 14 * reach:.1f} 66 {x + s * 13 * reach:.1f} {80 + 8 * age:.1f}")
        if age > 0.5:
            line(f"M{x + s * 6 * reach:.1f} 91q{s * 3 * reach:.1f} 6 {-s * 1:.1f} 11", 0.7)
    middle = keyed([0, 24, 66], turn)
    if traits.fringe != "straight":
        for i, y in enumerate((-46, -34, -23)[: 2 if age < 0.4 else 3]):
            half = (44 - 5 * i) * keyed([1, 0.85, 0.42], turn)
            line(f"M{middle - half:.1f} {y}Q{middle - half * 0.4:.1f} {y - 5} {middle:.1f} {y}"
                 f"Q{middle + half * 0.5:.1f} {y + 3} {middle + half:.1f} {y - 1}", 0.8)
    for s in (-1, 1):  # between the brows
        line(f"M{middle * 0.9 + s * 5 * reach:.1f} -8q{s} 7 0 12", 0.7)
    cheek = keyed([-58, -40, 22], turn)
    if age > 0.55:
        hollow = smooth([(cheek - 18, 66), (cheek + 4, 62), (cheek + 16, 84), (cheek + 2, 96), (cheek - 14, 86)])
        g.fill(hollow, ink, 0.16 * age, "" if g.inked else g.blur(6))
