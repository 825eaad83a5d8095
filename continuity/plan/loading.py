"""``params.yaml`` and ``conf/`` to typed settings, through Hydra's compose API.

Order of authority, weakest first: ``conf/config.yaml``, the chosen group files, ``params.yaml``, the
series' own ``uses``, ``params.yaml``'s ``overrides``. Composition takes three passes, since what to
load is written in what is loaded: the series names characters, characters name voices, models name cards.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from continuity.errors import ConfigError
from continuity.plan.conf_files import Files
from continuity.plan.config import Models, Params, RepairConfig, Settings
from continuity.plan.footage import add_found
from continuity.plan.ids import RESERVED, UNSEEN, is_id, suggestion
from continuity.plan.interpolation import Resolver
from continuity.plan.overrides import Override, parse_overrides
from continuity.plan.problems import Problems
from continuity.plan.script import SeriesConfig, Uses
from continuity.plan.sections import Section
from continuity.plan.sources import GROUPS, MEMBERS, PARAMS, Sources
from continuity.plan.translated import translated

INTERNAL = re.compile(r"_[a-z]+_")  # _target_, _args_, …: code to run, where a program lets Hydra do so

SomeSection = TypeVar("SomeSection", bound=Section)


@dataclass(frozen=True)
class Loaded:
    settings: Settings
    sources: Sources


def load(root: Path, dials: Mapping[str, Any] | None = None) -> Loaded:
    """The settings of the project at ``root``, ``dials`` in the place of those in its ``params.yaml``.

    Raises ConfigError naming file, key, value and what is allowed.
    """
    return _Loader(root, dials or {}).load()


class _Loader:
    def __init__(self, root: Path, dials: Mapping[str, Any]) -> None:
        self.root = root
        self.dials = dials
        self.files = Files(root)

    def load(self) -> Loaded:
        raw = {**self.files.read(PARAMS), **self.dials}
        with translated(lambda path: ": ".join(filter(None, (PARAMS, ".".join(map(str, path)))))):
            params = Params.model_validate(raw)
        overrides = parse_overrides(params.overrides)
        choices, values = self._split(params, overrides)
        sources = Sources(choices, frozenset(raw) - set(GROUPS), tuple(values))
        choices["series"] = self._choice("series", choices["series"], PARAMS)
        series = self._series(sources)
        chosen = {override.group for override in overrides}
        for group in ("models", "quality", "scorer"):
            insisted = getattr(series.uses, group)
            if insisted and group not in chosen:
                choices[group] = insisted
        for group, option in choices.items():
            self._choice(group, option, self._chooser(group, option, params, series.uses, choices["series"]))
        models, repair = self._models(sources)
        members = self._members(series, models, repair, sources)
        picks = [f"+picks={choices['series']}"] if choices["series"] in self.files.options("picks") else []
        groups = [f"{group}={option}" for group, option in choices.items()]
        dials = self._dials(params, series.uses)
        composed = self._compose([*groups, *members, *picks, *dials], values, sources)
        return Loaded(_validated(Settings, composed, sources), sources)

    # ---- params.yaml -----------------------------------------------------------------------

    def _split(self, params: Params, overrides: Iterable[Override]) -> tuple[dict[str, str], list[Override]]:
        """Group choices (conf/config.yaml, params.yaml, then overrides) and the overrides that set values."""
        choices = self._defaults()
        choices.update({group: option for group in GROUPS if (option := getattr(params, group, None))})
        values = []
        for override in overrides:
            if override.group not in GROUPS:
                values.append(override)
            elif override.deletes:
                raise ConfigError(f"{override.place}: {override.group} cannot be taken away; choose another option")
            else:
                choices[override.group] = self._choice(override.group, str(override.value), override.place)
        return choices, values

    @staticmethod
    def _chooser(group: str, option: str, params: Params, uses: Uses, series: str) -> str:
        if getattr(uses, group, None) == option:
            return f"conf/series/{series}.yaml: uses"
        return PARAMS if getattr(params, group, None) == option else "conf/config.yaml: defaults"

    def _defaults(self) -> dict[str, str]:
        entries = self.files.conf("config").get("defaults")
        pairs = [pair for entry in entries or () if isinstance(entry, dict) for pair in entry.items()]
        where = "conf/config.yaml: defaults"
        return {group: self._choice(group, option, where) for group, option in pairs if group in GROUPS}

    @staticmethod
    def _dials(params: Params, uses: Uses) -> list[str]:
        dials: dict[str, object] = {name: getattr(params, name) for name in ("seed", "conditioning")}
        if takes := uses.takes or params.takes:
            dials["takes"] = f"{{at_least:{takes.at_least},at_most:{takes.at_most}}}"
        dials |= {f"budget.{name}": value for name, value in params.budget or ()}
        dials["rehearsal"] = params.rehearsal
        return [f"{name}={value}" for name, value in dials.items() if value is not None]

    # ---- the passes ------------------------------------------------------------------------

    def _series(self, sources: Sources) -> SeriesConfig:
        composed = self._compose([f"series={sources.choices['series']}"], _about(sources.overrides, "series"), sources)
        return _validated(SeriesConfig, composed.get("series"), sources, "series")

    def _models(self, sources: Sources) -> tuple[Models, RepairConfig]:
        chosen = [f"models={sources.choices['models']}"] if "models" in sources.choices else []
        # Without the series, which is by far the longest file and has been read.
        about = [one for one in sources.overrides if one.path[0] in ("models", "repair")]
        composed = self._compose(["series=[]", *chosen], about, sources)
        return (
            _validated(Models, composed.get("models"), sources, "models"),
            _validated(RepairConfig, composed.get("repair"), sources, "repair"),
        )

    def _members(self, series: SeriesConfig, models: Models, repair: RepairConfig, sources: Sources) -> list[str]:
        """``+character@characters.ami=ami`` for everything that the series and its models name."""
        problems = Problems()
        wanted: dict[str, dict[str, str]] = {key: {} for key in MEMBERS}  # id -> where it is named
        for key in ("characters", "locations", "props"):
            for index, name in enumerate(getattr(series, key)):
                wanted[key][name] = sources.where(("series", key, index))
        for name in series.characters:
            if is_id(voice := self._peek(sources, "characters", name, "voice")):
                wanted["voices"][voice] = sources.where(("characters", name, "voice"))
        for name, voice in series.voices.items():
            wanted["voices"].setdefault(voice, sources.where(("series", "voices", name)))
        for voice in wanted["voices"]:
            if is_id(card := self._peek(sources, "voices", voice, "model")):
                wanted["cards"][card] = sources.where(("voices", voice, "model"))
        for place, _, card in models.cards():
            wanted["cards"][card] = sources.where(("models", *place))
        for number, route in enumerate(repair.routes):
            if route.model:
                wanted["cards"][route.model] = sources.where(("repair", "routes", number, "model"))
        for episode_id, episode in series.episodes.items():
            for scene_id, scene in episode.scenes.items():
                for shot_id, shot in scene.shots.items():
                    here = sources.place("series", "episodes", episode_id, "scenes", scene_id, "shots", shot_id)
                    if shot.model:
                        wanted["cards"][shot.model] = str(here.at("model"))
                    elif shot.footage:
                        wanted["cards"][models.footage] = str(here.at("footage"))
        for card in list(wanted["cards"]):
            if is_id(known_by := self._peek(sources, "cards", card, "character")):
                wanted["cards"][known_by] = sources.where(("cards", card, "character"))
        services = self.files.options(MEMBERS["providers"])
        for card in wanted["cards"]:  # one that no file says where it is makes things on this machine
            if is_id(provider := self._peek(sources, "cards", card, "provider")) and provider in services:
                wanted["providers"][provider] = sources.where(("cards", card, "provider"))
        for key, group in MEMBERS.items():
            for name, where in wanted[key].items():
                if name not in (options := self.files.options(group)):
                    problems.unknown(where, f"a file of conf/{group}/", name, options)
        problems.raise_if_any()
        return [f"+{MEMBERS[key]}@{key}.{name}={name}" for key in MEMBERS for name in wanted[key]]

    # ---- files and Hydra -------------------------------------------------------------------

    def _choice(self, group: str, option: str, where: str) -> str:
        if option not in (options := self.files.options(group)):
            raise ConfigError(
                f"{where}: {group}: '{option}' is not a file of conf/{group}/; {suggestion(option, options)}"
            )
        return option

    def _peek(self, sources: Sources, member: str, name: str, key: str) -> Any:
        """One value of a file that is not composed yet; what is wrong with it is told when it is."""
        for override in reversed(sources.overrides):
            if override.path == (member, name, key):
                return override.value
        group = MEMBERS[member]
        return self.files.conf(f"{group}/{name}").get(key) if name in self.files.options(group) else None

    def _compose(self, overrides: Sequence[str], values: Sequence[Override], sources: Sources) -> dict[str, Any]:
        """``overrides`` of our own, then those of the user's ``values`` that are wanted, through Hydra."""
        from continuity.plan.composing import composed

        texts = [override.text for override in values]
        try:
            content = composed(self.files, [*overrides, *texts])
        except ConfigError:
            if values:
                composed(self.files, overrides)
            for index, override in enumerate(values):
                with _blamed_on(override):
                    composed(self.files, [*overrides, *texts[: index + 1]])
            raise
        _check_values(content, sources)
        content = Resolver(content, sources.where).resolved()
        add_found(self.root, content)
        return content


