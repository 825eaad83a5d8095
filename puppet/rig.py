"""What a puppet is (traits) and what it does in one frame (pose): the border between acting and drawing.

Acting (``identity``, ``words``, ``acting``) decides values; drawing (``figure``, ``stage``, ``compose``)
turns them into pixels and decides nothing. Colours are ``#rrggbb``. Angles are degrees, positive
clockwise on screen. Lengths without a unit are shares of the drawn default, 1.0 as designed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from puppet.notes import EXACT, LATER, Angle, Colour, Length, Name, Scale, Seed, Shape, Share, Turn, Words, told

Style = Literal["anime", "painterly"]  # the two renderings; a look's style words choose one


@dataclass(frozen=True)
class Outfit:
    """One set of clothes. ``None`` means the piece is not worn."""

    __pydantic_config__ = EXACT

    jacket: Colour | None = "#4a3a3c"
    jacket_cut: Literal["jacket", "coat", "raincoat", "cardigan", "dress"] = "jacket"
    shirt: Colour = "#f1ece4"
    trousers: Colour = "#3f4d73"
    boots: Colour = "#54362a"
    scarf: Colour | None = None
    hat: Colour | None = None
    hat_cut: Literal["beanie", "cap", "beret", "hood", "straw", "brimmed", "top hat", "pointed"] = "beanie"
    hat_band: Colour | None = field(default=None, metadata=LATER)  # of hats with a brim; None: one that suits the hat
    lower: Literal["trousers", "shorts", "skirt", "overalls"] = field(
        default="trousers", metadata=LATER
    )  # what has the colour ``trousers``
    apron: Colour | None = field(default=None, metadata=LATER)
    cloak: Colour | None = field(default=None, metadata=LATER)  # hangs from the shoulders behind all else
    backpack: Colour | None = field(default=None, metadata=LATER)


@dataclass(frozen=True)
class Traits:
    """Everything that makes one character recognisable, of either kind.

    Shapes are multipliers about 1.0 (useful range 0.8 to 1.25); ``hair_length`` runs from 0
    (cropped) over 0.5 (jaw) to 1 (below the shoulders). A robot's metal is its ``fur``, its second
    colour ``fur_light``, its antenna ``ears`` and its wind-up key ``tail``; a bird's plumage is its
    ``fur``, its breast ``fur_light``, its crest ``ears``. ``trim`` is what else has a colour: a robot's
    bolts and knobs, a bird's beak, the edge of a placeholder's card.
    """

    __pydantic_config__ = EXACT

    kind: Literal["human", "creature"] = "human"
    # creatures only; a placeholder stands for a species that is not drawn
    species: Literal["fox", "cat", "bear", "rabbit", "dog", "bird", "robot", "placeholder"] = "fox"
    skin: Colour = "#ffdfcb"
    hair: Colour = "#b7a0e2"
    hair_style: Literal["bob", "short", "long", "ponytail", "bun", "curly", "braid", "braids"] = "bob"
    hair_length: Share = 0.5
    fringe: Literal["straight", "swept", "none"] = "straight"
    eyes: Colour = "#3f9fc4"
    eye_scale: Shape = 1.0
    face_width: Shape = 1.0
    jaw: Shape = 1.0
    nose: Shape = 1.0
    brows: Shape = 1.0  # thickness
    freckles: bool = False
    beard: Colour | None = None
    glasses: Colour | None = None  # frame colour
    glasses_shape: Literal["round", "square"] = "round"
    build: Shape = 1.0  # width of the body
    height: Shape = 1.0
    fur: Colour = "#ee8a3c"  # creatures: main coat
    fur_light: Colour = "#fff4e4"  # creatures: muzzle, belly, tail tip
    ears: Shape = 1.0
    tail: Shape = 1.0
    outfit: Outfit = field(default_factory=Outfit)
    youth: Share = field(default=0.0, metadata=LATER)  # humans: 0 grown up, 0.6 about ten years old, 1 a small child
    old_age: Share = field(default=0.0, metadata=LATER)  # humans: 0 none, 0.7 in the seventies, 1 very old
    trim: Colour = field(default="#e9a83c", metadata=LATER)
    head_shape: Literal["box", "dome", "can"] = field(default="box", metadata=LATER)  # robots
    antenna: Literal["ball", "twin", "coil", "dish"] = field(default="ball", metadata=LATER)  # robots
    lamps: Literal["round", "square", "visor"] = field(default="round", metadata=LATER)  # robots' eyes
    ear_shape: Literal["floppy", "folded", "pricked"] = field(default="floppy", metadata=LATER)  # dogs
    marked: bool = field(default=False, metadata=LATER)  # dogs: dark ears and dark round the eyes
    crest: Literal["smooth", "tuft", "swept"] = field(default="smooth", metadata=LATER)  # birds
    called: Name = field(default="", metadata=LATER)  # placeholders: the word on the card

    def to_json(self) -> dict[str, Any]:
        """As it stands in notes, see `notes.told`."""
        told_traits: dict[str, Any] = told(self)
        return told_traits


def stature(traits: Traits) -> float:
    """How tall a character is drawn, as a share of the drawn default: its height at its age."""
    return traits.height * (1 - 0.40 * traits.youth**1.15) * (1 - 0.045 * traits.old_age)


Expression = Literal["neutral", "happy", "surprised", "sad", "focused", "angry"]
Viseme = Literal["closed", "A", "E", "O", "M"]
Posture = Literal["upright", "one knee", "both knees", "crouched"]


@dataclass(frozen=True)
class Pose:
    """One character in one frame.

    ``yaw``: head, 0 front, 1 three-quarter, 2 profile, negative to the character's other side.
    ``body_yaw``: the same for the torso, -1..1. Arms and legs: degrees from hanging straight down,
    (left upper, left fore, right upper, right fore) as seen on screen, forearms and shins relative
    to the part above. ``bob`` is a drop in figure units (a human is about 1000 tall, head to sole).
    """

    __pydantic_config__ = EXACT

    yaw: Turn = 0.0
    body_yaw: Turn = 0.0
    tilt: Angle = 0.0
    lean: Angle = 0.0
    bob: Length = 0.0
    sway: Turn = 0.0  # -1..1: hair, scarf tail, animal tail
    arms: tuple[Angle, Angle, Angle, Angle] = (9.0, -4.0, -9.0, 4.0)
    legs: tuple[Angle, Angle, Angle, Angle] = (3.0, -1.0, -3.0, 1.0)
    palm: bool = False  # the screen-right hand is open, in front of the body
    seated: bool = False
    holding: Name | None = None  # id of a prop drawn in the screen-right hand
    expression: Expression = "neutral"
    expression_to: Expression | None = None  # blend target with weight ``blend``
    blend: Share = 0.0
    blink: Share = 0.0  # 0 open, 1 closed
    gaze: tuple[Turn, Turn] = (0.0, 0.0)  # -1..1
    viseme: Viseme = "closed"
    posture: Posture = field(default="upright", metadata=LATER)
    down: Share = field(default=0.0, metadata=LATER)  # how far into the posture


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

    __pydantic_config__ = EXACT

    location: Name  # id; decides the set together with ``words``
    words: Words
    time: Words = "day"  # "morning", "day", "dusk", "night", or any other word of the plan
    style: Style = "painterly"
    framing: Literal["wide", "medium", "close-up"] = "medium"
    zoom: Scale = 1.0  # camera: 1 as framed, grows during a push-in
    pan: Length = 0.0  # camera: pixels to the right
    props: tuple[Name, ...] = ()  # ids standing in the set
    seed: Seed = 0
    # ids of props with the words that change what is drawn for them
    things: tuple[tuple[Name, Words], ...] = field(default=(), metadata=LATER)
