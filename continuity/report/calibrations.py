"""The calibration of each character's look, found in the evidence by the look's folder."""

from __future__ import annotations

from typing import Any

from continuity.plan.schema import Shot
from continuity.report.data import Calibration, Mistakes, StagedIdentity
from continuity.report.sources import Sources


def all_of(sources: Sources) -> dict[str, Calibration]:
    """By the name that the scores use: ``ami/anime``, or ``kit`` for a character with one look."""
    raw = sources.evidence.get("calibration") or {}
    return {name: calibration(name, values) for name, values in raw.items() if isinstance(values, dict)}


def of(sources: Sources, calibrations: dict[str, Calibration], character: str, look: str) -> Calibration | None:
    """The calibration that applies to one look of one character."""
    known = sources.plan.characters.get(character)
    folder = known.looks[look].folder if known and look in known.looks else character
    for name in (folder, f"{character}/{look}", character):
        if name in calibrations:
            return calibrations[name]
    return None


def look_shown(shot: Shot, folder: str, character: str) -> str:
    """The look in which a take of that folder shows the character."""
    member = next((m for m in shot.characters if m.character == character), None)
    if folder != "generated" and shot.transfer and shot.transfer.character == character:
        return shot.transfer.look
    return member.look if member else ""


def number(values: dict[str, Any], name: str) -> float | None:
    """A float, or None for anything that is not a number."""
    value = values.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def calibration(name: str, values: dict[str, Any]) -> Calibration:
    """One as the evidence holds it, by whichever version wrote it."""
    return Calibration(
        name=name,
        floor=number(values, "floor"),
        ceiling=number(values, "ceiling"),
        threshold=number(values, "threshold"),
        error=number(values, "error"),
        same=[float(v) for v in values.get("same") or []],
        different=[float(v) for v in values.get("different") or []],
        calibrated_on=str(values.get("calibrated_on") or ""),
        no_verdict=str(values.get("no_verdict") or ""),
        judge=str(values.get("judge") or ""),
        encoder=str(values.get("encoder") or ""),
        chosen_for=str(values.get("chosen_for") or ""),
        references=[(str(row["role"]), str(row["use"]), str(row["how"])) for row in values.get("references") or []],
        staged=[
            StagedIdentity(row["name"], row["kind"], row["pictures"], row["takes"])
            for row in values.get("staged") or []
        ],
        candidates=[
            (row["judge"], row["encoder"], number(row, "told_apart"), float(row["staged_found"]))
            for row in values.get("candidates") or []
        ],
        equal_error=_interval(values.get("sureness") or {}),
        mistakes=[
            Mistakes(row["kind"], row["takes"], row["n"], *(float(row[name]) for name in ("share", "low", "high")))
            for row in values.get("mistakes") or []
        ],
    )


def _interval(sureness: dict[str, Any]) -> tuple[float, float, float] | None:
    rate, low, high = (number(sureness, name) for name in ("rate", "low", "high"))
    return None if rate is None or low is None or high is None else (rate, low, high)
