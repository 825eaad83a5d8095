"""A stand-in for Comfy Router, runs and its queue, held against comfy-sdk 0.5.0 (tests/rehearsal/test_comfy_router.py).

It answers as the vendor whose model is asked for: its first name is the vendor's.
"""

from __future__ import annotations

import asyncio
import base64
import time
import uuid
from collections.abc import Callable

from aiohttp import web

from continuity.rehearsal.books import Taken
from continuity.rehearsal.playing import Stage
from continuity.rehearsal.stand_in import Body, StandIn

_REFUSALS = {
    "bad key": (401, "unauthorized", "Invalid API key"),
    "no credit": (402, "insufficient_credits", "Insufficient credits"),
    "retired": (404, "model_not_found", "No such model"),
    "refused as moderated": (400, "content_policy_violation", "The prompt was rejected by the provider"),
    "wrong region": (403, "forbidden", "This model is not available in your region"),
    "error after": (500, "internal_error", "Internal error"),
    "forgotten": (404, "request_not_found", "No such request"),
    "out of time": (504, "deadline_exceeded", "The run goes on; collect it with the same key"),
    "still running": (409, "concurrency_limit_exceeded", "The original call is still running"),
    "not replayable": (409, "invalid_input", "The record of this key cannot be replayed"),
    "not enabled": (403, "not_enabled", "Queued delivery is not enabled for this workspace"),
    "busy": (429, "rate_limited", "Slow down"),
}
_LATER = {"out of time", "still running"}  # with Retry-After
_HEADERS = {
    "left out": {"X-Comfy-Router-Dropped-Params": "seed"},
    "another vendor": {"X-Comfy-Router-Fallback-Provider": "fal"},
}
_ENDS = {"failed": "provider_error", "moderated": "content_policy_violation"}


def _error(fault: str) -> web.Response:
    status, kind, words = _REFUSALS[fault]
    headers = {"X-Comfy-Error-Type": kind, "X-Comfy-Request-Id": "rq"}
    headers |= {"Retry-After": "1"} if fault in _LATER else {}
    return web.json_response({"detail": words}, status=status, headers=headers)


