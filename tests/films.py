"""Small clips of any container, codec and timing, made by PyAV: what cameras, recorders and editors leave."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

RATE, FPS = 48_000, 24
BEEP = (1.0, 1.25)  # seconds


def beep(rate: int = RATE, seconds: float = 2.0, hertz: float = 1000.0, amplitude: float = 0.5) -> np.ndarray:
    """Silence with a tone in BEEP."""
    at = np.arange(round(seconds * rate)) / rate
    tone = amplitude * np.sin(2 * np.pi * hertz * at)
    return (tone * ((at >= BEEP[0]) & (at < BEEP[1]))).astype(np.float32)


def heard(samples: np.ndarray, rate: int = RATE, above: float = 0.1) -> tuple[float, float]:
    """First and last second at which either channel is loud."""
    loud = np.flatnonzero(np.abs(samples.reshape(len(samples), -1)).max(axis=1) > above)
    return float(loud[0]) / rate, float(loud[-1]) / rate


def film(
    path: Path, sound: np.ndarray, codec: str = "aac", *, rate: int = RATE, layout: str = "stereo", at: float = 0.0,
    picture_at: float = 0.0, seconds: float = 2.0,
) -> Path:  # fmt: skip
    """A grey picture and ``sound``, (n,) for all channels or (n, channels), that begins ``at``."""
    with av.open(str(path), "w") as output:
        picture = output.add_stream("libvpx" if path.suffix == ".webm" else "mpeg4", rate=FPS)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        packets = _pictures(picture, round(seconds * FPS), round(picture_at * FPS))
        packets += _sounds(output.add_stream(codec, rate=rate, layout=layout), sound, rate, layout, round(at * rate))
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            output.mux(packet)
    return path


def turned(lying: Path, path: Path) -> Path:
    """``lying``'s picture, to be shown turned by a quarter: as phones store what was filmed upright."""
    with av.open(str(lying)) as source, av.open(str(path), "w") as output:
        stream = output.add_stream_from_template(source.streams.video[0])
        stream.set_display_rotation(90)
        for packet in source.demux(source.streams.video[0]):
            if packet.size:
                packet.stream = stream
                output.mux(packet)
    return path


def without(path: Path, left_out: range) -> Path:
    """A copy without some of the sound's packets."""
    copy = path.with_stem(f"{path.stem}-without")
    with av.open(str(path)) as source, av.open(str(copy), "w") as output:
        streams = {stream.index: output.add_stream_from_template(stream) for stream in source.streams}
        number = 0
        for packet in source.demux():
            if packet.size:
                number += packet.stream.type == "audio"
                if packet.stream.type == "video" or number not in left_out:
                    packet.stream = streams[packet.stream.index]
                    output.mux(packet)
    return copy


def _pictures(stream: Any, count: int, first: int) -> list[Any]:
    packets = []
    for number in range(count):
        frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 40 + number, np.uint8))
        frame.pts, frame.time_base = first + number, Fraction(1, FPS)
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def _sounds(stream: Any, sound: np.ndarray, rate: int, layout: str, first: int) -> list[Any]:
    channels = av.AudioLayout(layout).nb_channels
    planes = sound if sound.ndim == 2 else np.repeat(sound[:, None], channels, axis=1)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(planes, np.float32).reshape(1, -1), "flt", layout)
    frame.sample_rate, frame.pts, frame.time_base = rate, first, Fraction(1, rate)
    return stream.encode(frame) + stream.encode(None)
