"""Weather: read from a place's words, laid on an outdoor set, and falling through a film frame by frame.

Rain and snow fall in layers that repeat, moved by whole pixels, so the same second always looks the same.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import cv2
import numpy as np

from puppet.svg import rgb

WEATHERS: dict[str, str] = {  # the words that ask for each; the first that is told of wins
    "rain": r"rain|rains|rainy|raining|rainfall|rainstorm|drizzle|drizzling|drizzly|downpour|pouring|showers|"
    r"rain shower|storm|stormy|thunderstorm",
    "snow": r"snow|snows|snowy|snowing|snowfall|snowstorm|blizzard|sleet",
    "fog": r"fog|foggy|mist|misty",
    "wet": r"puddles?|rain-soaked|rain-wet|wet (?:ground|pavement|asphalt|street|cobbles|stones|planks|platform)|"
    r"after (?:the |a )?(?:rain|storm|shower)",
}
_PAST = (
    r"(?:no|without|after (?:the |a )?|before (?:the |a )?) ?(?:rain|storm|shower|snow|fog|mist)\b|rain-(?:soaked|wet)"
)
_AIR = {"morning": "#dfe5e6", "day": "#d3dade", "dusk": "#b89fae", "night": "#3a4568"}
_SNOW = {"morning": "#f6f2ee", "day": "#f2f6fb", "dusk": "#d5c3da", "night": "#8593c4"}


def reading(words: str, time: str = "") -> str | None:
    """The key of `WEATHERS` that a place's ``words`` or its ``time`` ask for, or None for fair weather."""
    told = f"{words} {time}".lower().replace("_", " ")
    still = re.sub(_PAST, " ", told)
    for name, pattern in WEATHERS.items():
        if re.search(rf"\b(?:{pattern})\b", told if name == "wet" else still.replace("-", " ")):
            return name
    return None


def lay(image: np.ndarray, weather: str, time: str, ground: float, unit: float) -> np.ndarray:
    """An outdoor set in that weather. ``ground`` is the row where the ground begins, ``unit`` pixels per design pixel.

    ``image`` is (h, w, 3) uint8 RGB; so is what comes back.
    """
    picture = image.astype(np.float32)
    if weather in ("rain", "wet"):
        picture = _wet(picture, ground, unit)
    if weather == "snow":
        picture = _snowed(picture, time, ground, unit)
    if weather in ("rain", "snow", "fog"):
        picture = _veiled(picture, time, ground, unit, {"rain": 0.26, "snow": 0.3, "fog": 0.86}[weather])
    return np.clip(picture, 0, 255).astype(np.uint8)


def _patches(shape: tuple[int, ...], unit: float, size: float) -> np.ndarray:
    """(h, w) float32 0..1: soft flat blots, wider than high, as puddles lie on the ground."""
    noise = np.random.default_rng(11).standard_normal(shape[:2]).astype(np.float32)
    blots = np.asarray(cv2.GaussianBlur(noise, (0, 0), sigmaX=size * unit, sigmaY=size * unit * 0.2))
    return np.asarray(np.clip(blots / (float(blots.std()) + 1e-6) * 1.4 + 0.4, 0, 1))


def _wet(picture: np.ndarray, ground: float, unit: float) -> np.ndarray:
    """The ground darker and shining: what stands above it is mirrored in it, drawn out downwards."""
    rows = picture.shape[0]
    row = round(ground)
    if row >= rows - 4:
        return picture
    top = max(1, row)
    mirror = picture[np.clip(2 * row - np.arange(top, rows), 0, max(0, top - 1))]
    mirror = cv2.GaussianBlur(mirror, (0, 0), sigmaX=max(0.4, 2.5 * unit), sigmaY=max(0.6, 16 * unit))
    shine = 0.26 + 0.5 * _patches(picture.shape, unit, 70)[top:rows]
    shine *= np.clip((np.arange(top, rows, dtype=np.float32) - row) / (26 * unit), 0, 1)[:, None]
    picture[top:] = picture[top:] * 0.8 * (1 - shine[..., None]) + mirror * shine[..., None]
    return picture


def _snowed(picture: np.ndarray, time: str, ground: float, unit: float) -> np.ndarray:
    """The ground white, thinner in places; a little of the white on everything else."""
    rows = np.arange(picture.shape[0], dtype=np.float32)[:, None]
    below = np.clip((rows - ground) / (10 * unit), 0, 1)
    share = 0.08 + below * (0.62 + 0.22 * _patches(picture.shape, unit, 60))
    return np.asarray(picture * (1 - share[..., None]) + np.array(rgb(_SNOW[time]), np.float32) * share[..., None])


