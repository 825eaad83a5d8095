"""``series=footage``: takes that nobody rendered here, through every stage to a cut and a report."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import bare

from continuity.media.video import probe


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
