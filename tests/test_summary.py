"""From scores of takes to a series' numbers: made-up scores, so that every right value is known."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from continuity.scoring.encoders import unit
from continuity.scoring.series.summary import summarise
from continuity.scoring.takes.result import CharacterScore, Reading, TakeScore


def character(vector: tuple[float, float], **known: Any) -> CharacterScore:
    values = {"z": 1.0, "z_p05": 0.9, "coverage": 1.0, "margin": 0.3, "passed": True} | known
    whole = {"judge": "look", "encoder": "e", "identity": 0.9, "identity_p05": 0.8, "subject": "ami"}
    nothing = {"wardrobe": None, "copy_paste": None, "drift_curve": [], "drift_slope_per_second": None}
    return CharacterScore(**whole, **values, **nothing, frames=[], traits=[], vector=unit(np.array([vector]))[0])


def take(shot: str, score: CharacterScore, **known: Any) -> TakeScore:
    seen, heard = ("cast", "location", "prop", "prompt", "flicker", "motion", "motion_offset_ms"), ("voice", "words")
    lists: dict[str, Any] = {name: [] for name in ("times", "phashes", "voices", "words_by_line", "heard")}
    whole = {**dict.fromkeys((*seen, *heard, "voice_min")), "movement": 0.0, **lists, **known}
    return TakeScore(shot, f"{shot}-key", "generated", "e", {"ami": score}, **whole)


def summary(*takes: TakeScore) -> dict[str, Any]:
    shots = {
        one.shot: SimpleNamespace(id=one.shot, order=number, episode=one.shot[:3]) for number, one in enumerate(takes)
    }
    plan: Any = SimpleNamespace(shots=shots, characters={"ami": None})
    return summarise(plan, takes, {one.shot: one.key for one in takes}).metrics


SAME, OTHER = (1.0, 0.0), (0.0, 1.0)


def test_a_stranger_who_stays_the_same_is_no_consistency() -> None:
    """Two shots of her and two of somebody nearer to another character: compared are the first two alone."""
    stranger = character(OTHER, z=-0.5, margin=-0.2, passed=False)
    metrics = summary(
        take("e01s1", character(SAME)), take("e01s2", character(SAME)), take("e02s3", stranger), take("e02s4", stranger)
    )
    hers = metrics["characters"]["ami"]
    assert (hers["self_consistency"], hers["shots"], hers["faithful_shots"]) == (1.0, 4, 2)
    assert hers["drift_slope"] is None  # of two shots nothing can be said


@pytest.mark.parametrize("known", [{"coverage": 0.25}, {"z": None, "z_p05": None, "coverage": 0.0}])
def test_a_shot_that_hardly_shows_her_is_compared_with_none(known: dict[str, Any]) -> None:
    metrics = summary(
        take("e01s1", character(SAME)), take("e01s2", character(SAME)), take("e02s3", character(OTHER, **known))
    )
    assert metrics["characters"]["ami"]["self_consistency"] == 1.0
    assert metrics["characters"]["ami"]["faithful_shots"] == 2


def test_encoders_are_summed_up_apart_and_only_where_there_are_several() -> None:
    assert "encoders" not in summary(take("e01s1", character(SAME)))
    clip = Reading("look", "clip", 0.5, 0.4, 0.7, 0.6, 1.0, 0.1, None)
    beside = CharacterScore(**{**vars(character(SAME)), "beside": [clip]})
    encoders = summary(take("e01s1", beside), take("e01s2", beside))["encoders"]
    assert {name: value["identity"] for name, value in encoders.items()} == {"look e": 0.9, "look clip": 0.5}


def test_cuts_are_counted_over_the_selects() -> None:
    metrics = summary(take("e01s1", character(SAME), cuts=[1.2]), take("e01s2", character(SAME), cuts=[0.5, 2.0]))
    assert metrics["series"]["cuts"] == 3


def test_episodes_are_summed_up_one_by_one() -> None:
    metrics = summary(take("e01s1", character(SAME)), take("e02s3", character(SAME, z=0.6, passed=False)))
    assert list(metrics["episodes"]) == ["e01", "e02"]
    assert [value["identity_z"] for value in metrics["episodes"].values()] == [1.0, 0.6]
    assert [value["selected_rate"] for value in metrics["episodes"].values()] == [1.0, 0.0]
