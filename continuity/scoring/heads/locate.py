"""Finding a character's head in a frame by the character's own references.

No detector exists for a fox or a cartoon rabbit, so the references are the detector. Each is turned into
templates: the early CNN features (stage 2, one cell per 8 pixels, 48 channels) joined with the cell's CIE Lab
colour, standardised and normalised per cell. A template slides over the frame's map at three octaves; its
answer is the mean cosine over the cells that belong to the figure. Templates come in four sizes per octave and
mirrored, and peaks are refined between cells and sizes by parabolas. One forward pass of the network's first
third serves all characters. Cells and templates are whole numbers (`encoders.whole`), so that a head is found at the
same place on every machine.

The locator is the same under every encoder, so that encoders are compared on the same crops.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from continuity.scoring.encoders.network import GRID_STRIDE, LiteNetwork, lite_network
from continuity.scoring.encoders.whole import Cells, Templates
from continuity.scoring.places import Window
from continuity.scoring.silhouette import window_weights

WORKING_PIXELS = 768 * 432  # a frame is scaled to about this many pixels, whatever its shape
OCTAVES = (1.0, 0.5, 0.25)
CELLS = (6.0, 7.0, 8.5, 10.0)  # square root of a template's area, in cells
LARGE_CELLS = (12.0, 14.0, 17.0)  # heads that fill the frame, in the coarsest octave only
PADDING = 4  # cells around the map, so that a head cut by the frame's edge can be found
COLOUR_WEIGHT = 4.0  # three colour channels against 48 of the network
QUIET = 2.0  # added to a cell's norm: a cell without structure must not count as much as one with
MOST_TEMPLATES = 8  # references that become templates; more cost time and find no more
BORNE_OUT = 0.5  # of its score, that a window gains which the frames around bear out
SAME_PLACE = 0.35  # intersection over union above which two windows are one head


@dataclass(frozen=True)
class Statistics:
    """Mean and standard deviation per channel of the maps, taken over the project's own pictures, float64."""

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def of(cls, pictures: Sequence[np.ndarray]) -> Statistics:
        """Of no pictures at all: what leaves every map as it is."""
        if not pictures:
            return cls(np.zeros(51), np.ones(51))
        cells = np.concatenate(
            [_raw_map(lite_network(), _scaled(picture, 256 * 256)).reshape(-1, 51) for picture in pictures]
        ).astype(np.float64)
        return cls(cells.mean(axis=0), cells.std(axis=0) + 1e-3)


@dataclass(frozen=True)
class Maps:
    """A picture as the locator sees it: per octave a map of standardised, normalised cells."""

    octaves: dict[float, Cells]
    working: tuple[int, int]  # height and width in pixels at octave 1

    @classmethod
    def of(cls, frame: np.ndarray, statistics: Statistics) -> Maps:
        """Maps of an RGB uint8 frame, made once for all searches of it."""
        working = _scaled(frame, WORKING_PIXELS)
        height, width = working.shape[:2]
        octaves = {}
        for octave in OCTAVES:
            size = (round(width * octave), round(height * octave))
            smaller = working if octave == 1.0 else cv2.resize(working, size, interpolation=cv2.INTER_AREA)
            edge = PADDING * GRID_STRIDE
            below, right = edge + (-smaller.shape[0]) % GRID_STRIDE, edge + (-smaller.shape[1]) % GRID_STRIDE
            padded = cv2.copyMakeBorder(smaller, edge, below, edge, right, cv2.BORDER_REPLICATE)
            octaves[octave] = Cells(_normalised(_raw_map(lite_network(), padded), statistics))
        return cls(octaves, (height, width))


class Locator:
    """Templates of several subjects, ready to search frames."""

    def __init__(self, kernels: Mapping[str, Mapping[float, np.ndarray]]) -> None:
        """``kernels``: subject → size in cells → (2 n, h, w, 51) float32: n pictures, each as it is, then mirrored."""
        self.kernels = kernels
        self._templates = {
            id: {size: Templates(kernel) for size, kernel in sizes.items()} for id, sizes in kernels.items()
        }

    @classmethod
    def of(cls, subjects: Mapping[str, Sequence[np.ndarray]], statistics: Statistics) -> Locator:
        """``subjects``: id → head pictures (RGB uint8), the most important first."""
        return cls({id: _templates(pictures, statistics) for id, pictures in subjects.items()})

    def search(self, maps: Maps, most: int = 3, only: Collection[str] | None = None) -> dict[str, list[Window]]:
        """The best windows of each subject in a frame, best first, none overlapping another much.

        ``only`` limits the subjects.
        """
        found = {}
        for subject in self._templates:
            if only is None or subject in only:
                windows = []
                for octave, (high, wide), answers in self._answers(maps, subject):
                    best = peaks(answers.max(axis=0), high, wide, octave, maps.working, most)
                    windows += [window for window, _ in best]
                found[subject] = _distinct(windows, most)
        return found

    def best(self, maps: Maps, subject: str, without: int) -> tuple[float, float]:
        """The score of the subject's best window, and of the best without the templates of one picture."""
        whole, part = [], []
        for _, _, answers in self._answers(maps, subject):
            by_template = answers.max(axis=(1, 2))
            whole.append(by_template.max())
            part.append(np.delete(by_template, [2 * without, 2 * without + 1]).max() if len(answers) > 2 else whole[-1])
        return float(max(whole)), float(max(part))

    def _answers(self, maps: Maps, subject: str) -> Iterator[tuple[float, tuple[int, int], np.ndarray]]:
        """(octave, a template's height and width in cells, answers (templates, h, w)) of every size that fits."""
        for octave, cells in maps.octaves.items():
            for size, templates in self._templates[subject].items():
                high, wide = templates.shape
                if size in LARGE_CELLS and octave != OCTAVES[-1]:
                    continue
                if cells.shape[0] >= high and cells.shape[1] >= wide:
                    yield octave, (high, wide), cells.answers(templates)


