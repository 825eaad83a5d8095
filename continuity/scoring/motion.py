"""Movement in a clip: how much there is, whether a locked-off picture flickers, and whether a performance "
"carried over."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from continuity.scoring import metrics, vectors
from continuity.scoring.prepared import VERSION

FLOW_RATE = 12  # flows per second: a performance is slower than film
HEIGHT = 144  # pixels: flow is computed on small frames
CELLS = (18, 32)  # rows and columns in which flow is averaged
LONGEST_OFFSET_SECONDS = 0.6
STILL = 2e-4  # frame heights per frame: less movement than this carries no performance


@dataclass(frozen=True)
class Movement:
    """How a clip moves.

    ``flow`` is (frames − 1, rows, columns, 2) in frame heights per step of 1 / ``fps`` seconds, ``amount`` in frame
    heights per second.
    """

    flow: np.ndarray
    fps: float
    amount: float
    flicker: float | None


def movement(clip: Path, with_flicker: bool = True) -> Movement:
    """Dense inverse-search flow (Kroeger et al. 2016, as in OpenCV) through the whole clip, about `FLOW_RATE` a second.

    ``flicker``, of all neighbouring frames, only where asked for: the others are not decoded. Raises MediaError.
    """
    from continuity.media.video import greys

    fps, grey = greys(clip, HEIGHT, None if with_flicker else FLOW_RATE)
    step = max(1, round(fps / FLOW_RATE))
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    flows = []
    for before, after in itertools.pairwise(grey[::step]):
        flow = search.calc(before, after, None)  # type: ignore[call-overload]
        flows.append(cv2.resize(flow, CELLS[::-1], interpolation=cv2.INTER_AREA) / HEIGHT)
    flow = np.array(flows, np.float32).reshape(-1, *CELLS, 2)
    amount = float(np.linalg.norm(flow, axis=3).mean() * fps / step) if len(flow) else 0.0
    return Movement(flow, fps / step, amount, metrics.flicker(grey) if with_flicker else None)


def stored_movement(clip: Path, sha256: str, folder: Path, with_flicker: bool = False) -> Movement:
    """`movement`, kept in ``folder`` under the clip's bytes: a driving clip is measured once for all its transfers."""
    key = vectors.key_of("movement", VERSION, sha256, with_flicker)
    if (stored := vectors.load(folder, key)) is not None:
        return Movement(stored["flow"], **vectors.from_array(stored["json"]))
    moved = movement(clip, with_flicker)
    about = {"fps": moved.fps, "amount": moved.amount, "flicker": moved.flicker}
    vectors.save(folder, key, {"flow": moved.flow, "json": vectors.as_array(about)})
    return moved


def carried_over(driving: Movement, result: Movement) -> tuple[float | None, float | None]:
    """(correlation of the two flow fields, −1 to 1; how many ms the result lags behind the driving clip).

    Both are brought to the driving clip's frame rate. The lag is the one with the highest correlation, refined
    by a parabola. None, None where the driving clip hardly moves or the clips share less than half a second.
    """
    ours = _at_rate(result, driving.fps)
    theirs = driving.flow
    most = round(LONGEST_OFFSET_SECONDS * driving.fps)
    if min(len(ours), len(theirs)) < driving.fps / 2 or np.abs(theirs).mean() < STILL:
        return None, None
    lags = [
        lag for lag in range(-most, most + 1) if min(len(theirs), len(ours) - lag) - max(0, -lag) >= driving.fps / 3
    ]
    values = [_correlation(theirs, ours, lag) for lag in lags]
    best = int(np.argmax(values))
    offset = float(lags[best])
    if 0 < best < len(values) - 1:
        before, here, after = values[best - 1 : best + 2]
        bend = before - 2 * here + after
        offset += 0.5 * (before - after) / bend if bend < -1e-9 else 0.0
    return float(values[best]), offset / driving.fps * 1000


def _correlation(theirs: np.ndarray, ours: np.ndarray, lag: int) -> float:
    """Pearson correlation of the flow vectors where ours, shifted by ``lag`` frames, overlaps theirs in time."""
    start, end = max(0, -lag), min(len(theirs), len(ours) - lag)
    a, b = theirs[start:end].ravel(), ours[start + lag : end + lag].ravel()
    a, b = a - a.mean(), b - b.mean()
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / length if length > 1e-12 else 0.0


def _at_rate(movement: Movement, fps: float) -> np.ndarray:
    """The flow resampled in time to ``fps``, in frame heights per frame of that rate."""
    if abs(movement.fps - fps) < 1e-3 or not len(movement.flow):
        return movement.flow
    count = round(len(movement.flow) * fps / movement.fps)
    places = np.clip((np.arange(count) + 0.5) * movement.fps / fps - 0.5, 0, len(movement.flow) - 1)
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, len(movement.flow) - 1)
    part = (places - low)[:, None, None, None]
    return (movement.flow[low] * (1 - part) + movement.flow[high] * part) * (movement.fps / fps)
