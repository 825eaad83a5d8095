"""The cut: pictures copied untouched, sound in step and even, subtitles where the lines are."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from continuity.errors import MediaError
from continuity.media.audio import loudness_lufs, stereo, true_peak_dbfs, write_wav
from continuity.media.cut import CutReport, CutShot, assemble
from continuity.media.video import VideoWriter, frames, probe, read_audio

WIDTH, HEIGHT, FPS, RATE = 320, 180, 25, 48_000


def murmur(seconds: float, lufs: float, seed: int = 0) -> np.ndarray:
    """Noise below 2.5 kHz that comes and goes as syllables do, at a loudness when heard from both sides."""
    count = round(seconds * RATE)
    noise = sosfilt(butter(4, 2500, fs=RATE, output="sos"), np.random.default_rng(seed).normal(size=count))
    syllables = 0.55 - 0.45 * np.cos(2 * np.pi * 4 * np.arange(count) / RATE)
    samples = (0.05 * noise * syllables).astype(np.float32)
    return samples * np.float32(10 ** ((lufs - loudness_lufs(stereo(samples), RATE)) / 20))


def clip(
    path: Path, count: int = 25, *, grey: int = 40, sound: np.ndarray | None = None, width: int = WIDTH,
    height: int = HEIGHT, fps: float = FPS, **options,
) -> Path:  # fmt: skip
    """Frames that differ from one another and, by ``grey``, from those of other clips."""
    audio = None if sound is None else (sound, RATE)
    with VideoWriter(path, width, height, fps, audio=audio, **options) as writer:
        for number in range(count):
            rgb = np.full((height, width, 3), grey, np.uint8)
            rgb[20:60, 4 * number : 4 * number + 40] = (230, 120, 40)
            writer.write(rgb)
    return path


def shot(name: str, path: Path, seconds: float = 1.0, **rest) -> CutShot:
    return CutShot(name, path, seconds, **rest)


def cut(shots: list[CutShot], path: Path, fps: float = FPS, **rest) -> CutReport:
    return assemble(shots, path, width=WIDTH, height=HEIGHT, fps=fps, **rest)


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> list[CutShot]:
    """Three takes of one form, 25, 30 and 20 frames, a line in each."""
    folder = tmp_path_factory.mktemp("takes")
    return [
        shot(
            f"s{number}",
            clip(folder / f"s{number}.mp4", count, grey=40 * number + 40, sound=murmur(count / FPS, -22, number)),
            count / FPS,
            lines=[(f"Line {number}.", 0.2, 0.5)],
        )
        for number, count in enumerate([25, 30, 20])
    ]


@pytest.fixture(scope="module")
def made(takes: list[CutShot], tmp_path_factory: pytest.TempPathFactory) -> CutReport:
    return cut(takes, tmp_path_factory.mktemp("cuts") / "e01.mp4")


def test_takes_of_one_form_are_copied_frame_for_frame(takes: list[CutShot], made: CutReport) -> None:
    assert [(each.how, each.why) for each in made.shots] == [("copied", "")] * 3
    originals = itertools.chain.from_iterable(frames(each.clip) for each in takes)
    pairs = list(zip(frames(made.path), originals, strict=True))
    assert len(pairs) == made.frames == probe(made.path).frames == 75
    assert all(np.array_equal(ours, original) for ours, original in pairs)


def test_frames_follow_at_even_times(made: CutReport) -> None:
    with av.open(str(made.path)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([number / FPS for number in range(75)], abs=1e-4)


def test_picture_and_sound_are_equally_long(made: CutReport) -> None:
    assert made.seconds == pytest.approx(3.0)
    assert len(read_audio(made.path, RATE)) / RATE == pytest.approx(3.0, abs=1 / FPS)


def test_the_cut_is_as_loud_as_asked_and_never_clips(takes: list[CutShot], made: CutReport, tmp_path: Path) -> None:
    hiss = (0.05 * np.random.default_rng(1).normal(size=RATE)).astype(np.float32)  # AAC adds 2 dB to its peaks
    hissing = [*takes, shot("hiss", clip(tmp_path / "hiss.mp4", sound=hiss), lines=[("Sss", 0, 1)])]
    louder = cut(hissing, tmp_path / "loud.mp4", loudness_lufs=-11.0)
    for report, wanted in [(made, -16), (louder, -11)]:
        heard = read_audio(report.path, RATE)
        assert loudness_lufs(heard, RATE) == pytest.approx(wanted, abs=1)
        assert report.loudness_after == pytest.approx(wanted, abs=1)
        assert true_peak_dbfs(heard) < -1
    assert made.loudness_before == pytest.approx(-22, abs=1)


def test_voices_come_within_six_lu_and_quiet_places_stay_quiet(tmp_path: Path) -> None:
    levels = {"loud": -14, "middle": -20, "soft": -34, "wind": -40}
    shots = [
        shot(name, clip(tmp_path / f"{name}.mp4", sound=murmur(1, level)), lines=[("A", 0, 1)])
        for name, level in levels.items()
    ]
    shots[-1] = replace(shots[-1], lines=[])
    report = cut(shots, tmp_path / "e01.mp4")
    heard = read_audio(report.path, RATE)
    loud, middle, soft, wind = (loudness_lufs(heard[n * RATE : (n + 1) * RATE], RATE) for n in range(4))
    assert loud > middle > soft > wind
    assert loud - soft == pytest.approx(6, abs=0.7)
    assert middle - wind == pytest.approx(20, abs=1)
    assert [round(each.loudness_lufs) for each in report.shots] == [-14, -20, -34, -40]


@pytest.mark.parametrize("fps", [24, 30000 / 1001])
def test_sound_stays_in_step_over_many_shots(tmp_path: Path, fps: float) -> None:
    """25 frames do not last a whole number of AAC packets, nor of samples at 29.97 fps: errors would add up."""
    click = np.zeros(2 * RATE, np.float32)
    click[12_000:12_024] = 0.5
    path = clip(tmp_path / "click.mp4", fps=fps, sound=click)
    exact = float(probe(path).rate)
    report = cut([shot(f"s{n:02}", path, 25 / fps) for n in range(20)], tmp_path / "e01.mp4", fps=fps)
    assert {each.how for each in report.shots} == {"copied"}
    heard = np.abs(read_audio(report.path, RATE))[:, 0]
    for number, place in enumerate(report.shots):
        assert place.start == pytest.approx(number * 25 / exact)
        expected = round(place.start * RATE) + 12_012
        around = heard[expected - 4800 : expected + 4800]
        assert abs(int(np.average(np.arange(9600), weights=around**2)) - 4800) < 30  # under a millisecond


def test_joins_do_not_click(tmp_path: Path) -> None:
    hum = (0.3 * np.cos(2 * np.pi * 100 * np.arange(RATE) / RATE)).astype(np.float32)
    shots = [shot("s0", clip(tmp_path / "a.mp4", sound=hum)), shot("s1", clip(tmp_path / "b.mp4", sound=-hum))]
    heard = read_audio(cut(shots, tmp_path / "e01.mp4").path, RATE)
    step = np.abs(np.diff(heard, axis=0))[RATE - 480 : RATE + 480].max()
    assert step < 0.1 * np.abs(heard).max()  # without fades it is most of the wave's height


def test_voice_over_is_heard_and_may_run_on_into_the_next_shot(tmp_path: Path) -> None:
    write_wav(tmp_path / "over.wav", murmur(1.0, -20)[::2].copy(), RATE // 2)
    mute = clip(tmp_path / "mute.mp4")
    first = shot("s0", mute, voice_over=[(tmp_path / "over.wav", 0.6)])
    report = cut([first, shot("s1", mute)], tmp_path / "e01.mp4")
    left, right = read_audio(report.path, RATE).T
    np.testing.assert_allclose(left, right, atol=1e-4)
    heard = np.abs(left)
    assert heard[: int(0.55 * RATE)].max() < 0.01 < heard[int(1.1 * RATE) : int(1.5 * RATE)].max()
    assert heard[int(1.7 * RATE) :].max() < 0.01
    assert report.loudness_after == pytest.approx(-16, abs=1)


def test_a_shot_of_two_frames_finds_its_place(takes: list[CutShot], tmp_path: Path) -> None:
    """Encoded anew it needs less reordering than its neighbours: its packets once came before their turn."""
    short = clip(tmp_path / "short.mp4", 2, width=240, height=180)
    report = cut([takes[0], shot("s9", short, 2 / FPS), takes[2]], tmp_path / "e01.mp4")
    assert report.frames == probe(report.path).frames == len(list(frames(report.path))) == 25 + 2 + 20


def test_left_and_right_of_a_take_are_left_and_right_of_the_cut(tmp_path: Path) -> None:
    """Someone left, someone right, someone recorded with opposite signs, someone in one channel alone."""
    one, two = murmur(1, -20, 1), murmur(1, -20, 2)
    sounds = {
        "left": np.stack([one, 0 * one], axis=1),
        "apart": np.stack([one, two], axis=1),
        "opposite": np.stack([one, -one], axis=1),
        "middle": one,
    }
    shots = [
        shot(name, clip(tmp_path / f"{name}.mp4", sound=sound), lines=[("A", 0, 1)]) for name, sound in sounds.items()
    ]
    report = cut(shots, tmp_path / "e01.mp4")
    assert {each.how for each in report.shots} == {"copied"}
    heard = read_audio(report.path, RATE)
    middles = [heard[n * RATE + 2400 : (n + 1) * RATE - 2400] for n in range(4)]
    assert np.abs(middles[0][:, 1]).max() < 0.001 < 0.05 < np.abs(middles[0][:, 0]).max()
    correlations = [np.corrcoef(part.T)[0, 1] for part in middles[1:]]
    assert correlations == pytest.approx([np.corrcoef(one, two)[0, 1], -1, 1], abs=0.02)
    for part in middles:  # from one side or both: as loud to a listener within what evening leaves
        assert loudness_lufs(part, RATE) == pytest.approx(-16, abs=3.5)
    assert report.loudness_after == pytest.approx(-16, abs=1)


def test_one_gain_for_both_channels_keeps_the_place_of_a_voice(tmp_path: Path) -> None:
    voice = murmur(1, -20)
    voice[RATE // 2] = 0.9  # something for the limiter to do
    path = clip(tmp_path / "placed.mp4", sound=np.stack([voice, 0.5 * voice], axis=1))
    heard = read_audio(cut([shot("s0", path, lines=[("A", 0, 1)])], tmp_path / "e01.mp4").path, RATE)
    for part in (heard[4800 : RATE // 3], heard[RATE // 2 - 2400 : RATE // 2 + 2400]):
        assert float(part[:, 1] @ part[:, 0] / (part[:, 0] @ part[:, 0])) == pytest.approx(0.5, abs=0.02)


def test_silent_takes_give_a_silent_cut(tmp_path: Path) -> None:
    report = cut([shot("s0", clip(tmp_path / "mute.mp4"))], tmp_path / "e01.mp4")
    assert report.loudness_after == float("-inf")
    heard = read_audio(report.path, RATE)
    assert len(heard) == RATE and np.abs(heard).max() < 1e-4


def test_a_take_of_another_form_is_encoded_alone(takes: list[CutShot], tmp_path: Path) -> None:
    other = clip(tmp_path / "other.mp4", 12, width=240, height=180, fps=12, sound=murmur(1, -22))
    report = cut([takes[0], shot("odd", other), takes[2]], tmp_path / "e01.mp4")
    assert [each.how for each in report.shots] == ["copied", "encoded", "copied"]
    assert "240x180, the cut is 320x180" in report.shots[1].why
    seen = list(frames(report.path))
    assert len(seen) == 25 + 25 + 20
    assert all(np.array_equal(a, b) for a, b in zip(seen[:25], frames(takes[0].clip), strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(seen[50:], frames(takes[2].clip), strict=True))
    assert seen[30][:, :36].max() < 24 < seen[30][100, 100].max()  # bars beside a picture of another shape


def test_takes_of_another_encoder_are_copied_unless_mixed(takes: list[CutShot], tmp_path: Path) -> None:
    foreign = [shot(f"f{n}", clip(tmp_path / f"f{n}.mp4", preset="slow", grey=60 * n + 30)) for n in range(2)]
    alone = cut(foreign, tmp_path / "alone.mp4")
    assert {each.how for each in alone.shots} == {"copied"}
    mixed = cut([foreign[0], takes[0], foreign[1]], tmp_path / "mixed.mp4")
    assert [each.how for each in mixed.shots] == ["encoded", "copied", "encoded"]
    assert "other encoder settings" in mixed.shots[0].why
    greys = [int(rgb[150, 300, 0]) for rgb in frames(mixed.path)]
    assert greys == pytest.approx([30] * 25 + [40] * 25 + [90] * 25, abs=3)


def test_a_take_longer_than_planned_ends_where_planned(takes: list[CutShot], tmp_path: Path) -> None:
    report = cut([takes[0], replace(takes[1], seconds=0.6)], tmp_path / "e01.mp4")
    assert [(each.how, each.seconds) for each in report.shots] == [("copied", 1.0), ("encoded", 0.6)]
    assert "1.20 s, planned are 0.6 s" in report.shots[1].why
    assert probe(report.path).frames == 40


def test_subtitles_stand_where_the_lines_are_spoken(made: CutReport) -> None:
    assert made.subtitles.name == "e01.srt"
    text = made.subtitles.read_text()
    times = [line.split(" --> ")[0] for line in text.splitlines() if " --> " in line]
    assert times == ["00:00:00,200", "00:00:01,200", "00:00:02,400"]
    assert [line for line in text.splitlines() if line.startswith("Line")] == ["Line 0.", "Line 1.", "Line 2."]


def test_chapters_name_the_shots(made: CutReport) -> None:
    with av.open(str(made.path)) as container:
        chapters = [(c["metadata"]["title"], float(c["start"] * c["time_base"])) for c in container.chapters()]
    assert chapters == [("s0", 0.0), ("s1", pytest.approx(1.0)), ("s2", pytest.approx(2.2))]


def test_the_poster_shows_the_shot_chosen(takes: list[CutShot], made: CutReport, tmp_path: Path) -> None:
    assert made.poster.name == "e01-poster.jpg"
    chosen = cut(takes, tmp_path / "e02.mp4", poster_shot="s2").poster
    greys = [int(cv2.imread(str(path))[150, 300, 0]) for path in (made.poster, chosen)]
    assert greys == pytest.approx([40, 120], abs=4)
    with pytest.raises(MediaError, match="shot s9, which is to give the poster, is not in the cut"):
        cut(takes, tmp_path / "e03.mp4", poster_shot="s9")


def test_the_same_takes_give_the_same_bytes(takes: list[CutShot], made: CutReport, tmp_path: Path) -> None:
    assert cut(takes, tmp_path / "e01.mp4").path.read_bytes() == made.path.read_bytes()


def test_bad_input_names_the_shot_and_leaves_the_old_cut(takes: list[CutShot], made: CutReport, tmp_path: Path) -> None:
    path = tmp_path / "e01.mp4"
    shutil.copyfile(made.path, path)
    (tmp_path / "text.mp4").write_text("busy")
    broken = [
        ([], "no shots to cut together"),
        ([takes[0], shot("s7", tmp_path / "gone.mp4")], "shot s7: .*gone.mp4: no such clip"),
        ([takes[0], shot("s8", tmp_path / "text.mp4")], "shot s8: .*not a readable video"),
        ([replace(takes[0], voice_over=[(tmp_path / "gone.wav", 0.1)])], r"gone\.wav"),
    ]
    for shots, said in broken:
        with pytest.raises(MediaError, match=said):
            cut(shots, path)
    assert path.read_bytes() == made.path.read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["e01.mp4", "text.mp4"]
