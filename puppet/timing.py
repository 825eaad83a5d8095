"""Values over time, as animators think of them: eased moves from pose to pose, and cycles on top.

Times are seconds from the start of the shot.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Value = TypeVar("Value")


def smooth(share: float) -> float:
    """Slow in, slow out: 0 at 0, 1 at 1, still at both ends."""
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def glide(share: float) -> float:
    """Even pace with a short start and stop: for travel, where a long ease would look like ice."""
    share = min(max(share, 0.0), 1.0)
    edge = 0.18
    speed = 1 / (1 - edge)
    if share < edge:
        return speed * share * share / (2 * edge)
    if share > 1 - edge:
        return 1 - speed * (1 - share) ** 2 / (2 * edge)
    return speed * (share - edge / 2)


def lively(share: float) -> float:
    """Wind up a little the other way, then go past the mark and settle: anticipation and overshoot."""
    share = min(max(share, 0.0), 1.0)
    if share < 0.2:
        return -0.06 * math.sin(math.pi * share / 0.2)
    rest = (share - 0.2) / 0.8
    return 1 - math.cos(2.4 * math.pi * rest / 2) * math.exp(-4.2 * rest) * (1 - rest) if rest < 1 else 1.0


def pulse(share: float, edge: float = 0.25) -> float:
    """Up, hold, down: 0 at both ends of 0..1."""
    return smooth(share / edge) * smooth((1 - share) / edge) if 0 < share < 1 else 0.0


@dataclass
class Channel:
    """A number that moves from its resting value through targets; a later move starts from wherever it is."""

    rest: float = 0.0
    moves: list[tuple[float, float, float, Callable[[float], float]]] = field(default_factory=list)

    def move(self, start: float, end: float, target: float, ease: Callable[[float], float] = smooth) -> None:
        self.moves.append((start, max(end, start + 1e-3), target, ease))

    def at(self, time: float) -> float:
        value = self.rest
        for start, end, target, ease in self.moves:
            if time > start:
                value += (target - value) * ease((time - start) / (end - start))
        return value

    @property
    def final(self) -> float:
        return self.moves[-1][2] if self.moves else self.rest


@dataclass
class Steps(Generic[Value]):
    """A value that changes at once: what is held, whether seated."""

    rest: Value
    changes: list[tuple[float, Value]] = field(default_factory=list)

    def change(self, time: float, value: Value) -> None:
        self.changes.append((time, value))

    def at(self, time: float) -> Value:
        value = self.rest
        for start, changed in sorted(self.changes, key=lambda change: change[0]):
            if time >= start:
                value = changed
        return value
