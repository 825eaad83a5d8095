"""What every stand-in does alike: take a job or refuse it, say how it stands, deliver it, misbehave by script.

A stand-in says how its service words its answers, and which fields of a submission name the model.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from aiohttp import web

from continuity.providers.wire import REHEARSED_HEADER
from continuity.rehearsal.books import Taken
from continuity.rehearsal.faults import Where
from continuity.rehearsal.playing import Stage, cut, deliver

REFUSALS = ("bad key", "no credit", "retired", "wrong region", "refused as moderated")
AFTER = ("error after", "out of time")  # it was taken, and the answer says something else
SUCCESSOR = "successor-1"  # what answers in the place of a model
Body = dict[str, Any]


def not_json() -> web.Response:
    """What a gateway in between answers."""
    return web.Response(text="<html>", content_type="text/html")


class StandIn(ABC):
    """One service on loopback; its addresses begin with ``/<name>``, those of its results with ``/<name>-files``."""

    name: str
    key_header: str  # where its key is looked for, and must not be found with results

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @abstractmethod
    def add(self, app: web.Application) -> None:
        """Its routes."""

    @abstractmethod
    def authorised(self, request: web.Request) -> bool: ...

    @abstractmethod
    def refusal(self, fault: str) -> web.Response:
        """The service's answer for each of `REFUSALS`, of `AFTER` and ``forgotten``."""

    @abstractmethod
    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        """How the job stands: ``running``, ``failed``, ``moderated``, or ``succeeded`` with the result's address."""

    @abstractmethod
    async def read(self, request: web.Request) -> tuple[str, Body]:
        """(model, body) of a submission; raises an HTTPException for one that the service would not understand."""

    @abstractmethod
    def accepted(self, job: Taken) -> web.Response:
        """The answer to a submission that was taken."""

    def busy(self, fault: str) -> web.Response | None:
        """Its own words for being busy, where it has some."""
        return None

    def found(self, request: web.Request) -> Taken | None:
        """The job that a request's address names."""
        return self.stage.books.job(self.name, request.match_info["id"])

    def address_of(self, job: Taken) -> str:
        """Where its result lies."""
        return f"{self.stage.url}/{self.name}-files/{job.id}"

    async def fault(self, request: web.Request, on: Where) -> str:
        return await self.stage.fault(request, self.name, on)

    async def submit(self, request: web.Request) -> web.StreamResponse:
        fault = self.stage.note(request, self.name, "submit")
        if (busy := self.busy(fault)) is not None:
            return busy
        await self.stage.misbehave(request, fault)
        if not self.authorised(request):
            fault = "bad key"
        if fault in REFUSALS:
            return self.refusal(fault)
        model, body = await self.read(request)
        own = self.own_id(request, body)
        if own and (known := self.stage.books.job(self.name, own)) is not None:
            return await self.repeated(request, known, body)
        if fault == "another model":
            model = SUCCESSOR
        job = self.stage.take(self.name, model, body, request.headers.get(REHEARSED_HEADER, ""), own)
        self.taken(job, fault)
        if fault == "cut after":
            cut(request)
        if fault in AFTER:
            return self.refusal(fault)
        if fault == "not JSON":
            return not_json()
        if fault == "reused id":
            job = self.stage.books.jobs(self.name)[0]
        return await self.answered(job)

    async def answered(self, job: Taken) -> web.StreamResponse:
        return self.accepted(job)

    def taken(self, job: Taken, fault: str) -> None:
        """Hear of a job that was opened, and of the fault that is to show in what comes of it."""
        return None

    def own_id(self, request: web.Request, body: Body) -> str:
        """The id of the job by what its sender calls it, where the service takes the same one only once."""
        return ""

    async def repeated(self, request: web.Request, job: Taken, body: Body) -> web.StreamResponse:
        """The answer to a submission under an id that is known: another bill is not opened."""
        return await self.answered(job)

    async def state(self, request: web.Request) -> web.Response:
        fault = await self.fault(request, "poll")
        job = self.found(request)
        if job is None or fault == "forgotten":
            return self.refusal("forgotten")
        if fault == "not JSON":
            return not_json()
        if fault in ("fails", "late success"):
            return self.said(job, "failed", "internal error of the model")
        if fault == "moderated":
            return self.said(job, "moderated")
        if not job.is_ready:
            return self.said(job, "running")
        if words := await self.undrawable(job):
            return self.said(job, "failed", words)
        return self.said(job, "succeeded", url=self.address_of(job))

    async def undrawable(self, job: Taken) -> str:
        """Why the puppet cannot draw it, if it cannot: that ends as a model's own failure does."""
        try:
            await self.stage.file_of(job)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return ""

    async def file(self, request: web.Request) -> web.StreamResponse:
        """From the hosts of results, which are no part of the API: no key comes here."""
        fault = await self.fault(request, "result")
        if self.key_header in request.headers:
            raise web.HTTPBadRequest(text="a key was sent to a host of results")
        return await self.delivered(request, fault)

    async def delivered(self, request: web.Request, fault: str) -> web.StreamResponse:
        if (job := self.found(request)) is None:
            raise web.HTTPNotFound
        return await deliver(request, await self.stage.file_of(job), fault)
