"""Arms and hands, and the things they hold. Only the screen-right hand holds."""

from __future__ import annotations

import math

from puppet.gestures.heads import look_towards
from puppet.gestures.part import KNEEL, REST_ARMS, Body, Part, squat
from puppet.script import Beat
from puppet.timing import pulse, smooth


def wave(part: Part, beat: Beat, start: float, end: float) -> None:
    look_towards(part, beat, start, end)
    up, down = start + 0.4, end - 0.35
    upper, fore = (-58.0, -106.0) if part.kind == "human" else (-108.0, -24.0)
    part.arms(start, up, right_upper=upper, right_fore=fore)
    part.rest_arms(down, end, "right")
    part.palms.append((start + 0.14, end - 0.16))

    def cycle(body: Body, seconds: float, share: float) -> None:
        swing = math.sin(2 * math.pi * (seconds - 0.35) / 0.54) * pulse(share, 0.24)
        body.arms[3 if part.kind == "human" else 2] += 19 * swing
        body.tilt += 3.5 * pulse(share) + 1.3 * swing
        body.lean += 1.2 * pulse(share)

    part.cycle(start, end, cycle)


def talk(part: Part, beat: Beat, start: float, end: float) -> None:
    look_towards(part, beat, start, end)
    part.arms(start, start + 0.45, ease=smooth, right_upper=-16, right_fore=58)
    part.rest_arms(end - 0.4, end, "right")

    def cycle(body: Body, seconds: float, share: float) -> None:
        body.arms[3] += 9 * math.sin(5.2 * seconds) * pulse(share)
        body.tilt += 1.8 * math.sin(3.1 * seconds) * pulse(share)

    part.cycle(start, end, cycle)


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
        part.holding.change(start, beat.prop)
        if start < 0.6:
            part.holding.rest = beat.prop
    upper, fore = (-104.0, -52.0) if part.kind == "human" else (-104.0, -34.0)
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
    look_towards(part, beat, start, end)
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
    upper, fore = (-12, 96) if part.kind == "creature" else (-12, 116) if part.scale < 1.5 else (20, 128)
    part.arms(start, raised, ease=smooth, right_upper=upper, right_fore=fore)  # higher where the camera is close
    part.move("gaze_y", start + 0.1, start + 0.35, 0.75)
    part.move("tilt", start + 0.1, raised, 6.0)
    part.move("bob", start + 0.1, raised, 7.0)
    for name in ("gaze_y", "tilt", "bob"):
        part.move(name, end - 0.1, end + 0.25, 0.0)

    def cycle(body: Body, seconds: float, share: float) -> None:
        line = (seconds * 0.9) % 1.0  # eyes run along a line and jump back
        body.gaze[0] += (-0.45 + 0.9 * min(line / 0.85, 1.0) if line < 0.85 else 0.45 - 6 * (line - 0.85)) * pulse(
            share, 0.2
        )

    part.cycle(start, end, cycle)


def drink(part: Part, beat: Beat, start: float, end: float) -> None:
    prop = beat.prop or part.holding.at(start) or "cup"
    part.holding.change(start, prop)
    if start < 0.6:
        part.holding.rest = prop
    part.arms(
        start,
        start + 0.5,
        ease=smooth,
        right_upper=44 if part.kind == "human" else 30,
        right_fore=139 if part.kind == "human" else 120,
    )
    part.move("tilt", start + 0.35, start + 0.7, -6.0)
    part.move("tilt", end - 0.4, end - 0.1, 0.0)
    part.arms(end - 0.4, end + 0.05, ease=smooth, right_upper=-14, right_fore=84 if part.kind == "human" else 20)

    def cycle(body: Body, seconds: float, share: float) -> None:
        body.bob -= 4 * pulse(share, 0.35)

    part.cycle(start, end, cycle)


def point(part: Part, beat: Beat, start: float, end: float) -> None:
    """The free arm points; which is the screen-right one unless it holds something or the way is left."""
    to, full = beat.towards, part.holding.at(start) is not None
    away = to not in (None, "left", "right", "up", "down", "camera", "away", "out")
    left = to == "left" or (away and part.partner < 0) or (full and to != "right")
    high = 118.0 if full and to is None else 150.0 if to == "up" else 38.0 if to == "down" else 88.0
    if left:
        part.arms(start, start + 0.42, left_upper=high, left_fore=4)
    else:
        part.arms(start, start + 0.42, right_upper=-high, right_fore=-4)
    if to in ("up", "down"):
        part.move("gaze_y", start, start + 0.2, -0.8 if to == "up" else 0.8)
        part.move("gaze_y", end, end + 0.3, 0.0)
    else:
        part.move("yaw", start - 0.02, start + 0.35, 0.0 if to == "camera" else -0.9 if left else 0.9)
        part.move("yaw", end - 0.1, end + 0.35, part.facing)
    part.rest_arms(end - 0.3, end + 0.1, "left" if left else "right")


def clap(part: Part, beat: Beat, start: float, end: float) -> None:
    def cycle(body: Body, seconds: float, share: float) -> None:
        weight, apart = pulse(share, 0.2), abs(math.sin(2 * math.pi * seconds / 0.52))
        body.bring_arms((14 + 14 * apart, -112 + 26 * apart, -14 - 14 * apart, 112 - 26 * apart), weight)
        body.bob -= 3 * weight * apart

    part.cycle(start, end, cycle)


