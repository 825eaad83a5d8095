"""Characters at services: shown once from the library's pictures, then named by the id that the service gave them.

A character is made for an account at a service, kept in the store as what the service called it, and made again when
one of its pictures changes. It is made only when a take that needs it is: takes that are there need nobody introduced.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from continuity.errors import ConfigError
from continuity.jobs.store import Stored
from continuity.jobs.wanted import Wanted
from continuity.plan.estimate import price_of_shot
from continuity.plan.schema import CastMember, ModelCard, Plan, Shot
from continuity.production import wanted
from continuity.production.library import Library
from continuity.production.making import Ask, Making
from continuity.production.workspace import Made
from continuity.providers import provider_named
from continuity.providers.base import HostedProvider

REHEARSAL = "rehearsal"  # whose characters a rehearsal makes


@dataclass(frozen=True)
class StoreShelf:
    """A character lies in the store alone: it is of no use without the account that it was made in."""

    def find(self, key: str) -> Made | None:
        return None

    def put(self, stored: Stored) -> Made:
        return Made(stored.path, stored.record)


def introduce(plan: Plan, making: Making, library: Library, asked: Sequence[tuple[Shot, Ask]]) -> None:
    """Have every character made that a missing take of ``asked`` needs, and note its id in the library."""
    shots = {shot.id: shot for shot, ask in asked if _card_of(plan, shot) and making.lacks(ask)}
    members: dict[tuple[str, str, str], tuple[ModelCard, CastMember]] = {}
    for shot in shots.values():
        card = _card_of(plan, shot)
        for member in shot.characters if card and shot.references else ():
            key = (shot.model, member.character, member.look)
            if card and key not in library.characters:
                members[key] = (card, member)
    asks = [_ask(plan, library, card, member) for card, member in members.values()]
    for key, made in zip(members, making.make("characters at services", asks), strict=True):
        if made is not None:
            library.characters[key] = _id_of(made)


def introduce_voices(plan: Plan, making: Making, library: Library, asked: Sequence[tuple[str, Ask]]) -> None:
    """Have every voice made from its sample that a missing line of ``asked`` needs, and note its id in the library."""
    voices: dict[tuple[str, str], Ask] = {}
    for id, ask in asked:
        voice = plan.voices[id]
        by, key = plan.models[voice.model].character, (voice.model, id)
        if by and key not in library.voices and key not in voices and making.lacks(ask):
            card = plan.models[by]
            account = account_of(plan, card)
            ask_of = partial(wanted.for_voice, library, plan, card, voice, account)
            voices[key] = _asked(f"voice {id} at {card.provider}", card, ask_of)
    for key, made in zip(voices, making.make("voices at services", list(voices.values())), strict=True):
        if made is not None:
            library.voices[key] = _id_of(made)


def _id_of(made: Made) -> str | int:
    id: str | int = json.loads(Path(made.file).read_text("utf-8"))["id"]
    return id


def _card_of(plan: Plan, shot: Shot) -> ModelCard | None:
    by = plan.models[shot.model].character
    return plan.models[by] if by else None


def _ask(plan: Plan, library: Library, card: ModelCard, member: CastMember) -> Ask:
    return _asked(
        f"{member.character} ({member.look}) at {card.provider}",
        card,
        partial(wanted.for_character, library, plan, card, member, account_of(plan, card)),
    )


def _asked(row: str, card: ModelCard, ask: Callable[[], Wanted]) -> Ask:
    return Ask(row=row, model=card.id, price_usd=price_of_shot(card, 0.0), shelf=StoreShelf(), wanted=ask)


def account_of(plan: Plan, card: ModelCard) -> str:
    """Whose characters they are: a digest of service and key, from which no key can be had."""
    provider = provider_named(card.provider)
    if plan.rehearsal:
        return REHEARSAL
    if not isinstance(provider, HostedProvider) or card.provider not in plan.services:
        raise ConfigError(f"{card.id} makes characters at {card.provider}, which is no service of conf/provider/")
    return provider.account(plan.services[card.provider])
