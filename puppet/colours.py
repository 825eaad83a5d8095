"""Colours by name and by measure: a lexicon of words, and arithmetic in OKLCh.

OKLab is Björn Ottosson's "A perceptual color space for image processing" (2020): equal steps look
equal, so a drift of hue or a jitter of lightness means the same for lavender as for teal.
Lightness is 0..1, chroma about 0..0.32 for sRGB, hue in degrees.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

LEXICON: dict[str, str] = {
    # neutrals
    "black": "#23212a", "jet": "#1d1b22", "ebony": "#2b2527", "onyx": "#26262b", "charcoal": "#3b3d45",
    "graphite": "#484a52",
    "slate": "#5a6673", "grey": "#8b8d94", "gray": "#8b8d94", "ash": "#a7a49e", "smoke": "#9aa0a6", "steel": "#7c8896",
    "pewter": "#878a8d", "silver": "#c3c8cf", "pearl": "#ebe6dd", "ivory": "#f6f0de", "white": "#f4f3f0",
    "snow": "#f7f8f9",
    "cream": "#f5e8c9", "eggshell": "#f0e7d4", "bone": "#e6dcc8", "chalk": "#efece4", "linen": "#ece0cc",
    "oatmeal": "#ddcfb7",
    # browns
    "beige": "#d9c4a0", "sand": "#d8bf8f", "taupe": "#8f7d6d", "khaki": "#a99c6b", "tan": "#c79a68", "camel": "#bf8f55",
    "fawn": "#c5976a", "caramel": "#b8733a", "toffee": "#9a5f35", "cinnamon": "#a75a30", "hazel": "#8f6b3a",
    "walnut": "#5e4230",
    "chestnut": "#7b4127", "auburn": "#8a3a22", "brown": "#6b4630", "umber": "#5b4435", "sepia": "#6d4c33",
    "mahogany": "#6a2e24",
    "mocha": "#75584a", "coffee": "#5a3f31", "chocolate": "#4f3226", "espresso": "#3c2a24", "bronze": "#946a35",
    "copper": "#b5653a",
    # reds and pinks
    "red": "#d5343c", "scarlet": "#dd3022", "crimson": "#b81f3b", "ruby": "#b01d48", "cherry": "#c22140",
    "cardinal": "#b3203a",
    "vermilion": "#e34a2b", "brick": "#a2452f", "rust": "#ab4e2a", "burgundy": "#6f1f35", "maroon": "#6a2230",
    "wine": "#702943",
    "garnet": "#7a1f33", "rose": "#dd7a92", "pink": "#ef94b3", "blush": "#eebdb9", "salmon": "#f28a74",
    "coral": "#f4745c",
    "fuchsia": "#d3398f", "magenta": "#c62f93", "raspberry": "#b92a5c",
    # oranges and yellows
    "orange": "#ee8530", "tangerine": "#f28c28", "apricot": "#f5b27c", "peach": "#f7c09b", "terracotta": "#c0603f",
    "pumpkin": "#e0762a",
    "amber": "#e59a26", "honey": "#dca036", "ochre": "#c58b32", "mustard": "#d3a32c", "gold": "#d9ab3d",
    "golden": "#d9ab3d",
    "saffron": "#eeb02f", "yellow": "#f2cf3b", "lemon": "#f3df5f", "sunflower": "#f0bf2a", "straw": "#dfc778",
    "blond": "#e2c27a",
    "blonde": "#e2c27a", "flaxen": "#e4d093", "champagne": "#ecd9b0", "ginger": "#cf6f2c",
    # greens
    "green": "#43945a", "lime": "#9ccb3c", "chartreuse": "#b3cf3a", "olive": "#7d7c3a", "moss": "#6f7f42",
    "fern": "#5b8f4d",
    "sage": "#9bab87", "pistachio": "#aecb86", "mint": "#9fdcbb", "emerald": "#1f9a63", "jade": "#2f9d78",
    "forest": "#2c6040",
    "pine": "#27594a", "bottle": "#24513c", "hunter": "#305a3c", "seafoam": "#98d8c0", "celadon": "#a9cfae",
    # blues
    "teal": "#2b8c99", "turquoise": "#35b7b7", "aqua": "#52c6cd", "cyan": "#3fc1d9", "cerulean": "#2f86bf",
    "azure": "#3b93df",
    "sky": "#7fbfe9", "powder": "#b3d2e5", "ice": "#c3dfea", "blue": "#3672c0", "cobalt": "#2553ad", "royal": "#3150b6",
    "sapphire": "#234fa0", "ultramarine": "#343fae", "denim": "#41587f", "navy": "#242f55", "midnight": "#1f2747",
    "petrol": "#1f5666",
    # violets
    "periwinkle": "#8f9ae0", "indigo": "#41399a", "violet": "#7a4fc0", "purple": "#75429b", "amethyst": "#9766c4",
    "lavender": "#b7a0e2",
    "lilac": "#c9a9dd", "mauve": "#b58cab", "orchid": "#c675c3", "plum": "#6c3560", "aubergine": "#46294a",
    "grape": "#5f3d86",
    "heather": "#a490b3",
}  # fmt: skip

# Words before a colour ("dark green") or alone before a thing ("dark glasses").
_LIGHTNESS = {
    "dark": -0.14,
    "deep": -0.09,
    "darker": -0.14,
    "light": 0.1,
    "lighter": 0.1,
    "pale": 0.13,
    "pastel": 0.12,
    "bright": 0.04,
}
_CHROMA = {
    "pale": 0.6,
    "pastel": 0.65,
    "dusty": 0.6,
    "muted": 0.6,
    "faded": 0.6,
    "bright": 1.25,
    "vivid": 1.35,
    "deep": 1.1,
}
_ALONE = {"dark": "#3b3138", "light": "#e8dfd0", "pale": "#eadfd2"}
MODIFIERS = frozenset(_LIGHTNESS) | frozenset(_CHROMA)


def to_oklch(colour: str) -> tuple[float, float, float]:
    """``#rrggbb`` to (lightness, chroma, hue degrees)."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The nearest ``#rrggbb`` of that hue and lightness: chroma gives way where sRGB ends."""
    lightness = min(max(lightness, 0.0), 1.0)
    for _ in range(24):
        channels = _rgb(lightness, chroma, hue)
        if all(-0.002 <= channel <= 1.002 for channel in channels):
            break
        chroma *= 0.92
    return "#" + "".join(f"{round(255 * _gamma(min(max(channel, 0.0), 1.0))):02x}" for channel in channels)


