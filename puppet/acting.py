"""From action words to poses: one performance, frame by frame.

The script's beats are laid out in time, each character's part is written on its channels by
`gestures`, and then every frame is read off: eased moves, cycles, breath, blinks, speech, and last
the follow-through of hair and tail, which only motion itself can tell.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from continuity.plan.schema import Framing
from puppet.gestures import GESTURES
from puppet.gestures.hands import receive
from puppet.gestures.part import KNEEL, SEAT, Body, Part
from puppet.posing import EndState, Spoken, blinks, body, continued, follow_through, pose
from puppet.rig import Expression, Pose
from puppet.script import Beat, read_action
from puppet.timing import glide, pulse

__all__ = [
    "ANGLES",
    "CAMERAS",
    "Actor",
    "EndState",
    "Performance",
    "Spoken",
    "perform",
    "read_expression",
]

ANGLES: dict[str, float] = {
    "front": 0.0, "three-quarter": 1.0, "three-quarter-right": 1.0, "three-quarter-left": -1.0,
    "profile": 2.0, "profile-right": 2.0, "profile-left": -2.0,
}  # fmt: skip
CAMERAS = ("static", "push-in", "pull-out", "pan-left", "pan-right")

# Pixels per figure unit of the three framings, in a picture 720 pixels high.
_SCALES: dict[str, dict[str, float]] = {
    "human": {"wide": 0.52, "medium": 1.10, "close-up": 1.86},
    "creature": {"wide": 0.66, "medium": 1.22, "close-up": 1.95},
}
_APART = {"wide": 0.172, "medium": 0.185, "close-up": 0.245}  # of the picture's width, from the centre
_SEATS = {"wide": SEAT, "medium": 70.0, "close-up": 40.0}  # figure units: nearer shots keep the face in the picture
_KNEES = {"wide": KNEEL, "medium": 130.0, "close-up": 60.0}
# What is done standing: whoever kneels or crouches gets up for it.
_UPRIGHT = frozenset({"walk", "run", "enter", "run in", "leave", "jump", "hop", "dance", "sit", "bow", "spin", "cheer"})
_LEAD_IN, _TAIL = 0.2, 0.3  # seconds of stillness around the beats

_LIKE: dict[Expression, str] = {  # words of a plan, by the expression that shows them
    "neutral": "calm",
    "focused": "thoughtful curious determined serious",
    "happy": "smiling joyful laughing excited content proud",
    "surprised": "shocked amazed scared afraid",
    "sad": "worried crying lonely tired",
    "angry": "furious annoyed cross grumpy",
}
EXPRESSIONS = {word: expression for expression, words in _LIKE.items() for word in words.split()}


@dataclass(frozen=True)
class Actor:
    """One character as it is cast in a shot."""

    id: str
    name: str
    kind: Literal["human", "creature"] = "human"
    expression: Expression = "neutral"
    angle: str = "front"  # a key of ANGLES
    position: Literal["left", "centre", "right"] = "centre"


@dataclass(frozen=True)
class Performance:
    """Poses and places of each actor, and the camera, for every frame."""

    poses: Mapping[str, tuple[Pose, ...]]
    xs: Mapping[str, tuple[float, ...]]
    scales: Mapping[str, tuple[float, ...]]
    zooms: tuple[float, ...]
    pans: tuple[float, ...]
    beats: tuple[Beat, ...] = field(default=())


def read_expression(word: str) -> Expression | None:
    """The drawn expression for a word of the plan, or None when the puppet has none like it."""
    word = word.lower()
    return word if word in get_args(Expression) else EXPRESSIONS.get(word)  # type: ignore[return-value]


def perform(
    action: str,
    actors: Sequence[Actor],
    *,
    seconds: float,
    fps: float,
    framing: Framing,
    camera: str = "static",
    width: float = 1280.0,
    props: Sequence[str] = (),
    lines: Sequence[Spoken] = (),
    start: Mapping[str, EndState] | None = None,
    seed: int = 0,
) -> Performance:
    """Act ``action`` out. ``width`` is the picture's width when it is 720 high; the same arguments give the same poses.

    ``start`` continues from a shot before: its characters begin where and as they stood and blend over
    eight frames. ``seed`` changes blinks, tempo and small timing, never what is done.
    """
    count = round(seconds * fps)
    chance = random.Random(seed)
    parts = _cast(actors, framing, width, start or {})
    beats = read_action(action, {actor.id: actor.name for actor in actors}, props)
    laid = _laid_out(beats, seconds, lines, chance)
    for beat, begin, end in laid:
        _play(parts, beat, begin, end)
    _converse(parts, lines)
    poses, xs, scales = {}, {}, {}
    for actor in actors:
        part = parts[actor.id]
        closed = blinks(seconds, random.Random(chance.getrandbits(32)))
        closed += [begin for beat, begin, _ in laid if beat.who == actor.id and beat.gesture == "blink"]
        bodies = [body(part, index / fps) for index in range(count)]
        follow_through(bodies, part.scale, fps)
        mine = [line for line in lines if line.who == actor.id]
        frames = [pose(part, body, index, index / fps, closed, mine) for index, body in enumerate(bodies)]
        places = [round(body.x, 2) for body in bodies]
        if start and actor.id in start:
            frames, places = continued(start[actor.id], frames, places)
        poses[actor.id], xs[actor.id] = tuple(frames), tuple(places)
        scales[actor.id] = tuple(round(part.size.at(index / fps), 4) for index in range(count))
    zooms, pans = _camera(camera, count, width)
    return Performance(poses, xs, scales, zooms, pans, tuple(beats))


def _cast(actors: Sequence[Actor], framing: Framing, width: float, start: Mapping[str, EndState]) -> dict[str, Part]:
    apart = _APART[framing] * width
    homes = {"left": -apart, "centre": 0.0, "right": apart}
    placed = {actor.id: homes[actor.position] for actor in actors}
    if len(set(placed.values())) < len(actors):  # two asked for the same place
        spread = {1: [0.0], 2: [-apart, apart], 3: [-1.45 * apart, 0.0, 1.45 * apart]}[len(actors)]
        for actor, x in zip(sorted(actors, key=lambda actor: placed[actor.id]), spread, strict=True):
            placed[actor.id] = x
    placed |= {
        actor.id: start[actor.id].x for actor in actors if actor.id in start and abs(start[actor.id].x) < width / 2
    }
    parts = {}
    for index, actor in enumerate(actors):
        partner = _side_of_others(placed, actor.id)
        facing = ANGLES[actor.angle]
        if partner and actor.angle in ("three-quarter", "profile"):
            facing *= partner  # no side is named: towards the other
        elif partner and actor.angle == "front":
            facing = 0.45 * partner
        body_facing = max(-1.0, min(1.0, facing * (0.8 if abs(facing) > 0.5 else 0.5)))
        part = Part(
            kind=actor.kind,
            home=placed[actor.id],
            edge=width / 2 + (60 if framing == "wide" else 132),
            scale=_SCALES[actor.kind][framing],
            facing=facing,
            body_facing=body_facing,
            partner=partner,
            expression=actor.expression,
            seat=_SEATS[framing],
            kneel=_KNEES[framing],
            phase=0.618 * index % 1.0,  # no two breathe in step
        )
        if partner:
            part.channels["gaze_x"].rest = 0.3 * partner
        if actor.id in start:
            part.seated.rest = start[actor.id].pose.seated
            part.holding.rest = start[actor.id].pose.holding
            part.posture.rest, part.down.rest = start[actor.id].pose.posture, start[actor.id].pose.down
            if part.holding.rest:
                part.channels["right_upper"].rest, part.channels["right_fore"].rest = (
                    -14.0,
                    84.0 if actor.kind == "human" else 20.0,
                )
        parts[actor.id] = part
    return parts


def _side_of_others(placed: Mapping[str, float], who: str) -> float:
    others = [x for other, x in placed.items() if other != who]
    if not others:
        return 0.0
    middle = sum(others) / len(others)
    return 1.0 if middle > placed[who] else -1.0


def _laid_out(
    beats: Sequence[Beat], seconds: float, lines: Sequence[Spoken], chance: random.Random
) -> list[tuple[Beat, float, float]]:
    """Each beat with its start and end: in the script's order, stretched or squeezed to the shot's length."""
    room = max(0.6 * seconds, seconds - _LEAD_IN - _TAIL)
    before = [beat for index, beat in enumerate(beats) if _already(beats, index)]
    beats = [beat for beat in beats if beat not in before]
    offsets = _offsets(beats, overlap=0.0)
    if offsets and max(end for _, _, end in offsets) > room:
        offsets = _offsets(beats, overlap=0.45)  # who acts next need not wait for the other to finish
    total = max((end for _, _, end in offsets), default=0.1)
    tempo = min(room / total, 1.3) * (1 - 0.06 * chance.random())
    lead = min(_LEAD_IN, 0.15 * seconds) + 0.5 * max(0.0, room - total * tempo) * chance.uniform(0.2, 0.5)
    laid = [(beat, -2.0, -1.0) for beat in before]
    for beat, start, end in offsets:
        start, end = lead + start * tempo, lead + end * tempo
        mine = [line for line in lines if line.who == beat.who]
        if beat.gesture == "talk" and mine:  # words and gesture go together
            start, end = mine[0].start, mine[-1].end
        laid.append((beat, start, end))
    return laid


def _offsets(beats: Sequence[Beat], overlap: float) -> list[tuple[Beat, float, float]]:
    """Starts and ends at natural tempo. Another character's beat begins early by a share ``overlap`` of the last."""
    offsets: list[tuple[Beat, float, float]] = []
    cursor = begin = 0.0
    for index, beat in enumerate(beats):
        length = GESTURES[beat.gesture][1] * (1 + 0.45 * (beat.many - 1))
        if not beat.together:
            begin = cursor
            last = beats[index - 1] if index else beat
            if last.who != beat.who and last.towards != beat.who:  # an answer waits for what it answers
                begin = max(offsets[-1][1], cursor - overlap * (offsets[-1][2] - offsets[-1][1]))
        offsets.append((beat, begin, begin + length))
        cursor = max(cursor, begin + length - 0.08)  # the next begins as this one settles
    return offsets


