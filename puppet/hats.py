"""Hats, drawn over the hair and turned with the head; those with a brim also for small animals."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import math

from puppet.curls import curl_size
from puppet.rig import Outfit, Style, Traits
from puppet.skull import Skull
from puppet.svg import Fragment, Point, dark, keyed, light, luminance, mix, oval, smooth

BRIMMED = frozenset({"straw", "brimmed", "top hat", "pointed"})  # cuts of one make: a crown, a band, a brim all round


def draw_hat(traits: Traits, style: Style, turn: float) -> str:
    """The hat of the outfit, over the hair."""
    outfit, g, skull = traits.outfit, Fragment(style), Skull(traits, style, turn)
    colour, x, r = (
        outfit.hat or "#555555",
        skull.hair_x,
        skull.hair_radius + (curl_size(traits) * 0.45 if traits.hair_style == "curly" else 4),
    )
    right = smooth(
        [(x + r * 0.35, -200), (x + r * 0.5, -60), (x + r * 0.4, -20), (x + r * 1.4, -20), (x + r * 1.4, -200)]
    )
    if outfit.hat_cut in BRIMMED:
        draw_brimmed(g, outfit, f"translate({x + 6 * turn:.1f} 0) scale({r / 110:.3f} 1)", 3 * turn)
    elif outfit.hat_cut == "beret":
        lean = keyed([-14, -20, -26], turn)
        g.shape(
            smooth([
                (x - r * 0.98, -66), (x - r * 1.16 + lean * 0.3, -112), (x - r * 0.55 + lean, -170),
                (x + r * 0.35 + lean * 0.6, -172), (x + r * 0.98, -122), (x + r * 0.92, -78), (x + r * 0.3, -88),
                (x - r * 0.4, -84),
            ]),
            colour,
            [right, smooth([(x - r, -86), (x, -100), (x + r, -90), (x + r, -60), (x - r, -50)])],
            [oval(x - r * 0.5 + lean, -140, 26, 12)],
            width=5,
        )
        g.line(f"M{x + lean * 0.6:.1f} -170l4 -14", dark(colour, 0.5), 7)
    elif outfit.hat_cut == "cap":
        g.shape(
            smooth([
                (x - r, -48, 1), (x - r * 0.98, -104), (x - r * 0.5, -156), (x + r * 0.1, -164),
                (x + r * 0.7, -140), (x + r, -92), (x + r * 0.99, -50, 1), (x, -76),
            ]),
            colour,
            [right],
            [oval(x - r * 0.4, -128, 24, 10)],
            width=5,
        )
        nose = x + r * math.sin(math.radians(skull.angle)) * 0.9
        reach = keyed([84, 78, 66], turn)
        g.shape(
            smooth([
                (nose - reach, -62, 1), (nose, -86), (nose + reach, -60, 1), (nose + reach * 0.75, -36),
                (nose + 8 * turn, -28), (nose - reach * 0.75, -36),
            ]),
            dark(colour, 0.22),
            [smooth([(nose - reach, -48), (nose, -58), (nose + reach, -46), (nose + reach, -20), (nose - reach, -20)])],
            width=5,
        )
    elif outfit.hat_cut == "hood":
        inner = smooth([
            (x + keyed([-84, -66, -4], turn), 96), (x + keyed([-92, -76, -20], turn), -30),
            (x + keyed([-60, -44, 12], turn), -98), (x + keyed([0, 16, 60], turn), -114),
            (x + keyed([60, 72, 170], turn), -96), (x + keyed([92, 98, 200], turn), -30),
            (x + keyed([84, 92, 200], turn), 96), (x + 200, 98), (x + 200, 180), (x - 200, 180), (x - 200, 98),
        ])
        outer = smooth([
            (x - r * 1.05, 150), (x - r * 1.24, 20), (x - r * 1.12, -84), (x - r * 0.5, -160), (x, -176),
            (x + r * 0.55, -158), (x + r * keyed([1.12, 1.08, 1.06], turn), -84),
            (x + r * keyed([1.24, 1.1, 1.02], turn), 20), (x + r * keyed([1.05, 0.95, 0.8], turn), 150), (x, 176),
        ])
        name = "hoodmask"
        with g.group(extra=f'mask="url(#{name})"'):
            g.shape(outer, colour, [right], [oval(x - r * 0.6, -110, 20, 40)], width=5)
        g.define_mask(name, outer, inner)
        with g.clip(outer):
            g.line(inner, dark(colour, 0.6), 5)
    else:  # beanie
        g.shape(
            smooth([
                (x - r, -60), (x - r * 0.96, -112), (x - r * 0.5, -164), (x, -176), (x + r * 0.5, -164),
                (x + r * 0.96, -112), (x + r, -60), (x, -86),
            ]),
            colour,
            [right],
            [oval(x - r * 0.4, -140, 24, 11)],
            width=5,
        )
        for i in range(-4, 5):
            g.line(
                f"M{x + i * 8:.1f} -170Q{x + i * 25:.1f} -150 {x + i * r * 0.235:.1f} -84", dark(colour, 0.4), 2, 0.5
            )
        g.shape(
            smooth([
                (x - r * 1.03, -84), (x - r * 0.5, -108), (x, -114), (x + r * 0.5, -108), (x + r * 1.03, -84),
                (x + r * 1.04, -46), (x + r * 0.5, -66), (x, -72), (x - r * 0.5, -66), (x - r * 1.04, -46),
            ]),
            light(colour, 0.12),
            [right],
            width=5,
        )
        for i in range(-7, 8):
            at = x + r * 0.98 * math.sin(i * 0.21)
            g.line(f"M{at:.1f} {-104 + 0.0017 * (at - x) ** 2:.1f}v28", dark(colour, 0.45), 2, 0.5)
    return str(g)


# cut: half the brim's width, its dip in front and rise behind, how far its ends hang (or turn up)
_BRIMS = {"straw": (198, 34, 30, 14), "brimmed": (164, 28, 20, -6), "top hat": (148, 22, 18, -14),
          "pointed": (192, 32, 24, 6)}
_CROWNS: dict[str, list[Point]] = {  # from the left end of the band over the top to its right end
    "straw": [(-106, -78, 1), (-103, -122), (-80, -168), (-34, -192), (34, -192), (80, -168), (103, -122),
              (106, -78, 1)],
    "brimmed": [(-104, -78, 1), (-100, -128), (-84, -176), (-48, -198), (0, -182), (48, -198), (84, -176), (100, -128),
                (104, -78, 1)],
    "top hat": [(-102, -78, 1), (-98, -150), (-106, -236, 1), (-60, -246), (60, -246), (106, -236, 1), (98, -150),
                (102, -78, 1)],
    "pointed": [(-104, -78, 1), (-82, -140), (-52, -196), (-18, -244), (34, -272), (84, -266, 1), (46, -240),
                (44, -196), (74, -140), (104, -78, 1)],
}  # fmt: skip


def draw_brimmed(g: Fragment, outfit: Outfit, transform: str, lean: float = 0.0) -> None:
    """A hat with a brim, for a head that reaches 110 units to either side; ``lean`` lifts the brim of a turned one."""
    cut, colour = outfit.hat_cut, outfit.hat or "#555555"
    if outfit.hat_band:
        band = outfit.hat_band
    else:
        band = "#8f3b34" if cut == "straw" else mix(colour, "#f1e6d2" if luminance(colour) < 0.3 else "#2a2024", 0.62)
    wide, dip, rise, hang = _BRIMS[cut]
    middle, ends = -74.0, -74.0 + hang
    brim = smooth([
        (-wide, ends), (-wide * 0.62, middle + hang * 0.4 - rise * 0.9), (0, middle - rise),
        (wide * 0.62, middle + hang * 0.4 - rise * 0.9), (wide, ends), (wide * 0.66, middle + dip * 0.86 + hang * 0.3),
        (0, middle + dip - lean), (-wide * 0.66, middle + dip * 0.86 + hang * 0.3),
    ])
    crown = smooth([*_CROWNS[cut], (52, -60), (0, -54), (-52, -60)])
    with g.group(transform):
        if g.inked:  # the brim shades what is under it
            g.fill(oval(0, middle + dip + 2, 92, 13), "#2a1838", 0.22)
        else:
            g.fill(oval(0, middle + dip + 4, 96, 16), "#2a1838", 0.3, g.blur(6))
        g.shape(
            brim,
            colour,
            [smooth([(-112, -84), (0, -66), (112, -84), (150, -70), (60, -50), (-40, -48), (-124, -62)]),
             smooth([(wide * 0.5, -120), (wide * 0.62, -20), (wide * 1.2, -20), (wide * 1.2, -120)])],
            [smooth([(-wide * 0.9, ends - 4), (-wide * 0.6, -90), (-wide * 0.66, -72)])],
            width=5,
            inner=(lambda: _plaited_brim(g, colour, wide, middle, hang)) if cut == "straw" else None,
        )
        g.shape(
            crown,
            colour,
            [smooth([(28, -320), (52, -150), (44, -40), (170, -40), (170, -320)])],
            [oval(-52, -150, 18, 26)],
            width=5,
            inner=(lambda: _plaited_crown(g, colour)) if cut == "straw" else None,
        )
        if cut == "brimmed":
            g.line("M-30 -190Q0 -158 30 -190", dark(colour, 0.5), 4, 0.8)
        if cut == "pointed":
            g.line("M-40 -190Q0 -176 38 -196M-22 -226Q8 -214 34 -226", dark(colour, 0.5), 3.4, 0.7)
        ribbon = smooth([
            (-106, -82, 1), (-105, -112, 1), (-60, -96), (0, -90), (60, -96), (105, -112, 1), (106, -82, 1), (60, -63),
            (0, -57), (-60, -63),
        ])
        g.shape(ribbon, band, [smooth([(40, -120), (50, -50), (130, -50), (130, -120)])], width=4)
        if cut == "pointed":  # a buckle
            g.line("M-17 -90H17V-62H-17Z", "#d9b04a", 7)
        elif cut == "straw":  # the ribbon's ends
            for end in ("M76 -84L118 -66L104 -44L90 -56L70 -72Z", "M72 -82L92 -40L76 -34L68 -48L62 -76Z"):
                g.shape(end, band, width=3.4)
            g.shape(oval(74, -80, 11, 10), light(band, 0.12), width=3.4)


def _plaited_brim(g: Fragment, colour: str, wide: float, middle: float, hang: float) -> None:
    """Rings of plaited straw, and the strands across them."""
    for share in (0.66, 0.78, 0.9):
        ring = smooth([
            (-wide * share, middle + hang * share), (0, middle - 30 * share), (wide * share, middle + hang * share),
            (wide * share * 0.64, middle + 31 * share), (0, middle + 35 * share),
            (-wide * share * 0.64, middle + 31 * share),
        ])
        g.line(ring, dark(colour, 0.34), 2.2, 0.75)
    for i in range(-11, 12):
        x = i * wide / 11.5
        g.line(f"M{x * 0.62:.1f} -78L{x:.1f} {middle + 44 - abs(i) * 2.2:.1f}", dark(colour, 0.28), 1.7, 0.6)


def _plaited_crown(g: Fragment, colour: str) -> None:
    for y in (-122, -140, -158, -176):
        g.line(f"M-112 {y}Q0 {y + 22} 112 {y}", dark(colour, 0.34), 2.2, 0.75)
    for i in range(-6, 7):
        g.line(f"M{i * 7} -194Q{i * 15} -150 {i * 17} -96", dark(colour, 0.28), 1.7, 0.6)
