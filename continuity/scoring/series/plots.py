"""The series as tables for ``dvc plots``: one CSV per picture, and the Vega templates that draw them best.

Columns are named as in docs/metrics.md. In dvc.yaml: ``identity.csv`` x: order, y: z, by character; ``drift.csv`` x:
delta_seconds, y: cosine; ``recurrence.csv`` x: gap, y: z; ``calibration.csv`` x: z, y: share, by kind.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from continuity.files import write_text
from continuity.plan.schema import Plan
from continuity.scoring.calibration.anchors import Anchors
from continuity.scoring.series.summary import recurrence_gaps
from continuity.scoring.takes.result import TakeScore

BIN = 0.05  # width of the calibration histogram's bins, in z


def write_plots(
    folder: Path, plan: Plan, scores: Sequence[TakeScore], selects: Mapping[str, str], anchors: Anchors
) -> list[Path]:
    """Write identity.csv, drift.csv, recurrence.csv and calibration.csv into ``folder``; returns their paths."""
    chosen = [score for score in scores if selects.get(score.shot) == score.key]
    tables = {
        "identity": _identity(plan, chosen, anchors),
        "drift": _drift(chosen),
        "recurrence": _recurrence(plan, chosen),
        "calibration": _calibration(anchors),
    }
    columns = {
        "identity": ["order", "shot", "character", "identity", "identity_p05", "z", "coverage", "margin", "threshold"],
        "recurrence": ["character", "gap", "shot", "z", "identity"],
        "drift": ["character", "delta_seconds", "cosine", "movement", "takes"],
        "calibration": ["subject", "kind", "z", "share"],
    }
    paths = []
    for name, rows in tables.items():
        path = folder / f"{name}.csv"
        _write(path, columns[name], rows)
        paths.append(path)
    return paths


def _identity(plan: Plan, chosen: Sequence[TakeScore], anchors: Anchors) -> list[dict[str, Any]]:
    ordered = sorted(chosen, key=lambda score: plan.shots[score.shot].order)
    return [
        {
            "order": plan.shots[score.shot].order,
            "shot": score.shot,
            "character": id,
            "identity": character.identity,
            "identity_p05": character.identity_p05,
            "z": character.z,
            "coverage": character.coverage,
            "margin": character.margin,
            "threshold": anchors.subjects[character.subject].threshold,
        }
        for score in ordered
        for id, character in score.characters.items()
    ]


def _drift(chosen: Sequence[TakeScore]) -> list[dict[str, Any]]:
    """Mean over takes per character and half second."""
    gathered: dict[tuple[str, float], list[tuple[float, float]]] = {}
    for score in chosen:
        for id, character in score.characters.items():
            for seconds, cosine in character.drift_curve:
                gathered.setdefault((id, round(seconds * 2) / 2), []).append((cosine, score.movement))
    return [
        {
            "character": id,
            "delta_seconds": seconds,
            "cosine": sum(cosine for cosine, _ in values) / len(values),
            "movement": sum(amount for _, amount in values) / len(values),
            "takes": len(values),
        }
        for (id, seconds), values in sorted(gathered.items())
    ]


def _recurrence(plan: Plan, chosen: Sequence[TakeScore]) -> list[dict[str, Any]]:
    order = [shot.id for shot in sorted(plan.shots.values(), key=lambda shot: shot.order)]
    characters = {(id, score.shot): character for score in chosen for id, character in score.characters.items()}
    return [
        {"character": id, "gap": gap, "shot": shot, "z": character.z, "identity": character.identity}
        for (id, shot), gap in sorted(recurrence_gaps(order, chosen).items(), key=lambda one: (one[0][0], one[1]))
        if (character := characters[id, shot]).z is not None
    ]


def _calibration(anchors: Anchors) -> list[dict[str, Any]]:
    """Histograms of the calibration pairs."""
    rows = []
    for subject, anchor in anchors.subjects.items():
        for kind, values in (("same", anchor.same), ("different", anchor.different)):
            bins = [math.floor(value / BIN) for value in values]
            for index in sorted(set(bins)):
                share = bins.count(index) / len(bins)
                rows.append({"subject": subject, "kind": kind, "z": (index + 0.5) * BIN, "share": share})
    return rows


def _write(path: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()})
    write_text(path, buffer.getvalue())
