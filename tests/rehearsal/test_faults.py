"""Every fault at every service: the right state and message, nothing bought twice, no wait beyond its deadline."""

from __future__ import annotations

import time
import traceback
from dataclasses import replace
from pathlib import Path

import pytest

from continuity.errors import ContinuityError
from continuity.jobs import minding
from continuity.jobs.ledger import Ledger
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.rehearsal.faults import Script
from continuity.rehearsal.playing import SIMULATED_SECONDS
from continuity.rehearsal.server import Server
from rehearsal.scene import SCENES, Scene

DEADLINE_SECONDS = 20.0


@pytest.fixture(params=SCENES, ids=lambda scene: f"{scene.name} {scene.model.rpartition('/')[2]}")
def scene(request: pytest.FixtureRequest) -> Scene:
    return request.param


FAULTS = [
    # fault, on, error, state after, jobs at the service, whether the next run makes it
    ("cut before", "submit", "may have been billed", "ambiguous", 0, False),
    ("cut after", "submit", "may have been billed", "ambiguous", 1, False),
    ("error before", "submit", "may have been billed", "ambiguous", 0, False),
    ("error after", "submit", "may have been billed", "ambiguous", 1, False),
    ("not JSON", "submit", "may have been billed", "ambiguous", 1, False),
    ("busy", "submit", "", "done", 1, True),
    ("busy for a second", "submit", "", "done", 1, True),
    ("bad key", "submit", "does not take the key", "failed", 0, True),
    ("no credit", "submit", "wants more credit", "failed", 0, True),
    ("retired", "submit", "does not have this model", "failed", 0, True),
    ("wrong region", "submit", "does not serve the place where this machine is", "failed", 0, True),
    ("refused as moderated", "submit", "change its words", "moderated", 0, False),
    ("moderated", "poll", "change its words", "moderated", 1, False),
    ("fails", "poll", "ended as failed", "failed", 1, True),
    ("forgotten", "poll", "no longer has it", "expired", 1, False),
    ("not JSON", "poll", "", "done", 1, True),
    ("error before", "poll", "", "done", 1, True),
    ("cut before", "poll", "", "done", 1, True),
    ("busy", "poll", "", "done", 1, True),
    ("empty", "result", "delivered something else", "rejected", 1, False),
    ("truncated", "result", "delivered something else", "rejected", 1, False),
    ("not JSON", "result", "delivered something else", "rejected", 1, False),
    ("cut off", "result", "", "done", 1, True),
    ("error before", "result", "", "done", 1, True),
    ("gone", "result", "", "done", 1, True),
]


_ON_ITS_WAY = {(fault, "result") for fault in ("cut off", "error before", "gone")}


def _has(scene: Scene, fault: str, on: str) -> bool:
    """Whether the service can misbehave so: a result in the answer is neither asked about nor fetched."""
    there = not scene.in_answer or (on != "poll" and (fault, on) not in _ON_ITS_WAY)
    return there and (fault, on) not in scene.lacks


CASES = [(scene, *fault) for fault in FAULTS for scene in SCENES if _has(scene, *fault[:2])]


@pytest.mark.parametrize(
    ("scene", "fault", "on", "said", "state", "jobs", "goes_on"),
    CASES,
    ids=[f"{case[0].name}-{case[1]} on {case[2]}" for case in CASES],
)
def test_each_fault_ends_in_its_state_and_buys_nothing_twice(
    scene: Scene, server: Server, tmp_path: Path, fault: str, on: str, said: str, state: str, jobs: int, goes_on: bool
) -> None:
    known = scene.reconciles and (jobs > 0 or scene.proves_absence)
    if state == "ambiguous" and known:  # the service says what became of it
        said, state, goes_on = ("", "done", True) if jobs else ("nothing was taken", "failed", True)
    if state == "ambiguous" and scene.replays:  # the same is sent again, and billed once
        said, state, jobs, goes_on = "", "done", 1, True
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": fault, "on": on})
    begun = time.monotonic()
    if said:
        with pytest.raises(ContinuityError, match=said):
            scene.make(server, store)
    else:
        scene.make(server, store)
    assert time.monotonic() - begun < DEADLINE_SECONDS
    last = Ledger(store.root / "ledger.sqlite").last(scene.asked().request.key)
    assert last is not None and (last.state, scene.submissions(server)) == (state, jobs)
    if goes_on:  # nothing stands in the way of the next run, and what was made is not made again
        assert scene.make(server, store)
        assert scene.submissions(server) <= max(jobs, 1)
    else:
        with pytest.raises(ContinuityError):
            scene.make(server, store)
        assert scene.submissions(server) == jobs


def test_an_id_that_is_anothers_is_not_taken_for_this_jobs(scene: Scene, server: Server, tmp_path: Path) -> None:
    """Else the result of the job before would be fetched, and stored as this one's."""
    if scene.names_jobs or scene.in_answer:
        return  # the id is our own, or nothing is fetched by it
    store = Store(tmp_path / "store")
    (first,) = scene.make(server, store).values()
    server.stage.script.faults.append({"fault": "reused id", "on": "submit"})
    if scene.reconciles or scene.replays:
        (second,) = scene.make(server, store, [scene.asked(2)]).values()
        assert second.record["job_id"] != first.record["job_id"]
    else:
        with pytest.raises(ContinuityError, match="may have been billed"):
            scene.make(server, store, [scene.asked(2)])
    assert scene.submissions(server) == 2


