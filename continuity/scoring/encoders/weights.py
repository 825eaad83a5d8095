"""Whether the weights of a CLIP model are at hand, without loading or fetching them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_OFFLINE = (
    "without a network, name a checkpoint file by `scorer.parameters.weights`, or take `scorer: embedded`, which needs "
    "none"
)


def weights_of(
    model: str | None, pretrained: str | None, weights: str | None
) -> tuple[Literal["ok", "warning", "error"], str]:
    """A state and a sentence. ``weights`` is a local checkpoint; without one ``pretrained`` is fetched by its name,
    once, into Hugging Face's cache."""
    from open_clip.pretrained import get_pretrained_cfg

    from continuity.scoring.encoders.clip import MODEL, PRETRAINED

    model, pretrained = model or MODEL, pretrained or PRETRAINED
    if weights:
        if Path(weights).is_file():
            return "ok", f"{weights}, for {model}"
        return "error", f"the checkpoint {weights} does not exist; correct `scorer.parameters.weights`; {_OFFLINE}"
    if not (told := get_pretrained_cfg(model, pretrained)):
        return "error", f"open_clip knows no weights {pretrained!r} for {model!r}; see open_clip.list_pretrained()"
    if _lies_in_cache(str(told.get("hf_hub") or "").rpartition("/")[0]):
        return "ok", f"{pretrained} for {model}, downloaded before"
    return "warning", f"{pretrained} for {model} is not on this machine; the first run downloads it; {_OFFLINE}"


def _lies_in_cache(repository: str) -> bool:
    from huggingface_hub import constants

    folder = Path(constants.HF_HUB_CACHE) / f"models--{repository.replace('/', '--')}" / "snapshots"
    kinds = (".safetensors", ".bin", ".pt")
    return bool(repository) and any(path.suffix in kinds and path.is_file() for path in folder.glob("*/*"))
