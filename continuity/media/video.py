"""Clips, in one place: read (``reading``, ``hearing``, ``sampling``), written (``writing``), fitted (``conform``)."""

from continuity.media.conform import trim
from continuity.media.hearing import read_audio
from continuity.media.reading import Probe, frames, last_frame, probe
from continuity.media.sampling import greys, sample, sample_times
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
