"""Replicate: the stand-in is held against its own client, then our adapter's words against what it received."""

from __future__ import annotations

import io
import json
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from continuity.errors import ContinuityError
from continuity.files import sha256_file
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.providers import sent
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.replicate import Replicate as StandIn
from continuity.rehearsal.server import Server
from continuity.request import Reference
from rehearsal.scene import FIELDS, REPLICATE, Scene

VERSION = "a" * 64
SEEDLESS = Scene(
    "replicate", "REPLICATE_API_TOKEN", "kwaivgi/kling-v3-motion-control", "output", fields={"prompt": "prompt"}
)


def client_of(server: Server) -> object:
    replicate = pytest.importorskip("replicate", reason="replicate is a test dependency", exc_type=ImportError)
    return replicate.Client(api_token=KEY, base_url=f"{server.url}/replicate")


def test_replicates_own_client_makes_uploads_and_cancels(server: Server) -> None:
    client = client_of(server)
    file = client.files.create(io.BytesIO(b"a picture"))  # type: ignore[attr-defined]
    made = client.models.predictions.create(  # type: ignore[attr-defined]
        model="kwaivgi/kling-v3-motion-control", input={"prompt": "x", "image": file.urls["get"]}
    )
    for _ in range(50):
        made.reload()
        if made.status == "succeeded":
            break
        time.sleep(0.1)
    assert made.status == "succeeded" and made.output.startswith(server.url)
    other = client.predictions.create(version=VERSION, input={"prompt": "x"})  # type: ignore[attr-defined]
    other.cancel()
    listed = client.predictions.list()  # type: ignore[attr-defined]
    assert [one.id for one in listed.results] == [other.id, made.id]
    with pytest.raises(Exception, match="could not be found"):
        client.models.predictions.create(  # type: ignore[attr-defined]
            model="a/b", input={"image": f"{server.url}/replicate/v1/files/{'0' * 64}"}
        )


def test_a_request_goes_to_the_model_or_to_the_version_that_its_card_names(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    (stored,) = REPLICATE.make(server, store).values()
    versioned = REPLICATE.asked(2)
    pinned = replace(versioned.request, model=f"owner/name:{VERSION}")
    (other,) = REPLICATE.make(server, store, [Wanted(pinned, 0.03)]).values()
    first, second = server.stage.books.jobs("replicate")
    assert (first.model, second.model) == ("black-forest-labs/flux-2-pro", VERSION)
    assert first.body == {"prompt": "a red lantern", "seed": 1, "image_size": {"width": 320, "height": 180}}
    assert "model" not in stored.record["delivery"] and other.record["delivery"]["model"] == VERSION


def test_files_are_uploaded_once_and_named_by_their_address(server: Server, tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), (200, 90, 40)).save(tmp_path / "headshot.png")
    ami = Reference("ami/anime/headshot", tmp_path / "headshot.png", sha256_file(tmp_path / "headshot.png"))
    shown = {"fields": {**FIELDS, "image_input": "pictures"}}
    wanted = [
        Wanted(replace(REPLICATE.asked(seed).request, references=(ami,), form=shown), 0.03) for seed in (1, 2)
    ]  # fmt: skip
    REPLICATE.make(server, Store(tmp_path / "store"), wanted, uploads_url="https://localhost")
    assert server.stage.books.requests()["replicate", "file"] == 1
    bodies = [job.body["image_input"] for job in server.stage.books.jobs("replicate")]
    assert bodies == [[f"{server.url}/replicate/v1/files/{ami.sha256}"]] * 2


# ---- lost answers ----------------------------------------------------------------------------


@pytest.mark.parametrize("lists_inputs", [True, False])
def test_a_lost_prediction_is_found_by_its_input(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lists_inputs: bool
) -> None:
    """Also where the list is shorter than the predictions themselves."""
    monkeypatch.setattr(StandIn, "lists_inputs", lists_inputs)
    store = Store(tmp_path / "store")
    REPLICATE.make(server, store, [REPLICATE.asked(1), REPLICATE.asked(2)])
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})
    (stored,) = REPLICATE.make(server, store, [REPLICATE.asked(3)]).values()
    last = server.stage.books.jobs("replicate")[-1]
    assert (last.body["seed"], stored.record["job_id"]) == (3, last.id) and REPLICATE.submissions(server) == 3


def test_it_is_looked_for_on_further_pages(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("continuity.rehearsal.replicate._PAGE", 1)
    monkeypatch.setattr("continuity.providers.wire.Wire.send_once", _lost_then_others(server))
    store = Store(tmp_path / "store")
    assert REPLICATE.make(server, store)
    assert server.stage.books.requests()["replicate", "submit"] == 3


def _lost_then_others(server: Server) -> object:
    """The answer to our submission is lost, and two others are sent by somebody before we ask."""
    from continuity.errors import OutcomeUnknown
    from continuity.providers.wire import Wire

    send = Wire.send_once

    async def lost(wire: Wire, method: str, path: str, **content: object) -> None:
        await send(wire, method, path, **content)  # type: ignore[arg-type]
        for prompt in ("another", "and another"):
            await send(wire, method, path, json={"input": {"prompt": prompt}})
        raise OutcomeUnknown("the line was lost")

    return lost


def test_one_that_may_be_anothers_is_not_taken(server: Server, tmp_path: Path) -> None:
    """Two takes of a model without a seed are sent the same: which of them was lost cannot be told."""
    store = Store(tmp_path / "store")
    one, other = (
        Wanted(replace(SEEDLESS.asked(seed).request, card={"result": "output", "leaves_out": ["seed"]}), 0.03)
        for seed in (1, 2)
    )
    SEEDLESS.make(server, store, [one])
    server.stage.script.faults.append({"fault": "cut before", "on": "submit"})
    with pytest.raises(ContinuityError, match=r"may have been billed.*which is another's"):
        SEEDLESS.make(server, store, [other])
    assert SEEDLESS.submissions(server) == 1


def test_one_of_two_that_are_alike_is_not_guessed(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    one, other = (SEEDLESS.asked(seed) for seed in (1, 2))
    SEEDLESS.make(server, store, [one])
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})
    with pytest.raises(ContinuityError, match=r"predictions of that time at Replicate 2, "):
        SEEDLESS.make(server, store, [other])


def test_one_from_another_time_is_not_taken(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = sent.note

    def an_hour_ago(*given: Any) -> sent.Sent:
        noted = replace(note(*given), at=time.time() - 3600)
        (path,) = tmp_path.rglob("sent.json")
        path.write_text(json.dumps(asdict(noted)))
        return noted

    monkeypatch.setattr(sent, "note", an_hour_ago)
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})
    with pytest.raises(ContinuityError, match="of the predictions of that time at Replicate none can be this one"):
        REPLICATE.make(server, Store(tmp_path / "store"))
    assert REPLICATE.submissions(server) == 1


def test_what_was_deleted_after_its_hour_is_said_to_be_gone(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = StandIn._prediction
    monkeypatch.setattr(StandIn, "_prediction", lambda *given: {**whole(*given), "output": None, "data_removed": True})
    with pytest.raises(ContinuityError, match=r"no longer has it \(its output was deleted, an hour after it was made"):
        REPLICATE.make(server, Store(tmp_path / "store"))


def test_what_was_sent_is_kept_until_it_has_come(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "cut before", "on": "submit"})
    store = Store(tmp_path / "store")
    with pytest.raises(ContinuityError):
        REPLICATE.make(server, store)
    (noted,) = store.root.rglob("sent.json")
    assert json.loads(json.loads(noted.read_text())["text"])["input"]["prompt"] == "a red lantern"
