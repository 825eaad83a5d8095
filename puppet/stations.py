"""A railway platform, and the train that stands at it where the words say so."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import re

from puppet.scenery import Scenery
from puppet.svg import box, dark, light, oval

TRAIN = r"trains?|locomotive|express|carriages?|wagons?|tram"  # words of a place that put a train at the platform
MOTIONS: dict[str, str] = {  # how a train may move, and the words that say so
    "passes": r"pass|passes|passing|rushes|rushing|speeds|speeding|thunders|thundering|roars|rattles|races|flies|"
    r"goes by|passing by|shoots",
    "leaves": r"leaves|leaving|departs|departing|pulls out|pulling out|sets off|rolls out|rolls away",
    "arrives": r"arrives|arriving|pulls in|pulling in|comes in|coming in|rolls in|enters|stops|comes|approaches|"
    r"approaching|pulls up",
}
CARRIAGE, HALT = 1334, -700  # design pixels: from one carriage to the next, and where one begins when the train stands
NO_TRAIN = (
    r"(?:no|without a|(?:wait(?:s|ed|ing)? for|miss(?:es|ed|ing)?|before|until|after) (?:a|the|her|his|their)"
    r"(?: \w+)?) trains?|train station"
)


def has_train(words: str) -> bool:
    """Whether a train stands at the platform that ``words`` describe."""
    told = re.sub(NO_TRAIN, " ", words.lower())
    return re.search(rf"\b(?:{TRAIN})\b", told) is not None


def motion(words: str) -> str | None:
    """How the train of ``words`` moves, a key of `MOTIONS`; None where it stands, or there is none."""
    told = re.sub(NO_TRAIN, " ", words.lower())
    for name, verbs in MOTIONS.items():
        if re.search(rf"\b(?:{TRAIN})\b(?: \w+){{0,2}}? (?:{verbs})\b|\b(?:{verbs}) (?:the |a )?(?:{TRAIN})\b", told):
            return name
    return None


def platform(s: Scenery) -> None:
    """A platform under a canopy: rails, the platform across, a clock, a bench, a board; a train where the words say."""
    across(s)
    if has_train(s.words):
        train(s)
    near(s)


def across(s: Scenery) -> None:
    """What lies behind the train."""
    s.sky(-400, -260, 2080, 700)
    _across(s)


def near(s: Scenery) -> None:
    """What stands before the train: the platform on this side and all that is on it."""
    g = s.g
    s.streaks(-400, -260, 2080, 822)
    stone = s.named("#a8a29e")
    g.fill(box(-400, 566, 2080, 460), g.gradient([(0, light(stone, 0.12)), (0.3, stone), (1, dark(stone, 0.4))]))
    for i in range(-8, 9):
        g.line(f"M{640 + i * 96} 590L{640 + i * 250} 1000", dark(stone, 0.4), 2, 0.4)
    for y in (632, 696, 790):
        g.line(f"M-400 {y}H1680", dark(stone, 0.4), 2, 0.4)
    s.block(-400, 560, 2080, 12, light(stone, 0.35))
    s.block(-400, 590, 2080, 15, s.tone("#efc23c"))
    for x in (120, 1150):
        _column(s, x)
    _canopy(s)
    _clock(s, 400, 150)
    board = s.tone("#23527c")
    g.line("M900 60V118M1050 60V118", s.tone("#3a3f4a"), 6)
    s.block(862, 116, 226, 62, s.tone("#f4f1e8"))
    s.block(868, 122, 214, 50, board)
    s.block(894, 134, 118, 10, "#fdf9ee", 0.9)
    s.block(894, 152, 78, 8, "#fdf9ee", 0.7)
    g.fill("M1036 132L1062 147L1036 162V153H1022V141H1036Z", "#fdf9ee", 0.95)
    _bench(s, 180, 612)
    for x, y, w, h, colour in ((1196, 566, 74, 92, "#8a5a3a"), (1216, 510, 58, 58, "#5a6f86")):  # luggage
        s.block(x, y, w, h, g.gradient([(0, light(s.tone(colour), 0.15)), (1, dark(s.tone(colour), 0.25))]))
        g.line(f"M{x + w * 0.32:.0f} {y}v-14h{w * 0.36:.0f}v14", dark(s.tone(colour), 0.4), 5)
        s.block(x + 12, y, 7, h, dark(s.tone(colour), 0.35))
        s.block(x + w - 19, y, 7, h, dark(s.tone(colour), 0.35))


def _across(s: Scenery) -> None:
    """What lies behind the rails: trees, the platform across with its shelter, wires, the track itself."""
    g, green = s.g, s.tone("#7d9f70")
    s.towers(-400, 1680, 400, 120, s.tone("#b4b2c0"), 70)
    for i in range(-4, 20):
        s.foliage(i * 92 + s.dice.uniform(-24, 24), 376 - s.dice.uniform(0, 40), 64, green)
    _house(s)
    steel = s.tone("#4d5560")
    for x in (-120, 208, 900, 1300):
        g.line(f"M{x} 440V90M{x} 112h120M{x} 150L{x + 100} 112", steel, 7)
    for y in (118, 150):
        g.line(f"M-400 {y}Q640 {y + 26} 1680 {y}", steel, 2.5, 0.8)
    stone = s.tone("#a09a98")
    s.block(-400, 430, 2080, 22, light(stone, 0.25))
    s.block(-400, 452, 2080, 40, dark(stone, 0.35))
    s.block(880, 372, 130, 12, s.tone("#8a5f40"))  # a bench across
    s.block(880, 346, 130, 10, s.tone("#8a5f40"))
    g.line("M894 384V430M996 384V430", steel, 6)
    ballast = s.tone("#7d736c")
    s.block(-400, 486, 2080, 90, g.gradient([(0, dark(ballast, 0.1)), (1, dark(ballast, 0.4))]))
    for i in range(-9, 34):
        g.fill(f"M{i * 50} 506h26l-8 44h-30Z", s.tone("#5a463a"), 0.9)
    for y, thick in ((508, 6), (544, 9)):
        s.block(-400, y, 2080, thick, s.tone("#c2c6ca"))
        s.block(-400, y + thick, 2080, 4, s.tone("#4a4444"))


def _house(s: Scenery) -> None:
    """The station's own house across the rails, lower than a train, which hides it."""
    g, wall, lit = s.g, s.tone("#b58468"), s.time in ("dusk", "night")
    s.block(250, 292, 420, 144, g.gradient([(0, light(wall, 0.12)), (1, dark(wall, 0.15))]))
    g.fill("M226 296L272 226H648L694 296Z", s.tone("#6d5560"))
    g.fill("M404 242L460 200L516 242Z", s.tone("#7d636e"))
    for x in (280, 362, 530, 612):
        s.block(x - 5, 316, 50, 66, light(wall, 0.4))
        s.block(x, 321, 40, 56, "#ffdc94" if lit else s.tone("#7f97a8"))
        g.line(f"M{x + 20} 321v56M{x} 349h40", light(wall, 0.4), 4)
    s.block(438, 324, 46, 112, s.tone("#5a4038"))


