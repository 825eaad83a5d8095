"""The episodes: cuts, inlined while they are small, with posters, subtitles and a strip of shots to seek by."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from continuity.report import inline
from continuity.report.calibrations import number
from continuity.report.data import CutShot, EpisodeView, Picture, ShotView
from continuity.report.sources import Sources

# docs/decisions/0006-report-page.md: base64 costs a third more, and browsers stay quick up to some 60 MB of HTML.
MOST_INLINE_BYTES = 40_000_000
POSTER_WIDTH = 960


def episode_views(sources: Sources, shots: list[ShotView]) -> tuple[list[EpisodeView], bool]:
    """The episodes in order, and whether their cuts are inlined: all of them, or none."""
    cuts: dict[str, dict[str, Any]] = sources.cuts.get("episodes") or {}
    total = sum(path.stat().st_size for cut in cuts.values() if (path := _file(sources, cut)).is_file())
    inlined = total <= MOST_INLINE_BYTES
    strip = {shot.id: shot.select.frames[len(shot.select.frames) // 2].picture for shot in shots
             if shot.select and shot.select.frames}  # fmt: skip
    order = [episode.id for episode in sources.plan.series.episodes]
    ids = [id for id in order if id in cuts] + [id for id in cuts if id not in order]
    return [_episode(sources, id, cuts[id], inlined, strip) for id in ids], inlined


def _episode(sources: Sources, id: str, cut: dict[str, Any], inlined: bool, strip: dict[str, Picture]) -> EpisodeView:
    path = _file(sources, cut)
    shots = [
        CutShot(str(s["shot"]), float(s.get("start") or 0), float(s.get("seconds") or 0), strip.get(str(s["shot"])))
        for s in cut.get("shots") or []
    ]
    planned = {episode.id: episode.title for episode in sources.plan.series.episodes}
    poster = sources.file(cut["poster"])
    srt = sources.file(cut["srt"])
    return EpisodeView(
        id=id,
        title=str(cut.get("title") or planned.get(id) or id),
        file=f"../{path.relative_to(sources.root).as_posix()}" if path.is_file() else "",
        poster=inline.picture(poster, f"Poster of {id}", POSTER_WIDTH).source if poster.is_file() else "",
        inline=base64.b64encode(path.read_bytes()).decode() if inlined and path.is_file() else "",
        subtitles=inline.webvtt(srt),
        seconds=number(cut, "seconds") or sum(shot.seconds for shot in shots),
        loudness_lufs=number(cut, "loudness_lufs"),
        copied=sum(1 for s in cut.get("shots") or [] if s.get("copied")),
        shots=shots,
        shape=_shape(sources, id),
    )


def _shape(sources: Sources, id: str) -> str:
    """The player's, width/height, where it is not the 16/9 of the page's style."""
    shown = next((shot.resolution for shot in sources.plan.shots.values() if shot.episode == id), (16, 9))
    return "" if abs(shown[0] / shown[1] / (16 / 9) - 1) < 0.01 else f"{shown[0]}/{shown[1]}"


def _file(sources: Sources, cut: dict[str, Any]) -> Path:
    return sources.file(cut["path"])
