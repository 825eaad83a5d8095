"""Runware: models of many vendors by one form of task, described by a card.

Protocol: runware.ai/docs (2026), and runware-sdk 1.8.0 as its witness. A request is a list of tasks at one address; a
task is known by a UUID that its sender makes, and one that comes a second time is refused as ``conflictTaskUUID``. So a
lost answer is asked for by that UUID, and where Runware says nothing of it the very same task is sent once more, soon:
for how long a UUID is remembered is not documented. What each result cost is asked for and reported.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from continuity.errors import NotTaken, OutcomeUnknown
from continuity.plan.schema import Service
from continuity.providers import sent
from continuity.providers.base import Job, Order
from continuity.providers.keys import key_of
from continuity.providers.mapping import body_of, model_of
from continuity.providers.uploading import UploadingProvider
from continuity.providers.wire import Answer, Wire, refused
from continuity.request import Reference

PATH = "/v1"
TASKS = {"image": "imageInference", "voice": "audioInference"}  # all else is videoInference
REPLAY_SECONDS = 600.0  # for so long after it was sent a task is sent again under its UUID
MOST_UNKNOWN = 3
_MODERATED = {
    "contentPolicyViolation", "providerContentPolicyViolation", "sensitiveContentDetected", "unsafeContentDetected",
    "nsfwContentDetected", "promptBlocked", "imageBlocked", "moderationFailed", "invalidProviderContent",
}  # fmt: skip
_KEY = {
    "unauthorized", "forbidden", "permissionDenied", "insufficientPermissions", "authenticationFailed", "authFailed",
    "authTimeout", "invalidAuthentication", "invalidCredentials", "missingAuthentication", "tokenExpired",
    "tokenInvalid", "tokenMissing", "tokenRevoked", "accountSuspended", "accountDisabled",
}  # fmt: skip
_RETIRED = {"unknownModel", "modelDisabled", "modelUnavailable", "modelNotFound"}
_SERVER = {
    "internalServerError", "serviceUnavailable", "serverUnavailable", "standardError", "unknownError", "undefinedError",
    "defaultError", "unrecognizedResponse",
}  # fmt: skip
_AS_STATUS = {"key": 401, "money": 402, "retired": 404}


class Runware(UploadingProvider):
    name = "runware"
    hosts = ("runware.ai",)

    def headers(self, service: Service) -> dict[str, str]:
        return {"Authorization": f"Bearer {key_of(service)}"}

    async def upload(self, reference: Reference, wire: Wire) -> str:
        """The UUID under which a file lies in the account."""
        task = {
            "taskType": "mediaStorage", "taskUUID": str(uuid.uuid4()), "operation": "upload",
            "media": wire.data_uri(reference.path),
        }  # fmt: skip
        answer = await wire.ask("POST", f"{wire.service.uploads_url}{PATH}", json=[task])
        data, errors = _read(answer)
        if errors or not data or not isinstance(data[0].get("mediaUUID"), str):
            said = ": ".join(_of(errors)) or f"an answer of no known form ({answer.status})"
            raise NotTaken(f"runware takes no file ({said}); nothing was sent")
        return str(data[0]["mediaUUID"])

    async def submit(self, order: Order, wire: Wire) -> Job:
        noted = sent.note(order, PATH, [self._task(order)])
        answer = await wire.send_once("POST", noted.path, not_taken=(429,), **_content(noted))
        job = self._begun(order, answer)
        if isinstance(job, Exception):
            raise job
        return job

    def _task(self, order: Order) -> dict[str, Any]:
        request = order.request
        return {
            "taskType": TASKS.get(request.kind, "videoInference"), "taskUUID": order.token, "model": model_of(request),
            "deliveryMethod": "async", "includeCost": True, "numberResults": 1, **body_of(request, order.inputs),
        }  # fmt: skip

    def _begun(self, order: Order, answer: Answer) -> Job | Exception:
        """The task as it was taken, or why it was not. Raises NotTaken and OutcomeUnknown."""
        data, errors = _read(answer)
        code, said = _of(errors)
        kind = _kind(code)
        if any(one.get("taskUUID") == order.token for one in data) or kind == "again":
            return Job(order.token, "running")
        if kind == "later":
            raise NotTaken(f"runware takes no more requests now ({code})")
        if kind == "server" or (not errors and answer.status < 400):
            raise OutcomeUnknown(f"Runware took the request, and its answer does not name the task ({code or 'none'})")
        as_status = replace(answer, status=_AS_STATUS.get(kind, max(answer.status, 400)))
        return refused(
            self.name, order.request.subject, as_status, f"{code}: {said}" if code else said,
            moderated=kind == "moderated",
        )  # fmt: skip

    def address(self, job: Job) -> str:
        return PATH

    async def ask(self, job: Job, wire: Wire) -> Answer:
        return await wire.ask("POST", self.address(job), json=[_question(job.id)])

    def is_gone(self, answer: Answer) -> bool:
        return _kind(_of(_read(answer)[1])[0]) == "gone"

    def is_error(self, answer: Answer) -> bool:
        """Trouble with the account or the service, and not the end of a task."""
        if errors := _read(answer)[1]:
            return _kind(_of(errors)[0]) in ("key", "money", "later", "server")
        return answer.status >= 400

    def error(self, answer: Answer) -> tuple[str, str]:
        errors = _read(answer)[1]
        return _of(errors) if errors else ("", answer.body[:200].decode("utf-8", "replace"))

    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        data, errors = _read(answer)
        own = [one for one in data if one.get("taskUUID") == job.id]
        failed = [one["error"] for one in own if isinstance(one.get("error"), dict)] or errors
        if failed or any(one.get("status") == "error" for one in own):
            code, said = _of(failed)
            moderated = _kind(code) == "moderated"
            return replace(job, phase="moderated" if moderated else "failed", message=f"{code}: {said}".strip(": "))
        made = next((one for one in own if one.get("status") == "success"), None)
        if made is None:
            return job
        cost = made.get("cost")
        return replace(
            job, phase="succeeded", cost_usd=float(cost) if isinstance(cost, (int, float)) else None,
            details={**job.details, "answer": made},
        )  # fmt: skip

    def facts(self, answer: Any) -> dict[str, Any]:
        return {"seed": answer["seed"]} if isinstance(answer.get("seed"), int) else {}

    async def reconcile(self, order: Order, wire: Wire) -> Job | None:
        answer = await wire.ask("POST", PATH, json=[_question(order.token)])
        data, errors = _read(answer)
        code, said = _of(errors)
        if any(one.get("taskUUID") == order.token for one in data) or (errors and _kind(code) in ("", "moderated")):
            return Job(order.token, "running")  # what has become of it is asked next
        if errors and _kind(code) != "gone":
            raise OutcomeUnknown(f"Runware does not say what became of it ({code}: {said})")
        noted = sent.noted(order)
        if noted is None or noted.seconds_ago > REPLAY_SECONDS:
            raise OutcomeUnknown(
                "Runware says nothing of it, and for how long it remembers a task is not documented; look at your "
                "account's usage there"
            )
        answer = await wire.send_again(
            "POST", noted.path, patience_seconds=REPLAY_SECONDS, answers=sent.after(MOST_UNKNOWN),
            again=lambda answer: False, **_content(noted),
        )  # fmt: skip
        if answer.status >= 500:
            raise OutcomeUnknown(f"Runware answers {answer.status} to the same task, again and again")
        code, said = self.error(answer)
        if _kind(code) in ("key", "money"):
            raise OutcomeUnknown(f"Runware does not say what became of it ({code}: {said})")
        job = self._begun(order, answer)
        return None if isinstance(job, Exception) else job


def _content(noted: sent.Sent) -> dict[str, Any]:
    return {"headers": {"Content-Type": "application/json"}, "content": noted.text.encode()}


def _question(id: str) -> dict[str, str]:
    return {"taskType": "getResponse", "taskUUID": id}


def _read(answer: Answer) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(data, errors) of an answer, which may hold both; nothing for one of no known form."""
    try:
        whole = answer.json()
        data, errors = whole.get("data") or [], whole.get("errors") or []
        return [one for one in data if isinstance(one, dict)], [one for one in errors if isinstance(one, dict)]
    except (ValueError, AttributeError, TypeError):
        return [], []


def _of(errors: list[dict[str, Any]]) -> tuple[str, str]:
    """(code, words) of the first error."""
    return (str(errors[0].get("code") or ""), str(errors[0].get("message") or "")) if errors else ("", "")


def _kind(code: str) -> str:
    """What an error's code means, by the families of runware-sdk 1.8.0; empty: something in the request."""
    if code in _MODERATED:
        return "moderated"
    if any(word in code for word in ("Credits", "Quota", "Balance")) or code == "paymentRequired":
        return "money"
    if "RateLimit" in code or code == "rateLimitExceeded":
        return "later"
    if code in _KEY or "ApiKey" in code:
        return "key"
    if code in _RETIRED:
        return "retired"
    if code.startswith(("conflict", "duplicate")) and "UUID" in code:
        return "again"
    if code in _SERVER:
        return "server"
    return "gone" if code.endswith(("NotFound", "Expired")) else ""
