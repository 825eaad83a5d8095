"""Fitting a clip to a form: a span of it, at another resolution or frame rate, encoded as the project's own."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from continuity.errors import MediaError
from continuity.media.reading import Probe, matrix, on_screen, opened, probe, read_audio
from continuity.media.writing import AUDIO_RATE, VideoWriter, exact_rate

_TURNS = {90: "transpose=cclock,", 180: "hflip,vflip,", 270: "transpose=clock,"}  # rotation to filters


def trim(
    source: Path, path: Path, start: float = 0.0, seconds: float | None = None, *,
    width: int | None = None, height: int | None = None, fps: float | Fraction | None = None,
    crf: int = 18, preset: str = "veryfast", sound: bool = True,
) -> None:  # fmt: skip
    """Encode a span of ``source``, from ``start`` for ``seconds`` (None: to the end), to ``path``.

    The picture is fitted into ``width`` x ``height`` with black bars where the shapes differ, turned
    upright, and its pixels made square; frame rates change by showing the frame on screen at each time.
    With neither width nor height the picture's own size is kept. Raises MediaError, also when the span
    begins after the end; a span that reaches past the end stops there. ``sound=False`` leaves the sound out.
    """
    facts = probe(source)
    rate = exact_rate(fps if fps is not None else facts.rate)
    if not 0 <= start < facts.seconds:
        raise MediaError(f"{source}: lasts {facts.seconds:.2f} s, nothing begins at {start:.2f} s; start earlier")
    seconds = min(seconds if seconds is not None else facts.seconds, facts.seconds - start)
    count = max(1, round(seconds * rate))
    wide, high = _target(facts, width, height)
    heard = sound and facts.has_audio
    audio = (read_audio(source, AUDIO_RATE, start, seconds), AUDIO_RATE) if heard else None
    with opened(source) as container:
        fit = _Fitter(facts, wide, high)
        with VideoWriter(path, wide, high, rate, crf=crf, preset=preset, audio=audio) as writer:
            for frame in on_screen(container, [start + float(index / rate) for index in range(count)]):
                writer.write_frame(fit(frame))


def _target(facts: Probe, width: int | None, height: int | None) -> tuple[int, int]:
    """Even numbers; a missing side follows from the other and the shape on screen."""
    shape = facts.width * facts.pixel_aspect / facts.height
    if width is None:
        width = round((height or facts.height) * shape / 2) * 2
    if height is None:
        height = round(width / shape / 2) * 2
    return width, height


class _Fitter:
    """Scales, turns and pads decoded frames to yuv420p BT.709, through one filter graph."""

    def __init__(self, facts: Probe, width: int, height: int) -> None:
        shape = facts.width * facts.pixel_aspect / facts.height
        inner_width = min(width, round(height * shape / 2) * 2)
        inner_height = min(height, round(width / shape / 2) * 2)
        # A shape that differs by a pixel or two is scaled to the edge: bars that thin look like a fault.
        if width - inner_width <= 4 and height - inner_height <= 4:
            inner_width, inner_height = width, height
        self.description = (
            f"{_TURNS.get(facts.rotation, '')}"
            f"scale={inner_width}:{inner_height}:flags=bicubic:in_color_matrix=MATRIX:out_color_matrix=bt709:out_range=tv,"
            f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,setsar=1,format=yuv420p"
        )
        self.graph: Any = None

    def __call__(self, frame: Any) -> Any:
        if self.graph is None:
            self.graph = self._build(frame)
        self.graph.push(frame)
        return self.graph.pull()

    def _build(self, frame: Any) -> Any:
        graph = av.filter.Graph()
        graph.threads = 1
        last = graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base or Fraction(1, 1000)
        )
        assumed = "bt709" if matrix(frame) else "auto"
        for text in self.description.replace("MATRIX", assumed).split(","):
            name, _, arguments = text.partition("=")
            following = graph.add(name, arguments or None)
            last.link_to(following)
            last = following
        sink = graph.add("buffersink")
        last.link_to(sink)
        graph.configure()
        return graph