def train(s: Scenery) -> None:
    """Carriages at the platform, one every `CARRIAGE`, windows lit after dark."""
    g = s.g
    body, stripe, lit = s.tone("#e6e0d2"), s.tone("#b23a3f"), s.time in ("dusk", "night")
    glass = "#ffe3a6" if lit else s.tone("#6f8b9c")
    for x0 in range(HALT - CARRIAGE, 2 * CARRIAGE, CARRIAGE):
        x1 = x0 + CARRIAGE - 24
        s.block(x0, 528, CARRIAGE, 40, s.tone("#2c2a30"))
        for x in (90, 240, 390, 920, 1070, 1220):
            g.fill(oval(x0 + x, 546, 30, 30), s.tone("#3c3b44"))
            g.fill(oval(x0 + x, 546, 14, 14), s.tone("#6a6c76"))
        g.fill(
            f"M{x0} 232Q{x0 + 4} 196 {x0 + 44} 192H{x1 - 44}Q{x1 - 4} 196 {x1} 232V532H{x0}Z",
            g.gradient([(0, light(body, 0.3)), (0.5, body), (1, dark(body, 0.2))]),
        )
        g.fill(f"M{x0} 232Q{x0 + 4} 196 {x0 + 44} 192H{x1 - 44}Q{x1 - 4} 196 {x1} 232V236H{x0}Z", s.tone("#8f959c"))
        s.block(x0, 424, x1 - x0, 62, stripe)
        s.block(x0, 424, x1 - x0, 8, light(stripe, 0.35))
        s.block(x0, 492, x1 - x0, 8, stripe)
        s.block(x1 - 2, 220, 28, 310, s.tone("#3a3a42"))  # between the carriages
        for y in range(230, 530, 14):
            s.block(x1 - 2, y, 28, 4, s.tone("#55565f"))
        for x in (56, 440, 590, 740, 1030):
            _window(s, x0 + x, glass, lit)
        for x in (240, 896, 1186):
            s.block(x0 + x, 246, 104, 280, dark(body, 0.12))
            g.line(box(x0 + x + 4, 250, 96, 274), dark(body, 0.5), 4)
            g.line(f"M{x0 + x + 52} 250V524", dark(body, 0.5), 4)
            for side in (14, 62):
                g.fill(box(x0 + x + side, 274, 28, 130), glass)
            s.block(x0 + x + 40, 452, 8, 30, s.tone("#e8c25a"))


