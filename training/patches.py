"""Local patches: what of a head a trait line has no name for.

The head's window and a third of it below, as 32 x 32 cells of early features and CIE Lab colour. Each cell of a frame
is compared with the cells of a reference within two cells of its place, and each of the reference with those of the
frame; the worse of the two answers stays, so that what is gone counts as what is new does. A band is judged by the
worst quarter of its cells: a lost scarf covers no more.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from continuity.scoring.encoders.network import SUMS, lite_network
from continuity.scoring.encoders.traits import lab_cells
from continuity.scoring.heads.light import NEUTRAL, light_taken_off, lit
from continuity.scoring.heads.locate import crop
from continuity.scoring.places import Window
from continuity.scoring.silhouette import ellipse
from continuity.scoring.traits.reading import Shown

BELOW = 0.35  # of the window's height
SIDE = 128  # pixels: 32 cells
CELLS = SIDE // 4
REACH = 2  # cells
BANDS = ("crown", "eyes", "mouth", "collar")
COLOUR_WEIGHT = 0.55  # of a step of 20 in CIE Lab against the length of a cell's features, whose deviation is 1
WORST = 0.25


def cells_of(pictures: Sequence[Shown], colours: np.ndarray | None) -> np.ndarray:
    """(n, 32, 32, 27) float32 cells, whole multiples of 1/64; the light is taken off as `reading.read` does."""
    crops = []
    for shown in pictures:
        x0, y0, x1, y1 = shown.box
        light = NEUTRAL if colours is None else light_taken_off(crop(shown.picture, Window(shown.box, 0.0)), colours)
        region = crop(shown.picture, Window((x0, y0, x1, y1 + BELOW * (y1 - y0)), 0.0))
        way = cv2.INTER_AREA if region.shape[0] > SIDE else cv2.INTER_LINEAR
        crops.append(lit(cv2.resize(region, (SIDE, SIDE), interpolation=way), light))
    batch = np.stack(crops)
    early = lite_network().early(batch).permute(0, 2, 3, 1).numpy() * np.float32(SUMS.step)
    _, lab = lab_cells(batch, np.ones((len(batch), CELLS, CELLS), bool))
    mean = lab[..., :12].reshape(*lab.shape[:3], 4, 3).mean(axis=3)
    return np.concatenate([early / 8.0, mean / COLOUR_WEIGHT], axis=3).astype(np.float32)


def apart(frame: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """(32, 32) distances of cells, the worse of both directions; each to the best within `REACH`."""
    there = np.full((CELLS, CELLS), np.inf)
    back = np.full((CELLS, CELLS), np.inf)
    for dy in range(-REACH, REACH + 1):
        for dx in range(-REACH, REACH + 1):
            ys, xs = slice(max(0, dy), CELLS + min(0, dy)), slice(max(0, dx), CELLS + min(0, dx))
            ys_r, xs_r = slice(max(0, -dy), CELLS + min(0, -dy)), slice(max(0, -dx), CELLS + min(0, -dx))
            far = np.square(frame[ys, xs] - reference[ys_r, xs_r]).sum(axis=2)
            there[ys, xs] = np.minimum(there[ys, xs], far)
            back[ys_r, xs_r] = np.minimum(back[ys_r, xs_r], far)
    return np.sqrt(np.maximum(there, back))


def bands_apart(frame: np.ndarray, references: Sequence[np.ndarray]) -> np.ndarray:
    """(4,) mean distances of the worst quarter of each of `BANDS`, to the reference that is nearest over all."""
    weights = ellipse(CELLS, CELLS) > 0.25
    best: np.ndarray | None = None
    for reference in references:
        for version in (reference, reference[:, ::-1]):
            distances = apart(frame, version)
            values = []
            for band in range(len(BANDS)):
                rows = slice(band * CELLS // len(BANDS), (band + 1) * CELLS // len(BANDS))
                inside = np.sort(distances[rows][weights[rows]])
                values.append(inside[-max(1, round(WORST * len(inside))) :].mean())
            found = np.array(values)
            if best is None or found.sum() < best.sum():
                best = found
    assert best is not None
    return best
