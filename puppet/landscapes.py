"""More sets under the sky: woods, a ship's deck, and the greenhouse with its walls of glass."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import math

from puppet.scenery import Scenery
from puppet.svg import dark, light, mix, oval


def woods(s: Scenery) -> None:
    """Trunk behind trunk under a closed roof of leaves, mist between them, ferns, a fallen log, a trail."""
    g = s.g
    green = s.tone("#5f8a55")
    far = {"morning": "#f3e3b4", "day": "#cfe3b4", "dusk": "#e0a67a", "night": "#33486e"}[s.time]
    s.block(-400, -260, 2080, 860, g.gradient([(0, mix(green, far, 0.35)), (0.55, far), (1, mix(green, far, 0.6))]))
    if s.time == "night":
        g.fill(oval(900, 190, 44, 44), "#eef0e2", 0.9)
        g.fill(oval(900, 190, 210, 210), g.glow([(0, "#cfdcff", 0.45), (1, "#cfdcff", 0)]))
    else:
        g.fill(oval(690, 330, 480, 330), g.glow([(0, "#fff8d8" if s.time != "dusk" else "#ffd9a0", 0.8), (1, far,
            0)]))
    bark = s.tone("#5d4a3e")
    for depth, foot, count, wide in ((0.72, 500, 22, 15), (0.5, 518, 15, 24), (0.26, 540, 10, 36)):
        shade = mix(bark, far, depth)
        for i in range(count):
            x = -300 + 1880 * (i + s.dice.uniform(0.15, 0.85)) / count
            lean, w = s.dice.uniform(-16, 16), wide * s.dice.uniform(0.75, 1.25)
            g.fill(f"M{x - w / 2 + lean:.0f} -260H{x + w / 2 + lean:.0f}L{x + w * 0.62:.0f} {foot - 24}"
                f"Q{x + w * 0.8:.0f} {foot} "
                   f"{x + w * 1.2:.0f} {foot + 6}H{x - w * 1.2:.0f}"
                   f"Q{x - w * 0.8:.0f} {foot} {x - w * 0.62:.0f} {foot - 24}Z", shade)
            if s.dice.random() < 0.6:
                y, way = s.dice.uniform(40, 300), s.dice.choice((-1, 1))
                g.line(f"M{x:.0f} {y:.0f}q{26 * way} -8 {52 * way} -36", shade, w * 0.22)
        g.fill(oval(640, foot - 10, 1300, 60), mix(far, "#ffffff", 0.15), 0.3)  # mist
        for i in range(-3, 18):
            s.foliage(i * 104 + s.dice.uniform(-30, 30), foot + 10, 46, mix(green, far, depth * 0.8))
    ground = mix(green, bark, 0.3)
    s.block(-400, 520, 2080, 500, g.gradient([(0, light(ground, 0.12)), (0.3, ground), (1, dark(ground, 0.5))]))
    trail = s.tone("#a98a64")
    g.fill("M664 522Q620 556 690 590Q790 640 600 730T300 1000H1010Q880 800 960 700Q1000 610 800 572Q700 548 716 522Z",
           g.gradient([(0, mix(trail, far, 0.3)), (1, dark(trail, 0.35))]), 0.85)
    for x, w, foot in ((92, 120, 650), (1188, 136, 662), (326, 66, 588), (984, 72, 592)):
        g.fill(
            f"M{x - w * 0.42:.0f} -260Q{x - w * 0.34:.0f} {foot - 150} {x - w * 0.5:.0f} {foot - 60}"
            f"Q{x - w * 0.7:.0f} {foot - 10} {x - w * 1.15:.0f} {foot}"
            f"Q{x - w * 0.4:.0f} {foot - 12} {x - w * 0.1:.0f} {foot + 8}"
            f"Q{x + w * 0.3:.0f} {foot - 12} {x + w * 1.1:.0f} {foot + 2}"
            f"Q{x + w * 0.66:.0f} {foot - 20} {x + w * 0.48:.0f} {foot - 70}"
            f"Q{x + w * 0.34:.0f} {foot - 150} {x + w * 0.4:.0f} -260Z",
            g.gradient([(0, light(bark, 0.25)), (0.45, bark), (1, dark(bark, 0.5))], (0, 0, 1, 0)),
        )
        for i in range(4):
            at = x - w * 0.28 + i * w * 0.18
            g.line(f"M{at:.0f} {-200 + i * 37}Q{at + 8:.0f} 200 {at - 4:.0f} {foot - 70 - i * 14}", dark(bark,
                0.45), 3, 0.6)
        g.fill(f"M{x - w * 0.5:.0f} {foot - 56}Q{x - w * 0.3:.0f} {foot - 120} {x - w * 0.1:.0f} {foot - 44}"
            f"Q{x - w * 0.4:.0f} {foot - 20} {x - w:.0f} {foot - 4}Z", s.tone("#7c9a4a"), 0.85)
    for i in range(-4, 18):  # the roof of leaves
        s.foliage(i * 100 + s.dice.uniform(-26, 26), -30 + s.dice.uniform(-26, 26) + 40 * math.cos(i * 1.3), 104,
            dark(green, 0.3))
    for i in range(-2, 9):
        if not 2 <= i <= 4:
            s.foliage(i * 190 + s.dice.uniform(-40, 40), 52 + s.dice.uniform(-26, 20), 84, dark(green, 0.1))
    log = s.tone("#6f5440")
    g.fill("M990 640H1230Q1254 640 1254 668T1230 696H990Z", g.gradient([(0, light(log, 0.25)), (1, dark(log, 0.4))]))
    g.fill("M1020 640Q1080 622 1150 640Q1160 652 1100 650Z", s.tone("#7c9a4a"))
    g.fill(oval(990, 668, 18, 28), s.tone("#c9a67a"))
    g.line(oval(990, 668, 10, 17) + oval(990, 668, 4, 8), s.tone("#8a6848"), 2.5)
    for x, y, size in ((250, 640, 1.0), (286, 652, 0.7), (1060, 612, 0.8)):
        s.block(x - 6 * size, y - 22 * size, 12 * size, 24 * size, s.tone("#efe4d0"))
        g.fill(f"M{x - 24 * size} {y - 20 * size}Q{x} {y - 60 * size} {x + 24 * size} {y - 20 * size}Z",
            s.tone("#c8453f"))
        for dx, dy in ((-9, -30), (6, -38), (11, -26)):
            g.fill(oval(x + dx * size, y + dy * size, 3.4 * size, 3 * size), "#f8f0e2")
    for x, y, size in ((-20, 690, 1.2), (196, 612, 0.8), (420, 596, 0.6), (470, 640, 0.6), (900, 606, 0.7), (1290,
        710, 1.3), (1120, 740, 1.0), (130, 760, 1.2)):
        _fern(s, x, y, 70 * size)
    if s.time in ("morning", "dusk", "day"):
        for x in (420, 600, 820):
            g.fill(f"M{x} -200h70L{x - 130} 700H{x - 300}Z", "#fff0c0", 0.08 if s.time == "day" else 0.16)


def _fern(s: Scenery, x: float, y: float, size: float) -> None:
    g, green = s.g, s.tone("#6f9a4c")
    for i in range(-3, 4):
        tip_x, tip_y = x + size * 0.42 * i, y - size * (1.05 - 0.09 * i * i)
        g.fill(f"M{x:.0f} {y:.0f}Q{x + size * 0.1 * i:.0f} {tip_y - size * 0.1:.0f} {tip_x:.0f} {tip_y:.0f}"
               f"Q{x + size * 0.26 * i:.0f} {tip_y + size * 0.3:.0f} {x:.0f} {y:.0f}Z", light(green,
               0.12) if i % 2 else dark(green, 0.25))


def deck(s: Scenery) -> None:
    """A ship's deck: planks, the rail before the open sea, the bridge at the right, a lifeboat, a life ring, gulls."""
    g = s.g
    s.sky(-400, -260, 2080, 600)
    sea = s.tone("#3f86ad")
    s.block(-400, 336, 2080, 260, g.gradient([(0, light(sea, 0.4)), (0.35, sea), (1, dark(sea, 0.35))]))
    g.fill("M-400 338Q-120 300 90 338Z", s.tone("#8fa3ad"), 0.8)
    for _ in range(90):
        x, y = s.dice.uniform(-380, 1640), s.dice.uniform(346, 560)
        w = 18 + (y - 340) * 0.3
        g.line(f"M{x:.0f} {y:.0f}q{w / 4:.0f} {-w / 8:.0f} {w / 2:.0f} 0t{w / 2:.0f} 0", "#ffffff", 2.5, 0.4)
    if s.time != "day":
        glint = {"dusk": "#ffd490", "morning": "#fff0c8", "night": "#cfdcff"}[s.time]
        middle = {"dusk": 970, "morning": 224, "night": 1098}[s.time]
        for i in range(13):
            s.block(middle - 30 - i * 3 + s.dice.uniform(-24, 24), 344 + i * 13, 60 + i * 6, 4, glint, 0.55)
    else:
        g.fill("M640 338h54l-10 12h-36ZM660 338v-46l26 42Z", s.tone("#f4efe4"))
    if s.time != "night":
        for x, y, size in ((470, 150, 1.0), (540, 190, 0.7), (770, 120, 0.8)):
            wing = f"q{17 * size} {-18 * size} {34 * size} 0"
            g.line(f"M{x - 34 * size} {y}{wing}{wing}", s.tone("#fdfbf4"), 6 * size)
    wood, white = s.named("#b98a5c"), s.tone("#f2f0e8")
    s.block(-400, 566, 2080, 460, g.gradient([(0, light(wood, 0.2)), (0.3, wood), (1, dark(wood, 0.45))]))
    for i in range(-14, 15):
        g.line(f"M{640 + i * 58} 566L{640 + i * 215} 1000", dark(wood, 0.55), 3, 0.55)
    for _ in range(26):
        a, t = s.dice.randrange(-13, 13), s.dice.uniform(0.05, 0.9)
        x0, x1 = 640 + a * (58 + 157 * t), 640 + (a + 1) * (58 + 157 * t)
        g.line(f"M{x0:.0f} {566 + 434 * t:.0f}H{x1:.0f}", dark(wood, 0.5), 2.5, 0.5)
    s.block(-400, 546, 2080, 26, g.gradient([(0, white), (1, dark(white, 0.25))]))
    for x in range(-360, 1680, 92):  # the rail
        s.block(x - 5, 412, 10, 140, g.gradient([(0, white), (1, dark(white, 0.25))], (0, 0, 1, 0)))
    for y in (450, 500):
        g.line(f"M-400 {y}H1680", dark(white, 0.08), 5)
    s.block(-400, 398, 2080, 18, g.gradient([(0, light(wood, 0.3)), (1, dark(wood, 0.3))]))
    _ring(s, 330, 486)
    _lifeboat(s)
    _bridge(s, white)
    rope = s.tone("#c9ad78")
    for i in range(4):
        g.line(oval(440, 628 - i * 9, 62 - i * 5, 14 - i), dark(rope, 0.15 * (i % 2)), 9)
    g.line("M640 -260L1040 400M640 -260L250 400", s.tone("#4a4650"), 3, 0.7)  # rigging


