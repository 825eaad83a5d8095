"""Files that lie at a service: uploaded once for an account, and named again until they expire."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from continuity.jobs.ledger import Ledger

LEAST_LEFT_SECONDS = 1800.0  # of a file's life: a job that waits in a queue still has to find it


@dataclass
class Uploads:
    """Those of one account, which is known by a digest of its key and host."""

    ledger: Ledger
    account: str
    lifetime_seconds: float
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def once(self, sha256: str, send: Callable[[], Awaitable[str]]) -> str:
        """The file's address; ``send`` uploads it where there is none, one job at a time."""
        async with self._locks.setdefault(sha256, asyncio.Lock()):
            now = time.time()
            least = min(LEAST_LEFT_SECONDS, self.lifetime_seconds / 2)
            if (there := self.ledger.uploaded(self.account, sha256, now + least)) is not None:
                return there
            address = await send()
            self.ledger.note_upload(self.account, sha256, address, now + self.lifetime_seconds)
            return address

    def forget(self, sha256s: Iterable[str]) -> None:
        """After a job that ended badly: the service may have lost what it was given, and another upload is free."""
        self.ledger.forget_uploads(self.account, sha256s)
