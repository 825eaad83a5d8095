"""Charts as inline SVG: plain strings, coloured by the page's CSS variables, each with its numbers as a table.

Classes used: ``c0``…``c5`` a character's colour, ``off`` off-model, ``axis`` and ``grid`` for the frame,
``rule`` for the threshold. Coordinates are SVG user units; a chart is 720 wide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, floor, log10

from markupsafe import escape

from continuity.report.data import Chart

WIDTH = 720
LEFT, RIGHT, TOP, BOTTOM = 52, 18, 16, 40
LABEL = 58  # room that a shot's id takes
DOT = 6.5  # across
MOST_STACKED = 7  # dots that stand on each other; further ones cover the last


@dataclass(frozen=True)
class ShotPoint:
    """One take; ``z`` and ``worst`` are scaled identity. ``number`` is the shot's place in the story, from 0."""

    shot: str
    number: int
    key: str
    selected: bool
    z: float
    worst: float | None


@dataclass(frozen=True)
class Span:
    """The frames of one select, at seconds of the story: (seconds in the shot, scaled identity where found)."""

    shot: str
    start: float
    seconds: float
    frames: list[tuple[float, float | None]]


def identity_by_shot(
    id: str, title: str, colour: int, shots: Sequence[str], points: Sequence[ShotPoint], threshold: float | None
) -> Chart:
    """Dots per shot in story order: filled for the select, hollow for other takes, a whisker to the worst moment.

    The dashed line is the Theil–Sen fit through the selects, drawn from three shots on.
    """
    axis = _Axis.over([p.z for p in points] + [p.worst for p in points] + [threshold], height=230)
    step = (WIDTH - LEFT - RIGHT) / max(len(shots), 1)
    parts = [axis.frame(), _rule(axis, threshold)]

    def across(number: float) -> float:
        return LEFT + step * (number + 0.5)

    every = ceil(LABEL / step)
    for number, shot in enumerate(shots):
        if number % every == 0:
            parts.append(_text(across(number), axis.bottom + 18, shot, "middle"))
    selects = [point for point in points if point.selected]
    fit = theil_sen([(p.number, p.z) for p in selects])
    if fit:
        slope, intercept = fit
        first, last = selects[0].number, selects[-1].number
        ends = [(across(n), axis.y(axis.clip(intercept + slope * n))) for n in (first, last)]
        parts.append(_path(ends, f"fit c{colour % 6}"))
    for point in points:
        x, y = across(point.number) + (0 if point.selected else min(10, step / 4)), axis.y(point.z)
        worst = point.z if point.worst is None else point.worst
        off = threshold is not None and worst < threshold
        kind = ("dot" if point.selected else "dot other") + (" off" if off else f" c{colour % 6}")
        if point.selected and point.worst is not None:
            parts.append(_line(x, y, x, axis.y(point.worst), f"whisker c{colour % 6}"))
        hint = f"{point.shot}, take {point.key[:12]}{' (select)' if point.selected else ''}: {point.z:.3f}"
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{5 if point.selected else 3.5}" class="{kind}">')
        parts.append(f"<title>{escape(hint)}</title></circle>")
    rows = [[p.shot, p.key[:12], "select" if p.selected else "", f"{p.z:.3f}", _number(p.worst)] for p in points]
    summary = f"{len(selects)} selects in {len(shots)} shots." + (f" Threshold {threshold:.3f}." if threshold else "")
    return _chart(id, title, summary, axis, parts, ["Shot", "Take", "Chosen", "Scaled identity", "Worst moment"], rows)


