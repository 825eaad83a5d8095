"""What the report page shows, as plain records: `collect` fills them from files, `page` turns them into HTML.

Nothing here is escaped: every text is as its author wrote it, and the templates escape. Pictures and
sounds are already data URIs, so a `ReportData` needs no file to be rendered. Seconds, US dollars.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Missing:
    """Something the page would show if it were there, and the command that makes it."""

    what: str
    made_by: str


@dataclass(frozen=True)
class Picture:
    """A picture inlined as a data URI; ``source`` is empty when its file could not be read."""

    source: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Headline:
    """One metric of the whole series, with its value for each character. Values are written out."""

    name: str
    title: str
    value: str
    sentence: str
    interval: str = ""
    beside: str = ""  # another value that it is read beside
    characters: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Sighting:
    """One character in one frame. ``box`` is (left, top, width, height) in percent of the frame."""

    character: str
    name: str
    colour: int
    found: bool
    identity: float | None
    z: float | None
    off_model: bool
    covered: bool  # its head is behind somebody or something else; ``box`` is where it must be
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class ThingBox:
    """A prop found in one frame; ``box`` as a sighting's."""

    name: str
    z: float | None
    changed: bool
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    picture: Picture
    seconds: float
    sightings: list[Sighting]
    things: list[ThingBox] = field(default_factory=list)


@dataclass(frozen=True)
class SceneLine:
    """How one prop, the place or one wardrobe fared in one take."""

    kind: str  # Prop, Place or Wardrobe
    name: str
    z: float | None
    z_p05: float | None
    coverage: float | None
    margin: float | None
    verdict: str
    remark: str  # what it looks like instead, or why there is no verdict

    @property
    def wrong(self) -> bool:
        return self.verdict not in ("kept", "doubtful", "no verdict")


@dataclass(frozen=True)
class CharacterScore:
    """How one character fared in one take; ``on_model`` is None where there is no verdict."""

    character: str
    name: str
    colour: int
    look: str
    identity: float | None
    identity_p05: float | None
    coverage: float | None
    margin: float | None
    z: float | None
    z_p05: float | None
    threshold: float | None  # z
    on_model: bool | None
    absent: bool = False  # looked for and found in no frame
    calibration: str = ""  # id of the place that says how the threshold came about
    frames: list[tuple[float, float | None]] = field(default_factory=list)  # (seconds, z where found)
    changed: list[str] = field(default_factory=list)  # traits, by name
    covered: int = 0  # frames in which the head is covered


@dataclass(frozen=True)
class TakeView:
    key: str
    folder: str  # generated, transferred or repaired
    selected: bool
    clip: str  # relative to the page; empty when the file is not there
    prompt: str
    negative_prompt: str
    seed: int | None
    model: str
    provider: str
    created_at: str
    cost_usd: float | None
    warnings: list[str]  # what its service says is not as it was asked for
    references: list[tuple[str, str]]  # role, sha256
    frames: list[Frame]
    scores: list[CharacterScore]
    others: list[tuple[str, str]]  # title and value of the scores that belong to the whole take
    scene: list[SceneLine] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)  # lines that are certainly not said
    answered_by: str = ""  # the model that answered, where it is not the one that was asked for

    @property
    def short_key(self) -> str:
        return self.key[:12]


@dataclass(frozen=True)
class Comparison:
    """Two takes frame beside frame: a driving clip and its result, or a take before and after repair."""

    kind: str  # transfer or repair
    title: str
    sentence: str
    before_label: str
    after_label: str
    before: TakeView
    after: TakeView


@dataclass(frozen=True)
class LineView:
    """A scripted line; ``heard`` is what a recogniser heard in the select, empty where none listened."""

    speaker: str
    text: str
    at: float
    off_screen: bool
    heard: str
    voice: float | None
    said: str = ""  # how it goes with footage, in words


@dataclass(frozen=True)
class ShotView:
    id: str
    episode: str
    facts: list[tuple[str, str]]
    action: str
    not_acted: str  # words of the action that are not
    prompt: str
    lines: list[LineView]
    select: TakeView | None
    reason: str
    others: list[TakeView]
    comparisons: list[Comparison]
    seconds: float


@dataclass(frozen=True)
class CutShot:
    shot: str
    start: float
    seconds: float
    picture: Picture | None


@dataclass(frozen=True)
class EpisodeView:
    """``inline`` is the cut as base64, or empty when the page refers to ``file`` beside it."""

    id: str
    title: str
    file: str
    poster: str
    inline: str
    subtitles: str  # WebVTT as a data URI
    seconds: float
    loudness_lufs: float | None
    copied: int
    shots: list[CutShot]
    shape: str = ""  # of the player, "9/16", where it is not 16/9


