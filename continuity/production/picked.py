"""Takes that people picked: each stays chosen for as long as it lies here, whatever has become of its shot's words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from continuity.plan.picks import picks_file
from continuity.plan.schema import Plan, Shot
from continuity.production.workspace import FOLDERS, Folder, Take, record_of

STALE = "stale: its shot, or what it was made from, has changed since"


def picked_takes(root: Path, plan: Plan) -> dict[str, Take]:
    """By shot, the picked take as it lies in the workspace, current or stale; none where it is not here."""
    return {shot: take for shot, name in picks_of(plan) if (take := _lying(root, plan.shots[shot], name)) is not None}


def picks_of(plan: Plan) -> Iterator[tuple[str, str]]:
    """(shot, the first 12 digits of the picked take's key) for every shot of the plan that has one."""
    for id in plan.shots:
        if (pick := plan.picks.get(id)) and pick.selected:
            yield id, pick.selected


def shown_folders(shot: Shot) -> tuple[Folder, ...]:
    """Where takes lie that may be cut: a driving clip is not shown where it is carried over."""
    return tuple(folder for folder in FOLDERS if not (shot.transfer and folder == "generated"))


def absent(plan: Plan, shot: str, name: str, known: list[str], driving: bool) -> str:
    """A pick whose take is nowhere, in words: the shot, the take, the ways out. ``known`` are takes that are there."""
    there = f" ({', '.join(known)})" if known else ""
    if driving:
        return (
            f"shot {shot}: picked take {name!r} is a driving clip, which is not shown; name the take that was made "
            f"from it{there} in {picks_file(plan.series.id)}, or take `selected` out"
        )
    return (
        f"shot {shot}: picked take {name!r} is not here, and is none of the takes that this plan makes{there}; correct "
        f"`selected` in {picks_file(plan.series.id)} or take it out, go back to the words that it was made from, or "
        "bring it back (`dvc pull`, `continuity takes import --rev REV`)"
    )


def _lying(root: Path, shot: Shot, name: str) -> Take | None:
    for folder in shown_folders(shot):
        place = root / "shots" / folder / shot.id / name
        if entry := record_of(place, "clip.mp4"):
            clip = (place / "clip.mp4").relative_to(root).as_posix()
            return Take(shot.id, folder, entry["key"], entry["sha256"], float(entry["seconds"]), clip)
    return None
