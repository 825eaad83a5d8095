"""Clips, in one place: read them (``reading``), write them (``writing``), fit them (``conform``)."""

from continuity.media.conform import trim
from continuity.media.reading import Probe, frames, greys, last_frame, probe, read_audio, sample, sample_times
from continuity.media.writing import VideoWriter

__all__ = [
    "Probe",
    "VideoWriter",
    "frames",
    "greys",
    "last_frame",
    "probe",
    "read_audio",
    "sample",
    "sample_times",
    "trim",
]
