"""Takes of known truth, judged as anybody's clips are, with the baselines beside."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from continuity.files import sha256_file
from continuity.media.video import sample
from continuity.plan.schema import CastMember, Scorer
from continuity.records.validation import JudgedTake
from continuity.scoring.calibration.anchors import Anchors, anchors
from continuity.scoring.opencv import one_code_path
from continuity.scoring.references.folder import folder_references
from continuity.scoring.references.prepared import prepare
from continuity.scoring.references.subjects import References
from continuity.scoring.takes.score import TakeToScore, score_take
from continuity.validation.baselines import Known, likenesses
from continuity.validation.drawing import FRAMES, Take

SCORER = Scorer(encoder="embedded", frames=FRAMES, words=False, judges=["look"])


def judged(takes: Sequence[Take], references: Path, cache_folder: Path, baselines: bool) -> list[JudgedTake]:
    """Every take's verdict on its own character; unchanged takes of the ladder are also searched for all the others.

    ``cache_folder`` keeps the calibration from one call to the next. Raises MediaError for what cannot be read.
    """
    known, calibration, seen = _calibrated(references, cache_folder)
    members = [CastMember(character=subject.character, look=subject.look) for subject in known.subjects.values()]
    rows = []
    for take in takes:
        asked = TakeToScore(take.clip.name, take.clip.stem, "", take.clip, sha256_file(take.clip), members)
        score = score_take(asked, known, calibration, SCORER, cache_folder)
        own, between = score.characters[take.character], take.kind == "ladder" and not take.trait
        values = {}
        if baselines:
            ids = list(score.characters) if between else [take.character]
            boxes = {id: [frame.box for frame in score.characters[id].frames] for id in ids}
            with one_code_path():
                values = likenesses([picture for _, picture in sample(take.clip, FRAMES)], boxes, seen)
        rows.append(
            JudgedTake(
                character=take.character,
                kind=take.kind,
                trait=take.trait,
                strength=take.strength,
                size=take.size,
                framing=take.framing,
                variant=take.variant,
                of=take.of,
                passed=own.passed,
                z=own.z_p05,
                likenesses={id: one.identity for id, one in score.characters.items()},
                lines={line.name: line.beyond for line in own.traits},
                drifts={line.name: line.drift for line in own.traits},
                changed=own.changed,
                baselines=values,
            )
        )
    return rows


@cache
def _calibrated(references: Path, folder: Path) -> tuple[References, Anchors, dict[str, Known]]:
    known = folder_references(references)
    calibration, prepared = anchors(known, SCORER, folder), prepare(known, SCORER, folder)
    seen = {}
    for id, subject in known.subjects.items():
        located = [one for one in prepared.located(subject) if one.head]
        seen[id] = Known([one.picture for one in located], [one.cut for one in located])
    return known, calibration, seen
