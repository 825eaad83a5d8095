"""A frame as judges look at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from continuity.scoring.faces.compared import described, likely_faces
from continuity.scoring.heads.locate import Maps, Statistics
from continuity.scoring.places import Face


@dataclass(frozen=True)
class View:
    """One RGB uint8 picture; what several judges and characters need of it is made once, when first asked for."""

    picture: np.ndarray
    statistics: Statistics

    def knowing(self, faces: list[Face], vectors: np.ndarray, sides: list[int]) -> View:
        """The same frame, its faces and what `described` says of them seen before."""
        view = View(self.picture, self.statistics)
        view.__dict__.update(faces=faces, described=(vectors, sides))  # as `cached_property` keeps them
        return view

    @cached_property
    def maps(self) -> Maps:
        return Maps.of(self.picture, self.statistics)

    @cached_property
    def faces(self) -> list[Face]:
        """The likely ones, the surest first."""
        return likely_faces(self.picture)

    @cached_property
    def described(self) -> tuple[np.ndarray, list[int]]:
        """The faces' vectors (n, 128), and the sides (`bank.SIDES`) that belong to each."""
        return described(self.picture, self.faces)
