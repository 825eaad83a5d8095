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

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from continuity.media.rates import Rate
from continuity.plan.fields import sources_of

Kind = Literal["image", "video", "motion", "repair", "voice", "character"]
Framing = Literal["wide", "medium", "close-up"]
Step = Literal["headshot", "angle", "wardrobe", "expression", "lookalike", "still", "location", "prop", "voice"]


class Record(BaseModel):
    """A frozen record that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Limits(Record):
    """What one call of a model accepts; ``None`` means the model states no limit."""

    min_seconds: float | None = None
    max_seconds: float | None = None
    resolutions: list[tuple[int, int]] | None = None
    aspects: list[str] | None = None
    fps: list[Rate] | None = None
    max_characters: int | None = None
    max_references: int | None = None
    max_prompt_characters: int | None = None
    durations: list[float] | None = None  # the only lengths that can be asked for; a shot gets the next longer one


class Price(Record):
    """US dollars per ``call``, per ``second`` of result, or per ``1000 characters`` of what is spoken.

    ``picture_usd`` is for each picture that a picture is made from, beside that.
    """

    usd: float = 0.0
    picture_usd: float = Field(default=0.0, exclude_if=lambda usd: not usd)
    per: Literal["call", "second", "1000 characters"] = "call"


class Weights(Record):
    """A model whose weights lie on this machine: the card's ``service_model`` names them, as its hub does.

    ``folder`` says where they are, when that is not the hub's cache: it is in no key, as no place is.
    """

    pipeline: str  # the class of diffusers that runs them
    revision: str = "main"  # a commit, branch or tag at the hub; of a folder, a word of its owner's
    fps: int | None = None  # frames that the model makes for a second; None: it makes pictures
    folder: str = ""


class Needs(Record):
    """What a machine must have for a model, at the largest frame that was counted with. GB are 10^9 bytes."""

    gpu_gb: float
    ram_gb: float
    disk_gb: float  # of the weights
    offload: Literal["none", "model", "blocks"] = "none"  # what waits in RAM while it is not used
    cpu: bool = False  # without a graphics card it is slow, and still of use
    most_pixels: int | None = None  # of a frame


class Service(Record):
    """Where a provider's service is, and how hard it may be asked. Part of no key."""

    name: str
    base_url: str
    key_env: str = ""  # the environment variable that holds the key; empty: none is needed
    jobs_in_flight: int = 4
    requests_per_minute: float | None = None
    deadline_minutes: float = 60.0  # for one job; it stays open after that, and the next run goes on waiting
    poll_seconds: float = 2.0  # the shortest time between two questions about one job
    uploads_url: str | None = None  # the service's own host for files; None: they go along with each request
    uploads_hours: float = 24.0  # how long an uploaded file is counted on
    rehearsed: bool = False  # answered by a stand-in on this machine


