"""What is asked of the jobs: a request, what it costs when it has to be made, and for which shot."""

from __future__ import annotations

from dataclasses import dataclass

from continuity.plan.schema import RealPerson
from continuity.request import Request


@dataclass(frozen=True)
class Wanted:
    """A request with the dollars it costs when it has to be made. Library pictures and voices are of no shot.

    ``ended`` says that its model has ended, which and when; empty while it takes requests. ``people`` are the real
    persons whom it shows or names, or whose voice it is.
    """

    request: Request
    price_usd: float = 0.0
    episode: str = ""
    shot: str = ""
    ended: str = ""
    people: tuple[RealPerson, ...] = ()
