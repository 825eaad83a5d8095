"""The tiny series through real ``dvc repro``: what is made, when, and what is never made twice."""

from __future__ import annotations

import json
import os
import re
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


COUNTING = """\
import atexit, collections, json, runpy, sys
opened = collections.Counter()
sys.addaudithook(lambda event, values: event == "open" and opened.update([str(values[0])]))
atexit.register(lambda: print("OPENED", json.dumps({k: n for k, n in opened.items() if k.endswith((".mp4", ".wav"))})))
runpy.run_module("stages.generate", run_name="__main__")
"""


def test_generate_with_nothing_to_make_reads_each_clip_and_line_once(project: Project) -> None:
    said = project.run("python", "-c", COUNTING)
    opened = json.loads(next(line for line in said.splitlines() if line.startswith("OPENED")).removeprefix("OPENED"))
    made = [
        *project.root.glob("shots/generated/*/*/clip.mp4"),
        *project.root.glob("shots/generated/*/lines/*/line.wav"),
    ]
    read_here = {path: count for path, count in opened.items() if "shots/generated" in path}
    assert len(read_here) == len(made) and set(read_here.values()) == {1}
    assert not [path for path in opened if str(project.store) in path]


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


def test_a_shot_gets_another_take_only_while_none_of_its_takes_passes(project: Project) -> None:
    """Where a shot has a transfer, by what is shown: t01's performances drift, what is made from them does not."""
    before = project.takes()
    params = (project.root / "params.yaml").read_text()
    rounds = params.replace("overrides: []", "overrides: [repair.enabled=false]")
    rounds = re.sub(r"(?m)^takes: \d+", "takes: {at_least: 1, at_most: 2}", rounds)
    (project.root / "params.yaml").write_text(rounds)
    project.replace("conf/series/tiny.yaml", "          t01:\n", "          t01:\n            parameters: {drift: 1}\n")
    assert "further takes, where none passes: at most 3" in project.run("continuity", "plan")
    project.repro("select")
    generated, shown = (made(project, folder) for folder in ("generated", "transferred"))
    assert (generated, shown) == ({"t01": 1, "t02": 2, "t03": 1}, {"t01": 1})
    assert read(project, "reports/metrics.json")["counts"]["takes_saved"] == 2
    assert "to make: 0" in project.run("continuity", "plan")

    (project.root / "params.yaml").write_text(rounds.replace("enabled=false", "enabled=false, +scorer.threshold=3"))
    project.repro("consistency-score")
    generated, shown = (made(project, folder) for folder in ("generated", "transferred"))
    assert (generated, shown) == ({"t01": 1, "t02": 2, "t03": 2}, {"t01": 2})
    scores = read(project, "reports/evidence/evidence.json")["takes"]
    assert all(take["motion"] > 0.5 for take in scores if take["folder"] == "transferred")
    assert "to make: 0" in project.run("continuity", "plan")
    further = [take for take in project.takes() - before if take.startswith("transferred/t01")]
    assert len(further) == 3, "two takes shown, and a second performance"
    assert not any(take in project.run("continuity", "takes", "prune") for take in further)


def made(project: Project, folder: str) -> dict[str, int]:
    return {shot: len(of["takes"]) for shot, of in read(project, f"shots/{folder}.json")["shots"].items()}


def test_a_pick_re_runs_selection_and_what_is_cut_from_it_and_no_more(project: Project) -> None:
    shots = read(project, "shots/selects.json")["shots"]
    other = read(project, "shots/repaired.json")["shots"]["t02"]["takes"][0]["key"]  # a repair that was not kept
    assert shots["t02"]["key"] != other
    project.pick(f't02: {{selected: "{other[:12]}", note: "her eyes"}}')
    assert running(project.repro()) == ["compose", "select", "assemble", "report"]
    chosen = read(project, "shots/selects.json")["shots"]
    assert (chosen["t02"]["key"], chosen["t02"]["reason"]) == (other, "picked")
    assert {shot: chosen[shot] for shot in shots if shot != "t02"} == {s: v for s, v in shots.items() if s != "t02"}
    (project.root / "conf/picks/tiny.yaml").unlink()
    project.repro()
    assert read(project, "shots/selects.json")["shots"] == shots


def test_what_plan_announces_is_what_a_run_makes(new_project: Project) -> None:
    announced = json.loads(new_project.run("continuity", "plan", "--json"))["rows"]
    new_project.repro("motion-transfer")
    assert sum(row["new"] for row in announced) == sum(submissions(new_project).values())


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
    clone.store.mkdir()
    (clone.store / "vectors").symlink_to(project.store / "vectors")  # what is made is asked here, not what is measured
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


def test_scoring_with_nothing_new_loads_no_network(project: Project) -> None:
    loaded = project.run("python", "-X", "importtime", "-m", "stages.consistency_score")
    assert re.search(r"\| +numpy$", loaded, re.M) and not re.search(r"\| +torch$", loaded, re.M)


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
