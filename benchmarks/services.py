"""A thousand jobs, pictures and clips, over eight services at once, each by its own protocol and within its own limits.

The rehearsal's servers play the services, faster than life, and deliver files that were drawn before; adapters, ledger,
store and checks are the product's own. No lane can end before ``rounds × seconds``; the longest lane is the ideal
schedule of all. Cards are those of the tests of each service (tests/rehearsal/scene.py).
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from continuity.jobs.runner import Terms, make_all
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.media.pictures import png_bytes
from continuity.media.video import VideoWriter
from continuity.plan.schema import Budget, Executor
from continuity.rehearsal import drawing
from continuity.rehearsal.faults import Script
from continuity.rehearsal.playing import KEY, SIMULATED_SECONDS
from continuity.rehearsal.server import Server
from continuity.request import ENDINGS

SPEED = 1.0  # times as fast as life
WANTED_SHARE = 1.05
POLL = 0.5  # seconds; a picture of twelve is not to be noticed two late
SIZE, SECONDS = (64, 64), 4.0  # small, since what is timed is the schedule
ROUNDS = {"image": 15, "video": 2}  # of so many jobs as are in flight, one after another: three minutes of each


@dataclass(frozen=True)
class Lane:
    """``in_flight`` jobs of a service at once, as many times as its kind has rounds."""

    scene: Any
    in_flight: int

    @property
    def jobs(self) -> int:
        return self.in_flight * ROUNDS[self.scene.kind]

    @property
    def ideal_seconds(self) -> float:
        return math.ceil(self.jobs / self.in_flight) * SIMULATED_SECONDS[self.scene.kind] / SPEED


def _lanes() -> list[Lane]:
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from rehearsal import scene

    pictures = (scene.FAL, scene.EACHLABS, scene.BFL, scene.REPLICATE)
    clips = (scene.KLING, scene.GEMINI, scene.DASHSCOPE, scene.MODELARK)
    return [*(Lane(one, 10) for one in pictures), *(Lane(one, 50) for one in clips)]


def _asked(lane: Lane) -> list[Wanted]:
    """Requests that differ by their words, since some services take no seed."""
    first = lane.scene.asked()
    small: dict[str, Any] = {"resolution": SIZE}
    if lane.scene.kind == "video":
        small["seconds"] = SECONDS
    shots = (replace(first.request, prompt=f"a red lantern, number {n}", **small) for n in range(lane.jobs))
    return [Wanted(request, 0.01) for request in shots]


def _drawn_once(folder: Path) -> Any:
    """What the studio delivers, whatever is asked: one file of each kind, in the form that the requests ask for."""
    picture = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
    files = {kind: folder / f"{kind}.{ENDINGS[kind]}" for kind in ("image", "video")}
    files["image"].write_bytes(png_bytes(picture))
    with VideoWriter(files["video"], *SIZE, 24) as writer:
        for _ in range(round(SECONDS * 24)):
            writer.write(picture)

    async def drawn(self: drawing.Studio, id: str, values: Mapping[str, Any]) -> Path:
        return files[values["kind"]]

    return drawn


def measure() -> Iterator[str]:
    """Lines for ``python -m benchmarks``."""
    lanes = _lanes()
    wanted = [item for lane in lanes for item in _asked(lane)]
    ideal = max(lane.ideal_seconds for lane in lanes)
    kept = drawing.Studio.drawn
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        drawing.Studio.drawn = _drawn_once(folder)  # type: ignore[method-assign]
        try:
            for lane in lanes:
                os.environ[lane.scene.key_env] = KEY
            with Server(folder / "services", speed=SPEED, script=Script()) as server:
                services = {}
                for lane in lanes:
                    services |= lane.scene.terms(server, jobs_in_flight=lane.in_flight, poll_seconds=POLL).services
                terms = Terms(Executor(kind="serial"), Budget(max_usd=1000), "bench", services)
                begun = time.monotonic()
                made = make_all(wanted, Store(folder / "store"), terms, lambda _: None, "services")
                took = time.monotonic() - begun
                bought = len(server.stage.books.jobs())
        finally:
            drawing.Studio.drawn = kept  # type: ignore[method-assign]
    kinds = Counter(item.request.kind for item in wanted)
    mixed = ", ".join(f"{n} {kind}" for kind, n in kinds.items())
    yield (
        f"{len(made)} jobs ({mixed}) over {len(services)} services at once, at the speed of life times {SPEED:g}: "
        f"{took:.1f} s, {took / ideal:.3f} of the ideal schedule (at most {WANTED_SHARE}); {bought} bought"
    )
