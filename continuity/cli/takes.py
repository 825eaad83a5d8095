"""``continuity takes list | import | prune``."""

from __future__ import annotations

import argparse
import json
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from continuity.errors import ProjectError
from continuity.jobs.store import Store, Stored
from continuity.plan.compose import project_root
from continuity.plan.conf_files import Files
from continuity.plan.person import real_people
from continuity.production.consent import withdrawn_in
from continuity.production.picked import picks_of
from continuity.production.workspace import (
    FOLDERS,
    LAST_FRAME,
    MADE_BY,
    SHORT,
    Folder,
    Take,
    folders_on_disk,
    place,
    read_index,
    record_of,
)
from continuity.records.answered import answered_by
from continuity.records.evidence import read_evidence
from continuity.records.fields import short
from continuity.records.indexes import Select, read_selects
from continuity.records.library import parse_listing
from continuity.records.plan import load_plan
from continuity.records.results import parse_result, read_result
from continuity.records.verdicts import verdict_of
from continuity.revisions import Revision

# What Continuity writes into a take's folder.
OURS = re.compile(rf"clip\.mp4|take\.json|{re.escape(LAST_FRAME)}|\..*\.tmp(\.\w+)?")


def run(args: argparse.Namespace) -> None:
    root = project_root()
    {"list": _list, "import": _import, "prune": _prune}[args.verb](root, args)


def _rows(root: Path) -> list[dict[str, Any]]:
    takes = [take for folder in FOLDERS for several in _index(root, folder).values() for take in several]
    current = {take.key for take in takes} | {take.of for take in takes}  # and what they were made from
    current |= {str(take.notes["performance"]) for take in takes if take.notes.get("performance")}
    current |= {key for take in takes for key in take.further_attempts}
    selects = _selects(root)
    scores = _scores(root)
    people = list(real_people(Files(root), {}, {}))
    rows = []
    for folder, shot, path in folders_on_disk(root):
        record = read_result(path / "take.json", "dvc repro -f " + MADE_BY[folder])
        if short(record.key) != path.name:
            raise ProjectError(
                f"{path}: its take.json is of the take {short(record.key)}; restore the folder with DVC, or delete it"
            )
        score = scores.get((shot, record.key))
        rows.append(
            {
                "shot": shot,
                "folder": folder,
                "key": record.key,
                "current": record.key in current,
                "selected": shot in selects and selects[shot].key == record.key,
                "score": score.identity if score else None,
                "absent": score.absent if score else [],
                "unheard": score.unheard if score else [],
                "withdrawn": withdrawn_in(path, people),
                "cost_usd": record.cost_usd,
                "seconds": record.seconds,
                "provider": record.provider,
                "model": record.model,
                "answered_by": answered_by(record.as_json()),
                "created_at": record.created_at or "",
                "path": path.relative_to(root).as_posix(),
            }
        )
    return rows


def _list(root: Path, args: argparse.Namespace) -> None:
    rows = _rows(root)
    if args.json:
        print(json.dumps(rows, indent=1))
        return
    if not rows:
        print("no takes here yet: `dvc repro` makes them, `dvc pull` brings them")
        return
    print(f"{'shot':12} {'take':14} {'made by':12} {'state':10} {'identity':>8} {'cost':>7}  made at")
    for row in rows:
        state = "selected" if row["selected"] else "current" if row["current"] else "superseded"
        identity = "-" if row["score"] is None else f"{row['score']:.3f}"
        print(
            f"{row['shot']:12} {row['key'][:SHORT]:14} {row['folder']:12} {state:10} {identity:>8} "
            f"{row['cost_usd']:>7.2f}  {row['created_at'][:19]}"
            + f"{'  absent: ' + ', '.join(row['absent']) if row['absent'] else ''}".rstrip()
            + "".join(f"  not heard: “{text}”" for text in row["unheard"])
            + "".join(f"  consent of {id} withdrawn" for id in row["withdrawn"])
            + (f"  asked of {row['model']}, answered by {row['answered_by']}" if row["answered_by"] else "")
        )


def _prune(root: Path, args: argparse.Namespace) -> None:
    for folder in FOLDERS:  # after a run that failed an index is missing: then every take would look superseded
        read_index(root, folder)
    picked = _picked(root)
    superseded = [
        row
        for row in _rows(root)
        if not (row["current"] or row["selected"] or (row["shot"], row["key"][:SHORT]) in picked)
    ]
    cost = sum(row["cost_usd"] for row in superseded)
    if not superseded:
        print("nothing to prune: every take here is current, or picked")
        return
    for row in superseded:
        print(f"{'deleting' if args.yes else 'would delete'} {row['path']} (${row['cost_usd']:.2f})")
        if args.yes:
            for path in _delete(root / row["path"]):
                print(f"kept {path.relative_to(root)}: Continuity did not write it")
    if args.yes:
        print(
            f"{len(superseded)} takes worth ${cost:.2f} deleted here; `continuity takes import --rev REV` brings "
            "back those that a revision holds"
        )
    else:
        print(f"{len(superseded)} takes worth ${cost:.2f}; add --yes to delete them from the workspace")


