"""What goes wrong on a person's machine, at the level of the commands they type.

Each accident is answered by one message that names the shot or file and the way out, a non-zero status and no
traceback; nothing made so far is lost, and a run after the cause is gone ends well.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Project

EDIT = ("conf/series/tiny.yaml", "waves", "nods")


def ruined(path: Path, how: str) -> None:
    """Do to a file what happens to files."""
    data = path.read_bytes()
    path.unlink()  # never through a link into DVC's cache
    if how != "deleted":
        path.write_bytes({"truncated": data[: len(data) // 2], "empty": b"", "text": b"not what its name says"}[how])


def stage(project: Project, name: str) -> tuple[str, ...]:
    """The command of one stage, without DVC around it."""
    return ("python", "-m", f"stages.{name}")


def clip_of(project: Project, shot: str, folder: str = "generated") -> Path:
    return next((project.root / "shots" / folder / shot).glob("*/clip.mp4"))


def submissions(project: Project) -> Counter[str]:
    """How often each key was submitted, by the ledger."""
    with sqlite3.connect(project.store / "ledger.sqlite") as ledger:
        return Counter(key for (key,) in ledger.execute("SELECT key FROM jobs"))


def debris(project: Project) -> list[Path]:
    """Half-made files that something left behind."""
    folders = [project.root / name for name in ("assets", "shots", "reports", "conf")]
    left = [path for folder in folders for path in folder.rglob("*.tmp*")]
    return [*left, *project.root.glob(".*.tmp"), *(project.store / "results" / ".making").glob("*")]


def small_files_only(limit: int) -> Callable[[], None]:
    """As on a full disk: no file of the process to be started can grow beyond ``limit`` bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def fail_with_little_room(project: Project, limit: int, *words: str) -> str:
    done = subprocess.run(
        words, cwd=project.root, env=project.environment, capture_output=True, text=True,
        preexec_fn=small_files_only(limit),
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "Traceback" not in said, said
    assert "free room" in said
    return said


# ---- masters and library ---------------------------------------------------------------------


@pytest.mark.parametrize("how", ["text", "deleted"])
def test_a_master_that_is_lost_stops_the_pipeline_before_anything_is_drawn(project: Project, how: str) -> None:
    library = {path: path.read_bytes() for path in (project.root / "assets/library").rglob("*.png")}
    ruined(project.root / "assets/masters/ami/anime.png", how)
    said = project.fail("dvc", "repro", "design")
    assert "assets/masters/ami/anime.png" in said and "git checkout" in said
    assert {path: path.read_bytes() for path in library} == library
    project.run("git", "checkout", "--", "assets/masters")
    project.repro("design")


def test_a_master_that_cannot_be_opened_is_not_accepted(project: Project) -> None:
    before = (project.root / "assets/masters.lock.json").read_text()
    ruined(project.root / "assets/masters/ami/anime.png", "text")
    said = project.fail("continuity", "masters", "accept")
    assert "masters/ami/anime.png" in said and "not a readable picture" in said
    assert (project.root / "assets/masters.lock.json").read_text() == before


@pytest.mark.parametrize("how", ["text", "empty", "deleted"])
def test_a_library_picture_that_is_lost_is_named_and_comes_back_from_the_store(project: Project, how: str) -> None:
    picture = project.root / "assets/library/ami/realistic/headshot.png"
    good, asked = picture.read_bytes(), submissions(project)
    ruined(picture, how)
    assert "ami/realistic/headshot" in project.fail(*stage(project, "consistency_score"))
    project.repro("design")
    assert picture.read_bytes() == good
    assert submissions(project) == asked


# ---- takes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["deleted", "truncated", "empty", "text"])
def test_a_clip_that_is_lost_is_named_and_comes_back_from_the_store(project: Project, how: str) -> None:
    clip = clip_of(project, "t03")
    good, asked, metrics = clip.read_bytes(), submissions(project), (project.root / "reports/metrics.json").read_text()
    ruined(clip, how)
    for name in ("assemble", "consistency_score") if how == "truncated" else ("assemble",):
        said = project.fail(*stage(project, name))
        assert "t03" in said and clip.relative_to(project.root).as_posix() in said
        assert "dvc" in said.split(";")[-1], "the way out"
    assert (project.root / "reports/metrics.json").read_text() == metrics
    project.repro("-s", "generate")
    assert clip.read_bytes() == good
    assert submissions(project) == asked
    assert debris(project) == []


@pytest.mark.parametrize("content", ["{", "[]", "{}"])
def test_a_broken_record_is_named_and_comes_back_from_the_store(project: Project, content: str) -> None:
    record = clip_of(project, "t01").with_name("take.json")
    good = record.read_text()
    record.unlink()
    record.write_text(content)
    assert "t01" in project.fail("continuity", "takes", "list")
    project.run(*stage(project, "generate"))
    assert record.read_text() == good


def test_a_take_that_is_lost_everywhere_is_made_again_the_same(project: Project) -> None:
    clip = clip_of(project, "t01")
    good = clip.read_bytes()
    key = json.loads(clip.with_name("take.json").read_text())["key"]
    ruined(clip, "truncated")
    (project.store / "results" / key[:2] / key / "result.mp4").write_bytes(b"damaged")
    project.run(*stage(project, "generate"))
    assert clip.read_bytes() == good
    assert submissions(project)[key] == 2


@pytest.mark.parametrize("content", [b"{", b"[]", b"{}", b"\xff\xfe", b'{"shots": []}', b'{"shots": {"t01": {}}}'])
def test_a_broken_index_is_named_with_the_stage_that_writes_it(project: Project, content: bytes) -> None:
    (project.root / "shots/generated.json").write_bytes(content)
    for words in (stage(project, "motion_transfer"), ("continuity", "takes", "list")):
        said = project.fail(*words)
        assert "shots/generated.json" in said and "dvc repro generate" in said
    project.run(*stage(project, "generate"))
    project.run(*stage(project, "motion_transfer"))


def test_takes_are_not_pruned_while_it_is_unknown_which_are_current(project: Project) -> None:
    """DVC removes the index before generate runs; if that fails, every take would look superseded."""
    takes = project.takes()
    project.replace("conf/series/tiny.yaml", '"Hello, Kit."', '"Hello, Kit, my dear, what a long and happy day it is."')
    said = project.fail("dvc", "repro", "generate")
    assert "t02" in said and "give the shot" in said
    assert "shots/generated.json" in project.fail("continuity", "takes", "prune", "--yes")
    assert project.takes() == takes


def test_a_pin_that_names_no_take_is_answered_with_those_that_are_there(project: Project) -> None:
    project.replace("conf/series/tiny.yaml", "action: Kit nods.", "action: Kit nods.\n            pin: abcdef123456")
    project.run(*stage(project, "compose"))
    said = project.fail(*stage(project, "consistency_score"))
    assert "t03" in said and "abcdef123456" in said
    assert clip_of(project, "t03").parent.name in said


# ---- words ------------------------------------------------------------------------------------

HOSTILE = """\
title: "<script>alert(1)</script> & Tiny {{ 7*7 }} ]]>"
logline: "\\u05e9\\u05dc\\u05d5\\u05dd \\u0645\\u0631\\u062d\\u0628\\u0627 \\U0001F98A"
uses: {quality: tiny}
characters: [kit]
locations: [cafe]
every_shot: {seconds: 1}
library: {angles: [], expressions: [happy], wardrobes: [], lookalikes: 1}
episodes:
  e01:
    title: "</title><img src=x onerror=alert(2)> \\u7b2c\\u4e00\\u8a71"
    scenes:
      cafe:
        location: cafe
        time: morning
        shots:
          t01:
            action: "LONG"
            characters: [kit]
          t02:
            seconds: 3
            action: "Kit nods. \\U0001F389 \\u0645\\u0631\\u062d\\u0628\\u0627 <b>bold</b> %s
              $(touch pwned) `touch pwned` '; --"
            characters: [kit]
            lines:
              - {kit: "Hello <i>Ami</i> \\u05e9\\u05dc\\u05d5\\u05dd & bye --> 00:01 \\U0001F389", at: 0.1}
"""


def test_any_words_pass_through_the_whole_pipeline_and_stay_words(project: Project) -> None:
    around = {path.name for path in project.root.parent.iterdir()} - {"dvc-site"}  # DVC's own
    words = HOSTILE.replace("LONG", ("Kit waves slowly to everyone in the room. " * 40)[:1500])
    (project.root / "conf/series/tiny.yaml").write_text(words, encoding="utf-8")
    project.repro()
    page = (project.root / "reports/index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page and "{{ 7*7 }}" in page
    subtitles = (project.root / "shots/cuts/e01.srt").read_text(encoding="utf-8")
    assert subtitles.count("-->") == 1
    assert len(json.loads((project.root / "plan.json").read_text(encoding="utf-8"))["shots"]["t01"]["prompt"]) > 1400
    assert {path.name for path in project.root.parent.iterdir()} - {"dvc-site"} == around
    assert not list(project.root.rglob("pwned"))
    assert "up to date" in project.repro()


@pytest.mark.parametrize("id", ["../x", "/etc/x", "..", "T 1", "t/1"])
def test_an_id_that_is_a_path_never_becomes_a_file(project: Project, id: str) -> None:
    project.replace("conf/series/tiny.yaml", "          t03:", f'          "{id}":')
    before = (project.root / "plan.json").read_text()
    said = project.fail("dvc", "repro", "-s", "compose")
    assert "conf/series/tiny.yaml" in said and repr(id) in said and "is not an id" in said
    assert not (project.root / "plan.json").is_file() or (project.root / "plan.json").read_text() == before


def test_yaml_that_is_broken_is_named_with_its_line(project: Project) -> None:
    project.replace("conf/series/tiny.yaml", "title: Tiny", "title: [Tiny")
    said = project.fail("dvc", "repro", "-s", "compose")
    assert "conf/series/tiny.yaml: line 3" in said
    (project.root / "conf/series/tiny.yaml").write_bytes(b"title: \x00")
    assert "conf/series/tiny.yaml: is not text" in project.fail("dvc", "repro", "-s", "compose")


def test_an_unknown_key_and_a_broken_file_of_params_are_named(project: Project) -> None:
    project.params(takez=3)
    said = project.fail("dvc", "repro", "-s", "compose")
    assert "params.yaml" in said and "'takez'" in said and "'takes'" in said
    (project.root / "params.yaml").write_text("series: [")
    assert "params.yaml" in project.fail("dvc", "repro", "-s", "compose")
    assert "params.yaml: line 1" in project.fail("continuity", "plan")


def test_a_dial_left_out_of_params_keeps_its_default(project: Project) -> None:
    project.replace("params.yaml", "seed: 7\n", "")
    plan = (project.root / "plan.json").read_bytes()
    project.repro("-s", "compose")
    assert (project.root / "plan.json").read_bytes() == plan


# ---- the machine ------------------------------------------------------------------------------


def test_a_full_store_names_the_shot_and_the_next_run_goes_on(project: Project) -> None:
    project.replace(*EDIT)
    project.run(*stage(project, "compose"))
    takes, asked = project.takes(), submissions(project)
    for limit in (0, 30_000):  # not even the ledger; not the clip
        fail_with_little_room(project, limit, *stage(project, "generate"))
    said = fail_with_little_room(project, 30_000, *stage(project, "generate"))
    assert "t01" in said and str(project.store) in said
    assert project.takes() == takes
    assert debris(project) == []
    project.run(*stage(project, "generate"))
    assert len(project.takes() - takes) == 1
    (key,) = submissions(project) - asked
    assert submissions(project)[key] == 1, "a job that found no room is taken over and not sent again"


def test_a_full_project_folder_names_the_file_and_leaves_no_half(project: Project) -> None:
    page, plan = project.root / "reports/index.html", project.root / "plan.json"
    before = page.read_bytes(), plan.read_bytes()
    assert "shots/cuts/" in fail_with_little_room(project, 20_000, *stage(project, "assemble"))
    assert "reports/index.html" in fail_with_little_room(project, 20_000, *stage(project, "report"))
    assert "plan.json" in fail_with_little_room(project, 100, *stage(project, "compose"))
    assert (page.read_bytes(), plan.read_bytes()) == before
    assert debris(project) == []


def test_a_store_that_cannot_be_written_is_named_with_the_way_out(project: Project) -> None:
    (project.root.parent / "file").write_text("")
    misplaced = Project(project.root, project.root.parent / "file" / "store")
    for words in (stage(project, "generate"), ("continuity", "plan"), ("continuity", "check")):
        said = misplaced.fail(*words)
        assert str(misplaced.store) in said and "set CONTINUITY_STORE" in said


def test_a_read_only_folder_is_named(project: Project) -> None:
    # Root writes anywhere, unless it is told to mind the rights of files as everyone else.
    as_everyone = ("setpriv", "--bounding-set=-dac_override") if os.geteuid() == 0 else ()
    (project.root / "reports").chmod(0o555)
    try:
        assert "reports/index.html" in project.fail(*as_everyone, *stage(project, "report"))
    finally:
        (project.root / "reports").chmod(0o755)


def test_a_file_in_the_place_of_a_folder_is_named(project: Project) -> None:
    shutil.rmtree(project.root / "reports")
    (project.root / "reports").write_text("")
    assert "reports" in project.fail(*stage(project, "report"))


def many_shots(project: Project) -> None:
    """Eight shots more, so that there is time to interrupt."""
    more = "\n".join(
        f"          u{number}:\n            seconds: 2\n            action: Kit waves.\n            characters: [kit]"
        for number in range(8)
    )
    project.replace("conf/series/tiny.yaml", "          t03:", f"{more}\n          t03:")
    project.run(*stage(project, "compose"))


@pytest.mark.parametrize("told", ["everyone", "the stage alone"])
def test_ctrl_c_keeps_what_is_finished_and_the_next_run_goes_on(project: Project, told: str) -> None:
    many_shots(project)
    takes, asked = project.takes(), submissions(project)
    words = ("dvc", "repro", "-s", "generate") if told == "everyone" else stage(project, "generate")
    process = subprocess.Popen(
        words, cwd=project.root, env=project.environment, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    while project.takes() == takes:
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.01)
    if told == "everyone":
        os.killpg(process.pid, signal.SIGINT)  # what a terminal does
    else:
        process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)  # returns when the last worker has let go of the pipe
    assert process.returncode != 0, said
    assert said.count("interrupted: everything finished so far is kept") == 1, said
    assert "Traceback" not in said, said
    assert debris(project) == []
    finished = {path.name for path in (project.store / "results").glob("*/*")}
    assert len(finished) < len(asked) + 8, "interrupted too late to show anything"

    project.run(*stage(project, "generate"))
    assert len(project.takes() - takes) == 8
    new = submissions(project) - asked
    assert len(new) == 8 and set(new.values()) == {1}, "nothing finished was made again"


def test_a_worker_that_is_killed_is_told_of_and_the_next_run_goes_on(project: Project) -> None:
    children = Path("/proc/self/task")
    if not children.is_dir():
        pytest.skip("looks for the workers in /proc")
    many_shots(project)
    takes = project.takes()
    process = subprocess.Popen(
        stage(project, "generate"), cwd=project.root, env=project.environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    while project.takes() == takes:
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.01)
    of_stage = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    workers = [pid for pid in of_stage if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(int(workers[0]), signal.SIGKILL)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1 and "a worker process died" in said and "Traceback" not in said, said
    project.run(*stage(project, "generate"))
    assert len(project.takes() - takes) == 8


def test_two_projects_with_one_store_make_each_take_once(project: Project) -> None:
    project.replace(*EDIT)
    project.run(*stage(project, "compose"))
    asked = submissions(project)
    other = Project(project.root.parent / "other", project.store)
    shutil.copytree(project.root, other.root, symlinks=True)
    processes = [
        subprocess.Popen(stage(one, "generate"), cwd=one.root, env=one.environment, stdout=subprocess.DEVNULL)
        for one in (project, other)
    ]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    new = submissions(project) - asked
    assert list(new.values()) == [1]
    assert (project.root / "shots/generated.json").read_text() == (other.root / "shots/generated.json").read_text()


def test_what_killed_runs_left_half_made_is_swept_after_a_day(project: Project) -> None:
    making = project.store / "results" / ".making"
    for name in ("old", "young"):
        (making / name).mkdir(parents=True)
        (making / name / "result.mp4").write_bytes(b"half")
    yesterday = time.time() - 100_000
    os.utime(making / "old", (yesterday, yesterday))
    project.run("continuity", "plan")
    assert [path.name for path in making.iterdir()] == ["young"]


def test_a_ledger_that_is_no_database_is_named(project: Project) -> None:
    (project.store / "ledger.sqlite").write_bytes(b"not a database" * 100)
    project.replace(*EDIT)
    project.run(*stage(project, "compose"))
    said = project.fail(*stage(project, "generate"))
    assert "ledger.sqlite" in said and "CONTINUITY_STORE" in said


def test_a_scorer_without_its_weights_says_so_soon_and_keeps_the_takes(project: Project, tmp_path: Path) -> None:
    project.params(scorer="clip")
    project.run(*stage(project, "compose"))
    takes = project.takes()
    nowhere = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path / "hub")}
    environment = {name: value for name, value in project.environment.items() if "proxy" not in name.lower()}
    done = subprocess.run(
        stage(project, "consistency_score"), cwd=project.root, env={**environment, **nowhere}, timeout=60,
        capture_output=True, text=True,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 1 and "Traceback" not in said, said
    assert "scorer clip" in said and "scorer=embedded" in said
    assert project.takes() == takes
