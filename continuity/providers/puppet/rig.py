"""What a puppet is (traits) and what it does in one frame (pose): the border between acting and drawing.

Acting (``identity``, ``words``, ``acting``) decides values; drawing (``figure``, ``stage``, ``compose``)
turns them into pixels and decides nothing. Colours are ``#rrggbb``. Angles are degrees, positive
clockwise on screen. Lengths without a unit are shares of the drawn default, 1.0 as designed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

Style = Literal["anime", "painterly"]  # the two renderings; a look's style words choose one


@dataclass(frozen=True)
class Outfit:
    """One set of clothes. ``None`` means the piece is not worn."""

    jacket: str | None = "#4a3a3c"
    jacket_cut: Literal["jacket", "coat", "raincoat", "cardigan", "dress"] = "jacket"
    shirt: str = "#f1ece4"
    trousers: str = "#3f4d73"
    boots: str = "#54362a"
    scarf: str | None = None
    hat: str | None = None
    hat_cut: Literal["beanie", "cap", "beret", "hood"] = "beanie"


@dataclass(frozen=True)
class Traits:
    """Everything that makes one character recognisable, of either kind.

    Shapes are multipliers about 1.0 (useful range 0.8 to 1.25); ``hair_length`` runs from 0
    (cropped) over 0.5 (jaw) to 1 (below the shoulders).
    """

    kind: Literal["human", "creature"] = "human"
    species: Literal["fox", "cat", "bear", "rabbit"] = "fox"  # creatures only
    skin: str = "#ffdfcb"
    hair: str = "#b7a0e2"
    hair_style: Literal["bob", "short", "long", "ponytail", "bun", "curly"] = "bob"
    hair_length: float = 0.5
    fringe: Literal["straight", "swept", "none"] = "straight"
    eyes: str = "#3f9fc4"
    eye_scale: float = 1.0
    face_width: float = 1.0
    jaw: float = 1.0
    nose: float = 1.0
    brows: float = 1.0  # thickness
    freckles: bool = False
    beard: str | None = None
    glasses: str | None = None  # frame colour
    glasses_shape: Literal["round", "square"] = "round"
    build: float = 1.0  # width of the body
    height: float = 1.0
    fur: str = "#ee8a3c"  # creatures: main coat
    fur_light: str = "#fff4e4"  # creatures: muzzle, belly, tail tip
    ears: float = 1.0
    tail: float = 1.0
    outfit: Outfit = field(default_factory=Outfit)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Traits:
        """Raises TypeError or KeyError when ``value`` was not written by `to_json`."""
        known = {f.name for f in fields(cls)}
        if not set(value) <= known:
            raise TypeError(f"unknown traits {sorted(set(value) - known)}")
        return cls(**{**value, "outfit": Outfit(**value["outfit"])})


Expression = Literal["neutral", "happy", "surprised", "sad", "focused", "angry"]
Viseme = Literal["closed", "A", "E", "O", "M"]


@dataclass(frozen=True)
class Pose:
    """One character in one frame.

    ``yaw``: head, 0 front, 1 three-quarter, 2 profile, negative to the character's other side.
    ``body_yaw``: the same for the torso, -1..1. Arms and legs: degrees from hanging straight down,
    (left upper, left fore, right upper, right fore) as seen on screen, forearms and shins relative
    to the part above. ``bob`` is a drop in figure units (a human is about 1000 tall, head to sole).
    """

    yaw: float = 0.0
    body_yaw: float = 0.0
    tilt: float = 0.0
    lean: float = 0.0
    bob: float = 0.0
    sway: float = 0.0  # -1..1: hair, scarf tail, animal tail
    arms: tuple[float, float, float, float] = (9.0, -4.0, -9.0, 4.0)
    legs: tuple[float, float, float, float] = (3.0, -1.0, -3.0, 1.0)
    palm: bool = False  # the screen-right hand is open, in front of the body
    seated: bool = False
    holding: str | None = None  # id of a prop drawn in the screen-right hand
    expression: Expression = "neutral"
    expression_to: Expression | None = None  # blend target with weight ``blend``
    blend: float = 0.0
    blink: float = 0.0  # 0 open, 1 closed
    gaze: tuple[float, float] = (0.0, 0.0)  # -1..1
    viseme: Viseme = "closed"


@dataclass(frozen=True)
class Placed:
    """A character standing in the picture: ``x`` in pixels from the centre, ``scale`` 1.0 as framed."""

    name: str
    traits: Traits
    style: Style
    pose: Pose
    x: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True)
class Stage:
    """Where it happens. The backdrop is drawn from words and a seed; light is its own."""

    location: str  # id; decides the set together with ``words``
    words: str
    time: str = "day"  # "morning", "day", "dusk", "night", or any other word of the plan
    style: Style = "painterly"
    framing: Literal["wide", "medium", "close-up"] = "medium"
    zoom: float = 1.0  # camera: 1 as framed, grows during a push-in
    pan: float = 0.0  # camera: pixels to the right
    props: tuple[str, ...] = ()  # ids standing in the set
    seed: int = 0
