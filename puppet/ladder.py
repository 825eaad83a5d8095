"""The drift ladder's drawings: characters with one trait changed by known steps, and everything else changed freely.

A ladder is the proof that scores see drift: the same character is filmed unchanged, and with one trait moved by known
shares of the way to its far end; a score that sees the trait rises with the step. What must *not* move a score
(place, light, framing, angle, expression, compression) is drawn anew in every frame. Everything follows from seeds:
the same seed draws the same pictures.

Characters of even and of odd seeds take their colours from different halves of `colours.LEXICON`, so that what is
tuned on the one can be reported on the other.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import cv2
import numpy as np

from puppet import colours
from puppet.draw import Renderer, portrait, portrait_view, posed
from puppet.human import SOLES
from puppet.layers import LayerCache, place
from puppet.rig import Expression, Outfit, Placed, Pose, Stage, Style, Traits, stature

Box = tuple[float, float, float, float]
Framing = Literal["wide", "medium", "close-up"]
FRAMINGS: tuple[Framing, ...] = ("wide", "medium", "close-up")
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
SIZE = (832, 480)  # pixels of a frame: what many models make
ANGLES = (0.0, 1.0, -1.0, 2.0)  # of the reference pictures: front, three-quarter both ways, profile
EXPRESSIONS: tuple[Expression, ...] = ("neutral", "happy", "surprised", "sad", "focused", "angry")
PLACES = (
    ("cafe", "a small cafe"), ("rooftop", "a rooftop at the edge of town"), ("street", "a narrow street"),
    ("forest", "a clearing in the woods"), ("library", "an old library"), ("harbour", "a harbour with boats"),
    ("bedroom", "an attic bedroom"), ("plain-room", "a plain room"),
)  # fmt: skip
TIMES = ("morning", "day", "dusk", "night")


@dataclass(frozen=True)
class Shown:
    """A picture (h, w, 3) uint8 RGB, and where its head is: x0, y0, x1, y1 in shares of it, as the locator cuts it."""

    picture: np.ndarray
    head: Box


@dataclass(frozen=True)
class View:
    """What must not move a score: how a character is seen in one frame."""

    stage: Stage
    pose: Pose
    x: float
    scale: float
    quality: int  # of JPEG, 0 to 100


# ------------------------------------------------------------------------------------------------- characters


def character(seed: int, kind: Literal["human", "creature"] = "human") -> Traits:
    """An invented grown human, or a fox, cat, bear or rabbit, with every trait free.

    No other species: what was measured and trained on these drawings stays what it was. The steps below move any
    creature: a robot's metal is its fur, its antenna its ears.
    """
    chance = random.Random(f"ladder {seed}")
    names = sorted(colours.LEXICON)[seed % 2 :: 2]

    def any_colour() -> str:
        return _shifted(colours.LEXICON[chance.choice(names)], chance)

    def size(low: float, high: float) -> float:
        return round(chance.uniform(low, high), 3)

    def worn(share: float) -> str | None:
        return any_colour() if chance.random() < share else None

    human = kind == "human"
    outfit = Outfit(
        jacket=worn(0.8 if human else 0.4),
        jacket_cut=chance.choice(("jacket", "coat", "raincoat", "cardigan", "dress")) if human else "cardigan",
        shirt=any_colour(),
        trousers=any_colour(),
        boots=any_colour(),
        scarf=worn(0.5),
        hat=worn(0.25),
        hat_cut=chance.choice(("beanie", "cap", "beret", "hood") if human else ("beanie", "cap")),
    )
    skins = ("#fbe2d3", "#f3cdb1", "#dba981", "#b97f56", "#8c5a3b", "#673e2a", "#ffdfcb", "#d9a375")
    return Traits(
        kind=kind,
        species=chance.choice(("fox", "cat", "bear", "rabbit")),
        skin=_shifted(chance.choice(skins), chance, 0.5),
        hair=any_colour(),
        hair_style=chance.choice(("bob", "short", "long", "ponytail", "bun", "curly")),
        hair_length=size(0.05, 1.0),
        fringe=chance.choice(("straight", "swept", "none")),
        eyes=any_colour(),
        eye_scale=size(0.75, 1.28),
        face_width=size(0.8, 1.22),
        jaw=size(0.8, 1.22),
        nose=size(0.7, 1.35),
        brows=size(0.7, 1.5),
        freckles=chance.random() < 0.15,
        beard=worn(0.12) if human else None,
        glasses=worn(0.45),
        glasses_shape=chance.choice(("round", "square")),
        build=size(0.85, 1.2),
        height=size(0.95, 1.05),
        fur=any_colour(),
        fur_light=_shifted(chance.choice(("#fff4e4", "#f1e2c8", "#e8e4e0", "#d8b890", "#c8a070")), chance),
        ears=size(0.75, 1.28),
        tail=size(0.8, 1.25),
        outfit=outfit,
    )


def _shifted(colour: str, chance: random.Random, spread: float = 1.0) -> str:
    return colours.shift(
        colour,
        hue=chance.uniform(-12, 12) * spread,
        lightness=chance.uniform(-0.06, 0.06) * spread,
        chroma=chance.uniform(0.75, 1.25),
    )


# --------------------------------------------------------------------------------------------- steps of one trait

Step = Callable[[Traits, float, random.Random], Traits]


def _hue(colour: str, share: float, chance: random.Random, degrees: float) -> str:
    """Turned by a share of ``degrees``; a colour near grey first gets enough of one for its hue to be seen."""
    light, chroma, hue = colours.to_oklch(colour)
    far = colours.from_oklch(min(max(light, 0.4), 0.85), max(chroma, 0.11), hue + degrees * chance.choice((-1, 1)))
    return colours.blend(colour, far, share)


def _lightness(colour: str, share: float) -> str:
    light = colours.to_oklch(colour)[0]
    return colours.shift(colour, lightness=(-0.28 if light > 0.55 else 0.28) * share)


def _moved(value: float, share: float, chance: random.Random, reach: float, low: float, high: float) -> float:
    """By a share of ``reach``, the way there is room for; either way where there is room for both."""
    ways = [way for way in (-1, 1) if low <= value + way * reach <= high]
    way = chance.choice(ways) if ways else (1 if value - low < high - value else -1)
    return round(value + way * reach * share, 4)


def _worn(traits: Traits, **pieces: Any) -> Traits:
    return replace(traits, outfit=replace(traits.outfit, **pieces))


def _hair_length(traits: Traits, share: float, chance: random.Random) -> Traits:
    return replace(traits, hair_length=_moved(traits.hair_length, share, chance, 0.45, 0.0, 1.0))


def _hair_form(traits: Traits, share: float, chance: random.Random) -> Traits:
    others: list[Any] = [form for form in ("bob", "short", "ponytail", "bun", "curly") if form != traits.hair_style]
    form = chance.choice(others)
    return replace(traits, hair_style=form) if share > 0 else traits


def _face(traits: Traits, share: float, chance: random.Random) -> Traits:
    way = 1 if traits.face_width < 1 else -1
    return replace(
        traits, face_width=traits.face_width + 0.2 * way * share, jaw=traits.jaw + (0.2 if way > 0 else -0.2) * share
    )


def _skin(traits: Traits, share: float, chance: random.Random) -> Traits:
    light = colours.to_oklch(traits.skin)[0]
    return replace(traits, skin=colours.blend(traits.skin, "#7d5034" if light > 0.7 else "#f6d8c4", share))


def _age(traits: Traits, share: float, chance: random.Random) -> Traits:
    """Greyer, smaller eyes, a heavier jaw and nose, thicker brows, paler skin."""
    return replace(
        traits,
        hair=colours.blend(traits.hair, "#c9c8cc", share),
        eye_scale=traits.eye_scale - 0.12 * share,
        jaw=traits.jaw + 0.08 * share,
        nose=traits.nose + 0.12 * share,
        brows=traits.brows + 0.2 * share,
        skin=colours.shift(traits.skin, lightness=0.02 * share, chroma=1 - 0.25 * share),
    )


def _cut(traits: Traits, share: float, chance: random.Random) -> Traits:
    others: list[Any] = [c for c in ("jacket", "coat", "raincoat", "cardigan") if c != traits.outfit.jacket_cut]
    cut = chance.choice(others)
    return _worn(traits, jacket_cut=cut) if share > 0 else traits


_HUMAN: dict[str, Step] = {
    "hair hue": lambda t, s, c: replace(t, hair=_hue(t.hair, s, c, 100)),
    "hair lightness": lambda t, s, c: replace(t, hair=_lightness(t.hair, s)),
    "hair length": _hair_length,
    "hair form": _hair_form,
    "skin": _skin,
    "face": _face,
    "age": _age,
    "jacket cut": _cut,
}
_BOTH: dict[str, Step] = {
    "eye colour": lambda t, s, c: replace(t, eyes=_hue(t.eyes, s, c, 130)),
    "eye size": lambda t, s, c: replace(t, eye_scale=_moved(t.eye_scale, s, c, 0.24, 0.7, 1.3)),
    "nose": lambda t, s, c: replace(t, nose=_moved(t.nose, s, c, 0.32, 0.65, 1.4)),
    "glasses lost": lambda t, s, c: replace(t, glasses=None) if s > 0 else t,
    "glasses colour": lambda t, s, c: replace(t, glasses=_hue(t.glasses or "#333333", s, c, 130)),
    "headwear": lambda t, s, c: _worn(t, hat=(None if t.outfit.hat else "#a83c5a")) if s > 0 else t,
    "scarf lost": lambda t, s, c: _worn(t, scarf=None) if s > 0 else t,
    "scarf hue": lambda t, s, c: _worn(t, scarf=_hue(t.outfit.scarf or "#d8343f", s, c, 110)),
    "jacket colour": lambda t, s, c: _worn(t, jacket=_hue(t.outfit.jacket or "#4a3a3c", s, c, 110)),
}
_CREATURE: dict[str, Step] = {
    "fur": lambda t, s, c: replace(t, fur=_hue(t.fur, s, c, 100)),
    "ears": lambda t, s, c: replace(t, ears=_moved(t.ears, s, c, 0.26, 0.65, 1.35)),
    "face": lambda t, s, c: replace(t, face_width=t.face_width + (0.18 if t.face_width < 1 else -0.18) * s),
}
WHOLE = frozenset({"hair form", "glasses lost", "headwear", "scarf lost", "jacket cut"})  # changed or not, by no steps


def traits_of(kind: str) -> tuple[str, ...]:
    """The traits of a kind that have steps."""
    return tuple({**_BOTH, **(_HUMAN if kind == "human" else _CREATURE)})


def stepped(traits: Traits, trait: str, share: float, seed: int) -> Traits:
    """``traits`` with one trait moved by ``share`` (0 to 1) of the way; ``seed`` says which way, for all shares alike.

    Raises KeyError for a trait of another kind.
    """
    steps = {**_BOTH, **(_HUMAN if traits.kind == "human" else _CREATURE)}
    return steps[trait](traits, share, random.Random(f"step {seed} {trait}"))


Part = Callable[[Traits], Any]
_COLOURED: dict[str, tuple[Part, slice]] = {  # what of a colour's CIE Lab the trait is
    "hair hue": (lambda t: t.hair, slice(1, 3)),
    "hair lightness": (lambda t: t.hair, slice(0, 1)),
    "skin": (lambda t: t.skin, slice(0, 3)),
    "eye colour": (lambda t: t.eyes, slice(0, 3)),
    "glasses colour": (lambda t: t.glasses, slice(0, 3)),
    "scarf hue": (lambda t: t.outfit.scarf, slice(0, 3)),
    "jacket colour": (lambda t: t.outfit.jacket, slice(0, 3)),
    "fur": (lambda t: t.fur, slice(1, 3)),
}
_SIZED: dict[str, Part] = {
    "hair length": lambda t: t.hair_length,
    "face": lambda t: t.face_width,
    "eye size": lambda t: t.eye_scale,
    "nose": lambda t: t.nose,
    "ears": lambda t: t.ears,
}


def size_of(trait: str, before: Traits, after: Traits) -> float | None:
    """How large a change of ``trait`` is as it is drawn: CIE Lab for colours, shares of the default for sizes.

    The far end of the same share is not the same for two characters: grey hair and red hair have other ways to go. None
    for what has no one size (age), or is there or not.
    """
    if trait in _SIZED:
        return abs(_SIZED[trait](after) - _SIZED[trait](before))
    if trait in _COLOURED:
        part, axes = _COLOURED[trait]
        return float(np.linalg.norm((_lab(part(after)) - _lab(part(before)))[axes]))
    return None


def _lab(colour: str) -> np.ndarray:
    rgb = np.array([[[int(colour[i : i + 2], 16) for i in (1, 3, 5)]]], np.float32) / 255
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0, 0]


def wearing(traits: Traits, trait: str) -> Traits:
    """``traits`` with the thing that ``trait`` is about, where it can be missing."""
    if trait.startswith("glasses") and traits.glasses is None:
        return replace(traits, glasses="#4a3348")
    if trait.startswith("scarf") and traits.outfit.scarf is None:
        return _worn(traits, scarf="#c23a48")
    if trait.startswith("jacket") and (traits.outfit.jacket is None or traits.outfit.jacket_cut == "dress"):
        return _worn(traits, jacket=traits.outfit.jacket or "#4a5a7c", jacket_cut="jacket")
    if trait in ("hair length", "hair form") and traits.hair_style not in ("bob", "long"):
        return replace(traits, hair_style="bob")
    return traits


# ----------------------------------------------------------------------------------------------------- drawing


@lru_cache(maxsize=512)
def head_of(traits: Traits) -> Box:
    """x0, y0, x1, y1 of the head in figure units, cut by the silhouette as references' heads are: the width of the
    upper part and a little more, 1.15 times as high."""
    lower = _lower(traits)
    view, (width, height) = place(240 / 2, (350 - lower) / 2, 0, 0.5), (240, 220)
    figure = posed(traits, "anime", Pose())
    drawn, _ = LayerCache("anime").compose(figure.parts, view, 0.5, width, height)
    shown = drawn[..., 3] > 60
    rows = np.flatnonzero(shown.any(axis=1))
    top = int(rows[0])
    upper = shown[top : top + max(1, int(0.6 * (height - top)))]
    columns = np.flatnonzero(upper.any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    wide = (right - left) * 2 * 1.06
    middle, tall = (left + right) - 240.0, wide * 1.15
    y = top * 2 - 350.0 + lower - 0.03 * tall
    return middle - wide / 2, y, middle + wide / 2, y + tall


def _lower(traits: Traits) -> float:
    """How much lower a child's neck is than a grown one's, in figure units."""
    return SOLES * (1 - stature(traits)) if traits.youth else 0.0


def reference(
    traits: Traits, style: Style, pose: Pose, crop: Literal["head", "full"] = "head", side: int = 640
) -> Shown:
    """A library picture before the studio's backdrop."""
    picture = portrait(traits, style, pose, side, side, crop)
    to_pixels = portrait_view(traits, side, side, crop)
    x0, y0, x1, y1 = head_of(traits)
    shares = (to_pixels @ np.array([[x0, x1], [y0, y1], [1.0, 1.0]]))[:2] / side
    return Shown(picture, (float(shares[0, 0]), float(shares[1, 0]), float(shares[0, 1]), float(shares[1, 1])))


