"""More things to hold: bags, boxes and small finds, the umbrella open and furled, and the tag of what is not drawn.

Each is drawn about the point where a hand grips it, in body units, like those of `props`.
"""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import math

from puppet.lettering import broken, spelled, written
from puppet.svg import Fragment, box, dark, light, mix, oval, smooth


def tag(g: Fragment, name: str, colour: str | None) -> None:
    """A block with a striped edge and a name on it: what stands in for a thing that is not drawn."""
    face, ink = mix("#fbf8f0", colour, 0.55) if colour else "#fbf8f0", "#33384a"
    g.shape("M-78 -104H78V26H-78Z", face, width=5)
    for y in (-104, 8):
        area = box(-78, y, 156, 18)
        g.fill(area, "#e9b949")
        with g.clip(area):
            for i in range(-1, 8, 2):
                g.fill(f"M{-78 + i * 22} {y + 18}h22l18 -18h-22Z", "#3a3d48")
    spelt = spelled(name.replace("-", " ")) or "?"
    lines = min(
        (broken(spelt, most) for most in range(min(10, max(map(len, spelt.split()))), 24)),
        key=lambda lines: max(max(map(len, lines)) * 5.6 / 136, (len(lines) * 8.6 - 2.6) / 74),
    )
    path, thick = written(lines, -66, -78, 132, 78)
    g.line(path, ink, thick)


def furled(g: Fragment, colour: str | None) -> None:
    """An umbrella closed and tied, held by its crook, the tip down."""
    cloth = colour or "#c23b4a"
    g.line("M0 40V-26Q0 -58 26 -58Q48 -58 46 -34", "#7d5338", 11)
    g.line("M0 30V206", "#3a2a22", 7)
    g.shape(
        "M-12 30H12Q30 60 20 108Q12 160 4 190H-4Q-12 160 -20 108Q-30 60 -12 30Z", cloth,
        ["M2 26H40V196H0Q14 110 2 26Z"], width=4.5,
    )
    g.line("M-8 36Q-16 110 -2 184M8 36Q4 100 2 184", dark(cloth, 0.45), 3, 0.8)
    g.line("M-24 92Q0 102 24 90", light(cloth, 0.3), 6)


def stick(g: Fragment) -> None:
    """The near end of an open umbrella: its crook and the length of stick before the shoulder."""
    g.line("M0 -96V40", "#3a2a22", 8)
    g.line("M0 30V52Q0 78 22 78Q42 78 40 58", "#7d5338", 11)


def canopy(g: Fragment, colour: str | None) -> None:
    """The cloth of an open umbrella and the far end of its stick, seen from within at the front edge."""
    cloth = colour or "#c23b4a"
    g.line("M0 -60V-560", "#3a2a22", 8)
    inside = dark(cloth, 0.45)
    g.shape("M-320 -352Q0 -520 320 -352Q210 -318 106 -338Q0 -310 -106 -338Q-210 -318 -320 -352Z", inside, width=4)
    rim = (
        "Q270 -396 212 -356Q160 -402 106 -352Q52 -404 0 -350Q-52 -404 -106 -352Q-160 -402 -212 -356"
        "Q-270 -396 -320 -352Z"
    )
    g.shape(
        f"M-320 -352Q-268 -530 0 -548Q268 -530 320 -352{rim}", cloth,
        ["M60 -560Q170 -480 176 -340H340V-560Z"], ["M-266 -400Q-210 -500 -100 -524Q-176 -470 -196 -396Z"], width=5,
    )
    for x in (-212, -106, 0, 106, 212):
        g.line(f"M0 -548Q{x * 0.85:.0f} -500 {x} -355", dark(cloth, 0.5), 3.5, 0.8)
    g.line("M0 -548V-574", "#3a2a22", 8)


def backpack(g: Fragment, colour: str | None) -> None:
    """Held by the loop on its top."""
    cloth = colour or "#3f6f8f"
    trim = dark(cloth, 0.35)
    g.line("M-22 34Q-24 -4 0 -4Q24 -4 22 34", trim, 9)
    for x in (-1, 1):
        g.line(f"M{x * 40} 44Q{x * 86} 90 {x * 70} 170", trim, 13)
    g.shape("M-62 82Q-64 28 0 26Q64 28 62 82L70 176Q70 200 46 200H-46Q-70 200 -70 176Z", cloth,
            [smooth([(30, 20), (44, 204), (90, 204), (90, 20)])], ["M-52 70Q-50 40 -20 36Q-44 60 -46 96Z"], width=5)
    g.shape("M-62 78Q-60 26 0 26Q60 26 62 78Q58 112 0 114Q-58 112 -62 78Z", light(cloth, 0.12), width=4)
    g.line("M0 108V138", "#8a5a38", 11)
    g.shape(box(-9, 128, 18, 16), "#d8b45c", width=3)
    g.shape("M-44 144H44V186Q44 192 36 192H-36Q-44 192 -44 186Z", light(cloth, 0.06), width=4)
    g.line("M-36 156H36", trim, 4)


