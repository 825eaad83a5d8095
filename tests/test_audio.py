"""Sound files, loudness, peaks and mixing."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from continuity.errors import MediaError
from continuity.media.audio import (
    close_pauses,
    loudness_lufs,
    mix,
    normalise,
    one_channel,
    read_wav,
    resample,
    stereo,
    trim_silence,
    true_peak_dbfs,
    write_wav,
)

RATE = 48_000


def tone(seconds: float, hertz: float = 997.0, amplitude: float = 1.0, rate: int = RATE) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def bursts(seconds: float) -> np.ndarray:
    """Noise in syllables with a spike on each: more peak over loudness than speech has."""
    generator = np.random.default_rng(5)
    count = round(seconds * RATE)
    envelope = np.clip(np.sin(2 * np.pi * 4 * np.arange(count) / RATE), 0, None)
    sound = 0.02 * generator.standard_normal(count) * envelope
    sound[RATE // 16 :: RATE // 4] += 0.6
    return sound.astype(np.float32)


def test_a_wav_comes_back_to_the_last_bit(tmp_path: Path) -> None:
    samples = np.round(tone(0.1, amplitude=0.7) * 32768).astype(np.float32) / 32768
    write_wav(tmp_path / "a.wav", samples, RATE)
    again, rate = read_wav(tmp_path / "a.wav")
    assert rate == RATE and again.dtype == np.float32
    np.testing.assert_array_equal(again, samples)
    assert soundfile.info(tmp_path / "a.wav").subtype == "PCM_16"


def test_left_and_right_stay_apart_and_overloads_are_clipped(tmp_path: Path) -> None:
    sides = np.stack([tone(0.1, amplitude=0.5), tone(0.1, 440.0, 0.25)], axis=1)
    write_wav(tmp_path / "stereo.wav", sides, RATE)
    np.testing.assert_allclose(read_wav(tmp_path / "stereo.wav")[0], sides, atol=1e-4)
    write_wav(tmp_path / "loud.wav", 3 * tone(0.1), RATE)
    assert 0.999 < np.abs(read_wav(tmp_path / "loud.wav")[0]).max() <= 1.0


def test_what_is_no_sound_is_named_with_a_way_out(tmp_path: Path) -> None:
    write_wav(tmp_path / "whole.wav", tone(1.0), RATE)
    whole = (tmp_path / "whole.wav").read_bytes()
    write_wav(tmp_path / "nothing.wav", tone(0.0), RATE)
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "cut.wav").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.wav").write_text("this is not a sound\n" * 20)
    (tmp_path / "folder.wav").mkdir()
    soundfile.write(tmp_path / "nan.wav", np.full(100, np.nan, np.float32), RATE, subtype="FLOAT")
    expected = {
        "missing": "cannot be read",
        "folder": "cannot be read",
        "empty": "the file is empty",
        "cut": "truncated",
        "text": "not a sound file",
        "nothing": "no samples",
        "nan": "not finite",
    }
    for name, words in expected.items():
        with pytest.raises(MediaError, match=words) as raised:
            read_wav(tmp_path / f"{name}.wav")
        assert f"{name}.wav" in str(raised.value)


def test_every_kind_of_wav_is_read(tmp_path: Path) -> None:
    sides = np.stack([tone(0.1, amplitude=0.5), tone(0.1, 440.0, 0.25)], axis=1)
    kinds = [("WAV", "PCM_16"), ("WAV", "PCM_24"), ("WAV", "PCM_32"), ("WAV", "FLOAT"), ("WAV", "DOUBLE")]
    kinds += [("WAVEX", "PCM_24"), ("RF64", "PCM_16"), ("FLAC", "PCM_24")]
    for kind, subtype in kinds:
        soundfile.write(tmp_path / "a.wav", sides, RATE, format=kind, subtype=subtype)
        samples, rate = read_wav(tmp_path / "a.wav")
        assert rate == RATE and samples.dtype == np.float32
        np.testing.assert_allclose(samples, sides, atol=1e-4, err_msg=f"{kind} {subtype}")
    soundfile.write(tmp_path / "loud.wav", 4 * sides, RATE, subtype="FLOAT")
    assert np.abs(read_wav(tmp_path / "loud.wav")[0]).max() == pytest.approx(2.0, abs=0.01)


def test_more_channels_are_mixed_to_two(tmp_path: Path) -> None:
    """ITU-R BS.775 by WAV's order of channels; of more than eight, the mean."""
    expected = {3: (1.707, 1.707), 4: (1.707, 1.707), 6: (2.414, 2.414), 8: (3.121, 3.121)}
    for channels, gains in expected.items():
        soundfile.write(tmp_path / "a.wav", np.full((RATE, channels), 0.1, np.float32), RATE, subtype="FLOAT")
        np.testing.assert_allclose(read_wav(tmp_path / "a.wav")[0][RATE // 2] / 0.1, gains, atol=0.01)
    soundfile.write(tmp_path / "a.wav", np.full((RATE, 12), 0.1, np.float32), RATE, subtype="FLOAT")
    assert read_wav(tmp_path / "a.wav")[0][RATE // 2] == pytest.approx(0.1)


def test_a_recording_whose_length_was_never_written_is_read_to_its_end(tmp_path: Path) -> None:
    """Recorders write the lengths when they stop; programs that stream into a pipe never do."""
    write_wav(tmp_path / "whole.wav", tone(0.5), RATE)
    whole = (tmp_path / "whole.wav").read_bytes()
    data = whole.index(b"data")
    for riff, length in ((0, 0), (36, 0), (0xFFFFFFFF, 0xFFFFFFFF)):
        written = [riff.to_bytes(4, "little"), length.to_bytes(4, "little")]
        broken = whole[:4] + written[0] + whole[8 : data + 4] + written[1] + whole[data + 8 :]
        (tmp_path / "cut-off.wav").write_bytes(broken)
        assert len(read_wav(tmp_path / "cut-off.wav")[0]) == RATE // 2
    (tmp_path / "no-tags.wav").write_bytes(whole[:4] + (len(whole) + 100).to_bytes(4, "little") + whole[8:])
    assert len(read_wav(tmp_path / "no-tags.wav")[0]) == RATE // 2  # what is missing is no sound


def test_damage_is_named_and_gets_no_advice_meant_for_what_is_made_here(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", np.random.default_rng(1).uniform(-0.3, 0.3, (RATE, 2)), RATE)
    flac = bytearray((tmp_path / "a.flac").read_bytes())
    (tmp_path / "a.flac").write_bytes(flac[: len(flac) // 2])
    soundfile.write(tmp_path / "long.wav", tone(0.5), RATE, format="RF64")
    (tmp_path / "long.wav").write_bytes((tmp_path / "long.wav").read_bytes()[:-5000])
    write_wav(tmp_path / "rate.wav", tone(0.1), RATE)
    wav = (tmp_path / "rate.wav").read_bytes()
    (tmp_path / "rate.wav").write_bytes(wav[:24] + (3).to_bytes(4, "little") + wav[28:])
    for name in ("a.flac", "long.wav", "rate.wav"):
        with pytest.raises(
            MediaError, match=rf"{name}: .*(damaged|truncated).*; put a whole WAV in its place"
        ) as raised:
            read_wav(tmp_path / name)
        assert "repro" not in str(raised.value)


def test_one_channel_of_two_loses_no_voice() -> None:
    voice, other = tone(1.0, 300.0, 0.5), tone(1.0, 700.0, 0.3)
    hum = tone(1.0, 50.0, 0.6)
    assert one_channel(voice) is voice
    heard = {
        "both sides": (voice, voice, voice),
        "opposite": (voice, -voice, voice),
        "opposite, one weaker": (voice, -0.7 * voice, 0.85 * voice),
        "left alone": (voice, 0 * voice, voice / 2),
        "one on each side": (voice, other, (voice + other) / 2),
        "opposite, with a hum that both hear": (voice + hum, hum - voice, voice),
    }
    for name, (left, right, expected) in heard.items():
        np.testing.assert_allclose(one_channel(np.stack([left, right], axis=1)), expected, atol=1e-5, err_msg=name)


def test_stereo_is_measured_as_it_is_heard() -> None:
    """BS.1770: channels add up in power, whatever their signs."""
    one = tone(3.0, amplitude=0.1)
    assert loudness_lufs(stereo(one), RATE) == pytest.approx(loudness_lufs(one, RATE) + 3.01, abs=0.02)
    for sides in (np.stack([one, -one], axis=1), np.stack([one, np.roll(one, 12)], axis=1)):
        assert loudness_lufs(sides, RATE) == pytest.approx(-20.0, abs=0.1)
    left = np.stack([one, 0 * one], axis=1)
    assert loudness_lufs(left, RATE) == pytest.approx(loudness_lufs(one, RATE))
    assert true_peak_dbfs(left) == true_peak_dbfs(one)
    result = normalise(np.stack([bursts(3.0), 0.5 * bursts(3.0)], axis=1), RATE, -16.0)
    assert loudness_lufs(result, RATE) == pytest.approx(-16.0, abs=0.3) and true_peak_dbfs(result) <= -0.98
    np.testing.assert_allclose(result[:, 1], 0.5 * result[:, 0], atol=1e-6)


def test_stereo_is_mixed_trimmed_and_resampled_side_by_side() -> None:
    left = np.stack([tone(0.5), 0 * tone(0.5)], axis=1)
    mixed = mix(1.5, RATE, [(left, 0.5), (0.5 * tone(0.25), 1.25)])
    assert mixed.shape == (1.5 * RATE, 2)
    assert not mixed[: int(1.2 * RATE), 1].any() and mixed[int(1.3 * RATE) :, 1].any()
    assert trim_silence(mixed[:RATE], RATE).shape == (RATE // 2, 2)
    assert close_pauses(mixed, RATE, 0.1).shape == (1.05 * RATE, 2)
    assert resample(left, RATE, 16_000).shape == (8000, 2) and not resample(left, RATE, 16_000)[:, 1].any()


def test_resampling_keeps_pitch_and_level() -> None:
    slow = resample(tone(1.0, 440.0, 0.5), RATE, 22_050)
    assert len(slow) == 22_050
    inner = slow[2000:-2000]
    assert np.sqrt(np.mean(inner**2)) == pytest.approx(0.5 / np.sqrt(2), rel=1e-3)
    spectrum = np.abs(np.fft.rfft(slow))
    assert spectrum.argmax() == 440
    np.testing.assert_array_equal(resample(slow, 22_050, 22_050), slow)


def test_loudness_agrees_with_the_standard() -> None:
    """BS.1770: a full-scale 997 Hz sine in one channel reads -3.01 LUFS."""
    assert loudness_lufs(tone(3.0), RATE) == pytest.approx(-3.01, abs=0.05)
    assert loudness_lufs(tone(3.0, amplitude=0.1), RATE) == pytest.approx(-23.01, abs=0.05)


def test_a_short_sound_measures_like_a_long_one() -> None:
    assert loudness_lufs(tone(0.1), RATE) == pytest.approx(loudness_lufs(tone(2.0), RATE), abs=0.3)


def test_silence_has_no_loudness_and_stays_silent() -> None:
    silence = np.zeros(RATE, np.float32)
    for quiet in (silence, silence[:10], silence[:0]):
        assert loudness_lufs(quiet, RATE) == float("-inf")
        assert not normalise(quiet, RATE, -16.0).any()
    assert true_peak_dbfs(silence) == float("-inf")


def test_true_peak_sees_between_the_samples() -> None:
    """A quarter of the rate, 45 degrees off: samples reach 0.707, the wave 1.0 (BS.1770-4, annex 2)."""
    wave = np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4).astype(np.float32)
    assert np.abs(wave).max() < 0.71
    assert true_peak_dbfs(wave[1000:-1000]) == pytest.approx(0.0, abs=0.3)


@pytest.mark.parametrize("lufs", [-30.0, -20.0, -16.0, -14.0])
def test_normalising_meets_loudness_and_keeps_the_peak_ceiling(lufs: float) -> None:
    for sound in (tone(2.0, amplitude=0.05), bursts(3.0), 10 * bursts(3.0), bursts(0.3)):
        result = normalise(sound, RATE, lufs)
        assert loudness_lufs(result, RATE) == pytest.approx(lufs, abs=0.3)
        assert true_peak_dbfs(result) <= -0.98
        assert result.dtype == np.float32 and len(result) == len(sound)


def test_peaks_are_turned_down_without_a_step() -> None:
    """The limiter's gain moves slowly: away from the spike the wave is what plain gain makes it."""
    spike = tone(1.0, 200.0, 0.05)
    spike[RATE // 2] = 1.0
    result = normalise(spike, RATE, loudness_lufs(spike, RATE), peak_dbfs=-12.0)
    assert np.abs(result).max() < 0.26
    away, there = spike[: RATE // 2 - 1000], result[: RATE // 2 - 1000]
    gain = (there @ away) / (away @ away)
    np.testing.assert_allclose(there, gain * away, atol=1e-5)


def test_room_tone_is_not_blown_up_to_speech() -> None:
    tone_of_a_room = (0.001 * np.random.default_rng(1).standard_normal(2 * RATE)).astype(np.float32)
    before = loudness_lufs(tone_of_a_room, RATE)
    assert before < -55
    assert loudness_lufs(normalise(tone_of_a_room, RATE, -16.0), RATE) == pytest.approx(before + 30, abs=0.1)


def test_mixing_places_adds_and_cuts() -> None:
    one = np.ones(RATE, np.float32)
    out = mix(2.0, RATE, [(one, 0.5), (one, 1.25)])
    assert len(out) == 2 * RATE
    assert [float(out[round(t * RATE)]) for t in (0.4, 0.6, 1.3, 1.6, 1.99)] == [0, 1, 2, 1, 1]
    assert not mix(1.0, RATE, [(one, 3.0)]).any()
    with pytest.raises(MediaError, match="before the start"):
        mix(1.0, RATE, [(one, -0.1)])


def test_silence_is_trimmed_and_pauses_closed() -> None:
    rest = np.zeros(RATE, np.float32)
    sound = np.concatenate([rest, tone(0.5), rest, tone(0.5), rest])
    assert len(trim_silence(sound, RATE)) == 2 * RATE
    assert len(trim_silence(sound, RATE, 0.06)) == pytest.approx(2.12 * RATE, abs=1)
    assert len(close_pauses(sound, RATE, 0.1)) == pytest.approx(1.4 * RATE, abs=1)
    for nothing in (rest, rest[:0]):
        assert not len(trim_silence(nothing, RATE)) and not len(close_pauses(nothing, RATE))
