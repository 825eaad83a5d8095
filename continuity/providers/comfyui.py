"""ComfyUI: any workflow in API format, on a server of one's own.

Protocol: server.py, execution.py and comfy_execution/jobs.py of ComfyUI 0.27; older servers, without /api/jobs, by
those of 0.3.64. A prompt bears our own id of it, by which it is found whose answer was lost. The queue and the history
live in the server's memory: after a restart only the files are left, which bear that id too (`PREFIX`). So a job that
is nowhere is one that nothing more will come of; nothing was billed for it, and it is made anew.

The id in a file's name also has a node save again what the server still had in its cache, under a name that is new.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, urlencode

from continuity.errors import JobFailed, OutcomeUnknown, RequestRefused
from continuity.plan import workflow
from continuity.plan.schema import Service
from continuity.plan.workflow import Graph, Unfit, called
from continuity.providers.base import Delivered, HostedProvider, Job, Order
from continuity.providers.keys import key_of
from continuity.providers.mapping import Inputs, check, model_of, values_of
from continuity.providers.results import ending_of
from continuity.providers.wire import Answer, Wire, refused
from continuity.request import Reference, Request

FOLDER = "continuity"  # of the server's input and output folders
_KINDS = (
    "images",
    "gifs",
    "videos",
    "video",
    "audio",
)  # under which nodes report files; savers of video use any of these
_LEFT = (".png", ".mp4", ".webm")  # what SaveImage, SaveVideo and SaveWEBM write
_WEIGHTS = (".safetensors", ".sft", ".gguf", ".ckpt", ".pt", ".pth", ".bin", ".onnx")
_RUNNING = ("pending", "in_progress")
_MOST_WORDS = 600


class ComfyUI(HostedProvider):
    name = "comfyui"

    def headers(self, service: Service) -> dict[str, str]:
        """None by default: a server of one's own asks for none. A proxy before it may want a bearer token."""
        return {"Authorization": f"Bearer {key_of(service)}"} if service.key_env else {}

    def refuse(self, request: Request) -> None:
        check(request)
        _filled(request, {reference.sha256: "" for reference in request.references}, "")

    async def prepare(self, request: Request, wire: Wire) -> dict[str, str]:
        """Upload the files that the workflow is given, each once in a run."""
        asked = {reference.sha256: reference.sha256 for reference in request.references}
        given = set(map(str, values_of(request, asked).values()))
        inputs: dict[str, str] = {}
        for reference in request.references:
            if reference.sha256 in given:
                upload = partial(_upload, request, reference, wire)
                inputs[reference.sha256] = await wire.once(f"upload {_named(reference)}", upload)
        return asked | inputs

    async def submit(self, order: Order, wire: Wire) -> Job:
        request = order.request
        graph = _filled(request, order.inputs, order.token)
        body = {"prompt": graph, "prompt_id": order.token, "client_id": FOLDER}
        answer = await wire.send_once("POST", "/prompt", json=body)
        if answer.status >= 400:
            raise _refusal(request, graph, answer)
        try:
            return Job(str(answer.json()["prompt_id"]), "running")
        except (ValueError, KeyError, TypeError):
            raise OutcomeUnknown("ComfyUI took the request, and its answer names no prompt") from None

    async def poll(self, job: Job, wire: Wire) -> Job:
        try:
            found = await _seen(job.id, wire)
            return _gone(job) if found is None else _read(job, found)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            return job  # an answer of no known form is not an end

    async def fetch(self, job: Job, folder: Path, wire: Wire) -> Delivered:
        # The server's names are looked up there, and are no names here.
        file = {name: str(job.details["file"].get(name) or "") for name in ("filename", "subfolder", "type")}
        ending = ending_of(f"x{PurePosixPath(file['filename']).suffix}")
        path = folder / f"result{ending}"
        headers = await wire.download(f"{wire.base_url}/view?{urlencode(file)}", path, own=True)
        return Delivered(path, headers.get("content-type", ""))

    async def reconcile(self, order: Order, wire: Wire) -> Job | None:
        try:
            found = await _seen(order.token, wire)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise OutcomeUnknown("ComfyUI does not say what became of it, in any form that is known") from None
        return None if found is None else Job(order.token, "running")


# ---- what is sent --------------------------------------------------------------------------


