"""Work spread over processes: in order, with workers kept from call to call, and none left over after an error."""

from __future__ import annotations

import os
import time

import pytest

from continuity import executor
from continuity.plan.schema import Executor

TWO = Executor(kind="processes", workers=2)


def square(number: int) -> int:
    return number * number


def worker(_: int) -> int:
    time.sleep(0.05)  # long enough that one worker does not take all
    return os.getpid()


def setting(_: int) -> str | None:
    return os.environ.get("CONTINUITY_TEST_SETTING")


def fails_on_two(number: int) -> int:
    if number == 2:
        raise ValueError("two")
    return number


def test_results_come_in_the_order_of_the_items() -> None:
    assert executor.map(square, range(7), TWO) == [0, 1, 4, 9, 16, 25, 36]


def test_workers_are_kept_from_one_call_to_the_next() -> None:
    first = set(executor.map(worker, range(6), TWO))
    assert os.getpid() not in first
    assert first & set(executor.map(worker, range(6), TWO))


def test_an_error_is_raised_here_and_the_next_call_works() -> None:
    with pytest.raises(ValueError, match="two"):
        executor.map(fails_on_two, range(5), TWO)
    assert executor.map(square, range(3), TWO) == [0, 1, 4]


def test_workers_see_the_environment_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    executor.map(setting, range(2), TWO)
    monkeypatch.setenv("CONTINUITY_TEST_SETTING", "new")
    assert executor.map(setting, range(2), TWO) == ["new", "new"]
