"""Money and results: a charging service on a local HTTP server, and the ways in which it can go wrong."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

import continuity.providers
from continuity.errors import BudgetExceeded, JobFailed, OutcomeUnknown, ResultRejected, StoreError
from continuity.jobs.ledger import Ledger
from continuity.jobs.runner import Wanted, make_all
from continuity.jobs.store import Store
from continuity.plan.schema import Executor
from continuity.providers.base import Job, Provider
from continuity.request import Reference, Request, derive_seed


class Service(BaseHTTPRequestHandler):
    """Takes a POST, answers a job id, then delivers a picture. ``mode`` says how it misbehaves."""

    mode = "good"
    posts = 0
    polls = 0

    def do_POST(self) -> None:
        type(self).posts += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.mode == "answer lost":
            self.connection.close()
            return
        self._answer(json.dumps({"id": f"job-{self.posts}"}).encode())

    def do_GET(self) -> None:
        if self.path.startswith("/status"):
            type(self).polls += 1
            self._answer(json.dumps({"state": "moderated" if self.mode == "moderated" else "succeeded"}).encode())
        else:
            buffer = io.BytesIO()
            Image.fromarray(np.full((64, 64, 3), 120, np.uint8)).save(buffer, "PNG")
            self._answer(b"" if self.mode == "empty" else buffer.getvalue())

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Quiet."""


