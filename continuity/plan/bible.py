"""The files of ``conf/character``, ``location``, ``prop`` and ``voice``: who and what a series is made of."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from continuity.plan.ids import Id
from continuity.plan.person import PersonConfig
from continuity.plan.sections import (
    YAML_LIST,
    Fraction,
    Inside,
    Moment,
    Section,
    Seed,
    Text,
    below_masters,
)


class Span(Section):
    """At most four seconds of a film."""

    file: Annotated[Inside, below_masters(packages=True)]  # or package:<distribution>/<path inside it>
    start: Moment = 0.0
    seconds: float = Field(default=4.0, gt=0, le=4)


class LookConfig(Section):
    style: Text
    master: Annotated[Inside, below_masters()] | None = None
    clip: Span | None = None  # by which services are shown the look that know characters from clips
    pictures: Annotated[Inside, below_masters()] | None = None  # a folder: the look's library, named by what they show

    @model_validator(mode="after")
    def _anchored_once(self) -> LookConfig:
        if self.master and self.pictures:
            raise PydanticCustomError(
                "section", "pictures hold the headshot, which is what a master would be; keep one of the two", {}
            )
        return self


class Still(Section):
    """One frame of a reference clip. ``at``: seconds in the file; ``box``: x, y, width, height as shares."""

    at: Moment
    box: Annotated[tuple[Fraction, Fraction, Fraction, Fraction], YAML_LIST] | None = None

    @model_validator(mode="after")
    def _box_inside(self) -> Still:
        if self.box and (self.box[0] + self.box[2] > 1.0001 or self.box[1] + self.box[3] > 1.0001):
            raise PydanticCustomError("section", "box reaches beyond the picture: x + width and y + height ≤ 1", {})
        return self


class Clip(Span):
    """A short film of a character that stands in for a master."""

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


class CharacterConfig(PersonConfig):
    """``conf/character/<id>.yaml``: the bible of one character."""

    name: Text
    kind: Literal["human", "creature"]
    pronouns: Literal["she", "he", "they", "it"] = "they"
    bible: dict[Id, Text] = Field(min_length=1, max_length=100)
    looks: dict[Id, LookConfig] = Field(min_length=1, max_length=20)
    wardrobes: dict[Id, Text] = Field(default_factory=dict, max_length=100)
    expressions: list[Id] = Field(default_factory=list, max_length=100)
    angles: list[Id] = Field(default_factory=list, max_length=100)
    voice: Id | None = None
    seed: Seed | None = None  # another seed designs another library picture of the same words
    clip: Clip | None = None

    @model_validator(mode="after")
    def _one_look_in_a_clip(self) -> CharacterConfig:
        if self.clip and any(look.pictures for look in self.looks.values()):
            raise PydanticCustomError("section", "a character comes from a clip or from pictures; keep one", {})
        if self.clip and any(look.clip for look in self.looks.values()):
            raise PydanticCustomError("section", "a character's clip is that of its look; keep one of the two", {})
        if self.clip and len(self.looks) > 1:
            raise PydanticCustomError("section", "a character from a clip has the clip's look alone; keep one", {})
        worn = (
            [name.removeprefix("wardrobe-") for name in self.clip.stills if name.startswith("wardrobe-")]
            if self.clip
            else []
        )
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
    times: dict[Id, Text] = Field(min_length=1, max_length=100)


class PropConfig(Section):
    name: Text
    words: Text


class VoiceConfig(PersonConfig):
    preset: Text | None = None  # one of the model's own voices; a voice made from its master needs none
    sample: Text  # what the locked sample says
    master: Annotated[Inside, below_masters("voices/")] | None = None
    model: Id | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
