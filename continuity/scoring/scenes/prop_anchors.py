"""Calibrating props: where each is found at all, and what same and different are, from the project's own pictures.

- *same*: the prop staged before the plates, at four sizes, in their light, a little turned, found there by itself;
- *different*: the other props staged alike, what is most like it in plates and character pictures without it, and
  the prop distorted: in other hues, wider, narrower. Distortions count for the threshold and not for the floor, as
  lookalikes do with characters.

``found`` is the finder's threshold between frames with the prop and frames without; ``missed`` and ``mistaken`` say how
often staged frames of either kind are on its wrong side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from continuity.scoring import metrics
from continuity.scoring.calibration.anchor import LEAST_WIDTH, Anchor, mean_at, worst_moments
from continuity.scoring.encoders import Encoder
from continuity.scoring.heads.locate import Maps, Statistics, overlap
from continuity.scoring.places import Window
from continuity.scoring.scenes.calibrated import SURE, SceneAnchor, with_threshold
from continuity.scoring.scenes.cutouts import Cutout
from continuity.scoring.scenes.staging import StagedThing, distorted, stage_thing
from continuity.scoring.scenes.things import SIDES, Likeness, Thing, likenesses

TIMES = 4  # stagings of one prop, each at every size
MOST_OTHERS = 4  # props that one is told from
THERE = 0.3  # intersection over union with the truth, from which a window is at it

NOTHING_ELSE = "nothing to tell the prop from: one prop, and no plates; add a location or another prop"
ALIKE = "other things resemble the prop's pictures as much as frames of it do"
UNSEEN = "it is not found in most staged frames of its own pictures; a larger or plainer picture of it may help"


@dataclass(frozen=True)
class ThingAnchor(SceneAnchor):
    """One prop's calibration; ``missed`` and ``mistaken`` are shares of staged frames.

    ``absent`` is the finder's best score in frames without it.
    """

    missed: float
    mistaken: float | None  # None: no frames without it
    absent: float | None

    @property
    def finds(self) -> bool:
        """Whether not finding it says that it is not there."""
        return self.mistaken is not None and (self.missed + self.mistaken) / 2 <= SURE


def thing_anchors(
    cutouts: Mapping[str, Sequence[Cutout]],
    things: Mapping[str, Thing],
    plates: Sequence[np.ndarray],
    without: Sequence[np.ndarray],
    encoder: Encoder,
    statistics: Statistics,
    frames: int,
) -> dict[str, ThingAnchor]:
    """Every prop's anchor. ``plates`` as `staging.scaled_plate` gives them; ``without``: pictures that show no prop."""
    staged = {
        role: [stage_thing(own[turn % len(own)], plates, seed=turn) for turn in range(TIMES)]
        for role, own in cutouts.items()
    }
    maps = {
        role: [[Maps.of(shot.frame, statistics) for shot in shots] for shots in groups]
        for role, groups in staged.items()
    }
    empty = [(picture, Maps.of(picture, statistics)) for picture in (*plates, *without)]
    return {
        role: _anchor(role, cutouts[role], things[role], staged, maps, empty, plates, encoder, frames)
        for role in things
    }


