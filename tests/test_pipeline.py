"""The tiny series through real ``dvc repro``: what is made, when, and what is never made twice."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from conftest import Project

EDIT = ("conf/series/tiny.yaml", "waves", "nods")


def read(project: Project, path: str) -> dict:
    return json.loads((project.root / path).read_text())


def submissions(project: Project) -> Counter[str]:
    """How often each subject was submitted to a provider, by the ledger."""
    with sqlite3.connect(project.store / "ledger.sqlite") as ledger:
        return Counter(subject for (subject,) in ledger.execute("SELECT subject FROM jobs"))


def running(said: str) -> list[str]:
    """The stages that DVC ran."""
    return [line.split("'")[1] for line in said.splitlines() if line.startswith("Running stage")]


def test_everything_the_contract_names_is_written(made_once: Project) -> None:
    root, plan = made_once.root, read(made_once, "plan.json")
    for name in (
        "assets/library/library.json",
        "shots/selects.json",
        "reports/metrics.json",
        "reports/scores.csv",
        "reports/index.html",
    ):
        assert (root / name).stat().st_size > 0, name
    for episode in plan["series"]["episodes"]:
        assert (root / f"shots/cuts/{episode['id']}.mp4").stat().st_size > 10_000
        assert (root / f"shots/cuts/{episode['id']}.srt").is_file()
    for record in (root / "shots").glob("*/*/*/take.json"):
        take = json.loads(record.read_text())
        assert record.parent.name == take["key"][:12]
        wanted = {
            "key",
            "request",
            "provider",
            "model",
            "job_id",
            "cost_usd",
            "created_at",
            "sha256",
            "seconds",
            "resolution",
            "fps",
        }
        assert wanted <= set(take)
        assert all({"role", "sha256"} == set(reference) for reference in take["request"]["references"])
        assert (record.parent / "clip.mp4").is_file()
    folders = {take.split("/")[0] for take in made_once.takes()}
    assert {"generated", "transferred"} <= folders
    assert set(read(made_once, "shots/selects.json")["shots"]) == set(plan["shots"])


def test_metrics_are_numbers_or_null_for_series_and_characters(made_once: Project) -> None:
    metrics = read(made_once, "reports/metrics.json")
    assert {"identity", "coverage", "consistency_rate"} <= set(metrics["series"])
    for character in read(made_once, "plan.json")["characters"]:
        assert {"identity", "identity_p05", "coverage", "margin"} <= set(metrics["characters"][character])
    leaves = [metrics]
    while leaves:
        value = leaves.pop()
        if isinstance(value, dict):
            leaves.extend(value.values())
        else:
            assert value is None or isinstance(value, (int, float)), value
    assert metrics["cost"]["usd"] == 0


def test_a_second_run_does_nothing(project: Project) -> None:
    before = submissions(project)
    said = project.repro()
    assert running(said) == []
    assert "up to date" in said
    assert submissions(project) == before


def test_one_edited_prompt_makes_that_shots_takes_alone_and_reverting_makes_none(project: Project) -> None:
    shots = read(project, "plan.json")["shots"]
    takes, asked = project.takes(), submissions(project)
    project.replace(*EDIT)
    project.repro()
    edited = [name for name, shot in read(project, "plan.json")["shots"].items() if shot != shots[name]]
    assert len(edited) == 1
    new = project.takes() - takes
    assert new and {take.split("/")[1] for take in new} == set(edited)
    assert set(submissions(project) - asked) == set(edited)

    words = project.run("dvc", "params", "diff", "--targets", "plan.json")
    assert "waves" in words and "nods" in words
    assert "identity" in project.run("dvc", "metrics", "diff", "--all")

    asked = submissions(project)
    project.run("git", "checkout", "-q", EDIT[0])
    said = project.repro()
    assert submissions(project) == asked, said
    assert read(project, "plan.json")["shots"] == shots
    assert project.command("git", "status", "--porcelain", "shots", "reports").stdout == ""


def test_kill_9_while_generating_loses_no_finished_take(new_project: Project) -> None:
    project = new_project
    project.repro("design")
    process = subprocess.Popen(
        ["dvc", "repro", "generate"], cwd=project.root, env=project.environment,
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while not list((project.root / "shots" / "generated").glob("*/*/take.json")):
        assert process.poll() is None, "generate ended before it could be killed"
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    finished = {path.name for path in (project.store / "results").glob("*/*") if len(path.name) == 64}
    (project.root / ".dvc" / "tmp" / "lock").unlink(missing_ok=True)
    project.repro("generate")
    with sqlite3.connect(project.store / "ledger.sqlite") as ledger:
        made = Counter(key for (key,) in ledger.execute("SELECT key FROM jobs WHERE state = 'succeeded'"))
        again = [key for (key,) in ledger.execute("SELECT key FROM jobs GROUP BY key HAVING count(*) > 1")]
    assert all(count == 1 for count in made.values())
    assert not finished & set(again)
    for shot, entry in read(project, "shots/generated.json")["shots"].items():
        assert all((project.root / take["clip"]).is_file() for take in entry["takes"]), shot


def test_a_clone_pulls_the_takes_and_makes_only_what_it_edits(
    project: Project, clone_of: Callable[[Project], Project], tmp_path: Path
) -> None:
    project.run("dvc", "remote", "add", "-d", "shared", str(tmp_path / "remote"))
    project.commit("a remote")
    project.run("dvc", "push")
    clone = clone_of(project)
    clone.run("dvc", "pull")
    assert clone.takes() == project.takes()
    assert running(clone.repro()) == []

    takes, shots = clone.takes(), read(clone, "plan.json")["shots"]
    clone.replace(*EDIT)
    clone.repro()
    edited = {name for name, shot in read(clone, "plan.json")["shots"].items() if shot != shots[name]}
    assert {take.split("/")[1] for take in clone.takes() - takes} == edited
    assert set(submissions(clone)) == edited


def test_experiments_compare_conditioning_and_reuse_the_store(project: Project) -> None:
    project.run("dvc", "exp", "run", "--temp", "-n", "words-only", "-S", "conditioning=prompt-only")
    asked = submissions(project)
    shown = json.loads(project.run("dvc", "exp", "show", "--json"))
    assert "words-only" in json.dumps(shown)
    project.run("dvc", "exp", "run", "--temp", "-n", "again", "-S", "conditioning=prompt-only", "-f")
    assert submissions(project) == asked


def test_pruned_takes_come_back_with_their_revision(project: Project) -> None:
    project.replace(*EDIT)
    project.repro()
    project.commit("edited")
    everything = project.takes()
    listed = json.loads(project.run("continuity", "takes", "list", "--json"))
    superseded = {row["path"].removeprefix("shots/") for row in listed if not row["current"]}
    assert superseded
    assert "would delete" in project.run("continuity", "takes", "prune")
    assert project.takes() == everything
    project.run("continuity", "takes", "prune", "--yes")
    assert project.takes() == everything - superseded
    project.run("continuity", "takes", "import", "--rev", "HEAD~1")
    assert project.takes() >= superseded


def test_no_plan_key_is_invisible_to_dvc(made_once: Project) -> None:
    """DVC's run-cache ignores params called ``size`` and ``nfiles``, at any depth."""
    pending, names = [read(made_once, "plan.json")], set()
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            names |= set(value)
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    assert not names & {"size", "nfiles"}
