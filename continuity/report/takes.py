"""A take as the page shows it: its request, its frames with the located characters, its scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from continuity.plan.schema import Shot
from continuity.records.answered import answered_by
from continuity.records.verdicts import verdict_of
from continuity.report import calibrations, inline, scenes
from continuity.report.calibrations import number
from continuity.report.data import Calibration, CharacterScore, Frame, Picture, TakeView
from continuity.report.explain import title_of, written_metric
from continuity.report.frames import Wanted, frame, spread
from continuity.report.sources import Sources, TakeFile

OF_CHARACTER = ("wardrobe", "copy_paste", "twice")  # beside those that have a column of their own
OF_WHOLE_TAKE = (
    "voice",
    "voice_min",
    "words",
    "motion",
    "motion_offset_ms",
    "location",
    "prop",
    "prompt",
    "cast",
    "flicker",
)


def take_view(
    sources: Sources,
    thresholds: dict[str, Calibration],
    shot: Shot,
    scored: dict[str, Any],
    *,
    selected: bool,
    frames: int,
    width: int,
) -> TakeView:
    """One scored take with at most ``frames`` of its sampled pictures, ``width`` pixels across."""
    key, folder = str(scored.get("key", "")), str(scored.get("folder", "generated"))
    scores = [
        _score(sources, thresholds, shot, folder, character, values)
        for character, values in (scored.get("characters") or {}).items()
    ]
    shown = _frames(sources, shot, scored, scores, frames, width)
    return _with_request(
        sources.take(shot.id, key),
        key,
        folder,
        selected=selected,
        frames=shown,
        scores=scores,
        others=_others(scored, scores),
        scene=scenes.lines(sources, scored),
        unheard=[str(text) for text in scored.get("unheard") or []],
    )


def unscored_view(take: TakeFile, *, selected: bool) -> TakeView:
    """A take that no score knows yet: its request alone."""
    return _with_request(take, take.key, take.folder, selected=selected, frames=[], scores=[], others=[])


def _with_request(take: TakeFile | None, key: str, folder: str, **shown: Any) -> TakeView:
    record = take.record if take else {}
    request = record.get("request") or {}
    clip = f"../shots/{take.folder}/{take.shot}/{take.directory.name}/clip.mp4" if take else ""
    seed = request.get("seed")
    return TakeView(
        key=str(record.get("key") or key),
        folder=folder,
        clip=clip if take and (take.directory / "clip.mp4").exists() else "",
        prompt=str(request.get("prompt") or ""),
        negative_prompt=str(request.get("negative_prompt") or ""),
        seed=seed if isinstance(seed, int) else None,
        model=str(record.get("model") or request.get("model") or ""),
        provider=_provider(record, request),
        created_at=str(record.get("created_at") or ""),
        cost_usd=number(record, "cost_usd"),
        answered_by=answered_by(record),
        warnings=[str(said) for said in (record.get("delivery") or {}).get("warnings") or []],
        references=[(str(r.get("role", "")), str(r.get("sha256", ""))) for r in request.get("references") or []],
        **shown,
    )


def _provider(record: dict[str, Any], request: dict[str, Any]) -> str:
    """Who made it; of a rehearsal, who would have."""
    name = str(record.get("provider") or request.get("provider") or "")
    return f"{name} (rehearsed: drawn by a stand-in)" if request.get("rehearsed") else name


def _others(scored: dict[str, Any], scores: list[CharacterScore]) -> list[tuple[str, str]]:
    """What was measured besides identity; what could not be measured in this take is left out."""
    measured = [
        (f"{title_of(name)}, {score.name}", name, number(scored["characters"][score.character], name))
        for name in OF_CHARACTER
        for score in scores
    ]
    measured += [
        (
            f"{title_of('identity_z')}, {score.name}, by {reading.get('judge')} ({reading.get('encoder')})",
            "z",
            number(reading, "z"),
        )
        for score in scores
        for reading in scored["characters"][score.character].get("beside") or []
    ]
    measured += [(title_of(name), name, number(scored, name)) for name in OF_WHOLE_TAKE]
    written = [
        (title, written_metric(name, value))
        for title, name, value in measured
        if value is not None and (value or name != "twice")  # that it never happened is nothing to tell
    ]
    cuts = [value for value in scored.get("cuts") or [] if isinstance(value, float | int)]
    if cuts:
        written.append((title_of("cuts"), f"{len(cuts)}, at " + ", ".join(f"{t:.1f} s" for t in cuts)))
    return written


def _score(
    sources: Sources,
    thresholds: dict[str, Calibration],
    shot: Shot,
    folder: str,
    character: str,
    values: dict[str, Any],
) -> CharacterScore:
    look = calibrations.look_shown(shot, folder, character)
    calibration = calibrations.of(sources, thresholds, character, look)
    threshold = calibration.threshold if calibration else None
    on_model = values.get("passed")
    known = sources.plan.characters.get(character)
    return CharacterScore(
        character=character,
        name=known.name if known else character,
        colour=sources.colours.get(character, 0),
        look=look,
        identity=number(values, "identity"),
        identity_p05=number(values, "identity_p05"),
        coverage=number(values, "coverage"),
        margin=number(values, "margin"),
        z=number(values, "z"),
        z_p05=number(values, "z_p05"),
        threshold=threshold,
        on_model=on_model if isinstance(on_model, bool) else None,
        absent=verdict_of(None, number(values, "coverage"), str(values.get("judge", "look"))) == "absent",
        calibration=calibration.anchor if calibration else "",
        frames=[
            (number(frame, "t") or 0.0, number(frame, "z") if frame.get("found") else None)
            for frame in values.get("frames") or []
        ],
        covered=sum(bool(frame.get("covered")) for frame in values.get("frames") or []),
        changed=[str(line.get("name")) for line in values.get("traits") or [] if line.get("verdict") == "changed"],
    )


def _frames(
    sources: Sources, shot: Shot, scored: dict[str, Any], scores: list[CharacterScore], most: int, width: int
) -> list[Frame]:
    pictures = list(scored.get("pictures") or [])
    cast = [Wanted(score.character, score.name, score.colour, score.threshold) for score in scores]

    def picture(name: str) -> Callable[[str], Picture]:
        return lambda alt: inline.picture(sources.file(name), alt, width)

    return [
        replace(
            frame(shot.id, shot.seconds, scored, cast, index, picture(pictures[index])),
            things=scenes.boxes(sources, scored, index),
        )
        for index in spread(len(pictures), most)
    ]
