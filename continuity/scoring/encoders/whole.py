"""Convolutions whose sums are exact, so that every machine gets the same ones.

A float32 holds each whole number up to 2**24. Where inputs and weights are whole numbers and no sum of their products
can grow beyond that, every partial sum is exact, and neither threads, nor a CPU's kernels, nor the order in which they
add can change a bit. What is left, scaling by powers of two and rounding, is exact by IEEE 754.
Why: docs/decisions/0017-whole-numbers.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

EXACT = 2**24  # the whole numbers that float32 holds without gaps
FINEST_WEIGHT = 2**12  # steps of a channel's largest weight: finer ones change no cosine by more than 0.0003


@dataclass(frozen=True)
class Grid:
    """Whole numbers that stand for values: ``step`` apart, and at most ``most`` of them on either side of 0."""

    step: float  # a power of two, or the same for all that a convolution reads
    most: int

    def of(self, values: np.ndarray) -> np.ndarray:
        """``values`` as float32 whole numbers."""
        whole = np.rint(np.asarray(values, np.float64) / self.step)
        return np.clip(whole, -self.most, self.most).astype(np.float32)


@dataclass(frozen=True)
class Convolution:
    """One convolution with TensorFlow's "same" padding, from one grid to another.

    ``clipped`` cuts the result to 0 … 6 (ReLU6). ``scale`` brings a channel's sums to the steps of ``after``.
    """

    weight: Any
    bias: Any
    scale: Any
    stride: int
    groups: int
    clipped: bool
    after: Grid
    late_weight: Any = None  # with a row and a column of zeros before: pads one more at the far sides than at the near

    @classmethod
    def of(cls, weight: Any, bias: Any, stride: int, groups: int, clipped: bool, before: Grid, after: Grid) -> Any:
        """From torch tensors (out, in, h, w) and (out,); each channel's weights as fine as exact sums allow."""
        import torch

        reach = weight.abs().sum(dim=(1, 2, 3)) * before.most + bias.abs() / before.step
        finest = torch.minimum(0.98 * EXACT / reach, FINEST_WEIGHT / weight.abs().amax(dim=(1, 2, 3)))
        steps = 2.0 ** torch.floor(torch.log2(finest))
        whole = torch.round(weight * steps[:, None, None, None])
        shift = torch.round(bias * steps / before.step)
        if float((whole.abs().sum(dim=(1, 2, 3)) * before.most + shift.abs()).max()) > EXACT:
            raise AssertionError("sums of a convolution can grow beyond what float32 holds exactly")
        scale = before.step / after.step / steps
        late = torch.nn.functional.pad(whole, (1, 0, 1, 0)) if stride == 2 else None
        return cls(
            _laid_out(whole),
            shift.float(),
            scale.float()[None, :, None, None],
            stride,
            groups,
            clipped,
            after,
            None if late is None else _laid_out(late),
        )

    def __call__(self, x: Any) -> Any:
        x, weight, padding = self._padded(x)
        low, high = (0.0, 6.0 / self.after.step) if self.clipped else (-float(self.after.most), float(self.after.most))
        return self._convolved(x, weight, padding).mul_(self.scale).round_().clamp_(low, high)

    def _padded(self, x: Any) -> tuple[Any, Any, int]:
        """Input, weight, and the padding on all sides that makes it "same". Strides pad the far sides first."""
        from torch.nn import functional

        size = self.weight.shape[2]
        if self.stride == 1:
            return x, self.weight, size // 2
        high, wide = (max((-(-n // self.stride) - 1) * self.stride + size - n, 0) for n in x.shape[2:])
        if high == wide:
            return (x, self.weight, high // 2) if high % 2 == 0 else (x, self.late_weight, high // 2 + 1)
        around = (wide // 2, wide - wide // 2, high // 2, high - high // 2)
        return functional.pad(x, around), self.weight, 0

    def _convolved(self, x: Any, weight: Any, padding: int) -> Any:
        import torch

        if _has_onednn():  # torch's own operator, which takes layouts as they are; the sums are the same
            steps = [padding] * 2, [self.stride] * 2, [1, 1]
            return torch.ops.mkldnn._convolution_pointwise(x, weight, self.bias, *steps, self.groups, "none", [], "")
        return torch.nn.functional.conv2d(x, weight, self.bias, self.stride, padding, 1, self.groups)


def _laid_out(weight: Any) -> Any:
    """Channels innermost, which convolve fastest."""
    import torch

    return weight.float().contiguous(memory_format=torch.channels_last)


@lru_cache(maxsize=1)
def _has_onednn() -> bool:
    import torch

    return torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_convolution_pointwise")


CELLS = Grid(2**-8, 2**8)  # of the locator's cells, whose values lie between -1 and 1


class Cells:
    """A map of cells (h, w, c) between -1 and 1, ready to be searched."""

    def __init__(self, cells: np.ndarray) -> None:
        self.shape = cells.shape[0], cells.shape[1]
        self._whole = _channels_first(CELLS.of(cells[None]))

    def answers(self, templates: Templates) -> np.ndarray:
        """(n, h', w') float32: each template's sum of products at each place; exact for cells and weights as kept."""
        import torch

        with torch.inference_mode():
            sums = torch.nn.functional.conv2d(self._whole, templates.weights)[0].numpy()
        return sums * templates.scales[:, None, None]


class Templates:
    """Templates (n, h, w, c) of one size, each with the finest weights whose sums over `Cells` are exact."""

    def __init__(self, kernels: np.ndarray) -> None:
        reach = np.abs(kernels.astype(np.float64)).sum(axis=(1, 2, 3)) * CELLS.most
        steps = 2.0 ** np.floor(np.log2(0.98 * EXACT / np.maximum(reach, 1e-9)))
        whole = np.rint(kernels * steps[:, None, None, None])
        if float((np.abs(whole).sum(axis=(1, 2, 3)) * CELLS.most).max(initial=0.0)) > EXACT:
            raise AssertionError("sums of a template can grow beyond what float32 holds exactly")
        self.shape = kernels.shape[1], kernels.shape[2]
        self.scales = (CELLS.step / steps).astype(np.float32)
        self._whole = whole.astype(np.float32)

    def __len__(self) -> int:
        return len(self.scales)

    @cached_property
    def weights(self) -> Any:
        """A torch tensor (n, c, h, w) of whole numbers; made when first searched with, which a warm run never does."""
        return _channels_first(self._whole)


def _channels_first(rows: np.ndarray) -> Any:
    """(n, h, w, c) as torch's (n, c, h, w); channels innermost convolve fastest."""
    import torch

    return torch.from_numpy(np.ascontiguousarray(rows, np.float32)).permute(0, 3, 1, 2)