class ModelCard(Record):
    """One generation model: who serves it, what it takes, what it costs, when it ends."""

    id: str
    provider: str
    kind: Kind
    title: str = ""
    service_model: str | None = None  # the service's own name of the model, part of every key; None: the card's id
    limits: Limits = Limits()
    price: Price = Price()
    stand_in: str = ""  # what it is instead of a generative model, in words that the report prints; empty for a model
    made_elsewhere: bool = False  # its takes are files that shots name: nothing is generated
    sunset: str | None = None  # ISO date after which the service no longer answers
    # The cards that follow it when it has ended, in the owner's words.
    replaced_by: list[str] = Field(default_factory=list, exclude_if=lambda cards: not cards)
    source: str = ""  # where limits and price were read
    checked: str | None = None  # ISO date on which that was read
    languages: list[str] | None = Field(default=None, exclude_if=lambda some: some is None)  # that a voice speaks
    lifetime_hours: float | None = None  # how long the service keeps a result
    parameters: dict[str, Any] = Field(default_factory=dict)  # sent with every request, part of the key
    # A service's field -> what of the request it holds (continuity.providers.mapping); empty: the adapter knows.
    fields: dict[str, Any] = Field(default_factory=dict)
    # A ComfyUI graph as continuity.plan.workflow settles it; its inputs are what ``fields`` name.
    workflow: dict[str, Any] = Field(default_factory=dict)
    # What stands in its prompts in place of a name: {"people": "@Element{n}"}; also "scenery".
    mention: dict[str, str] = Field(default_factory=dict)
    # How its prompts say which picture shows whom: {"people": "{name} is @Element{n}."}; also "scenery".
    introduce: dict[str, str] = Field(default_factory=dict)
    character: str | None = None  # the card by which its service is shown a character once, for all its takes
    without_pictures: str = ""  # the service's model for requests that show it no picture, where that is another
    leaves_out: dict[str, str] = Field(default_factory=dict)  # what the model cannot be told -> why that is right
    result: str = ""  # JMESPath to the result's address in the service's answer; of a workflow, the node that saves it
    weights: Weights | None = Field(default=None, exclude_if=lambda weights: weights is None)
    needs: Needs | None = Field(default=None, exclude_if=lambda needs: needs is None)

    @property
    def form(self) -> dict[str, Any]:
        """How a request is written for this model: part of the key."""
        durations = {"durations": self.limits.durations} if self.limits.durations else {}
        bare = {"without_pictures": self.without_pictures} if self.without_pictures else {}
        mention = {"mention": self.mention} if self.mention else {}
        introduce = {"introduce": self.introduce} if self.introduce else {}
        workflow = {"workflow": self.workflow} if self.workflow else {}
        weights = {"weights": self.weights.model_dump(exclude={"folder"})} if self.weights else {}
        others = {**workflow, **weights, **durations, **bare, **mention, **introduce}
        return {"fields": self.fields, **others} if self.fields else {}

    def holds(self, source: str) -> bool:
        """Whether one of its fields holds that part of a request."""
        return source in sources_of(self.fields)

    def billed_seconds(self, seconds: float) -> float:
        """The length that is asked of the service, and paid: the next one that it offers."""
        return min((d for d in self.limits.durations or () if d >= seconds - 1e-6), default=seconds)

    @property
    def called(self) -> str:
        """The model as its service calls it: a renamed card buys nothing anew, another model does."""
        return self.service_model or self.id


class Footage(Record):
    """A clip made elsewhere: a file, or a span of one."""

    file: str  # path in the project, or "package:<distribution>/<path inside it>"
    start: float = 0.0
    seconds: float | None = None


class ShownClip(Footage):
    """A clip that shows a character; its hash, so that everything made from another one is made anew."""

    sha256: str = ""  # empty while there is no such file


class Look(Record):
    """One rendering of a character, anchored by a master of its own."""

    id: str
    style: str
    master: str | None = None  # role under assets/, or None: the headshot is made from words
    folder: str  # library folder of this look, "ami/anime" or "kit"
    # By which services are shown it that know characters from clips: a master.
    clip: ShownClip | None = Field(default=None, exclude_if=lambda clip: clip is None)


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


class Scope(Record):
    """What somebody agreed to: series by id, services by provider, kinds of what is made; or any of them."""

    series: list[str] | Literal["any"]
    services: list[str] | Literal["any"]
    uses: list[Kind] | Literal["any"]


class Consent(Record):
    """That a real person agreed, to what, until when, and the file that proves it."""

    who: str
    scope: Scope
    until: str  # ISO date, the last day
    evidence: str  # a file of the project
    sha256: str  # of that file
    revoked: str | None = None  # ISO date from which on it holds no more


class RealPerson(Record):
    """A character that is a real person, or a voice that is one's; ``consent`` None: nobody says that they agreed."""

    kind: Literal["character", "voice"]
    id: str
    name: str  # as prompts have it
    consent: Consent | None = None

    @property
    def file(self) -> str:
        """Where it is written."""
        return f"conf/{self.kind}/{self.id}.yaml"


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


