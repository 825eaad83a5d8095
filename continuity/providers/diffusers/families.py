"""The pipelines of diffusers that are known here: what each takes, and how a request becomes its arguments.

A card's ``fields`` and ``parameters`` name a pipeline's own arguments, with these of ours: ``first_frame`` (the frame
that a take begins with), ``take`` and ``heads`` (what to mend, and where) of VACE. ``generator`` is given a seed.

Source: the call signatures of diffusers 0.42.1, and of its modular blocks for Wan-Animate 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from PIL import Image

from continuity.plan.schema import Kind
from continuity.providers.diffusers import shaping

Arguments = dict[str, Any]
SEGMENT = 81  # frames that Wan-Animate 2 makes at once


@dataclass(frozen=True)
class Canvas:
    """The frame that a model draws on, and the length and pace of what it draws. ``pictures`` have one frame."""

    width: int
    height: int
    count: int = 1
    fps: int | Fraction = 1
    asked: tuple[int, int] = (0, 0)  # the series' own size, which the canvas holds


@dataclass(frozen=True)
class Held:
    """What stays as it was in a take that is mended: its frames on the canvas, and where they give way."""

    frames: list[Image.Image]
    masks: list[Image.Image]


@dataclass(frozen=True)
class Family:
    """One pipeline. ``prepare`` makes its arguments from a card's, in which files are pictures and frames already."""

    pipeline: str
    kinds: tuple[Kind, ...]
    takes: frozenset[str]
    prepare: Callable[[Arguments, Canvas], tuple[Arguments, Held | None]]
    output: str  # what of its answer is the result
    modular: bool = False
    flow_shifts: Mapping[int, float] = field(
        default_factory=dict
    )  # pixels of a frame, at most -> the scheduler's shift

    def flow_shift(self, canvas: Canvas) -> float | None:
        """The scheduler's shift for that size; None: as the weights bring it."""
        return next((shift for most, shift in self.flow_shifts.items() if canvas.width * canvas.height <= most), None)


def _pictures(values: Arguments, canvas: Canvas) -> tuple[Arguments, Held | None]:
    return values, None


def _from_frame(values: Arguments, canvas: Canvas) -> tuple[Arguments, Held | None]:
    image = shaping.on_canvas(values["image"], canvas.width, canvas.height)
    return {**values, "image": image}, None


def _driven(values: Arguments, canvas: Canvas) -> tuple[Arguments, Held | None]:
    """Wan-Animate 2 takes its frame's shape from the picture, and its area from the two sides, rounding down.

    It pads the last segment with what came before it, so that one of more frames than the clip could not be filled.
    """
    segment = min(SEGMENT, math.ceil((canvas.count - 1) / 4) * 4 + 1)
    values = {"segment_frame_length": segment, **values}
    image = shaping.on_canvas(values["image"], canvas.width, canvas.height)
    driving = [shaping.on_canvas(frame, canvas.width, canvas.height) for frame in values["driving_video"]]
    rounding = {"height": canvas.height + 1e-3, "width": canvas.width}
    return {**values, **rounding, "image": image, "driving_video": driving, "fps": canvas.fps}, None


def _vace(values: Arguments, canvas: Canvas) -> tuple[Arguments, Held | None]:
    """White in a mask is made anew, black is kept; what is made anew is grey in the frames."""
    first, take, heads = (values.pop(name, None) for name in ("first_frame", "take", "heads"))
    size = (canvas.width, canvas.height)
    if take is not None:
        drawn = shaping.masks(heads, canvas.count, canvas.fps, *canvas.asked)
        held = Held(
            [shaping.on_canvas(frame, *size) for frame in take], [shaping.on_canvas(mask, *size) for mask in drawn]
        )
        return {**values, "video": shaping.emptied(held.frames, held.masks), "mask": held.masks}, held
    if first is not None:
        grey, black, white = (
            Image.new("RGB", size, (shaping.GREY,) * 3),
            Image.new("L", size, 0),
            Image.new("L", size, 255),
        )
        later = canvas.count - 1
        video = [shaping.on_canvas(first, *size), *[grey] * later]
        return {**values, "video": video, "mask": [black, *[white] * later]}, None
    return values, None


_SEEDED = frozenset({"prompt", "generator", "num_inference_steps", "width", "height"})
_GUIDED = _SEEDED | {"negative_prompt", "guidance_scale", "max_sequence_length"}
_FILMED = _GUIDED | {"num_frames", "guidance_scale_2"}
_WAN_SHIFTS = {480 * 832: 3.0, 1280 * 1280: 5.0}  # as Wan's makers advise for 480p and 720p

FAMILIES = {
    family.pipeline: family
    for family in (
        Family("Flux2KleinPipeline", ("image",), _GUIDED - {"negative_prompt"} | {"image"}, _pictures, "images"),
        Family(
            "WanImageToVideoPipeline", ("video",), _FILMED | {"image"}, _from_frame, "frames", flow_shifts=_WAN_SHIFTS
        ),
        Family(
            "WanVACEPipeline", ("video", "repair"),
            _FILMED | {"reference_images", "conditioning_scale", "first_frame", "take", "heads"}, _vace, "frames",
            flow_shifts=_WAN_SHIFTS,
        ),
        Family(
            "WanAnimate2ModularPipeline", ("motion",),
            _SEEDED | {"negative_prompt", "image", "driving_video", "segment_frame_length", "max_sequence_length",
                       "prev_segment_conditioning_frames"},
            _driven, "videos", modular=True,
        ),
        Family(
            "WanAnimate2DistilledModularPipeline", ("motion",),
            _SEEDED | {"image", "driving_video", "segment_frame_length", "max_sequence_length",
                       "prev_segment_conditioning_frames"},
            _driven, "videos", modular=True,
        ),
    )
}  # fmt: skip


def canvas_of(values: Mapping[str, Any], size: tuple[int, int], seconds: float | None, fps: int | Fraction) -> Canvas:
    """What is drawn on for a request of that size and length; width and height as the card counts them."""
    width, height = (
        int(values.get(name) or math.ceil(side / shaping.STEP) * shaping.STEP)
        for name, side in zip(("width", "height"), size, strict=True)
    )
    count = int(values.get("num_frames") or (math.ceil(seconds * fps - 1e-6) if seconds else 1))
    return Canvas(width, height, count, fps, size)