def _already(beats: Sequence[Beat], index: int) -> bool:
    """Whoever "sits and reads" has sat down before the shot begins, unless the words say "sits down"."""
    beat = beats[index]
    first = all(earlier.who != beat.who for earlier in beats[:index])
    goes_on = any(later.who == beat.who for later in beats[index + 1 :])
    return beat.gesture == "sit" and beat.towards != "down" and first and goes_on


def _play(parts: Mapping[str, Part], beat: Beat, start: float, end: float) -> None:
    part = parts[beat.who]
    if beat.towards is not None and beat.towards in parts:
        part.partner = 1.0 if parts[beat.towards].home >= part.home else -1.0
    if beat.gesture in _UPRIGHT:
        part.rise(start, start + 0.5)
    GESTURES[beat.gesture][0](part, beat, start, end)
    if beat.gesture == "give" and beat.prop and part.partner and not beat.word.startswith(("show", "present")):
        others = [other for who, other in parts.items() if who != beat.who]
        other = parts.get(beat.towards or "") or min(others, key=lambda other: abs(other.home - part.home))
        receive(other, beat.prop, start, end)


def _converse(parts: Mapping[str, Part], lines: Sequence[Spoken]) -> None:
    """While one speaks the others look and now and then nod; the speaker's head marks the stresses."""
    for line in lines:
        for who, part in parts.items():
            if who == line.who:
                _speak(part, line)
            elif line.who in parts:
                side = 1.0 if parts[line.who].home >= part.home else -1.0
                part.move("gaze_x", line.start + 0.1, line.start + 0.22, 0.75 * side)
                part.move("yaw", line.start + 0.15, line.start + 0.6, 0.8 * side)
                length = line.end - line.start
                if length > 0.8:
                    middle = line.start + 0.55 * length
                    GESTURES["nod"][0](part, Beat(who, "nod", "nods", None), middle, middle + min(0.9, 0.45 * length))