class ComfyRouter(StandIn):
    name = "comfy-router"
    key_header = "X-API-Key"

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._odd: dict[str, str] = {}  # job -> what is not as it was asked for

    def add(self, app: web.Application) -> None:
        here = "/comfy-router/v2/models/{provider}/{model}"
        app.router.add_post(here, self.submit)
        app.router.add_post(f"{here}/requests", self.submit)
        app.router.add_get(f"{here}/requests/{{id}}/status", self.state)
        app.router.add_get(f"{here}/requests/{{id}}", self.result)
        app.router.add_put(f"{here}/requests/{{id}}/cancel", self.cancel)
        app.router.add_get("/comfy-router-files/{id}", self.file)

    def authorised(self, request: web.Request) -> bool:
        key = request.headers.get("X-API-Key") or request.headers.get("Authorization", "").removeprefix("Bearer ")
        return key == self.stage.key

    def refusal(self, fault: str) -> web.Response:
        return _error(fault)

    def busy(self, fault: str) -> web.Response | None:
        return _error(fault) if fault in ("busy", "not enabled", "still running", "not replayable") else None

    # ---- one key, one run ------------------------------------------------------------------

    async def read(self, request: web.Request) -> tuple[str, Body]:
        body = await request.json()
        queued = "/requests" if request.path.endswith("/requests") else ""
        return f"{request.match_info['provider']}/{request.match_info['model']}{queued}", body

    def own_id(self, request: web.Request, body: Body) -> str:
        key = request.headers.get("Idempotency-Key")
        return str(uuid.uuid5(uuid.NAMESPACE_OID, key)) if key else ""

    def taken(self, job: Taken, fault: str) -> None:
        if fault in _HEADERS:
            self._odd[job.id] = fault

    async def repeated(self, request: web.Request, job: Taken, body: Body) -> web.StreamResponse:
        """The same key: the first one's answer, once it is there; for another body, none."""
        model, _ = await self.read(request)
        if (model, body) != (job.model, job.body):
            return _error("not replayable")
        if not job.model.endswith("/requests") and not job.is_ready:
            return _error("still running")
        answer = await self.answered(job)
        answer.headers["Idempotent-Replayed"] = "true"
        return answer

    async def answered(self, job: Taken) -> web.StreamResponse:
        if job.model.endswith("/requests"):
            return self.accepted(job)
        await asyncio.sleep(max(0.0, job.ready - time.time()))  # the connection is held
        return await self._native(job)

    def accepted(self, job: Taken) -> web.Response:
        here = f"{self.stage.url}/comfy-router/v2/models/{job.model}/{job.id}"
        said = {"request_id": job.id, "status": "IN_QUEUE", "queue_position": 0, "response_url": here,
                "status_url": f"{here}/status", "cancel_url": f"{here}/cancel"}  # fmt: skip
        return web.json_response(said, status=201, headers={"X-Comfy-Request-Id": "rq"})

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        state = "IN_PROGRESS" if phase == "running" else "COMPLETED"
        error = {"error_type": _ENDS[phase], "detail": words or "rejected"} if phase in _ENDS else {}
        return web.json_response({"request_id": job.id, "status": state, "queue_position": 0, **error})

    async def result(self, request: web.Request) -> web.StreamResponse:
        if (job := self.found(request)) is None:
            return _error("forgotten")
        if not job.is_ready:
            waiting = self.said(job, "running")
            waiting.set_status(202)
            return waiting
        return await self._native(job)

    async def cancel(self, request: web.Request) -> web.Response:
        if self.found(request) is None:
            return _error("forgotten")
        return web.json_response({"status": "CANCELLATION_REQUESTED"}, status=202)

    # ---- as each vendor answers ------------------------------------------------------------

    async def _native(self, job: Taken) -> web.Response:
        if words := await self.undrawable(job):
            return web.json_response({"detail": words}, status=502, headers={"X-Comfy-Error-Type": "provider_error"})
        credits = {"X-Comfy-Credits-Used": f"{(job.usd or 0.03) * 211:.2f}"}
        headers = {"X-Comfy-Request-Id": "rq", **credits, **_HEADERS.get(self._odd.get(job.id, ""), {})}
        vendor = job.model.partition("/")[0]
        if vendor == "elevenlabs":
            data = (await self.stage.file_of(job)).read_bytes()
            return web.Response(body=data, content_type="audio/wav", headers=headers)
        if vendor == "vertexai":
            return web.json_response(await self._inline(job), headers=headers)
        return web.json_response(_NATIVE.get(vendor, _plain)(self.address_of(job), job), headers=headers)

    async def _inline(self, job: Taken) -> Body:
        """As Google's generateContent has it."""
        fault = self.stage.script.next(self.name, "result")
        if fault == "moderated":
            return {"promptFeedback": {"blockReason": "SAFETY"}, "modelVersion": job.model}
        data = base64.b64encode((await self.stage.file_of(job)).read_bytes()).decode()
        part = {"inlineData": {"mimeType": "image/png", "data": data}}
        candidate = {"content": {"role": "model", "parts": [{"text": "here"}, part]}, "finishReason": "STOP"}
        return {"candidates": [candidate], "modelVersion": job.model.partition("/")[2]}


def _kling(url: str, job: Taken) -> Body:
    kind = "images" if job.request["kind"] == "image" else "videos"
    made = {"task_id": job.id, "task_status": "succeed", "task_result": {kind: [{"id": job.id, "url": url}]}}
    return {"code": 0, "message": "SUCCEED", "request_id": "r", "data": made}


def _bfl(url: str, job: Taken) -> Body:
    return {"id": job.id, "status": "Ready", "result": {"sample": url, "seed": job.body.get("seed", 1)}}


def _byteplus(url: str, job: Taken) -> Body:
    seed = job.body.get("seed", 1)
    return {"id": job.id, "model": "seedance", "status": "succeeded", "content": {"video_url": url}, "seed": seed}


def _wan(url: str, job: Taken) -> Body:
    return {"output": {"task_id": job.id, "task_status": "SUCCEEDED", "video_url": url}, "request_id": "r"}


def _plain(url: str, job: Taken) -> Body:
    """As fal answers, whose models are served too."""
    return {"images": [{"url": url}]} if job.request["kind"] == "image" else {"video": {"url": url}}


_NATIVE: dict[str, Callable[[str, Taken], Body]] = {"bfl": _bfl, "byteplus": _byteplus, "kling": _kling, "wan": _wan}
