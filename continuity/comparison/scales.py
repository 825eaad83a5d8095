"""One scale for both runs: z is made by each run's own calibration, and these may differ.

A new location or another character moves the calibration of every look a little. As long as a look is judged by the
same means against the same references, its cosines are one measure, and give z on the other run's scale too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from continuity.comparison.sides import Side
from continuity.scoring import metrics
from continuity.scoring.takes.result import CharacterScore, FrameScore

MEANS = ("judge", "encoder")
SCALE = ("floors", "ceilings")  # cosines by resolution, of which z is made

Calibration = Mapping[str, Any]


def unlike(subject: str, now: Side, before: Side) -> str:
    """Why z of a look is another measure in the two runs, and stays so; empty where it is one, or can be made one."""
    one, other = now.calibration[subject], before.calibration[subject]
    if any(one.get(name) != other.get(name) for name in MEANS):
        return "measured by another judge or encoder"
    if all(one[name] == other[name] for name in SCALE):
        return ""
    new, old = now.references(), before.references()
    if new is None or old is None:
        return "calibrated otherwise, and whether by the same references cannot be read (`dvc fetch --all-commits`)"
    return "" if new.get(subject) == old.get(subject) else "its references have changed, so that z is another measure"


def on_scale_of(now: Side, before: Side) -> Side:
    """``now`` with z as ``before`` would have it, of each look that both have and that `unlike` allows."""
    shared = now.calibration.keys() & before.calibration.keys()
    moved = {
        subject: (now.calibration[subject], before.calibration[subject])
        for subject in sorted(shared)
        if any(now.calibration[subject][name] != before.calibration[subject][name] for name in SCALE)
        and not unlike(subject, now, before)
    }
    if not moved:
        return now
    takes = {
        shot: [
            replace(take, score=replace(take.score, characters={
                id: _moved(c, *moved[c.subject]) if c.subject in moved else c for id, c in take.score.characters.items()
            }))
            for take in several
        ]
        for shot, several in now.takes.items()
    }  # fmt: skip
    return replace(now, takes=takes)


def _moved(character: CharacterScore, own: Calibration, other: Calibration) -> CharacterScore:
    frames = [_frame(frame, own, other) for frame in character.frames]
    z = metrics.identity([frame.z for frame in frames if frame.found and frame.z is not None])
    return replace(character, frames=frames, z=metrics.rounded(z))


def _frame(frame: FrameScore, own: Calibration, other: Calibration) -> FrameScore:
    """The resolution at which a head was compared is not written, and is that whose scale gives the z that is."""
    if frame.identity is None or frame.z is None:
        return frame
    identity, z = frame.identity, frame.z
    sides = [side for side in own["floors"] if side in other["floors"]]
    known = [(abs(value - z), side) for side in sides if (value := _z(identity, own, side)) is not None]
    moved = _z(identity, other, min(known)[1]) if known else None
    return replace(frame, z=metrics.rounded(moved))


def _z(identity: float, calibration: Calibration, side: str) -> float | None:
    floor, ceiling = calibration["floors"][side], calibration["ceilings"].get(side)
    return None if ceiling is None or ceiling == floor else float((identity - floor) / (ceiling - floor))