def _normalised(cells: np.ndarray, statistics: Statistics) -> np.ndarray:
    standard = (cells - statistics.mean) / statistics.deviation
    standard[..., 48:] *= COLOUR_WEIGHT
    return standard / (np.linalg.norm(standard, axis=2, keepdims=True) + QUIET)


def _templates(pictures: Sequence[np.ndarray], statistics: Statistics) -> dict[float, np.ndarray]:
    """size in cells → (templates, h, w, 51); all pictures share the first one's proportions."""
    if not pictures:
        return {}
    aspect = float(np.clip(pictures[0].shape[1] / pictures[0].shape[0], 0.5, 2.0))
    weights = [window_weights(picture) for picture in pictures[:MOST_TEMPLATES]]
    kernels = {}
    for size in CELLS + LARGE_CELLS:
        wide, high = max(3, round(size * aspect**0.5)), max(3, round(size / aspect**0.5))
        stack = []
        for picture, whole in zip(pictures, weights, strict=False):
            weight = cv2.resize(whole, (wide, high), interpolation=cv2.INTER_AREA)
            small = cv2.resize(picture, (wide * GRID_STRIDE, high * GRID_STRIDE), interpolation=cv2.INTER_AREA)
            for version, share in ((small, weight), (small[:, ::-1], weight[:, ::-1])):
                stack.append(template_cells(version, share, statistics))
        kernels[size] = np.stack(stack).astype(np.float32)
    return kernels


def template_cells(picture: np.ndarray, weight: np.ndarray, statistics: Statistics) -> np.ndarray:
    """(h, w, 51): a picture of h × w cells as a template; ``weight`` (h, w) says how much each cell counts."""
    cells = _normalised(_raw_map(lite_network(), np.ascontiguousarray(picture)), statistics)
    unit = cells / (np.linalg.norm(cells, axis=2, keepdims=True) + 1e-6)
    return np.asarray(unit * (weight / weight.sum())[..., None])


def assign(
    candidates: Mapping[str, Sequence[Window]],
    thresholds: Mapping[str, float],
    taken: Collection[Window] = (),
    borne_out: Mapping[str, Sequence[float]] | None = None,
) -> dict[str, Window | None]:
    """One window per subject, or None where nothing reaches the subject's threshold; no window serves two.

    Greedy over all pairs by how far a window's score lies above its subject's threshold, and further by `BORNE_OUT`
    where the take bears it out (0 to 1 of each window). What is ``taken`` already serves nobody else.
    """
    pairs = sorted(
        (
            (window.score / thresholds[subject], sure, subject, window)
            for subject, windows in candidates.items()
            for window, sure in zip(windows, (borne_out or {}).get(subject) or [0.0] * len(windows), strict=True)
        ),
        key=lambda pair: -pair[0] * (1 + BORNE_OUT * pair[1]),
    )
    given: dict[str, Window | None] = dict.fromkeys(candidates)
    for ratio, _, subject, window in pairs:
        if ratio < 1.0 or given[subject] is not None:
            continue
        others = [*taken, *(other for other in given.values() if other is not None)]
        if all(overlap(window.box, other.box) < SAME_PLACE for other in others):
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
    # Down to half, two neighbours say as much as an area, in an eighth of the time.
    return cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA if factor < 0.5 else cv2.INTER_LINEAR)


def peaks(
    answers: np.ndarray, high: int, wide: int, octave: float, working: tuple[int, ...], most: int
) -> list[tuple[Window, tuple[int, int]]]:
    """The strongest local maxima of a response map, placed between cells by parabolas, each with its row and column."""
    local = answers == cv2.dilate(answers, np.ones((5, 5), np.uint8))
    ys, xs = np.nonzero(local)
    order = np.argsort(-answers[ys, xs], kind="stable")[:most]  # of equals the first, whatever the sorting
    height, width = working[0] * octave, working[1] * octave
    found = []
    for y, x in zip(ys[order], xs[order], strict=True):
        left = x + _parabola(answers[y], x) - PADDING
        top = y + _parabola(answers[:, x], y) - PADDING
        box = (left / width, top / height, (left + wide) / width, (top + high) / height)
        window = Window(tuple(float(GRID_STRIDE * v) for v in box), float(answers[y, x]))  # type: ignore[arg-type]
        found.append((window, (int(y), int(x))))
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
