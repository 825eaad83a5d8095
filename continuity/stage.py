"""How a DVC stage runs: find the project, read the plan, open the store, do the work, answer errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from continuity.cli.guard import run
from continuity.jobs.store import Store
from continuity.plan.compose import project_root
from continuity.plan.schema import Plan, load_plan

Work = Callable[[Path, Plan, Store], object]


def run_stage(work: Work) -> None:
    """Call ``work(root, plan, store)`` and exit with its status."""

    def main() -> None:
        root = project_root()
        work(root, load_plan(root), Store())

    run(main)
