"""Alibaba's Model Studio (DashScope): Wan takes, motion and edits as tasks, pictures by Qwen-Image and Wan, by cards.

Protocol: dashscope 2.0.2, driven against a recording server, and Model Studio's help pages of 2026. A card's
``service_model`` is the path under ``/services/aigc`` and the model: ``video-generation/video-synthesis/wan2.7-r2v``.
Its fields that begin with ``@`` are listed in the card's order: as ``media`` of a video, as a message's content for a
picture. What takes clips takes them from addresses alone: they go into the service's own temporary storage, which keeps
them for 48 hours and for one model. Pictures go along as data URIs, but to Wan Animate, which wants addresses too.
A key belongs to one region, and so to one ``base_url``.
"""

from __future__ import annotations

import json
import mimetypes
import uuid
from dataclasses import replace
from functools import partial
from typing import Any

from continuity.errors import NotTaken, OutcomeUnknown, RequestRefused
from continuity.plan.schema import Service
from continuity.providers.base import Job, Order, Phase
from continuity.providers.dashscope_errors import MODERATED, of_another_region, output_of, refusal, words_of
from continuity.providers.dashscope_tasks import lost_task, note_sending
from continuity.providers.keys import key_of
from continuity.providers.mapping import Inputs, body_of, model_of, prompt_of
from continuity.providers.polled import PolledProvider
from continuity.providers.wire import Answer, Wire
from continuity.request import Reference, Request

AT_ONCE = "multimodal-generation/generation"  # the answer has the picture; no task is made
MESSAGES = (AT_ONCE, "image-generation/generation")
ANIMATE = "image2video/video-synthesis"
CLIPS = ("driving_clip", "failed_take")
ASYNC, RESOLVE = {"X-DashScope-Async": "enable"}, {"X-DashScope-OssResourceResolve": "enable"}
STORED = "oss://"
MOST_NEGATIVE_CHARACTERS = 500
_ENDS: dict[str, Phase] = {"SUCCEEDED": "succeeded", "FAILED": "failed", "CANCELED": "cancelled"}


