"""A sampled frame as pages show it: its picture, who was found in it, and how well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from continuity.report.calibrations import number
from continuity.report.data import Frame, Picture, Sighting


@dataclass(frozen=True)
class Wanted:
    """A character that a take should show, as pages name and colour it; ``threshold`` is z."""

    character: str
    name: str
    colour: int
    threshold: float | None


def frame(
    shot: str,
    length: float,
    scored: Mapping[str, Any],
    cast: Sequence[Wanted],
    index: int,
    picture: Callable[[str], Picture],
) -> Frame:
    """Frame ``index`` of a take, as the evidence holds it; ``picture`` makes one with that alternative text."""
    people = scored.get("characters") or {}
    sightings = [_sighting(one, people.get(one.character) or {}, index) for one in cast]
    seen = [sighting for sighting in sightings if sighting is not None]
    seconds = _seconds(scored, index, length)
    alt = f"{shot} at {seconds:.1f} s: " + (", ".join(_in_words(one) for one in seen) or "nobody looked for")
    return Frame(picture(alt), seconds, seen)


def spread(count: int, most: int) -> list[int]:
    """At most ``most`` indices out of ``count``, evenly spread, each centred in its part."""
    if count <= most:
        return list(range(count))
    return [int((number + 0.5) * count / most) for number in range(most)]


def _sighting(wanted: Wanted, values: Mapping[str, Any], index: int) -> Sighting | None:
    frames = values.get("frames") or []
    if index >= len(frames):
        return None
    frame = frames[index]
    found, z, failed = bool(frame.get("found")), number(frame, "z"), values.get("passed") is False
    covered = not found and bool(frame.get("covered"))
    box = frame.get("box") if found or covered else None
    percent = None
    if box and len(box) == 4:
        left, top, right, bottom = (min(max(float(edge), 0.0), 1.0) * 100 for edge in box)
        percent = (left, top, right - left, bottom - top)
    return Sighting(
        character=wanted.character,
        name=wanted.name,
        colour=wanted.colour,
        found=found,
        identity=number(frame, "identity") if found else None,
        z=z if found else None,
        off_model=found and failed and _falls_short(z, number(frame, "margin"), wanted.threshold),
        covered=covered,
        box=percent,
    )


def _falls_short(z: float | None, margin: float | None, threshold: float | None) -> bool:
    """Whether a frame is one of those for which a take fails.

    Of a take that passes none is marked: its worst moment, which lies between its lowest frames, is good enough.
    """
    below = z is not None and threshold is not None and z < threshold
    return below or (margin is not None and margin <= 0)


def _seconds(scored: Mapping[str, Any], index: int, length: float) -> float:
    for values in (scored.get("characters") or {}).values():
        frames = values.get("frames") or []
        if index < len(frames):
            return number(frames[index], "t") or 0.0
    return length * (index + 0.5) / max(len(scored.get("pictures") or []), 1)


def _in_words(sighting: Sighting) -> str:
    if not sighting.found:
        return f"{sighting.name} {'covered' if sighting.covered else 'not found'}"
    if sighting.z is None:
        return f"{sighting.name} found"
    return f"{sighting.name} found, scaled identity {sighting.z:.2f}{', off model' if sighting.off_model else ''}"
