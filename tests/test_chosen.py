"""What was chosen stays: picks of takes that went stale or are gone, models that ended, names, repairs that are one."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from conftest import Project
from test_compose import Conf

from continuity.plan.renamed import renamed
from continuity.production.workspace import Take, add_once
from continuity.request import key_of

ENDED = "sunset: 2020-01-01\nreplaced_by: [kling-omni]\n"
NODS = ("conf/series/tiny.yaml", "Kit nods.", "Kit hops.")


def read(project: Project, path: str) -> Any:
    return json.loads((project.root / path).read_text())


def stage(name: str) -> tuple[str, ...]:
    return ("python", "-m", f"stages.{name}")


def end(project: Project, card: str) -> None:
    """The model's last day has passed."""
    path = project.root / f"conf/model/{card}.yaml"
    path.write_text(path.read_text() + ENDED)


def plan_of(project: Project) -> dict[str, Any]:
    return json.loads(project.run("continuity", "plan", "--json"))


def test_a_picked_take_stays_in_the_cut_when_its_words_change_and_is_scored(project: Project) -> None:
    key = read(project, "shots/selects.json")["shots"]["t03"]["key"]
    project.pick(f't03: {{selected: "{key[:12]}"}}')
    project.replace(*NODS)
    assert any(f"picked take {key[:12]} is stale" in remark for remark in plan_of(project)["remarks"])
    assert f"picked take {key[:12]} is stale" in project.repro()
    select = read(project, "shots/selects.json")["shots"]["t03"]
    assert select["key"] == key and select["reason"].startswith("picked; stale")
    (made,) = read(project, "shots/generated.json")["shots"]["t03"]["takes"]
    assert made["key"] != key, "the shot's takes are made all the same"
    assert read(project, "reports/metrics.json")["series"]["shots"] == 3
    assert key[:12] in (project.root / "reports/scores.csv").read_text()
    assert key[:12] in (project.root / "reports/index.html").read_text()
    assert key[:12] not in project.run("continuity", "takes", "prune")
    (project.root / "conf/picks/tiny.yaml").unlink()
    project.run(*stage("compose"))
    project.run(*stage("select"))
    assert read(project, "shots/selects.json")["shots"]["t03"]["key"] == made["key"]


def test_a_picked_take_that_is_gone_is_said_before_anything_is_made_and_loses_no_metrics(project: Project) -> None:
    """Misspelt, or of another machine: DVC removes what `select` made before it runs, so compose says it."""
    metrics = read(project, "reports/metrics.json")
    project.pick("t03: {selected: abcdef123456}")
    for words in (("continuity", "check"), ("dvc", "repro")):
        said = project.fail(*words)
        assert "shot t03: picked take 'abcdef123456' is not here" in said
        assert "takes import --rev REV" in said and "take it out" in said
        assert read(project, "shots/generated.json")["shots"]["t03"]["takes"][0]["key"][:12] in said
    assert any("abcdef123456" in stop for stop in plan_of(project)["stops"])
    assert read(project, "reports/metrics.json") == metrics
    driving = read(project, "shots/generated.json")["shots"]["t01"]["takes"][0]["key"][:12]
    shown = read(project, "shots/transferred.json")["shots"]["t01"]["takes"][0]["key"][:12]
    project.pick(f't01: {{selected: "{driving}"}}')
    said = project.fail(*stage("compose"))
    assert "is a driving clip" in said and shown in said


def test_a_pick_of_a_take_that_may_still_be_made_is_waited_for_where_that_costs_nothing(new_project: Project) -> None:
    new_project.pick("t03: {selected: abcdef123456}")
    new_project.run(*stage("compose"))
    card = new_project.root / "conf/model/puppet-video.yaml"
    card.write_text(card.read_text() + "price: {usd: 0.1, per: call}\n")
    assert "abcdef123456" in new_project.fail(*stage("compose"))


def test_select_loses_nothing_over_a_pick_that_is_nowhere(project: Project) -> None:
    key = read(project, "shots/selects.json")["shots"]["t03"]["key"]
    plan = read(project, "plan.json")
    plan["picks"] = {"t03": {"selected": "abcdef123456", "discarded": [], "note": None}}
    (project.root / "plan.json").write_text(json.dumps(plan))
    assert "picked take 'abcdef123456' is not here" in project.run(*stage("select"))
    select = read(project, "shots/selects.json")["shots"]["t03"]
    assert select["key"] == key and select["reason"].endswith("picked take abcdef123456 is not here")


