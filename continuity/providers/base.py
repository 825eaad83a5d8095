"""The one protocol all providers speak: prepare → submit → poll → download; `jobs` records.

A hosted service implements every step. A local renderer has nothing to prepare, nothing to poll:
it subclasses `LocalProvider` and implements `render`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from continuity.request import Request

State = Literal["queued", "running", "succeeded", "failed", "moderated", "cancelled", "expired", "unknown"]


@dataclass(frozen=True)
class Job:
    """One submitted request as its provider sees it. ``details`` must survive JSON."""

    id: str
    state: State
    cost_usd: float | None = None  # as the provider reports it, when it does
    message: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class Provider(ABC):
    """An adapter for one service. Knows nothing of DVC, of money limits or of the store."""

    name: str
    charges: bool = True  # False: a lost submission can simply be repeated
    max_concurrent: int | None = 4  # jobs at once; None: as many as the executor has workers

    @abstractmethod
    def refuse(self, request: Request) -> None:
        """Raise RequestRefused for anything this provider would have to drop or cannot do."""

    def remarks(self, request: Request) -> list[str]:
        """What a person should know before this request is made, for example words it cannot act on."""
        return []

    @abstractmethod
    def submit(self, request: Request) -> Job:
        """Send the request once. The caller has written the ledger row before this."""

    @abstractmethod
    def poll(self, request: Request, job: Job) -> Job:
        """The job's present state."""

    @abstractmethod
    def download(self, request: Request, job: Job, folder: Path) -> Path:
        """Write the result into ``folder`` (empty, exclusive) and return its path."""


class LocalProvider(Provider):
    """A provider that makes its results on this machine, synchronously and free of charge."""

    charges = False
    max_concurrent = None

    def submit(self, request: Request) -> Job:
        return Job(id=f"{self.name}-{request.key[:12]}", state="succeeded", cost_usd=0.0)

    def poll(self, request: Request, job: Job) -> Job:
        return self.submit(request)  # one that an interrupted run left behind: `download` does the work, again

    def download(self, request: Request, job: Job, folder: Path) -> Path:
        path = folder / f"result.{request.ending}"
        self.render(request, path)
        return path

    @abstractmethod
    def render(self, request: Request, path: Path) -> None:
        """Make the result at ``path``: the same bytes for the same request, in any process."""
