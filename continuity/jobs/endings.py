"""What an end that is no result means to a person, and what can be done: one sentence for each."""

from __future__ import annotations

import traceback
from pathlib import Path

from continuity.errors import JobFailed
from continuity.jobs.ledger import Entry


def moderated(entry: Entry, said: str) -> str:
    return (
        f"{entry.subject}: {entry.provider} refuses what it says or shows ({said}), and would again: change its words "
        f"or references, or `continuity jobs forget {entry.key[:12]} --yes` to try the same once more"
    )


def expired(entry: Entry, said: str) -> str:
    return (
        f"{entry.subject}: {entry.provider} made it (job {entry.job_id}) and no longer has it ({said}). "
        f"`continuity jobs forget {entry.key[:12]} --yes` lets the next run make, and pay, it again"
    )


def rejected(entry: Entry, inbox: Path) -> str:
    return (
        f"{entry.subject}: {entry.provider} was paid and delivered something else: {entry.message}. What came lies in "
        f"{inbox}. `continuity jobs accept {entry.key[:12]}` takes it as it is; `continuity jobs forget "
        f"{entry.key[:12]} --yes` lets the next run make, and pay, it again"
    )


def defect(subject: str, provider: str, error: Exception) -> JobFailed:
    where = traceback.extract_tb(error.__traceback__)[-1]
    return JobFailed(
        f"{subject}: {provider} ended in a way that it does not foresee: {type(error).__name__}: {error} "
        f"({where.filename}, line {where.lineno}). This is a defect to report; what it may have sent stays in the "
        "ledger, and is not sent again by itself"
    )