def shrug(part: Part, beat: Beat, start: float, end: float) -> None:
    def cycle(body: Body, seconds: float, share: float) -> None:
        weight = pulse(share, 0.3)
        body.bring_arms((26, 74, -26, -74) if part.kind == "human" else (60, 0, -60, 0), weight)
        body.bob -= 6 * weight
        body.tilt += 7 * weight

    part.cycle(start, end, cycle)


def pick_up(part: Part, beat: Beat, start: float, end: float) -> None:
    """Bend down, reach to the floor, come up with the thing in the hand."""
    human = part.kind == "human"
    grasp = start + 0.46 * (end - start)
    side = (1.0 if part.facing > 0 else -1.0) if part.facing else part.partner or 1.0
    if abs(part.body_facing) < 0.5:
        part.facing, part.body_facing = 0.6 * side, 0.75 * side
        part.move("yaw", start, start + 0.3, part.facing)
        part.move("body_yaw", start, start + 0.3, part.body_facing)
    if beat.prop:
        part.holding.change(grasp, beat.prop)
    deep = 250.0 * part.kneel / KNEEL

    def cycle(body: Body, seconds: float, share: float) -> None:
        down = smooth(share / 0.4) if share < 0.4 else 1.0 if share < 0.54 else smooth((1 - share) / 0.46)
        way = 1.0 if body.body_yaw >= 0 else -1.0
        if human:
            squat(body, 250.0 * down)
            body.bob -= (250.0 - deep) * down
            body.lean += way * 30 * down
            body.bend = 25.0 + 20.0 * down
        else:
            body.bob += 34 * down
            body.lean += way * 14 * down
        body.tilt += way * 6 * down
        body.gaze[1] += 0.8 * down
        reach = -way * (44.0 if human else 30.0) * down  # the arm hangs towards the floor, before the body
        body.arms[2] += (reach - body.arms[2]) * down
        body.arms[3] += (0.0 - body.arms[3]) * down
        body.arms[0] += (way * 26 - body.arms[0]) * down

    part.cycle(start, end, cycle)
    if beat.prop:
        part.arms(grasp, end, ease=smooth, right_upper=-14, right_fore=84 if human else 20)


def open_(part: Part, beat: Beat, start: float, end: float) -> None:
    """A hand reaches out to what is opened, takes hold and draws it aside."""
    _at_a_door(part, beat, start, end, 1.0)


def close(part: Part, beat: Beat, start: float, end: float) -> None:
    """The same the other way: out aside, and back in front."""
    _at_a_door(part, beat, start, end, -1.0)


def _at_a_door(part: Part, beat: Beat, start: float, end: float, way: float) -> None:
    human = part.kind == "human"
    holds = beat.prop or part.holding.at(start)
    if beat.prop and beat.prop != part.holding.at(start):
        part.holding.change(start, beat.prop)
        if start < 0.6:
            part.holding.rest = beat.prop
    if holds:  # a letter, a book, a box in the hand: the other hand opens it
        near, aside = (
            ({"left_upper": -18, "left_fore": -96}, {"left_upper": 34, "left_fore": -62})
            if human
            else ({"left_upper": -20, "left_fore": -70}, {"left_upper": 40, "left_fore": -30})
        )
        part.arms(start, start + 0.4, ease=smooth, right_upper=-14, right_fore=84 if human else 20)
    else:
        near, aside = (
            ({"right_upper": -46, "right_fore": 30}, {"right_upper": -92, "right_fore": -10})
            if human
            else ({"right_upper": -60, "right_fore": 10}, {"right_upper": -104, "right_fore": -14})
        )
        _turns_to_its_hand(part, start, end)
        part.move("lean", start, start + 0.4, 5.0)
        part.move("lean", end - 0.3, end + 0.1, 0.0)
    first, then = (near, aside) if way > 0 else (aside, near)
    middle = start + 0.42 * (end - start)
    part.arms(start, middle, ease=smooth, **first)
    part.arms(middle + 0.08, end - 0.3, ease=smooth, **then)
    part.rest_arms(end - 0.2, end + 0.25, "left" if holds else "right")
    part.move("gaze_y", start, start + 0.2, 0.35)
    part.move("gaze_y", end - 0.2, end + 0.1, 0.0)


def _turns_to_its_hand(part: Part, start: float, end: float) -> None:
    """Towards what the screen-right hand does, and back."""
    for name, there, back in (("yaw", 1.0, part.facing), ("body_yaw", 0.75, part.body_facing)):
        part.move(name, start, start + 0.4, there)
        part.move(name, end - 0.15, end + 0.3, back)


def knock(part: Part, beat: Beat, start: float, end: float) -> None:
    """A raised fist, three raps."""
    human = part.kind == "human"
    upper, fore = (-44.0, -104.0) if human else (-92.0, -20.0)
    _turns_to_its_hand(part, start, end)
    part.arms(start, start + 0.35, ease=smooth, right_upper=upper, right_fore=fore)
    part.rest_arms(end - 0.3, end + 0.1, "right")

    def cycle(body: Body, seconds: float, share: float) -> None:
        beats = max(0.0, math.sin(2 * math.pi * (seconds - 0.35) / 0.3)) if 0.35 < seconds < 1.25 else 0.0
        body.arms[3 if human else 2] += 24 * beats
        body.lean += 2.5 * pulse(share, 0.25) + 1.0 * beats

    part.cycle(start, end, cycle)
