"""Who is hidden behind somebody else, or behind a prop: frames that say nothing of a character, and are not counted.

A head behind another's is not found, or what still shows of it is taken for all of it: a patch of hair, compared with
whole heads. Neither is drift. So in a frame in which a character is not surely itself, its head's place is told from
the frames before and after; and where somebody who is surely seen, or a prop, covers that place, the head is *covered*
(decision 46). A head that is found whole at its place is judged, however unlike it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from continuity.scoring.calibration.anchor import Anchor
from continuity.scoring.heads.locate import overlap
from continuity.scoring.scenes.score import ThingScore
from continuity.scoring.takes.result import Box
from continuity.scoring.takes.seen import Placed, Seen
from continuity.scoring.traits.windows import HEAD_REACH

SURELY = 0.5  # z: nearer to itself than to others, where no threshold says from where on it passes
HIDDEN = 0.25  # of a head's place, that another's figure takes up: from there on heads are lost
FRONT, MORE = 0.75, 0.15  # of its place: who is seen though so much, or so much more of it is taken up, stands in front
WHOLE = 0.5  # overlap with its place, from which a window is the head and not what is left of it
GROWN = 1.8  # times as large or small as heads usually are in the take: a window of another size is not all of it
BODY_WIDTH, BODY_HEIGHT = 1.5, 6.0  # head widths, and head heights below the head, that a figure takes up

TOUCHED = 0.1  # of its place: from there on, what is read of traits may be those of who stands in front


@dataclass(frozen=True)
class Cover:
    """Of one subject: by frame where its ``hidden`` head is; and the frames that show it ``touched``.

    Touched is a head that is seen, that another's figure comes near, or beside somebody who hides it in
    other frames: it is judged, and no traits are read from it, since they might be the other's.
    """

    hidden: Mapping[int, Box] = field(default_factory=dict)
    touched: frozenset[int] = frozenset()


Hidden = dict[str, Cover]  # by subject


@dataclass(frozen=True)
class Track:
    """A subject along a take. By frame its window and its z there, None where it was not found.

    ``surely``: the z from which on it is itself.
    """

    boxes: Sequence[Box | None]
    scaled: Sequence[float | None]
    surely: float

    @classmethod
    def of(cls, seen: Seen, anchor: Anchor, frames: int) -> Track:
        boxes: list[Box | None] = [None] * frames
        scaled: list[float | None] = [None] * frames
        for (index, window), z in zip(seen.found, seen.scaled, strict=True):
            boxes[index], scaled[index] = window.box, z
        return cls(boxes, scaled, SURELY if anchor.threshold is None else anchor.threshold)

    def sure(self) -> list[int]:
        """The frames in which it is surely itself."""
        return [n for n, z in enumerate(self.scaled) if z is not None and z >= self.surely]

    def places(self) -> list[Box] | None:
        """By frame where its head is: between the frames that show it whole, evenly; None where none does."""
        shown = {n: box for n in self.sure() if (box := self.boxes[n]) is not None}
        if not shown:
            return None
        usual = float(np.median([_size(box) for box in shown.values()]))
        whole = {n: box for n, box in shown.items() if 1 / GROWN <= _size(box) / usual <= GROWN}
        edges = np.array(list((whole or shown).values()))
        rows = [np.interp(range(len(self.boxes)), list(whole or shown), edges[:, side]) for side in range(4)]
        return [(float(a), float(b), float(c), float(d)) for a, b, c, d in zip(*rows, strict=True)]


def hidden_heads(
    cast: Mapping[str, Seen],
    by: Mapping[str, Anchor],
    placed: Placed,
    bystander: Callable[[str], Seen],
    things: Sequence[ThingScore] = (),
) -> Hidden:
    """Whose head is covered where, of the ``cast``, by subject.

    ``by`` has the anchors of all who were looked for; ``bystander`` sees one of them who is not of the cast.
    """
    frames = len(placed)
    tracks = {id: Track.of(seen, by[id], frames) for id, seen in cast.items()}
    surely = [
        [frame.box if frame.z is not None and frame.z >= SURELY else None for frame in thing.frames] for thing in things
    ]
    hidden: Hidden = {}
    for id in cast:
        unsure = set(range(frames)) - set(tracks[id].sure())
        found = {other for n in unsure for other, window in placed[n].items() if window is not None and other != id}
        for other in found - set(tracks):
            tracks[other] = Track.of(bystander(other), by[other], frames)
        cover = covered(tracks[id], [tracks[other] for other in sorted(found)], surely)
        near = {n for other, one in tracks.items() if other != id for n in _reached_into(tracks[id], one)}
        hidden[id] = Cover(cover.hidden, cover.touched | (near - set(cover.hidden)))
    return hidden


def covered(own: Track, others: Collection[Track], things: Sequence[Sequence[Box | None]] = ()) -> Cover:
    """Where a head is covered.

    ``others`` cover with their figures, in frames in which they are surely themselves; ``things`` are by frame the
    boxes of props.
    """
    places, sure = own.places(), set(own.sure())
    if places is None:
        return Cover()
    figures = [[_figure(one.boxes[n]) if n in set(one.sure()) else [] for n in range(len(places))] for one in others]
    figures += [[[] if box is None else [box] for box in boxes] for boxes in things]
    hidden: dict[int, Box] = {}
    touched: set[int] = set()
    for figure in figures:
        taken_up = [_share(parts, place) for parts, place in zip(figure, places, strict=True)]
        most = max(taken_up[n] for n in sure)
        behind = [
            n
            for n, place in enumerate(places)
            if n not in sure
            and taken_up[n] >= HIDDEN
            and most < min(FRONT, taken_up[n] + MORE)
            and not _is_whole(own.boxes[n], place)
        ]
        hidden |= {n: places[n] for n in behind}
        touched |= {n for n in sure if behind and taken_up[n] >= TOUCHED}
    return Cover(dict(sorted(hidden.items())), frozenset(touched))


def _reached_into(own: Track, other: Track) -> list[int]:
    """The frames in which the other's figure reaches into what is read around this one's head, whoever is in front.

    A little of a head is enough; of a body, whose place is a guess, it has to be more.
    """
    surely = set(other.sure())
    return [
        n
        for n, (mine, theirs) in enumerate(zip(own.boxes, other.boxes, strict=True))
        if n in surely
        and mine is not None
        and theirs is not None
        and (_share([theirs], _read(mine)) >= TOUCHED or _share(_figure(theirs), _read(mine)) >= HIDDEN)
    ]


def without(placed: Placed, hidden: Hidden) -> Placed:
    """The same places, but for heads that are covered."""
    return [
        {id: None if id in hidden and n in hidden[id].hidden else window for id, window in windows.items()}
        for n, windows in enumerate(placed)
    ]


def _read(head: Box) -> Box:
    """What `traits.windows` cuts around a head."""
    x0, y0, x1, y1 = head
    wide, high = ((reach - 1) / 2 for reach in HEAD_REACH)
    return x0 - wide * (x1 - x0), y0 - high * (y1 - y0), x1 + wide * (x1 - x0), y1 + high * (y1 - y0)


def _is_whole(box: Box | None, place: Box) -> bool:
    return box is not None and overlap(box, place) >= WHOLE


def _size(box: Box) -> float:
    return float(((box[2] - box[0]) * (box[3] - box[1])) ** 0.5)


def _figure(head: Box | None) -> list[Box]:
    """The head and, below it, the body: rectangles that share no area."""
    if head is None:
        return []
    x0, _, x1, y1 = head
    middle, half = (x0 + x1) / 2, BODY_WIDTH * (x1 - x0) / 2
    return [head, (middle - half, y1, middle + half, y1 + BODY_HEIGHT * (y1 - head[1]))]


def _share(parts: Sequence[Box], place: Box) -> float:
    """Of ``place``, what ``parts`` take up together."""
    area = (place[2] - place[0]) * (place[3] - place[1])
    common = sum(
        max(0.0, min(one[2], place[2]) - max(one[0], place[0]))
        * max(0.0, min(one[3], place[3]) - max(one[1], place[1]))
        for one in parts
    )
    return common / area if area > 0 else 0.0
