"""ECAPA-TDNN, the speaker network, in plain torch; imported only when a voice is scored.

Architecture: Desplanques, Thienpondt, Demuynck, "ECAPA-TDNN: Emphasized Channel Attention, Propagation
and Aggregation in TDNN Based Speaker Verification", Interspeech 2020. Layer names, sizes and the filter
bank follow SpeechBrain (speechbrain/lobes/models/ECAPA_TDNN.py and speechbrain/lobes/features.py,
Apache-2.0), whose checkpoint trained on VoxCeleb 1 and 2 it loads; its outputs are equal.

It computes in float64: the last digits of float32 differ from machine to machine, and scores would with them.

Shapes: B batch, C channels, T frames of 10 ms.
"""

from __future__ import annotations

import io
import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from continuity.scoring.encoders.base import unit

CHANNELS = 1024
EMBEDDING = 192
MELS = 80
SAMPLE_RATE = 16_000

_WINDOW = 400  # 25 ms
_HOP = 160  # 10 ms


class Conv1d(nn.Module):
    """A convolution over time that keeps T, reflecting at the ends."""

    def __init__(self, inputs: int, outputs: int, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv1d(inputs, outputs, width, dilation=dilation)
        self.padding = dilation * (width - 1) // 2

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(functional.pad(x, (self.padding, self.padding), mode="reflect") if self.padding else x)


class BatchNorm1d(nn.Module):
    """A level of naming that the checkpoint has."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x)


class TDNNBlock(nn.Module):
    """Convolution, ReLU, batch norm."""

    def __init__(self, inputs: int, outputs: int, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.conv = Conv1d(inputs, outputs, width, dilation)
        self.norm = BatchNorm1d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(functional.relu(self.conv(x)))


class Res2NetBlock(nn.Module):
    """Channels in eight groups; each group but the first also hears the one before it."""

    def __init__(self, channels: int, width: int, dilation: int, scale: int = 8) -> None:
        super().__init__()
        group = channels // scale
        self.scale = scale
        self.blocks = nn.ModuleList(TDNNBlock(group, group, width, dilation) for _ in range(scale - 1))

    def forward(self, x: Tensor) -> Tensor:
        first, *groups = torch.chunk(x, self.scale, dim=1)
        outputs = [first]
        for index, (block, group) in enumerate(zip(self.blocks, groups, strict=True)):
            outputs.append(block(group if index == 0 else group + outputs[-1]))
        return torch.cat(outputs, dim=1)


class SEBlock(nn.Module):
    """Squeeze and excitation: every channel scaled by what the whole line holds."""

    def __init__(self, channels: int, bottleneck: int) -> None:
        super().__init__()
        self.conv1 = Conv1d(channels, bottleneck, 1)
        self.conv2 = Conv1d(bottleneck, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        squeezed = functional.relu(self.conv1(x.mean(dim=2, keepdim=True)))
        return torch.sigmoid(self.conv2(squeezed)) * x


class SERes2NetBlock(nn.Module):
    """One of the network's three residual blocks."""

    def __init__(self, channels: int, width: int, dilation: int) -> None:
        super().__init__()
        self.tdnn1 = TDNNBlock(channels, channels, 1)
        self.res2net_block = Res2NetBlock(channels, width, dilation)
        self.tdnn2 = TDNNBlock(channels, channels, 1)
        self.se_block = SEBlock(channels, 128)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.se_block(self.tdnn2(self.res2net_block(self.tdnn1(x))))


class AttentiveStatisticsPooling(nn.Module):
    """(B, C, T) to (B, 2C, 1): mean and deviation over time, weighted by attention per channel."""

    def __init__(self, channels: int, attention: int = 128) -> None:
        super().__init__()
        self.tdnn = TDNNBlock(3 * channels, attention, 1)
        self.conv = Conv1d(attention, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        even = torch.full_like(x[:, :1], 1 / x.shape[2])
        mean, deviation = self._statistics(x, even)
        context = torch.cat([x, mean.expand_as(x), deviation.expand_as(x)], dim=1)
        attention = torch.softmax(self.conv(torch.tanh(self.tdnn(context))), dim=2)
        return torch.cat(self._statistics(x, attention), dim=1)

    @staticmethod
    def _statistics(x: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
        mean = (weights * x).sum(dim=2, keepdim=True)
        variance = (weights * (x - mean) ** 2).sum(dim=2, keepdim=True)
        return mean, torch.sqrt(variance.clamp(1e-12))


class EcapaTdnn(nn.Module):
    """(B, T, 80) filter-bank features to (B, 192) speaker embeddings, not normalised."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(
            [TDNNBlock(MELS, CHANNELS, 5)] + [SERes2NetBlock(CHANNELS, 3, dilation) for dilation in (2, 3, 4)]
        )
        self.mfa = TDNNBlock(3 * CHANNELS, 3 * CHANNELS, 1)
        self.asp = AttentiveStatisticsPooling(3 * CHANNELS)
        self.asp_bn = BatchNorm1d(6 * CHANNELS)
        self.fc = Conv1d(6 * CHANNELS, EMBEDDING, 1)

    def forward(self, features: Tensor) -> Tensor:
        x = features.transpose(1, 2)
        outputs = []
        for block in self.blocks:
            x = block(x)
            outputs.append(x)
        x = self.mfa(torch.cat(outputs[1:], dim=1))
        return self.fc(self.asp_bn(self.asp(x))).squeeze(2)


class Ecapa:
    """ECAPA-TDNN trained on VoxCeleb 1 and 2 (SpeechBrain's weights): 192 numbers."""

    def __init__(self, id: str, weights: bytes) -> None:
        """``id`` is published beside every score; ``weights`` is the content of SpeechBrain's checkpoint."""
        self.id = id
        self._network = EcapaTdnn().eval()
        self._network.load_state_dict(torch.load(io.BytesIO(weights), weights_only=True, map_location="cpu"))
        self._network.double()

    def embed(self, samples: np.ndarray) -> np.ndarray:
        """(192,) float32 of unit length, of 16 kHz mono samples (n,) without pauses."""
        with torch.inference_mode():
            waveform = torch.from_numpy(np.ascontiguousarray(samples, np.float64))
            return unit(self._network(filter_bank(waveform[None]))[0].numpy())


def filter_bank(waveform: Tensor) -> Tensor:
    """(B, n) at 16 kHz to (B, T, 80) log-mel energies in dB, at most 80 dB below the loudest, less their mean
    over time, as the checkpoint was trained on."""
    spectrum = torch.stft(
        waveform,
        _WINDOW,
        _HOP,
        window=torch.hamming_window(_WINDOW, dtype=waveform.dtype),
        pad_mode="constant",
        return_complex=True,
    )
    power = (spectrum.real**2 + spectrum.imag**2).transpose(1, 2)
    decibels = 10 * torch.log10((power @ _mel_triangles(waveform.dtype)).clamp(min=1e-10))
    decibels = torch.maximum(decibels, decibels.amax(dim=(1, 2), keepdim=True) - 80)
    return decibels - decibels.mean(dim=1, keepdim=True)


def _mel_triangles(dtype: torch.dtype) -> Tensor:
    """(201, 80) triangles; both slopes of one have the width of its lower side, as in SpeechBrain."""
    mel = torch.linspace(_mel(0), _mel(SAMPLE_RATE / 2), MELS + 2, dtype=dtype)
    edges = 700 * (10 ** (mel / 2595) - 1)
    width, centre = (edges[1:] - edges[:-1])[:-1], edges[1:-1]
    frequency = torch.linspace(0, SAMPLE_RATE // 2, _WINDOW // 2 + 1, dtype=dtype)
    slope = (frequency[None] - centre[:, None]) / width[:, None]
    return torch.clamp(torch.minimum(slope + 1, 1 - slope), min=0).T


def _mel(hertz: float) -> float:
    return 2595 * math.log10(1 + hertz / 700)
