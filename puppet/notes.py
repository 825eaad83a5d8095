"""What a picture's or clip's note may say: it arrives from a file, so nothing in it is believed before it is checked.

Types, ranges and known words stand in the annotations of the data classes themselves; `read` holds a note against
them. What passes can be drawn: colours are colours, numbers are finite and small enough for a picture.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from typing import Annotated, Any, TypeVar, cast

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

EXACT = ConfigDict(extra="forbid")  # of every class that is read: an unknown word is a foreign or a later note

Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Name = Annotated[str, Field(max_length=200)]  # an id, a word
Words = Annotated[str, Field(max_length=20_000)]
Seed = Annotated[int, Field(ge=0, lt=2**31)]
Shape = Annotated[float, Field(ge=0.3, le=2.5)]  # a multiplier of the drawn default
Share = Annotated[float, Field(ge=0, le=1)]
Turn = Annotated[float, Field(ge=-4, le=4)]  # poses, with room for movements that swing over
Angle = Annotated[float, Field(ge=-1440, le=1440)]
Length = Annotated[float, Field(ge=-20_000, le=20_000)]  # pixels or figure units
Scale = Annotated[float, Field(ge=0.05, le=4)]

# Metadata of a field that earlier notes do not have: `told` leaves it out where it says nothing, so that an earlier
# version and this one write the same bytes of a character.
LATER = {"later": True}

_PAINT = re.compile(r"#[0-9a-fA-F]{3,8}|none|[a-z]{3,20}|url\(#[A-Za-z0-9]+\)")

T = TypeVar("T")


def read(kind: type[T], text: str | bytes, most: int) -> T:
    """The JSON note ``text``, of at most ``most`` characters, as a ``kind``, a data class.

    Raises ValueError saying what is wrong with it.
    """
    if len(text) > most:
        raise ValueError(f"it has more than {most} characters")
    try:
        checked: T = _adapter(cast(Any, kind)).validate_json(text, strict=True)
        return checked
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{where}: {first['msg']}" if where else first["msg"]) from error


def told(value: Any) -> Any:
    """A data class as JSON values, as `dataclasses.asdict`, without the `LATER` fields that are at their defaults."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: told(kept) for f in fields(value) if not _says_nothing(f, kept := getattr(value, f.name))}
    if isinstance(value, list | tuple):
        return [told(one) for one in value]
    return value


def _says_nothing(of: Any, kept: Any) -> bool:
    return bool(of.metadata.get("later")) and of.default is not MISSING and bool(kept == of.default)


def paint(value: str) -> str:
    """``value``, which goes into SVG as a colour. Raises ValueError for anything but a colour or a gradient's id."""
    if not _PAINT.fullmatch(value):
        raise ValueError(f"{value[:40]!r} is no colour")
    return value


@lru_cache(maxsize=16)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
