"""Scoring clips against a folder of pictures, outside any project."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from continuity.files import sha256_file, shown
from continuity.plan.schema import AnotherEncoder, CastMember, Scorer
from continuity.scoring.calibration.anchors import anchors
from continuity.scoring.references.folder import folder_references
from continuity.scoring.references.prepared import prepare
from continuity.scoring.takes.score import TakeToScore, score_take


def score_against_folder(
    clips: Sequence[Path],
    references: Path,
    encoders: Sequence[AnotherEncoder | str] = ("embedded",),
    frames: int = 8,
    remark: Callable[[str], None] = lambda text: None,
    judges: Sequence[Literal["look", "face"]] = ("look", "face"),
) -> list[dict[str, Any]]:
    """One dict per clip: ``clip``, ``encoder``, ``n``, ``movement`` and ``characters``.

    Each character has the metrics and the per-frame values, ``calibrated_on``, ``sureness`` and ``threshold``; where
    that is None, so is ``passed``, and ``no_verdict`` says why. ``verdict`` is the word for it: of a character in no
    frame it is *absent*.

    ``references`` holds pictures of one character, or one folder of pictures per character; then each clip is
    searched for all of them. They may be heads, whole frames, full figures or pictures with others in them
    (`references.located`); the first by name in which a head is found (or one whose name starts with ``headshot``)
    gives the proportions. Files that are left out are told to ``remark``; raises MediaError when none is left.
    ``judges`` limits who may judge; of several ``encoders`` and judges the best of each character decides, and what the
    others say stands ``beside``.
    """
    known = folder_references(references, remark)
    first, *also = (AnotherEncoder.model_validate(one) for one in encoders)
    scorer = Scorer(**first.model_dump(), also=also, frames=frames, words=False, judges=[*judges])
    results = []
    with tempfile.TemporaryDirectory(prefix="continuity-score-") as cache:
        calibration = anchors(known, scorer, Path(cache))
        if unclear := prepare(known, scorer, Path(cache)).remark:
            remark(unclear)
        members = [CastMember(character=subject.character, look=subject.look) for subject in known.subjects.values()]
        for clip in clips:
            take = TakeToScore(
                shot=shown(clip.name),
                key=shown(clip.stem),
                folder="",
                clip=clip,
                sha256=sha256_file(clip),
                characters=members,
            )
            score = score_take(take, known, calibration, scorer, Path(cache))
            value = score.to_json()
            people = {}
            for id, character in value["characters"].items():
                character.pop("vector")
                anchor = calibration.subjects[character["subject"]]
                people[id] = {
                    **character,
                    "verdict": score.characters[id].verdict,
                    "threshold": anchor.threshold,
                    "no_verdict": anchor.no_verdict,
                    "found_above": anchor.found,
                    "calibrated_on": anchor.calibrated_on,
                    "chosen_for": anchor.chosen_for,
                    "sureness": asdict(anchor.sureness),
                }
            results.append(
                {
                    "clip": shown(clip),
                    "encoder": score.encoder,
                    "n": len(score.times),
                    "movement": score.movement,
                    "characters": people,
                }
            )
    return results
