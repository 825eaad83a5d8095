"""The library: every reference in its making order, each made from its parents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from continuity import masters
from continuity.errors import MediaError, ProjectError
from continuity.files import read_json, sha256_file, write_bytes, write_json
from continuity.jobs import wanted
from continuity.jobs.runner import make_all
from continuity.jobs.store import Store, Stored
from continuity.plan.schema import LibraryItem, Plan

STEPS = {
    "headshot": "headshots", "still": "stills", "angle": "angles", "wardrobe": "wardrobes", "expression": "expressions",
    "lookalike": "lookalikes", "location": "locations", "prop": "props", "voice": "voices",
}  # fmt: skip


def design(root: Path, plan: Plan, store: Store) -> None:
    """Make what the library lacks, step by step: a child needs its parents' bytes before it has a key.

    Writes ``assets/library/<role>.png|wav`` and, last, ``library.json``. Files of items that the plan no
    longer has are removed: they are versions in DVC, and the store keeps them.
    Raises MasterError, RequestRefused, BudgetExceeded, JobFailed, ResultRejected.
    """
    folder = root / "assets" / "library"
    masters.verify(root, masters.needed(plan))
    records: dict[str, dict[str, Any]] = {}
    for title, items in waves(plan.library):
        requests = {item.role: wanted.for_library(root, plan, item) for item in items}
        for item in items:
            _adopt(root, item, requests[item.role].request.key, store)
        done = make_all(
            root, list(requests.values()), store, plan.executor, plan.budget_usd, made=lambda _: None, title=title
        )
        for item in items:
            stored = done[requests[item.role].request.key]
            _place(stored, folder / item.path)
            records[item.role] = _record(item, stored)
    _remove_others(folder, {item.path for item in plan.library})
    write_json(folder / "library.json", {"items": {item.role: records[item.role] for item in plan.library}})


def waves(items: list[LibraryItem]) -> list[tuple[str, list[LibraryItem]]]:
    """Items grouped so that every parent is in an earlier group, each with a title for the progress bar."""
    depth: dict[str, int] = {}
    for item in items:
        depth[item.role] = 1 + max((depth.get(parent, 0) for parent in item.parents), default=0)
    groups = []
    for level in sorted(set(depth.values())):
        group = [item for item in items if depth[item.role] == level]
        groups.append(("design " + ", ".join(dict.fromkeys(STEPS[item.step] for item in group)), group))
    return groups


def read_library(root: Path) -> dict[str, Any]:
    """``library.json``: {"items": {role: record}}. Raises ProjectError when design has not run."""
    return read_json(root / "assets" / "library" / "library.json", "dvc repro design", "items")


def _record(item: LibraryItem, stored: Stored) -> dict[str, Any]:
    return {
        "path": f"assets/library/{item.path}",
        "sha256": stored.sha256,
        "key": stored.key,
        "step": item.step,
        "subject": item.subject,
        "look": item.look,
        "trait": item.trait,
        "prompt": item.prompt,
        "parents": item.parents,
        "provider": item.provider,
        "model": item.model,
        "cost_usd": stored.record["cost_usd"],
        "created_at": stored.record["created_at"],
        "request": stored.record["request"],
    }


def _place(stored: Stored, path: Path) -> None:
    data = stored.path.read_bytes()
    if not path.is_file() or path.read_bytes() != data:
        write_bytes(path, data)


def _adopt(root: Path, item: LibraryItem, key: str, store: Store) -> None:
    """Take over a picture that came with ``dvc pull`` and that this machine's store does not know."""
    if store.find(key) is None and (record := record_in_library(root, item, key)):
        store.adopt(root / "assets" / "library" / item.path, record)


def record_in_library(root: Path, item: LibraryItem, key: str) -> dict[str, Any] | None:
    """The store's record for an item that the workspace holds, when its file has the bytes that were listed."""
    path = root / "assets" / "library" / item.path
    try:
        listed = read_library(root)["items"][item.role]
        record = {name: listed[name] for name in ("key", "request", "provider", "model", "cost_usd", "created_at")}
        vouched = (listed["key"], listed["sha256"]) == (key, sha256_file(path))  # else edited by hand since
    except (ProjectError, MediaError, KeyError, TypeError):  # not there, or a damaged listing
        return None
    return {**record, "job_id": None} if vouched else None


def _remove_others(folder: Path, keep: set[str]) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(folder).as_posix() not in keep | {"library.json"}:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