def references(traits: Traits, style: Style, side: int = 640) -> list[Shown]:
    """What a library holds of a look: the headshot, angles, expressions, and last the whole figure as dressed."""
    poses = [Pose(yaw=yaw, body_yaw=max(-1.0, min(1.0, yaw * 0.8))) for yaw in ANGLES]
    poses += [Pose(expression=expression) for expression in EXPRESSIONS[1:]]
    return [reference(traits, style, pose, "head", side) for pose in poses] + [
        reference(traits, style, Pose(), "full", side)
    ]


def view(framing: Framing, chance: random.Random, steady: View | None = None) -> View:
    """A frame's place, light, pose and framing; each further frame of a take is given its first as ``steady``."""
    if steady is None:
        where = chance.choice(PLACES)
        style: Style = chance.choice(("anime", "painterly"))
        zoom = chance.uniform(1.0, 1.12)
        stage = Stage(*where, chance.choice(TIMES), style, framing, zoom, 0.0, (), chance.randrange(6))
        x, scale, quality = chance.uniform(-150, 150), chance.uniform(0.88, 1.12), chance.randrange(60, 92)
        middle = chance.uniform(-1.1, 1.1)
    else:
        stage, x, scale, quality = steady.stage, steady.x, steady.scale, steady.quality
        middle = steady.pose.yaw
    yaw = max(-1.6, min(1.6, middle + chance.uniform(-0.45, 0.45)))
    first, second = (chance.choice(EXPRESSIONS) for _ in range(2))
    pose = Pose(
        yaw=yaw,
        body_yaw=max(-1.0, min(1.0, yaw * 0.7)),
        tilt=chance.uniform(-6, 6),
        sway=chance.uniform(-1, 1),
        arms=(9.0 + chance.uniform(-8, 30), -4.0, -9.0 + chance.uniform(-30, 8), 4.0),
        expression=first,
        expression_to=second,
        blend=chance.choice((0.0, 0.0, 0.5, 1.0)),
        blink=chance.choice((0.0,) * 8 + (0.5, 1.0)),
        gaze=(chance.uniform(-1, 1), chance.uniform(-0.6, 0.6)),
        viseme=chance.choice(("closed", "closed", "A", "E", "O", "M")),
    )
    return View(stage, pose, x, scale, quality)


