"""Everything wrong with the configuration, collected so that one run shows it all."""

from __future__ import annotations

from collections.abc import Iterable

from continuity.errors import ConfigError
from continuity.plan.ids import suggestion

MOST_LINES = 10
LONGEST_LINE = 600  # what is wrong may be a key of a megabyte


class Problems:
    """A list of complaints, raised together as one ConfigError of at most ten lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, where: object, message: str) -> None:
        """``where`` prints as the file and key: a text, or a `continuity.plan.sources.Place`."""
        line = f"{where}: {message}"
        self.lines.append(line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…")

    def unknown(self, where: object, what: str, value: object, allowed: Iterable[str]) -> None:
        """``value`` was given where one of ``allowed`` was wanted; ``what`` says what it should have been."""
        self.add(where, f"'{value}' is not {what}; {suggestion(value, allowed)}")

    def raise_if_any(self) -> None:
        if self.lines:
            raise self.as_error()

    def as_error(self) -> ConfigError:
        unique = list(dict.fromkeys(self.lines))
        shown = unique[:MOST_LINES]
        if len(unique) > MOST_LINES:
            shown[-1] = f"… and {len(unique) - MOST_LINES + 1} more like these"
        return ConfigError("\n".join(shown))
