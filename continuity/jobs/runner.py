"""Making what is missing, and nothing else: what is in the store is reused, the rest is made here or at services.

Local rendering goes to the executor's processes; jobs at services run beside it, all services at once.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from continuity.errors import BudgetExceeded, ConfigError, ContinuityError, LeftAtService, ModelEnded
from continuity.executor import stopping, unordered
from continuity.jobs.consent import check_consent
from continuity.jobs.hosted import HostedJobs, Outcome
from continuity.jobs.ledger import Ceiling, Ledger
from continuity.jobs.local import make_or_error
from continuity.jobs.progress import Told, progress
from continuity.jobs.store import Store, Stored
from continuity.jobs.wanted import Wanted
from continuity.lineage import run_id
from continuity.plan.schema import Budget, Executor, Service
from continuity.providers import provider_named
from continuity.providers.base import HostedProvider, LocalProvider

LOOK_SECONDS = 0.5  # between looks at whether the jobs at services still live


@dataclass(frozen=True)
class Terms:
    """On what terms a stage has things made: with which processes, for which series, within which budget, where.

    ``known`` gives the keys that the project has on record; those that the ledger cannot name a series for count too.
    ``detached``: clips are asked of their services and not waited for.
    """

    executor: Executor
    budget: Budget
    series: str = ""
    services: Mapping[str, Service] = field(default_factory=dict)
    known: Callable[[], set[str]] = set
    rehearsed: bool = False
    detached: bool = False


def check_budget(to_make: Sequence[Wanted], store: Store, terms: Terms) -> Ceiling | None:
    """Raise BudgetExceeded when the series' spending so far plus what is missing passes a ceiling.

    Spending is what the ledger holds for the series, superseded, rejected and lost takes included: a ceiling is for all
    stages, revisions, copies and runs together. A job that is open already is in that sum. Returns the ceiling, which
    each submission is held to again; None when nothing costs.
    """
    if not any(item.price_usd for item in to_make):
        return None
    ledger = Ledger(store.root / "ledger.sqlite")
    budget = terms.budget
    ceiling = Ceiling(
        budget.max_usd, budget.per_episode_usd, budget.per_shot_usd, budget.per_run_usd,
        frozenset({*terms.known(), *(item.request.key for item in to_make)}),
    )  # fmt: skip
    new = [item for item in to_make if item.price_usd and not ledger.held(item.request.key)]
    missing = sum(item.price_usd for item in new)
    spent = ledger.spent(terms.series, ceiling.known, terms.rehearsed)
    if new and spent + missing > ceiling.usd + 1e-9:
        dearest = max(new, key=lambda item: item.price_usd)
        raise BudgetExceeded(
            f"{len(new)} results are missing and would cost ${missing:.2f} after ${spent:.2f} spent on this series, "
            f"over budget.max_usd ${ceiling.usd:.2f}; nothing was sent. Raise budget.max_usd in params.yaml, lower "
            f"`takes`, or choose a cheaper model (the dearest is {dearest.request.subject} with "
            f"{dearest.request.model}, ${dearest.price_usd:.2f})"
        )
    return ceiling


def check_makes(item: Wanted) -> None:
    """Raise RequestRefused where its provider does not take a request, or this machine cannot make it."""
    provider = provider_named(item.request.provider)
    provider.refuse(item.request)
    if isinstance(provider, LocalProvider):
        provider.check_machine(item.request)


def check_ended(to_make: Sequence[Wanted], store: Store) -> None:
    """Raise ModelEnded where something would be sent to a model that has ended. What a service has is still fetched."""
    asked = [item for item in to_make if item.ended]
    if not asked:
        return
    ledger = Ledger(store.root / "ledger.sqlite")
    new = [item for item in asked if not ledger.is_away(item.request.key)]
    if new:
        missing: dict[str, list[str]] = {}
        for item in new:
            missing.setdefault(item.ended, []).append(item.request.subject)
        raise ModelEnded(none_sent(missing))


def none_sent(missing: Mapping[str, Sequence[str]]) -> str:
    """What is missing, by what is said of its ended model, and the ways out."""
    told = [f"{_listed(list(dict.fromkeys(names)))} would be new: {said}" for said, names in missing.items()]
    return (
        f"{'. '.join(told)}. Nothing was sent. Choose another card (`model:` of the shot, conf/models/), or go back to "
        "the words and pictures that its takes were made from (`git diff conf`; `continuity takes import --rev REV` "
        "brings back those of another revision)"
    )


def _listed(names: Sequence[str], most: int = 4) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def make_all(
    wanted: Sequence[Wanted],
    store: Store,
    terms: Terms,
    made: Callable[[Stored], object],
    title: str,
    reused: int = 0,
) -> dict[str, Stored]:
    """Every wanted result by key, made or reused; ``made`` hears of each one as soon as it is there.

    ``reused`` counts what the caller had already, for the progress bar.

    Nothing is sent before every request has been found acceptable to its provider and within the
    budget. A crash loses at most the results in the making; a failed one does not stop the others:
    the first failure is raised after the rest has been kept. Raises LeftAtService where the terms are not to wait and
    something is still being made.
    """
    by_key = {item.request.key: item for item in wanted}
    done: dict[str, Stored] = {}
    to_make = []
    for key, item in by_key.items():
        if stored := store.find(key):
            done[key] = stored
            made(stored)
        else:
            check_makes(item)
            to_make.append(item)
    check_ended(to_make, store)
    check_consent(to_make, store, terms.services, terms.series)
    ceiling = check_budget(to_make, store, terms)
    failures: list[ContinuityError] = []
    with progress(title, total=len(by_key) + reused, done=len(done) + reused) as told:
        for outcome in _outcomes(to_make, store, terms, ceiling, told):
            if isinstance(outcome, ContinuityError):
                failures.append(outcome)
            else:
                done[outcome.key] = outcome
                made(outcome)
            told.advance()
    left = [error for error in failures if isinstance(error, LeftAtService)]
    if left and len(left) == len(failures):
        raise _left(left, f"{len(done)} of {len(by_key)} results are there")
    failures = [error for error in failures if error not in left]
    if failures:
        raise _together(failures, f"{len(done)} of {len(by_key)} results are there and kept" if done else "")
    return done


def _together(failures: list[ContinuityError], kept: str) -> ContinuityError:
    """One error for all: a ceiling that was reached is told once, anything else by the first and the number."""
    over = [error for error in failures if isinstance(error, BudgetExceeded)]
    first = next((error for error in failures if error not in over), failures[0])
    others = len(failures) - 1
    more = f"; {others} more could not be made, `continuity jobs` lists what is open" if others else ""
    if others and len(over) == len(failures):
        more = f"; {others} more found no room either"
    return type(first)(f"{first}{more}{f' ({kept})' if kept else ''}")


def _left(jobs: list[LeftAtService], there: str) -> LeftAtService:
    """One message for all that was sent and left, and for what found no room."""
    sent = sum(job.sent for job in jobs)
    what = f"{sent} job is with its service" if sent == 1 else f"{sent} jobs are with their services"
    waiting = next((f"; {len(jobs) - sent} not sent: {job}" for job in jobs if not job.sent), "")
    return LeftAtService(f"{what}, {there}{waiting}. `dvc repro`, or `continuity jobs fetch`, collects what is made")


def _made_here(making: Callable[[Wanted], Outcome], items: Sequence[Wanted], executor: Executor) -> Iterator[Outcome]:
    """What is made on this machine: side by side, then in this process what goes alone, model by model."""
    loads = {
        name for name in {item.request.provider for item in items} if getattr(provider_named(name), "alone", False)
    }
    alone = [item for item in items if item.request.provider in loads]
    others = [item for item in items if item.request.provider not in loads]
    yield from (outcome for _, outcome in unordered(making, others, executor))
    by_model = sorted(alone, key=lambda item: (item.request.provider, item.request.model))
    yield from (outcome for _, outcome in unordered(making, by_model, Executor(kind="serial")))


def _outcomes(
    items: Sequence[Wanted], store: Store, terms: Terms, ceiling: Ceiling | None, told: Told
) -> Iterator[Outcome]:
    """What becomes of each item, as it comes: here and at services side by side."""
    providers = {name: provider_named(name) for name in dict.fromkeys(item.request.provider for item in items)}
    hosted = {name: one for name, one in providers.items() if isinstance(one, HostedProvider)}
    away = [item for item in items if item.request.provider in hosted]
    here = [item for item in items if item.request.provider not in hosted]
    for name in hosted:
        if name not in terms.services:
            raise ConfigError(f"no file conf/provider/{name}.yaml says where {name} is; nothing was sent")
    making = partial(make_or_error, root=store.root, project=store.project, series=terms.series)
    made_here = partial(_made_here, making, here, terms.executor)
    if not away:
        yield from made_here()
        return
    halted = threading.Event()
    ledger = Ledger(store.root / "ledger.sqlite")
    jobs = HostedJobs(
        away, store, ledger, hosted, terms.services, terms.series, run_id(), ceiling,
        lambda: stopping() or halted.is_set(), terms.detached,
    )  # fmt: skip
    jobs.start()
    left = len(away)
    try:
        for outcome in made_here():
            yield outcome
            told.tell(jobs.lines())
            while not jobs.outcomes.empty():
                left -= 1
                yield jobs.outcomes.get()[1]
        while left:
            told.tell(jobs.lines())
            try:
                yield jobs.outcomes.get(timeout=LOOK_SECONDS)[1]
                left -= 1
            except queue.Empty:
                if not jobs.alive() and jobs.outcomes.empty():
                    raise jobs.end() from None
    finally:
        halted.set()
        if jobs.alive() and stopping():
            print("collecting what services have answered; Ctrl-C again ends it at once", file=sys.stderr, flush=True)
        jobs.join()
        told.tell(jobs.lines(), last=True)
        ledger.close()
