"""Fitting a clip to a form: a span of it, at another resolution or frame rate, encoded as the project's own."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.video.reformatter import VideoReformatter

from continuity.errors import MediaError
from continuity.media.colour import is_foreign, matrix, to_bt709
from continuity.media.hearing import read_audio
from continuity.media.reading import Probe, on_screen, opened, probe
from continuity.media.timeline import MADE
from continuity.media.writing import AUDIO_RATE, Sound, VideoWriter, exact_rate


def trim(
    source: Path, path: Path, start: float = 0.0, seconds: float | None = None, *,
    width: int | None = None, height: int | None = None, fps: float | Fraction | None = None,
    crf: int = 18, preset: str = "veryfast", sound: bool = True, laid: Sound | None = None,
    hold: bool = False, metadata: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Encode a span of ``source``, from ``start`` for ``seconds`` (None: to the end), to ``path``.

    The picture is fitted into ``width`` x ``height`` with black bars where the shapes differ, turned
    upright, its pixels made square and its colours BT.709; frame rates change by showing the frame on screen at
    each time. With neither width nor height the picture's own size is kept. Raises MediaError, also when the span
    begins after the end and for damage inside it; a span that reaches past the end stops there. ``sound=False``
    leaves the sound out, and ``laid`` puts another, ``(Samples, rate)``, in its place. With ``hold`` the last frame
    stands until the span ends. ``metadata`` is written into the file.
    """
    facts = probe(source)
    rate = exact_rate(fps if fps is not None else facts.rate) or Fraction(1)  # of pictures that stand for minutes
    if not 0 <= start < facts.seconds:
        raise MediaError(f"{source}: lasts {facts.seconds:.2f} s, nothing begins at {start:.2f} s; start earlier")
    left = facts.seconds - start
    seconds = left if seconds is None else seconds if hold else min(seconds, left)
    count = max(1, round(seconds * rate))
    wide, high = _target(facts, width, height)
    heard = sound and facts.has_audio
    audio = laid or ((read_audio(source, AUDIO_RATE, start, seconds), AUDIO_RATE) if heard else None)
    with opened(source) as container:
        fit = _Fitter(facts, wide, high)
        with VideoWriter(path, wide, high, rate, crf=crf, preset=preset, audio=audio, metadata=metadata) as writer:
            times = [start + float(index / rate) for index in range(count)]
            for time, frame in zip(times, on_screen(container, times), strict=False):
                if frame.is_corrupt:  # the decoder has painted over damage
                    raise MediaError(f"{source} is damaged at {time:.2f} s", MADE)
                writer.write_frame(fit(frame))


def _target(facts: Probe, width: int | None, height: int | None) -> tuple[int, int]:
    """Even numbers; a missing side follows from the other and the shape on screen."""
    shape = facts.width * facts.pixel_aspect / facts.height
    if width is None:
        width = round((height or facts.height) * shape / 2) * 2
    if height is None:
        height = round(width / shape / 2) * 2
    return width, height


_RANGES = {1: "tv", 2: "pc"}  # AVColorRange


class _Fitter:
    """Scales, turns and pads decoded frames to yuv420p BT.709, through one filter graph for frames of one form."""

    def __init__(self, facts: Probe, width: int, height: int) -> None:
        shape = facts.width * facts.pixel_aspect / facts.height
        inner_width = min(width, max(2, round(height * shape / 2) * 2))
        inner_height = min(height, max(2, round(width / shape / 2) * 2))
        # A shape that differs by a pixel or two is scaled to the edge: bars that thin look like a fault.
        if width - inner_width <= 4 and height - inner_height <= 4:
            inner_width, inner_height = width, height
        self.description = (
            f"{facts.orientation.filters}"
            f"scale={inner_width}:{inner_height}:flags=bicubic+accurate_rnd+full_chroma_int:in_color_matrix=MATRIX:out_color_matrix=bt709:"
            f"in_range=RANGE:out_range=tv,pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,setsar=1,format=yuv420p"
        )
        self.reformatter = VideoReformatter()
        self.graph: Any = None
        self.form: tuple[Any, ...] = ()

    def __call__(self, frame: Any) -> Any:
        if is_foreign(frame):
            frame = to_bt709(frame, self.reformatter)
        form = (frame.width, frame.height, frame.format.name, frame.colorspace, frame.color_range)
        if form != self.form:
            self.graph, self.form = self._build(frame), form
        self.graph.push(frame)
        return self.graph.pull()

    def _build(self, frame: Any) -> Any:
        graph = av.filter.Graph()
        graph.threads = 1
        last = graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base or Fraction(1, 1000)
        )
        assumed = "bt709" if matrix(frame) else "auto"
        described = self.description.replace("MATRIX", assumed).replace("RANGE", _RANGES.get(frame.color_range, "auto"))
        for text in described.split(","):
            name, _, arguments = text.partition("=")
            following = graph.add(name, arguments or None)
            last.link_to(following)
            last = following
        sink = graph.add("buffersink")
        last.link_to(sink)
        graph.configure()
        return graph
