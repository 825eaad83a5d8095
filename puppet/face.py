"""The human face: skin, eyes, nose, mouth, brows, beard and glasses, for a head turn of 0..2."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import math

from puppet.ages import draw_lines
from puppet.expression import Face
from puppet.rig import Style, Traits
from puppet.skull import EYE_Y, Skull
from puppet.svg import Fragment, box, dark, keyed, light, luminance, mix, oval, smooth

_CHEEK = "#ff6f6a"


def draw_face(traits: Traits, style: Style, turn: float, blush: float) -> str:
    """Ear, skin with its shadows, freckles and beard; no eyes, nose or mouth."""
    g, skull, skin = Fragment(style), Skull(traits, style, turn), traits.skin
    warm = mix(skin, "#a0526a", 0.34) if g.inked else mix(skin, "#b4523f", 0.45)
    _far_ear(g, traits, skull, warm)
    points = skull.outline()
    jaw_shadow = smooth([
        (points[i][0] + dx, points[i][1] + dy)
        for i, dx, dy in (
            (2, -20, 0), (3, -4, 2), (4, 0, 2), (5, 0, 6), (9, 6, 8), (8, -16, -8), (5, -4, -12), (4, -2, -18),
            (3, 12, -22),
        )
    ])
    shift = keyed([0, 6, 14], turn)
    under_hair: list[tuple[float, float]] = [
        (-110, -120), (110, -120), (106, -20), (74, -14), (48, -8), (20, -20), (-8, -8), (-34, -16), (-58, 2),
        (-76, 36), (-90, 60), (-110, 40),
    ]
    if traits.fringe == "none":
        under_hair = [(x, min(y, 60) - (34 if abs(x) < 70 else 0)) for x, y in under_hair]

    def bloom() -> None:
        places = [-52.0, 52.0] if turn < 0.3 else [keyed([-52, -30, 38], turn)]
        if 0.3 <= turn < 1.5:
            places.append(keyed([52, 56, 90], turn))
        strength = (0.34 if luminance(skin) > 0.45 else 0.22) + 0.3 * blush
        for x in places:
            g.fill(oval(x, 62, 25, 15), g.glow([(0, _CHEEK, strength), (1, _CHEEK, 0)]))
        if not g.inked:
            g.fill(oval(keyed([-34, -26, 20], turn), 30, 46, 60), g.glow([(0, "#fff4df", 0.4), (1, "#fff4df", 0)]))
            for eye in skull.eyes():  # sockets give the painted face its depth
                g.fill(oval(eye.x, EYE_Y - 9, 30 * eye.across, 19), g.glow([(0, warm, 0.42), (1, warm, 0)]))
        draw_lines(g, traits, skull)
        if traits.freckles:
            _freckles(g, skin, places)
        if traits.beard:
            _beard(g, traits.beard, skull)

    g.shape(
        smooth(points),
        skin,
        [jaw_shadow, smooth([(x + shift, y) for x, y in under_hair])],
        width=4,
        outline=dark(skin, 0.72),
        shade=warm,
        shade_opacity=0.40,
        softness=9,
        inner=bloom,
    )
    _near_ear(g, traits, skull, warm)
    _nose(g, skin, skull)
    return str(g)


def _ear_at(g: Fragment, skin: str, warm: str, x: float, across: float) -> None:
    with g.group(f"translate({x:.1f} 26) scale({across:.3f} 1)"):
        g.shape(
            smooth([(-4, -24), (-18, -24), (-24, -6), (-18, 16), (-6, 26), (4, 18)]),
            skin,
            [smooth([(0, -14), (-12, -14), (-14, 2), (-4, 14)])],
            width=4,
            outline=dark(skin, 0.72),
            shade=warm,
        )


def _far_ear(g: Fragment, traits: Traits, skull: Skull, warm: str) -> None:
    if skull.turn < 0.5:
        x, across = 85 * skull.widen - 24 * skull.turn, max(0.1, 0.5 - skull.turn)
        _ear_at(g, traits.skin, warm, x, -across)
        _ear_at(g, traits.skin, warm, -x, across)


def _near_ear(g: Fragment, traits: Traits, skull: Skull, warm: str) -> None:
    if skull.turn >= 0.5:
        x, across = keyed([-80, -64, -10], skull.turn) * skull.widen, keyed([0.5, 0.8, 1.0], skull.turn)
        _ear_at(g, traits.skin, warm, x, across)


def _freckles(g: Fragment, skin: str, cheeks: list[float]) -> None:
    for x in cheeks:
        for i in range(9):
            angle = i * 2.4  # the golden angle scatters evenly
            reach = 5 + 5.2 * math.sqrt(i)
            g.fill(
                oval(x + 1.25 * reach * math.cos(angle), 50 + 0.62 * reach * math.sin(angle), 2.3, 2.0),
                mix(skin, "#8a4a2a", 0.72),
                0.9,
            )


def _beard(g: Fragment, colour: str, skull: Skull) -> None:
    """A full short beard: it hugs the jaw, leaves the lips free, and climbs to the ear."""
    t, w = skull.turn, skull.widen
    ear, mouth = keyed([-92, -78, -26], t) * w, keyed([0, 27, 72], t) * w
    far = keyed([92, 84, 110], t) * w
    outer = [(ear, 8), (ear - 8, 60), (-70, 130), (0, 150), (100, 140), (far + 6, 60), (far, 8)]
    reach = keyed([1, 0.85, 0.5], t)
    inner = [
        (far - 9, 36), (far - 20 * reach, 66), (mouth + 34 * reach, 82), (mouth + 24 * reach, 73), (mouth + 2, 71),
        (mouth - 24 * reach, 73), (mouth - 34 * reach, 82), (keyed([-64, -46, 8], t) * w, 66), (ear + 13, 36),
    ]
    shaved = oval(mouth, keyed([87, 87, 80], t), 21 * reach, 10)
    path = smooth([*outer, *inner]) + shaved
    g.fill(path, colour, 1.0, 'fill-rule="evenodd"')
    shadow = smooth([(ear - 10, 90), (mouth - 20, 112), (far + 10, 92), (100, 150), (-90, 150)])
    g.fill(shadow, dark(colour, 0.5), 0.6, "" if g.inked else g.blur(7))
    if g.inked:
        g.line(smooth(inner, closed=False), dark(colour, 0.6), 2.4)
    for i in range(7 if g.inked else 34):
        x = ear + 14 + (far - ear - 24) * (i + 0.5) / (7 if g.inked else 34)
        y = 92 + 16 * math.cos((x - mouth) / 42)
        g.line(f"M{x:.1f} {y:.1f}q2 8 0 14", light(colour, 0.25) if i % 2 else dark(colour, 0.5), 2, 0.55)


def _nose(g: Fragment, skin: str, skull: Skull) -> None:
    t, size = skull.turn, skull.nose
    if t >= 1.5:
        x = keyed([2, 33, 84], t)
        g.line(f"M{x - 3:.1f} 56q-7 -1 -6 -8", dark(skin, 0.5), 2.4, 0.8)
        return
    x = keyed([2, 33, 58], t) * skull.widen
    tip = 57 + 3 * (size - 1) * 8
    if g.inked:
        wide = 5 * size
        g.line(
            f"M{x - 1:.1f} {tip - 11 * size:.1f}L{x + wide + 3 * t:.1f} {tip:.1f}L{x - wide * 0.9:.1f} {tip + 2:.1f}",
            dark(skin, 0.52),
            2.2 + size,
        )
        return
    side, wing = 1 if t < 0.15 else 1 + 0.4 * t, 11 * size
    deep = dark(mix(skin, "#a04a38", 0.4), 0.25)
    g.fill(
        smooth([(x - 1, 12), (x + 7 * side, tip - 12), (x + wing * 0.9, tip), (x + 2, tip + 4), (x, tip - 8)]),
        deep,
        0.42,
        g.blur(3.5),
    )
    g.fill(smooth([(x - 6, 14), (x - 1, tip - 6), (x - 4, tip - 2), (x - 8, tip - 10)]), "#fff5e6", 0.6, g.blur(2.5))
    g.fill(oval(x - 1, tip - 3, 5 * size, 4), "#fff5e6", 0.35, g.blur(2))
    g.line(f"M{x - wing * 0.85:.1f} {tip:.1f}Q{x:.1f} {tip + 6:.1f} {x + wing * 0.85:.1f} {tip:.1f}", deep, 2.2, 0.7)
    for nostril in (-0.48, 0.48):
        g.fill(oval(x + wing * nostril + t, tip + 0.5, 2.7 * size, 1.7), dark(deep, 0.5), 0.7)


def draw_mouth(traits: Traits, style: Style, turn: float, face: Face) -> str:
    """The mouth of `expression.Face`: closed with lips, or open with teeth and tongue."""
    g, skin = Fragment(style), traits.skin
    x = keyed([0, 27, 74], turn)
    y = (84 if turn < 1.5 else 77) + (traits.jaw - 1) * 10
    across = keyed([1, 0.85, 0.42], turn)
    lip = mix("#b8605c", dark(skin, 0.2), 0.55)
    with g.group(f"translate({x:.1f} {y:.1f}) scale({across:.3f} 1)"):
        if face.mouth_open > 1:
            _open_mouth(g, skin, lip, face)
        else:
            _closed_mouth(g, skin, lip, face)
    return str(g)


def _open_mouth(g: Fragment, skin: str, lip: str, face: Face) -> None:
    w, curve, opening = face.mouth_width, face.mouth_curve, face.mouth_open
    path = (
        f"M{-w:.1f} 0Q0 {curve:.1f} {w:.1f} 0"
        f"C{w * 0.85:.1f} {opening * 1.9:.1f} {-w * 0.85:.1f} {opening * 1.9:.1f} {-w:.1f} 0Z"
    )
    if not g.inked:
        g.fill(
            f"M{-w - 3:.1f} 0Q{-w * 0.4:.1f} {curve * 0.5 - 9:.1f} 0 {curve * 0.5 - 4:.1f}"
            f"Q{w * 0.4:.1f} {curve * 0.5 - 9:.1f} {w + 3:.1f} 0"
            f"C{w:.1f} {opening * 1.9 + 9:.1f} {-w:.1f} {opening * 1.9 + 9:.1f} {-w - 3:.1f} 0Z",
            lip,
            0.9,
        )
    g.fill(path, "#6b2130")
    with g.clip(path):
        g.fill(oval(0, opening * 1.5, w * 0.62, opening * 0.62), "#e8737c")
        if curve >= 0:
            g.fill(box(-40, -10, 80, 14 + opening * 0.1), "#ffffff" if g.inked else "#f3ebe2")
        elif face.mouth_width >= 15 and opening <= 6:  # clenched: both rows of an angry mouth
            g.fill(box(-40, -10, 80, 12 + opening), "#ffffff" if g.inked else "#f3ebe2")
    g.line(path, dark(skin, 0.78) if g.inked else dark(lip, 0.35), 2.8 if g.inked else 1.6)


def _closed_mouth(g: Fragment, skin: str, lip: str, face: Face) -> None:
    w, curve = face.mouth_width, face.mouth_curve * 1.8
    if g.inked:
        g.line(f"M{-w:.1f} 0Q0 {curve:.1f} {w:.1f} 0", dark(skin, 0.78), 3.4)
        return
    middle = curve * 0.5
    g.fill(
        f"M{-w:.1f} 0Q{-w * 0.45:.1f} {middle - 9:.1f} 0 {middle - 5:.1f}"
        f"Q{w * 0.45:.1f} {middle - 9:.1f} {w:.1f} 0Q0 {curve:.1f} {-w:.1f} 0Z",
        dark(lip, 0.12),
        0.85,
    )
    g.fill(
        f"M{-w * 0.9:.1f} 1Q0 {curve:.1f} {w * 0.9:.1f} 1Q{w * 0.5:.1f} {middle + 11:.1f} 0 {middle + 11:.1f}"
        f"Q{-w * 0.5:.1f} {middle + 11:.1f} {-w * 0.9:.1f} 1Z",
        lip,
        0.8,
    )
    g.fill(oval(0, middle + 5, w * 0.4, 2), "#ffe9dc", 0.35, g.blur(1.5))
    g.line(f"M{-w:.1f} 0Q0 {curve:.1f} {w:.1f} 0", dark(lip, 0.55), 2.2)


def draw_brows(traits: Traits, style: Style, turn: float, face: Face) -> str:
    """Brows go over the hair, as drawn characters have them: a fringe must not hide the mood."""
    g, skull = Fragment(style), Skull(traits, style, turn)
    base = dark(traits.hair, 0.62 if luminance(traits.hair) > 0.3 else 0.3)
    lift = -41 - 20 * (traits.eye_scale - 1) if g.inked else -33
    for eye in skull.eyes():
        with g.group(
            f"translate({eye.x:.1f} {EYE_Y + lift + face.brow_y:.1f}) scale({eye.across * (eye.side or 1):.3f} 1) "
            f"rotate({face.brow_angle:.1f})"
        ):
            thick = (7.0 if g.inked else 6.5) * traits.brows
            outer, inner, arch = (25, -21, 0) if eye.side else (18, -12, 2)  # the inner end is the thick one
            path = (
                f"M{inner} {0.5 - thick * 0.1:.1f}Q2 {arch - 8 - thick * 0.7:.1f} {outer} 3"
                f"Q4 {arch - 6 + thick * 0.55:.1f} {inner} {0.5 + thick * 0.5:.1f}Z"
            )
            g.fill(path, base, 0.96 if g.inked else 0.85)
            g.line(path, base, 1.6, 0.9 if g.inked else 0.4)
    return str(g)


def hair_covers_ears(traits: Traits) -> bool:
    """Whether the arms of glasses vanish under the hair."""
    return traits.hair_style in ("bob", "long") or (traits.hair_style == "curly" and traits.hair_length > 0.4)


def draw_glasses(traits: Traits, style: Style, turn: float) -> str:
    """Frames of ``traits.glasses``; round, or square with soft corners."""
    g, skull, colour = Fragment(style), Skull(traits, style, turn), traits.glasses or "#333333"
    eyes, size, y = skull.eyes(), 35.0 if style == "anime" else 33.0, EYE_Y + 2
    for eye in eyes:
        rx = size * eye.across if eye.side else 16.0
        x = eye.x + (0 if eye.side else 4)
        if traits.glasses_shape == "round":
            path = oval(x, y, rx, size)
        else:
            rx, ry, c = rx * 1.06, size * 0.80, 9 * (eye.across if eye.side else 0.5)
            path = (
                f"M{x - rx + c:.1f} {y - ry:.1f}H{x + rx - c:.1f}"
                f"Q{x + rx:.1f} {y - ry:.1f} {x + rx:.1f} {y - ry + 9:.1f}"
                f"L{x + rx - 2:.1f} {y + ry - 11:.1f}Q{x + rx - 3:.1f} {y + ry:.1f} {x + rx - c - 3:.1f} {y + ry:.1f}"
                f"H{x - rx + c + 3:.1f}Q{x - rx + 3:.1f} {y + ry:.1f} {x - rx + 2:.1f} {y + ry - 11:.1f}"
                f"L{x - rx:.1f} {y - ry + 9:.1f}Q{x - rx:.1f} {y - ry:.1f} {x - rx + c:.1f} {y - ry:.1f}Z"
            )
        g.fill(path, "#dff1ff", 0.13)
        g.line(path, colour, 5.6)
        g.line(path, light(colour, 0.55), 1.3, 0.55)
        g.fill(
            f"M{x - rx * 0.62:.1f} {y + 4:.1f}L{x - rx * 0.1:.1f} {y - 24:.1f}"
            f"L{x + rx * 0.14:.1f} {y - 25:.1f}L{x - rx * 0.44:.1f} {y + 13:.1f}Z",
            "#ffffff", 0.3,
        )
    ear = skull.ear()[0]
    if hair_covers_ears(traits):
        ear = max(ear, eyes[0].x - (size if eyes[0].side else 12) * eyes[0].across - 15 - 4 * turn)
    if len(eyes) == 2:
        near, far = eyes
        g.line(
            f"M{near.x + size * near.across:.1f} {y - 4}"
            f"Q{(near.x + far.x) / 2 + turn * 4:.1f} {y - 11} {far.x - size * far.across:.1f} {y - 4}",
            colour,
            5,
        )
        g.line(
            f"M{near.x - size * near.across:.1f} {y - 6}L{min(ear, near.x - size * near.across - 4):.1f} {y - 9}",
            colour,
            5,
        )
        if turn < 0.5:
            g.line(f"M{far.x + size * far.across:.1f} {y - 6}l{12 * (1 - turn):.1f} -3", colour, 5)
    else:
        g.line(f"M{eyes[0].x - 12:.1f} {y - 6}L{ear:.1f} {y - 9}", colour, 5)
    return str(g)
