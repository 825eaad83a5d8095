"""A stand-in for Runway's API. Held against runwayml 5.24.0 in tests/rehearsal/test_runway.py."""

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
    "bad key": (401, "The API key is invalid."),
    "no credit": (400, "You do not have enough credits to run this task."),
    "retired": (404, "Not found"),
    "wrong region": (403, "This model is not available in your region."),
    "error after": (500, ""),
    "forgotten": (404, "Task not found"),
}
_NEEDED = {  # of each endpoint, beside the model
    "image_to_video": {"promptImage"},
    "text_to_video": {"promptText"},
    "video_to_video": {"promptVideo"},
    "text_to_image": {"promptText", "ratio"},
    "character_performance": {"character", "reference"},
}
_TAKEN = {  # of the models that cards name, all that each endpoint's schema has for them
    "text_to_video/gen4.5": {"promptText", "ratio", "duration", "seed", "contentModeration", "outputFormat"},
    "image_to_video/gen4.5": {"promptText", "promptImage", "ratio", "duration", "seed", "contentModeration"},
    "text_to_video/seedance2": {
        "promptText", "ratio", "duration", "seed", "audio", "references", "referenceVideos", "referenceAudio",
    },
    "video_to_video/seedance2": {
        "promptVideo", "promptText", "ratio", "duration", "seed", "audio", "references", "referenceVideos",
        "referenceAudio",
    },
    "character_performance/act_two": {
        "character", "reference", "bodyControl", "expressionIntensity", "ratio", "seed", "contentModeration",
    },
    "text_to_image/gen4_image": {"promptText", "ratio", "referenceImages", "seed", "contentModeration"},
}  # fmt: skip
_STATES = {"running": "RUNNING", "failed": "FAILED", "moderated": "FAILED", "succeeded": "SUCCEEDED"}


def _wrong(path: list[str], said: str) -> web.HTTPException:
    issue = {"code": "custom", "path": path, "message": said}
    whole = {"error": "Validation of body failed", "issues": [issue], "docUrl": ""}
    return web.HTTPBadRequest(text=json.dumps(whole), content_type="application/json")


class Runway(StandIn):
    name = "runway"
    key_header = "Authorization"

    def add(self, app: web.Application) -> None:
        for where in ("runway", "runway-rest"):
            app.router.add_post(f"/{where}/v1/uploads", self.place)
        app.router.add_get("/runway/v1/tasks/{id}", self.state)
        app.router.add_delete("/runway/v1/tasks/{id}", self.cancel)
        app.router.add_post(f"/runway/v1/{{endpoint:{'|'.join(_NEEDED)}}}", self.submit)
        app.router.add_post("/runway-places/{id}", self.upload)
        app.router.add_get("/runway-files/{id}", self.file)

    def authorised(self, request: web.Request) -> bool:
        return (
            request.headers.get("Authorization") == f"Bearer {self.stage.key}"
            and request.headers.get("X-Runway-Version") == "2024-11-06"
        )

    def refusal(self, fault: str) -> web.Response:
        status, words = _REFUSALS[fault]
        return web.json_response({"error": words}, status=status)

    async def read(self, request: web.Request) -> tuple[str, Body]:
        endpoint, body = request.match_info["endpoint"], await request.json()
        model = f"{endpoint}/{body.get('model')}"
        for name in sorted(({"model"} | _NEEDED[endpoint]) - set(body)):
            raise _wrong([name], "Required")
        for name in sorted(set(body) - {"model"} - _TAKEN.get(model, set(body))):
            raise _wrong([name], "Unrecognized key")
        if self._lost(body):
            raise _wrong(["uri"], "The asset does not exist")
        return model, body

    async def place(self, request: web.Request) -> web.Response:
        """For one upload; the key is wanted here, and not where it goes."""
        fault = await self.fault(request, "upload")
        if not self.authorised(request):
            return self.refusal("bad key")
        if fault == "not JSON":
            return not_json()
        asked = await request.json()
        if asked.get("type") != "ephemeral" or "." not in asked.get("filename", ""):
            raise _wrong(["filename"], "Invalid input")
        id = hashlib.sha256(f"{asked['filename']}{datetime.now(UTC)}".encode()).hexdigest()
        where = f"{self.stage.url}/runway-places/{id}"
        return web.json_response({"uploadUrl": where, "fields": {"key": id, "policy": "p"}, "runwayUri": self._uri(id)})

    async def upload(self, request: web.Request) -> web.Response:
        await self.fault(request, "upload")
        if self.key_header in request.headers:
            raise web.HTTPBadRequest(text="a key was sent to the place for files")
        form, id = await request.post(), request.match_info["id"]
        if list(form) != ["key", "policy", "file"] or form["key"] != id:
            raise web.HTTPForbidden(text="the form is not the one that was given")
        self.stage.books.note(self.name, "file", id)
        return web.Response(status=204)

    @staticmethod
    def _uri(id: str) -> str:
        return f"runway://{id}"

    def _lost(self, body: Body) -> bool:
        """Whether a file that is named here was never uploaded, or is forgotten."""
        named = re.findall(r"runway://([0-9a-f]{64})", json.dumps(body))
        return any(not self.stage.books.knows(self.name, "file", id) for id in named)

    def credits(self, job: Taken) -> int:
        """What it costs: a credit is a cent."""
        return round(job.usd * 100)

    def accepted(self, job: Taken) -> web.Response:
        return web.json_response({"id": job.id, "estimatedCost": {"credits": self.credits(job)}})

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        began = datetime.fromtimestamp(job.began, UTC).isoformat().replace("+00:00", "Z")
        whole: dict[str, Any] = {"id": job.id, "createdAt": began, "status": _STATES[phase]}
        if phase == "running":
            whole |= {"progress": 0.5, "estimatedCost": {"credits": self.credits(job)}}
        else:
            whole["cost"] = {"credits": self.credits(job) if url else 0}
        if phase == "failed":
            whole |= {"failure": words, "failureCode": "INTERNAL.BAD_OUTPUT.CODE01"}
        if phase == "moderated":
            whole |= {"failure": "The input was rejected by moderation.", "failureCode": "SAFETY.INPUT.TEXT"}
        if url:
            whole["output"] = [url]
        return web.json_response(whole)

    async def cancel(self, request: web.Request) -> web.Response:
        return self.refusal("forgotten") if self.found(request) is None else web.Response(status=204)
