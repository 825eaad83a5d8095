"""What every part of the configuration shares: sections that answer unknown keys, and the types of their values."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from continuity.plan.ids import suggestion


class Section(BaseModel):
    """A frozen mapping that answers an unknown key with the keys it knows. Nothing written counts as ``{}``."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> Any:
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise PydanticCustomError(
                "section", "must be a mapping of keys to values, got {value}", {"value": repr(value)[:60]}
            )
        unknown = [key for key in value if key not in cls.model_fields]
        if unknown:
            raise PydanticCustomError(
                "section",
                "unknown key '{key}'; {hint}",
                {"key": str(unknown[0]), "hint": suggestion(unknown[0], cls.model_fields)},
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


Text = Annotated[str, AfterValidator(_one_line)]
Inside = Annotated[str, AfterValidator(_inside)]
Seed = Annotated[int, Field(ge=0, lt=2**31)]
Takes = Annotated[int, Field(ge=1, le=64)]
Seconds = Annotated[float, Field(gt=0, le=600)]
Fraction = Annotated[float, Field(ge=0, le=1)]
