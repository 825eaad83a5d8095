"""The whole body: jumps, dances, sitting, bowing, turning."""

from __future__ import annotations

import math

from puppet.gestures.part import Body, Part, squat
from puppet.script import Beat
from puppet.timing import pulse, smooth


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

    part.cycle(start, min(end, start + 0.75), cycle)


def jump(part: Part, beat: Beat, start: float, end: float) -> None:
    hops(part, start, end, beat.many, height=120.0 if part.kind == "human" else 190.0, arms=True)


def hop(part: Part, beat: Beat, start: float, end: float) -> None:
    hops(part, start, end, max(2, beat.many), height=48.0 if part.kind == "human" else 120.0, arms=False)


def hops(part: Part, start: float, end: float, times: int, height: float, arms: bool) -> None:
    """Crouch, fly on a parabola, land, recover; twice or more without the pause between."""

    def cycle(body: Body, seconds: float, share: float) -> None:
        local = (share * times) % 1.0 if share < 1 else 1.0
        crouch = 34.0 if part.kind == "human" else 22.0
        air = (local - 0.24) / 0.52
        if 0 < air < 1:
            lift, squash = 4 * air * (1 - air), 0.0
        else:
            lift, squash = 0.0, math.sin(math.pi * (local / 0.24 if local <= 0.24 else (local - 0.76) / 0.24))
        if part.kind == "human":
            squat(body, crouch * squash if squash else 10 * lift)
        else:
            body.bob += crouch * squash
            body.legs = [12 * lift, 14 * lift, -12 * lift, 14 * lift]
        body.bob -= height * lift
        if arms:
            body.arms[0] += 70 * lift - 12 * squash
            body.arms[2] -= 70 * lift - 12 * squash
        else:
            body.arms[0] += 24 * lift
            body.arms[2] -= 24 * lift
        body.sway += 0.9 * (lift - squash)

    part.cycle(start, end, cycle)


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
        body.bring_legs(
            (8 + 8 * max(0, swing), -16 * max(0, swing), -8 + 8 * min(0, swing), -16 * min(0, swing)), weight
        )
        body.sway += weight * swing

    part.faces.append((start, end, "happy"))
    part.cycle(start, end, cycle)


def sit(part: Part, beat: Beat, start: float, end: float) -> None:
    side = (1.0 if part.facing > 0 else -1.0) if part.facing else part.partner or 1.0
    if abs(part.body_facing) < 0.5:  # from the side a seat reads as one
        part.facing, part.body_facing = 0.5 * side, 0.75 * side
        part.move("yaw", start, start + 0.4, part.facing)
        part.move("body_yaw", start + 0.05, start + 0.4, part.body_facing)
    bend_then(part, start, end, seated=True)


def stand(part: Part, beat: Beat, start: float, end: float) -> None:
    if part.down.at(start) > 0:
        part.rise(start, end)
    elif part.seated.at(start):
        bend_then(part, start, end, seated=False)
    elif not part.channels["x"].moves and start < 0.5:
        part.seated.rest = True  # "stands up" first: then it sat
        bend_then(part, start, end, seated=False)


def bend_then(part: Part, start: float, end: float, *, seated: bool) -> None:
    """Going down: knees bend, the weight drops and the lap takes over; getting up is the reverse."""
    switch = start + 0.5 * (end - start)
    part.seated.change(switch, seated)
    knees = min(120.0, part.seat)  # the last of the way down is quick, in the blink of a cut-out

    def cycle(body: Body, seconds: float, share: float) -> None:
        here = share if seated else 1 - share
        down = smooth(here / 0.5) if here < 0.5 else 0.0
        sunk = (here - 0.5) / 0.5 if here >= 0.5 else -1.0
        if part.kind == "human":
            if down:
                squat(body, knees * down)
            elif sunk >= 0:
                body.bob += (knees - part.seat) * (1 - smooth(sunk / 0.3)) + 10 * math.sin(
                    math.pi * smooth((sunk - 0.2) / 0.8)
                )
        else:
            body.bob += 52 * down + (12 * math.sin(math.pi * sunk) if sunk >= 0 else 0.0)
        body.lean += 8 * down * (1 if body.yaw >= 0 else -1)
        body.arms[0] += 12 * down
        body.arms[2] -= 12 * down
        body.gaze[1] += 0.3 * down

    part.cycle(start, end, cycle)


def bow(part: Part, beat: Beat, start: float, end: float) -> None:
    def cycle(body: Body, seconds: float, share: float) -> None:
        down = pulse(share, 0.36)
        if part.kind == "human":
            squat(body, 46 * down)
        else:
            body.bob += 40 * down
        body.lean += (14 if part.kind == "human" else 9) * down * (1 if body.yaw >= 0 else -1)
        body.tilt += 9 * down * (1 if body.yaw >= 0 else -1)
        body.gaze[1] += 0.8 * down
        body.bring_arms((14, -6, 18, 66), down)

    part.cycle(start, end, cycle)


def kneel(part: Part, beat: Beat, start: float, end: float) -> None:
    """Down on a knee, and there until something else is done."""
    part.lower(start, end, "both knees" if beat.word == "both knees" else "one knee")
    _lowers_its_look(part, start, end)


def crouch(part: Part, beat: Beat, start: float, end: float) -> None:
    part.lower(start, end, "crouched")
    _lowers_its_look(part, start, end)


def _lowers_its_look(part: Part, start: float, end: float) -> None:
    part.move("gaze_y", start + 0.1, start + 0.4, 0.6)
    part.move("gaze_y", end, end + 0.4, 0.0)


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

    part.cycle(start, end, cycle)


def stretch(part: Part, beat: Beat, start: float, end: float) -> None:
    def cycle(body: Body, seconds: float, share: float) -> None:
        weight = pulse(share, 0.35)
        body.bring_arms((150, 14, -150, -14) if part.kind == "human" else (120, 0, -120, 0), weight)
        body.bob -= 9 * weight
        body.tilt -= 5 * weight

    part.cycle(start, end, cycle)


def cheer(part: Part, beat: Beat, start: float, end: float) -> None:
    part.faces.append((start, end + 0.4, "happy"))
    stretch(part, beat, start, end)
    hops(part, start + 0.1, end, 2, 34.0, False)
