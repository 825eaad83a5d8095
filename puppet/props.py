"""Things to hold and to stand in a set, chosen by their id and their words.

Each is drawn about the point where a hand grips it, in body units, and held upright whatever the arm does.
"""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import cast

import numpy as np

from puppet import things
from puppet.layers import Matrix, Part, place
from puppet.rig import Style
from puppet.svg import Fragment, box, dark, light, mix, oval, smooth

BOUNDS = (-190.0, -330.0, 380.0, 540.0)
CANOPY = (-340.0, -590.0, 680.0, 560.0)
_COLOURS = {
    "red": "#c8373c", "crimson": "#b3203a", "orange": "#e8873a", "amber": "#f0a63c", "yellow": "#f2c744",
    "gold": "#d9a93f", "golden": "#d9a93f", "mustard": "#d6a52f", "green": "#4f8f5b", "teal": "#2f8f8f",
    "blue": "#3f74b8", "navy": "#2c3e6b", "purple": "#7a56a8", "violet": "#7a56a8", "lavender": "#b7a0e2",
    "pink": "#e58fb0", "brown": "#7d5338", "black": "#2c2a30", "white": "#f2efe9", "cream": "#f3e6cc",
    "grey": "#8a8d94", "gray": "#8a8d94", "silver": "#b9c0c8", "copper": "#b46a42", "brass": "#c9a24a",
}
KINDS: dict[str, str] = {  # what is drawn, and the words that ask for it
    "letter": "letter envelope note postcard card",
    "lantern": "lantern lamp light",
    "cup": "cup mug coffee tea glass teacup",
    "umbrella": "umbrella parasol brolly",
    "phone": "phone telephone smartphone tablet mobile",
    "key": "key keys",
    "book": "book notebook diary journal sketchbook",
    "flower": "flower flowers rose bouquet plant tulip daisy",
    "backpack": "backpack rucksack knapsack schoolbag satchel",
    "suitcase": "suitcase briefcase luggage trunk valise",
    "bag": "bag handbag tote sack purse basket",
    "gift": "gift present",
    "parcel": "parcel package box carton crate",
    "seed": "seed seeds acorn nut bean kernel",
    "coin": "coin coins penny medal",
    "ticket": "ticket tickets",
    "map": "map chart",
    "candle": "candle",
    "bottle": "bottle flask potion",
    "ball": "ball marble",
    "apple": "apple",
}
_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words.split()}
OPEN = "open opens opened opening unfurled raised under beneath"  # words that put an umbrella up
_USUAL = {"letter": {"cream", "white"}, "lantern": {"brass", "black"}}  # colours that ask for what is drawn anyway
IN_FRONT = {"cup", "lantern", "phone", "key", "thing", "gift", "parcel", "seed", "coin", "ball", "apple", "candle"}
# … are drawn over the hand; fingers close over the others
_TILTED = {"letter", "book", "phone", "key", "umbrella", "ticket", "map"}  # follow the hand a little; the rest hang
_JOINTS = (
    r"\b(?:with|without|in|on|under|behind|beside|from|by|at|for|that|which|full|inside|into|made|and|to)\b|[,;.:()]"
)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def known(prop_id: str, words: str = "") -> str | None:
    """The key of `KINDS` that is drawn for a thing, by its id and then its words; None: a tag with its name.

    Of words the last decides that stands before the first joint: "a light blue seed in a box" is a seed, "a tea
    kettle" no cup.
    """
    named = [_KIND_OF[word] for word in _words(prop_id) if word in _KIND_OF]
    if named:
        return named[-1]
    for phrase in re.split(r"\bof\b", re.split(_JOINTS, words.lower())[0]):
        # "an umbrella half opened": what ends like a participle is no noun
        nouns = [word for word in _words(phrase) if word in _KIND_OF or not re.search(r"(?:ed|en)$", word)]
        if nouns and nouns[-1] in _KIND_OF:
            return _KIND_OF[nouns[-1]]
    return None


def kind_of(text: str) -> str:
    """The drawing for an id, or an "id: words"; ``thing`` where none fits."""
    prop_id, _, words = text.partition(": ")
    return known(prop_id, words) or "thing"


def is_open(text: str) -> bool:
    """Whether the "id: words" of an umbrella put it up."""
    return bool(set(OPEN.split()) & set(_words(text)))


def id_of(text: str | None) -> str | None:
    """The id in an "id: words"."""
    return None if text is None else text.partition(": ")[0]


def described(prop_id: str, words: str) -> str:
    """``prop_id``, with its ``words`` after a colon where they change its kind or colour, or put an umbrella up."""
    kind, colour = known(prop_id), next((word for word in _words(words) if word in _COLOURS), None)
    tells_colour = colour is not None and colour_of(prop_id) is None and colour not in _USUAL.get(kind or "", ())
    tells_kind = kind is None and known(prop_id, words) is not None
    opens = (kind or known("", words)) == "umbrella" and is_open(words)
    return f"{prop_id}: {words}" if tells_colour or tells_kind or opens else prop_id


