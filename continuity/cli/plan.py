"""``continuity plan``: each shot new or reused, and the price, before anything is sent."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from continuity import masters
from continuity.errors import ContinuityError, MasterError
from continuity.jobs import wanted
from continuity.jobs.runner import Wanted
from continuity.jobs.store import Store
from continuity.jobs.workspace import Folder, SpokenLine, Take, record_of, take_folder
from continuity.library import record_in_library
from continuity.plan.compose import compose, project_root
from continuity.plan.schema import Plan, Shot
from continuity.production.generate import spoken_line, take_requests, waves


def run(args: argparse.Namespace) -> None:
    root = project_root()
    plan, store = compose(root), Store()
    rows = [*_library(root, plan, store), *_spoken(root, plan, store), *_shots(root, plan, store)]
    price, stops = sum(row["price_usd"] for row in rows), _stops(root, plan)
    if args.json:
        whole = {"rows": rows, "price_usd": round(price, 4), "budget_usd": plan.budget_usd}
        whole |= {"repair_at_most_usd": plan.estimate.repair_at_most, "stops": stops}
        print(json.dumps(whole, indent=1))
        return
    print(f"{plan.series.title}: {len(plan.shots)} shots, conditioning {plan.conditioning}\n")
    print(f"{'what':28} {'new':>4} {'reused':>7} {'price':>8}  model")
    for row in rows:
        note = f"  {row['note']}" if row["note"] else ""
        print(f"{row['what']:28} {row['new']:>4} {row['reused']:>7} {row['price_usd']:>7.2f}$  {row['model']}{note}")
    print(f"\nto make: {sum(row['new'] for row in rows)}, for ${price:.2f}; budget.max_usd ${plan.budget_usd:.2f}")
    if plan.estimate.repair_at_most:
        print(f"repair, of takes that score off-model: at most ${plan.estimate.repair_at_most:.2f} more")
    if stops:
        print(f"`dvc repro` will stop: {stops}")
    for remark in plan.lint:
        words = f" (delete: {', '.join(repr(word) for word in remark.delete)})" if remark.delete else ""
        print(f"lint {remark.shot}: {remark.message}{words}")


def _stops(root: Path, plan: Plan) -> str | None:
    """What the masters have against drawing anything from them."""
    try:
        masters.verify(root, masters.needed(plan))
    except MasterError as error:
        return str(error)
    return None


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


def _spoken(root: Path, plan: Plan, store: Store) -> list[dict[str, Any]]:
    """One row for each voice's lines; the same words said twice are bought once."""
    rows = []
    for voice in plan.voices.values():
        asked = {
            (item := wanted.for_line(plan, shot, line)).request.key: (shot.id, item)
            for shot in plan.shots.values()
            for line in shot.lines
            if line.voice == voice.id
        }
        new = [item for key, (shot, item) in asked.items() if not _line_record(root, shot, key, store)]
        if asked:
            price = sum(item.price_usd for item in new)
            rows.append(_row(f"lines of {voice.id}", voice.model, len(new), len(asked) - len(new), price))
    return rows


def _line_record(root: Path, shot: str, key: str, store: Store) -> dict[str, Any] | None:
    return _record(key, take_folder(root, "generated", f"{shot}/lines", key), store, "line.wav", "line.json")


def _has_library(root: Path, plan: Plan, role: str, store: Store) -> bool:
    """A child of a picture that is not there yet has no key yet, so it is new."""
    item = next(item for item in plan.library if item.role == role)
    try:
        key = wanted.for_library(root, plan, item).request.key
    except ContinuityError:
        return False
    return store.find(key) is not None or record_in_library(root, item, key) is not None


def _shots(root: Path, plan: Plan, store: Store) -> list[dict[str, Any]]:
    """Rows in the plan's order. Takes are looked for in generate's order, since some start from others."""
    rows: dict[str, list[dict[str, Any]]] = {}
    takes: dict[str, list[Take]] = {}
    redrawn = {item.role for item in plan.library if not _has_library(root, plan, item.role, store)}
    for item in plan.library:  # parents come first, and a child of a new picture is made anew with it
        if redrawn & set(item.parents):
            redrawn.add(item.role)
    for _, shots in waves(plan):
        for shot in shots:
            rows[shot.id] = _rows_of(root, plan, shot, takes, store, redrawn)
    return [row for shot in plan.shots for row in rows[shot]]


def _rows_of(
    root: Path, plan: Plan, shot: Shot, takes: dict[str, list[Take]], store: Store, redrawn: set[str]
) -> list[dict[str, Any]]:
    """The shot's row, and one for its transfer; ``takes`` gets its takes when all are there."""
    count, note = len(shot.footage) or shot.takes, ""
    try:
        if redrawn & set(shot.references):
            raise KeyError("a reference that is drawn anew changes the key")
        asked = take_requests(root, plan, shot, _lines(root, plan, shot, store), takes)
        there = [_take(root, "generated", shot, item, store) for item in asked]
    except (ContinuityError, KeyError):
        there, note = [None] * count, "what it is made from is not made yet"
    found = [take for take in there if take is not None]
    if len(found) == count:
        takes[shot.id] = found
    new = count - len(found)
    rows = [_row(shot.id, shot.model, new, count - new, new * shot.price_usd, note)]
    if shot.transfer is not None:
        again = bool(redrawn & set(shot.transfer.references))
        new += sum(again or not _transferred(root, plan, shot, take, store) for take in found)
        price, model = new * shot.transfer.price_usd, shot.transfer.model
        rows.append(_row(f"{shot.id} → {shot.transfer.look}", model, new, count - new, price))
    return rows


def _transferred(root: Path, plan: Plan, shot: Shot, driving: Take, store: Store) -> bool:
    try:
        item = wanted.for_transfer(root, plan, shot, driving)
    except ContinuityError:
        return False
    return _take(root, "transferred", shot, item, store) is not None


def _take(root: Path, folder: Folder, shot: Shot, item: Wanted, store: Store) -> Take | None:
    """The take that answers a request, when the store or the workspace has it."""
    key = item.request.key
    place = take_folder(root, folder, shot.id, key)
    if (record := _record(key, place, store, "clip.mp4", "take.json")) is None:
        return None
    clip = (place / "clip.mp4").relative_to(root).as_posix()
    return Take(shot.id, folder, key, record["sha256"], record["seconds"], clip)


def _lines(root: Path, plan: Plan, shot: Shot, store: Store) -> list[SpokenLine]:
    """The shot's lines as they were spoken. Raises KeyError when one has not been."""
    spoken = []
    for line in shot.lines:
        key = wanted.for_line(plan, shot, line).request.key
        place = take_folder(root, "generated", f"{shot.id}/lines", key)
        if (record := _line_record(root, shot.id, key, store)) is None:
            raise KeyError(line.text)
        spoken.append(spoken_line(line, record, (place / "line.wav").relative_to(root).as_posix()))
    return spoken


def _record(key: str, folder: Path, store: Store, name: str, record: str) -> dict[str, Any] | None:
    if stored := store.find(key):
        return stored.record
    there = record_of(folder, name, record)
    return there if there and there["key"] == key else None
