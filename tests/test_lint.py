"""Describe action, not appearance: what lint remarks on, the words it wants deleted, and what it lets pass."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from test_compose import Conf

from continuity.plan.lint import lint, without
from continuity.plan.schema import LintNote, Plan


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The tiny series: t01 is Ami alone and transferred, t02 Ami and Kit, t03 Kit alone."""
    return Conf(tmp_path_factory.mktemp("lint")).params(series="tiny").plan()


def notes(plan: Plan, shot: str, action: str, **changes: Any) -> list[LintNote]:
    changed = plan.shots[shot].model_copy(update={"action": action, **changes})
    return lint([changed], plan.characters)


@pytest.mark.parametrize(
    ("shot", "action", "delete"),
    [
        ("t01", "Ami brushes her lavender hair aside.", ["lavender"]),
        ("t01", "Ami brushes her jaw-length lavender hair aside.", ["jaw-length lavender"]),
        ("t01", "Ami, wearing a red scarf, waves.", ["wearing a red scarf"]),
        ("t01", "Ami waves, dressed in a dark brown jacket.", ["dressed in a dark brown jacket"]),
        ("t01", "Ami is wearing her scarf and waves.", ["is wearing her scarf"]),
        ("t01", "Ami looks up with large teal eyes.", ["with large teal eyes"]),
        ("t01", "Ami opens her large teal eyes.", ["large teal"]),
        ("t01", "Ami pushes up her round, dark glasses.", ["round, dark"]),
        ("t01", "Ami shakes her blue hair.", ["blue"]),  # what contradicts the bible is worse than what repeats it
        ("t03", "The small orange fox Kit hops.", ["small orange"]),
        ("t02", "Ami tugs her red scarf. Kit tugs his blue scarf.", ["red", "blue"]),
    ],
)
def test_appearance_is_named_with_the_words_to_delete(plan: Plan, shot: str, action: str, delete: list[str]) -> None:
    found = notes(plan, shot, action)
    assert [words for note in found for words in note.delete] == delete
    for words in delete:
        assert words in action
        action = without(action, [words])
    assert notes(plan, shot, action) == []


@pytest.mark.parametrize(
    ("shot", "action"),
    [
        ("t01", "Ami brushes her hair aside."),
        ("t01", "Ami tugs at her scarf and looks up with wide eyes."),
        ("t01", "Ami pulls the jacket tight."),
        ("t01", "They wave."),
        ("t01", "Ami reads the red letter."),
        ("t02", "Both laugh."),
        ("t03", "Kit cuts the cake."),
    ],
)
def test_action_alone_passes(plan: Plan, shot: str, action: str) -> None:
    assert notes(plan, shot, action) == []


@pytest.mark.parametrize(
    ("shot", "action", "said"),
    [
        ("t01", "Somebody waves.", "names nobody of its cast (ami)"),
        ("t01", "Ami waves to Kit.", "names Kit, who is not in the shot; add kit"),
        ("t01", "Ami waves, then cut to her hand.", "puppet-motion follows one performance without cuts"),
        ("t03", "Kit hops. Cut to black.", "make it two shots"),
    ],
)
def test_a_remark_says_what_to_do(plan: Plan, shot: str, action: str, said: str) -> None:
    assert any(said in note.message for note in notes(plan, shot, action))


def test_a_line_that_outlasts_its_shot_is_remarked_on(tmp_path: Path) -> None:
    lines = [{"ami": "This line has far too many words for one second.", "at": 0.1}, {"kit": "Indeed.", "at": 0.2}]
    found = Conf(tmp_path).tiny(lambda shots: shots["t02"].update(lines=lines)).plan().lint
    assert {note.shot for note in found} == {"t02"}
    assert any("shorten it or lengthen the shot" in note.message for note in found)
    assert any("starts before the one before has ended" in note.message for note in found)


@pytest.mark.parametrize(
    ("shot", "said"),
    [
        ("t01", r"“This voice runs.*” goes on for about \d\.\d s over the next shot"),
        (
            "t03",
            r"“This voice runs.*” lasts about \d\.\d s beyond the end of its episode and is cut off there; shorten",
        ),
    ],
)
def test_of_a_voice_over_it_is_said_where_it_runs_on_and_where_it_is_cut_off(
    tmp_path: Path, shot: str, said: str
) -> None:
    line = {"ami": "This voice runs on and on.", "at": 0.5, "off_screen": True}
    found = Conf(tmp_path).tiny(lambda shots: shots[shot].update(lines=[line])).plan().lint
    (message,) = [note.message for note in found if note.shot == shot and "voice-over" in note.message]
    assert re.search(said, message)


