"""What libraries raise about what a person wrote, as this project's own errors: one table for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from pydantic_core import ErrorDetails

from continuity.plan.ids import suggestion
from continuity.plan.problems import Problems

Path = Sequence[str | int]
Finding = tuple[Path, str]  # a key path of what was read, and what is wrong there
Say = Callable[[Any], Iterable[Finding]]

# Some bad input is answered by these libraries' own lookups and assertions failing.
LIBRARIES = {"antlr4", "hydra", "omegaconf"}
SLIPS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


@contextmanager
def translated(where: Callable[[Path], object]) -> Iterator[None]:
    """Turn a library's error into a ConfigError; anything that is not in the table passes.

    ``where`` names a key path in the user's words, ``()`` being all of what was read.
    """
    try:
        yield
    except Exception as error:
        say = next((say for kinds, say in _table() if isinstance(error, kinds)), None)
        if say is None and isinstance(error, SLIPS) and _origin(error) in LIBRARIES:
            say = _slip
        if say is None:
            raise
        problems = Problems()
        for path, message in say(error):
            problems.add(where(path), message)
        raise problems.as_error() from None


@cache
def _table() -> list[tuple[type[Exception] | tuple[type[Exception], ...], Say]]:
    """Kinds of error and what to say of them, first match. Imported where needed: most commands load no Hydra."""
    from hydra.errors import HydraException, MissingConfigException, OverrideParseException
    from omegaconf.errors import OmegaConfBaseException
    from pydantic import ValidationError
    from yaml import MarkedYAMLError, YAMLError

    return [
        (ValidationError, _invalid),
        (MarkedYAMLError, _broken_yaml),
        (YAMLError, _whole("is not valid YAML ({error}); restore it with Git")),
        (OverrideParseException, _no_override),
        (MissingConfigException, _no_file),
        ((HydraException, OmegaConfBaseException), _refused),
        (UnicodeDecodeError, _whole("is not UTF-8 text; save it as UTF-8")),
        (RecursionError, _whole("is nested too deep; make it flatter")),
        (FileNotFoundError, _whole("is missing; restore it with Git")),
        (OSError, lambda error: [((), f"cannot be read ({error.strerror}); mend its rights")]),
    ]


def _origin(error: Exception) -> str:
    """The package whose code raised it."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0] if trace else ""


def _whole(message: str) -> Say:
    return lambda error: [((), message.format(error=_first_line(error)))]


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


# ---- YAML and Hydra ---------------------------------------------------------------------------


def _broken_yaml(error: Any) -> list[Finding]:
    mark = error.problem_mark or error.context_mark
    what = error.problem or _first_line(error)
    remedy = "look at the indentation there, and put a text with ': ' in it or '{' before it in quotes"
    return [((), f"line {mark.line + 1}, column {mark.column + 1}: {what}; {remedy}")]


def _no_override(error: Exception) -> list[Finding]:
    lines = [line for line in str(error).splitlines() if not line.startswith("Error parsing")] or [""]
    what = lines[0].partition(" expecting ")[0]
    return [((), f"is not in Hydra's grammar ({_short(what)}); write key=value, a text with signs in it in quotes")]


def _no_file(error: Any) -> list[Finding]:
    return [((), f"there is no conf/{error.missing_cfg_file}.yaml; look at the names in conf/")]


def _refused(error: Exception) -> list[Finding]:
    line = _first_line(error) if str(error).strip() or error.__cause__ is None else _first_line(error.__cause__)
    if missing := re.match(r"Could not override '([^']*)'", line):
        return [((), f"there is no {missing[1]} to change; look at the names in conf/, or write + before it to add it")]
    return [((), line.rstrip("."))]


def _slip(error: Exception) -> list[Finding]:
    return [((), f"Hydra cannot compose this ({type(error).__name__}: {_first_line(error)}); write it more plainly")]


# ---- pydantic ---------------------------------------------------------------------------------


def _invalid(error: Any) -> list[Finding]:
    return [_sentence(detail) for detail in error.errors(include_url=False)]


def _sentence(detail: ErrorDetails) -> Finding:
    path, value, given = detail["loc"], detail["input"], _short(detail["input"])
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return path, "is missing; add it"
        case "unknown_key":
            return (*path, context["key"]), detail["msg"]
        case "id" | "section" | "text" | "path" | "take":
            return path, detail["msg"]
        case "rate":
            return path, f"{detail['msg']}{_unquote(value)}"
        case "literal_error":
            allowed = re.findall(r"'([^']*)'", context["expected"])
            return path, f"{given} is not possible; {suggestion(value, allowed)}"
        case "string_type" if value is None:
            return path, 'is empty; write a text, or "" for none'
        case kind if value is None and kind.endswith("_type"):
            return path, "is empty; write a value, or take the key out"
        case "dict_type":
            return path, f"must be a mapping of keys to values, got {given}"
        case "list_type" | "tuple_type":
            return path, f"must be a list, got {given}"
        case "string_type" if isinstance(value, (bool, int, float)):
            kind = "true or false" if isinstance(value, bool) else "a number"
            return path, f"must be a text, and {value} is {kind} in YAML; put it in quotes"
        case "string_type":
            return path, f"must be a text, got {given}"
        case "int_type" | "int_from_float":
            return path, f"must be a whole number, got {given}{_unquote(value)}"
        case "float_type":
            return path, f"must be a number, got {given}{_unquote(value)}"
        case "bool_type":
            return path, f"must be true or false, got {given}"
        case "too_short":
            return path, f"must have at least {context['min_length']}, got {given}"
        case "too_long" | "string_too_long":
            return path, f"is too long: {_amount(value)}, at most {context['max_length']}"
    message = detail["msg"].replace("Input should", "must").replace("Value error, ", "")
    return path, f"{message}, got {given}"


def _unquote(value: object) -> str:
    number = isinstance(value, str) and re.fullmatch(r"[-+]?(0|[1-9]\d*)(\.\d+)?", value)
    return "; write it without quotes" if number else ""


def _amount(value: Any) -> str:
    return f"{len(value)} characters" if isinstance(value, str) else f"{len(value)} entries"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
