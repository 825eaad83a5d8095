"""Drawing frames: characters on a stage, seen by a camera. The public surface of the puppet's pictures.

Everything is designed for a picture 720 pixels high and scaled to the one asked for. ``Placed.x`` and
``Stage.pan`` are pixels of that design. Framing puts a human's soles at the lower edge (wide), shows
it to the hips (medium), or head and scarf (close-up); a creature stands on the same floor, is framed by
its own size, and stays the smaller one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import cv2
import numpy as np

from puppet import creature, human, props, stations
from puppet.backdrops import paint_set, studio
from puppet.creature import pose_creature
from puppet.human import Figure, pose_human
from puppet.layers import LayerCache, Matrix, Rectangle, over, place, premultiply, rasterise
from puppet.light import Light, cast_shadow, illuminate, light_of
from puppet.rig import Placed, Pose, Stage, Style, Traits, stature
from puppet.sets import daytime, falling, is_indoors, known
from puppet.trains import MovingTrain

cv2.setNumThreads(1)  # workers are processes; more threads here only fight each other

DESIGN_HEIGHT = 720.0
_NARROWEST = 520.0  # design width that a portrait picture still shows
_FLOOR = 690.0  # where soles stand in a wide shot
_MARGIN = 0.16  # the backdrop reaches this share of the picture further on each side, for camera moves

# pixels per unit, and the neck's y, in the design; a wide shot stands figures on the floor instead
_HUMAN = {"wide": (0.52, 0.0), "medium": (1.07, 342.0), "close-up": (1.80, 545.0)}
_CREATURE = {"wide": (0.66, 0.0), "medium": (1.06, 464.0), "close-up": (1.95, 482.0)}
_BACKDROP_ZOOM = {"wide": 1.0, "medium": 1.25, "close-up": 1.6}
_STUDIO_LIGHT = Light((1.0, 1.0, 1.0), (0.22, 0.22, 0.22), -1.0, 0.5, 0.3)
_MIDDLES = {  # of a prop in its picture, in body units below its grip
    "umbrella": -118.0, "lantern": 64.0, "flower": -50.0, "key": -46.0, "phone": -33.0, "backpack": 98.0,
    "suitcase": 86.0, "bag": 84.0, "candle": -58.0, "bottle": -40.0, "map": -44.0, "": -39.0,
}  # fmt: skip
_CROPS = {  # human and creature: top and bottom of the picture in figure units
    "human": {"head": (-310.0, 78.0), "bust": (-330.0, 290.0), "full": (-340.0, 890.0)},
    "creature": {"head": (-330.0, 110.0), "bust": (-340.0, 240.0), "full": (-350.0, 330.0)},
}


def _figure(placed: Placed, things: Mapping[str, str] | None = None) -> Figure:
    """One character posed. ``things`` are the words of props whose words change what is drawn."""
    told = (things or {}).get(props.id_of(placed.pose.holding) or "")
    if told:
        held = placed.pose.holding or ""
        spoken = f"{held} {told}" if ": " in held else f"{held}: {told}"
        placed = replace(placed, pose=replace(placed.pose, holding=spoken))
    figure = pose_creature(placed) if placed.traits.kind == "creature" else pose_human(placed)
    cloth = [canopy for part in figure.parts if (canopy := props.canopy_of(part))]
    return replace(figure, parts=[*cloth, *figure.parts]) if cloth else figure


def _soles(traits: Traits) -> float:
    return creature.SOLES if traits.kind == "creature" else human.SOLES


def _headroom(traits: Traits) -> float:
    """How much nearer to its neck a child's head is than a grown one's, in figure units."""
    return 134.0 * (1 - stature(traits)) if traits.youth else 0.0


class Renderer:
    """Draws frames of one clip; caches rasterised layers. One per clip; not shared between threads."""

    def __init__(self, stage: Stage, width: int, height: int) -> None:
        self.stage = stage
        self.width, self.height = width, height
        self.unit = min(height / DESIGN_HEIGHT, width / _NARROWEST)  # pixels per design pixel
        self._top = (height / self.unit - DESIGN_HEIGHT) * 0.6  # a tall picture shows more above than below
        self._squeeze = min(1.0, (width / self.unit) / 1280) ** 0.5  # keeps two people inside a tall picture
        self._light = light_of(is_indoors(stage), daytime(stage.time))
        self._caches: dict[Style, LayerCache] = {}
        self._margin_x, self._margin_y = round(width * _MARGIN), round(height * _MARGIN)
        self._backdrop = _backdrop(stage, width, height, self._margin_x, self._margin_y)
        self._things = dict(stage.things)
        self._falling = falling(stage, width, height, _BACKDROP_ZOOM[stage.framing])
        moving = stations.motion(stage.words) if known(stage.location, stage.words) == "railway station" else None
        margins, zoom = (self._margin_x, self._margin_y), _BACKDROP_ZOOM[stage.framing]
        self._train = MovingTrain(stage, moving, width, height, margins, zoom) if moving else None
        self._shot: tuple[tuple[float, ...], np.ndarray] | None = None

    def frame(self, stage: Stage, cast: Sequence[Placed], seconds: float = 0.0) -> np.ndarray:
        """(height, width, 3) uint8 RGB. ``stage`` may differ from the first one in zoom and pan only.

        Later members of ``cast`` stand before earlier ones. ``seconds`` into the shot is how far rain and snow fell.
        """
        camera = self._camera(stage)
        picture = self._seen(stage, camera, seconds).copy()
        if self._falling:
            self._falling.behind(picture, seconds)
        figures = [(placed, _figure(placed, self._things)) for placed in cast]
        for placed, figure in figures:
            self._shadow(picture, figure, camera @ self._view(stage.framing, placed))
        for placed, figure in figures:
            drawn, (x0, y0, x1, y1) = self._drawn(placed, figure, camera, stage.framing)
            if x1 > x0:
                over(picture[y0:y1, x0:x1], drawn[y0:y1, x0:x1])
        if self._falling:
            self._falling.before(picture, seconds)
        return picture

    def figure(self, placed: Placed, stage: Stage | None = None) -> np.ndarray:
        """(height, width, 4) uint8 premultiplied RGBA of one character without backdrop or shadow.

        Framed as the renderer's own stage; pass the frame's ``stage`` when its camera has moved.
        """
        stage = stage or self.stage
        return self._drawn(placed, _figure(placed, self._things), self._camera(stage), stage.framing)[0]

    def to_pixels(self, placed: Placed, stage: Stage) -> Matrix:
        """Figure units of a character to pixels of the frame."""
        return self._camera(stage) @ self._view(stage.framing, placed)

    def parts(self, placed: Placed, stage: Stage) -> tuple[list[str], np.ndarray]:
        """The names of a character's parts, and (height, width) int16: which is in front at each pixel, or -1."""
        figure = _figure(placed, self._things)
        view, scale = self._seen_from(placed, stage)
        cache = self._caches.setdefault(placed.style, LayerCache(placed.style))
        names = [str(part.key[0]) for part in figure.parts]
        return names, cache.seen(figure.parts, view, scale, self.width, self.height)

    def _seen_from(self, placed: Placed, stage: Stage) -> tuple[Matrix, float]:
        """Figure units to pixels, and the scale at which layers are kept: walking nearer redraws seldom."""
        still = self._view(stage.framing, placed)
        step = 1.25 ** math.ceil(math.log(placed.scale, 1.25) - 1e-9)
        return self._camera(stage) @ still, float(still[0, 0] / placed.scale * step)

    # ------------------------------------------------------------------------------------ the camera

    def _camera(self, stage: Stage) -> Matrix:
        focus_x, focus_y = self.width / 2, self.height * (0.5 if stage.framing == "wide" else 0.42)
        return place(focus_x - stage.pan * self.unit, focus_y, 0, stage.zoom) @ place(-focus_x, -focus_y)

    def _view(self, framing: str, placed: Placed) -> Matrix:
        """Figure units to pixels, before the camera moves."""
        traits = placed.traits
        scale, neck = (_CREATURE if traits.kind == "creature" else _HUMAN)[framing]
        scale *= placed.scale
        if framing == "wide":
            y = _FLOOR - _soles(traits) * scale
        else:  # a tall character stands higher; most of that is framed away again
            lifted = (stature(traits) - 1) * _soles(traits) - _headroom(traits)
            y = neck + lifted * scale * (0.88 - 0.18 * traits.youth if framing == "medium" else 1.0)
        x = self.width / 2 + placed.x * self.unit * self._squeeze
        return place(x, (y + self._top) * self.unit, 0, scale * self.unit)

    def _seen(self, stage: Stage, camera: Matrix, seconds: float) -> np.ndarray:
        """The backdrop through the camera; kept while the camera and what is seen stand still."""
        at = (stage.zoom, stage.pan, seconds if self._train else 0.0)
        if self._shot is None or self._shot[0] != at:
            if self._train:
                self._backdrop = self._train.at(seconds)
            if at[:2] == (1.0, 0.0):
                y, x = self._margin_y, self._margin_x
                seen = np.ascontiguousarray(self._backdrop[y : y + self.height, x : x + self.width])
            else:
                matrix = (camera @ place(-self._margin_x, -self._margin_y))[:2]
                size = (self.width, self.height)
                seen = cv2.warpAffine(
                    self._backdrop, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
                )
            self._shot = (at, seen)
        return self._shot[1]

    # ------------------------------------------------------------------------------------ the figures

    def _drawn(self, placed: Placed, figure: Figure, camera: Matrix, framing: str) -> tuple[np.ndarray, Rectangle]:
        still = self._view(framing, placed)
        step = 1.25 ** math.ceil(math.log(placed.scale, 1.25) - 1e-9)  # walking nearer redraws seldom
        scale = still[0, 0] / placed.scale * step
        view, style, light = camera @ still, placed.style, self._light
        cache = self._caches.setdefault(style, LayerCache(style))
        drawn, rectangle = cache.compose(figure.parts, view, scale, self.width, self.height)
        if rectangle[2] - rectangle[0] > 3 and rectangle[3] - rectangle[1] > 3:
            illuminate(drawn, rectangle, light, 8 * self.unit)
        return drawn, rectangle

    def _shadow(self, picture: np.ndarray, figure: Figure, view: Matrix) -> None:
        unit = float(np.hypot(view[0, 0], view[1, 0]))
        feet = [tuple((view @ np.array([x, y, 1.0]))[:2]) for x, y in figure.feet]
        ground = float((view @ np.array([0.0, figure.ground, 1.0]))[1])
        cast_shadow(picture, feet, ground, unit, self._light.shadow)


