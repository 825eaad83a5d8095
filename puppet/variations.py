"""Takes in which one thing alone changes that is not the character: what must leave a verdict as it was.

A plain take shows its character by day, facing the camera, with a calm face; every frame of a variation is the plain
take's, with another background, light, expression, angle or framing, and nothing else. Moving takes, for the same clip
encoded otherwise, turn and change their expression smoothly, so that other sampled frames are other pictures.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from puppet.ladder import EXPRESSIONS, FRAMINGS, PLACES, TIMES, Camera, Framing, Shown, View
from puppet.rig import Pose, Stage, Style, Traits

NUISANCES = ("background", "light", "expression", "angle", "framing")
TURNS = (-1.0, 0.6, 1.3)  # of `Pose.yaw`: three-quarter one way, less the other way, and further than that
QUALITY = 80  # of JPEG


def variations(nuisance: str) -> int:
    """How many variations of a kind a plain take has."""
    return len(FRAMINGS) - 1 if nuisance == "framing" else len(TURNS)


def plain(framing: Framing, seed: int, frames: int) -> list[View]:
    """A plain take's frames: small moves of the head, one place, by day."""
    chance = random.Random(f"plain {seed} {framing}")
    style: Style = chance.choice(("anime", "painterly"))
    stage = Stage(*chance.choice(PLACES), "day", style, framing, 1.0, 0.0, (), chance.randrange(6))
    x, scale = chance.uniform(-100, 100), chance.uniform(0.95, 1.05)
    return [View(stage, _pose(chance, 0.0), x, scale, QUALITY) for _ in range(frames)]


def _pose(chance: random.Random, middle: float) -> Pose:
    yaw = middle + chance.uniform(-0.15, 0.15)
    gaze = (chance.uniform(-0.4, 0.4), chance.uniform(-0.2, 0.2))
    return Pose(yaw=yaw, body_yaw=_body(yaw), tilt=chance.uniform(-3, 3), sway=chance.uniform(-1, 1), gaze=gaze)


def _body(yaw: float) -> float:
    return max(-1.0, min(1.0, 0.7 * yaw))


def varied(views: Sequence[View], nuisance: str, number: int) -> list[View]:
    """The plain take ``views`` with one nuisance changed throughout; ``number`` says to what, from 0 on.

    Raises KeyError for an unknown nuisance.
    """
    stage = views[0].stage
    if nuisance == "background":
        others = [place for place in PLACES if place[0] != stage.location]
        where = others[(3 * number + stage.seed) % len(others)]
        return [_staged(one, replace(stage, location=where[0], words=where[1])) for one in views]
    if nuisance == "light":
        time = [time for time in TIMES if time != stage.time][number]
        return [_staged(one, replace(stage, time=time)) for one in views]
    if nuisance == "framing":
        framing = [framing for framing in FRAMINGS if framing != stage.framing][number]
        return [_staged(one, replace(stage, framing=framing)) for one in views]
    if nuisance == "expression":
        expression = EXPRESSIONS[1 + (number + stage.seed) % (len(EXPRESSIONS) - 1)]
        return [replace(one, pose=replace(one.pose, expression=expression)) for one in views]
    if nuisance == "angle":
        turned = [(one, one.pose.yaw + TURNS[number]) for one in views]
        return [replace(one, pose=replace(one.pose, yaw=yaw, body_yaw=_body(yaw))) for one, yaw in turned]
    raise KeyError(nuisance)


def _staged(view: View, stage: Stage) -> View:
    return replace(view, stage=stage)


def moving(framing: Framing, seed: int, frames: int) -> list[View]:
    """A take with one smooth turn of the head and one change of expression."""
    chance = random.Random(f"moving {seed} {framing}")
    style: Style = chance.choice(("anime", "painterly"))
    stage = Stage(*chance.choice(PLACES), chance.choice(TIMES), style, framing, 1.0, 0.0, (), chance.randrange(6))
    x, scale, middle = chance.uniform(-120, 120), chance.uniform(0.9, 1.1), chance.uniform(-0.6, 0.6)
    first, last = _pose(chance, middle - 0.35), _pose(chance, middle + 0.35)
    one, other = (chance.choice(EXPRESSIONS) for _ in range(2))
    views = []
    for number in range(frames):
        part = number / max(1, frames - 1)
        eased = part * part * (3 - 2 * part)
        yaw, tilt, sway = (
            before + eased * (after - before)
            for before, after in ((first.yaw, last.yaw), (first.tilt, last.tilt), (first.sway, last.sway))
        )
        across, up = (a + eased * (b - a) for a, b in zip(first.gaze, last.gaze, strict=True))
        pose = Pose(
            yaw=yaw, body_yaw=_body(yaw), tilt=tilt, sway=sway, gaze=(across, up),
            expression=one, expression_to=other, blend=eased,
        )  # fmt: skip
        views.append(View(stage, pose, x, scale, QUALITY))
    return views


def filmed(
    traits: Traits, style: Style, views: Sequence[View], like: Traits | None = None, camera: Camera | None = None
) -> Iterator[Shown]:
    """The frames of ``views``, one by one."""
    camera = camera or Camera()
    for seen in views:
        yield camera.frame(traits, style, seen, like)
