"""``params.yaml``, the small groups of ``conf/`` and the model cards; and `Settings`, all that is written as one.

These types say what may be written and in which range. What the words refer to (does this shot's
wardrobe exist?) is checked where the plan is built, since only there everything is known.
"""

from __future__ import annotations

from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from continuity.media.rates import Rate
from continuity.plan.bible import CharacterConfig, LocationConfig, PropConfig, VoiceConfig
from continuity.plan.ids import Id
from continuity.plan.models import Models
from continuity.plan.picks import PickConfig
from continuity.plan.schema import Budget, Executor, Kind, Limits, Needs, Price, Scorer, Way, Weights
from continuity.plan.script import SeriesConfig
from continuity.plan.sections import YAML_LIST, Day, Inside, Language, Money, Section, Seed, Takes, Text, Words

Side = Annotated[int, Field(ge=64, le=7680)]  # pixels
Conditioning = Literal["references", "prompt-only"]


class BudgetParams(Section):
    """Those of params.yaml; one left out keeps the value of ``conf/config.yaml``."""

    max_usd: Money | None = None
    per_run_usd: Money | None = None
    per_episode_usd: Money | None = None
    per_shot_usd: Money | None = None


class BudgetConfig(Section, Budget):
    max_usd: Money = 5.0
    per_run_usd: Money | None = None
    per_episode_usd: Money | None = None
    per_shot_usd: Money | None = None


class Params(Section):
    """``params.yaml``: the dials turned from run to run. A dial left out keeps the value of ``conf/config.yaml``."""

    series: Id
    models: Id | None = None
    scorer: Id | None = None
    quality: Id | None = None
    seed: Seed | None = None
    takes: Takes | None = None
    conditioning: Conditioning | None = None
    budget: BudgetParams | None = None
    rehearsal: bool | None = None
    overrides: list[str] = Field(default_factory=list)


class Quality(Section):
    resolution: Annotated[tuple[Side, Side], YAML_LIST]
    fps: Annotated[Rate, Field(ge=1, le=120)]
    crf: int = Field(default=18, ge=0, le=51)
    preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower"] = "veryfast"
    portrait: int = Field(default=768, ge=64, le=4096)  # pixels: library pictures of characters are portrait × portrait

    @model_validator(mode="after")
    def _even(self) -> Quality:
        if any(side % 2 for side in self.resolution):
            raise PydanticCustomError("section", "resolution must be even both ways, as H.264 stores colour", {})
        return self


class ScorerConfig(Section, Scorer):
    frames: int = Field(default=8, ge=2, le=64)


class ExecutorConfig(Section, Executor):
    workers: int | None = Field(default=None, ge=1, le=256)


class RouteConfig(Section):
    """One entry of ``repair.routes``: a way by its name, or a mapping with its card and what is sent beside."""

    way: Way
    model: Id | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)


def _by_name(value: object) -> object:
    return {"way": value} if isinstance(value, str) else value


class RepairConfig(Section):
    enabled: bool = True
    scope: Literal["shot", "take"] = "shot"
    method: Literal["restore", "remake"] = "restore"
    max_attempts: int = Field(default=2, ge=1, le=16)
    max_usd: Money = 1.0
    routes: list[Annotated[RouteConfig, BeforeValidator(_by_name)]] = Field(default_factory=list, max_length=16)


class AssemblyConfig(Section):
    loudness_lufs: float = Field(default=-16.0, ge=-40, le=-5)


class ReferencesConfig(Section):
    at_most: int | None = Field(default=None, ge=1)


class LimitsConfig(Section, Limits):
    resolutions: list[Annotated[tuple[Side, Side], YAML_LIST]] | None = None
    aspects: list[Annotated[str, Field(pattern=r"^[1-9]\d{0,3}:[1-9]\d{0,3}$")]] | None = None


class PriceConfig(Section, Price):
    usd: Money = 0.0
    picture_usd: Money = 0.0


class WeightsConfig(Section, Weights):
    pipeline: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]{0,80}$")]
    revision: Annotated[str, Field(pattern=r"^[\w./-]{1,100}$")] = "main"
    fps: int | None = Field(default=None, ge=1, le=120)
    folder: Annotated[str, Field(max_length=300)] = ""


