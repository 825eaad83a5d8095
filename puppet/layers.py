"""Rasterised parts: an SVG fragment becomes pixels once, then only moves.

Per clip, each distinct part is drawn by resvg into a premultiplied RGBA layer; per frame the layers
are warped and laid over each other by OpenCV on 8-bit pixels, each within its own rectangle. All of
it is integer or single-threaded work, so frames are equal across runs and processes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import resvg

from puppet.rig import Style

Matrix = np.ndarray  # (3, 3) float64, figure units to figure units or to pixels
Rectangle = tuple[int, int, int, int]  # x0, y0, x1, y1 in pixels, end exclusive

PAINT_SCALE_LIMIT = 1.3  # relighting a larger layer costs much and shows nothing: its detail is soft
CRISP = frozenset(
    {"eyes", "mouth", "brows", "glasses", "creature-label", "creature-card"}
)  # small features keep their edges in every style


@dataclass(frozen=True)
class Part:
    """One piece of a figure in one frame. ``key`` starts with the part's name and holds all that changes its pixels."""

    key: tuple[object, ...]
    bounds: tuple[float, float, float, float]  # x, y, width, height about the pivot
    draw: Callable[[], str]  # the SVG fragment, called when the key is new
    transform: Matrix  # pivot frame to figure units


def place(
    x: float = 0.0, y: float = 0.0, angle: float = 0.0, scale: float = 1.0, scale_y: float | None = None
) -> Matrix:
    """Scale, turn by ``angle`` degrees (clockwise on screen), then move to (x, y)."""
    scale_y = scale if scale_y is None else scale_y
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return np.array([[c * scale, -s * scale_y, x], [s * scale, c * scale_y, y], [0.0, 0.0, 1.0]])


def rasterise(fragment: str, bounds: tuple[float, float, float, float], scale: float) -> np.ndarray:
    """Draw an SVG fragment: (height, width, 4) uint8 RGBA, straight alpha, ``scale`` pixels per unit."""
    x, y, width, height = bounds
    columns, rows = max(1, math.ceil(width * scale)), max(1, math.ceil(height * scale))
    document = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{columns}" height="{rows}">'
        f'<g transform="scale({scale:.5f}) translate({-x:g} {-y:g})">{fragment}</g></svg>'
    )
    png = resvg.render(resvg.usvg.Tree.from_str(document, _options()), (1, 0, 0, 0, 1, 0))
    image = cv2.imdecode(np.frombuffer(bytes(png), np.uint8), cv2.IMREAD_UNCHANGED)
    return cv2.cvtColor(np.asarray(image), cv2.COLOR_BGRA2RGBA)


@lru_cache(maxsize=1)
def _options() -> resvg.usvg.Options:
    return resvg.usvg.Options.default()


def premultiply(image: np.ndarray) -> np.ndarray:
    """Multiply colour by alpha, in place; the bilinear warp then leaves no fringes."""
    alpha = image[..., 3:].astype(np.uint16)
    image[..., :3] = (image[..., :3].astype(np.uint16) * alpha + 127) // 255
    return image


def over(below: np.ndarray, above: np.ndarray) -> None:
    """Lay premultiplied ``above`` (h, w, 4) over ``below`` (h, w, 3 or 4) in place."""
    through = cv2.merge([cv2.bitwise_not(cv2.extractChannel(above, 3))] * below.shape[2])
    cv2.multiply(below, through, below, 1 / 255.0)
    cv2.add(below, above if below.shape[2] == 4 else np.ascontiguousarray(above[..., :3]), below)


