"""Comfy Router: the stand-in is held against Comfy's own client, then our adapter's words against what it received."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from continuity.errors import ContinuityError, Moderated, RequestRefused
from continuity.jobs.ledger import Ledger
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.plan.fields import problems_of
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from rehearsal.scene import COMFY_ROUTER, Scene
from rehearsal.test_faults import FAULTS

RUN = Scene(
    "comfy-router", "COMFY_API_KEY", "bfl/flux-2-pro", "result.sample",
    fields={"prompt": "prompt", "seed": "seed", "width": "width", "height": "height"},
)  # fmt: skip
INLINE = Scene(
    "comfy-router", "COMFY_API_KEY", "vertexai/gemini-nano-banana-2.1",
    "candidates[0].content.parts[?inlineData && !thought].inlineData.data | [0]",
    fields={
        "contents[].role": {"value": "user"},
        "contents[].parts": {"items": [{"from": "prompt", "each": {"text": "it"}}]},
    },
)  # fmt: skip


@pytest.fixture
def sdk(server: Server, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("COMFY_ROUTER_BASE_URL", f"{server.url}/comfy-router")
    return pytest.importorskip("comfy_sdk", reason="comfy-sdk is a test dependency", exc_type=ImportError)


# ---- the stand-in, by Comfy's own client -----------------------------------------------------


def test_comfys_own_client_runs_a_model_and_its_key_replays(server: Server, sdk: object) -> None:
    with sdk.Comfy(api_key=KEY) as client:  # type: ignore[attr-defined]
        key = str(uuid.uuid4())
        first = client.models.run("bfl/flux-2-pro", {"prompt": "a red lantern"}, idempotency_key=key)
        again = client.models.run("bfl/flux-2-pro", {"prompt": "a red lantern"}, idempotency_key=key)
        with pytest.raises(Exception, match="replayed"):
            client.models.run("bfl/flux-2-pro", {"prompt": "a blue one"}, idempotency_key=key)
    assert first["result"]["sample"].startswith(server.url) and first["id"] == again["id"]
    assert RUN.submissions(server) == 1


def test_comfys_own_client_queues_and_collects(server: Server, sdk: object) -> None:
    with sdk.Comfy(api_key=KEY) as client:  # type: ignore[attr-defined]
        handle = client.models.submit("kling/kling-v3-omni", {"prompt": "a red lantern", "duration": "5"})
        whole = handle.get(timeout=20.0)
        handle.cancel()
    assert whole["data"]["task_result"]["videos"][0]["url"].startswith(server.url)


def test_comfys_own_client_meets_the_errors_of_its_service(server: Server, sdk: object) -> None:
    from comfy_sdk import router_exceptions as kinds

    for fault, kind in (
        ("no credit", kinds.InsufficientCredits), ("refused as moderated", kinds.ContentPolicyViolation),
        ("retired", kinds.ModelNotFound), ("not enabled", kinds.NotEnabled),
    ):  # fmt: skip
        server.stage.script.faults = [{"fault": fault, "on": "submit"}]
        with sdk.Comfy(api_key=KEY) as client, pytest.raises(kind):  # type: ignore[attr-defined]
            client.models.run("bfl/flux-2-pro", {"prompt": "x"})


# ---- the adapter -----------------------------------------------------------------------------


def test_a_run_answers_with_its_result(server: Server, tmp_path: Path) -> None:
    (stored,) = RUN.make(server, Store(tmp_path / "store")).values()
    (job,) = server.stage.books.jobs("comfy-router")
    assert (job.model, job.body) == (
        "bfl/flux-2-pro", {"prompt": "a red lantern", "seed": 1, "width": 320, "height": 180},
    )  # fmt: skip
    assert stored.record["delivery"]["seed"] == 1 and stored.record["resolution"] == [320, 180]
    assert not list((tmp_path / "store").rglob("sent.json")), "what was sent is not kept beside what came"


def test_credits_are_recorded_as_they_are_reported_and_counted_in_dollars(server: Server, tmp_path: Path) -> None:
    (stored,) = RUN.make(server, Store(tmp_path / "store")).values()
    assert stored.record["delivery"]["credits"] == pytest.approx(6.33)
    assert stored.record["cost_usd"] == pytest.approx(0.03, abs=1e-4)


@pytest.mark.parametrize("scene", [RUN, COMFY_ROUTER], ids=["run", "queued"])
@pytest.mark.parametrize(
    ("fault", "said"),
    [("left out", "Comfy Router left out seed"), ("another vendor", "fal answered in place of the vendor")],
)
def test_what_is_not_as_it_was_asked_for_is_told(
    scene: Scene, server: Server, tmp_path: Path, fault: str, said: str
) -> None:
    server.stage.script.faults.append({"fault": fault, "on": "submit"})
    (stored,) = scene.make(server, Store(tmp_path / "store")).values()
    (warning,) = stored.record["delivery"]["warnings"]
    assert said in warning


def test_a_picture_in_the_answer_itself_is_the_result(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    (stored,) = INLINE.make(server, store).values()
    (job,) = server.stage.books.jobs("comfy-router")
    assert job.body == {"contents": [{"role": "user", "parts": [{"text": "a red lantern"}]}]}
    assert stored.record["delivery"]["model"] == "gemini-nano-banana-2.1"
    server.stage.script.faults.append({"fault": "moderated", "on": "result"})
    with pytest.raises(Moderated, match="SAFETY"):
        INLINE.make(server, store, [INLINE.asked(2)])


SUBMITTED = [  # a run is never polled; how it is refused is the queue's way too, which test_faults.py tries
    fault for fault in FAULTS if fault[3] == "ambiguous" or fault[:2] in (("busy", "submit"), ("gone", "result"))
]


@pytest.mark.parametrize("fault", SUBMITTED, ids=[f"{fault[0]} on {fault[1]}" for fault in SUBMITTED])
def test_each_fault_of_a_run_ends_in_its_state_and_buys_nothing_twice(
    fault: tuple, server: Server, tmp_path: Path
) -> None:
    name, on, said, state, jobs, goes_on = fault
    if state == "ambiguous":
        said, state, jobs, goes_on = "", "done", 1, True
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": name, "on": on})
    if said:
        with pytest.raises(ContinuityError, match=said):
            RUN.make(server, store)
    else:
        RUN.make(server, store)
    last = Ledger(store.root / "ledger.sqlite").last(RUN.asked().request.key)
    assert last is not None and (last.state, RUN.submissions(server)) == (state, jobs)
    if goes_on:
        assert RUN.make(server, store)
    assert RUN.submissions(server) <= max(jobs, 1)


@pytest.mark.parametrize("scene", [RUN, COMFY_ROUTER], ids=["run", "queued"])
def test_work_that_outlasts_the_wait_is_collected_under_its_key(scene: Scene, server: Server, tmp_path: Path) -> None:
    server.stage.script.faults += [
        {"fault": "out of time", "on": "submit"}, {"fault": "still running", "on": "submit", "times": 2},
    ]  # fmt: skip
    assert scene.make(server, Store(tmp_path / "store"))
    assert scene.submissions(server) == 1
    assert server.stage.books.requests()["comfy-router", "submit"] == 4


def test_an_answer_that_is_not_kept_is_parked_for_a_person(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults += [
        {"fault": "cut after", "on": "submit"}, {"fault": "not replayable", "on": "submit"},
    ]  # fmt: skip
    with pytest.raises(ContinuityError, match=r"may have been billed.*cannot be replayed"):
        RUN.make(server, store)
    assert RUN.submissions(server) == 1


def test_a_service_that_fails_on_and_on_is_asked_three_times_and_not_forever(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "error before", "on": "submit", "times": 50})
    with pytest.raises(ContinuityError, match="may have been billed"):
        RUN.make(server, Store(tmp_path / "store"))
    assert server.stage.books.requests()["comfy-router", "submit"] == 4


def test_after_a_day_nothing_is_sent_again(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Router has forgotten the key by then: the same would be bought a second time."""
    monkeypatch.setattr("continuity.providers.comfy_router.MOST_UNKNOWN", 1)
    store = Store(tmp_path / "store")
    server.stage.script.faults += [
        {"fault": "cut after", "on": "submit"}, {"fault": "error before", "on": "submit"},
    ]  # fmt: skip
    with pytest.raises(ContinuityError, match="may have been billed"):
        RUN.make(server, store)
    (noted,) = store.root.rglob("sent.json")
    whole = json.loads(noted.read_text())
    noted.write_text(json.dumps({**whole, "at": time.time() - 24 * 3600}))
    with pytest.raises(ContinuityError, match="24 hours, and they are over"):
        RUN.make(server, store)
    noted.write_text(json.dumps({**whole, "at": time.time() - 23 * 3600}))
    assert RUN.make(server, store), "within them the same is collected"
    assert RUN.submissions(server) == 1


