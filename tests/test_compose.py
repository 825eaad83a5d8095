"""``conf/`` to plan: what the shipped series promise, what depends on what, and how mistakes are answered."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import TEMPLATE

from continuity.errors import ConfigError, ProjectError
from continuity.plan.compared import compared
from continuity.plan.compose import compose, project_root
from continuity.plan.schema import Plan
from continuity.plan.sunset import sunset_remarks
from continuity.records.plan import load_plan

DEMO, TINY = "conf/series/demo.yaml", "conf/series/tiny.yaml"


class Conf:
    """A project's configuration, to be edited and composed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(TEMPLATE / "conf", root / "conf")
        (root / "dvc.yaml").write_text("stages: {}\n")
        self.params(series="demo", models="local", scorer="embedded", quality="standard", seed=7, takes=2)

    def params(self, **values: Any) -> Conf:
        path = self.root / "params.yaml"
        old = yaml.safe_load(path.read_text()) if path.exists() else {}
        return self.write("params.yaml", yaml.safe_dump({**old, **values}))

    def write(self, file: str, text: str) -> Conf:
        (self.root / file).parent.mkdir(parents=True, exist_ok=True)
        (self.root / file).write_text(text)
        return self

    def replace(self, file: str, old: str, new: str) -> Conf:
        text = (self.root / file).read_text()
        assert old in text, f"{file} does not hold {old!r}"
        return self.write(file, text.replace(old, new, 1))

    def edit(self, file: str, change: Callable[[Any], object]) -> Conf:
        content = yaml.safe_load((self.root / file).read_text())
        change(content)
        return self.write(file, yaml.safe_dump(content, sort_keys=False, allow_unicode=True))

    def tiny(self, change: Callable[[dict[str, Any]], object]) -> Conf:
        """Change the shots of the tiny series, which becomes the chosen one."""
        self.params(series="tiny")
        return self.edit(TINY, lambda series: change(series["episodes"]["e01"]["scenes"]["cafe"]["shots"]))

    def plan(self) -> Plan:
        return compose(self.root)

    def refused(self) -> str:
        with pytest.raises(ConfigError) as caught:
            self.plan()
        return str(caught.value)


