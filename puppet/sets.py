"""Backdrops: which set a location's words call for, and painting it as seen by a framing.

Sets are drawn in a design of 1280 × 720 with the picture reaching further on every side; floors meet a
wide shot's soles at y = 690. ``Stage.seed`` moves small things only: books, clouds, lit windows.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np

from puppet import exteriors, interiors, props
from puppet.layers import rasterise
from puppet.rig import Stage
from puppet.scenery import Scenery
from puppet.svg import dark, light, oval

Painter = Callable[[Scenery], None]

_SETS: tuple[tuple[str, bool, Painter], ...] = (  # first match wins; outdoor words that name a view come late
    (r"rooftop|roof|skyline|terrace|balcony", False, exteriors.rooftop),
    (r"caf[eé]|coffee|restaurant|bar|tearoom|teahouse|bakery|diner", True, interiors.cafe),
    (r"bedroom|bed|room|apartment|flat|attic|dormitory|home|hotel", True, interiors.bedroom),
    (r"library|bookshop|bookstore|archive|study", True, interiors.library),
    (r"studio|stage|workshop|atelier", True, interiors.studio_room),
    (r"forest|woods?|park|garden|meadow|grove|jungle|orchard", False, exteriors.forest),
    (r"harbou?r|sea|seaside|beach|pier|dock|coast|ocean|port|lake|quay|shore", False, exteriors.harbour),
    (r"street|city|town|alley|road|market|square|avenue|sidewalk|crossing|bridge", False, exteriors.street),
    (r"kitchen|office|school|classroom|hall|corridor|shop|store|house|lobby|station", True, interiors.neutral),
    (r"indoors?|interior|inside|lab|laboratory|museum|hospital|train|cabin", True, interiors.neutral),
    (r"outdoors?|outside|exterior|hills?|mountains?|fields?|valley|countryside", False, exteriors.neutral),
    (r"desert|sky|path|river|snow|farm|village|camp", False, exteriors.neutral),
)
_TIMES = (
    (r"night|midnight|evening|moonlit|late|starlight|dark", "night"),
    (r"dusk|sunset|golden|twilight|sundown", "dusk"),
    (r"morning|dawn|sunrise|early", "morning"),
)
_BLUR = {"wide": 1.1, "medium": 3.0, "close-up": 6.5}  # depth of field: deviation in design pixels


def _chosen(stage: Stage) -> tuple[bool, Painter]:
    """Is it indoors, and its painter. The id is asked before the words; what nothing fits is a plain room."""
    for text in (stage.location.replace("-", " ").replace("_", " "), stage.words):
        for pattern, indoors, painter in _SETS:
            if re.search(rf"\b(?:{pattern})s?\b", text.lower()):
                return indoors, painter
    return True, interiors.neutral


def is_indoors(stage: Stage) -> bool:
    """Whether the set that a stage calls for is inside, which decides the light on figures."""
    return _chosen(stage)[0]


def daytime(time: str) -> str:
    """``morning``, ``day``, ``dusk`` or ``night``: what any word for a time or a light comes closest to."""
    return next((name for pattern, name in _TIMES if re.search(pattern, time.lower())), "day")


def described(stage: Stage) -> str:
    """The drawing of a stage's set, nothing standing in it: equal for words that decide nothing of it."""
    return _set_fragment(stage.location, stage.words, daytime(stage.time), stage.seed, ())


def paint_set(stage: Stage, width: int, height: int, full_width: int, full_height: int, zoom: float) -> np.ndarray:
    """(full_height, full_width, 3) uint8 RGB whose middle ``width`` x ``height`` is the picture as framed."""
    fragment = _set_fragment(stage.location, stage.words, daytime(stage.time), stage.seed, stage.props)
    scale = max(width / 1280, height / 720) * zoom
    x = 640 - full_width / 2 / scale
    y = (360 if zoom == 1 else 330 - 20 * (zoom - 1)) - full_height / 2 / scale
    # what brush or depth of field will blur away need not be drawn
    shrink = {"wide": 0.75 if stage.style == "painterly" else 1.0, "medium": 0.62, "close-up": 0.5}[stage.framing]
    image = rasterise(fragment, (x, y, full_width / scale + 1e-6, full_height / scale + 1e-6), scale * shrink)[..., :3]
    if stage.style == "painterly":
        image = _brushed(np.ascontiguousarray(image), scale * shrink)
    image = cv2.GaussianBlur(image, (0, 0), max(0.3, _BLUR[stage.framing] * scale * shrink / zoom))
    image = cv2.resize(image, (full_width, full_height), interpolation=cv2.INTER_LINEAR)
    return _vignette(image, 0.22 if stage.style == "anime" else 0.30)


