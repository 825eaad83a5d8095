"""The bars that the scores should clear, each held against what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from continuity.records.validation import Drawn, Estimate, Measured, Moved, Rung
from continuity.validation.drawn import IDENTITY
from continuity.validation.statistics import DIGITS
from continuity.validation.voices import SPEAKER

FILM, PEOPLE = "film", "people"  # names of sets that a bar is about
LEAST_RANKED = 0.95  # Spearman
AUC = {"drawn": 0.99, FILM: 0.97, PEOPLE: 0.99}
MOST_MOVED, MOST_ALARMS, MOST_MISSED, MOST_EER, LEAST_STABLE = 0.02, 0.03, 0.10, 0.02, 0.98

Verdict = Literal["holds", "holds, within chance", "fails", "not measured"]


@dataclass(frozen=True)
class Bar:
    """``at_least``: whether the measure should be as high as ``wanted`` or more, else as low or less.

    ``verdict``: *within chance* where the value holds and the worse end of its interval does not.
    """

    about: str
    measure: str
    wanted: float
    at_least: bool
    measured: Estimate | None

    @property
    def verdict(self) -> Verdict:
        if self.measured is None or self.measured.value is None:
            return "not measured"
        if not self._clears(self.measured.value):
            return "fails"
        worse = self.measured.low if self.at_least else self.measured.high
        return "holds" if worse is not None and self._clears(worse) else "holds, within chance"

    def _clears(self, value: float) -> bool:
        return value >= self.wanted if self.at_least else value <= self.wanted


def bars(measured: Measured) -> list[Bar]:
    """All of them, in the order of the page; those of sections that were not measured say so."""
    sets = {one.name: one.rows[0].auc for one in measured.sets if one.rows}
    drawn, voices = measured.drawn, measured.voices
    # A set of one's own is of voices that nothing was tuned on; those of `speech` were looked at when it was made.
    own = [one for one in voices if one.name in (FILM, PEOPLE, "voices")] or voices
    return [
        *_ranked(drawn),
        Bar("drawn characters told apart", "AUC", AUC["drawn"], True, drawn.between.get(IDENTITY) if drawn else None),
        Bar("CG film across cuts", "AUC", AUC[FILM], True, sets.get(FILM)),
        Bar("faces of people", "AUC", AUC[PEOPLE], True, sets.get(PEOPLE)),
        *_moved(measured.nuisances),
        Bar("undrifted takes", "false alarms", MOST_ALARMS, False, drawn.alarms if drawn else None),
        Bar("drift that a viewer sees", "missed", MOST_MISSED, False, drawn.missed_visible if drawn else None),
        Bar("voices", "equal error rate", MOST_EER, False, own[0].eer.get(SPEAKER) if own else None),
        *_stable(measured.stability),
    ]


def ranked_by(rung: Rung) -> tuple[str, Estimate]:
    """Which of identity and the trait's own line follows its steps better, and how well."""
    line = (rung.line.spearman.value or -1.0) >= (rung.identity.spearman.value or -1.0)
    return ("its line", rung.line.spearman) if line else ("identity", rung.identity.spearman)


def has_steps(rung: Rung) -> bool:
    """Whether the trait changes by steps; what is there or not has none to follow."""
    return rung.line.spearman.count > 0 and rung.trait not in ABSENT


ABSENT = frozenset({"hair form", "glasses lost", "headwear", "scarf lost", "jacket cut"})


def _ranked(drawn: Drawn | None) -> Iterator[Bar]:
    for rung in drawn.rungs if drawn else ():
        if has_steps(rung):
            way, estimate = ranked_by(rung)
            yield Bar(f"{rung.trait}, by {way}", "Spearman with its size", LEAST_RANKED, True, estimate)


def _moved(rows: list[Moved] | None) -> Iterator[Bar]:
    for row in rows or ():
        if row.name != "framing":
            yield Bar(_named(row), "verdicts moved", MOST_MOVED, False, row.verdicts)
    if not rows:
        yield Bar("background, light, expression or angle alone", "verdicts moved", MOST_MOVED, False, None)


def _named(row: Moved) -> str:
    return "background, light, expression and angle" if row.name == "together" else f"{row.name} alone"


def _stable(rows: list[Moved] | None) -> Iterator[Bar]:
    for row in rows or ():
        name = "all of these encodings" if row.name == "together" else row.name
        yield Bar(name, "verdict unchanged", LEAST_STABLE, True, kept(row.verdicts))
    if not rows:
        yield Bar("encoded otherwise", "verdict unchanged", LEAST_STABLE, True, None)


def kept(moved: Estimate) -> Estimate:
    """The share of those that did not move."""
    value, low, high = (None if end is None else round(1 - end, DIGITS) for end in (moved.value, moved.high, moved.low))
    return Estimate(value=value, low=low, high=high, count=moved.count)
