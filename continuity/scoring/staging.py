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

from continuity.scoring.heads import figure_mask

FRAME_HEIGHT = 720
HEAD_SHARES = (0.07, 0.14, 0.28, 0.56)  # of the frame's height, from far away to close-up
MISPLACED = 0.05  # of the head's extent: how far the locator's box may be off
JPEG_QUALITY = 85


@dataclass(frozen=True)
class Staged:
    """A frame with one head in it; ``box`` is x0, y0, x1, y1 in shares; ``cut`` the misplaced crop."""

    frame: np.ndarray
    box: tuple[float, float, float, float]
    cut: np.ndarray


def stage(head: np.ndarray, plates: Sequence[np.ndarray], seed: int) -> list[Staged]:
    """One head at four sizes, each before another plate. Without plates: a grey wall."""
    random = np.random.default_rng(seed)
    mask = figure_mask(head)
    return [
        _staged(head, mask, plates[int(random.integers(len(plates)))] if plates else None, share, random)
        for share in HEAD_SHARES
    ]


def _staged(
    head: np.ndarray, mask: np.ndarray | None, plate: np.ndarray | None, share: float, random: np.random.Generator
) -> Staged:
    wall = np.full((FRAME_HEIGHT, FRAME_HEIGHT * 16 // 9, 3), 128, np.uint8)
    plate = wall if plate is None else plate
    scale = FRAME_HEIGHT / plate.shape[0]
    frame: np.ndarray = cv2.resize(plate, (round(plate.shape[1] * scale), FRAME_HEIGHT), interpolation=cv2.INTER_AREA)
    high = min(round(share * FRAME_HEIGHT), FRAME_HEIGHT - 16)
    wide = min(round(high * head.shape[1] / head.shape[0]), frame.shape[1] - 16)
    small = cv2.resize(head, (wide, high), interpolation=cv2.INTER_AREA).astype(np.float32)
    x = int(random.integers(8, frame.shape[1] - wide - 7))
    y = int(random.integers(8, max(9, (frame.shape[0] - high) // 2)))
    alpha = np.ones((high, wide, 1), np.float32)
    if mask is not None:
        alpha = cv2.GaussianBlur(cv2.resize(mask, (wide, high)), (3, 3), 0)[..., None]
    surroundings = frame[y : y + high, x : x + wide].astype(np.float32)
    small *= _light(frame, random)
    frame[y : y + high, x : x + wide] = np.clip(small * alpha + surroundings * (1 - alpha), 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", frame[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    unpacked = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))
    frame = np.ascontiguousarray(unpacked[..., ::-1])
    dx, dy, grow = random.uniform(-MISPLACED, MISPLACED, 3) * (wide, high, 1.0)
    left, top = round(x + dx - grow * wide / 2), round(y + dy - grow * high / 2)
    right, bottom = round(left + wide * (1 + grow)), round(top + high * (1 + grow))
    cut = frame[max(0, top) : bottom, max(0, left) : right]
    height, width = frame.shape[:2]
    return Staged(frame, (x / width, y / height, (x + wide) / width, (y + high) / height), cut)


def _light(frame: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """(3,) factors: a little of the plate's own colour, as light that falls back from a room."""
    mean = frame.reshape(-1, 3).mean(axis=0)
    tint = mean / max(float(mean.max()), 1.0)
    return (1 - (part := random.uniform(0.05, 0.3)) + part * tint).astype(np.float32)
