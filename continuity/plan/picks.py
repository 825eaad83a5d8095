"""What people chose among a series' takes: ``conf/picks/<series>.yaml``, written by tools, merged by Git.

One mapping per shot, so that two people who choose in different shots touch different lines. A pick decides nothing of
what is made: it re-runs selection, and what is cut from it, alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from continuity.plan.sections import Section, Text

TAKE_DIGITS = 12  # hex digits of a key that name a take


def _take(value: object) -> str:
    if not isinstance(value, str):
        raise PydanticCustomError(
            "take", "a take is named by 12 hex digits, got {value}; put them in quotes", {"value": repr(value)}
        )
    if len(value) != TAKE_DIGITS or not set(value) <= set("0123456789abcdef"):
        raise PydanticCustomError(
            "take",
            "{value} names no take: give the first 12 hex digits of its key, see `continuity takes list`",
            {"value": repr(value[:80])},
        )
    return value


TakeName = Annotated[str, BeforeValidator(_take)]


class PickConfig(Section):
    """``selected`` is the cut's take whatever its score; ``discarded`` takes stay on disk and are not offered."""

    selected: TakeName | None = None
    discarded: list[TakeName] = Field(default_factory=list)
    note: Text | None = None


def picks_file(series: str) -> Path:
    """Relative to the project."""
    return Path("conf") / "picks" / f"{series}.yaml"
