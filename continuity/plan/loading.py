"""``params.yaml`` and ``conf/`` to typed settings, through Hydra's compose API.

Order of authority, weakest first: ``conf/config.yaml``, the chosen group files, ``params.yaml``, the
series' own ``uses``, ``params.yaml``'s ``overrides``. Composition takes three passes, since what to
load is written in what is loaded: the series names characters, characters name voices, models name cards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from continuity.errors import ConfigError
from continuity.plan.config import Models, Params, Settings
from continuity.plan.footage import add_found
from continuity.plan.ids import RESERVED, suggestion
from continuity.plan.problems import Problems
from continuity.plan.script import SeriesConfig, Uses
from continuity.plan.sources import GROUPS, MEMBERS, PARAMS, Sources, key_of


@dataclass(frozen=True)
class Loaded:
    settings: Settings
    sources: Sources


def load(root: Path) -> Loaded:
    """The settings of the project at ``root``. Raises ConfigError naming file, key, value and what is allowed."""
    return _Loader(root).load()


class _Loader:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.conf = root / "conf"

    def load(self) -> Loaded:
        params = self._params()
        choices, values = self._split(params)
        choices["series"] = self._choice("series", choices.get("series", params.series), PARAMS)
        series, uses = self._series(choices, values)
        for group in ("models", "quality", "scorer"):
            insisted = getattr(uses, group)
            if insisted and not self._chosen_by_override(group, params):
                choices[group] = insisted
        for group, option in choices.items():
            self._choice(
                group,
                option,
                PARAMS if getattr(params, group, None) == option else f"conf/series/{choices['series']}.yaml: uses",
            )
        sources = Sources(choices, tuple(values))
        models = self._models(choices, values, sources)
        members = self._members(series, models, sources)
        dials = self._dials(params, uses)
        composed = self._compose(
            [*(f"{group}={option}" for group, option in choices.items()), *members, *dials, *values], sources
        )
        return Loaded(_validated(Settings, composed, sources, ()), sources)

    # ---- params.yaml -----------------------------------------------------------------------

    def _params(self) -> Params:
        raw = self._read(self.root / PARAMS)
        try:
            return Params.model_validate(raw)
        except ValidationError as error:
            problems = Problems()
            problems.add_validation(error, lambda path: ": ".join(filter(None, (PARAMS, ".".join(map(str, path))))))
            problems.raise_if_any()
            raise

    def _split(self, params: Params) -> tuple[dict[str, str], list[str]]:
        """Group choices (params.yaml, then overrides) and the overrides that set values."""
        from hydra.core.override_parser.overrides_parser import OverridesParser
        from hydra.errors import HydraException

        choices = {group: option for group in GROUPS if (option := getattr(params, group, None))}
        parser = OverridesParser.create()
        values = []
        for text in params.overrides:
            where = f"{PARAMS}: overrides: '{text}'"
            try:
                override = parser.parse_override(text)
            except HydraException as error:
                raise ConfigError(
                    f"{where}: is not in Hydra's grammar ({_first_line(error)}); write key=value"
                ) from None
            if override.is_sweep_override():
                raise ConfigError(f"{where}: gives several values; sweep with `dvc exp run -S '…' --queue` instead")
            if override.key_or_group in GROUPS and override.package is None:
                if override.is_delete():
                    raise ConfigError(f"{where}: {override.key_or_group} cannot be taken away; choose another option")
                choices[override.key_or_group] = self._choice(override.key_or_group, str(override.value()), where)
            else:
                values.append(text)
        return choices, values

    @staticmethod
    def _chosen_by_override(group: str, params: Params) -> bool:
        return any(key_of(text) == group for text in params.overrides)

    @staticmethod
    def _dials(params: Params, uses: Uses) -> list[str]:
        dials: dict[str, object] = {name: getattr(params, name) for name in ("seed", "takes", "conditioning")}
        dials["takes"] = uses.takes or dials["takes"]
        dials["budget.max_usd"] = params.budget.max_usd if params.budget else None
        return [f"{name}={value}" for name, value in dials.items() if value is not None]

    # ---- the passes ------------------------------------------------------------------------

    def _series(self, choices: dict[str, str], values: list[str]) -> tuple[SeriesConfig, Uses]:
        sources = Sources(choices, tuple(values))
        composed = self._compose([f"series={choices['series']}", *_about(values, "series")], sources)
        series = _validated(SeriesConfig, composed.get("series"), sources, ("series",))
        return series, series.uses

    def _models(self, choices: dict[str, str], values: list[str], sources: Sources) -> Models:
        chosen = [f"models={choices['models']}"] if "models" in choices else []
        # Without the series, which is by far the longest file and has been read.
        composed = self._compose(["series=[]", *chosen, *_about(values, "models")], sources)
        return _validated(Models, composed.get("models"), sources, ("models",))

    def _members(self, series: SeriesConfig, models: Models, sources: Sources) -> list[str]:
        """``+character@characters.ami=ami`` for everything that the series and its models name."""
        problems = Problems()
        wanted: dict[str, dict[str, str]] = {key: {} for key in MEMBERS}  # id -> where it is named
        for key in ("characters", "locations", "props"):
            for index, name in enumerate(getattr(series, key)):
                wanted[key][name] = sources.where(("series", key, index))
        for name in series.characters:
            voice = self._peek("character", name).get("voice")
            if isinstance(voice, str):
                wanted["voices"][voice] = sources.where(("characters", name, "voice"))
        for voice in wanted["voices"]:
            if isinstance(card := self._peek("voice", voice).get("model"), str):
                wanted["cards"][card] = sources.where(("voices", voice, "model"))
        for kind, card in models.model_dump(exclude_none=True).items():
            if kind != "footage":
                wanted["cards"][card] = sources.where(("models", kind))
        for episode_id, episode in series.episodes.items():
            for scene_id, scene in episode.scenes.items():
                for shot_id, shot in scene.shots.items():
                    where = sources.where(("series", "episodes", episode_id, "scenes", scene_id, "shots", shot_id))
                    if shot.model:
                        wanted["cards"][shot.model] = f"{where}.model"
                    elif shot.footage:
                        wanted["cards"][models.footage] = f"{where}.footage"
        for key, group in MEMBERS.items():
            for name, where in wanted[key].items():
                if name not in (options := self._options(group)):
                    problems.unknown(where, f"a file of conf/{group}/", name, options)
        problems.raise_if_any()
        return [f"+{MEMBERS[key]}@{key}.{name}={name}" for key in MEMBERS for name in wanted[key]]

    # ---- files and Hydra -------------------------------------------------------------------

    def _options(self, group: str) -> list[str]:
        return sorted(path.stem for path in (self.conf / group).glob("*.yaml"))

    def _choice(self, group: str, option: str, where: str) -> str:
        if option not in (options := self._options(group)):
            raise ConfigError(
                f"{where}: {group}: '{option}' is not a file of conf/{group}/; {suggestion(option, options)}"
            )
        return option

    def _peek(self, group: str, name: str) -> dict[str, Any]:
        path = self.conf / group / f"{name}.yaml"
        return self._read(path) if path.is_file() else {}

    def _read(self, path: Path) -> dict[str, Any]:
        """One YAML file, uncomposed."""
        from omegaconf import OmegaConf
        from yaml import YAMLError
        from yaml.reader import ReaderError

        name = path.relative_to(self.root)
        try:
            content = OmegaConf.to_container(OmegaConf.load(path))
        except FileNotFoundError:
            raise ConfigError(f"{name} is missing; restore it with Git") from None
        except OSError as error:
            raise ConfigError(f"{name}: cannot be read ({error.strerror})") from None
        except ReaderError as error:
            raise ConfigError(f"{name}: is not text ({error.reason}); restore it with Git") from None
        except YAMLError as error:
            self._broken_yaml(error)
        except UnicodeDecodeError:
            raise ConfigError(f"{name}: is not UTF-8 text; save it as UTF-8") from None
        if not isinstance(content, dict):
            raise ConfigError(f"{name}: must be a mapping of keys to values")
        return content  # type: ignore[return-value]

    def _compose(self, overrides: list[str], sources: Sources) -> dict[str, Any]:
        from hydra import compose, initialize_config_dir
        from hydra.errors import HydraException
        from omegaconf import OmegaConf
        from omegaconf.errors import OmegaConfBaseException
        from yaml import YAMLError
        from yaml.reader import ReaderError

        try:
            with initialize_config_dir(str(self.conf.resolve()), version_base="1.3"):
                composed = OmegaConf.to_container(compose("config", overrides=overrides), resolve=True)
        except (ReaderError, UnicodeDecodeError):  # neither says which file it was
            for path in sorted(self.conf.rglob("*.yaml")):
                self._read(path)
            raise
        except YAMLError as error:
            self._broken_yaml(error)
        except (HydraException, OmegaConfBaseException, ValueError) as error:
            self._refused(error, sources)
        assert isinstance(composed, dict)
        _refuse_reserved_keys(composed, sources)
        add_found(self.root, composed)  # type: ignore[arg-type]
        return composed  # type: ignore[return-value]

    def _broken_yaml(self, error: Exception) -> NoReturn:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        what = getattr(error, "problem", None) or _first_line(error)
        if mark is None:
            raise ConfigError(f"conf/: a file is not valid YAML: {what}") from None
        try:
            name = str(Path(mark.name).relative_to(self.conf.resolve().parent))
        except ValueError:
            name = Path(mark.name).name
        remedy = "look at the indentation there, and put a text with ': ' in it or '{' before it in quotes"
        if "duplicate" in what:
            remedy = "write each key once"
        raise ConfigError(f"{name}: line {mark.line + 1}, column {mark.column + 1}: {what}; {remedy}") from None

    def _refused(self, error: Exception, sources: Sources) -> NoReturn:
        """Hydra's complaint, with the override that caused it."""
        from omegaconf.errors import InterpolationResolutionError

        if isinstance(error, InterpolationResolutionError):
            raise ConfigError(
                f"conf/: {_first_line(error)} (at {error.full_key}); "
                "name a key that exists, or write \\${ for the sign itself"
            ) from None
        message = f"{error} {error.__cause__ or ''}"
        for text in sources.overrides:
            key = key_of(text)
            if key in message or key.rsplit(".", 1)[-1] in message:
                raise ConfigError(
                    f"{PARAMS}: overrides: '{text}': there is no {key} to change; look at the names in conf/, "
                    f"or write +{text.lstrip('+')} to add a key"
                ) from None
        raise ConfigError(f"conf/: {_first_line(error)}") from None


def _about(values: Iterable[str], key: str) -> list[str]:
    """Those overrides that set something under ``key``."""
    return [text for text in values if key_of(text).split(".", 1)[0] == key]


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _validated(section: Any, value: Any, sources: Sources, prefix: tuple[str, ...]) -> Any:
    try:
        return section.model_validate(value)
    except ValidationError as error:
        problems = Problems()
        problems.add_validation(error, lambda path: sources.where((*prefix, *path)))
        problems.raise_if_any()
        raise


def _refuse_reserved_keys(composed: dict[Any, Any], sources: Sources) -> None:
    """``parameters`` are free-form, so the two names that DVC cannot see are looked for everywhere."""
    problems = Problems()

    def walk(value: Any, path: tuple[str | int, ...]) -> None:
        if isinstance(value, dict):
            for key, entry in value.items():
                if key in ("size", "nfiles"):
                    problems.add(sources.where((*path, key)), f"'{key}' cannot be a key: {RESERVED[key]}; rename it")
                walk(entry, (*path, key))
        elif isinstance(value, list):
            for index, entry in enumerate(value):
                walk(entry, (*path, index))

    walk(composed, ())
    problems.raise_if_any()
