"""Kills and signals at any moment: the project goes on, nothing finished is made twice, nothing is paid for twice."""

from __future__ import annotations

import os
import random
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import buying
import processes
import pytest
from conftest import Project, copied
from test_accidents import debris, submissions
from vendor import Vendor, serving

from continuity.jobs.ledger import Ledger
from continuity.jobs.store import Store
from fuzz import rounds

SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT]
LEFT_SECONDS = 30.0  # in which everything that was started must have ended; items in hand are finished first


def strike(process: subprocess.Popen[str], number: signal.Signals, at: str, dice: random.Random) -> None:
    """Send a signal to a process, its group, or one that it has started, if there is one."""
    try:
        if at == "group":
            os.killpg(process.pid, number)
        elif at == "worker" and (workers := processes.workers_of(process.pid)):
            dice.choice(workers).send_signal(number)
        else:
            process.send_signal(number)
    except (ProcessLookupError, processes.psutil.NoSuchProcess):
        pass  # it was faster


# ---- projects ---------------------------------------------------------------------------------


@dataclass
class Worn:
    """A project that is killed again and again, and how long each of its runs takes when it is not."""

    project: Project
    seconds: dict[str, float] = field(default_factory=dict)

    def edit(self, file: str, pattern: str, words: str) -> None:
        path = self.project.root / file
        text, count = re.subn(pattern, words, path.read_text(), count=1)
        assert count == 1
        path.write_text(text)

    def prepare(self, what: str, number: int) -> tuple[str, ...]:
        """Give the run something to do; returns its command."""
        if what in ("compose", "generate"):
            self.edit("conf/series/tiny.yaml", r"action: Kit [^\n]*", f"action: Kit nods {number} times.")
        if what == "design":
            self.edit("conf/location/cafe.yaml", r"(?m)^name: [^\n]*", f"name: Café {number}")
        return ("dvc", "repro", *({"no-op": ()}.get(what, (what,))))

    def run(self, *words: str) -> str:
        return self.project.run(*words)


@pytest.fixture(scope="module")
def worn(made_once: Project, tmp_path_factory: pytest.TempPathFactory) -> Worn:
    worn = Worn(copied(made_once, tmp_path_factory.mktemp("worn")))
    worn.project.executor("processes")  # workers are killed too
    worn.project.repro()
    for what in ("no-op", "compose", "generate", "design"):
        words = worn.prepare(what, 0)
        begun = time.monotonic()
        worn.run(*words)
        worn.seconds[what] = time.monotonic() - begun
    worn.project.commit("worn")
    return worn


@pytest.mark.parametrize("number", rounds(2, 140))
def test_a_killed_run_leaves_a_project_that_goes_on_with_what_check_says(worn: Worn, number: int) -> None:
    dice = random.Random(number)
    what = ("no-op", "generate", "no-op", "design", "no-op", "compose")[number % 6]
    sent, at = dice.choice(SIGNALS), dice.choice(["parent", "group", "worker"])
    told = f"{sent.name} to the {at} during {what}"
    project, words = worn.project, worn.prepare(what, number + 1)
    asked = submissions(project)

    process = subprocess.Popen(
        words, cwd=project.root, env=project.environment, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    time.sleep(dice.uniform(0.2, 1.0) * worn.seconds[what])
    strike(process, sent, at, dice)
    process.communicate(timeout=LEFT_SECONDS)
    assert processes.wait_for_the_end_of(process.pid, LEFT_SECONDS) == [], told

    go_on(project)
    project.run(*words)
    new = submissions(project) - asked
    assert set(new.values()) <= {1}, f"{told}: made twice"
    assert debris(project) == [], told
    assert not list((project.root / ".dvc/tmp/continuity").glob("*")), told
    assert "continuity" not in {path.name for path in project.root.glob(".*.tmp*")}


def go_on(project: Project) -> None:
    """Do what `continuity check` says, as a person would who reads no more than that."""
    for _ in range(3):
        said = project.command("continuity", "check")
        if said.returncode == 0:
            return
        (first, *_) = [line for line in said.stdout.splitlines() if line.startswith("error")]
        cure = next(words for words in re.findall(r"`([^`]+)`", first) if words.startswith(("continuity", "git")))
        project.command(*shlex.split(cure))
    raise AssertionError(f"what check says does not help:\n{said.stdout}{said.stderr}")


# ---- money ------------------------------------------------------------------------------------


@pytest.fixture
def service() -> Iterator[Vendor]:
    with serving(Vendor(delay_seconds=0.1, polls_until_done=3)) as vendor:
        yield vendor


@pytest.mark.parametrize("number", rounds(4, 60))
def test_nothing_is_paid_for_twice_whatever_dies_when(service: Vendor, tmp_path: Path, number: int) -> None:
    dice = random.Random(1000 + number)
    sent, at, again = dice.choice(SIGNALS), dice.choice(["parent", "group"]), dice.random() < 0.3
    told = f"{sent.name} to the {at}{' twice' if again else ''}"
    program = Path(buying.__file__)
    place, keys = str(tmp_path / "store"), {item.request.key for item in buying.WANTED}

    process = processes.start(program, place, VENDOR=service.url)
    bought = dice.randrange(len(keys) + 1)
    while service.bought < bought and process.poll() is None:
        time.sleep(0.002)
    time.sleep(dice.uniform(0, 0.3))
    strike(process, sent, at, dice)
    if again:
        time.sleep(dice.uniform(0, 0.3))
        strike(process, sent, at, dice)
    said, _ = process.communicate(timeout=LEFT_SECONDS)
    assert processes.wait_for_the_end_of(process.pid, LEFT_SECONDS) == [], told

    process = processes.start(program, place, VENDOR=service.url)
    said, _ = process.communicate(timeout=60)
    store = Store(tmp_path / "store")
    made = {key for key in keys if store.find(key)}
    lost = {key for key in keys - made if unknown(store, key)}
    assert set(service.posts.values()) <= {1}, f"{told}: bought twice\n{said}"
    assert made | lost == keys, f"{told}\n{said}"
    assert Ledger(store.root / "ledger.sqlite").spent("test") <= buying.CEILING + 1e-9, told
    in_hand_may_be_lost = sent == signal.SIGKILL or again  # a first signal lets what is on its way be answered
    assert not lost or in_hand_may_be_lost, f"{told}: an answer was lost that could be had\n{said}"
    assert process.returncode == (1 if lost else 0), f"{told}\n{said}"
    assert "Traceback" not in said, said
    assert debris_of(store) == [], told


def unknown(store: Store, key: str) -> bool:
    """Whether the ledger holds a submission of that key whose answer was lost."""
    last = Ledger(store.root / "ledger.sqlite").last(key)
    return last is not None and last.state == "ambiguous"


def debris_of(store: Store) -> list[Path]:
    making = store.root / "results" / ".making"
    return [path for folder in (making, store.root / ".owners") for path in folder.glob("*")]
