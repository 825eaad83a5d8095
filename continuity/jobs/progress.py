"""A progress bar on a terminal, two plain lines in a log."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(title: str, total: int, done: int = 0) -> Iterator[Callable[[], None]]:
    """Yields a function to call after each finished result. ``done`` were there already."""
    to_make = total - done
    if not to_make:
        print(f"{title}: nothing to make, {total} reused")
        yield lambda: None
        return
    if not sys.stderr.isatty():
        print(f"{title}: making {to_make}, reusing {done}", flush=True)
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=to_make)
        yield lambda: bar.advance(task)
