"""Outdoor sets: street, rooftop, forest, harbour, and open country."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from puppet.scenery import Scenery
from puppet.svg import dark, light, oval


def _street_lamp(s: Scenery, x: float, foot: float, size: float) -> None:
    g, lit = s.g, {"morning": 0.0, "day": 0.0, "dusk": 0.8, "night": 0.95}[s.time]
    head = foot - 300 * size
    g.line(f"M{x} {foot}V{head}", s.tone("#3a3442"), 8 * size)
    if lit:
        g.fill(
            oval(x, head, 150 * size, 150 * size),
            g.glow([(0, "#ffe4a4", lit), (0.25, "#ffd788", lit * 0.45), (1, "#ffcf78", 0)]),
        )
    g.fill(oval(x, head, 20 * size, 26 * size), "#fff4cf" if lit else s.tone("#dfe3e2"))
    s.block(x - 24 * size, head - 32 * size, 48 * size, 9 * size, s.tone("#3a3442"))


def _window_row(
    s: Scenery,
    corner: tuple[float, float],
    step: tuple[float, float],
    size: tuple[float, float],
    skew: float,
    count: int,
) -> None:
    for i in range(count):
        x, y = corner[0] + step[0] * i, corner[1] + step[1] * i
        lit = s.dice.random() < {"morning": 0.1, "day": 0.0, "dusk": 0.5, "night": 0.6}[s.time]
        colour = "#ffdc94" if lit else s.tone("#6f7f98")
        s.g.fill(f"M{x:.0f} {y:.0f}l{size[0]:.0f} {skew:.0f}v{size[1]:.0f}l{-size[0]:.0f} {-skew:.0f}Z", colour, 0.92)


def street(s: Scenery) -> None:
    """Houses on both sides run towards a skyline; a pavement, a crossing, lamps."""
    g = s.g
    s.sky(-400, -260, 2080, 800)
    s.towers(500, 960, 480, 200, s.tone("#b3a3b4"), 66)
    left, right = s.named("#a5787a"), s.tone("#9c8074")
    ground = s.tone("#8f8692")
    s.block(-400, 474, 2080, 540, dark(ground, 0.1))
    g.fill("M-420 -260L150 -10L330 150V520L-420 780Z", g.gradient([(0, dark(left, 0.12)), (1, left)]))
    g.fill("M330 200L520 276V482L330 526Z", light(left, 0.14))
    g.fill("M1700 -260L1200 0L1030 170V520L1700 760Z", g.gradient([(0, dark(right, 0.15)), (1, right)]))
    g.fill("M1030 230L920 290V470L1030 510Z", light(right, 0.14))
    for row in range(5):
        _window_row(s, (-60, -80 + row * 122), (92, 36 - row * 13), (54, 70), 20 - row * 7, 4)
        _window_row(s, (1330, -70 + row * 120), (-76, 38 - row * 13), (-46, 66), 20 - row * 7, 4)
    for x, y, colour in ((60, 520, "#c8504a"), (240, 482, "#4f8a80")):  # shop awnings
        g.fill(f"M{x} {y - 66}l140 -22v34l-150 30Z", s.tone(colour))
        g.fill(f"M{x + 28} {y - 70}l28 -5v36l-30 6ZM{x + 84} {y - 79}l28 -5v36l-30 6Z", s.tone("#f1e7d6"))
    g.fill(
        "M-420 760L520 478H930L1700 740V1000H-420Z",
        g.gradient([(0, light(ground, 0.25)), (0.35, ground), (1, dark(ground, 0.45))]),
    )
    g.fill("M-420 760L520 478L566 478L40 1000H-420Z", light(ground, 0.12), 0.8)
    g.fill("M930 478L1700 740V1000H1400L880 478Z", light(ground, 0.12), 0.8)
    for i in range(6):
        y = 500 + i * i * 13
        s.block(700 - (8 + i * 9) / 2 + i * 3, y, 8 + i * 9, 4 + i * 5, s.tone("#f1e9d8"), 0.6)
    if s.time in ("dusk", "morning"):
        g.fill("M760 480H830L1040 900H700Z", "#ffe2a0", 0.3)
    for x, foot, size in ((430, 512, 0.72), (236, 580, 1.1), (1000, 512, 0.7), (1150, 590, 1.1)):
        _street_lamp(s, x, foot, size)


def rooftop(s: Scenery) -> None:
    """A flat roof above the skyline: parapet, water tank, string lights, vents."""
    g = s.g
    s.sky(-400, -260, 2080, 800)
    s.towers(-400, 1680, 560, 330, s.tone("#a9a5bb"), 74)
    s.towers(-400, 1680, 560, 210, s.tone("#857f98"), 92)
    wood = s.tone("#7a5a4a")
    for x in (1080, 1130, 1200, 1250):
        g.line(f"M{x} 500V330", dark(wood, 0.4), 10)
    s.block(1050, 170, 230, 170, g.gradient([(0, light(wood, 0.2)), (0.5, wood), (1, dark(wood, 0.4))], (0, 0, 1, 0)))
    g.fill("M1036 176L1165 92L1294 176Z", dark(wood, 0.35))
    for y in (206, 262, 312):
        g.line(f"M1050 {y}h230", dark(wood, 0.5), 4)
    ground = s.named("#8b858c")
    s.block(-400, 548, 2080, 480, g.gradient([(0, light(ground, 0.08)), (1, dark(ground, 0.45))]))
    for i in range(-8, 9):
        g.line(f"M{640 + i * 100} 560L{640 + i * 260} 1000", dark(ground, 0.4), 2, 0.5)
    for y in (610, 690, 800):
        g.line(f"M-400 {y}H1680", dark(ground, 0.4), 2, 0.5)
    rail = s.tone("#6f6876")
    s.block(-400, 478, 2080, 84, g.gradient([(0, light(rail, 0.12)), (1, dark(rail, 0.2))]))
    s.block(-400, 466, 2080, 18, light(rail, 0.3))
    vent = s.tone("#9aa0a8")
    s.block(90, 430, 150, 170, g.gradient([(0, light(vent, 0.2)), (1, dark(vent, 0.3))], (0, 0, 1, 0)))
    for i in range(6):
        s.block(104, 452 + i * 22, 122, 8, dark(vent, 0.5))
    g.line("M330 478V250M330 300h70M330 270h-46", s.tone("#3a3644"), 6)
    glowing = s.time in ("dusk", "night")
    for x0, x1 in ((-260, 320), (320, 900), (900, 1480)):
        g.line(f"M{x0} 130Q{(x0 + x1) / 2} 260 {x1} 130", s.tone("#2f2a36"), 3)
        for i in range(1, 9):
            t = i / 9
            bulb_x, bulb_y = x0 + (x1 - x0) * t, 130 + 260 * t * (1 - t)
            if glowing:
                g.fill(oval(bulb_x, bulb_y + 9, 40, 40), g.glow([(0, "#ffdf90", 0.75), (1, "#ffcf70", 0)]))
            g.fill(oval(bulb_x, bulb_y + 9, 8, 10), "#fff1c0" if glowing else s.tone("#e8d9a8"))
    s.plant(960, 590, 90)
    s.plant(1040, 600, 66, "#8a7a9a")


def forest(s: Scenery) -> None:
    """Trees in three depths, a path, grass and flowers; a bench where the words say park or garden."""
    g = s.g
    s.sky(-400, -260, 2080, 820)
    green = s.tone("#7fa86a")
    for depth, base in ((0.75, 470), (0.4, 510)):
        for i in range(-4, 20):
            s.foliage(
                i * 88 + s.dice.uniform(-30, 30),
                base - s.dice.uniform(60, 210),
                92,
                light(green, 0.34 * depth) if s.time != "night" else dark(green, 0.2 * depth),
            )
    s.block(-400, 500, 2080, 520, g.gradient([(0, light(green, 0.18)), (0.3, green), (1, dark(green, 0.5))]))
    path = s.tone("#c9b08a")
    g.fill(
        "M600 502H690Q720 600 1010 1000H170Q560 620 600 502Z", g.gradient([(0, light(path, 0.2)), (1, dark(path, 0.3))])
    )
    bark = s.tone("#6d5240")
    for x, width, foot, size in ((80, 66, 600, 210), (1200, 74, 616, 230), (360, 38, 540, 150), (960, 40, 545, 160)):
        g.fill(
            f"M{x - width * 0.42:.0f} 60Q{x - width * 0.3:.0f} {foot - 130} {x - width * 0.9:.0f} {foot}"
            f"H{x + width * 0.9:.0f}Q{x + width * 0.3:.0f} {foot - 130} {x + width * 0.42:.0f} 60Z",
            g.gradient([(0, light(bark, 0.2)), (0.5, bark), (1, dark(bark, 0.45))], (0, 0, 1, 0)),
        )
        for i in range(5):
            s.foliage(
                x + (i - 2) * size * 0.5, 90 - 50 * (i % 2) + s.dice.uniform(-20, 20), size * 0.66, dark(green, 0.12)
            )
    if "park" in s.words.lower() or "garden" in s.words.lower():
        wood = s.tone("#94623f")
        for y in (498, 524, 566):
            s.block(820, y, 250, 15, wood)
        for x in (840, 1036):
            s.block(x, 490, 13, 130, dark(wood, 0.5))
        _street_lamp(s, 780, 600, 0.9)
    for _ in range(60):
        at_x, at_y = s.dice.uniform(-300, 1580), s.dice.uniform(560, 860)
        if abs(at_x - 640) > 120 + (at_y - 500) * 0.8:
            g.line(
                f"M{at_x:.0f} {at_y:.0f}q3 -16 -4 -26M{at_x + 6:.0f} {at_y:.0f}q2 -14 8 -22", light(green, 0.25), 3, 0.8
            )
            if s.dice.random() < 0.4:
                g.fill(oval(at_x + 2, at_y - 28, 6, 6), s.tone(s.dice.choice(("#f4d060", "#f2f0ea", "#e58fb0"))))
    if s.time in ("morning", "dusk"):
        for x in (420, 640, 900):
            g.fill(f"M{x} -200h90L{x - 160} 760H{x - 380}Z", "#fff0c0", 0.13)


def harbour(s: Scenery) -> None:
    """The sea behind a wooden quay: boats, a lighthouse, bollards."""
    g = s.g
    s.sky(-400, -260, 2080, 660)
    sea = s.tone("#4f93b4")
    g.fill("M-400 396Q-160 300 60 372T330 396Z", s.tone("#8fa596"))
    s.block(-400, 392, 2080, 260, g.gradient([(0, light(sea, 0.35)), (0.4, sea), (1, dark(sea, 0.3))]))
    for _ in range(70):
        x, y = s.dice.uniform(-380, 1640), s.dice.uniform(402, 580)
        w = 16 + (y - 400) * 0.25
        g.line(f"M{x:.0f} {y:.0f}q{w / 2:.0f} -4 {w:.0f} 0", "#ffffff", 2.5, 0.35)
    if s.time in ("dusk", "morning", "night"):
        glint = {"dusk": "#ffd490", "morning": "#fff0c8", "night": "#cfdcff"}[s.time]
        for i in range(14):
            s.block(840 + s.dice.uniform(-40, 40), 404 + i * 12, 60 + i * 4, 4, glint, 0.5)
    tower = s.tone("#f0ebe2")
    g.fill("M150 396L166 170H214L230 396Z", tower)
    for y in (220, 290, 360):
        g.fill(
            f"M{163 - (y - 220) * 0.08:.0f} {y}h{54 + (y - 220) * 0.16:.0f}v30h{-54 - (y - 220) * 0.16:.0f}Z",
            s.tone("#c8484a"),
        )
    s.block(168, 134, 44, 36, "#fff2b8" if s.time in ("night", "dusk") else s.tone("#dfe7ea"))
    g.fill("M160 136L190 104L220 136Z", s.tone("#a83c40"))
    if s.time in ("night", "dusk"):
        g.fill("M190 150L900 40V200Z", g.gradient([(0, "#fff4c4", 0.3), (1, "#fff4c4", 0)], (0, 0, 1, 0)))
    for x, y, size, colour in ((420, 440, 0.8, "#b5524a"), (1010, 470, 1.15, s_colour(s)), (1250, 430, 0.7, "#4f7f6a")):
        hull = s.tone(colour)
        g.fill(
            f"M{x - 90 * size:.0f} {y}H{x + 100 * size:.0f}L{x + 66 * size:.0f} {y + 44 * size:.0f}"
            f"H{x - 64 * size:.0f}Z",
            hull,
        )
        g.fill(f"M{x - 90 * size:.0f} {y}H{x + 100 * size:.0f}v{8 * size:.0f}H{x - 86 * size:.0f}Z", light(hull, 0.4))
        g.line(f"M{x} {y}V{y - 190 * size:.0f}", s.tone("#4a3a30"), 6 * size)
        g.fill(f"M{x + 6} {y - 184 * size:.0f}L{x + 80 * size:.0f} {y - 20 * size:.0f}H{x + 6}Z", s.tone("#f1e8d8"))
        g.fill(f"M{x - 6} {y - 160 * size:.0f}L{x - 58 * size:.0f} {y - 20 * size:.0f}H{x - 6}Z", s.tone("#e2d6c0"))
    wood = s.tone("#9a7a5c")
    s.block(-400, 566, 2080, 460, g.gradient([(0, light(wood, 0.15)), (1, dark(wood, 0.45))]))
    s.block(-400, 560, 2080, 14, dark(wood, 0.35))
    for y in (604, 648, 704, 776, 866):
        g.line(f"M-400 {y}H1680", dark(wood, 0.5), 3, 0.7)
    for x in (240, 560, 880, 1200):
        iron = s.tone("#3d3a40")
        s.block(x - 17, 524, 34, 54, iron)
        g.fill(oval(x, 522, 28, 13), light(iron, 0.15))
        g.line(f"M{x} 540Q{x + 160} 610 {x + 320} 540", s.tone("#b89a6a"), 7, 0.9)
    _street_lamp(s, 1110, 590, 1.05)


def s_colour(s: Scenery) -> str:
    """One boat's colour is left to the seed."""
    return s.dice.choice(("#3f6fa8", "#d9a03f", "#7a5a8a"))


