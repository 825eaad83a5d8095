"""Scoring one take: locate the cast in K frames, embed the crops, compare with the references."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from continuity.files import sha256_file
from continuity.plan.schema import CastMember, Scorer
from continuity.scoring import metrics, vectors
from continuity.scoring.anchors import Anchors, anchors
from continuity.scoring.bank import embed_crops, side_of
from continuity.scoring.hashes import perceptual_hash
from continuity.scoring.locate import Maps, Window, assign, crop
from continuity.scoring.motion import carried_over, stored_movement
from continuity.scoring.prepared import VERSION, Prepared, prepare
from continuity.scoring.references import References, Subject, references_of
from continuity.scoring.regions import location_likeness, prop_likeness, wardrobe_likeness
from continuity.scoring.sound import sound

__all__ = [
    "CharacterScore",
    "FrameScore",
    "SpokenLine",
    "TakeScore",
    "TakeToScore",
    "anchors",
    "references_of",
    "score_take",
]

Box = tuple[float, float, float, float]


class SpokenLine(NamedTuple):
    """A line spoken on screen; ``sample`` is the locked voice sample's file, times in seconds."""

    text: str
    start: float
    end: float
    sample: Path | None
    character: str


@dataclass(frozen=True)
class TakeToScore:
    """One take and what should be seen and heard in it. ``location`` and ``props`` are library roles."""

    shot: str
    key: str
    folder: str  # "generated", "transferred" or "repaired"
    clip: Path
    sha256: str
    characters: list[CastMember]  # with the look that is shown
    location: str | None = None
    props: list[str] = field(default_factory=list)
    locked_off: bool = False
    lines: list[SpokenLine] = field(default_factory=list)
    driving_clip: Path | None = None
    driving_sha256: str | None = None
    seconds: float = 0.0
    prompt: str = ""  # compared by encoders that read text


@dataclass(frozen=True)
class FrameScore:
    """One sampled frame; ``box`` is x0, y0, x1, y1 in shares of the frame, 0 to 1."""

    t: float
    found: bool
    identity: float | None = None
    z: float | None = None
    margin: float | None = None
    box: Box | None = None


@dataclass(frozen=True)
class CharacterScore:
    """One character in one take, see docs/metrics.md. ``vector`` is the medoid of its found frames."""

    subject: str
    identity: float | None
    identity_p05: float | None
    z: float | None
    z_p05: float | None
    coverage: float
    margin: float | None
    passed: bool
    wardrobe: float | None
    copy_paste: float | None
    drift_curve: list[tuple[float, float]]
    drift_slope_per_second: float | None
    frames: list[FrameScore]
    vector: np.ndarray | None = field(compare=False)


@dataclass(frozen=True)
class TakeScore:
    """One take. ``phashes`` are of the sampled frames; ``voices`` and ``words_by_line`` are in the order of the "
    "lines."""

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

    @property
    def passed(self) -> bool | None:
        """Whether every character passed; None for a take without characters."""
        return all(score.passed for score in self.characters.values()) if self.characters else None

    def to_json(self) -> dict[str, Any]:
        value = asdict(self)
        for character in value["characters"].values():
            vector = character["vector"]
            character["vector"] = None if vector is None else base64.b64encode(vector.astype("<f2").tobytes()).decode()
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> TakeScore:
        return cls(**{**value, "characters": {id: _character_from(score) for id, score in value["characters"].items()}})


def _character_from(value: Mapping[str, Any]) -> CharacterScore:
    frames = [
        FrameScore(**{**frame, "box": tuple(frame["box"]) if frame["box"] else None}) for frame in value["frames"]
    ]
    curve = [(float(x), float(y)) for x, y in value["drift_curve"]]
    vector = value["vector"]
    if vector is not None:
        vector = np.frombuffer(base64.b64decode(vector), "<f2").astype(np.float32)
    return CharacterScore(**{**value, "frames": frames, "drift_curve": curve, "vector": vector})


def score_take(
    take: TakeToScore, references: References, anchors: Anchors, scorer: Scorer, vectors_folder: Path
) -> TakeScore:
    """Score ``take``; a stored score of the same clip, references, calibration and cast is returned as it is.

    Raises MediaError when the clip or a reference cannot be read, ScorerUnavailable without weights.
    """
    key = _key(take, references, anchors, scorer)
    if (stored := vectors.load(vectors_folder, key)) is not None:
        return TakeScore.from_json(
            {**vectors.from_array(stored["json"]), "shot": take.shot, "key": take.key, "folder": take.folder}
        )
    score = _scored(take, references, anchors, scorer, vectors_folder)
    vectors.save(vectors_folder, key, {"json": vectors.as_array(score.to_json())})
    # Through JSON once, so that a fresh score equals a stored one to the last bit.
    return TakeScore.from_json(score.to_json())


def _key(take: TakeToScore, references: References, anchors: Anchors, scorer: Scorer) -> str:
    wanted = {
        "clip": take.sha256,
        "characters": [member.model_dump() for member in take.characters],
        "location": take.location,
        "props": take.props,
        "locked_off": take.locked_off,
        "lines": [
            [line.text, line.start, line.end, sha256_file(line.sample) if line.sample else None, line.character]
            for line in take.lines
        ],
        "driving": take.driving_sha256 or (str(take.driving_clip) if take.driving_clip else None),
        "prompt": take.prompt,
    }
    calibration = {
        id: [anchor.floor, anchor.ceiling, anchor.threshold, anchor.found] for id, anchor in anchors.subjects.items()
    }
    return vectors.key_of("take", VERSION, wanted, references.digest, anchors.encoder, calibration, scorer.model_dump())


