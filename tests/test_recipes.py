"""Every command that README.md and docs/ show is typed, in its order, in one clone: recipes that are true.

Whoever writes a new block gets it run. What cannot run stands in `NOT_RUN` with its reason; what needs a place, a key
or an hour is typed with a stand-in of `STAND_INS`; what a reader has done before stands in `BEFORE`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import TEMPLATE, Project, template_files
from typed import Block, Typist, blocks_of, heading, said

LAST = "docs/remove-the-demo.md"  # it takes away what the others are typed on

# The first words of a block -> why it is not typed.
NOT_RUN = {
    "python3 -m venv .venv": "installs from the package registry, as the Makefile does",
    "make test ": "the suite itself, and what takes hours",
    "continuity ladder ": "hours; tests/test_validation.py measures a little",
}
# Words of the documents -> what stands in for them here.
STAND_INS = {
    "<this repository>": '"$MADE"',
    "<your repository>": ".",
    "s3://bucket/my-series": '"$REMOTE"',
    "range(1,3)": "range(1,2)",  # a run less
    "continuity ablation ": "continuity ablation --plan ",  # both runs are made in tests/test_compare.py
    "parameters.drift=0.5\"]'": "parameters.drift=0.5\"]' compose",  # what differs shows in the plan
}
# The first words of a block -> what its reader has done before.
BEFORE = {
    "source .venv/bin/activate       #":
        "sed -i.bak 's/Ami waves/Ami bows/' conf/series/tiny.yaml; rm conf/series/*.bak",
    "continuity score take1":
        'cd "$CLONE"; mkdir -p ../clips/pictures; cp assets/library/kit/*.png ../clips/pictures; '
        "cp shots/generated/t03/*/clip.mp4 ../clips/take1.mp4; cd ../clips; cp take1.mp4 take2.mp4",
    "dvc add assets/footage": "cp shots/generated/t03/*/clip.mp4 assets/footage/mine.mp4",
    "mkdir -p assets/masters/mia": "mkdir -p assets/library/mia; cp assets/library/kit/headshot.png assets/library/mia",
    "git rm -qf conf/series": 'cp -r "$TEMPLATE/tests" .; git add -A; git commit -qm "With its tests"',
}  # fmt: skip


TYPIST = Typist(NOT_RUN, STAND_INS, BEFORE)


def blocks() -> list[Block]:
    documents = [name for name in template_files() if name == "README.md" or re.fullmatch(r"docs/[\w-]+\.md", name)]
    return blocks_of(sorted(documents, key=lambda name: (name == LAST, name)))


def typed() -> list[Block]:
    return [block for block in blocks() if TYPIST.types(block)]


def script() -> str:
    """All of them for one shell, each after a line that says where it stands."""
    lines = ["set -eo pipefail", VENV]
    for number, block in enumerate(blocks()):
        if block.document == LAST and block.file:
            lines.append(block.writes)
        if not TYPIST.types(block):
            continue
        lines += [heading(block, number), block.named(BEFORE) or ":"]
        if block.document != "README.md":
            lines.append('cd "$CLONE"')
        lines.append(TYPIST.code(block))
    return "\n".join(lines)


# The set-up, without the package registry: what `make` would install is what the tests run on.
VENV = """
make() {
    mkdir -p .venv/bin && echo "PATH=$BIN:$PATH" > .venv/bin/activate && touch .venv/ready
    command make "$@"
}
"""


def test_the_lists_name_blocks_and_words_that_are_there() -> None:
    TYPIST.check(blocks())
    assert {block.document for block in typed()} >= {"README.md", "docs/ci.md", "docs/writing.md", LAST}


@pytest.mark.timeout(2400)
def test_every_command_that_the_documents_show_works_in_its_order(made_once: Project, tmp_path: Path) -> None:
    shutil.copytree(made_once.store, tmp_path / "store")
    project = Project(tmp_path / "my-series", tmp_path / "store")
    environment = {
        **project.environment,
        "MADE": str(made_once.root), "TEMPLATE": str(TEMPLATE), "CLONE": str(project.root),
        "REMOTE": str(tmp_path / "remote"),
        "BIN": str(Path(sys.executable).parent), "DVC_EXP_AUTO_PUSH": "false", "SHELL": "/bin/bash",
        **{f"GIT_{who}_{what}": "tester@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-c", script()], cwd=tmp_path, env=environment, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    parts = said(done.stdout)
    assert done.returncode == 0, "\n".join(list(parts.items())[-1]) if parts else done.stdout

    (compared,) = [text for text in parts.values() if "Experiment" in text]
    columns = next(line for line in compared.splitlines() if "Experiment" in line).split()
    assert columns == ["Experiment", "series.identity_z", "series.selected_rate", "series.voice", "seed"]
    assert "seed-1" in compared and "Both sides are the same" not in compared, "a run is held against another"
    assert subprocess.run(["git", "status", "--short"], cwd=project.root, capture_output=True, text=True).stdout == ""
    check_tests_that_stay(project, environment)


def check_tests_that_stay(project: Project, environment: dict[str, str]) -> None:
    """Without the demo, tests of the project are made on what they carry: a few that read it in different ways."""
    chosen = (
        "tests/test_compose.py::test_every_shipped_series_composes_without_a_remark",
        "tests/test_docs.py::test_overrides_shown_in_the_guide_compose",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen],
        cwd=project.root, text=True, capture_output=True,
        env={**environment, "PYTHONPATH": os.pathsep.join([str(project.root)]), "PYTEST_ADDOPTS": ""},
    )  # fmt: skip
    assert done.returncode == 0 and "2 passed" in done.stdout, done.stdout[-3000:]
