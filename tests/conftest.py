"""Whole projects to test on: copies of this template, driven by real ``dvc repro``."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from carried import DEMO_IS_HERE, files_of, template
from filelock import FileLock

TEMPLATE = template()  # the project under test
# For projects made from nothing whose scores are not the point: neither faces nor traits are calibrated.
PLAIN_SCORES = ["scorer.judges=[look]", "scorer.traits=false"]

# Started in the background, or by `nohup`, we are told to ignore these, and with us every program that a test starts.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, usual)


@dataclass
class Project:
    """A project folder with a store of its own, and the commands a person would type in it."""

    root: Path
    store: Path

    @property
    def environment(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {
            **os.environ,
            "PATH": path,
            "CONTINUITY_STORE": str(self.store),
            "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": str(self.store.parent / "dvc-site"),
            "COLUMNS": "160",
            "PYTHONDONTWRITEBYTECODE": "",  # a project starts some ten processes; copies of one share what was compiled
        }

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run and return, whatever the exit status."""
        return subprocess.run(words, cwd=self.root, env=self.environment, capture_output=True, text=True)

    def run(self, *words: str) -> str:
        """Run, expect success, return what was printed."""
        done = self.command(*words)
        assert done.returncode == 0, f"{' '.join(words)} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def repro(self, *words: str) -> str:
        return self.run("dvc", "repro", *words)

    def fail(self, *words: str) -> str:
        """Run, expect a clear refusal: non-zero, no traceback; returns what was said."""
        done = self.command(*words)
        said = done.stdout + done.stderr
        assert done.returncode != 0, f"{' '.join(words)} should have failed:\n{said}"
        assert "Traceback" not in said, said
        return said

    def commit(self, message: str) -> None:
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", message)

    def params(self, **values: object) -> None:
        """Set top-level keys of params.yaml."""
        path = self.root / "params.yaml"
        path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **values}, sort_keys=False))

    def replace(self, file: str, old: str, new: str) -> None:
        """Edit a file as a person would; the old words must be there once."""
        path = self.root / file
        text = path.read_text()
        assert text.count(old) == 1, f"{file} holds {text.count(old)} times {old!r}"
        path.write_text(text.replace(old, new))

    def executor(self, kind: str) -> None:
        """Take a file of conf/executor."""
        path = self.root / "conf" / "config.yaml"
        path.write_text(re.sub("executor: .*", f"executor: {kind}", path.read_text()))

    def pick(self, text: str) -> None:
        """Write the picks of the tiny series."""
        path = self.root / "conf" / "picks" / "tiny.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{text}\n")

    def takes(self) -> set[str]:
        """``<folder>/<shot>/<take>`` of every take in the workspace."""
        shots = self.root / "shots"
        return {p.parent.relative_to(shots).as_posix() for p in shots.glob("*/*/*/take.json")}


def template_files() -> list[str]:
    """What a clone of this checkout would hold, uncommitted edits included."""
    return files_of(TEMPLATE)


def bare(folder: Path) -> Project:
    """The template as a new Git repository without anything made: no lock, plan or results."""
    root = folder / "project"
    for name in template_files():
        if name in ("dvc.lock", "plan.json", "compared.json") or name.startswith(("shots/", "reports/", "tests/")):
            continue
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(TEMPLATE / name, target)
    project = Project(root, folder / "store")
    project.executor("serial")  # tests run side by side, one per core
    project.run("git", "init", "-q", "-b", "main")
    project.run("git", "config", "user.name", "Tester")
    project.run("git", "config", "user.email", "tester@example.com")
    return project


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One test that needs the made series first, the others that do last: while one process makes it, the other one
    has other work. Tests of the demo are skipped once it is gone."""
    if not DEMO_IS_HERE:
        gone = pytest.mark.skip(reason="the demo was removed (docs/remove-the-demo.md), and this is about the demo")
        for item in items:
            if item.get_closest_marker("demo"):
                item.add_marker(gone)
    needing = [item for item in items if "made_once" in getattr(item, "fixturenames", ())]
    others = [item for item in items if item not in set(needing)]
    items[:] = [*needing[:1], *others, *needing[1:]]


@pytest.fixture
def new_project(tmp_path: Path) -> Project:
    """The tiny series, nothing made yet."""
    project = bare(tmp_path)
    project.params(series="tiny", quality="tiny", takes=1, overrides=PLAIN_SCORES)
    project.commit("tiny series")
    return project


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Project]) -> Project:
    """What ``make`` makes in a folder of that name, made by one process of the test run and used by all."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each worker's folder lies in that of the run
        shared = shared.parent
    folder, done = shared / name, shared / f"{name}.done"
    with FileLock(shared / f"{name}.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            done.touch()
    return Project(folder / "project", folder / "store")


def make_tiny(folder: Path) -> Project:
    project = bare(folder)
    project.params(series="tiny", quality="tiny", takes=1)
    project.repro()
    project.commit("tiny series, made")
    return project


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The tiny series, made and committed. Shared: copy it (`project`) before changing anything."""
    return once(tmp_path_factory, "tiny", make_tiny)


@pytest.fixture
def project(made_once: Project, tmp_path: Path) -> Project:
    """A copy of the made tiny series, with its store."""
    return copied(made_once, tmp_path)


def copied(original: Project, folder: Path) -> Project:
    shutil.copytree(original.root, folder / "project", symlinks=True)
    shutil.copytree(original.store, folder / "store")
    return Project(folder / "project", folder / "store")


@pytest.fixture
def clone_of(tmp_path: Path) -> Callable[[Project], Project]:
    """``git clone`` of a project, with an empty store of its own."""

    def clone(original: Project) -> Project:
        root = tmp_path / "clone"
        subprocess.run(["git", "clone", "-q", str(original.root), str(root)], check=True)
        project = Project(root, tmp_path / "clone-store")
        project.run("git", "config", "user.name", "Tester")
        project.run("git", "config", "user.email", "tester@example.com")
        return project

    return clone
