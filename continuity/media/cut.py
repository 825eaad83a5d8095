"""The cut: an episode's selected takes joined to one MP4, with subtitles and a poster.

Pictures are copied, not encoded again: takes of one form (H.264 with equal parameter sets, size and
frame rate) are joined packet by packet. A take of another form is encoded to the project's own; since
one track has one form, takes that have neither are then encoded too. Sound is decoded, laid on one
timeline at exact frame boundaries, evened in loudness and encoded once.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np

from continuity.errors import MediaError
from continuity.files import write_bytes
from continuity.media.conform import trim
from continuity.media.reading import frames, matrix_named, opened, temporary_beside
from continuity.media.soundtrack import Sounds, soundtrack
from continuity.media.subtitles import Subtitle, write_srt
from continuity.media.writing import AUDIO_RATE, AudioTrack, VideoWriter, exact_rate, open_output
