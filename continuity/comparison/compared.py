"""Two runs compared: shot by shot and character by character, and as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from continuity.comparison import noise
from continuity.comparison.repeats import Repeats, values_of
from continuity.comparison.scales import on_scale_of, unlike
from continuity.comparison.sides import Scored, Side
from continuity.scoring import metrics
from continuity.scoring.series.summary import ablation, regeneration_drift
from continuity.scoring.takes.result import CharacterScore

Verdict = Literal["same clip", "within noise", "drifted", "better", "not known"]
VERDICTS: tuple[Verdict, ...] = ("drifted", "better", "within noise", "same clip", "not known")


@dataclass(frozen=True)
class Row:
    """One character in one shot: this run's select against the other's.

    ``medoid``, ``phash`` and ``identity`` as `regeneration_drift` has them. ``z`` is the mean change of scaled identity
    over frames at the same places in time, ``noise`` what two takes of such a shot differ by in 95 of a hundred
    cases, ``p`` corrected for the number of rows (Holm). ``reason`` says why a verdict is not known.
    """

    shot: str
    character: str
    take: Literal["same", "other"]
    medoid: float | None
    phash: float | None
    identity: float | None
    z: float | None
    noise: float | None
    p: float | None
    verdict: Verdict
    reason: str
    passed: bool | None
    passed_before: bool | None

    @property
    def lost(self) -> bool:
        """Whether the character was found before, and is no more."""
        return self.reason == LOST


@dataclass(frozen=True)
class Whole:
    """The paired difference of scaled identity over all rows, or over one character's, whole shots being drawn.

    ``low`` and ``high``: its 95 % interval. ``shots`` counts those whose clips differ; ``p`` by flipping their signs,
    corrected for the number of characters, None under six.
    """

    difference: float | None
    low: float | None
    high: float | None
    pairs: int
    shots: int
    p: float | None
    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class Comparison:
    """``now`` against ``before``, by their names: every difference is now − before. Rows are as they drifted most."""

    now: str
    before: str
    rows: list[Row]
    whole: Whole
    characters: dict[str, Whole]
    only_now: list[str]
    only_before: list[str]
    same: bool = False  # both runs have the same clip in every shot: one run held against itself

    def to_json(self) -> dict[str, Any]:
        whole = asdict(self.whole)
        return {
            "compared": self.now,
            "revision": self.before,
            "same": self.same,
            "rows": [asdict(row) for row in self.rows],
            "identity": whole,
            "characters": {id: asdict(one) for id, one in self.characters.items()},
            "only_compared": self.only_now,
            "only_revision": self.only_before,
        }

    def count(self, verdict: Verdict) -> int:
        return sum(row.verdict == verdict for row in self.rows)


LOST = "found before and no more"


def compared(now: Side, before: Side) -> Comparison:
    """Shots that both runs have; a character counts where both selects should show it. z is on ``before``'s scale."""
    now = on_scale_of(now, before)
    both = [shot for shot in now.shots if before.select(shot)]
    repeats = Repeats.of(now, before)
    rows = _judged([row for shot in both for row in _rows(shot, now, before, repeats)])
    z = _z_by_look(now, before, both)
    changed = {shot for shot in both if _chosen(now, shot).sha256 != _chosen(before, shot).sha256}
    people = sorted({character for _, character, _ in z})
    wholes = {id: _whole({key: v for key, v in z.items() if key[1] == id}, changed) for id in people}
    corrected = noise.holm([wholes[id].p for id in people])
    return Comparison(
        now=now.name,
        before=before.name,
        rows=sorted(rows, key=_by_drift),
        whole=_verdict(_whole(z, changed)),
        characters={
            id: _verdict(replace(wholes[id], p=metrics.rounded(p, metrics.FINE_DIGITS)))
            for id, p in zip(people, corrected, strict=True)
        },
        only_now=[shot for shot in now.shots if shot not in both],
        only_before=[shot for shot in before.shots if shot not in both],
        same=bool(both) and not changed and set(now.shots) == set(before.shots),
    )


# ---- rows -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Untested:
    row: Row
    raw_p: float | None


