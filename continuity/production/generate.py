"""Lines first, then takes: a shot that starts from another waits for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from continuity.errors import ConfigError, ProjectError
from continuity.jobs import wanted
from continuity.jobs.runner import Wanted, make_all
from continuity.jobs.store import Store, Stored
from continuity.jobs.workspace import SpokenLine, Take, adopt, place, read_index, take_folder, take_of, write_index
from continuity.plan.schema import Line, Plan, Shot

ROOM_AFTER_LINE = 0.1  # seconds; a mouth that is still open at the cut looks wrong


def generate(root: Path, plan: Plan, store: Store) -> None:
    """Make what is missing of every shot's lines and takes, and index the current ones.

    Takes appear in ``shots/generated`` one by one as they are finished, so that a crash keeps them.
    Raises ConfigError for a line that its shot cannot hold, and all of continuity.jobs.runner.make_all.
    """
    lines = speak(root, plan, store)
    takes: dict[str, list[Take]] = {}
    for title, shots in waves(plan):
        by_shot = {shot.id: take_requests(root, plan, shot, lines[shot.id], takes) for shot in shots}
        owner = {item.request.key: shot for shot, items in by_shot.items() for item in items}
        for shot, items in by_shot.items():
            for item in items:
                adopt(item.request, take_folder(root, "generated", shot, item.request.key), "clip.mp4", store)

        def keep(stored: Stored, owner: dict[str, str] = owner) -> None:
            take_of(root, "generated", owner[stored.key], stored)

        everything = [item for items in by_shot.values() for item in items]
        done = make_all(root, everything, store, plan.executor, plan.budget_usd, made=keep, title=title)
        for shot, items in by_shot.items():
            takes[shot] = [take_of(root, "generated", shot, done[item.request.key]) for item in items]
    write_index(root, "generated", {shot: takes[shot] for shot in plan.shots}, lines)


def take_requests(
    root: Path, plan: Plan, shot: Shot, lines: list[SpokenLine], earlier: dict[str, list[Take]]
) -> list[Wanted]:
    """All takes of one shot. Take n starts from take n of the shot before it, when it starts from one."""
    count = len(shot.footage) or shot.takes
    frames = [start_frame(root, shot, earlier, number) for number in range(count)]
    return [wanted.for_take(root, plan, shot, number, lines, frames[number]) for number in range(count)]


def start_frame(root: Path, shot: Shot, earlier: dict[str, list[Take]], number: int) -> Path | None:
    """The last frame of the take that take ``number`` starts from, cut beside that take's clip."""
    if shot.start_from is None:
        return None
    from continuity.media.video import last_frame

    before = earlier[shot.start_from]
    clip = root / before[number % len(before)].clip
    frame = clip.with_name("last-frame.png")
    if not frame.is_file():
        last_frame(clip, frame)
    return frame


def waves(plan: Plan) -> list[tuple[str, list[Shot]]]:
    """Shots grouped so that a shot's ``start_from`` is in an earlier group."""
    depth: dict[str, int] = {}

    def level(shot: Shot) -> int:
        if shot.id not in depth:
            depth[shot.id] = 0 if shot.start_from is None else 1 + level(plan.shots[shot.start_from])
        return depth[shot.id]

    levels = sorted({level(shot) for shot in plan.shots.values()})
    titles = ["generate"] + [f"generate, shots that start from others ({number})" for number in levels[1:]]
    return [
        (title, [shot for shot in plan.shots.values() if depth[shot.id] == number])
        for title, number in zip(titles, levels, strict=True)
    ]


def speak(root: Path, plan: Plan, store: Store) -> dict[str, list[SpokenLine]]:
    """Every line as sound under ``shots/generated/<shot>/lines/<key, 12 hex>/line.wav``."""
    asked = [(shot, line, wanted.for_line(plan, shot, line)) for shot in plan.shots.values() for line in shot.lines]
    folders = {
        item.request.key: take_folder(root, "generated", f"{shot.id}/lines", item.request.key)
        for shot, _, item in asked
    }
    for _, _, item in asked:
        adopt(item.request, folders[item.request.key], "line.wav", store, record="line.json")
    done = {}
    if asked:
        requests = [item for _, _, item in asked]
        done = make_all(
            root, requests, store, plan.executor, plan.budget_usd, made=lambda _: None, title="generate lines"
        )
    spoken: dict[str, list[SpokenLine]] = {shot: [] for shot in plan.shots}
    for shot, line, item in asked:
        stored = done[item.request.key]
        path = place(stored, folders[item.request.key], "line.wav", record="line.json")
        spoken[shot.id].append(_fit(shot, line, stored, path.relative_to(root).as_posix()))
    return spoken


def _fit(shot: Shot, line: Line, stored: Stored, path: str) -> SpokenLine:
    spoken = spoken_line(line, stored.record, path)
    end = spoken.end
    if not line.off_screen and end + ROOM_AFTER_LINE > shot.seconds:
        raise ConfigError(
            f"{shot.id}: the line {line.text!r} starts at {line.at:g} s and lasts {stored.record['seconds']:.1f} s, "
            f"which the shot's {shot.seconds:g} s cannot hold; give the shot {end + ROOM_AFTER_LINE:.1f} seconds, "
            "start the line earlier or shorten it"
        )
    return spoken


def spoken_line(line: Line, record: dict[str, Any], path: str) -> SpokenLine:
    """A line with the times that its sound, recorded in ``record``, has in the shot."""
    end = round(line.at + record["seconds"], 3)
    return SpokenLine(line.character, line.voice, line.text, line.at, end, line.off_screen, path, record["sha256"])


def earlier_takes(root: Path) -> dict[str, list[Take]]:
    """The takes of the last run; none when generate has not run yet."""
    try:
        return read_index(root, "generated")
    except ProjectError:
        return {}
