"""Is a result what was asked for? One check for what a provider delivers and for what another machine made."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from continuity.errors import RequestRefused, ResultRejected
from continuity.media.rates import written
from continuity.plan.schema import Kind
from continuity.providers import provider_named
from continuity.records.results import ResultRecord
from continuity.request import Request


def check_result(request: Request, path: Path, accepted: bool = False) -> dict[str, Any]:
    """Decode what came and compare it with what was asked; the facts go into the record.

    Raises ResultRejected. Without this an empty answer would be saved as a take and called done.
    """
    try:
        return _facts(path, request.kind, request.provider, request.seconds, request.resolution, request.fps, accepted)
    except ResultRejected as error:
        what = str(error).removeprefix(f"{path}: ")
        raise ResultRejected(f"{request.subject}: the answer of {request.model}: {what}") from error


def check_recorded(record: ResultRecord, copy: Path, name: str) -> dict[str, Any]:
    """The same for a file that came with its record, as with `dvc pull`; ``name`` is what messages call it.

    Raises ResultRejected.
    """
    asked = record.asked
    resolution = (asked.resolution[0], asked.resolution[1]) if asked.resolution else None
    try:
        return _facts(copy, asked.kind, asked.provider, asked.seconds, resolution, asked.fps, record.accepted)
    except ResultRejected as error:
        what = str(error).removeprefix(f"{copy}: ").partition("; ")[0]
        raise ResultRejected(
            f"{name}: is not what its record says was asked for: {what}. Nothing of it was taken over, and nothing was "
            "sent; restore it with DVC, or delete its folder to have it made anew"
        ) from error


def _facts(
    path: Path,
    kind: Kind,
    provider: str,
    seconds: float | None,
    resolution: tuple[int, int] | None,
    fps: int | Fraction | None,
    accepted: bool,
) -> dict[str, Any]:
    from continuity.media import check

    if kind == "image":
        width, height = check.check_picture(path, resolution)
        return {"resolution": [width, height]}
    if kind == "character":
        return {"character": _id_in(path)}
    if kind == "voice":
        return {"seconds": round(check.check_sound(path), 3)}
    if not (seconds and resolution and fps):
        raise ResultRejected(f"{path}: asked for without a length, a resolution or a frame rate")
    seconds = None if accepted else seconds  # a person has said that it may be
    probe = check.check_clip(path, seconds=seconds, resolution=resolution, fps=fps, audio=not _silent(provider))
    return {"seconds": round(probe.seconds, 3), "resolution": [probe.width, probe.height], "fps": written(fps)}


def _id_in(path: Path) -> str:
    """What the service calls the character that it was shown. Raises ResultRejected."""
    try:
        whole = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        whole = None
    id = whole.get("id") if isinstance(whole, dict) else None
    if isinstance(id, bool) or not isinstance(id, (str, int)) or not str(id):
        raise ResultRejected(f"{path}: names no character; correct `result` in the card, and run again")
    return str(id)


def _silent(provider: str) -> bool:
    """Whether clips may come without sound; those of a provider that is not installed here may."""
    try:
        return provider_named(provider).silent
    except RequestRefused:
        return True