def test_a_planted_key_is_found_nowhere(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """In no message, log, ledger, record or delivery, whatever happens."""
    planted, said = "planted-4b1d77c0", []
    monkeypatch.setenv(scene.key_env, planted)
    monkeypatch.setattr("continuity.jobs.hosted.NOT_TAKEN_PATIENCE_SECONDS", 1.0)
    store = Store(tmp_path / "store")
    faults = [("", ""), *(fault[:2] for fault in FAULTS if _has(scene, *fault[:2]) and fault[2])]
    with Server(tmp_path / "rehearsal", speed=600, script=Script(), key=planted) as server:
        for seed, (fault, on) in enumerate(faults):
            server.stage.script.faults = [{"fault": fault, "on": on}] if fault else []
            try:
                scene.make(server, store, [scene.asked(seed)])
            except ContinuityError as error:
                said += traceback.format_exception(error)
    assert len(said) > 10 and list(store.root.glob("results/*/*/record.json"))
    assert planted not in "".join([*said, *capfd.readouterr()])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 10 and not [path for path in files if planted.encode() in path.read_bytes()]


def test_a_stall_ends_at_the_deadline_and_the_next_run_waits_on(
    scene: Scene, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if scene.in_answer:
        return
    monkeypatch.setattr("continuity.providers.wire.READ_SECONDS", 0.3)
    server.stage.script.faults.append({"fault": "stall", "on": "poll", "times": 2})
    assert scene.make(server, Store(tmp_path / "store"))
    assert scene.submissions(server) == 1


def test_a_failure_reported_before_a_success_is_asked_about_again(scene: Scene, server: Server, tmp_path: Path) -> None:
    if scene.in_answer:
        return
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": "late success", "on": "poll"})
    with pytest.raises(ContinuityError, match="ended as failed"):
        scene.make(server, store)
    assert scene.make(server, store)
    assert scene.submissions(server) == 1


def test_a_result_where_the_card_does_not_look_is_found_once_the_card_is_mended(
    scene: Scene, server: Server, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    if not scene.result:
        return  # its adapter knows where results lie
    item = scene.asked()
    wrong = Wanted(replace(item.request, card={**item.request.card, "result": "elsewhere.url"}), item.price_usd)
    with pytest.raises(ContinuityError, match=r"no address at 'elsewhere.url', only .*nothing is paid again"):
        scene.make(server, store, [wrong])
    assert scene.make(server, store)
    assert scene.submissions(server) == 1


def test_what_the_card_does_not_map_is_refused_before_anything_is_sent(
    scene: Scene, server: Server, tmp_path: Path
) -> None:
    item = scene.asked()
    request = replace(item.request, negative_prompt="rain", form={"fields": {"prompt": "prompt"}})
    with pytest.raises(ContinuityError, match="no field for negative_prompt"):
        scene.make(server, Store(tmp_path / "store"), [Wanted(request, 0.03)])
    assert scene.submissions(server) == 0


def test_without_a_key_nothing_is_sent_and_the_variable_is_named(
    scene: Scene, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(scene.key_env)
    with pytest.raises(ContinuityError, match=f"{scene.name} needs a key: set {scene.key_env}"):
        scene.make(server, Store(tmp_path / "store"))
    assert scene.submissions(server) == 0


def test_results_are_collected_without_a_run(scene: Scene, server: Server, tmp_path: Path) -> None:
    if scene.in_answer:
        return
    store = Store(tmp_path / "store")
    server.stage.speed = SIMULATED_SECONDS[scene.kind] / 2  # two seconds
    with pytest.raises(ContinuityError, match="has not ended"):
        scene.make(server, store, deadline_minutes=0.001)
    ((_, said),) = minding.collect(store, scene.terms(server).services)
    assert said == "is still being made"
    time.sleep(2.2)
    ((entry, said),) = minding.collect(store, scene.terms(server).services)
    assert "has been fetched" in said and entry.state == "delivered"
    assert scene.make(server, store) and scene.submissions(server) == 1


def test_a_key_is_found_nowhere(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> None:
    """Not in the store, the ledger, a message or the log; not at the host of results, which refuses one."""
    planted = "planted-6f1c9d2e"
    monkeypatch.setenv(scene.key_env, planted)
    store = Store(tmp_path / "store")
    said = []
    for fault, on in (("", ""), ("cut after", "submit"), ("bad key", "submit"), ("fails", "poll"), ("empty", "result")):
        script = Script([{"fault": fault, "on": on}] if fault else [])
        with Server(tmp_path / "service", speed=600, script=script, key=planted) as server:
            try:
                scene.make(server, store, [scene.asked(len(said) + 1)])
            except ContinuityError as error:
                said.append(f"{error!r} {error.__cause__!r} {error.__context__!r}")
            else:
                said.append("")
    written = [path for path in store.root.rglob("*") if path.is_file()]
    assert len(said) == 5 and written
    assert all(planted.encode() not in path.read_bytes() for path in written)
    assert all(planted not in text for text in (*said, *capfd.readouterr()))