def identity_over_time(
    id: str, title: str, colour: int, spans: Sequence[Span], seconds: float, threshold: float | None
) -> Chart:
    """Identity frame by frame over the selects in story order; the line breaks where the character is not seen."""
    values = [value for span in spans for _, value in span.frames]
    axis = _Axis.over([*values, threshold], height=190)
    scale = (WIDTH - LEFT - RIGHT) / max(seconds, 1e-6)
    parts = [axis.frame(), _rule(axis, threshold)]
    last_label = -100.0
    for span in spans:
        x = LEFT + span.start * scale
        parts.append(_line(x, TOP, x, axis.bottom, "grid"))
        if x - last_label > LABEL:
            parts.append(_text(x + 2, axis.bottom + 18, span.shot, "start"))
            last_label = x
        run: list[tuple[float, float]] = []
        for at, value in [*span.frames, (0.0, None)]:
            if value is None:
                parts.append(_path(run, f"trace c{colour % 6}") if len(run) > 1 else "")
                run = []
                continue
            point = (LEFT + (span.start + at) * scale, axis.y(value))
            run.append(point)
            off = threshold is not None and value < threshold
            parts.append(f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="2.4" ')
            parts.append(f'class="dot {"off" if off else f"c{colour % 6}"}"/>')
    rows = [[s.shot, f"{s.start + at:.2f}", _number(value)] for s in spans for at, value in s.frames]
    summary = f"{len(rows)} sampled frames in {len(spans)} shots."
    return _chart(id, title, summary, axis, parts, ["Shot", "Story second", "Scaled identity"], rows)


@dataclass(frozen=True)
class Place:
    """One take on the scale of a threshold; a hollow one was not chosen, ``off`` fails whatever its place is."""

    z: float
    hint: str = ""
    hollow: bool = False
    off: bool = False


@dataclass(frozen=True)
class Group:
    """Takes of one kind, in a row of their own: ``kind`` is a class of the style sheet."""

    label: str
    kind: str
    places: list[Place]


def worst_moments(
    id: str, title: str, groups: Sequence[Group], threshold: float | None, floor: float | None, ceiling: float | None
) -> Chart | None:
    """Rows of dots on z, one for each group, a dot a take; dots of one value stand on each other.

    The ruled line is the threshold; thin lines stand at 0 and 1, which are the cosines ``floor`` and ``ceiling``.
    """
    values = [place.z for group in groups for place in group.places]
    if not values:
        return None
    named = [("0, floor", 0.0), ("1, ceiling", 1.0)]
    if threshold is not None:
        named.insert(1, (f"threshold {threshold:.3f}", threshold))
    low, high = (choose([*values, *(at for _, at in named)]) for choose in (min, max))
    pad = max((high - low) * 0.04, 0.01)
    low, high = low - pad, high + pad
    left, top, step = 150, 44, 52
    scale, bottom = (WIDTH - left - RIGHT) / (high - low), top + step * len(groups)
    parts: list[str] = []
    for row, (words, at) in enumerate(named):  # a row for each label, since the three may lie close together
        x, kind = left + (at - low) * scale, "rule" if words.startswith("threshold") else "mark"
        parts.append(_line(x, 8 + row * 12, x, bottom, kind))
        anchor, beside = ("end", -4) if x > WIDTH - 130 else ("start", 4)
        parts.append(_text(x + beside, 14 + row * 12, words, anchor, f"{kind}-label"))
    for number, group in enumerate(groups):
        base = top + step * (number + 1) - 10
        parts.append(_line(left, base + 4, WIDTH - RIGHT, base + 4, "grid"))
        parts.append(_text(0, base - 12, group.label, "start"))
        parts.append(_text(0, base + 1, _counted(group), "start"))
        parts += _stacked(group, base, lambda z: left + (z - low) * scale)
    for tick in _ticks(low, high):
        parts.append(_text(left + (tick - low) * scale, bottom + 16, f"{tick:g}", "middle"))
    rows = [_of_group(group, threshold) for group in groups]
    known = (("threshold", threshold), ("floor at cosine", floor), ("ceiling at cosine", ceiling))
    summary = ", ".join(f"{words} {value:.3f}" for words, value in known if value is not None)
    columns = ["Of whom", "Takes", "Lowest to highest z", "Mean z", "At or above the threshold"]
    return Chart(id, title, _svg(id, title, summary, bottom + 24, parts), columns, rows)


def _stacked(group: Group, base: float, across: Callable[[float], float]) -> Iterator[str]:
    """Dots that would cover each other stand on each other, as many as a row has room for."""
    standing: dict[int, int] = {}
    for place in sorted(group.places, key=lambda one: one.z):
        x = across(place.z)
        height = standing.get(column := round(x / DOT), 0)
        standing[column] = height + 1
        y = base - min(height, MOST_STACKED) * DOT * 0.8
        kind = " ".join(filter(None, ("dot", "other" if place.hollow else "", "off" if place.off else group.kind)))
        hint = f"<title>{escape(place.hint)}</title>" if place.hint else ""
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT / 2 - 0.3:.1f}" class="{kind}">{hint}</circle>'


