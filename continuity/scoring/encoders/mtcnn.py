"""The three networks of MTCNN, which propose, refine and place faces.

Zhang, Zhang, Li, Qiao, "Joint Face Detection and Alignment using Multi-task Cascaded Convolutional Networks", IEEE
Signal Processing Letters 23(10), 2016; trained on WIDER FACE and CelebA. Weights: package ``facenet-pytorch`` 2.6.0
(MIT), as its authors converted them. How the three follow each other: `continuity.scoring.faces.detect`.

They compute in float64: the last digits of float32 differ from machine to machine, and so would the faces found.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import numpy as np

from continuity.scoring.carried import Carried

PURPOSE = "finding faces"
WEIGHTS = tuple(
    Carried(package="facenet-pytorch", ending=f"data/{name}.pt", sha256=sha256, purpose=PURPOSE)
    for name, sha256 in (
        ("pnet", "a2a71925e0b9996a42f63e47efc1ca19043e69558b5c523b978d611dfae49c8f"),
        ("rnet", "bbb937de72efc9ef83b186c49f5f558467a1d7e3453a8ece0d71a886633f6a86"),
        ("onet", "165bfbe42940416ccfb977545cf0e976d5bf321f67083ae2aaaa5c764280118d"),
    )
)
CELL = 12  # pixels: the side of what the proposing network judges at each place
STRIDE = 2  # pixels between its places
BAND = 8  # rows that are convolved at once: torch copies out what float64 convolves, and so many rows stay in cache
BATCH = 16  # pictures per forward pass of the other two


class Mtcnn:
    """Pictures are RGB uint8; shifts are how far a face's x0, y0, x1, y1 lie from the picture's own, in its sides."""

    def __init__(self) -> None:
        """Raises ScorerUnavailable without the carried weights."""
        import torch

        torch.set_num_threads(1)  # takes are scored by one process per core
        self._proposing, self._refining, self._placing = (
            {
                name: value.double()
                for name, value in torch.load(io.BytesIO(file.read()), map_location="cpu", weights_only=True).items()
            }
            for file in WEIGHTS
        )

    def propose(self, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Scores (h, w) and shifts (h, w, 4) of the `CELL` at each place, `STRIDE` apart, float64.

        ``picture`` is (H, W, 3) of at least `CELL` each way.
        """
        import torch

        layers = self._proposing
        with torch.inference_mode():
            x = _halved(_rectified(_convolved(_input(picture[None]), layers, "conv1"), layers, "prelu1"))
            x = _rectified(_convolved(x, layers, "conv2"), layers, "prelu2")
            x = _rectified(_convolved(x, layers, "conv3"), layers, "prelu3")
            scores = torch.softmax(_convolved(x, layers, "conv4_1"), dim=1)[0, 1]
            return scores.numpy(), _convolved(x, layers, "conv4_2")[0].permute(1, 2, 0).numpy()

    def refine(self, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Scores (n,) and shifts (n, 4) of (n, 24, 24, 3) pictures, float64."""
        scores, shifts = self._dense(self._refining, pictures, ((3, 2), (3, 2)), "4", ("5_1", "5_2"))
        return _certainty(scores), shifts

    def place(self, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Scores (n,), shifts (n, 4) and points (n, 5, 2) of (n, 48, 48, 3) pictures, float64.

        Points in shares of the picture: the eyes, the nose's tip, the corners of the mouth, each pair left one first as
        seen in the picture.
        """
        pools = ((3, 2), (3, 2), (2, 2))
        scores, shifts, points = self._dense(self._placing, pictures, pools, "5", ("6_1", "6_2", "6_3"))
        return _certainty(scores), shifts, points.reshape(-1, 2, 5).transpose(0, 2, 1)

    def _dense(
        self,
        layers: dict[str, Any],
        pictures: np.ndarray,
        pools: tuple[tuple[int, int], ...],
        hidden: str,
        heads: tuple[str, ...],
    ) -> list[np.ndarray]:
        """What each head says: convolutions, all but the last pooled, one hidden layer, the heads."""
        import torch
        from torch.nn import functional

        answers = []
        with torch.inference_mode():
            for start in range(0, len(pictures), BATCH):
                x = _input(pictures[start : start + BATCH])
                for number, pool in enumerate((*pools, None), 1):
                    x = functional.conv2d(x, layers[f"conv{number}.weight"], layers[f"conv{number}.bias"])
                    x = _rectified(x, layers, f"prelu{number}")
                    x = functional.max_pool2d(x, *pool, ceil_mode=True) if pool else x
                x = x.permute(0, 3, 2, 1).flatten(1)  # the weights' order: as in the authors' column-major arrays
                x = functional.linear(x, layers[f"dense{hidden}.weight"], layers[f"dense{hidden}.bias"])
                x = _rectified(x, layers, f"prelu{hidden}")
                outputs = [functional.linear(x, layers[f"dense{h}.weight"], layers[f"dense{h}.bias"]) for h in heads]
                answers.append([output.numpy() for output in outputs])
        widths = [len(layers[f"dense{head}.bias"]) for head in heads]
        return [
            np.concatenate([part[number] for part in answers]) if answers else np.zeros((0, width))
            for number, width in enumerate(widths)
        ]


def _input(pictures: np.ndarray) -> Any:
    """(n, h, w, 3) uint8 as the networks take it: (n, 3, h, w) float64, about -1 to 1."""
    import torch

    return torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2)) * 0.0078125 - 0.99609375)


def _convolved(x: Any, layers: dict[str, Any], name: str) -> Any:
    import torch
    from torch.nn import functional

    weight, bias = layers[f"{name}.weight"], layers[f"{name}.bias"]
    more = weight.shape[2] - 1
    rows = range(0, x.shape[2] - more, BAND)
    return torch.cat([functional.conv2d(x[:, :, row : row + BAND + more], weight, bias) for row in rows], dim=2)


def _rectified(x: Any, layers: dict[str, Any], name: str) -> Any:
    from torch.nn import functional

    return functional.prelu(x, layers[f"{name}.weight"])


def _halved(x: Any) -> Any:
    """The most of each 2 × 2 places; those left over at the far edges count alone. Faster than torch's own pooling."""
    import torch
    from torch.nn import functional

    x = functional.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2), value=-torch.inf)
    rows = torch.maximum(x[:, :, ::2], x[:, :, 1::2])
    return torch.maximum(rows[..., ::2], rows[..., 1::2])


def _certainty(scores: np.ndarray) -> np.ndarray:
    """Softmax of two, the second: how sure it is that this is a face."""
    return 1 / (1 + np.exp(scores[:, 0] - scores[:, 1]))


@lru_cache(maxsize=1)
def mtcnn() -> Mtcnn:
    """The process's one detector."""
    return Mtcnn()
