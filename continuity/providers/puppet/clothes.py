"""The human body below the chin, dressed: torso by cut, skirt of long garments, scarf, limbs, boots.

Body units are those of `human`: the base of the neck at the origin, hips at y = 316, soles at y = 840.
A torso turned by ``turn`` (0 front, 1 three-quarter, towards +x) is the front drawing bent round a
cylinder: its middle moves to the side, its far half narrows.
"""

from __future__ import annotations

from collections.abc import Sequence

from continuity.providers.puppet.rig import Outfit, Style, Traits
from continuity.providers.puppet.svg import Fragment, Point, box, dark, light, mix, smooth

LONG_CUTS = {"coat": 560.0, "raincoat": 480.0, "dress": 540.0}  # where the hem hangs
_BRASS = "#d8c79a"


def bend(x: float, turn: float) -> float:
    """The x of a torso point after turning the body."""
    return x * (1 - 0.14 * turn) + 36 * turn * (1 - (x / 130) ** 2)


class _Cloth:
    """A fragment whose points are bent round the turned torso."""

    def __init__(self, style: Style, turn: float) -> None:
        self.g = Fragment(style)
        self.turn = turn

    def curve(self, points: Sequence[Point], closed: bool = True) -> str:
        return smooth([(bend(p[0], self.turn), *p[1:]) for p in points], closed)

    def x(self, x: float) -> float:
        return bend(x, self.turn)


def sleeve_colour(outfit: Outfit) -> str:
    return outfit.jacket or outfit.shirt


def draw_torso(traits: Traits, style: Style, turn: float) -> str:
    """Neck, shirt and the upper garment of the outfit."""
    cloth, outfit = _Cloth(style, turn), traits.outfit
    g, skin = cloth.g, traits.skin
    warm = mix(skin, "#a0526a", 0.34) if g.inked else mix(skin, "#b4523f", 0.45)
    neck_shift = 10 * turn
    g.shape(f"M{-27 + neck_shift:.1f} -56L{-31 + neck_shift:.1f} 24Q{neck_shift:.1f} 50 {31 + neck_shift:.1f} "
        f"24L{27 + neck_shift:.1f} -56Z", skin,
            [f"M-50 -60H60V2Q{neck_shift:.1f} 26 -50 -6Z"], shade=warm)
    draw = {"coat": _coat, "raincoat": _raincoat, "cardigan": _cardigan, "dress": _dress,
        "jacket": _jacket}[outfit.jacket_cut]
    if outfit.jacket is None:
        _shirt_alone(cloth, outfit)
    else:
        draw(cloth, outfit, outfit.jacket)
    return str(g)


def _shirt(cloth: _Cloth, outfit: Outfit, collar: bool = True) -> None:
    g = cloth.g
    g.shape(cloth.curve([(-60, 16), (-30, 12), (0, 44), (30, 12), (60, 16), (72, 150), (80, 306), (-80, 306),
        (-72, 150)]), outfit.shirt,
            [cloth.curve([(-60, 10), (60, 10), (46, 74), (-30, 62)]), cloth.curve([(40, 60), (90, 40), (90, 310),
            (54, 310)])])
    if collar:
        for s in (-1, 1):
            g.shape(cloth.curve([(s * 26, -4, 1), (s * 50, 16), (s * 46, 46, 1), (0, 44, 1)]), light(outfit.shirt,
                0.3), width=3)


def _shell(cloth: _Cloth, side: int, colour: str, inner: Sequence[Point], hem: float = 318.0,
        flare: float = 0.0) -> None:
    """One half of a jacket: the shoulder and flank, with the opening along ``inner`` from hem to neck."""
    s = side
    outline = [(s * 22, 10, 1), (s * 70, 20), (s * 112, 40), (s * 127, 72), (s * 110, 128), (s * 97, 215),
        (s * (102 + flare), hem, 1), *inner]
    if side > 0:
        shades = [cloth.curve([(128, 60), (84, 110), (80, hem + 12), (146, hem + 12)])]
    else:
        shades = [cloth.curve([(-104, 130), (-84, 200), (-92, hem + 12), (-146, hem + 12), (-128, 130)])]
    lights = [cloth.curve([(s * 80, 38), (s * 106, 54), (s * 100, 82), (s * 84, 64)])]
    cloth.g.shape(cloth.curve(outline), colour, shades, lights, width=5)


