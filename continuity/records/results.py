"""The record of a result: ``take.json``, ``line.json``, and ``record.json`` in the store."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from continuity.media.rates import Rate
from continuity.plan.schema import Kind
from continuity.records.fields import Dollars, Pixels, Record, Seconds, Sha256
from continuity.records.reading import first, parse, read
from continuity.request import ENDINGS, key_of

__all__ = ["ResultRecord", "parse_result", "read_result"]


class Referenced(Record):
    """A file that a model was handed; its place is not recorded."""

    role: str
    sha256: Sha256


class Asked(Record):
    """What every version of a canonical request has. Other versions may have more: the key is over all of it."""

    version: int = Field(ge=1, le=10**6)
    kind: Kind
    provider: str
    model: str
    prompt: str
    negative_prompt: str = ""
    seed: int = Field(ge=0, lt=2**63)
    resolution: Pixels | None = None
    seconds: Seconds | None = None
    fps: Rate | None = None
    references: list[Referenced]
    direction: dict[str, Any]
    parameters: dict[str, Any]


class Delivery(Record):
    """What a service delivered, as it came: its bytes lie in the store of whoever bought it."""

    sha256: Sha256
    content_type: str = Field(default="", max_length=200)
    changed: list[str] = Field(default_factory=list)  # what was changed to bring it into the series' form
    model: str | None = Field(default=None, max_length=200)  # that answered, as the service names it
    seed: int | None = None  # that was used, as the service says
    credits: float | None = None  # that a service with a currency of its own says it charged
    warnings: list[str] = Field(default_factory=list)  # what is not as it was asked for, as the service says


class ResultRecord(Record):
    """What was asked, what came, what it cost. Money in US dollars; ``file`` is named in the store alone."""

    model_config = ConfigDict(extra="forbid")

    key: Sha256
    request: dict[str, Any]
    provider: str
    model: str
    job_id: str | None = None
    cost_usd: Dollars
    created_at: str | None = Field(default=None, max_length=40, pattern=r"^[0-9T:.+Z-]*$")
    seconds: Seconds | None = None
    resolution: Pixels | None = None
    fps: Rate | None = None
    character: str | None = Field(default=None, min_length=1, max_length=200)  # what a service calls one
    delivery: Delivery | None = None  # of a service: what came, before it was brought into the series' form
    accepted: bool = False  # a person took it though it is of another length than was asked
    file: Literal["result.mp4", "result.png", "result.wav", "result.json"] | None = None
    sha256: Sha256

    @property
    def asked(self) -> Asked:
        return Asked.model_validate(self.request, strict=True)

    @model_validator(mode="after")
    def _says_one_thing(self) -> ResultRecord:
        check_request(self.key, self.request)
        kind: Kind = self.request["kind"]
        if ENDINGS[kind] == "mp4" and self.seconds is None:
            raise PydanticCustomError("seconds", "no seconds, which a clip has")
        if self.file is not None and self.file != f"result.{ENDINGS[kind]}":
            raise PydanticCustomError("file", "a file of another kind than the request's")
        return self


def check_request(key: str, request: dict[str, Any]) -> None:
    """Raise PydanticCustomError unless ``request`` is one, and ``key`` its hash."""
    try:
        Asked.model_validate(request, strict=True)
    except ValidationError as error:
        raise PydanticCustomError("request", "request.{what}", {"what": first(error)}) from None
    if key_of(request) != key:
        raise PydanticCustomError("key", "the key is not the hash of the request beside it")


def read_result(path: Path, made_by: str) -> ResultRecord:
    """Raises ProjectError naming the file."""
    return read(path, ResultRecord, made_by)


def parse_result(data: bytes, name: str, way_out: str) -> ResultRecord:
    """As `read_result`, for bytes that came another way."""
    return parse(data, ResultRecord, name, way_out)
