"""One episode cut by `continuity.media.cut.assemble` and by the ``ffmpeg`` program, from the same takes.

Both get six takes of four seconds (1280x720, 25 frames per second, H.264 with AAC, a voice-like sound at
-23 LUFS) and make the same things: the pictures joined without encoding them again, the sound at -16 LUFS
as stereo AAC at 192 kbit/s, the index in front, and a poster. ffmpeg is given its usual way of each: the concat
demuxer with ``-c:v copy``, ``loudnorm`` in two passes (one measures, one applies; a single pass would ride
the level), and one call for the poster. Subtitles are text on both sides; ours writes them in the time
measured. Ours runs as the assemble stage runs it, in a Python process that has its libraries loaded, since
a stage loads them once for all episodes; what loading adds is told beside it. The runs take turns, and the
least of each side counts.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from continuity.media.audio import normalise
from continuity.media.cut import CutShot, assemble
from continuity.media.video import VideoWriter

TAKES, SECONDS, WIDTH, HEIGHT, FPS, RATE = 6, 4, 1280, 720, 25, 48_000
LUFS = -16.0
RUNS = 5
WANTED = 1.2

_LOADING = "import continuity.media.cut, cv2, pyloudnorm, scipy.ndimage, scipy.signal, soundfile"


def measure() -> Iterator[str]:
    """Lines for ``python -m benchmarks``."""
    if shutil.which("ffmpeg") is None:
        yield "no comparison: the ffmpeg program is not installed (Continuity itself does not need it)"
        return
    ours, theirs, loading = times()
    yield (
        f"cutting an episode of {TAKES} takes: {ours:.2f} s against {theirs:.2f} s by the ffmpeg program: "
        f"ratio {ours / theirs:.2f} (at most {WANTED}); loading the libraries, once per run, {loading:.2f} s"
    )


def ratio() -> float | None:
    """Our time over ffmpeg's; None where ffmpeg is not installed."""
    if shutil.which("ffmpeg") is None:
        return None
    ours, theirs, _ = times()
    return ours / theirs


def times() -> tuple[float, float, float]:
    """Least seconds of ``RUNS``: ours, ffmpeg's, and loading our libraries in a fresh process."""
    with tempfile.TemporaryDirectory(prefix="continuity-bench-") as name:
        folder = Path(name)
        takes = _takes(folder)
        (folder / "takes.txt").write_text("".join(f"file '{take}'\n" for take in takes))
        _ours(takes, folder)  # loads what is loaded late
        ours, theirs = [], []
        for _ in range(RUNS):
            ours.append(_seconds(lambda: _ours(takes, folder)))
            theirs.append(_seconds(lambda: _ffmpegs(folder)))
        loading = min(_seconds(lambda: _run(sys.executable, "-c", _LOADING)) for _ in range(3))
        loading -= min(_seconds(lambda: _run(sys.executable, "-c", "")) for _ in range(3))
    return min(ours), min(theirs), loading


def _takes(folder: Path) -> list[Path]:
    """Clips with grain and movement, so that they are as large as real ones."""
    paths = []
    random = np.random.default_rng(7)
    grain = random.integers(0, 24, (HEIGHT + FPS * SECONDS, WIDTH, 3), dtype=np.uint8)
    slope = np.linspace(30, 200, WIDTH, dtype=np.uint8)[None, :, None]
    for number in range(TAKES):
        path = folder / f"take{number}.mp4"
        with VideoWriter(path, WIDTH, HEIGHT, FPS, audio=(_voice(random), RATE)) as writer:
            for frame in range(FPS * SECONDS):
                writer.write(grain[frame : frame + HEIGHT] + slope)
        paths.append(path)
    return paths


def _voice(random: np.random.Generator) -> np.ndarray:
    """Harmonics of a voice's pitch in syllables, with a breath of noise, at -23 LUFS."""
    time_axis = np.arange(SECONDS * RATE) / RATE
    pitch = 2 * np.pi * (120 + 60 * random.random()) * time_axis
    tone = sum(np.sin(order * pitch) / order for order in range(1, 12))
    syllables = np.clip(np.sin(2 * np.pi * 3 * time_axis + 6 * random.random()), 0, None)
    samples = (syllables * tone + 0.01 * random.normal(size=len(time_axis))).astype(np.float32)
    return normalise(0.1 * samples, RATE, -23.0)


def _ours(takes: list[Path], folder: Path) -> None:
    shots = [
        CutShot(take.stem, take, SECONDS, lines=[(f"A line in take {number}.", 0.5, 2.0)])
        for number, take in enumerate(takes)
    ]
    report = assemble(shots, folder / "ours.mp4", width=WIDTH, height=HEIGHT, fps=FPS, loudness_lufs=LUFS)
    assert all(each.how == "copied" for each in report.shots)


def _ffmpegs(folder: Path) -> None:
    target = f"loudnorm=I={LUFS}:TP=-1.5"
    joined = ["-f", "concat", "-safe", "0", "-i", str(folder / "takes.txt")]
    said = _run("ffmpeg", "-hide_banner", *joined, "-vn", "-af", f"{target}:print_format=json", "-f", "null", "-")
    heard = json.loads(said[said.rindex("{") : said.rindex("}") + 1])
    measured = ":".join(f"measured_{name}={heard[f'input_{name.lower()}']}" for name in ("I", "TP", "LRA", "thresh"))
    applied = f"{target}:{measured}:offset={heard['target_offset']}:linear=true"
    result = str(folder / "theirs.mp4")
    _run(
        "ffmpeg", "-v", "error", "-y", *joined, "-c:v", "copy", "-af", applied, "-ar", str(RATE), "-ac", "2",
        "-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart", result,
    )  # fmt: skip
    _run("ffmpeg", "-v", "error", "-y", "-ss", "2", "-i", result, "-frames:v", "1", str(folder / "theirs.jpg"))


def _run(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stderr


def _seconds(function: Callable[[], None] | Callable[[], str]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


if __name__ == "__main__":
    print(*measure(), sep="\n")
