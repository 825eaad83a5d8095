"""Tail, trunk, limbs and jackets of small animals, in creature units (see `fur`)."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from puppet.fur import marks
from puppet.limbs import limb
from puppet.rig import Style, Traits
from puppet.svg import Fragment, Point, dark, light, oval, smooth

_BRASS = "#d8c79a"


def draw_tail(traits: Traits, style: Style) -> str:
    """The tail from its root at the origin, to +x."""
    g, fur, pale = Fragment(style), traits.fur, traits.fur_light
    if traits.species == "fox":
        g.shape(
            smooth([(0, 0), (60, 30), (130, 0), (160, -80), (120, -150, 1), (80, -90), (50, -50)]),
            fur,
            [smooth([(60, 20), (120, -20), (150, -90), (200, -60), (120, 60)])],
            width=5.5,
            inner=lambda: g.fill(
                smooth(
                    [(100, -96, 1), (112, -80, 1), (124, -96, 1), (138, -78, 1), (170, -110), (120, -180), (70, -130)]
                ),
                pale,
            ),
        )
    elif traits.species == "cat":
        path = "M0 10Q110 40 128 -40Q140 -100 100 -130"
        if g.inked:
            g.line(path, dark(fur, 0.72), 40)
        g.line(path, fur, 31)
        g.line("M126 -78Q122 -112 100 -130", marks(traits), 31)
        g.line("M6 4Q96 28 112 -40Q122 -90 96 -120", light(fur, 0.35), 5, 0.5)
    elif traits.species == "bear":
        g.shape(oval(72, 4, 24, 22), fur, width=5)
    else:
        g.shape(oval(84, 6, 36, 34), pale, [oval(104, 16, 30, 36)], width=5)
    return str(g)


def draw_body(traits: Traits, style: Style, turn: float) -> str:
    """Trunk and belly, dressed in the outfit's jacket where there is one; ``turn`` 0..1."""
    g = Fragment(style)
    outline: list[Point] = [(-60, 0), (60, 0), (100, 110), (92, 210), (0, 244), (-92, 210), (-100, 110)]
    shift = 26 * turn
    body = smooth(outline)
    g.shape(
        body,
        traits.fur,
        [
            smooth([(30, -10), (60, 120), (40, 260), (130, 260), (130, -10)]),
            smooth([(-70, -10), (70, -10), (60, 24), (-60, 30)]),
        ],
        width=5.5,
    )
    belly = smooth([(-36 + shift, 20), (36 + shift, 20), (60 + shift * 0.8, 120), (shift, 206), (-60 + shift, 120)])
    with g.clip(body):
        g.shape(
            belly,
            traits.fur_light,
            [smooth([(20 + shift, 10), (30 + shift, 120), (shift, 220), (110, 220), (110, 10)])],
            width=2,
        )
    draw_worn(g, traits, shift, body)
    return str(g)


def draw_worn(g: Fragment, traits: Traits, shift: float, body: str) -> None:
    """What a trunk with the outline ``body`` wears over it; ``shift`` is where its middle lies when turned."""
    outfit = traits.outfit
    if outfit.lower in ("overalls", "shorts"):
        with g.clip(body):
            _legwear(g, outfit.trousers, shift, bib=outfit.lower == "overalls")
        g.line(body, dark(traits.fur, 0.72 if g.inked else 0.55), 5.5 if g.inked else 2.2, 1.0 if g.inked else 0.5)
    if outfit.jacket is not None:
        _vest(g, traits, shift)
    if outfit.lower == "skirt":
        _skirt(g, outfit.trousers, shift)
    if outfit.apron is not None:
        _apron(g, outfit.apron, shift)
    if outfit.cloak is not None:
        for s in (-1, 1):
            edge = [(shift, 44, 1), (s * 24 + shift * 0.6, 0), (s * 66, 0), (s * 104, 92), (s * 108, 150, 1),
                    (s * 76 + shift * 0.3, 110), (s * 34 + shift, 74)]
            g.shape(smooth(edge), outfit.cloak, [smooth([(s * 50, 60), (s * 110, 110), (s * 90, 170)])], width=5)
        g.shape(oval(shift, 50, 10, 10), "#d9b04a", width=3)
    if outfit.backpack is not None:
        for s in (-1, 1):
            strap = [
                (s * 26 + shift * 0.5, -4, 1), (s * 48 + shift * 0.4, -4, 1), (s * 58 + shift * 0.7, 70),
                (s * 78 + shift * 0.5, 150, 1), (s * 62 + shift * 0.6, 168, 1), (s * 38 + shift * 0.8, 84),
            ]
            g.shape(smooth(strap), dark(outfit.backpack, 0.26), width=4.5)
            x = s * 48 + shift * 0.75
            g.shape(smooth([(x - 14, 86, 1), (x + 14, 82, 1), (x + 17, 98, 1), (x - 11, 102, 1)]), "#5a5560", width=3)


