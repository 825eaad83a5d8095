"""The ladder: what the scores are worth, on drawn characters and on somebody's own material."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import Project
from test_faces import photograph
from test_judges import frame_with, nowhere, person, save  # noqa: F401  (a fixture)

from continuity.media.audio import write_wav
from continuity.media.video import VideoWriter, probe, sample
from continuity.records.validation import Estimate, JudgedTake, Measured, Moved, read_measured
from continuity.validation import drawing
from continuity.validation.bars import Bar, bars
from continuity.validation.drawing import Take, encode_otherwise
from continuity.validation.drawn import beyond, drawn, nuisances
from continuity.validation.judging import judged
from continuity.validation.page import page
from continuity.validation.statistics import Observed, auc, eer, share, spearman

HELD = (  # bars that the published page holds, and has to go on holding
    "drawn characters told apart", "CG film across cuts", "faces of people", "voices", "hair hue, by its line",
    "skin, by its line", "jacket colour, by its line", "scarf hue, by its line", "glasses colour, by its line",
)  # fmt: skip


def observed(values: list[float | None], cluster: str = "one") -> list[Observed]:
    return [Observed(value, f"{cluster}{number % 3}") for number, value in enumerate(values)]


def test_auc_is_the_chance_that_the_right_one_scores_higher() -> None:
    assert auc(observed([0.9, 0.8, 0.7]), observed([0.1, 0.2, 0.3])).value == 1.0
    assert auc(observed([0.5, 0.5]), observed([0.5, 0.5])).value == 0.5
    assert auc(observed([0.9, 0.1]), observed([0.5, 0.5])).value == 0.5
    assert auc(observed([]), observed([0.5])).value is None


def test_not_found_is_less_alike_than_anything_found() -> None:
    assert auc(observed([None, None]), observed([0.0, 0.1])).value == 0.0
    assert auc(observed([0.0]), observed([None])).value == 1.0


def test_intervals_hold_the_value_and_narrow_with_clusters() -> None:
    random = np.random.default_rng(0)

    def of(clusters: int) -> float:
        same = [Observed(float(random.normal(1, 1)), f"c{n % clusters}") for n in range(4 * clusters)]
        other = [Observed(float(random.normal(0, 1)), f"c{n % clusters}") for n in range(4 * clusters)]
        found = auc(same, other)
        assert found.low is not None and found.high is not None and found.value is not None
        assert found.low <= found.value <= found.high
        return found.high - found.low

    assert of(60) < of(6)


def test_spearman_follows_the_order_and_a_score_that_never_moves_sees_nothing() -> None:
    strengths = [0.0, 0.25, 0.5, 0.75, 1.0]

    def of(values: list[float]) -> float | None:
        return spearman(strengths, [Observed(value, "one") for value in values]).value

    assert of([0.1, 0.2, 0.4, 0.7, 0.9]) == pytest.approx(1)
    assert of([0.9, 0.7, 0.4, 0.2, 0.1]) == pytest.approx(-1)
    assert of([0.5] * 5) == 0.0
    assert spearman([1.0, 1.0, 1.0], observed([0.1, 0.2, 0.3])).value is None


def test_a_strength_with_more_takes_weighs_no_more() -> None:
    strengths = [0.0, 0.5, 1.0]
    rising = [Observed(value, "one") for value in (0.1, 0.2, 0.3)]
    again = spearman([*strengths, *[1.0] * 9], [*rising, *[Observed(0.3, "one")] * 9])
    assert spearman(strengths, rising).value == again.value == 1.0


def test_the_equal_error_rate_lies_where_as_many_of_the_same_are_missed_as_others_taken() -> None:
    found, at = eer(observed([0.9, 0.8, 0.7]), observed([0.1, 0.2, 0.3]))
    assert found.value == 0.0 and at == 0.7
    mixed, _ = eer(observed([0.9, 0.8, 0.7, 0.2]), observed([0.75, 0.1, 0.1, 0.1]))
    assert mixed.value == pytest.approx(0.25)
    assert eer(observed([]), observed([0.5]))[0].value is None


def test_a_share_has_wilson_s_interval() -> None:
    found = share(0, 20)
    assert (found.value, found.low) == (0.0, 0.0) and found.high == pytest.approx(0.161, abs=0.001)


def take(trait: str, strength: float, drift: float, passed: bool, **more: object) -> JudgedTake:
    values = {
        "character": "c01" if strength < 0.6 else "c02", "kind": "ladder", "trait": trait, "strength": strength,
        "size": 60 * strength, "framing": "medium", "variant": "", "of": 0, "passed": passed, "z": 1 - drift,
        "likenesses": {"c01": 0.9, "c02": 0.2}, "lines": {"hair hue": 4 * drift}, "drifts": {"hair hue": 60 * drift},
        "changed": [],
        "baselines": {"histogram": {"c01": 0.5, "c02": 0.4}},
    }  # fmt: skip
    return JudgedTake.model_validate({**values, **more})


def test_the_page_tells_what_each_trait_s_steps_did_and_where_a_bar_fails() -> None:
    steps = [take("hair hue", strength, strength, strength < 0.6) for strength in (0.25, 0.5, 0.75, 1.0)]
    still = [take("", 0.0, 0.0, passed=number > 0) for number in range(4)]
    found = drawn(2, [*still, *steps])
    (hue,) = found.rungs
    assert hue.line.spearman.value == pytest.approx(1) and hue.identity.auc.value == 1.0
    assert (hue.failed.value, hue.caught.value, hue.shown.value) == (1.0, 0.667, 1.0)
    assert (found.alarms.value, found.missed.value, found.unshown.value) == (0.25, 0.333, 0.0)
    assert found.between["identity"].value == 1.0
    text = page(Measured(drawn=found))
    assert "| hair hue | " in text and "| undrifted takes | false alarms | ≤ .030 | .250" in text
    (alarms,) = [bar for bar in bars(Measured(drawn=found)) if bar.about == "undrifted takes"]
    assert alarms.verdict == "fails" and "**fails**" in text


def test_a_head_that_is_not_found_is_further_off_than_any_that_is() -> None:
    lost = take("hair hue", 1.0, 0.0, passed=False).model_copy(update={"z": None, "lines": {}})
    still = [take("", 0.0, 0.3, passed=True).model_copy(update={"character": "c02"}) for _ in range(3)]
    (hue,) = drawn(2, [*still, lost]).rungs
    assert hue.identity.auc.value == 1.0 and hue.line.auc.value is None  # there is nothing to say of its hair


def test_a_nuisance_counts_by_what_became_of_the_very_take_that_it_varies() -> None:
    def shown(of: int, variant: str, passed: bool) -> JudgedTake:
        return take("", 0.0, 0.0, passed, kind="nuisance", variant=variant, of=of)

    takes = [shown(0, "", True), shown(1, "", False)]
    takes += [shown(0, "light", False), shown(1, "light", False), shown(0, "angle", True), shown(1, "framing", True)]
    rows = {row.name: row for row in nuisances(takes)}
    assert rows["light"].verdicts.value == 0.5 and rows["light"].fails == 1
    assert rows["angle"].verdicts.value == 0.0 and rows["framing"].fails == 0
    assert rows["together"].verdicts.count == 3  # framing is no part of it


def test_a_line_is_held_against_the_size_of_the_change_and_not_against_its_share_of_the_way() -> None:
    def shown(who: str, strength: float, size: float) -> JudgedTake:
        lines = {"lines": {"hair hue": size / 20}, "drifts": {"hair hue": size}}
        return take("hair hue" if strength else "", strength, 0.2, True, character=who, size=size, **lines)

    grey = [shown("c01", strength, 80 * strength) for strength in (0.0, 0.25, 0.5, 0.75, 1.0)]
    red = [shown("c02", strength, 20 * strength) for strength in (0.0, 0.25, 0.5, 0.75, 1.0)]
    (hue,) = drawn(2, [*grey, *red]).rungs
    assert hue.line.spearman.value == 1.0
    by_share = spearman([one.strength for one in (*grey, *red)], [Observed(one.size, "") for one in (*grey, *red)])
    assert (by_share.value or 0.0) < 1


def test_age_is_seen_by_the_furthest_of_the_lines_of_what_it_changes() -> None:
    aged = take("age", 1.0, 0.2, True).model_copy(update={"lines": {"hair lightness": 0.3, "skin": 2.0, "scarf": 9.0}})
    assert beyond(aged, "age") == 2.0


def test_what_holds_only_within_chance_is_said_so() -> None:
    def of(value: float, low: float, high: float) -> str:
        estimate = Estimate(value=value, low=low, high=high, count=10)
        return Bar("x", "share", 0.98, True, estimate).verdict

    assert of(1.0, 0.99, 1.0) == "holds"
    assert of(1.0, 0.9, 1.0) == "holds, within chance"
    assert of(0.97, 0.9, 1.0) == "fails"


def test_other_encodings_are_what_they_are_called(tmp_path: Path) -> None:
    clip, frames = tmp_path / "clip.mp4", np.zeros((24, 96, 160, 3), np.uint8)
    frames[:, :, :40] = 220
    with VideoWriter(clip, 160, 96, 24, crf=18) as writer:
        for frame in frames:
            writer.write(frame)
    seen = {}
    for how in drawing.ENCODINGS:
        encode_otherwise(clip, out := tmp_path / "out.mp4", how)
        seen[how] = probe(out), np.mean([picture for _, picture in sample(out, 2)], axis=(0, 3))
    assert (seen["half size"][0].width, seen["half size"][0].height) == (80, 48)
    assert seen["12 fps"][0].fps == 12 and seen["12 fps"][0].frames == 12
    assert seen["black borders"][0].height == 128  # a third more
    assert seen["black borders"][1][:14].max() < 40 < seen["black borders"][1][18:110, :30].min()
    assert seen["mirrored"][1][:, -30:].min() > 180 and seen["mirrored"][1][:, :100].max() < 40
    assert seen["crf 30"][0].frames == 24


def test_a_drawn_step_is_seen_and_seen_more_the_further_it_goes(tmp_path: Path) -> None:
    """The shortest ladder: one character beside another, two references each, one framing, two steps."""
    for number in range(2):
        drawing.draw_references(tmp_path / "all", number)
        for path in sorted((tmp_path / "all" / drawing.name_of(number)).iterdir())[:2]:
            place = tmp_path / "references" / drawing.name_of(number) / path.name
            place.parent.mkdir(parents=True, exist_ok=True)
            path.rename(place)
    takes = [one for one in drawing.ladder(tmp_path, 0, ["hair hue"], 1) if one.framing == "medium"]
    chosen: list[Take] = [one for one in takes if one.strength in (0.0, 0.5, 1.0)]
    rows = judged(chosen, tmp_path / "references", tmp_path / "cache", baselines=False)
    still, half, full = (row.lines["hair hue"] for row in rows)
    assert still is not None and half is not None and full is not None
    assert still < 1 <= half < full
    assert rows[0].passed is True and rows[2].passed is False and "hair hue" in rows[2].changed
    assert (rows[0].likenesses["c01"] or 0.0) > (rows[0].likenesses["c02"] or 0.0)


def test_the_published_page_is_what_was_measured_and_stands_by_its_bars() -> None:
    """docs/validation.md is written by the command alone; a bar that it says holds is held by the figures."""
    root = Path(__file__).parents[1]
    measured = read_measured(root / "docs/validation.json")
    assert (root / "docs/validation.md").read_text() == page(measured)
    verdicts = {bar.about: bar.verdict for bar in bars(measured)}
    assert "not measured" not in verdicts.values()
    for about in HELD:
        assert verdicts[about].startswith("holds"), about


def test_voices_are_measured_and_sections_of_earlier_runs_stay(nowhere: Project) -> None:  # noqa: F811
    for name, pitch in (("low", 90.0), ("high", 260.0)):
        for number in range(3):
            save_voice(nowhere.root / f"voices/{name}/{number}.wav", pitch, 1.0 + 0.1 * number)
    moved = [Moved(name="light", verdicts=share(0, 9), fails=0, lines=share(0, 9))]
    (nowhere.root / "page.json").write_text(Measured(nuisances=moved).model_dump_json())
    nowhere.run("continuity", "ladder", "--only", "voices", "--voices", "mine=voices", "--out", "page.md")
    after = read_measured(nowhere.root / "page.json")
    (voices,) = after.voices
    assert (voices.name, voices.voices, voices.lines) == ("mine", ["high", "low"], 4)
    assert voices.eer["speaker score"].value == 0.0 and voices.least > voices.most
    assert after.nuisances == moved
    text = (nowhere.root / "page.md").read_text()
    assert "| mine | speaker score | .000 " in text and "| light | .000 " in text


def save_voice(path: Path, pitch: float, seconds: float) -> None:
    """Something like a vowel: harmonics of a pitch that wavers, under two formants that follow it."""
    time = np.arange(round(seconds * 16_000)) / 16_000
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.03 * np.sin(2 * np.pi * 5 * time))) / 16_000
    sound = sum(
        np.sin(k * phase)
        * (np.exp(-(((k * pitch - 4 * pitch) / 400) ** 2)) + 0.5 * np.exp(-(((k * pitch - 1700) / 300) ** 2)))
        for k in range(1, 20)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_wav(path, (0.2 * sound / np.abs(sound).max()).astype(np.float32), 16_000)


def test_one_s_own_material_is_measured_in_every_way_of_judging(nowhere: Project) -> None:  # noqa: F811
    man, woman = photograph("single_face.jpg"), person(0)
    for name, picture in (("man", man), ("woman", woman)):
        save(nowhere.root / f"people/{name}/1.png", frame_with((picture, 420, 100, 100)))
        save(nowhere.root / f"people/{name}/2.png", picture[:, ::-1])
    words = ("continuity", "ladder", "--characters", "0", "--references", "1", "--out", "page.md")
    nowhere.run(*words, "--material", "people=people")
    text = (nowhere.root / "page.md").read_text()
    assert "## people: 2 identities, 2 takes, 1 references each" in text
    (row,) = [line for line in text.splitlines() if line.startswith("| as the product judges |")]
    assert row.split("|")[2].strip() == "1.00" and "face 2" in row


def test_material_that_cannot_be_measured_is_named(nowhere: Project) -> None:  # noqa: F811
    assert "nothing to measure" in nowhere.fail("continuity", "ladder", "--characters", "0")
    words = ("continuity", "ladder", "--characters", "0", "--material")
    assert "no such folder" in nowhere.fail(*words, "mine=nothing")
    save(Path(nowhere.root / "mine/a/1.png"), photograph("single_face.jpg"))
    assert "1 pictures and 0 clips" in nowhere.fail(*words, "mine=mine")
