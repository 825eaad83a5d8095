"""Two runs compared: which shots drifted, whether that is noise, the page; and what the references are worth."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import TEMPLATE
from report_fixture import make_project
from test_report import Reader, browser, reader  # noqa: F401  (fixtures)

from continuity.cli.main import main
from continuity.comparison import noise
from continuity.comparison.compared import Comparison, Row, compared
from continuity.comparison.noise import Spread
from continuity.comparison.sides import Scored, Side
from continuity.errors import ProjectError
from continuity.experiments import NOTE, Experiments
from continuity.files import write_json, write_text
from continuity.scoring.takes.result import TakeScore

pytestmark = pytest.mark.xdist_group("browser")

CALIBRATION = {"judge": "look", "encoder": "e", "floors": {"48": 0.5, "192": 0.6}, "ceilings": {"48": 0.9, "192": 1.0}}
REFERENCES = {"ami": ["a" * 64], "kit": ["b" * 64]}
Takes = Sequence[Sequence[float | None]]  # z by frame of each take; the first is the select


# ---- runs made of numbers ---------------------------------------------------------------------


def side(
    name: str, shots: Mapping[str, Takes], character: str = "ami", calibration: Mapping[str, Any] = CALIBRATION
) -> Side:
    """A run whose takes have these z; its keys are its own."""
    takes = {shot: [scored(f"{name} {shot} {n}", shot, character, z, calibration) for n, z in enumerate(several)]
             for shot, several in shots.items()}  # fmt: skip
    return Side(
        name=name, commit="", takes=takes, selects={shot: several[0].score.key for shot, several in takes.items()},
        calibration={character: dict(calibration)}, plan=None, references=lambda: REFERENCES,
        picture=lambda name, folder: folder / name,
    )  # fmt: skip


def scored(seed: str, shot: str, character: str, z: Sequence[float | None], calibration: Mapping[str, Any]) -> Scored:
    key = hashlib.sha256(seed.encode()).hexdigest()
    floor, width = calibration["floors"]["192"], calibration["ceilings"]["192"] - calibration["floors"]["192"]
    frames = [
        {"t": n + 0.5, "found": v is not None, "identity": None if v is None else floor + v * width, "z": v,
         "margin": None, "box": None}
        for n, v in enumerate(z)
    ]  # fmt: skip
    known = [v for v in z if v is not None]
    mean = sum(known) / len(known) if known else None
    one = {
        "subject": character, "judge": "look", "encoder": "e", "identity": mean, "identity_p05": mean, "z": mean,
        "z_p05": mean, "coverage": 1.0, "margin": None, "passed": True, "wardrobe": None, "copy_paste": None,
        "drift_curve": [], "drift_slope_per_second": None, "frames": frames, "vector": None,
    }  # fmt: skip
    raw = {
        "shot": shot, "key": key, "folder": "generated", "encoder": "e", "characters": {character: one},
        "times": [], "phashes": ["0" * 16], "movement": 0.0, "voices": [], "words_by_line": [], "heard": [],
        "sha256": key, "pictures": [],
        **dict.fromkeys(("cast", "location", "prop", "flicker", "motion", "motion_offset_ms", "voice", "voice_min",
                         "words", "prompt")),
    }  # fmt: skip
    return Scored(TakeScore.from_json(raw), raw)


def steady(*levels: float) -> Takes:
    """Takes of four frames, each at its level."""
    return [[level + step for step in (0.01, -0.01, 0.02, -0.02)] for level in levels]


def row_of(found: Comparison, shot: str) -> Row:
    (row,) = [row for row in found.rows if row.shot == shot]
    return row


def test_a_shot_that_fell_by_more_than_takes_differ_has_drifted_and_stands_first() -> None:
    usual = {f"s{n}": steady(1.0, 1.02) for n in range(5)}
    found = compared(side("now", {**usual, "s3": steady(0.7, 0.72), "s4": steady(1.3, 1.31)}), side("before", usual))
    assert (found.rows[0].shot, found.rows[0].verdict) == ("s3", "drifted")
    assert row_of(found, "s4").verdict == "better" and found.rows[-1].shot == "s4"
    assert {row_of(found, shot).verdict for shot in ("s0", "s1", "s2")} == {"within noise"}
    assert row_of(found, "s3").z == pytest.approx(-0.3) and (row_of(found, "s3").noise or 1) < 0.1


def test_a_shot_whose_own_takes_differ_more_is_held_against_these() -> None:
    usual = {f"s{n}": steady(1.0, 1.02) for n in range(6)}
    hard = {"before": steady(1.0, 0.6), "now": steady(0.8, 1.2)}
    found = compared(side("now", {**usual, "hard": hard["now"]}), side("before", {**usual, "hard": hard["before"]}))
    assert row_of(found, "hard").verdict == "within noise" and row_of(found, "hard").z == pytest.approx(-0.2)
    easy = compared(side("now", {**usual, "easy": steady(0.8, 0.8)}), side("before", {**usual, "easy": steady(1, 1)}))
    assert row_of(easy, "easy").verdict == "drifted", "the same fall in a shot whose takes agree"


def test_a_single_take_is_held_against_the_characters_other_shots_and_alone_nothing_is_known() -> None:
    usual = {f"s{n}": steady(1.0, 1.02) for n in range(3)}
    found = compared(side("now", {**usual, "one": steady(0.6)}), side("before", {**usual, "one": steady(1.0)}))
    assert row_of(found, "one").verdict == "drifted"
    alone = compared(side("now", {"one": steady(0.6)}), side("before", {"one": steady(1.0)}))
    assert (alone.rows[0].verdict, alone.rows[0].noise, alone.rows[0].p) == ("not known", None, None)
    assert "two takes" in alone.rows[0].reason and alone.rows[0].z == pytest.approx(-0.4)


def test_takes_that_both_runs_share_are_counted_once() -> None:
    """Otherwise an edit of one shot would make the noise of all others look twice as well known."""
    before = side("before", {f"s{n}": steady(1.0, 1.06) for n in range(2)})
    edited = side("now", {"s1": steady(0.9, 0.96)})
    now = replace(edited, takes={**before.takes, **edited.takes}, selects={**before.selects, **edited.selects})
    found = compared(now, before)
    student_of_3 = 3.182  # 97.5th percentile: one degree of s0, and one each of both wordings of s1
    assert row_of(found, "s1").noise == pytest.approx(student_of_3 * 2**0.5 * (0.06**2 / 2) ** 0.5, abs=0.001)
    assert row_of(found, "s0").verdict == "same clip" and row_of(found, "s0").p is None


def test_frames_are_paired_by_their_place_in_time() -> None:
    """A character that turns away halfway in both is not compared where only one of the two was seen."""
    turning = [1.0, 0.9, 0.5, None], [None, 0.9, 0.5, 0.1]
    assert noise.difference(*turning) == pytest.approx(0)
    assert noise.difference([1.0, 0.5], [1.0, 1.0, 0.5, 0.5]) == pytest.approx(0), "other numbers of frames"
    assert noise.difference([None], [1.0]) is None
    assert noise.spread([[1.0, 2.0], [1.2, 2.2], [None, None]]) == Spread(pytest.approx(0.02), 1)


def test_a_faulty_take_makes_no_other_shot_look_noisy() -> None:
    usual = {f"s{n}": steady(1.0, 1.02) for n in range(5)}
    before = {**usual, "s0": steady(1.0, 0.3)}
    found = compared(side("now", {**before, "s4": steady(0.7, 0.72)}), side("before", before))
    assert row_of(found, "s4").verdict == "drifted" and (row_of(found, "s4").noise or 1) < 0.1
    assert (row_of(found, "s0").noise or 0) > 0.5


def test_another_seed_raises_no_alarm_in_more_than_one_comparison_of_twenty() -> None:
    chance, alarms, single, rounds = np.random.default_rng(2), 0, 0, 150
    for _ in range(rounds):
        levels = chance.normal(1, 0.03, (12, 2, 2)) * np.exp(chance.normal(0, 0.4, (12, 1, 1)))
        spreads = [sum((noise.spread([[a] for a in run]) for run in shot), Spread()) for shot in levels]
        whole = noise.usual(spreads)
        tests = [noise.tested(s[1].max() - s[0].max(), own, whole) for s, own in zip(levels, spreads, strict=True)]
        values = [test.p for test in tests if test]
        alarms += min(p for p in noise.holm(values) if p is not None) < noise.LEVEL
        single += sum(p < noise.LEVEL for p in values)
    assert alarms / rounds <= 0.05
    assert 0 < single / (12 * rounds) <= 0.05, "and a rule that never speaks would pass as well"


def test_the_worst_of_many_is_corrected_for() -> None:
    assert noise.holm([0.01, None, 0.04, 0.03]) == [pytest.approx(0.03), None, pytest.approx(0.06), pytest.approx(0.06)]
    assert noise.holm([0.9, 0.8]) == [1.0, 1.0]
    assert noise.flipped([-0.1, -0.2, -0.3, -0.1, -0.05, -0.2]) == pytest.approx(2 / 2**6)
    assert noise.flipped([0.1, -0.1, 0.2, -0.2]) == 1.0 and noise.flipped([]) is None


def test_the_whole_needs_six_shots_and_then_says_which_way_it_went() -> None:
    def found(shots: int) -> Comparison:
        before = {f"s{n}": steady(1.0 + n / 100, 1.02) for n in range(shots)}
        now = {shot: steady(0.9 - n / 200, 0.92) for n, shot in enumerate(before)}
        return compared(side("now", now), side("before", before))

    few, many = found(5).whole, found(9).whole
    assert (few.verdict, few.p) == ("not known", None) and "under 6" in few.reason
    assert (many.verdict, many.pairs, many.shots) == ("drifted", 9, 9)
    assert many.low is not None and many.high is not None and many.difference is not None
    assert many.low < many.difference < many.high < 0
    assert found(9).characters["ami"].verdict == "drifted"


def test_z_of_another_calibration_is_brought_to_one_scale_and_of_other_references_is_not() -> None:
    moved = {**CALIBRATION, "floors": {"48": 0.4, "192": 0.55}, "ceilings": {"48": 0.8, "192": 1.05}}
    on_this = {f"s{n}": steady(1.0, 1.02) for n in range(4)}
    by_cosine = {
        shot: [[(0.6 + z * 0.4 - 0.55) / 0.5 for z in take] for take in takes] for shot, takes in on_this.items()
    }
    now, before = side("now", by_cosine, calibration=moved), side("before", on_this)
    found = compared(now, before)
    assert all(row.z == pytest.approx(0, abs=0.002) and row.verdict == "within noise" for row in found.rows)
    other = compared(replace(now, references=lambda: {"ami": ["c" * 64]}), before)
    assert {(row.verdict, row.z) for row in other.rows} == {("not known", None)}
    assert "references have changed" in other.rows[0].reason and other.whole.difference is None
    judged = side("now", on_this, calibration={**CALIBRATION, "judge": "face"})
    assert "judge" in compared(judged, before).rows[0].reason


def test_who_is_found_no_more_stands_before_all_that_fell() -> None:
    usual = {f"s{n}": steady(1.0, 1.02) for n in range(3)}
    gone: Takes = [[None] * 4, [None] * 4]
    found = compared(side("now", {**usual, "s1": steady(0.2, 0.2), "s2": gone}), side("before", usual))
    assert [row.shot for row in found.rows][:2] == ["s2", "s1"]
    assert (found.rows[0].verdict, found.rows[0].reason) == ("not known", "found before and no more")


# ---- runs made of files -----------------------------------------------------------------------


def git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ("git", "-c", "user.name=T", "-c", "user.email=t@example.com", *words), cwd=root, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def regenerate(root: Path, shifts: Mapping[tuple[str, str], float], seed: int) -> None:
    """Write evidence and selects as another seed would have: other clips and pictures, z moved where ``shifts`` say."""
    chance = random.Random(seed)
    path, keys = root / "reports/evidence/evidence.json", {}
    evidence = json.loads(path.read_text())
    for take in evidence["takes"]:
        old, new = take["key"], hashlib.sha256(f"{take['key']}{seed}".encode()).hexdigest()
        keys[old] = new
        take |= {"key": new, "sha256": new, "clip": take["clip"].replace(old[:12], new[:12])}
        pictures = [name.replace(old[:12], new[:12]) for name in take["pictures"]]
        for before, after in zip(take["pictures"], pictures, strict=True):
            shutil.copy(root / before, root / after)
        take["pictures"] = pictures
        for id, character in take["characters"].items():
            moved = shifts.get((take["shot"], id), 0.0) + chance.gauss(0, 0.01)
            for frame in character["frames"]:
                if frame["found"]:
                    frame |= {"z": frame["z"] + moved, "identity": frame["identity"] + moved * 0.43}
            character["z"] += moved
    evidence["repairs"] = []
    write_json(path, evidence)
    selects = json.loads((root / "shots/selects.json").read_text())
    for chosen in selects["shots"].values():
        old = chosen["key"]
        chosen |= {"key": keys[old], "sha256": keys[old], "clip": chosen["clip"].replace(old[:12], keys[old][:12])}
    write_json(root / "shots/selects.json", selects)


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose tag `first` is its first run; here Kit has drifted in e01s03, all else is another seed."""
    root = tmp_path_factory.mktemp("compared") / "project"
    make_project(root, title="The <b>Lantern</b> Letter")
    for name in ("conf", "assets/masters", "assets/footage"):
        shutil.copytree(TEMPLATE / name, root / name, dirs_exist_ok=True)
    for name in ("dvc.yaml", "params.yaml", "assets/masters.lock.json", ".dvcignore", ".gitignore"):
        shutil.copy(TEMPLATE / name, root / name)
    shutil.copytree(TEMPLATE / ".dvc", root / ".dvc", ignore=shutil.ignore_patterns("cache", "tmp"))
    git(root, "init", "-q", "-b", "main")
    shutil.rmtree(root / "shots/cuts")
    git(root, "add", "-fA")
    git(root, "commit", "-qm", "first")
    git(root, "tag", "first")
    regenerate(root, {("e01s03", "kit"): -0.4}, 1)
    return root