@pytest.fixture
def conf(tmp_path: Path) -> Conf:
    return Conf(tmp_path)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return Conf(tmp_path_factory.mktemp("demo")).plan()


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for entry in value.values():
            yield from keys(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from keys(entry)


# ---- the series that come with the template -----------------------------------------------------


def test_the_demo_shows_what_the_template_can_do(demo: Plan) -> None:
    shots = list(demo.shots.values())
    assert len(demo.series.episodes) == 2
    assert len(shots) >= 12
    assert all(3 <= shot.seconds <= 5 and shot.resolution == (1280, 720) and shot.fps == 24 for shot in shots)
    assert {shot.framing for shot in shots} == {"wide", "medium", "close-up"}
    assert {character.kind for character in demo.characters.values()} == {"human", "creature"}
    assert any(len(shot.characters) == 2 for shot in shots)
    assert any(len({line.character for line in shot.lines}) == 2 for shot in shots)
    assert any(line.off_screen for shot in shots for line in shot.lines)
    assert any(shot.start_from for shot in shots)
    assert "push-in" in {shot.camera for shot in shots}
    for episode in demo.series.episodes:
        assert {demo.shots[shot].location for shot in episode.shots} == {"cafe", "rooftop"}
    cast = [member for shot in shots for member in shot.characters]
    assert len({member.angle for member in cast}) >= 4
    assert {m.wardrobe for m in cast if m.character == "ami"} == {"everyday", "raincoat", "cardigan"}
    assert {m.expression for m in cast} == {"neutral", "happy", "surprised", "sad", "focused"}


def test_every_shipped_series_composes_without_a_remark(conf: Conf) -> None:
    for path in sorted((TEMPLATE / "conf" / "series").glob("*.yaml")):
        plan = conf.params(series=path.stem).plan()
        assert plan.lint == [], path.stem
        assert plan.estimate.total == 0


def test_every_option_of_every_group_is_valid(conf: Conf) -> None:
    for group in ("scorer", "quality", "executor"):
        for path in (TEMPLATE / "conf" / group).glob("*.yaml"):
            conf.params(series="tiny", overrides=[f"{group}={path.stem}"]).plan()


def test_what_is_performed_in_one_look_is_shown_in_another(demo: Plan) -> None:
    for shot in demo.shots.values():
        ami = next((member for member in shot.characters if member.character == "ami"), None)
        assert (shot.transfer is not None) == (ami is not None)
        if shot.transfer and ami:
            assert (ami.look, shot.transfer.look) == ("anime", "realistic")
            assert all(role.startswith("ami/realistic/") for role in shot.transfer.references)


def test_the_footage_series_needs_nothing_but_its_name(conf: Conf) -> None:
    plan = conf.params(series="footage").plan()
    assert {shot.provider for shot in plan.shots.values()} == {"footage"}
    assert {shot.fps for shot in plan.shots.values()} == {25}
    assert all(shot.takes == len(shot.footage) == 1 for shot in plan.shots.values())
    assert not plan.repair.enabled
    stills = {item.role: item for item in plan.library}
    assert set(stills) == {
        f"bunny/{n}" for n in ("headshot", "angle-front", "angle-three-quarter", "expression-yawning")
    }
    assert {item.step for item in plan.library} == {"still"}
    assert stills["bunny/headshot"].direction["clip"]["seconds"] <= 4


def test_the_plan_survives_its_file_and_is_the_same_every_time(conf: Conf, demo: Plan) -> None:
    text = demo.model_dump_json()
    assert conf.plan().model_dump_json() == text
    (conf.root / "plan.json").write_text(text)
    assert load_plan(conf.root) == demo
    assert not {"size", "nfiles"} & set(keys(demo.model_dump(mode="json")))


# ---- prompts and references ---------------------------------------------------------------------


def test_references_come_in_order_of_importance_and_exist_in_the_library(demo: Plan) -> None:
    made = {item.role for item in demo.library}
    order = ["headshot", "angle-", "wardrobe-", "expression-", "locations/", "props/"]
    for shot in demo.shots.values():
        assert set(shot.references) <= made
        ranks = [next(i for i, step in enumerate(order) if step in role) for role in shot.references]
        assert ranks == sorted(ranks)
        assert not [role for role in shot.references if "lookalike" in role]
    assert demo.shots["e01s04"].references == [
        "ami/anime/headshot",
        "ami/anime/angle-front",
        "ami/anime/wardrobe-everyday",
        "ami/anime/expression-focused",
        "locations/cafe-morning",
        "props/letter",
    ]


def test_with_references_no_prompt_says_what_a_character_looks_like(demo: Plan) -> None:
    for shot in demo.shots.values():
        for character in demo.characters.values():
            for words in (*character.bible.values(), *character.wardrobes.values()):
                assert words not in shot.prompt
        assert all(demo.characters[member.character].name in shot.prompt for member in shot.characters)


def test_prompt_only_puts_the_bible_in_place_of_the_references(conf: Conf, demo: Plan) -> None:
    plan = conf.params(conditioning="prompt-only").plan()
    assert all(shot.references == [] and shot.transfer is None for shot in plan.shots.values())
    assert not plan.repair.enabled
    shot = plan.shots["e01s06"]
    assert "lavender hair" in shot.prompt and "yellow raincoat" in shot.prompt
    assert plan.library == demo.library
    assert {s.seed for s in plan.shots.values()} == {s.seed for s in demo.shots.values()}


def test_placeholders_become_names(conf: Conf) -> None:
    plan = conf.tiny(
        lambda shots: shots["t02"].update(action="{ami} waves to {character:kit} in {location:cafe}.")
    ).plan()
    assert plan.shots["t02"].action == "Ami waves to Kit in the Lantern Cafe."


def test_shots_inherit_from_their_scene_unless_they_say_otherwise(conf: Conf) -> None:
    def change(shots: dict[str, Any]) -> None:
        shots["t03"].update(time="night", light="one candle", wardrobe={"kit": "everyday"})

    plan = conf.tiny(change).plan()
    assert (plan.shots["t01"].location, plan.shots["t01"].time) == ("cafe", "morning")
    assert plan.shots["t01"].light == "pale sun through the tall window"
    assert (plan.shots["t03"].time, plan.shots["t03"].light) == ("night", "one candle")
    assert plan.shots["t03"].references[-1] == "locations/cafe-night"
    assert [m.position for m in plan.shots["t02"].characters] == ["left", "right"]


def test_lines_without_a_time_follow_one_another(conf: Conf) -> None:
    lines = [{"ami": "Hello."}, {"kit": "Hello yourself, and good morning."}]
    shot = conf.tiny(lambda shots: shots["t02"].update(lines=lines, seconds=4)).plan().shots["t02"]
    assert 0 < shot.lines[0].at < shot.lines[1].at
    assert shot.lines[1].voice == "kit"


@pytest.mark.parametrize(
    "action",
    [
        "Ami waves. " * 120,
        "Ami waves 🦊🏮",
        "أمي تلوح",
        "<script>alert('Ami')</script>",
        "Ami says:\n  “hi”\tnow",
        "{ami} 100% & $5",
    ],
)
def test_any_text_may_be_written(conf: Conf, action: str) -> None:
    plan = conf.tiny(lambda shots: shots["t01"].update(action=action)).plan()
    assert "\n" not in plan.shots["t01"].action
    assert plan.shots["t01"].action in plan.shots["t01"].prompt
    assert conf.edit(TINY, lambda series: series.update(title="<b>אבג</b> 🦊")).plan().series.title == "<b>אבג</b> 🦊"


# ---- what depends on what -----------------------------------------------------------------------


def test_another_seed_makes_other_takes_of_the_same_library(conf: Conf, demo: Plan) -> None:
    plan = conf.params(seed=8).plan()
    assert plan.library == demo.library
    assert all(plan.shots[id].seed != shot.seed for id, shot in demo.shots.items())
    assert [s.lines for s in plan.shots.values()] == [s.lines for s in demo.shots.values()]


def test_one_edited_action_changes_that_shot_alone(conf: Conf, demo: Plan) -> None:
    plan = conf.replace(DEMO, "Kit looks up, then nods.", "Kit yawns.").plan()
    assert [id for id in demo.shots if plan.shots[id] != demo.shots[id]] == ["e01s07"]
    assert plan.library == demo.library


def test_a_shots_own_seed_takes_and_model_win(conf: Conf) -> None:
    conf.write("conf/model/other.yaml", "provider: puppet\nkind: video\nparameters: {drift: 0.5}\n")
    own = {"seed": 99, "takes": 5, "model": "other", "parameters": {"steps": 4}}
    shot = conf.tiny(lambda shots: shots["t01"].update(own)).plan().shots["t01"]
    assert (shot.seed, shot.takes, shot.model) == (99, 5, "other")
    assert shot.parameters == {"drift": 0.5, "steps": 4}


def test_each_kind_of_shot_has_the_model_that_its_route_names(conf: Conf) -> None:
    kinds = ("default", "several", "dialogue", "close-up", "action")
    for kind in kinds:
        conf.write(f"conf/model/for-{kind}.yaml", "provider: puppet\nkind: video\n")
    conf.write("conf/models/routed.yaml", "image: puppet-image\nmotion: puppet-motion\nvoice: speech\nvideo:\n")
    conf.edit("conf/models/routed.yaml", lambda models: models.update(video={kind: f"for-{kind}" for kind in kinds}))

    def change(shots: dict[str, Any]) -> None:
        shots["t01"].update(lines=[{"ami": "Hello."}], framing="close-up")
        shots["t02"].update(lines=[], framing="close-up", characters=["ami"])
        shots["t03"].update(lines=[{"kit": "Nobody sees me say this.", "off_screen": True}], framing="wide")
        shots["both"] = {"action": "They wait.", "characters": ["ami", "kit"], "transfer": False}
        shots["empty"] = {"action": "Rain on the window.", "seconds": 2}
        shots["own"] = {"action": "Rain stops.", "seconds": 2, "model": "puppet-video"}

    plan = conf.tiny(change).params(models="routed").plan()
    chosen = {id: shot.model.removeprefix("for-") for id, shot in plan.shots.items()}
    assert chosen["t01"] == "dialogue" and chosen["t02"] == "close-up" and chosen["t03"] == "action"
    assert chosen["both"] == "several" and chosen["empty"] == "default" and chosen["own"] == "puppet-video"

    conf.edit("conf/models/routed.yaml", lambda models: models["video"].pop("close-up"))
    assert conf.plan().shots["t02"].model == "for-action"
    conf.edit("conf/models/routed.yaml", lambda models: models["video"].update(dialogue="puppet-image"))
    assert "conf/models/routed.yaml: video.dialogue: card puppet-image makes image, not video" in conf.refused()
    conf.edit("conf/models/routed.yaml", lambda models: models["video"].update(dialogue="for-default", closeup="x"))
    assert "conf/models/routed.yaml: video.closeup" in conf.refused()


def test_the_presets_of_real_models_make_the_demo(conf: Conf) -> None:
    """From the demo's words to a real episode it is one line, where the service can carry two people's performances."""
    for preset in ("fal", "kling", "gemini", "modelark", "mixed"):
        plan = conf.params(models=preset).plan()
        assert all(shot.provider not in ("puppet", "footage") for shot in plan.shots.values())
        carried = {len(shot.characters): shot.transfer.model for shot in plan.shots.values() if shot.transfer}
        assert set(carried) == {1, 2} and plan.models[carried[2]].limits.max_characters != 1
        ceiling = yaml.safe_load((TEMPLATE / "params.yaml").read_text())["budget"]["max_usd"]
        dearer = 5 if preset == "modelark" else 0  # by Seedance 2.5, where there are two people
        assert 10 < plan.estimate.total < ceiling + dearer


def test_overrides_have_the_last_word(conf: Conf) -> None:
    overrides = [
        "quality=draft",
        "takes=3",
        "cards.puppet-video.parameters.drift=0.9",
        "series.episodes.e01.scenes.cafe.shots.t01.action='{ami} hops'",
        "characters.ami.bible.eyes=gold eyes",
    ]
    plan = conf.params(series="tiny", overrides=overrides).plan()
    shot = plan.shots["t01"]
    assert (shot.resolution, shot.takes, shot.parameters["drift"], shot.action) == ((640, 360), 3, 0.9, "Ami hops")
    assert "gold eyes" in next(item.prompt for item in plan.library if item.role == "ami/anime/headshot")


def test_a_series_insists_and_params_choose_the_rest(conf: Conf) -> None:
    assert conf.params(series="tiny", quality="draft").plan().shots["t01"].resolution == (320, 180)


# ---- the library --------------------------------------------------------------------------------


def test_parents_are_made_before_their_children(demo: Plan) -> None:
    made: set[str] = set()
    for item in demo.library:
        assert all(parent in made or parent.startswith("masters/") for parent in item.parents), item.role
        assert item.role not in made
        made.add(item.role)


def test_each_look_hangs_from_its_own_master(demo: Plan) -> None:
    items = {item.role: item for item in demo.library}
    assert items["ami/anime/headshot"].parents == ["masters/ami/anime.png"]
    assert items["ami/realistic/headshot"].parents == ["masters/ami/realistic.png"]
    assert items["kit/headshot"].path == "kit/headshot.png"
    assert items["ami/anime/angle-profile"].parents == ["ami/anime/headshot"]
    assert items["ami/anime/wardrobe-raincoat"].parents == ["ami/anime/headshot", "ami/anime/angle-front"]
    assert items["voices/ami"].parents == ["masters/voices/ami.wav"]
    assert items["voices/ami"].path == "voices/ami.wav"


def test_lookalikes_know_the_words_and_nothing_else(demo: Plan) -> None:
    lookalikes = [item for item in demo.library if item.step == "lookalike" and item.look == "anime"]
    assert [item.role for item in lookalikes] == [f"ami/anime/lookalike-{n}" for n in (1, 2, 3)]
    assert all(
        item.parents == [] and "lavender hair" in item.prompt and "Ami" not in item.prompt for item in lookalikes
    )
    assert len({item.seed for item in lookalikes}) == 3


def test_only_used_times_of_a_place_are_drawn_and_a_series_may_ask_for_few_pictures(conf: Conf) -> None:
    roles = [item.role for item in conf.params(series="tiny").plan().library]
    assert [role for role in roles if role.startswith("locations/")] == ["locations/cafe-morning"]
    assert [role for role in roles if role.startswith("kit/")] == [
        "kit/headshot",
        "kit/wardrobe-everyday",
        "kit/expression-happy",
        "kit/lookalike-1",
    ]


# ---- money and limits ---------------------------------------------------------------------------


def test_the_estimate_counts_every_call(conf: Conf) -> None:
    conf.params(series="tiny", takes=3).edit(
        "conf/model/puppet-video.yaml", lambda c: c.update(price={"usd": 0.1, "per": "second"})
    )
    conf.edit("conf/model/puppet-image.yaml", lambda c: c.update(price={"usd": 0.02}))
    conf.edit("conf/model/puppet-motion.yaml", lambda c: c.update(price={"usd": 0.5}))
    conf.edit("conf/model/puppet-repair.yaml", lambda c: c.update(price={"usd": 4}))
    plan = conf.plan()
    pictures = sum(item.kind == "image" for item in plan.library)
    assert plan.estimate.design == pytest.approx(pictures * 0.02)
    generated = 3 * sum(shot.seconds for shot in plan.shots.values()) * 0.1
    assert plan.estimate.generate == pytest.approx(generated)
    assert plan.estimate.motion_transfer == pytest.approx(3 * 0.5)
    assert plan.estimate.repair_at_most == 1.0  # held by repair.max_usd
    assert plan.estimate.total == pytest.approx(pictures * 0.02 + generated + 1.5 + 1.0)


def test_speech_is_priced_by_the_character_where_its_service_does(conf: Conf) -> None:
    conf.params(series="tiny").edit(
        "conf/model/speech.yaml", lambda c: c.update(price={"usd": 20, "per": "1000 characters"})
    )
    plan = conf.plan()
    sample = next(item for item in plan.library if item.kind == "voice")
    assert sample.price_usd == pytest.approx(len(sample.prompt) * 0.02)
    lines = {line.text for shot in plan.shots.values() for line in shot.lines}
    assert lines and plan.estimate.generate == pytest.approx(sum(map(len, lines)) * 0.02)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"max_seconds": 0.5}, "1 s is over puppet-video's most of 0.5 s"),
        ({"min_seconds": 2}, "1 s is under puppet-video's least of 2 s"),
        ({"resolutions": [[1280, 720]]}, "makes 1280x720, not 320x180"),
        ({"aspects": ["9:16", "1:1"]}, "makes 9:16 or 1:1, and 320x180 is none of them"),
        ({"fps": [24, 30]}, "24 or 30 fps, not 12"),
        ({"max_characters": 1}, "2 characters are over puppet-video's most of 1"),
        ({"max_prompt_characters": 40}, "over puppet-video's most of 40"),
        ({"max_references": 2}, "set references.at_most=2"),
        ({"max_references": 0}, "puppet-video is shown no pictures"),
    ],
)
def test_a_cards_limits_are_checked_before_money(conf: Conf, limits: dict[str, Any], said: str) -> None:
    conf.params(series="tiny").edit("conf/model/puppet-video.yaml", lambda card: card.update(limits=limits))
    message = conf.refused()
    assert said in message
    assert f"{TINY}: episodes.e01.scenes.cafe.shots.t0" in message