def colour_of(text: str) -> str | None:
    """The first colour named in ``text``."""
    return next((_COLOURS[word] for word in _words(text) if word in _COLOURS), None)


def held(prop: str, style: Style, wrist: Matrix) -> Part:
    """A prop in a hand whose wrist has the frame ``wrist`` (figure units). ``prop`` is an id, or an "id: words"."""
    grip = wrist @ np.array([0.0, 26.0, 1.0])
    scale = math.sqrt(abs(float(np.linalg.det(wrist[:2, :2]))))
    angle = 0.0
    kind = kind_of(prop)
    if kind == "umbrella" and is_open(prop):  # its stick leans so that the cloth is over the head
        angle = -math.degrees(math.atan2(float(grip[0]), 420.0))
    elif kind in _TILTED:
        hanging = math.degrees(math.atan2(-wrist[0, 1], wrist[1, 1]))
        angle = 0.18 * ((hanging + 180) % 360 - 180)
    return Part(
        ("prop", style, prop),
        BOUNDS,
        lambda: draw_held(prop, style),
        place(float(grip[0]), float(grip[1]), angle, scale),
    )


def canopy_of(part: Part) -> Part | None:
    """The cloth of an open umbrella, which goes behind the whole figure; None for any other part."""
    if part.key[0] != "prop" or kind_of(str(part.key[2])) != "umbrella" or not is_open(str(part.key[2])):
        return None
    style, prop = cast(Style, part.key[1]), str(part.key[2])
    return Part(("canopy", style, prop), CANOPY, lambda: _canopy(prop, style), part.transform)


def _canopy(prop: str, style: Style) -> str:
    g = Fragment(style)
    things.canopy(g, colour_of(prop))
    return str(g)


def draw_held(prop: str, style: Style) -> str:
    """What is in the hand for an id or an "id: words": of an open umbrella the near end, of a closed one all of it."""
    prop_id, _, words = prop.partition(": ")
    if kind_of(prop) != "umbrella":
        return draw_prop(prop_id, words, style)
    g = Fragment(style)
    if is_open(prop):
        things.stick(g)
    else:
        things.furled(g, colour_of(words) or colour_of(prop_id))
    return str(g)


def draw_prop(prop_id: str, words: str, style: Style) -> str:
    """The prop about its grip; its colour is the first one named in ``words`` or the id, else its usual one."""
    kind = known(prop_id, words)
    colour = colour_of(words) or colour_of(prop_id)
    g = Fragment(style)
    draw: Callable[[Fragment, str | None], None] = {
        "letter": _letter, "lantern": _lantern, "cup": _cup, "umbrella": _umbrella, "phone": _phone, "key": _key,
        "book": _book, "flower": _flower, "backpack": things.backpack, "suitcase": things.suitcase, "bag": things.bag,
        "gift": things.gift, "parcel": things.parcel, "seed": things.seed, "coin": things.coin,
        "ticket": things.ticket, "map": things.chart, "candle": things.candle, "bottle": things.bottle,
        "ball": things.ball, "apple": things.apple,
    }.get(kind or "", lambda fragment, named: things.tag(fragment, prop_id, named))
    draw(g, colour)
    return str(g)


def _letter(g: Fragment, colour: str | None) -> None:
    paper = colour or "#f6eedb"
    with g.group("rotate(-8)"):
        g.shape("M-58 -66H58V16H-58Z", paper, [smooth([(10, -70), (70, -70), (70, 20), (30, 20)])], width=4.5)
        g.line("M-58 -66L0 -20L58 -66", dark(paper, 0.5), 3.2)
        g.line("M-56 14L-14 -26M56 14L14 -26", dark(paper, 0.4), 2, 0.7)
        g.shape(oval(0, -20, 12, 12), "#b3263a", width=2.5)


def _lantern(g: Fragment, colour: str | None) -> None:
    metal = colour or "#4c4a4f"
    g.fill(oval(0, 74, 120, 120), g.glow([(0, "#ffd27a", 0.75), (0.4, "#ffc964", 0.28), (1, "#ffb84a", 0)]))
    g.line("M0 0Q-34 4 -32 34M0 0Q34 4 32 34", dark(metal, 0.4), 5)
    g.shape("M-30 36L-16 20H16L30 36Z", metal, width=4)
    g.shape("M-30 40H30L34 112H-34Z", "#ffe6a0", width=4)
    g.fill(oval(0, 88, 22, 28), g.glow([(0, "#ffffff"), (0.5, "#ffd764"), (1, "#ff9f3a", 0)]))
    g.fill(smooth([(0, 58), (12, 84), (0, 100), (-12, 84)]), "#ff9a2e")
    g.fill(smooth([(0, 72), (6, 88), (0, 97), (-6, 88)]), "#fff3b8")
    for x in (-32, 0, 32):
        g.line(f"M{x * 0.9} 40L{x} 112", metal, 4)
    g.shape("M-40 112H40V126H-40Z", metal, width=4)


