"""When a request was sent, by its service's own clock: what tells a lost one in a list from those before and after it.

A service's clock is told by the ``Date`` of any of its answers (RFC 9110, 6.6.1).
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from continuity.errors import OutcomeUnknown
from continuity.files import write_json
from continuity.providers.wire import SUBMIT_SECONDS, Headers, clock_of

SENT = "sent.json"  # in a job's inbox: when it was sent, by this machine's clock
BEFORE_SECONDS = 5.0  # clocks are told in whole seconds, and an answer is a while on its way
AFTER_SECONDS = SUBMIT_SECONDS + 60.0  # the longest that a submission lasts, and its turn before that

_now = time.time


@dataclass(frozen=True)
class Window:
    """Seconds since 1970, by the service's clock, between which a request came to it, if it came."""

    since: float
    until: float

    def holds(self, at: object) -> bool:
        return isinstance(at, int | float) and self.since <= at <= self.until


def note_sent(inbox: Path) -> None:
    """Before the request is sent; once more when it certainly was not taken, and is sent anew."""
    write_json(inbox / SENT, {"at": _now()})


def window_of(inbox: Path, headers: Headers) -> Window:
    """``headers`` of an answer that the service gave just now. Raises OutcomeUnknown where nothing was noted."""
    if not (inbox / SENT).is_file():
        raise OutcomeUnknown("it is not known when it was sent, so that it cannot be told from others")
    there = clock_of(headers)
    ahead = 0.0 if there is None else there - _now()
    sent = float(json.loads((inbox / SENT).read_text("utf-8"))["at"]) + ahead
    return Window(sent - BEFORE_SECONDS, sent + AFTER_SECONDS)
