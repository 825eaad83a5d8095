"""Places, weather and things as the puppet draws them: each is itself, and what is not known is marked and named."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from continuity.request import Request
from puppet import props, sets
from puppet.draw import Renderer, backdrop, prop_picture
from puppet.lettering import LETTERS
from puppet.motion_track import Track, track_of
from puppet.provider import Puppet
from puppet.rig import Placed, Pose, Stage, Style, Traits

PLACES = {
    "a cafe": "cafe", "a flat city rooftop with a water tank": "rooftop", "an attic bedroom": "bedroom",
    "an old library": "library", "a plain studio": "studio", "a park with a bench": "garden", "deep woods": "forest",
    "a quiet harbour at the sea": "harbour", "a narrow street": "street",
    "a kitchen with a view of the sea": "kitchen", "a living room": "living room", "a plain room": "plain room",
    "a busy office": "office",
    "an empty classroom": "classroom", "a railway platform at the edge of town": "railway station",
    "the deck of an old ship": "ship's deck", "a greenhouse with beds of tomatoes under a roof": "greenhouse",
    "rolling hills": "hills",
}  # fmt: skip


def view(words: str = "", place: str = "scene-7", width: int = 192, **changes: Any) -> np.ndarray:
    return backdrop(Stage(place, words, **{"framing": "wide", **changes}), width, width * 9 // 16)


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """The share of pixels that differ by more than a little."""
    return float((np.abs(one.astype(int) - other.astype(int)).max(axis=2) > 24).mean())


def take(path: Path, action: str, **direction: Any) -> Track:
    cast = {"character": "ami", "name": "Ami", "kind": "human", "look_style": "anime"}
    told = {"framing": "wide", "action": action, "characters": [cast], "location": {"id": "street"}, **direction}
    Puppet().render(
        Request("video", "puppet", "puppet-video", action, seed=3, subject="s01", resolution=(96, 54), seconds=1.5,
                fps=8, direction=told),
        path,
    )  # fmt: skip
    return track_of(path)


def test_a_place_is_read_by_what_it_is_and_not_by_what_it_lies_at() -> None:
    assert {words: sets.known("scene-7", words) for words in PLACES} == PLACES
    assert set(PLACES.values()) == {place.name for place in sets.SETS}  # none is forgotten here


@pytest.mark.parametrize("style", ["painterly", "anime"])
def test_each_place_looks_like_no_other_and_like_no_placeholder(style: str) -> None:
    views = {words: view(words, style=style) for words in (*PLACES, "a mine", "a desert")}
    for one, other in combinations(views, 2):
        assert apart(views[one], views[other]) > 0.12, (one, other)


@pytest.mark.parametrize("words", [words for words, name in PLACES.items() if name not in ("studio", "hills")])
def test_the_hours_of_a_place_differ_and_come_out_the_same_twice(words: str) -> None:
    hours = [view(words, time=time) for time in ("morning", "day", "dusk", "night")]
    assert all(apart(one, other) > 0.03 for one, other in combinations(hours, 2))
    sets.found.cache_clear()
    assert np.array_equal(hours[3], view(words, time="night"))


@pytest.mark.parametrize(
    "words",
    ["a cave by the sea", "a police station", "a space station", "the engine room of a ship", "inside a night train",
     "a hotel lobby", "a museum", "a desert", "the bridge over a river", "somewhere else", ""],
)  # fmt: skip
def test_a_place_that_is_not_drawn_is_marked_and_named(words: str) -> None:
    assert sets.known("scene-7", words) is None
    named, other = view(words), view(words, place="scene-8")
    assert 0.001 < apart(named, other) < 0.1  # the letters alone: "SCENE 7", "SCENE 8"
    stripes = (np.abs(named.astype(int) - (226, 180, 74)).max(axis=2) < 40).mean()
    assert stripes > 0.01  # and the yellow of the placeholder's edges


def test_a_placeholder_shows_its_name_in_wide_and_medium_shots_wherever_people_stand() -> None:
    for framing in ("wide", "medium"):
        one, other = (view(place=place, framing=framing, width=320) for place in ("old-mine", "ice-pond"))
        letters = (np.abs(one.astype(int) - other.astype(int)).max(axis=2) > 24).any(axis=0)
        assert letters[:100].any() and letters[140:180].any() and letters[220:].any(), framing


def test_every_letter_of_an_id_can_be_lettered() -> None:
    assert set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-?'.&") == set(LETTERS)


def test_a_train_stands_where_the_words_or_the_action_bring_one(tmp_path: Path) -> None:
    empty = view("a railway platform")
    assert apart(empty, view("a railway platform, a train")) > 0.15
    assert np.array_equal(empty, view("a platform without a train"))
    place = {"id": "stop", "words": "a railway platform"}
    arrives, waits = (
        take(tmp_path / f"{name}.mp4", action, location=place).stage
        for name, action in (("arrives", "The train pulls in and Ami waves."), ("waits", "Ami waits for the train."))
    )
    assert not np.array_equal(backdrop(arrives, 96, 54), backdrop(waits, 96, 54))


@pytest.mark.parametrize(
    ("action", "seen"),
    [
        ("The train pulls in and Ami waves.", [False, True, True]),
        ("The train leaves.", [True, True, False]),
        ("A train rushes past.", [False, True, False]),
    ],
)
def test_a_train_moves_as_the_action_says(action: str, seen: list[bool], tmp_path: Path) -> None:
    stage = take(tmp_path / "t.mp4", action, location={"id": "stop", "words": "a railway platform"}).stage
    renderer = Renderer(stage, 192, 108)
    bare = view("a railway platform", style=stage.style, seed=stage.seed)
    moments = [renderer.frame(stage, [], seconds) for seconds in (0.0, 1.5, 4.0)]
    assert [apart(bare, moment) > 0.1 for moment in moments] == seen
    assert np.array_equal(moments[1], Renderer(stage, 192, 108).frame(stage, [], 1.5))


@pytest.mark.parametrize("weather", ["in the rain", "in snow", "in fog", "with puddles after the rain"])
def test_weather_is_seen_outdoors(weather: str) -> None:
    assert sets.weather("street", f"a street {weather}")
    assert apart(view("a street"), view(f"a street {weather}")) > 0.1


def test_rain_of_the_hour_falls_moves_and_repeats_and_stays_outside() -> None:
    outside, under = (Stage(place, "", "a rainy night", framing="wide") for place in ("street", "railway-platform"))
    renderer = Renderer(outside, 192, 108)
    first, later, again = (renderer.frame(outside, [], seconds) for seconds in (0.0, 0.25, 0.0))
    assert apart(first, later) > 0.01 and np.array_equal(first, again)
    roofed = Renderer(under, 192, 108)
    assert np.array_equal(roofed.frame(under, [], 0.0), roofed.frame(under, [], 0.25))
    assert sets.weather("street", "no rain") is None


def test_a_thing_is_known_by_its_id_and_then_by_its_words() -> None:
    assert props.known("seed", "an umbrella") == "seed"
    assert props.known("x1", "a light blue seed in a glass jar") == "seed"
    assert [props.known("x1", words) for words in ("a tea kettle", "a statue with an umbrella", "")] == [None] * 3


@pytest.mark.parametrize("style", ["painterly", "anime"])
def test_each_thing_looks_like_no_other(style: Style) -> None:
    pictures = {kind: prop_picture(kind, kind, style, 96, 96) for kind in (*props.KINDS, "orrery", "kettle")}
    for one, other in combinations(pictures, 2):
        assert apart(pictures[one], pictures[other]) > 0.01, (one, other)


def test_an_unknown_thing_is_a_tag_with_its_name_and_no_gift_box() -> None:
    tag, gift = prop_picture("amulet", "", "anime", 128, 128), prop_picture("gift", "", "anime", 128, 128)
    assert apart(tag, gift) > 0.1
    assert 0.005 < apart(tag, prop_picture("astrolabe", "", "anime", 128, 128)) < 0.1  # the letters


def test_the_words_of_a_thing_colour_it_in_takes_too(tmp_path: Path) -> None:
    seen = [
        take(tmp_path / f"{colour}.mp4", "Ami waves.", props=[{"id": "seed", "words": f"a {colour} seed"}]).stage
        for colour in ("blue", "red")
    ]
    assert apart(*(backdrop(stage, 192, 108) for stage in seen)) > 0
    usual = take(tmp_path / "lantern.mp4", "Ami waves.", props=[{"id": "lantern", "words": "a brass lantern"}]).stage
    assert usual.things == ()  # brass is what a lantern looks like anyway: its note says no more than it ever did


@pytest.mark.parametrize(
    ("action", "place", "expected"),
    [
        ("Ami opens her umbrella.", "street", ["umbrella", "umbrella: open"]),
        ("Ami stands under the umbrella.", "street", ["umbrella: open"]),
        ("Ami closes the umbrella.", "street", ["umbrella: open", "umbrella"]),
        ("Ami holds the umbrella.", "street", ["umbrella"]),
        ("Ami holds the umbrella.", "street-in-the-rain", ["umbrella: open"]),
        ("Ami nods.", "street", []),
    ],
)
def test_an_umbrella_is_up_when_the_words_or_the_weather_say_so(
    action: str, place: str, expected: list[str], tmp_path: Path
) -> None:
    track = take(tmp_path / "t.mp4", action, location={"id": place}, props=[{"id": "umbrella", "words": ""}])
    held = [pose.holding for pose in track.cast[0].poses if pose.holding]
    assert list(dict.fromkeys(held)) == expected
    assert ("umbrella" in track.stage.props) is (not expected)  # what is held does not stand there as well


def test_an_open_umbrella_is_over_the_head_and_behind_it() -> None:
    stage = Stage("street", "", framing="wide", style="anime")
    renderer = Renderer(stage, 320, 180)
    bare = Placed("ami", Traits(), "anime", Pose(arms=(9.0, -4.0, -16.0, 132.0)))
    names, front = renderer.parts(replace(bare, pose=replace(bare.pose, holding="umbrella: open")), stage)
    rows, columns = np.nonzero(front == names.index("canopy"))
    face = np.nonzero(front == names.index("eyes"))
    assert rows.max() < face[0].min() and columns.min() < face[1].min() and columns.max() > face[1].max()
