"""Hydra, held to the project: it sees the files of ``conf/`` as `Files` read them, and nothing else on the disk.

Imported when something is composed, since importing Hydra takes a quarter of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

from hydra import compose, initialize
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.object_type import ObjectType
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigResult, ConfigSource
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import OmegaConf

from continuity.plan.conf_files import Files
from continuity.plan.interpolation import marked
from continuity.plan.translated import translated

SCHEME = "continuity"
_files: ContextVar[Files] = ContextVar("files")


def composed(files: Files, overrides: Sequence[str]) -> dict[str, Any]:
    """``conf/config.yaml`` with ``overrides``, references still hidden. Raises ConfigError."""
    token = _files.set(files)
    try:
        with translated(lambda _: "conf/"), initialize(config_path=None, job_name="compose", version_base="1.3"):
            return OmegaConf.to_container(compose("config", overrides=list(overrides)))  # type: ignore[return-value]
    finally:
        _files.reset(token)


class ProjectSource(ConfigSource):
    """The options of each group are the files of its folder, checked as they are read."""

    @staticmethod
    def scheme() -> str:
        return SCHEME

    def load_config(self, config_path: str) -> ConfigResult:
        content = _hidden(_files.get().conf(_name(config_path)))
        return ConfigResult(self.provider, self.full_path(), OmegaConf.create(content), {"package": None})

    def available(self) -> bool:
        return True

    def is_group(self, config_path: str) -> bool:
        return _files.get().is_group(config_path)

    def is_config(self, config_path: str) -> bool:
        return _files.get().is_option(_name(config_path))

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        return [] if results_filter == ObjectType.GROUP else _files.get().options(config_path)


class ProjectSearchPath(SearchPathPlugin):
    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        search_path.append("main", f"{SCHEME}://")


def _name(config_path: str) -> str:
    return config_path.removesuffix(".yaml")


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _hidden(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    return marked(value) if isinstance(value, str) else value


Plugins.instance().register(ProjectSource)
Plugins.instance().register(ProjectSearchPath)