@pytest.mark.parametrize(
    ("card", "limits", "said"),
    [
        ("puppet-repair", {"max_seconds": 1.2}, "1.5 s is over puppet-repair's most of 1.2 s"),
        ("speech", {"max_prompt_characters": 5}, "over speech's most of 5"),
    ],
)
def test_what_mends_and_what_speaks_has_limits_too(conf: Conf, card: str, limits: dict[str, Any], said: str) -> None:
    conf.params(series="tiny").edit(f"conf/model/{card}.yaml", lambda values: values.update(limits=limits))
    message = conf.refused()
    assert said in message and f"{TINY}: episodes.e01.scenes.cafe.shots.t02" in message


def test_a_remake_is_priced_as_the_takes_that_it_buys(conf: Conf) -> None:
    overrides = ["repair.method=remake", "repair.max_usd=100", "repair.max_attempts=2", "repair.scope=shot"]
    conf.params(series="tiny", takes=1, overrides=overrides)
    conf.edit("conf/model/puppet-video.yaml", lambda card: card.update(price={"usd": 0.1}))
    conf.edit("conf/model/puppet-motion.yaml", lambda card: card.update(price={"usd": 0.5}))
    assert conf.plan().estimate.repair_at_most == pytest.approx(2 * (3 * 0.1 + 0.5))


