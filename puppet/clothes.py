"""The human trunk, dressed: neck, shirt, the upper garment by its cut, the skirt of long ones, and what is worn
over it all: apron, cloak, backpack.

Body units are those of `human`: the base of the neck at the origin, hips at y = 316, soles at y = 840.
A torso turned by ``turn`` (0 front, 1 three-quarter, towards +x) is the front drawing bent round a
cylinder: its middle moves to the side, its far half narrows.
"""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from collections.abc import Sequence

from puppet.rig import Outfit, Style, Traits
from puppet.svg import Fragment, Point, box, dark, light, mix, oval, smooth

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


def draw_torso(traits: Traits, style: Style, turn: float) -> str:
    """Neck, shirt and the upper garment of the outfit."""
    cloth, outfit = _Cloth(style, turn), traits.outfit
    g, skin = cloth.g, traits.skin
    warm = mix(skin, "#a0526a", 0.34) if g.inked else mix(skin, "#b4523f", 0.45)
    neck_shift = 10 * turn
    g.shape(
        f"M{-22 + neck_shift:.1f} -86L{-31 + neck_shift:.1f} 24Q{neck_shift:.1f} 50 {31 + neck_shift:.1f} 24"
        f"L{26 + neck_shift:.1f} -86Z",
        skin,
        [f"M-50 -90H60V2Q{neck_shift:.1f} 26 -50 -6Z"],
        shade=warm,
    )
    draw = {"coat": _coat, "raincoat": _raincoat, "cardigan": _cardigan, "dress": _dress, "jacket": _jacket}[
        outfit.jacket_cut
    ]
    if outfit.jacket is None:
        _shirt_alone(cloth, outfit)
    else:
        draw(cloth, outfit, outfit.jacket)
    if outfit.cloak is not None:
        _mantle(cloth, outfit.cloak)
    if outfit.apron is not None:
        _apron_bib(cloth, outfit.apron)
    if outfit.backpack is not None:
        _straps(cloth, outfit.backpack)
    return str(g)


def _shirt(cloth: _Cloth, outfit: Outfit, collar: bool = True) -> None:
    g = cloth.g
    g.shape(
        cloth.curve([(-60, 16), (-30, 12), (0, 44), (30, 12), (60, 16), (72, 150), (80, 306), (-80, 306), (-72, 150)]),
        outfit.shirt,
        [
            cloth.curve([(-60, 10), (60, 10), (46, 74), (-30, 62)]),
            cloth.curve([(40, 60), (90, 40), (90, 310), (54, 310)]),
        ],
    )
    if outfit.lower == "overalls":
        _bib(cloth, outfit.trousers)
    if collar:
        for s in (-1, 1):
            g.shape(
                cloth.curve([(s * 26, -4, 1), (s * 50, 16), (s * 46, 46, 1), (0, 44, 1)]),
                light(outfit.shirt, 0.3),
                width=3,
            )


