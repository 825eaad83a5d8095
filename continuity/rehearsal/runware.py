"""A stand-in for Runware's REST API, held against runware-sdk 1.8.0 (tests/rehearsal/test_runware.py)."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from typing import Any

from aiohttp import web

from continuity.rehearsal.books import Taken
from continuity.rehearsal.stand_in import Body, StandIn, not_json

_REFUSALS = {
    "bad key": (401, "invalidApiKey", "Invalid API key"),
    "no credit": (402, "insufficientCredits", "Insufficient credits"),
    "retired": (400, "modelNotFound", "The model does not exist"),
    "refused as moderated": (400, "contentPolicyViolation", "The prompt violates the content policy"),
    "wrong region": (403, "regionNotAllowed", "The model is not available in your region"),
    "error after": (500, "internalServerError", "Internal error"),
    "forgotten": (404, "taskNotFound", "No such task"),
    "again": (400, "conflictTaskUUID", "The taskUUID has been used before"),
    "busy": (429, "rateLimitExceeded", "Too many requests"),
}
_RESULTS = {"image": "image", "voice": "audio"}
_TASK = web.RequestKey("task", dict)


class Runware(StandIn):
    name = "runware"
    key_header = "Authorization"

    def add(self, app: web.Application) -> None:
        app.router.add_post("/runware/v1", self.tasks)
        app.router.add_post("/runware-rest/v1", self.tasks)
        app.router.add_get("/runware-files/{id}", self.file)

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {self.stage.key}"

    def refusal(self, fault: str) -> web.Response:
        status, code, words = _REFUSALS[fault]
        return web.json_response({"errors": [{"code": code, "message": words}]}, status=status)

    def busy(self, fault: str) -> web.Response | None:
        return self.refusal(fault) if fault == "busy" else None

    async def tasks(self, request: web.Request) -> web.StreamResponse:
        """All that is asked comes to one address; a list of one task is what is served here."""
        try:
            (task,) = await request.json()
            kind = task["taskType"]
        except (ValueError, KeyError, TypeError):
            return web.json_response({"errors": [{"code": "invalidJSON", "message": "a list of one task"}]}, status=400)
        request[_TASK] = task
        if kind in ("getResponse", "getTaskDetails"):
            return await (self.state(request) if self.authorised(request) else self._unknown())
        if kind == "mediaStorage":
            return await self.upload(request)
        return await self.submit(request)

    async def _unknown(self) -> web.Response:
        return self.refusal("bad key")

    async def read(self, request: web.Request) -> tuple[str, Body]:
        task = request[_TASK]
        wrong = next((name for name in ("taskUUID", "model") if name not in task), None)
        if wrong or not _is_uuid(task["taskUUID"]):
            said = {
                "code": f"missing{wrong}" if wrong else "invalidTaskUUID",
                "message": "required",
                "parameter": wrong,
            }
            raise web.HTTPBadRequest(text=json.dumps({"errors": [said]}), content_type="application/json")
        return task["model"], task

    def own_id(self, request: web.Request, body: Body) -> str:
        return str(body["taskUUID"])

    async def repeated(self, request: web.Request, job: Taken, body: Body) -> web.StreamResponse:
        return self.refusal("again")

    def found(self, request: web.Request) -> Taken | None:
        id = request[_TASK]["taskUUID"] if _TASK in request else request.match_info["id"]
        return self.stage.books.job(self.name, id)

    def accepted(self, job: Taken) -> web.Response:
        return web.json_response({"data": [{"taskType": job.body["taskType"], "taskUUID": job.id}]})

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        base: dict[str, Any] = {"taskType": job.body["taskType"], "taskUUID": job.id}
        if phase in ("failed", "moderated"):
            code = "contentPolicyViolation" if phase == "moderated" else "inferenceError"
            return web.json_response({"errors": [{"code": code, "message": words or "rejected", **base}]})
        if not url:
            return web.json_response({"data": [{**base, "status": "processing"}]})
        kind = _RESULTS.get(job.request["kind"], "video")
        made = {f"{kind}UUID": job.id, f"{kind}URL": url, "seed": job.body.get("seed", 1), "cost": job.usd or 0.03}
        return web.json_response({"data": [{**base, "status": "success", **made}]})

    async def upload(self, request: web.Request) -> web.Response:
        fault = await self.fault(request, "upload")
        if not self.authorised(request):
            return self.refusal("bad key")
        if fault == "not JSON":
            return not_json()
        task = request[_TASK]
        digest = hashlib.sha256(base64.b64decode(task["media"].rpartition(";base64,")[2])).hexdigest()
        self.stage.books.note(self.name, "file", digest)
        id = str(uuid.uuid5(uuid.NAMESPACE_OID, digest))
        said = {"taskType": "mediaStorage", "taskUUID": task["taskUUID"], "operation": "upload", "mediaUUID": id,
                "mediaURL": f"{self.stage.url}/runware-uploads/{id}"}  # fmt: skip
        return web.json_response({"data": [said]})


def _is_uuid(text: Any) -> bool:
    try:
        return uuid.UUID(str(text)).version == 4
    except ValueError:
        return False
