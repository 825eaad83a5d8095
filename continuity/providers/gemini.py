"""Google's Gemini API: Omni video through Interactions, pictures and speech through generateContent.

Protocol: google-genai 3.6.1, driven against a recording server, and Google's pages of 2026. A video is a background
interaction that is asked about; a picture or a voice comes in the answer itself and is on the disk before the job is
noted, so that a run which dies then finds it. Google sometimes lets another model answer: what answered is recorded.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from continuity.errors import OutcomeUnknown, RequestRefused, ResultLost
from continuity.files import write_bytes
from continuity.plan.schema import Service
from continuity.providers import inbox
from continuity.providers.base import Delivered, Job, Order, Phase, Published
from continuity.providers.keys import key_of
from continuity.providers.mapping import body_of, model_of
from continuity.providers.polled import PolledProvider
from continuity.providers.wire import Answer, Wire, refused
from continuity.request import Request

CLIPS = ("video", "motion", "repair")
TEXT, VIDEO, PICTURES, START = (
    "@text",
    "@video",
    "@pictures",
    "@start",
)  # fields of a card that become parts of the content
PCM_HZ = 24_000  # of speech that comes as bare samples, 16 bit, one channel, where its kind does not say another rate
BARE = ("audio/l16", "audio/pcm")
_BLOCKED = {
    "SAFETY", "RECITATION", "PROHIBITED_CONTENT", "SPII", "BLOCKLIST", "MODEL_ARMOR", "IMAGE_SAFETY", "IMAGE_OTHER",
    "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "NO_IMAGE",
}  # fmt: skip
_ENDS: dict[str, Phase] = {
    "completed": "succeeded", "failed": "failed", "incomplete": "failed", "cancelled": "cancelled",
    "budget_exceeded": "failed",
}  # fmt: skip


class Gemini(PolledProvider):
    name = "gemini"
    hosts = ("googleapis.com",)
    published = Published("/v1beta/models/{model}")  # as google-genai asks for one; it names no date of an end

    def headers(self, service: Service) -> dict[str, str]:
        return {"x-goog-api-key": key_of(service)}

    async def submit(self, order: Order, wire: Wire) -> Job:
        if order.request.kind in CLIPS:
            return await self._begin(order, wire)
        return await self._generate(order, wire)

    # ---- video: an interaction in the background -------------------------------------------

    async def _begin(self, order: Order, wire: Wire) -> Job:
        request = order.request
        body = body_of(request, order.inputs)
        parts = [{"type": "text", "text": body.pop(TEXT)}]
        if video := body.pop(VIDEO, None):
            parts.append({"type": "video", **_inline(video)})
        parts += [{"type": "image", **_inline(uri)} for uri in _pictures(body)]
        whole = {
            "model": model_of(request), "background": True, "input": [{"type": "user_input", "content": parts}], **body,
        }  # fmt: skip
        answer = await wire.send_once("POST", "/v1/interactions", json=whole)
        if answer.status >= 400:
            raise self._refusal(request, answer)
        try:
            return Job(str(answer.json()["id"]), "running")
        except (ValueError, KeyError, TypeError):
            raise OutcomeUnknown("Gemini took the request, and its answer names no interaction") from None

    def _refusal(self, request: Request, answer: Answer) -> Exception:
        reason, said = self.error(answer)
        if "API_KEY_INVALID" in reason:
            return RequestRefused(f"{request.subject}: gemini does not take the key ({said})")
        if "credit" in said.lower() or "billing" in said.lower():
            return RequestRefused(f"{request.subject}: gemini wants more credit ({said}); nothing was made")
        moderated = any(word in said.lower() for word in ("safety", "prohibited", "policy"))
        return refused(self.name, request.subject, answer, said, moderated=moderated)

    def address(self, job: Job) -> str:
        return f"/v1/interactions/{job.id}"

    def error(self, answer: Answer) -> tuple[str, str]:
        """(reasons, words) of ``{error: {code, message, status, details}}``."""
        try:
            error = answer.json()["error"]
            return json.dumps(error["details"]) if error.get("details") else "", str(
                error.get("message") or error.get("status")
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return "", answer.body[:200].decode("utf-8", "replace")

    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        whole = answer.json()
        phase = _ENDS.get(whole["status"])
        if phase is None:
            return job
        said = "; ".join(str(error.get("message") or error.get("code")) for error in whole.get("errors") or ())
        if phase == "failed" and any(word in said.lower() for word in ("safety", "policy", "prohibited", "blocked")):
            phase = "moderated"
        found = _made(whole)
        details = {**job.details, "model": whole.get("model"), "uri": (found or {}).get("uri")}
        if phase == "succeeded" and found is None:
            return replace(job, phase="failed", message="it was completed without a video")
        return replace(job, phase=phase, message=said or whole["status"], details=details)

    async def fetch(self, job: Job, folder: Path, wire: Wire) -> Delivered:
        if kept := inbox.kept_for(job, folder):
            return kept.delivered(folder)
        facts = {"model": job.details["model"]} if job.details.get("model") else {}
        path = folder / "result.mp4"
        if uri := job.details.get("uri"):
            headers = await wire.download(uri, path, own=True)
            return Delivered(path, headers.get("content-type", ""), facts=facts)
        answer = await wire.ask("GET", f"/v1/interactions/{job.id}")  # small ones lie in the interaction itself
        found = _made(answer.json()) if answer.status == 200 else None
        if not found or not found.get("data"):
            raise ResultLost("the interaction no longer holds its video")
        write_bytes(path, inbox.decoded(found["data"], "Gemini"))
        return Delivered(path, str(found.get("mime_type") or ""), facts=facts)

    # ---- pictures and voices: in the answer ------------------------------------------------

    async def _generate(self, order: Order, wire: Wire) -> Job:
        request, model = order.request, model_of(order.request)
        body = body_of(request, order.inputs)
        parts: list[dict[str, Any]] = [{"text": body.pop(TEXT)}]
        parts += [
            {"inlineData": {"mimeType": part["mime_type"], "data": part["data"]}}
            for part in map(_inline, _pictures(body))
        ]
        whole = {"contents": [{"role": "user", "parts": parts}], **body}
        answer = await wire.send_once("POST", f"/v1/models/{model}:generateContent", json=whole)
        if answer.status >= 400:
            raise self._refusal(request, answer)
        try:
            said = answer.json()
            part = _part(said)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise OutcomeUnknown("Gemini took the request, and its answer is not one that is known") from None
        id = str(said.get("responseId") or order.token)
        if part is None:
            phase, why = why_nothing(said)
            return Job(id, phase, message=why)
        return _kept(order, id, part, str(said.get("modelVersion") or ""))

    async def reconcile(self, order: Order, wire: Wire) -> Job | None:
        """What came with an answer is here, though the run died before it noted that; else nobody can be asked."""
        if kept := inbox.kept_of(order):
            return kept.as_job()
        raise OutcomeUnknown("Gemini lists no requests; look at the usage of your key")


def _pictures(body: dict[str, Any]) -> list[str]:
    start = body.pop(START, None)
    return [*([start] if start else []), *body.pop(PICTURES, [])]


def _inline(uri: str) -> dict[str, str]:
    """A data URI as Google takes it."""
    head, _, data = uri.partition(";base64,")
    return {"mime_type": head.removeprefix("data:") or "image/png", "data": data}


def _made(whole: dict[str, Any]) -> dict[str, Any] | None:
    """The video of an interaction: in its steps, or, as some answers have it, beside them."""
    if isinstance(beside := whole.get("output_video"), dict):
        return beside
    for step in whole.get("steps") or ():
        for part in step.get("content") or () if step.get("type") == "model_output" else ():
            if part.get("type") == "video":
                return dict(part)
    return None


def _part(said: dict[str, Any]) -> dict[str, Any] | None:
    """The first picture or sound of an answer, thoughts left out."""
    for candidate in said.get("candidates") or ():
        for part in (candidate.get("content") or {}).get("parts") or ():
            inline = part.get("inlineData") or part.get("inline_data")
            if inline and not part.get("thought"):
                return {"data": inline["data"], "mime": inline.get("mimeType") or inline.get("mime_type") or ""}
    return None


def why_nothing(said: dict[str, Any]) -> tuple[Phase, str]:
    """What it means that an answer of generateContent holds nothing, as Google words it."""
    reasons = [str((said.get("promptFeedback") or {}).get("blockReason") or "")]
    reasons += [str(candidate.get("finishReason") or "") for candidate in said.get("candidates") or ()]
    found = [reason for reason in reasons if reason and reason != "STOP"]
    moderated = any(reason in _BLOCKED for reason in found)
    return "moderated" if moderated else "failed", ", ".join(found) or "the answer holds no picture or sound"


def _kept(order: Order, id: str, part: dict[str, Any], model: str) -> Job:
    kind, data = part["mime"].split(";")[0].lower(), inbox.decoded(part["data"], "Gemini")
    if kind in BARE and data[:4] != b"RIFF":
        rate = re.search(r"rate=(\d+)", part["mime"])
        data, kind = inbox.wav_of(data, int(rate[1]) if rate else PCM_HZ), "audio/wav"
    return inbox.keep(order.inbox, id, data, kind, {"model": model} if model else {}).as_job()
