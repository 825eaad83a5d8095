"""Drift: for each look of each character, scaled identity by shot and by frame."""

from __future__ import annotations

from continuity.report import calibrations, charts
from continuity.report.charts import ShotPoint, Span
from continuity.report.data import Calibration, CharacterScore, Chart, DriftView, ShotView, TakeView
from continuity.report.explain import written
from continuity.report.sources import Sources


def drift_views(sources: Sources, shots: list[ShotView], thresholds: dict[str, Calibration]) -> list[DriftView]:
    """One block per look that any scored take shows, in the plan's order of characters."""
    views = []
    for character in sources.plan.characters.values():
        for look in character.looks:
            seen = [(shot, take, score) for shot in shots for take in _takes(shot)
                    for score in take.scores if score.character == character.id and score.look == look]  # fmt: skip
            if seen:
                name = character.name if len(character.looks) == 1 else f"{character.name}, {look}"
                calibration = calibrations.of(sources, thresholds, character.id, look)
                id = f"{character.id}-{look}"
                colour, place = sources.colours[character.id], calibration.anchor if calibration else ""
                made = _charts(id, name, colour, seen, calibration)
                views.append(DriftView(name, _slope(sources, character.id), colour, made, place))
    return views


def _slope(sources: Sources, character: str) -> str:
    """The Theil–Sen slopes of the character's selects, all looks together, as the metrics have them."""
    values = (sources.metrics.get("characters") or {}).get(character) or {}
    said = []
    for name, how in (("drift_slope", "from shot to shot"), ("recurrence_slope", "for each shot of absence")):
        slope, p = calibrations.number(values, name), calibrations.number(values, f"{name}_p")
        if slope is not None:
            chance = "" if p is None else f" (permutation p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{p:.2f})"
            said.append(f"Scaled identity changes by {written(slope, 'signed')} {how}{chance}.")
    return " ".join(said)


def _takes(shot: ShotView) -> list[TakeView]:
    return [*([shot.select] if shot.select else []), *shot.others]


def _charts(
    id: str,
    name: str,
    colour: int,
    seen: list[tuple[ShotView, TakeView, CharacterScore]],
    calibration: Calibration | None,
) -> list[Chart]:
    threshold = calibration.threshold if calibration else None
    order = list(dict.fromkeys(shot.id for shot, _, _ in seen))
    points = [
        ShotPoint(shot.id, order.index(shot.id), take.key, take.selected, score.z, score.z_p05)
        for shot, take, score in seen
        if score.z is not None
    ]
    spans, clock = [], 0.0
    for shot, take, score in seen:
        if take.selected:
            spans.append(Span(shot.id, clock, shot.seconds, score.frames))
            clock += shot.seconds
    made: list[Chart] = []
    if points:
        title = f"{name}: scaled identity by shot"
        made.append(charts.identity_by_shot(f"{id}-shots", title, colour, order, points, threshold))
    if spans:
        title = f"{name}: scaled identity frame by frame, selects in story order"
        made.append(charts.identity_over_time(f"{id}-frames", title, colour, spans, clock, threshold))
    return made
