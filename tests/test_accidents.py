"""What goes wrong on a person's machine, at the level of the commands they type.

Each accident is answered by one message that names the shot or file and the way out, a non-zero status and no
traceback; nothing made so far is lost, and a run after the cause is gone ends well.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil
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
    assert "masters/ami/anime.png" in said and "put a readable file there" in said
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


def test_with_every_take_discarded_a_shot_has_no_select_and_says_so(project: Project) -> None:
    project.pick(f't03: {{discarded: ["{clip_of(project, "t03").parent.name}"]}}')
    project.run(*stage(project, "compose"))
    said = project.fail(*stage(project, "select"))
    assert "t03" in said and "discarded" in said


@pytest.mark.parametrize("picks", ["t03: {selected: 123456789012}", "t03: {selected: all}", "t03: {take: 1}", "t03: 7"])
def test_a_pick_that_is_none_is_named_with_its_file(project: Project, picks: str) -> None:
    project.pick(picks)
    assert "conf/picks/tiny.yaml: t03" in project.fail(*stage(project, "compose"))


# ---- files of the user's ----------------------------------------------------------------------


def test_what_a_person_puts_beside_made_files_stays(project: Project) -> None:
    own = [
        project.root / folder / "mine" / name
        for folder in ("assets/library", "assets/library/kit", "shots/cuts", "reports/evidence", "shots/generated")
        for name in ("notes.txt", "sketch.png")
    ]
    for path in own:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name)
    project.replace("conf/series/tiny.yaml", "waves", "nods")
    project.repro("-f")
    assert all(path.read_text() == path.name for path in own)


def test_a_library_picture_that_was_painted_over_is_set_aside_and_named(project: Project) -> None:
    picture = project.root / "assets/library/kit/headshot.png"
    made, painted = picture.read_bytes(), b"painted over"
    picture.unlink()
    picture.write_bytes(painted)
    said = project.repro("design")
    aside = picture.with_name("headshot.edited-1.png")
    assert str(aside.relative_to(project.root)) in said
    assert aside.read_bytes() == painted and picture.read_bytes() == made


def test_nothing_is_written_through_a_link_that_leaves_the_project(project: Project, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    folder = project.root / "assets/library/kit"
    shutil.move(folder, elsewhere)
    folder.symlink_to(elsewhere, target_is_directory=True)
    before = {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()}
    project.replace("conf/character/kit.yaml", "small orange fox", "small grey fox")
    project.run(*stage(project, "compose"))
    said = project.fail(*stage(project, "design"))
    assert "link" in said and "assets/library/kit" in said
    assert {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("folder, name", [("t03", "clip.mp4"), ("t02/lines", "line.wav")])
def test_a_take_that_was_edited_by_hand_is_set_aside_and_named(project: Project, folder: str, name: str) -> None:
    file = next((project.root / "shots/generated" / folder).glob(f"*/{name}"))
    made, edited, asked = file.read_bytes(), b"cut by hand", submissions(project)
    note = file.with_name("notes.txt")
    note.write_text("longer at the start")
    file.unlink()
    file.write_bytes(edited)
    said = project.run(*stage(project, "generate"))
    aside = file.with_name(f"{file.stem}.edited-1{file.suffix}")
    assert str(aside) in said and aside.read_bytes() == edited
    assert file.read_bytes() == made and note.read_text() == "longer at the start"
    assert submissions(project) == asked
    project.run(*stage(project, "generate"))
    assert not file.with_name(f"{file.stem}.edited-2{file.suffix}").exists()


def test_prune_deletes_what_continuity_wrote_and_follows_no_link(project: Project, tmp_path: Path) -> None:
    project.replace(*EDIT)
    project.repro("-s", "compose", "generate")
    project.run(*stage(project, "motion_transfer"))
    old = {
        row["path"]
        for row in json.loads(project.run("continuity", "takes", "list", "--json"))
        if not (row["current"] or row["selected"])  # what is in the cut stays until another is selected
    }
    (pruned, *_) = [project.root / path for path in old if "/generated/" in path]
    (pruned / "notes.txt").write_text("keep this colour")
    outside = tmp_path / "outside"
    shutil.copytree(pruned, outside)
    (pruned.parent / ("ab" * 6)).symlink_to(outside, target_is_directory=True)
    whole = sorted(path.read_bytes() for path in outside.iterdir())
    said = project.run("continuity", "takes", "prune", "--yes")
    assert [path.name for path in pruned.iterdir()] == ["notes.txt"]
    assert f"kept {(pruned / 'notes.txt').relative_to(project.root)}" in said
    assert sorted(path.read_bytes() for path in outside.iterdir()) == whole
    assert not any((project.root / path / "take.json").exists() for path in old)


@pytest.mark.parametrize(
    "place, name", [("shots/cuts", "assemble"), ("reports/plots", "select"), ("shots", "generate")]
)
def test_no_stage_writes_where_a_link_leads_out(project: Project, tmp_path: Path, place: str, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.move(project.root / place, elsewhere)
    (project.root / place).symlink_to(elsewhere, target_is_directory=True)
    before = {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()}
    said = project.fail(*stage(project, name))
    assert place in said and "link" in said
    assert {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()} == before


def test_a_stage_writes_no_take_through_a_link(project: Project, tmp_path: Path) -> None:
    project.replace(*EDIT)
    project.run(*stage(project, "compose"))
    elsewhere = tmp_path / "elsewhere"
    shutil.move(project.root / "shots/generated/t01", elsewhere)
    (project.root / "shots/generated/t01").symlink_to(elsewhere, target_is_directory=True)
    before = sorted(elsewhere.rglob("*"))
    said = project.fail(*stage(project, "generate"))
    assert "shots/generated/t01" in said and "link" in said
    assert sorted(elsewhere.rglob("*")) == before


def test_a_pulled_take_that_is_not_what_was_asked_for_is_not_taken_over(project: Project) -> None:
    """As from a stranger's remote: its bytes are those of its record, and it is another clip."""
    clip, other = clip_of(project, "t03"), clip_of(project, "t01")
    record = json.loads(clip.with_name("take.json").read_text())
    clip.unlink()
    shutil.copy(other, clip)
    record["sha256"] = hashlib.sha256(clip.read_bytes()).hexdigest()
    clip.with_name("take.json").unlink()
    clip.with_name("take.json").write_text(json.dumps(record))
    data = bytearray(clip.read_bytes())
    clip.write_bytes(data[: len(data) // 2])
    record["sha256"] = hashlib.sha256(clip.read_bytes()).hexdigest()
    clip.with_name("take.json").write_text(json.dumps(record))
    stranger = Project(project.root, project.store.parent / "an-empty-store")
    said = stranger.fail(*stage(stranger, "generate"))
    assert str(clip) in said and "not what its record says" in said
    assert not list(stranger.store.rglob(f"*/{record['key']}"))


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
    project.params(overrides=["scorer.frames=2"])  # how well the takes are is not asked here
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
    assert "conf/series/tiny.yaml: line 1: is not text" in project.fail("dvc", "repro", "-s", "compose")


def test_an_unknown_key_and_a_broken_file_of_params_are_named(project: Project) -> None:
    project.params(takez=3)
    said = project.fail("dvc", "repro", "-s", "compose")
    assert "params.yaml" in said and "'takez'" in said and "'takes'" in said
    (project.root / "params.yaml").write_text("series: [")
    assert "params.yaml" in project.fail("dvc", "repro", "-s", "compose")
    assert "params.yaml: line 2, column 1" in project.fail("continuity", "plan")


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


MANY = 24  # a stage notices within 0.1 s that its DVC is gone; these take seconds to make


def many_shots(project: Project, does: str = "waves") -> None:
    """Shots more, so that there is time to interrupt, made by workers; in place of those of an earlier call."""
    project.executor("processes")
    path = project.root / "conf/series/tiny.yaml"
    path.write_text(re.sub(r" +u\d+:\n(.*\n){3}", "", path.read_text()))
    more = "\n".join(
        f"          u{number}:\n            seconds: 2\n            action: Kit {does}.\n            characters: [kit]"
        for number in range(MANY)
    )
    project.replace("conf/series/tiny.yaml", "          t03:", f"{more}\n          t03:")
    project.run(*stage(project, "compose"))


@pytest.fixture
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A shell by which DVC runs a stage: it makes way for the stage, or stays between, as an older dash does."""
    path = tmp_path / "shell"
    path.write_text(f'#!/bin/sh\n{"exec " if request.param == "makes way" else ""}bash "$@"\nexit $?\n')
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("told", "number", "shell"),
    [
        pytest.param("everyone", signal.SIGINT, "makes way", id="Ctrl-C"),
        pytest.param("the stage", signal.SIGTERM, "makes way", id="the stage is told to end"),
        pytest.param("dvc", signal.SIGKILL, "makes way", id="dvc is killed"),
        pytest.param("dvc", signal.SIGKILL, "stays", id="dvc is killed, and its shell is not"),
    ],
    indirect=["shell"],
)
def test_a_run_that_is_ended_keeps_what_is_finished_and_the_next_run_goes_on(
    project: Project, shell: str, told: str, number: signal.Signals
) -> None:
    words = stage(project, "generate") if told == "the stage" else ("dvc", "repro", "-s", "generate")
    for does in ("waves", "nods", "turns"):  # again, where a busy machine let the stage end before it could be told
        many_shots(project, does)
        takes, asked = project.takes(), submissions(project)
        process = subprocess.Popen(
            words, cwd=project.root, env={**project.environment, "SHELL": shell}, start_new_session=True, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        while not project.takes() - takes:
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.01)
        if told == "everyone":
            os.killpg(process.pid, number)  # what a terminal does
        else:
            process.send_signal(number)
        said, _ = process.communicate(timeout=60)  # returns when the last worker has let go of the pipe
        if (made := len(project.takes() - takes)) < MANY:
            break
    assert process.returncode != 0, said
    assert process.returncode == 143 or told != "the stage"
    assert said.count("interrupted: everything finished so far is kept") == 1, f"{made} takes made, and said:\n{said}"
    assert "Traceback" not in said, said
    assert debris(project) == []
    finished = {path.name for path in (project.store / "results").glob("*/*")}
    assert len(finished) < len(asked) + MANY, "interrupted too late to show anything"

    project.run(*stage(project, "generate"))
    assert len(project.takes() - takes) == MANY
    new = submissions(project) - asked
    assert len(new) == MANY and set(new.values()) == {1}, "nothing finished was made again"


@pytest.mark.parametrize("shell", ["makes way", "stays"], indirect=True)
def test_a_stage_whose_dvc_is_killed_before_it_can_look_makes_nothing(project: Project, shell: str) -> None:
    many_shots(project)
    takes, asked = project.takes(), submissions(project)
    process = subprocess.Popen(
        ("dvc", "repro", "-s", "generate"), cwd=project.root, env={**project.environment, "SHELL": shell},
        start_new_session=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    while not psutil.Process(process.pid).children():
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.001)
    process.kill()  # while Python starts in the stage
    said, _ = process.communicate(timeout=60)
    assert said.count("interrupted: everything finished so far is kept") == 1, said
    assert project.takes() == takes and submissions(project) == asked


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
    assert len(project.takes() - takes) == MANY


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


IN_THE_MAKING = """
import sys, time
from pathlib import Path
from continuity import temporaries
from continuity.jobs.store import Store

clip, page, vectors = (temporaries.beside(Path(name)) for name in sys.argv[1:])
for path in (Store().scratch() / "result.mp4", clip, page, vectors):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
for path in (clip, page, vectors):
    print(path, flush=True)
time.sleep(600)
"""


def test_what_a_killed_run_left_half_made_is_swept_and_what_a_living_one_makes_is_not(project: Project) -> None:
    making = project.store / "results" / ".making"
    (making / "of a version without locks").mkdir(parents=True)
    mine = project.root / "shots" / ".mine.tmp"
    mine.write_text("a person's own")
    meant = (clip_of(project, "t01"), project.root / "reports/index.html", project.store / "vectors/00/x.npz")
    runs = [
        subprocess.Popen(
            ["python", "-c", IN_THE_MAKING, *map(str, meant)], cwd=project.root, env=project.environment, text=True,
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    try:
        dead, alive = ([Path(str(run.stdout.readline()).strip()) for _ in meant] for run in runs if run.stdout)
        runs[0].kill()
        runs[0].wait()
        project.run(*stage(project, "assemble"))
        assert [path for path in dead if path.exists()] == []
        assert [path for path in alive if not path.exists()] == []
        assert len(list(making.iterdir())) == 1
        assert len(list((project.store / ".owners").iterdir())) == 1
    finally:
        for run in runs:
            run.kill()
            run.communicate()
    project.run("continuity", "check", "--heal")
    mine.unlink()
    assert debris(project) == []
    assert not list((project.root / ".dvc/tmp/continuity").iterdir())


# ---- what stops DVC ---------------------------------------------------------------------------


def test_notes_of_dvc_that_a_kill_cut_short_are_found_and_healed(project: Project) -> None:
    notes = project.root / ".dvc/tmp/rwlock"
    for content in (b'{"write": {"/x": {"pid": 12', b'{"read": {"/x": [{"pid": "1"}]}}', b"\xff"):
        notes.write_bytes(content)
        said = project.fail("continuity", "check")
        assert ".dvc/tmp/rwlock was cut short" in said and "`continuity check --heal`" in said and "deleting" in said
        assert "cut short" not in project.run("continuity", "check", "--heal").replace("had cut short", "")
    for cure in (("continuity", "check", "--heal"), stage(project, "assemble"), ("rm", str(notes))):
        notes.write_bytes(b"")
        project.fail("dvc", "repro", "--dry")
        project.run(*cure)
        assert "up to date" in project.repro()


def test_a_process_that_has_the_number_of_a_dead_dvc_does_not_block_the_project(project: Project) -> None:
    """As in containers, which hand out the same few numbers again."""
    note = {"pid": os.getpid(), "cmd": "dvc repro"}
    dead = {"pid": 2**22 + 1, "cmd": "dvc status"}
    plan = str(project.root / "plan.json")
    notes = project.root / ".dvc/tmp/rwlock"
    notes.write_text(json.dumps({"write": {plan: note}, "read": {plan: [note, dead]}}))
    os.utime(notes, (1e9, 1e9))  # long before this process began
    assert "is busy" in project.fail("dvc", "repro", "--dry")
    assert f"names process {os.getpid()} (dvc repro)" in project.fail("continuity", "check")
    project.run("continuity", "check", "--heal")
    assert "up to date" in project.repro()


def test_notes_of_a_dvc_at_work_are_left_alone(project: Project) -> None:
    """A stage of a DVC that runs, and `check --heal` beside it."""
    project.replace(*EDIT)
    process = subprocess.Popen(
        ("dvc", "repro", "generate"), cwd=project.root, env=project.environment, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    while "python -m stages.generate" not in (line := process.stdout.readline()) if process.stdout else False:
        assert line, "generate never ran"
    assert "healed" not in project.run("continuity", "check", "--heal")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said


def test_locks_that_outlive_their_process_are_found_and_healed(project: Project) -> None:
    project.run("dvc", "config", "core.hardlink_lock", "true")
    for name in ("lock", "rwlock.lock"):
        (project.root / ".dvc/tmp" / name).write_text("/x/.dvc/tmp/0123456789abcdef.lock")
    assert "Unable to acquire lock" in project.fail("dvc", "repro", "--dry")
    assert ".dvc/tmp/lock is held by a run that was killed" in project.fail("continuity", "check")
    project.run("continuity", "check", "--heal")
    assert "up to date" in project.repro()


def test_a_lock_file_of_dvc_that_was_cut_short_is_named_with_the_way_out(project: Project) -> None:
    path = project.root / "dvc.lock"
    text = path.read_text()
    for share in (0.0, 0.4):
        path.write_text(text[: int(len(text) * share)])
        said = project.fail("continuity", "check")
        assert "dvc.lock was cut short" in said and "`git checkout -- dvc.lock`" in said
    project.run("git", "checkout", "--", "dvc.lock")
    assert "up to date" in project.repro()


def test_a_clone_without_the_folders_that_git_does_not_keep_is_told_and_healed(new_project: Project, clone_of) -> None:
    new_project.run("git", "rm", "-rq", "assets/masters", "assets/footage", "assets/masters.lock.json")
    new_project.run("git", "rm", "-rq", "continuity/report")
    new_project.commit("no masters, no footage")
    clone = clone_of(new_project)
    said = clone.fail("continuity", "check")
    assert "the folder assets/masters is missing" in said and "the folder assets/footage is missing" in said
    assert "assets/masters.lock.json is missing" in said
    assert "continuity/report is missing, and every `dvc repro` reads it; restore it with `git checkout" in said
    clone.command("continuity", "check", "--heal")
    assert "continuity/report is missing" in (said := clone.fail("continuity", "check"))
    assert "assets/footage is missing" not in said and "assets/masters" not in said.partition("configuration")[0]
    assert (clone.root / "assets/masters.lock.json").read_text() == "{}\n"
    assert not re.search(r"deleted: +assets/(masters|footage)", clone.run("dvc", "status", "design", "compose"))


WRITTEN = ("dvc.lock", "plan.json", "shots/generated.json", "reports/metrics.json")
MAINTAINED = ("dvc.yaml", "params.yaml", "conf/series/tiny.yaml", ".dvc/config")


def test_a_merge_left_unfinished_is_found_in_every_file_that_git_merges(project: Project) -> None:
    for file in (*WRITTEN, *MAINTAINED):
        path = project.root / file
        text = path.read_text()
        path.unlink()
        path.write_text(f"\n<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n")
    said = [line for line in project.fail("continuity", "check").splitlines() if "a merge was left" in line]
    assert len(said) == len(WRITTEN) + len(MAINTAINED)
    for file in (*WRITTEN, *MAINTAINED):
        (finding,) = [line for line in said if f" {file}: line 2: " in line]
        assert ("git checkout --ours" if file in WRITTEN else "both sides") in finding
    project.run("git", "checkout", "--", *WRITTEN, *MAINTAINED)
    project.run("continuity", "check")
    assert "up to date" in project.repro()


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
