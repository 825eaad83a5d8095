"""Runware: the stand-in is held against its own client, then our adapter's words against what it received."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from continuity.errors import ContinuityError
from continuity.files import sha256_file
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from continuity.request import Reference
from rehearsal.scene import RUNWARE, Scene

PICTURE = Scene(
    "runware", "RUNWARE_API_KEY", "bfl:5@1", "imageURL",
    fields={
        "positivePrompt": "prompt", "seed": "seed", "width": "width", "height": "height",
        "inputs.referenceImages": "pictures",
    },
)  # fmt: skip


def by_its_client(server: Server, *tasks: dict[str, Any]) -> list[Any]:
    """What runware-sdk is answered, one task after another."""
    runware = pytest.importorskip("runware", reason="runware-sdk is a test dependency", exc_type=ImportError)

    async def run() -> list[Any]:
        there = {"transport": "rest", "http_base_url": f"{server.url}/runware/v1"}
        async with runware.Runware(api_key=KEY, **there) as client:
            return [await client.run(task) for task in tasks]

    return asyncio.run(asyncio.wait_for(run(), 60))


def test_runwares_own_client_is_served(server: Server) -> None:
    task = {
        "taskType": "videoInference", "taskUUID": str(uuid.uuid4()), "model": "klingai:kling-video@o3-standard",
        "positivePrompt": "a red lantern", "duration": 5, "width": 1280, "height": 720, "includeCost": True,
    }  # fmt: skip
    ((made,),) = by_its_client(server, task)
    assert made["videoURL"].startswith(server.url) and made["cost"] > 0
    with pytest.raises(Exception, match="has been used before"):
        by_its_client(server, task)
    assert RUNWARE.submissions(server) == 1


def test_runwares_own_client_stores_media_and_meets_errors(server: Server) -> None:
    runware = pytest.importorskip("runware", exc_type=ImportError)

    async def run() -> Any:
        there = {"transport": "rest", "http_base_url": f"{server.url}/runware/v1", "max_retries": 0}
        async with runware.Runware(api_key=KEY, **there) as client:
            stored = await client.media_storage({"operation": "upload", "media": "data:image/png;base64,QUJD"})
            codes = []
            for fault in ("no credit", "refused as moderated", "bad key", "busy"):
                server.stage.script.faults = [{"fault": fault, "on": "submit"}]
                try:
                    await client.run({"taskType": "imageInference", "model": "bfl:5@1", "positivePrompt": "x"})
                except Exception as error:
                    codes.append(error.code)  # type: ignore[attr-defined]
            return stored, codes

    stored, codes = asyncio.run(asyncio.wait_for(run(), 60))
    assert "mediaUUID" in str(stored) and codes == ["quota", "safety", "auth", "rateLimit"]


def test_a_request_becomes_one_task_under_our_own_id(server: Server, tmp_path: Path) -> None:
    (stored,) = PICTURE.make(server, Store(tmp_path / "store")).values()
    (job,) = server.stage.books.jobs("runware")
    assert job.body.pop("taskUUID") == stored.record["job_id"]
    assert job.body == {
        "taskType": "imageInference", "model": "bfl:5@1", "deliveryMethod": "async", "includeCost": True,
        "numberResults": 1, "positivePrompt": "a red lantern", "seed": 1, "width": 320, "height": 180,
    }  # fmt: skip
    assert stored.record["delivery"]["seed"] == 1 and stored.record["cost_usd"] == 0.03


def test_files_are_stored_once_and_named_by_their_id(server: Server, tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), (200, 90, 40)).save(tmp_path / "headshot.png")
    ami = Reference("ami/anime/headshot", tmp_path / "headshot.png", sha256_file(tmp_path / "headshot.png"))
    wanted = [Wanted(replace(PICTURE.asked(seed).request, references=(ami,)), 0.03) for seed in (1, 2)]
    PICTURE.make(server, Store(tmp_path / "store"), wanted, uploads_url="https://localhost")
    assert server.stage.books.requests()["runware", "file"] == 1
    ((named,), (again,)) = (job.body["inputs"]["referenceImages"] for job in server.stage.books.jobs("runware"))
    assert named == again and uuid.UUID(named)


# ---- lost answers ----------------------------------------------------------------------------


def test_a_task_that_was_taken_is_not_sent_again(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})
    assert RUNWARE.make(server, Store(tmp_path / "store"))
    assert server.stage.books.requests()["runware", "submit"] == 1


def test_a_task_that_was_taken_unseen_is_refused_when_it_comes_again(server: Server, tmp_path: Path) -> None:
    """Runware says nothing of it at first, and refuses the copy: so it is there."""
    server.stage.script.faults += [
        {"fault": "cut after", "on": "submit"}, {"fault": "forgotten", "on": "poll"},
    ]  # fmt: skip
    assert RUNWARE.make(server, Store(tmp_path / "store"))
    assert server.stage.books.requests()["runware", "submit"] == 2 and RUNWARE.submissions(server) == 1


def test_after_a_while_nothing_is_sent_again(server: Server, tmp_path: Path) -> None:
    """For how long a UUID is remembered is not documented: the same might be bought a second time."""
    store = Store(tmp_path / "store")
    server.stage.script.faults += [
        {"fault": "cut before", "on": "submit"}, {"fault": "error before", "on": "submit", "times": 3},
    ]  # fmt: skip
    with pytest.raises(ContinuityError, match=r"may have been billed.*again and again"):
        RUNWARE.make(server, store)
    (noted,) = store.root.rglob("sent.json")
    whole = json.loads(noted.read_text())
    noted.write_text(json.dumps({**whole, "at": time.time() - 3600}))
    with pytest.raises(ContinuityError, match="for how long it remembers a task is not documented"):
        RUNWARE.make(server, store)
    assert RUNWARE.submissions(server) == 0
    noted.write_text(json.dumps({**whole, "at": time.time() - 60}))
    assert RUNWARE.make(server, store) and RUNWARE.submissions(server) == 1


def test_an_account_out_of_order_leaves_what_was_lost_to_be_asked_for_again(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults += [
        {"fault": "cut before", "on": "submit"}, {"fault": "no credit", "on": "submit"},
    ]  # fmt: skip
    with pytest.raises(ContinuityError, match=r"may have been billed.*insufficientCredits"):
        RUNWARE.make(server, store)
    assert RUNWARE.make(server, store) and RUNWARE.submissions(server) == 1
