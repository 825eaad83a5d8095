"""The command ``continuity`` as it is typed: what it says, as text and as JSON, and its exit status."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from clips import clip as film
from conftest import Project

from continuity.cli.main import main

EDIT = ("conf/series/tiny.yaml", "waves", "nods")
COMMANDS = [
    [], ["plan"], ["check"], ["score"], ["takes"], ["takes", "list"], ["takes", "import"], ["takes", "prune"],
    ["masters"], ["masters", "list"], ["masters", "accept"], ["compare"],
    ["references"], ["references", "show"], ["references", "box"], ["ladder"], ["ablation"],
]  # fmt: skip
NO_PROJECT = ("score", "references", "ladder")  # commands that need none


@pytest.fixture
def nowhere(tmp_path: Path) -> Project:
    """A folder that is no project."""
    folder = tmp_path / "nowhere"
    folder.mkdir()
    return Project(folder, tmp_path / "store")


def clip_of(project: Project, shot: str) -> Path:
    return next((project.root / "shots" / "generated" / shot).glob("*/clip.mp4"))


def rows_of(project: Project) -> dict[str, tuple[int, int]]:
    """``continuity plan``: what → (new, reused)."""
    plan = json.loads(project.run("continuity", "plan", "--json"))
    assert plan["price_usd"] == 0 and plan["budget_usd"] == 40
    return {row["what"]: (row["new"], row["reused"]) for row in plan["rows"]}


# ---- help and places --------------------------------------------------------------------------


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "continuity")
def test_every_command_explains_itself_and_all_its_options(nowhere: Project, words: list[str]) -> None:
    said = nowhere.run("continuity", *words, "--help")
    usage, purpose, *sections = said.split("\n\n")
    assert usage.startswith(f"usage: {' '.join(['continuity', *words])} [-h]")
    assert len(purpose) > 30 and "`" not in purpose.replace("`dvc repro`", "")
    listed = [line.strip() for line in "\n".join(sections).splitlines() if line.startswith("  ")]
    for line in listed:
        assert line in ("COMMAND", "VERB") or re.search(r"\S  +\S", line), f"not explained: {line!r}"


def test_a_command_that_is_not_there_is_answered_with_those_that_are(nowhere: Project) -> None:
    done = nowhere.command("continuity", "generate")
    assert done.returncode == 2
    assert "'generate'" in done.stderr and "compare" in done.stderr


@pytest.mark.parametrize(
    "words", [w for w in COMMANDS if len(w) != 0 and w[0] not in NO_PROJECT and w[-1] not in ("takes", "masters")]
)
def test_outside_a_project_every_command_says_so(nowhere: Project, words: list[str]) -> None:
    more = {"compare": ["HEAD"], "import": ["--rev", "HEAD"]}.get(words[-1], [])
    said = nowhere.fail("continuity", *words, *more)
    assert said.startswith("error: ") and "not inside a project" in said
    assert len(said.splitlines()) == 1
    assert list(nowhere.root.iterdir()) == []


def test_a_project_is_found_from_a_folder_inside_it(project: Project) -> None:
    inside = Project(project.root / "conf" / "series", project.store)
    assert "assets/masters" not in inside.run("continuity", "masters", "list")


# ---- plan -------------------------------------------------------------------------------------


def test_plan_of_a_new_project_has_everything_to_make(new_project: Project) -> None:
    rows = rows_of(new_project)
    assert {"library ami", "library kit", "library cafe", "t01", "t02", "t03", "t01 → realistic"} <= set(rows)
    assert all(new > 0 and reused == 0 for new, reused in rows.values()), rows
    text = new_project.run("continuity", "plan")
    assert f"to make: {sum(new for new, _ in rows.values())}, for $0.00; budget.max_usd $40.00" in text


def test_plan_of_a_made_project_reuses_all_and_after_an_edit_one_shot_is_new(project: Project) -> None:
    assert all(new == 0 and reused > 0 for new, reused in rows_of(project).values())
    project.replace(*EDIT)
    rows = rows_of(project)
    assert {what for what, (new, _) in rows.items() if new} == {"t01", "t01 → realistic"}


def test_plan_says_that_a_changed_master_will_stop_the_run(project: Project) -> None:
    assert "will stop" not in project.run("continuity", "plan")
    (project.root / "assets/masters/kit/kit.png").unlink()
    assert "`dvc repro` will stop: the master assets/masters/kit/kit.png" in project.run("continuity", "plan")


def test_plan_knows_what_a_clone_and_an_interrupted_run_have(project: Project) -> None:
    (project.root / "shots/generated.json").unlink()  # as DVC does before generate runs
    assert all(new == 0 for new, _ in rows_of(project).values())
    clone = Project(project.root, project.store.parent / "an-empty-store")
    assert all(new == 0 for new, _ in rows_of(clone).values())


def test_plan_of_a_shot_that_starts_from_an_edited_one_is_new_too(project: Project) -> None:
    project.replace("conf/series/tiny.yaml", "action: Kit nods.", "action: Kit nods.\n            start_from: t02")
    project.replace("conf/series/tiny.yaml", "Ami turns to Kit.", "Ami looks at Kit.")
    rows = rows_of(project)
    assert rows["t02"] == (1, 0) and rows["t03"] == (1, 0) and rows["t01"] == (0, 1)


# ---- check ------------------------------------------------------------------------------------


def test_check_is_content_with_a_sound_project_and_names_a_changed_master(project: Project) -> None:
    findings = json.loads(project.run("continuity", "check", "--json"))
    assert {finding["state"] for finding in findings} <= {"ok", "warning"}
    assert {"python", "store", "disk", "configuration", "masters"} <= {finding["what"] for finding in findings}
    master = project.root / "assets/masters/kit/kit.png"
    master.write_bytes(master.read_bytes() + b"!")
    done = project.command("continuity", "check")
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("error")]
    assert "masters" in line and "assets/masters/kit/kit.png" in line


def test_check_reports_a_broken_configuration_beside_the_rest(project: Project) -> None:
    project.params(takez=2)
    done = project.command("continuity", "check", "--json")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    states = {finding["what"]: finding for finding in json.loads(done.stdout)}
    assert states["configuration"]["state"] == "error" and "takez" in states["configuration"]["message"]
    assert states["store"]["state"] == "ok"


def test_a_reader_that_has_gone_ends_a_command_without_a_word(new_project: Project) -> None:
    """`continuity models | head -1`: what is still in the buffer fails when the process flushes it, at its very end."""
    for words in (["masters", "list"], ["--help"]):
        reading, writing = os.pipe()
        os.close(reading)
        started = subprocess.run(
            ["continuity", *words], cwd=new_project.root, stdout=writing,
            env={**new_project.environment, "PYTHONUNBUFFERED": ""},
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        os.close(writing)
        assert started.stderr == "", words


# ---- masters ----------------------------------------------------------------------------------


def test_masters_are_listed_with_their_state_and_accepted_by_name(project: Project) -> None:
    masters = project.root / "assets/masters"
    shutil.copy(masters / "kit/kit.png", masters / "kit/again.png")
    shutil.copy(masters / "ami/anime.png", masters / "kit/kit.png")
    (masters / "ami/anime.png").unlink()
    said = project.run("continuity", "masters", "list")
    states = {line.split(maxsplit=1)[0]: line.split(maxsplit=1)[1] for line in said.splitlines()}
    assert states["masters/ami/anime.png"] == "missing"
    assert states["masters/kit/again.png"].startswith("new")
    assert states["masters/kit/kit.png"].startswith("CHANGED")
    assert states["masters/ami/realistic.png"] == "locked"
    assert project.run("continuity", "masters", "accept", "masters/kit/kit.png") == "accepted masters/kit/kit.png\n"
    assert "masters/kit/again.png" in project.run("continuity", "masters", "accept")
    assert "nothing to accept" in project.run("continuity", "masters", "accept")


@pytest.mark.parametrize("name", ["masters/nobody.png", "../../params.yaml", "params.yaml"])
def test_only_masters_can_be_accepted(project: Project, name: str) -> None:
    before = (project.root / "assets/masters.lock.json").read_text()
    said = project.fail("continuity", "masters", "accept", name)
    assert name in said and "masters/kit/kit.png" in said
    assert (project.root / "assets/masters.lock.json").read_text() == before


def test_masters_with_names_that_cannot_be_written_down_are_refused(project: Project, tmp_path: Path) -> None:
    masters, lock = project.root / "assets/masters", project.root / "assets/masters.lock.json"
    before = lock.read_text()
    for name in ("a\nb.png", "a\\b.png", "\x1b[2J.png", os.fsdecode(b"\xff.png")):
        shutil.copy(masters / "kit/kit.png", masters / name)
        said = project.fail("continuity", "masters", "accept")
        assert "rename it" in said and len(said.splitlines()) == 1
        listed = project.command("continuity", "masters", "list")
        assert "Traceback" not in listed.stderr and "\x1b" not in listed.stdout + listed.stderr
        (masters / name).unlink()
    shutil.copy(masters / "kit/kit.png", tmp_path / "elsewhere.png")
    (masters / "linked.png").symlink_to(tmp_path / "elsewhere.png")
    assert "link" in project.fail("continuity", "masters", "accept")
    assert lock.read_text() == before


@pytest.mark.parametrize("content", ["{", "[]", '{"../x": "0"}', '{"masters/../../x": "%s"}' % ("a" * 64), "<<<<<<< a"])
def test_a_damaged_lock_of_masters_is_named_and_not_written_over(project: Project, content: str) -> None:
    lock = project.root / "assets/masters.lock.json"
    lock.write_text(content)
    for words in (["masters", "list"], ["masters", "accept"], ["plan"]):
        assert "assets/masters.lock.json" in project.fail("continuity", *words)
    assert lock.read_text() == content


# ---- takes and compare ------------------------------------------------------------------------


def test_takes_are_listed_with_what_is_selected_and_its_score(project: Project) -> None:
    rows = json.loads(project.run("continuity", "takes", "list", "--json"))
    assert {row["path"] for row in rows} == {f"shots/{take}" for take in project.takes()}
    selects = json.loads((project.root / "shots/selects.json").read_text())["shots"]
    assert {row["shot"]: row["key"] for row in rows if row["selected"]} == {s: v["key"] for s, v in selects.items()}
    assert all(row["current"] and row["cost_usd"] == 0 and row["seconds"] > 0 for row in rows)
    assert all(row["score"] is not None for row in rows if row["selected"])
    text = project.run("continuity", "takes", "list")
    assert text.count("\n") == len(rows) + 1
    assert "nothing to prune" in project.run("continuity", "takes", "prune", "--yes")


def test_no_takes_yet_is_said_with_what_makes_them(new_project: Project) -> None:
    assert "dvc repro" in new_project.run("continuity", "takes", "list")
    assert "dvc repro" in new_project.fail("continuity", "takes", "prune")
    assert "dvc repro" in new_project.fail("continuity", "compare", "HEAD")


def test_import_leaves_what_is_here_and_mends_what_is_damaged(project: Project) -> None:
    clip = clip_of(project, "t01")
    good = clip.read_bytes()
    assert "0 takes" in project.run("continuity", "takes", "import", "--rev", "HEAD")
    clip.unlink()
    clip.write_bytes(b"damaged")
    assert "1 takes" in project.run("continuity", "takes", "import", "--rev", "HEAD")
    assert clip.read_bytes() == good


def test_import_of_a_revision_whose_data_is_nowhere_says_so(project: Project, clone_of) -> None:
    clone = clone_of(project)
    for words in (["takes", "import", "--rev", "HEAD"], ["compare", "HEAD"]):
        said = clone.fail("continuity", *words)
        assert "dvc pull" in said or "dvc repro" in said
        assert len(said.splitlines()) == 1
    assert "not whole in any cache or remote" in clone.fail("continuity", "takes", "import", "--rev", "HEAD")
    assert clone.takes() == set()


@pytest.mark.parametrize("words", [["takes", "import", "--rev"], ["compare"]], ids=["import", "compare"])
@pytest.mark.parametrize("rev", ["", " ", "HEAD~99", "--", "HEAD:plan.json", "\n", "../..", "@{", "a..b"])
def test_what_is_no_revision_is_never_taken_for_the_workspace(project: Project, words: list[str], rev: str) -> None:
    before = project.takes()
    done = project.command("continuity", *words, rev)
    assert done.returncode != 0 and "Traceback" not in done.stderr and "brought back," not in done.stdout
    assert "revision" in done.stderr or done.returncode == 2
    assert project.takes() == before


@pytest.mark.parametrize("words", [["takes", "import", "--rev"], ["compare"]], ids=["import", "compare"])
def test_a_revision_that_is_not_there_is_named(project: Project, words: list[str]) -> None:
    said = project.fail("continuity", *words, "no-such-branch")
    assert "'no-such-branch'" in said and "git log --oneline" in said


def test_compare_with_the_same_revision_finds_no_drift(project: Project) -> None:
    compared = json.loads(project.run("continuity", "compare", "HEAD", "--json"))
    assert {row["shot"] for row in compared["rows"]} == {"t01", "t02", "t03"}
    for row in compared["rows"]:
        assert row["take"] == "same"
        assert all(row[name] == pytest.approx(0, abs=1e-6) for name in ("medoid", "phash", "identity"))
    assert "t01" in project.run("continuity", "compare", "HEAD")


def test_compare_shows_the_pictures_of_another_revision_out_of_dvcs_cache(project: Project) -> None:
    """The select of t02 is its take as it was made; here its repair is chosen instead."""
    repair = json.loads((project.root / "shots/repaired.json").read_text())["shots"]["t02"]["takes"][0]
    evidence = json.loads((project.root / "reports/evidence/evidence.json").read_text())["takes"]
    made = next(take for take in evidence if take["key"] == repair["key"])
    selects = json.loads((project.root / "shots/selects.json").read_text())
    selects["shots"]["t02"] |= {name: made[name] for name in ("key", "folder", "clip", "sha256", "seconds")}
    (project.root / "shots/selects.json").write_text(json.dumps(selects))
    page = project.root / "compared.html"
    project.run("continuity", "compare", "HEAD", "--page", "compared.html")
    html = page.read_text(encoding="utf-8")
    assert html.count("data:image/jpeg") == 2 * 4 and "The same clip in both runs, so not shown: t01, t03." in html
    shutil.rmtree(project.root / ".dvc/cache/files")
    project.command("continuity", "compare", "HEAD", "--page", "compared.html")
    assert page.read_text(encoding="utf-8") == html, "without its evidence there is nothing to compare"


def test_who_is_in_no_frame_is_named_absent_in_the_list_and_the_report(project: Project) -> None:
    path = project.root / "reports/evidence/evidence.json"
    evidence = json.loads(path.read_text())
    nobody = {"coverage": 0.0, "passed": False, "identity": None, "z": None, "z_p05": None}
    take = next(take for take in evidence["takes"] if take["shot"] == "t03")
    take["characters"]["kit"] |= nobody
    path.unlink()  # never through a link into DVC's cache
    path.write_text(json.dumps(evidence))
    rows = json.loads(project.run("continuity", "takes", "list", "--json"))
    assert [row["key"] for row in rows if row["absent"] == ["kit"]] == [take["key"]]
    assert project.run("continuity", "takes", "list").count("absent: kit") == 1
    project.run("python", "-m", "stages.report")
    page = (project.root / "reports/index.html").read_text()
    assert page.count('<span class="verdict off">absent</span>') == 1


# ---- score ------------------------------------------------------------------------------------


@pytest.fixture
def shoot(made_once: Project, nowhere: Project) -> Project:
    """A clip of Ami, a clip of Kit and a folder of pictures of Ami, outside any project."""
    for name, shot in (("ami.mp4", "t01"), ("kit.mp4", "t03")):
        shutil.copy(clip_of(made_once, shot), nowhere.root / name)
    shutil.copytree(made_once.root / "assets/library/ami/anime", nowhere.root / "ami")
    return nowhere


def test_score_gives_each_clips_metrics_and_its_values_frame_by_frame(shoot: Project) -> None:
    words = ("continuity", "score", "ami.mp4", "kit.mp4", "--references", "ami", "--frames", "4", "--json")
    ami, kit = json.loads(shoot.run(*words))
    assert (ami["clip"], kit["clip"]) == ("ami.mp4", "kit.mp4")
    for clip in (ami, kit):
        assert clip["encoder"].startswith("embedded") and clip["n"] == 4
        (values,) = clip["characters"].values()
        assert {"identity", "identity_p05", "coverage", "threshold", "calibrated_on"} <= set(values)
        assert len(values["frames"]) == 4
        assert [frame["t"] for frame in values["frames"]] == sorted(frame["t"] for frame in values["frames"])
    (hers,), (other,) = ami["characters"].values(), kit["characters"].values()
    assert hers["coverage"] == 1 and all(len(frame["box"]) == 4 for frame in hers["frames"])
    assert other["coverage"] < 1 or other["identity"] < hers["identity"]
    assert sorted(path.name for path in shoot.root.iterdir()) == ["ami", "ami.mp4", "kit.mp4"]


def test_score_prints_a_table_with_any_encoder(shoot: Project) -> None:
    said = shoot.run("continuity", "score", "ami.mp4", "--references", "ami", "--frames", "2", "--scorer", "histogram")
    assert "ami.mp4" in said and "identity" in said and "encoder look: histogram" in said


@pytest.fixture
def scores(
    shoot: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """``continuity score`` as it is typed there, in this process: (status, printed, said in error). It looks once."""
    from continuity.scoring import clips

    monkeypatch.chdir(shoot.root)
    look, seen = clips.score_against_folder, []

    def once(*words: object) -> object:
        seen[:] = seen or [look(*words)]  # type: ignore[arg-type]
        return seen[0]

    monkeypatch.setattr(clips, "score_against_folder", once)

    def typed(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["score", *words, "--references", "ami", "--frames", "2"])
        return (int(ended.value.code or 0), *capfd.readouterr())

    return typed


def test_score_fails_under_a_number_naming_who_and_what_is_printed_stays(shoot: Project, scores) -> None:
    film(shoot.root / "nobody.mp4")
    clips = ("ami.mp4", "nobody.mp4")
    plain = scores(*clips, "--json")
    hers, nobody = (row["characters"]["ami"] for row in json.loads(plain[1]))
    assert (nobody["verdict"], nobody["passed"], nobody["coverage"]) == ("absent", False, 0)
    assert hers["verdict"] == {True: "on model", False: "off model"}[hers["passed"]]
    below, above = (str(hers["z"] + by) for by in (-0.01, 0.01))
    assert scores(*clips, "--json", "--fail-under", below, "--allow-absent") == plain
    status, printed, said = scores(*clips, "--json", "--fail-under", above)
    assert (status, printed) == (1, plain[1])
    under, absent = said.splitlines()
    assert "ami.mp4: ami has z " in under and "nobody.mp4: ami is absent" in absent
    status, table, said = scores(*clips, "--fail-under", below)
    assert status == 1 and said.count("\n") == 1 and "nobody.mp4: ami is absent" in said
    assert re.search(r"^nobody\.mp4 .* absent$", table, re.MULTILINE)


def test_without_a_threshold_score_holds_identity_against_the_number(shoot: Project, scores) -> None:
    for picture in [path for path in (shoot.root / "ami").iterdir() if path.name != "headshot.png"]:
        picture.unlink()
    words = ("ami.mp4", "--scorer", "histogram")
    (row,) = json.loads(scores(*words, "--json")[1])
    values = row["characters"]["ami"]
    assert (values["threshold"], values["verdict"]) == (None, "no verdict")
    assert scores(*words, "--fail-under", str(values["identity"] - 0.001))[0] == 0
    status, _, said = scores(*words, "--fail-under", str(values["identity"] + 0.001))
    assert status == 1 and "ami.mp4: ami has identity" in said


def test_score_names_what_it_leaves_out_beside_its_results(shoot: Project) -> None:
    (shoot.root / "ami/zz.heic").write_text("no picture")
    (shoot.root / "ami/half.png").write_bytes((shoot.root / "ami/headshot.png").read_bytes()[:9000])
    done = shoot.command("continuity", "score", "ami.mp4", "--references", "ami", "--frames", "2", "--json")
    assert done.returncode == 0, done.stderr
    (ami,) = json.loads(done.stdout)
    assert ami["characters"]["ami"]["coverage"] == 1
    no_picture, unusable = done.stderr.splitlines()
    assert no_picture == "ami: 1 file is no picture I read: .heic (zz.heic)"
    assert unusable.startswith("ami: 1 cannot be used: half.png is damaged or truncated")


def no_pictures(folder: Path) -> None:
    shutil.rmtree(folder / "ami")
    (folder / "ami").mkdir()


def no_folder(folder: Path) -> None:
    shutil.rmtree(folder / "ami")


def text_as_clip(folder: Path) -> None:
    (folder / "ami.mp4").write_text("no clip")


def half_a_clip(folder: Path) -> None:
    clip = folder / "ami.mp4"
    clip.write_bytes(clip.read_bytes()[:5000])


def no_clip(folder: Path) -> None:
    (folder / "ami.mp4").unlink()


@pytest.mark.parametrize(
    ("accident", "named"),
    [
        (no_pictures, "ami: holds no pictures"),
        (no_folder, "ami: no such folder"), (text_as_clip, "ami.mp4"), (half_a_clip, "ami.mp4"), (no_clip, "ami.mp4"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_score_names_what_it_cannot_use_and_prints_nothing_else(shoot: Project, accident, named: str) -> None:
    accident(shoot.root)
    said = shoot.fail("continuity", "score", "kit.mp4", "ami.mp4", "--references", "ami")
    assert said.startswith("error: ") and named in said and len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--scorer", "nope"], "there are embedded, clip, histogram, pixels"),
        (["--scorer", "clip", "--weights", "none.pt"], "the checkpoint none.pt does not exist"),
        (["--frames", "0"], "not a number from 1 to 512"),
        (["--frames", "many"], "not a number from 1 to 512"),
        (["--fail-under", "nan"], "'nan' is not a number such as 0.5"),
    ],
)
def test_score_refuses_what_cannot_be_meant(shoot: Project, words: list[str], said: str) -> None:
    assert said in shoot.fail("continuity", "score", "ami.mp4", "--references", "ami", *words)


def test_the_version_is_told(nowhere: Project) -> None:
    assert re.fullmatch(r"continuity \d+\.\d+\.\d+\n", nowhere.run("continuity", "--version"))


# ---- models -----------------------------------------------------------------------------------


def test_models_lists_every_card_with_its_price_for_a_shot(project: Project) -> None:
    cards = {card["id"]: card for card in json.loads(project.run("continuity", "models", "--json"))}
    assert set(cards) == {path.stem for path in (project.root / "conf/model").glob("*.yaml")}
    assert cards["puppet-video"]["used"] and not cards["fal-kling-o3"]["used"]
    assert cards["fal-kling-o3"]["price_of_a_shot_usd"] == pytest.approx(3 * 0.084), "the least that it makes"
    assert 0 < cards["fal-kokoro"]["price_of_a_shot_usd"] < 0.001, "by the character"
    said = project.run("continuity", "models")
    assert "*puppet-video" in said and "gemini-omni" in said and "2026-11-25" in said


def test_models_of_a_shot_says_what_each_card_would_refuse_and_why(project: Project) -> None:
    offers = {offer["card"]: offer for offer in json.loads(project.run("continuity", "models", "t02", "--json"))}
    assert offers["kling-omni"]["refusals"] == [] and offers["kling-omni"]["price_usd"] == pytest.approx(3 * 0.084)
    assert offers["fal-kling-motion"]["refusals"] == [
        "1.5 s is under fal-kling-motion's least of 3 s; lengthen the shot",
        "2 characters are over fal-kling-motion's most of 1; split the shot, or say `transfer: false`",
    ]
    project.replace(
        "conf/series/tiny.yaml", "every_shot: {seconds: 1}", "every_shot: {seconds: 1}\nnegative_prompt: rain"
    )
    offers = {offer["card"]: offer for offer in json.loads(project.run("continuity", "models", "t02", "--json"))}
    assert offers["kling-omni"]["refusals"] == [], "its card says why it may be left out"
    assert "'t09' is no shot" in project.fail("continuity", "models", "t09")


def test_a_card_whose_fields_are_misspelt_is_refused_before_money(project: Project) -> None:
    project.params(models="fal", rehearsal=True)
    project.replace("conf/series/tiny.yaml", "every_shot: {seconds: 1}", "every_shot: {seconds: 3}")
    project.replace("conf/model/fal-kling-o3.yaml", "  start_image_url: start_frame", "  start_image_url: startframe")
    said = project.fail("continuity", "plan")
    assert "conf/model/fal-kling-o3.yaml: fields.start_image_url: there is no source 'startframe'" in said
    assert "start_frame" in said
    project.replace("conf/model/fal-kling-o3.yaml", "start_image_url: startframe", "start_image_url: start_frame")
    project.replace(
        "conf/model/fal-kling-o3.yaml", "  aspect_ratio: aspect", "  aspect_ratio: {from: aspect, of: landscape}"
    )
    said = project.fail("continuity", "plan")
    assert "fields.aspect_ratio: `of` must be a list of what the model takes, or a mapping" in said