@dataclass(frozen=True)
class Plate:
    """One picture of the library with its caption."""

    role: str
    caption: str
    picture: Picture
    not_drawn: str = ""  # words of its place or thing that are not in it


@dataclass(frozen=True)
class LookView:
    id: str
    style: str
    master: Plate | None
    plates: list[tuple[str, list[Plate]]]  # step in words, its pictures in making order
    threshold: str = ""  # id of the place that says how its threshold came about; empty before there is one


@dataclass(frozen=True)
class CharacterView:
    id: str
    name: str
    colour: int
    kind: str
    pronouns: str
    bible: list[tuple[str, str, str]]  # trait, its words, those of them that are not drawn
    wardrobes: list[tuple[str, str, str]]
    looks: list[LookView]
    distinctiveness: list[tuple[str, float]]
    voice_id: str
    voice: str  # sound as a data URI
    voice_words: str


@dataclass(frozen=True)
class LibraryRow:
    role: str
    step: str
    parents: list[str]
    prompt: str
    sha256: str
    key: str


@dataclass(frozen=True)
class LibraryView:
    locations: list[Plate]
    props: list[Plate]
    rows: list[LibraryRow]


@dataclass(frozen=True)
class Chart:
    """An inline SVG with the same numbers as a table."""

    id: str
    title: str
    svg: str
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Calibration:
    """How the threshold of one look was found from the project's own pairs.

    ``floor`` and ``ceiling`` are cosines over all resolutions; ``threshold``, ``same`` and ``different`` are z of
    worst moments.
    """

    name: str
    floor: float | None
    ceiling: float | None
    threshold: float | None
    error: float | None  # share of pairs that the threshold gets wrong
    same: list[float]
    different: list[float]
    calibrated_on: str
    no_verdict: str  # why there is no threshold
    judge: str = ""  # "look" or "face"
    encoder: str = ""
    chosen_for: str = ""  # why this judge, where there was a choice
    references: list[tuple[str, str, str]] = field(default_factory=list)  # role, use, how it was found or why not used
    staged: list[StagedIdentity] = field(default_factory=list)
    candidates: list[tuple[str, str, float | None, float]] = field(default_factory=list)  # judge, encoder, d', found
    equal_error: tuple[float, float, float] | None = None  # rate and its 95 % interval
    mistakes: list[Mistakes] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The id of its place on the page."""
        return f"threshold-{self.name.replace('/', '-')}"


@dataclass(frozen=True)
class StagedIdentity:
    """Of whom ``takes`` staged takes were made from how many ``pictures``; ``kind`` as the evidence has it."""

    name: str
    kind: str
    pictures: int
    takes: int


@dataclass(frozen=True)
class Mistakes:
    """Staged takes of one kind on the wrong side of the threshold: a share, and its 95 % interval over ``n``."""

    kind: str
    takes: int
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class ThresholdView:
    """How the threshold of one look came about, and what would make it surer."""

    title: str
    colour: int
    calibration: Calibration
    summary: str  # the threshold and how sure it is, in one line
    over: str  # how many pictures and characters the equal-error rate is over; empty without one
    judged: str  # who judges and why
    chart: Chart | None
    references: list[tuple[str, str]]  # words, and the roles that they are true of
    mistakes: list[list[str]]  # of whom, mistaken how, share, interval, over how many
    advice: list[str]


@dataclass(frozen=True)
class DriftView:
    name: str
    sentence: str  # the slope over the story, when it was measured
    colour: int
    charts: list[Chart]
    calibration: str = ""  # id of the place that says how the threshold came about


@dataclass(frozen=True)
class ReportData:
    title: str
    logline: str
    language: str
    facts: list[tuple[str, str]]
    encoder: str
    conditioning: str
    stand_ins: list[tuple[str, str]]  # provider, and what it is instead of a generative model
    headlines: list[Headline]
    answered: list[tuple[str, str, str]]  # what another model made: of which shot or picture, model asked, answered
    weak: list[tuple[str, str, str]]  # weakly calibrated looks: title, sentence, id of the place that says more
    episodes: list[EpisodeView]
    cuts_inlined: bool
    characters: list[CharacterView]
    shots: list[ShotView]
    drift: list[DriftView]
    thresholds: list[ThresholdView]
    library: LibraryView
    metrics: list[tuple[str, str]]
    missing: dict[str, list[Missing]]  # by section id