def _cup(g: Fragment, colour: str | None) -> None:
    china = colour or "#f4efe6"
    for x in (-10, 10):
        g.line(f"M{x} -50q-10 -16 0 -30q10 -14 0 -28", "#ffffff", 5, 0.45)
    g.line("M30 -22q30 2 22 26q-6 18 -26 16", dark(china, 0.6) if g.inked else dark(china, 0.25), 12)
    g.line("M30 -22q30 2 22 26q-6 18 -26 16", china, 7)
    g.shape(
        "M-36 -40H36L31 22Q28 38 0 38Q-28 38 -31 22Z",
        china,
        [smooth([(8, -44), (14, 40), (60, 40), (60, -44)])],
        width=4.5,
    )
    g.shape(oval(0, -40, 36, 9), "#6b4024", width=3.5, outline=dark(china, 0.6))
    g.line("M-34 -8Q0 2 34 -8", mix(china, "#3f74b8", 0.6), 5, 0.8)


def _umbrella(g: Fragment, colour: str | None) -> None:
    cloth = colour or "#c23b4a"
    g.line("M0 60V-250", "#3a2a22", 8)
    g.line("M0 60q0 26 20 24", "#7d5338", 9)
    arcs = "M-176 -190Q-150 -312 0 -322Q150 -312 176 -190"
    path = (
        arcs
        + "Q147 -214 118 -190Q88 -216 59 -190Q30 -216 0 -190Q-30 -216 -59 -190Q-88 -216 -118 -190Q-147 -214 -176 -190Z"
    )
    g.shape(
        path,
        cloth,
        ["M30 -330Q80 -260 70 -180H200V-330Z"],
        ["M-140 -220Q-110 -290 -50 -304Q-90 -270 -104 -220Z"],
        width=5,
    )
    for x in (-118, -59, 0, 59, 118):
        g.line(f"M0 -320Q{x * 0.8} -280 {x} -190", dark(cloth, 0.5), 3, 0.8)


def _phone(g: Fragment, colour: str | None) -> None:
    case = colour or "#2e3440"
    with g.group("rotate(6)"):
        g.shape("M-24 -78Q-24 -84 -18 -84H18Q24 -84 24 -78V12Q24 18 18 18H-18Q-24 18 -24 12Z", case, width=4)
        g.fill(box(-19, -76, 38, 82), g.gradient([(0, "#9fe0f2"), (1, "#4f86c8")]))
        g.fill("M-19 -76H6L-19 -20Z", "#ffffff", 0.3)


def _key(g: Fragment, colour: str | None) -> None:
    metal = colour or "#d2a640"
    g.shape("M-7 -30H7V-104H26V-90H14V-82H24V-68H-7Z", metal, width=3.5)
    g.shape(oval(0, -8, 26, 26) + oval(0, -8, 11, 11), metal, width=3.5)
    g.fill(oval(0, -8, 11, 11), "#5b4630")


def _book(g: Fragment, colour: str | None) -> None:
    cover = colour or "#7a3f52"
    g.shape("M-82 -70Q-40 -84 0 -66Q40 -84 82 -70V22Q40 8 0 26Q-40 8 -82 22Z", cover, width=5)
    for s in (-1, 1):
        g.shape(
            f"M0 -60Q{s * 38} -78 {s * 74} -66V10Q{s * 38} -2 0 16Z",
            "#f6efdf",
            [f"M0 -70L{s * 20} -70L{s * 14} 16L0 20Z"],
            width=3,
        )
        for i in range(4):
            g.line(f"M{s * 16} {-46 + i * 14}Q{s * 40} {-56 + i * 14} {s * 64} {-50 + i * 14}", "#8f8478", 2, 0.7)


def _flower(g: Fragment, colour: str | None) -> None:
    petal = colour or "#e27a9a"
    for x, y in ((-34, -86), (0, -112), (34, -84)):
        g.line(f"M0 20Q{x * 0.2} -30 {x} {y}", "#4f7f45", 5)
    g.fill(smooth([(0, -10), (-34, -28), (-46, -14), (-20, 2)]), "#5f9450")
    for x, y in ((-34, -86), (0, -112), (34, -84)):
        for i in range(6):
            a = i * math.tau / 6
            g.shape(oval(x + 14 * math.cos(a), y + 14 * math.sin(a), 11, 11), petal, width=2)
        g.fill(oval(x, y, 9, 9), "#f5cf5a")


def draw_chair(style: Style) -> str:
    """A wooden chair about the middle of its seat; the floor is at y = 264."""
    g, wood = Fragment(style), "#8a5a3a"
    for x in (-84, 84):
        g.shape(box(x - 9, -230, 18, 486), dark(wood, 0.15), width=4)
    for y in (-226, -160, -94):
        g.shape(smooth([(-86, y), (0, y - 10), (86, y), (86, y + 30), (0, y + 20), (-86, y + 30)]), wood, width=4)
    g.shape(
        "M-112 -12Q0 -24 112 -12L118 16Q0 24 -118 16Z", light(wood, 0.12), ["M-118 8Q0 16 118 8V30H-118Z"], width=4.5
    )
    for x in (-100, 100):
        g.shape(box(x - 10, 16, 20, 248), wood, width=4)
    return str(g)
