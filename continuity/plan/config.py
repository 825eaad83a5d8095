"""``params.yaml``, the small groups of ``conf/`` and the model cards; and `Settings`, all that is written as one.

These types say what may be written and in which range. What the words refer to (does this shot's
wardrobe exist?) is checked where the plan is built, since only there everything is known.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from continuity.plan.bible import CharacterConfig, LocationConfig, PropConfig, VoiceConfig
from continuity.plan.ids import Id
from continuity.plan.schema import Executor, Kind, Limits, Price, Scorer
from continuity.plan.script import SeriesConfig
from continuity.plan.sections import Section, Seed, Takes

Conditioning = Literal["references", "prompt-only"]


class Budget(Section):
    max_usd: float = Field(default=5.0, ge=0)


class Params(Section):
    """``params.yaml``: the dials turned from run to run. A dial left out keeps the value of ``conf/config.yaml``."""

    series: Id
    models: Id | None = None
    scorer: Id | None = None
    quality: Id | None = None
    seed: Seed | None = None
    takes: Takes | None = None
    conditioning: Conditioning | None = None
    budget: Budget | None = None
    overrides: list[str] = Field(default_factory=list)


class Models(Section):
    """Which card serves which kind of work. A kind without a card is not done."""

    image: Id | None = None
    video: Id
    motion: Id | None = None
    repair: Id | None = None
    voice: Id | None = None
    footage: Id = "footage"  # serves the shots that bring takes of their own


class Quality(Section):
    resolution: tuple[Annotated[int, Field(ge=64, le=7680)], Annotated[int, Field(ge=64, le=7680)]]
    fps: int = Field(ge=1, le=120)
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
    workers: int | None = Field(default=None, ge=1, le=1024)


class RepairConfig(Section):
    enabled: bool = True
    scope: Literal["shot", "take"] = "shot"
    method: Literal["restore", "remake"] = "restore"
    max_attempts: int = Field(default=2, ge=1, le=16)
    max_usd: float = Field(default=1.0, ge=0)


class AssemblyConfig(Section):
    loudness_lufs: float = Field(default=-16.0, ge=-40, le=-5)


class ReferencesConfig(Section):
    at_most: int | None = Field(default=None, ge=1)


class LimitsConfig(Section, Limits):
    aspects: list[Annotated[str, Field(pattern=r"^[1-9]\d*:[1-9]\d*$")]] | None = None


class PriceConfig(Section, Price):
    usd: float = Field(default=0.0, ge=0)


class CardConfig(Section):
    """``conf/model/<id>.yaml``."""

    provider: Id
    kind: Kind
    title: str = ""
    limits: LimitsConfig = LimitsConfig()
    price: PriceConfig = PriceConfig()
    sunset: date | None = None
    source: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)


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
    budget: Budget
    repair: RepairConfig = RepairConfig()
    assembly: AssemblyConfig = AssemblyConfig()
    references: ReferencesConfig = ReferencesConfig()
