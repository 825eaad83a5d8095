"""Where in a take the heads are that have to be mended, as its score saw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from continuity.scoring.takes.faults import Fault
from continuity.scoring.takes.result import TakeScore


def heads(score: TakeScore, faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """``{"at": seconds, "boxes": [[x0, y0, x1, y1], ...]}`` of each sampled frame that shows one, in order of time.

    Boxes are in shares of the frame, 0 to 1; of a covered head, where it must be. Of the characters that ``faults``
    name, else of all.
    """
    drifted = {fault.character for fault in faults if fault.character} or set(score.characters)
    seen: dict[float, list[list[float]]] = {}
    for id in sorted(drifted & set(score.characters)):
        for frame in score.characters[id].frames:
            if frame.box is not None:
                seen.setdefault(frame.t, []).append(list(frame.box))
    return [{"at": at, "boxes": seen[at]} for at in sorted(seen)]
