"""Services whose answer to a submission is the result itself: on the disk first, then the job is known.

So a run that dies between the two finds it in the job's inbox, and nothing is bought again.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from continuity.errors import OutcomeUnknown
from continuity.files import write_bytes, write_json
from continuity.providers.base import Delivered, Job, Order

ANSWER = "answer.json"  # in a job's inbox: what came with the answer, and which file holds it
ENDINGS = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "audio/wav": ".wav", "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/flac": ".flac", "audio/aac": ".aac", "audio/opus": ".opus", "video/mp4": ".mp4",
}  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """What lies in an inbox. ``facts`` go into the result's record."""

    id: str
    file: str
    content_type: str
    facts: Mapping[str, Any]

    def as_job(self) -> Job:
        return Job(self.id, "succeeded", details={"facts": dict(self.facts)})

    def delivered(self, folder: Path) -> Delivered:
        return Delivered(folder / self.file, self.content_type, facts=dict(self.facts))


def keep(inbox: Path, id: str, data: bytes, content_type: str, facts: Mapping[str, Any]) -> Kept:
    """Put a result into a job's inbox."""
    kept = Kept(id, f"result{ENDINGS.get(content_type, '.bin')}", content_type, facts)
    write_bytes(inbox / kept.file, data)
    write_json(
        inbox / ANSWER,
        {"id": id, "file": kept.file, "content_type": content_type, "facts": dict(facts)},
    )
    return kept


def kept_of(order: Order) -> Kept | None:
    """What the answer to a submission brought, unless the service named another request's job in it."""
    kept = _kept(order.inbox)
    return None if kept is None or order.is_anothers(kept.id) else kept


def kept_for(job: Job, inbox: Path) -> Kept | None:
    """What came of this job, as far as it lies in its inbox."""
    kept = _kept(inbox)
    return None if kept is None or kept.id != job.id else kept


def _kept(inbox: Path) -> Kept | None:
    path = inbox / ANSWER
    if not path.is_file():
        return None
    noted = json.loads(path.read_text("utf-8"))
    if not (inbox / noted["file"]).is_file():
        return None
    return Kept(noted["id"], noted["file"], noted["content_type"], noted.get("facts") or {})


def wav_of(samples: bytes, rate: int) -> bytes:
    """A WAV of bare samples: 16 bit, one channel, ``rate`` Hz."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples[: len(samples) // 2 * 2])
    return buffer.getvalue()


def decoded(data: str, service: str) -> bytes:
    """Raises OutcomeUnknown for what is no base64: it was made, and cannot be read."""
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        raise OutcomeUnknown(f"{service}'s answer holds a result that is no base64") from None
