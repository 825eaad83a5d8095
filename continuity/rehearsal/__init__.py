"""The rehearsal: services on this machine that speak the real protocols, draw with the puppet and keep the books.

A rehearsed run sends the same requests as a real one, within the same limits, through the same adapters. What it would
cost is counted here, in the servers' own books, so that it can be held against the ledger.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from continuity.plan.schema import Plan


def played(plan: Plan, store: Path) -> AbstractContextManager[Plan]:
    """The plan, with its services played by this machine while the block lasts, when it says that it is a rehearsal."""
    if not (plan.rehearsal and plan.services):
        return nullcontext(plan)
    from continuity.rehearsal.server import rehearsing

    return rehearsing(plan, store)
