"""Is a delivered file what was asked for? Everything is decoded to its end; nothing is taken on a header's word."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from continuity.errors import MediaError, ResultRejected
from continuity.media.rates import called
from continuity.media.reading import Probe, describe, opened
from continuity.media.streams import picture_stream, sound_stream
from continuity.media.timeline import MADE, damaged_at
from continuity.media.writing import exact_rate

LENGTH_TOLERANCE_SECONDS = 0.05  # beside one frame: what services round a length by
_RETRY = "it was not accepted as a take; run again to have it made anew"


def check_clip(
    path: Path, *, seconds: float | None, resolution: tuple[int, int] | None, fps: float | Fraction | None, audio: bool
) -> Probe:
    """Decode a whole clip and compare it with what was asked; returns what it is.

    Length may differ by one frame and 50 ms, resolution and frame rate not at all; None asks for nothing.
    With ``audio`` a sound stream with at least one decodable sample is demanded, silence included.
    Raises ResultRejected naming what was asked and what came, also for files that are no clips.
    """
    try:
        facts, heard = play_through(path)
    except MediaError as error:
        raise ResultRejected(_unreadable(error)) from error
    rate = exact_rate(fps) if fps is not None else facts.rate
    if resolution is not None and (facts.width, facts.height) != tuple(resolution):
        _reject(path, f"{resolution[0]}x{resolution[1]} pixels", f"{facts.width}x{facts.height}")
    if abs(facts.rate - rate) > Fraction(1, 100):
        _reject(path, f"{called(rate)} frames per second", called(facts.rate))
    if seconds is not None and abs(facts.seconds - seconds) > 1 / float(rate) + LENGTH_TOLERANCE_SECONDS:
        came = f"{facts.seconds:.2f} s ({facts.frames} frames)"
        _reject(path, f"{seconds:g} s ({round(seconds * rate)} frames)", came)
    if audio and not facts.has_audio:
        _reject(path, "sound", "a clip without a sound stream")
    if audio and not heard:
        _reject(path, "sound", "a sound stream without one sample")
    return facts


def check_picture(path: Path, resolution: tuple[int, int] | None = None) -> tuple[int, int]:
    """Decode a whole picture; returns (width, height) as it is shown. Raises ResultRejected."""
    from continuity.media.pictures import read_picture

    try:
        height, width = read_picture(Path(path), way_out=_RETRY).shape[:2]
    except MediaError as error:
        raise ResultRejected(str(error)) from error
    came = (width, height)
    if resolution is not None and came != tuple(resolution):
        _reject(path, f"{resolution[0]}x{resolution[1]} pixels", f"{came[0]}x{came[1]}")
    return came


def check_sound(path: Path) -> float:
    """Decode a whole WAV; returns its seconds. Raises ResultRejected for no sound, or silence alone."""
    from continuity.media.audio import read_wav

    try:
        samples, rate = read_wav(Path(path))
    except MediaError as error:
        raise ResultRejected(_unreadable(error)) from error
    if float(np.abs(samples).max()) < 1e-4:
        _reject(path, "a voice", f"{len(samples) / rate:.2f} s of silence")
    return len(samples) / rate


def play_through(path: Path) -> tuple[Probe, int]:
    """Decode a whole clip; returns what it is, and its number of sound samples. Raises MediaError saying where it
    is damaged."""
    count = heard = 0
    with opened(path) as container:
        picture, sound = picture_stream(container), sound_stream(container)
        streams = [stream for stream in (picture, sound) if stream is not None and stream.codec_context is not None]
        for stream in streams:
            stream.thread_type = "AUTO"
        facts, line = describe(container)
        for packet in container.demux(streams):
            try:
                frames = packet.decode()
            except av.InvalidDataError as error:
                if packet.stream == picture and not count:
                    continue  # before the first key frame
                raise damaged_at(container, packet, line.origin) from error
            for frame in frames:
                if frame.is_corrupt:  # the decoder has painted over damage
                    raise damaged_at(container, frame, line.origin)
                if packet.stream == picture:
                    count += 1
                else:
                    heard += frame.samples
    if count < facts.frames:
        raise MediaError(f"{path} is damaged: {count} of its {facts.frames} frames can be decoded", MADE)
    return facts, heard


def _unreadable(error: MediaError) -> str:
    """What happened, with the way out that suits a delivery in place of the one that suits a kept file."""
    return f"{error.what.split(';')[0]}; {_RETRY}"


def _reject(path: Path, asked: str, came: str) -> None:
    raise ResultRejected(f"{path}: asked for {asked}, got {came}; {_RETRY}")
