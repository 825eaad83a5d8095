"""One service in a run: its adapter, the line to it, its places for jobs in flight, and how far it has come."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from continuity.plan.schema import Service
from continuity.providers.base import HostedProvider
from continuity.providers.wire import Wire


@dataclass
class Lane:
    """One service in this run: its adapter, the line to it, and the places for jobs in flight."""

    provider: HostedProvider
    service: Service
    wire: Wire
    seats: asyncio.Semaphore
    in_flight: int = 0
    done: int = 0
    failed: int = 0
    left: int = 0  # with their service, by a run that does not wait
    spent_usd: float = 0.0
    took: list[float] = field(default_factory=list)  # seconds of each job that was made in this run

    def left_seconds(self, jobs: int) -> float | None:
        """How long so many more will take, by what those before took; None before the first."""
        return sum(self.took) / len(self.took) * math.ceil(jobs / self.service.jobs_in_flight) if self.took else None

    def line(self, name: str, prices_usd: Sequence[float]) -> str:
        """How many of the jobs with these prices are in flight, done, failed; what is spent, what the rest costs."""
        left = len(prices_usd) - self.done - self.failed - self.left
        waiting = left - self.in_flight
        parts = [f"{self.done} done", f"${self.spent_usd:.2f} {'rehearsed' if self.service.rehearsed else 'spent'}"]
        if self.failed:
            parts.insert(1, f"{self.failed} not made")
        if self.left:
            parts.append(f"{self.left} left with their service")
        if left:
            parts.insert(0, f"{self.in_flight} in flight, {waiting} waiting")
            parts.append(f"${sum(prices_usd) * left / len(prices_usd):.2f} for the rest")
            if (seconds := self.left_seconds(left)) is not None:
                parts.append(f"about {_long(seconds)} left")
        return f"{name}: {', '.join(parts)}"


def _long(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
