"""The reference clip way in: a short clip of a character becomes a master, and stills are cut from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from continuity.errors import MasterError, MediaError
from continuity.media.conform import trim
from continuity.media.reading import OWN_FILE, Probe, frames, probe, way_out

MAX_SECONDS = 4.0
MIN_SECONDS = 0.5
MIN_HEIGHT = 720
MAX_UPSCALE = 1.5  # beyond this an enlargement shows blur that a model would copy

# A hard cut changes this much of the picture at once (mean difference of 64x36 RGB, of 255), and at
# least this many times more than the frames around it do: fast motion changes all of them.
_CUT_DIFFERENCE = 12.0
_CUT_PROMINENCE = 2.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class ReferenceClip:
    """A span of a clip that may serve as a master: seconds in the file, pixels after scaling."""

    path: Path
    start: float
    seconds: float
    width: int
    height: int
    fps: float

    def save(self, path: Path) -> None:
        """Write the span as a clip of its own, at least 720 lines high."""
        with _own_file():
            trim(self.path, path, self.start, self.seconds, width=self.width, height=self.height)


def open_reference_clip(path: Path, start: float = 0.0, seconds: float | None = None) -> ReferenceClip:
    """The span of ``path`` from ``start``, at most four seconds of it, at least 720 lines high.

    Longer spans are trimmed and lower ones enlarged. Raises MasterError with the reason when the clip is
    unreadable, shorter than half a second, would have to be enlarged more than 1.5 times, or holds a hard
    cut, after which it shows something else.
    """
    facts = _probed(path)
    span = min(seconds if seconds is not None else MAX_SECONDS, MAX_SECONDS, facts.seconds - start)
    if start < 0 or span < MIN_SECONDS:
        raise MasterError(
            f"{path}: {max(span, 0):.2f} s from {start:g} s (the clip lasts {facts.seconds:.2f} s) is too short for a "
            f"reference; give at least {MIN_SECONDS:g} s"
        )
    scale = max(1.0, MIN_HEIGHT / facts.height)
    if scale > MAX_UPSCALE:
        raise MasterError(
            f"{path}: {facts.width}x{facts.height} would have to be enlarged {scale:.1f} times to {MIN_HEIGHT} lines; "
            f"give a clip of at least {round(MIN_HEIGHT / MAX_UPSCALE)} lines"
        )
    with _own_file():
        cuts = find_cuts(path, start, span)
    if cuts:
        raise MasterError(
            f"{path}: cuts to another picture at {cuts[0]:.2f} s; choose `start` and `seconds` so that the span "
            f"stays within one picture"
        )
    height = round(facts.height * scale / 2) * 2
    width = round(facts.width * facts.pixel_aspect * scale / 2) * 2
    return ReferenceClip(Path(path), start, span, width, height, facts.fps)


def find_cuts(path: Path, start: float = 0.0, seconds: float | None = None) -> list[float]:
    """Times of hard cuts within a span, in seconds of the file. Dissolves are not found. Raises MediaError."""
    facts = probe(path)
    times = _times(facts, start, seconds)
    small = np.stack(list(frames(path, times, width=64, height=36))).astype(np.float32)
    change = np.abs(np.diff(small, axis=0)).mean(axis=(1, 2, 3))
    around = np.maximum(np.r_[0, change[:-1]], np.r_[change[1:], 0])
    sudden = (change > _CUT_DIFFERENCE) & (change > _CUT_PROMINENCE * around)
    return [times[index + 1] for index in np.flatnonzero(sudden)]


def extract_still(path: Path, at: float, box: Box | None = None, height: int = MIN_HEIGHT) -> np.ndarray:
    """The frame on screen at ``at`` seconds as RGB (height, w, 3) uint8; ``box`` cuts out (x, y, width, height),
    given as shares of the picture from its top left. Raises MasterError.
    """
    import cv2

    facts = _probed(path)
    if not 0 <= at <= facts.seconds:
        raise MasterError(f"{path}: no frame at {at:g} s; the clip lasts {facts.seconds:.2f} s")
    with _own_file():
        picture = next(frames(path, [at], width=round(facts.width * facts.pixel_aspect), height=facts.height))
    if box is not None:
        x, y, wide, high = box
        if min(x, y) < 0 or min(wide, high) <= 0 or x + wide > 1.0001 or y + high > 1.0001:
            raise MasterError(f"{path}: box {list(box)} leaves the picture; give x, y, width, height as shares of it")
        rows, columns = picture.shape[:2]
        picture = picture[round(y * rows) : round((y + high) * rows), round(x * columns) : round((x + wide) * columns)]
        if min(picture.shape[:2]) < 16:
            came = f"{picture.shape[1]}x{picture.shape[0]}"
            raise MasterError(f"{path}: box {list(box)} is only {came} pixels; enlarge it")
    width = max(1, round(picture.shape[1] * height / picture.shape[0]))
    enlarging = height > picture.shape[0]
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_LANCZOS4 if enlarging else cv2.INTER_AREA)


def _times(facts: Probe, start: float, seconds: float | None) -> list[float]:
    """The times of a span's frames."""
    end = min(facts.seconds, start + seconds if seconds is not None else facts.seconds)
    first, last = round(start * facts.fps), round(end * facts.fps)
    return [float(index / facts.rate) for index in range(first, max(first + 1, last))]


def _probed(path: Path) -> Probe:
    with _own_file():
        return probe(path)


@contextmanager
def _own_file() -> Iterator[None]:
    """A reference clip is its owner's, who alone can mend it."""
    try:
        with way_out(f"{OWN_FILE}, or restore it with `dvc pull`"):
            yield
    except MediaError as error:
        raise MasterError(str(error)) from error
