"""Does a plan that was read from a file hang together? What stages look up by name must be there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from continuity.plan.ids import MAX_LENGTH, PATTERN
from continuity.plan.schema import Plan, Shot

_ROLE = 4  # names at most: ami/anime/angle-profile


def first_gap(plan: Plan) -> str | None:
    """What is wrong first, in words; None for a plan as `compose` writes it."""
    return next(_gaps(plan), None)


def _gaps(plan: Plan) -> Iterator[str]:
    by_id: dict[str, Mapping[str, Any]] = {
        "shots": plan.shots, "characters": plan.characters, "locations": plan.locations, "props": plan.props,
        "voices": plan.voices, "models": plan.models, "episodes": {one.id: one for one in plan.series.episodes},
    }  # fmt: skip
    for what, several in by_id.items():
        for name, one in several.items():
            if not _is_id(name) or one.id != name:
                yield f"{what}: {name!a} is no id, or not its own"
    yield from _library(plan)
    yield from (f"voices.{voice.id}: there is no model {voice.model!a}" for voice in plan.voices.values()
                if voice.model not in plan.models)  # fmt: skip
    for route in plan.repair.routes:
        if (route.model or route.way in ("restore", "face-swap", "lip-sync")) and route.model not in plan.models:
            yield f"repair: there is no model {route.model!a}"
    roles = {item.role for item in plan.library}
    for shot in plan.shots.values():
        yield from (f"shots.{shot.id}: {gap}" for gap in _shot(plan, shot, roles))
    yield from _story(plan)


def _library(plan: Plan) -> Iterator[str]:
    made: set[str] = set()
    for character in plan.characters.values():
        for look in character.looks.values():
            if not _is_role(look.folder, least=1):
                yield f"characters.{character.id}: {look.folder!a} is no folder of the library"
            if look.master and not _is_master(look.master):
                yield f"characters.{character.id}: {look.master!a} is no master"
    for item in plan.library:
        if not _is_role(item.role) or item.role in made:
            yield f"library: {item.role!a} is no role, or stands twice"
        missing = [one for one in item.parents if one not in made and not _is_master(one)]
        if missing:
            yield f"library.{item.role}: {missing[0]!a} is not made before it"
        clip = item.direction.get("clip")
        if clip is not None and not (isinstance(clip, dict) and isinstance(clip.get("file"), str)):
            yield f"library.{item.role}: its clip names no file"
        made.add(item.role)


def _shot(plan: Plan, shot: Shot, roles: Collection[str]) -> Iterator[str]:
    for member in shot.characters:
        known = plan.characters.get(member.character)
        if known is None or member.look not in known.looks:
            yield f"there is no {member.character!a} with a look {member.look!a}"
    named: list[tuple[str, str | None, Mapping[str, Any]]] = [
        ("location", shot.location, plan.locations),
        ("shot to start from", shot.start_from, plan.shots),
        ("model", shot.model, plan.models),
        *(("prop", prop, plan.props) for prop in shot.props),
        *(("voice", line.voice, plan.voices) for line in shot.lines),
    ]
    for what, name, known_names in named:
        if name is not None and name not in known_names:
            yield f"there is no {what} {name!a}"
    if any(line.is_spoken and line.voice is None for line in shot.lines):
        yield "a line that is to be spoken has no voice"
    asked = [*shot.references, *(shot.transfer.references if shot.transfer else [])]
    yield from (f"the library has no {role!a}" for role in asked if role not in roles)
    if shot.transfer:
        character = plan.characters.get(shot.transfer.character)
        if character is None or shot.transfer.look not in character.looks:
            yield f"there is no {shot.transfer.character!a} with a look {shot.transfer.look!a}"
    if shot.takes < 1 and not shot.footage:
        yield "it has no takes"
    if shot.at_most < shot.takes:
        yield "it may have fewer takes than it has at least"
    numbers = (*shot.resolution, shot.fps, shot.seconds)
    if not all(0 < number <= 100_000 for number in numbers):
        yield "its seconds, resolution and frame rate must be above zero"


def _story(plan: Plan) -> Iterator[str]:
    told = [shot for episode in plan.series.episodes for shot in episode.shots]
    if sorted(told) != sorted(plan.shots):
        yield "series.episodes: they do not hold every shot once"
    for episode in plan.series.episodes:
        if not episode.shots or episode.poster not in (None, *episode.shots):
            yield f"series.episodes.{episode.id}: it has no shots, or a poster of another episode"
    for shot in plan.shots.values():
        before, seen = shot.start_from, {shot.id}
        while before is not None and before in plan.shots:
            if before in seen:
                yield f"shots.{shot.id}: it starts from itself"
                return
            seen.add(before)
            before = plan.shots[before].start_from


def _is_id(name: str) -> bool:
    return len(name) <= MAX_LENGTH and PATTERN.fullmatch(name) is not None


def _is_role(name: str, least: int = 2) -> bool:
    parts = name.split("/")
    return least <= len(parts) <= _ROLE and all(PATTERN.fullmatch(part) and len(part) <= 100 for part in parts)


def _is_master(name: str) -> bool:
    parts = name.split("/")
    plain = name.isprintable() and "\\" not in name and ":" not in name
    return plain and parts[0] == "masters" and len(parts) > 1 and not {"", ".", ".."} & set(parts)
