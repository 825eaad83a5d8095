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
    characters: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Sighting:
    """One character in one frame. ``box`` is (left, top, width, height) in percent of the frame."""

    character: str
    name: str
    colour: int
    found: bool
    identity: float | None
    off_model: bool
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Frame:
    picture: Picture
    seconds: float
    sightings: list[Sighting]


@dataclass(frozen=True)
class CharacterScore:
    """How one character fared in one take; ``on_model`` is None without a threshold to compare with."""

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
    frames: list[tuple[float, float | None]] = field(default_factory=list)  # (seconds, z where found)


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
    references: list[tuple[str, str]]  # role, sha256
    frames: list[Frame]
    scores: list[CharacterScore]
    others: list[tuple[str, str]]  # title and value of the scores that belong to the whole take

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


@dataclass(frozen=True)
class ShotView:
    id: str
    episode: str
    facts: list[tuple[str, str]]
    action: str
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


@dataclass(frozen=True)
class Plate:
    """One picture of the library with its caption."""

    role: str
    caption: str
    picture: Picture


@dataclass(frozen=True)
class LookView:
    id: str
    style: str
    master: Plate | None
    plates: list[tuple[str, list[Plate]]]  # step in words, its pictures in making order


@dataclass(frozen=True)
class CharacterView:
    id: str
    name: str
    colour: int
    kind: str
    pronouns: str
    bible: list[tuple[str, str]]
    wardrobes: list[tuple[str, str]]
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

    ``floor`` and ``ceiling`` are cosines over all resolutions; ``threshold``, ``same`` and ``different`` are z.
    """

    name: str
    floor: float | None
    ceiling: float | None
    threshold: float | None
    error: float | None  # share of pairs that the threshold gets wrong
    same: list[float]
    different: list[float]
    calibrated_on: str


@dataclass(frozen=True)
class DriftView:
    name: str
    sentence: str  # the slope over the story, when it was measured
    colour: int
    charts: list[Chart]


@dataclass(frozen=True)
class ReportData:
    title: str
    logline: str
    language: str
    facts: list[tuple[str, str]]
    encoder: str
    conditioning: str
    puppet: bool  # takes were drawn by the local renderer; the page says so
    headlines: list[Headline]
    episodes: list[EpisodeView]
    cuts_inlined: bool
    characters: list[CharacterView]
    shots: list[ShotView]
    drift: list[DriftView]
    calibrations: list[Calibration]
    library: LibraryView
    metrics: list[tuple[str, str]]
    missing: dict[str, list[Missing]]  # by section id
