"""From one place to another on foot: the step cycle is driven by the distance covered, so feet do not slide."""

from __future__ import annotations

import math

from puppet.gestures.part import LEG, REST_ARMS, STRIDE, Body, Part
from puppet.script import Beat
from puppet.timing import glide, pulse, smooth


def travel(part: Part, start: float, end: float, target: float, pace: float) -> None:
    """Walk to ``target``, facing the way, feet on the ground: the cycle is driven by the distance covered."""
    origin = part.channels["x"].at(start)
    way = 1.0 if target >= origin else -1.0
    part.move("x", start, end, target, glide)
    turn = min(0.3, 0.3 * (end - start))
    part.face(start - 0.1 if start > 0.2 else start, start + turn, 1.0 * way)
    if start <= 0.2:  # already on the way when the shot begins
        part.channels["yaw"].rest = part.channels["body_yaw"].rest = way
    part.face(end - turn, end + 0.1, part.facing if abs(target) <= part.edge else way)
    part.channels["body_yaw"].moves[-1] = (
        end - turn,
        end + 0.15,
        part.body_facing if abs(target) <= part.edge else way,
        smooth,
    )
    length = STRIDE[part.kind] * part.scale * pace
    run = pace > 1.2
    kind = part.kind

    def cycle(body: Body, seconds: float, share: float) -> None:
        weight = smooth(share / 0.1) * smooth((1 - share) / 0.12)
        phase = 2 * math.pi * abs(body.x - origin) / length
        (gallop if kind == "creature" else stride)(body, phase, way, weight, run)

    part.cycle(start, end, cycle)


def stride(body: Body, phase: float, way: float, weight: float, run: bool) -> None:
    """A two-legged step: contact, down, passing, up; arms against legs."""
    swing, reach = math.sin(phase), 33.0 if run else 25.0
    lift = 74.0 if run else 52.0
    knees = [max(0.0, math.sin(phase + 1.3 + half)) * lift + 4 for half in (0.0, math.pi)]
    thighs = (-reach * swing, reach * swing)
    # The lower ankle touches the ground; thigh 226 and shin 212 long, hip 438 above it when straight.
    ankles = [
        226 * math.cos(math.radians(a)) + 212 * math.cos(math.radians(a + k))
        for a, k in zip(thighs, knees, strict=True)
    ]
    body.bring_legs((way * thighs[0], way * knees[0], way * thighs[1], way * knees[1]), weight)
    body.bob += weight * (LEG - max(ankles) - (14 * abs(math.cos(phase)) if run else 0))
    elbow = 70.0 if run else 16.0
    arms = [way * side * (30 if run else 22) * swing for side in (1, -1)]
    keep = body.arms[2:] if body.palm or abs(body.arms[2] - REST_ARMS[2]) > 25 else None
    body.bring_arms((arms[0], -way * elbow - 8 * arms[0] / 22, arms[1], -way * elbow + 8 * arms[0] / 22), weight)
    if keep:  # an arm that carries or waves does not swing
        body.arms[2:] = keep
    body.lean += weight * way * (7 if run else 2.0)
    body.tilt += weight * 1.6 * math.sin(phase)
    body.sway += weight * 0.5 * math.sin(phase - 1)


def gallop(body: Body, phase: float, way: float, weight: float, run: bool) -> None:
    """Short legs: feet reach in turn, the whole body bounces and rocks."""
    swing = math.sin(phase)
    body.bring_legs((38 * swing, 10 * max(0.0, math.cos(phase)), -38 * swing, 10 * max(0.0, -math.cos(phase))), weight)
    body.bob -= weight * (44 if run else 24) * abs(math.cos(phase))
    body.tilt += weight * 3.0 * swing
    body.lean += weight * (way * (6 if run else 2) + 2.5 * swing)
    if abs(body.arms[2] - REST_ARMS[2]) < 25:
        body.bring_arms((14 + 16 * swing, 0, -14 + 16 * swing, 0), weight)
    body.sway += weight * 0.6 * swing


def walk(part: Part, beat: Beat, start: float, end: float, pace: float = 1.0) -> None:
    here = part.channels["x"].at(start)
    span = end - start
    # As far as feet carry in the time, and not out of the picture.
    reach = min(STRIDE[part.kind] * part.scale * pace * span / 1.05, 0.8 * part.edge)
    if beat.towards == "away":
        part.move("yaw", start, start + 0.3, -1.2)
    if beat.towards == "camera":
        return march(part, start, end)
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
    travel(part, start, end, target, pace)


def march(part: Part, start: float, end: float) -> None:
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

    part.cycle(start, end, cycle)


def run(part: Part, beat: Beat, start: float, end: float) -> None:
    walk(part, beat, start, end, pace=1.7)


def enter(part: Part, beat: Beat, start: float, end: float, pace: float = 1.0) -> None:
    outside = part.edge * 1.02
    side = {"left": -1.0, "right": 1.0}.get(beat.towards or "", -1.0 if part.home <= 0 else 1.0)
    part.channels["x"].rest = side * outside
    # A cut into the step: nobody waits for an empty frame to fill.
    begin = 0.0 if start < 0.5 else start
    travel(part, begin, end, part.home, pace)


def run_in(part: Part, beat: Beat, start: float, end: float) -> None:
    enter(part, beat, start, end, pace=1.7)


def leave(part: Part, beat: Beat, start: float, end: float) -> None:
    here = part.channels["x"].at(start)
    side = {"left": -1.0, "right": 1.0}.get(beat.towards or "", 1.0 if here >= 0 else -1.0)
    travel(part, start, end, side * part.edge * 1.2, 1.2)


def stop(part: Part, beat: Beat, start: float, end: float) -> None:
    part.cycle(start, end, lambda body, seconds, share: settle(body, seconds))


def settle(body: Body, seconds: float) -> None:
    wobble = math.exp(-5 * seconds) * math.sin(9 * seconds)
    body.lean -= 2.5 * wobble
    body.sway += 0.6 * wobble
