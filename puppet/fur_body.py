"""Tail, trunk, limbs and jackets of small animals, in creature units (see `fur`)."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from puppet.fur import marks
from puppet.limbs import limb
from puppet.rig import Style, Traits
from puppet.svg import Fragment, Point, dark, light, oval, smooth


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
    g, outfit = Fragment(style), traits.outfit
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
    if outfit.jacket is not None:
        draw_vest(g, traits, shift)
    return str(g)


def draw_vest(g: Fragment, traits: Traits, shift: float) -> None:
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
