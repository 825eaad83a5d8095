"""Speaker and word scores, on lines spoken by the provider `speech`."""

import functools
from dataclasses import replace

import numpy as np
import pytest

from continuity.errors import MediaError, ScorerUnavailable
from continuity.media.audio import Samples, mix, normalise, trim_silence
from continuity.providers.speech.presets import PRESETS
from continuity.providers.speech.synthesis import RATE, synthesise
from continuity.scoring.voices import voice
from continuity.scoring.voices.voice import (
    embed_lines,
    embed_sample,
    embed_voice,
    likeness,
    load_voice_encoder,
    voice_and_minimum,
)
from continuity.scoring.voices.words import normalised_words, number_words, recognise, word_error_rate

SAMPLE = "My voice is locked here. Every line I ever speak is measured against these few calm sentences."
LINES = {
    "hibari": ["The letter says midnight. On the roof.", "You kept it warm for me.", "Look, the whole city is awake."],
    "joe": ["Then we had better bring the lantern.", "Foxes are never late."],
}


@functools.cache
def spoken(preset: str, text: str) -> Samples:
    return trim_silence(normalise(synthesise(PRESETS[preset], text, seed=7), RATE, -20.0), RATE, 0.06)


@functools.cache
def locked(preset: str) -> np.ndarray:
    return embed_sample(load_voice_encoder("ecapa"), spoken(preset, SAMPLE), RATE, preset)


def clip(*lines: tuple[Samples, float], seconds: float = 8.0) -> Samples:
    """A take's sound: lines over room tone at -60 dBFS."""
    room = (0.001 * np.random.default_rng(3).standard_normal(round(seconds * RATE))).astype(np.float32)
    return room + mix(seconds, RATE, list(lines))


def score_lines(sound: Samples, spans: list[tuple[float, float]], preset: str) -> list[float | None]:
    return [likeness(line, locked(preset)) for line in embed_lines(load_voice_encoder("ecapa"), sound, RATE, spans)]


def test_a_vector_has_unit_length_and_is_the_same_again() -> None:
    encoder = load_voice_encoder("ecapa")
    assert encoder.id == "ecapa-voxceleb-0575cb64:float64"
    vector = encoder.embed(sweep())
    assert vector.shape == (192,) and vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)  # on a grid
    np.testing.assert_array_equal(vector, encoder.embed(sweep()))
    # Pinned, so that a changed filter bank or layer cannot slip by; equal to SpeechBrain's own network.
    np.testing.assert_allclose(vector[:4], PINNED, atol=2e-4)


def test_a_line_is_scored_against_its_own_voice_and_told_from_the_other() -> None:
    ami, kit = spoken("hibari", LINES["hibari"][0]), spoken("joe", LINES["joe"][0])
    sound = clip((ami, 0.5), (kit, 4.0))
    spans = [(0.5, 0.5 + len(ami) / RATE), (4.0, 4.0 + len(kit) / RATE)]
    to_ami, to_kit = score_lines(sound, spans, "hibari"), score_lines(sound, spans, "joe")
    assert to_ami[0] >= 0.6 and to_kit[1] >= 0.6  # type: ignore[operator]
    assert to_ami[1] <= 0.4 and to_kit[0] <= 0.4  # type: ignore[operator]


@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (1, 0), (-0.6, 1)])
def test_a_line_counts_however_its_channels_were_wired(signs: tuple[float, float]) -> None:
    line = LINES["hibari"][0]
    ami = spoken("hibari", line)
    sound = np.stack([sign * clip((ami, 0.5), seconds=5.0) for sign in signs], axis=1).astype(np.float32)
    (score,) = score_lines(sound, [(0.5, 0.5 + len(ami) / RATE)], "hibari")
    assert score is not None and score >= 0.6
    assert word_error_rate(recognise(sound, RATE), line) <= 0.1


def test_every_preset_is_somebody_else() -> None:
    """docs/voices.md: a line scores .55 or more against its own sample, .4 or less against all others."""
    line = "Then we had better bring the lantern."
    for preset in PRESETS:
        vector = embed_voice(load_voice_encoder("ecapa"), spoken(preset, line), RATE)
        assert vector is not None
        for other in PRESETS:
            score = float(vector @ locked(other))
            assert score >= 0.55 if other == preset else score <= 0.4, (preset, other, score)


def test_a_line_that_was_not_spoken_has_no_score_and_does_not_look_good() -> None:
    line = spoken("hibari", LINES["hibari"][1])
    sound = clip((line, 1.0))
    spans = [(1.0, 1.0 + len(line) / RATE), (5.0, 7.0), (1.0, 1.3), (20.0, 21.0), (2.0, 2.0)]
    scores = score_lines(sound, spans, "hibari")
    assert scores[0] is not None and scores[1:] == [None] * 4
    assert voice_and_minimum(scores) == (scores[0], scores[0])
    assert word_error_rate(recognise(sound[5 * RATE : 7 * RATE], RATE), LINES["hibari"][1]) == 1.0


