"""Props, places and wardrobes in the numbers of a series: means and rates over the selects, columns of scores.csv."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from continuity.scoring import metrics
from continuity.scoring.scenes.score import DOUBTFUL, KEPT, NO_VERDICT, SceneScore, WardrobeScore


def series_block(scenes: Sequence[SceneScore]) -> dict[str, Any]:
    """Means over the selects' props and places; rates over those with a verdict."""
    props = [prop for scene in scenes for prop in scene.props]
    places = [scene.place for scene in scenes if scene.place is not None]
    return {
        "prop_z": _mean([prop.z for prop in props]),
        "prop_coverage": _mean([prop.coverage for prop in props]),
        "prop_rate": _rate([prop.verdict for prop in props]),
        "location_z": _mean([place.z for place in places]),
        "location_margin": _mean([place.margin for place in places]),
        "location_rate": _rate([place.verdict for place in places]),
    }


def wardrobe_block(worn: Sequence[WardrobeScore]) -> dict[str, Any]:
    """Of one character."""
    return {
        "wardrobe_margin": _mean([one.margin for one in worn]),
        "wardrobe_rate": _rate([one.verdict for one in worn]),
    }


def columns(scene: SceneScore) -> dict[str, Any]:
    """Of a take. With several props the worst value, and every verdict by name."""
    place, props = scene.place, scene.props
    return {
        "location_z": place.z if place else None,
        "location_z_p05": place.z_p05 if place else None,
        "location_coverage": place.coverage if place else None,
        "location_margin": place.margin if place else None,
        "location_nearest": place.nearest or "" if place else "",
        "location_verdict": place.verdict if place else "",
        "prop_z": min((prop.z for prop in props if prop.z is not None), default=None),
        "prop_z_p05": min((prop.z_p05 for prop in props if prop.z_p05 is not None), default=None),
        "prop_coverage": min((prop.coverage for prop in props), default=None),
        "prop_verdicts": ", ".join(f"{prop.prop.removeprefix('props/')} {prop.verdict}" for prop in props),
    }


def wardrobe_columns(worn: WardrobeScore | None) -> dict[str, Any]:
    """Of a character in a take."""
    return {
        "wardrobe_margin": worn.margin if worn else None,
        "wardrobe_nearest": worn.nearest or "" if worn else "",
    }


def _mean(values: Sequence[float | None]) -> float | None:
    return metrics.rounded(metrics.identity([value for value in values if value is not None]))


def _rate(verdicts: Sequence[str]) -> float | None:
    """The share in which nothing is wrong for sure."""
    given = [verdict in (KEPT, DOUBTFUL) for verdict in verdicts if verdict != NO_VERDICT]
    return metrics.rounded(sum(given) / len(given)) if given else None
