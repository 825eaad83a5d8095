"""each::labs: any model of its prediction API, described by a card.

Protocol: its OpenAPI file (2025-12-24) and pages of 2026; there is no client of its own to hold it against. The answer
to a submission says "success" when the request was accepted, and the same word ends a job: they are told apart by where
they stand. The model's version is required by one page and called deprecated by another: it is asked for, and sent.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from continuity.errors import NotTaken, OutcomeUnknown
from continuity.plan.schema import Service
from continuity.providers.base import Job, Order, Phase, Published
from continuity.providers.keys import key_of
from continuity.providers.mapping import body_of, model_of
from continuity.providers.polled import PolledProvider
from continuity.providers.wire import Answer, Wire, refused
from continuity.request import Request

VERSION = "model version"  # beside the references in what `prepare` hands over
_MODERATED = re.compile(r"moderat|nsfw|safety|content policy", re.IGNORECASE)  # no word of its own is documented
_ENDS: dict[str, Phase] = {"success": "succeeded", "failed": "failed", "cancelled": "cancelled"}


class EachLabs(PolledProvider):
    name = "eachlabs"
    hosts = ("eachlabs.ai",)
    published = Published("/v1/model?slug={model}")

    def headers(self, service: Service) -> dict[str, str]:
        return {"X-API-Key": key_of(service)}

    async def prepare(self, request: Request, wire: Wire) -> dict[str, str]:
        inputs = await super().prepare(request, wire)
        answer = await wire.ask("GET", "/v1/model", params={"slug": model_of(request)})
        if answer.status >= 400:
            raise refused(self.name, request.subject, answer, self.error(answer)[1])
        try:
            return {**inputs, VERSION: str(answer.json().get("version") or "")}
        except (ValueError, AttributeError):
            raise NotTaken("eachlabs describes the model in a form that is not known; nothing was sent") from None

    async def submit(self, order: Order, wire: Wire) -> Job:
        request = order.request
        body: dict[str, Any] = {"model": model_of(request), "input": body_of(request, order.inputs)}
        if version := order.inputs.get(VERSION):
            body["version"] = version
        answer = await wire.send_once("POST", "/v1/prediction", json=body)
        if answer.status >= 400:
            said = self.error(answer)[1]
            raise refused(self.name, request.subject, answer, said, moderated=bool(_MODERATED.search(said)))
        try:
            return Job(str(answer.json()["predictionID"]), "running")
        except (ValueError, KeyError, TypeError):
            raise OutcomeUnknown("eachlabs took the request, and its answer names no job") from None

    def address(self, job: Job) -> str:
        return f"/v1/prediction/{job.id}"

    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        whole = answer.json()
        phase = _ENDS.get(whole["status"])
        if phase is None:
            return job
        cost = (whole.get("metrics") or {}).get("cost")
        said = str(whole.get("error") or whole.get("logs") or "")
        if phase == "failed" and _MODERATED.search(said):
            phase = "moderated"
        return replace(
            job, phase=phase, message=said, cost_usd=float(cost) if isinstance(cost, (int, float)) else None,
            details={**job.details, "answer": {"output": whole.get("output")}},
        )  # fmt: skip

    def error(self, answer: Answer) -> tuple[str, str]:
        try:
            return "", str(answer.json().get("error") or "")
        except (ValueError, AttributeError):
            return "", answer.body[:200].decode("utf-8", "replace")
