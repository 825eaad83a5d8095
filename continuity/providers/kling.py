"""Kling's own API, in both its dialects: text, image and omni video, and pictures, by cards.

Protocol: Kling's API reference (2026) and vercel/ai's adapter; there is no client of its own to hold it against. A
card's ``service_model`` is the endpoint and the model, and tells the dialect (`kling_dialects`):
``videos/omni-video/kling-v3-omni`` or ``omni-video/kling-3.0-omni``. Each submission bears our own id
(``external_task_id``), by which a task is found whose answer was lost. Pictures go along as raw base64; clips have to
lie at public addresses, so that what needs one is refused here and made through a broker.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import Any

from continuity.errors import ConfigError, OutcomeUnknown, RequestRefused
from continuity.plan.schema import Service
from continuity.providers.base import Job, Order, Phase
from continuity.providers.keys import key_of, optional_key
from continuity.providers.kling_dialects import Newer, dialect_at, dialect_of
from continuity.providers.mapping import body_of, model_of
from continuity.providers.polled import PolledProvider
from continuity.providers.wire import Answer, Wire, refused
from continuity.request import Request

ACCESS, SECRET = "KLING_ACCESS_KEY", "KLING_SECRET_KEY"  # the older pair, in place of one key
TOKEN_SECONDS = 1800
_MODERATED = {1300, 1301}
_LATER = {1302, 1303}  # of 429: too fast, too many at once; the others of 429 are accounts out of order
_NO_CREDIT = {1100, 1101, 1102}
_MISSING = {1202, 1203}
_PARAMETER = 1201  # also what an unknown task is answered with: "Task not found by id/external id"
_ENDS: dict[str, Phase] = {"succeed": "succeeded", "succeeded": "succeeded", "failed": "failed"}


class Kling(PolledProvider):
    name = "kling"
    hosts = ("klingai.com", "kling.ai")

    def headers(self, service: Service) -> dict[str, str]:
        access, secret = optional_key(ACCESS), optional_key(SECRET)
        try:
            token = key_of(service)
        except ConfigError:
            if not (access and secret):
                raise
            token = signed(access, secret, time.time())
        return {"Authorization": f"Bearer {token}"}

    def refuse(self, request: Request) -> None:
        super().refuse(request)
        if clip := request.reference("driving_clip") or request.reference("failed_take"):
            raise RequestRefused(
                f"{request.subject}: Kling's own API takes clips from public addresses alone, and {clip.role} is a "
                "file; choose a card of a broker that serves Kling, as fal-kling-motion"
            )

    async def prepare(self, request: Request, wire: Wire) -> dict[str, str]:
        model, key_env = model_of(request), wire.service.key_env
        if isinstance(dialect_of(model), Newer) and not optional_key(key_env):
            raise RequestRefused(
                f"{request.subject}: {model} takes a single key alone: set {key_env}, which Kling gives in place of "
                f"{ACCESS} and {SECRET}, or choose a card of the classic dialect"
            )
        return {r.sha256: wire.raw(r.path) for r in request.references}

    async def submit(self, order: Order, wire: Wire) -> Job:
        request = order.request
        dialect = dialect_of(model_of(request))
        body = dialect.body(body_of(request, order.inputs), order.token)
        answer = await wire.send_once("POST", dialect.path, json=body, later=lambda a: _code(a) in _LATER)
        code, said, data = _read(answer)
        if answer.status >= 400 or code:
            if code in _NO_CREDIT:
                raise RequestRefused(f"{request.subject}: kling wants more credit ({code}: {said}); nothing was made")
            raise refused(self.name, request.subject, answer, f"{code}: {said}", moderated=code in _MODERATED)
        try:
            return Job(dialect.id_of(data), "running", details={"path": dialect.path})
        except (KeyError, TypeError):
            raise OutcomeUnknown("Kling took the request, and its answer names no task") from None

    def address(self, job: Job) -> str:
        return dialect_at(job.details["path"]).address(job.id)

    def is_gone(self, answer: Answer) -> bool:
        return super().is_gone(answer) or _is_missing(answer)

    def is_error(self, answer: Answer) -> bool:
        return super().is_error(answer) or _code(answer) != 0

    def error(self, answer: Answer) -> tuple[str, str]:
        code, said, _ = _read(answer)
        return str(code or ""), said

    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        task = dialect_at(job.details["path"]).task(_read(answer)[2])
        phase = _ENDS.get(task.status) if task else None
        if task is None or phase is None:
            return job
        if phase == "failed" and ("risk" in task.message.lower() or "policy" in task.message.lower()):
            phase = "moderated"
        details = {**job.details, "answer": task.made}
        return replace(job, phase=phase, message=task.message, cost_usd=task.cost_usd, details=details)

    async def reconcile(self, order: Order, wire: Wire) -> Job | None:
        dialect = dialect_of(model_of(order.request))
        answer = await wire.ask("GET", dialect.address_of_ours(order.token))
        if self.is_gone(answer):
            return None
        code, said, data = _read(answer)
        try:
            task = dialect.task(data) if answer.status < 400 and not code else None
        except (KeyError, TypeError, AttributeError):
            task = None
        if task is None:
            raise OutcomeUnknown(f"Kling does not say what became of it ({code}: {said})")
        return Job(task.id, "running", details={"path": dialect.path})


def signed(access: str, secret: str, now: float) -> str:
    """The older kind of key: a JWT (RFC 7519) by HS256 with the access key as issuer, valid for half an hour."""

    def part(value: dict[str, Any]) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=")

    begin = int(now)
    head = part({"alg": "HS256", "typ": "JWT"})
    body = part({"iss": access, "exp": begin + TOKEN_SECONDS, "nbf": begin - 5})
    mark = hmac.new(secret.encode(), head + b"." + body, hashlib.sha256).digest()
    return b".".join((head, body, base64.urlsafe_b64encode(mark).rstrip(b"="))).decode()


def _read(answer: Answer) -> tuple[int, str, Any]:
    """(code, message, data): a code other than 0 is an error, with whatever HTTP status."""
    try:
        whole = answer.json()
        return int(whole.get("code") or 0), str(whole.get("message") or ""), whole.get("data")
    except (ValueError, TypeError, AttributeError):
        return 0, answer.body[:200].decode("utf-8", "replace"), None


def _code(answer: Answer) -> int:
    return _read(answer)[0]


def _is_missing(answer: Answer) -> bool:
    """Whether there is no such task: an error of the classic dialect, an empty list of the newer one."""
    code, said, data = _read(answer)
    return code in _MISSING or (code == _PARAMETER and "not found" in said.lower()) or (code == 0 and data == [])
