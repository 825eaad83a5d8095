"""Reading a part off at one moment: body, breath, blinks, face, and what hangs on springs."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from puppet.gestures.part import ARMS, REST_LEGS, SEAT, Body, Part, lowered
from puppet.notes import EXACT, Length, Scale
from puppet.rig import Expression, Pose, Viseme
from puppet.timing import pulse, smooth

_BLINK = 0.17  # seconds
_BLEND_FRAMES = 8


@dataclass(frozen=True)
class Spoken:
    """One line as it is heard. ``visemes`` and ``loudness`` (0..1) have a value for each frame of the shot."""

    who: str
    start: float
    end: float
    visemes: Sequence[Viseme]
    loudness: Sequence[float]


@dataclass(frozen=True)
class EndState:
    """Where one character was when the shot before ended: pose, x as in `Placed`, scale."""

    __pydantic_config__ = EXACT

    pose: Pose
    x: Length
    scale: Scale = 1.0


def body(part: Part, time: float) -> Body:
    """Where everything is at ``time``: channels, then breath and weight shift, then the cycles in their order."""
    value = {name: channel.at(time) for name, channel in part.channels.items()}
    breath = math.sin(2 * math.pi * (time / 3.4 + part.phase))
    shift = math.sin(2 * math.pi * (time / 5.3 + 0.37 + part.phase))
    figure = Body(
        x=value["x"], yaw=value["yaw"], body_yaw=value["body_yaw"],
        tilt=value["tilt"] + 0.9 * shift, lean=value["lean"] + 0.45 * shift, bob=value["bob"] + 2.0 * breath,
        arms=[value[name] for name in ARMS],
        legs=list(REST_LEGS), gaze=[value["gaze_x"], value["gaze_y"]],
    )  # fmt: skip
    if part.kind == "human" and part.seated.at(time):
        figure.bob -= SEAT - part.seat
    figure.arms[0] += 0.9 * breath
    figure.arms[2] -= 0.9 * breath
    down = part.down.at(time)
    if down > 0:
        if part.kind == "human":
            lowered(figure, part.posture.at(time), down, part.kneel)
        else:
            figure.lean += 9 * down * (1 if figure.yaw >= 0 else -1)  # short legs: the whole trunk goes down
    figure.palm = any(start <= time < end for start, end in part.palms)
    for start, end, cycle in part.cycles:
        if start <= time < end:
            cycle(figure, time - start, (time - start) / (end - start))
    return figure


def follow_through(bodies: Sequence[Body], scale: float, fps: float) -> None:
    """Hair, scarf and tail hang on springs: they trail what the body does and swing on after it stops."""
    position = velocity = 0.0
    stiffness, damping = 70.0, 7.0  # about 1.3 swings a second, gone after two
    for before, body in zip([*bodies[:1], *bodies], bodies, strict=False):
        moved = (
            (body.x - before.x) / max(scale, 0.1) / 160
            + (body.yaw - before.yaw) * 0.5
            + (body.lean - before.lean) * 0.05
        )
        falls = (body.bob - before.bob) / 160
        steps = 4
        for _ in range(steps):
            pull = -(moved + falls) * fps * 9
            velocity += (pull - stiffness * position - damping * velocity) / (fps * steps)
            position += velocity / (fps * steps)
        body.sway += position


def blinks(seconds: float, chance: random.Random) -> list[float]:
    """Times when the eyes close: every two to five seconds, now and then twice in a row."""
    times, time = [], chance.uniform(0.5, 2.4)
    while time < seconds:
        times.append(time)
        time += 0.28 if chance.random() < 0.13 else chance.uniform(1.7, 4.6)
    return times


def pose(part: Part, body: Body, index: int, time: float, closed: Sequence[float], lines: Sequence[Spoken]) -> Pose:
    """The finished pose of frame ``index``, rounded, so that what is drawn is what the track keeps."""
    viseme: Viseme = "closed"
    for line in lines:
        if index < len(line.visemes) and line.visemes[index] != "closed":
            viseme = line.visemes[index]
    shut = max(
        (1 - abs((time - start) / _BLINK - 0.5) * 2 for start in closed if start <= time < start + _BLINK), default=0.0
    )
    if any(start <= time < end for start, end in part.shut):
        shut = 1.0
    down = round(part.down.at(time), 3)
    expression, other, weight = _face(part, time)
    holding = part.holding.at(time)
    breath = (time * 0.8 + part.phase) % 1.0
    return Pose(
        yaw=round(_clip(body.yaw, 2.0), 3), body_yaw=round(_clip(body.body_yaw, 1.0), 3),
        tilt=round(_clip(body.tilt, 25.0), 2), lean=round(_clip(body.lean, body.bend), 2), bob=round(body.bob, 2),
        sway=round(_clip(body.sway + 0.1 * (pulse(breath, 0.5) - 0.5), 1.0), 3),
        arms=tuple(round(angle, 2) for angle in body.arms), legs=tuple(round(angle, 2) for angle in body.legs),  # type: ignore[arg-type]
        palm=body.palm and holding is None, seated=part.seated.at(time), holding=holding,
        expression=expression, expression_to=other, blend=weight,
        blink=round(min(1.0, 1.5 * max(0.0, shut)), 3),
        gaze=(round(_clip(body.gaze[0], 1.0), 2), round(_clip(body.gaze[1], 1.0), 2)), viseme=viseme,
        posture=part.posture.at(time) if down else "upright", down=down,
    )  # fmt: skip


def _face(part: Part, time: float) -> tuple[Expression, Expression | None, float]:
    """The expression, and the one it is changing to with its weight, in quarters so that few faces are drawn."""
    for start, end, expression in reversed(part.faces):
        if start <= time < end and expression != part.expression:
            weight = round(4 * smooth((time - start) / 0.25) * smooth((end - time) / 0.3)) / 4
            if weight >= 1:
                return expression, None, 0.0
            return part.expression, expression if weight else None, weight
    return part.expression, None, 0.0


def _clip(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))


def continued(state: EndState, poses: list[Pose], places: list[float]) -> tuple[list[Pose], list[float]]:
    """Begin in the pose of the shot before and ease into this one's."""
    blended, xs = list(poses), list(places)
    for index in range(min(_BLEND_FRAMES, len(poses))):
        share = smooth(index / _BLEND_FRAMES)
        blended[index] = _mixed(state.pose, poses[index], share)
        xs[index] = round(state.x + (places[index] - state.x) * share, 2)
    return blended, xs


def _mixed(first: Pose, second: Pose, share: float) -> Pose:
    def between(one: float, other: float) -> float:
        return round(one + (other - one) * share, 3)

    mixed: dict[str, Any] = {
        name: between(getattr(first, name), getattr(second, name))
        for name in ("yaw", "body_yaw", "tilt", "lean", "bob", "sway", "down")
    }
    for name in ("arms", "legs", "gaze"):
        pairs = zip(getattr(first, name), getattr(second, name), strict=True)
        mixed[name] = tuple(between(one, other) for one, other in pairs)
    held = first if share < 0.5 else second
    mixed["posture"] = second.posture if second.down else first.posture
    for name in ("palm", "seated", "holding", "expression", "expression_to", "blend"):
        mixed[name] = getattr(held, name)
    return replace(second, **mixed)
