"""The files a report is made from, read once; what is absent is noted with the stage that makes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from continuity.files import read_json
from continuity.plan.schema import Plan, Shot, load_plan
from continuity.report.data import Missing

TAKE_FOLDERS = ("generated", "transferred", "repaired")

# file, the name under which a reader misses it, the stage, the sections that need it
_FILES = {
    "library": ("assets/library/library.json", "the library", "design", ("characters", "library")),
    "metrics": ("reports/metrics.json", "the metrics", "consistency-score", ("numbers",)),
    "evidence": ("reports/evidence/evidence.json", "the scores", "consistency-score", ("shots", "drift")),
    "selects": ("shots/selects.json", "the selects", "consistency-score", ("shots",)),
    "cuts": ("shots/cuts/cuts.json", "the episodes", "assemble", ("episodes",)),
}


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
    for name, (file, words, stage, sections) in _FILES.items():
        path = root / file
        found[name] = read_json(path, f"dvc repro {stage}") if path.exists() else {}
        if not found[name]:
            for section in sections:
                missing.setdefault(section, []).append(Missing(f"{words} ({file})", f"dvc repro {stage}"))
    takes, superseded = _takes(root, plan)
    if not takes:
        missing.setdefault("shots", []).append(Missing("any take (shots/generated/)", "dvc repro generate"))
    return Sources(root=root, plan=plan, takes=takes, superseded=superseded, missing=missing, **found)


def _takes(root: Path, plan: Plan) -> tuple[list[TakeFile], int]:
    """The takes that the present plan means, and how many others lie beside them: the folders only grow."""
    takes, superseded = [], 0
    for folder in TAKE_FOLDERS:
        index = _index(root / "shots" / f"{folder}.json")
        for path in sorted((root / "shots" / folder).glob("*/*/take.json")):
            shot, short = path.parent.parent.name, path.parent.name
            entry = index.get((shot, short))
            if entry is None or shot not in plan.shots:
                superseded += 1
                continue
            record = read_json(path, "dvc repro generate", "key")
            takes.append(TakeFile(shot, folder, record, path.parent, str(entry.get("of") or "")))
    return takes, superseded


def _index(path: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Current takes by shot and the first 12 digits of their key."""
    shots = read_json(path, "dvc repro").get("shots", {}) if path.exists() else {}
    return {(shot, str(take["key"])[:12]): take for shot, entry in shots.items() for take in entry.get("takes", [])}
