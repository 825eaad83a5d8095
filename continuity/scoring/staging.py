"""References photographed again: the bridge from library stills to frames of clips.

Two stills of a library resemble each other more than a still resembles a frame, so thresholds taken from stills
alone would fail good takes. Here each reference head is cut from its plain backdrop and set before a location plate,
at the sizes, in the light, with the compression and the small misplacement that frames have. What the scores
then are, is what they are for a character who has not drifted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from continuity.scoring.silhouette import figure_mask

FRAME_HEIGHT = 720
HEAD_SHARES = (0.07, 0.14, 0.28, 0.56)  # of the frame's height, from far away to close-up
MISPLACED = 0.05  # of the head's extent: how far the locator's box may be off
JPEG_QUALITY = 85
MOST_PLATES = 6  # location plates that stand behind staged pictures
BLOCK = 16  # pixels of a JPEG block with its colours


@dataclass(frozen=True)
class Staged:
    """A frame with one head in it; ``box`` is x0, y0, x1, y1 in shares; ``cut`` the misplaced crop."""

    frame: np.ndarray
    box: tuple[float, float, float, float]
    cut: np.ndarray


def scaled_plate(plate: np.ndarray) -> np.ndarray:
    """A location plate at the frame's height, as `stage` takes it."""
    wide = round(plate.shape[1] * FRAME_HEIGHT / plate.shape[0])
    return cv2.resize(plate, (wide, FRAME_HEIGHT), interpolation=cv2.INTER_AREA)


def stage(head: np.ndarray, plates: Sequence[np.ndarray], seed: int) -> list[Staged]:
    """One head at four sizes, each before another of ``plates`` (see `scaled_plate`). Without plates: a grey wall."""
    return stage_at(head, HEAD_SHARES, plates, seed)


def stage_at(picture: np.ndarray, shares: Sequence[float], plates: Sequence[np.ndarray], seed: int) -> list[Staged]:
    """A picture at each of ``shares`` of the frame's height, or as large as the frame holds; otherwise as `stage`."""
    random = np.random.default_rng(seed)
    mask = figure_mask(picture)
    wall = np.full((FRAME_HEIGHT, FRAME_HEIGHT * 16 // 9, 3), 128, np.uint8)
    return [
        _staged(picture, mask, plates[int(random.integers(len(plates)))] if plates else wall, share, random)
        for share in shares
    ]


def _staged(
    head: np.ndarray, mask: np.ndarray | None, plate: np.ndarray, share: float, random: np.random.Generator
) -> Staged:
    frame = plate.copy()
    height, width = frame.shape[:2]
    high = min(round(share * FRAME_HEIGHT), FRAME_HEIGHT - 16)
    wide = min(round(high * head.shape[1] / head.shape[0]), width - 16)
    small = cv2.resize(head, (wide, high), interpolation=cv2.INTER_AREA).astype(np.float32)
    x = int(random.integers(8, width - wide - 7))
    y = int(random.integers(8, max(9, (height - high) // 2)))
    alpha = np.ones((high, wide, 1), np.float32)
    if mask is not None:
        alpha = in_256ths(cv2.GaussianBlur(cv2.resize(mask, (wide, high)), (3, 3), 0))[..., None]
    surroundings = frame[y : y + high, x : x + wide].astype(np.float32)
    small *= light_of(frame, random)
    frame[y : y + high, x : x + wide] = np.clip(small * alpha + surroundings * (1 - alpha), 0, 255).astype(np.uint8)
    dx, dy, grow = random.uniform(-MISPLACED, MISPLACED, 3) * (wide, high, 1.0)
    left, top = round(x + dx - grow * wide / 2), round(y + dy - grow * high / 2)
    right, bottom = round(left + wide * (1 + grow)), round(top + high * (1 + grow))
    compress(frame[blocks(top, bottom), blocks(left, right)])
    cut = frame[max(0, top) : bottom, max(0, left) : right]
    return Staged(frame, (x / width, y / height, (x + wide) / width, (y + high) / height), cut)


def blocks(start: int, end: int) -> slice:
    """The whole JPEG blocks around a span of pixels, and one more on either side."""
    return slice(max(0, start // BLOCK - 1) * BLOCK, (end // BLOCK + 2) * BLOCK)


def compress(region: np.ndarray) -> None:
    """Lose in place what JPEG loses: the head's surroundings alone, nobody compares the rest."""
    _, packed = cv2.imencode(".jpg", region[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    region[:] = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))[..., ::-1]


def light_of(frame: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """(3,) factors: a little of the plate's own colour, as light that falls back from a room."""
    mean = np.array(cv2.mean(frame)[:3])
    tint = mean / max(float(mean.max()), 1.0)
    return in_256ths(1 - (part := random.uniform(0.05, 0.3)) + part * tint)


def in_256ths(values: np.ndarray) -> np.ndarray:
    """So that a pixel times light times edge is exact in float32, and rounds to the same grey on every machine."""
    return (np.rint(values.astype(np.float64) * 256) / 256).astype(np.float32)
