"""Scoring clips against a folder of pictures, outside any project."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from continuity.errors import MediaError
from continuity.files import sha256_file
from continuity.plan.schema import CastMember, Scorer
from continuity.scoring.anchors import anchors
from continuity.scoring.references import Picture, References, Subject, read_picture
from continuity.scoring.takes import TakeToScore, score_take

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp")


def score_against_folder(
    clips: Sequence[Path],
    references: Path,
    scorer_name: str = "embedded",
    parameters: Mapping[str, Any] | None = None,
    frames: int = 8,
) -> list[dict[str, Any]]:
    """One dict per clip: ``clip``, ``encoder``, ``calibrated_on``, ``threshold``, the metrics and the per-frame values.

    ``references`` holds pictures of one character, or one folder of pictures per character; then each clip is
    searched for all of them. Pictures that show the head alone work best; the first by name (or one whose
    name starts with ``headshot``) gives the proportions. Raises MediaError naming the folder or picture that
    cannot be used.
    """
    known = folder_references(references)
    scorer = Scorer(encoder=scorer_name, parameters=dict(parameters or {}), frames=frames, words=False)
    results = []
    with tempfile.TemporaryDirectory(prefix="continuity-score-") as cache:
        calibration = anchors(known, scorer, Path(cache))
        members = [CastMember(character=subject.character, look=subject.look) for subject in known.subjects.values()]
        for clip in clips:
            take = TakeToScore(
                shot=clip.name, key=clip.stem, folder="", clip=clip, sha256=sha256_file(clip), characters=members
            )
            score = score_take(take, known, calibration, scorer, Path(cache))
            value = score.to_json()
            people = {}
            for id, character in value["characters"].items():
                character.pop("vector")
                anchor = calibration.subjects[character["subject"]]
                people[id] = {
                    **character,
                    "threshold": anchor.threshold,
                    "found_above": anchor.found,
                    "calibrated_on": anchor.calibrated_on,
                }
            results.append(
                {
                    "clip": str(clip),
                    "encoder": score.encoder,
                    "n": len(score.times),
                    "movement": score.movement,
                    "characters": people,
                }
            )
    return results


def folder_references(folder: Path) -> References:
    """The subjects of a folder: itself, or one per sub-folder with pictures. Unreadable pictures are named."""
    if not folder.is_dir():
        raise MediaError(f"{folder}: no such folder of reference pictures")
    groups = {folder.name: _pictures(folder)} | {
        sub.name: _pictures(sub) for sub in sorted(folder.iterdir()) if sub.is_dir()
    }
    groups = {name: pictures for name, pictures in groups.items() if pictures}
    if not groups:
        raise MediaError(f"{folder}: holds no pictures ({', '.join(ENDINGS)}); put pictures of the character there")
    return References({name: Subject(name, name, "", tuple(pictures)) for name, pictures in groups.items()})


def _pictures(folder: Path) -> list[Picture]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS and path.is_file())
    files.sort(key=lambda path: not path.stem.startswith("headshot"))
    for path in files:
        read_picture(path)  # a bad picture is named now, not in the middle of scoring
    return [Picture.of(f"{folder.name}/{path.stem}", path) for path in files]
