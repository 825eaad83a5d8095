"""What the ladder promises: known steps of one trait, everything else free, and the same pictures for the same seed."""

from __future__ import annotations

import random
from dataclasses import asdict, replace

import numpy as np
import pytest

from puppet import colours, ladder
from puppet.rig import Pose, Traits

KINDS = ("human", "creature")


def dressed(kind: str, trait: str) -> Traits:
    return ladder.wearing(ladder.character(3, kind), trait)  # type: ignore[arg-type]


def flat(traits: Traits) -> dict[str, object]:
    value = asdict(traits)
    return {**value.pop("outfit"), **value}


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_of_nothing_changes_nothing(kind: str) -> None:
    for trait in ladder.traits_of(kind):
        base = dressed(kind, trait)
        assert ladder.stepped(base, trait, 0.0, seed=5) == base, trait


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_step_changes_what_it_is_named_after_and_little_else(kind: str) -> None:
    for trait in ladder.traits_of(kind):
        base = dressed(kind, trait)
        before, after = flat(base), flat(ladder.stepped(base, trait, 1.0, seed=5))
        changed = {name for name in before if before[name] != after[name]}
        assert 1 <= len(changed) <= (6 if trait == "age" else 2), (trait, changed)


def test_steps_go_one_way() -> None:
    base = dressed("human", "hair hue")
    far = [colours.difference(base.hair, ladder.stepped(base, "hair hue", share, 5).hair) for share in ladder.STEPS]
    assert far == sorted(far) and far[0] == 0 and far[-1] > 0.1


def test_a_trait_of_another_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        ladder.stepped(dressed("human", "nose"), "ears", 1.0, seed=5)


def test_even_and_odd_seeds_share_no_colour_word() -> None:
    even, odd = sorted(colours.LEXICON)[0::2], sorted(colours.LEXICON)[1::2]
    assert not set(even) & set(odd) and len(even) + len(odd) == len(colours.LEXICON)


@pytest.mark.parametrize("kind", KINDS)
def test_a_take_is_the_same_for_the_same_seed_and_another_for_another(kind: str) -> None:
    traits = dressed(kind, "nose")
    first, again, other = (list(ladder.take(traits, "anime", "medium", seed, 2)) for seed in (1, 1, 2))
    for one, two in zip(first, again, strict=True):
        assert np.array_equal(one.picture, two.picture) and one.head == two.head
    assert not np.array_equal(first[0].picture, other[0].picture)


def test_the_heads_window_is_that_of_the_character_who_is_known() -> None:
    base = dressed("human", "hair length")
    drifted = ladder.stepped(base, "headwear", 1.0, seed=5)
    for framing in ladder.FRAMINGS:
        known = next(ladder.take(base, "anime", framing, 3, 1)).head
        assert next(ladder.take(drifted, "anime", framing, 3, 1, like=base)).head == known


@pytest.mark.parametrize("kind", KINDS)
def test_the_head_is_where_its_window_says(kind: str) -> None:
    """Marked hair or fur lies in the window, in references and in frames."""
    base = replace(dressed(kind, "nose"), hair="#00ff40", fur="#00ff40", hair_style="short", hair_length=0.2)
    base = replace(base, outfit=replace(base.outfit, hat=None, jacket="#303030"), eyes="#402020")
    shown = [ladder.reference(base, "anime", Pose()), *ladder.take(base, "anime", "medium", 4, 2)]
    for one in shown:
        r, g, b = (one.picture[..., i].astype(int) for i in range(3))
        ys, xs = np.nonzero((g > r + 60) & (g > b + 40))
        height, width = one.picture.shape[:2]
        x0, y0, x1, y1 = one.head
        inside = (xs / width > x0 - 0.02) & (xs / width < x1 + 0.02) & (ys / height > y0 - 0.03)
        inside &= ys / height < y1 + (1.0 if kind == "creature" else 0.05)
        assert inside.mean() > 0.9


def test_parts_say_what_is_in_front() -> None:
    base = dressed("human", "glasses lost")
    camera = ladder.Camera((416, 240))
    seen = ladder.view("close-up", random.Random(1))
    camera.frame(base, "anime", seen)
    names, front = camera.parts(base, "anime", seen)
    shown = {names[index] for index in np.unique(front) if index >= 0}
    assert {"face", "eyes", "glasses", "hair"} <= shown and (front == -1).any()
