"""What is sent, on the disk before it is: after a lost answer the very same can be sent again, or looked for.

Sending again is for services that know a submission by our own id and bill it once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from continuity.files import write_json
from continuity.providers.base import Order
from continuity.providers.wire import Answer

_FILE = "sent.json"


@dataclass(frozen=True)
class Sent:
    """One submission. ``text`` is its body as it was written, byte for byte; ``at`` in seconds since the epoch."""

    token: str
    path: str
    text: str
    at: float

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def seconds_ago(self) -> float:
        """By this machine's clock, which may have been set since: never below nothing."""
        return max(0.0, time.time() - self.at)


def note(order: Order, path: str, body: Any) -> Sent:
    """Keep what is about to be sent."""
    sent = Sent(order.token, path, json.dumps(body, ensure_ascii=False), time.time())
    write_json(order.inbox / _FILE, asdict(sent))
    return sent


def noted(order: Order) -> Sent | None:
    """What was sent under this order's token, if it was noted."""
    path = order.inbox / _FILE
    if not path.is_file():
        return None
    sent = Sent(**json.loads(path.read_text("utf-8")))
    return sent if sent.token == order.token else None


def forget(inbox: Path) -> None:
    """The result is here: its pictures need not lie there in words as well."""
    (inbox / _FILE).unlink(missing_ok=True)


def after(most: int, unless: Callable[[Answer], bool] = lambda answer: False) -> Callable[[Answer], bool]:
    """For `Wire.send_again`: from the last of ``most`` answers of 5xx on they are meant, and a person is asked.

    Those of which ``unless`` holds say what is to be done, and are not counted.
    """
    met = 0

    def is_meant(answer: Answer) -> bool:
        nonlocal met
        if answer.status < 500 or unless(answer):
            return False
        met += 1
        return met >= most

    return is_meant
