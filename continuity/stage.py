"""How a DVC stage runs: find the project, read the plan, open the store, do the work, answer errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from continuity import temporaries
from continuity.errors import LeftAtService, ProjectError
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

DETACH = "--detach"

Work = Callable[[Path, Plan, Store], object]


def run_stage(*works: Work) -> None:
    """Call each of ``works`` with (root, plan, store), in order, and exit with their status."""
    run(partial(do, *works))


def do(*works: Work) -> None:
    """Call each of ``works`` with (root, plan, store), in order. Says what was left with its services, and ends there.

    Raises what they raise; LeftAtService where DVC runs them, which must not take the stage for done.
    """
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
            try:
                work(root, plan, store)
            except LeftAtService as left:
                if STAGE in os.environ:
                    raise
                print(left)
                return


def leaving(work: Callable[..., object]) -> Work:
    """``work`` as it is; with ``--detach`` among the stage's words, so that it sends and does not wait."""
    return partial(work, detached=True) if DETACH in sys.argv[1:] else work
