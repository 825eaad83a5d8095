"""From references to what pipelines take: pictures and frames on a canvas, and masks; and back from their arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageFilter, ImageOps

from continuity.media.pictures import read_picture
from continuity.media.reading import frames

STEP = 16  # of width and height, in pixels: what latents and patches make of them; a card may count in more
MOST_STEP = 32
SAME_SHAPE = 0.03  # ratios this near are the same: a few pixels are cut
HEADS = (0.5, 0.35)  # where a picture is held when it is cut: a little above the middle
GROWN = 1.5  # how much larger than a head what is made anew around it is: hair and chin with it
GREY = 128
SEAM = 0.01  # of the frame's height


def on_canvas(picture: Image.Image, width: int, height: int) -> Image.Image:
    """The whole picture in the middle of a canvas, what is beside it in the colour of its own border.

    One of nearly that shape fills the canvas; one that lacks a few pixels, as a frame of the series on the next
    multiple of a model's step, keeps its pixels and gets its edges once more (`cut` takes them off). Nothing is
    stretched.
    """
    wide, high = width - picture.width, height - picture.height
    if 0 <= wide < MOST_STEP and 0 <= high < MOST_STEP:
        sides = [(high // 2, high - high // 2), (wide // 2, wide - wide // 2), (0, 0)]
        pixels = np.asarray(picture)
        return Image.fromarray(np.pad(pixels, sides[: pixels.ndim], mode="edge"))
    if abs(picture.width / picture.height / (width / height) - 1) <= SAME_SHAPE:
        return ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS, centering=HEADS)
    return ImageOps.pad(picture, (width, height), Image.Resampling.LANCZOS, color=_border(picture))


def _border(picture: Image.Image) -> tuple[int, int, int]:
    pixels = np.asarray(picture)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    red, green, blue = (int(value) for value in np.median(edge, axis=0).round())
    return red, green, blue


def picture(path: Path) -> Image.Image:
    """A still as viewers show it. Raises MediaError."""
    return Image.fromarray(read_picture(path))


def clip(path: Path, count: int, fps: float | Fraction) -> list[Image.Image]:
    """``count`` frames of a clip, ``fps`` a second; the last one stands when it is over. Raises MediaError."""
    return [Image.fromarray(frame) for frame in frames(path, [float(number / fps) for number in range(count)])]


def masks(
    heads: Sequence[Mapping[str, Any]], count: int, fps: float | Fraction, width: int, height: int
) -> list[Image.Image]:
    """For each of ``count`` frames where to make anew (255) and what to keep (0).

    ``heads`` were seen at some times (`continuity.production.heads`). Between two of them both are made anew, since
    heads move from one to the other; before the first and after the last, that one.
    """
    times = [float(seen["at"]) for seen in heads]
    made = []
    for number in range(count):
        at = float(number / fps)
        before = max((n for n, time in enumerate(times) if time <= at), default=0)
        after = min((n for n, time in enumerate(times) if time >= at), default=len(times) - 1)
        mask = np.zeros((height, width), np.uint8)
        for seen in (heads[before], heads[after]):
            for box in seen["boxes"]:
                x0, y0, x1, y1 = _grown(box)
                mask[round(y0 * height) : round(y1 * height), round(x0 * width) : round(x1 * width)] = 255
        made.append(Image.fromarray(mask))
    return made


def _grown(box: Sequence[float]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box
    wide, high = (x1 - x0) * (GROWN - 1) / 2, (y1 - y0) * (GROWN - 1) / 2
    return max(0.0, x0 - wide), max(0.0, y0 - high), min(1.0, x1 + wide), min(1.0, y1 + high)


def emptied(frames: Sequence[Image.Image], masks: Sequence[Image.Image]) -> list[Image.Image]:
    """The frames with grey where they are made anew, as VACE knows what is to be filled."""
    grey = Image.new("RGB", frames[0].size, (GREY,) * 3)
    return [Image.composite(grey, frame, mask) for frame, mask in zip(frames, masks, strict=True)]


def kept(frames: Sequence[Image.Image], made: np.ndarray, masks: Sequence[Image.Image]) -> np.ndarray:
    """What was made, with the pixels of ``frames`` wherever nothing was to be made anew; soft at the seam, inside."""
    held = []
    for old, new, mask in zip(frames, made, masks, strict=True):
        soft = ImageChops.darker(mask, mask.filter(ImageFilter.GaussianBlur(mask.height * SEAM)))
        held.append(np.asarray(Image.composite(Image.fromarray(new), old, soft)))
    return np.stack(held)


def as_bytes(made: Any) -> np.ndarray:
    """(frames, height, width, 3) uint8 of what a pipeline answers: arrays of 0 to 1, or pictures."""
    if not isinstance(made, np.ndarray):
        return np.stack([np.asarray(frame.convert("RGB")) for frame in made])
    return np.ascontiguousarray((made.clip(0, 1) * 255).round().astype(np.uint8))


def cut(made: np.ndarray, width: int, height: int) -> np.ndarray:
    """Without what the next multiple of a model's step has added, from both sides alike."""
    high, wide = made.shape[1:3]
    if wide < width or high < height:
        return made
    top, left = (high - height) // 2, (wide - width) // 2
    return np.ascontiguousarray(made[:, top : top + height, left : left + width])
