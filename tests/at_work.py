"""A program with two workers that take a while over each item: ``at_work.py SECONDS [unbroken]``."""

from __future__ import annotations

import sys
import time
from contextlib import nullcontext
from functools import partial

from continuity import executor, guard
from continuity.plan.schema import Executor
from continuity.signals import unbroken


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def item(number: int, seconds: float, whole: bool) -> int:
    with unbroken() if whole else nullcontext():
        say(f"begun {number}")
        time.sleep(seconds)
        say(f"ended {number}")
    return number


def main() -> None:
    work = partial(item, seconds=float(sys.argv[1]), whole="unbroken" in sys.argv)
    executor.map(work, range(6), Executor(kind="processes", workers=2))


if __name__ == "__main__":
    guard.run(main)
