"""From bytes to a typed record, or one clear error."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from continuity.errors import ProjectError

MOST_BYTES = 256 * 2**20  # the evidence of a thousand shots is a tenth of this

_MERGE = re.compile(rb"^(<<<<<<<|>>>>>>>) ", re.MULTILINE)

Model = TypeVar("Model", bound=BaseModel)


def read(path: Path, model: type[Model], made_by: str, way_out: str = "", *, in_dvc: bool = False) -> Model:
    """The record in ``path``. ``made_by`` is the stage or command that a message tells to run; ``way_out`` says it
    otherwise for a file that is damaged. ``in_dvc``: a clone gets the file by `dvc pull`, not with Git.

    Raises ProjectError when the file is missing, cannot be read, is no JSON, or does not hold what it should.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        first = f"run `dvc pull`, or `{made_by}` to make it" if in_dvc else f"run `{made_by}` first"
        raise ProjectError(f"{path} is missing; {first}") from None
    except OSError as error:
        raise ProjectError(
            f"{path} cannot be read ({error.strerror}); put a file that can in its place, or run `{made_by}` again"
        ) from error
    return parse(data, model, str(path), way_out or f"restore it with Git or DVC, or run `{made_by}` again")


def parse(data: bytes, model: type[Model], name: str, way_out: str) -> Model:
    """The record in ``data``, which came from ``name``. Raises ProjectError, its message ending with ``way_out``."""
    if merge := _MERGE.search(data):
        line = data.count(b"\n", 0, merge.start()) + 1
        raise ProjectError(
            f"{name}: line {line} is the mark of a merge that was not finished; take one side of it, for example with "
            f"`git checkout --ours {name}`, or {way_out}"
        )
    try:
        if len(data) > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES // 2**20} MiB")
        json.loads(
            data.decode(), object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite
        )  # pydantic's parser takes NaN and repeated keys
    except (ValueError, RecursionError) as error:
        raise ProjectError(f"{name} is not valid JSON ({_plain(str(error))}); {way_out}") from None
    try:
        return model.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise ProjectError(f"{name} does not hold what it should: {first(error)}; {way_out}") from None


def first(error: ValidationError) -> str:
    """Where and what the first complaint of pydantic is: ``shots.t01.takes.0.key: not 64 hex digits``."""
    complaint = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in complaint["loc"])
    return _plain(f"{where}: {complaint['msg']}" if where else complaint["msg"])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key {next(n for n in names if names.count(n) > 1)!r} stands twice")
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number in JSON")


def _finite(text: str) -> float:
    if not math.isfinite(value := float(text)):
        raise ValueError(f"{text[:20]} is too large a number")
    return value


def _plain(text: str) -> str:
    """Short enough for one line, and without what a terminal would act on."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= 200 else f"{shown[:200]}…"
