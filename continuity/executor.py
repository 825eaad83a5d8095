"""``map(function, items)`` over work that is free to repeat; results never depend on which executor ran it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection
from pathlib import Path
from typing import Any, TypeVar

from continuity import signals
from continuity.errors import JobFailed
from continuity.plan.schema import Executor

Item = TypeVar("Item")
Result = TypeVar("Result")

PATIENCE_SECONDS = 2.0  # work in progress that ends sooner after Ctrl-C needs no word
ORPHAN_PATIENCE_SECONDS = 60.0  # for the answer to what a worker has sent when its parent dies
THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
)  # fmt: skip


@dataclass(frozen=True)
class _Pool:
    """The workers, the terms they were started on, and the line whose end tells them to stop."""

    terms: tuple[Any, ...]
    workers: ProcessPoolExecutor
    line: connection.Connection


_kept: _Pool | None = None
_told: connection.Connection | None = None  # in a worker: its end of the line
_busy = False  # in a worker: an item is in hand


def cores() -> int:
    """Cores this process may use, which in a container can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def stopping() -> bool:
    """Whether the run has been interrupted, or its parent is gone: what is in hand is finished, long waits are not."""
    return signals.heard() is not None or (_told is not None and _has_ended(_told))


def _has_ended(line: connection.Connection) -> bool:
    """Nothing is ever sent on the line: it can be read from when the parent has closed its end, or died."""
    try:
        return line.poll()
    except OSError:  # so says Windows
        return True


def _start_worker(line: connection.Connection) -> None:
    global _told
    _told = line
    for number in signals.ENDING:
        signal.signal(number, _end_after_item if number == signal.SIGTERM else _stop)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals.ENDING)
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_end_with, args=(parent.sentinel,), name="ends with its parent", daemon=True).start()


def end_with_parent() -> None:
    """For workers of other pools: they end when their parent does, and at once when they are told to."""
    for number in signals.ENDING:
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals.ENDING)
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_end_with, args=(parent.sentinel,), name="ends with its parent", daemon=True).start()


@contextmanager
def started_quietly() -> Iterator[None]:
    """Workers that other pools start in the block have one thread each, and hear no signal before they can answer."""
    with _signals_held_back(), _one_thread_each():
        yield


def _end_with(parent: int) -> None:
    """End this worker when its parent has died: nobody hears of its results, and nothing may go on to spend."""
    connection.wait([parent])
    signals.end_when_whole(signal.SIGTERM, ORPHAN_PATIENCE_SECONDS)


def _stop(number: int, _: Any) -> None:
    signals.note(number)


def _end_after_item(number: int, _: Any) -> None:
    """SIGTERM ends a worker, as the pool relies on when another worker has died, but cuts nothing short."""
    signals.note(number)
    if not _busy:
        os._exit(signals.status(number))


def _unless_stopping(function: Callable[[Item], Result], item: Item) -> Result:
    global _busy
    if stopping():
        raise JobFailed("not started: the run was interrupted; run again to go on")
    _busy = True
    try:
        return function(item)
    finally:
        _busy = False
        if signals.heard() == signal.SIGTERM:
            os._exit(signals.status(signal.SIGTERM))


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Processes started in the block inherit that: none prints a traceback while it starts, none dies too early.

    A worker lets signals in when it can answer them, and multiprocessing's own helper outlives a closed terminal.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals.ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Workers started in the block share the cores by processes: native thread pools on top would only fight.

    Said by the environment, since a worker may load NumPy before any code of ours runs in it.
    """
    before = {name: os.environ.get(name) for name in THREADS}
    try:
        os.environ.update(dict.fromkeys(THREADS, "1"))
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _wind_down(futures: Sequence[Future[Any]]) -> None:
    """After a signal: let the workers finish and keep what they have in hand. A second one ends them at once."""
    try:
        if _kept is not None:
            _kept.line.close()  # items that wait are refused one by one; a pool that breaks chokes on cancelled ones
        if wait(futures, timeout=PATIENCE_SECONDS).not_done:
            print("finishing what is in the making; Ctrl-C again ends it at once", file=sys.stderr, flush=True)
            wait(futures)
    except KeyboardInterrupt:
        for worker in multiprocessing.active_children():
            worker.kill()


def unordered(
    function: Callable[[Item], Result], items: Sequence[Item], executor: Executor, limit: int | None = None
) -> Iterator[tuple[int, Result]]:
    """Yield ``(index, result)`` as results come. ``limit`` caps how many run at once.

    The function and items must be picklable; the pool spawns, since forked torch and OpenCV hang.
    An exception in an item is raised here and the items not yet started are dropped. After Ctrl-C
    what is in the making is finished first, and KeyboardInterrupt raised then. Workers end with this
    process, however it ends.
    Raises JobFailed when a worker process dies (out of memory, killed).
    """
    workers = min(executor.workers or cores(), limit or sys.maxsize)
    if executor.kind == "serial" or min(workers, len(items)) <= 1:
        for index, item in enumerate(items):
            signals.insist()
            yield index, function(item)
        signals.insist()
        return
    with _signals_held_back():
        pool = _pool(workers)
    futures: dict[Future[Result], int] = {}
    try:
        with _signals_held_back(), _one_thread_each():
            for index, item in enumerate(items):
                futures[pool.submit(partial(_unless_stopping, function), item)] = index
        for future in as_completed(futures):
            signals.insist()
            yield futures[future], future.result()
        signals.insist()
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
    if _kept is None or _kept.terms != terms:
        _dismiss()
        context = multiprocessing.get_context("spawn")
        theirs, ours = context.Pipe(duplex=False)
        _kept = _Pool(terms, ProcessPoolExecutor(workers, context, _start_worker, (theirs,)), ours)
    return _kept.workers


def _dismiss() -> None:
    """End the pool: what runs is finished, what waits is dropped."""
    global _kept
    if _kept is not None:
        pool, _kept = _kept, None
        pool.workers.shutdown(wait=True, cancel_futures=True)
        pool.line.close()


def map(function: Callable[[Item], Result], items: Sequence[Item], executor: Executor) -> list[Result]:
    """Results in the order of ``items``."""
    results = dict(unordered(function, items, executor))
    return [results[index] for index in range(len(items))]
