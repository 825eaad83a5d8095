"""The files a report is made from, read once; what is absent is noted with the stage that makes it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from continuity.errors import ProjectError
from continuity.files import inside
from continuity.plan.schema import Plan, Shot
from continuity.records.cuts import read_cuts
from continuity.records.evidence import read_evidence, read_metrics
from continuity.records.fields import Record, short
from continuity.records.indexes import FOLDERS, MADE_BY, Folder, IndexedTake, read_index, read_selects
from continuity.records.library import read_listing
from continuity.records.plan import load_plan
from continuity.records.results import read_result
from continuity.report.data import Missing

# file, its reader, the name under which it is missed, the stage, the sections that need it
_FILES: dict[str, tuple[str, Callable[[Path], Any], str, str, tuple[str, ...]]] = {
    "library": ("assets/library/library.json", read_listing, "the library", "design", ("characters", "library")),
    "metrics": ("reports/metrics.json", read_metrics, "the metrics", "select", ("numbers",)),
    "evidence": (
        "reports/evidence/evidence.json", read_evidence, "the scores", "consistency-score",
        ("shots", "drift", "thresholds"),
    ),
    "selects": ("shots/selects.json", read_selects, "the selects", "select", ("shots",)),
    "cuts": ("shots/cuts/cuts.json", read_cuts, "the episodes", "assemble", ("episodes",)),
}  # fmt: skip


@dataclass(frozen=True)
class TakeFile:
    """One ``take.json`` and where it lies. ``of`` is the key of the take that this one was made from."""

    shot: str
    folder: str
    record: dict[str, Any]
    directory: Path
    of: str = ""

    @property
    def key(self) -> str:
        return str(self.record.get("key") or self.directory.name)


@dataclass(frozen=True)
class Sources:
    """``missing`` is by section id. Absent files are empty dicts, so that readers need no special case."""

    root: Path
    plan: Plan
    library: dict[str, Any]
    metrics: dict[str, Any]
    evidence: dict[str, Any]
    selects: dict[str, Any]
    cuts: dict[str, Any]
    takes: list[TakeFile]
    superseded: int  # takes in the folders that an earlier plan asked for
    missing: dict[str, list[Missing]] = field(default_factory=dict)

    @property
    def ordered_shots(self) -> list[Shot]:
        """The shots in story order."""
        order = [shot for episode in self.plan.series.episodes for shot in episode.shots]
        known = [self.plan.shots[shot] for shot in order if shot in self.plan.shots]
        return known + sorted((s for s in self.plan.shots.values() if s.id not in order), key=lambda s: s.order)

    @property
    def colours(self) -> dict[str, int]:
        """A colour number for each character, the same all over the page."""
        return {character: number for number, character in enumerate(self.plan.characters)}

    def not_drawn(self, kind: str, of: str, part: str) -> str:
        """The words there that decide nothing of what is drawn, and what is drawn instead; empty where all do."""
        found = [remark for remark in self.plan.not_drawn if (remark.kind, remark.of, remark.part) == (kind, of, part)]
        words = list(dict.fromkeys(word for remark in found for word in remark.words))
        return "; ".join(filter(None, [", ".join(words), *dict.fromkeys(remark.instead for remark in found)]))

    def file(self, name: str) -> Path:
        """A file that one of the files names. Raises ProjectError when a link leads it out of the project."""
        return inside(self.root, name)

    def scored(self, shot: str) -> list[dict[str, Any]]:
        """The evidence of every scored take of a shot."""
        return [take for take in self.evidence.get("takes", []) if take.get("shot") == shot]

    def take(self, shot: str, key: str) -> TakeFile | None:
        """The take of that shot whose key starts with the first 12 digits of ``key``."""
        return next((take for take in self.takes if take.shot == shot and take.key[:12] == key[:12]), None)


def read(root: Path) -> Sources:
    """Read what there is. Raises ProjectError without a plan, or when a file is there and damaged."""
    plan = load_plan(root)
    found: dict[str, dict[str, Any]] = {}
    missing: dict[str, list[Missing]] = {}
    for name, (file, reader, words, stage, sections) in _FILES.items():
        path = root / file
        read = reader(path) if path.exists() else {}
        found[name] = read.as_json() if isinstance(read, Record) else read
        if not found[name]:
            for section in sections:
                missing.setdefault(section, []).append(Missing(f"{words} ({file})", f"dvc repro {stage}"))
    chosen = {(shot, short(one["key"])) for shot, one in (found["selects"].get("shots") or {}).items()}
    takes, superseded = _takes(root, plan, chosen)
    if not takes:
        missing.setdefault("shots", []).append(Missing("any take (shots/generated/)", "dvc repro generate"))
    return Sources(root=root, plan=plan, takes=takes, superseded=superseded, missing=missing, **found)


def _takes(root: Path, plan: Plan, chosen: Collection[tuple[str, str]]) -> tuple[list[TakeFile], int]:
    """The takes that the present plan means or that are ``chosen``, by shot and folder, and how many others lie there.

    The folders only grow; a stale take may be a person's pick.
    """
    takes, superseded = [], 0
    for folder in FOLDERS:
        index = _index(root, folder)
        performed = {(shot, short(entry.of)) for (shot, _), entry in index.items() if entry.of}
        performed |= {
            (shot, short(str(key))) for (shot, _), entry in index.items() if (key := entry.notes.get("performance"))
        }
        performed |= {
            (shot, short(key))
            for (shot, _), entry in index.items()
            for key in str(entry.notes.get("again") or "").split()
        }
        for path in sorted((root / "shots" / folder).glob("*/*/take.json")):
            shot = path.parent.parent.name
            entry = index.get((shot, path.parent.name))
            if shot not in plan.shots or (entry is None and (shot, path.parent.name) not in chosen):
                superseded += (shot, path.parent.name) not in performed
                continue
            record = read_result(path, f"dvc repro {MADE_BY[folder]}")
            if record.key != (entry.key if entry else record.key):
                raise ProjectError(f"{path} is of another take than its folder; restore it with DVC")
            takes.append(TakeFile(shot, folder, record.as_json(), path.parent, (entry.of if entry else None) or ""))
    return takes, superseded


def _index(root: Path, folder: Folder) -> dict[tuple[str, str], IndexedTake]:
    """Current takes by shot and the name of their folder."""
    shots = read_index(root, folder).shots if (root / "shots" / f"{folder}.json").exists() else {}
    return {(shot, short(take.key)): take for shot, entry in shots.items() for take in entry.takes}