def test_near_enough_aspects_count(conf: Conf) -> None:
    conf.edit("conf/quality/tiny.yaml", lambda q: q.update(resolution=[854, 480]))
    conf.params(series="tiny").edit(
        "conf/model/puppet-video.yaml", lambda card: card.update(limits={"aspects": ["16:9"]})
    ).plan()


def test_references_are_dropped_only_when_asked_and_the_most_important_stay(conf: Conf) -> None:
    plan = conf.params(overrides=["references.at_most=2"]).plan()
    assert plan.shots["e01s05"].references == ["kit/headshot", "ami/anime/headshot"]


def test_a_model_that_ended_or_soon_will_is_named_beside_a_plan_that_is_the_same_on_any_day(conf: Conf) -> None:
    conf.params(series="tiny").edit("conf/model/puppet-video.yaml", lambda card: card.update(sunset="2026-12-24"))
    cards = conf.plan().models
    assert sunset_remarks(cards, date(2026, 6, 1)) == []
    assert ["ends on 2026-12-24" in said for said in sunset_remarks(cards, date(2026, 11, 20))] == [True]
    assert "ends on" in sunset_remarks(cards, date(2026, 12, 24))[0], "the day itself is one of its days"
    (said,) = sunset_remarks(cards, date(2026, 12, 25))
    assert "conf/model/puppet-video.yaml) ended on 2026-12-24; `continuity models` lists others" in said
    conf.edit("conf/model/puppet-video.yaml", lambda card: card.update(replaced_by=["kling-omni"]))
    assert "kling-omni replaces it" in sunset_remarks(conf.plan().models, date(2026, 12, 25))[0]
    conf.edit("conf/model/puppet-video.yaml", lambda card: card.update(replaced_by=["kling-omnibus"]))
    assert "replaced_by: there is no card conf/model/kling-omnibus.yaml" in conf.refused()