def _anchor(
    role: str,
    cutouts: Sequence[Cutout],
    thing: Thing,
    staged: Mapping[str, list[list[StagedThing]]],
    maps: Mapping[str, list[list[Maps]]],
    empty: Sequence[tuple[np.ndarray, Maps]],
    plates: Sequence[np.ndarray],
    encoder: Encoder,
    frames: int,
) -> ThingAnchor:
    def best(seen: Maps) -> Window:
        return next(iter(thing.finder.search(seen, 1)), Window((0.0, 0.0, 1.0, 1.0), 0.0))

    own = [list(zip(*pair, strict=True)) for pair in zip(staged[role], maps[role], strict=True)]
    located = [[(shot, best(seen)) for shot, seen in shots] for shots in own]
    every = [pair for shots in located for pair in shots]
    there = [window.score for shot, window in every if overlap(window.box, shot.box) >= THERE]
    others = [name for name in staged if name != role][:MOST_OTHERS]
    # One staging of each other prop is enough to say where this one is not.
    absent = [(picture, best(seen)) for picture, seen in empty]
    absent += [
        (shot.frame, best(seen)) for name in others for shot, seen in zip(staged[name][0], maps[name][0], strict=True)
    ]
    nowhere = [window.score for _, window in absent]
    found = _found(there, nowhere)
    missed = sum(not (w.score >= found and overlap(w.box, s.box) >= THERE) for s, w in every) / len(every)

    def like(shots: Sequence[tuple[np.ndarray, Window]]) -> list[Likeness]:
        return likenesses([thing] * len(shots), [a for a, _ in shots], [b for _, b in shots], encoder)

    # As takes are judged: at the window that was found, where the truth is there, else at the truth.
    same = [
        like([(s.frame, w if overlap(w.box, s.box) >= THERE else Window(s.box, 0.0)) for s, w in shots])
        for shots in located
    ]
    rivals = {
        name: [like([(s.frame, Window(s.box, 0.0)) for s in shots]) for shots in staged[name][:2]] for name in others
    }
    background = like(absent[: len(empty)])
    doubles = [
        [like([(s.frame, Window(s.box, 0.0)) for s in stage_thing(one, plates, seed=100 + number)])]
        for number, one in enumerate(distorted(cutouts[0]))
    ]
    apart = [pair for groups in rivals.values() for shots in groups for pair in shots] + background
    alike = [pair for shots in same for pair in shots]
    scale = _scale(alike, apart or [pair for groups in doubles for shots in groups for pair in shots])
    same_worst = worst_moments(scale, same, frames)
    different_worst = [
        moment for groups in (*rivals.values(), *doubles) for moment in worst_moments(scale, groups, frames)
    ] + [round(scale.z(value, side), metrics.DIGITS) for side, value in background]
    no_verdict = ""
    if not apart:
        no_verdict = NOTHING_ELSE
    elif scale.floor > scale.ceiling - LEAST_WIDTH:
        no_verdict = f"{ALIKE} (cosines {scale.floor:.3f} and {scale.ceiling:.3f})"
    elif missed > 0.5:
        no_verdict = UNSEEN
    counted = [f"{len(alike)} staged frames of {len(cutouts)} picture{'s' if len(cutouts) > 1 else ''}"]
    counted += [f"{len(others)} other props"] if others else []
    counted += [f"{len(empty)} pictures without it"] if empty else []
    counted += [f"{len(doubles)} distortions of it"]
    return ThingAnchor(
        with_threshold(replace(scale, found=found), same_worst, different_worst, no_verdict, counted, encoder.id),
        round(missed, metrics.DIGITS),
        round(sum(score >= found for score in nowhere) / len(nowhere), metrics.DIGITS) if nowhere else None,
        round(max(nowhere), metrics.SCALE_DIGITS) if nowhere else None,
    )


def _found(there: Sequence[float], nowhere: Sequence[float]) -> float:
    """(q + 2 w) / 3, as for heads: lower quartile where the prop is, best where it is not."""
    if not there:
        return 1.0
    lowest = float(np.percentile(there, 25))
    return round((lowest + 2 * max(nowhere)) / 3 if nowhere else min(there), metrics.SCALE_DIGITS)


def _scale(alike: Sequence[Likeness], apart: Sequence[Likeness]) -> Anchor:
    """Floors and ceilings by resolution, and over all of them for the reader."""
    ceilings = {str(side): round(mean_at(alike, side), metrics.SCALE_DIGITS) for side in SIDES}
    floors = {
        str(side): round(min(mean_at(apart, side), ceilings[str(side)] - LEAST_WIDTH), metrics.SCALE_DIGITS)
        for side in SIDES
    }
    floor, ceiling = (
        round(float(np.mean([value for _, value in pairs])), metrics.SCALE_DIGITS) for pairs in (apart, alike)
    )
    return Anchor(floor, ceiling, floors, ceilings, None, 0.0, None, [], [], "")
