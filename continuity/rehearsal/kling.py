"""A stand-in for Kling's API in both its dialects, after its reference: no client of its own exists."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from continuity.rehearsal.books import Taken
from continuity.rehearsal.stand_in import Body, StandIn

_REFUSALS = {
    "bad key": (1002, "Authorization is invalid", 401),
    "no credit": (1102, "resource pack exhausted", 429),
    "retired": (1203, "model does not exist", 404),
    "refused as moderated": (1301, "content security", 400),
    "wrong region": (1103, "the service is not available in your region", 403),
    "error after": (5000, "server error", 500),
    "forgotten": (1201, "Task not found by id/external id", 400),
}
_STATES = {"running": "processing", "failed": "failed", "moderated": "failed", "succeeded": "succeed"}
_ELEMENTS = "general/advanced-custom-elements"
_RISK = "Failure to pass the risk control system"
_CONTENTS = {  # of the newer dialect: what each endpoint takes
    "image-to-video": {"prompt", "first_frame"},
    "omni-video": {"prompt", "first_frame", "last_frame", "refer_image", "feature_video", "base_video", "element"},
}


def _element(job: Taken) -> int:
    """The id of a character, a whole number of 64 bits."""
    return uuid.UUID(job.id).int >> 65


def _said(code: int, message: str, status: int, **headers: str) -> web.Response:
    whole = {"code": code, "message": message, "request_id": "r"}
    return web.json_response(whole, status=status, headers=headers)


class Kling(StandIn):
    name = "kling"
    key_header = "Authorization"

    def add(self, app: web.Application) -> None:
        app.router.add_post("/kling/v1/{kind}/{endpoint}", self.submit)
        app.router.add_get("/kling/v1/{kind}/{endpoint}/{id}", self.state)
        app.router.add_get("/kling-files/{id}", self.file)
        Newer(self.stage).add(app)

    def authorised(self, request: web.Request) -> bool:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return token == self.stage.key or token.count(".") == 2

    def refusal(self, fault: str) -> web.Response:
        return _said(*_REFUSALS[fault])

    def busy(self, fault: str) -> web.Response | None:
        if fault == "busy":
            return _said(1302, "rate limit", 429)
        if fault == "busy for a second":
            return _said(1303, "too many tasks", 429, **{"Retry-After": "1"})
        return None

    async def read(self, request: web.Request) -> tuple[str, Body]:
        body = await request.json()
        known = {_element(job) for job in self.stage.books.jobs(self.name) if job.model.startswith(_ELEMENTS)}
        if any(named["element_id"] not in known for named in body.get("element_list", ())):
            raise web.HTTPBadRequest(text='{"code": 1201, "message": "element does not exist"}')
        return "/".join((request.match_info["kind"], request.match_info["endpoint"], body.get("model_name", ""))), body

    async def undrawable(self, job: Taken) -> str:
        return "" if job.model.startswith(_ELEMENTS) else await super().undrawable(job)

    def accepted(self, job: Taken) -> web.Response:
        return self._task(job, "submitted")

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        words = _RISK if phase == "moderated" else words
        return self._task(job, _STATES[phase], words, url)

    def _task(self, job: Taken, status: str, message: str = "", url: str = "") -> web.Response:
        kind = "images" if job.model.startswith("images/") else "videos"
        one: dict[str, Any] = {"id": job.id, "index": 0, "url": url, "duration": "5"}
        if job.model.startswith(_ELEMENTS):
            kind, one = "elements", {"element_id": _element(job), "status": "succeed"}
        made = {"task_result": {kind: [one]}} if url else {}
        data = {
            "task_id": job.id, "task_status": status, "task_status_msg": message,
            "task_info": {"external_task_id": job.body.get("external_task_id")}, **made,
            "created_at": int(job.began * 1000), "updated_at": int(job.began * 1000),
        }  # fmt: skip
        return web.json_response({"code": 0, "message": "SUCCEED", "request_id": "r", "data": data})

    def found(self, request: web.Request) -> Taken | None:
        """By the task's id, or by the one that its sender gave it."""
        id = request.match_info["id"]
        jobs = self.stage.books.jobs(self.name)
        return next((job for job in jobs if id in (job.id, job.body.get("external_task_id"))), None)


class Newer(Kling):
    """The model is in the path, and all tasks are asked about at one address, which answers with a list."""

    def add(self, app: web.Application) -> None:
        app.router.add_post("/kling/{kind:text-to-video|image-to-video|omni-video}/{model}", self.submit)
        app.router.add_get("/kling/tasks", self.state)

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {self.stage.key}"  # the older pair is not taken

    def refusal(self, fault: str) -> web.Response:
        if fault == "forgotten":
            return self._answer([])
        return super().refusal(fault)

    async def read(self, request: web.Request) -> tuple[str, Body]:
        body, kind = await request.json(), request.match_info["kind"]
        parts = {part["type"] for part in body.get("contents", ())}
        understood = "prompt" in (parts if kind in _CONTENTS else body) and parts <= _CONTENTS.get(kind, set())
        if not understood or (kind == "image-to-video" and "first_frame" not in parts):
            raise web.HTTPBadRequest(text='{"code": 1201, "message": "Invalid parameters"}')
        return f"{kind}/{request.match_info['model']}", body

    def accepted(self, job: Taken) -> web.Response:
        return self._answer(self._one(job, "submitted"))

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        state = {**_STATES, "succeeded": "succeeded"}[phase]
        one = self._one(job, state, _RISK if phase == "moderated" else words)
        if url:
            one["outputs"] = [{"type": "video", "id": job.id, "url": url, "duration": "5"}]
            one["billing"] = [{"charge_type": "cash", "amount": str(job.usd), "currency": "USD"}]
        return self._answer([one])

    def found(self, request: web.Request) -> Taken | None:
        query = request.query
        jobs = self.stage.books.jobs(self.name)
        return next((job for job in jobs if job.id == query.get("task_ids") or self._given(job, query)), None)

    @staticmethod
    def _given(job: Taken, query: Mapping[str, str]) -> bool:
        """Whether the query asks for the id that the job's sender gave it."""
        given = (job.body.get("options") or {}).get("external_task_id")
        return given is not None and given == query.get("external_task_ids")

    @staticmethod
    def _one(job: Taken, status: str, message: str = "") -> dict[str, Any]:
        at = int(job.began * 1000)
        given = (job.body.get("options") or {}).get("external_task_id")
        times = {"create_time": at, "update_time": at}
        return {"id": job.id, "status": status, "message": message, "external_id": given, **times}

    @staticmethod
    def _answer(data: Any) -> web.Response:
        return web.json_response({"code": 0, "message": "SUCCEED", "request_id": "r", "data": data})
