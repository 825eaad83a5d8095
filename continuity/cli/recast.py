"""``continuity recast SHOT… --model CARD``: shots on another model, and how they drifted from their takes before."""

from __future__ import annotations

import argparse
import json
import sys

from continuity.cli.compare import told
from continuity.comparison.recast import Recast, prepare
from continuity.jobs.store import Store
from continuity.plan.compose import project_root
from continuity.plan.picks import picks_file


def run(args: argparse.Namespace) -> None:
    root = project_root()
    recast = prepare(root, args.shots, args.of, args.model, Store(project=root))
    for line in _announced(recast):
        print(line, file=sys.stderr, flush=True)
    found = recast.make() if args.yes else None
    if not args.yes:
        print("nothing was made or written; add --yes to do it", file=sys.stderr)
    if args.json:
        rows = [{"what": row.what, "new": row.new, "price_usd": round(row.price_usd, 4)} for row in recast.rows]
        whole = {"card": recast.card, "shots": recast.shots, "rows": rows, "price_usd": recast.price_usd}
        compared = found.to_json() if found else None
        print(json.dumps({**whole, "made": args.yes, "comparison": compared}, indent=1, ensure_ascii=False))
    elif found is not None:
        print(told(found))
    elif args.yes:
        print("nothing of these shots had been scored before, so there is nothing to compare them with")


def _announced(recast: Recast) -> list[str]:
    """What will be made and its price, before anything is."""
    plan = recast.plan
    lines = [f"{row.what:28} {row.new:>4} new {row.price_usd:>8.2f}$  {row.model}" for row in recast.rows]
    more = plan.estimate.further_takes_at_most + plan.estimate.repair_at_most
    beside = f"; further takes and repair at most ${more:.2f} more" if more else ""
    lines.append(f"to make: ${recast.price_usd:.2f}{beside}; budget.max_usd ${plan.budget.max_usd:.2f}")
    lines.append(f"{recast.file} will say `model: {recast.card}`; the takes that are there stay, here and in the store")
    picked = [id for id in recast.shots if (pick := plan.picks.get(id)) and pick.selected]
    file = picks_file(plan.series.id)
    return [*lines, *(f"{id}: its picked take stays in the cut until {file} says another" for id in picked)]
