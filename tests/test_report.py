"""The report page, as a reader meets it: in a real browser, from a file, without a network."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from browser import INSTALL, Browser, find_chromium
from report_fixture import make_project

from continuity.errors import ProjectError
from continuity.report.charts import ShotPoint, calibration, identity_by_shot, theil_sen
from continuity.report.collect import collect
from continuity.report.data import Calibration
from continuity.report.page import build_page

HOSTILE = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">{{ 7*7 }} </title> رسالة 🏮'
OPEN_ALL = "document.querySelectorAll('details').forEach((d) => { d.open = true; })"


def write_page(root: Path) -> Path:
    page = root / "reports/index.html"
    page.write_text(build_page(collect(root)), encoding="utf-8")
    return page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.fail(INSTALL) if os.environ.get("CI") else pytest.skip(INSTALL)
    with Browser(program) as running:
        yield running


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("pristine"))


@pytest.fixture(scope="module")
def page(pristine: Path) -> Path:
    return write_page(pristine)


@pytest.fixture
def project(pristine: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(pristine, tmp_path / "project"))


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    long = "unbroken" * 150 + " " + "a long prompt with many words " * 40
    root = make_project(
        tmp_path_factory.mktemp("hostile"), title=HOSTILE, logline="\u202eשלום " + "x" * 500, prompt=HOSTILE + long,
        action="</details></main><h1>Not a heading</h1>" + "W" * 300,
    )  # fmt: skip
    return write_page(root)


def test_page_asks_for_nothing_and_complains_about_nothing(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.run(OPEN_ALL)
    assert browser.complaints() == []
    assert browser.requests() == [page.as_uri()]


def test_words_from_config_stay_words(browser: Browser, hostile_page: Path) -> None:
    browser.open(hostile_page)
    assert browser.run("typeof window.hacked") == "undefined"
    assert browser.run("document.querySelector('h1').textContent") == HOSTILE
    assert browser.run("document.title").startswith("<script>window.hacked=1</script>")
    assert browser.run("document.querySelectorAll('h1').length") == 1
    assert browser.complaints() == []
    assert browser.requests() == [hostile_page.as_uri()]


def test_a_script_that_slipped_in_would_not_run(browser: Browser, page: Path, tmp_path: Path) -> None:
    infected = tmp_path / "infected.html"
    infected.write_text(page.read_text(encoding="utf-8").replace("</h1>", "</h1><script>window.hacked=1</script>"))
    browser.open(infected)
    assert browser.run("typeof window.hacked") == "undefined"
    assert any("Content Security Policy" in words for words in browser.complaints())


@pytest.mark.parametrize("which", ["page", "hostile_page"])
@pytest.mark.parametrize("width", [360, 800, 1280])
def test_page_never_scrolls_sideways(browser: Browser, which: str, width: int, request: pytest.FixtureRequest) -> None:
    browser.open(request.getfixturevalue(which), width=width)
    browser.run(OPEN_ALL)
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert browser.run("window.innerWidth") == width  # a phone widens its viewport for what does not fit


def test_episode_plays_seeks_and_is_subtitled_without_its_file(browser: Browser, page: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.html"
    shutil.copy(page, alone)
    browser.open(alone)
    ready = "new Promise((done) => { const v = document.querySelector('video'); const look = () => "
    browser.run(ready + "v.readyState >= 1 ? done(true) : setTimeout(look, 20); look(); })")
    assert browser.run("document.querySelector('video').duration") == pytest.approx(4.0, abs=0.1)
    assert browser.run("document.querySelector('video').textTracks[0].cues[0].text").startswith("Kit! You will not")
    browser.run(
        "new Promise((done) => { const v = document.querySelector('video');"
        "v.addEventListener('timeupdate', () => { if (!v.seeking) { v.pause(); setTimeout(done, 0); } });"
        "document.querySelectorAll('button[data-seek]')[2].click(); })"
    )
    assert 2 <= browser.run("document.querySelector('video').currentTime") < 3
    assert "e01s03" in browser.run("document.querySelector('button[aria-current]').textContent")


def test_cuts_too_big_to_inline_are_referred_to(project: Path) -> None:
    os.truncate(project / "shots/cuts/e01.mp4", 41_000_000)
    html = write_page(project).read_text(encoding="utf-8")
    assert '<source src="../shots/cuts/e01.mp4" type="video/mp4">' in html
    assert "data-inline=" not in html.split("<script>")[0]
    assert "keep the page in its project folder" in html
    assert len(html) < 4_000_000


def test_everything_is_reached_by_keyboard_in_reading_order(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.run("document.querySelectorAll('video, audio').forEach((m) => m.remove())")  # their inner controls vary
    expected = browser.run(
        "[...document.querySelectorAll('a[href], button, summary, .scroll')].filter((e) => e.checkVisibility()).length"
    )
    seen, outlines = [], set()
    for _ in range(expected):
        browser.press("Tab", 9)
        seen.append(
            browser.run(
                "(() => { const all = [...document.querySelectorAll('*')];"
                "return [all.indexOf(document.activeElement), document.activeElement.className,"
                "document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]; })()"
            )
        )
        outlines.add(seen[-1][3])
    assert seen[0][1] == "skip"
    assert [number for number, *_ in seen] == sorted({number for number, *_ in seen}), "focus jumps about"
    assert {"A", "BUTTON", "SUMMARY"} <= {tag for _, _, tag, _ in seen}
    assert "none" not in outlines, "a focused element has no visible focus"


def test_skip_link_leads_to_the_content(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.press("Tab", 9)
    browser.run("document.activeElement.click()")
    assert browser.run("document.activeElement.id") == "content"


def test_structure_is_readable_without_seeing(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.run(OPEN_ALL)
    count = "document.querySelectorAll({!r}).length"
    for landmark in ("body > header", "nav[aria-label]", "main", "body > footer"):
        assert browser.run(count.format(landmark)) == 1, landmark
    assert browser.run(count.format("img:not([alt])")) == 0
    assert browser.run(count.format("section table:not(:has(caption))")) == 0
    assert browser.run(count.format("svg:not(:has(title))")) == 0
    assert browser.run(count.format("figure.chart:not(:has(table))")) == 0
    levels = browser.run("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((h) => Number(h.tagName[1]))")
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels)), "a heading level is skipped"
    assert browser.run("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size") == browser.run(
        count.format("[id]")
    )


def test_frames_show_who_was_found_and_how_well(browser: Browser, page: Path) -> None:
    browser.open(page)
    alts = browser.run("[...document.querySelectorAll('#shot-e01s03 .strip img')].map((i) => i.alt)")
    assert len(alts) >= 8
    assert re.fullmatch(r"e01s03 at 0\.1 s: Kit found, identity 0\.\d\d", alts[0])
    assert alts[7].endswith("Kit not found")
    assert browser.run("document.querySelectorAll('#shot-e01s03 .strip.n8 .box').length") == 7
    off = browser.run("[...document.querySelectorAll('#shot-e01s04 .comparison .sighting.off')].length")
    assert off == 8, "both characters of the take before repair are off model in the four frames shown"
    frame = browser.run("document.querySelector('#shot-e01s01 .frame').getBoundingClientRect().toJSON()")
    box = browser.run("document.querySelector('#shot-e01s01 .box').getBoundingClientRect().toJSON()")
    assert (box["left"] - frame["left"]) / frame["width"] == pytest.approx((200 - 70) / 640, abs=0.01)
    assert (box["bottom"] - frame["top"]) / frame["height"] == pytest.approx((190 + 70) / 360, abs=0.01)


def test_transfer_and_repair_are_shown_side_by_side(page: Path) -> None:
    html = page.read_text(encoding="utf-8")
    assert "The performance of the driving clip, carried over to Ami in realistic." in html
    assert "Kept, since it scores better. Worst moment, scaled: 0.702 before, 0.904 after." in html
    assert html.count('class="pairs"') == 2


def test_lines_are_shown_with_what_was_heard(page: Path) -> None:
    words = " ".join(page.read_text(encoding="utf-8").split())
    assert "Kit! You will not believe what came today.</q>" in words
    assert "voice 0.84, heard as “Kit you will not believe what came today”" in words


def test_page_says_what_puppet_is_and_which_encoder_measured(page: Path) -> None:
    words = " ".join(page.read_text(encoding="utf-8").split())
    assert "drawn by a local parametric renderer with a declared imperfection, not by a generative model" in words
    assert "Measured by <code>efficientnet-lite2/stages+moments</code>" in words
    assert "interval 64 % to 97 %" in words


@pytest.mark.parametrize(
    ("file", "stage"),
    [
        ("assets/library/library.json", "design"),
        ("reports/metrics.json", "consistency-score"),
        ("reports/evidence/evidence.json", "consistency-score"),
        ("shots/selects.json", "consistency-score"),
        ("shots/cuts/cuts.json", "assemble"),
    ],
)
def test_what_is_missing_is_named_with_its_stage(project: Path, file: str, stage: str) -> None:
    (project / file).unlink()
    html = write_page(project).read_text(encoding="utf-8")
    assert f"({file}). Made by <code>dvc repro {stage}</code>." in html


def test_a_plan_alone_makes_a_page(tmp_path: Path, project: Path, browser: Browser) -> None:
    alone = tmp_path / "alone"
    (alone / "reports").mkdir(parents=True)
    shutil.copy(project / "plan.json", alone)
    browser.open(write_page(alone), width=360)
    assert browser.complaints() == []
    assert browser.run("document.querySelectorAll('#shots article').length") == 4
    assert browser.run("document.documentElement.scrollWidth") <= 360
    with pytest.raises(ProjectError, match=r"plan\.json is missing"):
        collect(tmp_path)


def test_damaged_files_are_named_and_cost_one_thumbnail_at_most(project: Path) -> None:
    (project / "assets/library/ami/anime/headshot.png").write_text("not a picture")
    next((project / "reports/evidence/e01s01").glob("*-0.jpg")).write_bytes(b"\xff\xd8\xff")
    (project / "shots/cuts/e01.mp4").unlink()
    html = write_page(project).read_text(encoding="utf-8")
    assert "(not a picture: headshot.png)" in html
    assert "The cut is not in this copy of the project." in html
    (project / "reports/metrics.json").write_text("{")
    with pytest.raises(ProjectError, match=r"metrics\.json is not valid JSON"):
        collect(project)


def test_takes_of_earlier_plans_are_counted_and_not_shown(project: Path) -> None:
    old = project / "shots/generated/e01s01/0123456789ab"
    shutil.copytree(next((project / "shots/generated/e01s01").iterdir()), old)
    data = collect(project)
    assert ("Takes", "10, 1 superseded") in data.facts
    assert [len(shot.others) for shot in data.shots] == [1, 2, 1, 2]


def test_scores_and_threshold_share_one_scale(page: Path) -> None:
    """The threshold is z, so everything drawn or marked against it is z; floor and ceiling stay cosines."""
    html = page.read_text(encoding="utf-8")
    assert "threshold 0.600, floor at cosine 0.520, ceiling at cosine 0.950" in html
    assert ">threshold 0.600</text>" in html
    shown = [float(z) for z in re.findall(r"take [0-9a-f]{12} \(select\): ([\d.]+)</title>", html)]
    assert shown and min(shown) > 0.6


def test_calibration_marks_stand_at_nought_threshold_and_one() -> None:
    chart = calibration("c", "Ami", Calibration("ami", 0.8, 0.9, 0.5, 0.0, [0.9, 1.1], [-0.1, 0.1], ""))
    assert chart is not None
    places = [float(x) for x in re.findall(r'<line x1="([\d.]+)"[^>]*class="(?:mark|rule)"', chart.svg)]
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.2)
    ticks = [float(t) for t in re.findall(r'class="">(-?[\d.]+)</text>', chart.svg)]
    assert 0.0 in ticks and 1.0 in ticks
    assert chart.rows[0] == ["same", "2", "1.000", "0.900 to 1.100"]


def test_same_files_give_the_same_page(project: Path) -> None:
    assert build_page(collect(project)) == build_page(collect(project))


def test_numbers_that_could_not_be_measured_are_said_to_be_so(project: Path) -> None:
    data = collect(project)
    assert ("series.motion", "not measured") in data.metrics
    unknown = replace(data.headlines[0], value="not measured")
    assert "not measured" in build_page(replace(data, headlines=[unknown]))


def test_trend_is_the_median_slope() -> None:
    points = [(float(n), 0.9 - 0.01 * n) for n in range(9)]
    points[4] = (4.0, 0.1)  # one outlier of nine does not move a median
    assert theil_sen(points) == pytest.approx((-0.01, 0.9))
    assert theil_sen(points[:2]) is None


def test_charts_survive_one_point_and_no_pairs() -> None:
    point = ShotPoint("e01s01", 0, "ab" * 6, True, 0.9, None)
    chart = identity_by_shot("a", "<b>Ami</b>", 7, ["e01s01"], [point], None)
    assert "<b>" not in chart.svg and "&lt;b&gt;" in chart.svg
    assert chart.rows == [["e01s01", "ab" * 6, "select", "0.900", "–"]]
    assert calibration("b", "Ami", Calibration("ami", None, None, None, None, [], [], "")) is None
    assert calibration("c", "Ami", Calibration("ami", None, None, None, None, [1.0], [1.0], "")) is not None


@pytest.mark.parametrize("dark", [False, True])
def test_text_has_contrast(browser: Browser, page: Path, dark: bool) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for text, against the paper and against the contact sheets' ground."""
    browser.open(page, dark=dark)
    for ground in ("--paper", "--sheet"):
        for ink in ("--ink", "--quiet", "--accent", "--off", "--on", *(f"--c{n}" for n in range(6))):
            pair = browser.run(
                "(() => { const s = getComputedStyle(document.documentElement);"
                f"return ['{ground}', '{ink}'].map((name) => s.getPropertyValue(name).trim()); }})()"
            )
            light, low = sorted((_luminance(colour) for colour in pair), reverse=True)
            assert (light + 0.05) / (low + 0.05) >= 4.5, f"{ink} on {ground}"


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
