"""A stand-in for fal's queue. Held against fal-client 1.0.3 in tests/rehearsal/test_fal.py."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from aiohttp import web

from continuity.rehearsal.books import Taken
from continuity.rehearsal.stand_in import Body, StandIn, not_json

_REFUSALS = {
    "bad key": (401, "Cannot access application: authentication is required"),
    "no credit": (403, "User is locked. Reason: Exhausted balance."),
    "retired": (404, "Application not found"),
    "wrong region": (403, "This model is not available in your region"),
    "error after": (500, ""),
    "forgotten": (404, "Request not found"),
}


class Fal(StandIn):
    name = "fal"
    key_header = "Authorization"

    def add(self, app: web.Application) -> None:
        app.router.add_get(r"/fal/{owner}/{name}/requests/{id}/status", self.state)
        app.router.add_put(r"/fal/{owner}/{name}/requests/{id}/cancel", self.cancel)
        app.router.add_get(r"/fal/{owner}/{name}/requests/{id}", self.result)
        app.router.add_get(r"/fal-files/{id}", self.file)
        app.router.add_post(r"/fal-rest/storage/auth/token", self.token)
        app.router.add_post(r"/fal-cdn/files/upload", self.upload)
        app.router.add_post(r"/fal/{model:.+}", self.submit)

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Key {self.stage.key}"

    def refusal(self, fault: str) -> web.Response:
        if fault == "refused as moderated":
            wrong = {"loc": ["body"], "msg": "The content could not be processed", "type": "content_policy_violation"}
            return web.json_response({"detail": [wrong]}, status=422)
        status, words = _REFUSALS[fault]
        return web.json_response({"detail": words}, status=status)

    async def read(self, request: web.Request) -> tuple[str, Body]:
        body = await request.json()
        if self._lost(body):
            wrong = {"loc": ["body"], "msg": "Failed to download the file", "type": "file_download_error"}
            raise web.HTTPUnprocessableEntity(text=json.dumps({"detail": [wrong]}), content_type="application/json")
        return request.match_info["model"], body

    async def token(self, request: web.Request) -> web.Response:
        """For one upload; the key is wanted here, and nowhere beyond."""
        if not self.authorised(request):
            return self.refusal("bad key")
        given = {"token": "upload", "token_type": "Bearer", "base_url": f"{self.stage.url}/fal-cdn"}
        return web.json_response({**given, "expires_at": "2099-01-01T00:00:00Z"})

    async def upload(self, request: web.Request) -> web.Response:
        fault = await self.fault(request, "upload")
        if request.headers.get("Authorization") != "Bearer upload":
            return self.refusal("bad key")
        if fault == "not JSON":
            return not_json()
        id = hashlib.sha256(await request.read()).hexdigest()
        self.stage.books.note(self.name, "file", id)
        return web.json_response({"access_url": f"{self.stage.url}/fal-uploads/{id}"})

    def _lost(self, body: Body) -> bool:
        """Whether a file that is named here was never uploaded, or is forgotten."""
        named = re.findall(r"/fal-uploads/([0-9a-f]{64})", json.dumps(body))
        return any(not self.stage.books.knows(self.name, "file", id) for id in named)

    def accepted(self, job: Taken) -> web.Response:
        owner, name, *_ = job.model.split("/")
        here = f"{self.stage.url}/fal/{owner}/{name}/requests/{job.id}"  # without the model's sub path, as fal has it
        whole = {
            "request_id": job.id, "status": "IN_QUEUE", "queue_position": 0, "response_url": here,
            "status_url": f"{here}/status", "cancel_url": f"{here}/cancel",
        }  # fmt: skip
        return web.json_response(whole, headers={"x-fal-request-id": job.id})

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        if phase == "running":
            return web.json_response({"status": "IN_PROGRESS", "logs": None}, status=202)
        error = {
            "failed": {"error": words, "error_type": "runner_server_error"},
            "moderated": {"error": "The content was flagged", "error_type": "content_policy_violation"},
        }.get(phase, {})
        return web.json_response({"status": "COMPLETED", "logs": None, "metrics": {"inference_time": 1.0}, **error})

    async def undrawable(self, job: Taken) -> str:
        return ""  # told by the result's own status, as fal has it

    async def result(self, request: web.Request) -> web.Response:
        if (job := self.found(request)) is None:
            return self.refusal("forgotten")
        marked = {"x-fal-request-id": job.id}
        if words := await super().undrawable(job):
            return web.json_response({"detail": words, "error_type": "runner_server_error"}, status=500, headers=marked)
        file: dict[str, Any] = {
            "url": self.address_of(job),
            "content_type": "video/mp4",
            "file_name": "output.mp4",
            "file_size": 1,
        }
        kind = job.request["kind"]
        whole = {"images": [file]} if kind == "image" else {"audio": file} if kind == "voice" else {"video": file}
        return web.json_response({**whole, "seed": job.body.get("seed", 1)}, headers=marked)

    async def cancel(self, request: web.Request) -> web.Response:
        if self.found(request) is None:
            return self.refusal("forgotten")
        return web.json_response({"status": "CANCELLATION_REQUESTED"}, status=202)