def _bib(cloth: _Cloth, colour: str) -> None:
    """The upper part of overalls: two straps with buckles, a bib with a pocket, buttoned at the sides."""
    g = cloth.g
    seam = light(colour, 0.42)
    for s in (-1, 1):
        strap = cloth.curve([
            (s * 64, 12, 1), (s * 90, 22, 1), (s * 74, 76), (s * 60, 136, 1), (s * 34, 136, 1), (s * 50, 74),
        ])
        g.shape(strap, colour, [cloth.curve([(s * 76, 0), (s * 66, 140), (s * 90, 140), (s * 110, 0)])], width=4)
    bib = [
        (-58, 124, 1), (0, 128), (58, 124, 1), (60, 190), (74, 226), (101, 250, 1), (103, 420, 1), (-103, 420, 1),
        (-101, 250, 1), (-74, 226), (-60, 190),
    ]
    with g.clip(box(-200, -100, 400, 434)):  # it goes on into the legs without a seam
        g.shape(
            cloth.curve(bib),
            colour,
            [cloth.curve([(36, 110), (44, 200), (62, 330), (62, 430), (150, 430), (150, 230), (62, 110)])],
            [cloth.curve([(-50, 132), (-36, 132), (-42, 200), (-54, 200)])],
            width=5,
        )
        g.line(cloth.curve([(-52, 133), (0, 137), (52, 133)], closed=False), seam, 2.4, 0.8)
        g.shape(
            cloth.curve([(-32, 156, 1), (0, 159), (32, 156, 1), (30, 200), (0, 210), (-30, 200)]),
            light(colour, 0.08),
            [cloth.curve([(12, 150), (16, 214), (40, 214), (40, 150)])],
            width=3.4,
        )
        g.line(cloth.curve([(-27, 164), (0, 167), (27, 164)], closed=False), seam, 2.2, 0.8)
        g.line(cloth.curve([(-70, 236), (0, 246), (70, 236)], closed=False), dark(colour, 0.45), 3, 0.9)
        g.line(cloth.curve([(0, 250), (3, 334)], closed=False), dark(colour, 0.45), 3, 0.8)
        for s in (-1, 1):
            for y in (268, 292):
                g.shape(_button(cloth.x(s * 84), y, 5), _BRASS, width=2)
    for s in (-1, 1):
        g.shape(_button(cloth.x(s * 46), 134, 9), _BRASS, width=2.6)
        g.fill(_button(cloth.x(s * 46), 137, 4), dark(colour, 0.3))


def _apron_bib(cloth: _Cloth, colour: str) -> None:
    """The upper part of an apron: a loop round the neck, a bib, and the band that ties it at the waist."""
    g = cloth.g
    for s in (-1, 1):
        loop = cloth.curve([(s * 30, 4), (s * 44, 50), (s * 48, 102)], closed=False)
        g.line(loop, dark(colour, 0.72 if g.inked else 0.5), 13 if g.inked else 11)
        g.line(loop, colour, 8)
    bib = [
        (-56, 96, 1), (0, 104), (56, 96, 1), (62, 190), (96, 262, 1), (98, 322, 1), (-98, 322, 1), (-96, 262, 1),
        (-62, 190),
    ]
    g.shape(
        cloth.curve(bib),
        colour,
        [cloth.curve([(38, 90), (44, 200), (62, 330), (150, 330), (150, 230), (62, 90)])],
        [cloth.curve([(-50, 106), (-38, 108), (-44, 200), (-56, 200)])],
        width=5,
    )
    g.line(cloth.curve([(-54, 112), (0, 120), (54, 112)], closed=False), dark(colour, 0.35), 2.4, 0.8)
    g.shape(
        cloth.curve([(-99, 292), (0, 304), (99, 292), (100, 320), (0, 332), (-100, 320)]), dark(colour, 0.24), width=4
    )


def _mantle(cloth: _Cloth, colour: str) -> None:
    """A cloak's front: its edges over both shoulders, a collar and the clasp at the throat."""
    g = cloth.g
    for s in (-1, 1):
        g.shape(
            cloth.curve([
                (s * 6, 40, 1), (s * 30, 2), (s * 74, 14), (s * 122, 40), (s * 140, 92), (s * 136, 168, 1),
                (s * 104, 156), (s * 84, 104), (s * 44, 74),
            ]),
            colour,
            [cloth.curve([(s * 70, 70), (s * 120, 120), (s * 100, 180), (s * 70, 120)])],
            [cloth.curve([(s * 62, 24), (s * 96, 38), (s * 106, 60), (s * 70, 42)])],
            width=5,
        )
    for s in (-1, 1):
        g.shape(
            cloth.curve([(0, 48, 1), (s * 20, -6), (s * 58, -10, 1), (s * 64, 26), (s * 26, 54)]),
            light(colour, 0.12),
            width=4,
        )
    g.shape(_button(cloth.x(0), 42, 12), "#d9b04a", width=3)
    g.fill(_button(cloth.x(-3), 42, 4), "#fff3cf")


