"""The DVC whose stage this process is, past the shell between them, and what its death ends.

DVC runs a stage's words by the user's shell, ``$SHELL`` or ``/bin/sh``. Most shells make way for a single command;
an older dash, which is the ``/bin/sh`` of many machines, stays between the two and outlives a DVC that is killed.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path

import psutil

from continuity import signals

PARENT_POLL_SECONDS = 0.1
STAGE = "DVC_STAGE"  # what DVC sets in the environment of all that a stage starts

_orphaned = threading.Lock()  # held from when DVC was seen to be gone
_asleep = threading.Event()  # never set; its wait ends with the interpreter, as a sleep in a daemon thread need not


def run_id() -> str:
    """One name for all stages of one `dvc repro`: the process that started them, and when that began."""
    try:
        starter = psutil.Process(_ancestors()[-1] if STAGE in os.environ else os.getpid())
        return f"{starter.pid}-{starter.create_time():.2f}"
    except (psutil.Error, IndexError):
        return str(os.getpid())


def follow_dvc(among: Collection[int] = ()) -> None:
    """Have this process told to end (SIGTERM) when the DVC that runs it has died.

    It would else go on to make, and to pay, while the next `dvc repro` runs beside it. ``among`` are the ids of which
    that DVC's is one, where they are known: one that died before this looked has left no other trace. Where a process
    is not given to another parent (Windows) there is nothing to be seen, and it goes on.
    """
    main = threading.main_thread().ident
    if main is None or not hasattr(signal, "pthread_kill"):
        return
    line = _ancestors(among)

    def look() -> None:
        if not _stands(line) and _orphaned.acquire(blocking=False):  # a second signal would end the process at once
            signal.pthread_kill(main, signal.SIGTERM)

    def watch() -> None:
        while not _orphaned.locked():
            _asleep.wait(PARENT_POLL_SECONDS)
            look()

    signals.on_insisting(look)  # many short items pass before `watch` looks again
    look()
    threading.Thread(target=watch, name="follows DVC", daemon=True).start()


def _ancestors(among: Collection[int] = ()) -> list[int]:
    """The processes from this one's parent to the DVC that runs it; none where that is not ``among`` its ancestors."""
    line = []
    for process in psutil.Process().parents():
        line.append(process.pid)
        if process.pid in among or (not among and not _is_between(process)):
            return line
    return [] if among else line


def _is_between(process: psutil.Process) -> bool:
    """Whether ``process`` is started by DVC too: its environment says so, or, where a system hides that, its name."""
    try:
        return process.name() == Path(os.getenv("SHELL") or "/bin/sh").name or STAGE in process.environ()
    except psutil.Error:
        return False


def _stands(line: list[int]) -> bool:
    """Whether each of ``line`` is still the parent of the one before; one that died is not, even while unburied."""
    try:
        kept = all(psutil.Process(child).ppid() == parent for child, parent in pairwise(line))
    except psutil.Error:
        return False
    return kept and line[:1] == [os.getppid()]