def _ring(s: Scenery, x: float, y: float) -> None:
    g = s.g
    g.line(oval(x, y, 40, 40), s.tone("#f4f0e6"), 24)
    red = s.tone("#d2443f")
    for a in range(0, 360, 90):
        a0, a1 = math.radians(a + 25), math.radians(a + 65)
        points = [(x + r * math.cos(a), y + r * math.sin(a)) for r, a in ((52, a0), (52, a1), (28, a1), (28, a0))]
        p = [f"{at_x:.1f} {at_y:.1f}" for at_x, at_y in points]
        g.fill(f"M{p[0]}A52 52 0 0 1 {p[1]}L{p[2]}A28 28 0 0 0 {p[3]}Z", red)
    g.line(oval(x, y, 56, 56), s.tone("#d8c59a"), 3)


def _lifeboat(s: Scenery) -> None:
    g, white = s.g, s.tone("#f4efe2")
    for x in (-10, 210):
        g.line(f"M{x} 566V240Q{x} 196 {x + 40} 196H{x + 60}", s.tone("#8a929a"), 13)
        g.line(f"M{x + 60} 196V270", s.tone("#5a5f68"), 4)
    g.fill("M-90 268H310Q290 366 230 372H0Q-70 366 -90 268Z", g.gradient([(0, white), (1, dark(white, 0.3))]))
    g.fill("M-90 268H310L306 292H-84Z", s.tone("#d26a3f"))
    g.fill("M-84 268Q110 220 304 268Z", s.tone("#4f7f9a"))
    g.line("M-50 330H266", dark(white, 0.25), 4)