def _about(values: Iterable[Override], key: str) -> list[Override]:
    """Those overrides that set something under ``key``."""
    return [override for override in values if override.path[0] == key]


@contextmanager
def _blamed_on(override: Override) -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"{override.place}: {str(error).removeprefix('conf/: ')}") from None


def _validated(section: type[SomeSection], value: Any, sources: Sources, *prefix: str) -> SomeSection:
    with translated(lambda path: sources.where((*prefix, *path))):
        return section.model_validate(value)


def _check_values(composed: dict[str, Any], sources: Sources) -> None:
    """What holds for every value, the free-form ``parameters`` included: DVC sees it, and JSON can say it."""
    problems = Problems()

    def walk(value: Any, path: tuple[str | int, ...]) -> None:
        if isinstance(value, dict):
            for key, entry in value.items():
                if not isinstance(key, str):
                    problems.add(sources.where((*path, str(key))), f"the key {key} is not a text; put it in quotes")
                elif INTERNAL.fullmatch(key):
                    problems.add(sources.where((*path, key)), "is Hydra's own key, which runs code; take it out")
                elif key in UNSEEN:
                    problems.add(sources.where((*path, key)), f"'{key}' cannot be a key: {RESERVED[key]}; rename it")
                walk(entry, (*path, key))
        elif isinstance(value, list):
            for index, entry in enumerate(value):
                walk(entry, (*path, index))
        elif isinstance(value, float) and not math.isfinite(value):
            problems.add(sources.where(path), f"{value} is no number to work with; put it in quotes if it is a text")
        elif isinstance(value, int) and abs(value) >= 2**63:
            problems.add(sources.where(path), "is too large a number; put it in quotes if it is a text")

    walk(composed, ())
    problems.raise_if_any()
