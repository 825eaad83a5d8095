"""``continuity plan``: each shot new or reused, and the price, before anything is sent."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from continuity.errors import ContinuityError
from continuity.jobs import wanted
from continuity.jobs.runner import Wanted
from continuity.jobs.store import Store
from continuity.jobs.workspace import SpokenLine, Take, read_lines, take_folder
from continuity.plan.compose import compose, project_root
from continuity.plan.schema import Plan, Shot
from continuity.production.generate import earlier_takes, take_requests


def run(args: argparse.Namespace) -> None:
    root = project_root()
    plan, store = compose(root), Store()
    rows = [*_library(root, plan, store), *_shots(root, plan, store)]
    price = sum(row["price_usd"] for row in rows)
    if args.json:
        print(json.dumps({"rows": rows, "price_usd": round(price, 4), "budget_usd": plan.budget_usd}, indent=1))
        return
    print(f"{plan.series.title}: {len(plan.shots)} shots, conditioning {plan.conditioning}\n")
    print(f"{'what':28} {'new':>4} {'reused':>7} {'price':>8}  model")
    for row in rows:
        note = f"  {row['note']}" if row["note"] else ""
        print(f"{row['what']:28} {row['new']:>4} {row['reused']:>7} {row['price_usd']:>7.2f}$  {row['model']}{note}")
    print(f"\nto make: {sum(row['new'] for row in rows)}, for ${price:.2f}; budget.max_usd ${plan.budget_usd:.2f}")
    for remark in plan.lint:
        words = f" (delete: {', '.join(repr(word) for word in remark.delete)})" if remark.delete else ""
        print(f"lint {remark.shot}: {remark.message}{words}")


def _row(what: str, model: str, new: int, reused: int, price_usd: float, note: str = "") -> dict[str, Any]:
    return {"what": what, "model": model, "new": new, "reused": reused, "price_usd": round(price_usd, 4), "note": note}


def _library(root: Path, plan: Plan, store: Store) -> list[dict[str, Any]]:
    rows = []
    for subject in dict.fromkeys(item.subject for item in plan.library):
        items = [item for item in plan.library if item.subject == subject]
        new = [item for item in items if not _has_library(root, plan, item.role, store)]
        rows.append(
            _row(
                f"library {subject}",
                items[0].model,
                len(new),
                len(items) - len(new),
                sum(item.price_usd for item in new),
            )
        )
    return rows


def _has_library(root: Path, plan: Plan, role: str, store: Store) -> bool:
    """A child of a picture that is not there yet has no key yet, so it is new."""
    item = next(item for item in plan.library if item.role == role)
    try:
        return store.find(wanted.for_library(root, plan, item).request.key) is not None
    except ContinuityError:
        return False


def _shots(root: Path, plan: Plan, store: Store) -> list[dict[str, Any]]:
    lines, earlier = _lines(root, plan), earlier_takes(root)
    rows = []
    for shot in plan.shots.values():
        count = len(shot.footage) or shot.takes
        try:
            asked = take_requests(root, plan, shot, lines[shot.id], earlier)
        except (ContinuityError, KeyError):
            rows.append(_row(shot.id, shot.model, count, 0, shot.price_usd * count, "its references are not made yet"))
        else:
            new = [item for item in asked if not _has(root, shot.id, item, store)]
            rows.append(_row(shot.id, shot.model, len(new), count - len(new), sum(item.price_usd for item in new)))
        if shot.transfer is not None:
            rows.append(_transfer(root, plan, shot, rows[-1]["new"], earlier, store))
    return rows


def _transfer(
    root: Path, plan: Plan, shot: Shot, new_takes: int, earlier: dict[str, list[Take]], store: Store
) -> dict[str, Any]:
    assert shot.transfer is not None
    count, new = shot.takes, new_takes
    if not new_takes:
        try:
            asked = [wanted.for_transfer(root, plan, shot, take) for take in earlier.get(shot.id, [])]
            new = sum(store.find(item.request.key) is None for item in asked)
        except ContinuityError:
            new = count
    return _row(
        f"{shot.id} → {shot.transfer.look}", shot.transfer.model, new, count - new, new * shot.transfer.price_usd
    )


def _has(root: Path, shot: str, item: Wanted, store: Store) -> bool:
    key = item.request.key
    return store.find(key) is not None or (take_folder(root, "generated", shot, key) / "take.json").is_file()


def _lines(root: Path, plan: Plan) -> dict[str, list[SpokenLine]]:
    """Spoken lines as they lie in the last index; a shot whose lines changed gets no entry and counts as new."""
    try:
        spoken = read_lines(root)
    except ContinuityError:
        spoken = {}
    known = {}
    for shot in plan.shots.values():
        there = spoken.get(shot.id, [])
        same = [(line.text, line.at, line.voice) for line in shot.lines] == [(s.text, s.start, s.voice) for s in there]
        if same:
            known[shot.id] = there
    return known
