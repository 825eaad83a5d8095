"""Motion transfer: the performance of a driving clip, carried by one locked picture."""

from __future__ import annotations

from pathlib import Path

from continuity.jobs import wanted
from continuity.jobs.runner import make_all
from continuity.jobs.store import Store, Stored
from continuity.jobs.workspace import Take, adopt, read_index, take_folder, take_of, write_index
from continuity.plan.schema import Plan


def transfer(root: Path, plan: Plan, store: Store) -> None:
    """Transfer every current take of every shot that asks for it, and index the results."""
    driving = read_index(root, "generated")
    asked = [
        (take, wanted.for_transfer(root, plan, shot, take))
        for shot in plan.shots.values()
        if shot.transfer is not None
        for take in driving[shot.id]
    ]
    source = {item.request.key: take for take, item in asked}
    for take, item in asked:
        adopt(item.request, take_folder(root, "transferred", take.shot, item.request.key), "clip.mp4", store)

    def keep(stored: Stored) -> Take:
        take = source[stored.key]
        return take_of(root, "transferred", take.shot, stored, of=take.key)

    done = {}
    if asked:
        done = make_all(
            root, [i for _, i in asked], store, plan.executor, plan.budget_usd, made=keep, title="motion-transfer"
        )
    takes: dict[str, list[Take]] = {shot.id: [] for shot in plan.shots.values() if shot.transfer is not None}
    for take, item in asked:
        takes[take.shot].append(keep(done[item.request.key]))
    (root / "shots" / "transferred").mkdir(parents=True, exist_ok=True)
    write_index(root, "transferred", takes)
