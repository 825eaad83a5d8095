"""Small clips of any container, codec, timing and colour, made by PyAV: what cameras, recorders and editors leave."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter

FPS = 24
TICKS = 24_000  # a second, as encoders are told times; MPEG-2 and MPEG-4 know no finer ones than frames


def numbered(number: int, width: int = 160, height: int = 96) -> np.ndarray:
    """A grey that says its number, with a red corner top left and a blue one bottom right."""
    picture = np.full((height, width, 3), 20 + 4 * number % 200, np.uint8)
    picture[: height // 4, : width // 4] = (220, 20, 30)
    picture[-(height // 4) :, -(width // 4) :] = (20, 30, 220)
    return picture


def number_in(picture: np.ndarray) -> int:
    """The number of the frame that a picture shows."""
    height, width = picture.shape[:2]
    return round((float(picture[height // 2 - 2 : height // 2 + 2, width // 2 - 2 : width // 2 + 2].mean()) - 20) / 4)


def clip(
    path: Path, times: Sequence[float] | None = None, *, codec: str = "libx264", pix_fmt: str = "yuv420p",
    pictures: Sequence[np.ndarray] | None = None, width: int = 160, height: int = 96, rate: int = FPS,
    options: Mapping[str, str] | None = None, container_options: Mapping[str, str] | None = None,
    colours: Mapping[str, int] | None = None, matrix: Sequence[int] | None = None,
) -> Path:  # fmt: skip
    """Frames that begin at ``times`` (seconds; by default two seconds at an even rate), `numbered` unless given."""
    times = [number / rate for number in range(2 * rate)] if times is None else times
    pictures = [numbered(number, width, height) for number in range(len(times))] if pictures is None else pictures
    with _usual_priority(), av.open(str(path), "w", options=dict(container_options or {})) as output:
        stream = output.add_stream(codec, rate=rate, options=dict(options or {}))
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pix_fmt
        ticks = rate if codec.startswith("mpeg") else TICKS
        stream.codec_context.time_base = Fraction(1, ticks)
        for name, value in (colours or {}).items():
            setattr(stream.codec_context, name, value)
        if matrix is not None:
            stream.set_display_matrix(list(matrix))
        for time, picture in zip(times, pictures, strict=True):
            frame = _coded(picture, pix_fmt, (colours or {}).get("colorspace"))
            frame.pts, frame.time_base = round(time * ticks), Fraction(1, ticks)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


@contextmanager
def _usual_priority() -> Iterator[None]:
    """SVT-AV1, run by root, puts the thread that encodes above everything else on the machine and leaves it there:
    whatever that process starts later, a browser's driver that polls, would keep the machine to itself."""
    before = (os.sched_getscheduler(0), os.sched_getparam(0)) if hasattr(os, "sched_getscheduler") else None
    try:
        yield
    finally:
        if before:
            os.sched_setscheduler(0, *before)


def copied(source: Path, path: Path, left_out: range = range(0)) -> Path:
    """The same packets in another container, without some of the picture's."""
    with av.open(str(source)) as old, av.open(str(path), "w") as new:
        streams = {stream.index: new.add_stream_from_template(stream) for stream in old.streams}
        number = -1
        for packet in old.demux():
            if packet.size:
                number += packet.stream.type == "video"
                if packet.stream.type != "video" or number not in left_out:
                    packet.stream = streams[packet.stream.index]
                    new.mux(packet)
    return path


def patched(source: Path, path: Path, box: bytes, offset: int, *values: int) -> Path:
    """A copy of an MP4 whose first ``box`` has other 32-bit ``values``, ``offset`` bytes after its name."""
    data = bytearray(source.read_bytes())
    at = data.index(box) + 4 + offset
    for value in values:
        data[at : at + 4] = (value & 0xFFFFFFFF).to_bytes(4)
        at += 4
    path.write_bytes(data)
    return path


def _coded(picture: np.ndarray, pix_fmt: str, colorspace: int | None) -> Any:
    """(h, w, 3) RGB, uint8 or uint16, as the encoder takes it."""
    frame = av.VideoFrame.from_ndarray(
        np.ascontiguousarray(picture), "rgb48le" if picture.dtype == np.uint16 else "rgb24"
    )
    return VideoReformatter().reformat(
        frame, format=pix_fmt, dst_colorspace=colorspace, src_color_range="JPEG", interpolation="BICUBIC"
    )
