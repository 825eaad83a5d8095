"""Two people edit one series: ``git merge`` mixes their words, and what stages write is made anew."""

from __future__ import annotations

import json

import pytest
from conftest import Project


@pytest.fixture
def two_branches(new_project: Project) -> Project:
    """On `main` and on `theirs` another shot was edited and the plan compiled; the demo's numbers lie in both."""
    new_project.repro("compose")
    (new_project.root / "reports").mkdir()
    (new_project.root / "reports/metrics.json").write_text('{"series": {"identity": 0.5}}\n')
    new_project.commit("before")
    for branch, old, new, number in (("theirs", "Kit nods", "Kit jumps", 0.7), ("main", "Ami waves", "Ami bows", 0.9)):
        new_project.run("git", "checkout", "-q", *(["-b"] if branch == "theirs" else []), branch)
        new_project.replace("conf/series/tiny.yaml", old, new)
        new_project.repro("compose")
        (new_project.root / "reports/metrics.json").write_text(f'{{"series": {{"identity": {number}}}}}\n')
        new_project.commit(branch)
    return new_project


def test_a_merge_conflicts_in_no_generated_file_and_a_run_makes_them_anew(two_branches: Project) -> None:
    merged = ("git", "merge", "-q", "--no-edit", "theirs")
    said = two_branches.command(*merged)
    assert said.returncode == 1 and "CONFLICT" in said.stdout, "a clone that was not told merges them as text"
    assert "`continuity check --heal`" in two_branches.fail("continuity", "check")
    healed = two_branches.run("continuity", "check", "--heal")
    assert "took our side of compared.json" in healed and "took our side of reports/metrics.json" in healed
    two_branches.run("git", "commit", "-qm", "merged by hand")

    two_branches.run("git", "reset", "-q", "--hard", "HEAD^")
    two_branches.run("make", "merging")
    two_branches.run(*merged)
    assert '"identity": 0.9' in (two_branches.root / "reports/metrics.json").read_text()
    two_branches.repro("compose")
    plan = json.loads((two_branches.root / "plan.json").read_text())
    assert "bows" in plan["shots"]["t01"]["prompt"] and "jumps" in plan["shots"]["t03"]["prompt"]


def test_what_people_wrote_is_left_to_them(two_branches: Project) -> None:
    two_branches.run("make", "merging")
    two_branches.replace("conf/series/tiny.yaml", "Kit nods", "Kit sleeps")
    two_branches.commit("the same words as theirs")
    assert two_branches.command("git", "merge", "-q", "theirs").returncode == 1
    said = two_branches.fail("continuity", "check", "--heal")
    assert "conf/series/tiny.yaml: line" in said and "keep what you want of both sides" in said
    assert two_branches.run("git", "diff", "--name-only", "--diff-filter=U").split() == ["conf/series/tiny.yaml"]
