"""The demo on many services at once: each shot by the model that suits it, each thing bought once, all books alike."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from conftest import PLAIN_SCORES, bare

from continuity.jobs.ledger import Ledger
from rehearsal.accounts import jobs

EIGHT = {"dashscope", "eachlabs", "elevenlabs", "fal", "gemini", "kling", "modelark", "runway"}


@pytest.mark.demo
def test_the_demo_is_rehearsed_over_eight_services_at_the_announced_price(tmp_path: Path) -> None:
    project = bare(tmp_path)
    project.params(series="demo", quality="tiny", takes=1, models="mixed", rehearsal=True, overrides=PLAIN_SCORES)
    announced = json.loads(project.run("continuity", "plan", "--json"))
    chosen = {row["what"]: row["chosen"] for row in announced["rows"] if row["chosen"]}
    assert {one["by"] for one in chosen.values()} >= {"several", "talking-head", "wide", "start-from", "close-up"}
    project.repro("repair")
    made = jobs(project)
    assert {job.service for job in made} == EIGHT
    assert set(Counter(job.key for job in made).values()) == {1}
    repairs = sum(job.usd for job in made if job.request["kind"] == "repair")
    billed = sum(job.usd for job in made)
    assert billed - repairs == pytest.approx(announced["price_usd"], abs=1e-3)  # told in hundredths of a cent
    assert 0 < repairs <= announced["repair_at_most_usd"]
    assert Ledger(project.store / "ledger.sqlite").spent("demo", rehearsed=True) == pytest.approx(billed)
    assert json.loads(project.run("continuity", "jobs", "--json")) == []
