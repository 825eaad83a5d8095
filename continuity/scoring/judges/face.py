"""Judging by the face: found by a face detector, compared by a network that was trained to tell people apart.

It knows real people and what is made to look like them. Of an animal, and of most drawings, it says nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from continuity.scoring.encoders.face import LENGTH, FaceEncoder
from continuity.scoring.faces.compared import face_encoder, head_window
from continuity.scoring.heads.bank import Bank
from continuity.scoring.judges.view import View
from continuity.scoring.places import Window

FACE = "face"
MOST = 3  # faces that are offered for a subject, the likest first


@dataclass(frozen=True)
class FaceJudge:
    banks: Mapping[str, Bank]
    name: str = FACE

    @property
    def encoder(self) -> FaceEncoder:
        return face_encoder()

    def search(self, view: View, only: Collection[str]) -> dict[str, list[Window]]:
        vectors, sides = view.described
        found = {}
        for subject in only:
            bank = self.banks[subject]
            windows = [
                replace(head_window(face), score=bank.likeness(vector, side))
                for face, vector, side in zip(view.faces, vectors, sides, strict=True)
            ]
            found[subject] = sorted(windows, key=lambda window: -window.score)[:MOST]
        return found

    def embed(self, views: Sequence[View], windows: Sequence[Window], subject: str) -> tuple[np.ndarray, list[int]]:
        rows, sides = np.zeros((len(views), LENGTH), np.float32), []
        for row, view, window in zip(rows, views, windows, strict=True):
            vectors, all_sides = view.described
            place = next(place for place, face in enumerate(view.faces) if face is window.face)
            row[:] = vectors[place]
            sides.append(all_sides[place])
        return rows, sides
