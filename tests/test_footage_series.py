"""``series=footage``: takes that nobody rendered here, through every stage to a cut and a report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import Project, bare

from continuity.media.video import VideoWriter, probe


def test_real_footage_goes_through_every_stage_to_a_cut_and_a_report(tmp_path: Path) -> None:
    project = bare(tmp_path)
    project.params(series="footage")
    project.repro()
    root = project.root

    library = json.loads((root / "assets/library/library.json").read_text())["items"]
    assert library["bunny/headshot"]["provider"] == "still"
    assert all((root / item["path"]).is_file() for item in library.values())

    takes = [json.loads(path.read_text()) for path in (root / "shots").glob("generated/*/*/take.json")]
    assert {take["provider"] for take in takes} == {"footage"}
    metrics = json.loads((root / "reports/metrics.json").read_text())
    assert metrics["characters"]["bunny"]["coverage"] > 0.8
    assert metrics["characters"]["bunny"]["identity"] > 0.8

    cut = probe(root / "shots/cuts/e01.mp4")
    assert (cut.width, cut.height, cut.fps, cut.has_audio) == (1280, 720, 25, True)
    selected = json.loads((root / "shots/selects.json").read_text())["shots"]
    assert abs(cut.seconds - sum(shot["seconds"] for shot in selected.values())) < 0.1
    assert "The Late Riser" in (root / "reports/index.html").read_text()


SCENERY = """\
title: Scenery
uses: {models: footage, quality: tiny}
locations: [street]
every_shot: {seconds: 1}
episodes:
  e01:
    title: One
    scenes:
      somewhere:
        location: street
        shots:
          s01: {action: Clouds pass., footage: assets/footage/clouds.mp4}
      nowhere:
        time: day
        shots:
          s02: {action: Clouds pass., footage: assets/footage/clouds.mp4}
"""


def test_a_series_without_characters_has_null_metrics_and_a_cut(new_project: Project) -> None:
    """Nobody to compare, no lines, no library: what cannot be measured is null, the rest goes on."""
    root = new_project.root
    (root / "conf/series/scenery.yaml").write_text(SCENERY)
    with VideoWriter(root / "assets/footage/clouds.mp4", 320, 180, 12) as writer:
        for index in range(12):
            writer.write(np.full((180, 320, 3), 100 + 4 * index, np.uint8))
    new_project.params(series="scenery", models="footage", quality="tiny", takes=1)
    new_project.repro()
    metrics = json.loads((root / "reports/metrics.json").read_text())
    assert metrics["characters"] == {}
    unmeasured = ("identity", "coverage", "margin", "consistency_rate", "selected_rate_low", "cast", "voice", "words")
    assert {metrics["series"][name] for name in unmeasured} == {None}
    assert metrics["series"]["shots"] == 2
    assert probe(root / "shots/cuts/e01.mp4").seconds == pytest.approx(2.0, abs=0.1)
    assert "Scenery" in (root / "reports/index.html").read_text()
