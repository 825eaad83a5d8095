"""Takes in rounds: a shot gets another take only while none of those that it has passes.

What is shown is what counts: where a shot has a transfer, its takes are judged after it. Scores are kept, so that the
consistency-score stage computes none of them again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from continuity.jobs.store import Store
from continuity.plan.schema import Plan, Shot
from continuity.production.score import Scoring
from continuity.production.workspace import SpokenLine, Take


class Rounds:
    """Says which shots get another take. Loads and calibrates when it is first asked about takes."""

    def __init__(self, root: Path, plan: Plan, store: Store, lines: Mapping[str, Sequence[SpokenLine | None]]) -> None:
        self._root, self._plan, self._store = root, plan, store
        self._lines = {shot: [line for line in spoken if line] for shot, spoken in lines.items()}

    @cached_property
    def scoring(self) -> Scoring:
        return Scoring(self._root, self._plan, self._store, self._lines)

    def open(self, shots: Sequence[Shot], takes: Mapping[str, Sequence[Take | None]]) -> list[Shot]:
        """Those of ``shots`` that may have another take and whose takes all fail.

        A take without a verdict does not fail, so it ends the rounds; a mute one fails, and ends them too, since the
        next would be mute. Of takes that a dry run has not found (None) nothing is known, so there they end as well.
        """
        asked = [shot for shot in shots if len(takes[shot.id]) < shot.at_most and None not in takes[shot.id]]
        shown = [take for shot in asked for take in takes[shot.id] if take]
        if not shown:
            return []
        scored = self.scoring.score_takes(shown)
        will_do = {one.take.shot for one in scored if not one.fails or one.score.is_mute}
        return [shot for shot in asked if shot.id not in will_do]