Sound = Literal["dub", "subtitle", "recorded"]


class Line(Record):
    """A line; ``at`` is seconds from the start of the shot.

    ``sound`` says how it goes with footage: spoken and laid over the clip, written alone, or in the clip's own sound.
    None: spoken by its voice, in the take that is made or over it.
    """

    character: str  # or a narrator: a name of the series' voices
    voice: str | None  # None: nobody speaks it, and there is no sample
    text: str
    at: float
    seed: int
    off_screen: bool = False  # voice-over: mixed by assemble, not spoken on screen
    sound: Sound | None = Field(default=None, exclude_if=lambda sound: sound is None)
    seconds: float | None = Field(default=None, exclude_if=lambda seconds: seconds is None)  # of one not spoken

    @property
    def is_spoken(self) -> bool:
        """Whether a model speaks it; else its words are in the recording, or on screen alone."""
        return self.sound in (None, "dub")

    @property
    def in_take(self) -> bool:
        """Whether it should be heard in the take's own sound."""
        return self.sound == "recorded" or (self.sound is None and not self.off_screen)


class Chosen(Record):
    """Why a shot has its card: by which key, ``model`` of the shot or one of ``conf/models/``, and the reason in words.

    Decides nothing of what is made, and is part of no key.
    """

    by: str
    reason: str


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
    chosen: Chosen | None = Field(default=None, exclude_if=lambda chosen: chosen is None)  # why this model


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
    takes: int  # at least
    at_most: int  # beyond `takes`, one more at a time while none passes
    model: str
    provider: str
    references: list[str]  # roles, most important first; empty with conditioning=prompt-only
    seconds: float  # of footage the longest
    resolution: tuple[int, int]
    fps: Rate
    start_from: str | None = None  # id of the shot whose last frame this one starts from
    transfer: Transfer | None = None
    footage: list[Footage] = Field(default_factory=list)
    parameters: dict[str, Any] = Field(default_factory=dict)
    price_usd: float = 0.0  # one take
    # Why this model; None where one card serves every shot.
    chosen: Chosen | None = Field(default=None, exclude_if=lambda chosen: chosen is None)

    @property
    def whole_price_usd(self) -> float:
        """One take as it is shown: made and, where the shot has a transfer, carried over."""
        return self.price_usd + (self.transfer.price_usd if self.transfer else 0.0)

    @property
    def lengths(self) -> list[float]:
        """Seconds of the takes that are planned, where they differ: of footage each has its own."""
        return [piece.seconds or self.seconds for piece in self.footage] or [self.seconds]

    @property
    def shown_characters(self) -> list[CastMember]:
        """The cast as the shot's final takes show it: with the transferred look where there is a transfer."""
        if self.transfer is None:
            return self.characters
        return [
            member.model_copy(update={"look": self.transfer.look})
            if member.character == self.transfer.character
            else member
            for member in self.characters
        ]


class Pick(Record):
    """What people chose in one shot; takes by the first 12 hex digits of their key."""

    selected: str | None = None
    discarded: list[str] = Field(default_factory=list)
    note: str | None = None


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


Way = Literal["another-take", "restore", "face-swap", "lip-sync", "stronger-references"]


class Route(Record):
    """One way to mend a take: by the shot's own model once more, or by a repair card."""

    way: Way
    model: str = ""  # of a restore, a face swap or a lip sync; the others ask the shot's own
    provider: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)  # the card's; of a stronger take, over those of the shot


class Repair(Record):
    """When and how takes that score off-model are mended: by ``routes``, where there are any, else by ``method``."""

    enabled: bool = True
    scope: Literal["shot", "take"] = "shot"  # shot: only when no take of the shot passes
    method: Literal["restore", "remake"] = "restore"
    model: str
    provider: str
    max_attempts: int = 2
    max_usd: float = 1.0
    parameters: dict[str, Any] = Field(default_factory=dict)
    price_usd: float = 0.0  # one attempt
    routes: list[Route] = Field(default_factory=list, exclude_if=lambda routes: not routes)


