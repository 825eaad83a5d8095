"""A charging service on a local server, and its adapter: what the jobs are tested with. No vendor of the real world."""

from __future__ import annotations

import io
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image

import continuity.providers
from continuity.errors import Moderated, OutcomeUnknown
from continuity.jobs.runner import Terms
from continuity.jobs.wanted import Wanted
from continuity.plan.schema import Budget, Executor, Service
from continuity.providers.base import Delivered, HostedProvider, Job, Order
from continuity.providers.wire import Wire, refused
from continuity.request import Request

NAME = "vendor"


@dataclass
class Vendor:
    """The service. ``mode`` says how it misbehaves, ``delay_seconds`` how long a submission takes."""

    mode: str = "good"
    delay_seconds: float = 0.0
    polls_until_done: int = 1
    posts: Counter[str] = field(default_factory=Counter)  # by key
    polls: Counter[str] = field(default_factory=Counter)
    fetches: Counter[str] = field(default_factory=Counter)
    jobs: dict[str, str] = field(default_factory=dict)  # by our token, as some services keep it
    reconciles: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""

    def terms(self, budget: Budget | float = 1.0, series: str = "test", **service: object) -> Terms:
        settings = {"poll_seconds": 0.01, "jobs_in_flight": 8, **service}
        budget = budget if isinstance(budget, Budget) else Budget(max_usd=budget)
        return Terms(Executor(kind="serial"), budget, series, {NAME: Service(name=NAME, base_url=self.url, **settings)})

    @property
    def bought(self) -> int:
        return self.posts.total()


@contextmanager
def serving(vendor: Vendor) -> Iterator[Vendor]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if vendor.mode == "busy":
                vendor.mode = "good"
                return self.answer(b"{}", 429, {"Retry-After": "0.2"})
            if vendor.mode == "refuses":
                return self.answer(b'{"error": "no such size"}', 400)
            if vendor.mode == "moderates":
                return self.answer(b'{"error": "flagged"}', 451)
            with vendor.lock:
                vendor.posts[asked["key"]] += 1
                number = vendor.bought
                vendor.jobs[asked["token"]] = f"{asked['key']}-{number}"
            time.sleep(vendor.delay_seconds)
            if vendor.mode == "answer lost":
                self.close_connection = True
                self.connection.close()
                return None
            if vendor.mode == "500 after":
                return self.answer(b"{}", 500)
            return self.answer(json.dumps({"id": f"{asked['key']}-{number}"}).encode())

        def do_GET(self) -> None:
            _, what, id = self.path.split("/")
            key = id.rpartition("-")[0]
            if what == "status":
                with vendor.lock:
                    vendor.polls[key] += 1
                if vendor.mode in ("failed", "moderated", "expired"):
                    return self.answer(json.dumps({"state": vendor.mode}).encode())
                done = vendor.polls[key] >= vendor.polls_until_done
                return self.answer(json.dumps({"state": "succeeded" if done else "running"}).encode())
            if what == "find":
                found = vendor.jobs.get(id)
                return self.answer(json.dumps({"id": found}).encode(), 200 if found else 404)
            vendor.fetches[key] += 1
            if vendor.mode == "gone":
                return self.answer(b"", 404)
            if vendor.mode == "empty":
                return self.answer(b"")
            buffer = io.BytesIO()
            side = (64, 64) if vendor.mode != "other form" else (71, 65)
            Image.effect_noise(side, 50).convert("RGB").save(buffer, "PNG")
            data = buffer.getvalue()
            if vendor.mode == "cut off":
                vendor.mode = "good"
                return self.answer(data, cut=len(data) // 2)
            begin = int(self.headers.get("Range", "bytes=0-")[6:-1] or 0)
            return self.answer(data[begin:], 206 if begin else 200, {"ETag": '"1"'})

        def answer(
            self, body: bytes, status: int = 200, headers: dict[str, str] | None = None, cut: int | None = None
        ) -> None:
            try:
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[:cut])
            except OSError:
                pass  # who asked is dead

        def log_message(self, *words: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    vendor.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield vendor
    finally:
        server.shutdown()
        server.server_close()


class Adapter(HostedProvider):
    """Speaks to `Vendor`."""

    name = NAME
    reconciles = False
    defect = ""  # raised by poll

    def headers(self, service: Service) -> dict[str, str]:
        return {"Authorization": os.environ.get("VENDOR_KEY", "none")}

    def refuse(self, request: Request) -> None:
        """Takes everything."""

    async def submit(self, order: Order, wire: Wire) -> Job:
        answer = await wire.send_once("POST", "/", json={"key": order.request.key, "token": order.token})
        if answer.status == 451:
            raise Moderated("flagged")
        if answer.status >= 400:
            raise refused(NAME, order.request.subject, answer, answer.json()["error"])
        return Job(answer.json()["id"], "running")

    async def poll(self, job: Job, wire: Wire) -> Job:
        if self.defect:
            raise KeyError(self.defect)
        answer = await wire.ask("GET", f"/status/{job.id}")
        return replace(job, phase=answer.json()["state"])

    async def fetch(self, job: Job, folder: Path, wire: Wire) -> Delivered:
        path = folder / "result.png"
        await wire.download(f"{wire.base_url}/result/{job.id}", path, patience_seconds=5)
        return Delivered(path)

    async def reconcile(self, order: Order, wire: Wire) -> Job | None:
        if not self.reconciles:
            raise OutcomeUnknown("vendor cannot be asked")
        answer = await wire.ask("GET", f"/find/{order.token}")
        return Job(answer.json()["id"], "running") if answer.status == 200 else None


def install() -> None:
    continuity.providers._CLASSES[NAME] = "vendor:Adapter"


def picture(seed: int = 1, price: float = 0.04, shot: str = "", episode: str = "") -> Wanted:
    request = Request("image", NAME, "vendor-image", "a fox", seed, subject=f"kit/{seed}", resolution=(64, 64))
    return Wanted(request, price, episode, shot)
