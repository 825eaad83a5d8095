"""Some frames of a clip, for looking at: decoding no more of it than they depend on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import numpy as np

from continuity.media.reading import TICK, Painter, decoded, describe, frames, opened

_INDEXED = ("mov,mp4", "matroska")  # containers that give every packet the time its frame is shown at, and can seek


def greys(path: Path, height: int, per_second: float | None = None) -> tuple[float, list[np.ndarray]]:
    """How many grey frames a second follow, and these: (height, width) uint8 from 0 black to 255 white.

    About ``per_second`` of them, a whole share of all; None for all. Raises MediaError.
    """
    with opened(path) as container:
        container.streams.video[0].codec_context.thread_count = 1
        facts = describe(container, path)
        painter = Painter(max(16, round(height * facts.width / facts.height / 2) * 2), height, "gray8", "AREA")
        step = max(1, round(facts.fps / per_second)) if per_second else 1
        if step > 1 and (listed := _shown(container)) is not None:
            shown, keys = listed
            wanted = (frame for _, frame in _decoded_only(container, shown[::step], keys[0]))
        else:
            container.seek(container.streams.video[0].start_time or 0, stream=container.streams.video[0])
            wanted = (frame for _, frame in islice(decoded(container), 0, None, step))
        return facts.fps / step, [painter.paint(frame) for frame in wanted]


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
        container.streams.video[0].codec_context.thread_count = 1  # frames are skipped one by one; cores go to clips
        times = sample_times(describe(container, path).seconds, count)
        if (found := _picked(container, times)) is not None:
            return [(time, painter.paint(frame)) for time, frame in zip(times, found, strict=True)]
    return list(zip(times, frames(path, times, width=width, height=height), strict=True))


def _picked(container: Any, times: Sequence[float]) -> list[Any] | None:
    """What `on_screen` gives, decoded from the key frames just before and without frames that no other needs.

    None for a file whose packets do not say enough to know beforehand which frames these are.
    """
    if (listed := _shown(container)) is None:
        return None
    shown, keys = listed
    stream = container.streams.video[0]
    origin = (stream.start_time or 0) * stream.time_base
    starts = [float(pts * stream.time_base - origin) for pts in shown]
    wanted = [shown[max(0, bisect_right(starts, time + TICK) - 1)] for time in times]
    found: dict[int, Any] = {}
    for key, group in groupby(sorted(set(wanted)), lambda pts: keys[max(0, bisect_right(keys, pts) - 1)]):
        found.update(_decoded_only(container, list(group), key))
    return [found[pts] for pts in wanted] if len(found) == len(set(wanted)) else None


def _shown(container: Any) -> tuple[list[int], list[int]] | None:
    """When each frame is shown, ascending, and which of these times belong to key frames; in the stream's time base.

    None where packets do not say so.
    """
    if not container.format.name.startswith(_INDEXED):
        return None
    stream = container.streams.video[0]
    container.seek(stream.start_time or 0, stream=stream)
    packets = [(p.pts, p.is_keyframe) for p in container.demux(stream) if p.size and not p.is_discard]
    container.seek(stream.start_time or 0, stream=stream)
    if any(pts is None for pts, _ in packets) or not any(is_key for _, is_key in packets):
        return None
    return sorted(pts for pts, _ in packets), sorted(pts for pts, is_key in packets if is_key)


def _decoded_only(container: Any, wanted: Sequence[int], start: int) -> Iterator[tuple[int, Any]]:
    """``(pts, frame)`` of those of ``wanted`` that decode, beginning at the key frame at ``start``."""
    stream = container.streams.video[0]
    missing = set(wanted)
    container.seek(start, stream=stream)
    for packet in container.demux(stream):
        stream.codec_context.skip_frame = "DEFAULT" if packet.pts in missing else "NONREF"
        for frame in packet.decode():
            if frame.pts in missing:
                missing.remove(frame.pts)
                yield frame.pts, frame
        if not missing:
            return
