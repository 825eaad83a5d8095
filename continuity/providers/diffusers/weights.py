"""Where the weights of a model lie on this machine, whole: in a folder of one's own, or in the hub's cache."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from continuity.errors import RequestRefused
from continuity.providers.diffusers.machine import GB
from continuity.request import Request

INDEXES = ("modular_model_index.json", "model_index.json")  # what a folder of diffusers says of itself


def folder_of(request: Request) -> Path:
    """The folder with the weights. Raises RequestRefused where they are not there, or not all of them.

    Nothing is fetched.
    """
    own = str(request.card.get("folder") or "")
    folder = Path(own).expanduser() if own else _cached(request)
    if folder is None or not folder.is_dir():
        raise RequestRefused(_not_here(request, own))
    if missing := next(_missing(folder), None):
        raise RequestRefused(
            f"{request.subject}: the weights of {request.model} in {folder} are not whole: {missing} is missing. "
            f"{_way(request, own)}"
        )
    return folder


def _cached(request: Request) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    revision = request.form["weights"]["revision"]
    try:
        return Path(snapshot_download(request.model, revision=revision, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError):
        return None


def _missing(folder: Path) -> Iterator[str]:
    """Files that the folder's own lists name and that are not there."""
    index = next((found for name in INDEXES if (found := _read(folder / name))), None)
    if index is None:
        yield INDEXES[-1]
        return
    for name, entry in index.items():
        if name.startswith("_") or not isinstance(entry, list) or not entry or entry[0] is None:
            continue
        part = folder / name
        if not part.is_dir():
            yield f"{name}/"
        for list_ in sorted(part.glob("*.index.json")):
            shards = set((_read(list_) or {}).get("weight_map", {}).values())
            yield from (f"{name}/{shard}" for shard in sorted(shards) if not (part / shard).is_file())


def _read(path: Path) -> dict[str, Any] | None:
    try:
        whole = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return whole if isinstance(whole, dict) else None


def _not_here(request: Request, own: str) -> str:
    where = f"there is no folder {own}" if own else "are not in the hub's cache on this machine"
    said = f"the weights of {request.model}: {where}" if own else f"the weights of {request.model} {where}"
    return f"{request.subject}: {said}. {_way(request, own)}"


def _way(request: Request, own: str) -> str:
    """How a person gets them, and whether the disk has room."""
    if own:
        return "Put them there, or correct `weights.folder` in the card"
    from huggingface_hub.constants import HF_HUB_CACHE

    revision, needs = request.form["weights"]["revision"], float(request.card["needs"]["disk_gb"])
    free = _free_gb(Path(HF_HUB_CACHE))
    room = f"of which {HF_HUB_CACHE} has {free:.0f} free"
    if free < needs:
        room += ": first make room, or let HF_HOME name another disk"
    return f"Get them with `hf download {request.model} --revision {revision}`: {needs:g} GB, {room}"


def _free_gb(path: Path) -> float:
    there = next(folder for folder in (path, *path.parents) if folder.exists())
    return shutil.disk_usage(there).free / GB


def needs_of(request: Request) -> Mapping[str, Any]:
    """What its card says that a machine must have."""
    needs: Mapping[str, Any] = request.card["needs"]
    return needs