def test_remarks_stand_in_the_plan_and_stop_nothing(tmp_path: Path) -> None:
    plan = Conf(tmp_path).tiny(lambda shots: shots["t01"].update(action="Ami shakes her lavender hair.")).plan()
    assert [(note.shot, note.delete) for note in plan.lint] == [("t01", ["lavender"])]


@pytest.mark.parametrize(
    ("action", "named"),
    [
        ("Bob walks in.", ["Bob"]),
        ("Ami waves. Bob Miller nods.", ["Bob"]),
        ("Bob and Ami laugh at Zora's hat.", ["Zora"]),  # of two who do something together nothing says who
        ("Ami turns to Bob, then looks at Mrs. Jones.", ["Bob", "Jones"]),
        ("Bob's hand reaches for Ami.", ["Bob"]),
        ("Somebody waves to Ami. Everyone laughs. Rain falls. Night comes.", []),
        ("Slowly Ami turns. Then Ami's hand rises; It is hers.", []),
        ("Ami reads “Dear Bob” on the sign and hops on a Vespa, as on every Monday in Paris.", []),
        ("Ami, says I, watches TV and waves in the Corner Café at Christmas.", []),
        ("Ami walks through the Harbour to Hello.", []),  # the title of the episode
    ],
)
def test_a_name_that_is_nobody_s_in_the_series_is_remarked_on(plan: Plan, action: str, named: list[str]) -> None:
    shot = plan.shots["t01"].model_copy(update={"action": action})
    found = lint([shot], plan.characters, ["Hello", "Corner Café", "Harbour"])
    said = [note.message for note in found if "no character of this series" in note.message]
    assert [message.split(",")[0].removeprefix("the action names ") for message in said] == named


def test_where_nouns_have_capitals_too_no_name_is_remarked_on(tmp_path: Path) -> None:
    conf = Conf(tmp_path).tiny(lambda shots: shots["t01"].update(action="Ami gives Bob a tiny hello."))
    conf.tiny(lambda shots: shots["t02"].pop("lines"))  # which nobody here speaks in German
    (note,) = conf.plan().lint
    assert note.message.startswith("the action names Bob, who is no character") and "conf/character/" in note.message
    assert conf.edit("conf/series/tiny.yaml", lambda series: series.update(language="de")).plan().lint == []


def chain(plan: Plan, *actions: str, broken: int | None = None) -> list[LintNote]:
    """Notes on a chain of shots in which each starts from the one before; ``broken``: this one does not."""
    shots = [
        plan.shots["t03"].model_copy(
            update={"id": f"c{n}", "action": action, "start_from": f"c{n - 1}" if n and n != broken else None}
        )
        for n, action in enumerate(actions)
    ]
    return [note for note in lint(shots, plan.characters, []) if "adds up" in note.message]


@pytest.mark.parametrize(
    ("actions", "deleted"),
    [
        (("Kit looks younger.", "Kit nods.", "Kit looks even younger."), {"c2": ["younger"]}),
        (("The room darkens round Kit.", "Kit waits. It is darker.", "Kit nods; it grows dark."),
         {"c1": ["darker"], "c2": ["grows dark"]}),
        (("Kit is more tired.", "Kit, getting tired, sits."), {"c1": ["getting tired"]}),
        (("Kit looks less happy.", "Kit seems less happy."), {"c1": ["less happy"]}),
        (("The fire fades. Kit turns.", "Kit sits as the fire is fading."), {"c1": ["fading"]}),
        (("Kit ages.", "Kit is older."), {"c1": ["older"]}),
        (("Kit looks younger.", "Kit looks darker."), {}),
        (("Kit is happier.", "Kit looks less happy."), {}),
        (("Kit takes no more than a letter over the river.", "Kit turns over no more than a letter."), {}),
        (('Kit says: "Darker!"', "Kit whispers: “It is darker.”"), {}),
    ],
)  # fmt: skip
def test_changes_that_are_said_again_along_a_chain_are_remarked_on(
    plan: Plan, actions: tuple[str, ...], deleted: dict[str, list[str]]
) -> None:
    by_shot: dict[str, list[str]] = {}
    for note in chain(plan, *actions):
        by_shot.setdefault(note.shot, []).extend(note.delete)
    assert by_shot == deleted


def test_a_chain_ends_where_a_shot_starts_anew_and_the_shot_that_said_it_first_is_named(plan: Plan) -> None:
    assert chain(plan, "It gets darker round Kit.", "It gets darker round Kit.", broken=1) == []
    (note,) = chain(plan, "It gets darker round Kit.", "Kit nods.", "Kit nods in the darker room.")
    assert note.shot == "c2" and "c0, earlier in that chain, has said “gets darker”" in note.message
