"""The provider `speech`: lines are spoken, the same words the same way, and bad requests are refused."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from continuity.errors import RequestRefused
from continuity.media.audio import Samples, loudness_lufs, read_wav, sounding, true_peak_dbfs, write_wav
from continuity.providers.speech.presets import PRESETS
from continuity.providers.speech.provider import Speech
from continuity.request import Reference, Request

SPEECH = Speech()


def request(text: str = "You kept it warm for me.", voice: str | None = "hibari", **changes: object) -> Request:
    given: dict = {
        "kind": "voice",
        "provider": "speech",
        "model": "speech",
        "prompt": text,
        "seed": 7,
        "subject": "e01s02",
        "direction": {"voice": voice},
    }
    return Request(**(given | changes))


def spoken(folder: Path, *args: object, **changes: object) -> Samples:
    """The line as `jobs` gets it: refused or not, rendered."""
    wanted = request(*args, **changes)  # type: ignore[arg-type]
    SPEECH.refuse(wanted)
    SPEECH.render(wanted, folder / "result.wav")
    return read_wav(folder / "result.wav")[0]


def fundamental_hertz(samples: Samples) -> float:
    """The strongest repetition between 60 and 400 Hz, by autocorrelation."""
    power = np.abs(np.fft.rfft(samples, 2 * len(samples))) ** 2
    lags = np.fft.irfft(power)[48_000 // 400 : 48_000 // 60]
    return 48_000 / (int(lags.argmax()) + 48_000 // 400)


@pytest.mark.parametrize("voice", PRESETS)
def test_a_line_is_a_trimmed_levelled_wav(voice: str, tmp_path: Path) -> None:
    samples = spoken(tmp_path, "Foxes are never late.", voice)
    info = soundfile.info(tmp_path / "result.wav")
    assert (info.samplerate, info.channels, info.subtype) == (48_000, 1, "PCM_16")
    assert 0.8 < info.duration < 2.5
    assert loudness_lufs(samples, 48_000) == pytest.approx(-20.0, abs=0.3)
    assert true_peak_dbfs(samples) < -0.9
    heard = np.flatnonzero(sounding(samples, 48_000))
    assert heard[0] <= 7 and heard[-1] >= len(samples) / 480 - 8  # frames of 10 ms


def test_the_same_request_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    """Another line is spoken first there: what was said before must not change what comes."""
    program = (
        "import hashlib, pathlib, sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from test_speech import request, SPEECH\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "for voice in ('hibari', 'joe'):\n"
        "    SPEECH.render(request('Something else.', voice), folder / 'other.wav')\n"
        "    SPEECH.render(request(voice=voice), folder / 'there.wav')\n"
        "    print(hashlib.sha256((folder / 'there.wav').read_bytes()).hexdigest())\n"
    )
    here = []
    for voice in ("hibari", "joe"):
        SPEECH.render(request(voice=voice), tmp_path / "here.wav")
        here.append(hashlib.sha256((tmp_path / "here.wav").read_bytes()).hexdigest())
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.split() == here


@pytest.mark.parametrize("voice", ["hibari", "joe"])
def test_another_seed_is_another_reading(voice: str, tmp_path: Path) -> None:
    first, second = (spoken(tmp_path, voice=voice, seed=seed) for seed in (1, 2))
    assert len(first) != len(second) or not np.array_equal(first, second)


@pytest.mark.parametrize("voice", ["hibari", "joe"])
def test_pace_changes_length_and_pitch_changes_pitch(voice: str, tmp_path: Path) -> None:
    slow = spoken(tmp_path, voice=voice, parameters={"pace": 0.7})
    fast = spoken(tmp_path, voice=voice, parameters={"pace": 1.4})
    low = spoken(tmp_path, voice=voice, parameters={"pitch": -3})
    high = spoken(tmp_path, voice=voice, parameters={"pitch": 3.0})
    assert len(slow) > 1.35 * len(fast)
    assert len(low) == pytest.approx(len(high), rel=0.25)
    assert fundamental_hertz(high) / fundamental_hertz(low) == pytest.approx(2 ** (6 / 12), rel=0.12)


@pytest.mark.parametrize(
    "text",
    [
        "🎉 The party starts at 7:30 pm — bring $12.50! 🦊",
        "Olá, naïve çafé in Ærøskøbing, ½ past 1,204.",
        "Привет, Ami. 你好! שלום.",
        "<b>Look</b> & listen: [this](that) {ami} 100% C:\\temp \x00\x1b",
        "Line one.\n\n\tLine two?!?!",
        "a " * 299,
    ],
)
def test_odd_text_is_spoken_without_what_cannot_be_said(text: str, tmp_path: Path) -> None:
    assert len(spoken(tmp_path, text)) > 0.2 * 48_000


def test_emoji_change_nothing_that_is_heard(tmp_path: Path) -> None:
    np.testing.assert_array_equal(spoken(tmp_path, "Hello 🦊 there 🎉"), spoken(tmp_path, "Hello there"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"voice": "siren"}, ["siren", *PRESETS]),
        ({"voice": None}, list(PRESETS)),
        ({"parameters": {"speed": 1.0}}, ["speed", "pace", "pitch"]),
        ({"parameters": {"pace": 3.0}}, ["pace", "3.0", "0.7", "1.4"]),
        ({"parameters": {"pace": "fast"}}, ["pace", "'fast'"]),
        ({"parameters": {"pitch": True}}, ["pitch", "True"]),
        ({"parameters": {"pitch": float("nan")}}, ["pitch", "nan"]),
        ({"text": ""}, ["no text"]),
        ({"text": "  \n"}, ["no text"]),
        ({"text": "🎉🦊"}, ["🎉🦊", "no word"]),
        ({"text": "こんにちは"}, ["no word"]),
        ({"text": "...?!"}, ["no word"]),
        ({"text": "a" * 601}, ["601", "600"]),
        ({"kind": "video"}, ["video"]),
        ({"seconds": 3.0}, ["seconds"]),
    ],
)
def test_what_cannot_be_spoken_is_refused_by_name(changes: dict, words: list[str]) -> None:
    with pytest.raises(RequestRefused) as raised:
        SPEECH.refuse(request(**changes))
    for word in ["e01s02", *words]:
        assert word in str(raised.value)


def test_a_locked_sample_counts_towards_the_key_and_a_picture_is_refused(tmp_path: Path) -> None:
    write_wav(tmp_path / "ami.wav", np.zeros(480, np.float32), 48_000)
    sample = Reference.of("voices/ami", tmp_path / "ami.wav")
    locked = request(references=(sample,))
    SPEECH.refuse(locked)
    assert locked.key != request().key
    with pytest.raises(RequestRefused, match="ami/anime/headshot"):
        SPEECH.refuse(request(references=(Reference("ami/anime/headshot", sample.path, sample.sha256),)))
