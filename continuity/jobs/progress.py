"""A progress bar and a line for each service on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

TELL_SECONDS = 15.0  # between lines about what services are doing, where nobody watches


class Told:
    """Hears what becomes of the work; here it says nothing."""

    def advance(self) -> None:
        """One more result is there, or will not be."""

    def tell(self, lines: Sequence[str], last: bool = False) -> None:
        """What each service is doing, a line for each; to be called often. ``last``: there will be no more."""


class Log(Told):
    """Plain lines, seldom."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def tell(self, lines: Sequence[str], last: bool = False) -> None:
        if last or time.monotonic() - self._told > TELL_SECONDS:
            print("\n".join(lines), flush=True)
            self._told = time.monotonic()


class Bar(Told):
    """A bar for all of it; under it a line for each service, that changes."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar, self._task = bar, task
        self._lines: list[TaskID] = []

    def advance(self) -> None:
        self._bar.advance(self._task)

    def tell(self, lines: Sequence[str], last: bool = False) -> None:
        for line in lines[len(self._lines) :]:
            self._lines.append(self._bar.add_task(line, total=None, visible=True))
        for task, line in zip(self._lines, lines, strict=False):
            self._bar.update(task, description=line)


@contextmanager
def progress(title: str, total: int, done: int = 0) -> Iterator[Told]:
    """``done`` of ``total`` results were there already."""
    to_make = total - done
    if not to_make:
        print(f"{title}: nothing to make, {total} reused")
        yield Told()
        return
    if not sys.stderr.isatty():
        print(f"{title}: making {to_make}, reusing {done}", flush=True)
        yield Log()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class OfWork(BarColumn):
        """A bar for what is counted; none beside a service's line."""

        def render(self, task: Task) -> object:  # type: ignore[override]
            return super().render(task) if task.total is not None else Text("")

    class Count(MofNCompleteColumn):
        def render(self, task: Task) -> Text:
            return super().render(task) if task.total is not None else Text("")

    class Left(TimeRemainingColumn):
        def render(self, task: Task) -> Text:
            return super().render(task) if task.total is not None else Text("")

    columns = (TextColumn("{task.description}"), OfWork(), Count(), Left())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        yield Bar(bar, bar.add_task(title, total=to_make))
