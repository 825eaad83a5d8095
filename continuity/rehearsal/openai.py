"""A stand-in for OpenAI's pictures and speech. Held against openai 3.57.0 in tests/rehearsal/test_openai.py."""

from __future__ import annotations

import base64
import re
from typing import Any

from aiohttp import web

from continuity.rehearsal.books import Taken
from continuity.rehearsal.stand_in import Body, StandIn

PREFIXES = ("", "/v1")  # as a service's base_url has it, and as its own client's
_REFUSALS = {
    "bad key": (401, "invalid_api_key", "Incorrect API key provided."),
    "no credit": (429, "insufficient_quota", "You exceeded your current quota, check your plan and billing details."),
    "retired": (404, "model_not_found", "The model does not exist or you do not have access to it."),
    "refused as moderated": (400, "moderation_blocked", "Your request was rejected by the safety system."),
    "wrong region": (403, "unsupported_country_region_territory", "Country, region, or territory not supported"),
    "error after": (500, "server_error", "The server had an error while processing your request."),
    "forgotten": (404, "not_found", "Not found."),
}
_KINDS = {"wav": "audio/wav", "png": "image/png"}
_MOST_PICTURES = 16


def refused(words: str) -> web.HTTPBadRequest:
    """What a request is answered with that the service would not understand."""
    return web.HTTPBadRequest(text=error_text("invalid_request_error", words), content_type="application/json")


def error_text(code: str, words: str) -> str:
    return web.json_response({"error": {"message": words, "type": code, "code": code, "param": None}}).text or ""


async def fields_of(request: web.Request) -> Body:
    """A body of JSON or a form, files as base64; ``name[]`` is a list, and ``name[][key]`` one of mappings."""
    if not request.content_type.startswith("multipart/"):
        return dict(await request.json())
    body: Body = {}
    for name, value in (await request.post()).items():
        plain = base64.b64encode(value.file.read()).decode() if isinstance(value, web.FileField) else value
        if nested := re.fullmatch(r"(\w+)\[\]\[(\w+)\]", name):
            body.setdefault(nested[1], []).append({nested[2]: plain})
        elif name.endswith("[]"):
            body.setdefault(name, []).append(plain)
        else:
            body[name] = plain
    return body


class Bearer(StandIn):
    """What OpenAI's two protocols have in common: how a key is sent, and how an error is worded."""

    key_header = "Authorization"

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {self.stage.key}"

    def refusal(self, fault: str) -> web.Response:
        status, code, words = _REFUSALS[fault]
        return web.Response(text=error_text(code, words), status=status, content_type="application/json")

    def busy(self, fault: str) -> web.Response | None:
        if not fault.startswith("busy"):
            return None
        text = error_text("rate_limit_exceeded", "Rate limit reached.")
        after = {"Retry-After": "1"} if fault == "busy for a second" else {}
        return web.Response(text=text, status=429, content_type="application/json", headers=after)


class OpenAI(Bearer):
    name = "openai"

    async def model(self, request: web.Request) -> web.Response:
        if not self.authorised(request):
            return self.refusal("bad key")
        if self.stage.script.next(self.name, "model") == "retired":
            return self.refusal("retired")
        ends = {"gpt-4o-mini-tts": "2027-01-06"}.get(request.match_info["model"])
        whole = {"id": request.match_info["model"], "object": "model", "created": 1, "owned_by": "openai"}
        return web.json_response({**whole, "shutdown_date": ends})

    def add(self, app: web.Application) -> None:
        for prefix in PREFIXES:
            for path in ("images/generations", "images/edits", "audio/speech"):
                app.router.add_post(f"/openai{prefix}/{path}", self.submit)
            app.router.add_get(f"/openai{prefix}/models/{{model}}", self.model)

    async def read(self, request: web.Request) -> tuple[str, Body]:
        body = await fields_of(request)
        if request.path.endswith("speech"):
            if not {"model", "input", "voice"} <= set(body):
                raise refused("model, input and voice are required")
            return str(body["model"]), body
        shown = body.get("image[]") or ([body["image"]] if "image" in body else [])
        if request.path.endswith("edits") != bool(shown) or len(shown) > _MOST_PICTURES:
            raise refused(f"edits take 1 to {_MOST_PICTURES} images, generations none")
        if any(int(side) % 16 for side in re.findall(r"\d+", str(body.get("size") or ""))):
            raise refused("width and height must be divisible by 16")
        return str(body["model"]), body

    def accepted(self, job: Taken) -> web.Response:
        raise NotImplementedError  # every answer is the result: `answered`

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        raise NotImplementedError  # nothing is asked about later

    async def answered(self, job: Taken) -> web.Response:
        """The result itself."""
        fault = self.stage.script.next(self.name, "result")
        path = await self.stage.file_of(job)
        data = {"empty": b"", "not JSON": b"<html>sorry</html>"}.get(fault, path.read_bytes())
        data = data[: len(data) // 2] if fault == "truncated" else data
        marked = {"x-request-id": f"req_{job.id}"}
        if path.suffix == ".wav":
            return web.Response(body=data, content_type=_KINDS["wav"], headers=marked)
        whole: dict[str, Any] = {
            "created": int(job.began), "data": [{"b64_json": base64.b64encode(data).decode()}], "size": "1024x1024",
            "quality": job.body.get("quality", "medium"), "output_format": "png",
            "usage": {
                "input_tokens": 1, "output_tokens": 1, "total_tokens": 2,
                "input_tokens_details": {"image_tokens": 0, "text_tokens": 1},
            },
        }  # fmt: skip
        return web.json_response(whole, headers=marked)
