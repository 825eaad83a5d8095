"""A CLIP model through open_clip, when its weights can be had."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cv2
import numpy as np

from continuity.errors import ConfigError, ScorerUnavailable
from continuity.files import sha256_file
from continuity.scoring.encoders.base import unit

BATCH = 32
MODEL, PRETRAINED = "ViT-B-32", "laion2b_s34b_b79k"


class ClipEncoder:
    """Image and text towers of one open_clip model; never a randomly initialised one."""

    def __init__(
        self,
        model: str = MODEL,
        pretrained: str = PRETRAINED,
        weights: str | None = None,
        device: str = "cpu",
        precision: str = "float32",
    ) -> None:
        """``weights`` is a local checkpoint file; without one, ``pretrained`` names weights to download.

        ``precision`` is "float32" or "bfloat16", which some machines compute faster, and all of them otherwise.
        Raises ScorerUnavailable when the weights cannot be had, ConfigError for an unknown model or precision.
        """
        import open_clip
        import torch

        if precision not in ("float32", "bfloat16"):
            raise ConfigError(f"scorer clip: precision {precision!r} is none of float32, bfloat16")
        if model not in open_clip.list_models():
            raise ConfigError(f"scorer clip: open_clip has no model {model!r}; see open_clip.list_models()")
        if device.startswith("cuda") and not torch.cuda.is_available():
            raise ScorerUnavailable(f"scorer clip: device {device!r} is not there; set `device: cpu`")
        if weights is not None and not Path(weights).is_file():
            raise ScorerUnavailable(
                f"scorer clip: the checkpoint {weights} does not exist; correct `weights` or use scorer=embedded"
            )
        try:
            with _quick_and_quiet(needs_hub=weights is None):
                network = open_clip.create_model(
                    model, pretrained=weights or pretrained, device=device, load_weights=True
                )
        except Exception as error:
            # open_clip and its hub client raise many unrelated classes; all of them mean: no weights.
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ScorerUnavailable(
                f"scorer clip: weights {weights or pretrained!r} for {model} cannot be had ({reason}); give a "
                "local checkpoint "
                "with `scorer.parameters.weights`, or use scorer=embedded"
            ) from error
        self._dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
        self._network = network.eval().to(dtype=self._dtype)
        self._tokenise = open_clip.get_tokenizer(model)
        self._device = device
        self._side = _side(network)
        normal = getattr(network.visual, "preprocess_cfg", None) or {}
        self._mean = np.array(normal.get("mean", open_clip.OPENAI_DATASET_MEAN), np.float32)
        self._deviation = np.array(normal.get("std", open_clip.OPENAI_DATASET_STD), np.float32)
        source = sha256_file(Path(weights))[:8] if weights else pretrained
        self.id = f"clip-{model}:{source}:{precision}"

    def embed(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        import torch

        parts = []
        with torch.inference_mode():
            for start in range(0, len(pictures), BATCH):
                batch = np.stack([self._fitted(picture) for picture in pictures[start : start + BATCH]])
                tensor = torch.from_numpy(batch).permute(0, 3, 1, 2).to(self._device, self._dtype)
                parts.append(self._network.encode_image(tensor).float().cpu().numpy())
        return unit(np.concatenate(parts)) if parts else np.zeros((0, 1), np.float32)

    def embed_text(self, texts: Sequence[str]) -> np.ndarray:
        """(n, d) float32 of unit length, comparable with `embed`; words past CLIP's 77 tokens are not read."""
        import torch

        with torch.inference_mode():
            return unit(self._network.encode_text(self._tokenise(list(texts)).to(self._device)).float().cpu().numpy())

    def _fitted(self, picture: np.ndarray) -> np.ndarray:
        shrinks = min(picture.shape[:2]) > self._side
        way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        small = cv2.resize(picture, (self._side, self._side), interpolation=way).astype(np.float32) / 255
        return (small - self._mean) / self._deviation


@contextmanager
def _quick_and_quiet(needs_hub: bool) -> Iterator[None]:
    """Without a network the hub's client retries for a minute and logs each try; look once instead.

    Files that an earlier run downloaded are used offline.
    """
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    if needs_hub and not _answers(constants.ENDPOINT):
        constants.HF_HUB_OFFLINE = True
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        constants.HF_HUB_OFFLINE = before


def _answers(address: str) -> bool:
    if os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy"):
        return True  # the proxy knows the way; this process need not
    parts = urlsplit(address)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 443), timeout=5):
            return True
    except OSError:
        return False


def _side(network: Any) -> int:
    side = network.visual.image_size
    return int(side[0] if isinstance(side, tuple | list) else side)
