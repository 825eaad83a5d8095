"""When a clip's frames are shown: what its packets and first frame say, never what a header promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np

from continuity.errors import MediaError

# The way out for a file that the project made
MADE = "restore it (`dvc pull`), or delete it and run `dvc repro` to have it made again"
LONGEST_STILL_SECONDS = 3600  # for which one frame may stand; longer ones are damaged times
FASTEST = 1000  # frames per second; above this a stated rate is a time base in disguise
_UNTIMED = "avi"
_BOXES = "mov,mp4"  # states a length after edit lists


@dataclass(frozen=True)
class Timeline:
    """The frames that play, in ticks of ``tick`` seconds.

    ``shown`` and ``keys`` (those of key frames) are ascending int64; ``end`` is the last frame's time plus its
    duration. Time 0 of a clip is ``origin``, in seconds of the container's clock. ``rate`` is frames per second: the
    stated one where the frames keep to it, else their number over their length; ``even`` where each frame begins
    within half of 1 / ``rate`` seconds of its turn. ``timed``: every packet carries its own frame's time, so that
    frames can be found by it.
    """

    tick: Fraction
    origin: Fraction
    shown: np.ndarray
    keys: np.ndarray
    end: int
    rate: Fraction
    even: bool
    timed: bool

    @property
    def seconds(self) -> float:
        return float(self.end * self.tick - self.origin)

    @property
    def starts(self) -> np.ndarray:
        """Seconds at which the frames begin, from 0."""
        return self.shown * float(self.tick) - float(self.origin)

    @property
    def finest_rate(self) -> float:
        """Frames per second that would show every frame of an uneven clip: its short spacings', not one outlier's."""
        gaps = np.diff(self.shown)
        gaps = gaps[gaps > 0]
        return min(1 / (float(np.percentile(gaps, 5)) * float(self.tick)), 120.0) if len(gaps) else float(self.rate)


def played(container: Any, stream: Any, origin: Fraction = Fraction(0)) -> Iterator[Any]:
    """Frames in the order of showing, from where ``container`` stands.

    What cannot be decoded before the first frame is passed over, as players do: a recording that begins between
    two key frames. Raises MediaError for damage after it, at its time since ``origin`` seconds.
    """
    begun = False
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.InvalidDataError as error:
            if begun:
                raise damaged_at(container, packet, origin) from error
            continue
        for frame in frames:
            begun = True
            yield frame


def damaged_at(container: Any, timed: Any, origin: Fraction) -> MediaError:
    """The error for a packet or frame that is damaged."""
    at = "its end" if timed.pts is None else f"{max(0.0, float(timed.pts * timed.time_base - origin)):.2f} s"
    return MediaError(f"{name_of(container)} is damaged at {at}", MADE)


def name_of(container: Any) -> str:
    """The path that a container was opened under."""
    return container.name.removeprefix("file:")


def carries_times(container: Any) -> bool:
    """Whether a container gives every frame its own time; AVI counts frames in the order of decoding."""
    return _UNTIMED not in container.format.name


def rewind(container: Any, stream: Any) -> None:
    """To the first packet. Transport streams seek by the time of decoding, which is before that of showing."""
    before = round(10 / stream.time_base) if carries_times(container) else 0
    container.seek((stream.start_time or 0) - before, stream=stream)


def first_frame(container: Any, stream: Any) -> Any:
    """The first frame that plays; leaves the container rewound. Raises MediaError."""
    frame = next((frame for frame in played(container, stream) if frame.pts is not None), None)
    if frame is None:
        raise MediaError(f"{name_of(container)}: not one frame can be decoded", MADE)
    rewind(container, stream)
    return frame


def origin_of(container: Any, stream: Any, first: Any) -> Fraction:
    """Seconds of the container's clock at which a clip begins: where its stream says it starts, which an edit list
    may put into a frame; but its first frame, where what comes before cannot be decoded."""
    at = Fraction(first.pts * first.time_base)
    if not carries_times(container) or stream.start_time is None:
        return at
    start = Fraction(stream.start_time * stream.time_base)
    lasts = max((first.duration or 0) * first.time_base, 1 / next(_stated_rates(stream), Fraction(FASTEST)))
    return start if 0 <= at - start < lasts else at


def timeline(container: Any, stream: Any, first: Any) -> Timeline:
    """Scan a container's packets, undecoded, from its beginning; leaves it rewound. ``first`` is its first frame.

    Raises MediaError for times that cannot be.
    """
    rewind(container, stream)
    times, keys, lengths, timed = _from_packets(container, stream)
    if not timed:
        rewind(container, stream)
        times, keys, lengths = _from_frames(container, stream)
    rewind(container, stream)
    tick = Fraction(stream.time_base)
    order = np.argsort(times, kind="stable")
    if carries_times(container):
        order = order[times[order] >= round(first.pts * first.time_base / tick)]
    if not len(order):
        raise MediaError(f"{name_of(container)}: not one frame has a time", MADE)
    shown = times[order]
    origin = origin_of(container, stream, first) if carries_times(container) else int(shown[0]) * tick
    has_boxes = container.format.name.startswith(_BOXES)
    # Boxes give durations by the order of decoding: of reordered frames, only the last packet's is its own.
    last = order.max() if has_boxes else order[-1]
    end = int(shown[-1]) + _last_duration(shown, int(lengths[last]), stream, tick)
    stated = (stream.start_time or 0) + (stream.duration or 0)
    if has_boxes and shown[-1] < stated < end:
        end = stated  # an edit list that ends while the last frame is shown
    longest = max(int(np.diff(shown).max(initial=0)), end - int(shown[-1])) * tick
    if longest > LONGEST_STILL_SECONDS:
        raise MediaError(f"{name_of(container)}: is damaged: a frame would be shown for {float(longest):.0f} s", MADE)
    rate, even = _rate(stream, shown, end * tick - origin, tick)
    keys = np.sort(keys[keys >= shown[0]])
    return Timeline(tick, origin, shown, keys, end, rate, even, timed and carries_times(container))


def _from_packets(container: Any, stream: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
    """Times, times of key frames and durations, in the order of decoding; and whether every packet has a time."""
    rows = np.fromiter(
        (
            (packet.pts, packet.duration or 0, packet.is_keyframe)
            if packet.pts is not None
            else (0, -1, False)  # a field of a frame, or a container without times
            for packet in container.demux(stream)
            if packet.size and not packet.is_discard and not _is_hidden(packet, stream)
        ),
        dtype=[("pts", np.int64), ("duration", np.int64), ("key", bool)],
    )
    timed = bool(len(rows)) and bool((rows["duration"] >= 0).all())
    return rows["pts"], rows["pts"][rows["key"]], rows["duration"], timed


def _from_frames(container: Any, stream: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    tick = Fraction(stream.time_base)
    rows = np.fromiter(
        (
            (round(frame.pts * frame.time_base / tick), frame.duration or 0, frame.key_frame)
            for frame in played(container, stream)
            if frame.pts is not None
        ),
        dtype=[("pts", np.int64), ("duration", np.int64), ("key", bool)],
    )
    return rows["pts"], rows["pts"][rows["key"]], rows["duration"]


def _is_hidden(packet: Any, stream: Any) -> bool:
    """VP8 stores frames that are only referred to as packets of their own (RFC 6386, 9.1: show_frame)."""
    return stream.codec_context.name in ("vp8", "libvpx") and not memoryview(packet)[0] & 0x10


def _last_duration(shown: np.ndarray, stated: int, stream: Any, tick: Fraction) -> int:
    """The packet's own, else the spacing before it, else one frame at the stated rate."""
    if stated > 0:
        return stated
    if len(shown) > 1 and shown[-1] > shown[-2]:
        return int(shown[-1] - shown[-2])
    rate = next(_stated_rates(stream), Fraction(25))
    return max(1, round(1 / rate / tick))


def _stated_rates(stream: Any) -> Iterator[Fraction]:
    for rate in (stream.average_rate, stream.guessed_rate):
        if rate and 0 < rate <= FASTEST:
            yield Fraction(rate)


def _rate(stream: Any, shown: np.ndarray, seconds: Fraction, tick: Fraction) -> tuple[Fraction, bool]:
    """A stated rate holds where the frames fill the length at it, to half a frame."""
    count = len(shown)
    rate = next((each for each in _stated_rates(stream) if abs(seconds * each - count) <= Fraction(1, 2)), None)
    if rate is None:
        measured = count / seconds
        rate = min(measured, Fraction(FASTEST)).limit_denominator(1001) or measured
    slots = (shown - shown[0]) * float(tick * rate) - np.arange(count)
    return rate, bool(np.abs(slots).max() < 0.5)