def _legwear(g: Fragment, colour: str, shift: float, bib: bool) -> None:
    """Shorts, or overalls with their bib and straps; clipped to the body."""
    top = 132.0 if bib else 166.0
    dim = [smooth([(40, 60), (56, 200), (30, 270), (150, 270), (150, 60)])]
    if bib:
        for s in (-1, 1):
            strap = [
                (s * 34 + shift * 0.5, -6, 1), (s * 58 + shift * 0.4, -6, 1), (s * 52 + shift, 84, 1),
                (s * 32 + shift, 84, 1),
            ]
            g.shape(smooth(strap), colour, width=4)
        outline: list[Point] = [(shift - 50, 74, 1), (shift, 78), (shift + 50, 74, 1), (shift + 56, 116),
                                (124, top + 6, 1), (124, 280, 1), (-124, 280, 1), (-124, top + 6, 1), (shift - 56, 116)]
    else:
        outline = [(-124, top, 1), (shift, top + 12), (124, top, 1), (124, 280, 1), (-124, 280, 1)]
    g.shape(smooth(outline), colour, dim, width=5)
    g.line(f"M{shift:.1f} {top + (40 if bib else 14)}V260", dark(colour, 0.45), 3, 0.8)
    if bib:
        pocket = [
            (shift - 26, 100, 1), (shift, 103), (shift + 26, 100, 1), (shift + 24, 130), (shift, 138),
            (shift - 24, 130),
        ]
        g.shape(smooth(pocket), light(colour, 0.08), width=3.4)
        g.line(f"M{shift - 22:.1f} 107Q{shift:.1f} 110 {shift + 22:.1f} 107", light(colour, 0.42), 2.2, 0.8)
        for s in (-1, 1):
            g.shape(oval(shift + s * 42, 84, 8, 8), _BRASS, width=2.6)
    else:
        g.line(f"M-124 {top + 14}Q{shift:.1f} {top + 26} 124 {top + 14}", dark(colour, 0.45), 3, 0.8)


def _skirt(g: Fragment, colour: str, shift: float) -> None:
    outline: list[Point] = [(-99, 138, 1), (shift, 152), (99, 138, 1), (118, 190), (138, 236, 1), (70, 250), (0, 254),
                            (-70, 250), (-138, 236, 1), (-118, 190)]
    g.shape(smooth(outline), colour, [smooth([(50, 120), (70, 260), (160, 260), (150, 120)])], width=5)
    for x in (-62, -22, 20, 60):
        g.line(f"M{x + shift * 0.6:.1f} 158Q{x * 1.2:.1f} 200 {x * 1.35:.1f} 246", dark(colour, 0.45), 3, 0.8)
    g.line(f"M-98 150Q{shift:.1f} 166 98 150", dark(colour, 0.45), 3, 0.8)


def _apron(g: Fragment, colour: str, shift: float) -> None:
    for s in (-1, 1):
        loop = f"M{s * 30 + shift * 0.5:.1f} 0L{s * 40 + shift:.1f} 62"
        g.line(loop, dark(colour, 0.72 if g.inked else 0.5), 13 if g.inked else 11)
        g.line(loop, colour, 8)
    outline: list[Point] = [(shift - 46, 58, 1), (shift, 62), (shift + 46, 58, 1), (shift + 52, 110),
                            (84 + shift * 0.4, 150, 1), (90 + shift * 0.3, 226, 1), (shift * 0.6, 246),
                            (-90 + shift * 0.5, 226, 1), (-84 + shift * 0.6, 150, 1), (shift - 52, 110)]
    dim = smooth([(36 + shift, 50), (50 + shift, 150), (40, 260), (150, 260), (150, 50)])
    g.shape(smooth(outline), colour, [dim], width=5)
    g.line(f"M-98 138Q{shift:.1f} 162 98 138", dark(colour, 0.5), 7)
    pocket = [
        (shift - 34, 176, 1), (shift, 180), (shift + 34, 176, 1), (shift + 30, 210), (shift, 218), (shift - 30, 210),
    ]
    g.shape(smooth(pocket), light(colour, 0.1), width=3.6)


