"""What every stand-in has at hand: the books, the studio, a script of faults; and how results are delivered."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from continuity.providers.wire import REHEARSED_HEADER
from continuity.rehearsal import expected
from continuity.rehearsal.books import Books, Taken
from continuity.rehearsal.drawing import Studio, stored, unknown
from continuity.rehearsal.faults import Script, Where

SPEED = 60.0  # how much faster than life
SIMULATED_SECONDS = {"image": 12.0, "voice": 4.0, "video": 90.0, "motion": 120.0, "repair": 60.0}
KEY = "rehearsal-key"  # made up; stands where a service's key would


@dataclass
class Stage:
    """What every stand-in has at hand."""

    books: Books
    studio: Studio
    script: Script
    speed: float = SPEED
    key: str = KEY
    url: str = ""

    async def fault(self, request: web.Request, service: str, on: Where) -> str:
        """Count the request; misbehave where that needs nothing of the service's own; else say how to."""
        fault = self.note(request, service, on)
        await self.misbehave(request, fault)
        return fault

    def note(self, request: web.Request, service: str, on: Where) -> str:
        """Count the request; returns the fault that is its due, if any."""
        self.books.note(service, on, request.headers.get(REHEARSED_HEADER, ""))
        return self.script.next(service, on)

    async def misbehave(self, request: web.Request, fault: str) -> None:
        """Those faults that look alike at every service."""
        if fault == "cut before":
            cut(request)
        if fault == "busy":
            raise web.HTTPTooManyRequests(text="{}")
        if fault == "busy for a second":
            raise web.HTTPTooManyRequests(text="{}", headers={"Retry-After": "1"})
        if fault == "error before":
            raise web.HTTPInternalServerError(text="{}")
        if fault == "stall":
            await asyncio.sleep(3600)

    def take(self, service: str, model: str, body: dict[str, Any], key: str, id: str = "") -> Taken:
        """Open a job, and its bill; under its sender's own ``id``, where the service knows jobs by that."""
        asked, now = expected.get(key), time.time()
        values = stored(asked.request) if asked else unknown(model, body)
        seconds = SIMULATED_SECONDS.get(values["kind"], 10.0) / self.speed
        job = Taken(
            id or str(uuid.uuid4()), service, key, model, body, values, asked.price_usd if asked else 0.0, now,
            now + seconds, "taken",
        )  # fmt: skip
        self.books.take(job)
        return job

    async def file_of(self, job: Taken) -> Path:
        return await self.studio.drawn(job.id, job.request)


def cut(request: web.Request) -> None:
    """Lose the line, without a word."""
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError


async def deliver(request: web.Request, path: Path, fault: str) -> web.StreamResponse:
    """A result's bytes, or what a fault makes of them. Ranges are served as real hosts do."""
    if fault == "gone":
        raise web.HTTPForbidden(text="expired")
    data = await asyncio.to_thread(path.read_bytes)
    kind = {".png": "image/png", ".wav": "audio/wav"}.get(path.suffix, "video/mp4")
    headers = {"Content-Type": kind, "ETag": f'"{path.stem}"', "Accept-Ranges": "bytes"}
    if fault == "not JSON":
        return web.Response(body=b"<html>sorry</html>", content_type="text/html")
    if fault == "empty":
        return web.Response(body=b"", headers=headers)
    if fault == "truncated":
        return web.Response(body=data[: len(data) // 2], headers=headers)
    begin = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0] or 0)
    part = data[begin:]
    status = 206 if begin else 200
    if begin:
        headers["Content-Range"] = f"bytes {begin}-{len(data) - 1}/{len(data)}"
    if fault == "cut off":
        answer = web.StreamResponse(status=status, headers={**headers, "Content-Length": str(len(part))})
        await answer.prepare(request)
        await answer.write(part[: len(part) // 2])
        await asyncio.sleep(0.05)
        cut(request)
    return web.Response(status=status, body=part, headers=headers)
