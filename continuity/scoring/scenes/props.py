"""A shot's props in one take: where each is, frame by frame, and whether it is still the same thing."""

from __future__ import annotations

from collections.abc import Sequence

from continuity.scoring import metrics
from continuity.scoring.encoders import Encoder
from continuity.scoring.judges.view import View
from continuity.scoring.places import Window
from continuity.scoring.scenes.prop_anchors import ThingAnchor
from continuity.scoring.scenes.score import DOUBTFUL, MISSING, NO_VERDICT, ThingFrame, ThingScore, by_threshold
from continuity.scoring.scenes.things import Likeness, Thing, likenesses, pixels_of

LEAST_PIXELS = 24  # square root of a prop's area in the frame: below it there is too little to compare
LEAST_COVERAGE = 0.25  # of a prop that is there: found in fewer frames, it may be something else that was found
NEARLY = 0.85  # of the best window's score: a second one as good is compared too
PLACE_WEIGHT = 2.0  # of the finder's score against the likeness, where two windows compete

TOO_SMALL = f"too small to judge: under {LEAST_PIXELS} pixels in every frame where it was found"
NOT_SURE = "not found, and its pictures are not found in staged frames for sure either"
PERHAPS = "hardly found; something like it is there"
FRAME_DIGITS = 4


Found = tuple[Window, Likeness]


def found_in(
    thing: Thing, anchor: ThingAnchor, views: Sequence[View], encoder: Encoder
) -> tuple[list[Found | None], float]:
    """Where a prop is in each frame, with its likeness there, None where it is not found; and the best score of all."""
    offered, highest = [], 0.0
    for place, view in enumerate(views):
        windows = thing.finder.search(view.maps)
        highest = max([highest, *(window.score for window in windows)])
        good = [window for window in windows if window.score >= anchor.scale.found]
        offered += [(place, window) for window in good if window.score >= NEARLY * good[0].score]
    compared = likenesses(
        [thing] * len(offered), [views[place].picture for place, _ in offered], [w for _, w in offered], encoder
    )
    best: list[Found | None] = [None] * len(views)
    for (place, window), likeness in zip(offered, compared, strict=True):
        held = best[place]
        if held is None or _worth(window, likeness) > _worth(*held):
            best[place] = window, likeness
    return best, highest


def _worth(window: Window, likeness: Likeness) -> float:
    return PLACE_WEIGHT * window.score + likeness[1]


def prop_score(
    role: str, thing: Thing, anchor: ThingAnchor, times: Sequence[float], views: Sequence[View], encoder: Encoder
) -> ThingScore:
    """One prop in a take's sampled frames; all values rounded as they are written, and decided on so."""
    found, highest = found_in(thing, anchor, views, encoder)
    frames = []
    for time, view, one in zip(times, views, found, strict=True):
        t = round(time, FRAME_DIGITS)
        if one is None:
            frames.append(ThingFrame(t, False))
            continue
        window, (side, value) = one
        x0, y0, x1, y1 = (round(min(max(v, 0.0), 1.0), FRAME_DIGITS) for v in window.box)
        pixels = round(pixels_of(window, view.picture))
        large = pixels >= LEAST_PIXELS
        frames.append(
            ThingFrame(
                t,
                True,
                metrics.rounded(value) if large else None,
                metrics.rounded(anchor.scale.z(value, side)) if large else None,
                (x0, y0, x1, y1),
                pixels,
            )
        )
    identities = [frame.identity for frame in frames if frame.identity is not None]
    scaled = [frame.z for frame in frames if frame.z is not None]
    coverage = round(sum(frame.found for frame in frames) / len(frames), metrics.DIGITS) if frames else 0.0
    z_p05 = metrics.rounded(metrics.identity_p05(scaled))
    verdict, reason, sure = _verdict(anchor, coverage, z_p05, highest)
    return ThingScore(
        prop=role,
        identity=metrics.rounded(metrics.identity(identities)),
        identity_p05=metrics.rounded(metrics.identity_p05(identities)),
        z=metrics.rounded(metrics.identity(scaled)),
        z_p05=z_p05,
        coverage=coverage,
        verdict=verdict,  # type: ignore[arg-type]
        reason=reason,
        sure=sure,
        frames=frames,
    )


def _verdict(anchor: ThingAnchor, coverage: float, z_p05: float | None, highest: float) -> tuple[str, str, bool]:
    """(verdict, why it is none or doubtful, whether it may decide about the take).

    Missing is what no frame shows more of than frames without it do.
    """
    scale = anchor.scale
    if scale.threshold is None:
        return NO_VERDICT, scale.no_verdict, False
    if coverage < LEAST_COVERAGE:
        if not anchor.finds or anchor.absent is None:
            return NO_VERDICT, NOT_SURE, False
        return (MISSING, "", True) if highest <= anchor.absent else (DOUBTFUL, PERHAPS, False)
    if z_p05 is None:
        return NO_VERDICT, TOO_SMALL, False
    return by_threshold(z_p05, scale.threshold), "", anchor.tells
