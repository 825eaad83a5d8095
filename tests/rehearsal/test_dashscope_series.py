"""A series by Alibaba's Model Studio alone, rehearsed: takes, motion and pictures with one key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from carried import DEMO_IS_HERE
from conftest import PLAIN_SCORES, bare

from continuity.rehearsal.books import Books


def test_a_series_is_made_with_one_key_and_costs_what_the_plan_announced(tmp_path: Path) -> None:
    project = bare(tmp_path / "project")
    project.params(series="tiny", quality="tiny", takes=1, models="dashscope", rehearsal=True, overrides=PLAIN_SCORES)
    project.replace("conf/series/tiny.yaml", "every_shot: {seconds: 1}", "every_shot: {seconds: 2}")  # motion's least
    project.replace("conf/series/tiny.yaml", "            seconds: 1.5\n", "")
    announced = json.loads(project.run("continuity", "plan", "--json"))
    project.repro("motion-transfer")
    books = Books(project.store / "rehearsal" / "books.sqlite")
    jobs = books.jobs()
    books.close()
    assert {job.service for job in jobs} == {"dashscope"}
    assert sum(job.usd for job in jobs) == pytest.approx(announced["price_usd"]) and announced["price_usd"] > 1
    by_model: dict[str, list[dict[str, object]]] = {}
    for job in jobs:
        by_model.setdefault(job.model.rpartition("/")[2], []).append(job.body)
    assert by_model.keys() == {"wan2.7-image", "wan3.0-video", "wan2.2-animate-move"}
    prompts = [str(body["input"]["prompt"]) for body in by_model["wan3.0-video"]]  # type: ignore[index]
    assert any("Kit is the one in Image " in prompt and "Ami is the one in Image 1" in prompt for prompt in prompts)
    assert all("shows the Lantern Cafe." in prompt for prompt in prompts)
    (motion,) = by_model["wan2.2-animate-move"]
    assert all(str(address).startswith("oss://") for address in motion["input"].values())  # type: ignore[union-attr,attr-defined]


@pytest.mark.skipif(not DEMO_IS_HERE, reason="the demo's shots are those that fit")
def test_the_demo_as_it_stands_is_taken_by_its_cards(tmp_path: Path) -> None:
    project = bare(tmp_path / "project")
    project.params(series="demo", quality="tiny", takes=1, models="dashscope", rehearsal=True, budget={"max_usd": 40})
    said = project.repro("compose")
    assert "14 shots, 14 takes" in said
