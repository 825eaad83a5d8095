"""What may be written in ``conf/`` and ``params.yaml``: read one way by everybody, and nothing looked up elsewhere."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from conftest import Project
from omegaconf import OmegaConf
from ruamel.yaml import YAML
from test_compose import TINY, Conf

from continuity.errors import ConfigError
from continuity.plan.ids import RESERVED, is_id
from continuity.plan.strict_yaml import parse

AMI, KIT, CONFIG = "conf/character/ami.yaml", "conf/character/kit.yaml", "conf/config.yaml"


@pytest.fixture
def conf(tmp_path: Path) -> Conf:
    return Conf(tmp_path).params(series="tiny")


# ---- one meaning --------------------------------------------------------------------------------


def test_whatever_is_read_is_read_the_same_by_hydra_and_by_dvc() -> None:
    dvc = YAML(typ="safe", pure=True)
    words = {"".join(letters) for length in (1, 2, 3) for letters in itertools.product("018._eE+-:xob", repeat=length)}
    words |= {"yes", "No", "ON", "off", "y", "true", "False", "null", "~", "1_000", "010", "0o10", "1:30", "190:20:30"}
    words |= {"1.5e3", "1e+5", ".5e3", ".5e+3", "+.5", "0x1F", "0b11", ".inf", "-.INF", ".nan", "=", "<<", "1e400"}
    read, refused = 0, 0
    for word in sorted(words):
        text = f"key: {word}\n"
        try:
            ours = parse(text, "a.yaml")
        except ConfigError:
            refused += 1
            continue
        read += 1
        for theirs in (OmegaConf.to_container(OmegaConf.create(text)), dvc.load(StringIO(text))):
            assert ours == theirs and type(ours["key"]) is type(theirs["key"]), (word, ours, theirs)
    assert read > 500 and refused > 100


@pytest.mark.parametrize(
    "written", ["yes", "010", "1_000", "1:30", "0o10", ".5e3", "0x10", "+.5", ".nan", ".inf", "1e400"]
)
@pytest.mark.parametrize(
    ("file", "old", "key"),
    [
        (TINY, "seconds: 1.5", "seconds"),
        (TINY, "at: 0.1", "at"),
        ("params.yaml", "takes: 2", "takes"),
        ("params.yaml", "seed: 7", "seed"),
    ],
)
def test_a_number_that_readers_of_yaml_disagree_on_is_refused(
    conf: Conf, file: str, old: str, key: str, written: str
) -> None:
    message = conf.replace(file, old, f"{key}: {written}").refused()
    assert message.startswith(f"{file}: ") and key in message and f"'{written}'" in message and "quotes" in message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title: Tiny", "title: 1984", "title: must be a text, and 1984 is a number"),
        ("title: Tiny", "title: true", "title: must be a text, and True is true or false"),
        ("title: Tiny", "title: no", "title: line 2: 'no'"),
        ("title: Tiny", "title: Tiny\nlanguage: no", "language: line 3: 'no'"),
        ('{ami: "Hello, Kit.", at: 0.1}', "{ami: Yes, at: 0.1}", "t02.lines.0.ami: line"),
        ('{ami: "Hello, Kit.", at: 0.1}', "{ami: 42, at: 0.1}", "t02.lines.0.text: must be a text, and 42"),
        ("t01:", "no:", "shots: line 25: 'no'"),
        ("t01:", "007:", "'007'"),
        ("t01:", "1e3:", "the key '1e3' is not a text"),
        ("title: Tiny", "title: 16:9", "'16:9'"),
    ],
)
def test_a_text_that_yaml_takes_for_something_else_belongs_in_quotes(conf: Conf, old: str, new: str, said: str) -> None:
    message = conf.replace(TINY, old, new).refused()
    assert message.startswith(f"{TINY}: ") and said in message and "quotes" in message


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ('"no"', "no"),
        ("'1984'", "1984"),
        ("2026-12-24", "2026-12-24"),
        ("???", "???"),
        ("none", "none"),
        ("y", "y"),
        ("1,5", "1,5"),
        ("٣", "٣"),
        ("&it Tiny", "Tiny"),
    ],
)
def test_a_text_stays_what_was_written(conf: Conf, title: str, expected: str) -> None:
    assert conf.replace(TINY, "title: Tiny", f"title: {title}").plan().series.title == expected


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("takes: true", "takes: must be a whole number, got True"),
        ("takes: 2.0", "takes: must be a whole number, got 2.0"),
        ('takes: "2"', "takes: must be a whole number, got '2'; write it without quotes"),
        ("takes: [2]", "takes: must be a whole number, got [2]"),
        ("seed: 1e3", "seed: must be a whole number, got 1000.0"),
        ('seconds: "2"', "seconds: must be a number, got '2'; write it without quotes"),
        ("seconds: true", "seconds: must be a number, got True"),
        ("takes: 1000000000", "takes: must be less than or equal to 64, got 1000000000"),
        ("seed: 99999999999999999999999", "is too large a number"),
        ("characters: ami", "must be a mapping of keys to values, got 'ami'"),
        ("props:", "props: is empty; write a value, or take the key out"),
    ],
)
def test_types_are_strict(conf: Conf, written: str, said: str) -> None:
    text = (conf.root / TINY).read_text()
    shot = f"          t03:\n            action: Kit nods.\n            {written}\n"
    conf.write(TINY, text[: text.index("          t03:")] + shot)
    message = conf.refused()
    assert said in message and message.startswith(f"{TINY}: episodes.e01.scenes.cafe.shots.t03")


def test_a_switch_is_true_or_false(conf: Conf) -> None:
    assert (
        "words: must be true or false, got 1"
        in conf.replace("conf/scorer/embedded.yaml", "words: true", "words: 1").refused()
    )


def test_a_sunset_is_a_date_with_or_without_quotes(conf: Conf) -> None:
    card = "provider: puppet\nkind: video\nsunset: {}\n"
    for written in ("2027-12-24", '"2027-12-24"'):
        plan = conf.write("conf/model/puppet-video.yaml", card.format(written)).plan()
        assert plan.models["puppet-video"].sunset == "2027-12-24"
    for wrong in ("1700000000", "soon", "2027-13-01"):
        message = conf.write("conf/model/puppet-video.yaml", card.format(wrong)).refused()
        assert message.startswith("conf/model/puppet-video.yaml: sunset: must be a") and wrong in message


def test_dvc_and_the_plan_take_one_number_from_params(new_project: Project) -> None:
    params = new_project.root / "params.yaml"
    params.write_text(params.read_text().replace("takes: 1", "takes: 010"))
    assert "params.yaml: takes: line" in new_project.fail("continuity", "check")
    assert "params.yaml: takes: line" in new_project.fail("python", "-m", "stages.compose")


# ---- YAML's own means ---------------------------------------------------------------------------


def test_anchors_and_merge_keys_repeat_what_was_written(conf: Conf) -> None:
    conf.replace(TINY, "          t01:\n", "          t01: &first\n")
    conf.replace(
        TINY, "            framing: close-up\n            action: Kit nods.\n            characters: [kit]\n", ""
    )
    conf.replace(TINY, "          t03:\n", "          t03:\n            <<: *first\n            seconds: 2\n")
    plan = conf.plan()
    assert (plan.shots["t03"].action, plan.shots["t03"].seconds) == (plan.shots["t01"].action, 2)


def bomb(conf: Conf) -> None:
    lines = "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 12))
    conf.write(TINY, "b0: &b0 [x]\n" + lines)


def references(conf: Conf) -> None:
    lines = "".join(f"r{n}: ${{.r{n - 1}}}${{.r{n - 1}}}\n" for n in range(1, 60))
    conf.write(TINY, "title: ${.r59}\nr0: xxxx\n" + lines)


@pytest.mark.parametrize(
    ("accident", "said"),
    [
        (bomb, "over 50000 values, counting what aliases repeat"),
        (references, "references repeat over 1000000"),
        (lambda conf: conf.write(TINY, "a: &a [*a]\n"), "a.0: line 1: the alias *a stands inside its own anchor"),
        (lambda conf: conf.write(TINY, "a: *b\n"), "the alias *b has no anchor &b before it"),
        (lambda conf: conf.write(TINY, "a: " + "[" * 10_000), "over 32 levels deep"),
        (lambda conf: conf.write(TINY, "a: x\n# " + "x" * (1 << 20)), "is larger than 1 MiB"),
        (lambda conf: conf.write(TINY, "a: !!python/object/apply:os.system [ls]\n"), "a: line 1: the tag 'tag:yaml"),
        (lambda conf: conf.write(TINY, 'a: !!int "5"\n'), "a: line 1: the tag"),
        (lambda conf: conf.write(TINY, "title: a\ntitle: b\n"), "line 2: found duplicate key title"),
        (lambda conf: conf.write(TINY, "title: a\n---\ntitle: b\n"), "a second document begins here"),
        (lambda conf: conf.write(TINY, "- a\n"), "must be a mapping"),
        (lambda conf: conf.write(TINY, "? [a]\n: b\n"), "is not a text"),
        (lambda conf: conf.write(TINY, "title: a\n<<: b\n"), "<< takes in mappings alone"),
        (lambda conf: conf.write(TINY, 'title: "a\\0b"\n'), "U+0000"),
        (lambda conf: (conf.root / TINY).write_bytes(b"title: a\0b\n"), "line 1: is not text (character U+0000)"),
        (lambda conf: (conf.root / TINY).write_bytes("title: é\n".encode("latin-1")), "save it as UTF-8"),
        (lambda conf: (conf.root / TINY).write_bytes("title: é\n".encode("utf-16")), "save it as UTF-8"),
        (lambda conf: conf.write(TINY, "x" * 2000 + ": 1\n"), "line 1"),
    ],
)
def test_what_yaml_could_do_beyond_saying_values_is_refused(
    conf: Conf, accident: Callable[[Conf], object], said: str
) -> None:
    accident(conf)
    message = conf.refused()
    assert message.startswith(f"{TINY}: ") and said in message, message


@pytest.mark.parametrize("change", [lambda text: b"\xef\xbb\xbf" + text, lambda text: text.replace(b"\n", b"\r\n")])
def test_files_as_windows_saves_them_are_read(conf: Conf, change: Callable[[bytes], bytes]) -> None:
    plan = conf.plan()
    for file in (TINY, AMI, "params.yaml"):
        (conf.root / file).write_bytes(change((conf.root / file).read_bytes()))
    assert conf.plan() == plan


# ---- nothing is looked up elsewhere -------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "${oc.env:HOME}",
        "${ oc.env : HOME }",
        "${oc.create:${oc.env:HOME}}",
        "${oc.decode:'${oc.env:HOME}'}",
        "${oc.select:series.logline}",
        "${${series.uses.quality}:HOME}",
        "${series.${seed}}",
        "${now:%Y}",
        "${hydra:runtime.cwd}",
        "${python_version:}",
        "\\\\${oc.env:HOME}",
    ],
)
def test_no_resolver_is_called(conf: Conf, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/a/secret")
    for file, old in ((TINY, "Ami waves."), (AMI, "red scarf"), (CONFIG, "references\n"), ("params.yaml", "embedded")):
        sound = (conf.root / file).read_text()
        message = conf.replace(file, old, f"'{text.replace(chr(39), chr(39) * 2)}'\n").refused()
        assert message.startswith(f"{file}: ") and "secret" not in message
        conf.write(file, sound)
    if text.startswith("$"):
        message = conf.params(overrides=[f"series.title='{text}'"]).refused()
        assert message.startswith("params.yaml: overrides: ") and "secret" not in message


def test_a_reference_takes_the_value_of_another_key(conf: Conf) -> None:
    conf.replace(
        TINY, "logline: A wave, an answer, a fox.", 'logline: "${series.title}: seed ${seed}, \\\\${x}, ${.style}"'
    )
    conf.replace(TINY, "title: Tiny", "title: Tiny\nstyle: ${.every_shot.seconds}")
    message = conf.refused()
    assert message.startswith(f"{TINY}: style: must be a text, and 1 is a number")
    conf.replace(TINY, "style: ${.every_shot.seconds}", "style: soft, ${.every_shot.seconds} s")
    assert conf.plan().series.logline == "Tiny: seed 7, ${x}, soft, 1 s"
    assert conf.params(overrides=["series.title=Other"]).plan().series.logline.startswith("Other: ")


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("${nowhere}", "'${nowhere}' names no key"),
        ("${5}", "write \\${ for the sign itself"),
        ("${series.title}", "leads back to itself"),
        ("${.logline}", "leads back to itself"),
        ("${series}", "leads back to itself"),
        ("${.....x}", "reaches above the configuration"),
        ("Hello ${series.look}", "is no text or number"),
    ],
)
def test_a_reference_without_an_end_is_refused_with_its_place(conf: Conf, title: str, said: str) -> None:
    conf.replace(TINY, "logline: A wave, an answer, a fox.", "logline: ${.title}")
    message = conf.replace(TINY, "title: Tiny", f"title: {title}").refused()
    assert message.startswith(f"{TINY}: ") and said in message, message


@pytest.mark.parametrize(
    ("file", "first"),
    [
        (TINY, "defaults: [../../outside]"),
        (TINY, "defaults: [demo]"),
        (AMI, "defaults: [/series/demo]"),
        (TINY, "hydra: {searchpath: ['file:///tmp']}"),
        (KIT, "hydra: {job: {env_copy: [HOME]}}"),
        (TINY, "# @package hydra"),
        (TINY, "# @package _global_"),
    ],
)
def test_no_file_sends_hydra_elsewhere(conf: Conf, file: str, first: str) -> None:
    message = conf.write(file, f"{first}\n" + (conf.root / file).read_text()).refused()
    assert message.startswith(f"{file}: ") and "\n" not in message


@pytest.mark.parametrize(
    "entry",
    [
        "quality: ../../outside",
        "quality: /etc/passwd",
        "quality: file:///etc/passwd",
        "quality: pkg://hydra.conf",
        "quality: ${oc.env:HOME}",
        "../series: tiny",
        "override hydra/launcher: basic",
        "hydra/launcher: basic",
        "quality@hydra: tiny",
        "config",
        "quality: [tiny, draft]",
        "quality: nothere",
    ],
)
def test_a_defaults_list_chooses_files_of_conf_alone(conf: Conf, entry: str) -> None:
    message = conf.replace(CONFIG, "- quality: standard", f"- {entry}").refused()
    assert message.startswith(f"{CONFIG}: defaults") and "\n" not in message


@pytest.mark.parametrize(
    "text",
    [
        "hydra.searchpath=[file:///tmp]",
        "+hydra.job.env_copy=[HOME]",
        "hydra/launcher=basic",
        "+series@hydra=tiny",
        "+series@_global_=tiny",
        "series=../../outside",
        "series=/etc/passwd",
        "+character@characters.mia=../../outside",
        "+cards.puppet-video.parameters._target_=os.system",
        "+series.x=shuffle([1,2,3])",
        "+series.x=${oc.env:HOME}",
        "takes=1_0",
        "takes=010",
        "takes=yes",
        "takes='2'",
        "takes=nan",
        "+cards.puppet-video.parameters.drift2=inf",
        "+cards.puppet-video.parameters.steps=99999999999999999999999",
        "+cards.puppet-video.parameters={1: 2}",
        "series.title=1984",
        "quality.resolution=[321,180]",
        "series.look.performs=cubist",
        "series.episodes.e01.scenes.cafe.location=moon",
        "+series.episodes.e01.scenes.cafe.shots.t01.props=[sword]",
        "+series.episodes.e01.scenes.cafe.shots.t01.takes=0",
        "series.episodes.e01.scenes.cafe.shots.t02.seconds=600",
        "~series.episodes.e01.title",
        "~series.nothing",
        "models.video=nothere",
        "characters.ami.voice=nothere",
        "characters.ami.voice=nan",
        "a=" + "[" * 400,
        "a=" + "x" * 5000,
        "=",
        "",
    ],
)
def test_an_override_that_is_at_fault_is_named(conf: Conf, text: str) -> None:
    message = conf.params(overrides=["takes=3", text, "seed=9"]).refused()
    assert message.startswith(("params.yaml: overrides: ", "conf/quality/tiny.yaml (overridden by")), message
    assert text[:40] in message and "'seed=9'" not in message and "'takes=3'" not in message


def test_a_mistake_in_a_file_is_not_laid_on_an_override(conf: Conf) -> None:
    conf.params(overrides=["series.title=Other", "+series.episodes.e01.poster=t01"])
    assert conf.replace(TINY, "title: Hello", "title: ''").refused().startswith(f"{TINY}: episodes.e01.title: ")


def test_a_dial_that_params_leave_out_is_blamed_on_the_file_that_has_it(conf: Conf) -> None:
    conf.write("params.yaml", "series: tiny\n").replace(CONFIG, "takes: 2", "takes: 0")
    assert conf.refused().startswith(f"{CONFIG}: takes: ")


def linked(target: str) -> Callable[[Path], object]:
    return lambda path: (path.unlink(), path.symlink_to(target))


@pytest.mark.parametrize(
    ("replaced", "said"),
    [
        (linked("/etc/hostname"), "is a link that leads out of the project"),
        (linked("/dev/zero"), "is a link that leads out of the project"),
        (linked("../../../outside.yaml"), "is a link that leads out of the project"),
        (linked("nothing.yaml"), "is missing"),
        (linked("kit.yaml"), "cannot be read"),
        (lambda path: (path.unlink(), os.mkfifo(path)), "is not a file"),
        (lambda path: (path.unlink(), path.mkdir()), "is not a file"),
    ],
)
def test_what_is_no_file_of_the_project_is_not_read(conf: Conf, replaced: Callable[[Path], object], said: str) -> None:
    (conf.root.parent / "outside.yaml").write_text((conf.root / KIT).read_text())
    replaced(conf.root / KIT)
    message = conf.refused()
    assert message.startswith(f"{KIT}: ") and said in message


def test_a_link_within_the_project_is_followed(conf: Conf) -> None:
    plan = conf.plan()
    (conf.root / KIT).rename(conf.root / "kit.yaml")
    (conf.root / KIT).symlink_to("../../kit.yaml")
    assert conf.plan() == plan


def test_a_broken_file_that_nobody_chose_stops_nothing(conf: Conf) -> None:
    conf.write("conf/series/other.yaml", "title: [").write("conf/character/mia.yaml", "a: b: c").plan()


# ---- names --------------------------------------------------------------------------------------


def hydra_reads_it_as_written(word: str) -> bool:
    from hydra.core.override_parser.overrides_parser import OverridesParser

    override = OverridesParser.create().parse_override(f"+character@characters.{word}={word}")
    return override.value() == word and isinstance(override.value(), str)


def test_every_word_that_something_reads_otherwise_is_reserved() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    short = ["".join(word) for length in (1, 2) for word in itertools.product(letters, repeat=length)]
    words = [*short, "nan", "inf", "null", "true", "false", "none", "yes", "no", "on", "off", "e-5", "inf-1", "items"]
    dvc = YAML(typ="safe", pure=True)
    for word in words:
        text = f"key: {word}"
        read = dvc.load(text)["key"], OmegaConf.create(text).key
        if read != (word, word) or not hydra_reads_it_as_written(word):
            assert word in RESERVED, word


@pytest.mark.parametrize(
    "word", ["nan", "inf", "text", "character", "com2", "com9", "lpt2", "lpt9", "hydra", "defaults"]
)
def test_a_reserved_word_is_no_id_and_the_message_says_why(conf: Conf, word: str) -> None:
    conf.write(f"conf/character/{word}.yaml", (conf.root / KIT).read_text())
    message = conf.replace(TINY, "characters: [ami, kit]", f"characters: [ami, kit, {word}]").refused()
    assert f"{TINY}: characters.2: '{word}' cannot be an id: {RESERVED[word]}" in message
    assert not is_id(word)


@pytest.mark.parametrize(
    "word", ["items", "keys", "get", "none", "self", "e1", "global", "library", "headshot", "model"]
)
def test_any_other_word_is_an_id(conf: Conf, word: str) -> None:
    conf.write(f"conf/character/{word}.yaml", (conf.root / KIT).read_text())
    conf.replace(TINY, "characters: [ami, kit]", f"characters: [ami, kit, {word}]")
    conf.replace(TINY, '{ami: "Hello, Kit.", at: 0.1}', f'{{{word}: "Hello, Kit.", at: 0.1, off_screen: true}}')
    assert conf.plan().shots["t02"].lines[0].character == word


def test_two_pictures_of_one_name_are_told(conf: Conf) -> None:
    conf.write("conf/location/cafe.yaml", "name: a\nwords: b\ntimes: {morning: x, night-late: y}\n")
    conf.write("conf/location/cafe-night.yaml", "name: a\nwords: b\ntimes: {late: x}\n")
    conf.replace(TINY, "locations: [cafe]", "locations: [cafe, cafe-night]")

    def move(shots: dict[str, Any]) -> None:
        shots["t01"].update(time="night-late")
        shots["t03"].update(location="cafe-night", time="late")

    message = conf.tiny(move).refused()
    assert message.startswith("conf/location/cafe-night.yaml: locations/cafe-night-late") and "rename" in message


# ---- little, and too much -----------------------------------------------------------------------

LANDSCAPE = """
title: 無題 🎬
episodes:
  e01:
    title: أ
    scenes:
      a:
        shots:
          s01: {action: Rain falls.}
