"""Movement in a clip: how much there is, whether a locked-off picture flickers, and whether a performance "
"carried over."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from continuity.scoring import metrics, vectors
from continuity.scoring.references.prepared import VERSION

FLOW_RATE = 12  # flows per second: a performance is slower than film
HEIGHT = 144  # pixels: flow is computed on small frames
CELLS = (18, 32)  # rows and columns in which flow is averaged
LONGEST_OFFSET_SECONDS = 0.6
CUT_BELOW = (
    0.45  # correlation of a frame with the next, carried back along the flow. Measured: cuts to .32, else from .63
)
CUT_GREYS = 4.0  # standard deviation of a frame in greys: with less, it is a blank that resembles nothing
STILL = 2e-4  # frame heights per frame: less movement than this carries no performance


@dataclass(frozen=True)
class Movement:
    """How a clip moves.

    ``flow`` is (frames − 1, rows, columns, 2) in frame heights per step of 1 / ``fps`` seconds, None where it was
    not asked for; ``amount`` is in frame heights per second. ``cuts``: seconds at which another shot begins.
    """

    flow: np.ndarray | None
    fps: float
    amount: float
    flicker: float | None
    cuts: list[float] = field(default_factory=list)


def movement(clip: Path, with_flicker: bool = True, with_flow: bool = True) -> Movement:
    """Dense inverse-search flow (Kroeger et al. 2016, as in OpenCV) through the whole clip, about `FLOW_RATE` a second.

    ``flicker``, of all neighbouring frames, only where asked for: the others are not decoded. ``flow`` is all that
    grows with the clip's length; without it, two frames are held at a time. Raises MediaError.
    """
    from continuity.media.video import greys

    with greys(clip, HEIGHT, None if with_flicker else FLOW_RATE) as (fps, pictures):
        flows = _Flows(max(1, round(fps / FLOW_RATE)), with_flow)
        passing = flows.between(pictures)
        flicker = metrics.flicker(passing) if with_flicker else None
        deque(passing, maxlen=0)
    rate = fps / flows.step
    flow = np.array(flows.kept, np.float32).reshape(-1, *CELLS, 2) if with_flow else None
    cuts = [round(number / rate, metrics.DIGITS) for number in flows.cuts]
    return Movement(flow, rate, flows.amount * rate, flicker, cuts)


class _Flows:
    """Flow between every ``step``-th of the frames that pass by. ``kept`` where asked for; its mean in any case."""

    def __init__(self, step: int, keep: bool) -> None:
        self.step, self.keep = step, keep
        self.kept: list[np.ndarray] = []
        self.cuts: list[int] = []  # numbers of the frames, of those that flow is taken between, that begin a shot
        self.count, self.total = 0, 0.0
        self.search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)

    def between(self, pictures: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Hands the frames on."""
        before = None
        for number, picture in enumerate(pictures):
            if number % self.step == 0:
                if before is not None:
                    dense = self.search.calc(before, picture, None)  # type: ignore[call-overload]
                    self._add(dense)
                    if _is_cut(before, picture, dense):
                        self.cuts.append(self.count)
                before = picture
            yield picture

    @property
    def amount(self) -> float:
        """Frame heights per step."""
        return self.total / self.count if self.count else 0.0

    def _add(self, dense: np.ndarray) -> None:
        flow = (cv2.resize(dense, CELLS[::-1], interpolation=cv2.INTER_AREA) / HEIGHT).astype(np.float32)
        self.total += float(np.linalg.norm(flow.astype(np.float64), axis=2).mean())
        self.count += 1
        if self.keep:
            self.kept.append(flow)


def _is_cut(before: np.ndarray, after: np.ndarray, flow: np.ndarray) -> bool:
    """Whether ``after`` shows nothing of ``before``, wherever it may have moved. To or from a blank there is no cut."""
    if min(float(before.std()), float(after.std())) < CUT_GREYS:
        return False
    y, x = np.mgrid[: before.shape[0], : before.shape[1]].astype(np.float32)
    carried = cv2.remap(after, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return float(np.corrcoef(before.ravel(), carried.ravel())[0, 1]) < CUT_BELOW


def stored_movement(
    clip: Path, sha256: str, folder: Path, with_flicker: bool = False, with_flow: bool = True
) -> Movement:
    """`movement`, kept in ``folder`` under the clip's bytes: a driving clip is measured once for all its transfers."""
    key = vectors.key_of("movement", VERSION, sha256, with_flicker, with_flow)
    if (stored := vectors.load(folder, key)) is not None:
        return Movement(stored.get("flow"), **vectors.from_array(stored["json"]))
    moved = movement(clip, with_flicker, with_flow)
    about = {"fps": moved.fps, "amount": moved.amount, "flicker": moved.flicker, "cuts": moved.cuts}
    flow = {} if moved.flow is None else {"flow": moved.flow}
    vectors.save(folder, key, {**flow, "json": vectors.as_array(about)})
    return moved


def carried_over(driving: Movement, result: Movement) -> tuple[float | None, float | None]:
    """(correlation of the two flow fields, −1 to 1; how many ms the result lags behind the driving clip).

    Both are brought to the driving clip's frame rate. The lag is the one with the highest correlation, refined
    by a parabola. None, None where the driving clip hardly moves or the clips share less than half a second.
    """
    assert driving.flow is not None and result.flow is not None
    ours = _at_rate(result.flow, result.fps, driving.fps)
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
    a, b = theirs[start:end].ravel().astype(np.float64), ours[start + lag : end + lag].ravel().astype(np.float64)
    a, b = a - a.mean(), b - b.mean()
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / length if length > 1e-12 else 0.0


def _at_rate(flow: np.ndarray, fps: float, wanted: float) -> np.ndarray:
    """The flow resampled in time from ``fps`` to ``wanted``, in frame heights per frame of that rate."""
    if abs(fps - wanted) < 1e-3 or not len(flow):
        return flow
    count = round(len(flow) * wanted / fps)
    places = np.clip((np.arange(count) + 0.5) * fps / wanted - 0.5, 0, len(flow) - 1)
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, len(flow) - 1)
    part = (places - low)[:, None, None, None]
    return (flow[low] * (1 - part) + flow[high] * part) * (fps / wanted)
