"""Some frames of a clip, for looking at: decoding no more of it than they depend on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import av
import numpy as np

from continuity.media.reading import TICK, Painter, decoded, describe, on_screen, opened
from continuity.media.streams import picture_stream
from continuity.media.timeline import Timeline, damaged_at, rewind

_INDEXED = ("mov,mp4", "matroska")  # containers that can seek to a key frame


@contextmanager
def greys(path: Path, height: int, per_second: float | None = None) -> Iterator[tuple[float, Iterator[np.ndarray]]]:
    """How many grey frames a second follow, and these, one by one: (height, width) uint8, 0 black to 255 white.

    About ``per_second`` of them, a whole share of all; None for all. Frames that stand for uneven times are taken
    by time, so that they are those of the same clip at an even rate. Raises MediaError.
    """
    with opened(path) as container:
        picture_stream(container).codec_context.thread_count = 1
        facts, line = describe(container)
        painter = Painter(max(16, round(height * facts.width / facts.height / 2) * 2), height, "gray8", "AREA")
        rate = facts.fps if line.even else line.finest_rate
        step = max(1, round(rate / per_second)) if per_second else 1
        wanted: Iterator[Any]
        if not line.even:
            wanted = on_screen(container, (np.arange(max(1, round(line.seconds * rate)))[::step] / rate).tolist())
        elif step > 1 and _can_seek(container, line):
            wanted = (frame for _, frame in _decoded_only(container, line, line.shown[::step]))
        else:
            wanted = (frame for _, frame in islice(decoded(container), 0, None, step))
        yield rate / step, (painter.paint(frame) for frame in wanted)


def sample_times(seconds: float, count: int) -> list[float]:
    """``count`` times spread evenly over ``seconds``, each in the middle of its share."""
    return [(index + 0.5) * seconds / count for index in range(count)]


def sample(
    path: Path, count: int, *, width: int | None = None, height: int | None = None
) -> list[tuple[float, np.ndarray]]:
    """``count`` frames as ``(seconds, RGB)``, spread evenly: decoding and converting no more than they need.

    ``width`` and ``height`` scale in the conversion. Raises MediaError.
    """
    painter = Painter(width, height, scaling="AREA")
    with opened(path) as container:
        stream = picture_stream(container)
        stream.codec_context.thread_count = 1  # frames are skipped one by one; cores go to clips
        line = describe(container)[1]
        times = sample_times(line.seconds, count)
        if (found := _picked(container, line, times)) is None:
            rewind(container, stream)
            stream.codec_context.skip_frame = "DEFAULT"
            found = on_screen(container, times)
        return [(time, painter.paint(frame)) for time, frame in zip(times, found, strict=True)]


def _can_seek(container: Any, line: Timeline) -> bool:
    """Whether frames can be found by the times that packets give them."""
    return line.timed and len(line.keys) > 0 and container.format.name.startswith(_INDEXED)


def _picked(container: Any, line: Timeline, times: Sequence[float]) -> Iterator[Any] | None:
    """What `on_screen` gives, decoded from the key frames just before and without frames that no other needs.

    None for a file whose packets do not say enough to know beforehand which frames these are.
    """
    if not _can_seek(container, line):
        return None
    places = np.searchsorted(line.starts, np.array(times) + TICK, side="right") - 1
    wanted = line.shown[np.maximum(places, 0)].tolist()
    found: dict[int, Any] = {}
    for _, group in groupby(sorted(set(wanted)), lambda pts: int(np.searchsorted(line.keys, pts, side="right"))):
        found.update(_decoded_only(container, line, list(group)))
    return (found[pts] for pts in wanted) if len(found) == len(set(wanted)) else None


def _decoded_only(container: Any, line: Timeline, wanted: Sequence[int] | np.ndarray) -> Iterator[tuple[int, Any]]:
    """``(pts, frame)`` of those of ``wanted`` that decode, beginning at the key frame before the first."""
    stream = picture_stream(container)
    missing = {int(pts) for pts in wanted}
    key = max(0, int(np.searchsorted(line.keys, wanted[0], side="right")) - 1)
    container.seek(int(line.keys[key]), stream=stream)
    for packet in container.demux(stream):
        stream.codec_context.skip_frame = "DEFAULT" if packet.pts in missing else "NONREF"
        try:
            frames = packet.decode()
        except av.InvalidDataError as error:
            raise damaged_at(container, packet, line.origin) from error
        for frame in frames:
            if frame.pts in missing:
                missing.remove(frame.pts)
                yield frame.pts, frame
        if not missing:
            return