def neutral(s: Scenery) -> None:
    """Open country: hills behind each other, a field, a path, a few trees."""
    g = s.g
    s.sky(-400, -260, 2080, 820)
    hill = s.named("#8aa878")
    for base, lift, share in ((440, 120, 0.5), (480, 80, 0.28), (520, 50, 0.1)):
        path = f"M-400 {base}"
        for i in range(6):
            path += f"q175 {-lift * (1.4 if i % 2 else 0.7) * s.dice.uniform(0.8, 1.2):.0f} 350 0"
        g.fill(path + "V1000H-400Z", light(hill, share) if s.time != "night" else dark(hill, share))
    s.block(-400, 540, 2080, 480, g.gradient([(0, hill), (1, dark(hill, 0.5))]))
    path_colour = s.tone("#cdb58f")
    g.fill("M700 542Q640 600 560 640T260 1000H980Q900 760 760 660T740 542Z", path_colour, 0.9)
    for x, y, size in ((150, 500, 90), (1130, 510, 110), (1290, 480, 76)):
        g.line(f"M{x} {y + size * 0.9:.0f}V{y}", s.tone("#6a4c38"), 15)
        s.foliage(x, y - size * 0.4, size, s.tone("#6f9a5c"))
    for _ in range(40):
        at_x, at_y = s.dice.uniform(-300, 1580), s.dice.uniform(590, 860)
        g.line(f"M{at_x:.0f} {at_y:.0f}q3 -14 -4 -24", light(hill, 0.3), 3, 0.8)