class NeedsConfig(Section, Needs):
    gpu_gb: float = Field(ge=0, le=10_000)
    ram_gb: float = Field(ge=0, le=10_000)
    disk_gb: float = Field(ge=0, le=10_000)
    most_pixels: int | None = Field(default=None, ge=1)


Address = Annotated[str, Field(pattern=r"^https?://[^\s/@?#]+(/[^\s@?#]*)?$", max_length=300)]


class ServiceConfig(Section):
    """``conf/provider/<name>.yaml``."""

    base_url: Address
    uploads_url: Address | None = None
    uploads_hours: float = Field(default=24.0, gt=0, le=24 * 365)
    key_env: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$|^$")] = ""
    jobs_in_flight: int = Field(default=4, ge=1, le=1000)
    requests_per_minute: float | None = Field(default=None, gt=0, le=100_000)
    deadline_minutes: float = Field(default=60.0, gt=0, le=7 * 24 * 60)
    poll_seconds: float = Field(default=2.0, ge=0.05, le=600)


def _fillable(value: str) -> str:
    try:
        fields = {name for _, name, _, _ in Formatter().parse(value) if name is not None}
    except ValueError:
        fields = {"?"}
    if not fields <= {"name", "n", "pictures"}:
        raise PydanticCustomError("text", "may hold {name}, {n} and {pictures}, and no other braces", {})
    return value


def _workflow(value: str) -> str:
    if not (value.startswith("conf/") and value.endswith(".json")):
        raise PydanticCustomError(
            "path", "{value} must be a .json file under conf/, where a changed file is noticed", {"value": repr(value)}
        )
    return value


Introduction = Annotated[str, Field(max_length=200), AfterValidator(_fillable)]


class CardConfig(Section):
    """``conf/model/<id>.yaml``."""

    provider: Id
    kind: Kind
    title: Words = ""
    service_model: Text | None = None
    limits: LimitsConfig = LimitsConfig()
    price: PriceConfig = PriceConfig()
    stand_in: Words = ""
    made_elsewhere: bool = False
    sunset: Day | None = None
    replaced_by: list[Id] = Field(default_factory=list)
    source: Words = ""
    checked: Day | None = None
    languages: Annotated[list[Language], Field(min_length=1, max_length=200)] | None = None
    lifetime_hours: float | None = Field(default=None, gt=0)
    parameters: dict[str, Any] = Field(default_factory=dict)
    workflow: Annotated[Inside, AfterValidator(_workflow)] | None = None
    fields: dict[str, Any] = Field(default_factory=dict)
    mention: dict[Literal["people", "scenery"], Introduction] = Field(default_factory=dict)
    introduce: dict[Literal["people", "scenery", "picture"], Introduction] = Field(default_factory=dict)
    character: Id | None = None
    without_pictures: Annotated[str, Field(max_length=200)] = ""
    leaves_out: dict[str, Words] = Field(default_factory=dict)
    result: Annotated[str, Field(max_length=300)] = ""
    weights: WeightsConfig | None = None
    needs: NeedsConfig | None = None


class Settings(Section):
    """Everything the plan is made from."""

    series: SeriesConfig
    models: Models
    quality: Quality
    scorer: ScorerConfig
    executor: ExecutorConfig
    characters: dict[Id, CharacterConfig] = Field(default_factory=dict)
    locations: dict[Id, LocationConfig] = Field(default_factory=dict)
    props: dict[Id, PropConfig] = Field(default_factory=dict)
    voices: dict[Id, VoiceConfig] = Field(default_factory=dict)
    cards: dict[Id, CardConfig] = Field(default_factory=dict)
    seed: Seed
    takes: Takes
    conditioning: Conditioning
    budget: BudgetConfig
    rehearsal: bool = False
    providers: dict[Id, ServiceConfig] = Field(default_factory=dict)
    repair: RepairConfig = RepairConfig()
    assembly: AssemblyConfig = AssemblyConfig()
    references: ReferencesConfig = ReferencesConfig()
    picks: dict[Id, PickConfig] = Field(default_factory=dict)