class Camera:
    """Draws frames of any characters; keeps backdrops and layers of the last stage."""

    def __init__(self, size: tuple[int, int] = SIZE) -> None:
        self.size = size
        self._renderer: Renderer | None = None

    def frame(self, traits: Traits, style: Style, seen: View, like: Traits | None = None) -> Shown:
        """One frame, compressed. The head's place is that of ``like``, the undrifted character, as a locator finds
        the head that it knows."""
        still = replace(seen.stage, zoom=1.0)
        if self._renderer is None or self._renderer.stage != still:
            self._renderer = Renderer(still, *self.size)
        placed = Placed("", traits, style, seen.pose, seen.x, seen.scale)
        picture = self._renderer.frame(seen.stage, [placed])
        known = like or traits
        x0, y0, x1, y1 = head_of(known)
        to_pixels = self._renderer.to_pixels(replace(placed, traits=known), seen.stage)
        neck = 40.0 if known.kind == "creature" else 4.0 + _lower(known)
        turned = place(0, neck, seen.pose.tilt) @ place(0, -neck)
        middle = to_pixels @ turned @ np.array([(x0 + x1) / 2, (y0 + y1) / 2, 1.0])
        half = np.array([x1 - x0, y1 - y0]) / 2 * to_pixels[0, 0]
        shares = np.array([*(middle[:2] - half), *(middle[:2] + half)]) / np.array([*self.size, *self.size])
        return Shown(compressed(picture, seen.quality), tuple(float(v) for v in shares))  # type: ignore[arg-type]

    def parts(self, traits: Traits, style: Style, seen: View) -> tuple[list[str], np.ndarray]:
        """Of the frame last drawn: the names of the character's parts, and which is in front at each pixel, or -1."""
        assert self._renderer is not None
        return self._renderer.parts(Placed("", traits, style, seen.pose, seen.x, seen.scale), seen.stage)


def compressed(picture: np.ndarray, quality: int) -> np.ndarray:
    """What JPEG at that quality leaves of an RGB picture."""
    _, packed = cv2.imencode(".jpg", np.ascontiguousarray(picture[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))[..., ::-1])


def take(
    traits: Traits,
    style: Style,
    framing: Framing,
    seed: int,
    frames: int,
    like: Traits | None = None,
    camera: Camera | None = None,
) -> Iterator[Shown]:
    """Frames of one take: one place, light and framing, with angles and expressions as they come."""
    chance, camera = random.Random(f"take {seed} {framing}"), camera or Camera()
    steady = view(framing, chance)
    for _ in range(frames):
        yield camera.frame(traits, style, view(framing, chance, steady), like)
