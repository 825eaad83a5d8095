"""A stand-in for the Gemini API. Held against google-genai 3.6.1 in tests/rehearsal/test_gemini.py."""

from __future__ import annotations

import base64
import io
import wave
from typing import Any

from aiohttp import web

from continuity.rehearsal.books import Taken
from continuity.rehearsal.stand_in import Body, StandIn

_REFUSALS = {
    "no credit": (403, "PERMISSION_DENIED", "Billing is disabled for this project: add credit."),
    "retired": (404, "NOT_FOUND", "This model is no longer available."),
    "refused as moderated": (400, "INVALID_ARGUMENT", "The prompt was blocked by a safety policy."),
    "wrong region": (400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
    "error after": (500, "INTERNAL", "An internal error has occurred."),
    "forgotten": (404, "NOT_FOUND", "Interaction not found."),
    "not yours": (403, "PERMISSION_DENIED", "You do not have permission to access the file."),
}
_STATES = {"running": "in_progress", "failed": "failed", "moderated": "failed", "succeeded": "completed"}
_KINDS = {".png": "image/png", ".wav": "audio/wav"}
_SPEAKS_WAV = "gemini-3.8"  # models before it answer with bare samples


def _bare(data: bytes) -> tuple[str, bytes]:
    """(kind, samples) of a WAV without its header."""
    with wave.open(io.BytesIO(data)) as file:
        return f"audio/L16;codec=pcm;rate={file.getframerate()}", file.readframes(file.getnframes())


class Gemini(StandIn):
    name = "gemini"
    key_header = "x-goog-api-key"

    def add(self, app: web.Application) -> None:
        for version in ("v1", "v1beta"):  # both are served
            app.router.add_post(f"/gemini/{version}/interactions", self.submit)
            app.router.add_get(f"/gemini/{version}/interactions/{{id}}", self.state)
            app.router.add_post(f"/gemini/{version}/models/{{model}}:generateContent", self.submit)
            app.router.add_get(f"/gemini/{version}/models/{{model}}", self.model)
            app.router.add_get(f"/gemini/{version}/files/{{id}}:download", self.file)

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("x-goog-api-key") == self.stage.key

    def refusal(self, fault: str) -> web.Response:
        more = {}
        if fault == "bad key":
            status, name, words = 400, "INVALID_ARGUMENT", "API key not valid."
            more = {"details": [{"reason": "API_KEY_INVALID"}]}
        else:
            status, name, words = _REFUSALS[fault]
        error = {"code": status, "message": words, "status": name, **more}
        return web.json_response({"error": error}, status=status)

    def address_of(self, job: Taken) -> str:
        return f"{self.stage.url}/gemini/v1/files/{job.id}:download?alt=media"

    async def model(self, request: web.Request) -> web.Response:
        if not self.authorised(request):
            return self.refusal("bad key")
        if self.stage.script.next(self.name, "model") == "retired":
            return self.refusal("retired")
        name = request.match_info["model"]
        return web.json_response({"name": f"models/{name}", "displayName": name, "version": "001"})

    async def read(self, request: web.Request) -> tuple[str, Body]:
        body = await request.json()
        return request.match_info.get("model") or body["model"], body

    async def answered(self, job: Taken) -> web.StreamResponse:
        return self.accepted(job) if "background" in job.body else await self._content(job)

    def accepted(self, job: Taken) -> web.Response:
        return self.said(job, "running")

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        at = "2026-11-25T00:00:00Z"
        whole: dict[str, Any] = {
            "id": job.id, "object": "interaction", "model": job.model, "status": _STATES[phase], "created": at,
            "updated": at, "steps": [],
        }  # fmt: skip
        if phase == "moderated":
            whole["errors"] = [{"code": "blocked", "message": "blocked for safety"}]
        if phase == "failed":
            whole["errors"] = [{"code": "internal", "message": words}]
        if url:
            part = {"type": "video", "uri": url, "mime_type": "video/mp4"}
            whole["steps"] = [{"type": "model_output", "content": [part]}]
        return web.json_response(whole)

    async def _content(self, job: Taken) -> web.Response:
        """The answer of generateContent holds the result itself."""
        result = self.stage.script.next(self.name, "result")
        if result == "moderated":
            return web.json_response({"promptFeedback": {"blockReason": "SAFETY"}, "modelVersion": job.model})
        path = await self.stage.file_of(job)
        kind, data = _KINDS[path.suffix], path.read_bytes()
        if kind == "audio/wav" and not job.model.startswith(_SPEAKS_WAV):
            kind, data = _bare(data)
        data = b"" if result == "empty" else data[: len(data) // 2] if result == "truncated" else data
        part = {"inlineData": {"mimeType": kind, "data": base64.b64encode(data).decode()}}
        candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}
        return web.json_response({"candidates": [candidate], "modelVersion": job.model, "responseId": job.id})

    async def file(self, request: web.Request) -> web.StreamResponse:
        """On the API's own host: the key comes along."""
        fault = await self.fault(request, "result")
        if not self.authorised(request):
            return self.refusal("not yours")
        return await self.delivered(request, fault)
