"""A stand-in for ElevenLabs. Held against elevenlabs 2.78.0 in tests/rehearsal/test_elevenlabs.py."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

from aiohttp import web

from continuity.rehearsal.books import Taken
from continuity.rehearsal.stand_in import Body, StandIn, not_json

_REFUSALS = {
    "bad key": (401, "invalid_api_key", "Invalid API key"),
    "no credit": (401, "quota_exceeded", "This request exceeds your quota."),
    "retired": (400, "model_not_found", "A model with that id does not exist."),
    "refused as moderated": (400, "content_policy_violation", "The text was refused by the content policy."),
    "wrong region": (403, "unavailable", "This API is not available in your country."),
    "error after": (500, "internal", ""),
    "forgotten": (404, "history_item_not_found", "A history item with that id was not found."),
    "no voice": (404, "voice_not_found", "A voice with that id was not found."),
}
_BUSY = {"busy": "system_busy", "busy for a second": "too_many_concurrent_requests"}
_VOICES = "voices/add"  # the model, in the books, of a voice that is made from a sample
_MADE = "made"  # how the ids of such voices begin
_MODELS = {"eleven_v4": 5000, "eleven_v3": 5000, "eleven_multilingual_v2": 10_000}


class ElevenLabs(StandIn):
    name = "elevenlabs"
    key_header = "xi-api-key"

    def add(self, app: web.Application) -> None:
        app.router.add_post("/elevenlabs/v1/text-to-speech/{voice}", self.submit)
        app.router.add_post("/elevenlabs/v1/voices/add", self.submit)
        app.router.add_get("/elevenlabs/v1/voices/{id}", self.voice)
        app.router.add_get("/elevenlabs/v2/voices", self.voices)
        app.router.add_get("/elevenlabs/v1/models", self.models)
        app.router.add_get("/elevenlabs/v1/history", self.history)
        app.router.add_get("/elevenlabs/v1/history/{id}/audio", self.audio)

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get(self.key_header) == self.stage.key

    def refusal(self, fault: str) -> web.Response:
        status, kind, words = _REFUSALS[fault]
        return web.json_response({"detail": {"status": kind, "message": words}}, status=status)

    def busy(self, fault: str) -> web.Response | None:
        if fault not in _BUSY:
            return None
        headers = {"Retry-After": "1"} if fault == "busy for a second" else {}
        detail = {"status": _BUSY[fault], "message": "try again"}
        return web.json_response({"detail": detail}, status=429, headers=headers)

    async def read(self, request: web.Request) -> tuple[str, Body]:
        if "voice" not in request.match_info:
            return _VOICES, await _form(request)
        body, voice = await request.json(), request.match_info["voice"]
        if voice.startswith(_MADE) and voice not in {_voice_id(job) for job in self._made()}:
            raise web.HTTPNotFound(body=self.refusal("no voice").body, content_type="application/json")
        if not isinstance(body.get("text"), str) or body.get("model_id") not in _MODELS:
            raise web.HTTPUnprocessableEntity(
                text='{"detail": [{"loc": ["body"], "msg": "no text, or no such model", "type": "value_error"}]}'
            )
        form = request.query.get("output_format", "mp3_44100_128")
        return body["model_id"], {"voice": voice, "output_format": form, **body}

    def accepted(self, job: Taken) -> web.Response:
        return web.json_response({"voice_id": _voice_id(job), "requires_verification": False})

    async def answered(self, job: Taken) -> web.Response:
        """The answer to a line is its sound."""
        if job.model == _VOICES:
            return self.accepted(job)
        result = self.stage.script.next(self.name, "result")
        kind, data = await asyncio.to_thread(_encoded, await self.stage.file_of(job), job.body["output_format"])
        if result == "not JSON":
            return not_json()
        data = b"" if result == "empty" else data[: len(data) // 2] if result == "truncated" else data
        headers = {"Content-Type": kind, "request-id": job.id, "character-cost": str(len(job.body["text"]))}
        return web.Response(body=data, headers=headers)

    def said(self, job: Taken, phase: str, words: str = "", url: str = "") -> web.Response:
        return self.accepted(job)  # nothing is asked about: what is taken is there

    def _made(self) -> list[Taken]:
        return [job for job in self.stage.books.jobs(self.name) if job.model == _VOICES]

    def _spoken(self) -> list[Taken]:
        return [job for job in self.stage.books.jobs(self.name) if job.model != _VOICES]

    async def models(self, request: web.Request) -> web.Response:
        if not self.authorised(request):
            return self.refusal("bad key")
        return web.json_response(
            [
                {"model_id": id, "name": id, "can_do_text_to_speech": True, "maximum_text_length_per_request": most}
                for id, most in _MODELS.items()
            ]
        )

    # ---- voices ----------------------------------------------------------------------------

    async def voice(self, request: web.Request) -> web.Response:
        fault = await self.fault(request, "poll")
        if not self.authorised(request):
            return self.refusal("bad key")
        found = [job for job in self._made() if _voice_id(job) == request.match_info["id"]]
        if not found or fault == "forgotten":
            return self.refusal("no voice")
        return not_json() if fault == "not JSON" else web.json_response(_voice(found[0]))

    async def voices(self, request: web.Request) -> web.Response:
        await self.fault(request, "poll")
        if not self.authorised(request):
            return self.refusal("bad key")
        search = request.query.get("search", "")
        found = [_voice(job) for job in self._made() if search in job.body["name"] + job.body["description"]]
        return web.json_response({"voices": found, "has_more": False, "total_count": len(found)})

    # ---- the history -----------------------------------------------------------------------

    async def history(self, request: web.Request) -> web.Response:
        await self.fault(request, "poll")
        if not self.authorised(request):
            return self.refusal("bad key")
        query, items, count = request.query, [], 0
        for job in self._spoken():
            items.append(_item(job, count))
            count += len(job.body["text"])
        items = [
            item
            for item in reversed(items)
            if query.get("voice_id") in (None, item["voice_id"])
            and item["date_unix"] >= int(query.get("date_after_unix", 0))
        ]
        after = query.get("start_after_history_item_id")
        begin = next((n for n, item in enumerate(items, 1) if item["history_item_id"] == after), 0)
        size = int(query.get("page_size", 100))
        page = items[begin : begin + size]
        last = page[-1]["history_item_id"] if page else None
        whole = {"history": page, "has_more": begin + size < len(items), "last_history_item_id": last}
        return web.json_response({**whole, "scanned_until": None})

    async def audio(self, request: web.Request) -> web.StreamResponse:
        """On the API's own host: the key comes along."""
        fault = await self.fault(request, "result")
        if not self.authorised(request):
            return self.refusal("bad key")
        found = [job for job in self._spoken() if _item_id(job) == request.match_info["id"]]
        if not found or fault == "gone":
            return self.refusal("forgotten")
        kind, data = await asyncio.to_thread(_encoded, await self.stage.file_of(found[0]), "mp3_44100_128")
        return web.Response(body=b"" if fault == "empty" else data, content_type=kind)