# ---- mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (DEMO, "logline:", "loglime:", ["unknown key 'loglime'", "'logline'"]),
        (DEMO, "framing: wide", "framing: wyde", ["e01s01.framing", "'wyde'", "did you mean 'wide'?", "close-up"]),
        (DEMO, "action: Kit hops", "acton: Kit hops", ["shots.e01s02", "'acton'", "did you mean 'action'"]),
        (DEMO, "kit: {expression: happy}", "kitt: {expression: happy}", ["e01s02.characters", "'kitt'", "'kit'"]),
        (
            DEMO,
            "kit: {expression: happy}",
            "kit: {expression: hapy}",
            ["characters.kit.expression", "did you mean 'happy'"],
        ),
        (DEMO, "angle: profile", "angle: profil", ["e01s06.characters.ami.angle", "did you mean 'profile'"]),
        (DEMO, "kit: everyday}", "kit: raincoat}", ["wardrobe", "'raincoat'", "everyday, vest"]),
        (DEMO, "props: [letter]", "props: [leter]", ["e01s02.props", "did you mean 'letter'"]),
        (DEMO, "location: rooftop", "location: roof", ["roof-dusk", "'roof'", "rooftop"]),
        (DEMO, "time: dusk", "time: noon", ["'noon' is not a time of rooftop", "dusk, night"]),
        (DEMO, "characters: [ami, kit]", "characters: [ami, kitt]", ["conf/character/", "did you mean 'kit'"]),
        (DEMO, "shown: realistic", "shown: realistc", ["look.shown", "did you mean 'realistic'"]),
        (DEMO, "start_from: e02s01", "start_from: e02s03", ["start_from", "not an earlier shot"]),
        (DEMO, "poster: e02s06", "poster: e02s66", ["e02.poster", "did you mean 'e02s06'"]),
        (DEMO, "seconds: 3.5", "seconds: -1", ["seconds", "greater than 0", "got -1"]),
        (DEMO, "seconds: 3.5", "seconds: .nan", ["seconds", "nan"]),
        (DEMO, "seconds: 3.5", "seconds: soon", ["seconds", "'soon'"]),
        (DEMO, "e01s02:", "../e01s02:", ["'../e01s02' is not an id"]),
        (DEMO, "e01s02:", "E01 S02:", ["'E01 S02' is not an id", "lower-case"]),
        (DEMO, "e01s02:", f"{'a' * 41}:", ["is not an id", "40"]),
        (DEMO, "e01s02:", "nfiles:", ["'nfiles' cannot be", "DVC"]),
        (DEMO, "e01s02:", "12:", ["12", "quotes"]),
        (DEMO, "e02s01:", "e01s01:", ["'e01s01' is taken by episode e01"]),
        (DEMO, "action: Kit hops", "action: Hey {kitt} hops", ["{kitt}", "did you mean '{kit}'"]),
        (DEMO, 'kit: "Post', 'bo: "Post', ["e01s02.lines.0", "'bo'"]),
        (DEMO, 'kit: "Post', 'ami: "Post', ["e01s02.lines.0", "ami speaks but is not in the shot", "off_screen"]),
        (DEMO, "  e01:\n    title:", "  e01:\n   title:", ["line", "look at the indentation"]),
        (DEMO, "title: Post", "title: 'Post", [DEMO, "line"]),
        (DEMO, "logline: An", "logline: An: other", [DEMO, "line 3"]),
        (DEMO, "action: Kit hops", "action: {kit} hops", [DEMO, "line 39", "quotes"]),
        (DEMO, "language: en", "title: Again", [DEMO, "duplicate key title"]),
        (
            "conf/character/ami.yaml",
            "kind: human",
            "kind: robot",
            ["conf/character/ami.yaml: kind", "'robot'", "human"],
        ),
        (
            "conf/character/ami.yaml",
            "master: ami/anime.png",
            "master: ../../x.png",
            ["conf/character/ami.yaml: looks.anime.master", ".."],
        ),
        (
            "conf/character/ami.yaml",
            "voice: ami",
            "voice: amy",
            ["conf/character/ami.yaml: voice", "did you mean 'ami'"],
        ),
        ("conf/character/ami.yaml", "  hair:", "  size:", ["'size' cannot be", "DVC"]),
        ("conf/quality/standard.yaml", "fps: 24", "fps: 0", ["conf/quality/standard.yaml: fps", "got 0"]),
        ("conf/quality/standard.yaml", "720]", "721]", ["conf/quality/standard.yaml", "even"]),
        (
            "conf/models/local.yaml",
            "video: puppet-video",
            "video: pupet-video",
            ["conf/models/local.yaml: video", "did you mean 'puppet-video'"],
        ),
        (
            "conf/models/local.yaml",
            "video: puppet-video",
            "video: speech",
            ["conf/models/local.yaml: video", "makes voice, not video"],
        ),
        (
            "conf/model/puppet-video.yaml",
            "drift: 0.25",
            "size: 1024",
            ["conf/model/puppet-video.yaml: parameters.size", "DVC"],
        ),
        ("params.yaml", "seed: 7", "sede: 7", ["params.yaml", "did you mean 'seed'"]),
        ("params.yaml", "takes: 2", "takes: 0", ["params.yaml: takes", "got 0"]),
        ("params.yaml", "series: demo", "series: dmo", ["params.yaml: series", "did you mean 'demo'"]),
        ("params.yaml", "models: local", "models: remote", ["params.yaml: models", "gemini, kling, local, mixed"]),
    ],
)
def test_a_mistake_is_answered_with_its_place_and_the_way_out(
    conf: Conf, file: str, old: str, new: str, said: list[str]
) -> None:
    message = conf.replace(file, old, new).refused()
    assert all(words in message for words in said), message
    assert str(conf.root) not in message
    assert len(message.splitlines()) <= 10


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("takes=[", ["takes=[", "grammar"]),
        ("seris.title=x", ["seris.title=x", "no seris.title"]),
        ("series.titel=x", ["series.titel=x"]),
        ("quality=drafty", ["quality=drafty", "did you mean 'draft'"]),
        ("takes=1,2", ["several values"]),
        ("~series", ["cannot be taken away"]),
        ("takes=0", ["takes", "got 0"]),
        ("+series.episodes.e01.colour=red", ["'colour'"]),
        ("series.title=${nowhere}", ["nowhere"]),
    ],
)
def test_a_bad_override_is_quoted(conf: Conf, override: str, said: list[str]) -> None:
    message = conf.params(overrides=[override]).refused()
    assert all(words in message for words in said), message