def _window(s: Scenery, x: float, glass: str, lit: bool) -> None:
    g = s.g
    g.fill(f"M{x} 286q0 -12 12 -12h96q12 0 12 12v104q0 12 -12 12h-96q-12 0 -12 -12Z", s.tone("#5a5f68"))
    g.fill(f"M{x + 7} 288q0 -7 7 -7h92q7 0 7 7v100q0 7 -7 7h-92q-7 0 -7 -7Z", glass)
    g.line(f"M{x + 7} 312h106", s.tone("#5a5f68"), 4)
    seat = s.tone("#3f6a8a")
    s.block(x + 20, 352, 30, 43, seat, 0.8)
    s.block(x + 70, 352, 30, 43, seat, 0.8)
    if not lit:
        g.fill(f"M{x + 14} 281h34l-34 60Z", "#ffffff", 0.25)


def _column(s: Scenery, x: float) -> None:
    g, iron = s.g, s.tone("#3f6158")
    s.block(x - 12, 20, 24, 580, g.gradient([(0, light(iron, 0.3)), (0.5, iron), (1, dark(iron, 0.35))], (0, 0, 1,
        0)))
    s.block(x - 22, 590, 44, 34, dark(iron, 0.2))
    s.block(x - 18, 140, 36, 14, light(iron, 0.15))
    for way in (-1, 1):
        g.line(f"M{x} 150Q{x + 20 * way} 70 {x + 96 * way} 54M{x + 30 * way} 100a16 16 0 1 0 {24 * way} -12", iron, 8)


def _canopy(s: Scenery) -> None:
    """The roof's edge: boards with a scalloped rim, lamps beneath."""
    g, wood, rim = s.g, s.tone("#6a5a52"), s.tone("#e9e1cc")
    s.block(-400, -260, 2080, 300, g.gradient([(0, dark(wood, 0.5)), (1, dark(wood, 0.2))]))
    s.block(-400, 30, 2080, 26, rim)
    for i in range(-10, 43):
        g.fill(f"M{i * 40} 52h40v12l-20 22l-20 -22Z", rim if i % 2 else light(rim, 0.4))
    g.line("M-400 54H1680", dark(rim, 0.4), 3)
    glow = {"morning": 0.0, "day": 0.0, "dusk": 0.55, "night": 0.7}[s.time]
    for x in (260, 640, 1010):
        g.fill(f"M{x - 34} 84Q{x - 30} 62 {x} 60Q{x + 30} 62 {x + 34} 84Z", s.tone("#3f6158"))
        if glow:
            g.fill(oval(x, 92, 230, 200), g.glow([(0, "#ffdf9a", glow), (1, "#ffdf9a", 0)]))
        g.fill(oval(x, 85, 24, 8), "#fff3cf" if glow else s.tone("#efe9d6"))


def _clock(s: Scenery, x: float, y: float) -> None:
    g = s.g
    g.line(f"M{x} 60V{y - 46}", s.tone("#3a3f4a"), 7)
    g.fill(oval(x, y, 52, 52), s.tone("#2f3a44"))
    g.fill(oval(x, y, 43, 43), "#fff6da" if s.time in ("dusk", "night") else s.tone("#fbf8ee"))
    for dx, dy in ((0, -36), (36, 0), (0, 36), (-36, 0), (18, -31), (31, -18), (31, 18), (18, 31), (-18, 31), (-31,
        18), (-31, -18), (-18, -31)):
        g.fill(oval(x + dx, y + dy, 3, 3), "#3a3038")
    g.line(f"M{x} {y}L{x - 16} {y - 14}", "#2c2630", 6)
    g.line(f"M{x} {y}L{x + 10} {y - 32}", "#2c2630", 4)


def _bench(s: Scenery, x: float, y: float) -> None:
    g, wood, iron = s.g, s.tone("#9a683f"), s.tone("#3a4650")
    for rail in (y - 116, y - 92, y - 68):
        s.block(x, rail, 220, 15, light(wood, 0.1))
    s.block(x - 6, y - 34, 232, 14, light(wood, 0.2))
    s.block(x - 6, y - 20, 232, 8, dark(wood, 0.3))
    for leg in (x + 18, x + 202):
        g.line(f"M{leg} {y - 120}V{y + 8}M{leg} {y - 28}l-16 36", iron, 8)
