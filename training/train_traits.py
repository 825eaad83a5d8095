"""Train the reader of traits on what `draw_traits.py` drew, and write the weights that the package carries.

    python training/train_traits.py FOLDER CHECKPOINT MINUTES TOTAL_MINUTES WEIGHTS

Trains for MINUTES, leaves a checkpoint and writes WEIGHTS; called again it goes on. Without a checkpoint it begins with
WEIGHTS, where there are any, else with nothing. The learning rate falls to nothing at TOTAL_MINUTES. One core,
seed 7. The last file of FOLDER is held out and only measured.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from continuity.scoring.encoders import traits as reader
from continuity.scoring.encoders.network import SUMS, lite_network

HAIR_FORMS = ("bob", "short", "long", "ponytail", "bun", "curly")
CUTS = (None, "jacket", "coat", "raincoat", "cardigan", "dress")
SPECIES = (None, "fox", "cat", "bear", "rabbit")
HATS = (None, "beanie", "cap", "beret", "hood")
FRINGES = ("straight", "swept", "none")
NONE = float("nan")
BATCH, RATE = 32, 2.5e-3
AGAIN = 1.2e-3  # the rate where it begins with weights
SIZES_WEIGH = 2.0
COARSE = ("mix.weight", "skip.weight", "dense1.weight")  # layers whose inputs differ in size: not kept in 8 bits


def lab_of(colour: str | None) -> list[float]:
    if colour is None:
        return [NONE] * 3
    rgb = np.array([[[int(colour[i : i + 2], 16) for i in (1, 3, 5)]]], np.float32) / 255
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0, 0]
    return [float(v) for v in (lab - np.float32(reader.LAB_MIDDLE)) / reader.LAB_SCALE]


def target(truth: dict) -> tuple[list[float], list[int]]:
    """Numbers in the order of the reader's outputs (nan: does not apply), and classes (-1: does not apply)."""
    human, outfit = truth["kind"] == "human", truth["outfit"]
    jacket = outfit["jacket"]
    top = jacket or (outfit["shirt"] if human else truth["fur"])
    colours = [
        truth["hair"] if human else truth["fur"], truth["eyes"], truth["skin"] if human else truth["fur_light"],
        truth["glasses"], outfit["hat"], outfit["scarf"], top, outfit["shirt"] if human else None,
    ]  # fmt: skip
    shut = truth["blink"] > 0.7
    if shut:
        colours[1] = None
    length = NONE
    if human and truth["hair_style"] != "bun":
        length = 1 + (truth["hair_length"] - 0.5) * 0.5
    sizes = [
        length, NONE if shut else truth["eye_scale"], 1 + (truth["nose"] - 1) * 0.75, truth["face_width"],
        truth["jaw"] if human else NONE, 1 + (truth["brows"] - 1) * 0.6, truth["build"],
        NONE if human else truth["ears"],
    ]  # fmt: skip
    worn = [
        truth["glasses"] is not None, outfit["hat"] is not None, outfit["scarf"] is not None, jacket is not None,
        truth["freckles"] if human else NONE, truth["beard"] is not None, not human,
        NONE if truth["glasses"] is None else truth["glasses_shape"] == "square",
    ]  # fmt: skip
    numbers = [v for colour in colours for v in lab_of(colour)]
    numbers += [(v - reader.SIZE_MIDDLE) / reader.SIZE_SCALE for v in sizes]
    numbers += [float(v) for v in worn]
    kinds = [
        HAIR_FORMS.index(truth["hair_style"]) if human else -1,
        FRINGES.index(truth["fringe"]) if human else -1,
        CUTS.index(outfit["jacket_cut"] if jacket else None) if human else -1,
        SPECIES.index(None if human else truth["species"]),
        HATS.index(outfit["hat_cut"] if outfit["hat"] else None),
    ]
    return [*numbers, abs(truth["yaw"])], kinds


