"""Judging by the whole head as it is drawn: found by the references themselves, compared by the picture encoder.

It knows any character, human or not, and sees hair, headwear and colours as much as the face.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from continuity.scoring.encoders.base import Encoder
from continuity.scoring.heads.bank import Bank, embed_crops, side_of
from continuity.scoring.heads.locate import Locator, crop
from continuity.scoring.judges.view import View
from continuity.scoring.places import Window

LOOK = "look"


@dataclass(frozen=True)
class LookJudge:
    encoder: Encoder
    banks: Mapping[str, Bank]
    locator: Locator
    name: str = LOOK

    def search(self, view: View, only: Collection[str]) -> dict[str, list[Window]]:
        return self.locator.search(view.maps, only=only)

    def embed(self, views: Sequence[View], windows: Sequence[Window], subject: str) -> tuple[np.ndarray, list[int]]:
        crops = [crop(view.picture, window) for view, window in zip(views, windows, strict=True)]
        if not crops:
            return np.zeros((0, 1), np.float32), []
        return embed_crops(self.encoder, crops, self.banks[subject]), [side_of(picture) for picture in crops]
