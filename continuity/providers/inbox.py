"""Results that come in the answer to a submission: on the disk first, then the job is known.

A run that dies between the two finds its result there, and nothing is bought again.
"""

from __future__ import annotations

import base64
import binascii
import json
from pathlib import Path
from typing import Any

from continuity.errors import OutcomeUnknown
from continuity.files import write_bytes, write_json
from continuity.providers.base import Delivered, Job, Order

ANSWER = "answer.json"  # which file holds what came, and what else the answer said
_ENDINGS = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "audio/wav": ".wav", "audio/mpeg": ".mp3",
    "audio/flac": ".flac", "audio/aac": ".aac", "audio/opus": ".opus", "video/mp4": ".mp4",
}  # fmt: skip


def keep(order: Order, id: str, data: bytes, kind: str, model: str = "") -> Job:
    """The job that ``data`` of that content type is the result of. ``model``: which answered, where it is said."""
    name = f"result{_ENDINGS.get(kind, '.bin')}"
    write_bytes(order.inbox / name, data)
    write_json(order.inbox / ANSWER, {"id": id, "file": name, "content_type": kind, "model": model})
    return Job(id, "succeeded", details={"model": model})


def kept(inbox: Path) -> Job | None:
    """The job whose result lies there already."""
    noted = _noted(inbox)
    return Job(noted["id"], "succeeded", details={"model": noted["model"]}) if noted else None


def delivered(inbox: Path) -> Delivered | None:
    """What `keep` has put there."""
    if (noted := _noted(inbox)) is None:
        return None
    facts = {"model": noted["model"]} if noted["model"] else {}
    return Delivered(inbox / noted["file"], noted["content_type"], facts=facts)


def decoded(data: str, service: str) -> bytes:
    """Raises OutcomeUnknown for what is no base64: it was made, and cannot be read."""
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        raise OutcomeUnknown(f"{service}'s answer holds a result that is no base64") from None


def _noted(inbox: Path) -> dict[str, Any] | None:
    path = inbox / ANSWER
    return json.loads(path.read_text("utf-8")) if path.is_file() else None
