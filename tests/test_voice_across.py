"""Whether a character keeps its voice by itself: films with lines of known voices, and made-up vectors."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from test_summary import character

from continuity.files import sha256_file
from continuity.media.audio import Samples, mix, normalise, trim_silence, write_wav
from continuity.media.video import VideoWriter
from continuity.plan.schema import Scorer
from continuity.providers.speech.presets import PRESETS
from continuity.providers.speech.synthesis import RATE, synthesise
from continuity.records.evidence import ScoredLineVoice
from continuity.scoring.calibration.anchors import anchors
from continuity.scoring.encoders import unit
from continuity.scoring.references.subjects import References
from continuity.scoring.series.summary import Summary, summarise
from continuity.scoring.takes.line_voice import LineVoice
from continuity.scoring.takes.result import TakeScore
from continuity.scoring.takes.score import TakeToScore, score_take
from continuity.scoring.takes.sound import LineToScore
from continuity.scoring.voices import voice

SCORER = Scorer(encoder="histogram", frames=1, words=False, traits=False)
NOBODY = References({})
SECONDS = 7.0
SAID = ("You kept it warm for me.", "Look, the whole city is awake.", "Foxes are never late.")


@functools.cache
def spoken(preset: str, text: str) -> Samples:
    return trim_silence(normalise(synthesise(PRESETS[preset], text, seed=7), RATE, -20.0), RATE, 0.06)


class Said(NamedTuple):
    """A line of a film: whose it is, and which voice is really heard; None for nobody's."""

    character: str
    preset: str | None
    text: str
    sample: Path | None = None


def scored(
    folder: Path, shot: str, lines: Sequence[Said], take: int = 1, prompt: str = "", scorer: Scorer = SCORER
) -> TakeScore:
    """The score of a grey film with these lines one after the other, over room tone of its own."""
    placed: list[tuple[Samples, float]] = []
    spans: list[LineToScore] = []
    at = 0.3
    for line in lines:
        sound = spoken(line.preset or "hibari", line.text)
        end = at + len(sound) / RATE
        placed += [(sound, at)] if line.preset else []
        spans.append(LineToScore(line.text, round(at, 3), round(end, 3), line.sample, line.character))
        at = end + 0.3
    room = np.random.default_rng(take).standard_normal(round(SECONDS * RATE)).astype(np.float32)
    sound = mix(SECONDS, RATE, placed) + 0.001 * room
    clip = folder / f"{shot}-{take}.mp4"
    with VideoWriter(clip, 64, 48, 4, audio=(sound, RATE)) as writer:
        for _ in range(int(4 * SECONDS)):
            writer.write(np.full((48, 64, 3), 90, np.uint8))
    asked = TakeToScore(shot, f"{shot}-{take}", "generated", clip, sha256_file(clip), [], lines=spans, prompt=prompt)
    kept = folder / "vectors"
    return score_take(asked, NOBODY, anchors(NOBODY, scorer, kept), scorer, kept)


def summary(takes: Sequence[TakeScore]) -> Summary:
    """Of a series whose selects are the first take of each shot."""
    first = {one.shot: one.key for one in reversed(takes)}
    shots = {id: SimpleNamespace(id=id, order=order, episode="e01") for order, id in enumerate(first)}
    plan: Any = SimpleNamespace(shots=shots, characters={"ami": None, "kit": None})
    return summarise(plan, takes, first)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> list[TakeScore]:
    """Ami keeps hers through three shots, Kit is heard in another voice in each and when the first is taken again."""
    folder = tmp_path_factory.mktemp("voices")
    heard = [
        [Said("ami", "hibari", text), Said("kit", preset, text)]
        for text, preset in zip(SAID, ("joe", "heron", "wren"), strict=True)
    ]
    again = [Said("ami", "hibari", SAID[0]), Said("kit", "owl", SAID[0])]
    return [
        *(scored(folder, f"s{number}", lines) for number, lines in enumerate(heard, 1)),
        scored(folder, "s1", again, take=2),
    ]


def test_who_keeps_a_voice_is_told_from_who_changes_it_and_no_sample_is_needed(film: list[TakeScore]) -> None:
    metrics = summary(film).metrics
    ami, kit = metrics["characters"]["ami"], metrics["characters"]["kit"]
    assert {take.voice for take in film} == {None}  # nothing is locked
    assert ami["voice_across"] > 0.5 > 0.3 > kit["voice_across"]
    assert ami["voice_again"] > 0.9 > 0.5 > kit["voice_again"]
    assert (ami["voice_across_pairs"], ami["voice_again_pairs"]) == (3, 1)
    assert ami["voice_across_others"] == kit["voice_across_others"] < 0.3  # of two, each is the other's only other
    series = metrics["series"]
    assert series["voice_across"] == pytest.approx((ami["voice_across"] + kit["voice_across"]) / 2, abs=0.001)
    assert (series["voice_across_pairs"], series["voice_again_pairs"]) == (6, 2)


