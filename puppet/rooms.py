"""More indoor sets: kitchen, living room, office, classroom."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from puppet.lettering import written
from puppet.scenery import Scenery
from puppet.svg import box, dark, light, oval


def _cupboards(s: Scenery, x0: float, x1: float, y: float, height: float, colour: str, step: float = 110) -> None:
    """A row of cupboard doors with knobs."""
    g, count = s.g, max(1, round((x1 - x0) / step))
    s.block(x0, y, x1 - x0, height, g.gradient([(0, light(colour, 0.1)), (1, dark(colour, 0.18))]))
    wide = (x1 - x0) / count
    for i in range(count):
        x = x0 + i * wide
        g.line(box(x + 9, y + 10, wide - 18, height - 20), dark(colour, 0.3), 3, 0.8)
        g.line(f"M{x:.0f} {y}v{height}", dark(colour, 0.45), 3)
        g.fill(oval(x + (wide - 20 if i % 2 == 0 else 20), y + height * 0.5, 6, 6), s.tone("#d8b45c"))


def kitchen(s: Scenery) -> None:
    """Cupboards, a sink under the window, a stove with its hood, a fridge, pans on hooks, a table at the left."""
    g = s.g
    wall, cream = s.named("#d9c9a6"), s.tone("#7fa39a")
    s.wall(wall, s.tone("#b98e68"))
    for row, y in enumerate((575, 604, 646, 706, 790)):  # chequered floor
        top, bottom = y, (604, 646, 706, 790, 900)[row]
        for i in range(-12, 12):
            if (i + row) % 2 == 0:
                a, b = 66 * (0.9 + (top - 575) / 155), 66 * (0.9 + (bottom - 575) / 155)
                g.fill(
                    f"M{640 + i * a:.0f} {top}h{a:.0f}L{640 + (i + 1) * b:.0f} {bottom}h{-b:.0f}Z",
                    s.tone("#e8dcc4"), 0.5
                )
    tile = s.tone("#f0ece0")
    s.block(-400, 320, 2080, 112, tile)
    for x in range(-390, 1680, 44):
        g.line(f"M{x} 320v112", dark(tile, 0.18), 2)
    for y in (320, 357, 394):
        g.line(f"M-400 {y}H1680", dark(tile, 0.18), 2)
    s.window(210, 70, 300, 230, (2, 2), s.tone("#f2ead8"))
    for x, bow in ((196, 1), (524, -1)):
        g.fill(
            f"M{x} 54H{x + 150 * bow}Q{x + 112 * bow} 130 {x + 10 * bow} 178Z", s.tone("#d97a62"), 0.95
        )
    g.line("M180 54H540", s.tone("#6a4a38"), 7)
    _cupboards(s, -60, 160, 40, 210, cream)
    _cupboards(s, 560, 800, 40, 210, cream)
    s.block(-60, 250, 220, 8, dark(cream, 0.5), 0.6)
    s.block(560, 250, 240, 8, dark(cream, 0.5), 0.6)
    if s.time == "morning":  # the sun comes in low
        g.fill("M214 76H506L1010 760H560Z", "#ffe6ac", 0.3)
    steel = s.tone("#b6bdc2")  # the hood, and pans on a rail beside it
    s.block(892, -80, 76, 170, g.gradient([(0, light(steel, 0.2)), (1, dark(steel, 0.2))], (0, 0, 1, 0)))
    g.fill("M892 90H968L1026 186H834Z", g.gradient([(0, light(steel, 0.3)), (1, dark(steel, 0.25))]))
    s.block(826, 184, 208, 16, dark(steel, 0.3))
    glow = 0.5 if s.time in ("dusk", "night") else 0.14
    g.fill(oval(930, 300, 190, 150), g.glow([(0, "#ffe2a0", glow), (1, "#ffe2a0", 0)]))
    g.line("M576 286H790", s.tone("#4a3a34"), 6)
    for x, size, colour in ((612, 26, "#b5683f"), (676, 32, "#4c4a52"), (744, 24, "#b5683f")):
        pan = s.tone(colour)
        g.line(f"M{x} 288v34", dark(pan, 0.4), 6)
        g.fill(oval(x, 322 + size, size, size), g.gradient([(0, light(pan, 0.3)), (1, dark(pan, 0.3))]))
        g.fill(oval(x, 322 + size, size * 0.68, size * 0.68), dark(pan, 0.3))
    _cupboards(s, -400, 828, 446, 158, cream, 122)
    _cupboards(s, 1032, 1100, 446, 158, cream)
    worktop = s.tone("#c79a68")
    s.block(-400, 428, 1228, 22, light(worktop, 0.15))
    s.block(1032, 428, 68, 22, light(worktop, 0.15))
    s.block(-400, 450, 1228, 6, dark(worktop, 0.5), 0.5)
    s.block(-400, 600, 1500, 12, dark(cream, 0.6))
    g.line("M352 428V382Q352 356 378 356Q400 356 400 380", s.tone("#c9d0d4"), 10)  # tap and sink
    g.fill("M296 428H440L428 452H308Z", dark(steel, 0.25))
    enamel = s.tone("#ece7dc")  # the stove
    s.block(828, 424, 204, 180, g.gradient([(0, enamel), (1, dark(enamel, 0.2))]))
    s.block(824, 414, 212, 14, s.tone("#3a3a42"))
    for x in (852, 890, 970, 1008):
        g.fill(oval(x, 446, 9, 9), s.tone("#3f4048"))
    s.block(852, 478, 156, 92, s.tone("#2f3138"))
    s.block(862, 488, 136, 72, "#e88a3c" if s.time in ("dusk", "night") else s.tone("#4a4d57"), 0.85)
    g.line("M848 468H1012", steel, 7)
    kettle = s.tone("#c8453f")
    g.fill("M862 412Q858 362 894 360Q930 362 926 412Z", g.gradient([(0, light(kettle, 0.3)), (1, dark(kettle,
        0.25))]))
    g.line("M872 366Q894 326 918 366", s.tone("#2f2a30"), 6)
    g.line("M924 390L946 372", kettle, 9)
    s.block(958, 368, 60, 44, g.gradient([(0, light(steel, 0.3)), (1, dark(steel, 0.2))], (0, 0, 1, 0)))
    s.block(952, 362, 72, 9, dark(steel, 0.25))
    fridge = s.tone("#e6ede8")
    s.block(1100, 120, 230, 488, g.gradient([(0, light(fridge, 0.3)), (1, dark(fridge, 0.16))], (0, 0, 1, 0)))
    g.line("M1100 292H1330", dark(fridge, 0.45), 4)
    g.line("M1118 200V262M1118 322V412", dark(fridge, 0.55), 9)
    for x, y, colour in ((1190, 170, "#f2c744"), (1240, 200, "#e58fb0"), (1200, 226, "#8fc4e0")):
        s.block(x, y, 38, 34, s.tone(colour))
    china = s.tone("#f4efe4")
    for i in range(3):
        g.fill(oval(120 + 4 * i, 422 - i * 7, 42 - 4 * i, 8), china if i % 2 else s.tone("#8fb0c8"))
    s.block(600, 374, 44, 54, s.tone("#d0a463"))  # bread box, jars
    s.block(652, 384, 34, 44, s.tone("#b86a4a"))
    s.block(694, 392, 28, 36, s.tone("#7f9f97"))
    s.plant(560, 426, 44)
    table = s.tone("#c08d5c")
    s.block(126, 644, 24, 220, dark(table, 0.6))
    g.fill(oval(140, 648, 210, 34), dark(table, 0.35))
    g.fill(oval(140, 640, 210, 32), light(table, 0.08))
    g.fill("M78 604H206Q198 642 142 642Q86 642 78 604Z", s.tone("#5f83a6"))
    for x, y, colour in ((108, 596, "#d8453f"), (142, 588, "#e8a53c"), (176, 597, "#7fae4a")):
        g.fill(oval(x, y, 21, 20), s.tone(colour))
        g.fill(oval(x - 6, y - 7, 6, 5), "#ffffff", 0.35)


def living_room(s: Scenery) -> None:
    """A sofa under pictures, a window, a sideboard, a standing lamp, a rug."""
    g = s.g
    s.wall(s.named("#b3a892"), s.tone("#8c6e54"))
    g.fill(oval(600, 704, 470, 74), s.tone("#8a4a4a"), 0.85)
    g.fill(oval(600, 704, 404, 60), s.tone("#c98f6a"), 0.6)
    g.fill(oval(600, 704, 330, 46), s.tone("#8a4a4a"), 0.5)
    s.window(70, 80, 300, 300, (2, 2), s.tone("#e6ddcf"))
    curtain = s.tone("#5f7a6a")
    for x, bow in ((26, 1), (414, -1)):
        g.fill(f"M{x} 48Q{x + 64 * bow} 250 {x + 20 * bow} 560H{x - 40 * bow}V48Z", curtain)
        g.line(f"M{x + 8 * bow} 60Q{x + 42 * bow} 250 {x + 4 * bow} 552", dark(curtain, 0.4), 4, 0.6)
    g.line("M-20 46H466", s.tone("#6a4a38"), 10)
    for x, y, w, h, colour in ((520, 120, 120, 150, "#7f9fa8"), (664, 96, 190, 130, "#cfae7a"), (664, 246, 90, 70,
        "#9a86b0"),
                               (772, 246, 82, 70, "#b87a6a")):
        s.block(x - 8, y - 8, w + 16, h + 16, s.tone("#5a4030"))
        s.block(x, y, w, h, light(s.tone(colour), 0.2))
        g.fill(f"M{x} {y + h}L{x + w * 0.35:.0f} {y + h * 0.4:.0f}L{x + w * 0.6:.0f} {y + h * 0.7:.0f}"
               f"L{x + w * 0.8:.0f} {y + h * 0.5:.0f}L{x + w} {y + h}Z", dark(s.tone(colour), 0.25))
    sofa = s.tone("#b0643f")
    s.block(380, 600, 20, 26, s.tone("#4a3328"))
    s.block(880, 600, 20, 26, s.tone("#4a3328"))
    g.fill("M380 400Q380 372 410 372H872Q902 372 902 400V520H380Z", g.gradient([(0, light(sofa, 0.16)), (1,
        dark(sofa, 0.2))]))
    g.line("M641 380V500", dark(sofa, 0.35), 4)
    g.fill("M372 494H910V560H372Z", light(sofa, 0.14))
    g.line("M641 496V558", dark(sofa, 0.35), 4)
    s.block(350, 552, 580, 56, g.gradient([(0, sofa), (1, dark(sofa, 0.3))]))
    for x in (330, 886):
        g.fill(f"M{x} 470Q{x} 440 {x + 32} 440Q{x + 64} 440 {x + 64} 470V608H{x}Z", g.gradient([(0, light(sofa,
            0.2)), (1, dark(sofa, 0.28))]))
    for x, colour, lean in ((436, "#e0b84f", -8), (806, "#5f8f9a", 8)):
        with g.group(f"rotate({lean} {x} 460)"):
            g.fill(f"M{x - 50} 412Q{x} 424 {x + 50} 412Q{x + 40} 460 {x + 50} 506Q{x} 494 {x - 50} 506"
                f"Q{x - 40} 460 {x - 50} 412Z", s.tone(colour))
    board = s.tone("#7c583f")
    s.block(1010, 430, 330, 160, g.gradient([(0, board), (1, dark(board, 0.35))]))
    s.block(996, 416, 360, 20, light(board, 0.22))
    for x in (1020, 1130, 1240):
        g.line(box(x, 448, 94, 126), dark(board, 0.5), 3)
        g.fill(oval(x + 47, 512, 6, 6), s.tone("#d8b45c"))
    s.books(1030, 1170, 416, 66)
    s.plant(1240, 418, 84)
    shine = 0.62 if s.time in ("night", "dusk") else 0.14
    g.fill(oval(950, 250, 240, 220), g.glow([(0, "#ffd88a", shine), (1, "#ffd88a", 0)]))
    g.line("M950 600V240", s.tone("#3a3038"), 8)
    g.fill(oval(950, 604, 44, 9), s.tone("#3a3038"))
    g.fill("M902 256L924 164H976L998 256Z", "#ffe3a0" if shine > 0.3 else s.tone("#ead9b0"))


def office(s: Scenery) -> None:
    """Desks with screens, swivel chairs, a long window with blinds, a chart on the wall, files."""
    g = s.g
    s.wall(s.named("#c3cad0"), s.tone("#7d8894"))
    s.block(-400, -260, 2080, 300, s.tone("#e9ecec"))
    for x in (60, 420, 780, 1140):  # strip lights
        s.block(x, -6, 230, 16, "#fffdf0" if s.time != "day" else s.tone("#fbfaf2"))
        if s.time in ("night", "dusk"):
            g.fill(oval(x + 115, 20, 230, 110), g.glow([(0, "#fff6d8", 0.5), (1, "#fff6d8", 0)]))
    s.window(40, 90, 520, 270, (4, 1), s.tone("#e7eaec"))
    for i in range(7):
        s.block(34, 84 + i * 13, 532, 6, s.tone("#f2f2ee"), 0.9)
    board = s.tone("#fbfbf8")  # the chart
    s.block(730, 84, 300, 220, s.tone("#8f9aa2"))
    s.block(740, 94, 280, 200, board)
    for i, (tall, colour) in enumerate(((60, "#4f86a8"), (96, "#4f86a8"), (82, "#4f86a8"), (132, "#d9823f"))):
        s.block(770 + i * 46, 270 - tall, 30, tall, s.tone(colour))
    g.line("M760 112V272H1000", s.tone("#5a6068"), 4)
    g.line("M776 226L822 184L868 200L914 140L980 118", s.tone("#c8484a"), 5)
    for i, colour in enumerate(("#f2d64f", "#f09ab0", "#9fd08a")):
        s.block(640, 110 + i * 62, 46, 44, s.tone(colour))
    metal = s.tone("#8a949c")  # files
    s.block(1110, 236, 220, 360, g.gradient([(0, light(metal, 0.2)), (1, dark(metal, 0.2))], (0, 0, 1, 0)))
    for y in (240, 330, 420, 510):
        g.line(box(1118, y + 4, 204, 80), dark(metal, 0.4), 3)
        s.block(1184, y + 26, 70, 10, dark(metal, 0.55))
    s.books(1120, 1320, 234, 62)
    for x, way in ((30, 1), (730, -1)):
        _desk(s, x, way)
    s.plant(640, 590, 96, "#e3e0d8")


def _desk(s: Scenery, x: float, way: int) -> None:
    """A desk of 380 with a screen, a keyboard, papers; its chair stands before it, on the side of ``way``."""
    g, top, leg = s.g, s.tone("#d2a878"), s.tone("#4c525c")
    s.block(x + 14, 462, 14, 150, leg)
    s.block(x + 352, 462, 14, 150, leg)
    s.block(x + 240 if way > 0 else x + 20, 462, 120, 130, light(leg, 0.25))
    for y in (468, 510, 552):
        g.line(box(x + (246 if way > 0 else 26), y, 108, 36), dark(leg, 0.2), 3)
    s.block(x, 444, 380, 20, light(top, 0.15))
    s.block(x, 462, 380, 6, dark(top, 0.45))
    at = x + (110 if way > 0 else 260)
    g.fill(f"M{at - 10} 444V412H{at + 10}V444ZM{at - 40} 446V438H{at + 40}V446Z", leg)
    s.block(at - 96, 296, 192, 122, s.tone("#2c3038"))
    lit = s.time in ("night", "dusk")
    if lit:
        g.fill(oval(at, 356, 200, 150), g.glow([(0, "#bfe2ff", 0.4), (1, "#bfe2ff", 0)]))
    s.block(at - 88, 304, 176, 100, "#bfe0f4" if lit else s.tone("#9cc4dc"))
    for i, w in enumerate((120, 90, 132, 70)):
        s.block(at - 76, 318 + i * 20, w, 8, "#ffffff", 0.7)
    s.block(at - 50, 436, 112, 8, s.tone("#eceff0"))
    mug = x + (330 if way > 0 else 60)
    s.block(mug, 414, 26, 30, s.tone("#c8504a"))
    s.block(mug - 74, 432, 56, 12, s.tone("#f6f4ec"))
    seat, chair = s.tone("#39506a"), x + (150 if way > 0 else 230)
    g.fill(f"M{chair - 52} 470Q{chair - 56} 366 {chair} 364Q{chair + 56} 366 {chair + 52} 470Z",
           g.gradient([(0, light(seat, 0.2)), (1, dark(seat, 0.2))]))
    g.fill(f"M{chair - 66} 500Q{chair} 484 {chair + 66} 500V520H{chair - 66}Z", seat)
    g.line(f"M{chair} 520V590M{chair} 584L{chair - 56} 612M{chair} 584L{chair + 56} 612M{chair} 584V618", leg, 9)
    for foot, y in ((-56, 616), (56, 616), (0, 622)):
        g.fill(oval(chair + foot, y, 9, 9), s.tone("#2c2c32"))


def classroom(s: Scenery) -> None:
    """A blackboard with sums, an alphabet above it, a globe on the teacher's desk, rows of small desks."""
    g = s.g
    s.wall(s.named("#d6cfae"), s.tone("#a87f58"))
    s.block(-400, 430, 2080, 130, s.tone("#9fb59a"))
    s.block(-400, 424, 2080, 10, s.tone("#6f8a70"))
    s.window(-30, 90, 290, 310, (2, 3), s.tone("#f0ead8"))
    frame, slate = s.tone("#8a5f3c"), s.tone("#2f5548")
    s.block(326, 112, 640, 298, frame)
    s.block(342, 128, 608, 260, g.gradient([(0, light(slate, 0.08)), (1, dark(slate, 0.15))]))
    s.block(326, 398, 640, 16, light(frame, 0.2))
    chalk = "#f4f2e6"
    for text, x, y, w in (("7 3 - 4", 372, 156, 150), ("A B C", 372, 240, 130), ("2 4 6 8", 752, 156, 160)):
        path, thick = written([text], x, y, w, 44)
        g.line(path, chalk, thick * 0.8, 0.85)
    g.line("M380 318H540M380 346H500", chalk, 4, 0.7)
    g.fill(oval(830, 300, 54, 54) + oval(830, 300, 50, 50), chalk, 0.0)
    g.line(oval(830, 296, 52, 52), chalk, 4, 0.8)
    g.line("M830 296L874 270M830 296H882M830 296L856 340", chalk, 4, 0.8)
    for x, colour in ((420, "#f4f2e6"), (470, "#f0c06a"), (700, "#9fd0e8")):
        s.block(x, 394, 30, 7, s.tone(colour))
    for i, letter in enumerate("ABCDEFGH"):
        card = s.tone(("#f2d06a", "#e99a86", "#9fc6dc", "#b3d296")[i % 4])
        s.block(342 + i * 78, 48, 58, 50, card)
        path, thick = written([letter], 342 + i * 78 + 16, 57, 26, 32)
        g.line(path, s.tone("#3a3a48"), thick)
    s.block(1010, 110, 240, 180, s.tone("#8a6a48"))  # a map
    s.block(1018, 118, 224, 164, s.tone("#a9cfdf"))
    for path in ("M1034 150Q1080 130 1100 160Q1090 200 1064 236Q1050 200 1034 150Z",
                 "M1130 148Q1190 128 1226 156Q1220 200 1180 190Q1176 236 1150 230Q1150 190 1130 148Z"):
        g.fill(path, s.tone("#8fb070"))
    g.fill(oval(1130, 62, 34, 34), s.tone("#4a3a34"))
    g.fill(oval(1130, 62, 28, 28), s.tone("#fbf8ee"))
    g.line("M1130 62V42M1130 62L1144 70", s.tone("#3a3038"), 4)
    desk = s.tone("#8f623e")
    s.block(950, 452, 300, 160, g.gradient([(0, desk), (1, dark(desk, 0.35))]))
    s.block(934, 438, 332, 20, light(desk, 0.22))
    g.line(box(966, 470, 268, 120), dark(desk, 0.4), 3)
    g.line("M1190 438V424M1164 438H1216", s.tone("#7a5a30"), 8)
    g.line("M1156 340A54 54 0 0 0 1222 420", s.tone("#c79a3f"), 6)
    g.fill(oval(1190, 374, 42, 42), g.glow([(0, s.tone("#a8d4ea")), (1, s.tone("#4f8ab0"))], 0.35, 0.3, 0.8))
    g.fill("M1164 356Q1184 340 1200 354Q1196 378 1180 388Q1166 376 1164 356ZM1206 366Q1224 366 1228 380"
        "Q1220 400 1208 398Z", s.tone("#7fae5f"))
    s.books(976, 1070, 438, 44)
    for tall, x in ((0, 40), (0, 250), (0, 790), (22, -60), (22, 1120)):
        _school_desk(s, x, 560 + tall * 2.4, 1 + tall / 60)
    if s.time in ("dusk", "night"):
        s.lamp(290, 20, s.tone("#5f8f8a"))
        s.lamp(1000, 20, s.tone("#5f8f8a"))


def _school_desk(s: Scenery, x: float, y: float, size: float) -> None:
    g, wood, iron = s.g, s.tone("#c4935c"), s.tone("#4a5560")
    w = 150 * size
    for leg in (x + 14, x + w - 14):
        g.line(f"M{leg:.0f} {y + 12:.0f}V{y + 96 * size:.0f}", iron, 7 * size)
    s.block(x + 8, y + 14, w - 16, 26 * size, dark(wood, 0.35))
    g.fill(f"M{x} {y}L{x + 12} {y - 16 * size:.0f}H{x + w - 12:.0f}L{x + w:.0f} {y}v{14 * size:.0f}H{x}Z",
        light(wood, 0.12))
    s.block(x, y, w, 12 * size, dark(wood, 0.15))
    s.block(x + 40 * size, y - 18 * size, 40 * size, 10 * size, s.tone("#d0574f"))