def test_the_mean_and_the_worst_line_are_kept() -> None:
    assert voice_and_minimum([0.8, None, 0.4]) == (pytest.approx(0.6), 0.4)
    assert voice_and_minimum([None]) == voice_and_minimum([]) == (None, None)


def test_a_sample_without_a_voice_is_named() -> None:
    with pytest.raises(MediaError, match="voices/ami"):
        embed_sample(load_voice_encoder("ecapa"), np.zeros(RATE, np.float32), RATE, "voices/ami")


def test_missing_or_altered_weights_are_never_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ScorerUnavailable, match="ecapa"):
        load_voice_encoder("wavlm")
    load = load_voice_encoder.__wrapped__
    with monkeypatch.context() as patch, pytest.raises(ScorerUnavailable, match=r"make setup.*--no-deps"):
        patch.setattr(voice, "WEIGHTS", replace(voice.WEIGHTS, package="no-such-distribution"))
        load("ecapa")
    with monkeypatch.context() as patch, pytest.raises(ScorerUnavailable, match="not the published file"):
        patch.setattr(voice, "WEIGHTS", replace(voice.WEIGHTS, sha256="0" * 64))
        load("ecapa")


@pytest.mark.parametrize(("preset", "line"), [(preset, line) for preset, lines in LINES.items() for line in lines])
def test_spoken_lines_are_recognised(preset: str, line: str, capfd: pytest.CaptureFixture[str]) -> None:
    said = recognise(clip((spoken(preset, line), 0.7), seconds=4.0), RATE)
    assert word_error_rate(said, line) <= 0.1, said
    assert word_error_rate(said, "Nobody came to the harbour today.") > 0.7
    assert capfd.readouterr() == ("", "")


def test_a_transcript_does_not_depend_on_those_before_it() -> None:
    """The recogniser's voice detector remembers earlier calls; it once put a "You" before such lines."""
    clips = [clip((spoken(preset, lines[0]), at), seconds=4.0) for preset, lines in LINES.items() for at in (0.3, 0.7)]
    forwards = [recognise(sound, RATE) for sound in clips]
    backwards = [recognise(sound, RATE) for sound in reversed(clips)]
    assert forwards == backwards[::-1]


def test_silence_says_nothing() -> None:
    assert recognise(clip(seconds=1.0), RATE) == ""  # room tone alone
    assert recognise(np.zeros(RATE, np.float32), RATE) == ""
    assert recognise(np.zeros(0, np.float32), RATE) == ""
    assert recognise(np.full(10, 0.1, np.float32), RATE) == ""


@pytest.mark.parametrize(
    ("said", "script", "rate"),
    [
        ("You kept it warm for me", "You kept it warm for me!", 0.0),
        ("I won't go; it's the fox's", "I will not go, it’s the foxes", 2 / 8),
        ("bring 2 lanterns at 7", "Bring two lanterns at seven", 0.0),
        ("one thousand two hundred and four", "1,204", 1 / 5),
        ("naive cafe", "Naïve café", 0.0),
        ("the cat", "the dog", 0.5),
        ("the", "the dog", 0.5),
        ("the big dog", "the dog", 0.5),
        ("a b c d", "x", 4.0),
        ("", "anything at all", 1.0),
        (None, "anything at all", 1.0),
        ("", "🎉", 0.0),
        (None, "", 0.0),
        ("hello", "", 1.0),
    ],
)
def test_word_error_rate_in_closed_form(said: str | None, script: str, rate: float) -> None:
    assert word_error_rate(said, script) == pytest.approx(rate)


def test_numbers_and_short_forms_are_spelt_out() -> None:
    assert [number_words(n) for n in (0, 13, 40, 99, 100, 1204)] == [
        "zero",
        "thirteen",
        "forty",
        "ninety nine",
        "one hundred",
        "one thousand two hundred four",
    ]
    assert number_words(3_000_021) == "three million twenty one"
    assert number_words(10**12).split()[:2] == ["one", "zero"]
    assert normalised_words("Don't — we'll see 'em, OK?") == ["do", "not", "we", "will", "see", "em", "ok"]


def sweep() -> Samples:
    """Two seconds at 16 kHz that no synthesiser's version can change: a buzz gliding from 110 to 220 Hz."""
    time = np.arange(32_000) / 16_000
    phase = 2 * np.pi * (110 * time + 27.5 * time**2)
    return sum(np.sin(k * phase) / k for k in range(1, 20)).astype(np.float32) * np.float32(0.1)


PINNED = [0.16901, 0.10546, 0.02169, 0.02730]
