"""ElevenLabs: speech, and voices made from a recorded sample.

Protocol: elevenlabs 2.78.0, driven against a recording server, and its descriptions of each field. A line comes in the
answer itself. A lost one lies in the account's history (`elevenlabs_history`) and is fetched from there. A card's
fields that begin with ``@`` are parts of the address: ``@voice``, and ``@output_format``, whose sound is WAV, MP3 or
bare samples. A voice made from a sample is a character that the service knows; its description bears our own id of the
request, by which one is found whose answer was lost.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from continuity.errors import NotTaken, OutcomeUnknown, RequestRefused, ResultLost
from continuity.plan.schema import Service
from continuity.providers import elevenlabs_history as history
from continuity.providers.base import Delivered, Job, Order, Published
from continuity.providers.inbox import keep, kept_for, kept_of, wav_of
from continuity.providers.keys import key_of
from continuity.providers.mapping import body_of
from continuity.providers.polled import PolledProvider
from continuity.providers.sent_at import note_sent
from continuity.providers.wire import Answer, Wire, refused
from continuity.request import Request

VOICE, FORMAT, FILES = "@voice", "@output_format", "files"
MOST_SEED = 4_294_967_295
SHARES = {f"voice_settings.{name}": (0.0, 1.0) for name in ("stability", "similarity_boost", "style", "clone_strength")}
RANGES = {**SHARES, "voice_settings.speed": (0.7, 1.2)}
CHOICES = {
    "voice_settings.use_speaker_boost": (True, False),
    "apply_text_normalization": ("auto", "on", "off"),
    "apply_language_text_normalization": (True, False),
}
WORDS = ("language_code", "previous_text", "next_text")
_FORMATS = ("wav_", "pcm_", "mp3_")
_MODERATED = ("moderat", "policy", "prohibited", "harmful", "safety")  # its words for a refusal are not documented


class ElevenLabs(PolledProvider):
    name = "elevenlabs"
    hosts = ("elevenlabs.io",)
    published = Published("/v1/models", "[?model_id=='{model}'] | [0]")  # the list that its client reads; no ends

    def headers(self, service: Service) -> dict[str, str]:
        return {"xi-api-key": key_of(service)}

    def refuse(self, request: Request) -> None:
        super().refuse(request)
        body = body_of(request, {reference.sha256: "" for reference in request.references})
        if request.kind != "voice":
            if FILES not in body or len(request.references) != 1:
                raise RequestRefused(f"{request.subject}: a voice is made from one sample, by a card with {FILES}")
            return
        for name, value in request.parameters.items():
            _check_parameter(request, name, value)
        if VOICE not in body:
            raise RequestRefused(f"{request.subject}: the card of {request.model} has no field {VOICE}; map it")
        form = body.get(FORMAT)
        if form is not None and not str(form).startswith(_FORMATS):
            raise RequestRefused(f"{request.subject}: {FORMAT} is {form}; give one of wav_…, pcm_… or mp3_…")
        if not 0 <= int(body.get("seed", 0)) <= MOST_SEED:
            raise RequestRefused(f"{request.subject}: the seed {body['seed']} is none of 0 to {MOST_SEED}")

    async def prepare(self, request: Request, wire: Wire) -> dict[str, str]:
        if request.kind != "voice":
            return await super().prepare(request, wire)
        models = json.loads(await wire.once("models", partial(_models, wire)))
        _check_model(request, models.get(request.model), bool(models))
        return {}  # a sample of the voice is what lines are held against, or what it was made from before

    async def submit(self, order: Order, wire: Wire) -> Job:
        if order.request.kind == "character":
            return await self._add_voice(order, wire)
        return await self._speak(order, wire)

    def address(self, job: Job) -> str:
        return f"/v1/voices/{job.id}"

    def is_gone(self, answer: Answer) -> bool:
        return super().is_gone(answer) or "voice_not_found" in self.error(answer)[0]

    def error(self, answer: Answer) -> tuple[str, str]:
        """``{detail: {status, message}}``; of a body that it cannot read ``{detail: [{loc, msg, type}]}``."""
        try:
            detail = answer.json()["detail"]
            if isinstance(detail, list):
                return "", "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in detail)
            if isinstance(detail, str):
                return "", detail
            return str(detail.get("status") or ""), str(detail.get("message") or "")
        except (ValueError, KeyError, TypeError, AttributeError):
            return "", answer.body[:200].decode("utf-8", "replace")

    def _refusal(self, request: Request, answer: Answer, voice: str = "") -> Exception:
        kind, said = self.error(answer)
        words = f"{kind}: {said}" if kind else said
        if "voice_not_found" in kind:
            return RequestRefused(
                f"{request.subject}: elevenlabs has no voice {voice} in this account ({said}); name another `preset`, "
                "or give the voice another master"
            )
        if "model_not_found" in kind:
            return RequestRefused(
                f"{request.subject}: elevenlabs does not have this model any more ({said}); choose another card"
            )
        if "quota" in kind or "credit" in said.lower():
            return RequestRefused(f"{request.subject}: elevenlabs wants more credit ({words}); nothing was made")
        moderated = any(word in words.lower() for word in _MODERATED)
        return refused(self.name, request.subject, answer, words, moderated=moderated)

    # ---- lines: in the answer --------------------------------------------------------------

    async def _speak(self, order: Order, wire: Wire) -> Job:
        request = order.request
        body = body_of(request, order.inputs)
        voice, form = str(body.pop(VOICE)), body.pop(FORMAT, None)
        if not voice:
            raise RequestRefused(f"{request.subject}: its voice is not made yet at elevenlabs; run again")
        note_sent(order.inbox)
        answer = await wire.send_once(
            "POST", f"/v1/text-to-speech/{quote(voice, safe='')}", params=_given({"output_format": form}), json=body
        )
        if answer.status >= 400:
            raise self._refusal(request, answer, voice)
        kind = answer.headers.get("content-type", "").partition(";")[0].lower()
        if not kind.startswith("audio/") and kind != "application/octet-stream":
            raise OutcomeUnknown(f"elevenlabs took the request and answered something else than sound ({kind})")
        id = answer.headers.get("request-id") or order.token
        cost = answer.headers.get("character-cost", "")
        facts = {"characters_charged": int(cost)} if cost.isdecimal() else {}
        sound, kind = _sound(answer.body, kind, form)
        return keep(order.inbox, id, sound, kind, facts).as_job()

    async def reconcile(self, order: Order, wire: Wire) -> Job | None:
        """Never None: what is in no list yet may be on its way into it, so that the next run looks again."""
        if order.request.kind == "character":
            return await self._added_voice(order, wire)
        if kept := kept_of(order):
            return kept.as_job()
        body = body_of(order.request, {})
        body["voice_id"] = body.pop(VOICE)
        return history.job_of(await history.lost(wire, body, order))

    async def poll(self, job: Job, wire: Wire) -> Job:
        if _is_voice(job):
            return await super().poll(job, wire)
        item = await history.item_of(wire, job)
        if item is None:
            return replace(job, phase="expired", message="the account's history does not have it")
        return replace(job, phase="succeeded", details={**job.details, **history.job_of(item).details})

    async def fetch(self, job: Job, folder: Path, wire: Wire) -> Delivered:
        if _is_voice(job):
            return await super().fetch(job, folder, wire)
        if kept := kept_for(job, folder):
            return kept.delivered(folder)
        if not job.details.get("item"):
            job = await self.poll(job, wire)
        if not (item := job.details.get("item")):
            raise ResultLost(job.message)
        answer = await wire.ask("GET", f"/v1/history/{quote(str(item), safe='')}/audio")
        if answer.status >= 400:
            raise ResultLost(f"the history no longer has its sound ({answer.status}: {self.error(answer)[1]})")
        kind = answer.headers.get("content-type", "").partition(";")[0].lower()
        sound, kind = _sound(answer.body, kind, job.details.get("form"))
        return keep(folder, job.id, sound, kind, job.details.get("facts") or {}).delivered(folder)

    # ---- voices: made once, from a sample --------------------------------------------------

    async def _add_voice(self, order: Order, wire: Wire) -> Job:
        request = order.request
        body = body_of(request, order.inputs)
        head, _, data = str(body.pop(FILES)).partition(";base64,")
        (sample,) = request.references
        name = f"{sample.sha256[:12]}{sample.path.suffix}"
        file = (name, base64.b64decode(data), head.removeprefix("data:"))
        body["description"] = f"Made by Continuity from its locked sample, request {order.token}"
        answer = await wire.send_once("POST", "/v1/voices/add", data=body, files=[(FILES, file)])
        if answer.status >= 400:
            raise self._refusal(request, answer)
        try:
            whole = answer.json()
            return _voice(Job(str(whole["voice_id"]), "running"), whole)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise OutcomeUnknown("elevenlabs took the sample, and its answer names no voice") from None

    async def _added_voice(self, order: Order, wire: Wire) -> Job:
        answer = await wire.ask("GET", "/v2/voices", params={"search": order.token, "page_size": 100})
        try:
            if answer.status >= 400:
                raise OutcomeUnknown(f"elevenlabs does not list its voices ({answer.status}: {self.error(answer)[1]})")
            found = [one for one in answer.json()["voices"] if order.token in str(one.get("description"))]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise OutcomeUnknown("elevenlabs lists its voices in a form that is not known") from None
        if len(found) != 1:
            raise OutcomeUnknown(f"{len(found)} of the account's voices say {order.token} in their description")
        return Job(str(found[0]["voice_id"]), "running")

    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        return _voice(job, answer.json())


def _voice(job: Job, said: Mapping[str, Any]) -> Job:
    """A voice that the account has: one that its owner has to verify first is of no use."""
    check = said.get("voice_verification") or said
    if check.get("requires_verification") and not check.get("is_verified"):
        why = "the voice wants to be verified by its owner: do so in the account there, and run again"
        return replace(job, phase="failed", message=why)
    return replace(job, phase="succeeded", details={**job.details, "answer": {"voice_id": said["voice_id"]}})


def _is_voice(job: Job) -> bool:
    return job.details.get("card", {}).get("kind") == "character"


async def _models(wire: Wire) -> str:
    """The account's models by id, as JSON; none where its key may not list them."""
    answer = await wire.ask("GET", "/v1/models")
    if answer.status >= 400:
        return "{}"
    try:
        return json.dumps({one["model_id"]: one for one in answer.json()})
    except (ValueError, KeyError, TypeError):
        raise NotTaken("elevenlabs lists its models in a form that is not known; nothing was sent") from None


