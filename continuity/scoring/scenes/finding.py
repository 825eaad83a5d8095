"""Where a prop is in a frame: templates as heads are found by, smaller ones, turned and mirrored.

A head is upright and fills four cells of the map and more; a letter in a hand is tilted, and in a wide shot as large as
three. All versions of one size share a canvas, so that one pass answers for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from continuity.scoring.encoders.network import GRID_STRIDE
from continuity.scoring.encoders.whole import Templates
from continuity.scoring.heads.locate import Maps, Statistics, overlap, peaks, template_cells
from continuity.scoring.places import Window
from continuity.scoring.scenes.cutouts import Cutout

TURNS = (-20.0, 0.0, 20.0)  # degrees
SIZES = {  # by octave: square root of the prop's area, in cells; a fifth to a quarter apart
    1.0: (3.5, 4.5, 5.7),
    0.5: (3.6, 4.6, 5.8, 7.4),
    0.25: (4.6, 5.8, 7.4, 10.0),
}
MOST_PICTURES = 3  # of one prop that become templates
BEHIND = 0.02  # weight of what is around the thing in its picture
MOST = 2  # windows that are offered for a prop, the likest first
SAME_PLACE = 0.35  # intersection over union above which two windows are one place

Box = tuple[float, float, float, float]
Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Finder:
    """``kernels``: size → (n, h, w, 51); ``tight`` (n, 4): where on its canvas each version lies, in shares."""

    kernels: Mapping[float, np.ndarray]
    tight: np.ndarray

    def __post_init__(self) -> None:
        object.__setattr__(self, "_templates", {size: Templates(kernel) for size, kernel in self.kernels.items()})

    @classmethod
    def of(cls, things: Sequence[Cutout], statistics: Statistics) -> Finder:
        """From one prop's pictures, the first ones counting."""
        canvases, tight = [], []
        for thing in things[:MOST_PICTURES]:
            turned = [thing.turned(degrees) for degrees in TURNS]
            for version in (*turned, *(one.mirrored() for one in turned)):
                canvases.append(version)
        high, wide = (max(one.mask.shape[axis] for one in canvases) for axis in (0, 1))
        laid = []
        for one in canvases:
            own_high, own_wide = one.mask.shape
            y, x = (high - own_high) // 2, (wide - own_wide) // 2
            around = (y, high - own_high - y, x, wide - own_wide - x)
            picture = cv2.copyMakeBorder(one.picture, *around, cv2.BORDER_REPLICATE)
            laid.append(Cutout(picture, cv2.copyMakeBorder(one.mask, *around, cv2.BORDER_CONSTANT, value=0.0)))
            tight.append((x / wide, y / high, (x + own_wide) / wide, (y + own_high) / high))
        # A size is the thing's own, as it stands in its picture; the canvas around its turns is larger.
        larger = ((high * wide) / (things[0].mask.shape[0] * things[0].mask.shape[1])) ** 0.5
        aspect = float(np.clip(wide / high, 0.4, 2.5))
        kernels = {}
        for size in sorted({size for sizes in SIZES.values() for size in sizes}):
            cells = size * larger
            shape = max(3, round(cells * aspect**0.5)), max(3, round(cells / aspect**0.5))
            stack = []
            for one in laid:
                weight = cv2.resize(one.mask, shape, interpolation=cv2.INTER_AREA) * (1 - BEHIND) + BEHIND
                small = cv2.resize(one.picture, tuple(GRID_STRIDE * n for n in shape), interpolation=cv2.INTER_AREA)
                stack.append(template_cells(small, weight, statistics))
            kernels[size] = np.stack(stack).astype(np.float32)
        return cls(kernels, np.array(tight))

    def search(self, maps: Maps, most: int = MOST) -> list[Window]:
        """The best windows in a frame, best first, no two at one place."""
        windows = sorted(self._windows(maps, most), key=lambda window: -window.score)
        kept: list[Window] = []
        for window in windows:
            if len(kept) < most and all(overlap(window.box, other.box) <= SAME_PLACE for other in kept):
                kept.append(window)
        return kept

    def _windows(self, maps: Maps, most: int) -> Iterator[Window]:
        for octave, cells in maps.octaves.items():
            for size in SIZES[octave]:
                templates = self._templates[size]  # type: ignore[attr-defined]
                high, wide = templates.shape
                if cells.shape[0] < high or cells.shape[1] < wide:
                    continue
                answers = cells.answers(templates)
                best = answers.max(axis=0)
                for window, (y, x) in peaks(best, high, wide, octave, maps.working, most):
                    left, top, right, bottom = (float(v) for v in self.tight[int(answers[:, y, x].argmax())])
                    x0, y0, x1, y1 = window.box
                    across, down = x1 - x0, y1 - y0
                    yield Window(
                        (x0 + left * across, y0 + top * down, x0 + right * across, y0 + bottom * down), window.score
                    )

    def to_arrays(self) -> Arrays:
        return {"tight": self.tight, **{f"template {size}": kernel for size, kernel in self.kernels.items()}}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Finder:
        kernels = {float(name.split()[1]): kernel for name, kernel in arrays.items() if name.startswith("template ")}
        return cls(kernels, arrays["tight"])
