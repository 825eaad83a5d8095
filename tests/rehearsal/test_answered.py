"""The model that answered is recorded, and another than the one asked for is said wherever takes are shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Project

from continuity.jobs.store import Store
from continuity.records.answered import answered_by
from continuity.rehearsal.server import Server
from continuity.report.collect import collect
from continuity.report.page import build_page
from rehearsal.scene import GEMINI
from rehearsal.test_gemini import PICTURE


@pytest.mark.parametrize("scene", [GEMINI, PICTURE], ids=["clip", "picture"])
def test_a_successor_that_answers_in_silence_is_recorded(server: Server, tmp_path: Path, scene: object) -> None:
    server.stage.script.faults.append({"fault": "another model", "on": "submit"})
    store = Store(tmp_path / "store")
    (other,) = scene.make(server, store, [scene.asked(1)]).values()  # type: ignore[attr-defined]
    (same,) = scene.make(server, store, [scene.asked(2)]).values()  # type: ignore[attr-defined]
    assert (answered_by(other.record), answered_by(same.record)) == ("successor-1", "")
    assert same.record["delivery"]["model"] == same.record["model"]


@pytest.mark.parametrize(
    ("asked", "answered", "other"),
    [
        ("gemini-3-pro-image", "models/gemini-3-pro-image-002", False),
        ("gpt-image-2", "gpt-image-2-2026-04-21", False),
        ("dreamina-seedance-2-0", "dreamina-seedance-2-0-260128", False),
        ("gemini-3.7-flash", "gemini-3.8-flash", True),
        ("gpt-image-2", "gpt-image-2.5-flare", True),
        ("wan3.0", "", False),
    ],
)
def test_a_dated_version_of_the_model_is_that_model(asked: str, answered: str, other: bool) -> None:
    record = {"request": {"kind": "image", "model": asked, "references": []}, "delivery": {"model": answered}}
    assert answered_by(record) == (answered if other else "")
    bare = {"form": {"without_pictures": asked}, "model": "with-pictures"}
    assert answered_by({**record, "request": {**record["request"], **bare}}) == (answered if other else "")  # type: ignore[dict-item]


def test_takes_and_the_report_say_that_another_model_answered(project: Project) -> None:
    path = next((project.root / "shots/generated/t03").glob("*/take.json"))
    record = json.loads(path.read_text())
    record["delivery"] = {"sha256": record["sha256"], "content_type": "video/mp4", "changed": [], "model": "puppet-9"}
    path.write_text(json.dumps(record))
    rows = json.loads(project.run("continuity", "takes", "list", "--json"))
    assert {row["answered_by"] for row in rows if row["shot"] == "t03"} == {"puppet-9"}
    assert {row["answered_by"] for row in rows if row["shot"] != "t03"} == {""}
    assert "asked of puppet-video, answered by puppet-9" in project.run("continuity", "takes", "list")
    page = build_page(collect(project.root))
    assert "Another model answered." in page and "answered by <code>puppet-9</code>" in page


def test_a_picture_by_another_model_is_said_when_it_comes_and_kept_with_the_library(
    new_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "faults.json"
    script.write_text(json.dumps([{"fault": "another model", "on": "submit", "service": "gemini"}]))
    monkeypatch.setenv("CONTINUITY_REHEARSAL_FAULTS", str(script))
    new_project.params(models="gemini", rehearsal=True)
    new_project.replace("conf/series/tiny.yaml", "every_shot: {seconds: 1}", "every_shot: {seconds: 3}")
    assert "gemini was asked for gemini-3-pro-image; successor-1 answered" in new_project.repro("design")
    file = new_project.root / "assets/library/library.json"
    items = json.loads(file.read_text())["items"]
    (role,) = (role for role, item in items.items() if "delivery" in item)
    assert items[role]["delivery"]["model"] == "successor-1"
    assert f"{role} was asked of" in build_page(collect(new_project.root))
    before = file.read_bytes()
    new_project.repro("-f", "-s", "design")
    assert file.read_bytes() == before
