"""The formulas of the scores have known values on known inputs."""

import json
import math

import numpy as np
import pytest
from scipy import stats

from continuity.scoring import metrics
from continuity.scoring.heads.locate import assign, overlap
from continuity.scoring.heads.steady import borne_out
from continuity.scoring.places import Window
from continuity.scoring.series.summary import ablation, steepest
from continuity.scoring.takes.hashes import hamming, mean_hamming, perceptual_hash


def unit(*rows):
    vectors = np.array(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_cast_at_twice_the_number_is_36_8():
    assert metrics.cast([2, 2, 2], 1) == pytest.approx(36.79, abs=0.01)
    assert metrics.cast([1, 1], 1) == 100.0
    assert metrics.cast([0], 2) == pytest.approx(100 * math.exp(-1))


def test_cast_of_a_shot_without_characters_is_not_measured():
    assert metrics.cast([0, 0], 0) is None


def test_copy_paste_of_a_symmetric_picture_is_one_half():
    assert metrics.copy_paste([(0.9, 0.9), (0.5, 0.5)]) == pytest.approx(0.5)


def test_copy_paste_nears_one_for_a_copy_and_zero_for_its_mirror_image():
    assert metrics.copy_paste([(1.0, 0.9)]) > 0.99
    assert metrics.copy_paste([(0.9, 1.0)]) < 0.01


def test_one_grey_level_of_flicker_is_one_minus_a_255th():
    frame = np.full((8, 8), 100, np.uint8)
    assert metrics.flicker([frame, frame + 1, frame]) == pytest.approx(1 - 1 / 255)
    assert metrics.flicker([frame, frame]) == 1.0
    assert metrics.flicker([frame]) is None


def test_flicker_does_not_wrap_around_at_black():
    assert metrics.flicker([np.zeros((4, 4), np.uint8), np.full((4, 4), 255, np.uint8)]) == 0.0


def test_self_consistency_is_none_under_two_shots_and_one_for_identical_ones():
    one = unit([1, 2, 3])
    assert metrics.self_consistency(one) is None
    assert metrics.self_consistency(np.concatenate([one, one, one])) == pytest.approx(1.0)
    assert metrics.self_consistency(unit([1, 0], [0, 1])) == 0.0
    assert metrics.self_consistency(unit([1, 0], [-1, 0])) == 0.0  # clipped


def test_identity_of_no_frames_is_none_not_zero():
    assert metrics.identity([]) is None
    assert metrics.identity_p05([]) is None


def test_the_fifth_percentile_sees_one_bad_frame_that_the_mean_hides():
    values = [0.95] * 9 + [0.4]
    assert metrics.identity(values) > 0.89
    assert metrics.identity_p05(values) < 0.66


def test_the_medoid_is_the_frame_most_like_the_others():
    assert metrics.medoid(unit([1, 0.1], [1, 0], [0, 1])) == 0


def test_a_still_clip_has_a_flat_drift_curve_and_a_drifting_one_a_falling_curve():
    times = [0.0, 0.5, 1.0, 1.5]
    still = np.repeat(unit([1, 1]), 4, axis=0)
    assert metrics.drift_curve(times, still) == [
        (0.5, pytest.approx(1)),
        (1.0, pytest.approx(1)),
        (1.5, pytest.approx(1)),
    ]
    assert metrics.curve_slope(metrics.drift_curve(times, still)) == pytest.approx(0, abs=1e-6)
    turning = unit([1, 0], [0.9, 0.3], [0.7, 0.7], [0.3, 0.9])
    assert metrics.curve_slope(metrics.drift_curve(times, turning)) < -0.1


def test_a_falling_series_has_its_slope_and_a_small_p():
    slope, p = metrics.theil_sen([0.9 - 0.02 * i for i in range(12)])
    assert slope == pytest.approx(-0.02)
    assert p < 0.01
    assert metrics.theil_sen([0.9, 0.8]) == (None, None)


def test_identity_that_falls_with_absence_has_its_slope_over_the_gap():
    gaps = [1, 1, 5, 2, 9, 1, 3, 7]
    slope, p = metrics.theil_sen([0.95 - 0.01 * gap for gap in gaps], gaps)
    assert slope == pytest.approx(-0.01) and p < 0.01
    assert metrics.theil_sen([0.9, 0.8, 0.85], [2, 2, 2]) == (None, None)


def test_a_level_series_of_many_shots_has_a_large_p():
    noise = np.random.default_rng(3).normal(0.9, 0.01, 20)
    assert metrics.theil_sen(noise)[1] > 0.05


def test_the_p_of_the_steepest_character_pays_for_being_chosen():
    """Of ten characters without drift the steepest looks as if it drifted; its p is that of a choice among ten."""
    random = np.random.default_rng(2)
    level = [metrics.theil_sen(random.normal(0.9, 0.02, 8)) for _ in range(10)]
    slope, p = steepest(level)
    assert slope == max((s for s, _ in level), key=abs)
    alone = next(one for s, one in level if s == slope)
    assert alone < 0.1  # looks like drift
    assert p == pytest.approx(min(1.0, 10 * alone))
    assert steepest([(None, None)]) == (None, None)


def test_equal_error_lies_between_and_nearer_to_the_tighter_kind():
    threshold = metrics.equal_error([0.9, 0.92, 0.94], [0.4, 0.6, 0.8])
    assert 0.8 < threshold < 0.9
    assert metrics.error_rate([0.9, 0.92], [0.4, 0.6], threshold) == 0.0


def test_the_interval_of_single_takes_is_wilsons_as_published_and_never_leaves_zero_to_one():
    low, high = metrics.share_interval([[True]] * 8 + [[False]] * 2)
    assert (low, high) == (pytest.approx(0.490, abs=1e-3), pytest.approx(0.943, abs=1e-3))
    assert metrics.share_interval([[True]] * 5)[1] == 1.0
    assert metrics.share_interval([]) is None


def test_takes_of_one_shot_are_no_independent_evidence():
    """Ten shots of four takes that agree tell as much as ten shots of one take, not as forty."""
    few = [[True]] * 8 + [[False]] * 2
    many = [[True] * 4] * 8 + [[False] * 4] * 2
    alike = [[True, True, True, True, False]] * 8
    low, high = metrics.share_interval(many)
    assert high - low > 0.4 and abs((high - low) - (lambda i: i[1] - i[0])(metrics.share_interval(few))) < 0.1
    assert metrics.share_interval([[True] * 4] * 10) == metrics.share_interval([[True]] * 10)
    assert metrics.share_interval(alike) == (pytest.approx(0.8), pytest.approx(0.8))  # no shot differs from another
    assert metrics.share_interval([[True, False]]) is None  # one shot does not say how much shots differ
    assert metrics.share_interval(many) == metrics.share_interval(many)  # the seed is fixed


def test_what_cannot_be_measured_is_null_in_json_never_nan():
    assert metrics.rounded(float("nan")) is None
    assert metrics.rounded(None) is None
    assert json.dumps(metrics.rounded(0.123456)) == "0.123"
    assert json.dumps(metrics.rounded(-0.0001)) == "0.0"


def test_ablation_finds_a_paired_difference_and_its_interval():
    on = {(f"s{i}", "ami"): 0.9 + 0.01 * i for i in range(8)}
    off = {name: value - 0.1 - 0.02 * (int(name[0][1]) % 2) for name, value in on.items()}
    result = ablation(on, off)
    assert result["difference"] == pytest.approx(0.11)
    assert 0 < result["low"] < result["difference"] < result["high"]
    assert result["pairs"] == 8
    assert ablation(on, {})["difference"] is None
    single = ablation({("s0", "ami"): 0.9, ("s0", "kit"): 0.8}, {("s0", "ami"): 0.8, ("s0", "kit"): 0.8})
    assert single == {"difference": 0.05, "low": None, "high": None, "pairs": 2}


def test_one_window_is_never_given_to_two_characters():
    best, other = Window((0.1, 0.1, 0.3, 0.4), 0.8), Window((0.6, 0.1, 0.8, 0.4), 0.6)
    given = assign({"ami": [best, other], "bo": [Window(best.box, 0.7), other]}, {"ami": 0.5, "bo": 0.5})
    assert given["ami"] == best
    assert given["bo"] == other
    assert assign({"ami": [best], "bo": [Window(best.box, 0.7)]}, {"ami": 0.5, "bo": 0.5})["bo"] is None


def test_the_head_is_where_the_frames_around_bear_it_out():
    head = [Window((0.40 + 0.01 * step, 0.2, 0.50 + 0.01 * step, 0.4), 0.70) for step in range(6)]
    coat = Window((0.35, 0.5, 0.60, 1.0), 0.74)  # answers a little better in one frame
    frames = [[one] for one in head[:3]] + [[coat, head[3]]] + [[one] for one in head[4:]]
    sure = borne_out(frames)
    assert sure[3][1] > 0.8 > 0.1 > sure[3][0]
    assert assign({"ami": frames[3]}, {"ami": 0.5})["ami"] == coat
    assert assign({"ami": frames[3]}, {"ami": 0.5}, borne_out={"ami": sure[3]})["ami"] == head[3]
    assert assign({"ami": [coat, Window(head[3].box, 0.4)]}, {"ami": 0.5}, borne_out={"ami": [0.0, 1.0]})["ami"] == coat


def test_a_head_that_comes_nearer_is_borne_out_and_one_frame_alone_is_too():
    nearer = [[Window((0.5 - half, 0.4 - half, 0.5 + half, 0.4 + half), 0.7)] for half in (0.05, 0.055, 0.06, 0.066)]
    assert min(value for frame in borne_out(nearer) for value in frame) > 0.5
    assert borne_out([[Window((0, 0, 1, 1), 0.7)], [], []]) == [[1.0], [], []]


def test_a_window_below_its_threshold_is_nobody():
    assert assign({"ami": [Window((0, 0, 1, 1), 0.49)]}, {"ami": 0.5}) == {"ami": None}


def test_overlap_of_boxes():
    assert overlap((0, 0, 2, 2), (0, 0, 2, 2)) == 1.0
    assert overlap((0, 0, 2, 2), (1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 1, 1), (2, 2, 3, 3)) == 0.0


def test_perceptual_hashes_ignore_encoding_and_see_another_picture():
    import cv2

    random = np.random.default_rng(1)
    picture = cv2.resize(random.integers(0, 255, (9, 16, 3), dtype=np.uint8), (320, 180), interpolation=cv2.INTER_CUBIC)
    _, packed = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 30])
    again = cv2.imdecode(packed, cv2.IMREAD_COLOR)[..., ::-1]
    assert hamming(perceptual_hash(picture), perceptual_hash(again)) <= 4 / 64
    assert hamming(perceptual_hash(picture), perceptual_hash(picture[::-1])) > 0.2
    assert mean_hamming([], ["0" * 16]) is None
    assert mean_hamming(["0" * 16], ["0" * 15 + "1"] * 3) == pytest.approx(1 / 64)


