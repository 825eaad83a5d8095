"""Finding a character's head in a frame by the character's own references.

No detector exists for a fox or a cartoon rabbit, so the references are the detector. Each is turned into
templates: the early CNN features (stage 2, one cell per 8 pixels, 48 channels) joined with the cell's CIE Lab
colour, standardised and normalised per cell. A template slides over the frame's map at three octaves; its
answer is the mean cosine over the cells that belong to the figure. Templates come in four sizes per octave and
mirrored, and peaks are refined between cells and sizes by parabolas. One forward pass of the network's first
third serves all characters.

The locator is the same under every encoder, so that encoders are compared on the same crops.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from continuity.scoring.encoders.network import GRID_STRIDE, LiteNetwork, lite_network
from continuity.scoring.heads import window_weights

WORKING_PIXELS = 768 * 432  # a frame is scaled to about this many pixels, whatever its shape
OCTAVES = (1.0, 0.5, 0.25)
CELLS = (6.0, 7.0, 8.5, 10.0)  # square root of a template's area, in cells
LARGE_CELLS = (12.0, 14.0, 17.0)  # heads that fill the frame, in the coarsest octave only
PADDING = 4  # cells around the map, so that a head cut by the frame's edge can be found
COLOUR_WEIGHT = 4.0  # three colour channels against 48 of the network
QUIET = 2.0  # added to a cell's norm: a cell without structure must not count as much as one with
MOST_TEMPLATES = 8  # references that become templates; more cost time and find no more
SAME_PLACE = 0.35  # intersection over union above which two windows are one head


@dataclass(frozen=True)
class Window:
    """A place in a frame that looks like a subject; ``box`` is x0, y0, x1, y1 in shares of the frame, 0 to 1."""

    box: tuple[float, float, float, float]
    score: float

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        x0, y0, x1, y1 = self.box
        return round(x0 * width), round(y0 * height), round(x1 * width), round(y1 * height)


@dataclass(frozen=True)
class Statistics:
    """Mean and standard deviation per channel of the maps, taken over the project's own pictures."""

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def of(cls, pictures: Sequence[np.ndarray]) -> Statistics:
        cells = np.concatenate(
            [_raw_map(lite_network(), _scaled(picture, 256 * 256)).reshape(-1, 51) for picture in pictures]
        )
        return cls(cells.mean(axis=0), cells.std(axis=0) + 1e-3)


class Locator:
    """Templates of several subjects, ready to search frames. One per process; not shared between threads."""

    def __init__(self, subjects: Mapping[str, Sequence[np.ndarray]], statistics: Statistics) -> None:
        """``subjects``: id → head pictures (RGB uint8), the most important first."""
        self._network = lite_network()
        self._statistics = statistics
        self._kernels = {subject: self._templates(pictures) for subject, pictures in subjects.items()}

    def search(
        self, frame: np.ndarray, most: int = 3, only: Collection[str] | None = None, without: int | None = None
    ) -> dict[str, list[Window]]:
        """The best windows of each subject in an RGB frame, best first, none overlapping another much.

        ``only`` limits the subjects; ``without`` leaves out the templates of one picture, for calibration.
        """
        import torch

        working = _scaled(frame, WORKING_PIXELS)
        kernels_of = {subject: kernels for subject, kernels in self._kernels.items() if only is None or subject in only}
        candidates: dict[str, list[Window]] = {subject: [] for subject in kernels_of}
        with torch.inference_mode():
            for octave in OCTAVES:
                cells, scale = self._map(working, octave)
                for subject, kernels in kernels_of.items():
                    for cells_wanted, kernel in kernels.items():
                        if cells_wanted in LARGE_CELLS and octave != OCTAVES[-1]:
                            continue
                        high, wide = kernel.shape[2:]
                        if cells.shape[2] < high or cells.shape[3] < wide:
                            continue
                        if without is not None and len(kernel) > 2:
                            kernel = torch.cat([kernel[: 2 * without], kernel[2 * without + 2 :]])
                        answers = torch.nn.functional.conv2d(cells, kernel)[0].amax(0).numpy()
                        candidates[subject] += _peaks(answers, high, wide, scale, working.shape[:2], most)
        return {subject: _distinct(windows, most) for subject, windows in candidates.items()}

    def _map(self, working: np.ndarray, octave: float) -> tuple[Any, float]:
        import torch

        height, width = working.shape[:2]
        if octave != 1.0:
            working = cv2.resize(working, (round(width * octave), round(height * octave)), interpolation=cv2.INTER_AREA)
        edge = PADDING * GRID_STRIDE
        below, right = edge + (-working.shape[0]) % GRID_STRIDE, edge + (-working.shape[1]) % GRID_STRIDE
        padded = cv2.copyMakeBorder(working, edge, below, edge, right, cv2.BORDER_REPLICATE)
        cells = self._normalised(_raw_map(self._network, padded))
        return torch.from_numpy(np.ascontiguousarray(cells.transpose(2, 0, 1)))[None], octave

    def _normalised(self, cells: np.ndarray) -> np.ndarray:
        standard = (cells - self._statistics.mean) / self._statistics.deviation
        standard[..., 48:] *= COLOUR_WEIGHT
        return standard / (np.linalg.norm(standard, axis=2, keepdims=True) + QUIET)

    def _templates(self, pictures: Sequence[np.ndarray]) -> dict[float, Any]:
        """size in cells → kernels (templates, 51, h, w); all pictures share the first one's proportions."""
        import torch

        if not pictures:
            return {}
        aspect = float(np.clip(pictures[0].shape[1] / pictures[0].shape[0], 0.5, 2.0))
        kernels = {}
        for size in CELLS + LARGE_CELLS:
            wide, high = max(3, round(size * aspect**0.5)), max(3, round(size / aspect**0.5))
            stack = []
            for picture in pictures[:MOST_TEMPLATES]:
                weights = cv2.resize(window_weights(picture), (wide, high), interpolation=cv2.INTER_AREA)
                small = cv2.resize(picture, (wide * GRID_STRIDE, high * GRID_STRIDE), interpolation=cv2.INTER_AREA)
                for version, weight in ((small, weights), (small[:, ::-1], weights[:, ::-1])):
                    cells = self._normalised(_raw_map(self._network, np.ascontiguousarray(version)))
                    unit = cells / (np.linalg.norm(cells, axis=2, keepdims=True) + 1e-6)
                    stack.append((unit * (weight / weight.sum())[..., None]).transpose(2, 0, 1))
            kernels[size] = torch.from_numpy(np.ascontiguousarray(np.stack(stack), dtype=np.float32))
        return kernels