async def _form(request: web.Request) -> Body:
    body: Body = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            data = base64.b64encode(value.file.read()).decode()
            body.setdefault(name, []).append(f"data:{value.content_type};base64,{data}")
        else:
            body[name] = value
    if not body.get("name") or not body.get("files"):
        raise web.HTTPUnprocessableEntity(
            text='{"detail": [{"loc": ["body"], "msg": "a voice has a name and files", "type": "value_error"}]}'
        )
    return body


def _voice_id(job: Taken) -> str:
    return _MADE + job.id.replace("-", "")[:16]


def _voice(job: Taken) -> dict[str, Any]:
    check = {"requires_verification": False, "is_verified": False, "verification_failures": []}
    said = {"name": job.body["name"], "description": job.body.get("description"), "category": "cloned"}
    return {"voice_id": _voice_id(job), **said, "samples": [], "labels": {}, "voice_verification": check}


def _item_id(job: Taken) -> str:
    return job.id.replace("-", "")[:20]


def _item(job: Taken, count: int) -> dict[str, Any]:
    body = job.body
    settings = {"stability": 0.5, "similarity_boost": 0.75, "style": 0.0, "use_speaker_boost": True, "speed": 1.0}
    return {
        "history_item_id": _item_id(job), "request_id": job.id, "voice_id": body["voice"], "model_id": job.model,
        "text": body["text"], "date_unix": int(job.began), "character_count_change_from": count,
        "character_count_change_to": count + len(body["text"]), "content_type": "audio/mpeg", "state": "created",
        "settings": {**settings, **body.get("voice_settings", {})}, "source": "TTS",
        "output_format": body["output_format"],
    }  # fmt: skip


def _encoded(path: Path, form: str) -> tuple[str, bytes]:
    """A drawn line in the form that was asked for: (kind, bytes)."""
    import io

    import soundfile

    from continuity.media.audio import read_wav, resample

    codec, rate = form.split("_")[:2]
    samples, own = read_wav(path)
    sound, buffer = resample(samples, own, int(rate)), io.BytesIO()
    kinds = {"wav": ("WAV", "PCM_16", "audio/wav"), "pcm": ("RAW", "PCM_16", "audio/pcm")}
    container, subtype, kind = kinds.get(codec, ("MP3", "MPEG_LAYER_III", "audio/mpeg"))
    soundfile.write(buffer, sound, int(rate), format=container, subtype=subtype)
    return kind, buffer.getvalue()
