"""A YAML text as plain data, where every reader of YAML agrees on what it says.

Hydra reads YAML 1.1 and DVC reads YAML 1.2, so that one ``params.yaml`` could make eight takes of ``takes: 010``
and be compared as ten. A word that the two read differently, or as a number in a notation nobody means, is refused
where it stands, with its way out: quotes. What is left are texts, whole numbers, decimal numbers, true, false, null.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from continuity.errors import ConfigError
from continuity.plan.translated import translated

MOST_VALUES = 50_000  # of a file, aliases written out: a series of two thousand shots
MOST_LEVELS = 32

# libyaml where the wheel brings it: thirty times as fast.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Beyond tab and line ends, what no text holds on purpose: control characters, halves of pairs, noncharacters.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+")
# The first digits of a take's key, where all but one are decimal: nobody writes a number so.
KEY_LIKE = re.compile(r"(?=.{12}$)[0-9]+e[0-9]+")
# The implicit types of YAML 1.1 (yaml.org/type) and of 1.2's core schema, all that is left of them.
DISPUTED = re.compile(
    r"""(?: yes | Yes | YES | no | No | NO | on | On | ON | off | Off | OFF | = | <<
    | [-+]?0b[01_]+ | [-+]?0o[0-7_]+ | [-+]?0x[0-9a-fA-F_]+        # other bases
    | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?             # base 60
    | [-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?          # leading zeros, underscores
    | [-+]?\.[0-9_]+(?:[eE][-+]?[0-9]+)? | [-+][0-9_]+
    | [-+]?\.(?:inf|Inf|INF) | \.(?:nan|NaN|NAN) )""",
    re.X,
)


def parse(text: str, file: str) -> Any:
    """The one document of ``text``; ``file`` is what messages call it.

    Mappings have texts as keys, written once each; anchors, aliases and merge keys are resolved. Raises
    ConfigError naming ``file`` and the place for broken YAML, tags, words that YAML's versions read
    differently, numbers out of range, characters that are no text, and files too large or too deep.
    """
    if odd := UNPRINTABLE.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise ConfigError(f"{file}: line {line}: is not text (character U+{ord(odd[0]):04X}); restore it with Git")
    with translated(lambda _: file):
        return _Builder(yaml.parse(text, Loader=LOADER), file).document()


class _Builder:
    """Values from the parser's events, which still tell what was quoted, tagged or repeated."""

    def __init__(self, events: Iterator[Event], file: str) -> None:
        self.events = events
        self.file = file
        self.path: list[str] = []
        self.anchors: dict[str, tuple[Any, int] | None] = {}  # value and how many it counts; None: not finished
        self.values = 0

    def document(self) -> Any:
        next(self.events)  # the stream's start
        if not isinstance(next(self.events), DocumentStartEvent):
            return None
        value = self._value(next(self.events))
        next(self.events)  # the document's end
        if isinstance(again := next(self.events), DocumentStartEvent):
            self._refuse(again, "a second document begins here; a file holds one: take out the '---'")
        return value

    def _value(self, event: Event) -> Any:
        if isinstance(event, AliasEvent):
            return self._alias(event)
        before = self.values
        self._count(event, 1)
        if event.tag not in (None, "!"):
            self._refuse(event, f"the tag {_shown(event.tag)} is not read here; write a plain value, a text in quotes")
        if event.anchor:
            self.anchors[event.anchor] = None
        if isinstance(event, ScalarEvent):
            value = self._scalar(event)
        elif len(self.path) >= MOST_LEVELS:
            self._refuse(event, f"is nested over {MOST_LEVELS} levels deep; make it flatter")
        elif isinstance(event, SequenceStartEvent):
            value = self._sequence()
        else:
            value = self._mapping()
        if event.anchor:
            self.anchors[event.anchor] = (value, self.values - before)
        return value

    def _alias(self, event: AliasEvent) -> Any:
        if event.anchor not in self.anchors:
            self._refuse(event, f"the alias *{event.anchor} has no anchor &{event.anchor} before it; write the value")
        known = self.anchors[event.anchor]
        if known is None:
            self._refuse(event, f"the alias *{event.anchor} stands inside its own anchor; write the value")
        value, count = known
        self._count(event, count)
        return value

    def _sequence(self) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            self.path.append(str(len(values)))
            values.append(self._value(event))
            self.path.pop()
        return values

    def _mapping(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            if isinstance(event, ScalarEvent) and event.value == "<<" and _plain(event):
                for source in reversed(self._sources(event)):
                    merged.update(source)
                continue
            key = self._key(event)
            if key in values:
                self._refuse(event, f"found duplicate key {key[:40]}; write each key once")
            self.path.append(key)
            values[key] = self._value(next(self.events))
            self.path.pop()
        return {**{key: value for key, value in merged.items() if key not in values}, **values} if merged else values

    def _sources(self, event: Event) -> list[dict[str, Any]]:
        """The mappings of a merge key, strongest first."""
        value = self._value(next(self.events))
        sources = value if isinstance(value, list) else [value]
        if not all(isinstance(source, dict) for source in sources):
            self._refuse(event, "<< takes in mappings alone; write <<: *name, or quote it where it is a text")
        return sources

    def _key(self, event: Event) -> str:
        key = self._value(event)
        if not isinstance(key, str):
            written = event.value if isinstance(event, ScalarEvent) else "a list or mapping"
            self._refuse(event, f"the key {_shown(written)} is not a text; put it in quotes")
        return key

    # ---- scalars ---------------------------------------------------------------------------

    def _scalar(self, event: ScalarEvent) -> Any:
        text: str = event.value
        if odd := UNPRINTABLE.search(text):  # written as an escape
            self._refuse(event, f"holds the character U+{ord(odd[0]):04X}, which is no text; take it out")
        if not _plain(event):
            return text
        if text in CONSTANTS:
            return CONSTANTS[text]
        if WHOLE.fullmatch(text):
            return self._whole(event)
        if KEY_LIKE.fullmatch(text):
            self._refuse(event, f"{_shown(text)} is a number in YAML, and looks like a take's name; {_way_out(text)}")
        if DECIMAL.fullmatch(text) and math.isfinite(number := float(text)):
            return number
        if DISPUTED.fullmatch(text):
            self._refuse(event, f"{_shown(text)} is read differently by different readers of YAML; {_way_out(text)}")
        return text

    def _whole(self, event: ScalarEvent) -> int:
        if len(event.value) > 20 or abs(number := int(event.value)) >= 2**63:
            self._refuse(event, f"{_shown(event.value)} is too large a number; put it in quotes if it is a text")
        return number

    # ---- complaints ------------------------------------------------------------------------

    def _count(self, event: Event, values: int) -> None:
        self.values += values
        if self.values > MOST_VALUES:
            self._refuse(event, f"over {MOST_VALUES} values, counting what aliases repeat; make the file smaller")

    def _refuse(self, event: Event, message: str) -> NoReturn:
        path = ".".join(self.path)
        where = f": {path if len(path) <= 120 else path[:119] + '…'}" if path else ""
        raise ConfigError(f"{self.file}{where}: line {event.start_mark.line + 1}: {message}")


def _plain(event: ScalarEvent) -> bool:
    """Whether it was written without quotes, so that it may be something other than text."""
    return not event.style


def _way_out(text: str) -> str:
    if text.lower() in ("yes", "no", "on", "off"):
        return f'put it in quotes where it is a text ("{text}"), or write true or false'
    if text in ("=", "<<") or KEY_LIKE.fullmatch(text):
        return f'put it in quotes: "{text}"'
    return "write a plain decimal number, or put it in quotes where it is a text"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
