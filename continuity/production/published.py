"""What services say today of the models that a series uses: whether they serve them, and until when. Costs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from urllib.parse import quote

from continuity.errors import ConfigError, ContinuityError
from continuity.executor import stopping
from continuity.plan.schema import ModelCard, Service
from continuity.providers import provider_named
from continuity.providers.base import HostedProvider, Published
from continuity.providers.wire import Wire

PATIENCE_SECONDS = 20.0  # for one answer

State = Literal["served", "gone", "not published", "not asked"]


@dataclass(frozen=True)
class Standing:
    """One card by its service's word. ``sunset`` is the date that the service publishes, ``said`` why it is not known
    where it could not be asked."""

    card: ModelCard
    state: State
    sunset: str | None = None
    said: str = ""

    @property
    def is_news(self) -> bool:
        """Whether the service publishes another date than the card has."""
        return self.sunset is not None and self.sunset != self.card.sunset


def standings(cards: Mapping[str, ModelCard], services: Mapping[str, Service]) -> list[Standing]:
    """Every card of a service, by what that says of it now; a service that cannot be asked keeps no other waiting."""
    return asyncio.run(_all([card for card in cards.values() if card.provider in services], services))


async def _all(cards: list[ModelCard], services: Mapping[str, Service]) -> list[Standing]:
    names = dict.fromkeys(card.provider for card in cards)
    asked = [_of_service(services[name], [card for card in cards if card.provider == name]) for name in names]
    found = {one.card.id: one for several in await asyncio.gather(*asked) for one in several}
    return [found[card.id] for card in cards]


async def _of_service(service: Service, cards: list[ModelCard]) -> list[Standing]:
    provider = provider_named(service.name)
    if not isinstance(provider, HostedProvider) or provider.published is None:
        return [Standing(card, "not published") for card in cards]
    try:
        async with provider.wire(service, stopping) as wire:
            return list(await asyncio.gather(*(_one(card, provider.published, wire) for card in cards)))
    except ConfigError as error:  # no key, or a host that none may go to
        return [Standing(card, "not asked", said=str(error)) for card in cards]


async def _one(card: ModelCard, published: Published, wire: Wire) -> Standing:
    if card.kind == "character":  # made by a call of its own, and no model
        return Standing(card, "not published")
    address = published.address.replace("{model}", quote(card.called, safe="/"))
    try:
        answer = await wire.ask("GET", address, patience_seconds=PATIENCE_SECONDS)
    except ContinuityError as error:
        return Standing(card, "not asked", said=str(error))
    if answer.status in (404, 410):
        return Standing(card, "gone")
    if answer.status >= 400:
        return Standing(card, "not asked", said=f"{card.provider} answers {answer.status}")
    try:
        entry = _found(published.entry.replace("{model}", card.called), answer.json())
    except ValueError:
        return Standing(card, "not asked", said=f"{card.provider} answers something else than JSON")
    if entry is None:
        return Standing(card, "gone")
    return Standing(card, "served", _as_date(_found(published.sunset, entry) if published.sunset else None))


def _found(path: str, whole: Any) -> Any:
    import jmespath

    return jmespath.search(path, whole)


def _as_date(value: Any) -> str | None:
    """An ISO date; None for anything else, which decides nothing."""
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        return None
