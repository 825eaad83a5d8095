"""Hearing clips: the sound that a player plays with the picture, as samples on the picture's clock.

Frames of sound say when they are heard. What they leave out is silence, what they say twice is heard once,
and where their form changes (rate, channels, format of samples) another resampler takes over. AVI counts
pieces in place of times, often wrongly; there they follow one another.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from continuity.errors import MediaError
from continuity.media.audio import RATES, Samples, stereo
from continuity.media.reading import opened
from continuity.media.streams import picture_stream, sound_stream
from continuity.media.timeline import MADE, carries_times, first_frame, name_of, origin_of

_BOX_FORMATS = "mov,mp4"  # fill the last packet up, and state the length that was meant
_CLOCK_STARTS_ANEW = "mpegts"  # where recordings are joined by putting their bytes one after the other
_SLACK_SECONDS = 0.02  # between what frames say and what they last: clocks are coarse; a lost AAC packet is 0.021
_BACKWARDS_SECONDS, _FORWARDS_SECONDS = 1.0, 10.0  # jumps no gap or overlap explains: another clock
_LONGEST_GAP_SECONDS = 600.0  # more is a damaged clock; filling it would take all memory


def read_audio(path: Path, rate: int = 16000, start: float = 0.0, seconds: float | None = None) -> Samples:
    """The clip's sound at ``rate``: (n, 2) left and right, or (n,) where it has one channel; of ``seconds`` at most.

    Sample 0 sounds with the first frame (or with ``start``). Empty when the clip has no sound. More than two
    channels are mixed to two by the coefficients of ITU-R BS.775, as FFmpeg does. Raises MediaError.
    """
    with opened(path) as container:
        picture = picture_stream(container)
        origin = origin_of(container, picture, first_frame(container, picture))
        return sound_of(container, rate, origin, start, seconds)


def sound_of(
    container: Any, rate: int, origin: Fraction, start: float = 0.0, seconds: float | None = None
) -> Samples:  # fmt: skip
    """What `read_audio` gives, of a container that stands at its beginning and whose clip begins at ``origin``
    seconds of its clock."""
    stream = sound_stream(container)
    if stream is None:
        return np.zeros(0, np.float32)
    track = _Track(container, rate, float(origin) + start, None if seconds is None else round(seconds * rate))
    try:
        for frame in container.decode(stream):
            if track.is_full:
                break
            track.hear(frame)
    except av.DecoderNotFoundError as error:
        raise MediaError(f"{track.name}: its sound cannot be decoded here", "export it with AAC or PCM") from error
    except av.InvalidDataError as error:
        at = start + track.laid / rate
        raise MediaError(f"{track.name}: its sound is damaged at {at:.2f} s", MADE) from error
    return track.finish(_stated_end(container, stream))


def _stated_end(container: Any, stream: Any) -> float | None:
    """When a container that fills up the last packet says the sound ends, on the frames' clock."""
    if _BOX_FORMATS not in container.format.name or not stream.duration:
        return None
    return float(((stream.start_time or 0) + stream.duration) * stream.time_base)