def _straps(cloth: _Cloth, colour: str) -> None:
    """A backpack's straps: from over the shoulders to under the arms, each with its buckle."""
    g, webbing = cloth.g, dark(colour, 0.26)
    for s in (-1, 1):
        strap = cloth.curve([
            (s * 52, 8, 1), (s * 80, 16, 1), (s * 88, 90), (s * 104, 196, 1), (s * 90, 224, 1), (s * 66, 160),
            (s * 60, 80),
        ])
        g.shape(
            strap,
            webbing,
            [cloth.curve([(s * 78, 20), (s * 74, 110), (s * 100, 230), (s * 130, 200), (s * 104, 60)])],
            width=4.5,
        )
        g.line(cloth.curve([(s * 64, 20), (s * 70, 90), (s * 84, 196)], closed=False), light(colour, 0.3), 2.2, 0.8)
        g.shape(
            cloth.curve([(s * 58, 118, 1), (s * 92, 110, 1), (s * 95, 130, 1), (s * 62, 138, 1)]), "#5a5560", width=3
        )


def _shell(
    cloth: _Cloth, side: int, colour: str, inner: Sequence[Point], hem: float = 318.0, flare: float = 0.0
) -> None:
    """One half of a jacket: the shoulder and flank, with the opening along ``inner`` from hem to neck."""
    s = side
    outline = [
        (s * 22, 10, 1), (s * 70, 20), (s * 112, 40), (s * 127, 72), (s * 110, 128), (s * 97, 215),
        (s * (102 + flare), hem, 1), *inner,
    ]
    if side > 0:
        shades = [cloth.curve([(128, 60), (84, 110), (80, hem + 12), (146, hem + 12)])]
    else:
        shades = [cloth.curve([(-104, 130), (-84, 200), (-92, hem + 12), (-146, hem + 12), (-128, 130)])]
    lights = [cloth.curve([(s * 80, 38), (s * 106, 54), (s * 100, 82), (s * 84, 64)])]
    cloth.g.shape(cloth.curve(outline), colour, shades, lights, width=5)


def _lapels(cloth: _Cloth, colour: str, drop: float, wide: float = 1.0, gap: float = 30.0) -> None:
    g = cloth.g
    for s in (-1, 1):
        lapel = [
            (s * 20, 4, 1), (s * 62 * wide, 14), (s * 84 * wide, 56, 1), (s * 64 * wide, 70, 1),
            (s * 74 * wide, 86, 1), (s * gap, drop, 1),
        ]
        g.shape(
            cloth.curve(lapel),
            mix(colour, "#000000", 0.12) if s > 0 else light(colour, 0.08),
            lights=[cloth.curve([(s * 60, 24), (s * 74, 50), (s * 66, 54), (s * 52, 26)])],
            width=4,
        )


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
    g.shape(
        cloth.curve([(-84, 30), (-92, -6), (-52, -34), (0, -18), (52, -34), (92, -6), (84, 30), (40, 46), (-40, 46)]),
        dark(colour, 0.18),
        [cloth.curve([(-60, 0), (0, -8), (60, 0), (60, 50), (-60, 50)])],
        width=5,
    )
    _shell(cloth, 1, colour, [(40, 330), (-6, 328, 1), (-4, 200), (0, 60), (10, 20)], 322, 14)
    _shell(cloth, -1, colour, [(-40, 330), (22, 328, 1), (22, 200), (22, 60), (6, 20)], 322, 14)
    for s in (-1, 1):
        g.shape(
            cloth.curve([(0, 38, 1), (s * 26, -2), (s * 52, 6), (s * 60, 40), (s * 20, 58)]),
            light(colour, 0.12),
            width=4,
        )
        g.shape(
            cloth.curve([(s * 48, 232, 1), (s * 98, 238, 1), (s * 98, 262, 1), (s * 48, 256, 1)]),
            dark(colour, 0.1),
            width=4,
        )
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
        g.line(
            cloth.curve([(s * 26, 8), (s * 40, 70), (s * 6, 200), (s * 4, 334)], closed=False), light(colour, 0.3), 13
        )
        g.line(
            cloth.curve([(s * 33, 8), (s * 48, 70), (s * 13, 200), (s * 11, 334)], closed=False),
            dark(colour, 0.5),
            2.2, 0.8,
        )
    for y in (216, 256, 296):
        g.shape(_button(cloth.x(2), y, 6.5), "#7a5238", width=2)
    g.line(cloth.curve([(-100, 318), (0, 324), (100, 318)], closed=False), light(colour, 0.25), 14)
    g.line(cloth.curve([(-100, 309), (0, 315), (100, 309)], closed=False), dark(colour, 0.45), 2)


