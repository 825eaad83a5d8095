"""Whether the reader of traits knows drawings like a character's, so that its lines can tell of drift."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from continuity.scoring.encoders.traits import Reading
from continuity.scoring.traits.lines import UNSURE

PLAIN = 192  # of `reading.SIDES`: heads of this size are read as well as any
UNKNOWN = (
    0.165  # share of a head that it cannot name: drawings like the reader's own have .07 to .15, others .18 to .45
)


def unsure(readings: Sequence[Reading]) -> float:
    """The share of heads, plainly seen, of which the reader cannot say what it is."""
    return float(np.mean([one.areas[UNSURE] for one in readings]))