"""


def test_a_series_may_have_nobody_and_be_nowhere(conf: Conf) -> None:
    plan = conf.write(TINY, LANDSCAPE).plan()
    assert (plan.library, plan.characters, plan.voices) == ([], {}, {})
    assert plan.shots["s01"].prompt == "Medium shot. Rain falls. The camera does not move."
    assert (plan.series.title, plan.series.episodes[0].shots) == ("無題 🎬", ["s01"])
    assert conf.params(conditioning="prompt-only").plan().shots["s01"].prompt == plan.shots["s01"].prompt
    place = conf.write(TINY, f"locations: [cafe]{LANDSCAPE}".replace("falls.", "falls., location: cafe")).plan()
    assert [item.role for item in place.library] == ["locations/cafe-morning"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("s01: {action: Rain falls.}", "{}", "episodes.e01.scenes.a.shots: must have at least 1"),
        ("s01: {action: Rain falls.}", "s01:", "shots.s01.action: is missing"),
        ("          s01: {action: Rain falls.}\n", "", "episodes.e01.scenes.a.shots: is empty"),
        ("Rain falls.", "' '", "shots.s01.action: must not be empty"),
        ("Rain falls.", "Rain falls., seconds: 0", "seconds: must be greater than 0"),
        ("Rain falls.", "Rain falls., seconds: 0.01", "seconds: 0.01 s hold no frame at 24 fps"),
        ("title: أ", "title:", "episodes.e01.title: is empty"),
        ("Rain falls.", "x" * 5000, "action: is too long: 5000 characters, at most 4000"),
        ("Rain falls.", f"Rain falls., lines: {['x'] * 101}", "lines: is too long: "),
        ("Rain falls.", "Rain falls., takes: 65", "takes: must be less than or equal to 64"),
        ("Rain falls.", "Rain falls., footage: " + str(["assets/footage/a.mp4"] * 65), "footage: is too long"),
    ],
)
def test_nothing_and_too_much_are_told_with_their_place(conf: Conf, old: str, new: str, said: str) -> None:
    assert old in LANDSCAPE
    message = conf.write(TINY, LANDSCAPE.replace(old, new)).refused()
    assert message.startswith(f"{TINY}: ") and said in message, message


def test_a_series_that_no_disk_holds_is_refused(conf: Conf) -> None:
    conf.write("conf/quality/huge.yaml", "resolution: [7680, 4320]\nfps: 120\n")
    conf.edit("conf/model/puppet-video.yaml", lambda card: card.pop("limits"))
    conf.write(TINY, LANDSCAPE.replace("falls.", "falls., seconds: 600, takes: 64"))
    message = conf.params(quality="huge").refused()
    assert message.startswith("conf/quality/huge.yaml: all takes together") and "lower resolution" in message


def test_more_shots_than_can_be_planned_are_refused(conf: Conf) -> None:
    shots = "".join(f"          s{n}: {{action: a}}\n" for n in range(2001))
    message = conf.write(TINY, LANDSCAPE.replace("          s01: {action: Rain falls.}\n", shots)).refused()
    assert message == f"{TINY}: 2001 shots are over the most of 2000; make it several series"


def test_no_number_that_json_cannot_say_reaches_the_plan(conf: Conf) -> None:
    conf.edit("conf/model/puppet-video.yaml", lambda card: card.update(price={"usd": 1_000_000}))
    assert math.isfinite(conf.plan().estimate.total)


def test_a_language_in_quotes_is_a_language(conf: Conf) -> None:
    conf.params(series="footage").edit("conf/series/footage.yaml", lambda series: series.update(language="no"))
    assert "language: 'no'" in (conf.root / "conf/series/footage.yaml").read_text()
    assert conf.plan().series.language == "no"
