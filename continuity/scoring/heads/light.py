"""Taking the scene's light off a crop before it is compared.

A face in blue night light is the same face. But a colour correction free to do anything would also turn green
hair back to lavender; so only lights that exist are taken off: gains along the daylight line from warm to blue,
and a little exposure. The light chosen is the one under which the crop's colours come nearest to any reference.
Measured on the puppet (docs/decisions/0003): mean AUC of undrifted against drifted takes
rose from 0.75 to 0.85.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from continuity.scoring.encoders.base import cosines
from continuity.scoring.encoders.colour import lab_thirds_of

TINTS = range(-2, 6)  # steps from blue-removing (+) to warmth-removing (−)
EXPOSURES = (1.0, 1.25, 1.55)
JUDGED_SIDE = 32  # pixels: lights are told apart on small pictures
STEP = 0.11  # powers of two per step: red up, blue down
TINT_COST, EXPOSURE_COST = 0.004, 0.04  # in cosine: without evidence, nothing is corrected


Light = tuple[int, float]  # steps of tint, and exposure
NEUTRAL: Light = (0, 1.0)


def without_light(picture: np.ndarray, references: np.ndarray) -> np.ndarray:
    """The picture under neutral light, judged by ``references``, the (n, 1089) `lab_thirds` of the subject."""
    return lit(picture, light_taken_off(picture, references))


def light_taken_off(picture: np.ndarray, references: np.ndarray) -> Light:
    """What `lit` must be given for the picture to look most like any of ``references``."""
    small = cv2.resize(picture, (JUDGED_SIDE, JUDGED_SIDE), interpolation=cv2.INTER_AREA)

    def best_of(lights: Sequence[Light]) -> Light:
        colours = lab_thirds_of(np.stack([lit(small, light) for light in lights]))
        costs = [TINT_COST * abs(tint) + EXPOSURE_COST * (exposure - 1) for tint, exposure in lights]
        return lights[int(np.argmax(cosines(colours, references).max(axis=1) - costs))]

    # Coarse, then the neighbours: a third of the work of trying all.
    tint, exposure = best_of([(t, e) for t in TINTS[::2] for e in EXPOSURES[:2]])
    stronger = {exposure, EXPOSURES[2] if exposure > 1 else exposure}
    return best_of([(t, e) for t in (tint - 1, tint, tint + 1) if t in TINTS for e in sorted(stronger)])


def lit(picture: np.ndarray, light: Light) -> np.ndarray:
    """Every channel times its gain, by table: the same for each of its 256 values."""
    if light == NEUTRAL:
        return picture
    tint, exposure = light
    gains = np.array([2 ** (STEP * tint), 2 ** (0.02 * tint), 2 ** (-STEP * tint)], np.float32) * exposure
    table = np.clip(np.arange(256, dtype=np.float32)[:, None] * gains.astype(np.float32), 0, 255).astype(np.uint8)
    return cv2.LUT(picture, table[None])
