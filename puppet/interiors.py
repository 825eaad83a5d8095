"""Indoor sets: café, bedroom, library, studio."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from puppet.scenery import Scenery
from puppet.svg import box, dark, light, oval


def cafe(s: Scenery) -> None:
    """Windows on the town, a counter with its machine, shelves, pendant lamps, a table at the left."""
    g = s.g
    s.wall(s.named("#8f6a4e"), s.tone("#7d5638"))
    s.window(40, 60, 480, 400, (3, 2), s.tone("#4a3328"))
    wood = s.tone("#5a3a2a")
    for y in (176, 276, 376):
        s.books(772, 1180, y, 66)
        s.block(756, y, 440, 12, wood)
        s.block(756, y + 12, 440, 8, "#000000", 0.2)
    s.block(1230, 70, 190, 240, s.tone("#2f3a38"))  # the menu board
    for i in range(7):
        g.line(f"M{1252} {104 + i * 28}h{90 + 40 * (i % 3)}", "#e9e2d0", 4, 0.6)
    for x, shade in ((330, "#2f4a46"), (690, "#2f4a46"), (1050, "#2f4a46")):
        s.lamp(x, 78, s.tone(shade))
    front = s.tone("#7a4f36")
    s.block(660, 470, 900, 150, g.gradient([(0, front), (1, dark(front, 0.4))]))
    s.block(636, 452, 940, 26, light(front, 0.28))
    for x in range(680, 1560, 92):
        s.block(x, 492, 5, 124, dark(front, 0.5), 0.7)
    steel = s.tone("#c7ccd2")
    s.block(1030, 352, 156, 102, steel)
    s.block(1030, 352, 156, 26, light(steel, 0.5))
    s.block(1062, 394, 92, 50, dark(steel, 0.6))
    g.fill(oval(1162, 366, 6, 6), "#e8574a")
    china = s.tone("#efe6d8")
    for i in range(4):
        s.block(820 + i * 44, 424, 32, 28, china)
    table = s.tone("#c08d5c")
    s.block(150, 640, 22, 220, dark(table, 0.6))
    g.fill(oval(160, 644, 200, 32), dark(table, 0.35))
    g.fill(oval(160, 636, 200, 30), table)
    g.fill("M84 594h54v20q-4 22 -27 22t-27 -22Z", china)
    s.plant(580, 572, 84)


def bedroom(s: Scenery) -> None:
    """A bed under the window, a desk with a lamp, pictures, a rug."""
    g = s.g
    s.wall(s.named("#a9a3bd"), s.tone("#9a7453"))
    g.fill(oval(640, 690, 420, 72), s.tone("#b56a72"), 0.85)
    g.fill(oval(640, 690, 360, 58), s.tone("#d9a08e"), 0.6)
    s.window(90, 80, 330, 300, (2, 2), s.tone("#efe7da"))
    curtain = s.tone("#c98a7a")
    for x, bow in ((40, 1), (470, -1)):
        g.fill(
            f"M{x} 50Q{x + 70 * bow} 230 {x + 16 * bow} 470H{x - 34 * bow}Q{x - 10 * bow} 240 {x - 30 * bow} 50Z",
            curtain,
        )
    g.line("M0 48H520", s.tone("#6a4a38"), 10)
    bed, cover = s.tone("#7a5138"), s.tone("#5f7fa8")
    s.block(-60, 400, 60, 240, bed)
    g.fill("M-40 500H470Q500 500 500 540V628H-40Z", cover)
    g.fill("M-40 500H470Q500 500 500 532Q240 556 -40 530Z", light(cover, 0.3))
    g.fill("M-20 452Q60 430 150 456Q166 490 150 512H-20Z", s.tone("#f2ebe0"))
    s.block(470, 520, 34, 124, bed)
    desk = s.tone("#8a5f40")
    s.block(860, 452, 420, 22, light(desk, 0.15))
    for x in (880, 1236):
        s.block(x, 474, 22, 150, desk)
    s.block(1080, 474, 150, 76, dark(desk, 0.15))
    s.books(900, 1040, 452, 60)
    lamp = 0.6 if s.time in ("night", "dusk") else 0.15
    g.fill(oval(1180, 360, 230, 210), g.glow([(0, "#ffd88a", lamp), (1, "#ffd88a", 0)]))
    g.line("M1180 452V380", s.tone("#3a3a44"), 7)
    g.fill("M1136 384L1156 326H1204L1224 384Z", s.tone("#e8c27a") if lamp < 0.3 else "#ffe3a0")
    for x, y, w, h, colour in (
        (620, 120, 130, 160, "#7f9fa8"), (780, 150, 100, 100, "#d0a070"), (960, 110, 150, 110, "#9a86b0"),
    ):
        s.block(x - 8, y - 8, w + 16, h + 16, s.tone("#5a4030"))
        s.block(x, y, w, h, s.tone(colour))
        g.fill(oval(x + w * s.dice.uniform(0.35, 0.65), y + h * 0.6, w * 0.26, h * 0.22), light(s.tone(colour), 0.4))
    s.plant(800, 574, 96, "#e3d6c2")


def library(s: Scenery) -> None:
    """Tall shelves on both sides of a window, a ladder, a reading lamp."""
    g = s.g
    s.wall(s.named("#6f5748"), s.tone("#6d4a34"))
    s.window(510, 60, 260, 380, (2, 3), s.tone("#4a3328"))
    wood = s.tone("#553726")
    for x0, x1 in ((-200, 450), (830, 1480)):
        s.block(x0 - 10, -60, x1 - x0 + 20, 640, dark(wood, 0.3))
        for y in (70, 180, 290, 400, 510):
            s.books(x0 + 8, x1 - 8, y, 88)
            s.block(x0 - 10, y, x1 - x0 + 20, 14, wood)
    for x in (300, 366):
        g.line(f"M{x} -40L{x + 50} 590", s.tone("#a67a4e"), 11)
    for i in range(9):
        g.line(f"M{306 + i * 5} {30 + i * 62}h64", s.tone("#a67a4e"), 8)
    s.lamp(640, 30, s.tone("#3f5a4a"))
    s.plant(800, 590, 90)


def studio_room(s: Scenery) -> None:
    """A workshop for pictures: a pale paper sweep, lights on stands, an easel."""
    g = s.g
    s.wall(s.named("#8d9097"), s.tone("#777377"))
    paper = s.tone("#d9d6d0")
    g.fill(
        "M300 -120H980V520Q1000 640 1180 860H100Q280 640 300 520Z",
        g.gradient([(0, light(paper, 0.2)), (0.6, paper), (1, dark(paper, 0.16))]),
    )
    s.block(280, -130, 720, 26, s.tone("#3a3a40"))
    for x, lean in ((150, 1), (1130, -1)):
        for foot in (-50, 0, 50):
            g.line(f"M{x} 560L{x + foot} 660", s.tone("#2c2c32"), 7)
        g.line(f"M{x} 570V230", s.tone("#2c2c32"), 8)
        g.fill(oval(x + 60 * lean, 190, 260, 230), g.glow([(0, "#fff6dc", 0.5), (1, "#fff6dc", 0)]))
        g.fill(f"M{x - 50 * lean} 150L{x + 70 * lean} 120V270L{x - 50 * lean} 240Z", s.tone("#33333a"))
        g.fill(f"M{x + 64 * lean} 122L{x + 74 * lean} 120V270L{x + 64 * lean} 268Z", "#fffbe6")
    wood = s.tone("#a57b52")
    for x in (1250, 1330, 1410):
        g.line(f"M1330 120L{x} 640", wood, 10)
    s.block(1240, 190, 180, 220, s.tone("#f3ede0"))
    for _ in range(5):
        g.fill(
            oval(1270 + s.dice.uniform(0, 120), 220 + s.dice.uniform(0, 160), 34, 24),
            s.tone(s.dice.choice(("#c8604a", "#4f86a8", "#d9a84a", "#7a9a5a"))),
            0.8,
        )
    s.plant(60, 590, 110, "#6a6a72")


def plain_room(s: Scenery) -> None:
    """A window, a sideboard, a picture."""
    g = s.g
    s.wall(s.named("#a79c8e"), s.tone("#8c6e54"))
    s.window(110, 90, 340, 330, (2, 2), s.tone("#e6ddcf"))
    board = s.tone("#7c583f")
    s.block(800, 420, 420, 170, g.gradient([(0, board), (1, dark(board, 0.35))]))
    s.block(784, 406, 452, 20, light(board, 0.22))
    for x in (806, 946, 1086):
        g.line(box(x + 6, 440, 122, 136), dark(board, 0.5), 3)
        g.fill(oval(x + 67, 508, 6, 6), s.tone("#d8b45c"))
    s.books(826, 960, 406, 62)
    s.plant(1150, 408, 80)
    s.block(860, 130, 250, 170, s.tone("#5a4030"))
    s.block(874, 144, 222, 142, s.tone("#9fb6b8"))
    g.fill("M874 286L940 210L990 250L1040 190L1096 286Z", s.tone("#6f8a72"))
    s.lamp(640, 40, s.tone("#b9654a"))
