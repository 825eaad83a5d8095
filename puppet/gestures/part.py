"""One character's part in a shot: a soft body, the channels its gestures move, and the cycles laid over them.

Angles follow `rig.Pose`: degrees from hanging straight down, positive clockwise on screen, so the
screen-right arm goes out and up with negative values and folds in front of the chest with positive.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from puppet.rig import Expression, Posture
from puppet.timing import Channel, Steps, lively, smooth

REST_ARMS = (9.0, -4.0, -9.0, 4.0)
REST_LEGS = (3.0, -1.0, -3.0, 1.0)
STRIDE = {"human": 560.0, "creature": 260.0}  # figure units that one walk cycle covers without sliding
LEG = 438.0  # figure units from hip to ankle of a straight human leg (thigh 226, shin 212)
KNEEL = 224.0  # how far a kneeling human's hips come down
SEAT = 210.0  # how far a human's hips come down onto a chair
ARMS = ("left_upper", "left_fore", "right_upper", "right_fore")


@dataclass
class Body:
    """One character in one frame, still soft: cycles add to it before it becomes a `Pose`."""

    x: float
    yaw: float
    body_yaw: float
    tilt: float
    lean: float
    bob: float
    arms: list[float]
    legs: list[float]
    gaze: list[float]
    sway: float = 0.0
    palm: bool = False
    bend: float = 25.0  # the most that it leans either way

    def bring_arms(self, target: tuple[float, float, float, float], share: float) -> None:
        self.arms = [now + (to - now) * share for now, to in zip(self.arms, target, strict=True)]

    def bring_legs(self, target: tuple[float, float, float, float], share: float) -> None:
        self.legs = [now + (to - now) * share for now, to in zip(self.legs, target, strict=True)]


Cycle = Callable[[Body, float, float], None]  # body, seconds since the gesture began, share of it that has passed


@dataclass
class Part:
    """One character's part in the shot: where it stands and faces, and all that happens to it."""

    kind: Literal["human", "creature"]
    home: float  # x where it stands, in pixels of a 720-high picture
    edge: float  # x beyond which it is out of the picture
    scale: float  # pixels per figure unit as framed
    facing: float  # resting yaw
    body_facing: float
    partner: float  # -1 or 1: which way the other character stands; 0: alone
    expression: Expression = "neutral"
    phase: float = 0.0  # of its breath, 0..1
    seat: float = SEAT  # how far sitting lowers it: less where the camera goes down with it
    kneel: float = KNEEL  # the same of kneeling and crouching
    channels: dict[str, Channel] = field(default_factory=dict)
    cycles: list[tuple[float, float, Cycle]] = field(default_factory=list)
    faces: list[tuple[float, float, Expression]] = field(default_factory=list)
    palms: list[tuple[float, float]] = field(default_factory=list)
    holding: Steps[str | None] = field(default_factory=lambda: Steps(None))
    seated: Steps[bool] = field(default_factory=lambda: Steps(False))
    size: Channel = field(default_factory=lambda: Channel(1.0))
    posture: Steps[Posture] = field(default_factory=lambda: Steps("upright"))
    down: Channel = field(default_factory=lambda: Channel(0.0))  # 0..1, how far into the posture
    shut: list[tuple[float, float]] = field(default_factory=list)  # when the eyes are closed

    def __post_init__(self) -> None:
        rest = dict(zip(ARMS, REST_ARMS, strict=True))
        rest |= {"x": self.home, "yaw": self.facing, "body_yaw": self.body_facing, "tilt": 0.0, "lean": 0.0, "bob": 0.0}
        rest |= {"gaze_x": 0.0, "gaze_y": 0.0}
        self.channels = {name: Channel(value) for name, value in rest.items()}

    def move(self, name: str, start: float, end: float, target: float, ease: Callable[[float], float] = smooth) -> None:
        self.channels[name].move(start, end, target, ease)

    def arms(self, start: float, end: float, *, ease: Callable[[float], float] = lively, **angles: float) -> None:
        """Move the named arm joints; the forearm follows its upper arm by a beat, as flesh does."""
        for name, angle in angles.items():
            late = 0.06 if name.endswith("fore") else 0.0
            self.move(name, start + late, end + late, angle, ease)

    def rest_arms(self, start: float, end: float, side: str = "both") -> None:
        for name, angle in zip(ARMS, REST_ARMS, strict=True):
            if side in ("both", name.split("_")[0]) and not (name.startswith("right") and self.holding.at(end)):
                self.move(name, start, end, angle)

    def face(self, start: float, end: float, yaw: float) -> None:
        """Turn: the eyes lead, the head follows, the body comes last."""
        side = (yaw > 0) - (yaw < 0)
        self.move("gaze_x", start - 0.08, start + 0.12, 0.7 * side)
        self.move("gaze_x", end, end + 0.25, 0.0)
        self.move("yaw", start, end, yaw)
        self.move("body_yaw", start + 0.1, end + 0.14, max(-1.0, min(1.0, yaw * 0.8)))

    def lower(self, start: float, end: float, posture: Posture) -> None:
        """Go down, and stay there until `rise`. From the side a knee reads as one."""
        side = (1.0 if self.facing > 0 else -1.0) if self.facing else self.partner or 1.0
        if self.kind == "human" and abs(self.body_facing) < 0.5:
            self.facing, self.body_facing = 0.6 * side, 0.75 * side
            self.move("yaw", start, start + 0.4, self.facing)
            self.move("body_yaw", start, start + 0.3, self.body_facing)
        self.posture.change(start, posture)
        self.down.move(start, end, 1.0)

    def rise(self, start: float, end: float) -> None:
        if self.down.at(start) > 0:
            self.down.move(start, end, 0.0)

    def cycle(self, start: float, end: float, apply: Cycle) -> None:
        """Let ``apply`` work on the body of every frame from ``start`` to ``end``."""
        self.cycles.append((start, end, apply))