def _filled(request: Request, inputs: Inputs, token: str) -> Graph:
    """The card's workflow with the request in it. Raises RequestRefused."""
    fields, settled = request.form["fields"], request.form.get("workflow") or {}
    graph: Graph = {id: {**node, "inputs": dict(node["inputs"])} for id, node in settled.items()}
    gone: set[str] = set()
    try:
        for field, value in values_of(request, inputs).items():
            id, entry = workflow.input_of(graph, field)
            rule = fields.get(field, {"value": value})  # a parameter is a value
            rule = rule if isinstance(rule, Mapping) else {"from": rule}
            if value is not None or "value" in rule:
                graph[id]["inputs"][entry] = value
            elif "without" in rule:
                gone |= {id, *(workflow.node_of(graph, name) for name in rule["without"])}
            elif rule["from"] != workflow.KEPT:
                raise Unfit(
                    f"the request has no {rule['from']} for {field}; say under `without` which nodes are taken out "
                    "where there is none"
                )
    except Unfit as error:
        raise RequestRefused(f"{request.subject}: {model_of(request)}: {error}") from None
    for node in graph.values():
        if node["inputs"].get(workflow.PREFIX, "") is None:
            node["inputs"][workflow.PREFIX] = f"{FOLDER}/{token}"
    return workflow.without(graph, gone)


def _named(reference: Reference) -> str:
    return f"{reference.sha256}{reference.path.suffix.lower()}"


async def _upload(request: Request, reference: Reference, wire: Wire) -> str:
    """The name under which the server has the file. It tells one that is there already by its bytes."""
    name = _named(reference)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    answer = await wire.ask(
        "POST", "/upload/image", files={"image": (name, reference.path.read_bytes(), kind)},
        data={"type": "input", "subfolder": FOLDER},
    )  # fmt: skip
    if answer.status >= 400:
        raise refused(ComfyUI.name, request.subject, answer, f"{reference.role} cannot be uploaded: {_words(answer)}")
    try:
        said = answer.json()
        return "/".join(filter(None, (str(said.get("subfolder") or ""), str(said["name"]))))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RequestRefused(
            f"{request.subject}: {wire.base_url} answers an upload as no ComfyUI does; see base_url in "
            "conf/provider/comfyui.yaml"
        ) from None