def _lapels(cloth: _Cloth, colour: str, drop: float, wide: float = 1.0, gap: float = 30.0) -> None:
    g = cloth.g
    for s in (-1, 1):
        lapel = [(s * 20, 4, 1), (s * 62 * wide, 14), (s * 84 * wide, 56, 1), (s * 64 * wide, 70, 1), (s * 74 * wide,
            86, 1), (s * gap, drop, 1)]
        g.shape(cloth.curve(lapel), mix(colour, "#000000", 0.12) if s > 0 else light(colour, 0.08),
                lights=[cloth.curve([(s * 60, 24), (s * 74, 50), (s * 66, 54), (s * 52, 26)])], width=4)


def _jacket(cloth: _Cloth, outfit: Outfit, colour: str) -> None:
    """Short and open, with lapels, pockets and a brass zip."""
    _shirt(cloth, outfit, collar=outfit.scarf is None)
    for s in (-1, 1):
        _shell(cloth, s, colour, [(s * 40, 326), (s * 22, 320, 1), (s * 26, 200), (s * 40, 110)])
    _lapels(cloth, colour, 150)
    g = cloth.g
    for s in (-1, 1):
        pocket = cloth.curve([(s * 58, 250), (s * 86, 262)], closed=False)
        g.line(pocket, dark(colour, 0.7), 4)
        g.line(pocket, _BRASS, 1.6)
    zipper = cloth.curve([(27, 168), (24, 316)], closed=False)
    g.line(zipper, _BRASS, 3.2)
    g.line(zipper, "#7b6a48", 1.2)


def _coat(cloth: _Cloth, outfit: Outfit, colour: str) -> None:
    """Long and closed, broad lapels, two rows of buttons."""
    _shirt(cloth, outfit, collar=outfit.scarf is None)
    _shell(cloth, 1, colour, [(40, 330), (-8, 326, 1), (-4, 200), (4, 168), (26, 100)], 322, 6)
    _shell(cloth, -1, colour, [(-40, 330), (30, 326, 1), (34, 214), (10, 166), (-26, 100)], 322, 6)
    _lapels(cloth, colour, 178, 1.12, 8)
    g = cloth.g
    g.line(cloth.curve([(34, 190), (32, 326)], closed=False), dark(colour, 0.6), 3)
    for y in (206, 252, 298):
        for x in (-16, 16):
            g.shape(_button(cloth.x(x), y, 6.5), dark(colour, 0.55), width=2)


def _raincoat(cloth: _Cloth, outfit: Outfit, colour: str) -> None:
    """Closed to the chin, shiny, with snaps, flap pockets and a hood lying on the back."""
    g = cloth.g
    g.shape(cloth.curve([(-84, 30), (-92, -6), (-52, -34), (0, -18), (52, -34), (92, -6), (84, 30), (40, 46),
        (-40, 46)]), dark(colour, 0.18),
            [cloth.curve([(-60, 0), (0, -8), (60, 0), (60, 50), (-60, 50)])], width=5)
    _shell(cloth, 1, colour, [(40, 330), (-6, 328, 1), (-4, 200), (0, 60), (10, 20)], 322, 14)
    _shell(cloth, -1, colour, [(-40, 330), (22, 328, 1), (22, 200), (22, 60), (6, 20)], 322, 14)
    for s in (-1, 1):
        g.shape(cloth.curve([(0, 38, 1), (s * 26, -2), (s * 52, 6), (s * 60, 40), (s * 20, 58)]), light(colour, 0.12),
            width=4)
        g.shape(cloth.curve([(s * 48, 232, 1), (s * 98, 238, 1), (s * 98, 262, 1), (s * 48, 256, 1)]),
            dark(colour, 0.1), width=4)
    for y in (84, 140, 196, 252, 308):
        g.shape(_button(cloth.x(10), y, 5), "#f4f1ea", width=2)
    gloss = cloth.curve([(-96, 100), (-80, 104), (-84, 210), (-96, 200)])
    g.fill(gloss, "#ffffff", 0.45, "" if g.inked else g.blur(4))


def _cardigan(cloth: _Cloth, outfit: Outfit, colour: str) -> None:
    """Knitted: a V neck over the shirt, ribbed bands, round buttons."""
    g = cloth.g
    _shirt(cloth, outfit, collar=outfit.scarf is None)
    for s in (-1, 1):
        _shell(cloth, s, colour, [(s * 40, 338), (0, 336, 1), (0, 196), (s * 30, 90)], 330)
    for i in range(-5, 6):
        if i:
            g.line(cloth.curve([(i * 19, 120), (i * 18, 322)], closed=False), dark(colour, 0.3), 2, 0.45)
    for s in (-1, 1):
        g.line(cloth.curve([(s * 26, 8), (s * 40, 70), (s * 6, 200), (s * 4, 334)], closed=False), light(colour, 0.3),
            13)
        g.line(cloth.curve([(s * 33, 8), (s * 48, 70), (s * 13, 200), (s * 11, 334)], closed=False),
            dark(colour, 0.5), 2.2, 0.8)
    for y in (216, 256, 296):
        g.shape(_button(cloth.x(2), y, 6.5), "#7a5238", width=2)
    g.line(cloth.curve([(-100, 318), (0, 324), (100, 318)], closed=False), light(colour, 0.25), 14)
    g.line(cloth.curve([(-100, 309), (0, 315), (100, 309)], closed=False), dark(colour, 0.45), 2)


