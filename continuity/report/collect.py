"""Gather what the report page shows from a project's files.

Anything absent is named with the stage that makes it (``ReportData.missing``); only the plan must be
there. No clock is read: the same files give the same page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from continuity.plan.schema import Plan
from continuity.report import calibrations
from continuity.report.calibrations import number
from continuity.report.cast import character_views, library_view
from continuity.report.data import Headline, ReportData
from continuity.report.drift import drift_views
from continuity.report.episodes import episode_views
from continuity.report.explain import HEADLINES, MEANINGS, NOT_MEASURED, written, written_metric
from continuity.report.shots import shot_views
from continuity.report.sources import Sources, read


def collect(root: Path) -> ReportData:
    """The report of the project at ``root``. Raises ProjectError without a plan or when a file is damaged."""
    sources = read(root)
    thresholds = calibrations.all_of(sources)
    shots = shot_views(sources, thresholds)
    episodes, inlined = episode_views(sources, shots)
    plan = sources.plan
    return ReportData(
        title=plan.series.title,
        logline=plan.series.logline,
        language=plan.series.language,
        facts=_facts(sources),
        encoder=str(sources.evidence.get("encoder") or plan.scorer.encoder),
        conditioning=plan.conditioning,
        puppet=any(take.record.get("provider") == "puppet" for take in sources.takes),
        headlines=_headlines(sources.metrics, plan),
        episodes=episodes,
        cuts_inlined=inlined,
        characters=character_views(sources),
        shots=shots,
        drift=drift_views(sources, shots, thresholds),
        calibrations=list(thresholds.values()),
        library=library_view(sources),
        metrics=_flat(sources.metrics),
        missing=sources.missing,
    )


def _facts(sources: Sources) -> list[tuple[str, str]]:
    plan = sources.plan
    seconds = sum(number(cut, "seconds") or 0 for cut in (sources.cuts.get("episodes") or {}).values())
    made = sorted(str(take.record["created_at"])[:10] for take in sources.takes if take.record.get("created_at"))
    cost = number(sources.metrics.get("cost") or {}, "usd")
    if cost is None and sources.takes:
        cost = sum(number(take.record, "cost_usd") or 0 for take in sources.takes)
    facts = [
        ("Episodes", f"{len(plan.series.episodes)}" + (f", {_clock(seconds)}" if seconds else "")),
        ("Shots", str(len(plan.shots))),
        ("Takes", str(len(sources.takes)) + (f", {sources.superseded} superseded" if sources.superseded else "")),
        ("Characters", str(len(plan.characters))),
        ("Cost", f"${cost:.2f}" if cost is not None else ""),
        ("Takes made", " to ".join(dict.fromkeys([made[0], made[-1]])) if made else ""),
        ("Conditioning", plan.conditioning),
        ("Encoder", str(sources.evidence.get("encoder") or plan.scorer.encoder)),
    ]
    return [(label, value) for label, value in facts if value]


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _headlines(metrics: dict[str, Any], plan: Plan) -> list[Headline]:
    series, characters = metrics.get("series") or {}, metrics.get("characters") or {}
    found = []
    for name in HEADLINES:
        meaning = MEANINGS[name]
        each = []
        for id, values in characters.items():
            if isinstance(values, dict) and number(values, name) is not None:
                known = plan.characters.get(id)
                each.append((known.name if known else id, written(number(values, name), meaning.style)))
        low, high = number(series, f"{name}_low"), number(series, f"{name}_high")
        interval = ""
        if low is not None and high is not None:
            ends = f"{written(low, meaning.style)} to {written(high, meaning.style)}"
            interval = f"{written(0.95, 'percent')} interval {ends}"
        value = written(number(series, name), meaning.style)
        found.append(Headline(name, meaning.title, value, meaning.sentence, interval, each))
    return [h for h in found if h.value != NOT_MEASURED or h.characters or series]


def _flat(metrics: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Every metric with its dotted name, as ``dvc metrics show`` lists them."""
    rows: list[tuple[str, str]] = []
    for name, value in metrics.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{name}.")
        elif value is None:
            rows.append((prefix + name, NOT_MEASURED))
        elif isinstance(value, int) or name not in MEANINGS:
            rows.append((prefix + name, f"{value:g}" if isinstance(value, int | float) else str(value)))
        else:
            rows.append((prefix + name, written_metric(name, float(value))))
    return rows