class LayerCache:
    """The rasterised parts of one clip in one style."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._layers: dict[tuple[object, ...], tuple[np.ndarray, Matrix]] = {}

    def layer(self, part: Part, scale: float) -> tuple[np.ndarray, Matrix]:
        """Premultiplied pixels of a part, and the matrix from those pixels to the part's pivot frame."""
        painted = self.style == "painterly" and part.key[0] not in CRISP
        scale = min(scale, PAINT_SCALE_LIMIT) if painted else scale
        key = (*part.key, part.bounds, round(scale, 4))
        if key not in self._layers:
            image = rasterise(part.draw(), part.bounds, scale)
            image = relight(image, scale) if painted else image
            column, row, width, height = cv2.boundingRect(image[..., 3])  # what is empty need not be warped
            drawn = np.ascontiguousarray(image[row : row + max(1, height), column : column + max(1, width)])
            x, y = part.bounds[0] + column / scale, part.bounds[1] + row / scale
            self._layers[key] = premultiply(drawn), place(x, y, 0, 1 / scale)
        return self._layers[key]

    def compose(
        self, parts: Sequence[Part], view: Matrix, scale: float, width: int, height: int
    ) -> tuple[np.ndarray, Rectangle]:
        """All parts, back to front, in a (height, width, 4) premultiplied picture; and the rectangle they touch.

        ``view`` takes figure units to pixels. Layers are kept at ``scale`` pixels per unit, near the view's
        own; hold it still while the camera moves, or every frame draws its layers anew. The rectangle is
        empty (x1 <= x0) when nothing falls inside the picture.
        """
        picture = np.zeros((height, width, 4), np.uint8)
        x0, y0, x1, y1 = width, height, 0, 0
        for part in parts:
            to_picture = view @ part.transform
            layer, to_pivot = self.layer(part, scale)
            matrix = to_picture @ to_pivot
            rows, columns = layer.shape[:2]
            corners = matrix @ np.array([[0, columns, columns, 0], [0, 0, rows, rows], [1, 1, 1, 1.0]])
            left, right = max(0, int(corners[0].min()) - 1), min(width, int(corners[0].max()) + 2)
            top, bottom = max(0, int(corners[1].min()) - 1), min(height, int(corners[1].max()) + 2)
            if right <= left or bottom <= top:
                continue
            matrix[0, 2] -= left
            matrix[1, 2] -= top
            warped = cv2.warpAffine(layer, matrix[:2], (right - left, bottom - top), flags=cv2.INTER_LINEAR)
            over(picture[top:bottom, left:right], warped)
            x0, y0, x1, y1 = min(x0, left), min(y0, top), max(x1, right), max(y1, bottom)
        return picture, (x0, y0, x1, y1)

    def seen(self, parts: Sequence[Part], view: Matrix, scale: float, width: int, height: int) -> np.ndarray:
        """(height, width) int16: which of ``parts`` is in front at each pixel, -1 where there is none."""
        front = np.full((height, width), -1, np.int16)
        for index, part in enumerate(parts):
            layer, to_pivot = self.layer(part, scale)
            matrix = (view @ part.transform @ to_pivot)[:2]
            alpha = np.ascontiguousarray(layer[..., 3])
            front[cv2.warpAffine(alpha, matrix, (width, height), flags=cv2.INTER_LINEAR) > 127] = index
        return front


def relight(image: np.ndarray, scale: float) -> np.ndarray:
    """Give a painted layer volume: its blurred alpha is read as a height and lit from the upper left.

    Works at about 0.8 pixels per unit, where the light is smooth anyway. ``image`` is straight RGBA.
    """
    rows, columns = image.shape[:2]
    share = min(1.0, 0.8 / scale)
    small = (max(4, int(columns * share)), max(4, int(rows * share)))
    alpha = cv2.resize(image[..., 3], small, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    heights = np.zeros_like(alpha)
    for radius, weight in ((5, 0.35), (12, 0.7), (26, 1.2)):
        heights += weight * cv2.GaussianBlur(alpha, (0, 0), max(0.5, radius * scale * share)) * alpha
    across = cv2.Sobel(heights, cv2.CV_32F, 1, 0, scale=share / 8)
    down = cv2.Sobel(heights, cv2.CV_32F, 0, 1, scale=share / 8)
    steepness = cv2.sqrt(across * across + down * down + (0.030 / scale) ** 2)
    facing: np.ndarray = (across * 0.62 + down * 0.70) / steepness
    facing = np.asarray(cv2.resize(facing, (columns, rows), interpolation=cv2.INTER_CUBIC))
    lit, unlit = np.clip(facing, 0, 1), np.clip(facing, -1, 0)
    spark = np.clip(facing - 0.72, 0, 1) * 55
    base = 0.975 + 0.009 * _grain(rows, columns, scale)
    result = image.copy()
    for channel, (warm, cool, shine) in enumerate(((1.1, 1.08, 1.0), (1.0, 1.0, 0.92), (0.90, 0.72, 0.75))):
        shaded = image[..., channel] * (base + 0.20 * (lit * warm + unlit * cool)) + spark * shine
        result[..., channel] = np.clip(shaded, 0, 255)
    return result


def _grain(rows: int, columns: int, scale: float) -> np.ndarray:
    """Brush grain, mean 0 and deviation 1, the same for every layer of one scale."""
    tile = _grain_tile(round(scale, 3))
    repeats = (math.ceil(rows / tile.shape[0]), math.ceil(columns / tile.shape[1]))
    return np.tile(tile, repeats)[:rows, :columns]


@lru_cache(maxsize=8)
def _grain_tile(scale: float) -> np.ndarray:
    noise = np.random.default_rng(7).standard_normal((512, 512)).astype(np.float32)
    wide, high = max(0.4, 4 * scale), max(0.4, 2 * scale)
    brushed = np.asarray(cv2.GaussianBlur(noise, (0, 0), sigmaX=wide, sigmaY=high, borderType=cv2.BORDER_REFLECT))
    return brushed / (float(brushed.std()) + 1e-6)
