"""Repair by routes: the cheapest that fits what is wrong comes first; what gains no more than chance is not kept."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Project
from test_compose import Conf

from continuity.plan.compared import compared
from continuity.plan.routes import objection, serving
from continuity.plan.schema import Pick, Plan
from continuity.production.routes import Course, Step, next_step
from continuity.production.score import Scored
from continuity.production.stronger import stronger
from continuity.production.workspace import Take
from continuity.scoring.calibration.anchors import NOBODY, Anchors
from continuity.scoring.takes.faults import faults
from continuity.scoring.takes.gain import attempts, gain, outdone
from continuity.scoring.takes.result import TakeScore
from continuity.scoring.takes.select import choose

SWAP = "{way: face-swap, model: eachlabs-face-swap}"
ALL = f"repair.routes=[another-take, {SWAP}, restore, stronger-references]"
ANCHORS = Anchors("e", {"ami": replace(NOBODY, threshold=0.8)})


@pytest.fixture
def conf(tmp_path: Path) -> Conf:
    return Conf(tmp_path / "conf")


def priced(conf: Conf, *overrides: str) -> Plan:
    conf.edit("conf/model/puppet-video.yaml", lambda card: card.update(price={"usd": 0.1, "per": "second"}))
    conf.edit("conf/model/puppet-motion.yaml", lambda card: card.update(price={"usd": 0.3}))
    conf.edit("conf/model/puppet-repair.yaml", lambda card: card.update(price={"usd": 0.12}))
    return conf.params(series="tiny", takes=1, overrides=["repair.max_usd=100", *overrides]).plan()


def score(
    zs: Sequence[float | None], *, passed: bool | None = False, changed: Sequence[str] = (), judge: str = "look",
    margin: float = 0.2, words: Sequence[float] = (), key: str = "a" * 64,
) -> TakeScore:  # fmt: skip
    """One take of Ami alone, with z by frame; None where she was not found."""
    found = [z for z in zs if z is not None]
    lines = [
        {
            "name": name,
            "region": "head",
            "drift": 1.0,
            "worst": 1.0,
            "noise": 0.1,
            "beyond": 3.0,
            "verdict": "changed",
            "reason": "",
            "frames": [],
        }
        for name in changed
    ]
    frame = {"identity": None, "margin": None, "box": None}
    character = {
        "subject": "ami", "judge": judge, "encoder": "e", "identity": 0.9, "identity_p05": 0.9,
        "z": sum(found) / len(found) if found else None, "z_p05": min(found, default=None),
        "coverage": len(found) / len(zs), "margin": margin, "passed": passed, "wardrobe": None, "copy_paste": None,
        "drift_curve": [], "drift_slope_per_second": None, "vector": None, "traits": lines,
        "frames": [{"t": float(n), "found": z is not None, "z": z, **frame} for n, z in enumerate(zs)],
    }  # fmt: skip
    nothing = dict.fromkeys(("cast", "location", "prop", "flicker", "motion", "motion_offset_ms", "voice", "voice_min",
                             "words", "prompt"))  # fmt: skip
    return TakeScore.from_json(
        {"shot": "t01", "key": key, "folder": "generated", "encoder": "e", "characters": {"ami": character},
         "times": [], "phashes": [], "movement": 0.0, "voices": [], "heard": [], "words_by_line": list(words),
         **nothing}
    )  # fmt: skip


def ways(plan: Plan, shot: str, of: TakeScore, attempts: int = 4) -> list[tuple[str, float]]:
    """The routes that attempt after attempt takes while the take goes on failing so, with their prices."""
    take = Take(shot, "generated", "a" * 64, "b" * 64, 1.0, "clip.mp4")
    course, found = Course(Scored(take, of)), []
    for _ in range(attempts):
        step = next_step(plan, course, faults(of, ANCHORS))
        if not isinstance(step, Step):
            return [*found, (step, 0.0)]
        found.append((step.route.way, step.price_usd))
        course = replace(course, tried=(*course.tried, step.route))
    return found


# ---- what the plan knows ------------------------------------------------------------------------


def test_without_routes_a_plan_is_what_it_was(conf: Conf) -> None:
    plan = conf.params(series="tiny").plan()
    assert "routes" not in json.loads(plan.model_dump_json())["repair"]
    with_routes = conf.params(overrides=["repair.routes=[restore]"]).plan()
    before, after = compared(plan), compared(with_routes)
    assert {name for name in type(before).model_fields if getattr(before, name) != getattr(after, name)} == {"repair"}
    assert Plan.model_validate_json(with_routes.model_dump_json()) == with_routes


def test_what_a_route_costs_and_whom_it_serves_is_known_before_money(conf: Conf) -> None:
    plan = priced(conf, ALL, "repair.max_attempts=2")
    named = {id: [route.way for route in serving(plan.repair, plan.shots[id], plan.models)] for id in ("t02", "t03")}
    assert named == {  # t03: 0.06 a swap, 0.10 a take of a second, 0.12 a restoration; t02: 0.12, and 0.15
        "t03": ["face-swap", "another-take", "stronger-references", "restore"],
        "t02": ["restore", "another-take", "stronger-references"],
    }
    swap = plan.repair.routes[1]
    assert "2 characters are shown" in objection(swap, plan.shots["t02"], plan.models)
    dearest = [0.1 + 0.3, 0.15, 0.12]
    assert plan.estimate.repair_at_most == pytest.approx(2 * sum(dearest))


@pytest.mark.parametrize(
    ("routes", "said"),
    [
        ("[swap]", "'swap' is not possible"),
        ("[restore, restore]", "restore stands there twice"),
        ("[{way: restore, model: puppet-video}]", "card puppet-video makes video, not repair"),
        ("[{way: another-take, model: puppet-video}]", "another-take asks the shot's own model; take `model` out"),
        ("[{way: another-take, parameters: {drift: 0}}]", "write them in stronger-references"),
        ("[{way: face-swap, model: nobody}]", "'nobody' is not a file of conf/model/"),
        ("[{way: restore, card: puppet-repair}]", "unknown key 'card'"),
    ],
)
def test_a_route_that_cannot_be_taken_is_refused_where_it_is_written(conf: Conf, routes: str, said: str) -> None:
    message = conf.params(series="tiny", overrides=[f"repair.routes={routes}"]).refused()
    assert said in message and "repair.routes" in message


def test_a_route_that_serves_no_shot_is_refused_and_one_that_serves_some_is_not(conf: Conf) -> None:
    conf.edit("conf/model/puppet-repair.yaml", lambda card: card.update(limits={"max_seconds": 1.2}))
    plan = conf.params(series="tiny", overrides=["repair.routes=[restore, another-take]"]).plan()
    assert [route.way for route in serving(plan.repair, plan.shots["t02"], plan.models)] == ["another-take"]
    conf.edit("conf/model/puppet-repair.yaml", lambda card: card.update(limits={"max_seconds": 0.5}))
    assert "restore can serve no shot: 1 s is over puppet-repair's most of 0.5 s" in conf.refused()


# ---- which route an attempt takes ---------------------------------------------------------------


def test_the_cheapest_route_that_fits_the_fault_comes_first_and_then_the_next_dearer(conf: Conf) -> None:
    plan = priced(conf, ALL)
    face = ways(plan, "t03", score([0.5, 0.6], judge="face"))
    assert face == [("face-swap", 0.06), ("another-take", 0.1), ("stronger-references", 0.1), ("restore", 0.12)]
    look = [way for way, _ in ways(plan, "t03", score([0.5, 0.6]), attempts=5)]
    assert look == ["another-take", "stronger-references", "restore", "stronger-references", "stronger-references"]
    anew = ["another-take", "stronger-references", "stronger-references"]
    for gone in (score([0.9, 0.9], changed=["scarf"]), score([0.9, None, None]), score([0.5], words=[1.0, 0.0])):
        assert [way for way, _ in ways(plan, "t03", gone, attempts=3)] == anew


def test_what_no_route_mends_is_left_and_said_to_be(conf: Conf) -> None:
    plan = priced(conf, f"repair.routes=[restore, {SWAP}]")
    ((said, _),) = ways(plan, "t03", score([0.9, 0.9], changed=["scarf"]))
    assert said == "no route mends this (ami has changed: scarf)"
    assert ways(plan, "t03", score([0.5, 0.6])) == [("restore", 0.12), ("every route was tried", 0.0)]


def test_a_method_alone_is_taken_again_and_again_whatever_is_wrong(conf: Conf) -> None:
    changed = score([0.9, 0.9], changed=["scarf"])
    assert ways(priced(conf), "t03", changed, attempts=2) == [("restore", 0.12)] * 2
    remade = priced(conf, "repair.method=remake")
    assert [price for _, price in ways(remade, "t01", changed, attempts=2)] == pytest.approx([0.4, 0.4])


def test_stronger_references_show_the_drifted_character_first_and_no_more_than_the_model_takes(conf: Conf) -> None:
    plan = conf.params(series="demo").plan()
    shot = plan.shots["e01s03"]  # Kit and Ami; Ami is shown in another look
    near = {"ami": ["angle-profile", "expression-sad", "headshot", "angle-three-quarter", "angle-front"]}
    closer = stronger(plan, shot, near, {"drift": 0.1}, more=2)
    assert closer.references[:3] == ["ami/anime/headshot", "ami/anime/angle-profile", "ami/anime/expression-sad"]
    assert set(shot.references) < set(closer.references) and closer.parameters == {"drift": 0.1}
    assert closer.transfer and closer.transfer.references[1] == "ami/realistic/angle-profile"
    card = plan.models["puppet-video"]
    limits = card.limits.model_copy(update={"max_references": len(shot.references) + 1})
    models = {**plan.models, card.id: card.model_copy(update={"limits": limits})}
    few = stronger(plan.model_copy(update={"models": models}), shot, near, {})
    assert len(few.references) == len(shot.references) + 1
    assert few.references[:2] == ["ami/anime/headshot", "ami/anime/angle-profile"]
    assert set(shot.references) < set(few.references), "nothing that was shown is left out"


# ---- what is kept -------------------------------------------------------------------------------


def test_a_gain_within_what_other_frames_would_have_scored_is_not_kept() -> None:
    steady, restless = [0.60, 0.61, 0.62, 0.61], [0.60, 0.95, 0.70, 1.05]
    lifted = gain(score(steady), score([z + 0.1 for z in steady]))
    assert (lifted.value, lifted.accepted) == (0.1, True) and lifted.noise and lifted.noise < 0.1
    lost_in_noise = gain(score(restless), score([z + 0.1 for z in restless]))
    assert (lost_in_noise.value, lost_in_noise.accepted) == (0.1, False) and (lost_in_noise.noise or 0) > 0.1
    assert not gain(score([0.6, 0.6]), score([0.615, 0.615])).accepted, "equal to select"


def test_a_failure_that_passes_is_kept_and_what_loses_something_is_not() -> None:
    before = score([0.99, 1.0], changed=["scarf"])
    assert gain(before, score([0.97, 0.98], passed=True)).accepted, "though its worst moment is lower"
    assert not gain(score([0.5, 0.5]), score([0.7, 0.7], changed=["glasses"])).accepted
    assert not gain(score([0.5, 0.5, 0.5]), score([0.7, None, None])).accepted
    found = gain(score([None, None]), score([0.5, 0.5]))
    assert found.accepted and found.value is None
    assert not gain(score([0.5, 0.5]), score([None, None])).accepted


def test_every_attempt_is_held_against_what_stands_and_not_against_an_attempt_that_does_not() -> None:
    """The second went on from the first, which had lost a trait: so it has lost that trait too."""
    first, second, third = (
        score([z, z], key=c * 64, changed=["scarf"]) for z, c in ((0.7, "c"), (0.9, "d"), (0.6, "e"))
    )
    third = replace(third, characters=score([0.8, 0.8]).characters)
    before = score([0.5, 0.5], key="b" * 64)
    of = {first.key: before.key, second.key: first.key, third.key: second.key}
    found = attempts([before, first, second, third], of)
    assert [(one.before.key[0], one.after.key[0], one.gained.accepted) for one in found] == [
        ("b", "c", False),
        ("b", "d", False),
        ("b", "e", True),
    ]


def test_a_repair_that_is_kept_is_selected_before_the_take_it_mends() -> None:
    """It passes, and the take before has no verdict and a higher worst moment: one rule for repair and selection."""
    unknown, passes = score([0.9, 0.9], passed=None, key="b" * 64), score([0.8, 0.8], passed=True, key="c" * 64)
    (one,) = attempts([unknown, passes], {passes.key: unknown.key})
    kept = [(one.before.key, one.after.key)]
    assert one.gained.accepted and choose("t01", [unknown, passes], Pick(), (), outdone(kept)).key == passes.key
    other = score([0.85, 0.85], passed=True, key="d" * 64)
    assert choose("t01", [unknown, passes, other], Pick(), (), outdone(kept)).key == other.key
    discarded = Pick(discarded=[passes.key[:12]])
    back = outdone(kept, discarded.discarded)
    assert choose("t01", [unknown, passes], discarded, (), back).key == unknown.key


def test_what_is_not_kept_is_not_chosen_unless_a_person_picks_it() -> None:
    before, after = score([0.6, 0.6], key="b" * 64), score([0.65, 0.65], key="c" * 64)
    assert choose("t01", [before, after], Pick()).key == after.key
    refused = {after.key}
    choice = choose("t01", [before, after], Pick(), refused)
    assert choice.key == before.key
    assert choice.reason == "none of 2 takes passes; the nearest; no repair of it is better beyond noise"
    assert choose("t01", [before, after], Pick(selected=after.key[:12]), refused).key == after.key
    assert choose("t01", [before, after], Pick(discarded=[before.key[:12]]), refused).key == after.key


def test_routes_buy_nothing_twice_and_say_what_each_attempt_cost(project: Project) -> None:
    """What a method made is what its route asks for; a dearer route follows where it did not bring the take back."""

    def attempts() -> list[tuple[Any, ...]]:
        rows = json.loads((project.root / "reports/evidence/evidence.json").read_text())["repairs"]
        assert all(row["gain"] > row["noise"] for row in rows if row["kept"])  # one that gains may lose something else
        return [(row["shot"], row["route"], row["price_usd"], row["after"][:12]) for row in rows]

    before, takes = attempts(), project.takes()
    assert before and {row[:3] for row in before} == {("t02", "restore", 0.0)}
    card = project.root / "conf/model/puppet-video.yaml"
    card.write_text(card.read_text() + "price: {usd: 0.1, per: call}\n")
    routes = "repair.routes=[{way: stronger-references, parameters: {drift: 0.1}}, restore]"
    project.params(overrides=[routes])
    project.repro("consistency-score")
    made = project.takes() - takes
    bought = [row for row in attempts() if row[1] == "stronger-references"]
    assert bought and sorted(row[3] for row in bought) == sorted(one.removeprefix("repaired/t02/") for one in made)
    assert {row[2] for row in bought} == {0.1} and all(row in before for row in attempts() if row not in bought)
    request = json.loads((project.root / "shots" / min(made) / "take.json").read_text())["request"]
    shot = json.loads((project.root / "plan.json").read_text())["shots"]["t02"]
    shown = [reference["role"] for reference in request["references"]]
    assert shown[0].endswith("/headshot") and set(shot["references"]) <= set(shown)
    assert request["parameters"] == {"drift": 0.1} and shot["parameters"] == {"drift": 0.25}


def test_the_performance_behind_a_remade_take_is_kept_and_counts_in_what_it_cost(project: Project) -> None:
    """It is in no index of takes: what was carried over from it names it."""
    index = project.root / "shots/repaired.json"
    takes = json.loads(index.read_text())
    performed = next((project.root / "shots/generated/t02").glob("*/take.json")).parent
    beside = project.root / "shots/repaired/t02" / performed.name
    shutil.copytree(performed, beside)
    record = json.loads((beside / "take.json").read_text())
    (beside / "take.json").write_text(json.dumps({**record, "cost_usd": 0.5}))
    takes["shots"]["t02"]["takes"][0]["notes"] |= {"performance": record["key"], "method": "remake"}
    index.write_text(json.dumps(takes))
    assert "nothing to prune" in project.run("continuity", "takes", "prune")
    project.run("python", "-m", "stages.consistency_score")
    evidence = json.loads((project.root / "reports/evidence/evidence.json").read_text())
    row = next(row for row in evidence["repairs"] if row["shot"] == "t02")
    assert (row["route"], row["price_usd"], evidence["cost_usd"]) == ("another-take", 0.5, 0.5)
