"""The one gate for what shows real people: nothing of theirs leaves this machine without their consent.

Asked before anything of a run is sent, and again, by the day that it is then, right before each job is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

from continuity.errors import ConsentMissing
from continuity.jobs.ledger import Ledger
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.plan.consent import objection
from continuity.plan.schema import Service
from continuity.providers import provider_named
from continuity.providers.base import HostedProvider
from continuity.providers.keys import LOOPBACK


def check_consent(to_make: Sequence[Wanted], store: Store, services: Mapping[str, Service], series: str) -> None:
    """Raise ConsentMissing where something would be sent that shows somebody who has not agreed to that.

    What a service has already is still fetched: nothing is sent for it.
    """
    said: dict[str, list[str]] = {}
    asked = [item for item in to_make if item.people]
    if not asked:
        return
    ledger = Ledger(store.root / "ledger.sqlite")
    for item in asked:
        service = services.get(item.request.provider)
        if service and not ledger.is_away(item.request.key) and (why := unallowed(item, store, service, series)):
            said.setdefault(why, []).append(item.request.subject)
    ledger.close()
    if said:
        more = "\n".join(f"{', '.join(dict.fromkeys(subjects))}: {why}" for why, subjects in said.items())
        raise ConsentMissing(f"{more}\nNothing was sent")


def unallowed(item: Wanted, store: Store, service: Service, series: str) -> str:
    """Why a request may not be sent to a service today, for the people in it; empty where it may."""
    if not item.people or not leaves(service):
        return ""
    root = store.project or store.root
    said = [
        why
        for person in item.people
        if (why := objection(person, root, item.request.kind, service.name, series, date.today()))
    ]
    return "; ".join(said)


def leaves(service: Service) -> bool:
    """Whether what a service is sent leaves this machine.

    A rehearsal counts as the service that it stands in for. A provider that has hosts of its own is not here because a
    proxy of it is; one that has none, as ComfyUI, is where its address says.
    """
    provider = provider_named(service.name)
    if not isinstance(provider, HostedProvider):
        return False
    addresses = filter(None, (service.base_url, service.uploads_url))
    return bool(provider.hosts) or any(urlsplit(address).hostname not in LOOPBACK for address in addresses)
