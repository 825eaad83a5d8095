"""Who the puppet draws: robots, dogs, birds, children, the old, plaits; and placeholders for whom it cannot draw."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from continuity.request import Reference, Request
from puppet.colours import to_oklch
from puppet.creature import pose_creature
from puppet.draw import Renderer, character_box, portrait
from puppet.identity import Kept, distance, read_picture, stray, write_picture
from puppet.lettering import letter
from puppet.mannequin import draw_card
from puppet.notes import read
from puppet.provider import Puppet
from puppet.rig import Outfit, Placed, Pose, Stage, Style, Traits
from puppet.species_words import SPECIES, UNDRAWN
from puppet.svg import Fragment
from puppet.words import traits_from_words

BARE = Outfit(jacket=None)
ROBOT = Traits(kind="creature", species="robot", fur="#b9c0c6", fur_light="#e4e8ea", eyes="#ffc14a", outfit=BARE)
DOG = Traits(kind="creature", species="dog", fur="#c08a52", eyes="#5a3a26", outfit=BARE)
BIRD = Traits(kind="creature", species="bird", fur="#4a7ab0", outfit=BARE)
DUMMY = Traits(kind="creature", species="placeholder", fur="#a3a6ad", called="octopus", outfit=BARE)
GIRL = Traits(youth=0.6, hair_style="braids", hair_length=0.7)
NAN = Traits(old_age=0.8, fringe="swept", hair="#c9c8cc")

CHANGES: list[tuple[Traits, dict[str, Any]]] = [
    *((ROBOT, change) for change in (
        {"fur": "#b5653a"}, {"fur_light": "#5a6a7a"}, {"trim": "#2f86a8"}, {"eyes": "#58d8f0"}, {"eye_scale": 1.2},
        {"head_shape": "dome"}, {"head_shape": "can"}, {"antenna": "twin"}, {"antenna": "coil"}, {"antenna": "dish"},
        {"lamps": "square"}, {"lamps": "visor"}, {"ears": 1.25}, {"tail": 1.25}, {"face_width": 1.12}, {"nose": 1.3},
        {"brows": 1.6}, {"freckles": True}, {"glasses": "#a02030"}, {"build": 1.2},
    )),
    *((DOG, change) for change in (
        {"fur": "#6a6a78"}, {"fur_light": "#c8a070"}, {"ear_shape": "folded"}, {"ear_shape": "pricked"},
        {"marked": True}, {"ears": 1.25}, {"tail": 1.25}, {"nose": 1.4}, {"face_width": 1.12}, {"freckles": True},
    )),
    *((BIRD, change) for change in (
        {"fur": "#6a6a78"}, {"fur_light": "#e08a52"}, {"trim": "#5a5560"}, {"crest": "tuft"}, {"crest": "swept"},
        {"ears": 1.25}, {"tail": 1.25}, {"nose": 1.3}, {"face_width": 1.12},
    )),
    *((DUMMY, change) for change in ({"called": "dragon"}, {"trim": "#7a4fc0"}, {"eye_scale": 1.2})),
    (GIRL, {"youth": 0.2}), (GIRL, {"hair_style": "braid"}), (GIRL, {"hair_length": 0.3}), (GIRL, {"hair": "#26222a"}),
    (NAN, {"old_age": 0.3}), (NAN, {"old_age": 0.0}), (NAN, {"fringe": "none"}),
]  # fmt: skip


def stage(framing: Any, style: Style = "anime") -> Stage:
    return Stage("cafe", "a small cafe", "day", style, framing)


def someone(traits: Traits, style: Style = "anime", **pose: Any) -> Placed:
    return Placed("someone", traits, style, Pose(**pose))


def head(traits: Traits, style: Style = "anime", **pose: Any) -> np.ndarray:
    return portrait(traits, style, Pose(**pose), 160, 160, "head")


def changed(a: np.ndarray, b: np.ndarray) -> int:
    """How many pixels differ plainly."""
    return int((cv2.absdiff(a, b).max(axis=2) > 12).sum())


def creature(bible: dict[str, str] | str, seed: int = 1) -> Traits:
    return traits_from_words("creature", {"species": bible} if isinstance(bible, str) else bible, "", seed)


def human(seed: int = 1, **bible: str) -> Traits:
    return traits_from_words("human", bible, "", seed)


# ----------------------------------------------------------------------------------------------- words


def test_a_species_that_is_not_drawn_is_a_placeholder_with_its_word_and_no_other_animal() -> None:
    for word in sorted(UNDRAWN | {"zorble", "Lindwurm"}):
        for bible in ({"species": f"a small {word} with green eyes"}, {"animal": f"{word}, no fox, friend of a dog"}):
            traits = creature(bible)
            assert (traits.species, traits.called) == ("placeholder", word.lower())


@pytest.mark.parametrize(
    ("bible", "species", "called"),
    [
        ({"species": "a small tin robot"}, "robot", ""),
        ({"species": "vixen"}, "fox", ""),
        ({"species": "a golden retriever with floppy ears"}, "dog", ""),
        ({"species": "robin redbreast"}, "bird", ""),
        ({"species": "a rusty robot dog"}, "robot", ""),
        ({"species": "a cat dragon"}, "placeholder", "dragon"),
        ({"species": "wolf pup"}, "placeholder", "wolf"),
        ({"about": "a wolf who fears no fox"}, "placeholder", "wolf"),
        ({"about": "portrait of a fox"}, "fox", ""),
        ({"fur": "mouse grey fur", "tail": "a long tail"}, "placeholder", "creature"),
    ],
)
def test_the_species_is_the_one_that_is_named(bible: dict[str, str], species: str, called: str) -> None:
    traits = creature(bible)
    assert (traits.species, traits.called) == (species, called)


def test_every_word_for_a_species_is_read_as_it() -> None:
    assert {word: creature(f"a young {word}").species for word in SPECIES} == SPECIES


@pytest.mark.parametrize(
    ("words", "years"),
    [
        ("a girl", "child"), ("little boy", "child"), ("a kid in a yellow raincoat", "child"),
        ("ten years old", "child"),
        ("a 9-year-old inventor", "child"), ("a girl of ten", "child"), ("an old fisherman in a new coat", "old"),
        ("elderly", "old"), ("a grandmother, her grandmother's brooch", "old"), ("an aged king", "old"),
        ("in her seventies", "old"), ("seventy-two years old", "old"), ("a woman", "grown"),
        ("an old brown coat", "grown"),
        ("a scarf from her grandmother", "grown"), ("an old scar on her cheek", "grown"), ("thirty years old", "grown"),
        ("a coat of thirty-year-old leather", "grown"),
    ],
)  # fmt: skip
def test_ages_are_read_of_people_and_not_of_their_things(words: str, years: str) -> None:
    traits = human(about=words)
    read_as = "child" if traits.youth > 0.3 else "old" if traits.old_age > 0.3 else "grown"
    assert read_as == years
    assert years != "grown" or (traits.youth, traits.old_age) == (0.0, 0.0)


def test_hair_greys_with_age_unless_the_words_say_a_colour() -> None:
    for seed in range(6):
        grey = to_oklch(human(seed, age="in his eighties").hair)
        assert grey[0] > 0.6 and grey[1] < 0.06
        assert to_oklch(human(seed, age="in his eighties", hair="red hair").hair)[1] > 0.12


@pytest.mark.parametrize(
    ("words", "style"),
    [
        ("two long red braids", "braids"), ("red hair in a braid", "braid"), ("plaited hair", "braid"),
        ("curly hair in two plaits", "braids"), ("hair braided in two", "braids"), ("a single plait", "braid"),
        ("braids, one over each shoulder", "braids"),
    ],
)  # fmt: skip
def test_plaits_are_one_or_two_by_their_words(words: str, style: str) -> None:
    assert human(hair=words).hair_style == style


def test_robots_are_individuals_where_the_words_leave_it_open_and_alike_where_they_do_not() -> None:
    drawn = [creature("a tin robot", seed) for seed in range(8)]
    assert len({(one.head_shape, one.antenna, one.lamps) for one in drawn}) >= 5
    assert min(changed(head(a), head(b)) for i, a in enumerate(drawn) for b in drawn[:i]) > 1000
    said = [
        creature(
            {"species": "a copper robot with two antennae", "head": "a round head", "eyes": "square green eyes"}, seed
        )
        for seed in range(8)
    ]
    assert {(one.head_shape, one.antenna, one.lamps) for one in said} == {("dome", "twin", "square")}
    assert all(distance(one, replace(one, fur="#b5653a")) < 0.12 for one in said)


# ----------------------------------------------------------------------------------------------- drawing


@pytest.mark.parametrize(("traits", "change"), CHANGES, ids=lambda value: str(value) if isinstance(value, dict) else "")
def test_each_trait_is_visible(traits: Traits, change: dict[str, Any]) -> None:
    whole = [portrait(one, "anime", Pose(), 260, 340, "full") for one in (traits, replace(traits, **change))]
    assert changed(*whole) > 12


@pytest.mark.parametrize("style", ["anime", "painterly"])
def test_a_kept_layer_never_shows_other_traits(style: Style) -> None:
    used = Renderer(stage("wide", style), 256, 144)
    for traits, change in CHANGES:
        used.figure(someone(traits, style))
        other = someone(replace(traits, **change), style)
        assert np.array_equal(used.figure(other), Renderer(stage("wide", style), 256, 144).figure(other)), change


@pytest.mark.parametrize("traits", [ROBOT, DOG, BIRD, DUMMY, GIRL, NAN], ids=lambda one: one.species)
def test_expressions_speech_and_turns_show(traits: Traits) -> None:
    plain = head(traits)
    for pose in ({"expression": "sad"}, {"expression": "angry"}, {"viseme": "A"}, {"blink": 1.0}, {"gaze": (1.0, 0.0)}):
        assert changed(plain, head(traits, **pose)) > 12, pose
    assert changed(head(traits, yaw=1.0), head(traits, yaw=2.0)) > 400


@pytest.mark.parametrize("traits", [ROBOT, DOG, BIRD, DUMMY, GIRL, NAN], ids=lambda one: one.species)
def test_all_stay_in_frame_in_every_framing(traits: Traits) -> None:
    for framing in ("wide", "medium", "close-up"):
        renderer = Renderer(stage(framing), 640, 360)
        whole = character_box(renderer, someone(traits))
        assert whole is not None
        if traits is not DUMMY:  # whose eyes are dots: the face is in the picture
            lit, other = (renderer.figure(someone(replace(traits, eyes=eyes))) for eyes in ("#00ff40", "#ff00c0"))
            assert changed(lit[..., :3], other[..., :3]) > 4
        if framing == "wide":
            assert whole[1] > 2 and 335 < whole[3] < 360
        elif traits.species != "robot":  # an antenna may leave a close-up
            assert whole[1] >= 0


def test_a_child_is_shorter_than_a_grown_up_with_a_larger_head_for_its_body() -> None:
    renderer = Renderer(stage("wide"), 640, 360)

    def measures(traits: Traits) -> tuple[int, float]:
        box = character_box(renderer, someone(traits))
        assert box is not None
        names, front = renderer.parts(someone(traits), stage("wide"))
        torso = np.flatnonzero((front == names.index("torso")).any(axis=1))
        return box[3] - box[1], (int(torso[-1]) - box[1]) / (box[3] - box[1])

    heights, upper = zip(*(measures(Traits(youth=youth)) for youth in (0.0, 0.5, 1.0)), strict=True)
    assert heights[0] > 1.1 * heights[1] > 1.15 * heights[2]
    assert upper[0] < upper[1] < upper[2]


def test_the_word_on_a_placeholder_reads_the_same_whichever_way_it_looks() -> None:
    for yaw in (-2.0, -1.0, 0.0, 1.0, 2.0):
        parts = pose_creature(someone(DUMMY, yaw=yaw, body_yaw=yaw / 2)).parts
        labels = [part for part in parts if part.key[0] in ("creature-label", "creature-card")]
        assert len(labels) == 2 and all(np.linalg.det(part.transform) > 0 for part in labels)


def test_letters_are_strokes_and_ask_for_no_font() -> None:
    assert "<text" not in draw_card(DUMMY, "anime")
    written = set()
    for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-'?":
        g = Fragment("anime")
        letter(g, sign, 0, 0, 20, 20, "#000000")
        written.add(str(g))
    assert len(written) == 39
    strange = Fragment("anime")
    plain = Fragment("anime")
    letter(strange, "Ünïcorn 龍", 0, 0, 100, 20, "#000000")  # accents fall away, what is no letter is a question mark
    letter(plain, "unicorn ?", 0, 0, 100, 20, "#000000")
    assert str(strange) == str(plain)


# ----------------------------------------------------------------------------------------------- what is kept


def test_notes_of_those_drawn_before_say_what_they_said(tmp_path: Path) -> None:
    """The bytes of a picture are part of the keys of takes that it is sent with."""
    fox = Traits(kind="creature", species="fox", outfit=BARE)
    new = {"youth", "old_age", "trim", "head_shape", "antenna", "lamps", "ear_shape", "marked", "crest", "called"}
    for traits in (Traits(), fox):
        assert not new & set(traits.to_json())
        assert set(asdict(traits)) - set(traits.to_json()) == new
        assert read(Traits, json.dumps(traits.to_json()), 64_000) == traits
    for traits in (ROBOT, DOG, BIRD, DUMMY, GIRL, NAN):
        write_picture(tmp_path / "one.png", np.zeros((8, 8, 3), np.uint8), Kept("one", traits, "anime", "everyday"))
        assert read_picture(Reference.of("one/anime/headshot", tmp_path / "one.png")).traits == traits
        read_picture.cache_clear()


@pytest.mark.parametrize(
    ("traits", "name"),
    [(ROBOT, "fur"), (ROBOT, "trim"), (BIRD, "trim"), (BIRD, "fur"), (DOG, "fur"), (GIRL, "youth"), (NAN, "old_age")],
)
def test_drift_reaches_what_is_new(traits: Traits, name: str) -> None:
    drawn = {getattr(stray(traits, 0.5, seed, gross=False)[0][1], name) for seed in range(4)}
    assert len(drawn) == 4 and getattr(traits, name) not in drawn


@pytest.mark.parametrize("traits", [ROBOT, DOG, BIRD, GIRL, NAN], ids=lambda one: one.species)
def test_gross_faults_can_be_of_its_kind(traits: Traits) -> None:
    forms = ("head_shape", "antenna", "ear_shape", "crest")
    ends = [stray(traits, 1.0, seed)[-1][1] for seed in range(40)]
    assert any(
        any(getattr(end, form) != getattr(traits, form) for form in forms)
        or abs(end.youth - traits.youth) > 0.25
        or abs(end.old_age - traits.old_age) > 0.3
        for end in ends
    )
    assert all((end.youth > 0) <= (traits.youth > 0) for end in ends)


def test_a_headshot_from_words_shows_a_placeholder_and_says_so(tmp_path: Path) -> None:
    who = {"id": "otto", "character": "otto", "kind": "creature", "bible": {"species": "a purple octopus"}}
    direction = {"step": "headshot", "trait": None, "look_style": "anime", "character": {**who, "wardrobe": None}}
    request = Request(
        kind="image", provider="puppet", model="puppet-image", prompt="headshot", seed=3, subject="headshot of otto",
        resolution=(96, 96), direction=direction,
    )  # fmt: skip
    Puppet().render(request, tmp_path / "otto.png")
    kept = read_picture(Reference.of("otto/anime/headshot", tmp_path / "otto.png")).traits
    assert kept is not None and (kept.species, kept.called) == ("placeholder", "octopus")
