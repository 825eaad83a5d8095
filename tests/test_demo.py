"""The demo series as written in ``conf/``: what the project promises to show, read from its plan."""

from __future__ import annotations

import pytest
from carried import CARRIED, PROJECT, carried_files
from conftest import TEMPLATE

from continuity.plan.compose import compose
from continuity.plan.schema import Plan
from continuity.production.undrawn import noted

pytestmark = pytest.mark.demo


def test_the_tests_carry_the_demo_as_it_is() -> None:
    """So that they pass once it is removed. The way out: copy each named file to its place in tests/project."""
    differing = [name for name in carried_files() if (CARRIED / name).read_bytes() != (PROJECT / name).read_bytes()]
    assert differing == []
    groups = ("series", "character", "location", "prop", "voice")
    shipped = [path for group in groups for path in (PROJECT / "conf" / group).glob("*.yaml")]
    assert {path.relative_to(PROJECT).as_posix() for path in shipped} <= set(carried_files())


def test_the_demo_is_the_series_that_the_project_promises() -> None:
    plan = compose(TEMPLATE)
    shots = list(plan.shots.values())
    assert len(plan.series.episodes) == 2
    assert len(shots) >= 10
    assert {(shot.resolution, shot.fps) for shot in shots} == {((1280, 720), 24)}
    assert {character.kind for character in plan.characters.values()} == {"human", "creature"}
    assert any({"anime", "realistic"} <= set(character.looks) for character in plan.characters.values())
    assert {shot.framing for shot in shots} == {"wide", "medium", "close-up"}
    cast = [member for shot in shots for member in shot.characters]
    assert len({member.angle for member in cast}) >= 3
    assert len({member.expression for member in cast}) >= 3
    assert len({(member.character, member.wardrobe) for member in cast}) >= 4
    assert any(len(shot.characters) == 2 for shot in shots)
    assert any(len({line.character for line in shot.lines}) == 2 for shot in shots), "a dialogue"
    assert len({voice.preset for voice in plan.voices.values()}) == 2
    assert any(shot.start_from for shot in shots) and any(shot.transfer for shot in shots) and plan.props
    for location in plan.locations:
        episodes = {shot.episode for shot in shots if shot.location == location}
        assert len(episodes) == 2, f"{location} returns"
    assert plan.estimate.total == 0
    assert plan.lint == []
    for character in plan.characters.values():
        for look in character.looks.values():
            steps = [item.step for item in plan.library if (item.subject, item.look) == (character.id, look.id)]
            assert steps.count("headshot") == 1
            assert 3 <= steps.count("angle") <= 5
            assert 2 <= steps.count("wardrobe") <= 3
            assert steps.count("expression") == 5


def test_the_committed_plan_is_the_one_that_the_configuration_makes() -> None:
    """Otherwise the first `dvc params diff` of a newcomer is full of changes that nobody made."""
    assert Plan.model_validate_json((TEMPLATE / "plan.json").read_text()) == noted(compose(TEMPLATE))
