"""A line as it was heard in a take: who should speak, and the vector of whoever does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from continuity.scoring.encoders.base import from_written, written


@dataclass(frozen=True)
class LineVoice:
    """One line spoken on screen. ``vector``: unit, under the voice encoder; None where too little sounds."""

    character: str
    vector: np.ndarray | None = field(compare=False)

    def to_json(self) -> dict[str, Any]:
        return {"character": self.character, "vector": None if self.vector is None else written(self.vector)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> LineVoice:
        """From `to_json`; whatever else stands beside its fields is passed over."""
        vector = value["vector"]
        return cls(value["character"], None if vector is None else from_written(vector))
