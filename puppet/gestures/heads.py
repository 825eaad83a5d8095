"""Heads and hearts: looking, nodding, and what feelings do to a body."""

from __future__ import annotations

import math

from puppet.gestures.part import Body, Part
from puppet.script import Beat
from puppet.timing import pulse, smooth


def nod(part: Part, beat: Beat, start: float, end: float) -> None:
    times = max(2, beat.many)
    look_towards(part, beat, start, end)

    def cycle(body: Body, seconds: float, share: float) -> None:
        dip = math.sin(math.pi * times * share) ** 2 * (1 - 0.35 * share)
        body.bob += 13 * dip
        body.tilt += (1 if body.yaw >= 0 else -1) * 7.5 * dip
        body.gaze[1] += 0.45 * dip

    part.cycle(start, end, cycle)


def shake_head(part: Part, beat: Beat, start: float, end: float) -> None:
    def cycle(body: Body, seconds: float, share: float) -> None:
        swing = math.sin(2 * math.pi * 2.5 * share) * pulse(share, 0.2)
        body.yaw += 0.62 * swing
        body.gaze[0] -= 0.4 * swing
        body.sway -= 0.5 * swing

    part.cycle(start, end, cycle)


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
    look_towards(part, beat, start, end)


def look_towards(part: Part, beat: Beat, start: float, end: float) -> None:
    if beat.towards == "camera":
        part.move("yaw", start, start + 0.35, 0.0)
        part.move("yaw", end, end + 0.4, part.facing)
    elif part.partner and beat.towards not in (None, "up", "down", "self", "left", "right", "around", "away", "out"):
        part.move("gaze_x", start - 0.05, start + 0.1, 0.75 * part.partner)
        part.move("yaw", start, start + 0.4, 0.9 * part.partner)
        part.move("gaze_x", end + 0.1, end + 0.3, 0.25 * part.partner)
        part.move("yaw", end, end + 0.45, part.facing)


def think(part: Part, beat: Beat, start: float, end: float) -> None:
    part.arms(
        start,
        start + 0.5,
        ease=smooth,
        right_upper=36 if part.kind == "human" else 24,
        right_fore=146 if part.kind == "human" else 120,
    )
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

    part.cycle(start, end, cycle)


def cry(part: Part, beat: Beat, start: float, end: float) -> None:
    part.faces.append((start, end + 0.6, "sad"))
    part.arms(
        start,
        start + 0.5,
        ease=smooth,
        right_upper=48 if part.kind == "human" else 30,
        right_fore=134 if part.kind == "human" else 120,
    )
    part.rest_arms(end - 0.3, end + 0.2, "right")

    def cycle(body: Body, seconds: float, share: float) -> None:
        weight = pulse(share, 0.25)
        body.bob += weight * (12 + 3 * abs(math.sin(2 * math.pi * seconds / 0.5)))
        body.tilt += weight * 7
        body.gaze[1] += 0.6 * weight

    part.cycle(start, end, cycle)


def sigh(part: Part, beat: Beat, start: float, end: float) -> None:
    part.faces.append((start, end + 0.3, "sad"))

    def cycle(body: Body, seconds: float, share: float) -> None:
        breath = -8 * math.sin(math.pi * min(share / 0.35, 1.0)) + 14 * smooth((share - 0.35) / 0.3) * smooth(
            (1 - share) / 0.2
        )
        body.bob += breath
        body.gaze[1] += 0.04 * max(0.0, breath)

    part.cycle(start, end, cycle)


def shiver(part: Part, beat: Beat, start: float, end: float) -> None:
    part.faces.append((start, end, "sad"))

    def cycle(body: Body, seconds: float, share: float) -> None:
        weight = pulse(share, 0.2)
        tremble = math.sin(2 * math.pi * 7.3 * seconds) * (0.7 + 0.3 * math.sin(4.1 * seconds))
        body.x += weight * 2.2 * tremble
        body.tilt += weight * 1.1 * tremble
        body.bob += weight * 12
        body.bring_arms((4, -96, -4, 96) if part.kind == "human" else (-10, 0, 10, 0), weight)

    part.cycle(start, end, cycle)


def hug_oneself(part: Part, beat: Beat, start: float, end: float) -> None:
    def cycle(body: Body, seconds: float, share: float) -> None:
        weight = pulse(share, 0.25)
        body.bring_arms((2, -112, -2, 112) if part.kind == "human" else (-14, 0, 14, 0), weight)
        body.bob += weight * 6
        body.tilt += weight * (4 + 1.5 * math.sin(2.2 * seconds))

    part.cycle(start, end, cycle)


def hug(part: Part, beat: Beat, start: float, end: float) -> None:
    if not part.partner:
        return hug_oneself(part, beat, start, end)
    look_towards(part, beat, start, end)
    side = part.partner
    near = start + 0.35 * (end - start)
    part.move("x", start, near, part.home + side * 0.12 * part.edge)
    part.move("x", end - 0.3, end + 0.3, part.home)
    part.move("lean", start, near, 5.0 * side)
    part.move("lean", end - 0.3, end + 0.1, 0.0)
    if side > 0:
        part.arms(start, near, right_upper=-58, right_fore=-18)
    else:
        part.arms(start, near, left_upper=58, left_fore=18)
    part.rest_arms(end - 0.3, end + 0.2)
    part.faces.append((start, end + 0.3, "happy"))


def gasp(part: Part, beat: Beat, start: float, end: float) -> None:
    part.faces.append((start, end + 0.3, "surprised"))

    def cycle(body: Body, seconds: float, share: float) -> None:
        back = math.exp(-3.5 * seconds) * smooth(seconds / 0.1) + 0.25 * pulse(share)
        body.bob -= 12 * back
        body.lean -= 5 * back * (1 if body.yaw >= 0 else -1)
        body.arms[0] += 26 * back
        body.arms[2] -= 26 * back

    part.cycle(start, end, cycle)


def smile(part: Part, beat: Beat, start: float, end: float) -> None:
    look_towards(part, beat, start, end)
    part.faces.append((start, end + 1.5, "happy"))
    part.move("tilt", start, start + 0.5, 4.0)
    part.move("tilt", end, end + 0.6, 0.0)


def frown(part: Part, beat: Beat, start: float, end: float) -> None:
    part.faces.append((start, end + 0.8, "angry"))


def blink(part: Part, beat: Beat, start: float, end: float) -> None:
    """The eyes themselves are closed by `acting`, which owns all blinks."""


def idle(part: Part, beat: Beat, start: float, end: float) -> None:
    """Breathing alone."""


def close_eyes(part: Part, beat: Beat, start: float, end: float) -> None:
    """They stay closed until they are opened."""
    part.shut.append((start + 0.1, math.inf))


def open_eyes(part: Part, beat: Beat, start: float, end: float) -> None:
    if not part.shut:
        part.shut.append((-1.0, math.inf))  # whoever opens them had them closed
    part.shut[-1] = (part.shut[-1][0], start + 0.15)
