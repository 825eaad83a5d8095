"""Services with jobs that are asked about at one address and whose result lies at another: nearly all of them.

An adapter says how the service words its answers; when to ask, to wait and to fetch is the same for all.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from pathlib import Path
from typing import Any

from continuity.errors import JobFailed, ResultLost
from continuity.files import write_json
from continuity.providers.base import Delivered, HostedProvider, Job
from continuity.providers.mapping import check
from continuity.providers.results import bring, id_of, result_of
from continuity.providers.wire import Answer, Wire
from continuity.request import Request


class PolledProvider(HostedProvider):
    """``details["answer"]`` of a job that succeeded is what the card's ``result`` is looked up in."""

    def refuse(self, request: Request) -> None:
        check(request)

    @abstractmethod
    def address(self, job: Job) -> str:
        """Where the job is asked about: a path at the service's own host."""

    async def ask(self, job: Job, wire: Wire) -> Answer:
        """What the service says of the job."""
        return await wire.ask("GET", self.address(job))

    @abstractmethod
    def error(self, answer: Answer) -> tuple[str, str]:
        """(kind, words) of an answer that is an error; words alone where the service has no kinds."""

    @abstractmethod
    async def read(self, job: Job, answer: Answer, wire: Wire) -> Job:
        """The job as the answer has it. An answer of no known form may raise ValueError, KeyError or TypeError."""

    def is_gone(self, answer: Answer) -> bool:
        """Whether the service says that it does not know the job."""
        return answer.status in (404, 410)

    def is_error(self, answer: Answer) -> bool:
        return answer.status >= 400

    async def poll(self, job: Job, wire: Wire) -> Job:
        answer = await self.ask(job, wire)
        if self.is_gone(answer):
            return replace(job, phase="expired", message=self.error(answer)[1])
        if self.is_error(answer):
            kind, said = self.error(answer)
            raise JobFailed(f"{self.name} job {job.id}: {kind or answer.status}: {said}; it stays open")
        try:
            return await self.read(job, answer, wire)
        except (ValueError, KeyError, TypeError, AttributeError):
            return job  # not an end, whatever it is

    async def fetch(self, job: Job, folder: Path, wire: Wire) -> Delivered:
        if "answer" not in job.details:
            job = await self.poll(job, wire)
            if job.phase != "succeeded":
                raise ResultLost(job.message or "the result is gone")
        return await self.deliver(job.details["answer"], job, folder, wire)

    async def deliver(self, answer: Any, job: Job, folder: Path, wire: Wire) -> Delivered:
        """What the answer names, in ``folder``."""
        if job.details.get("card", {}).get("kind") == "character":
            write_json(folder / "result.json", {"id": id_of(answer, job)})
            return Delivered(folder / "result.json", "application/json", job.cost_usd)
        path, kind = await bring(result_of(answer, job), folder, wire)
        return Delivered(path, kind, job.cost_usd, self.facts(answer))

    def facts(self, answer: Any) -> dict[str, Any]:
        """What the result's record keeps of the answer."""
        return {}
