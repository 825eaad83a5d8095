"""What the local renderer promises of gestures: they are done as the words say, and what is not done is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from continuity.providers.base import Told
from puppet import notes
from puppet.acting import Actor, Performance, perform
from puppet.creature import pose_creature
from puppet.human import pose_human
from puppet.motion_track import Member, Track, end_states, metadata_of, track_of
from puppet.rig import Placed, Pose, Stage, Traits
from puppet.script import read_action
from puppet.undrawn import not_drawn
from puppet.vocabulary import SMALL

CAST = {"ami": "Ami", "kit": "Kit"}
DONE = [
    ("Ami kneels beside Kit.", ["kneel"]), ("Ami goes down on one knee.", ["kneel"]),
    ("Ami drops to her knees.", ["kneel"]), ("Kit crouches, then jumps.", ["crouch", "jump"]),
    ("Ami picks up the letter.", ["pick up"]), ("Ami picks the letter up.", ["pick up"]),
    ("Ami takes the letter from the floor.", ["pick up"]), ("Ami picks up the letter from the table.", ["hold"]),
    ("Ami picks the letter.", ["hold"]), ("Ami holds up the letter.", ["raise"]),
    ("Ami steps outside.", ["leave"]), ("Ami steps out.", ["leave"]), ("Ami goes outside.", ["leave"]),
    ("Ami steps inside and waves.", ["enter", "wave"]), ("Ami comes out of the house.", ["enter"]),
    ("Ami opens the door.", ["open"]), ("Ami closes the book.", ["close"]), ("Ami closes her eyes.", ["close eyes"]),
    ("Ami knocks, then opens the door.", ["knock", "open"]), ("Ami holds the open letter.", ["hold"]),
    ("Ami stays close to Kit.", ["stop"]), ("Ami gets up.", ["stand"]), ("Ami takes off her hat.", []),
    ("A train rushes past. Ami waves.", ["wave"]), ("The door opens and Ami walks in.", ["enter"]),
    ("The letter falls.", []), ("Rain falls while Ami and Kit run.", ["run", "run"]),
]  # fmt: skip


@pytest.mark.parametrize(("action", "gestures"), DONE, ids=str)
def test_words_ask_for_their_gesture(action: str, gestures: list[str]) -> None:
    assert [beat.gesture for beat in read_action(action, CAST, ("letter",))] == gestures


def undrawn(action: str, *props: str) -> set[str]:
    remarks = not_drawn(Told("action", "e01s01", {"action": action}, beside=CAST, props=props))
    return {word for remark in remarks for word in remark.words}


UNREAD = [
    ("Ami walks over and unlocks the door.", ["unlocks"]),
    ("Ami quickly unlocks the door to look inside.", ["unlocks"]),
    ("Ami sits knitting a scarf.", ["knitting"]), ("Ami turns to water the plants.", ["water"]),
    ("Ami takes off her hat.", ["takes off"]), ("Ami turns on the lamp and smiles.", ["turns on"]),
    ("They climb to look out.", ["climb"]), ("Ami cooks. Kit throws a ball and laughs.", ["cooks", "throws"]),
    ("Ami gets dressed.", ["gets"]), ("{ami} juggles, then {kit} juggles.", ["juggles"]),
    ("Ami turns to Kit on the roof.", []), ("Ami looks at the painting in the morning light.", []),
    ("Ami walks to school.", []), ("Ami gets up and waves.", []), ("Ami picks up the letter and kneels.", []),
    ("Ami and Kit nod.", []), ("Ami opens the door, then steps outside.", []),
]  # fmt: skip


@pytest.mark.parametrize(("action", "words"), UNREAD, ids=str)
def test_every_verb_that_is_not_acted_is_named(action: str, words: list[str]) -> None:
    assert set(" ".join(words).split()) - SMALL <= undrawn(action)


HELD = [
    ("Ami raises a long red sword and waves.", ["sword"]), ("Ami picks up the stone from the floor.", ["stone"]),
    ("Kit gives a flower to Ami.", ["flower"]), ("Ami raises the letter.", []), ("Ami raises her hand.", []),
    ("Ami lifts its head, then holds her breath.", []), ("Ami holds it.", []), ("Ami holds a book.", ["book"]),
    ("{kit} passes the red letter on.", []),
]  # fmt: skip


@pytest.mark.parametrize(("action", "things"), HELD, ids=str)
def test_a_thing_that_no_hand_will_hold_is_named(action: str, things: list[str]) -> None:
    assert set(things) <= undrawn(action, "letter")


def demo() -> list[tuple[str, dict[str, Any]]]:
    series = yaml.safe_load((Path(__file__).parents[1] / "conf/series/demo.yaml").read_text())
    scenes = [scene for episode in series["episodes"].values() for scene in episode["scenes"].values()]
    return [(name, shot) for scene in scenes for name, shot in scene["shots"].items()]


@pytest.mark.parametrize(("name", "shot"), demo(), ids=lambda part: part if isinstance(part, str) else "")
def test_the_demo_is_acted_as_a_whole_and_as_before(name: str, shot: dict[str, Any]) -> None:
    assert undrawn(shot["action"], *shot.get("props", ())) == set()
    kneels = {"kneel", "crouch", "pick up", "open", "close", "knock"}
    assert not kneels & {beat.gesture for beat in read_action(shot["action"], CAST, shot.get("props", ()))}


# ---- what is seen of them ------------------------------------------------------------------------


def played(action: str, kind: Any = "human", framing: Any = "wide", seconds: float = 3.0, **more: Any) -> Performance:
    cast = [Actor("ami", "Ami", kind)]
    return perform(action, cast, seconds=seconds, fps=12, framing=framing, seed=2, **more)


def soles(pose: Pose, kind: Any) -> list[float]:
    """How far each sole is under the ground, in figure units."""
    figure = (pose_creature if kind == "creature" else pose_human)(Placed("ami", Traits(kind=kind), "anime", pose))
    return [y - figure.ground for _, y in figure.feet]


@pytest.mark.parametrize("action", ["Ami kneels.", "Ami drops to her knees.", "Ami crouches."])
def test_who_goes_down_stays_down_with_its_feet_on_the_floor(action: str) -> None:
    poses = played(action).poses["ami"]
    assert poses[0].posture == "upright" and poses[0].down == 0
    assert all(pose.down == 1 for pose in poses[-8:]) and poses[-1].bob > 150
    standing = soles(Pose(), "human")[0]
    for pose in poses:
        lowest = max(soles(pose, "human"))
        assert lowest < standing + 30
        assert lowest > standing - 70 or pose.posture == "both knees"  # a knee is on the ground then


def test_a_small_animal_goes_down_too() -> None:
    poses = played("Ami kneels.", "creature").poses["ami"]
    assert poses[-1].down == 1 and max(soles(poses[-1], "creature")) == pytest.approx(
        max(soles(poses[0], "creature")), abs=6
    )


@pytest.mark.parametrize("then", ["stands", "rises", "walks to the left", "jumps"])
def test_who_kneels_gets_up_for_what_is_done_standing(then: str) -> None:
    poses = played(f"Ami kneels, then {then}.", seconds=4.0).poses["ami"]
    assert max(pose.down for pose in poses) > 0.95 and poses[-1].down == 0 and poses[-1].posture == "upright"


@pytest.mark.parametrize("framing", ["wide", "medium", "close-up"])
def test_a_nearer_camera_goes_down_with_who_kneels(framing: str) -> None:
    most = played("Ami kneels.", framing=framing).poses["ami"][-1].bob
    assert most < {"wide": 260, "medium": 150, "close-up": 80}[framing]


@pytest.mark.parametrize("kind", ["human", "creature"])
def test_what_is_picked_up_is_in_the_hand_afterwards(kind: str) -> None:
    poses = played("Ami picks up the letter.", kind, props=("letter",)).poses["ami"]
    assert poses[0].holding is None and poses[-1].holding == "letter"
    lowest = max(range(len(poses)), key=lambda index: poses[index].bob)
    taken = next(index for index, pose in enumerate(poses) if pose.holding)
    assert abs(taken - lowest) <= 6 and poses[-1].bob < poses[lowest].bob / 3


def test_who_steps_outside_is_gone() -> None:
    xs = played("Ami steps outside.").xs["ami"]
    assert abs(xs[0]) < 200 and abs(xs[-1]) > 640


def test_closed_eyes_stay_closed_until_they_are_opened() -> None:
    assert all(pose.blink == 1 for pose in played("Ami closes her eyes.").poses["ami"][-8:])
    poses = played("Ami closes her eyes, then opens her eyes.").poses["ami"]
    assert any(pose.blink == 1 for pose in poses) and poses[-1].blink < 1


@pytest.mark.parametrize("kind", ["human", "creature"])
@pytest.mark.parametrize("action", ["Ami opens the door.", "Ami closes the door.", "Ami knocks."])
def test_a_hand_goes_to_the_door_and_comes_back(action: str, kind: str) -> None:
    poses = played(action, kind).poses["ami"]
    rest, far = poses[0].arms[2], max(poses, key=lambda pose: abs(pose.arms[2])).arms[2]
    assert abs(far - rest) > 25 and abs(poses[-1].arms[2] - rest) < 12


# ---- and what travels in the file ----------------------------------------------------------------


def track(performance: Performance) -> Track:
    member = Member(
        "ami", "anime", Traits(), ((0.0, Traits()),), performance.poses["ami"], performance.xs["ami"],
        performance.scales["ami"],
    )  # fmt: skip
    return Track(12, 320, 180, Stage("cafe", "a cafe"), performance.zooms, performance.pans, (member,))


def test_the_next_shot_begins_on_the_knees() -> None:
    text = metadata_of(track(played("Ami kneels.")))["carried-continuity-track"]
    start = end_states(text)
    poses = played("Ami smiles.", start=start).poses["ami"]
    assert all(pose.down == 1 and pose.posture == "one knee" for pose in poses)


def test_a_take_without_them_tells_what_it_always_told(tmp_path: Path) -> None:
    told = json.loads(metadata_of(track(played("Ami waves.")))["carried-continuity-track"])
    assert not {"posture", "down"} & set(told["cast"]["ami"]["pose"])
    for pose in played("Ami kneels.").poses["ami"]:
        assert notes.read(Pose, json.dumps(notes.told(pose)), 10_000) == pose


@pytest.mark.parametrize("action", ["Ami waves.", "Ami kneels."])
def test_a_performance_is_read_back_from_its_clip(tmp_path: Path, action: str) -> None:
    import numpy as np

    from continuity.media.video import VideoWriter

    made = track(played(action, seconds=1.0))
    path = tmp_path / "take.mp4"
    with VideoWriter(path, 320, 180, 12, metadata=metadata_of(made)) as writer:
        for _ in range(made.frames):
            writer.write(np.zeros((180, 320, 3), np.uint8))
    assert track_of(path) == made
