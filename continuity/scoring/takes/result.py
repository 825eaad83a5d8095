"""The score of one take: what is written as evidence and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np

from continuity.records.verdicts import Verdict, verdict_of
from continuity.scoring.encoders.base import from_written, written
from continuity.scoring.scenes.score import SceneScore
from continuity.scoring.takes.line_voice import LineVoice
from continuity.scoring.traits.takes import TraitLine

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class FrameScore:
    """One sampled frame; ``box`` is x0, y0, x1, y1 in shares of the frame, 0 to 1.

    ``covered``: the head is behind somebody or something else, and not found; ``box`` is then where it must be.
    """

    t: float
    found: bool
    identity: float | None = None
    z: float | None = None
    margin: float | None = None
    box: Box | None = None
    covered: bool = False


@dataclass(frozen=True)
class Reading:
    """What one judge with one encoder says of a character in one take; ``passed`` by identity alone."""

    judge: str  # "look" or "face"; "" where nobody can judge it
    encoder: str
    identity: float | None
    identity_p05: float | None
    z: float | None
    z_p05: float | None
    coverage: float
    margin: float | None
    passed: bool | None  # None: no verdict

    @property
    def verdict(self) -> Verdict:
        """In a word: a character in no frame is absent, and not off model, though it does not pass either."""
        return verdict_of(self.passed, self.coverage, self.judge)


@dataclass(frozen=True)
class CharacterScore(Reading):
    """One character in one take, as its own judge sees it, see docs/metrics.md.

    ``passed`` is by all that a take has to keep. ``vector``: the medoid of its found frames under ``encoder``.
    ``twice``: share of frames in which the character stands a second time; None where nothing says.
    ``beside``: what the other judges and encoders say, each on a scale of its own; it decides nothing.
    """

    subject: str
    wardrobe: float | None
    copy_paste: float | None
    drift_curve: list[tuple[float, float]]
    drift_slope_per_second: float | None
    frames: list[FrameScore]
    traits: list[TraitLine]
    vector: np.ndarray | None = field(compare=False)
    twice: float | None = None
    beside: list[Reading] = field(default_factory=list)

    @property
    def changed(self) -> list[str]:
        """The traits that have changed, by name."""
        return [line.name for line in self.traits if line.verdict == "changed"]

    @property
    def covered(self) -> int:
        """The number of frames in which the head is covered."""
        return sum(frame.covered for frame in self.frames)


@dataclass(frozen=True)
class TakeScore:
    """One take. ``phashes`` are of the sampled frames; ``voices``, ``line_voices`` and ``words_by_line`` are in the
    order of the lines.
    """

    shot: str
    key: str
    folder: str
    encoder: str
    characters: dict[str, CharacterScore]
    times: list[float]
    phashes: list[str]
    cast: float | None
    location: float | None
    prop: float | None
    flicker: float | None
    movement: float  # frame heights per second: the amount of motion, printed beside the drift curve
    motion: float | None
    motion_offset_ms: float | None
    voice: float | None
    voice_min: float | None
    voices: list[float | None]
    words: float | None
    words_by_line: list[float]
    heard: list[str]
    prompt: float | None
    cuts: list[float] = field(default_factory=list)  # seconds at which another shot begins within the clip
    scene: SceneScore = field(default_factory=SceneScore)
    line_voices: list[LineVoice] = field(default_factory=list)  # of every line on screen, with a sample or without
    unheard: list[str] = field(default_factory=list)  # texts of lines that are certainly not said

    @property
    def passed(self) -> bool | None:
        """Whether every character passed, the scene does not fail, and no line is certainly unheard.

        None without characters, or where nothing failed and one has no verdict.
        """
        verdicts = [score.passed for score in self.characters.values()]
        if False in verdicts or self.scene.fails or self.unheard:
            return False
        return None if None in verdicts or not verdicts else True

    @property
    def is_mute(self) -> bool:
        """Whether it fails by nothing but that none of its lines is said: its model speaks in no other take either."""
        off = self.scene.fails or any(score.passed is False for score in self.characters.values())
        return bool(self.unheard) and not off and len(self.unheard) == len(self.heard)

    @property
    def failings(self) -> list[str]:
        """In words, what the take fails by; empty where it does not."""
        words = {id: score.verdict for id, score in self.characters.items() if score.passed is False}
        said = {word: ", ".join(id for id in words if words[id] == word) for word in dict.fromkeys(words.values())}
        return [
            *(f"{who} {word}" for word, who in said.items()),
            *self.scene.fails,
            *(f"not heard: “{text}”" for text in self.unheard),
        ]

    def to_json(self) -> dict[str, Any]:
        value = asdict(self)
        for character in value["characters"].values():
            vector = character["vector"]
            character["vector"] = None if vector is None else written(vector)
        if not self.unheard:
            del value["unheard"]
        return {**value, "line_voices": [line.to_json() for line in self.line_voices]}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> TakeScore:
        """From `to_json`; whatever else stands beside its fields is passed over."""
        late = ("cuts", "scene", "line_voices", "unheard")  # what scores written before did not have
        known = {one.name: value[one.name] for one in fields(cls) if one.name in value or one.name not in late}
        before = {"judge": "look", "encoder": value["encoder"]}  # of scores written before there were judges
        characters = {id: _character_from({**before, **score}) for id, score in value["characters"].items()}
        lines = [LineVoice.from_json(line) for line in value.get("line_voices", ())]
        scene = SceneScore.from_json(value.get("scene"))
        return cls(**{**known, "characters": characters, "scene": scene, "line_voices": lines})


def _character_from(value: Mapping[str, Any]) -> CharacterScore:
    frames = [
        FrameScore(**{**frame, "box": tuple(frame["box"]) if frame["box"] else None}) for frame in value["frames"]
    ]
    curve = [(float(x), float(y)) for x, y in value["drift_curve"]]
    traits = [TraitLine(**line) for line in value.get("traits", ())]
    beside = [Reading(**reading) for reading in value.get("beside", ())]
    vector = value["vector"]
    if vector is not None:
        vector = from_written(vector)
    return CharacterScore(
        **{**value, "frames": frames, "drift_curve": curve, "traits": traits, "vector": vector, "beside": beside}
    )
