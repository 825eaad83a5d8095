"""``reports/evidence/evidence.json``, what stands behind the scores, and ``reports/metrics.json``, their sum.

Both may grow: what is unknown here is kept as it was read.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from continuity.records.fields import Count, Dollars, Inside, Moment, Name, Number, Record, Seconds, Sha256
from continuity.records.indexes import Folder, check_clip
from continuity.records.reading import parse, read
from continuity.records.scenes import Box, CalibratedScenes, Grown, ScoredScene

EVIDENCE_MADE_BY = "dvc repro consistency-score"


def _vector(value: str) -> str:
    """Little-endian 16-bit numbers in base64."""
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data or len(data) % 2:
        raise PydanticCustomError("vector", "no vector")
    return value


Vector = Annotated[str, AfterValidator(_vector)]
Look = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)?$", max_length=100)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]


class ScoredFrame(Grown):
    t: Moment
    found: bool
    identity: Number | None
    z: Number | None
    margin: Number | None
    box: Box | None
    covered: bool = False  # what no earlier version wrote


class ScoredTrait(Grown):
    name: str
    region: str
    drift: Number | None
    noise: Number | None
    beyond: Number | None
    verdict: Literal["kept", "doubtful", "changed", "not visible"]
    frames: list[Number | None]


class ScoredReading(Grown):
    judge: str = "look"  # what is not there was written by an earlier version, which knew no other
    encoder: str = ""
    identity: Number | None
    identity_p05: Number | None
    z: Number | None
    z_p05: Number | None
    coverage: Number
    margin: Number | None
    passed: bool | None


class ScoredCharacter(ScoredReading):
    subject: Look
    wardrobe: Number | None
    copy_paste: Number | None
    drift_curve: list[Pair]
    drift_slope_per_second: Number | None
    frames: list[ScoredFrame]
    traits: list[ScoredTrait] = Field(default_factory=list)
    vector: Vector | None
    twice: Number | None = None
    beside: list[ScoredReading] = Field(default_factory=list)


class ScoredLineVoice(Grown):
    character: Name
    vector: Vector | None


class ScoredTake(Grown):
    shot: Name
    key: Sha256
    folder: Folder
    encoder: str
    characters: dict[Name, ScoredCharacter]
    times: list[Moment]
    phashes: list[Hash]
    cast: Number | None
    location: Number | None
    prop: Number | None
    flicker: Number | None
    movement: Number
    motion: Number | None
    motion_offset_ms: Number | None
    voice: Number | None
    voice_min: Number | None
    voices: list[Number | None]
    words: Number | None
    words_by_line: list[Number]
    heard: list[str]
    prompt: Number | None
    cuts: list[Moment] = Field(default_factory=list)
    scene: ScoredScene = Field(default_factory=ScoredScene)
    line_voices: list[ScoredLineVoice] = Field(default_factory=list)
    unheard: list[str] = Field(default_factory=list)
    clip: Inside
    sha256: Sha256
    seconds: Seconds
    pictures: list[Inside]
    stale: bool = False  # not what the plan means any more, and scored since a person picked it

    @model_validator(mode="after")
    def _in_its_place(self) -> ScoredTake:
        check_clip(self.clip, self.folder, self.shot, self.key)
        for picture in self.pictures:
            if not picture.startswith(f"reports/evidence/{self.shot}/") or not picture.endswith(".jpg"):
                raise PydanticCustomError("picture", "a picture that is no JPEG of this shot's evidence")
        return self


class UsedReference(Grown):
    role: str
    use: Literal["staged", "compared", "left out"]
    how: str


class StagedIdentity(Grown):
    name: str
    kind: Literal["itself", "character", "lookalike", "background", "corner"]
    pictures: Count
    takes: Count


class CandidateJudge(Grown):
    judge: str
    encoder: str
    told_apart: Number | None
    staged_found: Number


class Mistakes(Grown):
    kind: Literal["itself", "character", "lookalike"]
    takes: Count
    n: Count
    share: Number
    low: Number
    high: Number


class Sureness(Grown):
    rate: Number | None = None
    low: Number | None = None
    high: Number | None = None


class CalibratedJudge(Grown):
    floor: Number
    ceiling: Number
    floors: dict[str, Number]
    ceilings: dict[str, Number]
    threshold: Number | None
    found: Number
    error: Number | None
    same: list[Number]
    different: list[Number]
    calibrated_on: str
    no_verdict: str = ""
    judge: str = "look"
    encoder: str = ""
    told_apart: Number | None = None
    staged_found: Number = 1.0
    chosen_for: str = ""
    references: list[UsedReference] = Field(default_factory=list)  # these five: what no earlier version wrote
    staged: list[StagedIdentity] = Field(default_factory=list)
    candidates: list[CandidateJudge] = Field(default_factory=list)
    sureness: Sureness = Field(default_factory=Sureness)
    mistakes: list[Mistakes] = Field(default_factory=list)

    @model_validator(mode="after")
    def _counted(self) -> CalibratedJudge:
        if self.staged and sum(one.takes for one in self.staged) != len(self.same) + len(self.different):
            raise PydanticCustomError("staged", "staged takes that are not those of same and different")
        return self


class Calibrated(CalibratedJudge):
    beside: list[CalibratedJudge] = Field(default_factory=list)  # the judges that were not chosen


class Repaired(Grown):
    shot: Name
    before: Sha256
    after: Sha256
    before_score: Number | None
    after_score: Number | None
    kept: bool
    route: str = ""  # these four: what no earlier version wrote
    price_usd: Dollars = 0.0
    gain: Number | None = None
    noise: Number | None = None


class Evidence(Grown):
    encoder: str
    calibration: dict[Look, Calibrated]
    takes: list[ScoredTake]
    repairs: list[Repaired]
    distinctiveness: dict[Name, dict[Name, Number | None]]
    scenes: CalibratedScenes = Field(default_factory=CalibratedScenes)
    cost_usd: Dollars
    rehearsed_usd: Dollars = 0.0

    @model_validator(mode="after")
    def _calibrated(self) -> Evidence:
        for take in self.takes:
            for character in take.characters.values():
                if character.subject not in self.calibration:
                    raise PydanticCustomError(
                        "subject", "{look} is scored and not calibrated", {"look": character.subject}
                    )
        return self


Measures = dict[str, Number | None]


class Metrics(Record):
    """Numbers by name, null where nothing was measured."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Measures | dict[str, Measures]] = Field(init=False)

    series: Measures = Field(default_factory=dict)
    characters: dict[Name, Measures] = Field(default_factory=dict)
    cost: Measures = Field(default_factory=dict)
    counts: Measures = Field(default_factory=dict)


def read_evidence(path: Path) -> dict[str, Any]:
    """As it was written, checked. Raises ProjectError when nothing has been scored yet, or the file is damaged."""
    return read(path, Evidence, EVIDENCE_MADE_BY, in_dvc=True).as_json()


def parse_evidence(data: bytes, name: str, way_out: str) -> dict[str, Any]:
    """As `read_evidence`, for bytes that came another way."""
    return parse(data, Evidence, name, way_out).as_json()


def read_metrics(path: Path) -> dict[str, Any]:
    """As it was written, checked. Raises ProjectError."""
    return read(path, Metrics, "dvc repro select").as_json()
