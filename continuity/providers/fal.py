"""fal: any model on its queue, described by a card.

Protocol: fal.ai/docs, "Inference API, queue" (2026), and fal-client 1.0.3 as its witness. Submit once; the answer
names the addresses to ask at, which leave out the model's sub path. A request that failed ends as COMPLETED too, with
the error inside, or told by the status of its result. The platform's own retries are switched off, since each may be
billed. Files are uploaded once and named by their address, which anyone who knows it can read; without
``uploads_url`` they go along as data URIs.
"""

from __future__ import annotations

import mimetypes
from dataclasses import replace
from typing import Any

from continuity.errors import NotTaken, OutcomeUnknown, RequestRefused
from continuity.plan.schema import Service
from continuity.providers.base import Job, Order
from continuity.providers.keys import key_of
from continuity.providers.mapping import body_of, model_of
from continuity.providers.uploading import UploadingProvider
from continuity.providers.wire import Answer, Wire, refused
from continuity.request import Reference

_MODERATED = "content_policy_violation"
_TOKEN = "/storage/auth/token?storage_type=fal-cdn-v3"
_ASK = {"X-Fal-No-Retry": "1"}


class Fal(UploadingProvider):
    name = "fal"
    hosts = ("fal.run", "fal.ai")

    def headers(self, service: Service) -> dict[str, str]:
        return {"Authorization": f"Key {key_of(service)}"}

    async def upload(self, reference: Reference, wire: Wire) -> str:
        """A token by the key, then the file by the token; the address is public to those who know it."""
        token = await wire.ask("POST", f"{wire.service.uploads_url}{_TOKEN}", json={})
        if token.status >= 400:
            raise refused(self.name, reference.role, token, self.error(token)[1])
        try:
            given = token.json()
            headers = {
                "Authorization": f"{given['token_type']} {given['token']}",
                "Content-Type": mimetypes.guess_type(reference.path.name)[0] or "application/octet-stream",
                "X-Fal-File-Name": f"{reference.sha256[:12]}{reference.path.suffix}",
            }
            answer = await wire.send_file(f"{given['base_url']}/files/upload", reference.path, headers)
            if answer.status >= 400:
                raise NotTaken(f"fal takes no file ({answer.status}: {self.error(answer)[1]}); nothing was sent")
            return str(answer.json()["access_url"])
        except (ValueError, KeyError, TypeError):
            raise NotTaken("fal says nothing that is known of where files go; nothing was sent") from None

    async def submit(self, order: Order, wire: Wire) -> Job:
        request = order.request
        answer = await wire.send_once(
            "POST", f"/{model_of(request)}", json=body_of(request, order.inputs), headers=_ASK
        )
        if answer.status >= 400:
            kind, said = self.error(answer)
            if answer.status == 403 and "balance" in said.lower():  # "User is locked. Reason: Exhausted balance."
                raise RequestRefused(f"{request.subject}: fal wants more credit ({said}); nothing was made")
            raise refused(self.name, request.subject, answer, said, moderated=kind == _MODERATED)
        try:
            whole = answer.json()
            details = {name: wire.own(whole[f"{name}_url"]) for name in ("status", "response", "cancel")}
            return Job(whole["request_id"], "running", details=details)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise OutcomeUnknown(
                f"fal took the request and answered something else than a job ({answer.status})"
            ) from None

    def address(self, job: Job) -> str:
        return str(job.details["status"])

    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        whole = answer.json()
        if whole["status"] != "COMPLETED":
            return job
        if whole.get("error") or whole.get("error_type"):
            kind = str(whole.get("error_type") or "")
            return _failed(job, kind, str(whole.get("error") or kind))
        return await self._result(job, wire)

    async def _result(self, job: Job, wire: Wire) -> Job:
        """What was made, or the error that the result's own status tells."""
        answer = await wire.ask("GET", job.details["response"], answers=lambda a: "x-fal-request-id" in a.headers)
        if self.is_gone(answer):
            return replace(job, phase="expired", message=self.error(answer)[1])
        if answer.status >= 400:
            return _failed(job, *self.error(answer))
        try:
            whole = answer.json()
        except ValueError:
            raise NotTaken(f"fal job {job.id} is finished, and its result is no JSON yet; run again to go on") from None
        return replace(job, phase="succeeded", details={**job.details, "answer": whole})

    def facts(self, answer: Any) -> dict[str, Any]:
        return {"seed": answer["seed"]} if isinstance(answer.get("seed"), int) else {}

    def error(self, answer: Answer) -> tuple[str, str]:
        """Of a request ``{detail, error_type}``, of a model ``{detail: [{type, msg}]}``."""
        kind = answer.headers.get("x-fal-error-type", "")
        try:
            whole = answer.json()
            detail = whole.get("detail", "")
            if isinstance(detail, list) and detail:
                return str(detail[0].get("type") or kind), "; ".join(str(each.get("msg", "")) for each in detail)
            return str(whole.get("error_type") or kind), str(detail)
        except (ValueError, AttributeError):
            return kind, answer.body[:200].decode("utf-8", "replace")


def _failed(job: Job, kind: str, said: str) -> Job:
    return replace(job, phase="moderated" if kind == _MODERATED else "failed", message=said)
