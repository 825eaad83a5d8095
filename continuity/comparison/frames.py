"""The frames of both selects of a shot, at the same places in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from continuity.comparison.sides import Scored, Side
from continuity.errors import ProjectError
from continuity.report import inline
from continuity.report.data import Frame, Picture
from continuity.report.frames import Wanted, frame, spread
from continuity.scoring.takes.hashes import aligned

FRAMES, WIDTH = 4, 320
MOST_PICTURES = 3000  # beyond, browsers open a page slowly or not at all: the shots that drifted least have none


@dataclass(frozen=True)
class Strip:
    """``frames`` of one select; ``missing`` says why some have no picture."""

    frames: list[Frame]
    missing: str = ""


def strips(shot: str, now: Side, before: Side, people: Mapping[str, Wanted], folder: Path) -> tuple[Strip, Strip]:
    """(now, before), as many frames each, those of one number at one place in time.

    Pictures are brought into ``folder``. One that cannot be had leaves a box with the reason in its place.
    """
    new, old = now.select(shot), before.select(shot)
    if new is None or old is None:
        return Strip([]), Strip([])
    pairs = aligned(len(new.raw["pictures"]), len(old.raw["pictures"]))
    shown = [pairs[place] for place in spread(len(pairs), FRAMES)]
    return (
        _strip(shot, now, new, [one for one, _ in shown], people, folder / "now"),
        _strip(shot, before, old, [other for _, other in shown], people, folder / "before"),
    )


def _strip(
    shot: str, side: Side, take: Scored, places: Sequence[int], people: Mapping[str, Wanted], folder: Path
) -> Strip:
    folder.mkdir(exist_ok=True)
    cast = [
        Wanted(id, one.name, one.colour, side.calibration[values["subject"]].get("threshold"))
        for id, values in take.raw["characters"].items()
        if (one := people.get(id))
    ]
    missing: list[str] = []

    def picture(name: str) -> Callable[[str], Picture]:
        def made(alt: str) -> Picture:
            try:
                path = side.picture(name, folder)
            except ProjectError as error:
                missing.append(str(error))
                return Picture("", f"{alt} (this picture cannot be had)", WIDTH, round(WIDTH * 9 / 16))
            return inline.picture(path, alt, WIDTH)

        return made

    seconds = float(take.raw["seconds"])
    frames = [frame(shot, seconds, take.raw, cast, place, picture(take.raw["pictures"][place])) for place in places]
    return Strip(frames, missing[0] if missing else "")