def _bridge(s: Scenery, white: str) -> None:
    """The deck house with its windows and door, and the funnel behind it."""
    g, lit = s.g, s.time in ("dusk", "night")
    red = s.tone("#c4483f")
    g.fill("M1130 140L1150 -200H1290L1310 140Z", g.gradient([(0, light(red, 0.2)), (0.5, red), (1, dark(red, 0.4))],
        (0, 0, 1, 0)))
    g.fill("M1139 0H1301L1303 40H1136Z", s.tone("#f2ead8"))
    g.fill("M1146 -140H1294L1297 -90H1143Z", s.tone("#2c2c34"))
    s.block(930, 130, 750, 22, dark(white, 0.12))
    s.block(960, 150, 720, 170, g.gradient([(0, white), (1, dark(white, 0.14))]))
    for x in (986, 1078, 1170, 1262):
        s.block(x, 176, 76, 74, dark(white, 0.3))
        s.block(x + 6, 182, 64, 62, "#ffe0a0" if lit else s.tone("#5f8aa6"))
    s.block(920, 312, 760, 20, dark(white, 0.2))
    s.block(980, 330, 700, 254, g.gradient([(0, dark(white, 0.06)), (1, dark(white, 0.22))]))
    for x in (1042, 1240):
        g.fill(oval(x, 410, 36, 36), s.tone("#b8924a"))
        g.fill(oval(x, 410, 27, 27), "#ffe0a0" if lit else s.tone("#4f7a96"))
        if lit:
            g.fill(oval(x, 410, 110, 110), g.glow([(0, "#ffdf9a", 0.5), (1, "#ffdf9a", 0)]))
    s.block(1098, 372, 92, 206, s.tone("#8a5a38"))
    g.fill(oval(1144, 416, 22, 22), "#ffe0a0" if lit else s.tone("#4f7a96"))
    g.fill(oval(1176, 486, 6, 6), s.tone("#e0bd5a"))
    for y in (340, 402, 464, 526):  # a ladder
        g.line(f"M944 {y}h34", s.tone("#8a929a"), 6)
    g.line("M944 320V580M978 320V580", s.tone("#8a929a"), 6)


