"""Routes of repair: which of them can serve a shot, and in which order. Known from the plan alone, before money.

Which route fits what is wrong with a take is for `continuity.production.routes`, since it takes scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from continuity.plan.estimate import price_of_route
from continuity.plan.limits import check_film
from continuity.plan.problems import Problems
from continuity.plan.schema import ModelCard, Repair, Route, Shot
from continuity.plan.sources import Sources


def serving(repair: Repair, shot: Shot, cards: Mapping[str, ModelCard]) -> list[Route]:
    """The routes that can serve a shot, the cheapest first; of one price, in the order they were written in."""
    able = [route for route in repair.routes if not objection(route, shot, cards)]
    return sorted(able, key=lambda route: price_of_route(route, shot, cards))


def objection(route: Route, shot: Shot, cards: Mapping[str, ModelCard]) -> str:
    """Why a route cannot serve a shot, in words; empty when it can."""
    if shot.footage:
        return "its takes were made elsewhere"
    if route.way == "another-take":
        return ""
    if route.way == "stronger-references":
        shown = cards[shot.model].limits.max_references != 0 and shot.references
        return "" if shown else f"{shot.model} is shown no pictures"
    if route.way == "face-swap" and len(shot.characters) != 1:
        return f"a face swap is not told whose face, and {len(shot.characters) or 'no'} characters are shown"
    if route.way == "lip-sync" and (said := _whose_lips(shot)):
        return said
    problems = Problems()
    check_film("", shot, cards[route.model], len(shot.characters), [], "", problems)
    return next((line.removeprefix(": ") for line in problems.lines), "")


def _whose_lips(shot: Shot) -> str:
    """Why a model that is given a take and all that is said in it cannot know whose mouth is meant; empty if it can."""
    speakers = {line.character for line in shot.lines if line.in_take and line.is_spoken}
    if not speakers:
        return "nothing is said in it"
    if speakers != {member.character for member in shot.characters}:
        return f"a lip sync is not told whose lips: {len(shot.characters)} characters are shown, {len(speakers)} speak"
    return "" if len(speakers) == 1 else f"a lip sync is not told whose lips, and {len(speakers)} characters speak"


def check_routes(
    routes: Sequence[Route],
    shots: Mapping[str, Shot],
    cards: Mapping[str, ModelCard],
    sources: Sources,
    problems: Problems,
) -> None:
    """A route that serves some shots is a route; one that serves none is a slip."""
    mendable = [shot for shot in shots.values() if not shot.footage]
    for number, route in enumerate(routes):
        said = [objection(route, shot, cards) for shot in mendable]
        if said and all(said):
            problems.add(
                sources.where(("repair", "routes", number)),
                f"{route.way} can serve no shot: {said[0]}; take it out, or name another `model`",
            )
