"""The right model for each shot: chosen by what the shot is, with the reason, and by how well each held its people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from test_compose import Conf

from continuity.plan.compared import compared
from continuity.plan.models import Routes
from continuity.plan.schema import Plan
from continuity.plan.situations import SITUATIONS

ROUTED = "conf/models/routed.yaml"


@pytest.fixture
def conf(tmp_path: Path) -> Conf:
    return Conf(tmp_path)


def routed(conf: Conf, video: dict[str, Any], motion: Any = "puppet-motion") -> Conf:
    """Models of which each card bears the name of its route."""
    names = {*(card for key, card in video.items() if key != "rules"), *(r["model"] for r in video.get("rules", []))}
    for name in names:
        conf.write(f"conf/model/{name}.yaml", "provider: puppet\nkind: video\n")
    whole = {"image": "puppet-image", "motion": motion, "voice": "speech", "video": video}
    return conf.write(ROUTED, yaml.safe_dump(whole)).params(series="tiny", models="routed")


def by_situation(*names: str) -> dict[str, str]:
    return {name: f"for-{name}" for name in ("default", *names)}


def of(plan: Plan, shot: str) -> tuple[str, str, str]:
    """(card, by which key, why)."""
    chosen = plan.shots[shot].chosen
    assert chosen is not None
    return plan.shots[shot].model, chosen.by, chosen.reason


def test_every_situation_has_a_route_in_the_order_of_precedence() -> None:
    names = [field.alias or name for name, field in Routes.model_fields.items()]
    assert names == ["default", "rules", *SITUATIONS]


@pytest.mark.parametrize(
    ("shot", "situation", "because"),
    [
        ({"characters": ["kit"], "start_from": "t01"}, "start-from", "begins with the last frame of t01"),
        ({"characters": ["ami", "kit"]}, "several", "2 characters"),
        ({"characters": ["ami"]}, "transfer", "carried over to another look"),
        ({"characters": ["kit"], "lines": [{"kit": "Yes.", "at": 0.1}]}, "talking-head", "speaks on screen, medium"),
        ({"characters": ["kit"], "lines": [{"kit": "Yes."}], "framing": "wide"}, "dialogue", "somebody speaks"),
        ({"characters": ["kit"], "lines": [{"kit": "Yes.", "off_screen": True}]}, "medium", "its framing"),
        ({"characters": ["kit"], "framing": "close-up"}, "close-up", "its framing"),
        ({"framing": "wide"}, "wide", "its framing"),
        ({"characters": ["ami", "kit"], "is": "action"}, "action", "the shot says so"),
        ({"characters": ["kit"], "is": ["talking-head", "action"]}, "talking-head", "the shot says so"),
    ],
)
def test_a_shots_facts_choose_its_model_and_the_reason_stands_in_the_plan(
    conf: Conf, shot: dict[str, Any], situation: str, because: str
) -> None:
    """Every situation has a card, so that the first of those that hold is seen to win."""
    routed(conf, by_situation(*SITUATIONS))
    own = {"action": "They wait.", "seconds": 3, **shot, **({"transfer": False} if situation != "transfer" else {})}
    conf.tiny(lambda shots: shots.update(one=own))
    card, by, reason = of(conf.plan(), "one")
    assert (card, by) == (f"for-{situation}", situation) and because in reason


def test_a_situation_without_a_card_is_passed_over_and_the_shots_own_model_wins(conf: Conf) -> None:
    routed(conf, by_situation("nobody"))
    conf.tiny(lambda shots: shots.update(rain={"action": "Rain.", "framing": "wide"}, own={"action": "Rain."}))
    conf.tiny(lambda shots: shots["own"].update(model="puppet-video"))
    plan = conf.plan()
    assert of(plan, "rain")[:2] == ("for-nobody", "nobody") and of(plan, "t01")[:2] == ("for-default", "default")
    assert of(plan, "own") == ("puppet-video", "model", "the shot names it")


def test_the_first_rule_that_fits_comes_before_situations_with_its_own_reason(conf: Conf) -> None:
    rules = [
        {"when": ["close-up", "dialogue"], "model": "for-faces", "because": "it holds a mouth from near"},
        {"when": "close-up", "model": "for-near"},
    ]
    routed(conf, {**by_situation("close-up", "dialogue"), "rules": rules})
    conf.tiny(lambda shots: shots.update(said={"action": "Kit nods.", "framing": "close-up", "characters": ["kit"]}))
    conf.tiny(lambda shots: shots["said"].update({"is": "dialogue"}))
    plan = conf.plan()
    assert of(plan, "said") == ("for-faces", "rules.0", "it holds a mouth from near")
    assert of(plan, "t03") == ("for-near", "rules.1", "close-up: its framing")
    assert of(plan, "t02")[1] == "dialogue"


def test_a_transfer_has_its_model_by_the_same_situations(conf: Conf) -> None:
    conf.write("conf/model/near.yaml", "provider: puppet\nkind: motion\n")
    routed(conf, by_situation(), motion={"default": "puppet-motion", "close-up": "near"})
    conf.tiny(lambda shots: shots["t01"].update(framing="close-up"))
    transfer = conf.plan().shots["t01"].transfer
    assert transfer and transfer.chosen and (transfer.model, transfer.chosen.by) == ("near", "close-up")


def test_misspelt_situations_are_refused_by_name(conf: Conf) -> None:
    routed(conf, by_situation())
    conf.tiny(lambda shots: shots["t01"].update({"is": ["dialouge"]}))
    said = conf.refused()
    assert "t01.is.0" in said and "'dialouge' is no situation of a shot; did you mean 'dialogue'?" in said
    conf.tiny(lambda shots: shots["t01"].pop("is"))
    routed(conf, {**by_situation(), "rules": [{"when": "closeup", "model": "for-default"}]})
    assert "video.rules.0.when.0: 'closeup' is no situation of a shot; did you mean 'close-up'?" in conf.refused()
    routed(conf, {**by_situation(), "rules": [{"when": "wide", "model": "gone"}]})
    (conf.root / "conf/model/gone.yaml").unlink()
    assert f"{ROUTED}: video.rules.0.model: 'gone' is not a file of conf/model/" in conf.refused()


def test_a_reason_changes_no_stage_and_one_card_for_all_needs_none(conf: Conf) -> None:
    alone = conf.params(series="tiny").plan()
    assert "chosen" not in alone.shots["t01"].model_dump() and '"chosen"' not in alone.model_dump_json()
    rule = {"when": "wide", "model": "puppet-video", "because": "it is wide"}
    conf.edit(
        "conf/models/local.yaml", lambda models: models.update(video={"default": "puppet-video", "rules": [rule]})
    )
    explained = conf.plan()
    assert explained.shots["t02"].chosen and compared(explained) == compared(alone)
