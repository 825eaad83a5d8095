"""The sound of clips: heard as a player plays it, from the stream it would choose, left and right apart."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from films import RATE, beep, film, heard, without

from continuity.errors import MediaError
from continuity.media.audio import one_channel
from continuity.media.check import check_clip
from continuity.media.video import VideoWriter, read_audio, trim
from continuity.providers.footage import FootageProvider
from continuity.request import Reference, Request

CASES = Path(__file__).parent / "cases" / "sound"
FORMS = [
    ("aac", "mp4"), ("aac", "ts"), ("flac", "mkv"), ("libopus", "mp4"), ("libopus", "webm"), ("libmp3lame", "mkv"),
    ("libmp3lame", "mp4"), ("pcm_s24le", "mov"), ("pcm_f32le", "mov"), ("ac3", "ts"), ("alac", "mov"),
]  # fmt: skip


def sides(seconds: float = 2.0) -> np.ndarray:
    """A tone of its own on each side."""
    at = np.arange(round(seconds * RATE)) / RATE
    return np.stack([0.3 * np.sin(2 * np.pi * 440 * at), 0.2 * np.sin(2 * np.pi * 997 * at)], axis=1).astype(np.float32)


def correlation(samples: np.ndarray) -> float:
    return float(np.corrcoef(samples.T)[0, 1])


# --- when ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("codec", "ending"), FORMS)
@pytest.mark.parametrize(("at", "picture_at"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5)])
def test_sound_is_heard_when_a_player_plays_it(
    codec: str, ending: str, at: float, picture_at: float, tmp_path: Path
) -> None:
    path = film(tmp_path / f"clip.{ending}", beep(), codec, at=at, picture_at=picture_at)
    begin, end = heard(read_audio(path, RATE))
    assert (begin, end) == pytest.approx((1.0 + at - picture_at, 1.25 + at - picture_at), abs=0.003)


@pytest.mark.parametrize(("rate", "layout"), [(8000, "mono"), (22_050, "stereo"), (44_100, "mono"), (192_000, "mono")])
def test_every_rate_is_read(rate: int, layout: str, tmp_path: Path) -> None:
    path = film(tmp_path / "clip.mkv", beep(rate), "flac", rate=rate, layout=layout)
    samples = read_audio(path, RATE)
    assert len(samples) == 2 * RATE
    assert samples.shape[1:] == (() if layout == "mono" else (2,))
    assert heard(samples) == pytest.approx((1.0, 1.25), abs=0.001)
    assert np.abs(samples).max() == pytest.approx(0.5, abs=0.01)


def test_what_a_file_leaves_out_is_silence(tmp_path: Path) -> None:
    at = np.arange(4 * RATE) / RATE
    tone = (0.3 * np.sin(2 * np.pi * 500 * at)).astype(np.float32)
    for ending in ("mkv", "mp4", "ts"):
        samples = read_audio(without(film(tmp_path / f"clip.{ending}", tone, seconds=4.0), range(50, 80)), RATE)
        assert len(samples) == pytest.approx(4 * RATE, abs=700)
        assert np.abs(samples[int(1.1 * RATE) : int(1.6 * RATE)]).max() < 0.001
        later = samples[int(2.1 * RATE) : int(2.9 * RATE), 0]
        assert np.abs(later - tone[int(2.1 * RATE) : int(2.9 * RATE)]).max() < 0.3 * 2 * np.pi * 500 * 0.001  # 1 ms


def test_a_file_without_times_is_played_piece_after_piece(tmp_path: Path) -> None:
    """This AVI counts pieces of sound wrongly: by its times, four seconds would fall into 0.15."""
    path = without(film(tmp_path / "clip.avi", np.concatenate([beep(), beep()]), seconds=4.0), range(0))
    assert len(read_audio(path, RATE)) / RATE == pytest.approx(4.0, abs=0.05)


def test_recordings_joined_byte_by_byte_are_heard_one_after_the_other(tmp_path: Path) -> None:
    once = film(tmp_path / "once.ts", beep())
    (tmp_path / "thrice.ts").write_bytes(3 * once.read_bytes())
    samples = read_audio(tmp_path / "thrice.ts", RATE)
    assert [heard(samples[n * 2 * RATE : (n + 1) * 2 * RATE])[0] for n in range(3)] == pytest.approx([1] * 3, abs=0.07)


def test_a_span_is_the_same_span_of_the_whole(tmp_path: Path) -> None:
    path = film(tmp_path / "clip.mp4", sides())
    whole = read_audio(path, RATE)
    np.testing.assert_array_equal(read_audio(path, RATE, 0.7, 0.5), whole[int(0.7 * RATE) : int(1.2 * RATE)])
    assert len(read_audio(path, RATE, 5.0, 1.0)) == 0


def test_the_filling_of_the_last_packet_is_cut_off_and_a_wrong_header_is_not_believed(tmp_path: Path) -> None:
    path = film(tmp_path / "clip.mp4", np.concatenate([beep(), beep()])[: 3 * RATE], seconds=3.0)
    assert len(read_audio(path, RATE)) == 3 * RATE
    data = bytearray(path.read_bytes())
    head = data.index(b"mdhd", data.index(b"mdhd") + 4)  # the sound's
    data[head + 20 : head + 24] = (RATE // 2).to_bytes(4)
    path.write_bytes(data)
    assert len(read_audio(path, RATE)) / RATE == pytest.approx(3.0, abs=0.03)


# --- which -----------------------------------------------------------------------------------


def test_the_sound_marked_as_default_is_heard(tmp_path: Path) -> None:
    path = CASES / "second-stream-is-default.mp4"
    assert heard(read_audio(path, RATE)) == pytest.approx((1.0, 1.25), abs=0.001)
    trim(path, tmp_path / "take.mp4")
    assert heard(read_audio(tmp_path / "take.mp4", RATE)) == pytest.approx((1.0, 1.25), abs=0.002)
    assert check_clip(path, seconds=None, resolution=None, fps=None, audio=True).has_audio


def test_a_sound_that_nothing_can_decode_is_named(tmp_path: Path) -> None:
    path = film(tmp_path / "clip.mkv", beep())
    path.write_bytes(path.read_bytes().replace(b"A_AAC", b"A_XXX"))
    with pytest.raises(MediaError, match=r"clip\.mkv: its sound cannot be decoded here; export it with AAC"):
        read_audio(path, RATE)


def test_damage_in_a_person_s_own_clip_is_told_to_them(tmp_path: Path) -> None:
    path = film(tmp_path / "s01.mkv", np.random.default_rng(1).uniform(-0.3, 0.3, (2 * RATE, 2)), "flac")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 400] = bytes(400)
    path.write_bytes(data)
    asked = Request(
        kind="video", provider="footage", model="footage", prompt="", seed=1, subject="s01", fps=24,
        resolution=(64, 64), references=(Reference.of("footage", path),), direction={"footage": {"file": "s01.mkv"}},
    )  # fmt: skip
    with pytest.raises(MediaError, match=r"s01\.mkv: its sound is damaged at 0\.9\d s; export it again$"):
        FootageProvider().render(asked, tmp_path / "take.mp4")


# --- form ------------------------------------------------------------------------------------


def test_sound_goes_on_where_its_form_changes() -> None:
    """44.1 kHz in one channel for half a second, then 48 kHz in two."""
    samples = read_audio(CASES / "form-changes.ts", RATE)
    levels = [float(np.abs(samples[int(t * RATE) : int((t + 0.1) * RATE)]).max()) for t in (0.1, 0.3, 0.6, 0.75)]
    assert samples.shape[1] == 2 and len(samples) / RATE == pytest.approx(0.93, abs=0.01)
    assert min(levels) > 0.08


@pytest.mark.parametrize(("codec", "ending"), FORMS[::3])
def test_left_and_right_stay_apart(codec: str, ending: str, tmp_path: Path) -> None:
    path = film(tmp_path / f"clip.{ending}", sides(), codec)
    for clip in (path, tmp_path / "take.mp4"):
        inner = read_audio(clip, RATE)[RATE // 4 : -RATE // 4]
        assert abs(correlation(inner)) < 0.02
        spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner))[:, None], axis=0)) / len(inner)
        loudest = spectrum.argmax(axis=0) * RATE / len(inner)
        assert loudest == pytest.approx([440, 997], abs=3)
        trim(path, tmp_path / "take.mp4")


def test_more_channels_are_mixed_by_the_standard_coefficients(tmp_path: Path) -> None:
    """ITU-R BS.775: the centre and the surrounds come in at -3 dB, the low effects not at all."""
    at = np.arange(RATE) / RATE
    tone = 0.2 * np.sin(2 * np.pi * 600 * at)
    expected = {0: (1, 0), 1: (0, 1), 2: (0.707, 0.707), 3: (0, 0), 4: (0.707, 0), 5: (0, 0.707)}
    for channel, gains in expected.items():
        sound = np.zeros((RATE, 6))
        sound[:, channel] = tone
        path = film(tmp_path / "clip.mov", sound, "pcm_s16le", layout="5.1", seconds=1.0)
        loudest = np.abs(read_audio(path, RATE)[1000:-1000]).max(axis=0)
        assert loudest / 0.2 == pytest.approx(gains, abs=0.01)


def test_over_full_scale_is_kept_and_what_is_no_number_is_refused(tmp_path: Path) -> None:
    loud = film(tmp_path / "loud.mov", 8 * beep(), "pcm_f32le")
    assert np.abs(read_audio(loud, RATE)).max() == pytest.approx(4.0, abs=0.01)
    trim(loud, tmp_path / "take.mp4")
    for value in (np.nan, np.inf):
        sound = beep()
        sound[40_000] = value
        path = film(tmp_path / "wrong.mov", sound, "pcm_f32le")
        with pytest.raises(MediaError, match=r"wrong\.mov: .*not finite"):
            read_audio(path, RATE)


def test_takes_are_stereo_whatever_they_are_given(tmp_path: Path) -> None:
    for name, sound in (("one", beep()), ("two", sides())):
        with VideoWriter(tmp_path / f"{name}.mp4", 64, 64, 24, audio=(sound, RATE)) as writer:
            for _ in range(48):
                writer.write(np.zeros((64, 64, 3), np.uint8))
        with av.open(str(tmp_path / f"{name}.mp4")) as container:
            stream = container.streams.audio[0]
            assert (stream.codec_context.name, stream.rate, stream.layout.name) == ("aac", 48_000, "stereo")
    left, right = read_audio(tmp_path / "one.mp4", RATE).T
    np.testing.assert_allclose(left, right, atol=1e-4)
    assert abs(correlation(read_audio(tmp_path / "two.mp4", RATE))) < 0.01


def test_a_voice_of_opposite_signs_does_not_vanish(tmp_path: Path) -> None:
    path = CASES / "opposite-signs.mkv"
    trim(path, tmp_path / "take.mp4")
    for clip in (path, tmp_path / "take.mp4"):
        samples = read_audio(clip, RATE)
        assert correlation(samples) < -0.99  # what was recorded stays
        assert np.abs(one_channel(samples)).max() == pytest.approx(0.5, abs=0.02)