class Vendor(Provider):
    """An adapter for `Service`."""

    name = "vendor"
    address = ""
    interrupted = False

    def refuse(self, request: Request) -> None:
        """Takes everything."""

    def submit(self, request: Request) -> Job:
        try:
            answer = httpx.post(self.address, json=request.canonical())
        except httpx.TransportError as error:
            raise OutcomeUnknown(f"{request.subject}: no answer from vendor ({error})") from error
        return Job(answer.json()["id"], "running")

    def poll(self, request: Request, job: Job) -> Job:
        return replace(job, state=httpx.get(f"{self.address}/status/{job.id}").json()["state"])

    def download(self, request: Request, job: Job, folder: Path) -> Path:
        if type(self).interrupted:
            type(self).interrupted = False
            raise KeyboardInterrupt
        path = folder / "result.png"
        path.write_bytes(httpx.get(f"{self.address}/result/{job.id}").content)
        return path


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Service]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Service.mode, Service.posts, Service.polls = "good", 0, 0
    monkeypatch.setattr(Vendor, "address", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setitem(continuity.providers._CLASSES, "vendor", f"{__name__}:Vendor")
    monkeypatch.setattr("continuity.jobs.runner.POLL_SECONDS", 0.01)
    continuity.providers.provider_named.cache_clear()
    yield Service
    server.shutdown()
    server.server_close()
    continuity.providers.provider_named.cache_clear()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def picture(seed: int = 1, price: float = 0.04) -> Wanted:
    request = Request("image", "vendor", "vendor-image", "a fox", seed, subject=f"kit/{seed}", resolution=(64, 64))
    return Wanted(request, price)


def make(wanted: list[Wanted], store: Store, budget: float = 1.0) -> dict:
    return make_all(
        store.root.parent, wanted, store, Executor(kind="serial"), budget, made=lambda _: None, title="test"
    )


def test_a_result_is_bought_once(service: type[Service], store: Store) -> None:
    first = make([picture(), picture()], store)
    again = make([picture()], store)
    assert service.posts == 1
    assert first.keys() == again.keys()
    assert Ledger(store.root / "ledger.sqlite").spent(first) == pytest.approx(0.04)


def test_a_lost_answer_is_not_paid_for_twice(service: type[Service], store: Store) -> None:
    service.mode = "answer lost"
    with pytest.raises(OutcomeUnknown):
        make([picture()], store)
    service.mode = "good"
    with pytest.raises(OutcomeUnknown, match=r"kit/1.*may\s+have been billed"):
        make([picture()], store)
    assert service.posts == 1
    assert Ledger(store.root / "ledger.sqlite").spent([picture().request.key]) == pytest.approx(0.04)


def test_an_interrupted_job_is_taken_over_and_not_submitted_again(
    service: type[Service], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Vendor, "interrupted", True)
    with pytest.raises(KeyboardInterrupt):
        make([picture()], store)
    assert make([picture()], store)
    assert service.posts == 1


def test_an_empty_answer_is_not_saved_as_a_result(service: type[Service], store: Store) -> None:
    service.mode = "empty"
    with pytest.raises(ResultRejected):
        make([picture()], store)
    assert store.find(picture().request.key) is None


def test_one_failure_keeps_its_neighbours(
    service: type[Service], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = picture(2)
    poll = Vendor.poll

    def first_is_moderated(self: Vendor, request: Request, job: Job) -> Job:
        return replace(job, state="moderated") if request.seed == 1 else poll(self, request, job)

    monkeypatch.setattr(Vendor, "poll", first_is_moderated)
    with pytest.raises(JobFailed, match="kit/1"):
        make([picture(1), good], store)
    assert store.find(good.request.key) is not None


def test_nothing_is_sent_beyond_the_budget(service: type[Service], store: Store) -> None:
    with pytest.raises(BudgetExceeded, match="nothing was sent"):
        make([picture(n, price=0.5) for n in range(3)], store, budget=1.2)
    assert service.posts == 0


def test_money_already_spent_on_the_plan_counts_towards_its_ceiling(service: type[Service], store: Store) -> None:
    make([picture(1, price=0.8)], store, budget=1.0)
    with pytest.raises(BudgetExceeded):
        make([picture(1, price=0.8), picture(2, price=0.8)], store, budget=1.0)
    assert service.posts == 1


def test_a_damaged_result_is_set_aside_and_made_again(service: type[Service], store: Store) -> None:
    (stored,) = make([picture()], store).values()
    stored.path.write_bytes(b"not what it was")
    assert store.find(stored.key) is None
    make([picture()], store)
    assert service.posts == 2
    assert list((store.root / "results").glob("*/*.damaged-*"))


def test_the_key_counts_reference_bytes_and_not_paths(tmp_path: Path) -> None:
    one, two = tmp_path / "one.png", tmp_path / "two.png"
    one.write_bytes(b"same")
    two.write_bytes(b"same")
    request = picture().request

    def key(path: Path) -> str:
        return replace(request, references=(Reference.of("kit/headshot", path),)).key

    assert key(one) == key(two)
    two.write_bytes(b"other")
    assert key(one) != key(two)
    assert replace(request, subject="another shot").key == request.key
    assert replace(request, seed=2).key != request.key


def test_keys_and_seeds_are_constant_across_versions() -> None:
    """A change here would buy every take of every series again: raise REQUEST_VERSION on purpose instead."""
    assert picture().request.key == "94c2b646c8cd6e47e26695d557fbb0b1628f7f54fe8a691f7b75f86509cb3bc7"
    assert derive_seed(7, "e01s01", "take", 0) == 1761192200


def test_the_ceiling_holds_over_stages_with_other_keys(service: type[Service], store: Store) -> None:
    """What an earlier stage bought is recorded in the workspace and counts in the next stage."""
    (stored,) = make([picture(1, price=0.8)], store).values()
    take = store.root.parent / "shots" / "generated" / "t01" / stored.key[:12]
    take.mkdir(parents=True)
    (take / "take.json").write_text(json.dumps(stored.record))
    with pytest.raises(BudgetExceeded, match=r"\$0.80 spent"):
        make([picture(2, price=0.8)], store)
    assert service.posts == 1


def test_a_paid_result_that_is_not_what_was_asked_is_kept_counted_and_not_bought_again(
    service: type[Service], store: Store
) -> None:
    service.mode = "empty"
    with pytest.raises(ResultRejected, match="paid for"):
        make([picture()], store)
    service.mode = "good"
    with pytest.raises(ResultRejected, match=r"kit/1.*seed"):
        make([picture()], store)
    assert service.posts == 1
    assert list((store.root / "results").glob("*/*.rejected-*"))
    assert Ledger(store.root / "ledger.sqlite").spent([picture().request.key]) == pytest.approx(0.04)


def test_a_store_that_cannot_be_read_just_now_buys_nothing(
    service: type[Service], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stored,) = make([picture()], store).values()
    read = Path.read_bytes

    def away(path: Path) -> bytes:
        if path == stored.path:
            raise OSError(5, "Input/output error")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", away)
    with pytest.raises(StoreError, match="nothing was sent"):
        make([picture()], store)
    monkeypatch.undo()
    assert store.find(stored.key) is not None
    assert service.posts == 1
