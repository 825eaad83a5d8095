"""The ablation of a whole series, made, ended midway and made again: it takes minutes, so `make soak` alone does."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

from conftest import Project
from test_pipeline import submissions

if os.environ.get("CONTINUITY_SOAK"):

    def test_an_ablation_that_was_ended_goes_on_and_leaves_the_workspace_as_it_was(
        project: Project, tmp_path: Path
    ) -> None:
        project.replace("conf/series/tiny.yaml", "Ami waves.", "Ami nods.")
        before = project.run("git", "diff")
        log = tmp_path / "said"
        with log.open("wb") as file:
            process = subprocess.Popen(
                ["continuity", "ablation"], cwd=project.root, env=project.environment, stdout=file, stderr=file
            )
            while b"Running stage 'generate'" not in log.read_bytes():
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            assert process.wait() == 143
        assert project.run("git", "diff") == before and project.run("git", "stash", "list") == ""
        found = json.loads(project.command("continuity", "ablation", "--json").stdout)
        assert project.run("git", "diff") == before
        with sqlite3.connect(project.store / "ledger.sqlite") as ledger:
            again = "SELECT key FROM jobs WHERE state = 'succeeded' GROUP BY key HAVING count(*) > 1"
            assert ledger.execute(again).fetchall() == [], "nothing is made twice"
        assert {row["shot"] for row in found["rows"]} == {"t01", "t02", "t03"}
        assert all(row["z"] is not None for row in found["rows"]), "generated takes show one look in both"
        assert found["identity"]["difference"] > 0
        assert (project.root / "reports/ablation.html").read_text().count("data:image/jpeg") == 3 * 2 * 4
        made = submissions(project)
        assert json.loads(project.command("continuity", "ablation", "--json").stdout) == found
        assert submissions(project) == made