def greenhouse(s: Scenery) -> None:
    """Iron and glass on all sides, benches of pots and tomatoes along a brick path, baskets, a door at the end."""
    g = s.g
    s.sky(-400, -260, 2080, 800)
    hedge = s.tone("#86ad76")
    for i in range(-4, 18):
        s.foliage(i * 98 + s.dice.uniform(-26, 26), 410 - s.dice.uniform(0, 60), 80, light(hedge,
            0.25) if s.time != "night" else hedge)
    s.streaks(-400, -260, 2080, 800)
    g.fill("M-400 -260H1680V600H-400Z", "#eafaf2" if s.time != "night" else "#33506a", 0.16)
    floor = s.tone("#a8735c")
    s.block(-400, 520, 2080, 500, g.gradient([(0, s.tone("#8a8f70")), (1, dark(s.tone("#6f6450"), 0.4))]))
    g.fill("M560 520H720L1150 1000H130Z", g.gradient([(0, light(floor, 0.25)), (1, dark(floor, 0.3))]))
    for i, y in enumerate((536, 556, 582, 614, 654, 704, 766, 842)):
        half = 80 + (y - 520) * 0.896
        g.line(f"M{640 - half:.0f} {y}H{640 + half:.0f}", light(floor, 0.4), 3, 0.6)
        for j in range(-3, 4):
            x = 640 + (j + (0.5 if i % 2 else 0)) * half / 3.5
            g.line(f"M{x:.0f} {y}l{(x - 640) * 0.06:.0f} {12 + i * 5}", light(floor, 0.4), 2.5, 0.5)
    iron = s.tone({"morning": "#5d8c7c", "day": "#5d8c7c", "dusk": "#5a8276", "night": "#9fb8b0"}[s.time])
    for x in (460, 820):  # the end wall and its door
        g.line(f"M{x} 524V210", iron, 9)
    g.line("M460 210L640 96L820 210M460 210H820M550 524V153M730 524V153M640 96V210", iron, 8)
    g.line("M460 300H550M730 300H820M460 400H550M730 400H820M550 250H730M640 250V524M550 390H730", iron, 6)
    g.fill("M464 430H546V522H464ZM734 430H816V522H734Z", s.tone("#b07a62"))
    for sign in (-1, 1):  # side walls and roof run towards the eye
        def at(x: float) -> float:
            return 640 + (x - 640) * sign  # noqa: B023
        g.line(f"M{at(820):.0f} 210L{at(1500):.0f} -60M{at(640):.0f} 96L{at(700):.0f} -260", iron, 11)
        g.line(f"M{at(820):.0f} 300L{at(1500):.0f} 210", iron, 7)
        for x, low, high in ((900, 560, 178), (1010, 600, 134), (1160, 660, 75), (1380, 740, -12)):
            g.line(f"M{at(x):.0f} {low}V{high}L{at(640 + (x - 640) * 0.16):.0f} {high - 190}", iron,
                7 + (x - 820) / 90)
    g.line("M640 96V-260", iron, 10)
    for sign in (-1, 1):
        _bench_of_plants(s, sign)
    for x, y, size in ((316, 132, 58), (964, 132, 58)):
        _basket(s, x, y, size)
    if s.time in ("dusk", "night"):
        for x in (250, 1030):
            g.fill(oval(x, 300, 240, 220), g.glow([(0, "#ffe0a0", 0.55), (1, "#ffe0a0", 0)]))
            g.fill(oval(x, 300, 15, 18), "#fff2c8")
            g.line(f"M{x} 282V200", s.tone("#3a3a40"), 4)
    elif s.time == "morning":
        for x in (300, 560, 900):
            g.fill(f"M{x} -200h80L{x + 330} 760H{x + 140}Z", "#fff0c0", 0.16)


