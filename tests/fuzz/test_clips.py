"""Damaged, re-timed and oddly packed clips: read right, or refused in words that name the file."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from clips import clip

from continuity.errors import MediaError, ResultRejected
from continuity.media.check import check_clip
from continuity.media.reading import last_frame, probe
from continuity.media.sampling import greys, sample
from continuity.media.video import trim
from fuzz import rounds

FORMS = [
    ("libx264", "mp4", {}), ("libx264", "mov", {"bf": "0"}), ("libx264", "mkv", {"g": "10"}), ("libx264", "ts", {}),
    ("libx264", "avi", {"bf": "0"}), ("libx265", "mp4", {"x265-params": "log-level=none:pools=1"}),
    ("libvpx", "webm", {"deadline": "realtime"}), ("libvpx-vp9", "webm", {"deadline": "realtime", "cpu-used": "8"}),
    ("libsvtav1", "mp4", {"preset": "12"}), ("libsvtav1", "mkv", {"preset": "12"}), ("mpeg4", "avi", {"bf": "2"}),
    ("mpeg2video", "ts", {"bf": "2"}), ("mjpeg", "mov", {}), ("ffv1", "mkv", {}), ("prores_ks", "mov", {}),
]  # fmt: skip
PIX_FMTS = {"mjpeg": "yuvj420p", "prores_ks": "yuv422p10le"}
SLOWEST_SECONDS = 60  # for one file; they last about a second


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """The sound clip of a form, made once."""
    folder, made = tmp_path_factory.mktemp("whole"), {}

    def of(number: int) -> Path:
        codec, ending, options = FORMS[number]
        if number not in made:
            times = [each / 24 for each in range(24)]
            made[number] = clip(
                folder / f"{number}.{ending}", times, codec=codec, options=options, width=128, height=80,
                pix_fmt=PIX_FMTS.get(codec, "yuv420p"),
            )  # fmt: skip
        return made[number]

    return of


@pytest.mark.timeout(SLOWEST_SECONDS)
@pytest.mark.parametrize("seed", rounds(30, 240))
def test_a_mutated_clip_is_read_or_named(seed: int, whole: Callable[[int], Path], tmp_path: Path) -> None:
    chance = np.random.default_rng(seed)
    source = whole(seed % len(FORMS))
    path = tmp_path / f"fuzzed{source.suffix}"
    mutate = (changed, changed, changed, cut_short, retimed)[int(chance.integers(5))]
    if mutate is retimed and source.suffix == ".avi":  # which has no times to change
        mutate = changed
    mutate(source, path, chance)

    facts = only_words(path, probe)
    taken = only_words(path, lambda path: sample(path, 3, width=64))
    only_words(path, grey_frames)
    only_words(path, lambda path: check_clip(path, seconds=None, resolution=None, fps=None, audio=False))
    only_words(path, lambda path: last_frame(path, tmp_path / "last.png"))
    only_words(path, lambda path: trim(path, tmp_path / "span.mp4", 0.2, 2.0, width=64, height=40, fps=24))
    only_words(path, lambda path: trim(path, tmp_path / "whole.mp4"))
    if facts is None:
        assert taken is None, "what cannot be described cannot be sampled"
        return
    assert facts.frames >= 1 and facts.seconds > 0 and 0 < facts.rate <= 1000
    if taken is not None:
        assert [time for time, _ in taken] == sorted(time for time, _ in taken)
        assert all(picture.shape[1] == 64 for _, picture in taken)


def only_words(path: Path, read: Callable[[Path], Any]) -> Any:
    """What ``read`` gives; None where it says in one line that names the file what is wrong."""
    try:
        return read(path)
    except (MediaError, ResultRejected) as error:
        assert path.name in str(error) and len(str(error).splitlines()) == 1 and len(str(error)) < 500, error
        return None


def grey_frames(path: Path) -> int:
    with greys(path, 36, 12) as (_, pictures):
        return sum(1 for _ in pictures)


def changed(source: Path, path: Path, chance: np.random.Generator) -> None:
    """Bytes replaced, zeroed, left out or said twice; half the time near an end, where headers and indexes are."""
    data = bytearray(source.read_bytes())
    for _ in range(int(chance.integers(1, 6))):
        near = chance.random()
        top = min(len(data), 1500) if near < 0.5 else len(data)
        at = int(chance.integers(0, top))
        if 0.25 < near < 0.5:
            at = len(data) - 1 - at
        length = int(chance.integers(1, 40))
        kind = int(chance.integers(0, 6))
        if kind == 0:
            data[at : at + length] = chance.bytes(min(length, len(data) - at))
        elif kind == 1:
            data[at : at + length] = bytes(min(length, len(data) - at))
        elif kind == 2:
            del data[at : at + length]
        elif kind == 3:
            data[at:at] = data[at : at + length]
        elif kind == 4:
            data[at : at + 4] = chance.choice(np.array([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\1"]))
        else:
            data[at] ^= 1 << int(chance.integers(0, 8))
    path.write_bytes(data)


def cut_short(source: Path, path: Path, chance: np.random.Generator) -> None:
    data = source.read_bytes()
    path.write_bytes(
        data[int(chance.integers(0, 200)) * int(chance.integers(0, 2)) : int(chance.integers(1, len(data)))]
    )


def retimed(source: Path, path: Path, chance: np.random.Generator) -> None:
    """The same packets at other times: late, stretched, jittered, with a jump, some of them missing."""
    late, stretch = int(chance.integers(0, 10**6)), Fraction(int(chance.integers(1, 400)), 100)
    jump = int(10 ** chance.uniform(0, 9))
    with av.open(str(source)) as old, av.open(str(path), "w") as new:
        stream = old.streams.video[0]
        named = {"libdav1d": "libsvtav1"}.get(stream.codec_context.name)  # a decoder is no name for a codec
        copy = new.add_stream(named, rate=24) if named else new.add_stream_from_template(stream)
        copy.codec_context.extradata = stream.codec_context.extradata
        sent = -(10**9)
        for number, packet in enumerate(packet for packet in old.demux(stream) if packet.size):
            if packet.pts is None or packet.dts is None or chance.random() < 0.1:
                continue
            shift = late + (jump if number > 12 else 0)
            packet.dts = sent = max(sent + 1, int(packet.dts * stretch) + shift)
            packet.pts = max(sent, int(packet.pts * stretch) + shift + int(chance.integers(0, 3)))
            packet.stream = copy
            new.mux(packet)