def _scored(
    take: TakeToScore, references: References, anchors: Anchors, scorer: Scorer, vectors_folder: Path
) -> TakeScore:
    from continuity.media.video import sample

    prepared = prepare(references, scorer, vectors_folder)
    sampled = sample(take.clip, scorer.frames)
    times, pictures = [t for t, _ in sampled], [picture for _, picture in sampled]
    shown = {
        member.character: subject
        for member in take.characters
        if (subject := references.subject(member.character, member.look))
    }
    searched = _searched(references, shown)
    thresholds = {id: anchors.subjects[id].found for id in searched}
    maps = [Maps.of(picture, prepared.statistics) for picture in pictures]
    placed = [assign(prepared.locator.search(each, only=searched), thresholds) for each in maps]
    characters = {
        member.character: _character(
            member, shown[member.character], references, prepared, anchors, times, pictures, placed
        )
        for member in take.characters
        if member.character in shown
    }
    moved = stored_movement(take.clip, take.sha256, vectors_folder, with_flicker=take.locked_off)
    motion, offset = None, None
    if take.driving_clip:
        driving = stored_movement(
            take.driving_clip, take.driving_sha256 or sha256_file(take.driving_clip), vectors_folder, take.locked_off
        )
        motion, offset = carried_over(driving, moved)
    heads = [[window.box for window in windows.values() if window] for windows in placed]
    return TakeScore(
        shot=take.shot,
        key=take.key,
        folder=take.folder,
        encoder=prepared.encoder.id,
        characters=characters,
        times=[round(t, 4) for t in times],
        phashes=[perceptual_hash(picture) for picture in pictures],
        cast=metrics.cast(
            [sum(1 for window in windows.values() if window) for windows in placed], len(take.characters)
        ),
        location=location_likeness(references.locations.get(take.location or ""), pictures, heads, prepared.encoder),
        prop=prop_likeness(take.props, pictures, maps, prepared),
        flicker=moved.flicker,
        movement=moved.amount,
        motion=motion,
        motion_offset_ms=offset,
        prompt=_prompt(take.prompt, pictures, prepared),
        **sound(take.clip, take.lines, scorer, vectors_folder),
    )


def _searched(references: References, shown: Mapping[str, Subject]) -> list[str]:
    """The shown looks, and one look of every other character, who should not be there."""
    searched = [subject.id for subject in shown.values()]
    seen = set(shown)
    for subject in references.subjects.values():
        if subject.character not in seen:
            seen.add(subject.character)
            searched.append(subject.id)
    return searched


def _character(
    member: CastMember,
    subject: Subject,
    references: References,
    prepared: Prepared,
    anchors: Anchors,
    times: Sequence[float],
    pictures: Sequence[np.ndarray],
    placed: Sequence[Mapping[str, Window | None]],
) -> CharacterScore:
    found = [(index, window) for index, windows in enumerate(placed) if (window := windows[subject.id]) is not None]
    crops = [crop(pictures[index], window) for index, window in found]
    embedded = (
        embed_crops(prepared.encoder, crops, prepared.banks[subject.id]) if crops else np.zeros((0, 1), np.float32)
    )
    sides = [side_of(picture) for picture in crops]
    own, rivals = (
        prepared.banks[subject.id],
        [prepared.banks[id] for id, other in references.subjects.items() if other.character != subject.character],
    )
    identities = [own.likeness(vector, side) for vector, side in zip(embedded, sides, strict=True)]
    margins = [
        value - max(rival.likeness(vector, side) for rival in rivals)
        for value, vector, side in zip(identities, embedded, sides, strict=True)
        if rivals
    ]
    anchor = anchors.subjects[subject.id]
    scaled = [anchor.z(value, side) for value, side in zip(identities, sides, strict=True)]
    frames = [FrameScore(round(t, 4), False) for t in times]
    for place, (index, window) in enumerate(found):
        box = tuple(round(min(max(v, 0.0), 1.0), 4) for v in window.box)
        margin = margins[place] if margins else None
        frames[index] = FrameScore(round(times[index], 4), True, identities[place], scaled[place], margin, box)  # type: ignore[arg-type]
    z, margin = metrics.identity(scaled), metrics.identity(margins)
    coverage = len(found) / len(pictures) if len(pictures) else 0.0
    curve = metrics.drift_curve([times[index] for index, _ in found], embedded)
    return CharacterScore(
        subject=subject.id,
        identity=metrics.identity(identities),
        identity_p05=metrics.identity_p05(identities),
        z=z,
        z_p05=metrics.identity_p05(scaled),
        coverage=coverage,
        margin=margin,
        passed=z is not None and z >= anchor.threshold and coverage >= 0.5 and (margin is None or margin > 0),
        wardrobe=wardrobe_likeness(subject, member.wardrobe, pictures, found, prepared),
        copy_paste=metrics.copy_paste(
            [own.against_mirror(vector, side) for vector, side in zip(embedded, sides, strict=True)]
        ),
        drift_curve=curve,
        drift_slope_per_second=metrics.curve_slope(curve),
        frames=frames,
        vector=embedded[metrics.medoid(embedded)] if len(embedded) else None,
    )


def _prompt(prompt: str, pictures: Sequence[np.ndarray], prepared: Prepared) -> float | None:
    """Mean cosine of frames and prompt; None with an encoder that reads no text."""
    read = getattr(prepared.encoder, "embed_text", None)
    if read is None or not prompt:
        return None
    return float(np.clip(prepared.encoder.embed(pictures) @ read([prompt])[0], 0, None).mean())