def _dress(cloth: _Cloth, outfit: Outfit, colour: str) -> None:
    """A fitted bodice with a pale collar; the skirt is a part of its own."""
    g = cloth.g
    body = [
        (-40, 16), (-80, 22), (-112, 42), (-126, 72), (-104, 130), (-78, 222), (-90, 330), (90, 330), (78, 222),
        (104, 130), (126, 72), (112, 42), (80, 22), (40, 16), (0, 44),
    ]
    g.shape(
        cloth.curve(body),
        colour,
        [cloth.curve([(70, 60), (60, 200), (64, 340), (150, 340), (140, 40)])],
        [cloth.curve([(-84, 40), (-106, 56), (-96, 90), (-84, 66)])],
        width=5,
    )
    for s in (-1, 1):
        g.shape(
            cloth.curve([(0, 42, 1), (s * 32, 4), (s * 66, 24), (s * 58, 62), (s * 22, 72)]), outfit.shirt, width=3.5
        )
    g.shape(
        cloth.curve([(-82, 226), (0, 236), (82, 226), (84, 252), (0, 262), (-84, 252)]), dark(colour, 0.35), width=4
    )


def _shirt_alone(cloth: _Cloth, outfit: Outfit) -> None:
    g, colour = cloth.g, outfit.shirt
    body = [
        (-34, 14), (-78, 22), (-110, 42), (-124, 72), (-106, 130), (-94, 220), (-98, 322), (98, 322), (94, 220),
        (106, 130), (124, 72), (110, 42), (78, 22), (34, 14), (0, 40),
    ]
    g.shape(cloth.curve(body), colour, [cloth.curve([(80, 60), (72, 200), (76, 340), (150, 340), (140, 40)])], width=5)
    for s in (-1, 1):
        g.shape(
            cloth.curve([(s * 26, -4, 1), (s * 54, 16), (s * 50, 48, 1), (0, 42, 1)]), light(colour, 0.3), width=3.5
        )
    g.line(cloth.curve([(0, 46), (0, 318)], closed=False), dark(colour, 0.4), 2.5, 0.7)
    for y in (90, 150, 210, 270):
        g.fill(_button(cloth.x(0), y, 4.5), dark(colour, 0.45))
    if outfit.lower == "overalls":
        _bib(cloth, outfit.trousers)


def _button(x: float, y: float, radius: float) -> str:
    return f"M{x - radius:.1f} {y}a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0 {-2 * radius} 0Z"


