"""What the calibrations of props and places share: a scale, a threshold where one may be had, and when it decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np

from continuity.scoring import metrics
from continuity.scoring.calibration.anchor import Anchor

SURE = 0.05  # share of errors on staged material, up to which a verdict may decide about a take


@dataclass(frozen=True)
class SceneAnchor:
    """``scale`` as a character's."""

    scale: Anchor

    @property
    def tells(self) -> bool:
        """Whether its threshold may decide about a take."""
        return self.scale.error is not None and self.scale.error <= SURE

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(**{**value, "scale": Anchor.from_json(value["scale"])})


def with_threshold(
    scale: Anchor,
    same: list[float],
    different: list[float],
    no_verdict: str,
    calibrated_on: Sequence[str],
    encoder: str,
) -> Anchor:
    """The scale with its threshold: the equal error point of worst moments, never above the 5th percentile of same.

    None with a reason, ``no_verdict``.
    """
    threshold = None
    if not no_verdict:
        threshold = min(float(np.percentile(same, 5)), metrics.equal_error(same, different))
        threshold = round(threshold, metrics.DIGITS)
    return replace(
        scale,
        threshold=threshold,
        error=None if threshold is None else round(metrics.error_rate(same, different, threshold), metrics.DIGITS),
        same=same,
        different=different,
        calibrated_on=", ".join(calibrated_on),
        no_verdict=no_verdict,
        encoder=encoder,
    )
