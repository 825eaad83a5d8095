"""The files a person writes, ``params.yaml`` and those of ``conf/``, each read once and checked as it is read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from continuity.errors import ConfigError
from continuity.plan.interpolation import marked
from continuity.plan.strict_yaml import parse
from continuity.plan.translated import translated

CONFIG = "conf/config.yaml"
MOST_BYTES = 1 << 20
NAME = r"[A-Za-z0-9][A-Za-z0-9_-]*"
OPTION = re.compile(rf"{NAME}(?:/{NAME})*")
PACKAGE = re.compile(r"^\s*#\s*@package\b", re.M)  # Hydra's header, which puts a file's keys elsewhere


class Files:
    """Reads the YAML files of the project at ``root``. Every error is a ConfigError naming the file."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._read: dict[str, dict[str, Any]] = {}

    def read(self, file: str) -> dict[str, Any]:
        """The content of ``"params.yaml"`` or ``"conf/series/demo.yaml"``, a mapping; not to be changed."""
        if file not in self._read:
            text = self.text(file)
            if PACKAGE.search(text):
                raise ConfigError(f"{file}: '# @package' is not read here; each folder has its place; take it out")
            content = parse(text, file)
            content = {} if content is None else content  # comments alone
            if not isinstance(content, dict):
                raise ConfigError(f"{file}: must be a mapping of keys to values")
            self._read[file] = content
        return self._read[file]

    def conf(self, option: str) -> dict[str, Any]:
        """The content of ``conf/<option>.yaml``, as it may go to Hydra."""
        file = f"conf/{option}.yaml"
        content = self.read(file)
        _check_for_hydra(file, content)
        return content

    def is_group(self, name: str) -> bool:
        return bool(OPTION.fullmatch(name)) and self._path(f"conf/{name}").is_dir()

    def is_option(self, name: str) -> bool:
        """Whether something of that name is there; whether it can be read is told by reading it."""
        return bool(OPTION.fullmatch(name)) and os.path.lexists(self._path(f"conf/{name}.yaml"))

    def options(self, group: str) -> list[str]:
        return sorted(path.stem for path in self._path(f"conf/{group}").glob("*.yaml"))

    def _path(self, file: str) -> Path:
        path = self.root / file
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(self.root)):
            raise ConfigError(f"{file}: is a link that leads out of the project; put the file itself there")
        return path

    def text(self, file: str) -> str:
        """The content of a file of the project, as it is written."""
        path = self._path(file)
        with translated(lambda _: file):
            if path.exists() and not path.is_file():  # a pipe would be waited for
                raise ConfigError(f"{file}: is not a file; put one there")
            with path.open("rb") as stream:
                content = stream.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise ConfigError(f"{file}: is larger than {MOST_BYTES >> 20} MiB; make it smaller")
            return content.decode("utf-8-sig")


def _check_for_hydra(file: str, content: dict[str, Any]) -> None:
    """Refuses what would have Hydra read other files or the environment."""
    if "hydra" in content:
        raise ConfigError(f"{file}: hydra: changes Hydra itself, which this project does not do; take it out")
    for path, value in _texts(content):
        try:
            marked(value)
        except ValueError as error:
            raise ConfigError(
                f"{file}: {'.'.join(path)}: '{error}' is not read here: ${{key}} names another key of the "
                "configuration, and nothing else is looked up; write \\${ for the sign itself (\\\\${ in double quotes)"
            ) from None
    if "defaults" in content:
        _check_defaults(file, content["defaults"])


def _check_defaults(file: str, defaults: Any) -> None:
    """Each entry chooses a file of a group, ``quality: draft``. Elsewhere a list could only mix up who says what."""
    if file != CONFIG:
        raise ConfigError(f"{file}: defaults: are read in {CONFIG} alone; write here what this file says")
    if not isinstance(defaults, list):
        raise ConfigError(f"{file}: defaults: must be a list; write `- group: file` in each line, and `- _self_` last")
    for entry in defaults:
        choice = entry if isinstance(entry, dict) and len(entry) == 1 else {}
        group, option = next(iter(choice.items()), ("", ""))
        sound = OPTION.fullmatch(group) and isinstance(option, str) and OPTION.fullmatch(option)
        if entry != "_self_" and (not sound or group.partition("/")[0] == "hydra"):
            raise ConfigError(f"{file}: defaults: {str(entry)[:60]!r} chooses no file of conf/; write `group: file`")


def _texts(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text in it, with its key path."""
    if isinstance(value, str):
        yield path, value
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _texts(item, (*path, str(key)))
