"""The library: every reference in its making order, each made from its parents."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from continuity import masters
from continuity.errors import ProjectError
from continuity.files import write_json
from continuity.jobs.store import Store
from continuity.plan.schema import LibraryItem, Plan
from continuity.production import wanted
from continuity.production.introduce import introduce_voices
from continuity.production.library import Library, folder_of, read_listing
from continuity.production.making import Ask, Making, Workshop
from continuity.production.rows import library_row
from continuity.production.shelves import LibraryShelf
from continuity.production.workspace import Made
from continuity.records.answered import answered_by

STEPS = {
    "headshot": "headshots", "still": "stills", "angle": "angles", "wardrobe": "wardrobes", "expression": "expressions",
    "lookalike": "lookalikes", "location": "locations", "prop": "props", "voice": "voices",
}  # fmt: skip


def design(root: Path, plan: Plan, store: Store) -> None:
    """Make what the library lacks, step by step: a child needs its parents' bytes before it has a key.

    Writes ``assets/library/<role>.png|wav`` and ``library.json``. Files that the plan no longer names stay.
    Raises MasterError, RequestRefused, BudgetExceeded, JobFailed, ResultRejected.
    """
    masters.verify(root, masters.needed(plan))
    listed = _listed(root)

    def list_made(made: Mapping[str, Made | None]) -> None:
        """After every step, so that what a crash leaves is known as ours."""
        records = {item.role: _record(item, done) for item in plan.library if (done := made.get(item.role))}
        if len(records) < len(plan.library):
            records = {**listed, **records}
        write_json(folder_of(root) / "library.json", {"items": records})

    if not plan.library:
        list_made({})
    draw(root, plan, Workshop(root, plan, store), list_made)


def draw(root: Path, plan: Plan, making: Making, made_step: Any = lambda _: None) -> dict[str, Made | None]:
    """Every library item by role, in steps; ``made_step`` hears of all that is there after each."""
    made: dict[str, Made | None] = {}
    files: dict[str, Path | None] = {}
    library, listed = Library(root, plan, files), _listed(root)
    for title, items in waves(plan.library):
        asks = [
            Ask(
                row=library_row(item),
                model=item.model,
                price_usd=item.price_usd,
                shelf=LibraryShelf(root, item, listed),
                wanted=partial(wanted.for_library, library, item),
            )
            for item in items
        ]
        spoken = [(item.subject, ask) for item, ask in zip(items, asks, strict=True) if item.kind == "voice"]
        introduce_voices(plan, making, library, spoken)
        for item, done in zip(items, making.make(title, asks), strict=True):
            made[item.role], files[item.role] = done, done.file if done else None
        made_step(made)
    return made


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


def _listed(root: Path) -> dict[str, Any]:
    """What the last run listed, by role; nothing where it is missing or damaged."""
    try:
        return dict(read_listing(root)["items"])
    except (ProjectError, TypeError, ValueError):
        return {}


def _record(item: LibraryItem, made: Made) -> dict[str, Any]:
    """No time of making: six stages depend on this file."""
    return {
        "path": f"assets/library/{item.path}",
        "sha256": made.sha256,
        "key": made.key,
        "step": item.step,
        "subject": item.subject,
        "look": item.look,
        "trait": item.trait,
        "prompt": item.prompt,
        "parents": item.parents,
        "provider": item.provider,
        "model": item.model,
        "cost_usd": made.record["cost_usd"],
        "request": made.record["request"],
        **({"delivery": made.record["delivery"]} if answered_by(made.record) else {}),
    }
