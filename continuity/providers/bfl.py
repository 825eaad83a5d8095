"""Black Forest Labs: FLUX pictures, from words and from the pictures before them, by cards.

Protocol: docs.bfl.ai, ComfyUI's nodes (August 2026) and npm's @ai-sdk/black-forest-labs 2.0.41; there is no Python
client. A job lives in one region: the answer to its submission names the host where it is asked about, which is another
host of the API. What was made lies at a third, signed, for ten minutes; no key goes there. A refusal for what is said
or shown is a state that a job ends in.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from continuity.errors import OutcomeUnknown
from continuity.plan.schema import Service
from continuity.providers.base import Job, Order, Phase
from continuity.providers.keys import key_of
from continuity.providers.mapping import body_of, model_of
from continuity.providers.polled import PolledProvider
from continuity.providers.results import usd_of
from continuity.providers.wire import Answer, Wire, refused
from continuity.request import Request

CREDIT_USD = 0.01
_ENDS: dict[str, Phase] = {
    "Ready": "succeeded", "Request Moderated": "moderated", "Content Moderated": "moderated", "Error": "failed",
    "Failed": "failed", "Task not found": "expired",
}  # fmt: skip


class BlackForestLabs(PolledProvider):
    name = "bfl"
    hosts = ("api.bfl.ai", "api.eu.bfl.ai", "api.us.bfl.ai")
    regions = re.compile(r"api(\.[a-z]{2}\d*)?\.bfl\.ai")  # results lie beside them, at delivery-….bfl.ai

    def headers(self, service: Service) -> dict[str, str]:
        return {"x-key": key_of(service)}

    async def prepare(self, request: Request, wire: Wire) -> dict[str, str]:
        return {r.sha256: wire.raw(r.path) for r in request.references}

    async def submit(self, order: Order, wire: Wire) -> Job:
        request = order.request
        answer = await wire.send_once("POST", f"/v1/{model_of(request)}", json=body_of(request, order.inputs))
        if answer.status >= 400:
            raise refused(self.name, request.subject, answer, self.error(answer)[1])
        try:
            whole = answer.json()
            id, where = whole["id"], whole.get("polling_url")
        except (ValueError, KeyError, TypeError, AttributeError):
            id = where = None
        if not isinstance(id, str) or not id:
            raise OutcomeUnknown("Black Forest Labs took the request, and its answer names no task")
        details = {"polling_url": where} if isinstance(where, str) else {}
        return Job(id, "running", usd_of(whole.get("cost"), CREDIT_USD), details=details)

    def address(self, job: Job) -> str:
        """As the service said it; of a job that a person has named, at the host of ``base_url``."""
        parts = urlsplit(str(job.details.get("polling_url") or "/v1/get_result"))
        return parts._replace(query=urlencode({**dict(parse_qsl(parts.query)), "id": job.id})).geturl()

    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        whole = answer.json()
        phase = _ENDS.get(whole["status"])
        if phase is None:
            return job
        said = whole["status"] if not whole.get("details") else f"{whole['status']}: {whole['details']}"
        cost = usd_of(whole.get("cost"), CREDIT_USD)  # newer models say it at the end
        return replace(
            job, phase=phase, message=said, cost_usd=job.cost_usd if cost is None else cost,
            details={**job.details, "answer": {"result": whole.get("result")}},
        )  # fmt: skip

    def facts(self, answer: Any) -> dict[str, Any]:
        seed = answer["result"].get("seed")
        return {"seed": seed} if isinstance(seed, int) and not isinstance(seed, bool) else {}

    def error(self, answer: Answer) -> tuple[str, str]:
        """Of the gateway ``{error, message, details}``, of a field that is wrong ``{detail: [{loc, msg}]}``."""
        try:
            whole = answer.json()
            detail = whole.get("detail") or whole.get("details") or ""
            if isinstance(detail, list):
                detail = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in detail)
            said = [str(part) for part in (whole.get("message"), detail) if part]
            return str(whole.get("error") or ""), ": ".join(said) or str(whole.get("error") or "")
        except (ValueError, KeyError, TypeError, AttributeError):
            return "", answer.body[:200].decode("utf-8", "replace")