def character_box(renderer: Renderer, placed: Placed, stage: Stage | None = None) -> tuple[int, int, int, int] | None:
    """x0, y0, x1, y1 of a character's visible pixels within the frame, end exclusive; None when it is out of frame."""
    alpha = renderer.figure(placed, stage)[..., 3]
    x, y, width, height = cv2.boundingRect((alpha > 8).astype(np.uint8))
    return (x, y, x + width, y + height) if width and height else None


Crop = Literal["head", "bust", "full"]


def posed(traits: Traits, style: Style, pose: Pose) -> Figure:
    """The parts of one character, from back to front."""
    return _figure(Placed("", traits, style, pose))


def portrait_view(traits: Traits, width: int, height: int, crop: Crop) -> Matrix:
    """Figure units to pixels of a `portrait`."""
    top, bottom = _CROPS[traits.kind][crop]
    if crop == "full":
        top -= (stature(traits) - 1) * _soles(traits)
    widest = {"head": 480.0, "bust": 480.0, "full": 560.0}[crop]
    scale = min(height / (bottom - top), width / widest)
    lift = (
        {"head": (stature(traits) - 1), "bust": (stature(traits) - 1) * 0.9, "full": 0.0}[crop] * _soles(traits) * scale
    )
    lift -= _headroom(traits) * scale if crop != "full" else 0.0
    return place(width / 2, height / 2 - (top + bottom) / 2 * scale + lift, 0, scale)


