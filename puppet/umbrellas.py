"""Umbrellas over a performance: whose is up, from when, and the arm that holds it.

The script knows holding and opening as one gesture; what an umbrella needs besides is read here from the same words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from continuity.media.rates import Rate
from puppet import props, sets
from puppet.acting import Actor, Performance
from puppet.gestures.part import REST_ARMS
from puppet.rig import Pose, Stage
from puppet.timing import smooth

UNDER = r"under|beneath|below|shares?|sharing|shelters?|sheltering"  # words before an umbrella that is up already
UP = r"opens?|opened|opening|unfurls?|unfurling|puts? up|putting up|raises?|raising|lifts?|lifting|holds? up"
DOWN = r"closes?|closed|closing|folds?|folding|furls?|furling|lowers?|lowering"
_SECONDS = 0.45  # from the grip to the cloth, and the arm's way up
_ARMS = {"human": (-16.0, 132.0), "creature": (-34.0, 40.0)}  # the screen-right upper and fore arm below an open one


def put_up(performance: Performance, action: str, actors: Sequence[Actor], stage: Stage, fps: Rate) -> Performance:
    """``performance`` with every umbrella among the stage's props held as the action and the weather have it."""
    words = dict(stage.things)
    for prop in stage.props:
        if props.known(prop, words.get(prop, "")) == "umbrella":
            performance = _held(performance, prop, words.get(prop, ""), action, actors, stage, fps)
    return performance


def _held(
    performance: Performance, prop: str, words: str, action: str, actors: Sequence[Actor], stage: Stage, fps: Rate
) -> Performance:
    told = re.sub(r"\{(?:character:)?([\w-]+)\}", r"\1", action.lower())
    name = rf"(?:{'|'.join(re.escape(part) for part in dict.fromkeys((prop, *prop.split('-'))))}|umbrella)"
    under, up, down = (re.search(rf"\b(?:{verbs})\b[^.;!?]*?\b{name}\b", told) for verbs in (UNDER, UP, DOWN))
    rains = sets.in_the_open(stage) in sets.FALLING
    always = bool(under or down or rains or (words and props.is_open(words)))
    holders = [who for who, poses in performance.poses.items() if any(props.id_of(p.holding) == prop for p in poses)]
    if not holders and (mention := under or down or up or re.search(rf"\bwith\b[^.;!?]*?\b{name}\b", told)):
        holders = [_nearest(told[: mention.end()], actors)]
    kinds = {actor.id: actor.kind for actor in actors}
    poses = dict(performance.poses)
    for who in holders:
        poses[who] = _arms(poses[who], prop, always, up is not None, down is not None, kinds[who], fps)
    return replace(performance, poses=poses)


def _nearest(before: str, actors: Sequence[Actor]) -> str:
    """The actor named last before the umbrella is, or the first of the cast."""
    named = [
        (before.rfind(name), actor.id)
        for actor in actors
        for name in (actor.id.lower(), actor.name.lower(), actor.name.lower().split()[0])
        if name in before
    ]
    return max(named)[1] if named else actors[0].id


def _free_arm(pose: Pose) -> tuple[float, float]:
    """What the screen-right arm was to do, mirrored for the other: the hand that waves is not the one that holds."""
    moved = [
        sum(abs(now - rest) for now, rest in zip(arm, home, strict=True))
        for arm, home in ((pose.arms[:2], REST_ARMS[:2]), (pose.arms[2:], REST_ARMS[2:]))
    ]
    return (-pose.arms[2], -pose.arms[3]) if moved[1] > moved[0] else pose.arms[:2]


def _arms(
    poses: Sequence[Pose], prop: str, always: bool, up: bool, down: bool, kind: str, fps: Rate
) -> tuple[Pose, ...]:
    nobody = all(props.id_of(pose.holding) != prop for pose in poses)
    held = [props.id_of(pose.holding) == prop or (nobody and pose.holding is None and not pose.palm) for pose in poses]
    first = held.index(True) if True in held else len(poses)
    was_open = first < len(poses) and props.is_open(poses[first].holding or "")
    span = max(1, round(_SECONDS * fps))
    start = first if was_open or (always and not up) else first + span if up else len(poses)
    end = max(start, round(0.45 * len(poses))) if down and not up else len(poses) + 2 * span
    done = []
    for index, (pose, mine) in enumerate(zip(poses, held, strict=True)):
        if mine:
            from_start = was_open or (start == first == 0)
            rising = 1.0 if from_start else smooth((index - start + span) / (2 * span))
            share = min(rising, smooth((end + span - index) / (2 * span)))
            target = _ARMS[kind]
            arms = (
                *(_free_arm(pose) if nobody else pose.arms[:2]),
                *(round(now + (to - now) * share, 2) for now, to in zip(pose.arms[2:], target, strict=True)),
            )
            text = f"{prop}: open" if start <= index < end else prop
            pose = replace(pose, arms=arms, holding=text, palm=False)  # type: ignore[arg-type]
        done.append(pose)
    return tuple(done)
