"""The types that records are made of."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from continuity.plan.ids import MAX_LENGTH, PATTERN

SHORT = 12  # hex digits of a key that name its folder

_LONGEST_PATH = 1024
_LONGEST_NAME = 255


def _digest(value: str) -> str:
    if len(value) != 64 or not set(value) <= set("0123456789abcdef"):
        raise PydanticCustomError("sha256", "not 64 hex digits")
    return value


def _inside(value: str) -> str:
    path = PurePosixPath(value)
    stays = value == path.as_posix() and not path.is_absolute() and path.parts and ".." not in path.parts
    named = value.isprintable() and not set(value) & set("\\:") and len(value) <= _LONGEST_PATH
    if not stays or not named or any(len(part.encode()) > _LONGEST_NAME for part in path.parts):
        raise PydanticCustomError("path", "not a plain path inside the project")
    return value


def _master(value: str) -> str:
    if not value.startswith("masters/"):
        raise PydanticCustomError("path", "no file under assets/masters")
    return value


Sha256 = Annotated[str, AfterValidator(_digest)]
Inside = Annotated[str, AfterValidator(_inside)]  # relative, '/' between names, no '..'; links are resolved on use
Master = Annotated[Inside, AfterValidator(_master)]
Name = Annotated[str, StringConstraints(pattern=f"^{PATTERN.pattern}$", max_length=MAX_LENGTH)]
Trait = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=MAX_LENGTH)]  # "profile", "1"
Role = Annotated[str, StringConstraints(pattern=f"^{PATTERN.pattern}(/{PATTERN.pattern}){{1,3}}$", max_length=200)]
Seconds = Annotated[float, Field(gt=0, le=1e6)]
Moment = Annotated[float, Field(ge=0, le=1e6)]  # seconds from a start
Dollars = Annotated[float, Field(ge=0, le=1e9)]
Number = Annotated[float, Field(ge=-1e15, le=1e15)]  # sums of them stay finite
Count = Annotated[int, Field(ge=0, le=10**9)]
Pixels = Annotated[list[Annotated[int, Field(gt=0, le=100_000)]], Field(min_length=2, max_length=2)]


class Record(BaseModel):
    """Frozen; what a newer version has written beside the known fields is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, defer_build=True)

    def as_json(self) -> dict[str, Any]:
        """What was read, of the known fields, as plain JSON values in the order of the fields."""
        return self.model_dump(mode="json", exclude_unset=True)


def short(key: str) -> str:
    return key[:SHORT]
