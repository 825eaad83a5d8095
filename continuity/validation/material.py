"""Validation on somebody's own material: pictures and clips of known people or characters, by folder.

A set is a folder with one folder for each identity. Its first pictures by name are the references; clips (``.mp4``,
``.mov``, ``.webm``, ``.mkv``) are takes of it; without clips, each further picture becomes one, a slow zoom and pan
over it. An identity without takes is known as somebody else alone. Every take is scored against every identity, so that
it is known which verdicts are right.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np

from continuity.clutter import is_clutter
from continuity.errors import MediaError
from continuity.files import shown
from continuity.media.pictures import NoPicture
from continuity.media.video import sample
from continuity.records.validation import SetResult, WayRow
from continuity.scoring.clips import score_against_folder
from continuity.scoring.references.subjects import read_picture
from continuity.validation.baselines import UNTAUGHT, Known, untaught_frame, whole_frame
from continuity.validation.statistics import Observed, auc, share

CLIPS = (".mp4", ".mov", ".webm", ".mkv")
FRAMES = 8
MOST = 6  # takes of one identity
FRAME = (360, 640)  # height and width of a clip that is made of a picture
FPS, STEPS = 8, 16  # its rate, and how many frames it has


@dataclass(frozen=True)
class Way:
    """One way of judging: a scorer, and which judges it may choose among."""

    name: str
    scorer: str = "embedded"
    judges: tuple[Literal["look", "face"], ...] = ("look", "face")


WAYS = (
    Way("as the product judges"),
    Way("by look alone", judges=("look",)),
    Way("by face alone", judges=("face",)),
    Way("baseline: colour histogram of the head", "histogram", ("look",)),
    Way("baseline: raw pixels of the head", "pixels", ("look",)),
)


def validate(name: str, folder: Path, references: int, say: Callable[[str], None] = lambda text: None) -> SetResult:
    """Score a set in all ways. Raises MediaError for a folder without two identities, or without takes."""
    with tempfile.TemporaryDirectory(prefix="continuity-ladder-") as scratch:
        known, takes = _laid_out(folder, references, Path(scratch))
        rows = []
        for way in WAYS:
            say(f"{name}: {way.name}")
            scored = score_against_folder(
                [clip for _, clip in takes], known, [way.scorer], frames=FRAMES, judges=way.judges
            )
            rows.append(
                _row(
                    way.name, [(identity, row["characters"]) for (identity, _), row in zip(takes, scored, strict=True)]
                )
            )
        say(f"{name}: whole frames")
        rows += _whole_frames(known, takes)
        identities = len(list(known.iterdir()))
    return SetResult(name=name, identities=identities, takes=len(takes), references=references, rows=rows)


def _whole_frames(known: Path, takes: Sequence[tuple[str, Path]]) -> list[WayRow]:
    """Baselines that look at whole frames: they find nobody, and give no verdict."""
    people = {
        place.name: Known([read_picture(path) for path in sorted(place.iterdir())], [])
        for place in sorted(known.iterdir())
    }
    told: dict[str, list[tuple[str, str, float]]] = {}
    for identity, clip in takes:
        frames = [picture for _, picture in sample(clip, FRAMES)]
        for id, person in people.items():
            untaught = {f"{UNTAUGHT}, whole frame": untaught_frame(frames, person)}
            for way, value in (untaught | whole_frame(frames, person)).items():
                told.setdefault(way, []).append((identity, id, value))
    rows = []
    for way, values in told.items():
        same, different = (
            [Observed(value, identity) for identity, id, value in values if (identity == id) is alike]
            for alike in (True, False)
        )
        rows.append(
            WayRow(
                way=f"baseline: {way}", auc=auc(same, different), passed=share(0, 0), wrong=share(0, 0),
                found=share(0, 0), judged_by={},
            )
        )  # fmt: skip
    return rows


def _row(way: str, scored: Sequence[tuple[str, dict[str, Any]]]) -> WayRow:
    same: list[Observed] = []
    different: list[Observed] = []
    right: list[bool] = []
    wrong: list[bool] = []
    judged: dict[str, str] = {}
    for identity, characters in scored:
        for id, values in characters.items():
            one = Observed(values["identity"], identity)
            (same if id == identity else different).append(one)
            (right if id == identity else wrong).append(values["passed"] is True)
            judged[id] = values["judge"] or "nobody"
    counted = {judge: list(judged.values()).count(judge) for judge in sorted(set(judged.values()))}
    return WayRow(
        way=way,
        auc=auc(same, different),
        passed=share(sum(right), len(right)),
        wrong=share(sum(wrong), len(wrong)),
        found=share(sum(one.value is not None for one in same), len(same)),
        judged_by=counted,
    )


def _laid_out(folder: Path, references: int, scratch: Path) -> tuple[Path, list[tuple[str, Path]]]:
    """The references in folders of their own, and the takes by identity."""
    if not folder.is_dir():
        raise MediaError(f"{shown(folder)}: no such folder; a set has one folder for each identity")
    known, takes = scratch / "references", []
    for place in sorted(path for path in folder.iterdir() if path.is_dir() and not is_clutter(path)):
        files = sorted(path for path in place.iterdir() if path.is_file() and not is_clutter(path))
        clips = [path for path in files if path.suffix.lower() in CLIPS]
        pictures = [path for path in files if path not in clips and _is_picture(path)]
        if len(pictures) < references:
            raise MediaError(
                f"{shown(place)}: holds {len(pictures)} pictures and {len(clips)} clips; wanted are {references} "
                "pictures as references, and clips or further pictures as takes"
            )
        (known / place.name).mkdir(parents=True)
        for path in pictures[:references]:
            shutil.copy(path, known / place.name / path.name)
        made = clips[:MOST] or [
            _as_clip(path, scratch / f"{place.name}-{number}.mp4", number)
            for number, path in enumerate(pictures[references : references + MOST])
        ]
        takes += [(place.name, clip) for clip in made]
    if not takes or len(list(known.iterdir())) < 2:
        raise MediaError(
            f"{shown(folder)}: wants folders of two identities or more, to tell them from each other, and takes of one "
            "at least"
        )
    return known, takes


def _is_picture(path: Path) -> bool:
    try:
        read_picture(path, "give another")
    except NoPicture:
        return False
    return True


def _as_clip(path: Path, out: Path, seed: int) -> Path:
    """A slow zoom and pan over a picture, before a wall of some colour."""
    from continuity.media.writing import VideoWriter

    random = np.random.default_rng(seed)
    picture = read_picture(path)
    wall = random.integers(0, 256, 3)
    zooms, places = random.uniform([0.55, 0.85], [0.8, 1.1]), random.uniform(0, 1, 2)

    with VideoWriter(out, FRAME[1], FRAME[0], FPS) as writer:
        for part in np.linspace(0, 1, STEPS):
            frame = np.empty((*FRAME, 3), np.uint8)
            frame[:] = wall
            scale = (zooms[0] + (zooms[1] - zooms[0]) * part) * FRAME[0] / picture.shape[0]
            small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[: FRAME[0], : FRAME[1]]
            x = int((places[0] + (places[1] - places[0]) * part) * (FRAME[1] - small.shape[1]))
            y = (FRAME[0] - small.shape[0]) // 2
            frame[y : y + small.shape[0], x : x + small.shape[1]] = small
            writer.write(frame)
    return out