def _counted(group: Group) -> str:
    return f"{len(group.places)} take{'' if len(group.places) == 1 else 's'}"


def _of_group(group: Group, threshold: float | None) -> list[str]:
    values = [place.z for place in group.places]
    reach = "–" if threshold is None else str(sum(value >= threshold for value in values))
    return [group.label, str(len(values)), _low_high(values), _number(_mean(values)), reach]


def theil_sen(points: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """(slope, intercept) by the medians of pairwise slopes and of residuals; None under three points.

    Sen, P. K. (1968), "Estimates of the regression coefficient based on Kendall's tau".
    """
    if len(points) < 3:
        return None
    slopes = sorted((b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2) if b[0] != a[0])
    if not slopes:
        return None
    slope = _median(slopes)
    return slope, _median(sorted(y - slope * x for x, y in points))


@dataclass(frozen=True)
class _Axis:
    """The vertical axis of a chart: values ``low``…``high`` over the plot's height."""

    low: float
    high: float
    height: int

    @classmethod
    def over(cls, values: Sequence[float | None], height: int) -> _Axis:
        known = [value for value in values if value is not None] or [0.0, 1.0]
        low, high = min(known), max(known)
        pad = max((high - low) * 0.12, 0.02)
        return cls(low - pad, high + pad, height)

    @property
    def bottom(self) -> int:
        return self.height - BOTTOM

    def y(self, value: float) -> float:
        return TOP + (self.high - value) / (self.high - self.low) * (self.bottom - TOP)

    def clip(self, value: float) -> float:
        return min(max(value, self.low), self.high)

    def frame(self) -> str:
        parts = [_line(LEFT, self.bottom, WIDTH - RIGHT, self.bottom, "axis")]
        for tick in _ticks(self.low, self.high):
            parts.append(_line(LEFT, self.y(tick), WIDTH - RIGHT, self.y(tick), "grid"))
            parts.append(_text(LEFT - 8, self.y(tick) + 4, f"{tick:g}", "end"))
        return "".join(parts)


def _chart(
    id: str, title: str, summary: str, axis: _Axis, parts: list[str], columns: list[str], rows: list[list[str]]
) -> Chart:
    return Chart(id, title, _svg(id, title, summary, axis.height, parts), columns, rows)


def _svg(id: str, title: str, summary: str, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {WIDTH} {height}" aria-labelledby="{id}-title {id}-summary">'
        f'<title id="{id}-title">{escape(title)}</title><desc id="{id}-summary">{escape(summary)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _rule(axis: _Axis, threshold: float | None) -> str:
    if threshold is None:
        return ""
    y = axis.y(threshold)
    label = _text(WIDTH - RIGHT, y - 5, f"threshold {threshold:.3f}", "end", "rule-label")
    return _line(LEFT, y, WIDTH - RIGHT, y, "rule") + label


def _line(x0: float, y0: float, x1: float, y1: float, kind: str) -> str:
    return f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" class="{kind}"/>'


def _path(points: Sequence[tuple[float, float]], kind: str) -> str:
    return f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" class="{kind}"/>'


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def _ticks(low: float, high: float) -> list[float]:
    """Round values inside the range, four to eight of them."""
    rough = (high - low) / 5
    power = 10 ** floor(log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough)
    first = ceil(low / step)
    return [round(number * step, 10) for number in range(first, floor(high / step) + 1)]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _low_high(values: Sequence[float]) -> str:
    return f"{min(values):.3f} to {max(values):.3f}" if values else "–"


def _median(ordered: Sequence[float]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
