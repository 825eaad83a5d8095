"""A take as the page shows it: its request, its frames with the located characters, its scores."""

from __future__ import annotations

from typing import Any

from continuity.plan.schema import Shot
from continuity.report import calibrations, inline
from continuity.report.calibrations import number
from continuity.report.data import Calibration, CharacterScore, Frame, Picture, Sighting, TakeView
from continuity.report.explain import title_of, written_metric
from continuity.report.sources import Sources, TakeFile

OF_CHARACTER = ("wardrobe", "copy_paste")  # beside those that have a column of their own
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
        provider=str(record.get("provider") or request.get("provider") or ""),
        created_at=str(record.get("created_at") or ""),
        cost_usd=number(record, "cost_usd"),
        references=[(str(r.get("role", "")), str(r.get("sha256", ""))) for r in request.get("references") or []],
        **shown,
    )


def _others(scored: dict[str, Any], scores: list[CharacterScore]) -> list[tuple[str, str]]:
    """What was measured besides identity; what could not be measured in this take is left out."""
    measured = [
        (f"{title_of(name)}, {score.name}", name, number(scored["characters"][score.character], name))
        for name in OF_CHARACTER
        for score in scores
    ]
    measured += [(title_of(name), name, number(scored, name)) for name in OF_WHOLE_TAKE]
    return [(title, written_metric(name, value)) for title, name, value in measured if value is not None]


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
    z = number(values, "z")
    on_model = values.get("passed")
    if not isinstance(on_model, bool):
        on_model = None if z is None or threshold is None else z >= threshold
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
        z=z,
        z_p05=number(values, "z_p05"),
        threshold=threshold,
        on_model=on_model,
        frames=[
            (number(frame, "t") or 0.0, number(frame, "z") if frame.get("found") else None)
            for frame in values.get("frames") or []
        ],
    )


def _frames(
    sources: Sources, shot: Shot, scored: dict[str, Any], scores: list[CharacterScore], most: int, width: int
) -> list[Frame]:
    pictures = list(scored.get("pictures") or [])
    shown = []
    for index in spread(len(pictures), most):
        sightings = [_sighting(score, scored["characters"][score.character], index) for score in scores]
        seen = [sighting for sighting in sightings if sighting is not None]
        seconds = _seconds(scored, index, len(pictures), shot.seconds)
        alt = f"{shot.id} at {seconds:.1f} s: " + (", ".join(map(_in_words, seen)) or "nobody looked for")
        shown.append(Frame(_picture(sources, pictures[index], alt, width), seconds, seen))
    return shown


def spread(count: int, most: int) -> list[int]:
    """At most ``most`` indices out of ``count``, evenly spread, each centred in its part."""
    if count <= most:
        return list(range(count))
    return [int((number + 0.5) * count / most) for number in range(most)]


def _picture(sources: Sources, name: str, alt: str, width: int) -> Picture:
    return inline.picture(sources.root / name, alt, width)


def _sighting(score: CharacterScore, values: dict[str, Any], index: int) -> Sighting | None:
    frames = values.get("frames") or []
    if index >= len(frames):
        return None
    frame = frames[index]
    found, z = bool(frame.get("found")), number(frame, "z")
    box = frame.get("box") if found else None
    percent = None
    if box and len(box) == 4:
        left, top, right, bottom = (min(max(float(edge), 0.0), 1.0) * 100 for edge in box)
        percent = (left, top, right - left, bottom - top)
    return Sighting(
        character=score.character,
        name=score.name,
        colour=score.colour,
        found=found,
        identity=number(frame, "identity") if found else None,
        off_model=found and z is not None and score.threshold is not None and z < score.threshold,
        box=percent,
    )


def _seconds(scored: dict[str, Any], index: int, count: int, length: float) -> float:
    for values in (scored.get("characters") or {}).values():
        frames = values.get("frames") or []
        if index < len(frames):
            return number(frames[index], "t") or 0.0
    return length * (index + 0.5) / count


def _in_words(sighting: Sighting) -> str:
    if not sighting.found:
        return f"{sighting.name} not found"
    if sighting.identity is None:
        return f"{sighting.name} found"
    return f"{sighting.name} found, identity {sighting.identity:.2f}{', off model' if sighting.off_model else ''}"
