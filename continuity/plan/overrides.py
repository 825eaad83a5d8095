"""``overrides`` of ``params.yaml``: single values in Hydra's grammar, which have the last word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from continuity.errors import ConfigError
from continuity.plan.translated import translated

MOST = 200
MOST_CHARACTERS = 2000
QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
UNDERSCORED = re.compile(r"(?<![\w.-])[-+]?\d[\d.]*_[\d_.eE+-]*(?![\w-])")


@dataclass(frozen=True)
class Override:
    """One parsed override. ``path``: the key path of the settings that it sets, adds or takes away."""

    text: str
    path: tuple[str, ...]
    group: str | None  # its key, when it has no dots: it may choose a file of conf/<group>/
    value: object
    deletes: bool

    def reaches_into(self, path: tuple[str, ...]) -> bool:
        """Whether it sets one of the keys at ``path``, or adds something further down."""
        adds = self.text.startswith("+") and self.path[: len(path)] == path
        return bool(path) and (self.path[:-1] == path or adds)

    @property
    def place(self) -> str:
        return _place(self.text)


def parse_overrides(texts: Sequence[str]) -> list[Override]:
    """In order. Raises ConfigError for what is not in the grammar, sweeps, functions, ``hydra`` and references."""
    if len(texts) > MOST:
        raise ConfigError(f"params.yaml: overrides: {len(texts)} are over the most of {MOST}; write them into conf/")
    return [_parsed(text) for text in texts]


def _parsed(text: str) -> Override:
    from hydra._internal.grammar.functions import Functions
    from hydra.core.override_parser.overrides_parser import OverridesParser

    where = _place(text)
    if len(text) > MOST_CHARACTERS:
        raise ConfigError(f"{where}: is longer than {MOST_CHARACTERS} characters; write it into conf/")
    if "${" in text:
        raise ConfigError(f"{where}: '${{' is not read in overrides; write the value itself")
    if number := UNDERSCORED.search(QUOTED.sub("", text.partition("=")[2])):
        raise ConfigError(f"{where}: '{number[0]}' is no plain number; write it without '_', or a text in quotes")
    # Without Hydra's functions: `shuffle` would make another plan each time, the others make several.
    parser = OverridesParser(Functions())
    with translated(lambda _: where):
        [override] = parser.parse_overrides([text])
    if not override.key_or_group:
        raise ConfigError(f"{where}: has no key; write key=value")
    if override.is_sweep_override():
        raise ConfigError(f"{where}: gives several values; sweep with `dvc exp run -S '…' --queue` instead")
    package = override.package
    path = tuple((package if package is not None else override.key_or_group).split("."))
    if "hydra" in (path[0], override.key_or_group.split("/")[0].split(".")[0]) or path[0] in ("_global_", "_here_"):
        raise ConfigError(f"{where}: changes Hydra itself, which this project does not do; take it out")
    plain = package is None and "." not in override.key_or_group
    with translated(lambda _: where):
        value = None if override.is_delete() else override.value()
    return Override(text, path, override.key_or_group if plain else None, value, override.is_delete())


def _place(text: str) -> str:
    return f"params.yaml: overrides: '{text if len(text) <= 120 else text[:119] + '…'}'"