def _speak(part: Part, line: Spoken) -> None:
    if part.partner:
        part.move("gaze_x", line.start - 0.05, line.start + 0.08, 0.6 * part.partner)
    stress = 1 if part.facing >= 0 else -1
    frames = len(line.loudness)
    whole = max(line.end, 1e-3)

    def cycle(body: Body, seconds: float, share: float) -> None:
        index = min(frames - 1, int((line.start + seconds) / whole * frames)) if frames else 0
        loud = line.loudness[index] if frames else 0.0
        body.bob -= 4.0 * loud
        body.tilt += stress * 2.2 * (loud - 0.4) * pulse(share, 0.15)
        body.lean += stress * 0.8 * pulse(share, 0.3)

    part.cycle(line.start, line.end, cycle)


def _camera(camera: str, count: int, width: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Zoom and pan of each frame; moves ease in and out, and last the whole shot."""
    shares = [glide(index / max(1, count - 1)) for index in range(count)]
    reach = 0.055 * width
    zooms = {"push-in": [1 + 0.16 * s for s in shares], "pull-out": [1.16 - 0.16 * s for s in shares]}.get(
        camera, [1.0] * count
    )
    pans = {"pan-right": [reach * (2 * s - 1) for s in shares], "pan-left": [reach * (1 - 2 * s) for s in shares]}.get(
        camera, [0.0] * count
    )
    return tuple(round(zoom, 5) for zoom in zooms), tuple(round(pan, 3) for pan in pans)
