"""Reading clips: what a file is, and its frames as pictures. Its sound is read in ``hearing``."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from continuity import temporaries
from continuity.errors import MediaError
from continuity.media.colour import is_foreign, matrix, to_bt709
from continuity.media.orientation import UPRIGHT, Orientation, orientation_of
from continuity.media.streams import picture_stream, sound_stream
from continuity.media.timeline import MADE, Timeline, carries_times, first_frame, origin_of, played, rewind, timeline

# A playlist or a concat script under a clip's name would make FFmpeg open other files and addresses.
_CONTAINERS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts",
}
_BOX_FORMATS = "mov,mp4"  # containers made of boxes that state their own length
_NOT_READ = {  # first bytes of what is taken for a clip and is none that plays everywhere
    b"GIF8": "GIF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"FLV\x01": "FLV",
    b"OggS": "Ogg",
    b"\x30\x26\xb2\x75": "WMV",
    b"\x00\x00\x01\xba": "MPEG-PS",
}
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
OWN_FILE = "export it again"  # the way out for a clip that a person brought
_WIDEST_PIXEL = 8  # times as wide as high; no camera makes such, and damage does
CARRIED = "carried-"  # how the key of metadata begins that goes from a clip into its last frame
TICK = 1e-4  # seconds; frame times are fractions, requested times are floats


@dataclass(frozen=True)
class Probe:
    """What a clip is, upright. ``seconds`` and ``frames`` are the picture's: what plays, whatever a header says."""

    width: int
    height: int
    fps: float
    seconds: float
    frames: int
    has_audio: bool
    codec: str
    pix_fmt: str
    metadata: dict[str, str] = field(default_factory=dict)
    rate: Fraction = Fraction(0)  # fps exactly; of uneven frames their number over their length
    pixel_aspect: float = 1.0  # width of one pixel over its height
    orientation: Orientation = UPRIGHT  # how a player turns the coded picture
    even: bool = True  # False: a variable frame rate
    foreign: bool = False  # HDR or a wide gamut: brought to BT.709 wherever frames are painted


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """An open PyAV container holding a picture that moves. Raises MediaError for anything that is not one.

    Errors that FFmpeg raises while the container is in use become MediaErrors too. Their way out is that for a
    file which the project made; where another suits, see `way_out`.
    """
    path = Path(path)
    if not path.is_file():
        raise MediaError(f"{path}: no such clip", MADE)
    if path.stat().st_size == 0:
        raise MediaError(f"{path}: the clip is empty (0 bytes)", MADE)
    _refuse_other_kinds(path)
    began = False
    try:
        with av.open(f"file:{path}", options=_CONTAINERS, metadata_errors="replace") as container:
            if (picture := picture_stream(container)) is None:
                raise MediaError(f"{path}: has no picture that moves, only sound or data", "give a video file")
            if picture.codec_context is None:
                raise MediaError(f"{path}: its picture cannot be decoded here", "convert it to MP4 with H.264")
            if _BOX_FORMATS in container.format.name:
                _refuse_truncated(path)
            began = True
            yield container
    except av.FFmpegError as error:
        if error.errno in _NO_ROOM:  # what was being written meanwhile, not this clip
            raise OSError(error.errno, error.strerror, error.filename) from error
        what = "is damaged" if began else "is not a readable video"
        raise MediaError(f"{path}: {what} ({error.strerror})", MADE) from error


@contextmanager
def way_out(instead: str) -> Iterator[None]:
    """Around the reading of a file that the project did not make: errors that would advise to have it made again
    advise ``instead``."""
    try:
        yield
    except MediaError as error:
        if error.way_out != MADE:
            raise
        raise MediaError(error.what, instead) from error


def _refuse_other_kinds(path: Path) -> None:
    with path.open("rb") as file:
        begins = file.read(12)
    kind = next((name for magic, name in _NOT_READ.items() if begins.startswith(magic)), None)
    if begins[:4] == b"RIFF" and begins[8:] == b"WEBP":
        kind = "WebP"
    if kind:
        raise MediaError(f"{path}: {kind} is not read", "convert it to MP4")


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
                raise MediaError(f"{path}: the clip is truncated or damaged at byte {position}", MADE)
            position += step


def probe(path: Path) -> Probe:
    """Describe a clip; decodes its first frame, so that a file of noise is not taken for a clip.

    Raises MediaError when the file is missing, empty, truncated or not a video.
    """
    with opened(path) as container:
        picture_stream(container).codec_context.thread_count = 1  # one frame is decoded, as sampling decodes it
        return describe(container)[0]


