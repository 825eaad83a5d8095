"""``map(function, items)`` over work that is free to repeat; results never depend on which executor ran it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from continuity.errors import JobFailed
from continuity.plan.schema import Executor

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """Cores this process may use, which in a container can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _one_thread_each() -> None:
    """Workers share the cores by processes: native thread pools on top would only fight."""
    import signal

    # The parent answers Ctrl-C and ends the workers; otherwise each prints a traceback of its own.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def unordered(
    function: Callable[[Item], Result], items: Sequence[Item], executor: Executor, limit: int | None = None
) -> Iterator[tuple[int, Result]]:
    """Yield ``(index, result)`` as results come. ``limit`` caps how many run at once.

    The function and items must be picklable; the pool spawns, since forked torch and OpenCV hang.
    An exception in an item is raised here and the items not yet started are dropped.
    Raises JobFailed when a worker process dies (out of memory, killed).
    """
    workers = min(executor.workers or cores(), limit or len(items), len(items))
    if executor.kind == "serial" or workers <= 1:
        for index, item in enumerate(items):
            yield index, function(item)
        return
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_one_thread_each)
    try:
        futures = {pool.submit(function, item): index for index, item in enumerate(items)}
        for future in as_completed(futures):
            yield futures[future], future.result()
    except BrokenProcessPool as error:
        raise JobFailed(
            "a worker process died, perhaps for lack of memory; run again to resume, or set `executor=serial`"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def map(function: Callable[[Item], Result], items: Sequence[Item], executor: Executor) -> list[Result]:
    """Results in the order of ``items``."""
    results = dict(unordered(function, items, executor))
    return [results[index] for index in range(len(items))]
