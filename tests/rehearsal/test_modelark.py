"""ModelArk: the stand-in is held against its SDK, then our adapter's words against what the stand-in received."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from continuity.errors import Moderated, OutcomeUnknown, RequestRefused
from continuity.jobs.store import Store
from continuity.providers import modelark, sent_at
from continuity.rehearsal.modelark import ModelArk
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from continuity.request import Reference
from rehearsal.scene import MODELARK, Scene

PICTURE = Scene(
    "modelark", "ARK_API_KEY", "seedream-5-0-260128", "data[0].url", fields={"prompt": "prompt", "seed": "seed"}
)


def client_of(server: Server, key: str = KEY) -> Any:
    sdk = pytest.importorskip("byteplussdkarkruntime", reason="its SDK is a test dependency", exc_type=ImportError)
    return sdk.Ark(api_key=key, base_url=f"{server.url}/modelark", max_retries=0)


def begun(client: Any, seed: int = 1, **more: Any) -> str:
    content = [{"type": "text", "text": "a red lantern"}]
    task = client.content_generation.tasks.create(model=MODELARK.model, content=content, duration=4, seed=seed, **more)
    return str(task.id)


# ---- its own SDK --------------------------------------------------------------------------


def test_modelarks_own_sdk_gets_a_video_and_finds_it_in_the_list(server: Server) -> None:
    tasks = client_of(server).content_generation.tasks
    id = begun(client_of(server), 7, safety_identifier="take-abc")
    for _ in range(50):
        task = tasks.get(task_id=id)
        if task.status == "succeeded":
            break
        time.sleep(0.1)
    assert task.content.video_url.startswith(server.url) and task.usage.completion_tokens == 4 * 21_600
    listed = tasks.list(page_num=1, page_size=10, model=MODELARK.model)
    assert listed.total == 1 and listed.items[0].safety_identifier == "take-abc" and listed.items[0].seed == 7
    assert tasks.list(page_num=2, page_size=10).items == [] and tasks.list(model="another").total == 0


def test_modelarks_own_sdk_gets_a_picture(server: Server) -> None:
    said = client_of(server).images.generate(model=PICTURE.model, prompt="a red lantern", size="2K", seed=7)
    assert said.data[0].url.startswith(server.url) and said.usage.generated_images == 1


def test_a_wrong_key_is_refused_as_modelark_does(server: Server) -> None:
    with pytest.raises(Exception, match="AuthenticationError"):
        begun(client_of(server, "other"))


# ---- takes and pictures -------------------------------------------------------------------


def test_a_take_bears_our_id_and_what_it_used_is_kept(server: Server, tmp_path: Path) -> None:
    (stored,) = MODELARK.make(server, Store(tmp_path / "store")).values()
    (job,) = server.stage.books.jobs("modelark")
    assert len(job.body.pop("safety_identifier")) == 36
    assert job.body == {
        "model": MODELARK.model, "content": [{"type": "text", "text": "a red lantern"}], "ratio": "16:9",
        "duration": 4, "seed": 1,
    }  # fmt: skip
    kept = {name: stored.record["delivery"][name] for name in ("model", "seed", "tokens")}
    assert kept == {"model": MODELARK.model, "seed": 1, "tokens": 4 * 21_600}


def test_a_picture_comes_with_the_answer(server: Server, tmp_path: Path) -> None:
    (stored,) = PICTURE.make(server, Store(tmp_path / "store")).values()
    (job,) = server.stage.books.jobs("modelark")
    assert job.body == {"model": PICTURE.model, "prompt": "a red lantern", "seed": 1}
    assert stored.record["job_id"] == job.id and stored.record["delivery"]["pictures_charged"] == 1
    assert not server.stage.books.requests()["modelark", "poll"]


def test_a_lost_picture_is_parked_since_no_list_has_it(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})
    with pytest.raises(OutcomeUnknown, match="ModelArk lists no pictures"):
        PICTURE.make(server, Store(tmp_path / "store"))
    assert PICTURE.submissions(server) == 1


def test_a_take_that_is_refused_for_what_it_shows_says_so(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "moderated", "on": "poll"})
    with pytest.raises(Moderated, match="OutputVideoSensitiveContentDetected"):
        MODELARK.make(server, Store(tmp_path / "store"))


@pytest.mark.parametrize("role", ["driving_clip", "failed_take"])
def test_a_clip_is_refused_before_anything_is_sent(server: Server, tmp_path: Path, role: str) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"clip")
    item, form = MODELARK.asked(), {"fields": {**MODELARK.fields, "@reference_video": role}}
    clip = Reference.of(role, tmp_path / "clip.mp4")
    showing = replace(item, request=replace(item.request, references=(clip,), form=form))
    with pytest.raises(RequestRefused, match=f"takes clips from public addresses alone, and {role} is a file"):
        MODELARK.make(server, Store(tmp_path / "store"), [showing])
    assert MODELARK.submissions(server) == 0


# ---- lost answers -------------------------------------------------------------------------


def lost(server: Server, tmp_path: Path, fault: str = "cut after", seed: int = 1) -> str:
    """What became of a take whose answer was lost: its id, or what is said of it."""
    server.stage.script.faults.append({"fault": fault, "on": "submit"})
    try:
        (stored,) = MODELARK.make(server, Store(tmp_path / "store"), [MODELARK.asked(seed)]).values()
    except OutcomeUnknown as error:
        return str(error)
    return str(stored.record["job_id"])


def newest(server: Server) -> str:
    return server.stage.books.jobs("modelark")[-1].id


@pytest.mark.parametrize("tells_ids", [True, False], ids=["our id is told", "our id is not told"])
def test_a_lost_take_is_found_in_the_list_by_our_id_or_by_its_seed_and_time(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tells_ids: bool
) -> None:
    monkeypatch.setattr(ModelArk, "tells_ids", tells_ids)
    monkeypatch.setattr(modelark, "PAGE", 2)
    for seed in (1, 2, 3, 4):  # others', of which the first has the same seed where our id tells
        begun(client_of(server), seed if tells_ids else seed + 1, safety_identifier=f"take-{seed}")
    assert lost(server, tmp_path) == newest(server)
    assert MODELARK.submissions(server) == 5


def test_of_two_tasks_that_may_be_it_neither_is_taken(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelArk, "tells_ids", False)
    begun(client_of(server))
    monkeypatch.setattr(sent_at, "BEFORE_SECONDS", 3600.0)
    assert "has 2 tasks that may be it" in lost(server, tmp_path)
    assert MODELARK.submissions(server) == 2


def test_a_task_that_says_another_id_is_never_taken(server: Server, tmp_path: Path) -> None:
    begun(client_of(server), safety_identifier="take-abc")
    assert "does not have it yet; run again to look again" in lost(server, tmp_path, "cut before")
    assert MODELARK.submissions(server) == 1


def test_a_task_of_the_same_seed_from_long_before_is_never_taken(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelArk, "tells_ids", False)
    begun(client_of(server))
    monkeypatch.setattr(sent_at, "BEFORE_SECONDS", -3600.0)  # as if an hour had gone by
    assert "does not have it yet" in lost(server, tmp_path, "cut before")


def test_a_job_of_ours_is_not_taken_for_a_lost_one(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another shot may have the same seed."""
    monkeypatch.setattr(ModelArk, "tells_ids", False)
    store = Store(tmp_path / "store")
    MODELARK.make(server, store)
    monkeypatch.setattr(sent_at, "BEFORE_SECONDS", 3600.0)
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})
    item = MODELARK.asked()
    (stored,) = MODELARK.make(server, store, [replace(item, request=replace(item.request, prompt="rain"))]).values()
    assert stored.record["job_id"] == newest(server)


def test_where_the_list_is_too_long_nothing_is_taken(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modelark, "PAGE", 1)
    monkeypatch.setattr(modelark, "MOST_PAGES", 2)
    for seed in (2, 3):
        begun(client_of(server), seed)
    assert "lists over 2 tasks of this model, too many to look through" in lost(server, tmp_path)
