"""Comfy Router: many vendors' models behind one key, each in its vendor's own JSON, described by a card.

Protocol: docs.comfy.org, "Comfy Router" (2026), and comfy-sdk 0.5.0 as its witness. A card's ``service_model`` is what
follows ``/v2/models/``: ``bfl/flux-2-pro`` is run while the connection is held and answers with the vendor's own
result; ``kling/kling-v3-omni/requests`` is queued and asked about. Each submission bears our own ``Idempotency-Key``:
the Router answers the same key and body with what the first one came to, and bills once, for 24 hours. So a lost answer
is asked for by sending the very same again. What the Router left out of a request, and another vendor that answered in
place of the one asked for, go into the result's record as warnings.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from continuity.errors import JobFailed, NotTaken, OutcomeUnknown, RequestRefused, ResultLost
from continuity.files import write_bytes, write_json
from continuity.plan.schema import Service
from continuity.providers import sent
from continuity.providers.base import Delivered, Job, Order, Phase
from continuity.providers.gemini import why_nothing
from continuity.providers.keys import key_of
from continuity.providers.mapping import body_of, model_of
from continuity.providers.polled import PolledProvider
from continuity.providers.results import found_at
from continuity.providers.wire import CONNECT_SECONDS, Answer, Wire, refused, retry_after
from continuity.request import Request

QUEUE = "/requests"  # what a queued card's model ends with
RUN_SECONDS = 660.0  # the Router holds a run for ten minutes, and asks for a client that waits longer
KEPT_SECONDS = 23.5 * 3600  # it keeps a key for 24 hours from its first use
REPLAY_SECONDS = 900.0  # of asking for one lost answer in one run
MOST_UNKNOWN = 3  # answers of 5xx that say nothing of the work, before a person is asked
CREDITS_PER_USD = 211.0  # its price list, held against the vendors' own
ANSWER = "answer.json"  # in a job's inbox: what a run answered, or which file holds it
_MODERATED = "content_policy_violation"
_BUSY = "concurrency_limit_exceeded"
_ENDS: dict[str, Phase] = {_MODERATED: "moderated", "cancelled": "cancelled"}
_BINARY = ("audio/", "image/", "video/")


class ComfyRouter(PolledProvider):
    name = "comfy-router"
    hosts = ("comfy.org",)

    def headers(self, service: Service) -> dict[str, str]:
        return {"X-API-Key": key_of(service)}

    # ---- sending, and sending again --------------------------------------------------------

    async def submit(self, order: Order, wire: Wire) -> Job:
        request = order.request
        noted = sent.note(order, f"/v2/models/{model_of(request)}", body_of(request, order.inputs))
        content = _again(noted)
        if not noted.path.endswith(QUEUE):
            content["timeout"] = httpx.Timeout(RUN_SECONDS, connect=CONNECT_SECONDS)
        answer = await wire.send_once("POST", noted.path, not_taken=(429,), **content)
        kind, said = self.error(answer)
        if answer.status == 409:
            raise OutcomeUnknown(f"Comfy Router has this request already ({kind}: {said})")
        if answer.status >= 400:
            if kind == _MODERATED and _told(answer)["credits"] is not None:  # some vendors charge for a refusal
                return _refused_at_a_price(order.token, said, noted.path, answer)
            raise _refusal(request, answer, kind, said)
        return _begun(order, noted.path, answer)

    async def reconcile(self, order: Order, wire: Wire) -> Job | None:
        noted = sent.noted(order)
        if noted is not None and (kept := _kept(order.inbox)) is not None:  # heard, and not yet noted as a job
            details = {"path": noted.path, "told": kept["told"]}
            return Job(order.token, "succeeded", _usd(kept["told"]["credits"]), details=details)
        if noted is None or noted.seconds_ago > KEPT_SECONDS:
            raise OutcomeUnknown("Comfy Router keeps a request for 24 hours, and they are over; look at its usage page")
        answer = await wire.send_again(
            "POST", noted.path, patience_seconds=REPLAY_SECONDS, again=_is_at_work,
            answers=sent.after(MOST_UNKNOWN, unless=_is_collected_later), **_again(noted),
        )  # fmt: skip
        if answer.status < 400:
            return _begun(order, noted.path, answer)
        kind, said = self.error(answer)
        if kind == _MODERATED:
            return _refused_at_a_price(order.token, said, noted.path, answer)
        if answer.status == 422:  # it does not get as far as a vendor, and did not the first time
            return None
        raise OutcomeUnknown(f"Comfy Router does not say what became of it ({answer.status} {kind}: {said})")

    # ---- a queued request ------------------------------------------------------------------

    def address(self, job: Job) -> str:
        return f"{_place(job)}/status"

    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        whole = answer.json()
        if whole["status"] != "COMPLETED":
            return job
        if not (kind := str(whole.get("error_type") or "")):
            return replace(job, phase="succeeded")
        return replace(job, phase=_ENDS.get(kind, "failed"), message=_words(whole.get("detail")) or kind)

    async def poll(self, job: Job, wire: Wire) -> Job:
        """A run that was not queued has ended when its job is known."""
        return await super().poll(job, wire) if _is_queued(job) else replace(job, phase="succeeded")

    async def fetch(self, job: Job, folder: Path, wire: Wire) -> Delivered:
        if _is_queued(job):
            answer = await wire.ask("GET", _place(job))
            if self.is_gone(answer):
                raise ResultLost(f"Comfy Router no longer has the result ({answer.status})")
            if answer.status == 202:
                raise NotTaken(f"comfy-router job {job.id} is finished, and its result is not there yet; run again")
            if answer.status >= 400:
                raise JobFailed(f"comfy-router job {job.id}: {': '.join(self.error(answer))}; it stays open")
            try:
                kept = _read(folder, answer, job.details.get("told"))
            except ValueError:
                raise NotTaken(
                    f"comfy-router job {job.id} is finished, and its result is no JSON yet; run again"
                ) from None
        elif (there := _kept(folder)) is not None:
            kept = there
        else:
            raise ResultLost("what the run answered is no longer here, and is not kept at Comfy Router")
        cost_usd = _usd(kept["told"]["credits"])
        if file := kept.get("file"):
            delivered = Delivered(folder / file, kept["content_type"], cost_usd)
        else:
            delivered = await self.deliver(kept["answer"], replace(job, cost_usd=cost_usd), folder, wire)
        sent.forget(folder)
        told = {name: value for name, value in kept["told"].items() if value}
        return replace(delivered, facts={**delivered.facts, **told})

    def facts(self, answer: Any) -> dict[str, Any]:
        """The seed that was used, and the model that answered, of vendors who say so."""
        seed = found_at("seed || result.seed", answer)
        model = found_at("modelVersion || model", answer)
        facts: dict[str, Any] = {"seed": seed} if isinstance(seed, int) and not isinstance(seed, bool) else {}
        return facts | ({"model": model} if isinstance(model, str) else {})

    def error(self, answer: Answer) -> tuple[str, str]:
        """The kind is told by a header; ``detail`` is words, or ``[{loc, msg, type}]``."""
        kind = answer.headers.get("x-comfy-error-type", "")
        try:
            return kind, _words(answer.json().get("detail"))
        except (ValueError, AttributeError, TypeError):
            return kind, answer.body[:200].decode("utf-8", "replace")


def _words(detail: Any) -> str:
    if isinstance(detail, list):
        return "; ".join(f"{'.'.join(map(str, one.get('loc', ())))}: {one.get('msg', '')}" for one in detail)
    return str(detail or "")


def _again(noted: sent.Sent) -> dict[str, Any]:
    """Key and body: the same bytes each time, as they are compared."""
    return {
        "headers": {"Idempotency-Key": noted.token, "Content-Type": "application/json"}, "content": noted.text.encode(),
    }  # fmt: skip


def _is_at_work(answer: Answer) -> bool:
    """Whether the first sending of a key is still running."""
    kind = answer.headers.get("x-comfy-error-type", "")
    return answer.status == 409 and kind == _BUSY


def _is_collected_later(answer: Answer) -> bool:
    kind = answer.headers.get("x-comfy-error-type", "")
    return kind == "deadline_exceeded" and retry_after(answer.headers) is not None


def _refusal(request: Request, answer: Answer, kind: str, said: str) -> Exception:
    if kind == "not_enabled":
        return RequestRefused(
            f"{request.subject}: Comfy Router does not queue {request.model.removesuffix(QUEUE)} for this workspace "
            f"({said or kind}); take {QUEUE} off the card's service_model, and it is run while the connection is held"
        )
    return refused(ComfyRouter.name, request.subject, answer, said or kind, moderated=kind == _MODERATED)


def _is_queued(job: Job) -> bool:
    return str(job.details.get("path", QUEUE)).endswith(QUEUE)


def _place(job: Job) -> str:
    """Where a queued request lies; one that a person named by its whole place needs nothing else."""
    path = job.details.get("path")
    return f"{path}/{job.id}" if path else f"/v2/models/{job.id}"


def _begun(order: Order, path: str, answer: Answer) -> Job:
    """The queued request, or the run's result, which is on the disk before the job is known."""
    try:
        if path.endswith(QUEUE):
            return Job(str(answer.json()["request_id"]), "running", details={"path": path, "told": _told(answer)})
        kept = _read(order.inbox, answer)
    except (ValueError, KeyError, TypeError):
        raise OutcomeUnknown("Comfy Router took the request, and its answer is not one that is known") from None
    write_json(order.inbox / ANSWER, kept)
    job = Job(order.token, "succeeded", _usd(kept["told"]["credits"]), details={"path": path, "told": kept["told"]})
    whole: Any = kept.get("answer")
    googles = isinstance(whole, dict) and ("candidates" in whole or "promptFeedback" in whole)
    if googles and found_at(str(order.request.card.get("result") or ""), whole) is None:
        phase, why = why_nothing(whole)
        return replace(job, phase=phase, message=why)
    return job


