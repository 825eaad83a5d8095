"""fal: the stand-in is held against fal's own client, then our adapter's words against what the stand-in received."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from PIL import Image

from continuity.errors import ConfigError, ContinuityError
from continuity.files import sha256_file
from continuity.jobs.runner import make_all
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.plan.schema import Service
from continuity.providers.fal import Fal
from continuity.providers.keys import check_hosts
from continuity.providers.wire import retry_after
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from continuity.request import Reference
from rehearsal.scene import FAL, FIELDS


def test_fals_own_client_is_served(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    client = pytest.importorskip("fal_client.client", reason="fal-client is a test dependency", exc_type=ImportError)
    monkeypatch.setattr(client, "QUEUE_URL_FORMAT", f"{server.url}/fal/")
    handle = client.SyncClient(key=KEY).submit("fal-ai/flux-2-pro", {"prompt": "x", "seed": 7})
    states = [type(handle.status()).__name__]
    whole = handle.get()
    assert states[0] in ("InProgress", "Queued", "Completed")
    assert whole["seed"] == 7 and whole["images"][0]["url"].startswith(server.url)
    handle.cancel()
    assert FAL.submissions(server) == 1


def test_a_wrong_key_is_refused_as_fal_does(server: Server) -> None:
    client = pytest.importorskip("fal_client.client", exc_type=ImportError)
    with pytest.MonkeyPatch.context() as patched, pytest.raises(Exception, match=r"401|authentication"):
        patched.setattr(client, "QUEUE_URL_FORMAT", f"{server.url}/fal/")
        client.SyncClient(key="other").submit("fal-ai/flux-2-pro", {"prompt": "x"})


def test_fals_own_client_uploads(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    client = pytest.importorskip("fal_client.client", exc_type=ImportError)
    monkeypatch.setattr(client, "REST_URL", f"{server.url}/fal-rest")
    monkeypatch.setattr(client, "CDN_URL", f"{server.url}/fal-cdn")
    address = client.SyncClient(key=KEY).upload(b"a picture", "image/png")
    assert address.startswith(f"{server.url}/fal-uploads/")


SHOWN = {"fields": {**FIELDS, "image_urls": "pictures"}}


def showing(picture: Path, seed: int = 1) -> Wanted:
    """A request with one picture of Ami."""
    asked = FAL.asked(seed)
    ami = Reference("ami/anime/headshot", picture, sha256_file(picture))
    return replace(asked, request=replace(asked.request, references=(ami,), form=SHOWN))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.new("RGB", (64, 64), (200, 90, 40)).save(tmp_path / "headshot.png")
    return tmp_path / "headshot.png"


UPLOADING = {"uploads_url": "https://localhost"}


def uploads(server: Server) -> int:
    return server.stage.books.requests()["fal", "file"]


def test_a_file_is_uploaded_once_for_all_jobs_and_runs_of_an_account(
    server: Server, tmp_path: Path, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    FAL.make(server, store, [showing(picture, seed) for seed in (1, 2, 3)], **UPLOADING)
    FAL.make(server, store, [showing(picture, 4)], **UPLOADING)
    bodies = [job.body for job in server.stage.books.jobs("fal")]
    assert len(bodies) == 4 and uploads(server) == 1
    assert {url for body in bodies for url in body["image_urls"]} == {
        f"{server.url}/fal-uploads/{sha256_file(picture)}"
    }
    FAL.make(server, store, [showing(picture, 5)], **UPLOADING, uploads_hours=0.0001)  # what it lasts is counted anew
    assert uploads(server) == 1
    Image.new("RGB", (64, 64), (20, 90, 40)).save(picture)
    FAL.make(server, store, [showing(picture, 6)], **UPLOADING, uploads_hours=0.0001)
    time.sleep(0.5)
    FAL.make(server, store, [showing(picture, 7)], **UPLOADING)
    assert uploads(server) == 3, "another picture, and that again when it had expired"
    ledger = (tmp_path / "store" / "ledger.sqlite").read_bytes()
    assert KEY.encode() not in ledger


def test_a_file_that_the_service_has_lost_is_uploaded_again_by_the_next_run(
    server: Server, tmp_path: Path, picture: Path
) -> None:
    store = Store(tmp_path / "store")
    FAL.make(server, store, [showing(picture)], **UPLOADING)
    server.stage.books.forget("fal", "file")
    with pytest.raises(ContinuityError, match="Failed to download the file"):
        FAL.make(server, store, [showing(picture, 2)], **UPLOADING)
    assert FAL.make(server, store, [showing(picture, 2)], **UPLOADING)
    assert FAL.submissions(server) == 2


@pytest.mark.parametrize("fault", ["error before", "cut before", "busy"])
def test_an_upload_that_fails_is_repeated_and_costs_nothing(
    server: Server, tmp_path: Path, picture: Path, fault: str
) -> None:
    server.stage.script.faults = [{"fault": fault, "on": "upload", "times": 2}]
    assert FAL.make(server, Store(tmp_path / "store"), [showing(picture)], **UPLOADING)
    assert FAL.submissions(server) == 1 and uploads(server) == 1


def test_a_place_for_files_that_is_no_json_sends_nothing_and_the_next_run_goes_on(
    server: Server, tmp_path: Path, picture: Path
) -> None:
    server.stage.script.faults = [{"fault": "not JSON", "on": "upload", "times": 1}]
    store = Store(tmp_path / "store")
    with pytest.raises(ContinuityError, match="nothing was sent"):
        FAL.make(server, store, [showing(picture)], **UPLOADING)
    assert FAL.submissions(server) == 0
    assert FAL.make(server, store, [showing(picture)], **UPLOADING)


def test_a_request_becomes_the_models_fields_and_its_answer_a_result(server: Server, tmp_path: Path) -> None:
    (stored,) = FAL.make(server, Store(tmp_path / "store")).values()
    (job,) = server.stage.books.jobs("fal")
    assert job.model == "fal-ai/flux-2-pro"
    assert job.body == {"prompt": "a red lantern", "seed": 1, "image_size": {"width": 320, "height": 180}}
    assert stored.record["resolution"] == [320, 180]
    assert stored.record["delivery"]["seed"] == 1 and stored.record["job_id"] == job.id


@pytest.mark.parametrize("setting", ["base_url", "uploads_url"])
@pytest.mark.parametrize("address", ["https://fal.example", "https://notfal.run", "https://fal.run.example"])
def test_a_key_goes_to_no_host_that_is_not_the_services(
    server: Server, tmp_path: Path, setting: str, address: str
) -> None:
    """A project from somebody else may name any host; the key's owner says whom to trust."""
    terms = FAL.terms(server)
    terms = replace(terms, services={"fal": terms.services["fal"].model_copy(update={setting: address})})
    with pytest.raises(ConfigError, match=r"is no host of fal's \(fal.run, fal.ai\), so FAL_KEY is not sent there"):
        make_all([FAL.asked()], Store(tmp_path / "store"), terms, lambda _: None, "test")
    assert FAL.submissions(server) == 0


def test_a_host_that_the_keys_owner_trusts_is_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAL_KEY", KEY)
    service = Service(name="fal", base_url="https://gateway.example/fal", key_env="FAL_KEY")
    with pytest.raises(ConfigError):
        check_hosts(service, Fal.hosts)
    monkeypatch.setenv("CONTINUITY_KEY_HOSTS", "other.example, gateway.example")
    check_hosts(service, Fal.hosts)
    check_hosts(service.model_copy(update={"base_url": "https://queue.fal.run"}), Fal.hosts)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "Wed, 25 Nov 2026 12:00:10 GMT", "date": "Wed, 25 Nov 2026 12:00:00 GMT"}, 10.0),
        ({"retry-after": "Wed, 25 Nov 2026 11:00:00 GMT", "date": "Wed, 25 Nov 2026 12:00:00 GMT"}, 0.0),
        ({"retry-after": "1e9"}, 900.0), ({"retry-after": "nan"}, None), ({"retry-after": "soon"}, None), ({}, None),
    ],
)  # fmt: skip
def test_how_long_to_wait_is_what_the_service_says_by_its_own_clock(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(httpx.Headers(headers)) == seconds