@pytest.fixture
def says(
    two_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """The command as it is typed in the project: (status, printed, said in error)."""
    monkeypatch.chdir(two_runs)
    monkeypatch.setenv("CONTINUITY_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(tmp_path / "site"))
    monkeypatch.setenv("DVC_NO_ANALYTICS", "1")

    def said(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(words)
        return (int(ended.value.code or 0), *capfd.readouterr())

    return said


def test_the_table_says_which_shot_drifted_and_the_json_has_it_with_the_fields_of_before(says) -> None:
    status, table, _ = says("compare", "first")
    assert status == 0
    assert re.search(r"^e01s03 +kit +drifted +−0\.[34]\d\d", table.splitlines()[1])
    assert "Of 6 characters in shots: 1 drifted, 4 within noise, 1 not known." in table
    assert "not known in e01s02: no shot of this look has two takes" in table
    found = json.loads(says("compare", "first", "--json")[1])
    assert (found["compared"], found["revision"]) == ("here", "first")
    assert {"shot", "character", "take", "medoid", "phash", "identity", "z", "noise", "p", "verdict"} <= set(
        found["rows"][0]
    )
    assert {"difference", "low", "high", "pairs"} <= set(found["identity"])
    assert found["rows"][0]["p"] < 0.05 and found["rows"][0]["take"] == "other"
    assert found["characters"]["kit"]["verdict"] == "not known", "four shots are too few for a whole"


def test_two_revisions_are_named_in_either_order_and_the_workspace_by_its_name(says) -> None:
    here = json.loads(says("compare", "workspace", "first", "--json")[1])
    assert here == json.loads(says("compare", "first", "--json")[1])
    back = json.loads(says("compare", "first", "workspace", "--json")[1])
    assert (back["compared"], back["revision"]) == ("first", "here")
    assert [row["verdict"] for row in back["rows"] if row["shot"] == "e01s03"] == ["better"]
    assert back["identity"]["difference"] == -here["identity"]["difference"]
    same = json.loads(says("compare", "first", "HEAD", "--json")[1])
    assert {row["verdict"] for row in same["rows"]} == {"same clip"} and same["identity"]["verdict"] == "same clip"
    assert same["same"] and not here["same"]
    for one, other in (("first", "HEAD"), ("workspace", "workspace")):
        assert says("compare", one, other)[1].startswith("Both sides are the same: ")
    status, _, error = says("compare", "first", "no-such-branch")
    assert status == 1 and "'no-such-branch'" in error


def test_a_file_that_is_no_page_of_ours_is_never_written_over(says, tmp_path: Path) -> None:
    page = tmp_path / "mine.html"
    page.write_text("<html>mine</html>")
    (tmp_path / "link.html").symlink_to(tmp_path / "nowhere.html")
    for name in ("mine.html", "link.html", "."):
        status, printed, error = says("compare", "first", "--page", str(tmp_path / name))
        assert status == 1 and "is there already" in error and printed == ""
    assert page.read_text() == "<html>mine</html>" and (tmp_path / "link.html").is_symlink()
    ours = tmp_path / "ours.html"
    assert says("compare", "first", "--page", str(ours))[0] == 0
    before = ours.read_bytes()
    ours.write_bytes(before + b"<!-- older -->")
    assert says("compare", "first", "--page", str(ours))[0] == 0
    assert ours.read_bytes() == before, "the same evidence gives the same page"


def test_a_picture_that_cannot_be_had_is_said_in_its_place(says, two_runs: Path, tmp_path: Path) -> None:
    """Here one is deleted, and the first run's of a whole shot are not in its revision."""
    copy = tmp_path / "copy"
    shutil.copytree(two_runs, copy, symlinks=True)
    pictures = git(copy, "ls-files", "reports/evidence/e01s01").split()
    git(copy, "rm", "-q", "--cached", *pictures)
    git(copy, "commit", "-qm", "without them")
    selects = json.loads((copy / "shots/selects.json").read_text())["shots"]
    (copy / f"reports/evidence/e01s03/{selects['e01s03']['key'][:12]}-1.jpg").unlink()
    page = tmp_path / "page.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(copy)
        assert says("compare", "HEAD", "--page", str(page))[0] == 0
    html = page.read_text(encoding="utf-8")
    assert html.count("(this picture cannot be had)") == 4 and "Pictures in HEAD cannot be had: " in html
    assert html.count("(missing: ") == 1
    assert html.count("data:image/jpeg") == 2 * 4 * 4 - 5


@pytest.fixture(scope="module")
def compared_page(two_runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("page") / "compared.html"
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as ended:
        patch.chdir(two_runs)
        main(["compare", "first", "--page", str(page)])
    assert ended.value.code in (0, None)
    return page


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_the_page_is_read_at_any_width_and_asks_for_nothing(
    reader: Reader,  # noqa: F811
    compared_page: Path,
    width: int,
    dark: bool,
) -> None:
    reader.open(compared_page, width=width, dark=dark)
    reader.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert reader.run("document.documentElement.scrollWidth") <= width
    assert reader.run("window.innerWidth") == width
    assert reader.run("document.querySelector('h1').textContent") == "The <b>Lantern</b> Letter"
    assert reader.run("document.querySelector('.drifts tbody .verdict').textContent.trim()") == "drifted"
    assert reader.run("document.querySelector('#frames article').id") == "shot-e01s03", "what drifted most comes first"
    assert reader.run("document.querySelectorAll('img:not([alt])').length") == 0
    assert reader.run("document.querySelectorAll('table:not(:has(caption))').length") == 0
    names = reader.run("[...document.querySelectorAll('#shot-e01s03 .side')].map((e) => e.textContent)")
    assert names == ["first", "here"] * 4
    box = "document.querySelectorAll('#shot-e01s03 li')[{}].getBoundingClientRect().toJSON()"
    pairs = ".pairs "
    first, here = (reader.run(box.replace("li'", f"{pairs}li'").format(n)) for n in (0, 1))
    if width < 600:
        assert first["top"] == here["top"] and here["left"] > first["left"], "one moment's frames beside each other"
    else:
        assert first["left"] == here["left"] and here["top"] > first["top"], "one moment's frames below each other"
    assert reader.run("document.querySelector('#shot-e01s03 img').getBoundingClientRect().width") > 140
    assert reader.complaints() == []
    assert reader.requests == [compared_page.as_uri()]


# ---- ablation ---------------------------------------------------------------------------------

COPIES = """\
import pathlib, shutil, yaml
dial = yaml.safe_load(pathlib.Path("params.yaml").read_text())["conditioning"]
shutil.copytree(f"premade/{dial}/evidence", "reports/evidence", dirs_exist_ok=True)
shutil.copy(f"premade/{dial}/selects.json", "shots/selects.json")
"""
PIPELINE = """\
stages:
  select:
    cmd: python copies.py
    deps: [copies.py, premade]
    params: [conditioning]
    outs:
      - reports/evidence
      - shots/selects.json: {cache: false}
"""


@pytest.fixture
def quick(two_runs: Path, tmp_path: Path) -> Path:
    """A project whose pipeline takes no time: its one stage brings scores that lie ready for each conditioning."""
    root = tmp_path / "quick"
    shutil.copytree(
        two_runs, root, ignore=shutil.ignore_patterns(".git", "assets", "generated", "transferred", "repaired")
    )
    shutil.copytree(two_runs / "assets/masters", root / "assets/masters")
    shutil.copytree(two_runs / "assets/footage", root / "assets/footage")
    shutil.copy(TEMPLATE / "assets/masters.lock.json", root / "assets")
    for dial in ("references", "prompt-only"):
        shutil.copytree(root / "reports/evidence", root / "premade" / dial / "evidence")
        shutil.copy(root / "shots/selects.json", root / "premade" / dial)
        if dial == "references":
            regenerate(root, {("e01s03", "kit"): -0.5, ("e01s01", "ami"): -0.5}, 2)
    shutil.rmtree(root / "reports")
    (root / "shots/selects.json").unlink()
    write_text(root / "copies.py", COPIES)
    write_text(root / "dvc.yaml", PIPELINE)
    params = (TEMPLATE / "params.yaml").read_text().replace("series: demo", "series: tiny")
    write_text(root / "params.yaml", params)
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "T")
    git(root, "config", "user.email", "t@example.com")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    return root


def test_ablation_makes_both_runs_once_and_leaves_the_workspace_as_it_was(
    says, quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(quick)
    (quick / "conf/character/nobody.yaml").touch()
    status, _, error = says("ablation")
    assert status == 1 and "conf/character/nobody.yaml would be in neither run" in error
    (quick / "conf/character/nobody.yaml").unlink()
    edited = (quick / "conf/series/tiny.yaml").read_text().replace("waves", "nods")
    (quick / "conf/series/tiny.yaml").write_text(edited)

    status, printed, said = says("ablation", "--plan")
    assert status == 0 and printed == "" and not git(quick, "for-each-ref", "refs/exps")
    assert re.search(r"references +to make: [1-9]\d*, for \$0\.00", said) and "prompt-only" in said
    assert "not committed are part of both" in said

    status, printed, said = says("ablation")
    assert status == 0, said
    assert said.index("to make: ") < said.index("Reproducing experiment"), "the price is said first"
    assert printed.startswith("The references are worth +0.")
    assert re.search(r"^e01s03 +kit +better", printed, re.MULTILINE)
    page = (quick / "reports/ablation.html").read_text(encoding="utf-8")
    assert "The references are worth +0." in page and page.count("data:image/jpeg") == 4 * 4 * 2
    names = re.findall(r"refs/exps/\S+/(ablation-[\w-]+)", git(quick, "for-each-ref", "refs/exps"))
    assert sorted(name[:-9] for name in names) == ["ablation-prompt-only", "ablation-references"]
    assert (quick / "conf/series/tiny.yaml").read_text() == edited
    assert git(quick, "status", "--porcelain") == " M conf/series/tiny.yaml\n"
    assert not (quick / "reports/evidence").exists() and git(quick, "stash", "list") == ""

    status, again, said = says("ablation")
    assert status == 0 and again == printed and "Reproducing" not in said and "references   is there" in said
    shutil.rmtree(quick / ".dvc/cache")
    assert "to make: " in says("ablation", "--plan")[2], "nothing can be compared whose evidence is gone"
    assert len(re.findall("ablation-", git(quick, "for-each-ref", "refs/exps"))) == 2


def test_ablation_without_git_says_what_is_missing(says, quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(quick)
    shutil.rmtree(quick / ".git")
    status, _, error = says("ablation")
    assert status == 1 and "`git init`" in error and len(error.splitlines()) == 1


def test_changes_that_a_killed_run_left_in_the_stash_are_named_once(quick: Path) -> None:
    path = quick / "conf/series/tiny.yaml"
    path.write_text(path.read_text().replace("waves", "nods"))
    write_text(quick / NOTE, "refs/heads/main\n\n")
    Experiments(quick)  # nothing was put aside
    write_text(quick / NOTE, "refs/heads/main\n\n")
    git(quick, "stash")
    git(quick, "checkout", "-q", "--detach")
    with pytest.raises(ProjectError, match="`git checkout main`, then `git stash pop`"):
        Experiments(quick)
    Experiments(quick)
