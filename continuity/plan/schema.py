"""The compiled plan: what ``plan.json`` holds, as typed records.

The plan is the border between words and work. ``continuity.plan.compose`` writes it from ``conf/``;
every later stage reads it and nothing else of the configuration. Times are seconds, money is US
dollars, resolutions are (width, height) in pixels. No key may be called ``size`` or ``nfiles``:
DVC's run-cache does not see such params (docs/decisions).

A *role* names a library item everywhere: ``ami/anime/headshot``, ``ami/anime/angle-profile``,
``kit/expression-happy``, ``locations/cafe-morning``, ``props/letter``, ``voices/ami``. Its file is
``assets/library/<role>.png`` (``.wav`` for voices). A character with several looks has one folder
per look; with a single look the folder level is left out. A master's role starts with ``masters/``
and is a path under ``assets/`` with its ending: ``masters/ami/anime.png``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from continuity.files import read_json

Kind = Literal["image", "video", "motion", "repair", "voice"]
Framing = Literal["wide", "medium", "close-up"]
Step = Literal["headshot", "angle", "wardrobe", "expression", "lookalike", "still", "location", "prop", "voice"]


class Record(BaseModel):
    """A frozen record that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(Record):
    """What one call of a model accepts; ``None`` means the model states no limit."""

    min_seconds: float | None = None
    max_seconds: float | None = None
    resolutions: list[tuple[int, int]] | None = None
    aspects: list[str] | None = None
    fps: list[int] | None = None
    max_characters: int | None = None
    max_references: int | None = None
    max_prompt_characters: int | None = None


class Price(Record):
    """US dollars per ``call`` or per ``second`` of result."""

    usd: float = 0.0
    per: Literal["call", "second"] = "call"


class ModelCard(Record):
    """One generation model: who serves it, what it takes, what it costs, when it ends."""

    id: str
    provider: str
    kind: Kind
    title: str = ""
    limits: Limits = Limits()
    price: Price = Price()
    sunset: str | None = None  # ISO date after which the service no longer answers
    source: str = ""  # where limits and price were read
    parameters: dict[str, Any] = Field(default_factory=dict)  # sent with every request, part of the key


class Look(Record):
    """One rendering of a character, anchored by a master of its own."""

    id: str
    style: str
    master: str | None = None  # role under assets/, or None: the headshot is made from words
    folder: str  # library folder of this look, "ami/anime" or "kit"


class Character(Record):
    """A character as the bible has it."""

    id: str
    name: str
    kind: Literal["human", "creature"]
    pronouns: str = "they"
    bible: dict[str, str]  # trait -> words that the library owns: {"hair": "jaw-length lavender hair"}
    looks: dict[str, Look]
    wardrobes: dict[str, str] = Field(default_factory=dict)  # id -> words; the first is the default
    expressions: list[str] = Field(default_factory=list)
    angles: list[str] = Field(default_factory=list)
    voice: str | None = None


class Location(Record):
    id: str
    name: str
    words: str
    times: dict[str, str]  # "morning" -> words for the light


class Prop(Record):
    id: str
    name: str
    words: str


class Voice(Record):
    id: str
    preset: str  # the provider's voice
    provider: str
    model: str
    sample: str  # text of the locked sample
    master: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)  # pitch, pace: part of the key


class LibraryItem(Record):
    """One file of the library and how it is made from its parents."""

    role: str
    kind: Literal["image", "voice"]
    step: Step
    subject: str  # id of the character, location, prop or voice
    look: str | None = None
    trait: str | None = None  # "profile", "raincoat", "happy", "morning"
    prompt: str
    direction: dict[str, Any] = Field(default_factory=dict)
    seed: int
    model: str  # a card of Plan.models; "still" for a frame cut from a reference clip
    provider: str
    parents: list[str]  # roles, masters included; always earlier in Plan.library
    resolution: tuple[int, int] | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    price_usd: float = 0.0

    @property
    def path(self) -> str:
        """Relative to ``assets/library``."""
        return f"{self.role}.{'wav' if self.kind == 'voice' else 'png'}"


class CastMember(Record):
    """How one character appears in one shot."""

    character: str
    look: str
    wardrobe: str | None = None
    expression: str = "neutral"
    angle: str = "front"
    position: Literal["left", "centre", "right"] = "centre"


class Line(Record):
    """A spoken line; ``at`` is seconds from the start of the shot."""

    character: str
    voice: str
    text: str
    at: float
    seed: int
    off_screen: bool = False  # voice-over: mixed by assemble, not spoken on screen