def _check_model(request: Request, model: Mapping[str, Any] | None, listed: bool) -> None:
    """Hold the line against what the service says of the model, before it is sent."""
    if listed and (model is None or model.get("can_do_text_to_speech") is False):
        raise RequestRefused(
            f"{request.subject}: elevenlabs has no model {request.model} that speaks in this account; choose another "
            "card"
        )
    most = (model or {}).get("maximum_text_length_per_request")
    if isinstance(most, int) and len(request.prompt) > most:
        raise RequestRefused(
            f"{request.subject}: the text has {len(request.prompt)} characters, over the most of {most} that "
            f"{request.model} takes at once; split the line"
        )


def _check_parameter(request: Request, name: str, value: Any) -> None:
    known = ", ".join([*RANGES, *CHOICES, *WORDS])
    if name in RANGES:
        low, high = RANGES[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise RequestRefused(f"{request.subject}: {name} is {value!r}; give a number from {low:g} to {high:g}")
    elif name in CHOICES:
        if value not in CHOICES[name]:
            raise RequestRefused(f"{request.subject}: {name} is one of {', '.join(map(str, CHOICES[name]))}")
    elif name not in WORDS:
        raise RequestRefused(f"{request.subject}: elevenlabs takes no {name}; it takes {known}")
    elif name == "language_code" and "multilingual_v2" in request.model:
        raise RequestRefused(f"{request.subject}: {request.model} takes no language_code; leave it out")


def _sound(data: bytes, kind: str, form: Any) -> tuple[bytes, str]:
    """What came as a file that says what it is, and its kind."""
    if data[:4] == b"RIFF":
        return data, "audio/wav"
    rate = str(form or "").removeprefix("pcm_")
    if kind != "audio/mpeg" and rate.isdecimal():
        return wav_of(data, int(rate)), "audio/wav"
    return data, kind if kind.startswith("audio/") else "audio/mpeg"


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