def gift(g: Fragment, colour: str | None) -> None:
    """A wrapped box with a ribbon and a bow."""
    paper = colour or "#c8506a"
    g.shape("M-44 -58H44V22H-44Z", paper, [smooth([(14, -62), (20, 30), (60, 30), (60, -62)])],
        ["M-38 -52H-24V14H-38Z"], width=5)
    ribbon = light(paper, 0.6)
    g.fill(box(-6, -58, 12, 80), ribbon)
    g.fill(box(-44, -24, 88, 11), ribbon)
    g.line("M0 -60q-26 -22 -28 -2q2 10 28 2q26 -22 28 -2q-2 10 -28 2", ribbon, 6)


def parcel(g: Fragment, colour: str | None) -> None:
    """A cardboard box, taped, with a label."""
    card = colour or "#c49a66"
    g.shape("M-62 -60H62V24H-62Z", card, ["M20 -64H70V30H28Z"], width=5)
    g.shape("M-62 -60L-46 -80H78L62 -60Z", light(card, 0.25), width=4)
    g.shape("M62 -60L78 -80V4L62 24Z", dark(card, 0.3), width=4)
    g.fill("M-10 -60L6 -80H24L8 -60V-30H-10Z", mix(card, "#f4e6c4", 0.6))
    g.fill(box(-52, -18, 44, 30), "#f6f1e4")
    for y in (-10, -2):
        g.line(f"M-46 {y}H-18", "#6a6058", 3, 0.8)


def suitcase(g: Fragment, colour: str | None) -> None:
    """Held by its handle."""
    hide = colour or "#8a5436"
    g.line("M-26 26V4Q-26 -2 -20 -2H20Q26 -2 26 4V26", dark(hide, 0.5), 9)
    g.shape("M-104 40Q-104 26 -90 26H90Q104 26 104 40V160Q104 174 90 174H-90Q-104 174 -104 160Z", hide,
            ["M50 20Q60 120 30 180H120V20Z"], ["M-94 40H-76V150H-94Z"], width=5)
    for x in (-62, 50):
        g.fill(box(x, 27, 12, 146), dark(hide, 0.35))
        g.fill(box(x - 1, 84, 14, 14), "#d8b45c")
    for x, y in ((-104, 26), (82, 26), (-104, 152), (82, 152)):
        g.fill(box(x, y, 22, 22), dark(hide, 0.45), 0.8)
    g.fill(box(-20, 70, 42, 28), "#f0e2c0")
    g.fill(oval(1, 84, 9, 9), "#4f7f9a")


def bag(g: Fragment, colour: str | None) -> None:
    """A soft bag on two handles."""
    cloth = colour or "#b7855a"
    g.line("M-34 60Q-34 -6 0 -6Q34 -6 34 60", dark(cloth, 0.5), 7)
    g.shape("M-66 52H66L76 160Q76 176 58 176H-58Q-76 176 -76 160Z", cloth, [smooth([(26, 46), (44, 182), (96, 182),
        (90, 46)])],
            ["M-56 60H-40L-46 160H-62Z"], width=5)
    g.line("M-46 66Q-46 6 -8 2M46 66Q46 6 8 2", dark(cloth, 0.35), 7)
    g.line("M-64 66H64", dark(cloth, 0.35), 4, 0.7)


def seed(g: Fragment, colour: str | None) -> None:
    """One seed between finger and thumb, larger than life so that it is seen."""
    shell = colour or "#8a6238"
    with g.group("rotate(16)"):
        g.shape("M0 -66Q32 -34 26 -4Q20 20 0 22Q-20 20 -26 -4Q-32 -34 0 -66Z", shell, ["M8 -70Q16 -20 2 26H44V-70Z"],
                ["M-6 -46Q-20 -26 -16 -6Q-8 -20 -6 -46Z"], width=4.5)
        g.line("M0 -58Q-4 -24 2 14M12 -44Q12 -20 12 4", dark(shell, 0.4), 2.6, 0.8)