def _delete(folder: Path) -> list[Path]:
    """Delete a take as Continuity wrote it; returns what else lies in its folder, and stays with it."""
    kept = []
    for path in sorted(folder.iterdir()):
        if OURS.fullmatch(path.name) and (path.is_symlink() or path.is_file()):  # a link goes, what it names stays
            path.unlink()
        else:
            kept.append(path)
    if not kept:
        folder.rmdir()
        with suppress(OSError):  # other takes of the shot
            folder.parent.rmdir()
    return kept


def _import(root: Path, args: argparse.Namespace) -> None:
    """Takes come back into ``shots/``, library pictures and lines into the store, where the next run finds them."""
    revision, store = Revision(root, args.rev), Store(project=root)
    takes = [path.parent for folder in FOLDERS for path in revision.glob(f"shots/{folder}/*/*/take.json")]
    lines = [path.parent for path in revision.glob("shots/generated/*/lines/*/line.json")]
    brought = 0
    for folder in sorted(takes):
        if record_of(root / folder, "clip.mp4"):
            continue
        place(_fetched(revision, folder, "clip.mp4", "take.json", store), root / folder, "clip.mp4")
        brought += 1
        print(f"imported {folder}")
    for folder in sorted(lines):
        _fetched(revision, folder, "line.wav", "line.json", store)
    pictures = _fetch_library(revision, store)
    print(
        f"{brought} takes of {args.rev} brought back, {len(takes) - brought} were here already; the store knows its "
        f"{len(lines)} lines and {pictures} library files"
    )


def _fetched(revision: Revision, folder: Path, name: str, record: str, store: Store) -> Stored:
    """One take or line of another revision, by way of the store."""
    file = f"{folder.as_posix()}/{record}"
    named, nothing = f"{file} of {revision.rev!r}", "nothing of it was brought back; try another revision"
    entry = parse_result(revision.read(file) or b"", named, nothing)
    if short(entry.key) != folder.name:
        raise ProjectError(f"{named} is of another take than its folder; {nothing}")
    return store.find(entry.key) or _adopted(revision, f"{folder.as_posix()}/{name}", entry.as_json(), store)


def _adopted(revision: Revision, path: str, record: dict[str, Any], store: Store) -> Stored:
    making = store.scratch()
    try:
        copy = making / "fetched"
        revision.fetch(path, copy)
        return store.adopt(copy, record, f"{path} of {revision.rev!r}")
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _fetch_library(revision: Revision, store: Store) -> int:
    """Adopt the library files of another revision into the store; returns how many that revision has."""
    path = "assets/library/library.json"
    if (data := revision.read(path)) is None:
        return 0
    listing = parse_listing(data, f"{path} of {revision.rev!r}", "its takes were brought back; try another revision")
    for item in listing.items.values():
        if store.find(item.key) is None:
            _adopted(revision, item.path, item.as_result(), store)
    return len(listing.items)


def _index(root: Path, folder: Folder) -> dict[str, list[Take]]:
    """The current takes; none where the stage has not run."""
    return read_index(root, folder) if (root / "shots" / f"{folder}.json").is_file() else {}


def _picked(root: Path) -> set[tuple[str, str]]:
    """Shot and first digits of each take that a person picked: it stays in the cut when it is stale."""
    return set(picks_of(load_plan(root)))


def _selects(root: Path) -> dict[str, Select]:
    """What is selected; nothing where the stage has not run."""
    path = root / "shots" / "selects.json"
    return read_selects(path).shots if path.is_file() else {}


@dataclass(frozen=True)
class _Score:
    """Of one take: the lowest identity over its characters, None where none was found."""

    identity: float | None
    absent: list[str]  # who was found in no frame
    unheard: list[str]  # lines that it fails by


def _scores(root: Path) -> dict[tuple[str, str], _Score]:
    """By shot and key, from the last scoring: one clip may be the take of several shots."""
    path = root / "reports" / "evidence" / "evidence.json"
    scores = {}
    for take in read_evidence(path)["takes"] if path.is_file() else []:
        people = take["characters"]
        values = [c["identity"] for c in people.values() if c["identity"] is not None]
        absent = [
            id for id, c in people.items() if verdict_of(c["passed"], c["coverage"], c.get("judge", "look")) == "absent"
        ]
        scores[take["shot"], take["key"]] = _Score(min(values, default=None), absent, take.get("unheard") or [])
    return scores
