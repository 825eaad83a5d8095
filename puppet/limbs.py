"""Arms, legs, hands and boots of a human, and the scarf: parts that hang from a pivot at the origin."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from puppet.rig import Outfit, Style, Traits
from puppet.svg import Fragment, box, dark, light, mix, smooth


def sleeve_colour(outfit: Outfit) -> str:
    """The colour of the arms: the upper garment, or the shirt without one."""
    return outfit.jacket or outfit.shirt


def draw_scarf(colour: str, style: Style) -> str:
    """Two coils round the neck and the knot, about the base of the neck."""
    g = Fragment(style)
    g.shape(
        smooth(
            [(-66, -10), (-40, -30), (0, -22), (44, -30), (68, -8), (66, 26), (34, 48), (-6, 52), (-46, 44), (-68, 22)]
        ),
        colour,
        [
            smooth([(-70, 20), (-20, 30), (40, 22), (76, -8), (76, 60), (-76, 60)]),
            smooth([(-60, -20), (0, -2), (60, -20), (30, -40), (-30, -40)]),
        ],
        [smooth([(-52, -4), (-30, 2), (-6, 6), (-28, 12), (-50, 6)])],
        width=5,
    )
    for crease in ("M-60 4Q0 34 62 2", "M-54 26Q0 44 50 24"):
        g.line(crease, dark(colour, 0.6), 2.6, 0.8 if g.inked else 0.35)
    g.shape(
        smooth([(24, 16), (52, 14), (62, 40), (40, 58), (20, 44)]),
        colour,
        [smooth([(40, 10), (70, 10), (66, 64), (34, 60)])],
        width=4.5,
    )
    return str(g)


def draw_scarf_tail(colour: str, style: Style) -> str:
    """The hanging end with its fringe, from the knot at the origin."""
    g = Fragment(style)
    for i in range(6):
        g.line(f"M{-24 + i * 10} 128l{(-1) ** i * 2} 18", dark(colour, 0.3), 4)
    g.shape(
        smooth([(-16, -10), (16, -10), (26, 60), (30, 126, 1), (-28, 132, 1), (-22, 60)]),
        colour,
        [smooth([(2, -20), (8, 60), (4, 140), (50, 140), (50, -20)])],
        [smooth([(-12, 10), (-6, 10), (-10, 90), (-18, 90)])],
        width=4.5,
    )
    for y in (88, 104):
        g.line(f"M-24 {y + 4}Q2 {y + 9} 27 {y}", light(colour, 0.7), 5)
    return str(g)


def limb(
    g: Fragment, colour: str, top: float, end: float, length: float, gloss: bool = True, shade: str | None = None
) -> None:
    """A tapered limb hanging from the origin: half-widths at both ends, and its length to the next joint."""
    path = (
        f"M{-top:g} -6C{-top - 3:g} {length * 0.4:g} {-end:g} {length * 0.6:g} {-end:g} {length:g}"
        f"C{-end:g} {length + end * 0.9:g} {end:g} {length + end * 0.9:g} {end:g} {length:g}"
        f"C{end:g} {length * 0.6:g} {top + 3:g} {length * 0.4:g} {top:g} -6"
        f"C{top:g} {-top * 1.2:g} {-top:g} {-top * 1.2:g} {-top:g} -6Z"
    )
    dim = (
        f"M{top * 0.25:g} -40Q{top * 0.1:g} {length * 0.5:g} {end * 0.2:g} {length + 40:g}"
        f"L{end * 3:g} {length + 40:g}L{top * 3:g} -40Z"
    )
    bright = (
        f"M{-top * 0.62:g} 30Q{-top * 0.8:g} {length * 0.45:g} {-end * 0.5:g} {length * 0.7:g}"
        f"Q{-top * 0.45:g} {length * 0.45:g} {-top * 0.4:g} 30Z"
    )
    g.shape(path, colour, [dim], [bright] if gloss else [], width=5, shade=shade)


def draw_upper_arm(outfit: Outfit, style: Style) -> str:
    """The sleeve from the shoulder to the elbow."""
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
        g.shape(
            smooth([(-14, -8), (14, -8), (21, 12), (20, 34), (4, 42), (-16, 38), (-20, 14)]),
            skin,
            [smooth([(4, -12), (8, 44), (30, 44), (30, -12)])],
            width=4,
            outline=ink,
            shade=warm,
        )
        for y in (16, 25, 33):
            g.line(f"M-16 {y}Q-2 {y - 4} 6 {y + 1}", dark(skin, 0.5), 2.2, 0.85)
        return str(g)
    g.shape(
        smooth([(-15, -8), (15, -8), (19, 16), (14, 42), (0, 50), (-14, 42), (-19, 16)]),
        skin,
        [smooth([(2, -12), (4, 50), (30, 50), (30, -12)])],
        width=4,
        outline=ink,
        shade=warm,
    )
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
        g.shape(
            path,
            skin,
            [smooth([(8, -12), (10, 20), (4, 50), (30, 50), (30, -12)])],
            width=0.01 if g.inked else 4,
            shade=warm,
        )
        if g.inked:
            g.line("M-14 -8Q-24 14 -18 34M14 -8Q24 14 20 30", ink, 4)
    return str(g)


def leg_colours(traits: Traits, seated: bool = False) -> tuple[object, ...]:
    """All that decides how a leg is dressed."""
    cut = traits.outfit.lower
    return (traits.outfit.trousers, *((cut, traits.skin, seated) if cut in ("shorts", "skirt") else ()))


def draw_leg(traits: Traits, style: Style, lower: bool, seated: bool = False) -> str:
    """Thigh or (``lower``) shin, from its joint at the origin. A skirt covers the thighs of who sits."""
    g, outfit, skin = Fragment(style), traits.outfit, traits.skin
    top, end, length = (37, 29, 210) if lower else (50, 38, 230)
    if outfit.lower not in ("shorts", "skirt"):
        limb(g, outfit.trousers, top, end, length, gloss=False)
        return str(g)
    warm = mix(skin, "#a0526a", 0.34) if g.inked else mix(skin, "#b4523f", 0.45)
    if not (outfit.lower == "skirt" and seated and not lower):
        limb(g, skin, top - 7, end - 6, length, gloss=False, shade=warm)
    if outfit.lower == "shorts" and not lower:
        g.shape(
            smooth([(-50, -40), (-54, 60), (-52, 168, 1), (0, 178), (52, 168, 1), (54, 60), (50, -40), (0, -62)]),
            outfit.trousers,
            [smooth([(12, -70), (6, 90), (10, 190), (80, 190), (80, -70)])],
            width=5,
        )
        g.line("M-51 152Q0 163 51 152", dark(outfit.trousers, 0.5), 3, 0.8)
    elif outfit.lower == "skirt" and seated and not lower:
        g.shape(
            smooth([(-58, -30), (-60, 120), (-64, 236, 1), (0, 246), (64, 236, 1), (60, 120), (58, -30), (0, -60)]),
            outfit.trousers,
            [smooth([(14, -70), (10, 120), (16, 260), (90, 260), (90, -70)])],
            width=5,
        )
        g.line("M-60 222Q0 232 60 222", dark(outfit.trousers, 0.45), 2.6, 0.8)
    return str(g)


def draw_boot(outfit: Outfit, style: Style) -> str:
    """A boot about the ankle, toe to +x, sole at y = 52."""
    g = Fragment(style)
    g.shape(
        smooth([(-30, -34, 1), (30, -34, 1), (34, 14), (64, 34), (66, 52, 1), (-34, 52, 1), (-34, 10)]),
        outfit.boots,
        [smooth([(-40, 34), (70, 34), (70, 60), (-40, 60)]), smooth([(8, -40), (14, 10), (50, 30), (60, -40)])],
        [smooth([(-20, -24), (-10, -24), (-12, 14), (-22, 14)])],
        width=5,
    )
    g.fill(box(-34, 45, 100, 8), dark(outfit.boots, 0.6))
    return str(g)


def draw_hips(outfit: Outfit, style: Style) -> str:
    """Hips with belt, about the middle of the waistband."""
    g = Fragment(style)
    g.shape(
        smooth([(-82, -20), (82, -20), (90, 50), (50, 90), (0, 70), (-50, 90), (-90, 50)]),
        outfit.trousers,
        [smooth([(10, -30), (20, 100), (100, 100), (100, -30)])],
        width=5,
    )
    if outfit.lower in ("overalls", "skirt"):
        return str(g)
    g.shape("M-82 -18H82V6H-82Z", "#4a3222", width=4)
    g.shape("M-14 -20H14V8H-14Z", "#d8b45c", width=3)
    return str(g)
