"""Real people in a series: what is told beforehand, what may still be done here, and what a revocation stops."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import PLAIN_SCORES, Project
from test_compose import Conf

from continuity.plan.consent import consent_remarks
from continuity.rehearsal.books import Books

AMI, VOICE = "conf/character/ami.yaml", "conf/voice/ami.yaml"
PAST, FUTURE = "2020-02-01", "2999-02-01"
EVIDENCE = b"I agree. Ami Example"
RECORD = f"""
real_person: true
consent:
  who: Ami Example
  scope: {{series: [tiny], services: [gemini, kling], uses: [image, video]}}
  until: {FUTURE}
  evidence: assets/consent/ami.txt
  sha256: {hashlib.sha256(EVIDENCE).hexdigest()}
"""


def write(root: Path, file: str, text: str) -> None:
    path = root / file
    path.write_text(path.read_text() + text)


def agree(root: Path, record: str = RECORD, file: str = AMI) -> None:
    (root / "assets/consent").mkdir(parents=True, exist_ok=True)
    (root / "assets/consent/ami.txt").write_bytes(EVIDENCE)
    write(root, file, record)


def plan_of(project: Project) -> dict[str, Any]:
    return json.loads(project.run("continuity", "plan", "--json"))


def stage(name: str) -> tuple[str, ...]:
    return ("python", "-m", f"stages.{name}")


def requests(project: Project) -> int:
    path = project.store / "rehearsal" / "books.sqlite"
    if not path.exists():
        return 0
    books = Books(path)
    try:
        return sum(books.requests().values())
    finally:
        books.close()


def everything(project: Project) -> dict[str, bytes]:
    places = ("shots", "assets/library", "reports/evidence", "reports/metrics.json")
    files = [path for place in places for path in [project.root / place, *(project.root / place).rglob("*")]]
    return {str(path): path.read_bytes() for path in files if path.is_file()}


# ---- what is written --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("real_person: true\n", "", "consent is that of a real person; write `real_person: true`"),
        ("series: [tiny]", "series: []", "consent.scope.series: must be a list of what they agreed to, or `any`"),
        ("services: [gemini, kling], ", "", "consent.scope.services: is missing"),
        ("uses: [image, video]", "uses: [advertising]", "consent.scope.uses"),
        (f"until: {FUTURE}", "until: soon", "consent.until: must be a date as 2026-12-24"),
        ("evidence: assets/", "evidence: ../", "consent.evidence"),
        ("sha256: ", "sha256: x", "consent.sha256"),
    ],
)
def test_a_record_that_says_less_than_it_must_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    conf = Conf(tmp_path).params(series="tiny")
    assert old in RECORD
    write(conf.root, AMI, RECORD.replace(old, new))
    refused = conf.refused()
    assert refused.startswith(AMI) and said in refused


def test_a_record_changes_no_prompt_and_nothing_that_stages_depend_on(tmp_path: Path) -> None:
    from continuity.plan.compared import compared

    conf = Conf(tmp_path).params(series="tiny")
    before = conf.plan()
    agree(conf.root)
    after = conf.plan()
    assert compared(after) == compared(before)
    assert after.model_copy(update={"people": []}) == before and "people" not in before.model_dump()


# ---- before anything is sent ------------------------------------------------------------------


def rehearse(project: Project, **params: object) -> None:
    project.params(**{"models": "mixed", "rehearsal": True, **params})
    project.replace("conf/series/tiny.yaml", "every_shot: {seconds: 1}", "every_shot: {seconds: 3}")
    project.replace("conf/series/tiny.yaml", "            seconds: 1.5\n", "")


def test_without_consent_the_plan_says_so_and_the_run_stops_before_its_first_picture(new_project: Project) -> None:
    rehearse(new_project)
    write(new_project.root, AMI, "real_person: true\n")
    new_project.replace("conf/series/tiny.yaml", "action: Kit nods.", "action: Kit nods.\n            start_from: t02")
    (stop,) = [stop for stop in plan_of(new_project)["stops"] if "real person" in stop]
    for shown in ("ami/anime/headshot", "t01", "t02"):
        assert shown in stop.partition(": ami is a real person (conf/character/ami.yaml)")[0]
    assert "t03" in stop.partition(": ami is")[0], "it starts from a frame with Ami in it"
    assert "kit/" not in stop and "locations/" not in stop
    said = new_project.fail("continuity", "check")
    assert "nothing says that they agreed; write `consent:` there" in said
    assert "nothing says that they agreed" in new_project.fail("dvc", "repro")
    assert requests(new_project) == 0


def test_a_scope_that_leaves_out_a_service_of_the_last_stage_stops_the_first(new_project: Project) -> None:
    """So that no picture is bought for a transfer that may not be."""
    rehearse(new_project)
    agree(new_project.root)
    said = new_project.fail("dvc", "repro")
    assert "t01: the consent of Ami Example to ami is for gemini, kling, and not for the service fal" in said
    assert "t02" not in said
    assert requests(new_project) == 0


def test_a_name_in_the_prompt_and_a_voice_of_a_person_count_too(new_project: Project) -> None:
    rehearse(new_project, models="gemini", overrides=[*PLAIN_SCORES, "models.voice=gemini-speech"])
    new_project.replace("conf/series/tiny.yaml", "action: Kit nods.", "action: Kit thinks of Ami.")
    agree(new_project.root, "\nreal_person: true\n")
    (stop,) = [stop for stop in plan_of(new_project)["stops"] if "real person" in stop]
    assert "t03" in stop.partition(": ami is")[0]
    new_project.replace(AMI, "\nreal_person: true\n", "")
    agree(new_project.root, "\nreal_person: true\n", VOICE)
    (stop,) = [stop for stop in plan_of(new_project)["stops"] if "real person" in stop]
    assert "voices/ami, t02 (line 'Hello, Kit.'), t02: ami is a real person (conf/voice/ami.yaml)" in stop


def test_what_is_made_on_this_machine_needs_no_consent(project: Project) -> None:
    write(project.root, AMI, "real_person: true\n")
    before = project.takes()
    project.repro()
    project.replace("conf/series/tiny.yaml", "Ami waves", "Ami nods")
    project.repro("generate")
    assert len(project.takes() - before) == 1


# ---- revoked ----------------------------------------------------------------------------------


def test_a_revocation_stops_the_run_names_takes_and_cuts_and_deletes_nothing(project: Project) -> None:
    shown = {name for name in project.takes() if name.split("/")[1] in ("t01", "t02")}
    agree(project.root, RECORD + f"  revoked: {PAST}\n")
    before = everything(project)
    said = project.fail("dvc", "repro")
    assert f"Ami Example has revoked the consent to ami on {PAST} ({AMI})" in said
    for name in shown:
        assert " ".join(name.split("/")[1:]) in said
    assert f"{len(shown)} takes here show them" in said and "shots/cuts/e01.mp4" in said and "t03 " not in said
    assert everything(project) == before
    listed = json.loads(project.run("continuity", "takes", "list", "--json"))
    assert {row["path"].removeprefix("shots/") for row in listed if row["withdrawn"] == ["ami"]} == shown
    assert any("has revoked" in stop for stop in plan_of(project)["stops"])
    assert "has revoked" in project.fail("continuity", "check")

    project.replace(AMI, f"  revoked: {PAST}\n", "")
    assert "have been made" not in project.repro()
    assert project.takes() == {"/".join(Path(path).parts[-4:-1]) for path in before if path.endswith("/take.json")}


def test_consent_that_has_ended_since_the_plan_was_made_stops_every_stage_that_runs(project: Project) -> None:
    agree(project.root)
    project.repro()
    plan = project.root / "plan.json"
    assert FUTURE in plan.read_text()
    plan.write_text(plan.read_text().replace(FUTURE, PAST))
    before = everything(project)
    for name in ("design", "generate", "repair", "select", "assemble"):
        assert f"the consent of Ami Example to ami ended on {PAST}" in project.fail(*stage(name))
    assert everything(project) == before


def test_a_picked_take_of_somebody_who_left_the_series_is_not_cut(project: Project) -> None:
    key = json.loads((project.root / "shots/selects.json").read_text())["shots"]["t02"]["key"][:12]
    project.pick(f't02: {{selected: "{key}"}}')
    series = project.root / "conf/series/tiny.yaml"
    text = series.read_text().replace("characters: [ami, kit]", "characters: [kit]").replace("look: {performs", "# {")
    text = (
        text.replace("Ami waves", "Kit waves")
        .replace("Ami turns to Kit", "Kit turns")
        .replace('ami: "Hello, Kit."', 'kit: "Hello."')
    )
    series.write_text(
        text.replace(
            "            characters:\n              ami: {expression: happy}\n", "            characters: [kit]\n"
        )
    )
    project.run(*stage("compose"))
    agree(project.root, RECORD + f"  revoked: {PAST}\n")
    said = project.fail(*stage("compose"))
    assert f"t02 {key}" in said and "take `selected` of those takes out" in said
    (project.root / "conf/picks/tiny.yaml").unlink()
    project.run(*stage("compose"))


@pytest.mark.parametrize(("day", "remarks"), [("2998-11-01", 0), ("2998-12-15", 1), ("2999-02-02", 0)])
def test_consent_that_ends_soon_is_remarked(tmp_path: Path, day: str, remarks: int) -> None:
    conf = Conf(tmp_path).params(series="tiny")
    agree(conf.root)
    found = list(consent_remarks(conf.plan().people, date.fromisoformat(day)))
    assert len(found) == remarks and all(f"ends on {FUTURE} ({AMI})" in said for said in found)
