"""Making what is missing, and nothing else: request → key → store → ledger → provider → check → store."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from continuity.errors import (
    BudgetExceeded,
    ContinuityError,
    JobFailed,
    OutcomeUnknown,
    ResultRejected,
    StoreError,
    could_not,
)
from continuity.executor import stopping, unordered
from continuity.jobs.ledger import Ledger, now
from continuity.jobs.store import Store, Stored
from continuity.jobs.workspace import recorded_keys
from continuity.plan.schema import Executor
from continuity.providers import provider_named
from continuity.providers.base import Job, Provider
from continuity.request import Request

POLL_SECONDS = 2.0
GIVE_UP_SECONDS = 1800.0  # an unrecognised state is "not finished yet", but not for ever


@dataclass(frozen=True)
class Wanted:
    """A request with the dollars it costs when it has to be made."""

    request: Request
    price_usd: float = 0.0


def check_budget(root: Path, to_make: Sequence[Wanted], keys: Iterable[str], store: Store, budget_usd: float) -> None:
    """Raise BudgetExceeded when the project's spending so far plus what is missing passes the ceiling.

    Spending is what the ledger holds under ``keys`` and under every key that the workspace at ``root`` records,
    superseded takes included: the ceiling is for all stages and revisions of the project together.
    """
    price = sum(item.price_usd for item in to_make)
    if price == 0:
        return
    spent = Ledger(store.root / "ledger.sqlite").spent({*keys, *recorded_keys(root)})
    if spent + price > budget_usd + 1e-9:
        dearest = max(to_make, key=lambda item: item.price_usd)
        raise BudgetExceeded(
            f"{len(to_make)} results are missing and would cost ${price:.2f} after ${spent:.2f} spent on this project, "
            f"over budget.max_usd ${budget_usd:.2f}; nothing was sent. Raise budget.max_usd in params.yaml, lower "
            f"`takes`, or choose a cheaper model (the dearest is {dearest.request.subject} with "
            f"{dearest.request.model}, ${dearest.price_usd:.2f})"
        )


def make_all(
    root: Path,
    wanted: Sequence[Wanted],
    store: Store,
    executor: Executor,
    budget_usd: float,
    made: Callable[[Stored], object],
    title: str,
) -> dict[str, Stored]:
    """Every wanted result by key, made or reused; ``made`` hears of each one as soon as it is there.

    Nothing is sent before every request has been found acceptable to its provider and within the
    budget. A crash loses at most the results in the making; a failed one does not stop the others:
    the first failure is raised after the rest has been kept.
    """
    from continuity.jobs.progress import progress

    by_key = {item.request.key: item for item in wanted}
    done: dict[str, Stored] = {}
    to_make = []
    for key, item in by_key.items():
        if stored := store.find(key):
            done[key] = stored
            made(stored)
        else:
            provider_named(item.request.provider).refuse(item.request)
            to_make.append(item)
    remarks = {
        f"{i.request.subject}: {said}"
        for i in to_make
        for said in provider_named(i.request.provider).remarks(i.request)
    }
    for remark in sorted(remarks):
        print(f"note {remark}")
    check_budget(root, to_make, by_key, store, budget_usd)
    failures: list[ContinuityError] = []
    with progress(title, total=len(by_key), done=len(done)) as advance:
        for name in dict.fromkeys(item.request.provider for item in to_make):
            batch = [item for item in to_make if item.request.provider == name]
            limit = provider_named(name).max_concurrent
            for _, outcome in unordered(partial(_fulfil_or_error, root=store.root), batch, executor, limit):
                if isinstance(outcome, ContinuityError):
                    failures.append(outcome)
                else:
                    done[outcome.key] = outcome
                    made(outcome)
                advance()
    if failures:
        kept = f" ({len(done)} of {len(by_key)} results are there and kept)" if done else ""
        raise type(failures[0])(f"{failures[0]}{kept}")
    return done


def _fulfil_or_error(item: Wanted, root: Path) -> Stored | ContinuityError:
    """Errors travel back as values, so that one failed take does not drop its neighbours."""
    try:
        return fulfil(item, Store(root))
    except ContinuityError as error:
        return error
    except OSError as error:  # a full disk stops this one; its neighbours may still fit
        return StoreError(f"{item.request.subject}: {could_not(error)}")


def fulfil(item: Wanted, store: Store) -> Stored:
    """Make one result, or take over where an earlier run was interrupted. One process per key at a time."""
    from filelock import FileLock

    request = item.request
    with FileLock(store.root / "locks" / f"{request.key}.lock"):
        if stored := store.find(request.key):
            return stored
        ledger = Ledger(store.root / "ledger.sqlite")
        provider = provider_named(request.provider)
        row, job = _submitted(request, item.price_usd, provider, ledger)
        job = _wait(request, provider, job, partial(ledger.update, row))
        folder = store.scratch()
        try:
            path = provider.download(request, job, folder)
            facts = check_result(request, path)
            cost = _cost(job, item)
            stored = store.add(
                folder,
                path,
                {
                    "key": request.key,
                    "request": request.canonical(),
                    "provider": request.provider,
                    "model": request.model,
                    "job_id": job.id,
                    "cost_usd": cost,
                    "created_at": now(),
                    **facts,
                },
            )
        except ResultRejected as error:
            if provider.charges:
                kept = store.keep_rejected(folder, request.key)
                ledger.update(row, "rejected", replace(job, cost_usd=_cost(job, item)), str(error))
                raise ResultRejected(f"{error}; what came, and was paid for, lies in {kept}") from error
            shutil.rmtree(folder, ignore_errors=True)
            ledger.update(row, "failed", job, str(error))
            raise
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            # A job that was interrupted, or found no room, stays open: a rerun takes it over and pays nothing.
            if isinstance(error, ContinuityError) and not isinstance(error, StoreError):
                ledger.update(row, "failed", job, str(error))
            raise
        ledger.update(row, "succeeded", Job(job.id, "succeeded", cost, details=job.details))
        return stored


def _cost(job: Job, item: Wanted) -> float:
    """Dollars as the provider reports them, else the card's price."""
    return job.cost_usd if job.cost_usd is not None else item.price_usd


