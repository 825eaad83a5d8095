"""What this machine has, held against what a card says that its model needs: before anything is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from continuity.errors import RequestRefused
from continuity.request import Request

GB = 1e9
_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


@dataclass(frozen=True)
class Machine:
    """Memory in GB of 10^9 bytes. ``gpu_gb`` is None where there is no graphics card that can be used."""

    gpu: str
    gpu_gb: float | None
    ram_gb: float


@cache
def this_machine() -> Machine:
    """Its first graphics card by CUDA, and the memory that this process may use, which a container can bound."""
    import psutil
    import torch

    ram = float(psutil.virtual_memory().total)
    for file in _LIMITS:
        with suppress(OSError, ValueError):  # no such file, or "max"
            ram = min(ram, float(int(file.read_text())))
    if not torch.cuda.is_available():
        return Machine("", None, ram / GB)
    card = torch.cuda.get_device_properties(0)
    return Machine(card.name, card.total_memory / GB, ram / GB)


def check(request: Request, needs: Mapping[str, Any]) -> None:
    """Raise RequestRefused where memory cannot suffice, naming what is needed, what there is, and the way out."""
    machine = this_machine()
    which = f"{request.subject}: {request.model}"
    most = needs["most_pixels"]
    if most and request.resolution and request.resolution[0] * request.resolution[1] > most:
        raise RequestRefused(
            f"{which}: its card counts memory for frames of up to {most} pixels, and {request.resolution[0]}x"
            f"{request.resolution[1]} have more; choose a smaller `quality`, or raise `needs` in the card after you "
            "have tried it"
        )
    if machine.gpu_gb is None and not needs["cpu"]:
        raise RequestRefused(
            f"{which} needs a graphics card with {needs['gpu_gb']:g} GB, and PyTorch finds none on this machine; run "
            "it on one that has it, or choose another card in conf/models/"
        )
    if machine.gpu_gb is not None and machine.gpu_gb < needs["gpu_gb"]:
        raise RequestRefused(
            f"{which} needs {needs['gpu_gb']:g} GB on the graphics card, and {machine.gpu} has {machine.gpu_gb:.1f}; "
            "choose a smaller model, or a card of its that offloads more"
        )
    if machine.ram_gb < needs["ram_gb"]:
        raise RequestRefused(
            f"{which} needs {needs['ram_gb']:g} GB of memory beside the graphics card's, and this machine has "
            f"{machine.ram_gb:.1f}; choose a smaller model, or another machine"
        )
