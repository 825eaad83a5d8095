"""From selects to cut episodes."""

from __future__ import annotations

import math
from contextlib import suppress
from pathlib import Path
from typing import Any

from continuity.errors import MediaError, ProjectError
from continuity.files import inside, remove_superseded, sha256_file, write_json
from continuity.jobs.store import Store
from continuity.media.cut import CutShot
from continuity.media.cut import assemble as cut
from continuity.plan.schema import Episode, Plan
from continuity.production.workspace import MADE_BY, SpokenLine, read_lines
from continuity.records.cuts import read_cuts
from continuity.records.indexes import Select, read_selects

FILES = ("path", "poster", "srt")  # of an episode, as cuts.json names them


def assemble(root: Path, plan: Plan, store: Store) -> None:
    """``shots/cuts/<episode>.mp4``, ``.srt`` and ``-poster.jpg`` for every episode, and ``cuts.json`` about them."""
    selects = read_selects(root / "shots" / "selects.json").shots
    lines = read_lines(root)
    folder = root / "shots" / "cuts"
    before, cuts = _cuts_before(folder), {}
    for episode in plan.series.episodes:
        cuts[episode.id] = _cut(root, plan, episode, selects, lines, folder / f"{episode.id}.mp4")
        print(f"assemble {episode.id}: {cuts[episode.id]['seconds']} s, {cuts[episode.id]['loudness_lufs']} LUFS")
    write_json(folder / "cuts.json", {"episodes": cuts})
    remove_superseded(root, before, [cut[name] for cut in cuts.values() for name in FILES])


def _cuts_before(folder: Path) -> list[str]:
    """The files of the last run."""
    with suppress(ProjectError):
        return [getattr(cut, name) for cut in read_cuts(folder / "cuts.json").episodes.values() for name in FILES]
    return []


def _cut(
    root: Path, plan: Plan, episode: Episode, selects: dict[str, Select], lines: dict[str, list[SpokenLine]], path: Path
) -> dict[str, Any]:
    shots = [_shot(root, selects[shot], shot, lines[shot]) for shot in episode.shots]
    first = plan.shots[episode.shots[0]]
    assembly = plan.assembly
    report = cut(
        shots,
        path,
        width=first.resolution[0],
        height=first.resolution[1],
        fps=first.fps,
        loudness_lufs=assembly.loudness_lufs,
        crf=assembly.crf,
        preset=assembly.preset,
        poster_shot=episode.poster,
    )
    return {
        "title": episode.title,
        "path": report.path.relative_to(root).as_posix(),
        "poster": report.poster.relative_to(root).as_posix(),
        "srt": report.subtitles.relative_to(root).as_posix(),
        "sha256": sha256_file(report.path),
        "seconds": round(report.seconds, 3),
        "loudness_lufs": _decibels(report.loudness_after),
        "loudness_before_lufs": _decibels(report.loudness_before),
        "shots": [
            {
                "shot": piece.shot,
                "start": round(piece.start, 3),
                "seconds": round(piece.seconds, 3),
                "copied": piece.how == "copied",
                "why": piece.why,
                "loudness_lufs": _decibels(piece.loudness_lufs),
                "gain_db": _decibels(piece.gain_db),
            }
            for piece in report.shots
        ],
    }


def _decibels(value: float) -> float | None:
    """None for silence, whose level is minus infinity: JSON has no such number."""
    return round(value, 2) if math.isfinite(value) else None


def _shot(root: Path, select: Select, shot: str, lines: list[SpokenLine]) -> CutShot:
    clip = inside(root, select.clip)
    if not clip.is_file():
        raise MediaError(
            f"{shot}: its select {select.clip} is missing; `dvc pull` brings it back, `dvc repro -f "
            f"{MADE_BY[select.folder]}` makes it again"
        )
    return CutShot(
        shot=shot,
        clip=clip,
        seconds=select.seconds,
        lines=[(line.text, line.start, line.end - line.start) for line in lines],
        voice_over=[(root / line.path, line.start) for line in lines if line.off_screen and line.sound is None],
        dubs=[(root / line.path, line.start) for line in lines if line.sound == "dub"],
        speaks=any(line.in_take for line in lines),
    )
