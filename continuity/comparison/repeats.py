"""What takes of a shot differ by among themselves, in both runs that are compared."""

from __future__ import annotations

from collections.abc import Iterable

from continuity.comparison import noise
from continuity.comparison.noise import Spread
from continuity.comparison.sides import Scored, Side
from continuity.scoring.takes.result import CharacterScore


class Repeats:
    """The spread of z by shot and look, and the usual one of each look."""

    def __init__(self, shots: dict[tuple[str, str], Spread]) -> None:
        self._shots = shots
        looks: dict[str, list[Spread]] = {}
        for (_, subject), one in shots.items():
            looks.setdefault(subject, []).append(one)
        self._looks = {subject: noise.usual(spreads) for subject, spreads in looks.items()}

    @classmethod
    def of(cls, now: Side, before: Side) -> Repeats:
        """A shot's takes are one group where the runs share any of them, two where its words have changed.

        Repairs count for nothing: each is made from a take, and resembles it.
        """
        found: dict[tuple[str, str], Spread] = {}
        for shot in sorted(now.takes.keys() | before.takes.keys()):
            new, old = (_by_key(side.takes.get(shot, ())) for side in (now, before))
            groups = [{**old, **new}] if new.keys() & old.keys() else [new, old]
            people = [c for group in groups for take in group.values() for c in take.score.characters.values()]
            for subject in sorted({character.subject for character in people}):
                found[shot, subject] = sum((noise.spread(_showing(g.values(), subject)) for g in groups), Spread())
        return cls(found)

    def of_shot(self, shot: str, subject: str) -> Spread:
        return self._shots.get((shot, subject), Spread())

    def of_look(self, subject: str) -> Spread:
        return self._looks.get(subject, Spread())


def values_of(character: CharacterScore) -> list[float | None]:
    """z of every sampled frame, None where the character was not found."""
    return [frame.z if frame.found else None for frame in character.frames]


def _by_key(takes: Iterable[Scored]) -> dict[str, Scored]:
    return {take.score.key: take for take in takes if take.score.folder != "repaired"}


def _showing(takes: Iterable[Scored], subject: str) -> list[noise.Values]:
    return [values_of(c) for take in takes for c in take.score.characters.values() if c.subject == subject]
