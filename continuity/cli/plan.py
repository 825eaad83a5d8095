"""``continuity plan``: each shot new or reused, and the price, before anything is sent."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from continuity.cli import plan_prompt
from continuity.cli.beforehand import remarks, stops
from continuity.errors import ProjectError
from continuity.jobs.store import Store
from continuity.plan.compose import compose, project_root
from continuity.plan.schema import Chosen, Plan
from continuity.production.making import Row
from continuity.production.survey import survey
from continuity.production.transfer import row_of
from continuity.production.undrawn import not_drawn, sentence


def run(args: argparse.Namespace) -> None:
    root = project_root()
    if args.prompt or args.shot or args.model:
        if not (args.prompt and args.shot):
            raise ProjectError("what would be sent is shown for one shot: `continuity plan SHOT --prompt`")
        plan_prompt.run(root, args)
        return
    plan = compose(root)
    found = survey(root, plan, Store(project=root))
    rows = _in_story_order(plan, found.rows)
    chosen = _chosen(plan)
    stopping, remarked = stops(root, plan, found), remarks(root, plan, found)
    unheard = not_drawn(plan)
    price = sum(row.price_usd for row in rows)
    if args.json:
        whole = {
            "rows": [
                {
                    **asdict(row),
                    "price_usd": round(row.price_usd, 4),
                    "chosen": dict(chosen.get(row.what) or ()) or None,
                }
                for row in rows
            ],
            "price_usd": round(price, 4),
            "budget_usd": plan.budget.max_usd,
            "further_takes_at_most_usd": plan.estimate.further_takes_at_most,
            "repair_at_most_usd": plan.estimate.repair_at_most,
            "stops": stopping,
            "remarks": remarked,
            "not_drawn": [remark.model_dump() for remark in unheard],
        }
        print(json.dumps(whole, indent=1, ensure_ascii=False))
        return
    print(f"{plan.series.title}: {len(plan.shots)} shots, conditioning {plan.conditioning}\n")
    print(f"{'what':28} {'new':>4} {'reused':>7} {'price':>8}  model")
    for row in rows:
        because = f"{one.by}: {one.reason}" if (one := chosen.get(row.what)) else ""
        note = "".join(f"  {said}" for said in (because, row.note) if said)
        print(f"{row.what:28} {row.new:>4} {row.reused:>7} {row.price_usd:>7.2f}$  {row.model}{note}")
    print(f"\nto make: {sum(row.new for row in rows)}, for ${price:.2f}; budget.max_usd ${plan.budget.max_usd:.2f}")
    if more := sum(shot.at_most - shot.takes for shot in plan.shots.values()):
        print(f"further takes, where none passes: at most {more}, for ${plan.estimate.further_takes_at_most:.2f} more")
    if plan.estimate.repair_at_most:
        print(f"repair, of takes that score off-model: at most ${plan.estimate.repair_at_most:.2f} more")
    for stop in stopping:
        print(f"`dvc repro` will stop: {stop}")
    for said in remarked:
        print(f"note {said}")
    for remark in plan.lint:
        words = f" (delete: {', '.join(repr(word) for word in remark.delete)})" if remark.delete else ""
        print(f"lint {remark.shot}: {remark.message}{words}")
    for undrawn in unheard:
        print(sentence(undrawn))


def _chosen(plan: Plan) -> dict[str, Chosen]:
    """By row, why its model was chosen, where there was a choice."""
    found = {row_of(shot): shot.transfer.chosen for shot in plan.shots.values() if shot.transfer}
    found |= {shot.id: shot.chosen for shot in plan.shots.values()}
    return {row: chosen for row, chosen in found.items() if chosen}


def _in_story_order(plan: Plan, rows: dict[str, Row]) -> list[Row]:
    """Library and lines as they were met, then each shot with its transfer under it."""
    of_shots = [name for shot in plan.shots for name in rows if name == shot or name.startswith(f"{shot} → ")]
    return [rows[name] for name in rows if name not in of_shots] + [rows[name] for name in of_shots]