def _veiled(picture: np.ndarray, time: str, ground: float, unit: float, most: float) -> np.ndarray:
    """Air between the eye and what is far: thickest where the ground meets the sky, thin at the feet."""
    rows = np.arange(picture.shape[0], dtype=np.float32)[:, None]
    above = np.exp(-np.maximum(0, ground - rows) / (620 * unit))
    share = most * np.where(rows < ground, above, np.exp(-(rows - ground) / (70 * unit)))[..., None]
    return np.asarray(picture * (1 - share) + np.array(rgb(_AIR[time]), np.float32) * share)


@dataclass(frozen=True)
class _Layer:
    tile: np.ndarray  # (height, width) uint8: light to add; it repeats on every side
    down: float  # pixels a second
    across: float

    def at(self, seconds: float) -> np.ndarray:
        rows, columns = self.tile.shape
        moved = (round(self.down * seconds) % rows, round(self.across * seconds) % columns)
        return np.roll(self.tile, moved, axis=(0, 1))


class Falling:
    """Rain or snow in a picture of ``width`` × ``height``; ``unit`` is pixels per design pixel, ``ground`` a row."""

    def __init__(self, weather: str, width: int, height: int, unit: float, ground: float) -> None:
        self._rain, self._unit, self._ground = weather == "rain", unit, ground
        layers = (
            ((240, 26, 1.3, 40, 1250), (220, 40, 1.7, 60, 1600), (16, 84, 2.4, 40, 2100))
            if self._rain
            else ((300, 0, 1.7, 120, 90), (150, 0, 2.7, 150, 130), (22, 0, 4.6, 170, 190))
        )  # how many in a design picture, length, thickness, brightness, design pixels a second
        self._layers = [self._layer(index, width, height, *numbers) for index, numbers in enumerate(layers)]

    def _layer(
        self, index: int, width: int, height: int, count: int, length: float, thick: float, bright: int, speed: float
    ) -> _Layer:
        chance, unit = np.random.default_rng(41 + index), self._unit
        tile = np.zeros((height, width), np.uint8)
        for _ in range(max(4, round(count * width * height / (1280 * 720 * unit * unit)))):
            x, y = chance.uniform(0, width), chance.uniform(0, height)
            stretch = chance.uniform(0.7, 1.3)
            for dx in (-width, 0, width):
                for dy in (-height, 0, height):
                    at = (x + dx, y + dy)
                    if -20 < at[0] < width + 20 and -100 * unit < at[1] < height + 10:
                        _drop(tile, at, length * unit * stretch, thick * unit * stretch, bright * stretch)
        if not self._rain:
            tile = np.asarray(
                cv2.GaussianBlur(tile, (0, 0), max(0.3, 0.4 * thick * unit), borderType=cv2.BORDER_REFLECT)
            )
        return _Layer(tile, speed * unit, -speed * unit * (0.1 if self._rain else 0.22))

    def behind(self, picture: np.ndarray, seconds: float) -> None:
        """What falls behind the figures, and in rain the drops that burst on the ground; in place."""
        for layer in self._layers[:2]:
            _add(picture, layer.at(seconds))
        if self._rain:
            self._splashes(picture, seconds)

    def before(self, picture: np.ndarray, seconds: float) -> None:
        """The few that fall between the figures and the eye; in place."""
        _add(picture, self._layers[2].at(seconds))

    def _splashes(self, picture: np.ndarray, seconds: float) -> None:
        rows, columns = picture.shape[:2]
        first = max(0, int(self._ground))
        if first >= rows - 2:
            return
        light = np.zeros((rows, columns), np.uint8)
        for beat in (0, 1):  # two generations, the older one wider and fainter
            chance = np.random.default_rng(900 + int(seconds * 10) - beat)
            for _ in range(34):
                x, y = chance.uniform(0, columns), first + (rows - first) * float(chance.uniform(0.04, 1))
                size = (3 + 9 * (y - first) / (rows - first)) * self._unit * (0.6 + 0.7 * beat)
                axes = (max(8, int(size * 8)), max(4, int(size * 2.6)))
                cv2.ellipse(light, (int(x * 8), int(y * 8)), axes, 0, 0, 360, 70 - 36 * beat, 1, cv2.LINE_AA, 3)
        _add(picture, light)


def _drop(tile: np.ndarray, at: tuple[float, float], length: float, thick: float, bright: float) -> None:
    """One streak, or where it has no length one flake; what is thinner than a pixel is fainter."""
    x, y = round(at[0] * 8), round(at[1] * 8)
    bright = min(255, int(bright * min(1.0, thick)))
    if length:
        end = (round((at[0] - 0.1 * length) * 8), round((at[1] + length) * 8))
        cv2.line(tile, (x, y), end, bright, max(1, math.floor(thick)), cv2.LINE_AA, 3)
    else:
        cv2.circle(tile, (x, y), max(6, round(thick * 8)), bright, -1, cv2.LINE_AA, 3)


def _add(picture: np.ndarray, light: np.ndarray) -> None:
    cv2.add(picture, cv2.merge([light] * 3), picture)
