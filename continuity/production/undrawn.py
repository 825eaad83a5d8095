"""What the words of a series say in vain: asked of whoever would draw them, before anything is made."""

from __future__ import annotations

from collections.abc import Iterator

from continuity.plan.schema import NotDrawn, Plan, Shot
from continuity.providers import provider_named
from continuity.providers.base import Told


def noted(plan: Plan) -> Plan:
    """The plan with what its providers say that they will not draw."""
    return plan.model_copy(update={"not_drawn": not_drawn(plan)})


def not_drawn(plan: Plan) -> list[NotDrawn]:
    """Each remark once: of characters with their wardrobes, of places and things, then of actions in story order."""
    found = [
        remark for told, makers in _told(plan) for maker in makers for remark in provider_named(maker).not_drawn(told)
    ]
    return [remark for at, remark in enumerate(found) if remark not in found[:at]]


def sentence(remark: NotDrawn) -> str:
    """One remark as a person reads it."""
    whose = f"{remark.kind} {remark.of}" if remark.kind != "action" else f"shot {remark.of}"
    part = "" if remark.part == "words" else f", {remark.part}"
    words = f"not drawn: {', '.join(f'“{word}”' for word in remark.words)}" if remark.words else ""
    return f"{whose}{part}: {'; '.join(filter(None, (remark.instead, words)))}"


def _told(plan: Plan) -> Iterator[tuple[Told, list[str]]]:
    """What is written, each with the providers that draw it: for the library, and for the shots it is in."""
    shots = list(plan.shots.values())
    for character in plan.characters.values():
        cast = [shot for shot in shots if any(member.character == character.id for member in shot.characters)]
        makers = _makers(plan, character.id, "headshot", cast)
        yield Told("character", character.id, character.bible, character.kind), makers
        if character.wardrobes:
            told = Told("wardrobe", character.id, character.wardrobes, character.kind, beside=character.bible)
            yield told, makers
    for place in plan.locations.values():
        there = [shot for shot in shots if shot.location == place.id]
        times = {shot.time for shot in there if shot.time} or set(place.times)
        texts = {"words": place.words, **{f"times.{time}": text for time, text in place.times.items() if time in times}}
        yield Told("location", place.id, texts), _makers(plan, place.id, "location", there)
    for prop in plan.props.values():
        shown = [shot for shot in shots if prop.id in shot.props]
        yield Told("prop", prop.id, {"words": prop.words}), _makers(plan, prop.id, "prop", shown)
    for shot in shots:
        names = {member.character: plan.characters[member.character].name for member in shot.characters}
        where = plan.locations[shot.location] if shot.location else None
        yield (
            Told(
                "action",
                shot.id,
                {"action": shot.action},
                beside=names,
                props=tuple(shot.props),
                place=(where.id, where.words) if where else ("", ""),
            ),
            [shot.provider],
        )


def _makers(plan: Plan, subject: str, step: str, shots: list[Shot]) -> list[str]:
    drawing = [item.provider for item in plan.library if (item.subject, item.step) == (subject, step)]
    return list(dict.fromkeys([*drawing, *(shot.provider for shot in shots)]))
