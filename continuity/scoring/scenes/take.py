"""One take's scene: its props, its place, what its characters wear, and what of it fails the take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from continuity.scoring import metrics
from continuity.scoring.encoders import Encoder
from continuity.scoring.judges.view import View
from continuity.scoring.scenes.anchors import SceneAnchors
from continuity.scoring.scenes.locations import place_score
from continuity.scoring.scenes.props import prop_score
from continuity.scoring.scenes.score import CHANGED, ELSEWHERE, MISSING, Box, SceneScore, ThingScore, WardrobeScore

FAILS = frozenset({CHANGED, MISSING, ELSEWHERE})


def props_of_take(
    props: Sequence[str], times: Sequence[float], views: Sequence[View], anchors: SceneAnchors, encoder: Encoder
) -> list[ThingScore]:
    """Of every prop with a picture; ``props`` are library roles."""
    return [
        prop_score(role, anchors.things[role], anchors.of_things[role], times, views, encoder)
        for role in dict.fromkeys(props)
        if role in anchors.things and views
    ]


def scene_of_take(
    location: str | None,
    things: list[ThingScore],
    wardrobes: Mapping[str, WardrobeScore | None],
    times: Sequence[float],
    views: Sequence[View],
    heads: Sequence[Sequence[Box]],
    anchors: SceneAnchors,
    encoder: Encoder,
    decides: bool,
) -> SceneScore:
    """``location`` is a library role; one without a picture is passed over.

    ``heads``: boxes of the located cast in each of the ``views``. ``decides``: whether what is surely wrong with a
    prop or with the place fails the take.
    """
    place = None
    if location is not None and location in anchors.plates and views:
        place = place_score(
            location, anchors.plates, anchors.place_of, anchors.of_places[location], times, views, heads, encoder
        )
    fails = [f"{one.prop}: {one.verdict}" for one in things if one.sure and one.verdict in FAILS]
    fails += [f"{place.location}: {place.verdict}"] if place and place.sure and place.verdict in FAILS else []
    worn = {id: one for id, one in wardrobes.items() if one is not None}
    return SceneScore(things, place, worn, fails if decides else [])


def prop_identity(scene: SceneScore) -> float | None:
    """Mean over props of their identity where they were found; one that never was counts as 0. None without props."""
    if not scene.props:
        return None
    return metrics.rounded(sum(one.identity or 0.0 for one in scene.props) / len(scene.props))
