"""How a stand-in misbehaves, by script: the ways in which services have been seen to fail.

A script is a list of faults; each is spent on the first requests that it fits, ``times`` of them. It is read from the
file that CONTINUITY_REHEARSAL_FAULTS names: ``[{"fault": "cut after", "on": "submit", "times": 1}, …]``.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from continuity.errors import ConfigError

Fault = Literal[
    "cut before",  # the line is lost before the request is taken
    "cut after",  # it is taken, and the line is lost before the answer
    "busy",  # 429
    "busy for a second",  # 429 with Retry-After
    "error before",  # 500, and nothing was taken
    "error after",  # 500, and it was taken
    "stall",  # no byte for long
    "not JSON",  # an answer of another kind
    "empty",  # a result of no bytes
    "truncated",  # a result that ends early, as if it were whole
    "cut off",  # a result whose line is lost midway
    "longer", "shorter",  # a result of another length
    "other form",  # a result of another size and frame rate
    "gone",  # the result's address no longer holds
    "fails",  # the job ends without a result
    "moderated",  # the job is refused for what it says
    "refused as moderated",  # the request is
    "no credit", "bad key", "retired", "wrong region",  # the request is refused: 402, 401, 404, 403
    "another model",  # it is taken, and a successor answers in the place of the model
    "reused id",  # it is taken, and the answer names the job before it
    "late success",  # reported as failed at first
    "forgotten",  # the service no longer knows the job
    "out of time",  # it is taken, and the answer says that the wait for it is over: 504 with Retry-After
    "still running",  # the same was sent before, and is at work: 409 with Retry-After
    "not replayable",  # the same was sent before, and what it came to is not kept
    "left out", "another vendor",  # it is made, and not quite as it was asked for
    "not enabled",  # the account may not do it this way
]  # fmt: skip
Where = Literal["submit", "poll", "result", "upload", "model"]


@dataclass
class Script:
    faults: list[dict[str, object]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def from_environment(cls) -> Script:
        if not (name := os.environ.get("CONTINUITY_REHEARSAL_FAULTS")):
            return cls()
        try:
            return cls(list(json.loads(Path(name).read_text("utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            raise ConfigError(f"CONTINUITY_REHEARSAL_FAULTS: {name} is no list of faults ({error})") from None

    def next(self, service: str, on: Where) -> str:
        """The fault for this request, or nothing."""
        with self._lock:
            for fault in self.faults:
                left = int(str(fault.get("times", 1)))
                if left > 0 and fault.get("on") == on and fault.get("service", service) == service:
                    fault["times"] = left - 1
                    return str(fault["fault"])
        return ""
