"""How far undrifted references lie from each other, trait by trait: the noise that a drift has to exceed.

Every reference is staged as frames (`scoring.staging`): set before plates at four sizes, tinted, compressed,
misplaced. Each is compared with the *other* references. Of these staged frames takes are drawn; what their drifts reach
in 95 of a hundred is the noise of a trait at that size. So a trait that the reader cannot see in this drawing, or that
the references themselves do not agree on, has a noise that no drift exceeds, and raises no alarm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from continuity.scoring.encoders.traits import Reading, reading
from continuity.scoring.staging import HEAD_SHARES, MISPLACED, stage_at
from continuity.scoring.traits.known import PLAIN, unsure
from continuity.scoring.traits.lines import BELOW, TRAITS, Trait, difference, drifts
from continuity.scoring.traits.reading import SIDES, Box, Look, Shown, read, read_look
from continuity.scoring.vectors import as_array, from_array

TAKES = 48  # drawn per trait and size
REACHED = 95  # percentile
FEW = 2.0  # over the number of references: by how much more the next may differ than these tell
WORN_BELOW = ("scarf", "clothes", "figure")  # regions of which a headshot shows little
WHOLE_FIGURE = 0.5  # of what the widest reference shows below the head
ALONE = 2.0  # times the noise of a trait that one reference alone shows: nothing says how the next would differ
DIGITS = 4


@dataclass(frozen=True)
class Noise:
    """The drifts that undrifted takes reach: of their mean, and of their worst half."""

    mean: float
    worst: float


@dataclass(frozen=True)
class TraitAnchor:
    """One look's references as read, and the noise by trait and side; no entry where staged references lack it."""

    look: Look
    noise: Mapping[str, Mapping[int, Noise]]

    @property
    def unsure(self) -> float:
        """The share of the references' heads, plainly seen, of which the reader cannot say what it is."""
        return unsure(self.look.readings[PLAIN])

    def noise_of(self, trait: str, side: int) -> Noise | None:
        """The noise at that side, or at the nearest that has any."""
        sides = self.noise.get(trait, {})
        return sides[min(sides, key=lambda known: abs(np.log(known / side)))] if sides else None

    def to_arrays(self) -> dict[str, np.ndarray]:
        """For `vectors.save`."""
        arrays = {"colours": self.look.colours, "noise": as_array(_plain(self.noise))}
        for side, readings in self.look.readings.items():
            arrays[f"rows {side}"] = np.stack([one.row for one in readings])
            arrays[f"areas {side}"] = np.stack([one.areas for one in readings])
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> TraitAnchor:
        """From `to_arrays`; nothing is lost."""
        readings = {
            side: [
                reading(row, area) for row, area in zip(arrays[f"rows {side}"], arrays[f"areas {side}"], strict=True)
            ]
            for side in SIDES
        }
        noise = {
            trait: {int(side): Noise(*values) for side, values in sides.items()}
            for trait, sides in from_array(arrays["noise"]).items()
        }
        return cls(Look(readings, arrays["colours"]), noise)


def _plain(noise: Mapping[str, Mapping[int, Noise]]) -> dict[str, dict[str, list[float]]]:
    return {trait: {str(side): [one.mean, one.worst] for side, one in sides.items()} for trait, sides in noise.items()}


def calibrated(references: Sequence[Shown], plates: Sequence[np.ndarray], frames: int) -> TraitAnchor:
    """Read a look's references and stage them. ``plates`` as `staging.scaled_plate` makes them; ``frames`` of a take.

    Raises ValueError without references.
    """
    look = read_look(references)
    staged: list[list[Reading]] = []
    for index, shown in enumerate(references):
        high = shown.box[3] - shown.box[1]
        random = np.random.default_rng(1000 + index)
        shots = stage_at(shown.picture, [share / high for share in HEAD_SHARES], plates, seed=index)
        placed = [Shown(shot.frame, _head_in(shot.box, shown.box, random)) for shot in shots]
        staged.append(read(placed, look.colours))
    noise: dict[str, dict[int, Noise]] = {}
    for trait in TRAITS:
        for place, side in enumerate(SIDES):
            found = _noise(trait, [own[place] for own in staged], look.readings[side], frames)
            if found is not None:
                noise.setdefault(trait.name, {})[side] = found
    return TraitAnchor(look, noise)


def _noise(trait: Trait, frames: Sequence[Reading], references: Sequence[Reading], count: int) -> Noise | None:
    # Of clothes a headshot shows a collar: what it says of them is no measure of what a whole figure says.
    shown = max(frame.areas[BELOW] for frame in frames) * WHOLE_FIGURE if trait.region in WORN_BELOW else 0.0
    kept = [index for index, frame in enumerate(frames) if frame.areas[BELOW] >= shown]
    others = [difference(trait, frames[i], [*references[:i], *references[i + 1 :]]) for i in kept]
    apart, alone = [one for one in others if one is not None], 1.0
    if not apart:  # one reference alone shows it
        own = [difference(trait, frames[i], references) for i in kept]
        apart, alone = [one for one in own if one is not None], ALONE
    if not apart:
        return None
    random = np.random.default_rng(7)
    takes = np.stack(apart)[[random.integers(len(apart), size=count) for _ in range(TAKES)]]
    widened = alone * (1 + FEW / len(references))
    return Noise(*(round(float(np.percentile(values, REACHED)) * widened, DIGITS) for values in drifts(takes)))


def _head_in(placed: Box, head: Box, random: np.random.Generator) -> Box:
    """The head's window within a picture that was placed in a frame, misplaced as a locator misplaces it."""
    x0, y0, x1, y1 = placed
    wide, high = x1 - x0, y1 - y0
    dx, dy, grow = random.uniform(-MISPLACED, MISPLACED, 3)
    head_wide, head_high = (head[2] - head[0]) * wide, (head[3] - head[1]) * high
    x = x0 + (head[0] + head[2]) / 2 * wide + dx * head_wide
    y = y0 + (head[1] + head[3]) / 2 * high + dy * head_high
    half_wide, half_high = head_wide * (1 + grow) / 2, head_high * (1 + grow) / 2
    return x - half_wide, y - half_high, x + half_wide, y + half_high
