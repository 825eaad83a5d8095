"""Everything wrong with the configuration, collected so that one run shows it all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from continuity.errors import ConfigError
from continuity.plan.ids import suggestion

MOST_LINES = 10
Where = Callable[[Sequence[str | int]], str]  # a key path of the settings -> "conf/series/demo.yaml: title"


class Problems:
    """A list of complaints, raised together as one ConfigError of at most ten lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, where: str, message: str) -> None:
        self.lines.append(f"{where}: {message}")

    def unknown(self, where: str, what: str, value: object, allowed: Iterable[str]) -> None:
        """``value`` was given where one of ``allowed`` was wanted; ``what`` says what it should have been."""
        self.add(where, f"'{value}' is not {what}; {suggestion(value, allowed)}")

    def add_validation(self, error: ValidationError, where: Where) -> None:
        """Pydantic's findings, in this project's words."""
        for detail in error.errors(include_url=False):
            self.add(where(detail["loc"]), _sentence(detail))

    def raise_if_any(self) -> None:
        if not self.lines:
            return
        unique = list(dict.fromkeys(self.lines))
        shown = unique[:MOST_LINES]
        if len(unique) > MOST_LINES:
            shown[-1] = f"… and {len(unique) - MOST_LINES + 1} more like these"
        raise ConfigError("\n".join(shown))


def _sentence(detail: ErrorDetails) -> str:
    given = _short(detail["input"])
    message = detail["msg"].replace("Input should", "must").replace("Value error, ", "")
    match detail["type"]:
        case "missing":
            return "is missing; add it"
        case "extra_forbidden":
            return "unknown key; remove it"
        case "id" | "section" | "text" | "path":
            return message
        case "literal_error":
            allowed = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
            return f"{given} is not possible; {suggestion(detail['input'], allowed)}"
    return f"{message}, got {given}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