def assign(candidates: Mapping[str, Sequence[Window]], thresholds: Mapping[str, float]) -> dict[str, Window | None]:
    """One window per subject, or None where nothing reaches the subject's threshold; no window serves two.

    Greedy over all pairs by how far a window's score lies above its subject's threshold.
    """
    pairs = sorted(
        (
            (window.score / thresholds[subject], subject, window)
            for subject, windows in candidates.items()
            for window in windows
        ),
        key=lambda pair: -pair[0],
    )
    given: dict[str, Window | None] = dict.fromkeys(candidates)
    for ratio, subject, window in pairs:
        if ratio < 1.0 or given[subject] is not None:
            continue
        if all(other is None or overlap(window.box, other.box) < SAME_PLACE for other in given.values()):
            given[subject] = window
    return given


def overlap(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two boxes (x0, y0, x1, y1)."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0.0
    common = wide * high
    return common / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - common)


def crop(frame: np.ndarray, window: Window) -> np.ndarray:
    """The window's pixels from the full-resolution frame; what lies outside repeats the frame's edge."""
    height, width = frame.shape[:2]
    x0, y0, x1, y1 = window.pixels(width, height)
    x1, y1 = max(x1, x0 + 8), max(y1, y0 + 8)
    inside = frame[max(0, y0) : min(height, y1), max(0, x0) : min(width, x1)]
    outside = (max(0, -y0), max(0, y1 - height), max(0, -x0), max(0, x1 - width))
    return cv2.copyMakeBorder(inside, *outside, cv2.BORDER_REPLICATE) if any(outside) else inside


def _raw_map(network: LiteNetwork, picture: np.ndarray) -> np.ndarray:
    """(h / 8, w / 8, 51) float32: stage 2 of the network and the cells' mean CIE Lab colour."""
    features = network.grid(picture)
    high, wide = features.shape[:2]
    small = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return np.concatenate([features, cv2.cvtColor(small, cv2.COLOR_RGB2LAB)], axis=2)


def _scaled(picture: np.ndarray, pixels: int) -> np.ndarray:
    factor = (pixels / (picture.shape[0] * picture.shape[1])) ** 0.5
    wide, high = max(64, round(picture.shape[1] * factor)), max(64, round(picture.shape[0] * factor))
    return cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)


def _peaks(
    answers: np.ndarray, high: int, wide: int, octave: float, working: tuple[int, ...], most: int
) -> list[Window]:
    """The strongest local maxima of a response map, placed between cells by parabolas."""
    local = answers == cv2.dilate(answers, np.ones((5, 5), np.uint8))
    ys, xs = np.nonzero(local)
    order = np.argsort(-answers[ys, xs])[:most]
    height, width = working[0] * octave, working[1] * octave
    found = []
    for y, x in zip(ys[order], xs[order], strict=True):
        left = x + _parabola(answers[y], x) - PADDING
        top = y + _parabola(answers[:, x], y) - PADDING
        box = (left / width, top / height, (left + wide) / width, (top + high) / height)
        found.append(Window(tuple(float(GRID_STRIDE * v) for v in box), float(answers[y, x])))  # type: ignore[arg-type]
    return found


def _parabola(values: np.ndarray, at: int) -> float:
    """Where between its neighbours a peak lies, -0.5 to 0.5."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, here, after = (float(values[at + step]) for step in (-1, 0, 1))
    bend = before - 2 * here + after
    return 0.0 if bend >= 0 else float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5))


def _distinct(windows: list[Window], most: int) -> list[Window]:
    """The best windows at different places. The winner's extent is averaged with close rivals of other sizes."""
    kept: list[Window] = []
    for window in sorted(windows, key=lambda w: -w.score):
        if len(kept) == most:
            break
        if any(overlap(window.box, other.box) > SAME_PLACE for other in kept):
            continue
        rivals = [w for w in windows if overlap(w.box, window.box) > 0.6 and w.score > 0.93 * window.score]
        weights = np.array([max(w.score - 0.9 * window.score, 0.0) for w in rivals])
        if weights.sum() > 0:
            middle = np.average([w.box for w in rivals], axis=0, weights=weights)
            window = Window(tuple(float(v) for v in middle), window.score)  # type: ignore[arg-type]
        kept.append(window)
    return kept
