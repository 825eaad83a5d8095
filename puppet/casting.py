"""From a request's neutral direction and references to who stands where: the puppet's reading of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from continuity.plan.seeds import derive_seed
from continuity.request import Request
from puppet import identity, props, sets, words
from puppet.acting import Actor, read_expression
from puppet.identity import Kept
from puppet.rig import Stage, Style, Traits

_NOWHERE = {"id": "studio", "words": "a plain studio"}


@dataclass(frozen=True)
class Figure:
    """A character ready to be drawn. ``from_pictures`` is False where words alone decided the traits."""

    actor: Actor
    traits: Traits
    style: Style
    from_pictures: bool


def figures(request: Request) -> list[Figure]:
    """The cast of a video request. Raises MediaError and RequestRefused for references that cannot be used."""
    return [figure(request, member) for member in request.direction.get("characters", ())]


def figure(request: Request, member: Mapping[str, Any], wardrobe: str | None = None) -> Figure:
    """One cast member: kept from its pictures where there are any, else read from its words."""
    who = character_id(member)
    kind = "creature" if member.get("kind") == "creature" else "human"
    wardrobe = wardrobe or member.get("wardrobe")
    outfit = member.get("wardrobe_words") or ""
    kept, dressed = identity.keep(request.references, who, wardrobe)
    if kept is None or kept.traits is None:
        seed = derive_seed(request.seed, who, "invented")
        bible = member.get("bible") or {"": request.prompt}
        traits, style = (
            words.traits_from_words(kind, bible, outfit, seed),
            words.style_of(str(member.get("look_style", ""))),
        )
    else:
        traits, style = kept.traits, kept.style or words.style_of(str(member.get("look_style", "")))
        if not dressed and outfit:
            # The words name a range; which colour in it is the wardrobe's own, so that every shot agrees.
            clothes = words.dress(traits.outfit, outfit, traits.kind, derive_seed(who, wardrobe), member.get("bible"))
            traits = replace(traits, outfit=clothes)
    actor = Actor(
        id=who, name=str(member.get("name") or who), kind=traits.kind,
        expression=read_expression(str(member.get("expression") or "neutral")) or "neutral",
        angle=str(member.get("angle") or "front"), position=member.get("position") or "centre",
    )  # fmt: skip
    return Figure(actor, traits, style, kept is not None)


def character_id(member: Mapping[str, Any]) -> str:
    return str(member.get("character") or member.get("id"))


def stage(request: Request, style: Style) -> Stage:
    """Where it happens; a picture of the place among the references keeps its small furniture."""
    direction = request.direction
    place: Mapping[str, Any] = direction.get("location") or _NOWHERE
    seed = derive_seed(request.seed, "furniture")
    for reference in request.references:
        if reference.role.startswith(("locations/", "props/")):
            kept: Kept = identity.read_picture(reference)  # refuses pictures that it could not keep
            if reference.role.startswith("locations/") and kept.seed is not None:
                seed = kept.seed
    location, action = str(place["id"]), str(direction.get("action") or "")
    words, name = str(place.get("words") or ""), str(place.get("name") or "")
    told = [words or name, str(direction.get("time_words") or direction.get("light") or "")]
    if words and sets.known(location, words) is None and sets.known(location, name):
        told.insert(0, name)  # "the Lantern Cafe" says what its words leave out
    if train := sets.train(location, ", ".join(told), action):
        told.insert(1, train)
    return Stage(
        location=location,
        words=", ".join(part for part in told if part),
        time=str(direction.get("time") or "day"),
        style=style,
        framing=direction.get("framing", "medium"),
        props=prop_ids(direction),
        seed=seed,
        things=_things(direction),
    )


def _things(direction: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Each prop whose words change what is drawn for its id, with them."""
    told = [
        (str(prop["id"]), str(prop.get("words") or ""))
        for prop in direction.get("props") or ()
        if isinstance(prop, Mapping)
    ]
    return tuple((prop, words) for prop, words in told if props.described(prop, words) != prop)


def prop_ids(direction: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(prop["id"] if isinstance(prop, Mapping) else prop) for prop in direction.get("props") or ())