def portrait(traits: Traits, style: Style, pose: Pose, width: int, height: int, crop: Crop) -> np.ndarray:
    """(height, width, 3) uint8 RGB of one character before a soft studio backdrop, as library pictures show it."""
    figure, view = posed(traits, style, pose), portrait_view(traits, width, height, crop)
    scale = float(view[0, 0])
    picture = studio(width, height)
    if crop == "full":
        feet = [tuple((view @ np.array([fx, fy, 1.0]))[:2]) for fx, fy in figure.feet]
        cast_shadow(picture, feet, float((view @ np.array([0.0, figure.ground, 1.0]))[1]), scale, 0.35)
    drawn, rectangle = LayerCache(style).compose(figure.parts, view, scale, width, height)
    illuminate(drawn, rectangle, _STUDIO_LIGHT, 8 * height / DESIGN_HEIGHT)
    over(picture, drawn)
    return picture


def backdrop(stage: Stage, width: int, height: int) -> np.ndarray:
    """(height, width, 3) uint8 RGB of a set without characters, as framed."""
    picture = _backdrop(stage, width, height, 0, 0)
    if drops := falling(stage, width, height, _BACKDROP_ZOOM[stage.framing]):
        drops.behind(picture, 0.0)
    return picture


def prop_picture(prop_id: str, words: str, style: Style, width: int, height: int) -> np.ndarray:
    """(height, width, 3) uint8 RGB of one prop before the studio backdrop."""
    picture = studio(width, height)
    x, y = props.BOUNDS[:2]
    kind = props.known(prop_id, words)
    size = min(width, height) / {"umbrella": 450.0, "backpack": 270.0, "suitcase": 270.0, "bag": 270.0}.get(
        kind or "", 250.0
    )
    layer = premultiply(rasterise(props.draw_prop(prop_id, words, style), props.BOUNDS, size))
    middle_y = _MIDDLES.get(kind or "", -18.0)
    matrix = place(width / 2, height / 2 - middle_y * size) @ place(x * size, y * size)
    over(picture, cv2.warpAffine(layer, matrix[:2], (width, height), flags=cv2.INTER_LINEAR))
    return picture


def _backdrop(stage: Stage, width: int, height: int, margin_x: int, margin_y: int) -> np.ndarray:
    full_width, full_height = width + 2 * margin_x, height + 2 * margin_y
    return paint_set(
        replace(stage, zoom=1.0, pan=0.0), width, height, full_width, full_height, _BACKDROP_ZOOM[stage.framing]
    )
