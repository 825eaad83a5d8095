"""What the local renderer promises of clothes: a garment is drawn as itself or not at all, and old pictures stay."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from continuity.request import Reference
from puppet import identity, notes
from puppet.draw import Renderer, portrait
from puppet.rig import Outfit, Placed, Pose, Stage, Style, Traits
from puppet.words import dress, traits_from_words

AMI = Traits()
KIT = Traits(kind="creature", species="fox", outfit=Outfit(jacket=None))
MARK = "#00ff40"  # a colour that nothing else wears
LATER = {"hat_band", "lower", "apron", "cloak", "backpack"}  # fields that the first pictures do not have

WORN: list[tuple[dict[str, Any], dict[str, Any]]] = [  # what is worn, and what it was mistaken for
    ({"hat": "#dfc778", "hat_cut": "straw"}, {"hat": "#dfc778"}),
    ({"hat": "#3b3545", "hat_cut": "pointed"}, {"hat": "#3b3545", "hat_cut": "straw"}),
    ({"hat": "#3b3545", "hat_cut": "brimmed"}, {"hat": "#3b3545", "hat_cut": "cap"}),
    ({"hat": "#3b3545", "hat_cut": "top hat"}, {"hat": "#3b3545", "hat_cut": "brimmed"}),
    ({"hat": "#dfc778", "hat_cut": "straw", "hat_band": MARK}, {"hat": "#dfc778", "hat_cut": "straw"}),
    ({"lower": "overalls", "jacket": None}, {"jacket": None}), ({"lower": "skirt"}, {}), ({"lower": "shorts"}, {}),
    ({"apron": "#5d8a63"}, {"jacket": "#5d8a63", "jacket_cut": "dress"}),
    ({"cloak": "#8c2f3a"}, {"jacket": "#8c2f3a", "jacket_cut": "coat"}), ({"backpack": "#3f6ab0"}, {}),
]  # fmt: skip


def full(traits: Traits, style: Style = "anime", yaw: float = 0.0) -> np.ndarray:
    return portrait(traits, style, Pose(yaw=yaw, body_yaw=min(1.0, 0.8 * yaw)), 120, 200, "full")


def wearing(traits: Traits, **outfit: Any) -> Traits:
    return replace(traits, outfit=replace(traits.outfit, **outfit))


def changed(a: np.ndarray, b: np.ndarray) -> int:
    return int((cv2.absdiff(a, b).max(axis=2) > 12).sum())


def marked(picture: np.ndarray) -> int:
    r, g, b = (picture[..., i].astype(int) for i in range(3))
    return int(((g > 90) & (g > r + 60) & (g > b + 40)).sum())


@pytest.mark.parametrize("traits", [AMI, KIT], ids=["human", "creature"])
@pytest.mark.parametrize(("worn", "mistaken"), WORN, ids=lambda pair: " ".join(map(str, pair.values())) or "nothing")
def test_a_garment_is_no_other_one(traits: Traits, worn: dict[str, Any], mistaken: dict[str, Any]) -> None:
    assert changed(full(wearing(traits, **worn)), full(wearing(traits, **mistaken))) > 15


@pytest.mark.parametrize("traits", [AMI, KIT], ids=["human", "creature"])
def test_a_kept_layer_never_shows_other_clothes(traits: Traits) -> None:
    here = Stage("cafe", "a small cafe", "day", "anime", "wide")
    used = Renderer(here, 160, 90)
    used.figure(Placed("someone", traits, "anime", Pose()))
    for worn, _ in WORN:
        someone = Placed("someone", wearing(traits, **worn), "anime", Pose())
        assert np.array_equal(used.figure(someone), Renderer(here, 160, 90).figure(someone)), worn


@pytest.mark.parametrize("traits", [AMI, KIT], ids=["human", "creature"])
def test_a_backpack_shows_its_straps_in_front_and_itself_from_the_side(traits: Traits) -> None:
    front, side = (marked(full(wearing(traits, backpack=MARK), yaw=yaw)) for yaw in (0.0, 1.0))
    assert 30 < front < side


@pytest.mark.parametrize("style", ["anime", "painterly"])
def test_a_bib_covers_the_shirt_and_a_coat_covers_the_bib(style: Style) -> None:
    overalls = wearing(AMI, lower="overalls", trousers=MARK, jacket=None)
    plain = wearing(AMI, trousers=MARK, jacket=None)
    closed = wearing(overalls, jacket="#e9c229", jacket_cut="raincoat")
    above = slice(0, 96)  # rows over the waist
    bib, none, hidden = (marked(full(traits, style)[above]) for traits in (overalls, plain, closed))
    assert bib > 60 and hidden == none == 0


# ---- words --------------------------------------------------------------------------------------

READ: list[tuple[str, dict[str, Any]]] = [
    ("a straw hat", {"hat_cut": "straw"}), ("a wide-brimmed straw hat", {"hat_cut": "straw"}),
    ("a sun hat", {"hat_cut": "straw"}), ("a brown brimmed hat", {"hat_cut": "brimmed"}),
    ("a witch's hat", {"hat_cut": "pointed"}), ("a black top hat", {"hat_cut": "top hat"}),
    ("a red knitted hat", {"hat_cut": "beanie"}), ("a straw hat", {"apron": None}),
    ("blue overalls", {"lower": "overalls", "jacket": None}),
    ("blue dungarees over a striped shirt", {"lower": "overalls", "jacket": None}),
    ("overalls under a yellow raincoat", {"lower": "overalls", "jacket_cut": "raincoat"}),
    ("a green skirt", {"lower": "skirt"}), ("brown shorts", {"lower": "shorts"}),
    ("blue jeans", {"lower": "trousers"}), ("black trousers", {"lower": "trousers"}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), READ, ids=str)
def test_words_name_the_garment_that_is_drawn(words: str, expected: dict[str, Any]) -> None:
    for seed in range(3):
        invented = traits_from_words("human", {"hair": "black hair"}, words, seed).outfit
        dressed = dress(Outfit(), words, "human", seed)
        for outfit in (invented, dressed):
            assert {name: getattr(outfit, name) for name in expected} == expected
    hatted = "hat" in words
    assert (invented.hat is not None) == hatted


@pytest.mark.parametrize("piece", ["apron", "backpack", "cloak"])
def test_what_is_worn_over_the_clothes_is_read_with_its_colour(piece: str) -> None:
    red = getattr(traits_from_words("creature", {}, f"a red {piece}", 3).outfit, piece)
    assert red is not None and int(red[1:3], 16) > int(red[3:5], 16) + 60


def test_a_ribbon_colours_the_hat_it_is_on() -> None:
    outfit = traits_from_words("human", {}, "a straw hat with a blue ribbon, a red shirt", 1).outfit
    assert outfit.hat_band is not None and int(outfit.hat_band[5:], 16) > int(outfit.hat_band[1:3], 16) + 40
    assert traits_from_words("human", {"hair": "a blue ribbon"}, "a straw hat", 1).outfit.hat_band is None


@pytest.mark.parametrize(
    "words", ["a brown kimono", "silver armour", "a yellow poncho", "a pirate hat", "a gold crown", "a green helmet"]
)
@pytest.mark.parametrize("kind", ["human", "creature"])
def test_an_unknown_garment_becomes_no_other_one(words: str, kind: str) -> None:
    for seed in range(3):
        assert traits_from_words(kind, {}, words, seed).outfit == traits_from_words(kind, {}, "", seed).outfit
        assert dress(Outfit(), words, kind, seed) == Outfit()


def test_another_wardrobe_is_without_what_was_worn_over_the_first() -> None:
    base = Outfit(apron="#5d8a63", backpack="#3f6ab0", cloak="#8c2f3a", lower="overalls", jacket=None)
    other = dress(base, "a yellow raincoat and black trousers", "human", 1)
    assert (other.apron, other.backpack, other.cloak, other.lower) == (None, None, None, "trousers")
    always = dress(base, "a yellow raincoat", "human", 1, {"luggage": "always her blue backpack"})
    assert always.backpack == base.backpack and always.apron is None


# ---- notes of pictures -------------------------------------------------------------------------


def test_a_picture_from_before_these_clothes_is_read(tmp_path: Path) -> None:
    told = asdict(AMI)
    told["outfit"] = {name: value for name, value in told["outfit"].items() if name not in LATER}
    assert notes.read(Traits, json.dumps(told), 10_000) == AMI


def test_a_character_without_them_has_the_note_it_always_had() -> None:
    assert not LATER & set(AMI.to_json()["outfit"])
    assert wearing(AMI, lower="skirt").to_json()["outfit"]["lower"] == "skirt"


def test_what_a_picture_wears_is_read_back(tmp_path: Path) -> None:
    worn = wearing(AMI, hat="#dfc778", hat_cut="straw", hat_band="#334455", lower="overalls", backpack="#3f6ab0")
    path = tmp_path / "headshot.png"
    identity.write_picture(path, np.zeros((4, 4, 3), np.uint8), identity.Kept("ami", worn, "anime", "everyday"))
    assert identity.read_picture(Reference.of("ami/anime/headshot", path)).traits == worn