def test_a_workspace_without_the_queue_is_told_how_to_do_without(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "not enabled", "on": "submit"})
    with pytest.raises(RequestRefused, match="take /requests off the card's service_model"):
        COMFY_ROUTER.make(server, Store(tmp_path / "store"))
    assert COMFY_ROUTER.submissions(server) == 0


def test_a_file_that_is_the_whole_answer_is_the_result(server: Server, tmp_path: Path) -> None:
    speaks = Scene(
        "comfy-router", "COMFY_API_KEY", "elevenlabs/eleven_v3", "", "voice", {"text": "prompt", "voice": "voice"}
    )
    item = speaks.asked()
    request = replace(item.request, resolution=None, direction={"voice": "rachel"}, rehearsed=True)
    (stored,) = speaks.make(server, Store(tmp_path / "store"), [Wanted(request, 0.03)], rehearsed=True).values()
    assert stored.record["delivery"]["content_type"] == "audio/wav"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"items": []}, "must be a list of what fills it"),
        ({"items": [{"from": "prompt"}], "most": 2}, "and stand alone"),
        ({"items": [{"from": "promt"}]}, "there is no source 'promt'"),
        ({"items": ["prompt", {"from": "pictures", "each": {"url": "uri"}}]}, "url must be one of it, first"),
        ({"from": "prompt", "value": "x"}, "either `from`, `value` or `items`"),
    ],
)
def test_a_list_of_several_sources_is_checked_when_the_card_is_read(rule: object, said: str) -> None:
    ((_, problem),) = problems_of({"content": rule})
    assert said in problem
