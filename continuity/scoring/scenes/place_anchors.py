"""Calibrating places: what frames of a plate score against it, and what frames of other places do.

- *same*: parts of the plate, as near as shots see it, in a little other light, with bodies before it;
- *different*: other locations' plates, staged alike. The same location at another time of day is neither: its mean,
  ``other_time``, is published beside the floor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from continuity.scoring import metrics
from continuity.scoring.calibration.anchor import LEAST_WIDTH, Anchor, worst_moments
from continuity.scoring.encoders import Encoder
from continuity.scoring.encoders.base import cosines
from continuity.scoring.scenes.calibrated import SceneAnchor, with_threshold
from continuity.scoring.scenes.places import SIDE, Background, Plate
from continuity.scoring.scenes.staging import stage_place

TIMES = 3  # stagings of one plate, each in every framing
MOST_OTHERS = 6  # plates that one is told from

ONE_PLACE = "one location, and nothing to tell it from; add another"
ALIKE = "other locations resemble the plate as much as frames of it do"


@dataclass(frozen=True)
class PlaceAnchor(SceneAnchor):
    """One plate's calibration, at one resolution; ``other_time`` is a mean cosine."""

    other_time: float | None

    def z(self, value: float) -> float:
        return self.scale.z(value, SIDE)


def place_anchors(
    plates: Mapping[str, Plate], place_of: Mapping[str, str], encoder: Encoder, frames: int
) -> dict[str, PlaceAnchor]:
    """Every plate's anchor, by role; ``place_of`` says which location a plate shows."""
    staged = {role: stage_place(plate.picture, number, TIMES) for number, (role, plate) in enumerate(plates.items())}
    seen = {
        role: [[Background.of(shot.frame, shot.heads) for shot in shots] for shots in groups]
        for role, groups in staged.items()
    }
    rows = {role: [encoder.embed([one.squeezed for one in group]) for group in groups] for role, groups in seen.items()}
    return {role: _anchor(role, plates, place_of, seen, rows, encoder, frames) for role in plates}


def _anchor(
    role: str,
    plates: Mapping[str, Plate],
    place_of: Mapping[str, str],
    seen: Mapping[str, list[list[Background]]],
    rows: Mapping[str, list[np.ndarray]],
    encoder: Encoder,
    frames: int,
) -> PlaceAnchor:
    def like(name: str) -> list[list[tuple[int, float]]]:
        return [
            [(SIDE, value) for value in likeness(group, row, plates[role], encoder)]
            for group, row in zip(seen[name], rows[name], strict=True)
        ]

    elsewhere = [name for name in plates if place_of[name] != place_of[role]][:MOST_OTHERS]
    later = [name for name in plates if name != role and place_of[name] == place_of[role]][:MOST_OTHERS]
    same, others, times = like(role), {name: like(name) for name in elsewhere}, [like(name) for name in later]
    ceiling = _mean([same])
    floor = min(_mean(list(others.values())) if others else 0.0, ceiling - LEAST_WIDTH)
    scale = Anchor(floor, ceiling, {str(SIDE): floor}, {str(SIDE): ceiling}, None, 0.0, None, [], [], "")
    same_worst = worst_moments(scale, same, frames)
    different_worst = [moment for groups in others.values() for moment in worst_moments(scale, groups, frames)]
    no_verdict = ""
    if not others:
        no_verdict = ONE_PLACE
    elif _mean(list(others.values())) > ceiling - LEAST_WIDTH:
        no_verdict = f"{ALIKE} (cosines {floor:.3f} and {ceiling:.3f})"
    counted = [f"{sum(len(group) for group in same)} staged frames of the plate"]
    counted += [f"as many of each of {len(others)} plates of other locations"] if others else []
    counted += [f"and {len(later)} of other times (counted apart)"] if later else []
    return PlaceAnchor(
        with_threshold(scale, same_worst, different_worst, no_verdict, counted, encoder.id),
        _mean(times) if times else None,
    )


def likeness(backgrounds: Sequence[Background], rows: np.ndarray, plate: Plate, encoder: Encoder) -> list[float]:
    """Cosine of each frame with the part of the plate that it shows, clipped at 0; ``rows`` are the frames' vectors."""
    if not backgrounds:
        return []
    parts = plate.rows([(one.shows(plate), one.covered) for one in backgrounds], encoder)
    return [float(max(0.0, cosines(row[None], part[None])[0, 0])) for row, part in zip(rows, parts, strict=True)]


def _mean(groups: Sequence[Sequence[Sequence[tuple[int, float]]]]) -> float:
    values = [value for shots in groups for shot in shots for _, value in shot]
    return round(float(np.mean(values)), metrics.SCALE_DIGITS)