class Tower(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleDict(
            {name: nn.Conv2d(a, b, size, stride) for name, (a, b, size, stride, _) in reader.LAYERS.items()}
        )
        for layer in self.layers.values():
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
        nn.init.normal_(self.layers["maps"].weight, std=0.05)
        self.before = nn.BatchNorm2d(37, affine=False)
        self.norms = nn.ModuleDict(
            {name: nn.BatchNorm2d(b) for name, (_, b, _, _, clipped) in reader.LAYERS.items() if clipped}
        )

    def run(self, name: str, x: torch.Tensor) -> torch.Tensor:
        _, _, size, stride, clipped = reader.LAYERS[name]
        if size == 3:
            around = (1, 1, 1, 1)
            if stride == 2:  # as whole.Convolution pads
                high, wide = ((-(-n // 2) - 1) * 2 + 3 - n for n in x.shape[2:])
                around = (wide // 2, wide - wide // 2, high // 2, high - high // 2)
            x = functional.pad(x, around)
        x = self.layers[name](x)
        return self.norms[name](x).clamp(0, 6) if clipped else x

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        near = self.run("near", self.run("mix", self.before(x)))
        middle = self.run("middle", self.run("down", near))
        far = self.run("far", self.run("down2", middle))
        last = self.run("last", far)

        def doubled(y: torch.Tensor) -> torch.Tensor:
            return functional.interpolate(y, scale_factor=2, mode="nearest")

        up = doubled(doubled(self.run("up_far", far)) + self.run("up_middle", middle)) + self.run("up_near", near)
        return functional.pixel_shuffle(self.run("maps", up.clamp(0, 6)), 2), near, last.flatten(1)


def described(lab: torch.Tensor, logits: torch.Tensor, near: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
    """`reader.described`, differentiable."""
    count, _, height, width = logits.shape
    regions = len(reader.REGIONS)
    seen = inside.repeat_interleave(2, 1).repeat_interleave(2, 2).reshape(count, 1, -1).float()
    flat = logits.flatten(2)
    shares = flat[:, : 1 + regions].softmax(1)[:, 1:] * seen
    areas = shares.mean(2)
    of_regions = shares / (shares.sum(2, keepdim=True) + 1.0)
    of_places = torch.where(seen > 0, flat[:, 1 + regions :], torch.tensor(-30.0)).softmax(2)
    weights = torch.cat([of_regions, of_places], 1)
    colours = lab.flatten(1, 2)
    means = weights @ colours
    spreads = ((weights @ colours**2 - means**2).clamp(min=0) + 1e-4).sqrt()
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    at = torch.stack([(x.flatten() + 0.5) / width * 2 - 1, (y.flatten() + 0.5) / height * 2 - 1], 1)
    places = weights @ at
    extents = ((weights @ at**2 - places**2).clamp(min=0) + 1e-4).sqrt()
    coarse = weights[:, :regions].reshape(count, regions, height // 2, 2, width // 2, 2).sum((3, 5))
    features = coarse.flatten(2) @ near.flatten(2).transpose(1, 2)
    bins = reader.BINS
    outlines = shares[:, : reader.PROFILED].reshape(count, -1, bins, height // bins, bins, width // bins)
    rows = [
        means, spreads, 3 * places, 3 * extents, 4 * (areas + 1e-6).sqrt(), features,
        4 * outlines.mean((3, 4, 5)), 4 * outlines.mean((2, 3, 5)),
    ]  # fmt: skip
    return torch.cat([row.flatten(1) for row in rows], 1)


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.head, self.face, self.figure = Tower(), Tower(), Tower()
        self.norm = nn.BatchNorm1d(reader.DESCRIBED, affine=False)
        self.dense0 = nn.Linear(reader.DESCRIBED, 128)
        self.norm0 = nn.BatchNorm1d(128)
        self.dense1 = nn.Linear(128, reader.OUTPUTS)
        nn.init.normal_(self.dense1.weight, std=0.02)
        # Colours are the mean colours of their regions, and what is learnt beside.
        self.skip = nn.Linear(len(reader.MEANS), 3 * len(reader.COLOURS))
        nn.init.zeros_(self.skip.weight)
        nn.init.zeros_(self.skip.bias)
        with torch.no_grad():
            sources = ["head", "face", "head", "face", "head", "figure", "figure"]  # of `COLOURS`
            regions = [0, 2, 1, 3, 4, 5, 6]
            for colour, (tower, region) in enumerate(zip(sources, regions, strict=True)):
                start = 3 * (list(reader.LAST).index(tower) * reader.COLOUR_MAPS + region)
                for axis in range(3):
                    self.skip.weight[3 * colour + axis, start + axis] = 1.0

    def forward(self, head, face, figure):
        parts, maps = [], []
        for tower, (x, lab, inside) in ((self.head, head), (self.face, face), (self.figure, figure)):
            logits, near, last = tower(x)
            parts += [described(lab, logits, near, inside), last]
            maps.append(logits[:, : 1 + len(reader.REGIONS)])
        x = torch.cat(parts, 1)
        hidden = functional.dropout(self.norm0(self.dense0(self.norm(x))).clamp(min=0), 0.05, self.training)
        out = self.dense1(hidden)
        colours = 3 * len(reader.COLOURS)
        return torch.cat([out[:, :colours] + self.skip(x[:, reader.MEANS]), out[:, colours:]], 1), maps


def folded(model: Model) -> dict[str, torch.Tensor]:
    """The model without normalisations, by the reader's names: each is multiplied into the layer beside it.

    But for that of what the dense layers read, whose numbers differ so much in size that a row of weights with all of
    it multiplied in could not be kept in 8 bits.
    """
    result = {}

    def after(norm: nn.Module, weight: torch.Tensor, bias: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        scale = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
        return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), (bias - norm.running_mean) * scale + norm.bias

    def before(norm: nn.Module, weight: torch.Tensor, bias: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        scale = torch.rsqrt(norm.running_var + norm.eps)
        flat = weight.reshape(weight.shape[0], -1)
        return weight * scale.reshape(1, -1, *[1] * (weight.ndim - 2)), bias - flat @ (norm.running_mean * scale)

    for name in reader.LAST:
        tower = getattr(model, name)
        for layer, module in tower.layers.items():
            weight, bias = module.weight, module.bias
            if layer in tower.norms:
                weight, bias = after(tower.norms[layer], weight, bias)
            if layer == "mix":
                weight, bias = before(tower.before, weight, bias)
            result[f"{name}.{layer}.weight"], result[f"{name}.{layer}.bias"] = weight, bias
    weight, bias = after(model.norm0, model.dense0.weight, model.dense0.bias)
    result |= {"dense0.weight": weight, "dense0.bias": bias}
    result |= {"norm.mean": model.norm.running_mean, "norm.scale": torch.rsqrt(model.norm.running_var + model.norm.eps)}
    for layer in ("dense1", "skip"):
        result |= {f"{layer}.{kind}": value for kind, value in getattr(model, layer).named_parameters()}
    return result


def unfolded(model: Model, weights: Path, data: Data) -> None:
    """Begin with what the reader has: `folded`, the other way round.

    The normalisations that were multiplied in are gone. Those of ``data`` take their place, and are undone by what is
    learnt beside them, so that the network says at first what the reader says.
    """
    with np.load(weights) as archive:
        kept = {name: archive[name].astype(np.float64) for name in archive.files}
    values = {
        name: torch.from_numpy(value * kept.get(f"{name}.step", 1.0)).float()
        for name, value in kept.items()
        if not name.endswith(".step")
    }
    with torch.no_grad():
        for name in reader.LAST:
            for layer, module in getattr(model, name).layers.items():
                module.weight.copy_(values[f"{name}.{layer}.weight"])
                module.bias.copy_(values[f"{name}.{layer}.bias"])
        for layer in ("dense0", "dense1", "skip"):
            getattr(model, layer).weight.copy_(values[f"{layer}.weight"])
            getattr(model, layer).bias.copy_(values[f"{layer}.bias"])
        model.norm.running_mean.copy_(values["norm.mean"])
        model.norm.running_var.copy_(values["norm.scale"] ** -2 - model.norm.eps)

    norms = {
        norm: getattr(model, name).layers[layer]
        for name in reader.LAST
        for layer, norm in getattr(model, name).norms.items()
    } | {model.norm0: model.dense0}
    firsts = {getattr(model, name).before: getattr(model, name).layers["mix"] for name in reader.LAST}
    sums = {norm: [0, 0.0, 0.0] for norm in (*norms, *firsts)}

    def count(norm, args) -> torch.Tensor:
        x = args[0].double().transpose(0, 1).flatten(1)
        sums[norm][0] += x.shape[1]
        sums[norm][1] = sums[norm][1] + x.sum(1)
        sums[norm][2] = sums[norm][2] + x.square().sum(1)
        return args[0]

    def passes(norm, args, out) -> torch.Tensor:
        return args[0]  # as if it were not there

    hooks = [norm.register_forward_pre_hook(count) for norm in sums]
    hooks += [norm.register_forward_hook(passes) for norm in sums]
    model.eval()
    chance = np.random.default_rng(7)
    with torch.no_grad():
        for _ in range(16):
            rows = chance.integers(0, len(data), BATCH)
            model(*data.batch(rows, np.zeros(BATCH, bool))[0])
        for hook in hooks:
            hook.remove()
        for norm, (number, total, squares) in sums.items():
            mean = total / number
            variance = (squares / number - mean**2).clamp(min=1e-8)
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)
            deviation = (variance + norm.eps).sqrt().float()
            if norm in norms:
                norm.weight.copy_(deviation)
                norm.bias.copy_(mean)
            else:
                mix = firsts[norm]
                mix.bias.add_(mix.weight.flatten(1) @ mean.float())
                mix.weight.mul_(deviation.reshape(1, -1, 1, 1))
    model.train()


def losses(out: torch.Tensor, numbers: torch.Tensor, kinds: torch.Tensor) -> dict[str, torch.Tensor]:
    colours, sizes, worn = 3 * len(reader.COLOURS), len(reader.SIZES), len(reader.WORN)
    spreads = out[:, -len(reader.GROUPS) :].clamp(-4, 3)
    each = torch.cat([spreads[:, : len(reader.COLOURS)].repeat_interleave(3, 1), spreads[:, len(reader.COLOURS) :]], 1)
    wanted = numbers[:, : colours + sizes]
    known = ~wanted.isnan()
    apart = (out[:, : colours + sizes] - wanted.nan_to_num()).abs()
    # Laplace's likelihood, weighed by its own scale so that what is hard is still learnt (beta-NLL, Seitzer 2022).
    weight = each.detach().exp().sqrt()
    # Sizes are fewer and harder than colours.
    weight = weight * torch.tensor([1.0] * colours + [SIZES_WEIGH] * sizes) * known
    likelihood = (apart / each.exp() + each) * weight
    result = {"value": likelihood.sum() / known.sum(), "apart": (apart * known).sum() / known.sum()}
    wanted = numbers[:, colours + sizes : colours + sizes + worn]
    known = ~wanted.isnan()
    logits = out[:, colours + sizes : colours + sizes + worn]
    entropy = functional.binary_cross_entropy_with_logits(logits, wanted.nan_to_num(), reduction="none")
    result["worn"] = (entropy * known).sum() / known.sum()
    at, total = colours + sizes + worn, out.new_zeros(())
    for place, size in enumerate(reader.FORMS.values()):
        total = total + functional.cross_entropy(out[:, at : at + size], kinds[:, place], ignore_index=-1)
        at += size
    result["forms"] = total / len(reader.FORMS)
    result["turned"] = (out[:, at] - numbers[:, -1]).abs().mean()
    return result


def prepared(file: Path) -> dict[str, np.ndarray]:
    """The samples of a file as the network's inputs, kept beside it: as drawn, and once more under another light and
    with a part of the picture hidden."""
    kept = file.with_suffix(".inputs.npy")
    if not kept.exists():
        with np.load(file) as archive:
            drawn = {name: archive[name] for name in archive.files}
        np.save(kept, _inputs(drawn, np.random.default_rng(int(file.stem))), allow_pickle=True)
    result: dict[str, np.ndarray] = np.load(kept, allow_pickle=True).item()
    return result


def _face(
    head: np.ndarray, inside: np.ndarray, classes: np.ndarray, chance: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The face as the reader cuts it, about the true eyes or a little beside them."""
    whole = np.repeat(np.repeat(inside, 8, 0), 8, 1)
    seen = classes[1::2, 1::2] == 1 + reader.REGIONS.index("eyes")
    eyes = np.roll(seen, chance.integers(-2, 3, 2), (0, 1)).astype(float)
    picture, mask = reader.face_of(head, whole, eyes)
    large = np.repeat(np.repeat(classes, 2, 0), 2, 1)
    ys, xs = np.nonzero(eyes > 0.5)
    x, y = (4 * xs.mean() + 2, 4 * ys.mean() + 2) if len(xs) > 3 else reader.NO_EYES
    wide, high = reader.FACE_CUT
    left = round(min(max(x - wide / 2, 0), len(head) - wide))
    top = round(min(max(y - reader.FACE_ABOVE, 0), len(head) - high))
    rows = top + (np.arange(reader.FACE_SIZE[1] // 2) * 2 + 1) * high // reader.FACE_SIZE[1]
    columns = left + (np.arange(reader.FACE_SIZE[0] // 2) * 2 + 1) * wide // reader.FACE_SIZE[0]
    return picture, mask[::4, ::4], large[rows][:, columns]


def _inputs(drawn: dict[str, np.ndarray], chance: np.random.Generator) -> dict[str, np.ndarray]:
    count = len(drawn["head"])
    parts: dict[str, list[np.ndarray]] = {}
    heads = drawn["head"], drawn["head_in"], drawn["head_class"]
    drawn |= {"head": reader.smaller(drawn["head"]), "head_class": drawn["head_class"][:, 1::2, 1::2]}
    for again in (False, True):
        tint, exposure = chance.normal(0, 0.12, (count, 1)), chance.normal(0, 0.10, (count, 1))
        gains = 2.0 ** (exposure + tint * np.array([1.0, 0.1, -1.0]) + chance.normal(0, 0.03, (count, 3)))
        faces = [_face(*one, chance) for one in zip(*heads, strict=True)]
        drawn |= {f"face{kind}": np.stack([one[i] for one in faces]) for i, kind in enumerate(("", "_in", "_class"))}
        for name in reader.LAST:
            pictures, classes = drawn[name].copy(), drawn[f"{name}_class"].copy()
            high, wide = pictures.shape[1:3]
            if again:
                for i in range(count):
                    pictures[i] = np.clip(pictures[i] * gains[i].astype(np.float32), 0, 255)
                    if chance.random() < 0.25:
                        y, x = chance.integers(0, high), chance.integers(0, wide)
                        dy, dx = chance.integers(8, high // 3), chance.integers(8, wide // 3)
                        pictures[i, y : y + dy, x : x + dx] = chance.integers(0, 255, 3)
                        classes[i, y // 2 : (y + dy) // 2, x // 2 : (x + dx) // 2] = 0
            for start in range(0, count, 8):
                rows = slice(start, start + 8)
                lab, _ = reader.lab_cells(pictures[rows], drawn[f"{name}_in"][rows])
                early = lite_network().early(pictures[rows]).permute(0, 2, 3, 1).numpy()
                parts.setdefault(f"{name}_early", []).append(np.rint(early).astype(np.int16))
                parts.setdefault(f"{name}_lab", []).append(np.rint(lab * 64).astype(np.int16))
            parts.setdefault(f"{name}_class", []).append(classes)
            parts.setdefault(f"{name}_in", []).append(drawn[f"{name}_in"])
    targets = [target(truth) for truth in json.loads(drawn["truths"].tobytes())] * 2
    parts["numbers"] = [np.array([numbers for numbers, _ in targets], np.float32)]
    parts["kinds"] = [np.array([kinds for _, kinds in targets])]
    return {name: np.concatenate(arrays) for name, arrays in parts.items()}


class Data:
    """Samples as drawn, then the same ones changed."""

    def __init__(self, files: list[Path]) -> None:
        parts = [prepared(file) for file in files]
        self.arrays = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        self.numbers, self.kinds = (torch.from_numpy(self.arrays[name]) for name in ("numbers", "kinds"))

    def __len__(self) -> int:
        return len(self.numbers)

    def batch(self, rows: np.ndarray, flips: np.ndarray):
        """Inputs of both towers, classes, numbers and kinds of some samples, mirrored where ``flips`` says so."""
        inputs, maps = [], []
        for name in reader.LAST:
            arrays = [self.arrays[f"{name}_{kind}"][rows] for kind in ("early", "lab", "in", "class")]
            for array in arrays:
                array[flips] = array[flips][:, :, ::-1]
            early, lab, inside, classes = arrays
            lab = lab.astype(np.float32) / 64
            count, high, wide = lab.shape[:3]
            cells = lab.reshape(count, high // 2, 2, wide // 2, 2, 3).transpose(0, 1, 3, 2, 4, 5)
            cells = cells.reshape(count, high // 2, wide // 2, 12)
            x = np.concatenate([early * np.float32(SUMS.step), cells, inside[..., None].astype(np.float32)], axis=3)
            inputs.append((torch.from_numpy(x).permute(0, 3, 1, 2), torch.from_numpy(lab), torch.from_numpy(inside)))
            maps.append(torch.from_numpy(classes.astype(np.int64)))
        return inputs, maps, self.numbers[rows], self.kinds[rows]


def measure(model: Model, data: Data) -> None:
    model.eval()
    outs = []
    with torch.no_grad():
        for start in range(0, len(data), BATCH):
            rows = np.arange(start, min(start + BATCH, len(data)))
            inputs = data.batch(rows, np.zeros(len(rows), bool))[0]
            outs.append(model(*inputs)[0])
    out = torch.cat(outs)
    found = losses(out, data.numbers, data.kinds)
    print({name: round(float(value), 3) for name, value in found.items()})
    place = 0
    words = []
    for name in reader.COLOURS:
        apart = (out[:, place : place + 3] - data.numbers[:, place : place + 3]).square().sum(1).sqrt()
        words.append(f"{name} {float(apart.nanmedian()) * reader.LAB_SCALE:.1f}")
        place += 3
    for name in reader.SIZES:
        wanted, said = data.numbers[:, place], out[:, place]
        known = ~wanted.isnan()
        words.append(f"{name} r={float(torch.corrcoef(torch.stack([wanted[known], said[known]]))[0, 1]):.2f}")
        place += 1
    for name in reader.WORN:
        wanted = data.numbers[:, place]
        known = ~wanted.isnan()
        words.append(f"{name} {float(((out[known, place] > 0) == (wanted[known] > 0.5)).float().mean()):.3f}")
        place += 1
    for index, (name, size) in enumerate(reader.FORMS.items()):
        known = data.kinds[:, index] >= 0
        right = out[known, place : place + size].argmax(1) == data.kinds[known, index]
        words.append(f"{name} {float(right.float().mean()):.3f}")
        place += size
    print(", ".join(words), flush=True)
    model.train()


def export(model: Model, path: Path) -> None:
    """Each row of weights in 8 bits with its own step; what is small, or unlike in size, in float32."""
    arrays: dict[str, np.ndarray] = {}
    for name, value in folded(model).items():
        array = value.detach().numpy().astype(np.float64)
        if name.endswith("weight") and not name.endswith(COARSE):
            step = np.abs(array).reshape(len(array), -1).max(axis=1) / 127 + 1e-12
            step = step.astype(np.float32).reshape(-1, *[1] * (array.ndim - 1))
            arrays[f"{name}.step"] = step
            arrays[name] = np.clip(np.rint(array / step), -127, 127).astype(np.int8)
        else:
            arrays[name] = array.astype(np.float32)
    np.savez_compressed(path, **arrays)


def main(folder: Path, checkpoint: Path, minutes: float, total: float, weights: Path) -> None:
    torch.manual_seed(7)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    files = sorted(folder.glob("*.npz"))
    data, held = Data(files[:-1]), Data(files[-1:])
    model = Model().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), RATE, weight_decay=1e-3)
    spent, step, rate = 0.0, 0, RATE
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        spent, step, rate = state["spent"], state["step"], state["rate"]
    elif weights.exists():
        rate = AGAIN
        unfolded(model, weights, data)
        measure(model, held)
    chance = np.random.default_rng(7 + step)
    began = last = time.monotonic()
    while (now := time.monotonic()) - began < minutes * 60:
        share = min(1.0, (spent + now - began) / (total * 60))
        for group in optimiser.param_groups:
            group["lr"] = float(rate * min(1.0, (step + 1) / 60) * 0.5 * (1 + np.cos(np.pi * share)) + 1e-5)
        inputs, classes, numbers, kinds = data.batch(chance.integers(0, len(data), BATCH), chance.random(BATCH) < 0.5)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out, maps = model(*inputs)
        found = losses(out.float(), numbers, kinds)
        regions = sum(functional.cross_entropy(m.float(), c) for m, c in zip(maps, classes, strict=True))
        loss = 2 * found["value"] + found["worn"] + found["forms"] + 0.5 * found["turned"] + regions
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        step += 1
        if now - last > 60:
            last = now
            print(
                step,
                f"{now - began:.0f} s",
                round(float(loss.detach()), 3),
                "regions",
                round(float(regions.detach()), 3),
            )
            measure(model, held)
    torch.save(
        {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "spent": spent + time.monotonic() - began,
         "step": step, "rate": rate}, checkpoint,
    )  # fmt: skip
    print("steps", step, "samples", len(data))
    measure(model, held)
    export(model, weights)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), Path(sys.argv[5]))
