"""The two runs that are compared: the project as it lies here, or as a revision of it has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from continuity.errors import ProjectError
from continuity.files import inside
from continuity.plan.schema import Pick, Plan
from continuity.production.select import EVIDENCE, of_this_version
from continuity.records.evidence import parse_evidence, read_evidence
from continuity.records.indexes import Selects, parse_selects, read_selects
from continuity.records.library import Listing, parse_listing, read_listing
from continuity.records.plan import PLAN, load_plan, parse_plan
from continuity.revisions import Revision
from continuity.scoring.takes.result import TakeScore
from continuity.scoring.takes.select import choose

SELECTS = Path("shots") / "selects.json"
WORKSPACE = "workspace"  # as DVC calls what lies here
HERE = "here"  # as it is printed
OTHER = "compare with another revision"
LIBRARY = Path("assets") / "library" / "library.json"
COMPARED_WITH = ("headshot", "angle", "expression", "still")  # steps of the library: a look's references
MOST_FAILURES = 5  # pictures in a row that a revision does not have: it is asked for no more

References = dict[str, list[str]] | None


@dataclass(frozen=True)
class Scored:
    """A take with its scores, and as the evidence holds it: ``raw`` has its clip's hash and its pictures' names."""

    score: TakeScore
    raw: dict[str, Any]

    @property
    def sha256(self) -> str:
        return str(self.raw["sha256"])


@dataclass(frozen=True)
class Side:
    """One run, as far as it can be compared. ``commit`` is empty for what lies here.

    ``takes`` are all that the evidence has, by shot; ``selects`` are keys by shot. ``plan`` is None where it cannot be
    read: names and words alone come from it. ``references`` gives the hashes of each look's pictures, None where the
    library's list cannot be read. ``picture`` brings a picture of the evidence into a folder and returns where it
    lies; it raises ProjectError where it cannot be had.
    """

    name: str
    commit: str
    takes: dict[str, list[Scored]]
    selects: dict[str, str]
    calibration: dict[str, dict[str, Any]]
    plan: Plan | None
    references: Callable[[], References]
    picture: Callable[[str, Path], Path]

    def select(self, shot: str) -> Scored | None:
        """None where the shot is not in this run, or its select has not been scored."""
        return next((take for take in self.takes.get(shot, ()) if take.score.key == self.selects.get(shot)), None)

    @property
    def shots(self) -> list[str]:
        """Those with a scored select, in story order as far as the plan says it."""
        shown = [shot for shot in self.takes if self.select(shot)]
        order = {shot.id: shot.order for shot in self.plan.shots.values()} if self.plan else {}
        return sorted(shown, key=lambda shot: (shot not in order, order.get(shot, 0), shot))

    def as_generated(self, name: str) -> Side:
        """The same run, the best of each shot's generated takes in the place of its select, under another name.

        Transfers and repairs work from references: what the model itself makes of them shows before both. Chosen by
        the rule of the selects, picks apart, which belong to one run.
        """
        best = {}
        for shot, takes in self.takes.items():
            current = [take for take in takes if not take.raw.get("stale")]  # a stale one is of another run
            if generated := [take.score for take in current if take.score.folder == "generated"]:
                best[shot] = choose(shot, generated, Pick()).key
        return replace(self, name=name, selects=best)


def side(root: Path, rev: str | None) -> Side:
    """The run of a revision of the project at ``root``, a commit, branch, tag or experiment; None is what lies here.

    Raises ProjectError.
    """
    return _here(root) if rev is None or rev == WORKSPACE else _at(root, rev, rev)


def experiment(root: Path, commit: str, name: str) -> Side:
    """The run of an experiment, known by its commit, under another name. Raises ProjectError."""
    return _at(root, commit, name)


def _here(root: Path) -> Side:
    evidence, selects = read_evidence(root / EVIDENCE), read_selects(root / SELECTS)
    return _side(
        HERE, "", evidence, selects,
        plan=lambda: load_plan(root),
        library=lambda: read_listing(root / LIBRARY),
        picture=lambda name, _: inside(root, name),
    )  # fmt: skip


def _at(root: Path, rev: str, name: str) -> Side:
    revision = Revision(root, rev)

    def data(path: Path) -> tuple[bytes, str]:
        if (found := revision.read(path.as_posix())) is None:
            raise ProjectError(f"revision {name!r} has no {path}: nothing had been scored there; name another")
        return found, f"{path} of {name!r}"

    return _side(
        name, revision.commit, parse_evidence(*data(EVIDENCE), OTHER), parse_selects(*data(SELECTS), OTHER),
        plan=lambda: parse_plan(*data(PLAN), OTHER),
        library=lambda: parse_listing(*data(LIBRARY), OTHER),
        picture=_Pictures(revision).bring,
    )  # fmt: skip


class _Pictures:
    """A revision's pictures. One that nobody can reach is not asked a thousand times."""

    def __init__(self, revision: Revision) -> None:
        self.revision = revision
        self.failures = 0
        self.reason = ""

    def bring(self, name: str, folder: Path) -> Path:
        if self.failures >= MOST_FAILURES:
            raise ProjectError(self.reason)
        target = folder / name.replace("/", "-")
        try:
            self.revision.fetch(name, target)
        except ProjectError as error:
            self.failures, self.reason = self.failures + 1, str(error)
            raise
        self.failures = 0
        return target


def _side(
    name: str,
    commit: str,
    evidence: dict[str, Any],
    selects: Selects,
    *,
    plan: Callable[[], Plan],
    library: Callable[[], Listing],
    picture: Callable[[str, Path], Path],
) -> Side:
    takes: dict[str, list[Scored]] = {}
    with of_this_version(f"{EVIDENCE} {name if name == HERE else f'of {name!r}'}", OTHER):
        for take in evidence["takes"]:
            chosen = selects.shots.get(take["shot"])
            if take.get("stale") and not (chosen and chosen.key == take["key"]):
                continue
            takes.setdefault(take["shot"], []).append(Scored(TakeScore.from_json(take), take))

    @cache
    def references() -> References:
        listing = _or_none(library)
        return _by_look(listing) if listing else None

    return Side(
        name=name,
        commit=commit,
        takes=takes,
        selects={shot: chosen.key for shot, chosen in selects.shots.items()},
        calibration=evidence["calibration"],
        plan=_or_none(plan),
        references=references,
        picture=picture,
    )


Read = TypeVar("Read")


def _or_none(read: Callable[[], Read]) -> Read | None:
    try:
        return read()
    except ProjectError:
        return None


def _by_look(listing: Listing) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for role, item in sorted(listing.items.items()):
        if item.step in COMPARED_WITH:
            found.setdefault(role.rpartition("/")[0], []).append(item.sha256)
    return found
