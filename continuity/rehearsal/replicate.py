"""A stand-in for Replicate, held against replicate 1.0.7 (tests/rehearsal/test_replicate.py)."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from continuity.rehearsal.books import Taken
from continuity.rehearsal.stand_in import Body, StandIn, not_json

_REFUSALS = {
    "bad key": (401, "Unauthenticated", "You did not pass a valid authentication token"),
    "no credit": (402, "Insufficient credit", "You have insufficient credit to run this model"),
    "retired": (404, "Not found", "The requested resource could not be found"),
    "refused as moderated": (422, "Input validation failed", "The prompt was flagged by the content policy"),
    "wrong region": (403, "Forbidden", "This model is not available in your region"),
    "error after": (500, "Internal server error", ""),
    "forgotten": (404, "Not found", "Prediction not found"),
}
_STATES = {"running": "processing", "failed": "failed", "moderated": "failed", "succeeded": "succeeded"}
_PAGE = 100


class Replicate(StandIn):
    name = "replicate"
    key_header = "Authorization"
    lists_inputs = True  # False: as where the list is shorter than the predictions themselves

    def add(self, app: web.Application) -> None:
        here = "/replicate/v1"
        app.router.add_post(f"{here}/predictions", self.submit)
        app.router.add_post(f"{here}/models/{{owner}}/{{model}}/predictions", self.submit)
        app.router.add_get(f"{here}/predictions", self.list)
        app.router.add_get(f"{here}/predictions/{{id}}", self.state)
        app.router.add_post(f"{here}/predictions/{{id}}/cancel", self.cancel)
        app.router.add_post(f"{here}/files", self.upload)
        app.router.add_post("/replicate-rest/v1/files", self.upload)
        app.router.add_get("/replicate-files/{id}", self.file)

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {self.stage.key}"

    def refusal(self, fault: str) -> web.Response:
        status, title, detail = _REFUSALS[fault]
        said = {"title": title, "detail": detail, "status": status}
        return web.json_response(said, status=status, content_type="application/problem+json")

    async def read(self, request: web.Request) -> tuple[str, Body]:
        whole = await request.json()
        named = request.match_info
        model = f"{named['owner']}/{named['model']}" if "owner" in named else whole.get("version")
        if not model or not isinstance(whole.get("input"), dict) or self._lost(whole):
            raise web.HTTPUnprocessableEntity(
                text=json.dumps({"detail": "- input: the file could not be found", "status": 422}),
                content_type="application/problem+json",
            )
        return model, whole["input"]

    def _lost(self, body: Body) -> bool:
        """Whether a file that is named here was never uploaded, or is forgotten."""
        named = re.findall(r"/v1/files/([0-9a-f]{64})", json.dumps(body))
        return any(not self.stage.books.knows(self.name, "file", id) for id in named)

    def accepted(self, job: Taken) -> web.Response:
        return web.json_response(self._prediction(job, "starting"), status=201)

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        error = "The output was flagged as sensitive (E005)" if phase == "moderated" else words or None
        return web.json_response(self._prediction(job, _STATES[phase], error, url))

    def _prediction(self, job: Taken, status: str, error: str | None = None, url: str = "") -> Body:
        here = f"{self.stage.url}/replicate/v1/predictions/{job.id}"
        official = "/" in job.model
        made: dict[str, Any] = {"output": url, "metrics": {"predict_time": 1.0}} if url else {"output": None}
        return {
            "id": job.id, "model": job.model if official else "owner/name", "input": job.body, "logs": "",
            "version": "hidden" if official else job.model, "error": error, "status": status,
            "created_at": datetime.fromtimestamp(job.began, UTC).isoformat().replace("+00:00", "Z"),
            "urls": {"get": here, "cancel": f"{here}/cancel", "web": here}, **made,
        }  # fmt: skip

    async def list(self, request: web.Request) -> web.Response:
        await self.fault(request, "poll")
        if not self.authorised(request):
            return self.refusal("bad key")
        begin = int(request.query.get("cursor", "0"))
        jobs = self.stage.books.jobs(self.name)[::-1]
        listed = [self._prediction(job, "processing") for job in jobs[begin : begin + _PAGE]]
        if not self.lists_inputs:
            listed = [{name: value for name, value in one.items() if name != "input"} for one in listed]
        more = len(jobs) > begin + _PAGE
        further = f"{self.stage.url}/replicate/v1/predictions?cursor={begin + _PAGE}" if more else None
        return web.json_response({"previous": None, "next": further, "results": listed})

    async def cancel(self, request: web.Request) -> web.Response:
        if (job := self.found(request)) is None:
            return self.refusal("forgotten")
        return web.json_response(self._prediction(job, "canceled"))

    async def upload(self, request: web.Request) -> web.Response:
        fault = await self.fault(request, "upload")
        if not self.authorised(request):
            return self.refusal("bad key")
        if fault == "not JSON":
            return not_json()
        content = (await request.post())["content"]
        assert isinstance(content, web.FileField)
        data = content.file.read()
        id = hashlib.sha256(data).hexdigest()
        self.stage.books.note(self.name, "file", id)
        said = {
            "id": id, "name": content.filename, "content_type": content.content_type, "size": len(data), "etag": id,
            "checksums": {"sha256": id}, "metadata": {}, "created_at": "2026-11-25T00:00:00Z",
            "expires_at": "2099-01-01T00:00:00Z", "urls": {"get": f"{self.stage.url}/replicate/v1/files/{id}"},
        }  # fmt: skip
        return web.json_response(said, status=201)
