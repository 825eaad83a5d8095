"""Is a delivered file what was asked for? Everything is decoded to its end; nothing is taken on a header's word."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from continuity.errors import MediaError, ResultRejected
from continuity.media.reading import Probe, opened, probe
from continuity.media.writing import exact_rate

LENGTH_TOLERANCE_SECONDS = 0.05  # beside one frame: what services round a length by
_RETRY = "it was not accepted as a take; run again to have it made anew"


def check_clip(
    path: Path, *, seconds: float | None, resolution: tuple[int, int] | None, fps: float | None, audio: bool
) -> Probe:
    """Decode a whole clip and compare it with what was asked; returns what it is.

    Length may differ by one frame and 50 ms, resolution and frame rate not at all; None asks for nothing.
    With ``audio`` a sound stream with at least one decodable sample is demanded, silence included.
    Raises ResultRejected naming what was asked and what came, also for files that are no clips.
    """
    try:
        facts = probe(path)
        count, heard = _decode_all(path)
    except MediaError as error:
        raise ResultRejected(_unreadable(error)) from error
    rate = exact_rate(fps) if fps is not None else facts.rate
    if resolution is not None and (facts.width, facts.height) != tuple(resolution):
        _reject(path, f"{resolution[0]}x{resolution[1]} pixels", f"{facts.width}x{facts.height}")
    if abs(facts.rate - rate) > Fraction(1, 100):
        _reject(path, f"{float(rate):g} frames per second", f"{facts.fps:g}")
    if count < facts.frames:
        _reject(path, f"the {facts.frames} frames its header promises", f"{count} that decode")
    came = float(count / rate)
    if seconds is not None and abs(came - seconds) > 1 / float(rate) + LENGTH_TOLERANCE_SECONDS:
        _reject(path, f"{seconds:g} s ({round(seconds * rate)} frames)", f"{came:.2f} s ({count} frames)")
    if audio and not facts.has_audio:
        _reject(path, "sound", "a clip without a sound stream")
    if audio and not heard:
        _reject(path, "sound", "a sound stream without one sample")
    return facts


def check_picture(path: Path, resolution: tuple[int, int] | None = None) -> tuple[int, int]:
    """Decode a whole picture; returns (width, height). Raises ResultRejected."""
    from PIL import Image

    path = Path(path)
    try:
        with Image.open(path) as picture:
            picture.load()
            came = picture.size
    except FileNotFoundError:
        raise ResultRejected(f"{path}: no picture arrived; {_RETRY}") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ResultRejected(f"{path}: is not a readable picture ({error}); {_RETRY}") from error
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
    if not len(samples) or not np.isfinite(samples).all() or float(np.abs(samples).max()) < 1e-4:
        _reject(path, "a voice", f"{len(samples) / rate:.2f} s of silence")
    return len(samples) / rate


def _decode_all(path: Path) -> tuple[int, int]:
    """Number of frames and of sound samples that decode. Raises MediaError at the first damaged packet."""
    count = heard = 0
    with opened(path) as container:
        streams = [container.streams.video[0], *container.streams.audio[:1]]
        for stream in streams:
            stream.thread_type = "AUTO"
        for packet in container.demux(streams):
            for frame in packet.decode():
                if frame.is_corrupt:  # the decoder has painted over damage
                    raise MediaError(f"{path}: damaged at {frame.time:.2f} s")
                if packet.stream.type == "video":
                    count += 1
                else:
                    heard += frame.samples
    return count, heard


def _unreadable(error: MediaError) -> str:
    """What happened, with the way out that suits a delivery in place of the one that suits a kept file."""
    return f"{str(error).split(';')[0]}; {_RETRY}"


def _reject(path: Path, asked: str, came: str) -> None:
    raise ResultRejected(f"{path}: asked for {asked}, got {came}; {_RETRY}")
