"""``continuity ablation``: what the references are worth, in one command and on one page."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from continuity.cli.compare import told
from continuity.comparison import words
from continuity.comparison.ablation import PAGE, Ablation, Condition, prepare, sides
from continuity.comparison.compared import compared
from continuity.comparison.page import check_free, write_page
from continuity.errors import ProjectError
from continuity.files import shown
from continuity.plan.compose import project_root

KICKER = "References on against off"
LEAD = (
    "The same shots by the same seeds, with reference pictures and from words alone. Of each shot the best take as it "
    "was generated, before any transfer or repair."
)


def run(args: argparse.Namespace) -> None:
    root = project_root()
    page = root / PAGE if args.file is None else args.file
    check_free(page)
    ablation = prepare(root)
    for line in _announced(ablation):
        _say(line)
    if ablation.stops:
        raise ProjectError("; ".join(ablation.stops))
    if args.plan:
        return
    commits = {}
    for condition in ablation.conditions:
        if condition.commit is None:
            _say(f"\n{condition.name}: making the experiment {condition.experiment}")
        commits[condition.name] = ablation.make(condition)
    references, words_alone = sides(ablation, commits)
    found = compared(references, words_alone)
    experiments = {one.name: one.experiment for one in ablation.conditions}
    if args.json:
        print(json.dumps({"experiments": experiments, **found.to_json()}, indent=1))
    else:
        print(f"{words.worth(found)}\n\n{told(found)}")
    write_page(page, references, words_alone, found, KICKER, f"{words.worth(found)} {LEAD}")
    _say(f"page: {_named(page, root)}")


def _announced(ablation: Ablation) -> list[str]:
    """What will be made and its price, before anything is."""
    lines = [line for condition in ablation.conditions for line in _of(condition)]
    if any(condition.commit is None for condition in ablation.conditions):
        budget = ablation.conditions[0].plan.budget.max_usd
        lines.append(f"what both need is made once; nothing is sent that could go over budget.max_usd ${budget:.2f}")
        if ablation.experiments.changed:
            lines.append("changes that are not committed are part of both")
    return lines


def _of(condition: Condition) -> list[str]:
    if condition.found is None:
        return [f"{condition.name:12} is there: {condition.experiment}"]
    rows, plan = condition.found.rows.values(), condition.plan
    price = sum(row.price_usd for row in rows)
    line = (
        f"{condition.name:12} to make: {sum(row.new for row in rows)}, for ${price:.2f}; reused: "
        f"{sum(row.reused for row in rows)}"
    )
    if more := plan.estimate.further_takes_at_most + plan.estimate.repair_at_most:
        line += f"; further takes and repair at most ${more:.2f} more"
    return [line]


def _named(page: Path, root: Path) -> str:
    return shown(page.relative_to(root)) if page.is_relative_to(root) and Path.cwd() == root else shown(page)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