def test_all_mistakes_are_told_at_once_up_to_ten_lines(conf: Conf) -> None:
    def change(shots: dict[str, Any]) -> None:
        shots["t01"].update(props=[f"thing{n}" for n in range(20)])

    lines = conf.tiny(change).refused().splitlines()
    assert len(lines) == 10
    assert "11 more" in lines[-1]


def test_a_file_that_is_not_text_is_named(conf: Conf) -> None:
    (conf.root / "conf/character/kit.yaml").write_bytes(b"\xff\xfe\x00name")
    assert "conf/character/kit.yaml: is not UTF-8" in conf.refused()


def test_a_voice_is_missed_where_it_is_needed(conf: Conf) -> None:
    conf.params(series="tiny").edit("conf/character/ami.yaml", lambda ami: ami.pop("voice"))
    assert "give conf/character/ami.yaml a `voice:`" in conf.refused()


def test_a_voice_is_one_of_its_models_own_or_made_from_a_recording(conf: Conf) -> None:
    conf.params(series="tiny", overrides=["models.voice=elevenlabs-cloned"])
    voice = conf.edit("conf/voice/ami.yaml", lambda ami: ami.pop("preset")).plan().voices["ami"]
    assert (voice.preset, voice.master) == ("ami", "masters/voices/ami.wav")
    conf.edit("conf/voice/ami.yaml", lambda ami: ami.pop("master"))
    assert "card elevenlabs-cloned speaks in a voice made from a recording; name one" in conf.refused()
    conf.params(overrides=["models.voice=elevenlabs-speech"])
    said = conf.refused()
    assert "conf/voice/ami.yaml" in said and "name one of the voices of card elevenlabs-speech" in said


