"""Writing clips: H.264 and AAC in MP4, the same bytes for the same frames, whole or not at all.

One form for the whole project, so that an episode can be cut by copying packets: yuv420p tagged
BT.709 limited range, closed groups of pictures of two seconds, AAC 48 kHz stereo at 192 kbit/s.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from av.video.reformatter import Colorspace, VideoReformatter

from continuity.errors import MediaError
from continuity.media.audio import Samples, resample, stereo
from continuity.media.reading import temporary_beside

AUDIO_RATE = 48_000
AUDIO_BITRATE = 192_000
GROUP_SECONDS = 2  # between key frames: how far a player seeks
_BT709, _LIMITED = 1, 1  # AVColorSpace/-Primaries/-TransferCharacteristic and AVColorRange

Sound = tuple[Samples, int]


def open_output(path: Path, metadata: Mapping[str, str] | None = None) -> Any:
    """An MP4 container for writing: index in front, any metadata key kept, no dates or version names."""
    options = {"movflags": "faststart+use_metadata_tags", "fflags": "bitexact"}
    container = av.open(f"file:{path}", "w", format="mp4", options=options)
    container.metadata.update(metadata or {})
    return container


def exact_rate(fps: float | Fraction) -> Fraction:
    """29.97 becomes 30000/1001; whole rates stay whole."""
    return Fraction(fps).limit_denominator(1001)


def add_video(container: Any, width: int, height: int, fps: float | Fraction, crf: int, preset: str) -> Any:
    """The project's video stream on an open output."""
    rate = exact_rate(fps)
    stream = container.add_stream("libx264", rate=rate)
    group = max(1, round(GROUP_SECONDS * rate))
    stream.options = {
        "crf": str(crf),
        "preset": preset,
        # threads: x264 gives other bytes with other counts. scenecut off: key frames at fixed places alone.
        "x264-params": f"threads=1:keyint={group}:min-keyint={group}:scenecut=0:open-gop=0",
    }
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.thread_count = 1
    context.time_base = 1 / rate
    context.sample_aspect_ratio = Fraction(1)
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = _LIMITED
    context.flags |= av.codec.context.Flags.bitexact
    return stream


class AudioTrack:
    """The project's sound stream on an open output; samples may come in any portions."""

    def __init__(self, container: Any) -> None:
        self.container = container
        self.stream = container.add_stream("aac", rate=AUDIO_RATE, layout="stereo")
        self.stream.bit_rate = AUDIO_BITRATE
        # Neither intensity stereo, which draws rain and rooms together, nor noise made up anew by the decoder:
        # what is equal in both channels stays so. The fast coder is the better one from 64 kbit/s up (FFmpeg's manual).
        self.stream.options = {"aac_is": "0", "aac_pns": "0", "aac_coder": "fast"}
        self.stream.codec_context.flags |= av.codec.context.Flags.bitexact
        self.written = 0

    def write(self, samples: Samples) -> None:
        """Samples at AUDIO_RATE; one channel is written to both."""
        if not len(samples):
            return
        planes = np.ascontiguousarray(stereo(samples).T, np.float32)
        frame = av.AudioFrame.from_ndarray(planes, "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = AUDIO_RATE, self.written, Fraction(1, AUDIO_RATE)
        self.written += len(samples)
        self.container.mux(self.stream.encode(frame))

    def finish(self) -> None:
        self.container.mux(self.stream.encode(None))


class VideoWriter:
    """Write frames to an MP4 clip; the file appears when the ``with`` block ends without an error.

    ``fps`` frames per second; ``audio`` is ``(Samples, rate)``, cut or padded with silence
    to the picture's length; ``metadata`` keys are free. Equal input gives equal bytes.
    Raises MediaError for odd or wrong frame sizes, and when no frame was written.
    """

    def __init__(
        self, path: Path, width: int, height: int, fps: float | Fraction, *, crf: int = 18, preset: str = "veryfast",
        audio: Sound | None = None, metadata: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.path = Path(path)
        if width % 2 or height % 2 or width < 2 or height < 2:
            raise MediaError(f"{self.path}: {width}x{height} cannot be encoded; H.264 needs even width and height")
        self.width, self.height, self.rate = width, height, exact_rate(fps)
        self.frames = 0
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._temporary = temporary_beside(self.path)
        self._samples = None if audio is None else _at_project_rate(*audio)
        self._container = open_output(self._temporary, metadata)
        try:
            self._stream = add_video(self._container, width, height, self.rate, crf, preset)
            self._sound = None if audio is None else AudioTrack(self._container)
        except BaseException:
            self._abandon()
            raise
        self._reformatter = VideoReformatter()

    def __enter__(self) -> Self:
        return self

    def write(self, rgb: np.ndarray) -> None:
        """Append one frame, (height, width, 3) uint8 RGB."""
        if rgb.shape != (self.height, self.width, 3) or rgb.dtype != np.uint8:
            raise MediaError(
                f"{self.path}: a frame is {rgb.dtype} {rgb.shape}, the clip takes uint8 {(self.height, self.width, 3)}"
            )
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), "rgb24")
        coded = self._reformatter.reformat(
            picture, format="yuv420p", interpolation="BICUBIC", dst_colorspace=Colorspace.ITU709,
            src_color_range="JPEG", dst_color_range="MPEG", threads=1,
        )  # fmt: skip
        self.write_frame(coded)

    def write_frame(self, frame: Any) -> None:
        """Append one av.VideoFrame that already is yuv420p BT.709 of the clip's size."""
        frame.pts, frame.time_base = self.frames, 1 / self.rate
        frame.pict_type = 0  # else a decoded frame's own type would force key frames
        self._container.mux(self._stream.encode(frame))
        self.frames += 1
        self._feed_sound()

    def _feed_sound(self) -> None:
        """Sound goes in as the picture does, so that the file is interleaved."""
        if self._sound is None or self._samples is None:
            return
        until = round(self.frames / self.rate * AUDIO_RATE)
        portion = self._samples[self._sound.written : until]
        missing = until - self._sound.written - len(portion)
        self._sound.write(np.pad(portion, [(0, missing), (0, 0)][: portion.ndim]))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._abandon()
            return
        try:
            if not self.frames:
                raise MediaError(f"{self.path}: a clip of no frames cannot be written")
            self._container.mux(self._stream.encode(None))
            if self._sound is not None:
                self._sound.finish()
            self._container.close()
            os.replace(self._temporary, self.path)
        except BaseException:
            self._abandon()
            raise

    def _abandon(self) -> None:
        with suppress(av.FFmpegError, ValueError):  # the half-written file is thrown away in any case
            self._container.close()
        self._temporary.unlink(missing_ok=True)


def _at_project_rate(samples: Samples, rate: int) -> Samples:
    if rate == AUDIO_RATE:
        return np.asarray(samples, np.float32)
    return resample(np.asarray(samples, np.float32), rate, AUDIO_RATE)
