"""A shot's location in one take: whether its background is that plate, and not another place or another time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from continuity.scoring import metrics
from continuity.scoring.encoders import Encoder
from continuity.scoring.encoders.base import cosines
from continuity.scoring.judges.view import View
from continuity.scoring.scenes.place_anchors import PlaceAnchor, likeness
from continuity.scoring.scenes.places import SIDE, WHOLE, Background, Plate
from continuity.scoring.scenes.score import (
    ELSEWHERE,
    NO_VERDICT,
    OTHER_TIME,
    Box,
    PlaceFrame,
    PlaceScore,
    by_threshold,
)

LEAST_SEEN = 0.12  # of a frame: with less background in view the place is not judged
COMPARED = 3  # frames of a take that are compared with other plates
RIVALS = 2  # plates of other locations that are, the likest as a whole; and as many of other times

HIDDEN = f"not judged: the cast leaves less than {LEAST_SEEN:.0%} of every frame in view"
FRAME_DIGITS = 4


def place_score(
    role: str,
    plates: Mapping[str, Plate],
    place_of: Mapping[str, str],
    anchor: PlaceAnchor,
    times: Sequence[float],
    views: Sequence[View],
    heads: Sequence[Sequence[Box]],
    encoder: Encoder,
) -> PlaceScore:
    """``heads``: boxes of the located cast, frame by frame. Rounded as written, and decided on so."""
    every = [Background.of(view.picture, boxes) for view, boxes in zip(views, heads, strict=True)]
    judged = [place for place, one in enumerate(every) if one.seen >= LEAST_SEEN]
    rows = encoder.embed([every[place].squeezed for place in judged]) if judged else np.zeros((0, 1))
    own = likeness([every[place] for place in judged], rows, plates[role], encoder)
    compared = _spread(len(judged))
    others: dict[str, list[float]] = {}
    for name in _rivals(role, plates, place_of, rows, encoder):
        chosen = [every[judged[place]] for place in compared]
        others[name] = likeness(chosen, rows[compared], plates[name], encoder)
    elsewhere = [values for name, values in others.items() if place_of[name] != place_of[role]]
    later = [values for name, values in others.items() if place_of[name] == place_of[role]]
    frames = [
        PlaceFrame(round(t, FRAME_DIGITS), metrics.rounded(one.seen) or 0.0)
        for t, one in zip(times, every, strict=True)
    ]
    for number, place in enumerate(judged):
        at = compared.index(number) if number in compared else None
        frames[place] = PlaceFrame(
            frames[place].t,
            frames[place].seen,
            metrics.rounded(own[number]),
            metrics.rounded(anchor.z(own[number])),
            _margin(own[number], elsewhere, at),
            _margin(own[number], later, at),
            every[place].shows(plates[role]),
        )
    identities = [frame.identity for frame in frames if frame.identity is not None]
    scaled = [frame.z for frame in frames if frame.z is not None]
    z_p05 = metrics.rounded(metrics.identity_p05(scaled))
    margin = _mean([frame.margin for frame in frames])
    time_margin = _mean([frame.time_margin for frame in frames])
    means = {name: float(np.mean(values)) for name, values in others.items() if values}
    if compared:
        means[role] = float(np.mean([own[number] for number in compared]))
    verdict, reason = _verdict(anchor, bool(judged), z_p05, margin, time_margin)
    return PlaceScore(
        location=role,
        identity=metrics.rounded(metrics.identity(identities)),
        identity_p05=metrics.rounded(metrics.identity_p05(identities)),
        z=metrics.rounded(metrics.identity(scaled)),
        z_p05=z_p05,
        coverage=metrics.rounded(float(np.mean([one.seen for one in every]))) or 0.0 if every else 0.0,
        margin=margin,
        time_margin=time_margin,
        nearest=max(sorted(means), key=lambda name: round(means[name], metrics.DIGITS)) if means else None,
        verdict=verdict,  # type: ignore[arg-type]
        reason=reason,
        sure=anchor.tells and verdict != OTHER_TIME,
        frames=frames,
    )


def _rivals(
    role: str, plates: Mapping[str, Plate], place_of: Mapping[str, str], rows: np.ndarray, encoder: Encoder
) -> list[str]:
    """The plates that the frames are likest to as they are, of other locations and of other times."""
    if not len(rows):
        return []
    nothing = np.zeros((SIDE, SIDE), bool)
    likest = {
        name: round(float(cosines(rows, plate.rows([(WHOLE, nothing)], encoder)).mean()), metrics.DIGITS)
        for name, plate in plates.items()
        if name != role
    }
    order = sorted(likest, key=lambda name: (-likest[name], name))
    kinds = ([name for name in order if (place_of[name] == place_of[role]) is same] for same in (False, True))
    return [name for kind in kinds for name in kind[:RIVALS]]


def _spread(count: int) -> list[int]:
    """At most `COMPARED` of so many, evenly spread."""
    if count <= COMPARED:
        return list(range(count))
    return [int((number + 0.5) * count / COMPARED) for number in range(COMPARED)]


def _margin(own: float, others: Sequence[Sequence[float]], at: int | None) -> float | None:
    return None if at is None or not others else round(own - max(values[at] for values in others), metrics.DIGITS)


def _mean(values: Sequence[float | None]) -> float | None:
    return metrics.rounded(metrics.identity([value for value in values if value is not None]))


def _verdict(
    anchor: PlaceAnchor, judged: bool, z_p05: float | None, margin: float | None, time_margin: float | None
) -> tuple[str, str]:
    """(verdict, why there is none)."""
    threshold = anchor.scale.threshold
    if not judged or z_p05 is None:
        return NO_VERDICT, HIDDEN
    if threshold is None:
        return NO_VERDICT, anchor.scale.no_verdict
    worst = min([value for value in (margin, time_margin) if value is not None], default=0.0)
    if worst < 0:  # the lower of the two margins is against the plate that the frames are likest
        return (OTHER_TIME if worst == time_margin else ELSEWHERE), ""
    return by_threshold(z_p05, threshold), ""
