"""Joining pictures without encoding them again: which clips can share a track, and their packets in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from continuity.media.audio import Samples
from continuity.media.hearing import sound_of
from continuity.media.orientation import UPRIGHT
from continuity.media.reading import describe, opened
from continuity.media.streams import picture_stream
from continuity.media.writing import AUDIO_RATE


@dataclass(frozen=True)
class Form:
    """What clips of one track must have in common; ``parameters`` are H.264's sequence and picture parameter
    sets as the container holds them, ``delay`` the frames that decoding runs ahead of showing."""

    codec: str
    pix_fmt: str
    width: int
    height: int
    rate: Fraction
    parameters: bytes
    delay: int


@dataclass(frozen=True)
class Strip:
    """A clip as packets: its form, its number of frames, its sound (Samples at AUDIO_RATE), and what forbids
    copying it, if anything does."""

    path: Path
    form: Form
    frames: int
    sound: Samples
    obstacle: str | None = None


def read_strip(path: Path) -> Strip:
    """Look at a clip's packets; decodes its sound, and no more of its picture than the first frame.
    Raises MediaError."""
    with opened(path) as container:  # once: opening costs as much as reading
        facts, line = describe(container)
        stream = picture_stream(container)
        packets = [packet for packet in container.demux(stream) if packet.size]
        times = [_frame_numbers(packet, stream, facts.rate) for packet in packets]
        shown = sorted(shown for shown, _ in times if shown is not None)
        sent = [sent for _, sent in times]
        obstacle = None
        if facts.orientation != UPRIGHT or facts.pixel_aspect != 1:
            obstacle = "turned, mirrored or stretched by the player"
        elif facts.foreign:
            obstacle = "colours that are not BT.709"
        elif not packets or not packets[0].is_keyframe or any(packet.is_discard for packet in packets):
            obstacle = "does not begin with a key frame"
        elif shown != list(range(len(packets))) or sent != list(range(-_delay(sent), len(packets) - _delay(sent))):
            obstacle = "frames at uneven times"
        form = Form(
            codec=facts.codec, pix_fmt=facts.pix_fmt, width=facts.width, height=facts.height, rate=facts.rate,
            parameters=bytes(stream.codec_context.extradata or b""), delay=_delay(sent),
        )  # fmt: skip
        container.seek(0)
        sound = sound_of(container, AUDIO_RATE, line.origin, seconds=facts.seconds)
        return Strip(path, form, len(packets), sound, obstacle)


def packets_from(strip: Strip, container: Any, first_frame: int, delay: int) -> Iterator[tuple[int, Any]]:
    """``(frame number in decoding order, packet)`` of an open strip, timed so that it starts at ``first_frame``.

    ``delay`` is the track's: a strip of two frames has less of its own, and would be sent before its turn.
    """
    stream = picture_stream(container)
    rate = strip.form.rate
    for number, packet in enumerate(packet for packet in container.demux(stream) if packet.size):
        shown, _ = _frame_numbers(packet, stream, rate)
        packet.time_base = 1 / rate
        packet.pts, packet.dts, packet.duration = first_frame + shown, first_frame + number - delay, 1
        yield first_frame + number, packet


def _frame_numbers(packet: Any, stream: Any, rate: Fraction) -> tuple[Any, Any]:
    """When a packet's frame is shown and decoded, counted in frames; None where the container does not say."""
    origin = stream.start_time or 0
    per_tick = packet.time_base * rate
    return tuple(None if at is None else round((at - origin) * per_tick) for at in (packet.pts, packet.dts))  # type: ignore[return-value]


def _delay(sent: list[Any]) -> int:
    return -sent[0] if sent and sent[0] is not None else 0