class DashScope(PolledProvider):
    name = "dashscope"
    hosts = (
        "dashscope-intl.aliyuncs.com", "dashscope.aliyuncs.com", "dashscope-us.aliyuncs.com",
        "cn-hongkong.dashscope.aliyuncs.com", "maas.aliyuncs.com",
    )  # fmt: skip

    def headers(self, service: Service) -> dict[str, str]:
        return {"Authorization": f"Bearer {key_of(service)}"}

    def refuse(self, request: Request) -> None:
        super().refuse(request)
        _, model = endpoint_of(request)
        if len(request.negative_prompt) > MOST_NEGATIVE_CHARACTERS:
            raise RequestRefused(
                f"{request.subject}: the negative prompt has {len(request.negative_prompt)} characters, over the "
                f"{MOST_NEGATIVE_CHARACTERS} that {model} takes; shorten it"
            )
        listed = _body(request, _by_hash(request))["input"].get("media")
        if model.endswith("-t2v") and listed:
            raise RequestRefused(
                f"{request.subject}: {model} makes takes from words alone, and the shot has a {listed[0]['type']}; "
                "choose a card that takes it, as dashscope-wan-27-frame"
            )

    # ---- files -----------------------------------------------------------------------------

    async def prepare(self, request: Request, wire: Wire) -> dict[str, str]:
        path, model = endpoint_of(request)
        sent = json.dumps(_body(request, _by_hash(request)))
        inputs = {}
        for reference in request.references:
            if reference.sha256 not in sent:
                continue
            if path == ANIMATE or reference.role in CLIPS:
                upload = partial(self._upload, reference, request, model, wire)
                inputs[reference.sha256] = await wire.once(f"{model} {reference.sha256}", upload)
            else:
                inputs[reference.sha256] = wire.data_uri(reference.path)
        return inputs

    async def _upload(self, reference: Reference, request: Request, model: str, wire: Wire) -> str:
        """Leave by the key, the file by that leave; only this account's requests to this model can read it."""
        leave = await wire.ask("GET", "/uploads", params={"action": "getPolicy", "model": model})
        code, said = self.error(leave)
        if leave.status == 401:
            raise of_another_region(request, wire, f"{code}: {said}")
        if leave.status >= 400:
            raise RequestRefused(
                f"{request.subject}: {model} takes the {reference.role} from an address alone, and Model Studio's "
                f"temporary storage does not take it ({leave.status} {code}: {said}). Its help page offers that "
                "storage to keys of Beijing; with another key choose a card of another service for this work. Nothing "
                "was sent"
            )
        try:
            given = leave.json()["data"]
            name = f"{given['upload_dir']}/{reference.sha256[:12]}-{uuid.uuid4().hex[:8]}{reference.path.suffix}"
            form = {
                "OSSAccessKeyId": given["oss_access_key_id"],
                "Signature": given["signature"],
                "policy": given["policy"],
                "key": name,
                "x-oss-object-acl": given["x_oss_object_acl"],
                "x-oss-forbid-overwrite": given["x_oss_forbid_overwrite"],
                "success_action_status": "200",
                "x-oss-content-type": mimetypes.guess_type(reference.path.name)[0] or "application/octet-stream",
            }
            host = str(given["upload_host"])
        except (ValueError, KeyError, TypeError):
            raise NotTaken("dashscope says nothing that is known of where files go; nothing was sent") from None
        answer = await wire.send_file(host, reference.path, {}, form=form)
        if answer.status >= 400 and answer.status != 409:  # 409: there already, by a try whose answer was lost
            said = answer.body[:200].decode("utf-8", "replace")
            raise NotTaken(f"dashscope takes no file ({answer.status}: {said}); nothing was sent")
        return f"{STORED}{name}"

    # ---- jobs ------------------------------------------------------------------------------

    async def submit(self, order: Order, wire: Wire) -> Job:
        request = order.request
        path, model = endpoint_of(request)
        headers = {} if path == AT_ONCE else dict(ASYNC)
        if any(value.startswith(STORED) for value in order.inputs.values()):
            headers |= RESOLVE
        note_sending(order.inbox)
        body = _body(request, order.inputs)
        answer = await wire.send_once("POST", f"/services/aigc/{path}", json=body, headers=headers)
        if answer.status >= 400:
            raise refusal(request, model, answer, wire)
        try:
            whole = answer.json()
            output = whole["output"]
            if path != AT_ONCE:
                return Job(str(output["task_id"]), "running")
            answered = {"output": {"choices": list(output["choices"])}}
            return Job(str(whole["request_id"]), "succeeded", details={"answer": answered, "at_once": True})
        except (ValueError, KeyError, TypeError, AttributeError):
            raise OutcomeUnknown("dashscope took the request, and its answer is not one that is known") from None

    def address(self, job: Job) -> str:
        return f"/tasks/{job.id}"

    async def poll(self, job: Job, wire: Wire) -> Job:
        if job.details.get("at_once"):
            return replace(job, phase="succeeded")  # all that there was came with the answer
        return await super().poll(job, wire)

    def is_gone(self, answer: Answer) -> bool:
        return super().is_gone(answer) or output_of(answer).get("task_status") == "UNKNOWN"

    def error(self, answer: Answer) -> tuple[str, str]:
        return words_of(answer)

    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        output = answer.json()["output"]
        phase = _ENDS.get(output["task_status"])
        if phase is None:
            return job
        code, said = self.error(answer)
        if phase == "failed" and code in MODERATED:
            phase = "moderated"
        if phase == "succeeded" and not _may_be_ours(job, output):
            said = "the task that was taken for it has another prompt; `continuity jobs adopt` takes it all the same"
            return replace(job, phase="expired", message=said, details={**job.details, "asked": ""})
        details = {**job.details, "answer": {"output": output}}
        return replace(job, phase=phase, message=f"{code}: {said}" if code else said, details=details)

    async def reconcile(self, order: Order, wire: Wire) -> Job | None:
        path, model = endpoint_of(order.request)
        if path == AT_ONCE:
            raise OutcomeUnknown("Model Studio answers with the picture itself, and lists no such requests")
        id = await lost_task(order, model, wire)
        return Job(id, "running", details={"asked": prompt_of(order.request)})


def endpoint_of(request: Request) -> tuple[str, str]:
    """(path under ``/services/aigc``, model). Raises RequestRefused for a card that names no path."""
    path, _, model = model_of(request).rpartition("/")
    if not path:
        raise RequestRefused(
            f"{request.subject}: service_model: {model} must name the path too, as {ANIMATE}/wan2.2-animate-move"
        )
    return path, model


def _body(request: Request, inputs: Inputs) -> dict[str, Any]:
    path, model = endpoint_of(request)
    body = {"model": model, "input": {}, **body_of(request, inputs)}
    listed = [(name[1:], body.pop(name)) for name in list(body) if name.startswith("@")]
    parts = [(kind, one) for kind, value in listed for one in (value if isinstance(value, list) else [value])]
    if path in MESSAGES:
        body["input"]["messages"] = [{"role": "user", "content": [{kind: one} for kind, one in parts]}]
    elif parts:
        body["input"]["media"] = [{"type": kind, "url": one} for kind, one in parts]
    return body


def _by_hash(request: Request) -> dict[str, str]:
    """Each file by its hash in place of its address."""
    return {reference.sha256: reference.sha256 for reference in request.references}


def _may_be_ours(job: Job, output: dict[str, Any]) -> bool:
    """Whether a task that was found by model and time was asked for what ours was, where it says that."""
    asked, said = job.details.get("asked"), output.get("orig_prompt")
    return not asked or not isinstance(said, str) or asked.split() == said.split()
