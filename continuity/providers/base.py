"""What every provider is: it refuses what it cannot do, and either renders here or speaks to a service.

A `LocalProvider` implements ``render``. A `HostedProvider` implements the five steps that all services come down to:
prepare → submit → poll → fetch, and reconcile for a submission whose answer was lost. It keeps no state of its own
and never repeats a submission; when what may be sent is decided by `continuity.jobs`.
"""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from continuity.errors import OutcomeUnknown
from continuity.plan.schema import NotDrawn, Service
from continuity.providers.keys import check_hosts, optional_key
from continuity.request import Reference, Request

if TYPE_CHECKING:
    from continuity.providers.wire import Wire

#: What a service says of a job, in one set of words. ``expired``: it no longer knows the job.
Phase = Literal["running", "succeeded", "failed", "moderated", "cancelled", "expired"]


@dataclass(frozen=True)
class Told:
    """What a person wrote of one character, wardrobe, place or thing, or of what happens in one shot.

    ``texts`` are the words by part: those of a bible by trait, of wardrobes by name; ``words`` and ``times.<time>`` of
    a place, ``words`` of a thing, ``action``. ``beside`` says what they are read with: the bible beside wardrobes, the
    cast's names by id beside an action.
    """

    kind: Literal["character", "wardrobe", "location", "prop", "action"]
    id: str
    texts: Mapping[str, str]
    species: Literal["human", "creature"] = "human"
    beside: Mapping[str, str] = field(default_factory=dict)
    props: tuple[str, ...] = ()
    place: tuple[str, str] = ("", "")  # of an action: the id of where it happens, and the words for it


class Provider(ABC):
    """Knows nothing of DVC, of money limits or of the store."""

    name: str
    charges: bool = True  # False: what is lost can simply be made again
    silent: bool = False  # True: its clips may come without sound
    # Part of every key of this provider. Raised by hand when a change here means that the same request now makes
    # something else, to be made anew. Code is in no key, since a refactoring must not buy a series again.
    request_version: int = 1

    @abstractmethod
    def refuse(self, request: Request) -> None:
        """Raise RequestRefused for anything this provider would have to drop or cannot do."""

    def not_drawn(self, told: Told) -> list[NotDrawn]:
        """The words of ``told`` that decide nothing of what this provider makes, where it can know that."""
        return []


class LocalProvider(Provider):
    """A provider that makes its results on this machine, free of charge."""

    charges = False
    alone = False  # True: what it holds is loaded once, so its requests are made one by one in one process
    conforms = True  # False: what it makes is brought into the series' form, as what a service delivers is

    def check_machine(self, request: Request) -> None:
        """Raise RequestRefused where this machine cannot make it. Asked of what is missing alone."""
        return None

    def keeps(self, reference: Reference) -> bool:
        """Whether who or what a picture shows can be kept from it. Raises MediaError for one that cannot be read."""
        return True

    @abstractmethod
    def render(self, request: Request, path: Path) -> None:
        """Make the result at ``path``: the same bytes for the same request, in any process."""


@dataclass(frozen=True)
class Rival:
    """Another submission to the same service, of which no job is known there: it may have been taken too."""

    request: Mapping[str, Any]  # Request.canonical()
    is_lost: bool  # its answer is lost; else it is on its way


@dataclass(frozen=True)
class Order:
    """One submission as its adapter sees it."""

    request: Request
    token: str  # our own id of it, a UUID: for services that take a client's id
    inputs: Mapping[
        str, str
    ]  # the SHA-256 of each reference -> how the service names the file (an address, a data URI)
    inbox: Path  # an empty folder that lasts: for services whose answer is the result itself
    # For a lost answer, what the ledger knows beside it: nothing of it was sent before (Unix seconds), who else at the
    # service has none, and whether a job that the service lists is known to be of another request.
    since: float = 0.0
    rivals: Callable[[], Sequence[Rival]] = lambda: ()
    is_anothers: Callable[[str], bool] = lambda id: False


@dataclass(frozen=True)
class Job:
    """One submitted request as its service sees it. ``details`` must survive JSON."""

    id: str
    phase: Phase
    cost_usd: float | None = None  # as the service reports it, when it does
    message: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Delivered:
    """What came, as it came. ``facts`` go into the result's record: the model that answered, the seed it used."""

    path: Path
    content_type: str = ""
    cost_usd: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """Where a service says which models it serves: asking costs nothing.

    ``address`` is a path at its own host, ``{model}`` being the service's name of the model; an answer of 404 or 410
    means that it is not served. ``entry``: JMESPath to what is said of the model, where a list is answered; ``sunset``:
    in that, the ISO date after which it is served no more, where the service publishes one.
    """

    address: str
    entry: str = "@"
    sunset: str = ""


class HostedProvider(Provider):
    """An adapter for one service. ``wire`` is the line to it: see `continuity.providers.wire`."""

    silent = True  # some models make none; lines are laid over what comes
    published: Published | None = None
    hosts: tuple[str, ...] = ()  # where its key may go, with what lies below them; to this machine it always may
    regions: re.Pattern[str] | None = None  # further hosts of its API, where it may say that a job is asked about

    @abstractmethod
    def headers(self, service: Service) -> dict[str, str]:
        """What authorises a request, from the key in the environment. Raises ConfigError naming the variable."""

    def wire(self, service: Service, stopped: Callable[[], bool]) -> Wire:
        """The line to the service; checks that there is a key, and where it would go, before anything is sent."""
        from continuity.providers.wire import Wire

        self.headers(service)
        wire = Wire(service, lambda: self.headers(service), stopped, self.regions)
        check_hosts(service, self.hosts)
        return wire

    def account(self, service: Service) -> str:
        """Whose files lie at the service: a digest, from which no key can be had."""
        return hashlib.sha256(f"{service.base_url} {optional_key(service.key_env)}".encode()).hexdigest()[:16]

    async def prepare(self, request: Request, wire: Wire) -> dict[str, str]:
        """Hand the references over, before anything is sent that costs; free to repeat. By SHA-256, as in `Order`.

        Raises NotTaken when that fails: nothing is submitted then.
        """
        return {reference.sha256: wire.data_uri(reference.path) for reference in request.references}

    @abstractmethod
    async def submit(self, order: Order, wire: Wire) -> Job:
        """Send the request, once. Raises NotTaken, RequestRefused, Moderated, JobFailed and OutcomeUnknown."""

    @abstractmethod
    async def poll(self, job: Job, wire: Wire) -> Job:
        """The job as it is now; free to repeat."""

    @abstractmethod
    async def fetch(self, job: Job, folder: Path, wire: Wire) -> Delivered:
        """Bring the result of a job that succeeded into ``folder``; free to repeat. Raises ResultLost."""

    async def reconcile(self, order: Order, wire: Wire) -> Job | None:
        """The job of a submission whose answer was lost; None when the service certainly has none.

        Raises OutcomeUnknown where a service cannot be asked.
        """
        raise OutcomeUnknown(
            f"{self.name} does not say what became of a request whose answer was lost; look it up in your account there"
        )
