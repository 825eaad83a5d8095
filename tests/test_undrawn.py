"""What the puppet does not draw is said before anything is made: every such word, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from conftest import Project
from report_fixture import make_project
from test_compose import Conf

from continuity.files import write_json
from continuity.production.report import report
from continuity.production.undrawn import not_drawn, sentence
from puppet.page import page
from puppet.undrawn import unheeded

ESSAY = "The tin robot wonders whether seven golden apples would have kept the doctor from the door. " * 40
TIN = {
    "name": "Tin",
    "kind": "creature",
    "bible": {"species": "a small tin robot with a copper antenna", "eyes": "yellow lamps", "temper": "shy"},
    "looks": {"plain": {"style": "storybook"}},
    "wardrobes": {"everyday": "a straw hat with a blue ribbon", "feast": "a silk kimono and a red scarf"},
}


def colour_of_the_hat(texts: dict[str, str]) -> str:
    """Reads one colour, anywhere, as long as a hat is named."""
    said = re.findall(r"\w+", " ".join(texts.values()).lower())
    return next((word for word in said if word in ("red", "magenta", "round")), "brown") if "hat" in said else "bare"


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("a red hat", []),
        ("a soft red hat", ["soft"]),
        ("a hat and a hat", []),  # either would do
        ("a brown hat", []),  # brown anyway, but any other colour would be seen
        ("a red hat, a red feather", ["feather"]),
    ],
)
def test_a_word_is_named_where_nothing_would_change_without_it(said: str, missing: list[str]) -> None:
    assert unheeded({"hat": said}, colour_of_the_hat).get("hat", []) == missing


def test_of_an_essay_the_beginning_is_asked_about() -> None:
    asked: list[str] = []

    def counted(texts: dict[str, str]) -> str:
        asked.append("")
        return colour_of_the_hat(texts)

    missing = unheeded({"hat": "a soft red hat. " + ESSAY, "more": ESSAY}, counted)
    assert missing["hat"][:2] == ["soft", "tin"] and "more" not in missing
    assert len(asked) < 1000, "a reading costs a hundredth of a second"


def unlike(conf: Conf, **characters: dict) -> Conf:  # type: ignore[type-arg]
    """A series of one shot with those characters, in a cave, with an anchor."""
    for id, character in characters.items():
        conf.write(f"conf/character/{id}.yaml", yaml.safe_dump(character))
    conf.write("conf/location/cave.yaml", "name: the cave\nwords: a damp cave by the sea\ntimes: {night: torchlight}\n")
    conf.write("conf/prop/anchor.yaml", "name: the anchor\nwords: a rusty iron anchor\n")
    conf.params(series="own")
    shot = {
        "action": f"{{{next(iter(characters))}}} kneels, then juggles.",
        "characters": list(characters),
        "props": ["anchor"],
    }
    scenes = {"one": {"location": "cave", "shots": {"s1": shot}}}
    series = {"title": "Own", "characters": list(characters), "locations": ["cave"], "props": ["anchor"]}
    return conf.write(
        "conf/series/own.yaml", yaml.safe_dump({**series, "episodes": {"e1": {"title": "One", "scenes": scenes}}})
    )


def test_every_word_of_a_series_that_is_not_drawn_is_named_with_its_place(tmp_path: Path) -> None:
    octopus = {**TIN, "name": "Ott", "bible": {"species": "a purple octopus"}, "wardrobes": {}}
    said = [sentence(remark) for remark in not_drawn(unlike(Conf(tmp_path), tin=TIN, ott=octopus).plan())]
    assert said == [
        "character tin, species: not drawn: “small”",
        "character tin, temper: not drawn: “shy”",
        "wardrobe tin, feast: not drawn: “silk”, “kimono”",
        "character ott, species: “octopus” is no species that the puppet can draw: a grey dummy stands for it",
        "location cave: a place that the puppet cannot draw: a board with its name stands for it; "
        "not drawn: “damp”, “cave”, “sea”",
        "location cave, times.night: not drawn: “torchlight”",
        "prop anchor: a thing that the puppet cannot draw: a tag with its name stands for it; "
        "not drawn: “rusty”, “iron”, “anchor”",
        "shot s1, action: not drawn: “juggles”",
    ]


def test_of_the_demo_little_is_left_out_and_all_of_it_is_true(tmp_path: Path) -> None:
    words = {(remark.of, word) for remark in not_drawn(Conf(tmp_path).plan()) for word in remark.words}
    assert words == {("kit", "small"), ("kit", "knitted"), ("cafe", "small"), ("cafe", "corner"), ("letter", "stamp")}


def test_hosted_models_read_any_words(tmp_path: Path) -> None:
    plan = unlike(Conf(tmp_path), tin=TIN).params(models="fal").plan()
    assert not_drawn(plan) == []


def test_check_plan_and_compose_say_it_before_anything_is_made(new_project: Project) -> None:
    new_project.replace("conf/series/tiny.yaml", "action: Kit nods.", "action: Kit somersaults.")
    for words in (("continuity", "check"), ("continuity", "plan"), ("python", "-m", "stages.compose")):
        assert "shot t03, action: not drawn: “somersaults”" in new_project.run(*words)
    assert not new_project.takes()


def test_the_report_says_it_beside_the_words(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    plan = yaml.safe_load((root / "plan.json").read_text())
    trait = next(iter(plan["characters"]["ami"]["bible"]))
    shot = next(iter(plan["shots"]))
    plan["not_drawn"] = [
        {"kind": "character", "of": "ami", "part": trait, "words": ["opalescent"]},
        {"kind": "action", "of": shot, "part": "action", "words": ["somersaults"]},
    ]
    write_json(root / "plan.json", plan)
    report(root, None, None)  # type: ignore[arg-type]  # neither is asked
    html = (root / "reports" / "index.html").read_text()
    assert re.search(r"not drawn</b> opalescent", html) and re.search(r"not acted</b> somersaults", html)


def test_the_page_of_what_can_be_drawn_is_that_of_the_vocabulary() -> None:
    """The way out: `python -m puppet.page > docs/puppet.md`."""
    assert (Path(__file__).parents[1] / "docs" / "puppet.md").read_text() == page()
