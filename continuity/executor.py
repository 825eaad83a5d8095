"""``map(function, items)`` over work that is free to repeat; results never depend on which executor ran it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from continuity.errors import JobFailed
from continuity.plan.schema import Executor

Item = TypeVar("Item")
Result = TypeVar("Result")

PATIENCE_SECONDS = 2.0  # work in progress that ends sooner after Ctrl-C needs no word
_stopping = False  # in a worker: Ctrl-C was pressed
_kept: tuple[tuple[Any, ...], ProcessPoolExecutor] | None = None  # the pool, with the terms it was made on


def cores() -> int:
    """Cores this process may use, which in a container can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def stopping() -> bool:
    """Whether this is a worker whose run was interrupted: what it has in hand is finished, long waits are not."""
    return _stopping


def _start_worker() -> None:
    """Workers share the cores by processes: native thread pools on top would only fight."""
    signal.signal(signal.SIGINT, _stop)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def _stop(*_: Any) -> None:
    global _stopping
    _stopping = True


def _unless_stopping(function: Callable[[Item], Result], item: Item) -> Result:
    if _stopping:
        raise JobFailed("not started: the run was interrupted")
    return function(item)


@contextmanager
def _interrupt_later() -> Iterator[None]:
    """Hold Ctrl-C back: a worker inherits that, and so prints no traceback while it is starting."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _wind_down(futures: Sequence[Future[Any]]) -> None:
    """After Ctrl-C: let the workers finish and keep what they have in hand. Pressed again, it ends them at once."""
    try:
        for future in futures:
            future.cancel()
        for worker in multiprocessing.active_children():
            if worker.pid:
                os.kill(worker.pid, signal.SIGINT)  # a terminal has told them; `kill -INT` has told the parent alone
        if wait(futures, timeout=PATIENCE_SECONDS).not_done:
            print("finishing what is in the making; Ctrl-C again ends it at once", file=sys.stderr, flush=True)
            wait(futures)
    except KeyboardInterrupt:
        for worker in multiprocessing.active_children():
            worker.terminate()


def unordered(
    function: Callable[[Item], Result], items: Sequence[Item], executor: Executor, limit: int | None = None
) -> Iterator[tuple[int, Result]]:
    """Yield ``(index, result)`` as results come. ``limit`` caps how many run at once.

    The function and items must be picklable; the pool spawns, since forked torch and OpenCV hang.
    An exception in an item is raised here and the items not yet started are dropped. After Ctrl-C
    what is in the making is finished first, and KeyboardInterrupt raised then.
    Raises JobFailed when a worker process dies (out of memory, killed).
    """
    workers = min(executor.workers or cores(), limit or sys.maxsize)
    if executor.kind == "serial" or min(workers, len(items)) <= 1:
        for index, item in enumerate(items):
            yield index, function(item)
        return
    pool = _pool(workers)
    futures: dict[Future[Result], int] = {}
    try:
        with _interrupt_later():
            for index, item in enumerate(items):
                futures[pool.submit(partial(_unless_stopping, function), item)] = index
        for future in as_completed(futures):
            yield futures[future], future.result()
    except (KeyboardInterrupt, GeneratorExit):  # GeneratorExit: the caller has met an error, or Ctrl-C
        _wind_down(list(futures))
        _dismiss()
        raise
    except BrokenProcessPool as error:
        _dismiss()
        raise JobFailed(
            "a worker process died, perhaps for lack of memory; run again to resume, or set `executor=serial`"
        ) from error
    except BaseException:
        _dismiss()
        raise


def _pool(workers: int) -> ProcessPoolExecutor:
    """The process's pool, kept from one call to the next: what a worker has loaded, it need not load again.

    Workers start as they are needed and end with this process. Another number of them, another working folder or
    environment (which workers see as they were when they started) makes a new pool.
    """
    global _kept
    terms = (workers, Path.cwd(), dict(os.environ))
    if _kept is None or _kept[0] != terms:
        _dismiss()
        context = multiprocessing.get_context("spawn")
        _kept = terms, ProcessPoolExecutor(workers, context, initializer=_start_worker)
    return _kept[1]


def _dismiss() -> None:
    """End the pool: what runs is finished, what waits is dropped."""
    global _kept
    if _kept is not None:
        pool, _kept = _kept[1], None
        pool.shutdown(wait=True, cancel_futures=True)


def map(function: Callable[[Item], Result], items: Sequence[Item], executor: Executor) -> list[Result]:
    """Results in the order of ``items``."""
    results = dict(unordered(function, items, executor))
    return [results[index] for index in range(len(items))]
