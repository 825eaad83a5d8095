"""Scoring one take: locate the cast in K frames, embed the crops, compare with the references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from continuity.files import sha256_file
from continuity.plan.schema import CastMember, Scorer
from continuity.scoring import metrics, vectors
from continuity.scoring.calibration.anchors import Anchors
from continuity.scoring.encoders.base import cosines
from continuity.scoring.judges.face import FACE
from continuity.scoring.judges.look import LOOK
from continuity.scoring.judges.view import View
from continuity.scoring.opencv import one_code_path
from continuity.scoring.references.prepared import VERSION, Prepared, prepare
from continuity.scoring.references.subjects import References
from continuity.scoring.scenes.anchors import NOTHING, scene_anchors
from continuity.scoring.scenes.take import prop_identity, props_of_take, scene_of_take
from continuity.scoring.scenes.wardrobes import wardrobe_score
from continuity.scoring.takes.covered import Cover, hidden_heads, without
from continuity.scoring.takes.hashes import perceptual_hash
from continuity.scoring.takes.judged import FRAME_DIGITS, judged
from continuity.scoring.takes.motion import carried_over, stored_movement
from continuity.scoring.takes.observed import Frames, observed_frames, seen_by_face, seen_by_look
from continuity.scoring.takes.result import TakeScore
from continuity.scoring.takes.seen import Seen, Sight, found, judge_of, searched
from continuity.scoring.takes.sound import LineToScore, stored_sound
from continuity.scoring.takes.unheard import unheard
from continuity.scoring.traits.anchored import TraitAnchors, trait_anchors


@dataclass(frozen=True)
class TakeToScore:
    """One take and what should be seen and heard in it. ``location`` and ``props`` are library roles."""

    shot: str
    key: str
    folder: str  # "generated", "transferred" or "repaired"
    clip: Path
    sha256: str  # of the clip's bytes, as read; what an index claims is not enough
    characters: list[CastMember]  # with the look that is shown
    location: str | None = None
    props: list[str] = field(default_factory=list)
    locked_off: bool = False
    lines: list[LineToScore] = field(default_factory=list)
    driving_clip: Path | None = None
    driving_sha256: str | None = None
    seconds: float = 0.0
    prompt: str = ""  # compared by encoders that read text


def score_take(
    take: TakeToScore, references: References, anchors: Anchors, scorer: Scorer, vectors_folder: Path
) -> TakeScore:
    """Score ``take``; a stored score of the same clip, references, calibration and cast is returned as it is.

    Every value is rounded as it is written, and what is decided is decided on rounded values.
    Raises MediaError when the clip or a reference cannot be read, ScorerUnavailable without weights.
    """
    if (stored := stored_score(take, references, anchors, scorer, vectors_folder)) is not None:
        return stored
    key = _key(take, references, anchors, scorer)
    with one_code_path():
        score = _scored(take, references, anchors, scorer, vectors_folder)
    vectors.save(vectors_folder, key, {"json": vectors.as_array(score.to_json())})
    # Through JSON once, so that a fresh score equals a stored one to the last bit.
    return _held_to_its_lines(TakeScore.from_json(score.to_json()), take)


def stored_score(
    take: TakeToScore, references: References, anchors: Anchors, scorer: Scorer, vectors_folder: Path
) -> TakeScore | None:
    """What `score_take` found earlier for the same clip, references, calibration and cast; None when it did not."""
    stored = vectors.load(vectors_folder, _key(take, references, anchors, scorer))
    if stored is None:
        return None
    score = TakeScore.from_json(
        {**vectors.from_array(stored["json"]), "shot": take.shot, "key": take.key, "folder": take.folder}
    )
    return _held_to_its_lines(score, take)


def _held_to_its_lines(score: TakeScore, take: TakeToScore) -> TakeScore:
    """What was heard is kept with a score; what follows from it is not, and may be decided anew."""
    return replace(score, unheard=unheard(take.lines, score.heard, score.line_voices))


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
        **({"line_voices": "kept"} if take.lines else {}),  # scores from before have none, and are not taken
    }
    calibration = {
        id: [[one.judge, one.encoder, one.floors, one.ceilings, one.threshold, one.found] for one in anchors.all_of(id)]
        for id in anchors.subjects
    }
    return vectors.key_of("take", VERSION, wanted, references.digest, anchors.encoder, calibration, scorer.model_dump())


def _scored(
    take: TakeToScore, references: References, anchors: Anchors, scorer: Scorer, vectors_folder: Path
) -> TakeScore:
    prepared = prepare(references, scorer, vectors_folder)
    traits: TraitAnchors = {}
    if scorer.traits:
        traits = trait_anchors(references, prepared, anchors.judged_by(LOOK), scorer.frames, vectors_folder)
    cast = {
        member.character: (member, subject)
        for member in take.characters
        if (subject := references.subject(member.character, member.look))
    }
    by = {
        id: anchors.subjects[id]
        for id in searched(references, {id: subject for id, (_, subject) in cast.items()})
        if anchors.subjects[id].judge
    }
    frames = observed_frames(take.clip, take.sha256, scorer.frames, vectors_folder)
    sight = _sight(take, frames, list(by), references, anchors, prepared, scorer, vectors_folder)
    scenery = scene_anchors(references, prepared, scorer, vectors_folder) if take.location or take.props else NOTHING
    things = props_of_take(take.props, frames.times, sight.views, scenery, prepared.encoder)
    placed = sight.placed(by, prepared)

    def seen_by_its_judge(id: str) -> Seen:
        anchor = anchors.subjects[id]
        return Seen.by(judge_of(prepared, anchor), anchor, sight, placed, id, references.rivals(id))

    seen = {subject.id: seen_by_its_judge(subject.id) for _, subject in cast.values()}
    hidden = hidden_heads({id: one for id, one in seen.items() if id in by}, by, placed, seen_by_its_judge, things)
    on_screen = [
        sum(window is not None or index in hidden.get(id, Cover()).hidden for id, window in windows.items())
        for index, windows in enumerate(placed)
    ]
    placed = without(placed, hidden)
    seen = {id: one.without(hidden.get(id, Cover()).hidden) for id, one in seen.items()}
    worn = {}
    for id, (member, subject) in cast.items():
        where, judge = found(placed, subject.id), by[subject.id].judge if subject.id in by else ""
        worn[id] = wardrobe_score(subject, member.wardrobe, judge, sight.views, where, prepared)
    moved = stored_movement(
        take.clip, take.sha256, vectors_folder, take.locked_off, with_flow=take.driving_clip is not None
    )
    motion, offset = None, None
    if take.driving_clip:
        driving = stored_movement(
            take.driving_clip, take.driving_sha256 or sha256_file(take.driving_clip), vectors_folder, take.locked_off
        )
        motion, offset = carried_over(driving, moved)
    heads = [
        [window.box for window in windows.values() if window]
        + [one.hidden[index] for one in hidden.values() if index in one.hidden]
        for index, windows in enumerate(placed)
    ]
    scene = scene_of_take(
        take.location,
        things,
        worn,
        frames.times,
        sight.views,
        heads,
        scenery,
        prepared.encoder,
        decides=scorer.scenes == "verdict",
    )
    return TakeScore(
        shot=take.shot,
        key=take.key,
        folder=take.folder,
        encoder=prepared.encoder.id,
        characters=judged(cast, references, prepared, anchors, traits, sight, placed, seen, hidden, worn),
        times=[round(t, FRAME_DIGITS) for t in frames.times],
        phashes=[perceptual_hash(picture) for picture in frames.pictures],
        cast=metrics.rounded(metrics.cast(on_screen, len(take.characters))),
        location=scene.place.identity if scene.place else None,
        prop=prop_identity(scene),
        scene=scene,
        flicker=metrics.rounded(moved.flicker, metrics.FINE_DIGITS),
        movement=round(moved.amount, metrics.DIGITS),
        cuts=moved.cuts,
        motion=metrics.rounded(motion),
        motion_offset_ms=metrics.rounded(offset, 0),
        prompt=metrics.rounded(_prompt(take.prompt, frames.pictures, prepared)),
        **stored_sound(take.clip, take.sha256, take.lines, scorer, vectors_folder),
    )


def _sight(
    take: TakeToScore,
    frames: Frames,
    subjects: Sequence[str],
    references: References,
    anchors: Anchors,
    prepared: Prepared,
    scorer: Scorer,
    folder: Path,
) -> Sight:
    """The frames, searched for ``subjects`` in each way in which one of them can be judged."""
    views = [View(picture, prepared.statistics) for picture in frames.pictures]
    if any(anchors.by(id, FACE) for id in subjects):
        views = seen_by_face(views, take.sha256, folder)
    by_look = [id for id in subjects if anchors.by(id, LOOK)]
    ground = [references.digest, FACE in scorer.judges]  # where heads are in the references, the face has a say in
    looked = seen_by_look(partial(prepared.look.search, only=by_look), views, by_look, take.sha256, ground, folder)
    return Sight(frames.times, views, looked)


def _prompt(prompt: str, pictures: Sequence[np.ndarray], prepared: Prepared) -> float | None:
    """Mean cosine of frames and prompt, by the first encoder that reads text; None where none does."""
    for encoder in (judge.encoder for judge in (prepared.look, *prepared.also)):
        if prompt and (read := getattr(encoder, "embed_text", None)) is not None:
            return float(np.clip(cosines(encoder.embed(pictures), read([prompt])), 0, None).mean())
    return None
