"""How a threshold came about: the pictures and identities that it was made from, who might have judged, how sure it is.

What limits a calibration is how many people it has seen, not how many frames were staged of them. So its errors are
counted over identities: the staged takes of one identity are one observation, and of the character's own, each
distinct picture is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from continuity.scoring import metrics
from continuity.scoring.references.located import Located
from continuity.scoring.references.subjects import Subject

Kind = Literal["itself", "character", "lookalike", "background", "corner"]

SAME_AS_ANOTHER = "shows the same as a picture before it"
UNSURE = 0.25  # equal-error rate from which one staged take in four is mistaken: a verdict would be a guess


@dataclass(frozen=True)
class Used:
    """One reference of the look, and what was done with it: ``how`` its head was found, or why it was left out."""

    role: str
    use: Literal["staged", "compared", "left out"]
    how: str


@dataclass(frozen=True)
class Identity:
    """Of whom staged takes were made, in the order of the anchor's ``same`` and then ``different``.

    ``name`` is a character's id or a lookalike's role; ``pictures`` and ``takes`` are numbers.
    """

    name: str
    kind: Kind
    pictures: int
    takes: int


@dataclass(frozen=True)
class Candidate:
    """A judge that was calibrated for the look; ``told_apart`` and ``staged_found`` as in `anchor.Anchor`."""

    judge: str
    encoder: str
    told_apart: float | None
    staged_found: float


@dataclass(frozen=True)
class Mistakes:
    """Staged takes of one kind on the wrong side of the threshold.

    ``share`` is the mean over identities; ``low`` and ``high`` its 95 % interval over ``n`` of them (of the character
    itself: over its distinct pictures).
    """

    kind: Kind
    takes: int
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Sureness:
    """The equal-error rate against other characters with its 95 % interval; None with nobody to tell apart."""

    rate: float | None = None
    low: float | None = None
    high: float | None = None


def references(subject: Subject, located: Sequence[Located], compared: Sequence[str], staged: int) -> list[Used]:
    """Every reference of a look: ``compared`` are the roles in its bank, of which the first ``staged`` were staged."""
    how = {one.role: one.how for one in located}
    places = {role: place for place, role in enumerate(compared)}
    rows = []
    for role in (picture.role for picture in subject.heads):
        if role in places:
            rows.append(Used(role, "staged" if places[role] < staged else "compared", how[role]))
        elif role not in how:
            rows.append(Used(role, "left out", SAME_AS_ANOTHER))
        else:
            found = next(one for one in located if one.role == role).head is not None
            rows.append(Used(role, "left out", "shows no face" if found else how[role]))
    return rows


def mistakes(staged: Sequence[Identity], moments: Sequence[float], threshold: float | None) -> list[Mistakes]:
    """By kind, of those that stand for a character: windows of a background are nobody. Empty without a threshold."""
    if threshold is None:
        return []
    rows = []
    for kind, of_kind in _by_kind(staged, moments).items():
        if kind in ("background", "corner"):
            continue
        wrong = {
            name: sum((moment < threshold) == (kind == "itself") for moment in own) / len(own)
            for name, own in of_kind.items()
        }
        share = sum(wrong.values()) / len(wrong)
        n = sum(one.pictures for one in staged if one.kind == kind) if kind == "itself" else len(wrong)
        low, high = metrics.wilson(share, n)
        rows.append(Mistakes(kind, sum(map(len, of_kind.values())), n, *(_share(v) for v in (share, low, high))))
    return rows


def sureness(staged: Sequence[Identity], moments: Sequence[float]) -> Sureness:
    """Over all thresholds, whatever the calibrated one is; lookalikes, whom nobody need tell apart, do not count."""
    by_kind = _by_kind(staged, moments)
    own, others = by_kind.get("itself"), by_kind.get("character")
    if not own or not others:
        return Sureness()
    (same,) = own.values()
    rate = metrics.equal_error_rate(same, list(others.values()))
    pictures = sum(one.pictures for one in staged if one.kind == "itself")
    low, high = metrics.interval_of_mean([(rate, pictures), (rate, len(others))])
    return Sureness(_share(rate), _share(low), _share(high))


def from_json(value: Mapping[str, Any]) -> dict[str, Any]:
    """The account's part of an anchor that was written as JSON; nothing of one that was written without."""
    kinds: dict[str, Any] = {"references": Used, "staged": Identity, "candidates": Candidate, "mistakes": Mistakes}
    return {name: [kind(**row) for row in value.get(name) or ()] for name, kind in kinds.items()} | {
        "sureness": Sureness(**(value.get("sureness") or {}))
    }


def _by_kind(staged: Sequence[Identity], moments: Sequence[float]) -> dict[Kind, dict[str, list[float]]]:
    """Worst moments by kind and identity; several looks of a character are one."""
    found: dict[Kind, dict[str, list[float]]] = {}
    at = 0
    for one in staged:
        if one.takes:
            found.setdefault(one.kind, {}).setdefault(one.name, []).extend(moments[at : at + one.takes])
        at += one.takes
    return found


def _share(value: float) -> float:
    return round(value, metrics.DIGITS) + 0.0
