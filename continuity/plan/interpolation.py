"""``${key}`` in a file of ``conf/``: the value of another key, and nothing else.

OmegaConf's own interpolation would also call resolvers, which read the environment (``oc.env``) and evaluate texts
(``oc.decode``), and it has no bound: thirty keys that each name the one before twice fill the memory. So it never
sees one: `marked` hides them before Hydra composes, `Resolver` answers them afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from continuity.errors import ConfigError

REFERENCE, LITERAL = "\ufdd0", "\ufdd1"  # stand for "${"; noncharacters, which no text that was read holds
MOST_ADDED = 1_000_000  # characters and values that references may add in all

SIGN = re.compile(r"(\\*)\$\{")
PLAIN = re.compile(r"\s*(\.*[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\s*\}")
HIDDEN = re.compile(REFERENCE + r"(\.*)([^}]*)\}")

Path = tuple[str, ...]


def marked(text: str) -> str:
    """``text`` with every ``${`` hidden; ``\\${`` means the sign itself.

    Raises ValueError, its argument the words found, for anything but a plain ``${a.b}`` or ``${.b}``.
    """
    parts, done = [], 0
    for sign in SIGN.finditer(text):
        slashes = sign[1]
        parts.append(text[done : sign.start()] + "\\" * (len(slashes) // 2))
        if len(slashes) % 2:
            parts.append(LITERAL)
            done = sign.end()
        elif plain := PLAIN.match(text, sign.end()):
            parts.append(f"{REFERENCE}{plain[1]}}}")
            done = plain.end()
        else:
            raise ValueError(text[sign.start() : sign.start() + 40])
    return "".join([*parts, text[done:]])


class Resolver:
    """Answers the hidden references of a composed configuration. ``where`` names a key path in messages."""

    def __init__(self, composed: dict[str, Any], where: Callable[[Path], object]) -> None:
        self.composed = composed
        self.where = where
        self.added = 0
        self.open: list[Path] = []  # the references being answered, each from inside the one before

    def resolved(self) -> dict[str, Any]:
        """Raises ConfigError for a key that is not there, a circle, and references that grow without measure."""
        return {key: self._value(value, (key,)) for key, value in self.composed.items()}

    def _value(self, value: Any, path: Path) -> Any:
        if isinstance(value, dict):
            return {key: self._value(item, (*path, str(key))) for key, item in value.items()}
        if isinstance(value, list):
            return [self._value(item, (*path, str(index))) for index, item in enumerate(value)]
        if not isinstance(value, str) or not (REFERENCE in value or LITERAL in value):
            self.added += bool(self.open)
            return value
        if whole := HIDDEN.fullmatch(value):
            return self._target(whole, path)
        return HIDDEN.sub(lambda match: self._text(match, path), value).replace(LITERAL, "${")

    def _text(self, match: re.Match[str], path: Path) -> str:
        target = self._target(match, path)
        if isinstance(target, (dict, list)) or target is None:
            self._refuse(path, f"'${{{match[1]}{match[2]}}}' is no text or number that could stand inside a text")
        text = str(target).lower() if isinstance(target, bool) else str(target)
        self.added += len(text)
        return text

    def _target(self, match: re.Match[str], path: Path) -> Any:
        dots, name = len(match[1]), f"{match[1]}{match[2]}"
        keys = (*path[:-dots], *match[2].split(".")) if dots else tuple(match[2].split("."))
        if dots > len(path):
            self._refuse(path, f"'${{{name}}}' reaches above the configuration; take dots away")
        if keys in self.open or keys == path[: len(keys)]:
            self._refuse(path, f"'${{{name}}}' leads back to itself; write one of the values out")
        found: Any = self.composed
        for key in keys:
            if isinstance(found, dict) and key in found:
                found = found[key]
            elif isinstance(found, list) and key.isascii() and key.isdigit() and int(key) < len(found):
                found = found[int(key)]
            else:
                self._refuse(
                    path, f"'${{{name}}}' names no key ('{key}' is not there); write \\${{ for the sign itself"
                )
        if self.added > MOST_ADDED:
            self._refuse(path, f"references repeat over {MOST_ADDED} characters and values; write them out")
        self.open.append(keys)
        value = self._value(found, keys)
        self.open.pop()
        return value

    def _refuse(self, path: Path, message: str) -> None:
        raise ConfigError(f"{self.where(path)}: {message}")