def describe(container: Any) -> tuple[Probe, Timeline]:
    """What `probe` says of a container, and when its frames are shown; leaves it rewound."""
    stream = picture_stream(container)
    first = first_frame(container, stream)
    line = timeline(container, stream, first)
    orientation = orientation_of(first)
    width, height = (first.height, first.width) if orientation.lies else (first.width, first.height)
    aspect = float(stream.sample_aspect_ratio or 1)
    if not 1 / _WIDEST_PIXEL <= aspect <= _WIDEST_PIXEL:
        aspect = 1.0
    facts = Probe(
        width=width, height=height, fps=float(line.rate), seconds=line.seconds, frames=len(line.shown),
        has_audio=sound_stream(container) is not None, codec=stream.codec_context.name,
        pix_fmt=stream.codec_context.pix_fmt or "", metadata=dict(container.metadata), rate=line.rate,
        pixel_aspect=1 / aspect if orientation.lies else aspect, orientation=orientation, even=line.even,
        foreign=is_foreign(first),
    )  # fmt: skip
    return facts, line


def decoded(container: Any, start: float = 0.0) -> Iterator[tuple[float, Any]]:
    """``(seconds, av.VideoFrame)`` from the key frame at or before ``start``; time 0 is the first frame."""
    stream = picture_stream(container)
    if not stream.codec_context.is_open:
        stream.thread_type = "AUTO"
    first = first_frame(container, stream)
    if not carries_times(container):
        starts = timeline(container, stream, first).starts
        yield from zip(starts.tolist(), played(container, stream), strict=False)
        return
    origin = origin_of(container, stream, first)
    if start > 0:
        container.seek(int((origin + Fraction(start).limit_denominator(10**6)) / stream.time_base), stream=stream)
    for frame in played(container, stream, origin):
        if frame.pts is not None:
            yield float(frame.pts * frame.time_base - origin), frame


def on_screen(container: Any, times: Sequence[float]) -> Iterator[Any]:
    """The frame shown at each of ``times`` (ascending seconds): the last that began at or before it.

    Times past the end show the last frame, as players do.
    """
    source = decoded(container, times[0] if len(times) else 0.0)
    shown = upcoming = next(source, None)
    if times and (shown is None or shown[0] > times[0] + TICK):  # an index that does not lead where it says
        rewind(container, picture_stream(container))
        source = decoded(container)
        shown = upcoming = next(source, None)
    for time in times:
        while upcoming is not None and upcoming[0] <= time + TICK:
            shown, upcoming = upcoming, next(source, None)
        if shown is not None:
            yield shown[1]


class Painter:
    """Turns decoded frames into arrays, scaling in the same pass; keeps libswscale's tables between frames."""

    def __init__(self, width: int | None, height: int | None, form: str = "rgb24", scaling: str = "BICUBIC") -> None:
        self.width, self.height, self.form, self.scaling = width, height, form, scaling
        self.reformatter = VideoReformatter()

    def paint(self, frame: Any) -> np.ndarray:
        """(h, w, 3) uint8, or (h, w) in "gray8", contiguous, upright. With one of width and height, the other
        keeps the shape."""
        orientation = orientation_of(frame)
        wide, high = (frame.height, frame.width) if orientation.lies else (frame.width, frame.height)
        width = self.width or (max(1, round(wide * self.height / high)) if self.height else wide)
        height = self.height or (max(1, round(high * self.width / wide)) if self.width else high)
        coded = (height, width) if orientation.lies else (width, height)
        if is_foreign(frame):
            frame = to_bt709(frame, self.reformatter, *coded, self.scaling)
        picture = self.reformatter.reformat(
            frame, *coded, self.form, interpolation=self.scaling, src_colorspace=matrix(frame), threads=1
        ).to_ndarray()
        return orientation.upright(picture)


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


def last_frame(clip: Path, png: Path) -> None:
    """Write a clip's last frame as PNG, atomically.

    What a renderer noted for the shot that starts from there (metadata ``carried-<name>``) travels along as the
    picture's iTXt chunk ``<name>``.
    """
    import io

    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    from continuity.files import write_bytes

    with opened(clip) as container:
        carried = {key: text for key, text in container.metadata.items() if key.startswith(CARRIED)}
        last = describe(container)[1].starts[-1]
    picture = next(frames(clip, [float(last)]))
    notes = PngInfo()
    for key, text in sorted(carried.items()):
        notes.add_itxt(key.removeprefix(CARRIED), text)
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", pnginfo=notes)
    write_bytes(Path(png), buffer.getvalue())


def temporary_beside(path: Path) -> Path:
    """A hidden name in the same folder, which a rename can replace atomically."""
    return temporaries.beside(path)
