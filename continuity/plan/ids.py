"""Names that are safe in paths, in Hydra's grammar and in DVC's params, and the words nearest to a wrong one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Annotated, TypeGuard

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

MAX_LENGTH = 40
PATTERN = re.compile(r"[a-z][a-z0-9-]*")

# Names of params that DVC's run-cache does not see.
UNSEEN = ("size", "nfiles")

# Why a well-formed word can still not be an id.
RESERVED = {
    **dict.fromkeys(UNSEEN, "DVC's run-cache does not see params of that name"),
    **dict.fromkeys(("masters", "locations", "props", "voices"), "it is a folder of the library"),
    **dict.fromkeys(
        ("at", "character", "off-screen", "seconds", "seed", "sound", "text"), "it is a key of a spoken line"
    ),
    **dict.fromkeys(("true", "false", "yes", "no", "on", "off", "null", "y", "n"), "YAML reads it as another type"),
    **dict.fromkeys(("inf", "nan"), "Hydra reads it as a number"),
    **dict.fromkeys(("defaults", "hydra"), "Hydra keeps it for itself at the top of a file, as in conf/picks/"),
    **dict.fromkeys(
        ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))),
        "Windows cannot have a file of that name",
    ),
}


def check_id(value: object) -> str:
    """``value`` itself, when it can name a thing. Raises PydanticCustomError, for pydantic to collect."""
    if not isinstance(value, str):
        remedy = "; put it in quotes" if isinstance(value, (bool, int, float)) else ""
        raise PydanticCustomError(
            "id", "an id is a word, got {value}{remedy}", {"value": repr(value)[:60], "remedy": remedy}
        )
    if len(value) > MAX_LENGTH or not PATTERN.fullmatch(value):
        raise PydanticCustomError(
            "id",
            "{value} is not an id: use a lower-case letter, then letters, digits and dashes, at most {most} in all",
            {"value": repr(value[: MAX_LENGTH + 8]), "most": MAX_LENGTH},
        )
    if value in RESERVED:
        raise PydanticCustomError(
            "id", "'{value}' cannot be an id: {why}; choose another", {"value": value, "why": RESERVED[value]}
        )
    return value


def is_id(value: object) -> TypeGuard[str]:
    try:
        check_id(value)
    except PydanticCustomError:
        return False
    return True


Id = Annotated[str, BeforeValidator(check_id)]


def suggestion(value: object, allowed: Iterable[str]) -> str:
    """``"did you mean 'happy'? Known: happy, sad"``, to end a message about an unknown word."""
    known = sorted(allowed)
    close = difflib.get_close_matches(str(value), known, n=1, cutoff=0.6)
    guess = f"did you mean '{close[0]}'? " if close else ""
    shown = ", ".join(known[:20]) + (f" and {len(known) - 20} more" if len(known) > 20 else "")
    return f"{guess}Known: {shown or 'none'}"
