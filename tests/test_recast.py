"""Which model keeps a character, and shots on another model: what was made stays, and their drift is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import Project

from continuity.comparison.recast import prepare
from continuity.errors import ContinuityError
from continuity.jobs.store import Store
from continuity.plan.cards import all_cards
from continuity.production.held import anchors_of, scored_here
from continuity.production.offers import request_for
from continuity.records.plan import load_plan
from continuity.request import key_of

TINY = "conf/series/tiny.yaml"
OTHER = "provider: puppet\nkind: video\nparameters: {drift: 0.9}\n"


@pytest.fixture
def two(project: Project) -> Project:
    """The made series, with another card that makes takes."""
    (project.root / "conf/model/other.yaml").write_text(OTHER)
    return project


def offers(project: Project, shot: str) -> dict[str, dict[str, Any]]:
    """By card, in the order of the list."""
    return {one["card"]: one for one in json.loads(project.run("continuity", "models", shot, "--json"))}


def note(project: Project, card: str, shot: str, name: str, n: int, **said: object) -> None:
    """``n`` takes of a character by a card, as scored in another project on this store."""
    root = project.root
    plan, model = load_plan(root), all_cards(root)[card]
    known = next(entry for anchor, entry in scored_here(root) if entry.character == name)
    anchor = anchors_of(root)[name]
    for number in range(n):
        form = request_for(plan, model, plan.shots[shot]).canonical().get("form") or {}
        entry = known.model_copy(
            update={
                "key": key_of({"n": number, "card": card}), "provider": model.provider, "model": model.called,
                "kind": model.kind, "form": key_of(form), "project": "0" * 16, "shown": True, "coverage": 1.0, **said,
            }
        )  # fmt: skip
        path = project.store / "held" / anchor[:2] / anchor / f"{entry.key}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(entry.model_dump_json())


def test_cards_are_ranked_by_how_well_they_held_these_characters_then_by_price(project: Project) -> None:
    cheapest = list(offers(project, "t03"))
    note(project, "gemini-omni", "t03", "kit", 3, z=0.93, passed=True)
    note(project, "fal-kling-o3", "t03", "kit", 3, z=0.94, passed=True)
    note(project, "kling-omni", "t03", "kit", 4, z=0.41, passed=False)
    note(project, "fal-seedance", "t03", "kit", 2, z=1.0, passed=True)
    found = offers(project, "t03")
    video = [card for card, one in found.items() if one["kind"] == "video" and not one["refusals"]]
    assert video[:2] == ["fal-kling-o3", "gemini-omni"], "alike to the tenth, so by price"
    assert video[-1] == "kling-omni", "most of its takes failed"
    unranked = [card for card in cheapest if card in video[2:-1]]
    assert video[2:-1] == unranked and "fal-seedance" in unranked, "two takes rank nothing"
    kept = found["gemini-omni"]["characters"]["kit"]
    assert (kept["n"], kept["elsewhere"], kept["z"], kept["coverage"], kept["passed"]) == (3, 3, 0.93, 1.0, 3)
    assert found["gemini-omni"]["held"] == 0.9 and found["fal-seedance"]["held"] is None
    said = project.run("continuity", "models", "t03")
    assert "kit z 0.93, found in 100%, 3 of 3 takes pass, 3 of them in other projects" in said


def test_frames_without_the_character_count_against_its_model_and_words_alone_for_nobody(project: Project) -> None:
    note(project, "gemini-omni", "t03", "kit", 3, z=0.9, coverage=0.5, passed=None)
    note(project, "kling-3-omni", "t03", "kit", 3, z=0.2, shown=False, passed=None)
    note(project, "fal-kling-o3", "t03", "kit", 3, z=0.9, encoder="another", passed=None)
    found = offers(project, "t03")
    assert found["gemini-omni"]["held"] == pytest.approx(0.5, abs=0.051)
    assert found["fal-kling-o3"]["characters"] == {}, "z is its encoder's own"
    for path in (project.store / "held").rglob("*.json"):
        path.write_text(path.read_text()[:40])
    assert offers(project, "t03")["gemini-omni"]["characters"] == {}, "a damaged note is no note"


def test_what_a_model_did_is_known_in_every_project_with_the_character(project: Project, tmp_path: Path) -> None:
    here = offers(project, "t02")["puppet-video"]["characters"]
    scored = json.loads((project.root / "reports/evidence/evidence.json").read_text())["takes"]
    of_kit = [
        take["characters"]["kit"] for take in scored if take["folder"] == "generated" and "kit" in take["characters"]
    ]
    assert here["kit"]["n"] == len(of_kit) == 2 and here["kit"]["elsewhere"] == 0
    assert here["kit"]["z"] == pytest.approx(sum(one["z"] for one in of_kit) / 2, abs=1e-3)
    shutil.copytree(project.root, tmp_path / "another", symlinks=True)
    another = Project(tmp_path / "another", project.store)
    shutil.rmtree(another.root / "reports" / "evidence")
    there = offers(another, "t02")["puppet-video"]["characters"]
    assert there["kit"] == {**here["kit"], "elsewhere": 2}


def test_shots_are_recast_beside_their_old_takes_and_the_drift_is_reported(two: Project) -> None:
    before, takes = (two.root / TINY).read_text(), two.takes()
    said = json.loads(two.command("continuity", "recast", "t03", "--model", "other", "--json").stdout)
    assert said["rows"] == [{"what": "t03", "new": 1, "price_usd": 0.0}] and not said["made"]
    assert (two.root / TINY).read_text() == before and two.takes() == takes, "without --yes"

    every = json.loads(two.command("continuity", "recast", "--of", "puppet-video", "--model", "other", "--json").stdout)
    assert every["shots"] == ["t01", "t02", "t03"]

    done = two.command("continuity", "recast", "t03", "--model", "other", "--json", "--yes")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["comparison"]
    assert [(row["shot"], row["character"], row["take"]) for row in found["rows"]] == [("t03", "kit", "other")]
    assert found["rows"][0]["z"] is not None and (found["compared"], found["revision"]) == ("other", "puppet-video")
    assert (two.root / TINY).read_text() == before.replace(
        "          t03:\n", "          t03:\n            model: other\n"
    )
    assert takes < two.takes(), "nothing of the old is lost"
    rows = [row for row in json.loads(two.run("continuity", "takes", "list", "--json")) if row["shot"] == "t03"]
    assert {(row["model"], row["selected"]) for row in rows} == {("puppet-video", False), ("other", True)}
    held = offers(two, "t03")["other"]["characters"]["kit"]
    assert held["n"] == 1 and held["z"] is not None
    assert "t03: made by other already" in two.fail("continuity", "recast", "t03", "--model", "other")


def test_a_recast_that_cannot_be_made_is_refused_before_anything_is_written(two: Project) -> None:
    before, store = (two.root / TINY).read_text(), Store(two.store, two.root)

    def refused(card: str, *shots: str, of: str | None = None) -> str:
        with pytest.raises(ContinuityError) as caught:
            prepare(two.root, shots, of, card, store).make()
        assert (two.root / TINY).read_text() == before
        return str(caught.value)

    assert "'t09' is no shot of this series; did you mean" in refused("other", "t09")
    assert "no shot is made by kling-omni" in refused("other", of="kling-omni")
    assert "name the shots to recast, or a card by --of" in refused("other")
    assert "'othr' is no card of conf/model/" in refused("othr", "t03")
    assert "card puppet-motion makes motion" in refused("puppet-motion", "t03")
    two.params(budget={"max_usd": 0.1})
    assert "budget.max_usd" in refused("gemini-omni", "t03")
    (two.root / "conf/model/other.yaml").write_text(OTHER + 'sunset: "2020-01-01"\nreplaced_by: [puppet-video]\n')
    assert "ended on 2020-01-01; puppet-video replaces it" in refused("other", "t03")
    (two.root / "conf/model/other.yaml").write_text(OTHER)
    two.params(overrides=["++series.episodes.e01.scenes.cafe.shots.t03.model=puppet-video"])
    assert "`overrides` in params.yaml say otherwise" in refused("other", "t03")
