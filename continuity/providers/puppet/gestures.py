"""What each gesture does to a body: moves on its channels, and cycles laid over them.

Angles follow `rig.Pose`: degrees from hanging straight down, positive clockwise on screen, so the
screen-right arm goes out and up with negative values and folds in front of the chest with positive.
A gesture that lasts (turned, seated, raised) leaves its channels where they are; others come back.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from continuity.providers.puppet.rig import Expression
from continuity.providers.puppet.script import Beat
from continuity.providers.puppet.timing import Channel, Steps, glide, lively, pulse, smooth

REST_ARMS = (9.0, -4.0, -9.0, 4.0)
REST_LEGS = (3.0, -1.0, -3.0, 1.0)
STRIDE = {"human": 560.0, "creature": 170.0}  # figure units that one walk cycle covers without sliding
_ARMS = ("left_upper", "left_fore", "right_upper", "right_fore")


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
    seed: int = 0
    channels: dict[str, Channel] = field(default_factory=dict)
    cycles: list[tuple[float, float, Cycle]] = field(default_factory=list)
    faces: list[tuple[float, float, Expression]] = field(default_factory=list)
    palms: list[tuple[float, float]] = field(default_factory=list)
    holding: Steps[str | None] = field(default_factory=lambda: Steps(None))
    seated: Steps[bool] = field(default_factory=lambda: Steps(False))
    size: Channel = field(default_factory=lambda: Channel(1.0))

    def __post_init__(self) -> None:
        rest = dict(zip(_ARMS, REST_ARMS, strict=True))
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
        for name, angle in zip(_ARMS, REST_ARMS, strict=True):
            if side in ("both", name.split("_")[0]) and not (name.startswith("right") and self.holding.at(end)):
                self.move(name, start, end, angle)

    def face(self, start: float, end: float, yaw: float) -> None:
        """Turn: the eyes lead, the head follows, the body comes last."""
        side = (yaw > 0) - (yaw < 0)
        self.move("gaze_x", start - 0.08, start + 0.12, 0.7 * side)
        self.move("gaze_x", end, end + 0.25, 0.0)
        self.move("yaw", start, end, yaw)
        self.move("body_yaw", start + 0.1, end + 0.14, max(-1.0, min(1.0, yaw * 0.8)))

    def travel(self, start: float, end: float, target: float, pace: float) -> None:
        """Walk to ``target``, facing the way, feet on the ground: the cycle is driven by the distance covered."""
        origin = self.channels["x"].at(start)
        way = 1.0 if target >= origin else -1.0
        self.move("x", start, end, target, glide)
        turn = min(0.3, 0.3 * (end - start))
        self.face(start - 0.1 if start > 0.2 else start, start + turn, 1.0 * way)
        if start <= 0.2:  # already on the way when the shot begins
            self.channels["yaw"].rest = self.channels["body_yaw"].rest = way
        self.face(end - turn, end + 0.1, self.facing if abs(target) <= self.edge else way)
        self.channels["body_yaw"].moves[-1] = (end - turn, end + 0.15, self.body_facing if abs(target) <= self.edge else way, smooth)
        length = STRIDE[self.kind] * self.scale * pace
        run = pace > 1.2
        kind = self.kind

        def cycle(body: Body, seconds: float, share: float) -> None:
            weight = smooth(share / 0.1) * smooth((1 - share) / 0.12)
            phase = 2 * math.pi * abs(body.x - origin) / length
            (_gallop if kind == "creature" else _stride)(body, phase, way, weight, run)

        self.cycles.append((start, end, cycle))


def _stride(body: Body, phase: float, way: float, weight: float, run: bool) -> None:
    """A two-legged step: contact, down, passing, up; arms against legs."""
    swing, reach = math.sin(phase), 33.0 if run else 25.0
    lift = 74.0 if run else 52.0
    knees = [max(0.0, math.sin(phase + 1.3 + half)) * lift + 4 for half in (0.0, math.pi)]
    thighs = (-reach * swing, reach * swing)
    # The lower ankle touches the ground; thigh 226 and shin 212 long, hip 438 above it when straight.
    ankles = [226 * math.cos(math.radians(a)) + 212 * math.cos(math.radians(a + k)) for a, k in zip(thighs, knees, strict=True)]
    body.bring_legs((way * thighs[0], way * knees[0], way * thighs[1], way * knees[1]), weight)
    body.bob += weight * (438 - max(ankles) - (14 * abs(math.cos(phase)) if run else 0))
    elbow = 70.0 if run else 16.0
    arms = [way * side * (30 if run else 22) * swing for side in (1, -1)]
    keep = body.arms[2:] if body.palm or abs(body.arms[2] - REST_ARMS[2]) > 25 else None
    body.bring_arms((arms[0], -way * elbow - 8 * arms[0] / 22, arms[1], -way * elbow + 8 * arms[0] / 22), weight)
    if keep:  # an arm that carries or waves does not swing
        body.arms[2:] = keep
    body.lean += weight * way * (7 if run else 2.0)
    body.tilt += weight * 1.6 * math.sin(phase)
    body.sway += weight * 0.5 * math.sin(phase - 1)


def _gallop(body: Body, phase: float, way: float, weight: float, run: bool) -> None:
    """Short legs: feet lift in turn, the whole body bounces and rocks."""
    swing = math.sin(phase)
    body.bring_legs((26 * swing, 0.0, -26 * swing, 0.0), weight)
    body.bob -= weight * (22 if run else 11) * abs(swing)
    body.tilt += weight * 3.5 * swing
    body.lean += weight * (way * (6 if run else 2) + 2.5 * swing)
    if abs(body.arms[2] - REST_ARMS[2]) < 25:
        body.bring_arms((14 + 16 * swing, 0, -14 + 16 * swing, 0), weight)
    body.sway += weight * swing


def _oscillate(part: Part, start: float, end: float, apply: Cycle) -> None:
    part.cycles.append((start, end, apply))


# --- gestures: each takes the part, the beat, its start and its end -------------------------------------------------


def walk(part: Part, beat: Beat, start: float, end: float, pace: float = 1.0) -> None:
    here = part.channels["x"].at(start)
    span = end - start
    # As far as feet carry in the time, and not out of the picture.
    reach = min(STRIDE[part.kind] * part.scale * pace * span / 1.05, 0.8 * part.edge)
    if beat.towards == "away":
        part.move("yaw", start, start + 0.3, -1.2)
    if beat.towards == "camera":
        return _march(part, start, end)
    if beat.towards in ("left", "right"):
        target = max(-0.62 * part.edge, min(0.62 * part.edge, here + (reach if beat.towards == "right" else -reach)))
        part.home = target
    elif beat.towards is not None and part.partner and beat.towards not in ("up", "down", "around"):
        target = here + part.partner * min(reach, 0.22 * part.edge)
        part.home = target
    elif start < 0.6 and not part.channels["x"].moves:
        side = -1.0 if here <= 0 else 1.0
        part.channels["x"].rest = max(-0.8 * part.edge, min(0.8 * part.edge, here + side * reach))
        target = here
    else:
        target = here - (1.0 if here > 0 else -1.0) * min(reach, 0.45 * part.edge)
        part.home = target
    part.travel(start, end, target, pace)


def _march(part: Part, start: float, end: float) -> None:
    """Towards the camera: steps in place while the figure grows."""
    part.face(start, start + 0.2, 0.0)
    part.size.rest = 0.86
    part.size.move(start, end, 1.0, glide)

    def cycle(body: Body, seconds: float, share: float) -> None:
        weight, swing = pulse(share, 0.12), math.sin(2 * math.pi * seconds / 1.0)
        body.bob += weight * 7 * abs(swing)
        body.lean += weight * 1.2 * swing
        body.sway += weight * 0.4 * swing
        body.bring_arms((9 + 5 * swing, -6, -9 + 5 * swing, 6), weight)
        body.bring_legs((3, 14 * max(0.0, swing), -3, -14 * max(0.0, -swing)), weight)

    _oscillate(part, start, end, cycle)


def run(part: Part, beat: Beat, start: float, end: float) -> None:
    walk(part, beat, start, end, pace=1.7)


def enter(part: Part, beat: Beat, start: float, end: float, pace: float = 1.0) -> None:
    outside = part.edge * 1.02
    side = {"left": -1.0, "right": 1.0}.get(beat.towards or "", -1.0 if part.home <= 0 else 1.0)
    part.channels["x"].rest = side * outside
    # A cut into the step: nobody waits for an empty frame to fill.
    begin = 0.0 if start < 0.5 else start
    part.travel(begin, end, part.home, pace)


def run_in(part: Part, beat: Beat, start: float, end: float) -> None:
    enter(part, beat, start, end, pace=1.7)


def leave(part: Part, beat: Beat, start: float, end: float) -> None:
    here = part.channels["x"].at(start)
    side = {"left": -1.0, "right": 1.0}.get(beat.towards or "", 1.0 if here >= 0 else -1.0)
    part.travel(start, end, side * part.edge * 1.2, 1.2)


def stop(part: Part, beat: Beat, start: float, end: float) -> None:
    _oscillate(part, start, end, lambda body, seconds, share: _settle(body, seconds))


def _settle(body: Body, seconds: float) -> None:
    wobble = math.exp(-5 * seconds) * math.sin(9 * seconds)
    body.lean -= 2.5 * wobble
    body.sway += 0.6 * wobble


def wave(part: Part, beat: Beat, start: float, end: float) -> None:
    _look_towards(part, beat, start, end)
    up, down = start + 0.4, end - 0.35
    upper, fore = (-58.0, -106.0) if part.kind == "human" else (-128.0, -8.0)
    part.arms(start, up, right_upper=upper, right_fore=fore)
    part.rest_arms(down, end, "right")
    part.palms.append((start + 0.14, end - 0.16))

    def cycle(body: Body, seconds: float, share: float) -> None:
        swing = math.sin(2 * math.pi * (seconds - 0.35) / 0.54) * pulse(share, 0.24)
        body.arms[3 if part.kind == "human" else 2] += 19 * swing
        body.tilt += 3.5 * pulse(share) + 1.3 * swing
        body.lean += 1.2 * pulse(share)

    _oscillate(part, start, end, cycle)


def talk(part: Part, beat: Beat, start: float, end: float) -> None:
    _look_towards(part, beat, start, end)
    part.arms(start, start + 0.45, ease=smooth, right_upper=-16, right_fore=58)
    part.rest_arms(end - 0.4, end, "right")

    def cycle(body: Body, seconds: float, share: float) -> None:
        body.arms[3] += 9 * math.sin(5.2 * seconds) * pulse(share)
        body.tilt += 1.8 * math.sin(3.1 * seconds) * pulse(share)

    _oscillate(part, start, end, cycle)


def nod(part: Part, beat: Beat, start: float, end: float) -> None:
    times = max(2, beat.many)
    _look_towards(part, beat, start, end)

    def cycle(body: Body, seconds: float, share: float) -> None:
        dip = math.sin(math.pi * times * share) ** 2 * (1 - 0.35 * share)
        body.bob += 13 * dip
        body.tilt += (1 if body.yaw >= 0 else -1) * 7.5 * dip
        body.gaze[1] += 0.45 * dip

    _oscillate(part, start, end, cycle)


def shake_head(part: Part, beat: Beat, start: float, end: float) -> None:
    def cycle(body: Body, seconds: float, share: float) -> None:
        swing = math.sin(2 * math.pi * 2.5 * share) * pulse(share, 0.2)
        body.yaw += 0.62 * swing
        body.gaze[0] -= 0.4 * swing
        body.sway -= 0.5 * swing

    _oscillate(part, start, end, cycle)


def turn(part: Part, beat: Beat, start: float, end: float) -> None:
    now = part.channels["yaw"].at(start)
    if beat.towards in ("left", "away"):
        target = -1.0
    elif beat.towards == "right":
        target = 1.0
    elif beat.towards == "camera":
        target = 0.0
    elif beat.towards == "around" or beat.towards is None:
        target = -1.0 if now > 0.3 else 1.0 if now < -0.3 or not part.partner else part.partner
    else:
        target = part.partner or 1.0
    part.face(start, min(end, start + 0.7), target)
    part.facing, part.body_facing = target, target * 0.8

    def cycle(body: Body, seconds: float, share: float) -> None:
        body.bob += 7 * math.sin(math.pi * share)  # weight goes down through a turn
        body.tilt += 2.5 * math.sin(math.pi * share) * (1 if target > now else -1)

    _oscillate(part, start, min(end, start + 0.75), cycle)


def look(part: Part, beat: Beat, start: float, end: float) -> None:
    if beat.towards in ("up", "down"):
        down = beat.towards == "down"
        part.move("gaze_y", start, start + 0.15, 0.8 if down else -0.9)
        part.move("tilt", start + 0.08, start + 0.5, (8.0 if down else -9.0) * (1 if part.facing >= 0 else -1))
        part.move("bob", start + 0.08, start + 0.5, 8.0 if down else -6.0)
        for name in ("gaze_y", "tilt", "bob"):
            part.move(name, end - 0.1, end + 0.3, 0.0)
        return
    if beat.towards in ("camera", None):
        part.move("yaw", start + 0.05, start + 0.45, 0.0 if beat.towards == "camera" or abs(part.facing) > 0.3 else 0.6)
        part.move("yaw", end, end + 0.4, part.facing)
        return
    if beat.towards in ("left", "right", "away", "around"):
        side = {"left": -1.0, "right": 1.0}.get(beat.towards, 1.0 if part.facing >= 0 else -1.0)
        part.move("gaze_x", start, start + 0.12, 0.85 * side)
        part.move("yaw", start + 0.06, start + 0.5, 1.0 * side)
        if beat.towards == "around":
            part.move("gaze_x", start + 0.5, start + 0.62, -0.85 * side)
            part.move("yaw", start + 0.56, start + 1.0, -1.0 * side)
        part.move("gaze_x", end, end + 0.2, 0.0)
        part.move("yaw", end, end + 0.4, part.facing)
        return
    _look_towards(part, beat, start, end)


def _look_towards(part: Part, beat: Beat, start: float, end: float) -> None:
    if beat.towards == "camera":
        part.move("yaw", start, start + 0.35, 0.0)
        part.move("yaw", end, end + 0.4, part.facing)
    elif part.partner and beat.towards not in (None, "up", "down", "self", "left", "right", "around", "away", "out"):
        part.move("gaze_x", start - 0.05, start + 0.1, 0.75 * part.partner)
        part.move("yaw", start, start + 0.4, 0.9 * part.partner)
        part.move("gaze_x", end + 0.1, end + 0.3, 0.25 * part.partner)
        part.move("yaw", end, end + 0.45, part.facing)


def jump(part: Part, beat: Beat, start: float, end: float) -> None:
    _hops(part, start, end, beat.many, height=120.0 if part.kind == "human" else 62.0, arms=True)


def hop(part: Part, beat: Beat, start: float, end: float) -> None:
    _hops(part, start, end, max(2, beat.many), height=46.0 if part.kind == "human" else 38.0, arms=False)


def _hops(part: Part, start: float, end: float, times: int, height: float, arms: bool) -> None:
    """Crouch, fly on a parabola, land, recover; twice or more without the pause between."""

    def cycle(body: Body, seconds: float, share: float) -> None:
        local = (share * times) % 1.0 if share < 1 else 1.0
        crouch = 26.0 if part.kind == "human" else 12.0
        air = (local - 0.24) / 0.52
        if 0 < air < 1:
            lift, squash = 4 * air * (1 - air), 0.0
        else:
            lift, squash = 0.0, math.sin(math.pi * (local / 0.24 if local <= 0.24 else (local - 0.76) / 0.24))
        body.bob += crouch * squash - height * lift
        bend = 34 * squash + (22 * lift if part.kind == "human" else 14 * lift)
        body.bring_legs((bend * 0.55, -bend, -bend * 0.55, bend), 1.0 if part.kind == "human" else 0.0)
        if part.kind == "creature":
            body.legs = [10 * lift, 0.0, -10 * lift, 0.0]
        if arms:
            body.arms[0] += 70 * lift - 12 * squash
            body.arms[2] -= 70 * lift - 12 * squash
        else:
            body.arms[0] += 24 * lift
            body.arms[2] -= 24 * lift
        body.sway += 0.9 * (lift - squash)

    _oscillate(part, start, end, cycle)


def dance(part: Part, beat: Beat, start: float, end: float) -> None:
    def cycle(body: Body, seconds: float, share: float) -> None:
        weight, swing = pulse(share, 0.14), math.sin(2 * math.pi * seconds / 0.92)
        double = math.sin(4 * math.pi * seconds / 0.92)
        body.x += weight * 16 * swing
        body.yaw += weight * 0.5 * swing
        body.lean += weight * 5.5 * swing
        body.tilt -= weight * 6 * swing
        body.bob += weight * (11 - 11 * double) * (1.0 if part.kind == "human" else 0.6)
        body.bring_arms((62 + 26 * swing, 62 - 20 * swing, -62 + 26 * swing, -62 - 20 * swing), weight)
        body.bring_legs((8 + 8 * max(0, swing), -16 * max(0, swing), -8 + 8 * min(0, swing), -16 * min(0, swing)), weight)
        body.sway += weight * swing

    part.faces.append((start, end, "happy"))
    _oscillate(part, start, end, cycle)


def sit(part: Part, beat: Beat, start: float, end: float) -> None:
    _bend_then(part, start, end, seated=True)


def stand(part: Part, beat: Beat, start: float, end: float) -> None:
    if part.seated.at(start):
        _bend_then(part, start, end, seated=False)
    elif not part.channels["x"].moves and start < 0.5:
        part.seated.rest = True  # "stands up" first: then it sat
        _bend_then(part, start, end, seated=False)


def _bend_then(part: Part, start: float, end: float, *, seated: bool) -> None:
    """Going down: knees bend, the weight drops and the lap takes over; getting up is the reverse."""
    switch = start + 0.55 * (end - start)
    part.seated.change(switch, seated)

    def cycle(body: Body, seconds: float, share: float) -> None:
        here = share if seated else 1 - share
        down = smooth(here / 0.55) if here < 0.55 else 0.0
        after = math.sin(math.pi * smooth((here - 0.55) / 0.45)) if here >= 0.55 else 0.0
        drop = 96.0 if part.kind == "human" else 20.0
        body.bob += drop * down + 8 * after
        body.lean += 7 * down * (1 if body.yaw >= 0 else -1)
        body.bring_legs((26, -44, -26, 44), down if part.kind == "human" else 0.0)
        body.arms[0] += 10 * down
        body.arms[2] -= 10 * down
        body.gaze[1] += 0.3 * down

    _oscillate(part, start, end, cycle)


def hold(part: Part, beat: Beat, start: float, end: float) -> None:
    """A thing in the hand, at the height of the belt; it stays there."""
    if beat.prop:
        part.holding.change(start + 0.18, beat.prop)
        if start < 0.6:
            part.holding.rest = beat.prop
    part.arms(start, start + 0.5, ease=smooth, right_upper=-14, right_fore=84 if part.kind == "human" else 20)
    if not beat.prop:
        part.rest_arms(end, end + 0.4, "right")


def raise_hand(part: Part, beat: Beat, start: float, end: float) -> None:
    if beat.prop:
        part.holding.change(start if not part.holding.at(start) else start, beat.prop)
        if start < 0.6:
            part.holding.rest = beat.prop
    upper, fore = (-104.0, -52.0) if part.kind == "human" else (-120.0, -20.0)
    part.arms(start, min(end, start + 0.65), right_upper=upper, right_fore=fore)
    part.move("gaze_y", start + 0.1, start + 0.4, -0.5)
    part.move("gaze_x", start + 0.1, start + 0.4, 0.4)
    part.move("gaze_y", end + 0.3, end + 0.6, 0.0)
    part.move("gaze_x", end + 0.3, end + 0.6, 0.0)
    part.move("tilt", start, start + 0.5, 4.0)
    if not beat.prop and not part.holding.at(start):
        part.palms.append((start + 0.15, end - 0.1))
        part.rest_arms(end - 0.3, end + 0.1, "right")
        part.move("tilt", end - 0.3, end, 0.0)


def give(part: Part, beat: Beat, start: float, end: float) -> None:
    """Reach out towards the other; the thing changes hands at the far point (see `acting`)."""
    _look_towards(part, beat, start, end)
    if beat.prop:
        part.holding.change(start, beat.prop)
        if start < 0.6:
            part.holding.rest = beat.prop
        if part.partner and beat.word not in ("show", "shows", "present", "presents", "showing"):
            part.holding.change(start + 0.62 * (end - start), None)
    side = part.partner or 1.0
    reach = start + 0.5 * (end - start)
    # Only the screen-right hand holds, so a gift to the left crosses the body.
    upper, fore = (-62.0, -14.0) if side > 0 else (34.0, 50.0)
    part.arms(start, reach, right_upper=upper, right_fore=fore)
    part.move("lean", start, reach, 4.5 * side)
    part.move("lean", end - 0.3, end + 0.1, 0.0)
    for name, angle in (("right_upper", REST_ARMS[2]), ("right_fore", REST_ARMS[3])):
        part.move(name, end - 0.3, end + 0.15, angle)


def receive(part: Part, prop: str, start: float, end: float) -> None:
    """The other side of `give`."""
    part.holding.change(start + 0.62 * (end - start), prop)
    upper, fore = (-58.0, -10.0) if part.partner > 0 else (30.0, 48.0)
    part.arms(start + 0.1, start + 0.55 * (end - start), right_upper=upper, right_fore=fore)
    part.arms(end - 0.25, end + 0.25, ease=smooth, right_upper=-14, right_fore=84 if part.kind == "human" else 20)


def put(part: Part, beat: Beat, start: float, end: float) -> None:
    part.arms(start, start + 0.5, ease=smooth, right_upper=-34, right_fore=8)
    part.move("lean", start, start + 0.5, 6.0)
    part.holding.change(start + 0.55, None)
    part.move("lean", end - 0.3, end, 0.0)
    for name, angle in (("right_upper", REST_ARMS[2]), ("right_fore", REST_ARMS[3])):
        part.move(name, end - 0.3, end, angle)


def read(part: Part, beat: Beat, start: float, end: float) -> None:
    if beat.prop:
        part.holding.change(start, beat.prop)
        if start < 0.6:
            part.holding.rest = beat.prop
    raised = start + 0.5
    part.arms(start, raised, ease=smooth, right_upper=-12, right_fore=116 if part.kind == "human" else 40)
    part.move("gaze_y", start + 0.1, start + 0.35, 0.75)
    part.move("tilt", start + 0.1, raised, 6.0)
    part.move("bob", start + 0.1, raised, 7.0)
    for name in ("gaze_y", "tilt", "bob"):
        part.move(name, end - 0.1, end + 0.25, 0.0)

    def cycle(body: Body, seconds: float, share: float) -> None:
        line = (seconds * 0.9) % 1.0  # eyes run along a line and jump back
        body.gaze[0] += (-0.45 + 0.9 * min(line / 0.85, 1.0) if line < 0.85 else 0.45 - 6 * (line - 0.85)) * pulse(share, 0.2)

    _oscillate(part, start, end, cycle)


def drink(part: Part, beat: Beat, start: float, end: float) -> None:
    prop = beat.prop or part.holding.at(start) or "cup"
    part.holding.change(start, prop)
    if start < 0.6:
        part.holding.rest = prop
    part.arms(start, start + 0.5, ease=smooth, right_upper=-20, right_fore=150 if part.kind == "human" else 70)
    part.move("tilt", start + 0.35, start + 0.7, -6.0)
    part.move("tilt", end - 0.4, end - 0.1, 0.0)
    part.arms(end - 0.4, end + 0.05, ease=smooth, right_upper=-14, right_fore=84 if part.kind == "human" else 20)

    def cycle(body: Body, seconds: float, share: float) -> None:
        body.bob -= 4 * pulse(share, 0.35)

    _oscillate(part, start, end, cycle)


def point(part: Part, beat: Beat, start: float, end: float) -> None:
    to = beat.towards
    if to == "left" or (to not in (None, "right", "up", "down", "camera", "away", "out") and part.partner < 0):
        part.arms(start, start + 0.42, left_upper=88, left_fore=4)
        part.move("yaw", start - 0.02, start + 0.35, -0.9)
    elif to == "up":
        part.arms(start, start + 0.42, right_upper=-150, right_fore=-8)
        part.move("gaze_y", start, start + 0.2, -0.8)
        part.move("gaze_y", end, end + 0.3, 0.0)
    elif to == "down":
        part.arms(start, start + 0.42, right_upper=-38, right_fore=-4)
        part.move("gaze_y", start, start + 0.2, 0.8)
        part.move("gaze_y", end, end + 0.3, 0.0)
    else:
        part.arms(start, start + 0.42, right_upper=-88, right_fore=-4)
        part.move("yaw", start - 0.02, start + 0.35, 0.0 if to == "camera" else 0.9)
    part.rest_arms(end - 0.3, end + 0.1)
    part.move("yaw", end - 0.1, end + 0.35, part.facing)


def bow(part: Part, beat: Beat, start: float, end: float) -> None:
    def cycle(body: Body, seconds: float, share: float) -> None:
        down = pulse(share, 0.36)
        body.bob += (58 if part.kind == "human" else 26) * down
        body.lean += (14 if part.kind == "human" else 9) * down * (1 if body.yaw >= 0 else -1)
        body.tilt += 9 * down * (1 if body.yaw >= 0 else -1)
        body.gaze[1] += 0.8 * down
        body.bring_arms((14, -6, 18, 66), down)
        body.bring_legs((16, -28, -16, 28), down if part.kind == "human" else 0.0)

    _oscillate(part, start, end, cycle)


def think(part: Part, beat: Beat, start: float, end: float) -> None:
    part.arms(start, start + 0.5, ease=smooth, right_upper=-22, right_fore=148 if part.kind == "human" else 70)
    part.move("tilt", start + 0.1, start + 0.6, 7.0)
    part.move("gaze_x", start + 0.2, start + 0.35, 0.6)
    part.move("gaze_y", start + 0.2, start + 0.35, -0.6)
    for name in ("tilt", "gaze_x", "gaze_y"):
        part.move(name, end - 0.2, end + 0.1, 0.0)
    part.rest_arms(end - 0.4, end + 0.1, "right")
    part.faces.append((start, end, "focused"))


def laugh(part: Part, beat: Beat, start: float, end: float) -> None:
    part.faces.append((start, end + 0.4, "happy"))

    def cycle(body: Body, seconds: float, share: float) -> None:
        weight, shake = pulse(share, 0.2), abs(math.sin(2 * math.pi * seconds / 0.36))
        body.bob -= weight * 7 * shake
        body.lean -= weight * 3.0 * (1 if body.yaw >= 0 else -1)
        body.tilt -= weight * (5 - 2 * shake) * (1 if body.yaw >= 0 else -1)
        body.arms[0] += weight * (14 + 4 * shake)
        body.arms[2] -= weight * (14 + 4 * shake)

    _oscillate(part, start, end, cycle)


def cry(part: Part, beat: Beat, start: float, end: float) -> None:
    part.faces.append((start, end + 0.6, "sad"))
    part.arms(start, start + 0.5, ease=smooth, right_upper=-16, right_fore=150 if part.kind == "human" else 70)
    part.rest_arms(end - 0.3, end + 0.2, "right")

    def cycle(body: Body, seconds: float, share: float) -> None:
        weight = pulse(share, 0.25)
        body.bob += weight * (12 + 3 * abs(math.sin(2 * math.pi * seconds / 0.5)))
        body.tilt += weight * 7
        body.gaze[1] += 0.6 * weight

    _oscillate(part, start, end, cycle)


def sigh(part: Part, beat: Beat, start: float, end: float) -> None:
    part.faces.append((start, end + 0.3, "sad"))

    def cycle(body: Body, seconds: float, share: float) -> None:
        breath = -8 * math.sin(math.pi * min(share / 0.35, 1.0)) + 14 * smooth((share - 0.35) / 0.3) * smooth((1 - share) / 0.2)
        body.bob += breath
        body.gaze[1] += 0.04 * max(0.0, breath)

    _oscillate(part, start, end, cycle)


def shiver(part: Part, beat: Beat, start: float, end: float) -> None:
    part.faces.append((start, end, "sad"))

    def cycle(body: Body, seconds: float, share: float) -> None:
        weight = pulse(share, 0.2)
        tremble = math.sin(2 * math.pi * 7.3 * seconds) * (0.7 + 0.3 * math.sin(4.1 * seconds))
        body.x += weight * 2.2 * tremble
        body.tilt += weight * 1.1 * tremble
        body.bob += weight * 12
        body.bring_arms((4, -96, -4, 96) if part.kind == "human" else (-10, 0, 10, 0), weight)

    _oscillate(part, start, end, cycle)


def hug_oneself(part: Part, beat: Beat, start: float, end: float) -> None:
    def cycle(body: Body, seconds: float, share: float) -> None:
        weight = pulse(share, 0.25)
        body.bring_arms((2, -112, -2, 112) if part.kind == "human" else (-14, 0, 14, 0), weight)
        body.bob += weight * 6
        body.tilt += weight * (4 + 1.5 * math.sin(2.2 * seconds))

    _oscillate(part, start, end, cycle)


def hug(part: Part, beat: Beat, start: float, end: float) -> None:
    if not part.partner:
        return hug_oneself(part, beat, start, end)
    _look_towards(part, beat, start, end)
    side = part.partner
    near = start + 0.35 * (end - start)
    part.move("x", start, near, part.home + side * 0.12 * part.edge)
    part.move("x", end - 0.3, end + 0.3, part.home)
    part.move("lean", start, near, 5.0 * side)
    part.move("lean", end - 0.3, end + 0.1, 0.0)
    arms = {"right_upper": -58, "right_fore": -18} if side > 0 else {"left_upper": 58, "left_fore": 18}
    part.arms(start, near, **arms)
    part.rest_arms(end - 0.3, end + 0.2)
    part.faces.append((start, end + 0.3, "happy"))


def lean(part: Part, beat: Beat, start: float, end: float) -> None:
    side = {"left": -1.0, "right": 1.0}.get(beat.towards or "", part.partner or 1.0)
    part.move("lean", start, start + 0.5, 8.0 * side)
    part.move("tilt", start + 0.1, start + 0.6, 6.0 * side)
    part.move("lean", end - 0.1, end + 0.5, 0.0)
    part.move("tilt", end - 0.1, end + 0.5, 0.0)


def spin(part: Part, beat: Beat, start: float, end: float) -> None:
    """Once round, as far as a cut-out can: through profile, flipped while narrowest, and back."""

    def cycle(body: Body, seconds: float, share: float) -> None:
        around = 2 * smooth(share) if share < 1 else 0.0  # 0 front, .5 profile, 1 away, 1.5 other profile
        saw = around * 2 if around <= 1 else around * 2 - 4  # 0..2 then -2..0
        weight = pulse(share, 0.08)
        body.yaw += (saw - body.yaw) * weight
        body.body_yaw = max(-1.0, min(1.0, saw)) * weight + body.body_yaw * (1 - weight)
        body.bob -= 12 * math.sin(math.pi * share)
        body.bring_arms((48, 14, -48, -14), math.sin(math.pi * share))
        body.sway += math.sin(2 * math.pi * share)

    _oscillate(part, start, end, cycle)


def stretch(part: Part, beat: Beat, start: float, end: float) -> None:
    def cycle(body: Body, seconds: float, share: float) -> None:
        weight = pulse(share, 0.35)
        body.bring_arms((150, 14, -150, -14) if part.kind == "human" else (120, 0, -120, 0), weight)
        body.bob -= 9 * weight
        body.tilt -= 5 * weight

    _oscillate(part, start, end, cycle)


def cheer(part: Part, beat: Beat, start: float, end: float) -> None:
    part.faces.append((start, end + 0.4, "happy"))
    stretch(part, beat, start, end)
    _hops(part, start + 0.1, end, 2, 34.0, False)


def clap(part: Part, beat: Beat, start: float, end: float) -> None:
    def cycle(body: Body, seconds: float, share: float) -> None:
        weight, apart = pulse(share, 0.2), abs(math.sin(2 * math.pi * seconds / 0.52))
        body.bring_arms((14 + 14 * apart, -112 + 26 * apart, -14 - 14 * apart, 112 - 26 * apart), weight)
        body.bob -= 3 * weight * apart

    _oscillate(part, start, end, cycle)


def shrug(part: Part, beat: Beat, start: float, end: float) -> None:
    def cycle(body: Body, seconds: float, share: float) -> None:
        weight = pulse(share, 0.3)
        body.bring_arms((26, 74, -26, -74) if part.kind == "human" else (60, 0, -60, 0), weight)
        body.bob -= 6 * weight
        body.tilt += 7 * weight

    _oscillate(part, start, end, cycle)


def gasp(part: Part, beat: Beat, start: float, end: float) -> None:
    part.faces.append((start, end + 0.3, "surprised"))

    def cycle(body: Body, seconds: float, share: float) -> None:
        back = math.exp(-3.5 * seconds) * smooth(seconds / 0.1) + 0.25 * pulse(share)
        body.bob -= 12 * back
        body.lean -= 5 * back * (1 if body.yaw >= 0 else -1)
        body.arms[0] += 26 * back
        body.arms[2] -= 26 * back

    _oscillate(part, start, end, cycle)


def smile(part: Part, beat: Beat, start: float, end: float) -> None:
    _look_towards(part, beat, start, end)
    part.faces.append((start, end + 1.5, "happy"))
    part.move("tilt", start, start + 0.5, 4.0)
    part.move("tilt", end, end + 0.6, 0.0)


def frown(part: Part, beat: Beat, start: float, end: float) -> None:
    part.faces.append((start, end + 0.8, "angry"))


def blink(part: Part, beat: Beat, start: float, end: float) -> None:
    """The eyes themselves are closed by `acting`, which owns all blinks."""


def idle(part: Part, beat: Beat, start: float, end: float) -> None:
    """Breathing alone."""


Play = Callable[[Part, Beat, float, float], None]

# gesture of the script -> (what it does, natural length in seconds)
GESTURES: dict[str, tuple[Play, float]] = {
    "walk": (walk, 1.9), "run": (run, 1.4), "enter": (enter, 1.8), "run in": (run_in, 1.3), "leave": (leave, 1.8), "stop": (stop, 0.6),
    "wave": (wave, 1.8), "talk": (talk, 1.7), "nod": (nod, 0.95), "shake head": (shake_head, 1.1), "turn": (turn, 0.85), "look": (look, 1.1),
    "jump": (jump, 0.9), "hop": (hop, 1.1), "dance": (dance, 2.8), "sit": (sit, 1.0), "stand": (stand, 0.9), "raise": (raise_hand, 1.2),
    "hold": (hold, 0.8), "give": (give, 1.4), "put": (put, 1.1), "read": (read, 2.0), "drink": (drink, 1.8), "point": (point, 1.3),
    "bow": (bow, 1.3), "think": (think, 1.8), "laugh": (laugh, 1.4), "smile": (smile, 0.8), "frown": (frown, 0.8), "gasp": (gasp, 0.9),
    "cry": (cry, 2.0), "sigh": (sigh, 1.4), "shiver": (shiver, 1.6), "hug": (hug, 1.8), "hug oneself": (hug_oneself, 1.6), "lean": (lean, 1.3),
    "spin": (spin, 1.2), "stretch": (stretch, 1.6), "cheer": (cheer, 1.4), "clap": (clap, 1.3), "shrug": (shrug, 1.0), "blink": (blink, 0.4),
    "idle": (idle, 0.8),
}  # fmt: skip