def _dress(cloth: _Cloth, outfit: Outfit, colour: str) -> None:
    """A fitted bodice with a pale collar; the skirt is a part of its own."""
    g = cloth.g
    body = [(-40, 16), (-80, 22), (-112, 42), (-126, 72), (-104, 130), (-78, 222), (-90, 330), (90, 330), (78, 222),
        (104, 130), (126, 72), (112, 42),
            (80, 22), (40, 16), (0, 44)]
    g.shape(cloth.curve(body), colour, [cloth.curve([(70, 60), (60, 200), (64, 340), (150, 340), (140, 40)])],
            [cloth.curve([(-84, 40), (-106, 56), (-96, 90), (-84, 66)])], width=5)
    for s in (-1, 1):
        g.shape(cloth.curve([(0, 42, 1), (s * 32, 4), (s * 66, 24), (s * 58, 62), (s * 22, 72)]), outfit.shirt,
            width=3.5)
    g.shape(cloth.curve([(-82, 226), (0, 236), (82, 226), (84, 252), (0, 262), (-84, 252)]), dark(colour, 0.35),
        width=4)


def _shirt_alone(cloth: _Cloth, outfit: Outfit) -> None:
    g, colour = cloth.g, outfit.shirt
    body = [(-34, 14), (-78, 22), (-110, 42), (-124, 72), (-106, 130), (-94, 220), (-98, 322), (98, 322), (94, 220),
        (106, 130), (124, 72), (110, 42),
            (78, 22), (34, 14), (0, 40)]
    g.shape(cloth.curve(body), colour, [cloth.curve([(80, 60), (72, 200), (76, 340), (150, 340), (140, 40)])], width=5)
    for s in (-1, 1):
        g.shape(cloth.curve([(s * 26, -4, 1), (s * 54, 16), (s * 50, 48, 1), (0, 42, 1)]), light(colour, 0.3),
            width=3.5)
    g.line(cloth.curve([(0, 46), (0, 318)], closed=False), dark(colour, 0.4), 2.5, 0.7)
    for y in (90, 150, 210, 270):
        g.fill(_button(cloth.x(0), y, 4.5), dark(colour, 0.45))


def _button(x: float, y: float, radius: float) -> str:
    return f"M{x - radius:.1f} {y}a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0 {-2 * radius} 0Z"


def draw_skirt(traits: Traits, style: Style, turn: float, spread: float, seated: bool) -> str:
    """The part of a long garment below the waist; ``spread`` (0..1) opens its hem for a stride."""
    cloth, outfit = _Cloth(style, turn), traits.outfit
    colour, g = outfit.jacket or outfit.shirt, cloth.g
    hem = 452.0 if seated else LONG_CUTS[outfit.jacket_cut]
    top, waist = (250.0, 82.0) if outfit.jacket_cut == "dress" else (304.0, 100.0)
    out = {"coat": 126.0, "raincoat": 138.0, "dress": 164.0}[outfit.jacket_cut] + 44 * spread + (16 if seated else 0)
    slit = outfit.jacket_cut == "coat"
    middle: list[Point] = [(26, hem - 2, 1), (22, hem - 110), (10, hem, 1)] if slit else [(0, hem + 8)]
    points = [(-waist, top), (waist, top), (out * 0.9, hem - 90), (out, hem, 1), (out * 0.5, hem + 7), *middle,
        (-out * 0.5, hem + 7), (-out, hem, 1), (-out * 0.9, hem - 90)]
    path = smooth([(bend(min(max(p[0], -130), 130), turn) + (p[0] - min(max(p[0], -130), 130)),
        *p[1:]) for p in points])
    folds = [smooth([(bend(x, turn), top + 40), (bend(x + 8, turn), hem - 60), (bend(x * 1.2 + 14, turn), hem + 20),
        (bend(x * 1.2 - 14, turn), hem + 20)]) for x in (-60, -6, 46)]
    g.shape(path, colour, [*folds, smooth([(70, top), (90, hem), (200, hem + 20), (200, top)])], width=5)
    if outfit.jacket_cut == "raincoat":
        g.line(smooth([(bend(10, turn), top), (bend(12, turn), hem)], closed=False), dark(colour, 0.6), 3)
    g.line(smooth([(-out + 6, hem - 12), (0, hem - 5), (out - 6, hem - 12)], closed=False), dark(colour, 0.4), 2, 0.7)
    return str(g)


