"""A stand-in for Alibaba's Model Studio. Held against dashscope 2.0.2 in tests/rehearsal/test_dashscope.py.

What its help pages say that each model takes is asked of a submission: kinds and number of media, addresses where they
are wanted, files of its own storage by the model that they were left for, whole seconds, names of resolutions.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from continuity.rehearsal.books import Taken
from continuity.rehearsal.stand_in import Body, StandIn, not_json

_REFUSALS = {
    "bad key": (401, "InvalidApiKey", "Invalid API-key provided."),
    "no credit": (400, "Arrearage", "Access denied, please make sure your account is in good standing."),
    "retired": (404, "ModelNotFound", "Model can not be found."),
    "refused as moderated": (400, "DataInspectionFailed", "Input data may contain inappropriate content."),
    "wrong region": (403, "AccessDenied", "The model is not available in your region."),
    "error after": (500, "InternalError", "An internal error has occurred, please try again later."),
    "no task": (400, "UnsupportedOperation", "The task cannot be cancelled."),
}
_STATES = {"running": "RUNNING", "failed": "FAILED", "moderated": "FAILED", "succeeded": "SUCCEEDED"}
_AT_ONCE, _ANIMATE = "multimodal-generation/generation", "image2video/video-synthesis"
_PICTURES = (_AT_ONCE, "image-generation/generation")
_KINDS = {"video", "reference_video", "reference_image", "first_frame", "last_frame"}


@dataclass(frozen=True)
class _Takes:
    """What a model takes: kinds of media and how many of each, lengths in seconds, pictures in a message."""

    media: dict[str, int] = field(default_factory=dict)
    needs: str = ""  # a kind without which it does not begin
    seconds: tuple[int, int] = (2, 15)
    pictures: int = 0


_MODELS = {
    "wan2.7-t2v": _Takes(),
    "wan2.7-i2v": _Takes({"first_frame": 1, "last_frame": 1}, "first_frame"),
    "wan2.7-r2v": _Takes({"reference_image": 5, "first_frame": 1}, "reference_image"),
    "wan2.7-videoedit": _Takes({"video": 1, "reference_image": 4}, "video", (0, 10)),
    "wan3.0-video": _Takes({"reference_image": 10, "first_frame": 1, "last_frame": 1}, seconds=(2, 30)),
    "wan3.0-video-prime": _Takes({"reference_image": 10, "first_frame": 1, "last_frame": 1}, seconds=(2, 30)),
    "wan2.2-animate-move": _Takes(),
    "wan2.2-animate-mix": _Takes(),
    "qwen-image-2.0-pro": _Takes(pictures=3),
    "qwen-image-3.0": _Takes(pictures=3),
    "qwen-image-3.0-pro": _Takes(pictures=3),
    "wan2.7-image": _Takes(pictures=9),
}


def _said(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message, "request_id": "r"}, status=status)


def _wrong(message: str) -> web.HTTPException:
    whole = {"code": "InvalidParameter", "message": message, "request_id": "r"}
    return web.HTTPBadRequest(text=json.dumps(whole), content_type="application/json")


def _folder(model: str) -> str:
    """Where files for a model lie: those of one cannot be named to another."""
    return f"dashscope-instant/{hashlib.sha256(model.encode()).hexdigest()[:32]}"


class DashScope(StandIn):
    name = "dashscope"
    key_header = "Authorization"
    entries = "data"  # what the list of tasks calls them: `data` in the help page, `tasks` in dashscope 2.0.2
    stores_files = True  # Beijing's does; the help page offers it there alone

    def add(self, app: web.Application) -> None:
        app.router.add_post("/dashscope/services/aigc/{task}/{function}", self.submit)
        app.router.add_get("/dashscope/tasks/{id}", self.state)
        app.router.add_post("/dashscope/tasks/{id}/cancel", self.cancel)
        for path in ("/dashscope/tasks", "/dashscope/tasks/"):
            app.router.add_get(path, self.listed)
        app.router.add_get("/dashscope/uploads", self.leave)
        app.router.add_post("/dashscope-oss", self.upload)
        app.router.add_get("/dashscope-files/{id}", self.file)

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {self.stage.key}"

    def refusal(self, fault: str) -> web.Response:
        if fault == "forgotten":  # with any id, and for keys of others
            return web.json_response({"request_id": "r", "output": {"task_id": "", "task_status": "UNKNOWN"}})
        return _said(*_REFUSALS[fault])

    def busy(self, fault: str) -> web.Response | None:
        return _said(429, "Throttling.RateQuota", "Requests rate limit exceeded.") if fault == "busy" else None

    # ---- submissions -----------------------------------------------------------------------

    async def read(self, request: web.Request) -> tuple[str, Body]:
        body = await request.json()
        path = f"{request.match_info['task']}/{request.match_info['function']}"
        model = str(body.get("model", ""))
        takes = _MODELS.get(model)
        if takes is None:
            raise _wrong("Model not exist.")
        if (path != _AT_ONCE) != (request.headers.get("X-DashScope-Async") == "enable"):
            whole = {"code": "AccessDenied", "message": "current user api does not support this kind of calls"}
            raise web.HTTPForbidden(text=json.dumps(whole), content_type="application/json")
        asked, how = body.get("input") or {}, body.get("parameters") or {}
        if path in _PICTURES:
            self._check_message(asked, how, takes)
        elif path == _ANIMATE:
            self._check_animation(asked, how)
        else:
            self._check_video(asked, how, takes)
        self._check_stored(body, model, request)
        return f"{path}/{model}", body

    def _check_video(self, asked: Body, how: Body, takes: _Takes) -> None:
        media = asked.get("media") or []
        counted = Counter(one["type"] for one in media)
        if any(count > takes.media.get(kind, 0) for kind, count in counted.items() if kind in _KINDS):
            raise _wrong(f"media of the model: {takes.media}, not {dict(counted)}")
        if takes.needs and takes.needs not in counted and not (takes.needs == "reference_image" and media):
            raise _wrong(f"{takes.needs} is required")
        if {"reference_image", "first_frame"} <= set(counted) and takes.seconds[1] == 30:
            raise _wrong("reference media and first or last frames cannot be mixed")
        if any(one["type"] == "video" and one["url"].startswith("data:") for one in media):
            raise _wrong("url error, please check url!")
        least, most = takes.seconds
        if "duration" in how and not (type(how["duration"]) is int and least <= how["duration"] <= most):
            raise _wrong(f"duration must be a whole number in [{least}, {most}]")
        if how.get("resolution", "720P") not in ("480P", "720P", "1080P"):
            raise _wrong("resolution must be one of 480P, 720P, 1080P")
        if how.get("ratio", "16:9") not in ("16:9", "9:16", "1:1", "4:3", "3:4"):
            raise _wrong("ratio must be one of 16:9, 9:16, 1:1, 4:3, 3:4")

    def _check_animation(self, asked: Body, how: Body) -> None:
        if how.get("mode") not in ("wan-std", "wan-pro"):
            raise _wrong("mode must be one of wan-std, wan-pro")
        if any(not re.match(r"oss://|https?://", str(asked.get(name))) for name in ("image_url", "video_url")):
            raise _wrong("url error, please check url!")

    def _check_message(self, asked: Body, how: Body, takes: _Takes) -> None:
        ((message,), content) = asked["messages"], asked["messages"][0]["content"]
        shown = [part for part in content if "image" in part]
        if message["role"] != "user" or len(shown) > takes.pictures or sum("text" in part for part in content) != 1:
            raise _wrong(f"one text and at most {takes.pictures} images")
        wide, high = map(int, re.fullmatch(r"(\d+)\*(\d+)", how.get("size", "1024*1024")).groups())  # type: ignore[union-attr]
        if not 512 * 512 <= wide * high <= 2048 * 2048 or not 1 <= how.get("n", 1) <= 6:
            raise _wrong("size or n out of range")

    def _check_stored(self, body: Body, model: str, request: web.Request) -> None:
        named = re.findall(r"oss://([^\"]+)", json.dumps(body))
        if named and request.headers.get("X-DashScope-OssResourceResolve") != "enable":
            raise _wrong("url error, please check url!")
        for name in named:
            if not name.startswith(_folder(model)) or not self.stage.books.knows(self.name, "file", name):
                raise _wrong("Failed to download the file")

    def accepted(self, job: Taken) -> web.Response:
        return web.json_response({"request_id": "r", "output": {"task_id": job.id, "task_status": "PENDING"}})

    async def answered(self, job: Taken) -> web.Response:
        if not job.model.startswith(_AT_ONCE):
            return self.accepted(job)
        if words := await self.undrawable(job):
            return _said(400, "InvalidParameter", words)
        whole = {"request_id": job.id, "output": self._picture(self.address_of(job)), "usage": {"image_count": 1}}
        return web.json_response(whole)

    @staticmethod
    def _picture(url: str) -> dict[str, Any]:
        message = {"role": "assistant", "content": [{"image": url}]}
        return {"choices": [{"finish_reason": "stop", "message": message}]}

    # ---- tasks -----------------------------------------------------------------------------

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        output: dict[str, Any] = {
            "task_id": job.id, "task_status": _STATES[phase], "submit_time": "2026-11-25 00:00:00.000",
        }  # fmt: skip
        if phase == "moderated":
            output |= {"code": "DataInspectionFailed", "message": "Output data may contain inappropriate content."}
        if phase == "failed":
            output |= {"code": "InternalError", "message": words}
        path = job.model.rpartition("/")[0]
        if url and path in _PICTURES:
            output |= self._picture(url)
        elif url:
            output |= {"results": {"video_url": url}} if path == _ANIMATE else {"video_url": url}
            if prompt := (job.body.get("input") or {}).get("prompt"):
                output["orig_prompt"] = prompt
        return web.json_response({"request_id": "r", "output": output, "usage": {"video_count": 1}})

    def found(self, request: web.Request) -> Taken | None:
        """Pictures that came at once were no tasks; results lie where they lie for all."""
        job = super().found(request)
        asked = request.path.startswith("/dashscope/tasks/")
        return None if job and asked and job.model.startswith(_AT_ONCE) else job

    async def listed(self, request: web.Request) -> web.Response:
        """Those of the account, newest first, by model; what was asked is not said."""
        await self.fault(request, "poll")
        if not self.authorised(request):
            return self.refusal("bad key")
        wanted, page = request.query.get("model_name"), int(request.query.get("page_no", 1))
        size = int(request.query.get("page_size", 10))
        jobs = [(job.model.rpartition("/")[2], job) for job in reversed(self.stage.books.jobs(self.name))]
        tasks = [
            {
                "task_id": job.id, "model_name": model, "gmt_create": int(job.began * 1000), "region": "ap-southeast-1",
                "status": "SUCCEEDED" if job.is_ready else "RUNNING", "request_id": "r", "api_key_id": "1",
            }
            for model, job in jobs
            if wanted in (None, model) and not job.model.startswith(_AT_ONCE)
        ]  # fmt: skip
        whole = {"total": len(tasks), "total_page": -(-len(tasks) // size), "page_no": page, "page_size": size}
        return web.json_response({"request_id": "r", self.entries: tasks[(page - 1) * size : page * size], **whole})

    async def cancel(self, request: web.Request) -> web.Response:
        """Only what still waits can be: here nothing does."""
        return self.refusal("no task")

    # ---- files -----------------------------------------------------------------------------

    async def leave(self, request: web.Request) -> web.Response:
        """To put files for one model; the key is wanted here, and nowhere beyond."""
        if not self.authorised(request):
            return self.refusal("bad key")
        if not self.stores_files:
            return _said(403, "AccessDenied", "Access denied.")
        given = {
            "policy": "p", "signature": "s", "upload_dir": _folder(request.query["model"]),
            "upload_host": f"{self.stage.url}/dashscope-oss", "expire_in_seconds": 300, "max_file_size_mb": 100,
            "oss_access_key_id": "a", "x_oss_object_acl": "private", "x_oss_forbid_overwrite": "true",
        }  # fmt: skip
        return web.json_response({"request_id": "r", "data": given})

    async def upload(self, request: web.Request) -> web.Response:
        fault = await self.fault(request, "upload")
        if self.key_header in request.headers:
            raise web.HTTPBadRequest(text="a key was sent to a host of files")
        if fault == "not JSON":
            return not_json()
        form = await request.post()
        if (form.get("policy"), form.get("Signature"), form.get("OSSAccessKeyId")) != (
            "p",
            "s",
            "a",
        ) or "file" not in form:
            raise web.HTTPForbidden(text="<Error><Code>AccessDenied</Code></Error>")
        self.stage.books.note(self.name, "file", str(form["key"]))
        return web.Response()
