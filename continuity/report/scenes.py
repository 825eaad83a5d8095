"""Props, places and wardrobes of a take as the page shows them: a line each, and the props' boxes on frames."""

from __future__ import annotations

from typing import Any

from continuity.report.calibrations import number
from continuity.report.data import SceneLine, ThingBox
from continuity.report.sources import Sources


def lines(sources: Sources, scored: dict[str, Any]) -> list[SceneLine]:
    """One for each prop, for the place, and for each wardrobe; none where nothing of it was scored."""
    scene = scored.get("scene") or {}
    found = [
        SceneLine(
            "Prop",
            _prop(sources, str(one.get("prop"))),
            number(one, "z"),
            number(one, "z_p05"),
            number(one, "coverage"),
            None,
            str(one.get("verdict")),
            str(one.get("reason") or ""),
        )
        for one in scene.get("props") or []
    ]
    if place := scene.get("place"):
        verdict, nearest = str(place.get("verdict")), str(place.get("nearest") or "").removeprefix("locations/")
        found.append(
            SceneLine(
                "Place",
                str(place.get("location")).removeprefix("locations/"),
                number(place, "z"),
                number(place, "z_p05"),
                number(place, "coverage"),
                number(place, "margin"),
                verdict,
                f"looks like {nearest}" if verdict in ("elsewhere", "other time") else str(place.get("reason") or ""),
            )
        )
    for character, worn in (scene.get("wardrobes") or {}).items():
        known = sources.plan.characters.get(character)
        changed = worn.get("verdict") == "changed"
        found.append(
            SceneLine(
                "Wardrobe",
                f"{known.name if known else character}, {worn.get('wardrobe')}",
                None,
                None,
                None,
                number(worn, "margin"),
                str(worn.get("verdict")),
                f"looks like {worn.get('nearest')}" if changed else str(worn.get("reason") or ""),
            )
        )
    return found


def boxes(sources: Sources, scored: dict[str, Any], index: int) -> list[ThingBox]:
    """Where each prop was found in one frame."""
    found = []
    for one in (scored.get("scene") or {}).get("props") or []:
        frames = one.get("frames") or []
        box = frames[index].get("box") if index < len(frames) else None
        if box and len(box) == 4:
            left, top, right, bottom = (min(max(float(edge), 0.0), 1.0) * 100 for edge in box)
            name = _prop(sources, str(one.get("prop")))
            z = number(frames[index], "z")
            found.append(ThingBox(name, z, one.get("verdict") == "changed", (left, top, right - left, bottom - top)))
    return found


def _prop(sources: Sources, role: str) -> str:
    id = role.removeprefix("props/")
    known = sources.plan.props.get(id)
    return known.name if known else id