def test_wilson_is_scipy_s_where_shares_are_counts_and_never_a_point():
    for count, n in ((0, 1), (0, 6), (3, 4), (7, 9)):
        known = stats.binomtest(count, n).proportion_ci(method="wilson")
        assert metrics.wilson(count / n, n) == pytest.approx((known.low, known.high), abs=1e-9)
    assert metrics.wilson(0.0, 1)[1] == pytest.approx(0.793, abs=1e-3), "one identity says next to nothing"


def test_equal_error_rate_counts_identities_alike():
    assert metrics.equal_error_rate([0.9, 1.0], [[0.1], [0.2, 0.3]]) == 0.0
    assert metrics.equal_error_rate([0.5], [[0.5]]) == pytest.approx(0.5)
    many, one = [0.1] * 30, [0.95]
    assert metrics.equal_error_rate([0.9, 1.0], [many, one]) == pytest.approx(0.5)


def test_interval_of_a_mean_is_wilson_s_for_one_share_and_narrower_for_two():
    low, high = metrics.wilson(0.2, 5)
    assert metrics.interval_of_mean([(0.2, 5)]) == pytest.approx((low, high))
    both = metrics.interval_of_mean([(0.2, 5), (0.2, 5)])
    assert low < both[0] < 0.2 < both[1] < high
