"""What the scores were measured to do: ``docs/validation.json`` beside its page, and what ``--keep`` keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from continuity.records.fields import Count, Number, Record
from continuity.records.reading import read

MADE_BY = "continuity ladder --out docs/validation.md"


class Estimate(Record):
    """A value with its 95 % interval; None where it cannot be estimated. ``count`` observations stand behind it."""

    value: Number | None
    low: Number | None
    high: Number | None
    count: Count

    def __str__(self) -> str:
        if self.value is None:
            return "–"
        interval = "" if self.low is None or self.high is None else f" [{short(self.low)}, {short(self.high)}]"
        return f"{short(self.value)}{interval}"


def short(value: float) -> str:
    """Three digits: ``.123``, ``-.045``, ``1.00``."""
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 0.9995 else f"{value:.2f}"


class JudgedTake(Record):
    """One take of known truth, with what the product says of it and the baselines beside.

    ``strength`` 0: nothing changed, and no ``trait``; ``size``: how large the change is as it is drawn, in the unit of
    the trait's line, else the strength. ``variant`` is the nuisance or the way of encoding, ``of`` the
    take that it is a variant of, by number among the character's; ``others`` and each of ``baselines`` hold
    likenesses (mean cosines) by character, None where it was not found.
    """

    character: str
    kind: Literal["ladder", "nuisance", "stability"]
    trait: str
    strength: Number
    size: Number
    framing: str
    variant: str
    of: Count
    passed: bool | None
    z: Number | None  # of the worst moment
    likenesses: dict[str, Number | None]
    lines: dict[str, Number | None]  # how far beyond noise, 1 and more: doubtful
    drifts: dict[str, Number | None]  # of the same lines, in their own units
    changed: list[str]
    baselines: dict[str, dict[str, Number | None]]


class JudgedTakes(Record):
    takes: list[JudgedTake]


class Told(Record):
    """How a likeness follows the size of a trait's change, and tells its full step from none."""

    spearman: Estimate
    auc: Estimate


class Rung(Record):
    """How one trait is seen. ``within``: Spearman of its line inside each character, averaged.

    ``failed``: of takes at full strength, ``caught`` from half of it on, those that are off-model; ``shown`` from half
    on, those whose line is doubtful or changed.
    """

    trait: str
    identity: Told
    line: Told
    within: Estimate
    baselines: dict[str, Told]
    failed: Estimate
    caught: Estimate
    shown: Estimate


class Drawn(Record):
    """``alarms``: unchanged takes that do not pass; ``missed``: takes changed by half and more that pass.

    ``between``: AUC of a character's own takes against those of the others, by way of judging.
    """

    characters: Count
    takes: Count
    rungs: list[Rung]
    alarms: Estimate
    alarms_by_framing: dict[str, Estimate] = Field(default_factory=dict)
    missed: Estimate
    missed_visible: Estimate  # of those in which the trait's line says anything, or the head is not found
    unshown: Estimate  # of the same, those that pass and whose line is not even in doubt
    between: dict[str, Estimate]
    lines_alarmed: dict[str, Count]
    lines_doubted: dict[str, Count]


class Moved(Record):
    """How often one thing alone moved a verdict, and how often any trait's line became or ceased to be changed."""

    name: str
    verdicts: Estimate
    fails: Count  # of them, verdicts that went from passed to not
    lines: Estimate


class VoiceSet(Record):
    """How well lines are told by whose locked sample they resemble; by way of judging.

    ``at``: the score at the equal error point. ``least`` and ``most``: of the speaker score, the least of a line with
    its own sample, and the most of one with another's.
    """

    name: str
    voices: list[str]
    lines: Count
    eer: dict[str, Estimate]
    auc: dict[str, Estimate]
    at: dict[str, Number]
    least: Number
    most: Number


class WayRow(Record):
    """How one way did on a set. ``passed`` is of takes of the right identity, ``wrong`` of another one's."""

    way: str
    auc: Estimate
    passed: Estimate
    wrong: Estimate
    found: Estimate
    judged_by: dict[str, Count]


class SetResult(Record):
    name: str
    identities: Count
    takes: Count
    references: Count
    rows: list[WayRow]


class Measured(Record):
    """Everything on the page; a section that was not measured is None or empty."""

    drawn: Drawn | None = None
    nuisances: list[Moved] | None = None
    stability: list[Moved] | None = None
    voices: list[VoiceSet] = Field(default_factory=list)
    sets: list[SetResult] = Field(default_factory=list)


def read_measured(path: Path) -> Measured:
    """Raises ProjectError when the file is missing or damaged."""
    return read(path, Measured, MADE_BY)
