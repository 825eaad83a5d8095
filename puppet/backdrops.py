"""Painting a set as seen by a framing: rasterised, brushed where the style is painterly, out of focus, in its weather.

Sets are drawn in a design of 1280 × 720 with the picture reaching further on every side; floors meet a
wide shot's soles at y = 690. ``Stage.seed`` moves small things only: books, clouds, lit windows.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np

from puppet import placeholders, props, sets, stations
from puppet.layers import rasterise
from puppet.rig import Stage
from puppet.scenery import Scenery
from puppet.svg import dark, light, oval
from puppet.weather import lay

_BLUR = {"wide": 1.1, "medium": 3.0, "close-up": 6.5}  # depth of field: deviation in design pixels
Part = Literal["whole", "empty", "train", "near"]
_BASES = {  # how far below its grip a thing ends, in body units
    "lantern": 126, "cup": 38, "umbrella": 80, "letter": 18, "book": 26, "phone": 18, "key": 20, "flower": 20,
    "backpack": 200, "suitcase": 174, "bag": 176, "bottle": 44, "thing": 26,
}  # fmt: skip


def described(stage: Stage) -> tuple[str, str | None]:
    """The drawing of a stage's set, empty, and the weather on it: equal for words that decide nothing of them."""
    told = sets.weather(stage.location, stage.words, stage.time)
    return _set_fragment(stage.location, stage.words, sets.daytime(stage.time), stage.seed, (), told, "whole"), told


def paint_set(
    stage: Stage, width: int, height: int, full_width: int, full_height: int, zoom: float, *, part: Part = "whole"
) -> np.ndarray:
    """(full_height, full_width, 3) uint8 RGB whose middle ``width`` x ``height`` is the picture as framed.

    Of a platform where a train moves ``part`` may be less than the whole: without its train ("empty"), or without
    what stands before it ("train").
    """
    time, told = sets.daytime(stage.time), sets.weather(stage.location, stage.words, stage.time)
    fragment = _set_fragment(stage.location, stage.words, time, stage.seed, _described(stage), told, part)
    scale, x, y = sets.seen(width, height, full_width, full_height, zoom)
    # what brush or depth of field will blur away need not be drawn
    shrink = {"wide": 0.75 if stage.style == "painterly" else 1.0, "medium": 0.62, "close-up": 0.5}[stage.framing]
    image = rasterise(fragment, (x, y, full_width / scale + 1e-6, full_height / scale + 1e-6), scale * shrink)[..., :3]
    if stage.style == "painterly":
        image = _brushed(np.ascontiguousarray(image), scale * shrink)
    here = sets.found(stage.location, stage.words)
    if told and isinstance(here, sets.Set) and not here.indoors:
        image = lay(image, told, time, (here.ground - y) * scale * shrink, scale * shrink)
    image = cv2.GaussianBlur(image, (0, 0), max(0.3, _BLUR[stage.framing] * scale * shrink / zoom))
    image = cv2.resize(image, (full_width, full_height), interpolation=cv2.INTER_LINEAR)
    return _vignette(image, 0.22 if stage.style == "anime" else 0.30)


def near_mask(stage: Stage, width: int, height: int, full_width: int, full_height: int, zoom: float) -> np.ndarray:
    """(full_height, full_width) float32 0..1: how much of what stands before the train hides of it."""
    time, told = sets.daytime(stage.time), sets.weather(stage.location, stage.words, stage.time)
    fragment = _set_fragment(stage.location, stage.words, time, stage.seed, _described(stage), told, "near")
    scale, x, y = sets.seen(width, height, full_width, full_height, zoom)
    drawn = rasterise(fragment, (x, y, full_width / scale + 1e-6, full_height / scale + 1e-6), scale)[..., 3]
    alpha = cv2.resize(drawn, (full_width, full_height)).astype(np.float32) / 255
    return np.asarray(cv2.GaussianBlur(alpha, (0, 0), max(0.3, _BLUR[stage.framing] * scale / zoom)))


@lru_cache(maxsize=8)
def _set_fragment(
    location: str, words: str, time: str, seed: int, standing: tuple[str, ...], told: str | None, part: Part
) -> str:
    here = sets.found(location, words)
    scenery = Scenery(time, words, random.Random(seed), name=re.sub(r"[-_]+", " ", location), weather=told)
    scenery.indoors = here.indoors if isinstance(here, sets.Set) else here
    if part != "whole":
        for paint in {"empty": (stations.across, stations.near), "train": (stations.across, stations.train),
                      "near": (stations.near,)}[part]:  # fmt: skip
            paint(scenery)
    elif isinstance(here, sets.Set):
        here.painter(scenery)
    else:
        (placeholders.indoors if here else placeholders.outdoors)(scenery)
    for prop, (x, y) in zip(standing, ((1010, 598), (262, 606), (1130, 604)), strict=False):
        if part != "train":
            _stand(scenery, prop, x, y)
    return str(scenery.g)


def _described(stage: Stage) -> tuple[str, ...]:
    words = dict(stage.things)
    return tuple(f"{prop}: {words[prop]}" if prop in words else prop for prop in stage.props)


def _stand(scenery: Scenery, prop: str, x: float, y: float) -> None:
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
    kind = props.kind_of(prop)
    size = {"umbrella": 0.42, "thing": 0.8}.get(kind, 0.62)
    prop_id, _, words = prop.partition(": ")
    with g.group(f"translate({x} {y - _BASES.get(kind, 22) * size}) scale({size})"):
        g.insert(props.draw_prop(prop_id, words, "painterly"), f"p{prop_id}")


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