def _basket(s: Scenery, x: float, y: float, size: float) -> None:
    """A hanging basket, flowers spilling over its rim."""
    g, leaf = s.g, s.tone("#6fa35a")
    g.line(f"M{x} -200V{y - 78}M{x} {y - 78}L{x - size} {y}M{x} {y - 78}L{x + size} {y}", s.tone("#5a4a40"), 3)
    s.foliage(x, y - 6, size * 0.9, leaf)
    g.fill(f"M{x - size} {y}H{x + size}Q{x + size * 0.8:.0f} {y + size * 0.75:.0f} {x} {y + size * 0.78:.0f}"
           f"Q{x - size * 0.8:.0f} {y + size * 0.75:.0f} {x - size} {y}Z", s.tone("#9a7048"))
    for i in range(-2, 3):
        s.foliage(x + i * size * 0.42, y + size * (0.22 - 0.04 * i * i), size * 0.3, dark(leaf,
            0.12) if i % 2 else leaf)
    for _ in range(12):
        at_x, at_y = x + s.dice.uniform(-0.95, 0.95) * size, y + s.dice.uniform(-0.6, 0.4) * size
        g.fill(oval(at_x, at_y, 7, 7), s.tone(s.dice.choice(("#e58fb0", "#f2d64f", "#d2557a", "#f6f2ea"))))


def _bench_of_plants(s: Scenery, sign: int) -> None:
    """A long bench along one side, smaller towards the end wall: pots, seedlings, tomatoes on sticks."""
    g, wood = s.g, s.tone("#9a7048")

    def at(x: float) -> float:
        return 640 + (x - 640) * sign

    g.fill(f"M{at(850):.0f} 470L{at(1480):.0f} 600V1000H{at(1180):.0f}V668L{at(800):.0f} 492Z", dark(wood, 0.55))
    g.fill(f"M{at(850):.0f} 452L{at(1480):.0f} 560V640L{at(1180):.0f} 640L{at(800):.0f} 474Z", g.gradient([(0,
        light(wood, 0.25)), (1, wood)]))
    g.line(f"M{at(800):.0f} 474L{at(1180):.0f} 640H{at(1480):.0f}", dark(wood, 0.4), 12)
    for x, y in ((850, 500), (960, 548), (1170, 640)):
        g.line(f"M{at(x):.0f} {y}v{60 + (x - 850) * 0.25:.0f}", dark(wood, 0.3), 8 + (x - 850) / 40)
    pots = ((838, 466, 34), (876, 482, 42), (920, 486, 48), (968, 520, 58), (1030, 530, 66), (1100, 580, 80), (1190,
        600, 92))
    for i, (x, y, size) in enumerate(pots):
        if i % 3 == 2:  # tomatoes
            px = at(x)
            g.line(f"M{px:.0f} {y - size * 0.4:.0f}V{y - size * 3:.0f}", s.tone("#b79a62"), 5)
            for k in range(5):
                s.foliage(px + (k % 2 * 2 - 1) * size * 0.3, y - size * (0.8 + k * 0.48), size * 0.46,
                    s.tone("#5f9450"))
                g.fill(oval(px - (k % 2 * 2 - 1) * size * 0.34, y - size * (0.9 + k * 0.45), size * 0.15,
                    size * 0.15), s.tone("#d8453a"))
            clay = s.tone("#b5654a")
            g.fill(f"M{px - size * 0.4:.0f} {y - size * 0.6:.0f}h{size * 0.8:.0f}"
                f"l{-size * 0.12:.0f} {size * 0.62:.0f}h{-size * 0.56:.0f}"
                f"Z", g.gradient([(0, light(clay, 0.2)), (1, dark(clay, 0.3))], (0, 0, 1, 0)))
        else:
            s.plant(at(x), y, size, ("#b5654a", "#c98a5a", "#8a7a9a")[i % 3])
            if i % 2:
                for _ in range(4):
                    g.fill(oval(at(x) + s.dice.uniform(-0.6, 0.6) * size, y - size * s.dice.uniform(1.1, 1.7),
                        size * 0.12, size * 0.12), s.tone(s.dice.choice(("#e58fb0", "#f2d64f", "#f2efe9"))))
