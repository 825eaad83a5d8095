"""What a shot is to a model: the situations by which ``conf/models/`` chooses cards, told from the shot's own facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from continuity.plan.ids import suggestion


@dataclass(frozen=True)
class Facts:
    """What decides. ``declared`` are the situations that the shot itself names under ``is``, in its order."""

    people: int
    speaks: bool  # somebody does, on screen
    framing: str
    start_from: str | None = None  # the shot whose last frame it begins with
    transferred: bool = False  # its performance is carried over to another look
    declared: tuple[str, ...] = ()


def _if(holds: bool, words: str) -> str:
    return words if holds else ""


# First to last: what a model must be able to do, then what it should be good at. Each gives why it holds, or nothing.
SITUATIONS: Mapping[str, Callable[[Facts], str]] = {
    "start-from": lambda shot: _if(shot.start_from is not None, f"it begins with the last frame of {shot.start_from}"),
    "crowd": lambda shot: _if(shot.people > 2, f"{shot.people} characters"),
    "several": lambda shot: _if(shot.people > 1, f"{shot.people} characters"),
    "transfer": lambda shot: _if(shot.transferred, "its performance is carried over to another look"),
    "talking-head": lambda shot: _if(
        shot.people == 1 and shot.speaks and shot.framing != "wide",
        f"one character, who speaks on screen, {shot.framing}",
    ),
    "dialogue": lambda shot: _if(shot.speaks, "somebody speaks on screen"),
    "close-up": lambda shot: _if(shot.framing == "close-up", "its framing"),
    "medium": lambda shot: _if(shot.framing == "medium", "its framing"),
    "wide": lambda shot: _if(shot.framing == "wide", "its framing"),
    "nobody": lambda shot: _if(shot.people == 0, "no character is in it"),
    "action": lambda shot: _if(shot.people > 0, "a character is in it"),
}


def why(situation: str, shot: Facts) -> str:
    """Why a shot is in a situation, in words; empty where it is not."""
    return "the shot says so" if situation in shot.declared else SITUATIONS[situation](shot)


def _known(value: object) -> str:
    if not isinstance(value, str) or value not in SITUATIONS:
        raise PydanticCustomError(
            "situation",
            "{value} is no situation of a shot; {hint}",
            {"value": repr(value)[:60], "hint": suggestion(value, SITUATIONS)},
        )
    return value


Situation = Annotated[str, BeforeValidator(_known)]


def as_list(value: object) -> object:
    """One situation alone is a list of one."""
    return [value] if isinstance(value, str) else value