def test_a_model_that_ended_takes_nothing_new_and_what_it_made_is_cut_again(project: Project) -> None:
    takes = project.takes()
    end(project, "puppet-video")
    end(project, "puppet-repair")
    discarded = read(project, "shots/selects.json")["shots"]["t02"]["key"][:12]
    project.pick(f't02: {{discarded: ["{discarded}"]}}')
    said = project.run(*stage("compose"))
    assert "ended on 2020-01-01; kling-omni replaces it" in said
    for name in ("design", "generate", "motion_transfer", "select", "assemble"):
        project.run(*stage(name))
    assert read(project, "shots/selects.json")["shots"]["t02"]["key"][:12] != discarded
    project.params(overrides=["repair.max_attempts=3"])
    project.run(*stage("compose"))
    said = project.run(*stage("repair"))
    assert re.search(r"repair t02: left as it is, .*puppet-repair.yaml\) ended on 2020-01-01", said)
    assert project.takes() == takes
    project.replace(*NODS)
    project.run(*stage("compose"))
    (stop,) = plan_of(project)["stops"]
    assert stop in project.fail(*stage("generate"))
    assert stop.startswith("t03 would be new: ") and "kling-omni replaces it" in stop and "takes import" in stop
    assert project.takes() == takes


def test_no_take_is_bought_whose_transfer_can_not_be_made_any_more(project: Project) -> None:
    end(project, "puppet-motion")
    project.replace("conf/series/tiny.yaml", "Ami waves.", "Ami nods.")
    takes = project.takes()
    project.run(*stage("compose"))
    assert "puppet-motion.yaml) ended" in project.fail(*stage("generate"))
    assert project.takes() == takes


def test_a_renamed_character_is_said_with_what_it_makes_again(project: Project) -> None:
    project.replace("conf/character/ami.yaml", "name: Ami", "name: Mia")
    (said,) = plan_of(project)["remarks"]
    assert re.match(r"Ami is now Mia: \d+ library pictures and 3 takes are made again, for \$0.00", said)
    assert "`name: Ami` in conf/character/ami.yaml" in said
    assert said in project.run("continuity", "check")


def test_a_character_under_another_id_is_known_by_its_bible(tmp_path: Path) -> None:
    conf = Conf(tmp_path).params(series="tiny")
    before = conf.plan()
    (conf.root / "conf/character/ami.yaml").rename(conf.root / "conf/character/mia.yaml")
    series = (conf.root / "conf/series/tiny.yaml").read_text()
    conf.write("conf/series/tiny.yaml", re.sub(r"\bami\b", "mia", series))
    (one,) = renamed(before, conf.plan())
    assert (one.sentence, one.character) == ("ami is now mia", "mia")
    assert renamed(before, before) == []


def attempt(key: str, sha256: str, price: float = 0.1, **notes: Any) -> Take:
    return Take("t02", "repaired", key * 64, sha256 * 64, 1.5, "", "f" * 64, {"price_usd": price, **notes})


def test_attempts_that_gave_the_same_bytes_are_one_take_with_what_both_cost(project: Project) -> None:
    takes: list[Take] = []
    first, other = add_once(takes, attempt("a", "1")), add_once(takes, attempt("b", "2"))
    again = add_once(takes, attempt("c", "1", 0.25, performance="e" * 64))
    assert takes == [again, other] and again.key == first.key
    assert again.further_attempts == ["c" * 64, "e" * 64] and again.notes["price_usd"] == 0.35
    assert add_once(takes, attempt("c", "1")) == again, "an attempt that is found again"
    # In a project: another attempt gave the same bytes. It is kept, and no take of its own.
    index = read(project, "shots/repaired.json")
    kept = index["shots"]["t02"]["takes"][0]
    folder = (project.root / kept["clip"]).parent
    record = read(project, f"{folder.relative_to(project.root)}/take.json")
    request = {**record["request"], "seed": record["request"]["seed"] + 1}
    key = key_of(request)
    shutil.copytree(folder, folder.with_name(key[:12]))
    (folder.with_name(key[:12]) / "take.json").write_text(json.dumps({**record, "key": key, "request": request}))
    assert key[:12] in project.run("continuity", "takes", "prune")
    there = kept["notes"].get("again", "").split()  # by chance, on some processors: the pictures are small
    kept["notes"]["again"] = " ".join([*there, key])
    (project.root / "shots/repaired.json").write_text(json.dumps(index))
    assert "nothing to prune" in project.run("continuity", "takes", "prune")