def draw_scarf(colour: str, style: Style) -> str:
    """Two coils round the neck and the knot, about the base of the neck."""
    g = Fragment(style)
    g.shape(smooth([(-66, -10), (-40, -30), (0, -22), (44, -30), (68, -8), (66, 26), (34, 48), (-6, 52), (-46, 44),
        (-68, 22)]), colour,
            [smooth([(-70, 20), (-20, 30), (40, 22), (76, -8), (76, 60), (-76, 60)]), smooth([(-60, -20), (0, -2),
            (60, -20), (30, -40), (-30, -40)])],
            [smooth([(-52, -4), (-30, 2), (-6, 6), (-28, 12), (-50, 6)])], width=5)
    for crease in ("M-60 4Q0 34 62 2", "M-54 26Q0 44 50 24"):
        g.line(crease, dark(colour, 0.6), 2.6, 0.8 if g.inked else 0.35)
    g.shape(smooth([(24, 16), (52, 14), (62, 40), (40, 58), (20, 44)]), colour,
        [smooth([(40, 10), (70, 10), (66, 64), (34, 60)])], width=4.5)
    return str(g)


def draw_scarf_tail(colour: str, style: Style) -> str:
    """The hanging end with its fringe, from the knot at the origin."""
    g = Fragment(style)
    for i in range(6):
        g.line(f"M{-24 + i * 10} 128l{(-1) ** i * 2} 18", dark(colour, 0.3), 4)
    g.shape(smooth([(-16, -10), (16, -10), (26, 60), (30, 126, 1), (-28, 132, 1), (-22, 60)]), colour,
            [smooth([(2, -20), (8, 60), (4, 140), (50, 140), (50, -20)])],
            [smooth([(-12, 10), (-6, 10), (-10, 90), (-18, 90)])], width=4.5)
    for y in (88, 104):
        g.line(f"M-24 {y + 4}Q2 {y + 9} 27 {y}", light(colour, 0.7), 5)
    return str(g)


def limb(g: Fragment, colour: str, top: float, end: float, length: float, gloss: bool = True,
        shade: str | None = None) -> None:
    """A tapered limb hanging from the origin: half-widths at both ends, and its length to the next joint."""
    path = (f"M{-top:g} -6C{-top - 3:g} {length * 0.4:g} {-end:g} {length * 0.6:g} {-end:g} {length:g}"
            f"C{-end:g} {length + end * 0.9:g} {end:g} {length + end * 0.9:g} {end:g} {length:g}"
            f"C{end:g} {length * 0.6:g} {top + 3:g} {length * 0.4:g} {top:g} -6C{top:g} {-top * 1.2:g} {-top:g} "
            f"{-top * 1.2:g} {-top:g} -6Z")
    dim = f"M{top * 0.25:g} -40Q{top * 0.1:g} {length * 0.5:g} {end * 0.2:g} {length + 40:g}L{end * 3:g} {length + 40:g}L{top * 3:g} -40Z"
    bright = (f"M{-top * 0.62:g} 30Q{-top * 0.8:g} {length * 0.45:g} {-end * 0.5:g} {length * 0.7:g}"
              f"Q{-top * 0.45:g} {length * 0.45:g} {-top * 0.4:g} 30Z")
    g.shape(path, colour, [dim], [bright] if gloss else [], width=5, shade=shade)


def draw_upper_arm(outfit: Outfit, style: Style) -> str:
    g = Fragment(style)
    limb(g, sleeve_colour(outfit), 34, 27, 118)
    return str(g)


def draw_forearm(outfit: Outfit, style: Style) -> str:
    """The forearm and its cuff, from the elbow at the origin."""
    g, colour = Fragment(style), sleeve_colour(outfit)
    wide = outfit.jacket is not None and outfit.jacket_cut in ("coat", "raincoat")
    limb(g, colour, 27, 24 if wide else 21, 92)
    if outfit.jacket is not None and outfit.jacket_cut == "cardigan":
        g.line("M-19 92Q0 103 19 92", light(colour, 0.25), 13)
        g.line("M-21 82Q0 93 21 82", dark(colour, 0.45), 2.2)
    elif wide:
        g.line("M-23 72Q0 83 23 72", dark(colour, 0.7), 4)
    else:
        g.line("M-21 84Q0 96 21 84", dark(colour, 0.75), 5)
    return str(g)


