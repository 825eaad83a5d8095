"""A stand-in for each::labs, after its OpenAPI file: no client of its own exists that it could be held against."""

from __future__ import annotations

from aiohttp import web

from continuity.rehearsal.books import Taken
from continuity.rehearsal.stand_in import Body, StandIn

_REFUSALS = {
    "bad key": (401, "Invalid or missing API key"),
    "no credit": (402, "Insufficient balance"),
    "retired": (404, "model not found"),
    "refused as moderated": (400, "rejected by content moderation"),
    "wrong region": (403, "model is not available in your country"),
    "error after": (500, ""),
    "forgotten": (404, "prediction not found"),
}
_STATES = {"running": "processing", "failed": "failed", "moderated": "failed", "succeeded": "success"}


class EachLabs(StandIn):
    name = "eachlabs"
    key_header = "X-API-Key"

    def add(self, app: web.Application) -> None:
        app.router.add_get("/eachlabs/v1/model", self.model)
        app.router.add_post("/eachlabs/v1/prediction", self.submit)
        app.router.add_get("/eachlabs/v1/prediction/{id}", self.state)
        app.router.add_get("/eachlabs-files/{id}", self.file)

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("X-API-Key") == self.stage.key

    def refusal(self, fault: str) -> web.Response:
        status, words = _REFUSALS[fault]
        return web.json_response({"error": words}, status=status)

    async def model(self, request: web.Request) -> web.Response:
        if not self.authorised(request):
            return self.refusal("bad key")
        if self.stage.script.next(self.name, "model") == "retired":
            return self.refusal("retired")
        return web.json_response({"slug": request.query.get("slug", ""), "version": "0.0.1", "request_schema": {}})

    async def read(self, request: web.Request) -> tuple[str, Body]:
        whole = await request.json()
        if not {"model", "version", "input"} <= set(whole):
            raise web.HTTPBadRequest(text='{"error": "model, version and input are required"}')
        return whole["model"], whole["input"]

    def accepted(self, job: Taken) -> web.Response:
        said = {"status": "success", "message": "Prediction created successfully", "predictionID": job.id}
        return web.json_response(said)

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        logs = "flagged by moderation" if phase == "moderated" else words
        metrics = {"predict_time": 1.0, "cost": job.usd} if url else {}
        whole = {"id": job.id, "input": job.body, "output": url or None, "logs": logs, "metrics": metrics}
        return web.json_response({**whole, "status": _STATES[phase]})
