"""OpenAI's own API: pictures by GPT Image, with several references, and speech.

Protocol: openai 3.57.0, driven against a recording server, and the texts of its types. A picture or a voice comes in
the answer itself. A request without pictures goes to ``/images/generations`` as JSON, one with pictures to
``/images/edits`` as a form with its files. A card's field whose name begins with ``@`` is sent without it: no key of a
plan may be called ``size``. Videos are another protocol (`openai_videos`).
"""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from continuity.errors import OutcomeUnknown, RequestRefused, ResultLost
from continuity.plan.schema import Service
from continuity.providers import inbox
from continuity.providers.base import Delivered, HostedProvider, Job, Order, Published
from continuity.providers.keys import key_of
from continuity.providers.mapping import body_of, check, model_of
from continuity.providers.wire import Answer, Wire, refused
from continuity.request import Request

NO_CREDIT = ("insufficient_quota", "billing_hard_limit_reached")
MODERATED = ("moderation_blocked", "content_policy_violation")
_SOUND = ("audio/", "application/octet-stream")
_PICTURES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}  # by ``output_format``

Part = tuple[str, tuple[str | None, str | bytes] | tuple[str, bytes, str]]  # of a form, as httpx takes it


class OpenAI(HostedProvider):
    name = "openai"
    hosts = ("openai.com",)
    published = Published("/models/{model}", sunset="shutdown_date")  # openai 3.57.0, `models.retrieve`

    def headers(self, service: Service) -> dict[str, str]:
        return {"Authorization": f"Bearer {key_of(service)}"}

    def refuse(self, request: Request) -> None:
        if request.kind not in ("image", "voice"):
            raise RequestRefused(
                f"{request.subject}: `openai` makes pictures and speech, not {request.kind}; OpenAI's videos ended on "
                "2026-09-24, and other hosts of their protocol are asked through `openai-videos`"
            )
        check(request)

    async def prepare(self, request: Request, wire: Wire) -> dict[str, str]:
        """Files go along in the form itself, named by their hash until then."""
        return {reference.sha256: reference.sha256 for reference in request.references}

    async def submit(self, order: Order, wire: Wire) -> Job:
        request = order.request
        body = {"model": model_of(request), **written(body_of(request, order.inputs))}
        if request.kind == "voice":
            return _sound(order, await self._sent(request, wire, "/audio/speech", json=body))
        parts = form(body, files_of(request))
        if any(len(value) == 3 for _, value in parts):
            answer = await self._sent(request, wire, "/images/edits", files=parts)
        else:
            answer = await self._sent(request, wire, "/images/generations", json=body)
        return _picture(order, answer)

    async def _sent(self, request: Request, wire: Wire, path: str, **content: Any) -> Answer:
        answer = await wire.send_once("POST", path, later=comes_later, **content)
        if answer.status >= 400:
            raise refusal(self.name, request, answer)
        return answer

    async def poll(self, job: Job, wire: Wire) -> Job:
        """There is nothing to ask: whatever came is in the inbox."""
        return replace(job, phase="succeeded")

    async def fetch(self, job: Job, folder: Path, wire: Wire) -> Delivered:
        if (kept := inbox.kept_for(job, folder)) is None:
            raise ResultLost("it came in the answer alone, and its file is no longer in the store")
        return kept.delivered(folder)

    async def reconcile(self, order: Order, wire: Wire) -> Job | None:
        if kept := inbox.kept_of(order):
            return kept.as_job()
        raise OutcomeUnknown("OpenAI lists no pictures and no speech; look at the usage of your key")


# ---- what both protocols of OpenAI have in common ------------------------------------------------


def written(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as OpenAI calls them."""
    return {name.removeprefix("@"): value for name, value in body.items()}


def files_of(request: Request) -> dict[str, Path]:
    """By SHA-256, which stands for a file in the body until it is sent."""
    return {reference.sha256: reference.path for reference in request.references}


def form(body: Mapping[str, Any], files: Mapping[str, Path]) -> list[Part]:
    """The body as a form: the files that it names as parts, a list as so many parts of one name.

    Mappings in a list become ``name[][key]``, which is how OpenAI's client writes them.
    """
    parts: list[Part] = []
    for name, value in body.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Mapping):
                parts += [(f"{name}[][{key}]", (None, str(inner))) for key, inner in each.items()]
            elif isinstance(each, str) and each in files:
                path = files[each]
                kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                parts.append((name, (f"{each[:12]}{path.suffix}", path.read_bytes(), kind)))
            else:
                parts.append((name, (None, str(each))))
    return parts


def error_of(answer: Answer) -> tuple[str, str]:
    """(code, words) of ``{error: {message, type, code, param}}``."""
    try:
        error = answer.json()["error"]
        return str(error.get("code") or error.get("type") or ""), str(error.get("message") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", answer.body[:200].decode("utf-8", "replace")


def comes_later(answer: Answer) -> bool:
    """Whether a 429 asks to come later; where credit is out it would be the same then."""
    return error_of(answer)[0] not in NO_CREDIT


def refusal(service: str, request: Request, answer: Answer) -> Exception:
    code, said = error_of(answer)
    if code in NO_CREDIT:
        return RequestRefused(f"{request.subject}: {service} wants more credit ({said}); nothing was made")
    return refused(service, request.subject, answer, said, moderated=code in MODERATED)


# ---- results in the answer -----------------------------------------------------------------------


def _picture(order: Order, answer: Answer) -> Job:
    try:
        whole = answer.json()
        data = str(whole["data"][0]["b64_json"])
        kind = _PICTURES.get(str(whole.get("output_format") or "png"), "application/octet-stream")
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise OutcomeUnknown("OpenAI took the request, and its answer holds no picture") from None
    return inbox.keep(order.inbox, _id(order, answer), inbox.decoded(data, "OpenAI"), kind, {}).as_job()


def _sound(order: Order, answer: Answer) -> Job:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind.startswith(_SOUND):
        raise OutcomeUnknown(f"OpenAI took the request, and answered with {kind or 'something unnamed'}, not sound")
    return inbox.keep(order.inbox, _id(order, answer), answer.body, kind, {}).as_job()


def _id(order: Order, answer: Answer) -> str:
    """What OpenAI calls the request; there is no job."""
    return answer.headers.get("x-request-id") or order.token
