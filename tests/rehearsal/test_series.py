"""A series rehearsed from words to cut: what it costs is what the plan announced, and only what is new costs again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import PLAIN_SCORES, Project, bare, copied, once

from continuity.jobs.ledger import Ledger
from rehearsal.accounts import jobs

pytestmark = pytest.mark.xdist_group("rehearsed")  # one made series for all of them


FOUR = """\
image: gemini-nano-banana-pro
video: {default: kling-omni, several: gemini-omni}
motion: {default: fal-kling-motion, several: gemini-omni-edit}
repair: eachlabs-face-swap
voice: speech
"""


def make(folder: Path) -> Project:
    project = bare(folder)
    (project.root / "conf/models/four.yaml").write_text(FOUR)
    project.params(series="tiny", quality="tiny", takes=1, models="four", rehearsal=True, overrides=PLAIN_SCORES)
    project.replace("conf/series/tiny.yaml", "every_shot: {seconds: 1}", "every_shot: {seconds: 3}")  # motion's least
    project.replace("conf/series/tiny.yaml", "            seconds: 1.5\n", "")
    announced = json.loads(project.run("continuity", "plan", "--json"))
    (folder / "announced.json").write_text(json.dumps(announced))
    project.repro()
    project.commit("tiny series, rehearsed")
    return project


@pytest.fixture(scope="session")
def rehearsed_once(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return once(tmp_path_factory, "rehearsed", make)


@pytest.fixture
def rehearsed(rehearsed_once: Project, tmp_path: Path) -> Project:
    return copied(rehearsed_once, tmp_path)


def test_a_rehearsed_series_costs_in_every_book_what_the_plan_announced(rehearsed_once: Project) -> None:
    root, made = rehearsed_once.root, jobs(rehearsed_once)
    assert Counter(job.service for job in made).keys() == {"gemini", "kling", "fal", "eachlabs"}
    announced = json.loads((root.parent / "announced.json").read_text())
    repairs = sum(job.usd for job in made if job.request["kind"] == "repair")
    billed = sum(job.usd for job in made)
    assert billed - repairs == pytest.approx(announced["price_usd"]) and announced["price_usd"] > 1
    assert repairs <= announced["repair_at_most_usd"]
    assert Ledger(rehearsed_once.store / "ledger.sqlite").spent("tiny", rehearsed=True) == pytest.approx(billed)
    cost = json.loads((root / "reports/metrics.json").read_text())["cost"]
    assert cost["usd"] == 0 and cost["rehearsed_usd"] == pytest.approx(billed)
    assert cost["per_selected_shot_usd"] == pytest.approx(billed / 3, abs=1e-3)
    assert set(Counter(job.key for job in made).values()) == {1}
    records = [json.loads(path.read_text()) for path in (root / "shots").glob("*/*/*/take.json")]
    assert records and all(record["request"]["rehearsed"] for record in records)
    assert (root / "shots/cuts/e01.mp4").is_file()
    page = (root / "reports/index.html").read_text()
    assert "kling (rehearsed)" in page and f"${billed:.2f}, not charged" in page


def test_what_stand_ins_made_says_nothing_of_the_models_that_they_stand_for(rehearsed_once: Project) -> None:
    offers = {one["card"]: one for one in json.loads(rehearsed_once.run("continuity", "models", "t03", "--json"))}
    assert offers["kling-omni"]["refusals"] == [] and all(one["characters"] == {} for one in offers.values())
    assert not (rehearsed_once.store / "held").exists()


def test_what_is_sent_is_what_the_cards_say(rehearsed_once: Project) -> None:
    by_service = {
        name: [job for job in jobs(rehearsed_once) if job.service == name] for name in ("kling", "fal", "gemini")
    }
    takes = [job.body for job in by_service["kling"]]
    assert all(body["duration"] == "3" and body["aspect_ratio"] == "16:9" for body in takes)
    assert all(not image["image_url"].startswith("data:") for body in takes for image in body["image_list"])
    (alone,) = (body["prompt"] for body in takes if "Ami is shown" in body["prompt"])
    assert "Ami is shown in <<<image_1>>>" in alone and "shows the Lantern Cafe." in alone
    (both,) = (job.body["input"][0]["content"] for job in by_service["gemini"] if "input" in job.body)
    assert "Ami is the one in picture 1" in both[0]["text"] and "Kit is the one in picture 2" in both[0]["text"]
    (motion,) = by_service["fal"]
    assert motion.model == "fal-ai/kling-video/v3/standard/motion-control"
    assert "/fal-uploads/" in motion.body["video_url"] and "/fal-uploads/" in motion.body["image_url"]
    drawn = [job.body["contents"][0]["parts"] for job in by_service["gemini"] if "contents" in job.body]
    assert any(len(parts) == 1 for parts in drawn), "from words"
    assert any("inlineData" in part for parts in drawn for part in parts), "from the pictures before it"


def test_what_was_sent_is_what_the_plan_shows_of_it(rehearsed_once: Project) -> None:
    sent = {(job.service, job.request["subject"]): job.body for job in jobs(rehearsed_once)}
    for shot, services in (("t01", ["kling", "fal"]), ("t02", ["gemini"]), ("t03", ["kling"])):
        shown = json.loads(rehearsed_once.run("continuity", "plan", shot, "--prompt", "--json"))
        assert [one["provider"] for one in shown] == services
        for one in shown:
            assert one["absent"] == []
            assert worded(one["sent"]["body"]) == worded(sent[one["provider"], shot])


def worded(body: Any) -> Any:
    """A body without the names of files, which differ, and without our own id of the job."""
    if isinstance(body, dict):
        return {name: worded(value) for name, value in body.items() if name != "external_task_id"}
    if isinstance(body, list):
        return [worded(each) for each in body]
    is_file = isinstance(body, str) and (body.startswith(("http", "data:", "<")) or len(body) > 999)
    return "file" if is_file else body


def test_only_what_is_edited_costs_again_and_going_back_costs_nothing(
    rehearsed: Project, clone_of: Callable[[Project], Project]
) -> None:
    before = jobs(rehearsed)
    assert "up to date" in rehearsed.repro() and len(jobs(rehearsed)) == len(before)
    rehearsed.replace("conf/series/tiny.yaml", "action: Kit nods.", "action: Kit waves.")
    rehearsed.repro("motion-transfer")
    new = jobs(rehearsed)[len(before) :]
    assert [(job.request["subject"], job.usd) for job in new] == [("t03", pytest.approx(3 * 0.084))]
    rehearsed.replace("conf/series/tiny.yaml", "action: Kit waves.", "action: Kit nods.")
    rehearsed.repro("motion-transfer")
    assert len(jobs(rehearsed)) == len(before) + 1
    clone = clone_of(rehearsed)
    clone.store = rehearsed.store  # another copy of the project on this machine
    clone.repro("motion-transfer")
    assert len(jobs(rehearsed)) == len(before) + 1


def test_a_character_is_shown_to_its_service_once_and_named_by_all_its_takes(rehearsed: Project) -> None:
    """By Kling's elements: Ami and Kit are made from their pictures before the first take, and never again."""
    rehearsed.params(overrides=[*PLAIN_SCORES, "models.video=kling-omni-elements"])
    announced = json.loads(rehearsed.run("continuity", "plan", "--json"))["rows"]
    assert [row["new"] for row in announced if row["model"] == "kling-element"] == [1, 1]
    before = len(jobs(rehearsed))
    rehearsed.repro("generate")
    new = jobs(rehearsed)[before:]
    elements, takes = ([job for job in new if ("element_name" in job.body) == made] for made in (True, False))
    assert {job.body["element_name"] for job in elements} == {"Ami", "Kit"} and (len(elements), len(takes)) == (2, 3)
    assert all(len(job.body["element_image_list"]["refer_images"]) >= 1 for job in elements)
    by_shot = {job.request["subject"]: job.body for job in takes}
    ami, kit = (by_shot[shot]["element_list"][0]["element_id"] for shot in ("t01", "t03"))
    assert ami != kit and [one["element_id"] for one in by_shot["t02"]["element_list"]] == [ami, kit]
    prompt = by_shot["t02"]["prompt"]
    assert "<<<element_1>>> turns to <<<element_2>>>." in prompt and 'says: "Hello, Kit."' in prompt
    assert len(by_shot["t02"]["image_list"]) == 1, "the place alone is shown"
    listed = json.loads(rehearsed.run("continuity", "models", "characters", "--json"))
    assert not list(rehearsed.store.glob("results/*/*.damaged-*"))
    assert {(row["character"], row["id"]) for row in listed} == {("ami/anime", str(ami)), ("kit/storybook", str(kit))}

    rehearsed.replace("conf/series/tiny.yaml", "Ami waves", "Ami nods")
    before = len(jobs(rehearsed))
    rehearsed.repro("generate")
    (again,) = jobs(rehearsed)[before:]
    assert again.body["element_list"] == [{"element_id": ami}]


