"""How a DVC stage runs: find the project, read the plan, open the store, do the work, answer errors."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from continuity import temporaries
from continuity.errors import ProjectError
from continuity.files import stay_inside
from continuity.guard import run
from continuity.jobs.store import Store
from continuity.lineage import STAGE, follow_dvc
from continuity.obstacles import heal_rwlock, writing
from continuity.plan.compose import project_root
from continuity.plan.schema import Plan
from continuity.production.consent import check_withdrawn
from continuity.records.plan import load_plan
from continuity.rehearsal import played

# Where stages write.
PLACES = (
    "assets/library", "shots/generated", "shots/transferred", "shots/repaired", "shots/cuts", "reports/evidence",
    "reports/plots",
)  # fmt: skip

Work = Callable[[Path, Plan, Store], object]


def run_stage(*works: Work) -> None:
    """Call each of ``works`` with (root, plan, store), in order, and exit with their status."""

    def main() -> None:
        root = project_root()
        if STAGE in os.environ:  # started by `dvc repro`
            follow_dvc(among=writing(root))
        else:
            with suppress(ProjectError):  # a DVC is at work on it
                heal_rwlock(root)
        temporaries.sweep(root, temporaries.PLACES)
        for place in PLACES:
            stay_inside(root / place)
        plan, store = load_plan(root), Store(project=root)
        check_withdrawn(root, plan)
        with played(plan, store.root) as plan:
            for work in works:
                work(root, plan, store)

    run(main)
