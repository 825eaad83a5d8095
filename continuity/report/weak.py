"""Which calibrations are weak, in a sentence each: what they lack, and the way out.

A verdict by a weak calibration is not wrong; it says less than it seems to. How wide the interval of the equal-error
rate is does not count here: with few characters it is wide everywhere (decision 32).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from continuity.plan.schema import Plan
from continuity.report import calibrations
from continuity.report.data import Calibration
from continuity.report.explain import written

FEW = 4  # distinct pictures, from which on poses between two of them are asked for half of what the two differ
OFTEN = 0.1  # of staged takes mistaken: one in ten


@dataclass(frozen=True)
class Weak:
    """``title`` names the look; ``anchor`` is its place on the report's page."""

    title: str
    sentence: str
    anchor: str


def weak_calibrations(plan: Plan, evidence: Mapping[str, Any]) -> list[Weak]:
    """Of the plan's looks that ``evidence`` holds a calibration of, in the plan's order."""
    raw = evidence.get("calibration") or {}
    found = []
    for character in plan.characters.values():
        for look in character.looks.values():
            if not isinstance(values := raw.get(look.folder), dict):
                continue
            one = calibrations.calibration(look.folder, values)
            title = character.name if len(character.looks) == 1 else f"{character.name}, {look.id}"
            if sentence := _sentence(one):
                found.append(Weak(title, sentence, one.anchor))
    return found


def _sentence(one: Calibration) -> str:
    if one.no_verdict:
        return f"There is no verdict: {one.no_verdict}."
    lacks, ways = [], []
    used = sum(use != "left out" for _, use, _ in one.references)
    others = sum(row.kind == "character" for row in one.staged)
    own = next((row for row in one.mistakes if row.kind == "itself"), None)
    of_look = one.judge != "face"  # of faces it is known from thousands of people how far they vary
    if of_look and one.references and used < FEW:
        lacks.append(f"only {used} distinct reference{'' if used == 1 else 's'} could be used")
        ways.append("pictures of it in other angles and expressions")
    if of_look and one.staged and not others:
        lacks.append("there is no other character to tell it from")
        ways.append("another character")
    if one.equal_error is not None and one.equal_error[0] >= OFTEN:
        lacks.append(f"{written(one.equal_error[0], 'percent')} of its staged takes and of others’ are mistaken")
        ways.append("larger pictures of it, in which it differs from the others")
    if own is not None and own.share >= OFTEN:
        lacks.append(f"{written(own.share, 'percent')} of its own staged takes fail")
        ways.append("expressions and angles between those of its pictures")
    if not lacks:
        return ""
    return f"Its verdicts say little yet, since {_listed(lacks)}. Add {_listed(ways)}."


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
