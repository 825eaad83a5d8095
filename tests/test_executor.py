"""Work spread over processes: in order, with workers kept from call to call, and none left over, whatever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal

import processes
import psutil
import pytest

from continuity import executor, signals
from continuity.plan.schema import Executor

TWO = Executor(kind="processes", workers=2)


def square(number: int) -> int:
    return number * number


def worker(_: int) -> int:
    time.sleep(0.05)  # long enough that one worker does not take all
    return os.getpid()


def setting(_: int) -> str | None:
    return os.environ.get("CONTINUITY_TEST_SETTING")


def threads(_: int) -> tuple[int, int, int]:
    """Threads of this worker before and after a product that a BLAS would share out, and what OpenCV would use."""
    import cv2
    import numpy as np

    before = psutil.Process().num_threads()
    square = np.random.default_rng(0).normal(size=(600, 600))
    np.linalg.eigh(square @ square.T)
    return before, psutil.Process().num_threads(), cv2.getNumThreads()


def fails_on_two(number: int) -> int:
    if number == 2:
        raise ValueError("two")
    return number


def test_results_come_in_the_order_of_the_items() -> None:
    assert executor.map(square, range(7), TWO) == [0, 1, 4, 9, 16, 25, 36]


@pytest.mark.parametrize("kind", ["serial", "processes"])
def test_a_signal_that_a_library_swallows_still_ends_the_run(kind: Literal["serial", "processes"]) -> None:
    made = []
    with pytest.raises(KeyboardInterrupt), signals.answered():
        for index, _ in executor.unordered(square, range(8), Executor(kind=kind, workers=2)):
            made.append(index)
            with suppress(KeyboardInterrupt):  # as a bare `except:` in somebody's import does
                signal.raise_signal(signal.SIGINT)
    assert len(made) == 1


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


def test_native_libraries_start_no_threads_in_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    for before, after, of_opencv in executor.map(threads, range(4), TWO):
        assert before == after == 2, "the one that works, and the one that looks after the parent"
        assert of_opencv == 1
    assert os.environ["OMP_NUM_THREADS"] == "8"


# ---- whatever dies ----------------------------------------------------------------------------

AT_WORK = Path(__file__).with_name("at_work.py")


def at_work(*words: str) -> subprocess.Popen[str]:
    """The program, once both workers have begun."""
    process = processes.start(AT_WORK, *words)
    assert process.stdout
    assert [process.stdout.readline()[:5] for _ in range(2)] == ["begun", "begun"]
    return process


def test_workers_end_when_their_parent_is_killed() -> None:
    process = at_work("60")
    assert len(processes.workers_of(process.pid)) == 2
    process.kill()
    assert processes.wait_for_the_end_of(process.pid, 5) == []
    process.communicate()


def test_a_worker_whose_parent_is_killed_hears_the_answer_to_what_it_has_sent_and_starts_nothing_new() -> None:
    process = at_work("1.5", "unbroken")
    process.kill()
    said, _ = process.communicate(timeout=10)
    assert said.count("ended") == 2
    assert "begun" not in said
    assert processes.wait_for_the_end_of(process.pid, 5) == []


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=lambda x: str(x)
)
@pytest.mark.parametrize("to", ["parent", "group"])
def test_the_first_signal_lets_the_items_in_hand_end(number: signal.Signals, status: int, to: str) -> None:
    process = at_work("0.5")
    os.killpg(process.pid, number) if to == "group" else process.send_signal(number)
    said, _ = process.communicate(timeout=10)
    assert process.returncode == status, said
    assert said.count("ended") == 2 and "begun" not in said
    assert "everything finished so far is kept" in said and "Traceback" not in said
    assert processes.wait_for_the_end_of(process.pid, 5) == []


def test_the_second_signal_ends_at_once() -> None:
    process = at_work("60")
    process.send_signal(signal.SIGTERM)
    assert process.stdout
    assert "again ends it at once" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 143
    assert processes.wait_for_the_end_of(process.pid, 5) == []
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_is_killed_is_told_of_and_its_neighbour_ends_too(number: signal.Signals) -> None:
    process = at_work("0.5")
    processes.workers_of(process.pid)[0].send_signal(number)
    said, _ = process.communicate(timeout=10)
    assert process.returncode == 1, said
    assert "a worker process died" in said and "Traceback" not in said
    assert processes.wait_for_the_end_of(process.pid, 5) == []
