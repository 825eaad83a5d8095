"""From a track to a clip: draw every frame, encode it with its sound, and put the track inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from puppet.motion_track import Track, metadata_of
from puppet.sound import RATE

_FADE_FRAMES = 6


def draw(track: Track, opening: np.ndarray | None = None) -> Iterator[np.ndarray]:
    """The frames, (height, width, 3) uint8 RGB. ``opening`` is a picture that dissolves into the first six."""
    from puppet.draw import Renderer

    renderer = Renderer(track.stage, track.width, track.height)
    for index, (zoom, pan) in enumerate(zip(track.zooms, track.pans, strict=True)):
        frame = renderer.frame(
            replace(track.stage, zoom=zoom, pan=pan),
            [member.placed(index) for member in track.cast],
            float(index / track.fps),
        )
        if opening is not None and index < _FADE_FRAMES:
            frame = _dissolved(opening, frame, index / _FADE_FRAMES)
        yield frame


def film(track: Track, path: Path, sound: np.ndarray, opening: np.ndarray | None = None) -> None:
    """Write the take. ``sound`` is Samples at 48 kHz."""
    from continuity.media.video import VideoWriter

    with VideoWriter(
        path, track.width, track.height, track.fps, audio=(sound, RATE), metadata=metadata_of(track)
    ) as writer:
        for frame in draw(track, opening):
            writer.write(frame)


def film_with_sound_of(track: Track, path: Path, clip: Path) -> None:
    """Write the take with the sound stream of ``clip``, packet by packet: not one bit of it changes."""
    from continuity.media.video import VideoWriter

    silent = path.with_name(f"{path.stem}.silent.mp4")
    try:
        with VideoWriter(silent, track.width, track.height, track.fps) as writer:
            for frame in draw(track):
                writer.write(frame)
        _join(silent, clip, path, metadata_of(track))
    finally:
        silent.unlink(missing_ok=True)


def _join(picture: Path, sound: Path, path: Path, metadata: dict[str, str]) -> None:
    """The picture packets of one clip and the sound packets of another, interleaved by time."""
    from continuity.media.reading import opened, temporary_beside
    from continuity.media.streams import sound_stream
    from continuity.media.writing import open_output

    temporary = temporary_beside(path)
    try:
        with opened(picture) as seen, opened(sound) as heard, open_output(temporary, metadata) as output:
            sources = [(seen, seen.streams.video[0])]
            if stream := sound_stream(heard):
                sources.append((heard, stream))
            packets = []
            for source, stream in sources:
                target = output.add_stream_from_template(stream)
                for packet in source.demux(stream):
                    if packet.dts is not None:
                        packets.append((float(packet.dts * packet.time_base), packet, target))
            for _, packet, target in sorted(packets, key=lambda item: item[0]):
                packet.stream = target
                output.mux(packet)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _dissolved(first: np.ndarray, second: np.ndarray, share: float) -> np.ndarray:
    import cv2

    height, width = second.shape[:2]
    if first.shape != second.shape:
        first = cv2.resize(first, (width, height), interpolation=cv2.INTER_AREA)
    return cv2.addWeighted(first, 1 - share, second, share, 0)
