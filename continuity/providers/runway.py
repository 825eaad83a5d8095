"""Runway: takes, pictures and performances by its own models and those that it hosts, by cards.

Protocol: runwayml 5.24.0, driven against a recording server, and docs.dev.runwayml.com (2026). A card's
``service_model`` is the endpoint and the model: ``character_performance/act_two``. A task says what it was charged, in
credits, once it has ended, however it ended. Refusals for what is said or shown are failures of the task. Files are
uploaded once and named by an address that nobody but Runway can read; without ``uploads_url`` they go along as data
URIs, which it takes up to a size.
"""

from __future__ import annotations

from dataclasses import replace

from continuity.errors import NotTaken, OutcomeUnknown, RequestRefused
from continuity.plan.schema import Service
from continuity.providers.base import Job, Order, Phase
from continuity.providers.keys import key_of
from continuity.providers.mapping import body_of, model_of
from continuity.providers.results import usd_of
from continuity.providers.uploading import UploadingProvider
from continuity.providers.wire import Answer, Wire, refused
from continuity.request import Reference, Request

VERSION = "2024-11-06"  # of its API: the header is wanted with every request
CREDIT_USD = 0.01
MOST_INLINE_BYTES = 5 * 10**6  # of a data URI
_ENDS: dict[str, Phase] = {"SUCCEEDED": "succeeded", "FAILED": "failed", "CANCELLED": "cancelled"}


class Runway(UploadingProvider):
    name = "runway"
    hosts = ("api.dev.runwayml.com",)

    def headers(self, service: Service) -> dict[str, str]:
        return {"Authorization": f"Bearer {key_of(service)}", "X-Runway-Version": VERSION}

    async def prepare(self, request: Request, wire: Wire) -> dict[str, str]:
        inputs = await super().prepare(request, wire)
        for reference in request.references if wire.uploads is None else ():
            if len(inputs[reference.sha256]) > MOST_INLINE_BYTES:
                raise RequestRefused(
                    f"{request.subject}: {reference.role} is over the {MOST_INLINE_BYTES / 10**6:g} MB that Runway "
                    "takes within a request; name uploads_url in conf/provider/runway.yaml"
                )
        return inputs

    async def upload(self, reference: Reference, wire: Wire) -> str:
        """A place by the key, then the file to that place without it."""
        named = {"filename": f"{reference.sha256[:12]}{reference.path.suffix}", "type": "ephemeral"}
        place = await wire.ask("POST", f"{wire.service.uploads_url}/v1/uploads", json=named)
        if place.status >= 400:
            raise refused(self.name, reference.role, place, self.error(place)[1])
        try:
            given = place.json()
            form = {str(name): str(value) for name, value in given["fields"].items()}
            where, uri = str(given["uploadUrl"]), str(given["runwayUri"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise NotTaken("Runway says nothing that is known of where files go; nothing was sent") from None
        answer = await wire.send_file(where, reference.path, form=form)
        if answer.status >= 400:
            raise NotTaken(f"Runway's place for files takes none ({answer.status}); nothing was sent")
        return uri

    async def submit(self, order: Order, wire: Wire) -> Job:
        request = order.request
        endpoint, _, model = model_of(request).rpartition("/")
        body = {"model": model, **body_of(request, order.inputs)}
        answer = await wire.send_once("POST", f"/v1/{endpoint}", json=body)
        if answer.status >= 400:
            said = self.error(answer)[1]
            if answer.status in (400, 403) and "credits" in said.lower():
                raise RequestRefused(f"{request.subject}: runway wants more credit ({said}); nothing was made")
            raise refused(self.name, request.subject, answer, said)
        try:
            id = answer.json()["id"]
        except (ValueError, KeyError, TypeError):
            id = None
        if not isinstance(id, str) or not id:
            raise OutcomeUnknown("Runway took the request, and its answer names no task")
        return Job(id, "running")

    def address(self, job: Job) -> str:
        return f"/v1/tasks/{job.id}"

    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        whole = answer.json()
        phase = _ENDS.get(whole["status"])
        if phase is None:
            return job
        code = str(whole.get("failureCode") or "")
        if phase == "failed" and code.startswith("SAFETY."):
            phase = "moderated"
        said = ": ".join(filter(None, (code, str(whole.get("failure") or ""))))
        cost = usd_of((whole.get("cost") or {}).get("credits"), CREDIT_USD)
        details = {**job.details, "answer": {"output": whole.get("output")}}
        return replace(job, phase=phase, message=said, cost_usd=cost, details=details)

    def error(self, answer: Answer) -> tuple[str, str]:
        """``{error, issues: [{path, message}]}``."""
        try:
            whole = answer.json()
            issues = [f"{'.'.join(map(str, each['path']))}: {each['message']}" for each in whole.get("issues") or ()]
            return "", "; ".join(filter(None, (str(whole.get("error") or ""), *issues)))
        except (ValueError, KeyError, TypeError, AttributeError):
            return "", answer.body[:200].decode("utf-8", "replace")
