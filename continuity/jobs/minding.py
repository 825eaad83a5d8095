"""What a person does about jobs: look at what is open, name a lost one, give one up, collect, accept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from continuity.errors import ProjectError
from continuity.executor import stopping
from continuity.jobs.hosted import DELIVERED, HostedJobs
from continuity.jobs.ledger import Entry, Ledger
from continuity.jobs.states import HELD
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.lineage import run_id
from continuity.plan.schema import Service
from continuity.providers import provider_named
from continuity.providers.base import HostedProvider
from continuity.request import Request

SHORT = 12
NOBODY = "-"  # who takes a job up that a person has set going


def open_jobs(store: Store) -> list[Entry]:
    """Everything that holds its key: open, lost, refused, rejected, expired. Oldest first."""
    with _ledger(store) as ledger:
        return ledger.listed(sorted(HELD - {"making"}))


def characters(store: Store) -> list[Entry]:
    """Every character that a service was shown, the newest job of each. Oldest first."""
    with _ledger(store) as ledger:
        shown = [one for one in ledger.listed(sorted(HELD | {"done"})) if one.request.get("kind") == "character"]
    return list({entry.key: entry for entry in shown}.values())


def adopt(store: Store, key: str, job_id: str) -> Entry:
    """Name the service's job of a submission whose answer was lost: the next run fetches it. Raises ProjectError."""
    with _ledger(store) as ledger:
        entry = _one(ledger, key, "ambiguous", "expired")
        return ledger.move(
            entry.id, "submitted", owner=NOBODY, job_id=job_id, details={**entry.details, "phase": "running"}
        )


def forget(store: Store, key: str) -> Entry:
    """Give a job up: the next run sends, and pays, its request again. Raises ProjectError."""
    with _ledger(store) as ledger:
        entry = _one(ledger, key, "ambiguous", "rejected", "expired", "moderated")
        return ledger.move(entry.id, "cancelled", message="given up by a person")


def accept(store: Store, key: str) -> Entry:
    """Take a rejected delivery as it is: the next run puts it in its place. Raises ProjectError."""
    with _ledger(store) as ledger:
        entry = _one(ledger, key, "rejected")
        noted = store.inbox(entry.key, entry.id) / DELIVERED
        whole = json.loads(noted.read_text("utf-8"))
        noted.write_text(json.dumps({**whole, "accepted": True}, indent=1))
        return ledger.move(entry.id, "delivered", owner=NOBODY)


def collect(store: Store, services: Mapping[str, Service]) -> list[tuple[Entry, str]]:
    """Bring what has finished at the services since, without a run; what each job has come to, in words.

    The next run brings it into the series' form and puts it in its place.
    """
    with _ledger(store) as ledger:
        entries = [entry for entry in ledger.listed(["submitted"]) if entry.provider in services]
        if not entries:
            return []
        providers = {name: provider_named(name) for name in {entry.provider for entry in entries}}
        hosted = {name: one for name, one in providers.items() if isinstance(one, HostedProvider)}
        jobs = HostedJobs(
            [Wanted(_asked(entry), entry.price_usd) for entry in entries], store, ledger, hosted, services,
            entries[0].series, run_id(), None, stopping,
        )  # fmt: skip
        said = asyncio.run(jobs.collect_once(entries))
        return [(ledger.entry(entry.id), said[entry.id]) for entry in entries]


def _asked(entry: Entry) -> Request:
    """As much of a request as its service must be told of a job that it has."""
    asked: dict[str, Any] = entry.request
    return Request(
        asked.get("kind", "video"),
        entry.provider,
        entry.model,
        "",
        0,
        entry.subject,
        card=entry.details.get("card", {}),
    )


class _ledger:
    """The ledger of a store, closed again."""

    def __init__(self, store: Store) -> None:
        self._ledger = Ledger(store.root / "ledger.sqlite")

    def __enter__(self) -> Ledger:
        return self._ledger

    def __exit__(self, *_: object) -> None:
        self._ledger.close()


def _one(ledger: Ledger, key: str, *states: str) -> Entry:
    """The open job whose key begins so."""
    found = [entry for entry in ledger.listed(sorted(HELD - {"making"})) if entry.key.startswith(key.lower())]
    if not found:
        raise ProjectError(f"no open job has a key that begins with {key}; `continuity jobs` lists them")
    if len(found) > 1:
        raise ProjectError(f"{len(found)} open jobs have keys that begin with {key}; give more of it")
    if found[0].state not in states:
        raise ProjectError(
            f"the job of {found[0].subject} ({found[0].key[:SHORT]}) is {found[0].state}; this is for jobs that are "
            f"{' or '.join(states)}"
        )
    return found[0]
