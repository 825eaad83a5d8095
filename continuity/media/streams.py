"""Which of a file's streams count: those that a player chooses (FFmpeg's choice, which goes by dispositions)."""

from __future__ import annotations

from typing import Any

from av.stream import Disposition


def picture_stream(container: Any) -> Any:
    """The picture that is shown; None for a file without one. Cover art is no video, and a picture that nothing here
    can decode is passed over where another can be."""
    best = container.streams.best("video")
    if best is None or _plays(best):
        return best
    videos = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    return next((stream for stream in videos if _plays(stream)), videos[0] if videos else None)


def _plays(stream: Any) -> bool:
    return stream.codec_context is not None and not stream.disposition & Disposition.attached_pic


def sound_stream(container: Any) -> Any:
    """The sound that is heard with that picture; None for a silent file.

    Among several programmes it is the sound of the picture's own. A sound that nothing here can decode
    (phones write such beside an ordinary one) is passed over where another can be.
    """
    best = container.streams.best("audio", related=picture_stream(container))
    if best is None or best.codec_context is not None:
        return best
    return next((stream for stream in container.streams.audio if stream.codec_context is not None), best)