def coin(g: Fragment, colour: str | None) -> None:
    metal = colour or "#d9a93f"
    g.shape(oval(0, -20, 34, 36), metal, ["M10 -60Q24 -20 6 20H40V-60Z"], width=4.5)
    g.line(oval(0, -20, 25, 27), dark(metal, 0.4), 3)
    points = []
    for i in range(10):
        radius, a = (15 if i % 2 == 0 else 6.5), i * math.pi / 5 - math.pi / 2
        points.append(f"{radius * math.cos(a):.1f} {-20 + radius * math.sin(a):.1f}")
    g.fill(f"M{'L'.join(points)}Z", light(metal, 0.5))


def ticket(g: Fragment, colour: str | None) -> None:
    card = colour or "#f0d9a0"
    with g.group("rotate(-10)"):
        g.shape("M-60 -56H60V-40A10 10 0 0 0 60 -20V2H-60V-20A10 10 0 0 0 -60 -40Z", card, width=4)
        g.line("M28 -50V-2", dark(card, 0.5), 3, 0.8)
        path, thick = written(["NO 7"], -48, -46, 66, 16)
        g.line(path, dark(card, 0.6), thick)
        g.line("M-48 -16H16", dark(card, 0.4), 3, 0.8)


def chart(g: Fragment, colour: str | None) -> None:
    """A map, unfolded: creases, a coast, a dotted way to a cross."""
    paper = colour or "#ecdcb4"
    with g.group("rotate(-4)"):
        g.shape("M-92 -82L-46 -96L0 -82L46 -96L92 -82V6L46 -8L0 6L-46 -8L-92 6Z", paper,
                ["M-46 -100V0L0 12V-86ZM46 -100V0L92 12V-86Z"], width=4.5)
        g.fill("M-84 -70Q-50 -86 -34 -62Q-20 -36 -50 -22Q-72 -12 -84 -20Z", "#8fb6c4", 0.8)
        g.line("M-20 -16L-4 -30M6 -38L22 -44M32 -50L44 -56", "#8a3f34", 4)
        g.line("M54 -72L74 -52M74 -72L54 -52", "#c8373c", 6)


def candle(g: Fragment, colour: str | None) -> None:
    wax = colour or "#f4ead2"
    g.fill(oval(0, -108, 90, 90), g.glow([(0, "#ffd27a", 0.7), (0.4, "#ffc964", 0.25), (1, "#ffb84a", 0)]))
    g.shape("M-16 -76Q0 -82 16 -76V24H-16Z", wax, ["M4 -82H24V28H6Z"], width=4)
    g.line("M0 -78V-90", "#3a3038", 4)
    g.fill(smooth([(0, -140), (14, -108), (0, -88), (-14, -108)]), "#ff9a2e")
    g.fill(smooth([(0, -122), (7, -104), (0, -92), (-7, -104)]), "#fff3b8")


def bottle(g: Fragment, colour: str | None) -> None:
    glass = colour or "#4f8f6a"
    g.shape("M-12 -112H12V-72Q30 -60 30 -40V36Q30 44 22 44H-22Q-30 44 -30 36V-40Q-30 -60 -12 -72Z", glass,
            ["M10 -116Q14 -20 8 48H40V-116Z"], ["M-22 -40H-12V30H-22Z"], width=4.5)
    g.shape(box(-13, -126, 26, 18), "#b58a58", width=3)
    g.fill(box(-28, -26, 56, 40), "#f3e9d0")


def ball(g: Fragment, colour: str | None) -> None:
    rubber = colour or "#d9503f"
    g.shape(oval(0, -26, 48, 48), rubber, ["M10 -80Q40 -20 -10 28H60V-80Z"],
        ["M-34 -44Q-28 -66 -4 -68Q-24 -52 -26 -30Z"], width=5)
    g.line("M-46 -20Q0 -48 46 -32M-10 -72Q14 -26 -4 22", light(rubber, 0.6), 5)


def apple(g: Fragment, colour: str | None) -> None:
    skin = colour or "#c8373c"
    g.shape("M0 -56Q20 -72 40 -56Q56 -36 40 0Q26 26 0 18Q-26 26 -40 0Q-56 -36 -40 -56Q-20 -72 0 -56Z", skin,
            ["M14 -74Q36 -20 4 26H70V-74Z"], ["M-32 -46Q-24 -58 -12 -54Q-26 -36 -28 -18Z"], width=4.5)
    g.line("M0 -54Q2 -72 10 -82", "#6a4630", 5)
    g.fill("M8 -74Q30 -94 44 -78Q30 -62 8 -74Z", "#6f9a4c")
