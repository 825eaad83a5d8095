"""Reading a drawn character's traits off its head and figure: the small network behind the trait lines.

It sees what `scoring.traits.windows` cuts, and the face about the eyes again, twice as large: stage 1 of
EfficientNet-lite2 and the CIE Lab colour of every second pixel. From these it tells which pixels are hair, face,
eyes, glasses, headwear, scarf and clothes (seven *regions*), looks at six more places that it chose itself, and says
for each trait a value and how sure it is of it. It was trained on pictures of invented characters (`training/`),
whose regions and traits are known.

Readings are compared with readings of the references, so what it gets wrong about a character it gets wrong about
both. Convolutions are in whole numbers (`whole`), the rest in float64: the same numbers on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from continuity.scoring.encoders.network import CLIPPED, SUMS, lite_network
from continuity.scoring.encoders.whole import Convolution, Grid

WEIGHTS = Path(__file__).with_name("traits.npz")
REGIONS = ("hair", "face", "eyes", "glasses", "headwear", "scarf", "clothes")
CHOSEN = 6  # places that the network looks at besides
MAPS = 1 + len(REGIONS) + CHOSEN  # the first is everything else
RELUS = Grid(SUMS.step, round(6 / SUMS.step))  # sums cut to 0 … 6
LAB_SCALE, LAB_MIDDLE = 20.0, (50.0, 0.0, 0.0)

# name -> (from, to, size, stride, cut to 0 … 6)
LAYERS: dict[str, tuple[int, int, int, int, bool]] = {
    "mix": (37, 24, 1, 1, True),
    "near": (24, 32, 3, 1, True),
    "down": (32, 48, 3, 2, True),
    "middle": (48, 48, 3, 1, True),
    "down2": (48, 80, 3, 2, True),
    "far": (80, 80, 3, 1, True),
    "last": (80, 32, 3, 2, True),
    "up_far": (80, 32, 1, 1, False),
    "up_middle": (48, 32, 1, 1, False),
    "up_near": (32, 32, 1, 1, False),
    "maps": (32, 4 * MAPS, 1, 1, False),
}
SUMMED = frozenset({"up_near", "maps"})  # layers that read sums cut to 0 … 6

COLOURS = ("hair", "eyes", "skin", "glasses", "headwear", "scarf", "clothes", "shirt")  # CIE Lab
SIZES = ("hair length", "eye size", "nose", "face width", "jaw", "brows", "build", "ears")  # shares of the default
WORN = ("glasses", "headwear", "scarf", "jacket", "freckles", "beard", "creature", "square glasses")
FORMS = {"hair form": 6, "fringe": 3, "jacket cut": 6, "species": 5, "hat cut": 5}
SIZE_SCALE, SIZE_MIDDLE = 0.14, 1.0
GROUPS = (*COLOURS, *SIZES)  # what has a spread of its own
OUTPUTS = 3 * len(COLOURS) + len(SIZES) + len(WORN) + sum(FORMS.values()) + 1 + len(GROUPS)

COLOUR_MAPS = len(REGIONS) + CHOSEN
PROFILED, BINS = 3, 8  # regions whose outlines are told row by row and column by column, and in how many rows
LAST = {"head": 32 * 25, "face": 32 * 12, "figure": 32 * 12}  # numbers of each tower's last layer
OF_TOWER = COLOUR_MAPS * 10 + len(REGIONS) * 33 + PROFILED * BINS * 2  # see `described`
DESCRIBED = sum(OF_TOWER + last for last in LAST.values())
STARTS = dict(zip(LAST, np.cumsum([0, *(OF_TOWER + last for last in LAST.values())]).tolist(), strict=False))
MEANS = [start + i for start in STARTS.values() for i in range(3 * COLOUR_MAPS)]  # where the maps' mean colours are
WORN_BELOW = 2  # the last regions, of which the figure's crop shows more than the head's
HEAD_CELLS = slice(13, 67)  # of 80: the head's window within its crop
SURE = 0.7  # chance of a region, or of none, from which a pixel is known
HEAD_IN_CROP = 1.5 * 1.5  # areas of a head's crop in those of its window
FIGURE_NECK, FIGURE_BELOW = 43, 2.65  # row of a figure's crop where the head's window ends, and heights from there
HEAD = 160  # pixels: what the head's crop is made smaller to
FACE_CUT = (176, 132)  # pixels of the head's crop, about the eyes
FACE_SIZE = (128, 96)  # what they are made smaller to
FACE_ABOVE = 48  # pixels of the head's crop above the eyes
NO_EYES = (160, 184)  # where eyes are looked for when none are seen


@dataclass(frozen=True)
class Reading:
    """What one crop pair says. Colours (8, 3) CIE Lab, sizes (8,), worn (8,) chances, forms chances by name.

    ``spreads`` (16,): how far off each colour (CIE Lab) and each size may be, as the network itself says. ``areas``
    (10,): pixels of the picture that each region covers, those of the head's window, how many of its heights the
    picture shows below it, and the share of the head of which it cannot say what it is. ``turned``: 0 front, 1
    three-quarter, 2 profile.
    """

    colours: np.ndarray
    sizes: np.ndarray
    worn: np.ndarray
    forms: dict[str, np.ndarray]
    spreads: np.ndarray
    areas: np.ndarray
    turned: float
    row: np.ndarray  # (OUTPUTS,) as the network says it: `reading` makes the same again of it and the areas


def lab_cells(pictures: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Colours of every 2 x 2 pixels (n, h / 2, w / 2, 3), scaled to about -3 … 3, and (n, h / 4, w / 4, 13): the four
    of each cell of the network and whether it lies inside its picture."""
    count, height, width = pictures.shape[:3]
    small = np.stack([cv2.resize(p, (width // 2, height // 2), interpolation=cv2.INTER_AREA) for p in pictures])
    rows = small.reshape(count * (height // 2), width // 2, 3).astype(np.float32) / 255
    lab = cv2.cvtColor(rows, cv2.COLOR_RGB2LAB).reshape(count, height // 2, width // 2, 3)
    lab = (lab - np.array(LAB_MIDDLE, np.float32)) / np.float32(LAB_SCALE)
    lab = np.rint(lab * 64) / 64  # the network's own steps: one colour everywhere
    cells = lab.reshape(count, height // 4, 2, width // 4, 2, 3).transpose(0, 1, 3, 2, 4, 5)
    cells = cells.reshape(count, height // 4, width // 4, 12)
    return lab, np.concatenate([cells, inside[..., None].astype(np.float32)], axis=3)


class _Tower:
    """The convolutions over one kind of crop."""

    def __init__(self, arrays: dict[str, np.ndarray], name: str) -> None:
        import torch

        self._torch = torch
        self._layers = {}
        for layer, (_, _, _, stride, clipped) in LAYERS.items():
            weight = torch.from_numpy(arrays[f"{name}.{layer}.weight"].astype(np.float64))
            bias = torch.from_numpy(arrays[f"{name}.{layer}.bias"].astype(np.float64))
            before = SUMS if layer == "mix" else RELUS if layer in SUMMED and layer != "up_near" else CLIPPED
            self._layers[layer] = Convolution.of(weight, bias, stride, 1, clipped, before, CLIPPED if clipped else SUMS)

    def __call__(
        self, pictures: np.ndarray, inside: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Lab (n, 2h, 2w, 3), maps' logits (n, MAPS, 2h, 2w), near features (n, 32, h, w), last features flat."""
        torch = self._torch
        lab, cells = lab_cells(pictures, inside)
        with torch.inference_mode():
            early = lite_network().early(pictures)
            colours = torch.from_numpy(np.ascontiguousarray(cells.transpose(0, 3, 1, 2))).div_(SUMS.step)
            x = torch.cat([early, colours], dim=1).contiguous(memory_format=torch.channels_last)
            layer = self._layers
            near = layer["near"](layer["mix"](x))
            middle = layer["middle"](layer["down"](near))
            far = layer["far"](layer["down2"](middle))
            last = layer["last"](far)
            up = _doubled(_doubled(layer["up_far"](far)) + layer["up_middle"](middle)) + layer["up_near"](near)
            logits = layer["maps"](up.clamp_(0, RELUS.most))
            logits = torch.nn.functional.pixel_shuffle(logits, 2)
        return (
            lab,
            logits.numpy().astype(np.float64) * SUMS.step,
            near.numpy().astype(np.float64) * CLIPPED.step,
            last.numpy().astype(np.float64).reshape(len(pictures), -1) * CLIPPED.step,
        )


def _doubled(x: Any) -> Any:
    return x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)


@dataclass(frozen=True)
class _Looked:
    """What a tower saw in n crops: (n, …) numbers for the dense layers, and each pixel's chances of `REGIONS`."""

    described: np.ndarray
    shares: np.ndarray


def face_of(picture: np.ndarray, inside: np.ndarray, eyes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The face about the eyes, and where it lies inside the frame.

    ``picture`` and ``inside`` (320, 320) as `windows.head_seen` cuts them; ``eyes`` (80, 80): chances, or a mask.
    """
    ys, xs = np.nonzero(eyes > 0.5)
    x, y = (4 * xs.mean() + 2, 4 * ys.mean() + 2) if len(xs) > 3 else NO_EYES
    wide, high = FACE_CUT
    left = round(min(max(x - wide / 2, 0), picture.shape[1] - wide))
    top = round(min(max(y - FACE_ABOVE, 0), picture.shape[0] - high))
    cut = np.ascontiguousarray(picture[top : top + high, left : left + wide])
    mask = inside[top : top + high, left : left + wide]
    rows, columns = (np.arange(n) * size // n for n, size in zip(FACE_SIZE[::-1], (high, wide), strict=True))
    return cv2.resize(cut, FACE_SIZE, interpolation=cv2.INTER_AREA), mask[rows][:, columns]


def smaller(pictures: np.ndarray) -> np.ndarray:
    """Heads' crops (n, 320, 320, 3) as the network first sees them, (n, 160, 160, 3)."""
    return np.stack([cv2.resize(one, (HEAD, HEAD), interpolation=cv2.INTER_AREA) for one in pictures])


class TraitReader:
    """The network, ready to read crops."""

    def __init__(self) -> None:
        data = WEIGHTS.read_bytes()
        self.id = f"traits:{hashlib.sha256(data).hexdigest()[:8]}:whole"
        with np.load(WEIGHTS, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        arrays = {
            name: value.astype(np.float64) * arrays[f"{name}.step"] if f"{name}.step" in arrays else value
            for name, value in arrays.items()
        }
        self._towers = {name: _Tower(arrays, name) for name in LAST}
        self._mean, self._scale = (arrays[f"norm.{name}"].astype(np.float64) for name in ("mean", "scale"))
        self._dense = {
            name: (arrays[f"{name}.weight"], arrays[f"{name}.bias"].astype(np.float64))
            for name in ("dense0", "dense1", "skip")
        }

    def read(
        self,
        heads: Sequence[tuple[np.ndarray, np.ndarray, float]],
        figures: Sequence[tuple[np.ndarray, np.ndarray, float]],
    ) -> list[Reading]:
        """One reading per pair of crops, each crop as (picture, inside, pixels of the crop to one of the frame)."""
        if not heads:
            return []
        pictures = np.stack([picture for picture, _, _ in heads])
        inside = np.stack([mask for _, mask, _ in heads])
        step = pictures.shape[1] // HEAD
        head = self._looked("head", smaller(pictures), inside[:, ::step, ::step])
        faces = [face_of(*one) for one in zip(pictures, inside, head.shares[:, REGIONS.index("eyes")], strict=True)]
        face = self._looked("face", np.stack([p for p, _ in faces]), np.stack([mask for _, mask in faces]))
        figure = self._looked("figure", np.stack([p for p, _, _ in figures]), np.stack([m for _, m, _ in figures]))
        areas, of_figure = (
            looked.shares.sum(axis=(2, 3)) * (2 * one) ** 2 / np.array([scale for _, _, scale in crops])[:, None] ** 2
            for looked, crops, one in ((head, heads, step), (figure, figures, 1))
        )
        areas[:, -WORN_BELOW:] = np.maximum(areas, of_figure)[:, -WORN_BELOW:]
        crop_pixels = pictures.shape[1] * pictures.shape[2] / HEAD_IN_CROP
        windows = np.array([crop_pixels / scale**2 for _, _, scale in heads])
        below = np.array([mask[FIGURE_NECK:].any(axis=1).mean() * FIGURE_BELOW for _, mask, _ in figures])
        middle = head.shares[:, :, HEAD_CELLS, HEAD_CELLS]
        known = np.maximum(middle.max(axis=1), 1 - middle.sum(axis=1))
        unsure = (known < SURE).mean(axis=(1, 2))
        areas = np.concatenate([areas, windows[:, None], below[:, None], unsure[:, None]], axis=1)
        x = np.concatenate([head.described, face.described, figure.described], axis=1)
        out = self._through("dense1", np.maximum(self._through("dense0", (x - self._mean) * self._scale), 0))
        out[:, : 3 * len(COLOURS)] += self._through("skip", x[:, MEANS])
        return [reading(row, area) for row, area in zip(out, areas, strict=True)]

    def _looked(self, tower: str, pictures: np.ndarray, inside: np.ndarray) -> _Looked:
        cells = inside[:, ::4, ::4]
        lab, logits, near, last = self._towers[tower](pictures, cells)
        shares = _softmax(logits[:, : 1 + len(REGIONS)], 1)[:, 1:]
        return _Looked(np.concatenate([described(lab.astype(np.float64), logits, near, cells), last], axis=1), shares)

    def _through(self, name: str, x: np.ndarray) -> np.ndarray:
        weight, bias = self._dense[name]
        result: np.ndarray = x @ weight.T + bias
        return result


def described(lab: np.ndarray, logits: np.ndarray, near: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """What is at each of the maps: mean colour and its spread, area, place and extent; and the near features there."""
    count, _, height, width = logits.shape
    seen = np.repeat(np.repeat(inside, 2, axis=1), 2, axis=2).reshape(count, 1, -1)
    flat = logits.reshape(count, MAPS, -1)
    shares = _softmax(flat[:, : 1 + len(REGIONS)], 1)[:, 1:] * seen
    areas = shares.mean(axis=2)
    of_regions = shares / (shares.sum(axis=2, keepdims=True) + 1.0)
    of_places = _softmax(np.where(seen, flat[:, 1 + len(REGIONS) :], -30.0), 2)
    weights = np.concatenate([of_regions, of_places], axis=1)
    colours = lab.reshape(count, -1, 3)
    means = weights @ colours
    spreads = np.sqrt(np.maximum(weights @ colours**2 - means**2, 0) + 1e-4)
    y, x = (v.ravel() for v in np.mgrid[0:height, 0:width])
    at = np.stack([(x + 0.5) / width * 2 - 1, (y + 0.5) / height * 2 - 1], axis=1)
    places = weights @ at
    extents = np.sqrt(np.maximum(weights @ at**2 - places**2, 0) + 1e-4)
    coarse = weights[:, : len(REGIONS)].reshape(count, len(REGIONS), height // 2, 2, width // 2, 2).sum(axis=(3, 5))
    features = coarse.reshape(count, len(REGIONS), -1) @ near.reshape(count, near.shape[1], -1).transpose(0, 2, 1)
    outlines = shares[:, :PROFILED].reshape(count, PROFILED, BINS, height // BINS, BINS, width // BINS)
    rows = [
        means, spreads, 3 * places, 3 * extents, 4 * np.sqrt(areas + 1e-6), features,
        4 * outlines.mean(axis=(3, 4, 5)), 4 * outlines.mean(axis=(2, 3, 5)),
    ]  # fmt: skip
    return np.concatenate([row.reshape(count, -1) for row in rows], axis=1)


def reading(row: np.ndarray, areas: np.ndarray) -> Reading:
    """The network's (OUTPUTS,) numbers, by their names."""
    ends = np.cumsum([3 * len(COLOURS), len(SIZES), len(WORN), *FORMS.values(), 1, len(GROUPS)])
    colours, sizes, worn, *forms, turned, spreads = np.split(row, ends[:-1])
    scale = np.array([LAB_SCALE] * len(COLOURS) + [SIZE_SCALE] * len(SIZES))
    return Reading(
        colours.reshape(-1, 3) * LAB_SCALE + LAB_MIDDLE,
        sizes * SIZE_SCALE + SIZE_MIDDLE,
        1 / (1 + np.exp(-np.clip(worn, -30, 30))),
        {name: _softmax(values, 0) for name, values in zip(FORMS, forms, strict=True)},
        np.exp(np.clip(spreads, -4, 3)) * scale,
        areas,
        float(turned[0]),
        row,
    )


def _softmax(values: np.ndarray, axis: int) -> np.ndarray:
    raised = np.exp(values - values.max(axis=axis, keepdims=True))
    result: np.ndarray = raised / raised.sum(axis=axis, keepdims=True)
    return result


@lru_cache(maxsize=1)
def trait_reader() -> TraitReader:
    """The process's one reader."""
    return TraitReader()