def draw_hand(skin: str, style: Style, grip: bool = False) -> str:
    """A relaxed hand from the wrist at the origin, or one closed round something."""
    g = Fragment(style)
    warm = mix(skin, "#a0526a", 0.34) if g.inked else mix(skin, "#b4523f", 0.45)
    ink = dark(skin, 0.72)
    if grip:
        g.shape(smooth([(-14, -8), (14, -8), (21, 12), (20, 34), (4, 42), (-16, 38), (-20, 14)]), skin,
            [smooth([(4, -12), (8, 44), (30, 44), (30, -12)])], width=4, outline=ink, shade=warm)
        for y in (16, 25, 33):
            g.line(f"M-16 {y}Q-2 {y - 4} 6 {y + 1}", dark(skin, 0.5), 2.2, 0.85)
        return str(g)
    g.shape(smooth([(-15, -8), (15, -8), (19, 16), (14, 42), (0, 50), (-14, 42), (-19, 16)]), skin,
        [smooth([(2, -12), (4, 50), (30, 50), (30, -12)])], width=4, outline=ink, shade=warm)
    g.line("M-4 30L-5 46", dark(skin, 0.5), 2.2)
    g.line("M5 30L6 46", dark(skin, 0.5), 2.2)
    g.line("M-17 6Q-26 16 -20 30", ink if g.inked else dark(skin, 0.3), 4)
    return str(g)


def draw_palm(skin: str, style: Style) -> str:
    """An open hand with spread fingers, from the wrist at the origin."""
    g = Fragment(style)
    warm = mix(skin, "#a0526a", 0.34) if g.inked else mix(skin, "#b4523f", 0.45)
    ink = dark(skin, 0.72)
    with g.group("scale(-1 1)"):
        for angle, length in ((-26, 34), (-9, 42), (8, 40), (24, 32)):
            with g.group(f"rotate({angle}) translate(0 22)"):
                g.shape(f"M-7 0L-6 {length}A6 6 0 0 0 6 {length}L7 0Z", skin, width=4, outline=ink, shade=warm)
        with g.group("rotate(68) translate(6 6)"):
            g.shape("M-7 0L-6 34A6 6 0 0 0 6 34L7 0Z", skin, width=4, outline=ink, shade=warm)
        path = smooth([(-14, -8), (14, -8), (21, 16), (18, 36), (0, 42), (-18, 36), (-21, 16)])
        g.shape(path, skin, [smooth([(8, -12), (10, 20), (4, 50), (30, 50), (30, -12)])],
            width=0.01 if g.inked else 4, shade=warm)
        if g.inked:
            g.line("M-14 -8Q-24 14 -18 34M14 -8Q24 14 20 30", ink, 4)
    return str(g)


def draw_leg(outfit: Outfit, style: Style, lower: bool) -> str:
    g = Fragment(style)
    if lower:
        limb(g, outfit.trousers, 37, 29, 210, gloss=False)
    else:
        limb(g, outfit.trousers, 50, 38, 230, gloss=False)
    return str(g)


def draw_boot(outfit: Outfit, style: Style) -> str:
    """A boot about the ankle, toe to +x, sole at y = 52."""
    g = Fragment(style)
    g.shape(smooth([(-30, -34, 1), (30, -34, 1), (34, 14), (64, 34), (66, 52, 1), (-34, 52, 1), (-34, 10)]),
        outfit.boots,
            [smooth([(-40, 34), (70, 34), (70, 60), (-40, 60)]), smooth([(8, -40), (14, 10), (50, 30), (60, -40)])],
            [smooth([(-20, -24), (-10, -24), (-12, 14), (-22, 14)])], width=5)
    g.fill(box(-34, 45, 100, 8), dark(outfit.boots, 0.6))
    return str(g)


def draw_hips(outfit: Outfit, style: Style) -> str:
    """Hips with belt, about the middle of the waistband."""
    g = Fragment(style)
    g.shape(smooth([(-82, -20), (82, -20), (90, 50), (50, 90), (0, 70), (-50, 90), (-90, 50)]), outfit.trousers,
        [smooth([(10, -30), (20, 100), (100, 100), (100, -30)])], width=5)
    g.shape("M-82 -18H82V6H-82Z", "#4a3222", width=4)
    g.shape("M-14 -20H14V8H-14Z", "#d8b45c", width=3)
    return str(g)
