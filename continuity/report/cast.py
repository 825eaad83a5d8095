"""Characters and library as the page shows them: contact sheets, the bible, voices, plates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from continuity.plan.schema import Character, Look
from continuity.report import calibrations, inline
from continuity.report.calibrations import number
from continuity.report.data import Calibration, CharacterView, LibraryRow, LibraryView, LookView, Plate
from continuity.report.sources import Sources

STEPS = {
    "headshot": "Headshot",
    "angle": "Angles",
    "still": "Stills from the reference clip",
    "wardrobe": "Wardrobe",
    "expression": "Expressions",
    "lookalike": "Lookalikes, to calibrate alone",
}
PLATE_WIDTH, BACKDROP_WIDTH = 240, 480


def character_views(sources: Sources, thresholds: dict[str, Calibration]) -> list[CharacterView]:
    """Every character of the plan, with whatever of its library exists."""
    return [_character(sources, character, thresholds) for character in sources.plan.characters.values()]


def library_view(sources: Sources) -> LibraryView:
    """Locations and props as plates, and every item of the library with where it came from."""
    rows = [
        LibraryRow(
            role=role,
            step=str(item.get("step") or ""),
            parents=[str(parent) for parent in item.get("parents") or []],
            prompt=str(item.get("prompt") or ""),
            sha256=str(item.get("sha256") or ""),
            key=str(item.get("key") or ""),
        )
        for role, item in _items(sources).items()
    ]
    return LibraryView(_plates(sources, "location"), _plates(sources, "prop"), rows)


def _items(sources: Sources) -> dict[str, dict[str, Any]]:
    return sources.library.get("items") or {}


def _plates(sources: Sources, step: str) -> list[Plate]:
    plates = []
    for role, item in _items(sources).items():
        if item.get("step") == step:
            subject, trait = str(item.get("subject") or ""), item.get("trait")
            known = (sources.plan.locations if step == "location" else sources.plan.props).get(subject)
            name = (known.name if known else subject) + (f", {trait}" if trait else "")
            width = BACKDROP_WIDTH if step == "location" else PLATE_WIDTH
            parts = [part for part in ("words", f"times.{trait}") if step == "prop" or trait or part == "words"]
            unheard = ", ".join(filter(None, (sources.not_drawn(step, subject, part) for part in parts)))
            plates.append(Plate(role, name, inline.picture(_path(sources, item), name, width), unheard))
    return plates


def _character(sources: Sources, character: Character, thresholds: dict[str, Calibration]) -> CharacterView:
    voice = sources.plan.voices.get(character.voice or "")
    measured = sources.evidence.get("distinctiveness") or sources.library.get("distinctiveness") or {}
    margins = measured.get(character.id) or {}
    return CharacterView(
        id=character.id,
        name=character.name,
        colour=sources.colours[character.id],
        kind=character.kind,
        pronouns=character.pronouns,
        bible=[
            (trait, words, sources.not_drawn("character", character.id, trait))
            for trait, words in character.bible.items()
        ],
        wardrobes=[
            (name, words, sources.not_drawn("wardrobe", character.id, name))
            for name, words in character.wardrobes.items()
        ],
        looks=[_look(sources, character, look, thresholds) for look in character.looks.values()],
        distinctiveness=[
            (_name(sources, other), margin) for other in margins if (margin := number(margins, other)) is not None
        ],
        voice_id=voice.id if voice else "",
        voice=inline.sound(sources.root / "assets/library/voices" / f"{voice.id}.wav") if voice else "",
        voice_words=voice.sample if voice else "",
    )


def _look(sources: Sources, character: Character, look: Look, thresholds: dict[str, Calibration]) -> LookView:
    master = None
    if look.master:
        role = look.master if look.master.startswith("masters/") else f"masters/{look.master}"
        path = sources.file(f"assets/{role}")
        if path.exists():
            alt = f"{character.name}, {look.id}: the master"
            master = Plate(role, "", inline.picture(path, alt, PLATE_WIDTH))
    mine = {
        role: item
        for role, item in _items(sources).items()
        if item.get("subject") == character.id and item.get("look") in (look.id, None)
    }
    groups = []
    for step, words in STEPS.items():
        plates = []
        for role, item in mine.items():
            if item.get("step") == step:
                caption = str(item.get("trait") or "")
                alt = f"{character.name}, {look.id}: {step} {caption}".rstrip()
                plates.append(Plate(role, caption, inline.picture(_path(sources, item), alt, PLATE_WIDTH)))
        if plates:
            groups.append((words, plates))
    calibration = calibrations.of(sources, thresholds, character.id, look.id)
    return LookView(look.id, look.style, master, groups, calibration.anchor if calibration else "")


def _path(sources: Sources, item: dict[str, Any]) -> Path:
    return sources.file(item["path"])


def _name(sources: Sources, character: str) -> str:
    known = sources.plan.characters.get(character)
    return known.name if known else character
