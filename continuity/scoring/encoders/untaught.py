"""What a network that has learnt nothing sees: a baseline that any real encoder must beat."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from continuity.scoring.encoders.base import unit

MODEL, SEED = "ViT-B-32", 0
BATCH = 16


class UntaughtClip:
    """CLIP's picture tower as open_clip builds it, with the weights it starts from, of one seed."""

    id = f"clip-{MODEL}:untaught-{SEED}"

    def __init__(self) -> None:
        import open_clip
        import torch

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            self._network = open_clip.create_model(MODEL, pretrained=None, load_weights=False).visual.eval()
        self._mean = np.array(open_clip.OPENAI_DATASET_MEAN, np.float32)
        self._deviation = np.array(open_clip.OPENAI_DATASET_STD, np.float32)

    def embed(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        """(n, 512) float32 of unit length."""
        import torch

        parts = []
        with torch.inference_mode():
            for start in range(0, len(pictures), BATCH):
                seen = [
                    cv2.resize(one, (224, 224), interpolation=cv2.INTER_AREA) for one in pictures[start : start + BATCH]
                ]
                batch = (np.stack(seen).astype(np.float32) / 255 - self._mean) / self._deviation
                parts.append(self._network(torch.from_numpy(batch).permute(0, 3, 1, 2)).numpy())
        return unit(np.concatenate(parts)) if parts else np.zeros((0, 512), np.float32)
