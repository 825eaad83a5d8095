"""What a stand-in delivers: the puppet's or the speaker's work for the request, in other processes."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from continuity import temporaries
from continuity.executor import cores, end_with_parent, started_quietly
from continuity.media.rates import exact, written
from continuity.providers import provider_named
from continuity.providers.base import LocalProvider
from continuity.providers.mapping import billed_seconds
from continuity.providers.speech.presets import PRESETS
from continuity.rehearsal.brought import in_their_place
from continuity.request import ENDINGS, Reference, Request

DRIFT = {"image": 0.05, "video": 0.25, "motion": 0.25}  # as much as the puppet's own cards say
MODELS = {"image": "puppet-image", "video": "puppet-video", "motion": "puppet-motion", "repair": "puppet-repair"}


def stored(request: Request) -> dict[str, Any]:
    """A request as plain values, with the places of its references, to be drawn from later."""
    return {
        "kind": request.kind, "prompt": request.prompt, "negative_prompt": request.negative_prompt,
        "seed": request.seed, "subject": request.subject, "resolution": request.resolution,
        "seconds": billed_seconds(request), "fps": None if request.fps is None else written(request.fps),
        "direction": request.direction,
        "references": [[r.role, str(r.path), r.sha256] for r in request.references],
    }  # fmt: skip


def _drawn_as(values: Mapping[str, Any]) -> Request:
    kind = values["kind"]
    voice = kind == "voice"
    direction = {"voice": _spoken_by(values["direction"]["voice"])} if voice else values["direction"]
    return Request(
        **{**values, "references": tuple(Reference(role, Path(path), sha) for role, path, sha in values["references"]),
           "resolution": tuple(values["resolution"]) if values["resolution"] else None, "direction": direction,
           "fps": None if values["fps"] is None else exact(values["fps"])},
        provider="speech" if voice else "puppet",
        model="speech" if voice else MODELS[kind],
        parameters={"drift": DRIFT[kind]} if kind in DRIFT else {},
    )  # fmt: skip


def _spoken_by(name: str) -> str:
    """One of this machine's voices in place of a service's own: always the same for the same."""
    here = sorted(PRESETS)
    return name if name in PRESETS else here[int(hashlib.sha256(name.encode()).hexdigest(), 16) % len(here)]


def unknown(model: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What to draw for someone who is not this project, as a service's own SDK: a plain colour or tone."""
    form = body.get("response_format")  # of some services a mapping, of others a name
    made = str(form.get("type") if isinstance(form, Mapping) else form), str(body.get("generationConfig"))
    clips = ("video", "performance")
    moves = any(word in name for name in (model, *body, made[0]) for word in clips)
    inner = body.get("parameters")
    lasts = {*body, *(inner if isinstance(inner, Mapping) else ())}
    moves = moves or bool({"duration", "seconds"} & lasts)
    speaks = "voice" in body or "voice_id" in body or "AUDIO" in made[1]
    kind = "voice" if speaks else "video" if moves else "image"
    return {"kind": kind, "plain": str(body.get("prompt") or body), "seconds": 2.0}


def _plain(values: Mapping[str, Any], path: Path) -> None:
    import numpy as np

    from continuity.media.audio import write_wav
    from continuity.media.pictures import png_bytes
    from continuity.media.video import VideoWriter
    from continuity.media.writing import AUDIO_RATE

    if values["kind"] == "voice":
        at = np.arange(round(values["seconds"] * AUDIO_RATE)) / AUDIO_RATE
        write_wav(path, (0.2 * np.sin(2 * np.pi * 220 * at)).astype(np.float32), AUDIO_RATE)
        return
    colour = hashlib.sha256(values["plain"].encode()).digest()[:3]
    picture = np.full((360, 640, 3), np.frombuffer(colour, np.uint8), np.uint8)
    if values["kind"] == "image":
        path.write_bytes(png_bytes(picture))
        return
    with VideoWriter(path, 640, 360, 24) as writer:
        for _ in range(round(values["seconds"] * 24)):
            writer.write(picture)


def draw(values: Mapping[str, Any], path: Path) -> None:
    """Render at ``path``; whole or not at all."""
    making = temporaries.beside(path)
    if "plain" in values:
        _plain(values, making)
    else:
        request = _drawn_as(values)
        provider = provider_named(request.provider)
        assert isinstance(provider, LocalProvider)
        provider.render(in_their_place(provider, request, path.parent), making)
    making.replace(path)


class Studio:
    """Draws what is asked for once, side by side, and keeps it in ``folder`` by the job's id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._pool: ProcessPoolExecutor | None = None
        self._locks: dict[str, asyncio.Lock] = {}

    async def drawn(self, id: str, values: Mapping[str, Any]) -> Path:
        """The file of a job, drawn now if it is not there yet."""
        path = self.folder / f"{id}.{ENDINGS[values['kind']]}"
        async with self._locks.setdefault(id, asyncio.Lock()):
            if not path.exists():
                with started_quietly():  # a pool starts its workers when they are first needed
                    work = self._workers().submit(draw, dict(values), path)
                await asyncio.wrap_future(work)
        return path

    def _workers(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(cores(), context, end_with_parent)
        return self._pool

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
