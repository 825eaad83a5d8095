"""What a character wears in one take: the wardrobe that the shot names, or another of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import numpy as np

from continuity.scoring import metrics
from continuity.scoring.heads.bank import at_side, side_of
from continuity.scoring.heads.locate import crop
from continuity.scoring.judges.view import View
from continuity.scoring.places import Window
from continuity.scoring.references.prepared import Prepared
from continuity.scoring.references.subjects import Picture, Subject, read_picture
from continuity.scoring.scenes.score import WardrobeScore
from continuity.scoring.silhouette import figure_mask

TORSO_WIDTH = 2.2  # head widths
TORSO_DEPTH = 2.0  # head heights below the head
LEAST_TORSO = 0.4  # head heights that must be in the picture to judge clothes by
HIGHEST = 0.12  # heights of the figure between its top and the head's
SMALLEST, LARGEST = 0.1, 0.75  # heights of the figure that a head may be; a drawn fox has one of two thirds
CLEAR = 0.02  # cosine: two wardrobes nearer than this are not told apart

Verdict = Literal["kept", "doubtful", "changed", "no verdict"]
ONE_WARDROBE = "the look has pictures of one wardrobe only"


def wardrobe_score(
    subject: Subject,
    wardrobe: str | None,
    judge: str,
    views: Sequence[View],
    found: Sequence[tuple[int, Window]],
    prepared: Prepared,
) -> WardrobeScore | None:
    """Mean cosine of the region below the head with the same region of every wardrobe's picture.

    Both are cut to the depth that the frame and all pictures show. None when the named wardrobe has no picture or
    nothing below the head is visible.
    """
    heads = {name: head for name, head in _heads(subject, judge, prepared).items() if _depth(head) >= LEAST_TORSO}
    if wardrobe not in heads:
        return None
    deepest = min(_depth(head) for head in heads.values())
    ours: list[np.ndarray] = []
    kinds: list[tuple[float, int]] = []  # depth and side of each one's counterpart, most of them alike
    for index, window in found:
        depth = min(_depth(window), deepest, TORSO_DEPTH)
        if depth >= LEAST_TORSO:
            torso = crop(views[index].picture, _torso(window, depth))
            kinds.append((depth, side_of(torso)))
            ours.append(at_side(torso, kinds[-1][1]))
    if not ours:
        return None
    distinct = sorted(set(kinds))
    theirs = []
    for name, head in heads.items():
        picture = _picture(subject.wardrobes[name])
        theirs += [at_side(crop(picture, _torso(head, depth)), side) for depth, side in distinct]
    vectors = prepared.encoder.embed([*ours, *theirs]).astype(np.float64)
    places = np.array([distinct.index(kind) for kind in kinds])
    values = {}
    for number, name in enumerate(heads):
        wanted = vectors[len(ours) + number * len(distinct) + places]
        values[name] = round(
            float(np.clip((vectors[: len(ours)] * wanted).sum(axis=1), 0, None).mean()), metrics.DIGITS
        )
    others = {name: value for name, value in values.items() if name != wardrobe}
    if not others:
        return WardrobeScore(wardrobe, values[wardrobe], None, None, "no verdict", ONE_WARDROBE)
    margin = round(values[wardrobe] - max(others.values()), metrics.DIGITS)
    nearest = wardrobe if margin >= 0 else max(others, key=lambda name: others[name])
    verdict: Verdict = "doubtful" if abs(margin) < CLEAR else "kept" if margin > 0 else "changed"
    return WardrobeScore(wardrobe, values[wardrobe], margin, nearest, verdict, "")


def _heads(subject: Subject, judge: str, prepared: Prepared) -> dict[str, Window]:
    """Where the head is in each wardrobe's picture.

    In another hat it may be taken for something else. So where the figure stands before a plain backdrop, its head is
    at the top of it; a window that is not is put where the look's other pictures have theirs, or left out.
    """
    windows = {
        name: window
        for name in subject.wardrobes
        if (window := prepared.wardrobes.get((judge, subject.id, name))) is not None
    }
    figures = {name: _figure(subject.wardrobes[name]) for name in windows}
    relative = {}  # from the figure's top to the head's, its height and its width, in heights of the figure
    for name, window in windows.items():
        if (figure := figures[name]) is not None:
            x0, y0, x1, y1 = window.box
            top, high, _ = figure
            relative[name] = ((y0 - top) / high, (y1 - y0) / high, (x1 - x0) / high)
    right = [one for one in relative.values() if abs(one[0]) <= HIGHEST and SMALLEST <= one[1] <= LARGEST]
    for name, one in relative.items():
        if one in right:
            continue
        if not right:
            del windows[name]
            continue
        down, tall, wide = (float(v) for v in np.median(right, axis=0))
        top, high, middle = figures[name] or (0.0, 1.0, 0.5)
        half, y = wide * high / 2, top + down * high
        windows[name] = Window((middle - half, y, middle + half, y + tall * high), windows[name].score)
    return windows


@lru_cache(maxsize=64)
def _figure(wardrobe: Picture) -> tuple[float, float, float] | None:
    """Top, height and the head's middle of the figure in a picture, in shares; None without a plain backdrop."""
    mask = figure_mask(_picture(wardrobe))
    if mask is None:
        return None
    rows = np.flatnonzero(mask.any(axis=1))
    top, high = int(rows[0]), int(rows[-1]) + 1 - int(rows[0])
    columns = np.flatnonzero(mask[top : top + max(1, high // 5)].any(axis=0))
    return top / len(mask), high / len(mask), float(columns[0] + columns[-1] + 1) / 2 / mask.shape[1]


@lru_cache(maxsize=16)
def _picture(wardrobe: Picture) -> np.ndarray:
    """Read once for all takes of a process."""
    return read_picture(wardrobe.path)


def _depth(window: Window) -> float:
    """Head heights between the head and the picture's lower edge."""
    return (1.0 - window.box[3]) / (window.box[3] - window.box[1])


def _torso(window: Window, depth: float) -> Window:
    x0, y0, x1, y1 = window.box
    middle, half, high = (x0 + x1) / 2, TORSO_WIDTH * (x1 - x0) / 2, y1 - y0
    return Window((middle - half, y1, middle + half, y1 + depth * high), window.score)
