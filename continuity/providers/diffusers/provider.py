"""The provider `diffusers`: pictures, takes, motion and repair by open weights on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from continuity.errors import RequestRefused
from continuity.media.hearing import read_audio
from continuity.media.reading import probe
from continuity.media.writing import AUDIO_RATE, VideoWriter
from continuity.providers.base import LocalProvider
from continuity.providers.diffusers import loading, machine, shaping, weights
from continuity.providers.diffusers.families import FAMILIES, Canvas, Family, canvas_of
from continuity.providers.mapping import check, values_of
from continuity.request import Request

CLIPS = ("driving_clip", "failed_take")
NEARLY_LOSSLESS = 6  # CRF of what is encoded once more, in the series' form


class _File(str):
    """A reference among a card's values: its path, and whether it is a clip."""

    moves: bool

    def __new__(cls, path: Path, moves: bool) -> _File:
        made = super().__new__(cls, path)
        made.moves = moves
        return made


class Diffusers(LocalProvider):
    """Makes what a card's pipeline makes.

    The same request gives the same bytes in any process of one machine: noise is drawn on the processor from the seed,
    and sums are added in one order. Between machines, graphics cards and versions of PyTorch that is not promised.
    """

    name = "diffusers"
    silent = True
    alone = True
    conforms = False

    def refuse(self, request: Request) -> None:
        family = _family(request)
        check(request)
        values = _values(request)
        if unknown := sorted(name for name, value in values.items() if value is not None and name not in family.takes):
            raise RequestRefused(
                f"{request.subject}: {family.pipeline} takes no {', '.join(unknown)}; it takes "
                f"{', '.join(sorted(family.takes))}"
            )
        if isinstance(values.get("generator"), bool) or not isinstance(values.get("generator"), int):
            raise RequestRefused(f"{request.subject}: the card of {request.model} must say `generator: seed`")
        if "heads" in request.direction:  # known once a take was scored
            _check_heads(request, values)

    def check_machine(self, request: Request) -> None:
        """What it needs beyond the request: the library, memory, and the weights."""
        for library in ("diffusers", "transformers", "accelerate"):
            if find_spec(library) is None:
                raise RequestRefused(
                    f"{request.subject}: {request.model} needs {library}, which is not installed; in the project's "
                    "environment: `pip install 'continuity[diffusers]'`, or from requirements.lock"
                )
        needs = weights.needs_of(request)
        if _family(request).modular and needs["offload"] == "model":
            raise RequestRefused(
                f"{request.subject}: the card of {request.model}: `offload: model` is not for modular pipelines; "
                "choose `blocks` or `none`"
            )
        machine.check(request, needs)
        weights.folder_of(request)

    def render(self, request: Request, path: Path) -> None:
        """Make the result at ``path``, in the model's own form.

        Raises RequestRefused, MediaError for a reference, and JobFailed where memory runs out.
        """
        self.refuse(request)
        self.check_machine(request)
        assert request.resolution is not None
        family = _family(request)
        values = {name: value for name, value in _values(request).items() if value is not None}
        _check_heads(request, values)
        canvas = canvas_of(values, request.resolution, request.seconds, _fps(request))
        read = {name: _read(value, canvas) for name, value in values.items()}
        arguments, held = family.prepare(read, canvas)
        pipe = loading.pipeline_of(request, family, weights.folder_of(request), weights.needs_of(request))
        made = loading.answer(pipe, family, arguments, canvas, request)
        if family.output == "images":
            made[0].convert("RGB").save(path, "PNG")
            return
        drawn = shaping.as_bytes(made[0])
        if held is not None:
            drawn = shaping.kept(held.frames, drawn, held.masks)
        _write(request, shaping.cut(drawn, *request.resolution), canvas, path)


def _family(request: Request) -> Family:
    named = request.form.get("weights", {}).get("pipeline")
    if named not in FAMILIES:
        raise RequestRefused(
            f"{request.subject}: {named} is no pipeline that is known here; `weights.pipeline` in the card of "
            f"{request.model} may be {', '.join(FAMILIES)}"
        )
    family = FAMILIES[named]
    if request.kind not in family.kinds:
        raise RequestRefused(f"{request.subject}: {named} makes {' and '.join(family.kinds)}, not {request.kind}")
    return family


def _check_heads(request: Request, values: Mapping[str, Any]) -> None:
    if values.get("take") is not None and not values.get("heads"):
        raise RequestRefused(
            f"{request.subject}: {request.model} makes heads anew, and none was found in the take; another take is "
            "what mends that"
        )


def _values(request: Request) -> dict[str, Any]:
    files = {r.sha256: _File(r.path, r.role in CLIPS) for r in request.references}
    return values_of(request, files)


def _fps(request: Request) -> int | Fraction:
    """At which the model's frames play; of a clip that is mended, the series' own."""
    return request.form["weights"]["fps"] or request.fps or 1


def _read(value: Any, canvas: Canvas) -> Any:
    """Files as pictures and frames; all else as it is."""
    if isinstance(value, list) and all(isinstance(each, _File) for each in value):
        return [shaping.picture(Path(each)) for each in value]
    if not isinstance(value, _File):
        return value
    return shaping.clip(Path(value), canvas.count, canvas.fps) if value.moves else shaping.picture(Path(value))


def _write(request: Request, frames: np.ndarray, canvas: Canvas, path: Path) -> None:
    """With the sound of the clip that it was made from, where there is one."""
    source = next((reference for role in CLIPS if (reference := request.reference(role))), None)
    heard = None
    if source is not None and probe(source.path).has_audio:
        heard = read_audio(source.path, AUDIO_RATE, 0.0, request.seconds), AUDIO_RATE
    high, wide = frames.shape[1:3]
    with VideoWriter(path, wide, high, canvas.fps, crf=NEARLY_LOSSLESS, audio=heard) as writer:
        for frame in frames:
            writer.write(frame)