class Transfer(Record):
    """Carry a take's performance onto another look of the same character."""

    character: str
    look: str
    wardrobe: str | None = None
    model: str
    provider: str
    prompt: str
    seed: int
    references: list[str]
    parameters: dict[str, Any] = Field(default_factory=dict)
    price_usd: float = 0.0  # per take


class Footage(Record):
    """A take made elsewhere: a file, or a span of one."""

    file: str  # path in the project, or "package:<distribution>/<path inside it>"
    start: float = 0.0
    seconds: float | None = None


class Shot(Record):
    id: str
    episode: str
    scene: str
    order: int
    action: str  # as written in conf/
    prompt: str  # as sent
    negative_prompt: str = ""
    framing: Framing
    camera: str = "static"  # "static", "push-in", "pan-left", "pan-right"
    location: str | None = None
    time: str | None = None
    light: str = ""
    props: list[str] = Field(default_factory=list)
    characters: list[CastMember]
    lines: list[Line] = Field(default_factory=list)
    seed: int
    takes: int
    model: str
    provider: str
    references: list[str]  # roles, most important first; empty with conditioning=prompt-only
    seconds: float
    resolution: tuple[int, int]
    fps: int
    start_from: str | None = None  # id of the shot whose last frame this one starts from
    transfer: Transfer | None = None
    footage: list[Footage] = Field(default_factory=list)
    pin: str | None = None  # first 12 hex of the key of the take that must be selected
    parameters: dict[str, Any] = Field(default_factory=dict)
    price_usd: float = 0.0  # one take


class Episode(Record):
    id: str
    title: str
    shots: list[str]
    poster: str | None = None  # shot whose frame is the poster; None: the first


class SeriesInfo(Record):
    id: str
    title: str
    logline: str = ""
    language: str = "en"
    episodes: list[Episode]


class Repair(Record):
    """When and how takes that score off-model are mended."""

    enabled: bool = True
    scope: Literal["shot", "take"] = "shot"  # shot: only when no take of the shot passes
    method: Literal["restore", "remake"] = "restore"
    model: str
    provider: str
    max_attempts: int = 2
    max_usd: float = 1.0
    parameters: dict[str, Any] = Field(default_factory=dict)
    price_usd: float = 0.0  # one attempt


class Scorer(Record):
    """``encoder`` names an encoder of continuity.scoring; ``threshold`` overrides calibration."""

    encoder: str
    parameters: dict[str, Any] = Field(default_factory=dict)  # of the encoder: weights, checkpoint, device
    frames: int = 8  # K frames per take, spread evenly in time
    threshold: float | None = None  # on scaled identity z; None: calibrated on the project's own pairs
    words: bool = True  # recognise the spoken lines
    voice: str = "ecapa"


class Assembly(Record):
    loudness_lufs: float = -16.0
    crf: int = 18
    preset: str = "veryfast"


class Executor(Record):
    kind: Literal["processes", "serial"] = "processes"
    workers: int | None = None  # None: one per core


class LintNote(Record):
    """A remark about a prompt that does not stop the run; ``delete`` holds the words to take out."""

    shot: str
    message: str
    delete: list[str] = Field(default_factory=list)


class Estimate(Record):
    """Dollars if nothing were reused, by stage."""

    design: float = 0.0
    generate: float = 0.0
    motion_transfer: float = 0.0
    repair_at_most: float = 0.0
    total: float = 0.0


class Compared(Record):
    """What DVC compares of the plan (continuity.plan.compared): words, and a digest for each stage that reads more."""

    prompts: dict[str, str] = Field(default_factory=dict)
    bibles: dict[str, dict[str, str]] = Field(default_factory=dict)
    design: str = ""
    generate: str = ""
    transfer: str = ""
    repair: str = ""
    score: str = ""


class Plan(Record):
    series: SeriesInfo
    characters: dict[str, Character]
    locations: dict[str, Location]
    props: dict[str, Prop]
    voices: dict[str, Voice]
    models: dict[str, ModelCard]
    library: list[LibraryItem]
    shots: dict[str, Shot]
    repair: Repair
    scorer: Scorer
    assembly: Assembly
    executor: Executor
    conditioning: Literal["references", "prompt-only"]
    budget_usd: float
    lint: list[LintNote] = Field(default_factory=list)
    estimate: Estimate
    compared: Compared = Compared()


def load_plan(root: Path) -> Plan:
    """The plan of the project at ``root``. Raises ProjectError when it is missing or damaged."""
    from pydantic import ValidationError

    from continuity.errors import ProjectError

    path = root / "plan.json"
    try:
        return Plan.model_validate(read_json(path, "dvc repro compose"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ProjectError(f"{path}: {where}: {first['msg']}; run `dvc repro compose` to write it anew") from None
