"""What this process is about to ask of a rehearsal's servers: they draw from the neutral request, as nobody else could.

A service's own request says how a shot is worded there, in words and pictures; the puppet needs what stands behind
them, who does what where. The request as it was received is checked and kept all the same.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from continuity.request import Request


@dataclass(frozen=True)
class Expected:
    request: Request
    price_usd: float


_lock = threading.Lock()
_by_key: dict[str, Expected] = {}


def put(request: Request, price_usd: float) -> None:
    with _lock:
        _by_key[request.key] = Expected(request, price_usd)


def get(key: str) -> Expected | None:
    with _lock:
        return _by_key.get(key)
