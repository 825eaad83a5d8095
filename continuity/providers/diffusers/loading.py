"""Pipelines as they are loaded: one at a time in a process, kept until another is asked for."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from continuity.errors import JobFailed, RequestRefused
from continuity.executor import cores, stopping
from continuity.providers.diffusers.families import Canvas, Family
from continuity.request import Request

_kept: tuple[tuple[str, ...], Any] | None = None


def pipeline_of(request: Request, family: Family, folder: Path, needs: Mapping[str, Any]) -> Any:
    """The request's pipeline on this machine's graphics card, or on its processor where there is none.

    Raises RequestRefused where the folder holds no such pipeline or the card's memory is taken by others, JobFailed
    where it runs out.
    """
    global _kept
    which = (family.pipeline, str(folder.resolve()), str(needs["offload"]))
    if _kept is not None and _kept[0] == which:
        return _kept[1]
    _let_go()
    with _determined():
        _check_free(request, needs)
        with _told(request, folder):
            pipe = _placed(_loaded(family, folder), family, str(needs["offload"]))
    _kept = which, pipe
    return pipe


def answer(pipe: Any, family: Family, arguments: Mapping[str, Any], canvas: Canvas, request: Request) -> Any:
    """What a pipeline makes: its frames or pictures, unpacked.

    Raises RequestRefused for arguments that it does not take together, JobFailed where memory runs out.
    """
    import torch

    arguments = dict(arguments)
    arguments["generator"] = torch.Generator("cpu").manual_seed(arguments["generator"])
    if (shift := family.flow_shift(canvas)) is not None:
        key = "flow_shift" if "flow_shift" in pipe.scheduler.config else "shift"
        pipe.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config, **{key: shift})
    with _determined():
        try:
            if family.modular:
                return pipe(**arguments, output_type="np", output=family.output)
            kind = "np" if family.output == "frames" else "pil"
            return getattr(pipe(**arguments, output_type=kind, callback_on_step_end=_unless_stopping), family.output)
        except torch.OutOfMemoryError as error:
            raise JobFailed(
                f"{request.subject}: {request.model} has run out of the graphics card's memory at {canvas.width}x"
                f"{canvas.height} and {canvas.count} frames; choose a smaller `quality`, shorten the shot, or let the "
                "card offload more, and correct its `needs`"
            ) from error
        except (ValueError, TypeError) as error:  # what its own checks of the arguments say
            said = " ".join(str(error).split())[:300]
            raise RequestRefused(
                f"{request.subject}: {family.pipeline} does not take this: {said}; correct `fields` or `parameters` in "
                f"the card of {request.model}, or the shot"
            ) from error


def _unless_stopping(pipe: Any, step: int, time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
    """What costs nothing to begin again is not waited for after Ctrl-C."""
    if stopping():
        raise JobFailed("not made: the run was interrupted; run again to go on")
    return tensors


def _let_go() -> None:
    global _kept
    if _kept is None:
        return
    import torch

    _kept = None
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _check_free(request: Request, needs: Mapping[str, Any]) -> None:
    """What other programs hold of the card's memory cannot be used."""
    import torch

    if not torch.cuda.is_available():
        return
    free, whole = torch.cuda.mem_get_info()
    if free / 1e9 < min(float(needs["gpu_gb"]), 0.9 * whole / 1e9):
        raise RequestRefused(
            f"{request.subject}: {request.model} needs {needs['gpu_gb']:g} GB on the graphics card, and other programs "
            f"leave {free / 1e9:.1f}; end them (`nvidia-smi` lists them) and run again"
        )


def _loaded(family: Family, folder: Path) -> Any:
    import diffusers
    import torch
    from diffusers.utils import logging as told
    from transformers.utils import logging as told_too

    for log in (told, told_too):
        log.disable_progress_bar()
        log.set_verbosity_error()
    # The VAE keeps more than its result in view of 8 bits; without a graphics card nothing is gained by less.
    half = torch.bfloat16 if torch.cuda.is_available() else torch.float32
    kinds = {"default": half, "vae": torch.float32}
    of = getattr(diffusers, family.pipeline)
    if not family.modular:
        pipe = of.from_pretrained(str(folder), dtype=kinds, local_files_only=True, use_safetensors=True)
    else:
        pipe = of.from_pretrained(str(folder), local_files_only=True)
        # Its list may name places at the hub; what lies beside it is what was checked.
        pipe.load_components(
            pretrained_model_name_or_path=str(folder), revision=None, dtype=kinds, local_files_only=True
        )
        _silence(pipe._blocks)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _silence(block: Any) -> None:
    """No bar of its own, and none of those within: the run has one."""
    if hasattr(block, "set_progress_bar_config"):
        block.set_progress_bar_config(disable=True)
    for within in getattr(block, "sub_blocks", {}).values():
        _silence(within)


def _placed(pipe: Any, family: Family, offload: str) -> Any:
    """On the graphics card, with what the card says waits in memory; attention as the family needs it."""
    import torch

    cuda = torch.cuda.is_available()
    parts = [part for part in pipe.components.values() if isinstance(part, torch.nn.Module)]
    if family.modular:
        pipe.transformer.set_attention_backend("flex")  # the only one that its in-context attention runs on
        if cuda:
            pipe.transformer.compile_repeated_blocks()  # else it would hold all scores at once
    if not cuda:
        return pipe
    if offload == "model" and not family.modular:
        pipe.enable_model_cpu_offload()
    elif offload == "none":
        pipe.to("cuda")
    else:
        from diffusers.hooks import apply_group_offloading

        for part in parts:
            if type(part).__name__.endswith("Transformer3DModel"):
                apply_group_offloading(
                    part, onload_device=torch.device("cuda"), offload_device=torch.device("cpu"),
                    offload_type="block_level", num_blocks_per_group=4, use_stream=True,
                )  # fmt: skip
            else:
                part.to("cuda")
    return pipe


@contextmanager
def _told(request: Request, folder: Path) -> Iterator[None]:
    """What loading says, as a sentence about the weights."""
    try:
        yield
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        said = " ".join(str(error).split())[:300]
        raise RequestRefused(
            f"{request.subject}: {folder} cannot be loaded as {request.form['weights']['pipeline']}: {said}. Correct "
            "`weights` in the card, or get the weights again"
        ) from error


@contextmanager
def _determined() -> Iterator[None]:
    """The same sums in the same order, whatever process this is: as far as PyTorch has such ways."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    import torch

    threads, before = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    warns, benchmark = torch.is_deterministic_algorithms_warn_only_enabled(), torch.backends.cudnn.benchmark
    torch.set_num_threads(cores())
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.benchmark = False
    # Kernels are compiled for graphics cards alone: a processor is for tiny models, and may have no compiler.
    stance = nullcontext() if torch.cuda.is_available() else torch.compiler.set_stance("force_eager")
    try:
        with stance:
            yield
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(before, warn_only=warns)
        torch.backends.cudnn.benchmark = benchmark
