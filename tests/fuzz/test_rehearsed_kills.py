"""Ten shots bought from a service, killed at any moment and run again: each is bought once, or parked; none is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import Project, copied
from rehearsal.accounts import jobs
from test_accidents import debris

from continuity.jobs.ledger import Ledger
from fuzz import rounds

SHOTS = 10
PRICE = 3 * 0.084  # of a take: the least length that the cards offer
LONGEST_SECONDS = 8.0  # of a run that makes ten
STAGE = (sys.executable, "-m", "stages.generate")


@pytest.fixture(scope="module")
def ten_shots(made_once: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The library is there already, drawn by the puppet; takes are Kling's, by its own API or by fal."""
    project = copied(made_once, tmp_path_factory.mktemp("ten"))
    shots = "".join(
        f"          u{number}:\n            action: Kit waves.\n            characters: [kit]\n"
        for number in range(SHOTS)
    )
    path = project.root / "conf/series/tiny.yaml"
    text = path.read_text()
    path.write_text(text[: text.index("          t01:")] + shots)
    for name in ("kling", "fal"):
        card = {"kling": "kling-omni", "fal": "fal-kling-o3"}[name]
        (project.root / f"conf/models/bought-{name}.yaml").write_text(
            f"image: puppet-image\nvideo: {card}\nmotion: puppet-motion\nrepair: puppet-repair\nvoice: speech\n"
        )
    project.replace("conf/series/tiny.yaml", "look: {performs: anime, shown: realistic}", "look: {performs: anime}")
    return project


@pytest.mark.parametrize("number", rounds(2, 200))
def test_each_take_is_bought_once_or_parked_whenever_the_run_is_killed(ten_shots: Project, number: int) -> None:
    dice = random.Random(2000 + number)
    service = ("kling", "fal")[number % 2]
    ledger = Ledger(ten_shots.store / "ledger.sqlite")
    before, spent = len(jobs(ten_shots)), ledger.spent("tiny", rehearsed=True)
    ceiling = round(spent + SHOTS * PRICE + 0.001, 6)  # not one take more
    ten_shots.params(
        models=f"bought-{service}", rehearsal=True, seed=5000 + number, budget={"max_usd": ceiling}, takes=1
    )
    ten_shots.run(sys.executable, "-m", "stages.compose")

    process = subprocess.Popen(
        STAGE, cwd=ten_shots.root, env=ten_shots.environment, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if dice.random() < 0.7:  # while something is being bought
        wanted = before + dice.randrange(SHOTS + 1)
        while len(jobs(ten_shots)) < wanted and process.poll() is None:
            time.sleep(0.005)
        time.sleep(dice.uniform(0, 0.3))
    else:
        time.sleep(dice.uniform(0, LONGEST_SECONDS))
    with suppress(ProcessLookupError):  # it was faster
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()

    for _ in range(2):  # what certainly never arrived is sent anew by the run after the one that found that
        done = ten_shots.command(*STAGE)
        said = done.stdout + done.stderr
        if "nothing was taken" not in said:
            break
    new = jobs(ten_shots)[before:]
    bought = Counter(job.key for job in new)
    assert set(bought.values()) <= {1}, f"bought twice\n{said}"
    opened = json.loads(ten_shots.run("continuity", "jobs", "--json"))
    parked = {job["key"] for job in opened if job["state"] == "ambiguous"} - parked_before(ten_shots, number)
    made = {key for key in bought if list((ten_shots.store / "results").glob(f"*/{key}/record.json"))}
    assert len(made | parked) == SHOTS, said
    assert ledger.spent("tiny", rehearsed=True) <= ceiling + 1e-9
    assert done.returncode == (1 if parked else 0), said
    assert "Traceback" not in said, said
    assert debris(ten_shots) == []
    remember(ten_shots, number, {job["key"] for job in opened})


def remember(project: Project, number: int, keys: set[str]) -> None:
    """What rounds before have parked stays parked."""
    (project.root.parent / "parked.json").write_text(json.dumps(sorted(keys)))


def parked_before(project: Project, number: int) -> set[str]:
    path: Path = project.root.parent / "parked.json"
    return set(json.loads(path.read_text())) if path.exists() else set()