def _refused_at_a_price(id: str, said: str, path: str, answer: Answer) -> Job:
    told = _told(answer)
    return Job(id, "moderated", _usd(told["credits"]), said, {"path": path, "told": told})


def _read(folder: Path, answer: Answer, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """A run's answer, and what its headers told. Raises ValueError for what is neither JSON nor a file."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    told = _told(answer, before)
    if not kind.startswith(_BINARY):
        return {"told": told, "answer": answer.json()}
    write_bytes(folder / "result.bin", answer.body)
    return {"told": told, "file": "result.bin", "content_type": kind}


def _kept(folder: Path) -> dict[str, Any] | None:
    path = folder / ANSWER
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else None


def _told(answer: Answer, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the headers say beside the result: credits, and what is not as it was asked for."""
    warnings = list((before or {}).get("warnings") or ())
    if dropped := answer.headers.get("x-comfy-router-dropped-params"):
        warnings.append(f"Comfy Router left out {dropped[:200]}")
    if other := answer.headers.get("x-comfy-router-fallback-provider"):
        warnings.append(f"{other[:100]} answered in place of the vendor that was asked")
    try:
        credits: float | None = float(answer.headers["x-comfy-credits-used"])
    except (KeyError, ValueError):
        credits = (before or {}).get("credits")
    return {"credits": credits, "warnings": list(dict.fromkeys(warnings))}


def _usd(credits: float | None) -> float | None:
    return None if credits is None else round(credits / CREDITS_PER_USD, 4)
