"""A stand-in for a host of the Videos protocol. Held against openai 3.57.0 in tests/rehearsal/test_openai_videos.py."""

from __future__ import annotations

import asyncio
import base64
import tempfile
from pathlib import Path
from typing import Any

from aiohttp import web

from continuity.errors import MediaError
from continuity.media.reading import probe
from continuity.rehearsal.books import Taken
from continuity.rehearsal.openai import PREFIXES, Bearer, fields_of, refused
from continuity.rehearsal.stand_in import Body

_STATES = {"running": "in_progress", "failed": "failed", "moderated": "failed", "succeeded": "completed"}
_CHARACTERS = "characters"  # stands where the model of a video does
_REMIX = "remixed_from_video_id"
_SECONDS, _SIZES = ("4", "8", "12"), ("720x1280", "1280x720", "1024x1792", "1792x1024")
_MOST_CHARACTERS, _LONGEST_SECONDS, _LEAST_LINES = 2, 4.0, 720
_FRAME_SECONDS = 0.1  # containers round lengths


class OpenAIVideos(Bearer):
    name = "openai-videos"

    def add(self, app: web.Application) -> None:
        for prefix in PREFIXES:
            here = f"/openai-videos{prefix}/videos"
            app.router.add_post(here, self.submit)
            app.router.add_get(here, self.listed)
            app.router.add_post(f"{here}/characters", self.submit)
            app.router.add_post(f"{here}/{{id}}/remix", self.submit)
            app.router.add_get(f"{here}/{{id}}", self.state)
            app.router.add_get(f"{here}/{{id}}/content", self.file)

    async def read(self, request: web.Request) -> tuple[str, Body]:
        body = await fields_of(request)
        if request.path.endswith("/characters"):
            await self._check_clip(body)
            return _CHARACTERS, body
        if not body.get("prompt"):
            raise refused("prompt is required")
        if request.path.endswith("/remix"):
            if (of := self.found(request)) is None:
                raise web.HTTPNotFound
            return of.model, {**body, _REMIX: of.id, "seconds": of.body["seconds"], "size": of.body["size"]}
        if body.get("seconds", "4") not in _SECONDS or body.get("size", _SIZES[0]) not in _SIZES:
            raise refused(f"seconds is one of {', '.join(_SECONDS)}, size one of {', '.join(_SIZES)}")
        self._check_named(body)
        return str(body.get("model") or "sora-2"), {"seconds": "4", "size": _SIZES[0], **body}

    def _check_named(self, body: Body) -> None:
        """Two characters at most, each known here, and named in the prompt word for word."""
        known = {job.id: job.body["name"] for job in self.stage.books.jobs(self.name) if job.model == _CHARACTERS}
        named = [one["id"] for one in body.get("characters") or ()]
        if len(named) > _MOST_CHARACTERS:
            raise refused(f"a video has at most {_MOST_CHARACTERS} characters")
        for id in named:
            if id not in known or known[id] not in body["prompt"]:
                raise refused(f"character {id} is not known, or its name is not in the prompt")

    async def _check_clip(self, body: Body) -> None:
        if not {"name", "video"} <= set(body) or not 1 <= len(body["name"]) <= 80:
            raise refused("name, of 1 to 80 characters, and video are required")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "clip.mp4"
            path.write_bytes(base64.b64decode(body["video"]))
            try:
                facts = await asyncio.to_thread(probe, path)
            except MediaError as error:
                raise refused(f"the video cannot be read: {error}") from None
        if facts.seconds > _LONGEST_SECONDS + _FRAME_SECONDS or facts.height < _LEAST_LINES:
            raise refused(f"a character is made of {_LONGEST_SECONDS:g} s at most, of {_LEAST_LINES} lines at least")

    def accepted(self, job: Taken) -> web.Response:
        if job.model == _CHARACTERS:
            return web.json_response({"id": job.id, "name": job.body["name"], "created_at": int(job.began)})
        return self.said(job, "running")

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        error = {
            "failed": {"code": "server_error", "message": words},
            "moderated": {"code": "moderation_blocked", "message": "The output was blocked by the safety system."},
        }.get(phase)
        return web.json_response(self._video(job, _STATES[phase], error), headers={"openai-poll-after-ms": "50"})

    @staticmethod
    def _video(job: Taken, status: str, error: dict[str, str] | None = None) -> dict[str, Any]:
        done = status == "completed"
        return {
            "id": job.id, "object": "video", "status": status, "progress": 100 if done else 0, "model": job.model,
            "seconds": job.body["seconds"], "size": job.body["size"], "prompt": job.body["prompt"], "error": error,
            "created_at": int(job.began), "completed_at": int(job.ready) if done else None, "expires_at": None,
            _REMIX: job.body.get(_REMIX),
        }  # fmt: skip

    async def listed(self, request: web.Request) -> web.Response:
        """All videos, newest first or ``order=asc``, from the one after ``after``."""
        if not self.authorised(request):
            return self.refusal("bad key")
        jobs = [job for job in self.stage.books.jobs(self.name) if job.model != _CHARACTERS]
        if request.query.get("order", "desc") == "desc":
            jobs.reverse()
        if after := request.query.get("after"):
            jobs = jobs[[job.id for job in jobs].index(after) + 1 :]
        most = int(request.query.get("limit", "20"))
        page = [self._video(job, "completed" if job.is_ready else "in_progress") for job in jobs[:most]]
        ends = {"first_id": page[0]["id"], "last_id": page[-1]["id"]} if page else {"first_id": None, "last_id": None}
        return web.json_response({"object": "list", "data": page, "has_more": len(jobs) > most, **ends})

    async def file(self, request: web.Request) -> web.StreamResponse:
        """On the API's own host: the key comes along."""
        fault = await self.fault(request, "result")
        if not self.authorised(request):
            return self.refusal("bad key")
        return await self.delivered(request, fault)