def test_what_was_heard_is_kept_and_not_heard_again(
    film: list[TakeScore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [Said("ami", "hibari", SAID[0]), Said("kit", None, SAID[1])]
    first = scored(tmp_path, "s1", lines)
    ami, kit = first.line_voices
    assert ami.vector is not None and kit.vector is None  # who said nothing has no voice
    np.testing.assert_allclose(np.linalg.norm(ami.vector), 1.0, atol=1e-3)
    for line in first.to_json()["line_voices"]:
        assert ScoredLineVoice.model_validate(line)  # as evidence has it
    for name in ("embed_lines", "load_voice_encoder"):
        monkeypatch.setattr(voice, name, None)
    again = scored(tmp_path, "s1", lines, prompt="Another score of the same clip.")
    np.testing.assert_array_equal(again.line_voices[0].vector, ami.vector)
    assert again.to_json() == first.to_json()
    # Another folder's evidence of the same line: the same voice, whatever the room.
    assert ami.vector @ film[0].line_voices[0].vector > 0.9


def test_a_sample_changes_nothing_of_it(film: list[TakeScore], tmp_path: Path) -> None:
    sample = tmp_path / "kit.wav"
    write_wav(sample, spoken("joe", " ".join(SAID)), RATE)
    locked = scored(tmp_path, "s1", [Said("ami", "hibari", SAID[0]), Said("kit", "joe", SAID[0], sample)])
    assert locked.voices[0] is None and locked.voices[1] is not None
    for with_sample, without in zip(locked.line_voices, film[0].line_voices, strict=True):
        np.testing.assert_array_equal(with_sample.vector, without.vector)


def take(shot: str, *lines: tuple[str, Sequence[float] | None], key: str = "a", kind: str = "generated") -> TakeScore:
    """Lines by character, each with the vector of its voice."""
    voices = [LineVoice(who, None if vector is None else unit(np.array([vector]))[0]) for who, vector in lines]
    nothing = dict.fromkeys(
        ("cast", "location", "prop", "prompt", "flicker", "motion", "motion_offset_ms", "voice", "voice_min", "words")
    )
    lists: dict[str, Any] = {name: [] for name in ("times", "phashes", "voices", "words_by_line", "heard")}
    return TakeScore(
        shot, f"{shot}-{key}", kind, "e", {}, movement=0.0, line_voices=voices, **lists, **nothing
    )  # fmt: skip


E, F, G = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.6, 0.8, 0.0)


def of_ami(*takes: TakeScore) -> dict[str, Any]:
    return summary(takes).metrics["characters"]["ami"]


@pytest.mark.parametrize(
    "takes",
    [
        [take("s1", ("ami", E))],
        [take("s1", ("ami", E), ("ami", E))],  # two lines of one take
        [take("s1", ("ami", E)), take("s2", ("ami", None))],
        [take("s1", ("ami", E)), take("s1", ("ami", E), key="b")],  # of one shot: again, not across
        [take("s1", ("ami", E)), take("s2", ("kit", E))],
    ],
)
def test_a_line_alone_is_held_against_nothing(takes: list[TakeScore]) -> None:
    assert (of_ami(*takes)["voice_across"], of_ami(*takes)["voice_across_pairs"]) == (None, 0)


def test_a_shot_counts_once_however_much_is_said_or_taken_in_it() -> None:
    talkative = take("s1", *[("ami", E)] * 8)
    ami = of_ami(talkative, take("s2", ("ami", E)), take("s3", ("ami", F)))
    assert (ami["voice_across"], ami["voice_across_pairs"]) == (pytest.approx(1 / 3, abs=0.001), 3)
    losers = [take("s1", ("ami", F), key=key) for key in "bcdef"]
    assert of_ami(talkative, take("s2", ("ami", E)), take("s3", ("ami", F)), *losers)["voice_across"] == 0.333


def test_other_voices_are_held_against_it_in_other_shots_and_each_of_them_counts_alike() -> None:
    one = take("s1", ("ami", E), ("kit", E))
    two = take("s2", ("ami", E), ("kit", G), ("kit", G), ("bo", F))
    ami = of_ami(one, two)
    assert ami["voice_across_others"] == 0.4  # kit: (.6 + 1) / 2, bo: 0
    assert of_ami(one)["voice_across_others"] is None  # in the same shot it is the same room


def test_again_is_the_same_line_in_takes_as_generated() -> None:
    ami = of_ami(
        take("s1", ("ami", E), ("ami", F)),
        take("s1", ("ami", E), ("ami", E), key="b"),
        take("s1", ("ami", None), ("ami", F), key="c"),
        take("s1", ("ami", G), ("ami", G), key="d", kind="transferred"),
        take("s1", ("ami", G), ("ami", G), key="e", kind="repaired"),
        take("s2", ("ami", E)),
        take("s2", ("ami", G), key="b"),
    )
    # s1: takes a and b (1 + 0) / 2, a and c 1, b and c 0; s2: .6
    assert (ami["voice_again"], ami["voice_again_pairs"]) == (0.55, 4)


def test_each_take_has_its_own_row_against_the_selects_of_other_shots() -> None:
    takes = [take("s1", ("ami", E)), take("s1", ("ami", F), key="b"), take("s2", ("ami", E)), take("s3", ("ami", G))]
    seen = [replace(one, characters={"ami": character((1.0, 0.0))}) for one in takes]
    assert [row["voice_across"] for row in summary(seen).rows] == [0.8, 0.4, 0.8, 0.6]
    assert [row["voice_across"] for row in summary(takes).rows] == [None] * 4  # a row without a character


def test_scores_from_before_have_no_voices_to_compare() -> None:
    old = take("s1", ("ami", E)).to_json()
    del old["line_voices"]
    read = TakeScore.from_json(old)
    assert read.line_voices == []
    assert summary([read]).metrics["series"]["voice_across"] is None
