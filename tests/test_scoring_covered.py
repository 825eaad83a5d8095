"""Who walks behind somebody else is covered there: neither seen nor lost. Drift is never taken for covering."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from continuity.media.video import VideoWriter
from continuity.scoring.calibration.anchor import Anchor
from continuity.scoring.clips import score_against_folder
from continuity.scoring.takes.covered import Cover, Track, covered
from continuity.scoring.takes.seen import _passed
from puppet import ladder
from puppet.draw import Renderer
from puppet.rig import Placed, Pose, Stage

Box = tuple[float, float, float, float]
FRAMES = 7
STANDS: Box = (0.4, 0.1, 0.6, 0.5)
PATCH: Box = (0.53, 0.15, 0.58, 0.25)  # what shows of a head behind another


def head(x: float) -> Box:
    return (x - 0.1, 0.1, x + 0.1, 0.5)


def track(boxes: Sequence[Box | None], scaled: Sequence[float | None], surely: float = 0.5) -> Track:
    return Track(boxes, scaled, surely)


PASSING = track([head(x) for x in np.linspace(0.1, 0.9, FRAMES)], [1.0] * FRAMES)  # in front of STANDS in frames 2 to 4
BEHIND = track([STANDS, STANDS, PATCH, None, PATCH, STANDS, STANDS], [1.0, 0.9, 0.2, None, 0.3, 0.9, 1.0])


def test_a_head_behind_another_is_covered_where_it_stood() -> None:
    found = covered(BEHIND, [PASSING])
    assert list(found.hidden) == [2, 3, 4]
    for box in found.hidden.values():
        assert box == pytest.approx(STANDS)


def test_a_head_that_walks_is_looked_for_where_it_must_be() -> None:
    walking = [head(x) if n not in (3, 4) else None for n, x in enumerate(np.linspace(0.2, 0.8, FRAMES))]
    scaled = [None if box is None else 1.0 for box in walking]
    beside = track([head(0.55)] * FRAMES, [1.0] * FRAMES)
    assert covered(track(walking, scaled), [beside]).hidden[3] == pytest.approx(head(0.5))


def test_another_character_in_the_same_place_is_no_covering() -> None:
    """The head is found whole where it stood, and is unlike: that is drift, whoever stands near."""
    drifted = track([STANDS] * FRAMES, [1.0, 1.0, 0.1, 0.0, 0.2, 1.0, 1.0])
    assert covered(drifted, [PASSING]).hidden == {}


def test_who_is_seen_before_another_is_not_behind_them() -> None:
    before = track([STANDS] * FRAMES, [1.0] * FRAMES)
    lost = track([STANDS, STANDS, STANDS, PATCH, PATCH, STANDS, STANDS], [1.0, 1.0, 1.0, 0.2, 0.2, 1.0, 1.0])
    stays = track([STANDS] * FRAMES, [1.0] * FRAMES)
    assert covered(before, [stays]).hidden == covered(lost, [stays]).hidden == {}


@pytest.mark.parametrize("unsure", [0.3, None])
def test_nobody_is_excused_by_somebody_who_is_not_surely_there(unsure: float | None) -> None:
    doubtful = track(PASSING.boxes if unsure else [None] * FRAMES, [unsure] * FRAMES)
    assert covered(BEHIND, [doubtful]) == Cover()


def test_who_is_nowhere_surely_seen_is_lost_and_not_covered() -> None:
    assert covered(track([None] * FRAMES, [None] * FRAMES), [PASSING]) == Cover()


def test_a_head_behind_a_prop_is_covered() -> None:
    letter: list[Box | None] = [None, None, (0.42, 0.2, 0.6, 0.45), None, None, None, None]
    assert list(covered(BEHIND, [], [letter]).hidden) == [2]


def test_a_small_head_is_covered_by_a_body() -> None:
    small: Box = (0.42, 0.6, 0.58, 0.9)
    own = track([small, small, None, None, None, small, small], [1.0, 1.0, None, None, None, 1.0, 1.0])
    assert 3 in covered(own, [PASSING]).hidden


@pytest.mark.parametrize(
    "z_p05, found, hidden, verdict",
    [
        (0.9, 8, 0, True),
        (0.9, 4, 4, True),
        (0.9, 3, 5, None),  # what is seen is like it, and that is too little to say that all of it is
        (0.3, 3, 5, False),  # what is seen is not
        (0.9, 3, 1, False),  # it is not there where nothing covers it
        (None, 0, 0, False),
    ],
)
def test_what_is_covered_is_no_failure_and_no_pass(
    z_p05: float | None, found: int, hidden: int, verdict: bool | None
) -> None:
    sides = {"96": 0.0}
    anchor = Anchor(0.0, 1.0, sides, {"96": 1.0}, 0.6, 0.4, None, [], [], "")
    assert _passed(anchor, z_p05, round(found / 8, 3), 8 - hidden, found, None) is verdict


@pytest.fixture(scope="module")
def crossing(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, list[float]]:
    """Somebody stands, another walks past before them; and how much of the one's head each sampled frame shows."""
    folder = tmp_path_factory.mktemp("crossing")
    people = {"standing": ladder.character(5001), "passing": ladder.character(5003)}
    for name, traits in people.items():
        (folder / "known" / name).mkdir(parents=True)
        for place, one in enumerate(ladder.references(traits, "anime", 384)[:4]):
            Image.fromarray(one.picture).save(
                folder / "known" / name / f"{'pose' if place else 'headshot'}-{place}.png"
            )
    stage = Stage(*ladder.PLACES[0], "day", "anime", "medium")
    renderer, shown = Renderer(stage, 640, 360), []
    with VideoWriter(folder / "clip.mp4", 640, 360, 6) as writer:
        for x in np.linspace(-420, 420, 6):
            behind = Placed("standing", people["standing"], "anime", Pose())
            before = Placed("passing", people["passing"], "anime", Pose(yaw=1.0, body_yaw=0.7), x=float(x))
            writer.write(renderer.frame(stage, [behind, before]))
            x0, y0, x1, y1 = ladder.head_of(people["standing"])
            corners = renderer.to_pixels(behind, stage) @ np.array([[x0, x1], [y0, y1], [1.0, 1.0]])
            (left, right), (top, bottom) = corners[:2].round().astype(int)
            own, other = (renderer.figure(one)[top:bottom, left:right, 3] > 60 for one in (behind, before))
            shown.append(float((own & ~other).sum() / own.sum()))
    (scored,) = score_against_folder([folder / "clip.mp4"], folder / "known", frames=6)
    return scored["characters"], shown


def test_frames_of_who_stands_behind_are_covered_where_hardly_anything_of_them_shows(crossing) -> None:
    people, shown = crossing
    frames = people["standing"]["frames"]
    assert min(shown) < 0.2 < 0.95 < max(shown)
    assert {n for n, frame in enumerate(frames) if frame["covered"]} == {n for n, v in enumerate(shown) if v < 0.6}
    assert not any(frame["covered"] for frame in people["passing"]["frames"])


def test_a_covered_frame_counts_neither_for_identity_nor_in_coverage(crossing) -> None:
    standing = crossing[0]["standing"]
    hidden = [frame for frame in standing["frames"] if frame["covered"]]
    assert hidden and all((f["found"], f["identity"], f["z"]) == (False, None, None) and f["box"] for f in hidden)
    assert standing["coverage"] == pytest.approx(1 - len(hidden) / 6, abs=1e-3)
    assert standing["z_p05"] > 0.7
    assert standing["passed"] is not False
