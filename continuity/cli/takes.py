"""``continuity takes list | import | prune``."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from continuity.errors import ProjectError
from continuity.files import read_json, sha256_file
from continuity.jobs.store import Store, Stored
from continuity.jobs.workspace import (
    FOLDERS,
    MADE_BY,
    RECORDED,
    SHORT,
    Folder,
    Take,
    folders_on_disk,
    place,
    read_index,
    record_of,
)
from continuity.plan.compose import project_root


def run(args: argparse.Namespace) -> None:
    root = project_root()
    {"list": _list, "import": _import, "prune": _prune}[args.verb](root, args)


def _rows(root: Path) -> list[dict[str, Any]]:
    current = {take.key for folder in FOLDERS for takes in _index(root, folder).values() for take in takes}
    selects = _optional(root / "shots" / "selects.json").get("shots", {})
    scores = _scores(root)
    rows = []
    for folder, shot, path in folders_on_disk(root):
        record = read_json(path / "take.json", "dvc repro -f " + MADE_BY[folder], *RECORDED)
        rows.append(
            {
                "shot": shot,
                "folder": folder,
                "key": record["key"],
                "current": record["key"] in current,
                "selected": selects.get(shot, {}).get("key") == record["key"],
                "score": scores.get(record["key"]),
                "cost_usd": record["cost_usd"],
                "seconds": record["seconds"],
                "provider": record["provider"],
                "model": record["model"],
                "created_at": record["created_at"],
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
        )


def _prune(root: Path, args: argparse.Namespace) -> None:
    for folder in FOLDERS:  # after a run that failed an index is missing: then every take would look superseded
        read_index(root, folder)
    superseded = [row for row in _rows(root) if not row["current"]]
    cost = sum(row["cost_usd"] for row in superseded)
    if not superseded:
        print("nothing to prune: every take here is current")
        return
    for row in superseded:
        print(f"{'deleting' if args.yes else 'would delete'} {row['path']} (${row['cost_usd']:.2f})")
        if args.yes:
            shutil.rmtree(root / row["path"])
    if args.yes:
        print(
            f"{len(superseded)} takes worth ${cost:.2f} deleted here; `continuity takes import --rev REV` brings "
            "back those that a revision holds"
        )
    else:
        print(f"{len(superseded)} takes worth ${cost:.2f}; add --yes to delete them from the workspace")


def _import(root: Path, args: argparse.Namespace) -> None:
    """Takes come back into ``shots/``, library pictures and lines into the store, where the next run finds them."""
    from dvc.api import DVCFileSystem
    from dvc.exceptions import DvcException
    from scmrepo.exceptions import SCMError

    store = Store()
    try:
        files = DVCFileSystem(str(root), rev=args.rev)
        takes = [Path(path).parent for folder in FOLDERS for path in files.glob(f"shots/{folder}/*/*/take.json")]
        lines = [Path(path).parent for path in files.glob("shots/generated/*/lines/*/line.json")]
    except (DvcException, SCMError, FileNotFoundError) as error:
        raise ProjectError(
            f"revision {args.rev!r} cannot be read: {error}; `git log --oneline` lists revisions"
        ) from error
    brought = 0
    try:
        for folder in sorted(takes):
            if record_of(root / folder, "clip.mp4"):
                continue
            place(_fetched(files, folder, "clip.mp4", "take.json", store), root / folder, "clip.mp4")
            brought += 1
            print(f"imported {folder}")
        for folder in sorted(lines):
            _fetched(files, folder, "line.wav", "line.json", store)
        pictures = _fetch_library(files, store)
    except (DvcException, FileNotFoundError) as error:
        raise ProjectError(
            f"{args.rev} is not whole in any cache or remote that can be reached: {error}; `dvc pull` from its remote "
            "first. What came before this is kept"
        ) from error
    print(
        f"{brought} takes of {args.rev} brought back, {len(takes) - brought} were here already; the store knows its "
        f"{len(lines)} lines and {pictures} library files"
    )


def _fetched(files: Any, folder: Path, name: str, record: str, store: Store) -> Stored:
    """One take or line of another revision, by way of the store."""
    making = store.scratch()
    try:
        for file in (name, record):
            files.get_file(f"{folder.as_posix()}/{file}", str(making / file))
        entry = record_of(making, name, record)
        if entry is None:
            raise ProjectError(f"{folder} is damaged in that revision; nothing of it was brought back")
        return store.find(entry["key"]) or store.adopt(making / name, entry)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _fetch_library(files: Any, store: Store) -> int:
    """Adopt the library files of another revision into the store; returns how many that revision has."""
    listing = "assets/library/library.json"
    if not files.exists(listing):
        return 0
    items = json.loads(files.read_text(listing))["items"]
    for item in items.values():
        if store.find(item["key"]):
            continue
        making = store.scratch()
        try:
            copy = making / Path(item["path"]).name
            files.get_file(item["path"], str(copy))
            if sha256_file(copy) == item["sha256"]:
                kept = ("key", "request", "provider", "model", "cost_usd", "created_at")
                store.adopt(copy, {**{name: item[name] for name in kept}, "job_id": None})
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return len(items)


def _index(root: Path, folder: Folder) -> dict[str, list[Take]]:
    """The current takes; none where the stage has not run."""
    return read_index(root, folder) if (root / "shots" / f"{folder}.json").is_file() else {}


def _optional(path: Path) -> dict[str, Any]:
    return read_json(path, "dvc repro") if path.is_file() else {}


def _scores(root: Path) -> dict[str, float]:
    """Identity by key from the last scoring: the lowest over the take's characters."""
    evidence = _optional(root / "reports" / "evidence" / "evidence.json")
    scores = {}
    for take in evidence.get("takes", []):
        values = [c["identity"] for c in take["characters"].values() if c.get("identity") is not None]
        if values:
            scores[take["key"]] = min(values)
    return scores