def squat(body: Body, drop: float, weight: float = 1.0) -> None:
    """Sink by ``drop`` units over bent knees, soles on the ground: knees apart from the front, forward when turned."""
    bend = math.degrees(math.acos(max(-1.0, min(1.0, 1 - drop / LEG))))
    if abs(body.body_yaw) > 0.3:
        way = 1.0 if body.body_yaw > 0 else -1.0
        body.bring_legs((-way * bend, 2 * way * bend, -way * bend, 2 * way * bend), weight)
    else:
        body.bring_legs((bend, -2 * bend, -bend, 2 * bend), weight)
    body.bob += drop * weight


# thigh and shin of the front leg and of the one behind, for a body turned to +x
_KNEES: dict[Posture, tuple[float, float, float, float]] = {
    "upright": (0.0, 0.0, 0.0, 0.0),
    "one knee": (-86.0, 86.0, 4.0, 84.0),
    "both knees": (-6.0, 94.0, 8.0, 82.0),
    "crouched": (-62.0, 124.0, -50.0, 108.0),
}


def lowered(body: Body, posture: Posture, down: float, most: float) -> None:
    """Bring the legs ``down`` (0..1) into ``posture``; what touches the ground stays on it.

    ``most``: how far the hips come down at the end, less than `KNEEL` where the camera goes down with them.
    """
    way = 1.0 if body.body_yaw >= 0 else -1.0
    front, front_shin, behind, behind_shin = (way * angle for angle in _KNEES[posture])
    near, far = (front, front_shin), (behind, behind_shin)
    left, right = (near, far) if way > 0 else (far, near)
    body.bring_legs((*left, *right), down)
    reaches = []
    for thigh, shin in ((body.legs[0], body.legs[1]), (body.legs[2], body.legs[3])):
        knee = 226 * math.cos(math.radians(thigh))
        reaches += [knee - 12, knee + 212 * math.cos(math.radians(thigh + shin))]  # a knee on the ground, or an ankle
    drop = LEG - max(reaches)
    body.bob += drop * most / KNEEL
    body.lean += 5 * way * down * (1.6 if posture == "crouched" else 1.0)