@lru_cache(maxsize=4)
def _set_fragment(location: str, words: str, time: str, seed: int, standing: tuple[str, ...]) -> str:
    scenery = Scenery(time, words, random.Random(seed))
    indoors, painter = _chosen(Stage(location, words))
    scenery.indoors = indoors
    painter(scenery)
    for prop_id, (x, y) in zip(standing, ((1010, 598), (262, 606), (1130, 604)), strict=False):
        _stand(scenery, prop_id, x, y)
    return str(scenery.g)


def _stand(scenery: Scenery, prop_id: str, x: float, y: float) -> None:
    """A small table (a crate outdoors) with a prop on it."""
    g, wood = scenery.g, scenery.tone("#8a5f40")
    if scenery.indoors:
        g.fill(f"M{x - 8} {y}h16v92h-16Z", dark(wood, 0.4))
        g.fill(oval(x, y + 92, 46, 10), dark(wood, 0.45))
        g.fill(oval(x, y + 6, 86, 15), dark(wood, 0.3))
        g.fill(oval(x, y, 86, 15), light(wood, 0.15))
    else:
        g.fill(f"M{x - 62} {y}h124v92h-124Z", wood)
        for i in range(3):
            g.line(f"M{x - 62} {y + 14 + i * 30}h124", dark(wood, 0.5), 3)
        g.fill(f"M{x - 66} {y - 8}h132v16h-132Z", light(wood, 0.2))
    size = 0.42 if props.kind_of(prop_id) == "umbrella" else 0.62
    base = {
        "lantern": 126,
        "cup": 38,
        "umbrella": 80,
        "letter": 18,
        "book": 26,
        "phone": 18,
        "key": 20,
        "flower": 20,
    }.get(props.kind_of(prop_id), 22)
    with g.group(f"translate({x} {y - base * size}) scale({size})"):
        g.insert(props.draw_prop(prop_id, "", "painterly"), f"p{prop_id}")


def _brushed(image: np.ndarray, scale: float) -> np.ndarray:
    """Painted edges: flattened areas whose borders wander along two directions of brush."""
    image = cv2.edgePreservingFilter(image, flags=1, sigma_s=12, sigma_r=0.25)
    rows, columns = image.shape[:2]
    rng = np.random.default_rng(3)
    waves: list[np.ndarray] = []
    for sigma_x, sigma_y in ((16, 6), (5, 14)):
        noise = cv2.GaussianBlur(
            rng.standard_normal((rows, columns)).astype(np.float32),
            (0, 0),
            sigmaX=sigma_x * scale,
            sigmaY=sigma_y * scale,
        )
        waves.append(noise / float(noise.std()))
    grid_x, grid_y = np.meshgrid(np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32))
    map_x = (grid_x + waves[0] * 0.55 * scale).astype(np.float32)
    map_y = (grid_y + waves[1] * 0.55 * scale).astype(np.float32)
    image = cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.clip(image * (1 + 0.018 * waves[0][..., None]), 0, 255).astype(np.uint8)


def _vignette(image: np.ndarray, strength: float) -> np.ndarray:
    rows, columns = image.shape[:2]
    y = (np.arange(rows, dtype=np.float32) / rows - 0.5)[:, None] ** 2
    x = (np.arange(columns, dtype=np.float32) / columns - 0.5)[None] ** 2
    return np.clip(image * (1 - strength * 1.7 * (x + y))[..., None], 0, 255).astype(np.uint8)


def studio(width: int, height: int) -> np.ndarray:
    """(height, width, 3) uint8 RGB: a plain soft backdrop, lighter behind the head."""
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    glow = np.exp(-(x**2 * 0.9 + (y + 0.25) ** 2 * 0.8))[..., None]
    colour = np.array([188, 196, 206], np.float32) * (1 - glow) + np.array([238, 240, 243], np.float32) * glow
    return np.clip(colour, 0, 255).astype(np.uint8)
