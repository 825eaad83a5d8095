"""``assets/library/library.json``: what each file of the library is, and what it was made from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from continuity.plan.schema import Step
from continuity.records.fields import Dollars, Inside, Name, Record, Role, Sha256, Trait
from continuity.records.reading import parse, read
from continuity.records.results import Delivery, ResultRecord, check_request
from continuity.request import ENDINGS


class ListedItem(Record):
    """One file; ``path`` is relative to the project."""

    path: Inside
    sha256: Sha256
    key: Sha256
    step: Step
    subject: Name
    look: Name | None = None
    trait: Trait | None = None
    prompt: str
    parents: list[Inside]
    provider: str
    model: str
    cost_usd: Dollars
    created_at: str | None = Field(default=None, max_length=40)  # written by the first versions
    request: dict[str, Any]
    delivery: Delivery | None = None  # where another model answered than was asked

    def as_result(self) -> dict[str, Any]:
        """The record that the store keeps of it."""
        kept = self.model_dump(include=set(ResultRecord.model_fields), exclude_unset=True)
        return {**kept, "job_id": None}

    @model_validator(mode="after")
    def _says_one_thing(self) -> ListedItem:
        check_request(self.key, self.request)
        return self


class Listing(Record):
    items: dict[Role, ListedItem]

    @model_validator(mode="after")
    def _in_their_places(self) -> Listing:
        for role, item in self.items.items():
            if item.path != f"assets/library/{role}.{ENDINGS[item.request['kind']]}":
                raise PydanticCustomError("path", "the file of {role} is not where its role says", {"role": role})
        return self


def read_listing(path: Path) -> Listing:
    """Raises ProjectError when design has not run, or the file is damaged."""
    return read(path, Listing, "dvc repro design", in_dvc=True)


def parse_listing(data: bytes, name: str, way_out: str) -> Listing:
    """As `read_listing`, for bytes that came another way."""
    return parse(data, Listing, name, way_out)
