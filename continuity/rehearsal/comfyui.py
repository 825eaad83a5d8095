"""A stand-in for a ComfyUI server, after its source (0.27) and the answers of one that ran: it has no client.

Keys and credit are those of a proxy before it; ComfyUI itself knows neither.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import uuid
from pathlib import PurePosixPath
from typing import Any

from aiohttp import web

from continuity.rehearsal.books import Taken
from continuity.rehearsal.faults import Where
from continuity.rehearsal.playing import Stage, deliver
from continuity.rehearsal.stand_in import Body, StandIn

_PROXY = {
    "bad key": (401, "Authentication required"),
    "no credit": (402, "Payment required"),
    "error after": (502, "Bad gateway"),
    "forgotten": (404, "Job not found"),
}
_STATES = {"running": "in_progress", "failed": "failed", "succeeded": "completed"}
_KINDS = {".png": "images", ".mp4": "images", ".wav": "audio"}  # SaveVideo reports under images too
_FILES = {"LoadImage": "image", "LoadVideo": "file", "LoadAudio": "audio"}  # nodes that read what was uploaded


class ComfyUI(StandIn):
    name = "comfyui"
    key_header = "Authorization"
    has_jobs = True  # False: a server of 2025, which has no /api/jobs
    remembers = True  # False: restarted since; what was finished lies in its output folder, and nothing else is known

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._uploaded: dict[str, str] = {}  # name in the input folder -> SHA-256
        self._forgotten: set[str] = set()  # ids that were lost with a restart, before they were finished

    def add(self, app: web.Application) -> None:
        app.router.add_post("/comfyui/upload/image", self.upload)
        app.router.add_post("/comfyui/prompt", self.submit)
        app.router.add_get("/comfyui/api/jobs/{id}", self.state)
        app.router.add_get("/comfyui/history/{id}", self.history)
        app.router.add_get("/comfyui/queue", self.queue)
        app.router.add_get("/comfyui/view", self.file)

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("Authorization", "") in ("", f"Bearer {self.stage.key}")

    def refusal(self, fault: str) -> web.Response:
        """It has no moderation: what it runs is its owner's."""
        if fault == "retired":
            return _invalid("1", "UNETLoader", "value_not_in_list", "Value not in list",
                            "unet_name: 'wan.safetensors' not in []", received_value="wan.safetensors")  # fmt: skip
        status, words = _PROXY[fault]
        return web.json_response({"error": words}, status=status)

    # ---- what is handed over ---------------------------------------------------------------

    async def upload(self, request: web.Request) -> web.Response:
        """As image_upload has it: the same bytes keep their name, others get a number."""
        await self.fault(request, "upload")
        form = await request.post()
        image, folder = form["image"], str(form.get("subfolder", ""))
        assert isinstance(image, web.FileField)
        digest = hashlib.sha256(image.file.read()).hexdigest()
        path, number = PurePosixPath(folder, image.filename), 1
        name = path.name
        while self._uploaded.setdefault(str(path.with_name(name)), digest) != digest:
            name, number = f"{path.stem} ({number}){path.suffix}", number + 1
        return web.json_response({"name": name, "subfolder": folder, "type": "input"})

    async def read(self, request: web.Request) -> tuple[str, Body]:
        body = await request.json()
        id, graph = body.get("prompt_id"), body.get("prompt")
        if id is not None and not _canonical(id):
            raise _bad("invalid_prompt_id", "prompt_id must be a valid UUID")
        if not graph:
            raise _bad("no_prompt", "No prompt provided")
        if lacking := next((n for n, node in graph.items() if "class_type" not in node), None):
            raise _bad("missing_node_type", "Node has no class_type.", f"Node ID '#{lacking}'", node_id=lacking)
        for n, node in graph.items():
            for name, value in node["inputs"].items():
                if value is None or (isinstance(value, list) and (len(value) != 2 or value[0] not in graph)):
                    raise _said(_invalid(n, node["class_type"], "bad_linked_input", "Bad linked input", name))
            wanted = node["inputs"].get(_FILES.get(node["class_type"], ""))
            if wanted is not None and wanted not in self._uploaded:
                words = f"image - Invalid image file: {wanted}"
                raise _said(
                    _invalid(n, node["class_type"], "custom_validation_failed", "Custom validation failed", words)
                )
        moves = any("Video" in node["class_type"] for node in graph.values())
        return "video" if moves else "image", {**body, "prompt_id": id or str(uuid.uuid4())}

    def accepted(self, job: Taken) -> web.Response:
        return web.json_response({"prompt_id": job.body["prompt_id"], "number": 0, "node_errors": {}})

    # ---- how it stands ---------------------------------------------------------------------

    async def fault(self, request: web.Request, on: Where) -> str:
        fault = await super().fault(request, on)
        if fault == "forgotten":  # by all that can be asked
            self._forgotten.add(request.match_info["id"])
        return fault

    def found(self, request: web.Request) -> Taken | None:
        return self._of(request.match_info["id"])

    def _of(self, id: str) -> Taken | None:
        known = self.remembers and id not in self._forgotten
        jobs = self.stage.books.jobs(self.name) if known else []
        return next((job for job in jobs if job.body["prompt_id"] == id), None)

    async def state(self, request: web.Request) -> web.Response:
        if not self.has_jobs:
            raise web.HTTPNotFound
        return await super().state(request)

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        whole: dict[str, Any] = {
            "id": job.body["prompt_id"], "status": _STATES[phase], "priority": 0, "outputs_count": 0,
            "create_time": int(job.began * 1000), "workflow": {"prompt": job.body["prompt"], "extra_data": {}},
        }  # fmt: skip
        if phase == "failed":
            whole["execution_error"] = self._error(job, words)
        if url:
            whole["outputs"] = self._outputs(job)
        return web.json_response(whole)

    async def history(self, request: web.Request) -> web.Response:
        await self.fault(request, "poll")
        job = self.found(request)
        if job is None or not job.is_ready:
            return web.json_response({})
        words = await self.undrawable(job)
        status: Body = {"status_str": "error" if words else "success", "completed": not words, "messages": []}
        if words:
            status["messages"] = [["execution_error", self._error(job, words)]]
        outputs = {} if words else self._outputs(job)
        id = job.body["prompt_id"]
        return web.json_response(
            {id: {"prompt": [0, id, job.body["prompt"], {}, []], "outputs": outputs, "status": status}}
        )

    async def queue(self, request: web.Request) -> web.Response:
        waiting = [job for job in self.stage.books.jobs(self.name) if not job.is_ready]
        items = [[0, job.body["prompt_id"], job.body["prompt"], {}, []] for job in waiting]
        known = [item for item in items if self._of(item[1])]
        return web.json_response({"queue_running": known[:1], "queue_pending": known[1:]})

    @staticmethod
    def _error(job: Taken, words: str) -> Body:
        id, node = next(iter(job.body["prompt"].items()))
        return {
            "node_id": id, "node_type": node["class_type"], "exception_type": "RuntimeError",
            "exception_message": words,
        }  # fmt: skip

    # ---- what was made ---------------------------------------------------------------------

    @staticmethod
    def _saving(job: Taken) -> tuple[str, str]:
        """The node that saves, and the place and beginning of its files' names."""
        nodes = job.body["prompt"].items()
        return next(((id, str(n["inputs"]["filename_prefix"])) for id, n in nodes if "filename_prefix" in n["inputs"]))

    def _outputs(self, job: Taken) -> Body:
        id, prefix = self._saving(job)
        ending = {"image": ".png", "voice": ".wav"}.get(job.request["kind"], ".mp4")
        folder, name = posixpath.split(prefix)
        return {id: {_KINDS[ending]: [{"filename": f"{name}_00001_{ending}", "subfolder": folder, "type": "output"}]}}

    async def file(self, request: web.Request) -> web.StreamResponse:
        """On the server itself, by name: a key comes along where there is one."""
        query = request.query
        prefix = posixpath.join(query.get("subfolder", ""), query["filename"].partition("_00001_")[0])
        jobs = self.stage.books.jobs(self.name)
        job = next(
            (j for j in jobs if self._saving(j)[1] == prefix and j.body["prompt_id"] not in self._forgotten), None
        )
        there = job is not None and job.is_ready and query["filename"] in json.dumps(self._outputs(job))
        if request.method == "HEAD":
            return web.Response(status=200 if there else 404)
        fault = await self.fault(request, "result")
        if not self.authorised(request):
            return self.refusal("bad key")
        if job is None or not there:
            raise web.HTTPNotFound
        return await deliver(request, await self.stage.file_of(job), fault)


def _canonical(id: object) -> bool:
    try:
        return str(uuid.UUID(str(id))) == id
    except ValueError:
        return False


def _invalid(id: str, kind: str, type: str, message: str, details: str, **more: str) -> web.Response:
    """The answer of a validation that found something wrong with a node."""
    wrong = {"type": type, "message": message, "details": details, "extra_info": more}
    error = {
        "type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation", "details": "",
        "extra_info": {},
    }  # fmt: skip
    nodes = {id: {"errors": [wrong], "dependent_outputs": [], "class_type": kind}}
    return web.json_response({"error": error, "node_errors": nodes}, status=400)


def _said(answer: web.Response) -> web.HTTPException:
    return web.HTTPBadRequest(text=answer.text, content_type="application/json")


def _bad(type: str, message: str, details: str = "", **more: str) -> web.HTTPException:
    error = {"type": type, "message": message, "details": details, "extra_info": more}
    return _said(web.json_response({"error": error, "node_errors": {}}))