class _Track:
    """Sound laid out by time, sample 0 at ``origin`` seconds of the frames' clock; ``longest`` samples at most."""

    def __init__(self, container: Any, rate: int, origin: float, longest: int | None) -> None:
        self.name = name_of(container)
        self.is_timed = carries_times(container)
        self.may_restart = container.format.name == _CLOCK_STARTS_ANEW
        self.rate, self.origin, self.longest = rate, origin, longest
        self.pieces: list[Samples] = []
        self.laid = 0  # samples in pieces
        self.run: _Run | None = None
        self.shift = 0.0  # seconds that a clock which began anew is behind
        self.last = 0.0  # seconds in the frame heard last

    @property
    def is_full(self) -> bool:
        return self.longest is not None and self.laid >= self.longest

    def hear(self, frame: Any) -> None:
        """Take in the next frame. Raises MediaError where its rate is none of sound, or the clock is damaged."""
        if frame.sample_rate not in RATES:
            raise MediaError(f"{self.name}: its sound is damaged, {frame.sample_rate} Hz is no rate", MADE)
        at = self._time(frame)
        if self.run is None or not self.run.takes(frame) or abs(at - self.run.end) > _SLACK_SECONDS:
            self._close()
            self.run = _Run(frame, self.rate, at, round((at - self.origin) * self.rate))
        self.last = frame.samples / frame.sample_rate
        self._lay(self.run, frame)

    def finish(self, stated_end: float | None) -> Samples:
        """Everything heard. Raises MediaError for samples that are no numbers."""
        self._close()
        end = self.laid
        if stated_end is not None:
            stated = round((stated_end - self.origin) * self.rate)
            # Less than a packet is its filling; more, and the header is wrong.
            end = stated if 0 <= end - stated < self.last * self.rate else end
        wide = any(piece.ndim == 2 for piece in self.pieces)
        pieces = [stereo(piece) for piece in self.pieces] if wide else self.pieces
        samples = np.concatenate(pieces)[:end][: self.longest] if pieces else np.zeros(0, np.float32)
        if not np.isfinite(samples).all():
            raise MediaError(f"{self.name}: its sound holds samples that are not finite numbers", MADE)
        return samples

    def _time(self, frame: Any) -> float:
        """When a frame is heard; right after the one before where it does not say, or its clock began anew."""
        expected = self.run.end if self.run is not None else self.origin
        if frame.pts is None or (self.run is not None and not self.is_timed):
            return expected
        at = float(frame.pts * frame.time_base) + self.shift
        if self.run is not None and self.may_restart and not -_BACKWARDS_SECONDS < at - expected < _FORWARDS_SECONDS:
            self.shift += expected - at
            return expected
        return at

    def _close(self) -> None:
        if self.run is not None:
            self._lay(self.run, None)

    def _lay(self, run: _Run, frame: Any | None) -> None:
        for piece in run.resampled(frame):
            gap = run.at - self.laid
            run.at += len(piece)
            if gap > 0:
                self._be_silent(gap)
            piece = piece[max(0, -gap) :]
            if len(piece) and not self.is_full:
                self.pieces.append(piece)
                self.laid += len(piece)

    def _be_silent(self, gap: int) -> None:
        if self.longest is not None:
            gap = min(gap, self.longest - self.laid)
        elif gap > _LONGEST_GAP_SECONDS * self.rate:
            at, jump = self.laid / self.rate, gap / self.rate
            raise MediaError(f"{self.name}: its sound jumps {jump:.0f} s ahead at {at:.2f} s", MADE)
        self.pieces.append(np.zeros(max(0, gap), np.float32))
        self.laid += max(0, gap)


class _Run:
    """Frames of one form that follow one another, through one resampler.

    ``begin`` and ``end`` are seconds of the frames' clock, ``at`` is where the next piece goes, in samples.
    """

    def __init__(self, frame: Any, rate: int, begin: float, at: int) -> None:
        self.form = _form(frame)
        self.begin = self.end = begin
        self.at = at
        # FFmpeg turns one channel to two 3 dB down, and cannot turn a sound field (ambisonics) to loudspeakers.
        as_it_is = frame.layout.nb_channels <= 2 or frame.layout.name.startswith("ambisonic")
        self.resampler = av.AudioResampler("flt", frame.layout if as_it_is else "stereo", rate)
        self.heard = 0

    def takes(self, frame: Any) -> bool:
        return _form(frame) == self.form

    def resampled(self, frame: Any | None) -> Iterator[Samples]:
        """What can be heard by now: (n,) of one channel or (n, 2); the rest of it for None."""
        if frame is not None:
            self.heard += frame.samples
            self.end = self.begin + self.heard / frame.sample_rate
        for part in self.resampler.resample(frame):
            samples = part.to_ndarray().reshape(part.samples, -1).astype(np.float32, copy=False)
            yield samples if samples.shape[1] == 2 else samples.mean(axis=1, dtype=np.float32)


def _form(frame: Any) -> tuple[int, str, str]:
    return frame.sample_rate, frame.layout.name, frame.format.name