def draw_skirt(traits: Traits, style: Style, turn: float, spread: float, seated: bool, cut: str) -> str:
    """The part of a long garment below the waist, or a skirt; ``spread`` (0..1) opens its hem for a stride.

    ``cut`` is one of `LONG_CUTS`, or "skirt", which has the colour of `Outfit.trousers`.
    """
    cloth, outfit = _Cloth(style, turn), traits.outfit
    own = cut == "skirt"
    colour, g = outfit.trousers if own else outfit.jacket or outfit.shirt, cloth.g
    hem = 452.0 if seated else 548.0 if own else LONG_CUTS[cut]
    top, waist = (250.0, 82.0) if cut == "dress" else (304.0, 100.0)
    out = {"coat": 126.0, "raincoat": 138.0, "dress": 164.0, "skirt": 170.0}[cut] + 44 * spread + (16 if seated else 0)
    slit = cut == "coat"
    middle: list[Point] = [(26, hem - 2, 1), (22, hem - 110), (10, hem, 1)] if slit else [(0, hem + 8)]
    points = [
        (-waist, top), (waist, top), (out * 0.9, hem - 90), (out, hem, 1), (out * 0.5, hem + 7), *middle,
        (-out * 0.5, hem + 7), (-out, hem, 1), (-out * 0.9, hem - 90),
    ]
    path = smooth([(_hung(p[0], turn), *p[1:]) for p in points])
    folds = [
        smooth([
            (bend(x, turn), top + 40), (bend(x + 8, turn), hem - 60), (bend(x * 1.2 + 14, turn), hem + 20),
            (bend(x * 1.2 - 14, turn), hem + 20),
        ])
        for x in (-60, -6, 46)
    ]
    g.shape(path, colour, [*folds, smooth([(70, top), (90, hem), (200, hem + 20), (200, top)])], width=5)
    if cut == "raincoat":
        g.line(smooth([(bend(10, turn), top), (bend(12, turn), hem)], closed=False), dark(colour, 0.6), 3)
    if own:  # pleats from the waistband down
        for x in (-78, -44, -10, 26, 62):
            pleat = smooth([(bend(x * 0.86, turn), top + 34), (bend(x * 1.24, turn), hem - 40),
                            (_hung(x * out / 92, turn), hem + 2)], closed=False)
            g.line(pleat, dark(colour, 0.45), 3, 0.8)
    g.line(smooth([(-out + 6, hem - 12), (0, hem - 5), (out - 6, hem - 12)], closed=False), dark(colour, 0.4), 2, 0.7)
    return str(g)


def _hung(x: float, turn: float) -> float:
    """The x of a point that may hang further out than the body is wide."""
    inside = min(max(x, -130), 130)
    return bend(inside, turn) + (x - inside)


def draw_apron(colour: str, style: Style, turn: float, seated: bool) -> str:
    """The lower part of an apron, from the waistband down, with its pocket."""
    cloth = _Cloth(style, turn)
    g, hem = cloth.g, 440.0 if seated else 556.0
    panel = [(-92, 300), (92, 300), (112, hem - 60), (110, hem, 1), (0, hem + 8), (-110, hem, 1), (-112, hem - 60)]
    g.shape(
        cloth.curve(panel),
        colour,
        [
            cloth.curve([(44, 290), (62, hem - 60), (64, hem + 20), (150, hem + 20), (150, 290)]),
            cloth.curve([(-30, 340), (-24, hem - 40), (-34, hem + 20), (-54, hem + 20)]),
        ],
        [cloth.curve([(-84, 320), (-70, 320), (-84, hem - 60), (-98, hem - 60)])],
        width=5,
    )
    g.line(cloth.curve([(-106, hem - 12), (0, hem - 4), (106, hem - 12)], closed=False), dark(colour, 0.35), 2.4, 0.8)
    if not seated:
        g.shape(
            cloth.curve([(-58, 366, 1), (0, 372), (58, 366, 1), (56, 430), (0, 444), (-56, 430)]),
            light(colour, 0.1),
            [cloth.curve([(24, 360), (28, 450), (70, 450), (70, 360)])],
            width=4,
        )
        g.line(cloth.curve([(-52, 378), (0, 384), (52, 378)], closed=False), dark(colour, 0.35), 2.4, 0.8)
    return str(g)