def _vest(g: Fragment, traits: Traits, shift: float) -> None:
    """The outfit's jacket on a trunk of these measures; ``shift`` is where its middle lies after turning."""
    outfit = traits.outfit
    colour = outfit.jacket or outfit.shirt
    closed = outfit.jacket_cut in ("raincoat", "dress")
    hem = {"jacket": 176.0, "cardigan": 170.0, "coat": 226.0, "raincoat": 216.0, "dress": 232.0}[outfit.jacket_cut]
    flare = {"jacket": 0.0, "cardigan": 0.0, "coat": 8.0, "raincoat": 14.0, "dress": 26.0}[outfit.jacket_cut]
    for s in (-1, 1):
        edge = shift if closed else shift + s * 26
        panel: list[Point] = [
            (s * 30 + shift * 0.4, 4), (s * 64, 4), (s * 103, 108), (s * (104 + flare), hem, 1), (edge, hem + 12, 1),
            (edge + (0 if closed else s * 8), 90),
        ]
        shades = (
            [smooth([(60, 0), (76, 110), (70, 250), (150, 250), (140, 0)])]
            if s > 0
            else [smooth([(-104, 120), (-88, 180), (-94, 250), (-150, 250)])]
        )
        g.shape(smooth(panel), colour, shades, width=5)
    if outfit.jacket_cut == "cardigan":  # knitted
        for i in range(-5, 6):
            x = i * 19
            if abs(x - shift) > 30:
                g.line(f"M{x * 0.7:.1f} 20Q{x:.1f} 90 {x:.1f} {hem - 6:.1f}", dark(colour, 0.4), 2.4, 0.6)
        g.line(
            f"M-100 {hem - 8}Q-60 {hem + 2} {shift - 26:.1f} {hem + 2}M100 {hem - 8}"
            f"Q60 {hem + 2} {shift + 26:.1f} {hem + 2}",
            light(colour, 0.3),
            10,
        )
    if closed:
        for y in range(60, int(hem), 44):
            g.shape(oval(shift + 12, y, 5.5, 5.5), "#f4f1ea", width=2)
    elif outfit.jacket_cut != "cardigan":
        for s in (-1, 1):
            g.shape(
                smooth([(shift + s * 20, 2, 1), (s * 66, 6), (s * 70 + shift * 0.4, 44, 1), (shift + s * 30, 84, 1)]),
                light(colour, 0.12),
                width=4,
            )
    g.fill(oval(-62, hem - 40, 5, 5), light(colour, 0.5))


def draw_cloak(colour: str, style: Style, turn: float) -> str:
    """A cloak behind the body, from the neck almost to the ground."""
    g, back = Fragment(style), -46 * turn
    outline: list[Point] = [(-60, 6), (60, 6), (116 + back * 0.4, 90), (158 + back, 238, 1), (60 + back, 254),
                            (-70 + back, 254), (-158 + back, 238, 1), (-116 + back * 0.7, 90)]
    folds = [smooth([(x * 0.8 + back, 80), (x + 14 + back, 270), (x - 14 + back, 270)]) for x in (-118, 118)]
    g.shape(smooth(outline), dark(colour, 0.14), folds, width=5)
    return str(g)


def draw_backpack(colour: str, style: Style, turn: float) -> str:
    """A backpack behind the body: beside it from the front, and whole when the body is turned."""
    g = Fragment(style)
    with g.group(f"translate({-84 * turn:.1f} 0)"):
        g.shape(
            smooth([(-70, 20), (70, 20), (116, 60), (122, 150), (104, 206), (-104, 206), (-122, 150), (-116, 60)]),
            colour,
            [smooth([(40, 0), (60, 120), (40, 230), (150, 230), (150, 0)])],
            width=5,
        )
        g.shape(smooth([(-116, 60), (-70, 22), (70, 22), (116, 60), (120, 104), (0, 122), (-120, 104)]),
                light(colour, 0.06), width=4.5)
        g.shape(smooth([(-84, 148), (84, 148), (84, 196), (-84, 196)]), dark(colour, 0.1), width=4.5)
        for x in (-64, 64):
            g.line(f"M{x} 74V140", "#6b4a2e", 10)
            g.shape(oval(x, 116, 7, 7), _BRASS, width=2.4)
    return str(g)


def sleeve(traits: Traits) -> str:
    """The colour of an arm: fur, or the jacket's sleeve (a knitted cardigan is worn as a vest)."""
    outfit = traits.outfit
    return traits.fur if outfit.jacket is None or outfit.jacket_cut == "cardigan" else outfit.jacket


def draw_upper_arm(colour: str, style: Style) -> str:
    """The arm down to the elbow."""
    g = Fragment(style)
    limb(g, colour, 25, 24, 46)
    return str(g)


def draw_forearm(colour: str, fur: str, pale: str, style: Style) -> str:
    """The forearm and paw, from the elbow at the origin."""
    g = Fragment(style)
    limb(g, fur, 24, 25, 50)
    if colour != fur:
        limb(g, colour, 25, 24, 24)
    for x in (-9, 3):
        g.line(f"M{x} 58v12", dark(fur, 0.6), 3)
    g.fill(oval(-2, 74, 9, 4), pale, 0.35)
    return str(g)


def draw_foot(traits: Traits, style: Style) -> str:
    """A foot, toes to +x, sole at y = 30."""
    g, colour = Fragment(style), dark(traits.fur, 0.4) if traits.species != "rabbit" else traits.fur
    long = 20 if traits.species == "rabbit" else 0
    g.shape(
        smooth([(-44, 30), (-40, -6), (0, -20), (44, -4), (52 + long, 30)]),
        colour,
        [smooth([(10, -20), (60, 0), (70 + long, 40), (0, 40)])],
        width=5,
    )
    for x in (22, 36):
        g.line(f"M{x + long} 14v12", dark(colour, 0.6), 3)
    return str(g)
