"""A person's own series, as the documents say: written, run, changed, chosen from, tried, shared, merged, alone."""

from __future__ import annotations

import json
import re
import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from conftest import Project, bare
from films import turned
from test_recipes import blocks

from continuity.media.reading import probe
from continuity.media.video import frames

REMOVAL = "docs/remove-the-demo.md"
OWN = Path(__file__).parent / "own_series" / "conf"
NTSC = Fraction(30000, 1001)
SMALL = ["quality.resolution=[180,320]", 'quality.fps="30000/1001"', "quality.preset=ultrafast", "quality.portrait=384"]
PLAIN = ["scorer.judges=[look]", "scorer.traits=false"]  # how well these are told apart is not the point here


def film_with_a_phone(path: Path) -> None:
    """1.5 s of a blue sky over a green field: stored lying on its side, to be turned, at 29.97."""
    lying = path.with_name("lying.mp4")
    picture = np.zeros((320, 180, 3), np.uint8)
    picture[:160], picture[160:] = (90, 150, 230), (70, 140, 60)
    with av.open(str(lying), "w") as output:
        stream = output.add_stream("libx264", rate=NTSC)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for _ in range(45):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(np.rot90(picture, -1).copy(), format="rgb24")))
        output.mux(stream.encode(None))
    turned(lying, path)
    lying.unlink()


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The series of `own_series`, in a project that still has the demo; nothing made yet."""
    project = bare(tmp_path_factory.mktemp("own"))
    project.run("make", "merging")
    project.commit("The template")
    project.run("git", "branch", "template")
    shutil.copytree(OWN, project.root / "conf", dirs_exist_ok=True)
    film_with_a_phone(project.root / "assets/footage/s04.mp4")
    project.params(series="crossing", quality="vertical", takes=1, overrides=[*SMALL, *PLAIN])
    return project


def new(project: Project, before: set[str]) -> set[str]:
    """The shots of which takes were made since."""
    return {take.split("/")[1] for take in project.takes() - before}


def selected(project: Project) -> dict[str, str]:
    shots = json.loads((project.root / "shots/selects.json").read_text())["shots"]
    return {shot: entry["key"][:12] for shot, entry in shots.items()}


def test_a_series_of_one_s_own_is_what_the_documents_promise(series: Project, tmp_path: Path) -> None:
    said = series.run("continuity", "check")
    for words in (
        "character rust, temper: not drawn: “shy”",
        "character edda, age: not drawn: “woman”",
        "location kitchen: not drawn: “parrot”, “cage”",
        "prop umbrella: not drawn: “parrot”",
        "shot s06, action: not drawn: “whistles”",
    ):
        assert words in said, f"{words} is told beforehand:\n{said}"
    assert not series.takes()

    series.repro()
    plan = json.loads((series.root / "plan.json").read_text())
    assert list(plan["shots"]) == [f"s0{n}" for n in range(1, 8)]
    assert abs(plan["shots"]["s04"]["seconds"] - 45 / NTSC) < 0.002, "as long as it was filmed"
    cut = series.root / "shots/cuts/e01.mp4"
    with av.open(str(cut)) as video:
        stream = video.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (180, 320, NTSC)
    assert "Edda left." in cut.with_suffix(".srt").read_text()
    filmed = next(iter(frames(next((series.root / "shots/generated/s04").glob("*/clip.mp4")))))
    assert filmed[40].mean(axis=0)[2] > 180 and filmed[280].mean(axis=0)[1] > 100, "the phone's picture stands upright"
    page = (series.root / "reports/index.html").read_text()
    assert re.search(r"not drawn</b> shy", page)

    series.run("dvc", "add", "assets/footage/s04.mp4")
    series.commit("First cut")
    assert "assets/footage/s04.mp4" not in series.run("git", "ls-files").splitlines(), "camera files stay out of Git"

    # A shot is put in between, a line is said otherwise: each makes that shot alone.
    before = series.takes()
    series.replace(
        "conf/series/crossing.yaml",
        "      ship:\n",
        "          s04b: {action: Rust nods., characters: [rust]}\n      ship:\n",
    )
    series.repro()
    assert new(series, before) == {"s04b"}
    before = series.takes()
    series.replace("conf/series/crossing.yaml", "Good evening.", "Good night.")
    series.repro()
    assert new(series, before) == {"s06"}
    assert "Good night." in cut.with_suffix(".srt").read_text()
    series.commit("A shot more, another line")

    # The earlier take is picked: it is in the cut, though its words have changed, and nothing is made.
    before, now = series.takes(), selected(series)
    (earlier,) = {take.split("/")[2] for take in before if take.startswith("generated/s06/")} - {now["s06"]}
    picks = series.root / "conf/picks/crossing.yaml"
    picks.parent.mkdir(exist_ok=True)
    picks.write_text(f's06:\n  selected: "{earlier}"\n')
    series.repro()
    assert selected(series)["s06"] == earlier and series.takes() == before
    series.commit("The earlier take of s06")

    # An experiment is made in a copy: what is here stays as it is.
    quiet = json.dumps([*SMALL, *PLAIN, "assembly.loudness_lufs=-20"])
    files = series.run("git", "status", "--short")
    series.run("dvc", "exp", "run", "--temp", "-n", "quiet", "-S", f"overrides={quiet}")
    assert series.run("git", "status", "--short") == files and "quiet" in series.run("dvc", "exp", "list")

    # A clone that pulls makes nothing; a newer template merges, and makes nothing either.
    series.run("dvc", "remote", "add", "-d", "shelf", str(tmp_path / "shelf"))
    series.commit("Where it is kept")
    series.run("dvc", "push", "-q")
    series.run("git", "clone", "-q", str(series.root), str(tmp_path / "elsewhere"))
    elsewhere = Project(tmp_path / "elsewhere", tmp_path / "elsewhere-store")
    elsewhere.run("dvc", "pull", "-q")
    made = elsewhere.takes()
    elsewhere.repro()
    assert elsewhere.takes() == made == series.takes() and selected(elsewhere)["s06"] == earlier

    series.run("git", "switch", "-q", "template")
    with (series.root / "docs/glossary.md").open("a") as glossary:
        glossary.write("\nA newer template says more.\n")
    (series.root / "plan.json").write_text("{}\n")
    series.commit("A newer template")
    series.run("git", "switch", "-q", "main")
    series.run("git", "merge", "-q", "--no-edit", "template")
    series.run("dvc", "checkout", "-q")
    series.run("continuity", "check", "--heal")
    before = series.takes()
    series.repro()
    assert series.takes() == before and "newer template" in (series.root / "docs/glossary.md").read_text()
    assert series.run("git", "status", "--short") == "", "what is generated is as it was"

    # The demo is removed by the commands of its page: what is one's own stays.
    removal = next(block for block in blocks() if block.document == REMOVAL and block.code.startswith("git rm"))
    series.run("sh", "-ec", removal.code)
    series.replace("conf/config.yaml", "series: demo", "series: crossing")
    series.run("continuity", "masters", "accept")
    before = series.takes()
    series.repro()
    assert series.takes() == before and selected(series)["s06"] == earlier
    assert probe(cut).width == 180
