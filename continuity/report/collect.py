"""Gather what the report page shows from a project's files.

Anything absent is named with the stage that makes it (``ReportData.missing``); only the plan must be
there. No clock is read: the same files give the same page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from continuity.plan.schema import Plan
from continuity.records.answered import answered_by, asked_model
from continuity.report import calibrations
from continuity.report.calibrations import number
from continuity.report.cast import character_views, library_view
from continuity.report.data import Headline, ReportData
from continuity.report.drift import drift_views
from continuity.report.episodes import episode_views
from continuity.report.explain import BESIDE, HEADLINES, MEANINGS, NOT_MEASURED, written, written_metric
from continuity.report.shots import shot_views
from continuity.report.sources import Sources, read
from continuity.report.thresholds import threshold_views
from continuity.report.weak import weak_calibrations


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
        stand_ins=_stand_ins(sources),
        answered=_answered(sources),
        headlines=_headlines(sources.metrics, plan),
        weak=[(one.title, one.sentence, one.anchor) for one in weak_calibrations(plan, sources.evidence)],
        episodes=episodes,
        cuts_inlined=inlined,
        characters=character_views(sources, thresholds),
        shots=shots,
        drift=drift_views(sources, shots, thresholds),
        thresholds=threshold_views(sources, shots, thresholds),
        library=library_view(sources),
        metrics=_flat(sources.metrics),
        missing=sources.missing,
    )


def _stand_ins(sources: Sources) -> list[tuple[str, str]]:
    """Who made takes without being a generative model, by the model cards' word."""
    used = {(take.record.get("provider"), take.record.get("model")) for take in sources.takes}
    cards = [card for card in sources.plan.models.values() if (card.provider, card.called) in used and card.stand_in]
    rehearsed = {
        (
            f"{take.record['provider']} (rehearsed)",
            f"a stand-in for {take.record['provider']} on this machine, for nothing",
        )
        for take in sources.takes
        if (take.record.get("request") or {}).get("rehearsed")
    }
    return sorted({(card.provider, card.stand_in) for card in cards} | rehearsed)


def _answered(sources: Sources) -> list[tuple[str, str, str]]:
    """What the services' own word says was made by another model than was asked for, each once."""
    made = [(role, item) for role, item in (sources.library.get("items") or {}).items()]
    made += [(f"{take.shot}, take {take.key[:12]}", take.record) for take in sources.takes]
    return [(name, asked_model(one["request"]), other) for name, one in made if (other := answered_by(one))]


def _facts(sources: Sources) -> list[tuple[str, str]]:
    plan = sources.plan
    seconds = sum(number(cut, "seconds") or 0 for cut in (sources.cuts.get("episodes") or {}).values())
    made = sorted(str(take.record["created_at"])[:10] for take in sources.takes if take.record.get("created_at"))
    cost = number(sources.metrics.get("cost") or {}, "usd")
    if cost is None and sources.takes:
        cost = sum(number(take.record, "cost_usd") or 0 for take in sources.takes)
    rehearsed = number(sources.metrics.get("cost") or {}, "rehearsed_usd")
    spared = number(sources.metrics.get("counts") or {}, "takes_saved")
    saved = number(sources.metrics.get("cost") or {}, "saved_usd")
    facts = [
        ("Episodes", f"{len(plan.series.episodes)}" + (f", {_clock(seconds)}" if seconds else "")),
        ("Shots", str(len(plan.shots))),
        ("Takes", str(len(sources.takes)) + (f", {sources.superseded} superseded" if sources.superseded else "")),
        ("Characters", str(len(plan.characters))),
        ("Cost", f"${cost:.2f}" if cost is not None else ""),
        ("Rehearsed cost", f"${rehearsed:.2f}, not charged" if rehearsed else ""),
        ("Spared", f"{spared:g} takes, as one before passed" + (f", ${saved:.2f}" if saved else "") if spared else ""),
        ("Repairs", _repairs(sources.evidence.get("repairs") or [])),
        ("Takes made", " to ".join(dict.fromkeys([made[0], made[-1]])) if made else ""),
        ("Conditioning", plan.conditioning),
        ("Encoder", str(sources.evidence.get("encoder") or plan.scorer.encoder)),
    ]
    return [(label, value) for label, value in facts if value]


def _repairs(rows: list[dict[str, Any]]) -> str:
    """How many attempts were kept, and what all of them cost."""
    usd = sum(number(row, "price_usd") or 0.0 for row in rows)
    kept = sum(bool(row.get("kept")) for row in rows)
    return f"{kept} of {len(rows)} kept" + (f", ${usd:.2f}" if usd else "") if rows else ""


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
                value, beside = written(number(values, name), meaning.style), _beside(values, name)
                each.append((known.name if known else id, f"{value} ({beside})" if beside else value))
        low, high = number(series, f"{name}_low"), number(series, f"{name}_high")
        interval = ""
        if low is not None and high is not None:
            ends = f"{written(low, meaning.style)} to {written(high, meaning.style)}"
            interval = f"{written(0.95, 'percent')} interval {ends}"
        value = written(number(series, name), meaning.style)
        found.append(Headline(name, meaning.title, value, meaning.sentence, interval, _beside(series, name), each))
    return [h for h in found if h.value != NOT_MEASURED or h.characters or series]


def _beside(values: dict[str, Any], name: str) -> str:
    """The value that a headline is read beside, with its name; empty where there is none."""
    other, said = BESIDE.get(name, ("", ""))
    value = number(values, other)
    return "" if value is None else f"{said} {written_metric(other, value)}"


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
