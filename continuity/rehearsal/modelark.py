"""A stand-in for BytePlus ModelArk. Held against its SDK 3.0.63 in tests/rehearsal/test_modelark.py."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from continuity.rehearsal.books import Taken
from continuity.rehearsal.stand_in import Body, StandIn, not_json

_REFUSALS = {
    "bad key": (401, "AuthenticationError", "The API key doesn't exist."),
    "no credit": (403, "AccountOverdueError", "The account has an overdue balance."),
    "retired": (404, "ModelNotOpen", "The model does not exist or is no longer available."),
    "refused as moderated": (400, "InputTextSensitiveContentDetected", "The text may contain sensitive information."),
    "wrong region": (403, "OperationDenied", "The model is not available in your region."),
    "error after": (500, "InternalServiceError", "The service met an internal error."),
    "forgotten": (404, "NotFound", "The task is not found."),
}
_TOKENS_PER_SECOND = 21_600  # 1280 x 720 pixels at 24 frames a second, by 1024
_ROLES = {"reference_image", "first_frame", "last_frame"}
_PICTURES = "seedream"


class ModelArk(StandIn):
    name = "modelark"
    key_header = "Authorization"
    tells_ids = True  # whether tasks say the `safety_identifier` that they were sent with

    def add(self, app: web.Application) -> None:
        app.router.add_post("/modelark/contents/generations/tasks", self.submit)
        app.router.add_get("/modelark/contents/generations/tasks", self.tasks)
        app.router.add_get("/modelark/contents/generations/tasks/{id}", self.state)
        app.router.add_post("/modelark/images/generations", self.submit)
        app.router.add_get("/modelark-files/{id}", self.file)

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {self.stage.key}"

    def refusal(self, fault: str) -> web.Response:
        status, code, words = _REFUSALS[fault]
        return web.json_response({"error": {"code": code, "message": words, "param": "", "type": code}}, status=status)

    async def read(self, request: web.Request) -> tuple[str, Body]:
        body = await request.json()
        wrong = _wrong_picture(body) if request.path.endswith("/images/generations") else _wrong_task(body)
        if wrong:
            error = {"code": "InvalidParameter", "message": wrong, "param": "", "type": "BadRequest"}
            raise web.HTTPBadRequest(body=web.json_response({"error": error}).body, content_type="application/json")
        return body["model"], body

    def accepted(self, job: Taken) -> web.Response:
        if _PICTURES in job.model:
            made = {"url": self.address_of(job), "size": "2048x2048"}
            usage = {"generated_images": 1, "output_tokens": 16384, "total_tokens": 16384}
            whole = {"model": job.model, "created": int(job.began), "data": [made], "usage": usage}
            return web.json_response(whole, headers={"X-Request-Id": job.id})
        return web.json_response({"id": job.id}, headers={"X-Request-Id": f"request-{job.id}"})

    async def answered(self, job: Taken) -> web.Response:
        if _PICTURES in job.model and (words := await self.undrawable(job)):
            raise web.HTTPInternalServerError(text=words)
        return self.accepted(job)

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        return web.json_response(self._task(job, phase, words, url))

    async def tasks(self, request: web.Request) -> web.Response:
        """All tasks, the newest first."""
        fault = await self.fault(request, "poll")
        if not self.authorised(request):
            return self.refusal("bad key")
        if fault == "not JSON":
            return not_json()
        query = request.query
        found = [
            self._task(
                job, "succeeded" if job.is_ready else "running", url=self.address_of(job) if job.is_ready else ""
            )
            for job in reversed(self.stage.books.jobs(self.name))
            if _PICTURES not in job.model and query.get("filter.model") in (None, job.model)
        ]
        number, size = int(query.get("page_num", 1)), int(query.get("page_size", 10))
        return web.json_response({"total": len(found), "items": found[(number - 1) * size : number * size]})

    def _task(self, job: Taken, phase: str, words: str = "", url: str = "") -> dict[str, Any]:
        body, errors = job.body, {"failed": "InternalServiceError", "moderated": "OutputVideoSensitiveContentDetected"}
        seconds = body.get("duration", 5)
        whole = {
            "id": job.id, "model": job.model, "status": "failed" if phase in errors else phase,
            "created_at": int(job.began), "updated_at": int(job.began), "seed": body.get("seed", 11),
            "resolution": body.get("resolution", "720p"), "ratio": body.get("ratio", "16:9"), "duration": seconds,
            "framespersecond": 24, "service_tier": "default", "execution_expires_after": 172800,
            "error": {"code": errors[phase], "message": words or "flagged"} if phase in errors else None,
            "content": {"video_url": url} if url else None,
        }  # fmt: skip
        if url:
            tokens = round(seconds * _TOKENS_PER_SECOND)
            whole["usage"] = {"completion_tokens": tokens, "total_tokens": tokens}
        if self.tells_ids and body.get("safety_identifier"):
            whole["safety_identifier"] = body["safety_identifier"]
        return whole


def _wrong_task(body: Body) -> str:
    """What the service would not understand of a task."""
    parts = body.get("content") or []
    roles = {part.get("role") for part in parts if part.get("type") == "image_url"}
    if not parts or not roles <= _ROLES:
        return "content: unknown role"
    if "reference_image" in roles and len(roles) > 1:
        return "content: reference images and frames exclude each other"
    if not isinstance(body.get("duration", 5), int):
        return "duration: must be an integer"
    return ""


def _wrong_picture(body: Body) -> str:
    return "" if body.get("prompt") and isinstance(body.get("image") or [], list) else "prompt: is required"
