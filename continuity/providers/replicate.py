"""Replicate: any model there, described by a card.

Protocol: replicate.com/docs (2026), and replicate 1.0.7 as its witness. A card's ``service_model`` is ``owner/name``
for a model that Replicate keeps itself, ``owner/name:version`` or the version alone for all others. Files are uploaded
once and named by their address; without ``uploads_url`` they go along as data URIs, which Replicate advises for small
ones alone. It knows no id of ours: a lost answer is looked for among the latest predictions, and only one of this
model with this very input, begun when it was sent, is taken for it. Results are deleted after an hour.
"""

from __future__ import annotations

import mimetypes
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from continuity.errors import NotTaken, OutcomeUnknown
from continuity.plan.schema import Service
from continuity.providers import sent
from continuity.providers.base import Job, Order, Phase
from continuity.providers.keys import key_of
from continuity.providers.mapping import body_of, model_of
from continuity.providers.uploading import UploadingProvider
from continuity.providers.wire import Answer, Wire, refused
from continuity.request import Reference

PREDICTIONS = "/v1/predictions"
EARLIER_SECONDS, LATER_SECONDS = 120.0, 900.0  # around the sending: clocks differ, and a request may be long on its way
MOST_PAGES = 10  # of predictions that are looked through, newest first
_VERSION = re.compile(r"[0-9a-f]{64}")
_MODERATED = re.compile(r"\bnsfw\b|\bE005\b|moderat|sensitive|content policy|flagged|safety", re.IGNORECASE)
_ENDS: dict[str, Phase] = {
    "succeeded": "succeeded", "failed": "failed", "canceled": "cancelled", "aborted": "cancelled",
}  # fmt: skip


class Replicate(UploadingProvider):
    name = "replicate"
    hosts = ("replicate.com",)

    def headers(self, service: Service) -> dict[str, str]:
        return {"Authorization": f"Bearer {key_of(service)}"}

    async def upload(self, reference: Reference, wire: Wire) -> str:
        """Its address at Replicate, which the models may read; others need our key."""
        name = f"{reference.sha256[:12]}{reference.path.suffix}"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        content = (name, reference.path.read_bytes(), kind)
        answer = await wire.ask("POST", f"{wire.service.uploads_url}/v1/files", files={"content": content})
        if answer.status >= 400:
            raise NotTaken(f"replicate takes no file ({answer.status}: {self.error(answer)[1]}); nothing was sent")
        try:
            return str(answer.json()["urls"]["get"])
        except (ValueError, KeyError, TypeError):
            raise NotTaken("replicate says nothing that is known of where the file lies; nothing was sent") from None

    async def submit(self, order: Order, wire: Wire) -> Job:
        request = order.request
        noted = sent.note(order, *_written(model_of(request), body_of(request, order.inputs)))
        answer = await wire.send_once("POST", noted.path, json=noted.body)
        if answer.status >= 400:
            said = self.error(answer)[1]
            raise refused(self.name, request.subject, answer, said, moderated=bool(_MODERATED.search(said)))
        try:
            return Job(str(answer.json()["id"]), "running")
        except (ValueError, KeyError, TypeError):
            raise OutcomeUnknown("Replicate took the request, and its answer names no prediction") from None

    def address(self, job: Job) -> str:
        return f"{PREDICTIONS}/{job.id}"

    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        whole = answer.json()
        phase = _ENDS.get(whole["status"])
        if phase is None:
            return job
        said = str(whole.get("error") or whole["status"])
        if phase == "failed" and _MODERATED.search(said):
            phase = "moderated"
        if phase == "succeeded" and whole.get("data_removed"):
            return replace(job, phase="expired", message="its output was deleted, an hour after it was made")
        answered = {"output": whole.get("output"), "version": whole.get("version")}
        return replace(job, phase=phase, message=said, details={**job.details, "answer": answered})

    def facts(self, answer: Any) -> dict[str, Any]:
        version = answer.get("version")
        return {"model": version} if isinstance(version, str) and version != "hidden" else {}

    def error(self, answer: Answer) -> tuple[str, str]:
        """Problem JSON: ``{title, detail, status}``."""
        try:
            whole = answer.json()
            return "", str(whole.get("detail") or whole.get("title") or "")
        except (ValueError, AttributeError):
            return "", answer.body[:200].decode("utf-8", "replace")

    # ---- what was lost ---------------------------------------------------------------------

    async def reconcile(self, order: Order, wire: Wire) -> Job | None:
        """The one prediction that can be it. None is never said: what is not listed may be listed later."""
        noted = sent.noted(order)
        if noted is None:
            raise OutcomeUnknown("what was sent is no longer known here; look at your predictions at Replicate")
        found = await self._alike(noted, wire)
        if len(found) != 1:
            count = "none" if not found else f"{len(found)}, {', '.join(found[:4])},"
            raise OutcomeUnknown(f"of the predictions of that time at Replicate {count} can be this one")
        return Job(found[0], "running")

    async def _alike(self, noted: sent.Sent, wire: Wire) -> list[str]:
        """Ids of the predictions of that model with that very input, begun about when it was sent."""
        found, path = [], PREDICTIONS
        for _ in range(MOST_PAGES):
            answer = await wire.ask("GET", path)
            if answer.status >= 400:
                raise OutcomeUnknown(f"Replicate lists no predictions ({answer.status}: {self.error(answer)[1]})")
            try:
                whole = answer.json()
                listed = [(one, _begun(one)) for one in whole["results"]]
                older = wire.own(whole["next"]) if whole.get("next") else ""
            except (ValueError, KeyError, TypeError, AttributeError):
                raise OutcomeUnknown("Replicate lists its predictions in a form that is not known") from None
            for one, begun in listed:
                if -EARLIER_SECONDS <= begun - noted.at <= LATER_SECONDS and await self._is_it(one, noted, wire):
                    found.append(str(one["id"]))
            if not older or (listed and listed[-1][1] < noted.at - EARLIER_SECONDS):
                return found
            path = older
        raise OutcomeUnknown(f"more than {MOST_PAGES} pages of predictions are newer than it at Replicate")

    async def _is_it(self, one: dict[str, Any], noted: sent.Sent, wire: Wire) -> bool:
        if not _is_of(one, noted):
            return False
        if "input" not in one:  # whether a list has it is not documented
            answer = await wire.ask("GET", f"{PREDICTIONS}/{one['id']}")
            one = answer.json() if answer.status == 200 else one
        return bool(one.get("input") == noted.body["input"])


def _written(model: str, fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """(path, body) of a prediction."""
    name, _, version = model.rpartition(":")
    if version and (name or _VERSION.fullmatch(version)):
        return PREDICTIONS, {"version": version, "input": fields}
    return f"/v1/models/{model}/predictions", {"input": fields}


def _is_of(one: dict[str, Any], noted: sent.Sent) -> bool:
    if version := noted.body.get("version"):
        return bool(one.get("version") == version)
    return noted.path == f"/v1/models/{one.get('model')}/predictions"


def _begun(one: dict[str, Any]) -> float:
    """When a prediction was created, in seconds since the epoch."""
    return datetime.fromisoformat(str(one["created_at"])).timestamp()