class AnotherEncoder(Record):
    """An encoder beside the first; its name alone stands for one without parameters."""

    encoder: str
    parameters: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        return {"encoder": value} if isinstance(value, str) else value


class Scorer(Record):
    """``encoder`` names an encoder of continuity.scoring; ``threshold`` overrides calibration."""

    encoder: str
    parameters: dict[str, Any] = Field(default_factory=dict)  # of the encoder: weights, checkpoint, device
    also: list[AnotherEncoder] = Field(default_factory=list)  # judge the same heads; the best of all judges decides
    frames: int = 8  # K frames per take, spread evenly in time
    threshold: float | None = None  # on scaled identity z; None: calibrated on the project's own pairs
    words: bool = True  # recognise the spoken lines
    judges: list[Literal["look", "face"]] = Field(default=["look", "face"])  # who may judge a character
    traits: bool = True  # read the traits of drawn characters, and hold takes to them
    scenes: Literal["report", "verdict"] = "report"  # whether a prop or place that is surely wrong fails a take
    voice: str = "ecapa"


class Assembly(Record):
    loudness_lufs: float = -16.0
    crf: int = 18
    preset: str = "veryfast"


class Budget(Record):
    """US dollars; None: no limit of that kind. ``max_usd`` is for the whole series, over all runs and copies."""

    max_usd: float
    per_run_usd: float | None = None
    per_episode_usd: float | None = None
    per_shot_usd: float | None = None


class Executor(Record):
    kind: Literal["processes", "serial"] = "processes"
    workers: int | None = None  # None: one per core


class LintNote(Record):
    """A remark about a prompt that does not stop the run; ``delete`` holds the words to take out."""

    shot: str
    message: str
    delete: list[str] = Field(default_factory=list)


class NotDrawn(Record):
    """Words that decide nothing of what is drawn, as the provider says that draws them."""

    kind: Literal["character", "wardrobe", "location", "prop", "action"]
    of: str  # id of the character, place, thing or shot
    part: str  # the trait, the wardrobe, ``words``, ``times.night``, ``action``
    words: list[str]
    instead: str = ""  # what is drawn in the place of all of it


class Estimate(Record):
    """Dollars if nothing were reused, by stage."""

    design: float = 0.0
    generate: float = 0.0
    motion_transfer: float = 0.0
    further_takes_at_most: float = 0.0
    repair_at_most: float = 0.0
    total: float = 0.0


class Compared(Record):
    """What ``compared.json`` holds (continuity.plan.compared): words for people, and a digest for each stage."""

    prompts: dict[str, str] = Field(default_factory=dict)
    bibles: dict[str, dict[str, str]] = Field(default_factory=dict)
    design: str = ""
    generate: str = ""
    transfer: str = ""
    repair: str = ""
    score: str = ""
    select: str = ""
    assemble: str = ""


class Plan(Record):
    series: SeriesInfo
    characters: dict[str, Character]
    locations: dict[str, Location]
    props: dict[str, Prop]
    voices: dict[str, Voice]
    # Of all files of conf/character and conf/voice: takes of a series may show who is in it no more.
    people: list[RealPerson] = Field(default_factory=list, exclude_if=lambda people: not people)
    models: dict[str, ModelCard]
    library: list[LibraryItem]
    shots: dict[str, Shot]
    picks: dict[str, Pick] = Field(default_factory=dict)  # by shot; some may be of shots that are gone
    repair: Repair
    scorer: Scorer
    assembly: Assembly
    executor: Executor
    conditioning: Literal["references", "prompt-only"]
    budget: Budget
    services: dict[str, Service] = Field(default_factory=dict)  # by provider
    rehearsal: bool = False
    lint: list[LintNote] = Field(default_factory=list)
    not_drawn: list[NotDrawn] = Field(default_factory=list)
    estimate: Estimate
