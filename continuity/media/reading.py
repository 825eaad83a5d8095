"""Reading clips: what a file is, its frames as pictures, its sound as samples."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import Colorspace, VideoReformatter

from continuity.errors import MediaError

# A playlist or a concat script under a clip's name would make FFmpeg open other files and addresses.
_CONTAINERS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts",
}
_BOX_FORMATS = "mov,mp4"  # containers made of boxes that state their own length
_WAY_OUT = "restore it (`dvc pull`), or delete it and run `dvc repro` to have it made again"
_UNNAMED = 2  # AVCOL_SPC_UNSPECIFIED
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
TICK = 1e-4  # seconds; frame times are fractions, requested times are floats


@dataclass(frozen=True)
class Probe:
    """What a clip's container says, after rotation is applied. ``seconds`` and ``frames`` are the picture's."""

    width: int
    height: int
    fps: float
    seconds: float
    frames: int
    has_audio: bool
    codec: str
    pix_fmt: str
    metadata: dict[str, str] = field(default_factory=dict)
    rate: Fraction = Fraction(0)  # fps exactly
    pixel_aspect: float = 1.0  # width of one pixel over its height
    rotation: int = 0  # degrees counter-clockwise that a player turns the coded picture


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """An open PyAV container holding a video stream. Raises MediaError for anything that is not one.

    Errors that FFmpeg raises while the container is in use become MediaErrors too.
    """
    path = Path(path)
    if not path.is_file():
        raise MediaError(f"{path}: no such clip; {_WAY_OUT}")
    if path.stat().st_size == 0:
        raise MediaError(f"{path}: the clip is empty (0 bytes); {_WAY_OUT}")
    try:
        with av.open(f"file:{path}", options=_CONTAINERS, metadata_errors="replace") as container:
            if not container.streams.video:
                raise MediaError(f"{path}: has no picture, only sound or data; give a video file")
            if _BOX_FORMATS in container.format.name:
                _refuse_truncated(path)
            yield container
    except av.FFmpegError as error:
        if error.errno in _NO_ROOM:  # what was being written meanwhile, not this clip
            raise OSError(error.errno, error.strerror, error.filename) from error
        raise MediaError(f"{path}: is not a readable video ({error.strerror}); {_WAY_OUT}") from error


def _refuse_truncated(path: Path) -> None:
    """An MP4 with its index in front opens even when half of it is missing; its boxes tell."""
    length = path.stat().st_size
    position = 0
    with path.open("rb") as file:
        while position < length:
            file.seek(position)
            header = file.read(16)
            step = int.from_bytes(header[:4])
            if step == 1:
                step = int.from_bytes(header[8:16])
            elif step == 0:  # the last box may reach to the end of the file
                return
            if len(header) < 8 or step < 8 or position + step > length:
                raise MediaError(f"{path}: the clip is truncated or damaged at byte {position}; {_WAY_OUT}")
            position += step


def probe(path: Path) -> Probe:
    """Describe a clip; decodes its first frame, so that a file of noise is not taken for a clip.

    Raises MediaError when the file is missing, empty, truncated or not a video.
    """
    with opened(path) as container:
        return describe(container, path)


def describe(container: Any, path: Path) -> Probe:
    """What `probe` says, of a container just opened; leaves it wherever it has been read to."""
    stream = container.streams.video[0]
    rate = stream.average_rate or stream.guessed_rate or Fraction(0)
    first = next(container.decode(stream), None)
    if first is None or not rate:
        raise MediaError(f"{path}: not one frame can be decoded; {_WAY_OUT}")
    rotation = first.rotation % 360
    width, height = (first.height, first.width) if rotation in (90, 270) else (first.width, first.height)
    aspect = float(stream.sample_aspect_ratio or 1)
    frames = stream.frames or _count_packets(container, stream)
    seconds = float(stream.duration * stream.time_base) if stream.duration else float(frames / rate)
    return Probe(
        width=width, height=height, fps=float(rate), seconds=seconds, frames=frames,
        has_audio=bool(container.streams.audio), codec=stream.codec_context.name,
        pix_fmt=stream.codec_context.pix_fmt or "", metadata=dict(container.metadata), rate=rate,
        pixel_aspect=1 / aspect if rotation in (90, 270) else aspect, rotation=rotation,
    )  # fmt: skip


def _count_packets(container: Any, stream: Any) -> int:
    container.seek(0)
    return sum(1 for packet in container.demux(stream) if packet.dts is not None or packet.size)


def decoded(container: Any, start: float = 0.0) -> Iterator[tuple[float, Any]]:
    """``(seconds, av.VideoFrame)`` from the key frame at or before ``start``; time 0 is the first frame."""
    stream = container.streams.video[0]
    if not stream.codec_context.is_open:
        stream.thread_type = "AUTO"
    origin = (stream.start_time or 0) * stream.time_base
    if start > 0:
        container.seek(int((origin + Fraction(start).limit_denominator(10**6)) / stream.time_base), stream=stream)
    for frame in container.decode(stream):
        if frame.pts is not None:
            yield float(frame.pts * frame.time_base - origin), frame


def on_screen(container: Any, times: Sequence[float]) -> Iterator[Any]:
    """The frame shown at each of ``times`` (ascending seconds): the last that began at or before it.

    Times past the end show the last frame, as players do.
    """
    source = decoded(container, times[0] if times else 0.0)
    shown = upcoming = next(source, None)
    for time in times:
        while upcoming is not None and upcoming[0] <= time + TICK:
            shown, upcoming = upcoming, next(source, None)
        if shown is not None:
            yield shown[1]


def matrix(frame: Any) -> Colorspace | None:
    """The YUV matrix to assume where a frame names none: BT.709 from 720 lines up, as players do."""
    return Colorspace.ITU709 if frame.colorspace == _UNNAMED and max(frame.height, frame.width) >= 1280 else None


class Painter:
    """Turns decoded frames into arrays, scaling in the same pass; keeps libswscale's tables between frames."""

    def __init__(self, width: int | None, height: int | None, form: str = "rgb24", scaling: str = "BICUBIC") -> None:
        self.width, self.height, self.form, self.scaling = width, height, form, scaling
        self.reformatter = VideoReformatter()

    def paint(self, frame: Any) -> np.ndarray:
        """(h, w, 3) uint8, or (h, w) in "gray8". With one of width and height, the other keeps the shape."""
        turned = frame.rotation % 180 != 0
        wide, high = (frame.height, frame.width) if turned else (frame.width, frame.height)
        width = self.width or (max(1, round(wide * self.height / high)) if self.height else wide)
        height = self.height or (max(1, round(high * self.width / wide)) if self.width else high)
        coded = (height, width) if turned else (width, height)
        picture = self.reformatter.reformat(
            frame, *coded, self.form, interpolation=self.scaling, src_colorspace=matrix(frame), threads=1
        ).to_ndarray()
        return np.ascontiguousarray(np.rot90(picture, frame.rotation // 90)) if frame.rotation else picture


def frames(
    path: Path, times: Sequence[float] | None = None, *, width: int | None = None, height: int | None = None
) -> Iterator[np.ndarray]:
    """RGB frames (h, w, 3) uint8: all of them, or those on screen at ``times`` (ascending seconds).

    ``width`` and ``height`` scale while decoding. Raises MediaError.
    """
    painter = Painter(width, height)
    with opened(path) as container:
        wanted = on_screen(container, times) if times is not None else (frame for _, frame in decoded(container))
        for frame in wanted:
            yield painter.paint(frame)


def read_audio(path: Path, rate: int = 16000, start: float = 0.0, seconds: float | None = None) -> np.ndarray:
    """The clip's sound as float32 mono at ``rate``, aligned so that sample 0 sounds with the first frame
    (or with ``start``); empty when the clip has no sound stream. Raises MediaError.

    More than two channels are first mixed to stereo, as libswresample does; then the channels' mean is taken.
    """
    with opened(path) as container:
        samples = sound_of(container, rate, start)
    return samples if seconds is None else samples[: round(seconds * rate)]


def sound_of(container: Any, rate: int, start: float = 0.0) -> np.ndarray:
    """What `read_audio` gives, of a container that stands at its beginning."""
    if not container.streams.audio:
        return np.zeros(0, np.float32)
    picture, stream = container.streams.video[0], container.streams.audio[0]
    origin = float((picture.start_time or 0) * picture.time_base)
    layout = "mono" if stream.codec_context.channels == 1 else "stereo"
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate)
    first: float | None = None
    parts: list[Any] = []
    for frame in container.decode(stream):
        if first is None:
            first = float((frame.pts or 0) * frame.time_base) - origin
        parts += resampler.resample(frame)
    parts += resampler.resample(None) if parts else []
    pieces = [part.to_ndarray().mean(axis=0) for part in parts]
    whole = round(stream.duration * stream.time_base * rate) if stream.duration else None
    # The last packet is filled up to a whole one; only the stated length was meant to be heard.
    samples = np.concatenate(pieces)[:whole] if pieces else np.zeros(0, np.float32)
    shift = round(((first or 0.0) - start) * rate)  # samples of silence before, or to drop where negative
    return (np.pad(samples, (shift, 0)) if shift > 0 else samples[-shift:]).astype(np.float32)


def last_frame(clip: Path, png: Path) -> None:
    """Write a clip's last frame as PNG, atomically.

    A renderer that noted where its figures ended (metadata ``continuity-track-end``) finds the note
    again in the picture's iTXt chunk ``continuity-track``, so that the next shot can start from there.
    """
    import io

    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    from continuity.files import write_bytes

    with opened(clip) as container:
        track = container.metadata.get("continuity-track-end")
    facts = probe(clip)
    picture = next(frames(clip, [max(0.0, facts.seconds)]))
    notes = PngInfo()
    if track is not None:
        notes.add_itxt("continuity-track", track)
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", pnginfo=notes)
    write_bytes(Path(png), buffer.getvalue())


def temporary_beside(path: Path) -> Path:
    """A hidden name in the same folder, which a rename can replace atomically."""
    return path.with_name(f".{path.stem}.{os.getpid()}-{os.urandom(4).hex()}.tmp{path.suffix}")