def _submitted(request: Request, price_usd: float, provider: Provider, ledger: Ledger) -> tuple[int, Job]:
    """The running job for this request: an earlier run's, if one is open, else a new submission."""
    entry = ledger.open_or_rejected(request.key)
    if entry and entry.state == "rejected":
        raise ResultRejected(
            f"{request.subject}: {request.provider} was paid for this request at {entry.created_at} and delivered "
            "something else, which `results/` in the store keeps; asking again would be paid again, so change the "
            "shot's seed or prompt first"
        )
    if entry and entry.job_id:
        return entry.id, Job(entry.job_id, "running", entry.cost_usd, details=entry.details)
    if entry and provider.charges:
        raise OutcomeUnknown(
            f"{request.subject}: a request was sent to {request.provider} at {entry.created_at} and its answer was "
            f"lost, so it may have been billed. Look it up at {request.provider}; to send it again on purpose, "
            "change the shot's seed"
        )
    row = entry.id if entry else ledger.begin(request, price_usd)
    try:
        job = provider.submit(request)
    except OutcomeUnknown:  # the row stays open, and keeps the next run from paying again
        raise
    except ContinuityError as error:
        ledger.update(row, "failed", message=str(error))
        raise
    ledger.update(row, "submitted", job)
    return row, job


def _wait(request: Request, provider: Provider, job: Job, record: Callable[..., None]) -> Job:
    """Poll until the job has ended. Raises JobFailed when it ended badly, or has not ended in time.

    A job that merely takes too long stays open in the ledger, so that a rerun waits for it and does
    not pay for another.
    """
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while job.state not in ("succeeded", "failed", "moderated", "cancelled", "expired"):
        if time.monotonic() > deadline:
            raise JobFailed(
                f"{request.subject}: {request.provider} job {job.id} has not ended after "
                f"{GIVE_UP_SECONDS / 60:.0f} minutes; run again to go on waiting"
            )
        if stopping():
            raise JobFailed(
                f"{request.subject}: {request.provider} goes on with job {job.id}; run again to wait for it"
            )
        time.sleep(POLL_SECONDS)
        job = provider.poll(request, job)
    if job.state != "succeeded":
        record("failed", job, job.message)
        raise JobFailed(
            f"{request.subject}: {request.provider} job {job.id} ended as {job.state}: "
            f"{job.message or 'no reason given'}"
        )
    return job


def check_result(request: Request, path: Path) -> dict[str, Any]:
    """Decode what came and compare it with what was asked; the facts go into the record.

    Raises ResultRejected. Without this an empty answer would be saved as a take and called done.
    """
    try:
        return _facts(request, path)
    except ResultRejected as error:
        what = str(error).removeprefix(f"{path}: ")
        raise ResultRejected(f"{request.subject}: the answer of {request.model}: {what}") from error


def _facts(request: Request, path: Path) -> dict[str, Any]:
    from continuity.media import check

    if request.kind == "image":
        width, height = check.check_picture(path, request.resolution)
        return {"resolution": [width, height]}
    if request.kind == "voice":
        return {"seconds": round(check.check_sound(path), 3)}
    assert request.seconds and request.resolution and request.fps
    probe = check.check_clip(
        path,
        seconds=request.seconds,
        resolution=request.resolution,
        fps=request.fps,
        audio=request.provider != "footage",
    )
    return {"seconds": round(probe.seconds, 3), "resolution": [probe.width, probe.height], "fps": request.fps}
