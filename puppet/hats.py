"""Hats, drawn over the hair and turned with the head."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import math

from puppet.curls import curl_size
from puppet.rig import Style, Traits
from puppet.skull import Skull
from puppet.svg import Fragment, dark, keyed, light, oval, smooth


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
    if outfit.hat_cut == "beret":
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
