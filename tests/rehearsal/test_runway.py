"""Runway: the stand-in is held against its own client, then our adapter's words against what the stand-in received."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from continuity.errors import ConfigError, ContinuityError, JobFailed, Moderated, RequestRefused
from continuity.jobs.ledger import Entry, Ledger
from continuity.jobs.runner import make_all
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.providers import runway
from continuity.rehearsal import runway as stand_in
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from continuity.request import Reference
from rehearsal.scene import RUNWAY

UPLOADING = {"uploads_url": "https://localhost"}


def client_of(server: Server, monkeypatch: pytest.MonkeyPatch, key: str = KEY) -> Any:
    client = pytest.importorskip("runwayml", reason="runwayml is a test dependency", exc_type=ImportError)
    polling = pytest.importorskip("runwayml.lib.polling", exc_type=ImportError)
    monkeypatch.setattr(polling, "POLL_TIME", 0.2)
    monkeypatch.setattr(polling, "POLL_JITTER", 0)
    return client.RunwayML(api_key=key, base_url=f"{server.url}/runway", max_retries=0)


def test_runways_own_client_is_served(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(server, monkeypatch)
    shown = client.uploads.create_ephemeral(file=("a.png", b"a picture"))
    assert shown.uri.startswith("runway://")
    task = client.image_to_video.create(
        model="gen4.5", prompt_image=shown.uri, prompt_text="x", ratio="1280:720", duration=5, seed=7
    )
    done = task.wait_for_task_output(timeout=60)
    assert done.status == "SUCCEEDED" and done.output[0].startswith(server.url) and done.cost.credits == 0
    client.tasks.delete(task.id)
    performed = client.character_performance.create(
        model="act_two", character={"type": "image", "uri": shown.uri},
        reference={"type": "video", "uri": "https://a.example/v.mp4"}, ratio="1280:720", seed=1, body_control=True,
    )  # fmt: skip
    assert client.tasks.retrieve(performed.id).status in ("RUNNING", "SUCCEEDED")
    client.text_to_image.create(
        model="gen4_image", prompt_text="x", ratio="1280:720", reference_images=[{"uri": shown.uri}], seed=7
    )
    shown_to = {"references": [{"uri": shown.uri}], "ratio": "1280:720", "duration": 4, "audio": False, "seed": 7}
    client.text_to_video.create(model="seedance2", prompt_text="x", **shown_to)
    client.video_to_video.create(model="seedance2", prompt_video=shown.uri, prompt_text="x", **shown_to)
    first, *_, edited = server.stage.books.jobs("runway")
    assert first.model == "image_to_video/gen4.5"
    assert first.body == {
        "model": "gen4.5", "promptImage": shown.uri, "promptText": "x", "ratio": "1280:720", "duration": 5, "seed": 7,
    }  # fmt: skip
    assert edited.model == "video_to_video/seedance2" and set(edited.body) == {
        "model", "promptVideo", "promptText", *shown_to,
    }  # fmt: skip


@pytest.mark.parametrize(("fault", "code"), [("fails", "INTERNAL.BAD_OUTPUT.CODE01"), ("moderated", "SAFETY.INPUT")])
def test_runways_own_client_is_told_of_a_failure(
    fault: str, code: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(server, monkeypatch)
    task = client.text_to_video.create(model="gen4.5", prompt_text="x", ratio="1280:720", duration=5)
    server.stage.script.faults.append({"fault": fault, "on": "poll"})
    failed = client.tasks.retrieve(task.id)
    assert failed.status == "FAILED" and failed.failure_code.startswith(code) and failed.cost.credits == 0


def test_a_wrong_key_is_refused_as_runway_does(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Exception, match=r"401|invalid"):
        client_of(server, monkeypatch, "other").text_to_video.create(
            model="gen4.5", prompt_text="x", ratio="1280:720", duration=5
        )


def last(store: Store) -> Entry:
    entry = Ledger(store.root / "ledger.sqlite").last(RUNWAY.asked().request.key)
    assert entry is not None
    return entry


def test_a_request_becomes_the_models_fields(server: Server, tmp_path: Path) -> None:
    (stored,) = RUNWAY.make(server, Store(tmp_path / "store")).values()
    (job,) = server.stage.books.jobs("runway")
    assert job.model == "text_to_video/gen4.5"
    assert job.body == {
        "model": "gen4.5", "promptText": "a red lantern", "ratio": "1280:720", "duration": 2, "seed": 1,
    }  # fmt: skip
    assert (stored.record["resolution"], stored.record["seconds"]) == ([320, 180], 2.0)
    assert stored.record["job_id"] == job.id


def test_credits_as_reported_are_the_money_that_is_counted(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_in.Runway, "credits", lambda *_: 24)
    store = Store(tmp_path / "store")
    (stored,) = RUNWAY.make(server, store).values()
    assert stored.record["cost_usd"] == 0.24
    assert Ledger(store.root / "ledger.sqlite").spent("test") == 0.24


@pytest.mark.parametrize(("fault", "error"), [("fails", JobFailed), ("moderated", Moderated)])
def test_a_task_that_failed_counts_what_it_says_that_it_charged(
    fault: str, error: type[Exception], server: Server, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": fault, "on": "poll"})
    with pytest.raises(error, match=r"INTERNAL\.BAD_OUTPUT|SAFETY\.INPUT\.TEXT: The input was rejected"):
        RUNWAY.make(server, store)
    assert last(store).cost_usd == 0


@pytest.mark.parametrize("said", ["PENDING", "THROTTLED", "SOMETHING_NEW"])
def test_a_task_that_waits_for_its_turn_is_waited_for(
    said: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(stand_in._STATES, "running", said)
    server.stage.speed = 90.0  # a take takes a second
    assert RUNWAY.make(server, Store(tmp_path / "store"))
    assert server.stage.books.requests()["runway", "poll"] > 1


def test_a_task_that_was_cancelled_there_is_made_anew_by_the_next_run(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    with monkeypatch.context() as patched:
        patched.setitem(stand_in._STATES, "moderated", "CANCELLED")
        server.stage.script.faults.append({"fault": "moderated", "on": "poll"})
        with pytest.raises(JobFailed, match="ended as cancelled"):
            RUNWAY.make(server, store)
    assert RUNWAY.make(server, store) and RUNWAY.submissions(server) == 2


def test_a_field_that_the_model_does_not_take_is_named(server: Server, tmp_path: Path) -> None:
    request = replace(RUNWAY.asked().request, parameters={"audio": True})
    with pytest.raises(RequestRefused, match="Validation of body failed; audio: Unrecognized key"):
        RUNWAY.make(server, Store(tmp_path / "store"), [Wanted(request, 0.03)])


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.new("RGB", (64, 64), (200, 90, 40)).save(tmp_path / "headshot.png")
    return tmp_path / "headshot.png"


def showing(picture: Path, seed: int = 1) -> Wanted:
    """A picture to be made from one of Ami."""
    fields = {
        "promptText": "prompt", "ratio": {"value": "1280:720"}, "seed": "seed",
        "referenceImages": {"from": "pictures", "most": 3, "each": {"uri": "it"}},
    }  # fmt: skip
    asked = RUNWAY.asked(seed)
    request = replace(
        asked.request, kind="image", model="text_to_image/gen4_image", seconds=None, fps=None,
        references=(Reference.of("ami/anime/headshot", picture),), form={"fields": fields},
    )  # fmt: skip
    return replace(asked, request=request)


def uploads(server: Server) -> int:
    return server.stage.books.requests()["runway", "file"]


def test_a_file_is_uploaded_once_and_named_by_all_jobs_and_runs(server: Server, tmp_path: Path, picture: Path) -> None:
    """To a place of its own, which refuses the key."""
    store = Store(tmp_path / "store")
    RUNWAY.make(server, store, [showing(picture, seed) for seed in (1, 2)], **UPLOADING)
    RUNWAY.make(server, store, [showing(picture, 3)], **UPLOADING)
    named = {one["uri"] for job in server.stage.books.jobs("runway") for one in job.body["referenceImages"]}
    assert len(named) == uploads(server) == 1 and named.pop().startswith("runway://")
    assert RUNWAY.submissions(server) == 3


def test_a_file_that_the_service_has_lost_is_uploaded_again_by_the_next_run(
    server: Server, tmp_path: Path, picture: Path
) -> None:
    store = Store(tmp_path / "store")
    RUNWAY.make(server, store, [showing(picture)], **UPLOADING)
    server.stage.books.forget("runway", "file")
    with pytest.raises(ContinuityError, match="The asset does not exist"):
        RUNWAY.make(server, store, [showing(picture, 2)], **UPLOADING)
    assert RUNWAY.make(server, store, [showing(picture, 2)], **UPLOADING)
    assert RUNWAY.submissions(server) == 2


@pytest.mark.parametrize("fault", ["error before", "cut before", "busy"])
def test_an_upload_that_fails_is_repeated_and_costs_nothing(
    fault: str, server: Server, tmp_path: Path, picture: Path
) -> None:
    server.stage.script.faults = [{"fault": fault, "on": "upload", "times": 1}]
    assert RUNWAY.make(server, Store(tmp_path / "store"), [showing(picture)], **UPLOADING)
    assert RUNWAY.submissions(server) == uploads(server) == 1


def test_a_place_for_files_that_is_no_json_sends_nothing_and_the_next_run_goes_on(
    server: Server, tmp_path: Path, picture: Path
) -> None:
    server.stage.script.faults = [{"fault": "not JSON", "on": "upload"}]
    store = Store(tmp_path / "store")
    with pytest.raises(ContinuityError, match="nothing was sent"):
        RUNWAY.make(server, store, [showing(picture)], **UPLOADING)
    assert RUNWAY.submissions(server) == 0
    assert RUNWAY.make(server, store, [showing(picture)], **UPLOADING)


def test_a_file_goes_along_where_there_are_no_uploads_unless_it_is_too_large(
    server: Server, tmp_path: Path, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    RUNWAY.make(server, store, [showing(picture)])
    (job,) = server.stage.books.jobs("runway")
    assert job.body["referenceImages"][0]["uri"].startswith("data:image/png;base64,")
    monkeypatch.setattr(runway, "MOST_INLINE_BYTES", 100)
    with pytest.raises(RequestRefused, match=r"ami/anime/headshot is over the .* name uploads_url"):
        RUNWAY.make(server, store, [showing(picture, 2)])
    assert RUNWAY.submissions(server) == 1


@pytest.mark.parametrize("setting", ["base_url", "uploads_url"])
def test_a_key_goes_to_no_host_that_is_not_runways(setting: str, server: Server, tmp_path: Path) -> None:
    terms = RUNWAY.terms(server)
    there = terms.services["runway"].model_copy(update={setting: "https://runwayml.com"})
    with pytest.raises(ConfigError, match=r"runwayml.com is no host of runway's \(api.dev.runwayml.com\)"):
        make_all(
            [RUNWAY.asked()], Store(tmp_path / "store"), replace(terms, services={"runway": there}),
            lambda _: None, "test",
        )  # fmt: skip
    assert RUNWAY.submissions(server) == 0