def draw_cloak(colour: str, style: Style, turn: float, spread: float, seated: bool) -> str:
    """A cloak as it falls behind the body; ``spread`` (0..1) fills it with wind."""
    g, hem = Fragment(style), 520.0 if seated else 640.0
    back, out = -54 * turn, 196.0 + 40 * spread
    lining = dark(colour, 0.2)
    inside = ((-100, 60), (100, 60), (118, hem - 60), (0, hem), (-118, hem - 60))
    outline: list[Point] = [
        (-84 + 20 * turn, 10), (84, 10), (134 + back * 0.4, 60), (152 + back * 0.5, 220), (out + back, hem - 70),
        (out + back * 1.2, hem, 1), (out * 0.55 + back, hem + 14), (back, hem - 4), (-out * 0.55 + back, hem + 14),
        (-out + back * 1.2, hem, 1), (-out + back, hem - 70), (-152 + back * 0.8, 220), (-134 + back * 0.5, 60),
    ]
    folds = [
        smooth([(x * 0.72 + back * 0.5, 120), (x + back, hem - 80), (x * 1.08 + 16 + back, hem + 30),
                (x * 1.08 - 18 + back, hem + 30)])
        for x in (-150, -96, 104, 156)
    ]
    g.shape(
        smooth(outline),
        lining,
        [*folds, smooth([(x + back, y) for x, y in inside])],
        width=5,
    )
    for s in (-1, 1):  # the outside shows where the edge turns over
        edge = smooth([
            (s * 134 + back * (0.5 if s < 0 else 0.4), 60), (s * 152 + back * (0.8 if s < 0 else 0.5), 220),
            (s * out + back, hem - 70), (s * out + back * 1.2, hem, 1), (s * (out - 30) + back, hem + 6, 1),
            (s * (out - 34) + back, hem - 90), (s * 132 + back * 0.7, 220), (s * 122 + back * 0.4, 80),
        ])
        g.shape(edge, colour, width=3.6)
    return str(g)


def draw_backpack(colour: str, style: Style, turn: float) -> str:
    """A backpack behind the trunk: what shows beside it from the front, and its side when the body is turned."""
    g = Fragment(style)
    with g.group(f"translate({-104 * turn:.1f} {6 * turn:.1f}) scale({1 - 0.12 * turn:.3f} 1)"):
        for s in (-1, 1):  # side pockets
            g.shape(
                smooth([(s * 96, 170), (s * 130, 178), (s * 136, 236), (s * 126, 276), (s * 96, 280)]),
                dark(colour, 0.18),
                width=4.5,
            )
        g.line("M-22 -6Q0 -34 22 -6", dark(colour, 0.6), 9)
        g.shape(
            smooth([
                (-62, -6), (0, -14), (62, -6), (104, 26), (116, 120), (114, 250), (92, 302), (0, 312), (-92, 302),
                (-114, 250), (-116, 120), (-104, 26),
            ]),
            colour,
            [smooth([(50, -20), (66, 140), (50, 320), (150, 320), (150, -20)])],
            [smooth([(-88, 30), (-70, 18), (-86, 120), (-100, 120)])],
            width=5,
        )
        g.shape(
            smooth([(-104, 26), (-60, -8), (0, -14), (60, -8), (104, 26), (112, 92), (0, 118), (-112, 92)]),
            light(colour, 0.06),
            [smooth([(40, -20), (60, 120), (150, 120), (150, -20)])],
            width=4.5,
        )
        g.shape(
            smooth([(-76, 190), (0, 184), (76, 190), (82, 262), (0, 280), (-82, 262)]),
            dark(colour, 0.1),
            [smooth([(20, 180), (30, 290), (100, 290), (100, 180)])],
            width=4.5,
        )
        for x in (-58, 58):
            g.line(f"M{x} 60V168", "#6b4a2e", 12)
            g.shape(oval(x, 122, 9, 9), _BRASS, width=2.4)
    return str(g)
