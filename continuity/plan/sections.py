"""What every part of the configuration shares: sections that answer unknown keys, and the types of their values."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    TypeAdapter,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from continuity.plan.ids import suggestion


class Section(BaseModel):
    """A frozen mapping that answers an unknown key with the keys it knows. Nothing written counts as ``{}``.

    Types are strict: a text is no number, however it looks, nor is ``true`` a 1 or ``2.0`` a whole number.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> Any:
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise PydanticCustomError(
                "section", "must be a mapping of keys to values, got {value}", {"value": repr(value)[:60]}
            )
        known = [field.alias or name for name, field in cls.model_fields.items()]
        unknown = [key for key in value if key not in known]
        if unknown:
            raise PydanticCustomError(
                "unknown_key",
                "unknown key '{key}'; {hint}",
                {"key": str(unknown[0]), "hint": suggestion(unknown[0], known)},
            )
        return value


def _one_line(value: str) -> str:
    """YAML folds long texts over lines; the model gets one, without control characters."""
    text = " ".join("".join(c if c.isprintable() or c in "\u200d\u200e\u200f" else " " for c in value).split())
    if not text:
        raise PydanticCustomError("text", "must not be empty", {})
    return text


def _inside(value: str) -> str:
    """A path that stays where it is put: relative, without ``..`` or backslashes."""
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or "\\" in value or not path.parts:
        raise PydanticCustomError(
            "path", "{value} must be a relative path without '..' and backslashes", {"value": repr(value)}
        )
    return value


def under(folder: str) -> AfterValidator:
    """A file of the project must lie where DVC notices when it changes; a package's files do not change."""

    def check(value: str) -> str:
        if not value.startswith((folder, "package:")):
            raise PydanticCustomError(
                "path",
                "{value} is not under {folder}, where a changed file is noticed; move it there",
                {"value": repr(value), "folder": folder},
            )
        return value

    return AfterValidator(check)


MASTERS = "assets/masters/"


def below_masters(folder: str = "", packages: bool = False) -> AfterValidator:
    """A path below ``assets/masters/`` and ``folder`` in it; what leads there from the project or from ``assets``
    may be written too, and is taken off. The one rule for masters, clips, pictures and voice samples. With ``packages``
    a file of an installed package may be named instead, which does not change."""
    whole = f"{MASTERS}{folder}"
    written_too = [whole, whole.removeprefix("assets/"), folder]

    def check(value: str) -> str:
        if packages and value.startswith("package:"):
            return value
        below = next((value.removeprefix(lead) for lead in written_too if lead and value.startswith(lead)), value)
        if not below.strip("/") or below.startswith("assets/"):
            raise PydanticCustomError(
                "path",
                "{value} is no path below {folder}, where masters lie and a changed one is noticed; put it there",
                {"value": repr(value), "folder": whole},
            )
        return below

    return AfterValidator(check)


def _iso_date(value: object) -> object:
    """Not a number, which would be seconds since 1970."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise PydanticCustomError("text", "must be a date as 2026-12-24, got {value}", {"value": repr(value)[:60]})
    return value


Day = Annotated[date, Strict(False), BeforeValidator(_iso_date)]
Words = Annotated[str, Field(max_length=4000)]  # may be empty
Text = Annotated[Words, AfterValidator(_one_line)]
Inside = Annotated[str, Field(max_length=400), AfterValidator(_inside)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]  # as BCP 47 has it: en, pt-BR
Seed = Annotated[int, Field(ge=0, lt=2**31)]
MOST_SECONDS = 600  # of a shot
Seconds = Annotated[float, Field(gt=0, le=MOST_SECONDS)]
Moment = Annotated[float, Field(ge=0, le=86_400)]  # seconds into a file
Money = Annotated[float, Field(ge=0, le=1_000_000)]  # US dollars
Fraction = Annotated[float, Field(ge=0, le=1)]
YAML_LIST = Strict(False)  # before a tuple: YAML has lists alone


Count = Annotated[int, Field(ge=1, le=64)]


class Rounds(Section):
    """Takes in rounds: ``at_least`` of them, then one more at a time while none passes, ``at_most`` in all."""

    at_least: Count = 1
    at_most: Count

    @model_validator(mode="after")
    def _in_order(self) -> Rounds:
        if self.at_least > self.at_most:
            raise PydanticCustomError(
                "section",
                "at_least {least} is over at_most {most}; exchange them",
                {"least": self.at_least, "most": self.at_most},
            )
        return self


_COUNT = TypeAdapter(Count, config=ConfigDict(strict=True))


def _rounds(value: Any, handler: Callable[[Any], Rounds]) -> Rounds:
    """A number alone is so many takes at once."""
    if isinstance(value, (dict, Rounds)):
        return handler(value)
    number = _COUNT.validate_python(value)
    return Rounds(at_least=number, at_most=number)


Takes = Annotated[Rounds, WrapValidator(_rounds)]  # a number or a mapping
