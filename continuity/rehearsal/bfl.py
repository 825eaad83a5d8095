"""A stand-in for Black Forest Labs' API, after its pages: no Python client exists that it could be held against.

It names ``localhost`` as the region where a job lives, and 127.0.0.1 as the host of results: two hosts, as there are.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from continuity.rehearsal.books import Taken
from continuity.rehearsal.stand_in import Body, StandIn

_REFUSALS = {
    "bad key": (401, {"error": "invalid_api_key", "message": "Invalid or missing API key"}),
    "no credit": (402, {"error": "insufficient_credits", "message": "Insufficient credits"}),
    "retired": (404, {"detail": "Not Found"}),
    "wrong region": (403, {"error": "forbidden", "message": "This endpoint is not available in your region"}),
    "error after": (500, {"error": "internal", "message": ""}),
    "forgotten": (200, {"id": "", "status": "Task not found", "result": None}),
}
_STATES = {"running": "Generating", "failed": "Error", "moderated": "Content Moderated", "succeeded": "Ready"}
_COMMON = {"prompt", "safety_tolerance", "webhook_url", "webhook_secret"}
_PICTURES = {"input_image", *(f"input_image_{n}" for n in range(2, 9))}
_FLUX_2 = {*_COMMON, *_PICTURES, "seed", "width", "height", "output_format", "prompt_upsampling", "aspect_ratio"}
_FLUX_3 = {*_COMMON, "images", "aspect_ratio", "resolution", "grounding", "version"}
_STEP, _LEAST, _MOST_PIXELS, _MOST_IMAGES = 16, 64, 4 * 1024 * 1024, 10


def _wrong(name: str, said: str) -> web.HTTPException:
    wrong = {"detail": [{"loc": ["body", name], "msg": said, "type": "value_error"}]}
    return web.HTTPUnprocessableEntity(text=json.dumps(wrong), content_type="application/json")


class BlackForestLabs(StandIn):
    name = "bfl"
    key_header = "x-key"

    def add(self, app: web.Application) -> None:
        for where in ("bfl", "bfl-eu"):
            app.router.add_get(f"/{where}/v1/get_result", self.state)
        app.router.add_post("/bfl/v1/{model}", self.submit)
        app.router.add_get("/bfl-files/{id}", self.file)

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("x-key") == self.stage.key

    def refusal(self, fault: str) -> web.Response:
        status, body = _REFUSALS[fault]
        return web.json_response(body, status=status)

    async def read(self, request: web.Request) -> tuple[str, Body]:
        model, body = request.match_info["model"], await request.json()
        for name in sorted(set(body) - (_FLUX_3 if model.startswith("flux-3") else _FLUX_2)):
            raise _wrong(name, "Extra inputs are not permitted")
        shown = [*(name for name in body if name in _PICTURES), *(["images"] if len(body.get("images", ())) else [])]
        if any(str(each).startswith("data:") for name in shown for each in _list(body[name])):
            raise _wrong(shown[0], "Invalid base64 image")
        if len(body.get("images", ())) > _MOST_IMAGES:
            raise _wrong("images", f"List should have at most {_MOST_IMAGES} items")
        size = [body[name] for name in ("width", "height") if name in body]
        if any(side % _STEP or side < _LEAST for side in size) or (len(size) == 2 and size[0] * size[1] > _MOST_PIXELS):
            raise _wrong("width", f"Input should be a multiple of {_STEP}, of {_LEAST} and more, up to 4 megapixels")
        return model, body

    def credits(self, job: Taken) -> float:
        """What it costs: a credit is a cent."""
        return round(job.usd * 100, 4)

    def accepted(self, job: Taken) -> web.Response:
        region = self.stage.url.replace("127.0.0.1", "localhost")
        whole = {
            "id": job.id, "polling_url": f"{region}/bfl-eu/v1/get_result?id={job.id}",
            "cost": None if job.model.startswith("flux-3") else self.credits(job), "input_mp": 0.0, "output_mp": 1.0,
        }  # fmt: skip
        return web.json_response(whole)

    def found(self, request: web.Request) -> Taken | None:
        return self.stage.books.job(self.name, request.match_info.get("id") or request.query.get("id", ""))

    async def state(self, request: web.Request) -> web.Response:
        if not self.authorised(request):
            return self.refusal("bad key")
        return await super().state(request)

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        whole: dict[str, Any] = {"id": job.id, "status": _STATES[phase], "result": None, "progress": None}
        if phase == "running":
            whole["progress"] = 0.5
        if phase == "failed":
            whole["details"] = {"reason": words}
        if phase == "moderated":
            whole["details"] = {"Moderation Reasons": ["Derivative Works Filter"]}
        if url:
            whole["cost"] = self.credits(job)
            whole["result"] = {
                "sample": url, "prompt": job.body.get("prompt"), "seed": job.body.get("seed", 2**40),
                "start_time": job.began, "end_time": job.ready, "duration": job.ready - job.began,
            }  # fmt: skip
        return web.json_response(whole)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
