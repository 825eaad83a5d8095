"""Selection: the take of each shot that is cut, and the numbers of the series that follow from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from continuity.errors import ProjectError
from continuity.files import write_json, write_text
from continuity.jobs.store import Store
from continuity.plan.schema import Pick, Plan
from continuity.records.evidence import EVIDENCE_MADE_BY, read_evidence
from continuity.scoring.calibration.anchors import Anchors
from continuity.scoring.series.plots import write_plots
from continuity.scoring.series.summary import summarise
from continuity.scoring.takes.result import TakeScore
from continuity.scoring.takes.select import choose

EVIDENCE = Path("reports") / "evidence" / "evidence.json"


def select(root: Path, plan: Plan, store: Store) -> None:
    """Choose the selects from the evidence and the picks; write them, the metrics, the rows and the plots.

    Reads no clip and scores nothing, so that a pick costs a second. Raises ConfigError for a pick that names no take.
    """
    evidence = read_evidence(root / EVIDENCE)
    takes = {(take["shot"], take["key"]): take for take in evidence["takes"]}
    with of_this_version(root / EVIDENCE, f"run `{EVIDENCE_MADE_BY}` again"):
        scores = [TakeScore.from_json(take) for take in evidence["takes"]]
        anchors = Anchors.from_json(evidence["encoder"], evidence["calibration"])
    refused = {row["after"] for row in evidence["repairs"] if not row["kept"]}
    selects: dict[str, dict[str, Any]] = {}
    for name, shot in plan.shots.items():
        # A driving clip is not a candidate where it was transferred.
        shown = [s for s in scores if s.shot == name and not (shot.transfer and s.folder == "generated")]
        choice = choose(name, shown, plan.picks.get(name, Pick()), refused)
        chosen = takes[name, choice.key]
        selects[name] = {
            **{key: chosen[key] for key in ("key", "folder", "clip", "sha256", "seconds")},
            "reason": choice.reason,
        }
    keys = {shot: chosen["key"] for shot, chosen in selects.items()}
    summary = summarise(plan, scores, keys)
    for character, others in evidence["distinctiveness"].items():
        known = [margin for margin in others.values() if margin is not None]
        summary.metrics["characters"].get(character, {})["distinctiveness"] = min(known, default=None)
    saved = _saved(plan, scores)
    counts = {
        "shots": len(plan.shots),
        "takes": len(scores),
        "takes_per_selected_shot": round(len(scores) / len(selects), 2) if selects else 0,
        "takes_saved": sum(saved.values()),
        "repaired": sum(score.folder == "repaired" for score in scores),
    }
    saved_usd = round(sum((plan.shots[shot].whole_price_usd * number for shot, number in saved.items()), 0.0), 4)
    cost = {**_cost(evidence, len(selects)), "saved_usd": saved_usd}
    reports = root / "reports"
    write_json(root / "shots" / "selects.json", {"shots": selects})
    write_plots(reports / "plots", plan, scores, keys, anchors)
    _write_rows(reports / "scores.csv", summary.rows)
    write_json(reports / "metrics.json", {**summary.metrics, "cost": cost, "counts": counts})
    _say(scores, keys)


def _saved(plan: Plan, scores: list[TakeScore]) -> dict[str, int]:
    """By shot, the takes that it might have had and was spared, as one before them passed."""
    shown = {id: "transferred" if shot.transfer else "generated" for id, shot in plan.shots.items()}
    made = Counter(score.shot for score in scores if score.folder == shown[score.shot])
    return {id: shot.at_most - made[id] for id, shot in plan.shots.items() if made[id] < shot.at_most}


def _cost(evidence: dict[str, Any], shots: int) -> dict[str, float | None]:
    """Money really charged, what a rehearsal would have cost, and both together for each shot in the cut."""
    usd, rehearsed = evidence["cost_usd"], evidence.get("rehearsed_usd", 0.0)
    each = round((usd + rehearsed) / shots, 4) if shots else None
    return {"usd": usd, "rehearsed_usd": rehearsed, "per_selected_shot_usd": each}


@contextmanager
def of_this_version(name: Path | str, way_out: str) -> Iterator[None]:
    """Evidence that is sound in itself, and holds more or less than the scores of this version: a ProjectError."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise ProjectError(f"{name} was written by another version of Continuity ({error}); {way_out}") from None


def _write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    import pandas

    write_text(path, pandas.DataFrame(rows).to_csv(index=False))


def _say(scores: list[TakeScore], keys: dict[str, str]) -> None:
    """The verdict in a line, and a line for each select that is off-model."""
    chosen = [one for one in scores if keys.get(one.shot) == one.key]
    off = [one for one in chosen if one.passed is False]
    print(f"select: {len(chosen)} shots, {len(chosen) - len(off)} selects on model, {len(off)} off model")
    for one in off:
        failing = {id: character.verdict for id, character in one.characters.items() if character.passed is False}
        said = [
            f"{', '.join(id for id, word in failing.items() if word == verdict)} {verdict}"
            for verdict in dict.fromkeys(failing.values())
        ]
        print(f"  {one.shot} {one.key[:12]}: {'; '.join(said) or 'the scene fails'}")