def test_two_performances_to_carry_over_want_a_choice(conf: Conf) -> None:
    conf.edit("conf/character/kit.yaml", lambda kit: kit["looks"].update(realistic={"style": "realistic"}))
    assert "ami and kit have the look 'realistic'" in conf.refused()
    conf.tiny(lambda shots: shots["t02"].update(transfer="kit"))
    transfer = conf.plan().shots["t02"].transfer
    assert transfer and transfer.character == "kit"


def test_a_still_outside_its_clip_is_refused(conf: Conf) -> None:
    conf.params(series="footage").replace("conf/character/bunny.yaml", "at: 3.2", "at: 4.7")
    assert "stills.expression-yawning.at: 4.7 lies outside the clip (0.0 to 4.0 s)" in conf.refused()


def test_the_project_is_found_from_any_folder_in_it(conf: Conf, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert project_root(conf.root / "conf" / "series") == conf.root.resolve()
    with pytest.raises(ProjectError, match=r"dvc\.yaml"):
        project_root(tmp_path_factory.mktemp("elsewhere"))


def test_the_stage_writes_the_plan_and_says_what_it_costs(
    conf: Conf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from stages.compose import main

    monkeypatch.chdir(conf.params(series="tiny").root)
    main()
    assert load_plan(conf.root).series.id == "tiny"
    assert "3 shots" in capsys.readouterr().out


# ---- what DVC compares --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        (DEMO, "Kit looks up, then nods.", "Kit yawns.", {"prompts", "generate", "repair", "score"}),
        (
            "conf/character/ami.yaml",
            "red scarf",
            "green scarf",
            {"bibles", "design", "generate", "transfer", "repair", "score"},
        ),
        ("conf/scorer/embedded.yaml", "frames: 8", "frames: 6", {"repair", "score"}),
        ("conf/config.yaml", "max_attempts: 2", "max_attempts: 3", {"repair"}),
        ("conf/config.yaml", "max_usd: 5.0", "max_usd: 6.0", set()),
        (
            "conf/model/puppet-motion.yaml",
            "kind: motion",
            "kind: motion\nparameters: {drift: 0.5}",
            {"transfer", "repair", "score"},
        ),
    ],
)
def test_an_edit_changes_what_the_stages_that_read_it_compare(
    conf: Conf, file: str, old: str, new: str, changed: set[str]
) -> None:
    before = compared(conf.plan())
    after = compared(conf.replace(file, old, new).plan())
    assert {name for name in type(before).model_fields if getattr(before, name) != getattr(after, name)} == changed
