"""A take's trait lines: which traits of a character were kept, which changed, and which were not to be seen.

A line's drift is measured in the trait's own unit (`lines.TRAITS`). It is *doubtful* where the drift, of the whole take
or of its worst half, lies beyond what a viewer notices, `NOTICED` times, and what undrifted references reach, `REACHED`
times, both together; and *changed* where it does so `PLAINLY`, by its kind of measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from continuity.scoring import metrics
from continuity.scoring.encoders.traits import Reading
from continuity.scoring.traits.calibration import Noise, TraitAnchor
from continuity.scoring.traits.known import UNKNOWN
from continuity.scoring.traits.lines import TRAITS, Trait, difference, drift, unseen, worst
from continuity.scoring.traits.reading import Shown, nearest_side, read

NOTICED, REACHED = 1.35, 0.9  # decision 37
PLAINLY = 1.33  # times as far: it has changed
# Chances move with pose and light more than colours and sizes do: a letter before a scarf reaches 2.9, a fringe 2.05.
PLAINLY_OF = {"worn": 3.1, "form": 2.1}
BLIND = 3.0  # units of noise from which a trait cannot be judged in this drawing

Verdict = Literal["kept", "doubtful", "changed", "not visible"]


@dataclass(frozen=True)
class TraitLine:
    """One trait in one take. All values are rounded as they are written.

    ``drift``: of the take, in the trait's unit; ``worst``: of the half of the take that drifted most. ``beyond``: the
    larger of both over what it takes to be in doubt, 1 and more: doubtful, `PLAINLY` and more: changed. ``frames``: of
    each frame alone, None where it does not show the trait. ``reason`` says why a trait is not visible.
    """

    name: str
    region: str
    drift: float | None
    worst: float | None
    noise: float | None
    beyond: float | None
    verdict: Verdict
    frames: list[float | None]
    reason: str = ""


def trait_lines(frames: Sequence[Shown | None], anchor: TraitAnchor) -> list[TraitLine]:
    """All lines of a take; None stands for a frame in which the head was not found."""
    return lines_of(read_frames(frames, anchor), anchor)


def read_frames(frames: Sequence[Shown | None], anchor: TraitAnchor) -> list[tuple[int, Reading] | None]:
    """Each frame's reading and the side at which the references compare with it."""
    found = [shown for shown in frames if shown is not None]
    readings = iter(read(found, anchor.look.colours))
    return [None if shown is None else (nearest_side(shown), next(readings)) for shown in frames]


def lines_of(frames: Sequence[tuple[int, Reading] | None], anchor: TraitAnchor) -> list[TraitLine]:
    """As `trait_lines`, of frames already read, each with its side."""
    sides = [frame[0] for frame in frames if frame is not None]
    reason = "not found" if not sides else "the reader does not know such pictures" if anchor.unsure > UNKNOWN else ""
    if reason:
        nothing: list[float | None] = [None] * len(frames)
        return [
            TraitLine(trait.name, trait.region, None, None, None, None, "not visible", nothing, reason)
            for trait in TRAITS
        ]
    side = int(np.median(sides))
    return [_line(trait, frames, anchor, anchor.noise_of(trait.name, side)) for trait in TRAITS]


def _line(
    trait: Trait, frames: Sequence[tuple[int, Reading] | None], anchor: TraitAnchor, noise: Noise | None
) -> TraitLine:
    apart = [None if frame is None else difference(trait, frame[1], anchor.look.readings[frame[0]]) for frame in frames]
    alone = [None if one is None else metrics.rounded(drift([one])) for one in apart]
    mean, half = drift(apart), worst(apart)
    reason = ""
    if noise is None:
        reason = "the references do not show it"
    elif noise.mean > BLIND * trait.unit:
        reason = "the references differ in it as much as characters do"
    elif mean is None or half is None:
        reasons = (unseen(trait, frame[1]) for frame in frames if frame is not None)
        reason = next((why for why in reasons if why), "turned away or covered")
    if noise is None or mean is None or half is None or reason:
        of_noise = None if noise is None else metrics.rounded(noise.mean)
        return TraitLine(trait.name, trait.region, None, None, of_noise, None, "not visible", alone, reason)
    beyond = metrics.rounded(max(beyond_noise(trait, mean, noise.mean), beyond_noise(trait, half, noise.worst)))
    assert beyond is not None
    return TraitLine(
        trait.name,
        trait.region,
        metrics.rounded(mean),
        metrics.rounded(half),
        metrics.rounded(noise.mean),
        beyond,
        "changed" if beyond >= PLAINLY_OF.get(trait.measure, PLAINLY) else "doubtful" if beyond >= 1 else "kept",
        alone,
    )


def beyond_noise(trait: Trait, drift: float, noise: float) -> float:
    """A drift over what it takes to be in doubt."""
    return drift / float(np.hypot(NOTICED * trait.unit, REACHED * noise))