def _refusal(request: Request, graph: Graph, answer: Answer) -> Exception:
    """What validation found, node by node: nothing was queued."""
    try:
        whole = answer.json()
        error, nodes = whole["error"], whole.get("node_errors") or {}
        found = [(called(graph, id), each) for id, node in nodes.items() for each in node["errors"]]
        said = [f"{node}: {each.get('message')}: {each.get('details')}" for node, each in found]
        lacking = any(
            each.get("type") == "value_not_in_list"
            and str((each.get("extra_info") or {}).get("received_value", "")).endswith(_WEIGHTS)
            for _, each in found
        )
        about = (error.get("extra_info") or {}).get("node_id")
        said = said or [
            f"{called(graph, str(about)) + ': ' if about else ''}{error.get('message')} {error.get('details')}"
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return refused(ComfyUI.name, request.subject, answer, _words(answer))
    if lacking:
        return RequestRefused(
            f"{request.subject}: comfyui does not have this model file: {_clipped('; '.join(said))}. Put it into the "
            "server's models folder, or name one that it has in the workflow"
        )
    return RequestRefused(f"{request.subject}: comfyui refuses the workflow: {_clipped('; '.join(said))}")


# ---- what is heard -------------------------------------------------------------------------


async def _seen(id: str, wire: Wire) -> dict[str, Any] | None:
    """The job as /api/jobs has it, else as it can be told from queue, history and files; None where it is nowhere."""
    name = quote(id, safe="")
    answer = await wire.ask("GET", f"/api/jobs/{name}")
    if answer.status != 404:
        return dict(_sound(answer, id))
    # The queue before the history: a job goes from one to the other, and is never in neither.
    queue = _sound(await wire.ask("GET", "/queue"), id)
    if any(item[1] == id for item in (*queue["queue_running"], *queue["queue_pending"])):
        return {"status": "in_progress"}
    history = _sound(await wire.ask("GET", f"/history/{name}"), id)
    return _as_job(history[id]) if id in history else await _left_behind(id, wire)


def _sound(answer: Answer, id: str) -> Any:
    if answer.status >= 400:
        raise JobFailed(f"comfyui job {id}: {answer.status}: {_words(answer)}; it stays open")
    return answer.json()


def _as_job(item: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of the history in the form of /api/jobs, as the server's own comfy_execution/jobs.py has it."""
    status = item.get("status") or {}
    told = dict(status.get("messages") or ())
    phase = "completed"
    if status.get("status_str") == "error":
        phase = "cancelled" if "execution_interrupted" in told else "failed"
    return {
        "status": phase, "outputs": item["outputs"], "execution_error": told.get("execution_error"),
        "execution_status": status, "workflow": {"prompt": item["prompt"][2]},
    }  # fmt: skip


async def _left_behind(id: str, wire: Wire) -> dict[str, Any] | None:
    """What a server that was restarted since has of a job: its file, whose name we gave."""
    for ending in _LEFT:
        file = {"filename": f"{id}_00001_{ending}", "subfolder": FOLDER, "type": "output"}
        answer = await wire.ask("HEAD", f"/view?{urlencode(file)}")
        if answer.status == 200:
            return {"status": "completed", "outputs": {"": {"images": [file]}}}
    return None


def _gone(job: Job) -> Job:
    return replace(
        job, phase="cancelled",
        message="the server no longer knows it: it was restarted, or its queue was cleared. Run again to make it anew",
    )  # fmt: skip


def _read(job: Job, found: Mapping[str, Any]) -> Job:
    graph = (found.get("workflow") or {}).get("prompt") or {}
    phase = found["status"]
    if phase == "failed":
        return replace(job, phase="failed", message=_failure(found.get("execution_error") or {}, graph))
    if phase == "cancelled":
        return replace(job, phase="cancelled", message="it was interrupted at the server")
    if phase != "completed":
        return job
    files = _files(found.get("outputs") or {}, graph, str(job.details.get("card", {}).get("result") or ""))
    if len(files) != 1:
        return replace(job, phase="failed", message=_not_one(files, found))
    return replace(job, phase="succeeded", details={**job.details, "file": files[0]})


def _files(outputs: Mapping[str, Any], graph: Graph, result: str) -> list[dict[str, str]]:
    """What was saved by the node that the card names, or by any; previews count where nothing was saved."""
    nodes = list(outputs)
    if result and graph:
        try:
            nodes = [workflow.node_of(graph, result)]
        except Unfit as error:
            raise JobFailed(f"result: {error}; correct it in the card and run again, nothing is made anew") from None
    found = [
        {name: str(item.get(name) or "") for name in ("filename", "subfolder", "type")}
        for node in nodes
        for kind in _KINDS
        for item in (outputs.get(node) or {}).get(kind) or ()
        if isinstance(item, dict) and item.get("filename")
    ]
    return [file for file in found if file["type"] == "output"] or found


def _not_one(files: list[dict[str, str]], found: Mapping[str, Any]) -> str:
    if files:
        names = ", ".join(repr(file["filename"][:60]) for file in files[:4])
        return (
            f"it made {len(files)} files where one is wanted ({names}): name the node that saves it under `result` in "
            "the card, and have it save one"
        )
    told = dict((found.get("execution_status") or {}).get("messages") or ())
    cached = bool((told.get("execution_cached") or {}).get("nodes")) and not found.get("outputs")
    return (
        "it came to its end and names no picture, clip or sound"
        + (": the server had it in its cache" if cached else "")
        + "; have the workflow end in a node that saves one under a `filename_prefix`, as SaveImage and SaveVideo do"
    )


def _failure(error: Mapping[str, Any], graph: Graph) -> str:
    kind, said = str(error.get("exception_type") or ""), str(error.get("exception_message") or "no reason given")
    return _clipped(f"{called(graph, str(error.get('node_id')))}: {kind}{': ' if kind else ''}{said}")


def _words(answer: Answer) -> str:
    """What an answer that is no success says, whoever gave it: the server, or a proxy before it."""
    try:
        error = answer.json()["error"]
        return str(error.get("message") if isinstance(error, dict) else error)
    except (ValueError, KeyError, TypeError, AttributeError):
        return answer.body[:200].decode("utf-8", "replace")


def _clipped(text: str) -> str:
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return text if len(text) <= _MOST_WORDS else text[: _MOST_WORDS - 1] + "…"


__all__ = ["FOLDER", "ComfyUI"]
