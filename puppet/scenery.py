"""What all sets share: colours by time of day, skies, windows, lamps, plants."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import random
from dataclasses import dataclass, field

from puppet.props import colour_of
from puppet.svg import Fragment, box, cloud, dark, light, mix, oval

_SKIES = {
    "morning": [(0, "#9fd0f0"), (0.6, "#d8ecf4"), (1, "#ffe9c8")],
    "day": [(0, "#6fb4ea"), (0.6, "#b4dcf6"), (1, "#e4f4fb")],
    "dusk": [(0, "#5566b4"), (0.38, "#b984ac"), (0.66, "#f2a184"), (1, "#ffcf8a")],
    "night": [(0, "#0d1434"), (0.6, "#1e2a5c"), (1, "#3b4a86")],
}
_TONES = {  # indoors, outdoors: what the air mixes into every colour
    "morning": (("#ffdf9f", 0.17), ("#ffe7c8", 0.16)), "day": (("#f2f9ff", 0.07), ("#dff0fb", 0.06)),
    "dusk": (("#8a3f24", 0.20), ("#7a4468", 0.30)), "night": (("#1d1636", 0.46), ("#0f1840", 0.62)),
}
_OVERCAST = {"morning": "#b3bac0", "day": "#a3adb6", "dusk": "#7d7688", "night": "#232a45"}
OVERCAST = ("rain", "snow", "fog")  # weathers that hide the sky
FALLING = ("rain", "snow")


@dataclass
class Scenery:
    """A set being painted: time of day, the location's words, and the dice for small things."""

    time: str
    words: str
    dice: random.Random
    g: Fragment = field(default_factory=lambda: Fragment("painterly"))
    indoors: bool = True
    name: str = ""  # of the place, as a placeholder has it lettered on it
    weather: str | None = None  # a key of `weather.WEATHERS`

    def tone(self, colour: str) -> str:
        """``colour`` in the light of this time and place."""
        air, share = _TONES[self.time][0 if self.indoors else 1]
        return mix(colour, air, share)

    def named(self, usual: str) -> str:
        """The first colour in the location's words, muted for a wall, or the usual one; toned."""
        colour = colour_of(self.words)
        return self.tone(mix(colour, "#b9aea4", 0.45) if colour else usual)

    def block(self, x: float, y: float, width: float, height: float, colour: str, opacity: float = 1.0) -> None:
        self.g.fill(box(x, y, width, height), colour, opacity)

    def wall(self, colour: str, floor: str, edge: float = 575.0) -> None:
        """The back wall with its skirting, and the floor from ``edge`` down."""
        g = self.g
        self.block(
            -400, -260, 2080, edge + 262, g.gradient([(0, dark(colour, 0.16)), (0.55, colour), (1, dark(colour, 0.1))])
        )
        self.block(-400, edge, 2080, 460, g.gradient([(0, light(floor, 0.1)), (0.25, floor), (1, dark(floor, 0.4))]))
        self.block(-400, edge - 16, 2080, 18, dark(colour, 0.3))
        for i in range(-9, 10):
            g.line(f"M{640 + i * 66} {edge}L{640 + i * 250} 1000", dark(floor, 0.5), 2, 0.4)

    def sky(self, x: float, y: float, width: float, height: float) -> None:
        """Sky with sun, clouds, or moon and stars, within a rectangle."""
        g, dice = self.g, self.dice
        area = box(x, y, width, height)
        g.fill(area, g.gradient(_SKIES[self.time]))
        with g.clip(area):
            if self.weather in OVERCAST:
                self._overcast(x, y, width, height)
                return
            if self.time == "night":
                for _ in range(int(70 * (width / 1280 + 0.15))):
                    g.fill(
                        oval(dice.uniform(x, x + width), dice.uniform(y, y + height * 0.8), 1.6, 1.6),
                        "#fdf6dc",
                        dice.uniform(0.35, 0.95),
                    )
                mx, my, r = x + width * 0.72, y + height * 0.3, min(width, height) * 0.075 + 10
                g.fill(oval(mx, my, r * 4, r * 4), g.glow([(0, "#cfdcff", 0.4), (1, "#cfdcff", 0)]))
                g.fill(oval(mx, my, r, r), "#f8f2da")
                g.fill(oval(mx - r * 0.35, my - r * 0.2, r * 0.2, r * 0.2), "#e3dcc0")
                return
            if self.time in ("dusk", "morning"):
                sx, sy, r = (
                    x + width * (0.66 if self.time == "dusk" else 0.3),
                    y + height * (0.74 if self.time == "dusk" else 0.6),
                    min(width, height) * 0.07 + 8,
                )
                glow = "#fff0b8" if self.time == "dusk" else "#fffbe8"
                g.fill(oval(sx, sy, r * 8, r * 8), g.glow([(0, glow, 0.85), (1, glow, 0)]))
                g.fill(oval(sx, sy, r, r), "#fff8dc")
            white = {"day": "#ffffff", "morning": "#fff6ea", "dusk": "#ffd3c0"}[self.time]
            for _ in range(max(2, int(7 * width / 1280))):
                cx, cy, w = dice.uniform(x, x + width), dice.uniform(y, y + height * 0.55), dice.uniform(60, 130)
                g.fill(
                    oval(cx, cy, w, w * 0.16)
                    + oval(cx - w * 0.2, cy - w * 0.12, w * 0.4, w * 0.16)
                    + oval(cx + w * 0.25, cy - w * 0.07, w * 0.34, w * 0.12),
                    white,
                    0.62,
                )

    def _overcast(self, x: float, y: float, width: float, height: float) -> None:
        """Grey over the whole sky, in banks of cloud; neither sun nor stars."""
        g, dice = self.g, self.dice
        grey = _OVERCAST[self.time]
        g.fill(box(x, y, width, height), g.gradient([(0, dark(grey, 0.22)), (1, light(grey, 0.2))]))
        for _ in range(max(3, int(12 * width / 1280))):
            cx, cy, w = dice.uniform(x, x + width), dice.uniform(y, y + height * 0.5), dice.uniform(120, 260)
            shade = dice.choice((dark(grey, 0.14), light(grey, 0.14), grey))
            g.fill(oval(cx, cy, w, w * 0.2) + oval(cx - w * 0.25, cy - w * 0.12, w * 0.5, w * 0.2), shade, 0.55)

    def streaks(self, x: float, y: float, width: float, height: float) -> None:
        """Rain or snow behind glass, standing still; nothing in any other weather."""
        if self.weather not in FALLING:
            return
        g, dice = self.g, self.dice
        with g.clip(box(x, y, width, height)):
            for _ in range(int(width * height / 2600)):
                at_x, at_y = dice.uniform(x, x + width), dice.uniform(y, y + height)
                if self.weather == "snow":
                    g.fill(oval(at_x, at_y, 4, 4), "#ffffff", 0.8)
                else:
                    g.line(f"M{at_x:.0f} {at_y:.0f}l-5 {dice.uniform(22, 44):.0f}", "#e8f2fa", 2, 0.5)

    def towers(self, left: float, right: float, base: float, tall: float, colour: str, wide: float = 62.0) -> None:
        """A row of houses against the sky, some windows lit after dark."""
        x = left
        while x < right:
            w, h = wide * self.dice.uniform(0.8, 1.3), tall * self.dice.uniform(0.45, 1.0)
            self.block(x, base - h, min(w, right - x), h + 4, colour)
            if w > 30:
                for row in range(int(h // 26)):
                    for column in range(max(1, int(w // 22))):
                        lit = self.dice.random() < (0.5 if self.time == "night" else 0.35 if self.time == "dusk" else 0)
                        if x + 6 + column * 21 + 9 < right:
                            self.block(
                                x + 6 + column * 21,
                                base - h + 10 + row * 26,
                                9, 13, "#ffdc8c" if lit else dark(colour, 0.22), 0.9 if lit else 0.5,
                            )
            x += w + 3

    def window(self, x: float, y: float, width: float, height: float, panes: tuple[int, int], frame: str) -> None:
        """A window on the town, and the light that it throws on the floor."""
        g = self.g
        self.sky(x, y, width, height)
        with g.clip(box(x, y, width, height)):
            self.indoors, inside = False, self.indoors
            self.towers(x, x + width, y + height, height * 0.5, self.tone("#a7b2c4"), 70)
            for _ in range(9):
                g.fill(
                    oval(self.dice.uniform(x, x + width), y + height - self.dice.uniform(0, 40), 30, 28),
                    self.tone("#86ad76"),
                    0.75,
                )
            self.indoors = inside
            self.streaks(x, y, width, height)
            g.fill(f"M{x} {y}h{width * 0.3}L{x} {y + height * 0.7}Z", "#ffffff", 0.14)
        for i in range(panes[0] + 1):
            self.block(x - 7 + width * i / panes[0], y - 8, 13, height + 16, frame)
        for i in range(panes[1] + 1):
            self.block(x - 8, y - 7 + height * i / panes[1], width + 16, 12, frame)
        self.block(x - 22, y + height + 4, width + 44, 16, light(frame, 0.15))
        shine = {
            "morning": ("#ffe9b4", 0.30), "day": ("#fff6de", 0.20), "dusk": ("#ffb068", 0.28),
            "night": ("#8fa6e8", 0.10),
        }[self.time]
        g.fill(f"M{x} {y + height}H{x + width}L{x + width + 380} 900H{x + 190}Z", shine[0], shine[1])

    def lamp(self, x: float, drop: float, shade: str) -> None:
        """A pendant lamp; its glow grows with the dark."""
        g = self.g
        glow = {"morning": 0.12, "day": 0.12, "dusk": 0.5, "night": 0.62}[self.time]
        g.line(f"M{x} -200V{drop}", "#2c1c16", 4)
        g.fill(oval(x, drop + 46, 210, 190), g.glow([(0, "#ffd88a", glow), (1, "#ffd88a", 0)]))
        g.fill(
            f"M{x - 6} {drop}Q{x - 42} {drop + 4} {x - 48} {drop + 44}H{x + 48}Q{x + 42} {drop + 4} {x + 6} {drop}Z",
            shade,
        )
        g.fill(oval(x, drop + 45, 28, 10), "#fff3cf" if glow > 0.2 else "#f1e6cc")

    def plant(self, x: float, floor: float, size: float, pot: str = "#b5654a") -> None:
        """A leafy plant in a pot."""
        g, green = self.g, self.tone("#5f8f58")
        for i in range(9):
            angle = (i - 4) * 0.28 + self.dice.uniform(-0.08, 0.08)
            tip_x, tip_y = x + size * 1.1 * angle * 1.1, floor - size * (1.75 - 0.42 * abs(angle))
            g.fill(
                f"M{x:.1f} {floor - size * 0.5:.1f}"
                f"Q{(x + tip_x) / 2 - 14:.1f} {tip_y + size * 0.3:.1f} {tip_x:.1f} {tip_y:.1f}"
                f"Q{(x + tip_x) / 2 + 16:.1f} {tip_y + size * 0.5:.1f} {x:.1f} {floor - size * 0.5:.1f}Z",
                light(green, 0.12) if i % 2 else dark(green, 0.2),
            )
        clay = self.tone(pot)
        g.fill(
            f"M{x - size * 0.36:.1f} {floor - size * 0.58:.1f}h{size * 0.72:.1f}l{-size * 0.1:.1f} "
            f"{size * 0.58:.1f}h{-size * 0.52:.1f}Z",
            g.gradient([(0, light(clay, 0.2)), (1, dark(clay, 0.3))], (0, 0, 1, 0)),
        )

    def books(self, x0: float, x1: float, shelf: float, tall: float = 70.0) -> None:
        """A row of books and jars on a shelf."""
        colours = (
            "#b86a4a", "#d9bf9a", "#7f9f97", "#cfc8ba", "#98523f", "#5e7f8e", "#d29a54", "#7a6a96", "#a8404a",
            "#6a8a5a",
        )
        x = x0
        while x < x1 - 12:
            w, h, colour = (
                self.dice.choice((14, 18, 24, 30)),
                self.dice.uniform(0.55, 1.0) * tall,
                self.tone(self.dice.choice(colours)),
            )
            if x + w > x1:
                break
            self.block(x, shelf - h, w, h, colour)
            self.block(x + 3, shelf - h + 6, 4, h - 12, light(colour, 0.4), 0.5)
            x += w + self.dice.choice((1, 2, 3, 14))

    def foliage(self, x: float, y: float, size: float, colour: str) -> None:
        """A round crown of leaves, lit from above."""
        g = self.g
        for share, tone, dx, dy in (
            (1.0, dark(colour, 0.3), 0.0, 0.08), (0.84, colour, -0.05, -0.06),
            (0.5, light(colour, 0.22), -0.18, -0.28),
        ):
            points = []
            count = 11
            for i in range(count):
                wobble = 1 + self.dice.uniform(-0.12, 0.12)
                points.append(
                    (
                        x + size * dx + size * share * wobble * _COS[i],
                        y + size * dy + size * 0.8 * share * wobble * _SIN[i],
                    )
                )
            g.fill(cloud(points, 0.62), tone)


_COS = (1.0, 0.841, 0.415, -0.142, -0.655, -0.959, -0.959, -0.655, -0.142, 0.415, 0.841)
_SIN = (0.0, 0.541, 0.91, 0.99, 0.756, 0.282, -0.282, -0.756, -0.99, -0.91, -0.541)