def _rows(shot: str, now: Side, before: Side, repeats: Repeats) -> list[_Untested]:
    new, old = _chosen(now, shot), _chosen(before, shot)
    drift = regeneration_drift(old.score, new.score)
    found = []
    for character, values in drift.items():
        own, theirs = new.score.characters[character], old.score.characters[character]
        same_clip = new.sha256 == old.sha256
        reason = _incomparable(own, theirs, now, before)
        z = None if reason else noise.difference(values_of(theirs), values_of(own))
        if z is None:
            reason = reason or "found at no place in time in both"
        test = None
        if z is not None and not same_clip:
            test = noise.tested(z, repeats.of_shot(shot, own.subject), repeats.of_look(own.subject))
            reason = "" if test else "no shot of this look has two takes, which would show what takes differ by"
        row = Row(
            shot=shot,
            character=character,
            take="same" if new.score.key == old.score.key else "other",
            medoid=values["medoid"],
            phash=values["phash"],
            identity=values["identity"] if own.subject == theirs.subject else None,
            z=metrics.rounded(z),
            noise=metrics.rounded(test.noise) if test else None,
            p=None,
            verdict="same clip" if same_clip else "not known",
            reason="" if same_clip else reason,
            passed=own.passed,
            passed_before=theirs.passed,
        )
        found.append(_Untested(row, test.p if test else None))
    return found


def _judged(rows: Sequence[_Untested]) -> list[Row]:
    """Rows with their verdicts: p of all rows together, since the ones that drifted most are looked at first."""
    corrected = noise.holm([one.raw_p for one in rows])
    judged = []
    for one, p in zip(rows, corrected, strict=True):
        row = replace(one.row, p=metrics.rounded(p, metrics.FINE_DIGITS))
        judged.append(row if p is None else replace(row, verdict=_word(row.z or 0.0, row.p)))
    return judged


def _word(difference: float, p: float | None) -> Verdict:
    if p is None or p >= noise.LEVEL or difference == 0:
        return "within noise"
    return "better" if difference > 0 else "drifted"


def _incomparable(new: CharacterScore, old: CharacterScore, now: Side, before: Side) -> str:
    """Why two scores have no difference; empty where they have one."""
    if new.subject != old.subject:
        return f"another look: {new.subject} now, {old.subject} before"
    if why := unlike(new.subject, now, before):
        return why
    if new.z is None and old.z is None:
        return "found in neither"
    if new.z is None:
        return LOST
    return "not found before" if old.z is None else ""


def _by_drift(row: Row) -> tuple[bool, float, str, str]:
    """Lost characters first, then by how far identity fell; what is not known stands where no change would."""
    return not row.lost, row.z if row.z is not None else 0.0, row.shot, row.character


# ---- the whole --------------------------------------------------------------------------------


def _z_by_look(now: Side, before: Side, shots: Sequence[str]) -> dict[tuple[str, str, str], tuple[float, float]]:
    """(z now, z before) by shot, character and look, of those that can be compared."""
    found = {}
    for shot in shots:
        new, old = _chosen(now, shot).score.characters, _chosen(before, shot).score.characters
        for id in sorted(new.keys() & old.keys()):
            one, other = new[id], old[id]
            if not _incomparable(one, other, now, before) and one.z is not None and other.z is not None:
                found[shot, id, one.subject] = one.z, other.z
    return found


def _whole(z: dict[tuple[str, str, str], tuple[float, float]], changed: set[str]) -> Whole:
    interval = ablation(
        {(shot, look): new for (shot, _, look), (new, _) in z.items()},
        {(shot, look): old for (shot, _, look), (_, old) in z.items()},
    )
    sums: dict[str, float] = {}
    for (shot, _, _), (new, old) in z.items():
        sums[shot] = sums.get(shot, 0.0) + new - old
    shots = [value for shot, value in sums.items() if shot in changed]
    p = noise.flipped(shots) if len(shots) >= noise.LEAST_SHOTS else None
    return Whole(
        difference=interval["difference"],
        low=interval["low"],
        high=interval["high"],
        pairs=int(interval["pairs"] or 0),
        shots=len(shots),
        p=metrics.rounded(p, metrics.FINE_DIGITS),
        verdict="not known",
        reason="",
    )


def _verdict(whole: Whole) -> Whole:
    if whole.pairs and not whole.shots:
        return replace(whole, verdict="same clip")
    if not whole.pairs:
        return replace(whole, reason="nothing that both runs have can be compared")
    if whole.p is None:
        number = "1 shot differs" if whole.shots == 1 else f"{whole.shots} shots differ"
        return replace(whole, reason=f"{number}, and under {noise.LEAST_SHOTS} nothing can be told from chance")
    return replace(whole, verdict=_word(whole.difference or 0.0, whole.p))


def _chosen(side: Side, shot: str) -> Scored:
    chosen = side.select(shot)
    assert chosen is not None
    return chosen