def test_a_rehearsal_and_the_real_thing_never_mix(rehearsed: Project) -> None:
    rehearsed.params(rehearsal=False)
    announced = json.loads(rehearsed.run("continuity", "plan", "--json"))
    assert sum(row["reused"] for row in announced["rows"] if row["what"].startswith("t0")) == 0
    said = rehearsed.fail("dvc", "repro", "design")
    assert "gemini needs a key: set GEMINI_API_KEY" in said


def test_a_killed_rehearsal_goes_on_and_buys_each_thing_once(rehearsed: Project) -> None:
    more = "".join(
        f"          u{number}:\n            action: Kit waves.\n            characters: [kit]\n" for number in range(6)
    )
    rehearsed.replace("conf/series/tiny.yaml", "          t03:", f"{more}          t03:")
    before = len(jobs(rehearsed))
    for wait in (0, 2):
        process = subprocess.Popen(
            ["dvc", "repro", "generate"], cwd=rehearsed.root, env=rehearsed.environment, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        while len(jobs(rehearsed)) <= before + wait and process.poll() is None:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    rehearsed.command("continuity", "check", "--heal")
    done = rehearsed.command("dvc", "repro", "generate")
    said = done.stdout + done.stderr
    bought = Counter(job.key for job in jobs(rehearsed)[before:])
    assert set(bought.values()) == {1}, said
    parked = json.loads(rehearsed.run("continuity", "jobs", "--json"))
    assert {job["state"] for job in parked} <= {"ambiguous"}
    assert len(bought) + sum(job["key"] not in bought for job in parked) == 6, said
    assert done.returncode == (1 if parked else 0), said
