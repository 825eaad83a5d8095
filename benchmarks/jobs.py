"""Jobs at a service, and how often a paid submission is sent when its answer is lost.

A thousand jobs of 20 seconds each, 50 in flight, would ideally end after 400 seconds. A server in this process plays
the service four times as fast, without drawing anything; the schedule is compared with the ideal one. Memory is what
the process holds more after the second half of the jobs than after the first.

The other clients' submissions are counted here too, where they are installed: a server takes the whole request and
closes the line.
"""

from __future__ import annotations

import contextlib
import io
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

import continuity.providers
from continuity.errors import ContinuityError
from continuity.jobs.runner import Terms, make_all
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.plan.schema import Budget, Executor, Service
from continuity.providers.base import Delivered, HostedProvider, Job, Order
from continuity.providers.wire import Wire
from continuity.request import Request

JOBS, IN_FLIGHT, SECONDS, SPEED = 1000, 50, 20.0, 4.0
WANTED_SHARE = 1.05
PATIENCE_SECONDS = 90.0  # for another client to give up


class Slow(HostedProvider):
    """Speaks to `_serve`."""

    name = "slow"

    def headers(self, service: Service) -> dict[str, str]:
        return {}

    def refuse(self, request: Request) -> None:
        """Takes everything."""

    async def submit(self, order: Order, wire: Wire) -> Job:
        answer = await wire.send_once("POST", "/", json={"key": order.request.key})
        return Job(answer.json()["id"], "running")

    async def poll(self, job: Job, wire: Wire) -> Job:
        done = (await wire.ask("GET", f"/jobs/{job.id}")).json()["done"]
        return replace(job, phase="succeeded") if done else job

    async def fetch(self, job: Job, folder: Path, wire: Wire) -> Delivered:
        path = folder / "result.png"
        await wire.download(f"{wire.base_url}/result", path)
        return Delivered(path)


def _serve() -> tuple[str, list[int]]:
    """The service's address, and its memory after each thousandth of the jobs."""
    import asyncio

    from aiohttp import web
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), (90, 120, 150)).save(buffer, "PNG")
    begun: dict[str, float] = {}
    held: list[int] = []

    async def submit(request: web.Request) -> web.Response:
        await request.read()
        id = str(len(begun))
        begun[id] = time.monotonic()
        held.append(psutil.Process().memory_info().rss)
        return web.json_response({"id": id})

    async def job(request: web.Request) -> web.Response:
        done = time.monotonic() - begun[request.match_info["id"]] >= SECONDS / SPEED
        return web.json_response({"done": done})

    async def result(request: web.Request) -> web.Response:
        return web.Response(body=buffer.getvalue(), content_type="image/png")

    ready, places = threading.Event(), []

    def run() -> None:
        loop = asyncio.new_event_loop()
        app = web.Application()
        app.router.add_post("/", submit)
        app.router.add_get("/jobs/{id}", job)
        app.router.add_get("/result", result)
        runner = web.AppRunner(app, access_log=None)
        loop.run_until_complete(runner.setup())
        loop.run_until_complete(web.TCPSite(runner, "127.0.0.1", 0).start())
        places.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
        ready.set()
        loop.run_forever()

    threading.Thread(target=run, daemon=True).start()
    ready.wait()
    return places[0], held


def _asked(seed: int) -> Wanted:
    request = Request("image", "slow", "slow", "a fox", seed, subject=f"fox {seed}", resolution=(64, 64))
    return Wanted(request, 0.001)


def _terms(url: str) -> Terms:
    service = Service(name="slow", base_url=url, jobs_in_flight=IN_FLIGHT, poll_seconds=1.0 / SPEED)
    return Terms(Executor(kind="serial"), Budget(max_usd=100), "bench", {"slow": service})


def measure() -> Iterator[str]:
    """Lines for ``python -m benchmarks``."""
    continuity.providers._CLASSES["slow"] = f"{__name__}:Slow"
    url, held = _serve()
    ideal = JOBS / IN_FLIGHT * SECONDS / SPEED
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        made = make_all([_asked(n) for n in range(JOBS)], Store(Path(folder)), _terms(url), lambda _: None, "jobs")
        took = time.monotonic() - begun
    share = took / ideal
    grown = (held[-1] - held[len(held) // 2]) / 2**20
    yield (
        f"{len(made)} jobs of {SECONDS:g} s, {IN_FLIGHT} in flight, at {SPEED:g} times the speed: {took:.1f} s, "
        f"{share:.3f} of the ideal schedule (at most {WANTED_SHARE})"
    )
    yield f"memory of the whole process over the second half of them: {grown:+.0f} MB"
    for name, ask in (("continuity", _ours), ("fal-client", _fal), ("google-genai, pictures", _google)):
        count = _submissions(ask)
        yield f"one paid submission, taken and the line lost: {name} sends it {count} times" if count else f"{name}: -"


def _submissions(ask: Any) -> int:
    """How many whole requests arrive at a server that takes each and closes the line."""
    hits: list[int] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def take(line: socket.socket) -> None:
        line.settimeout(5)
        data = b""
        try:
            while b"\r\n\r\n" not in data:
                data += line.recv(65536)
            head, _, body = data.partition(b"\r\n\r\n")
            length = next((int(h[15:]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length:")), 0)
            while len(body) < length:
                body += line.recv(65536)
            hits.append(1)
        except OSError:
            pass
        finally:
            line.close()

    def accept() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=take, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    asking = threading.Thread(target=ask, args=(f"http://127.0.0.1:{listening.getsockname()[1]}",), daemon=True)
    asking.start()
    asking.join(PATIENCE_SECONDS)
    listening.close()
    return len(hits)


def _ours(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(ContinuityError):
        make_all([_asked(1)], Store(Path(folder)), _terms(url), lambda _: None, "lost")


def _fal(url: str) -> None:
    import fal_client.client as client

    client.QUEUE_URL_FORMAT = f"{url}/"
    with contextlib.suppress(Exception):
        client.SyncClient(key="a").submit("fal-ai/x", {"prompt": "x"})


def _google(url: str) -> None:
    from google import genai

    client = genai.Client(api_key="a", http_options={"base_url": url})
    with contextlib.suppress(Exception):
        client.models.generate_content(model="m", contents="x")