def shift(colour: str, *, lightness: float = 0.0, chroma: float = 1.0, hue: float = 0.0) -> str:
    """Add to lightness, multiply chroma, turn hue by degrees."""
    light, strength, angle = to_oklch(colour)
    return from_oklch(min(max(light + lightness, 0.06), 0.98), strength * chroma, angle + hue)


def blend(first: str, second: str, share: float) -> str:
    """``first`` moved by ``share`` (0..1) of the way to ``second``, straight through OKLab."""
    if share <= 0:
        return first
    if share >= 1:
        return second
    mixed = []
    for (light, chroma, hue), weight in ((to_oklch(first), 1 - share), (to_oklch(second), share)):
        angle = math.radians(hue)
        mixed.append((weight * light, weight * chroma * math.cos(angle), weight * chroma * math.sin(angle)))
    light, a, b = (sum(values) for values in zip(*mixed, strict=True))
    return from_oklch(light, math.hypot(a, b), math.degrees(math.atan2(b, a)))


def difference(first: str, second: str) -> float:
    """Euclidean distance in OKLab: 0 equal, about 0.02 just visible side by side, 1 black to white."""
    light_1, chroma_1, hue_1 = to_oklch(first)
    light_2, chroma_2, hue_2 = to_oklch(second)
    turn = math.radians(hue_1 - hue_2)
    square = chroma_1**2 + chroma_2**2 - 2 * chroma_1 * chroma_2 * math.cos(turn)
    return math.sqrt((light_1 - light_2) ** 2 + max(0.0, square))


def within(colour: str, chance: random.Random, spread: float = 1.0) -> str:
    """Somewhere in the range that a colour's name covers: same family, another value per seed."""
    hue, light, chroma = (chance.gauss(0, 1) for _ in range(3))
    limited = [max(-1.7, min(1.7, value)) * spread for value in (hue, light, chroma)]
    return shift(colour, hue=10.0 * limited[0], lightness=0.035 * limited[1], chroma=1 + 0.12 * limited[2])


def is_colour(word: str) -> bool:
    return word in LEXICON


def named(words: Sequence[str]) -> str | None:
    """The colour that a run of words names ("dark", "moss", "green"), or None.

    The first colour word leads and a second one tints it ("moss green"); modifiers apply to both.
    """
    hues = [LEXICON[word] for word in words if word in LEXICON]
    modifiers = [word for word in words if word in MODIFIERS]
    if not hues:
        return next((_ALONE[word] for word in modifiers if word in _ALONE), None)
    colour = hues[0] if len(hues) == 1 else blend(hues[0], hues[1], 0.35)
    for word in modifiers:
        colour = shift(colour, lightness=_LIGHTNESS.get(word, 0.0), chroma=_CHROMA.get(word, 1.0))
    return colour


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
