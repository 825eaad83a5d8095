"""A run that does not wait: everything is sent, noted and left, and a later run collects it and buys nothing again."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import PLAIN_SCORES, bare

from continuity.errors import LeftAtService
from continuity.jobs import minding
from continuity.jobs.ledger import Ledger
from continuity.jobs.runner import make_all
from continuity.jobs.store import Store, Stored
from continuity.jobs.wanted import Wanted
from continuity.rehearsal.playing import SIMULATED_SECONDS
from continuity.rehearsal.server import Server
from rehearsal.accounts import jobs
from rehearsal.scene import FAL, GEMINI, KLING, Scene


def leave(scene: Scene, server: Server, store: Store, wanted: list[Wanted]) -> str:
    """What is said when ``wanted`` is sent and left."""
    terms = replace(scene.terms(server, jobs_in_flight=1), detached=True)
    with pytest.raises(LeftAtService) as left:
        make_all(wanted, store, terms, lambda _: None, "test")
    return str(left.value)


@pytest.mark.parametrize("scene", [KLING, GEMINI], ids=lambda scene: scene.name)
def test_everything_is_sent_and_left_and_a_later_run_collects_it(scene: Scene, server: Server, tmp_path: Path) -> None:
    """More than are in flight at once in a run that waits: the service has its own queue."""
    store, wanted = Store(tmp_path / "store"), [scene.asked(seed) for seed in (1, 2, 3)]
    if scene is KLING:  # which takes no seed, so that another would be the same to it
        wanted = [Wanted(replace(item.request, prompt=f"lantern {n}"), 0.03) for n, item in enumerate(wanted)]
    server.stage.speed = SIMULATED_SECONDS["video"] / 3
    assert "3 jobs are with their services, 0 of 3 results are there" in leave(scene, server, store, wanted)
    assert scene.submissions(server) == 3
    assert {entry.state for entry in minding.open_jobs(store)} == {"submitted"}
    leave(scene, server, store, wanted)
    assert scene.submissions(server) == 3, "sent again by nobody"
    server.stage.speed = 600
    assert len(scene.make(server, store, wanted)) == 3 and scene.submissions(server) == 3


def test_what_was_left_is_collected_without_a_run_too(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    server.stage.speed = SIMULATED_SECONDS["video"] / 2
    leave(KLING, server, store, [KLING.asked()])
    time.sleep(2.2)
    ((entry, said),) = minding.collect(store, KLING.terms(server).services)
    assert "has been fetched" in said and entry.state == "delivered"
    assert KLING.make(server, store) and KLING.submissions(server) == 1


def test_what_a_service_has_no_room_for_is_not_sent_and_said(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    wanted = [Wanted(replace(KLING.asked().request, prompt=f"lantern {n}"), 0.03) for n in range(3)]
    server.stage.speed = SIMULATED_SECONDS["video"] / 30
    leave(KLING, server, store, wanted[:1])
    server.stage.script.faults.append({"fault": "busy", "on": "submit", "times": 9})
    said = leave(KLING, server, store, wanted)
    assert "1 job is with its service" in said and "2 not sent" in said and "kling" in said
    assert KLING.submissions(server) == 1
    assert Ledger(store.root / "ledger.sqlite").spent("test") == pytest.approx(0.03), "what was not sent costs nothing"
    server.stage.script.faults.clear()
    assert "3 jobs are with their services" in leave(KLING, server, store, wanted)
    assert KLING.submissions(server) == 3


def test_pictures_are_waited_for_since_clips_are_made_from_them(server: Server, tmp_path: Path) -> None:
    terms = replace(FAL.terms(server), detached=True)
    made: list[Stored] = []
    assert make_all([FAL.asked()], Store(tmp_path / "store"), terms, made.append, "test") and made


def test_a_series_is_sent_in_the_evening_and_collected_in_the_morning(tmp_path: Path) -> None:
    project = bare(tmp_path)
    project.params(series="tiny", quality="tiny", takes=1, models="kling", rehearsal=True, overrides=PLAIN_SCORES)
    project.replace("conf/series/tiny.yaml", "every_shot: {seconds: 1}", "every_shot: {seconds: 3}")
    project.replace("conf/series/tiny.yaml", "            seconds: 1.5\n", "")
    project.repro("design")
    said = project.run("python", "-m", "stages.generate", "--detach")
    assert "3 jobs are with their services" in said and "`dvc repro`" in said
    assert not (project.root / "shots/generated.json").exists()
    listed = json.loads(project.run("continuity", "jobs", "--json"))
    assert [job["state"] for job in listed] == ["submitted"] * 3
    project.repro("generate")
    assert sum(job.request["kind"] == "video" for job in jobs(project)) == 3
