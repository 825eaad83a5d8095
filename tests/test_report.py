"""The report page, as a reader meets it: in a real browser, from a file, without a network."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from report_fixture import make_project

from continuity.cli.check import calibrations_checked
from continuity.errors import ProjectError
from continuity.records.plan import load_plan
from continuity.report.charts import Group, Place, ShotPoint, identity_by_shot, theil_sen, worst_moments
from continuity.report.collect import collect
from continuity.report.page import build_page

HOSTILE = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">{{ 7*7 }} </title> رسالة 🏮'
OPEN_ALL = "document.querySelectorAll('details').forEach((d) => { d.open = true; })"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
INSTALL = "Chromium is needed to test the report page: install the package `chromium` or set CHROMIUM to its program"

pytestmark = pytest.mark.xdist_group("browser")  # one browser and one made page for all of them


@dataclass
class Reader:
    """Someone who opens pages in a browser; keeps what the last one asked for and complained about."""

    browser: Browser
    requests: list[str] = field(default_factory=list)
    _complaints: list[str] = field(default_factory=list)
    _context: BrowserContext | None = None
    _tab: Page | None = None

    def open(self, page: Path, width: int = 1280, dark: bool = False) -> None:
        """Load a file in a new window of that many CSS pixels, and wait until it is loaded."""
        self.close()
        self.requests.clear()
        self._complaints.clear()
        self._context = self.browser.new_context(
            viewport={"width": width, "height": 900}, is_mobile=width < 600,
            color_scheme="dark" if dark else "light",
        )  # fmt: skip
        self._tab = self._context.new_page()
        self._tab.on("request", lambda request: self._asked(request.url))
        self._tab.on("console", self._said)
        self._tab.on("pageerror", lambda error: self._complaints.append(str(error)))
        self._tab.goto(page.resolve().as_uri(), wait_until="load")

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression; promises are awaited."""
        assert self._tab is not None
        return self._tab.evaluate(script)

    def press(self, key: str) -> None:
        assert self._tab is not None
        self._tab.keyboard.press(key)

    def complaints(self) -> list[str]:
        """Console errors and warnings, uncaught exceptions, refusals by the content security policy."""
        self.run("new Promise((done) => setTimeout(done, 50))")
        return self._complaints

    def close(self) -> None:
        if self._context is not None:
            self._context.close()

    def _asked(self, address: str) -> None:
        if not address.startswith(("data:", "blob:")):
            self.requests.append(address)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complaints.append(message.text)


def write_page(root: Path) -> Path:
    page = root / "reports/index.html"
    page.write_text(build_page(collect(root)), encoding="utf-8")
    return page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium. In CI nothing is skipped: a missing browser is a failure."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.fail(INSTALL) if os.environ.get("CI") else pytest.skip(INSTALL)
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=flags)
        yield running
        running.close()


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    someone = Reader(browser)
    yield someone
    someone.close()


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


def test_page_asks_for_nothing_and_complains_about_nothing(reader: Reader, page: Path) -> None:
    reader.open(page)
    reader.run(OPEN_ALL)
    assert reader.complaints() == []
    assert reader.requests == [page.as_uri()]


def test_words_from_config_stay_words(reader: Reader, hostile_page: Path) -> None:
    reader.open(hostile_page)
    assert reader.run("typeof window.hacked") == "undefined"
    assert reader.run("document.querySelector('h1').textContent") == HOSTILE
    assert reader.run("document.title").startswith("<script>window.hacked=1</script>")
    assert reader.run("document.querySelectorAll('h1').length") == 1
    assert reader.complaints() == []
    assert reader.requests == [hostile_page.as_uri()]


def test_a_script_that_slipped_in_would_not_run(reader: Reader, page: Path, tmp_path: Path) -> None:
    infected = tmp_path / "infected.html"
    infected.write_text(page.read_text(encoding="utf-8").replace("</h1>", "</h1><script>window.hacked=1</script>"))
    reader.open(infected)
    assert reader.run("typeof window.hacked") == "undefined"
    assert any("Content Security Policy" in words for words in reader.complaints())


@pytest.mark.parametrize("which", ["page", "hostile_page"])
@pytest.mark.parametrize("width", [360, 800, 1280])
def test_page_never_scrolls_sideways(reader: Reader, which: str, width: int, request: pytest.FixtureRequest) -> None:
    reader.open(request.getfixturevalue(which), width=width)
    reader.run(OPEN_ALL)
    assert reader.run("document.documentElement.scrollWidth") <= width
    assert reader.run("window.innerWidth") == width  # a phone widens its viewport for what does not fit


def test_episode_plays_seeks_and_is_subtitled_without_its_file(reader: Reader, page: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.html"
    shutil.copy(page, alone)
    reader.open(alone)
    ready = "new Promise((done) => { const v = document.querySelector('video'); const look = () => "
    reader.run(ready + "v.readyState >= 1 ? done(true) : setTimeout(look, 20); look(); })")
    assert reader.run("document.querySelector('video').duration") == pytest.approx(4.0, abs=0.1)
    assert reader.run("document.querySelector('video').textTracks[0].cues[0].text").startswith("Kit! You will not")
    reader.run(
        "new Promise((done) => { const v = document.querySelector('video');"
        "v.addEventListener('timeupdate', () => { if (!v.seeking) { v.pause(); setTimeout(done, 0); } });"
        "document.querySelectorAll('button[data-seek]')[2].click(); })"
    )
    assert 2 <= reader.run("document.querySelector('video').currentTime") < 3
    assert "e01s03" in reader.run("document.querySelector('button[aria-current]').textContent")


def test_cuts_too_big_to_inline_are_referred_to(project: Path) -> None:
    os.truncate(project / "shots/cuts/e01.mp4", 41_000_000)
    html = write_page(project).read_text(encoding="utf-8")
    assert '<source src="../shots/cuts/e01.mp4" type="video/mp4">' in html
    assert "data-inline=" not in html.split("<script>")[0]
    assert "keep the page in its project folder" in html
    assert len(html) < 4_000_000


def test_everything_is_reached_by_keyboard_in_reading_order(reader: Reader, page: Path) -> None:
    reader.open(page)
    reader.run("document.querySelectorAll('video, audio').forEach((m) => m.remove())")  # their inner controls vary
    expected = reader.run(
        "[...document.querySelectorAll('a[href], button, summary, .scroll')].filter((e) => e.checkVisibility()).length"
    )
    seen, outlines = [], set()
    for _ in range(expected):
        reader.press("Tab")
        seen.append(
            reader.run(
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


def test_skip_link_leads_to_the_content(reader: Reader, page: Path) -> None:
    reader.open(page)
    reader.press("Tab")
    reader.run("document.activeElement.click()")
    assert reader.run("document.activeElement.id") == "content"


def test_structure_is_readable_without_seeing(reader: Reader, page: Path) -> None:
    reader.open(page)
    reader.run(OPEN_ALL)
    count = "document.querySelectorAll({!r}).length"
    for landmark in ("body > header", "nav[aria-label]", "main", "body > footer"):
        assert reader.run(count.format(landmark)) == 1, landmark
    assert reader.run(count.format("img:not([alt])")) == 0
    assert reader.run(count.format("section table:not(:has(caption))")) == 0
    assert reader.run(count.format("svg:not(:has(title))")) == 0
    assert reader.run(count.format("figure.chart:not(:has(table))")) == 0
    levels = reader.run("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((h) => Number(h.tagName[1]))")
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels)), "a heading level is skipped"
    assert reader.run("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size") == reader.run(
        count.format("[id]")
    )


def test_frames_show_who_was_found_and_how_well(reader: Reader, page: Path) -> None:
    reader.open(page)
    alts = reader.run("[...document.querySelectorAll('#shot-e01s03 .strip img')].map((i) => i.alt)")
    assert len(alts) >= 8
    assert re.fullmatch(r"e01s03 at 0\.1 s: Kit found, scaled identity 0\.\d\d", alts[0])
    assert alts[7].endswith("Kit not found")
    assert reader.run("document.querySelectorAll('#shot-e01s03 .strip.n8 .box').length") == 7
    off = reader.run("[...document.querySelectorAll('#shot-e01s04 .comparison .sighting.off')].length")
    assert off == 8, "both characters of the take before repair are off model in the four frames shown"
    frame = reader.run("document.querySelector('#shot-e01s01 .frame').getBoundingClientRect().toJSON()")
    box = reader.run("document.querySelector('#shot-e01s01 .box').getBoundingClientRect().toJSON()")
    assert (box["left"] - frame["left"]) / frame["width"] == pytest.approx((200 - 70) / 640, abs=0.01)
    assert (box["bottom"] - frame["top"]) / frame["height"] == pytest.approx((190 + 70) / 360, abs=0.01)


def test_a_covered_frame_says_so_and_shows_where_the_head_must_be(reader: Reader, page: Path) -> None:
    reader.open(page)
    alts = reader.run("[...document.querySelectorAll('#shot-e01s01 .strip.n8 img')].map((i) => i.alt)")
    assert alts[4].endswith(", Kit covered")
    assert reader.run("document.querySelectorAll('#shot-e01s01 .strip.n8 .box').length") == 16
    assert reader.run("document.querySelectorAll('#shot-e01s01 .strip.n8 .box.covered').length") == 1
    assert "88\u202f%covered in 1 of 8 frames" in reader.run(
        "document.querySelector('#shot-e01s01 .scores').textContent"
    )


def test_the_verdict_and_z_come_before_the_cosine(page: Path) -> None:
    html = page.read_text(encoding="utf-8")
    columns = re.findall(r"<th scope[^>]*>(.*?)</th>", re.search(r'<table class="scores">.*?</thead>', html, re.S)[0])
    assert columns[:4] == ["Character", "Verdict", "Worst moment, z", "Mean, z"]
    assert columns[-2:] == ["Cosine", "Worst cosine"]
    titles = re.findall(r'<div class="headline">\s*<h3>(.*?)</h3>', html)
    assert titles[:2] == ["Consistency rate", "Scaled identity"]
    assert re.search(r'<p class="value">0\.902</p>\s*<p class="interval">cosine 0\.913</p>', html)
    assert "identity 0." not in re.sub("scaled identity 0.", "", html), "a cosine stands in a frame's words"


def weakened(project: Path, **changes: Any) -> Path:
    """The project with another account of Ami's anime look in the evidence."""
    path = project / "reports/evidence/evidence.json"
    evidence = json.loads(path.read_text())
    calibration = evidence["calibration"]["ami/anime"]
    calibration |= {"mistakes": [], "sureness": {"rate": 0.02, "low": 0.01, "high": 0.41}, **changes}
    counted = sum(row["takes"] for row in calibration["staged"])
    calibration["different"] = [0.1] * (counted - len(calibration["same"]))
    path.write_text(json.dumps(evidence))
    return project


WEAK = {
    "few": {"references": [{"role": f"r{n}", "use": "compared", "how": "backdrop"} for n in range(3)]},
    "alone": {"staged": [{"name": "ami", "kind": "itself", "pictures": 5, "takes": 90}], "sureness": {}},
    "mistaken": {"sureness": {"rate": 0.18, "low": 0.1, "high": 0.5}},
    "own": {"mistakes": [{"kind": "itself", "takes": 90, "n": 5, "share": 0.2, "low": 0.0, "high": 0.6}]},
    "none": {"threshold": None, "no_verdict": "one picture; add others"},
}
SAID = {
    "few": "since only 3 distinct references could be used. Add pictures of it in other angles and expressions.",
    "alone": "since there is no other character to tell it from. Add another character.",
    "mistaken": "since 18\u202f% of its staged takes and of others’ are mistaken. Add larger pictures",
    "own": "since 20\u202f% of its own staged takes fail. Add expressions and angles",
    "none": "There is no verdict: one picture; add others.",
}


@pytest.mark.parametrize("lack", WEAK)
def test_a_weak_calibration_is_said_before_the_numbers_and_by_check(project: Path, lack: str) -> None:
    plan = load_plan(weakened(project, **WEAK[lack]))
    data = collect(project)
    ((title, sentence, anchor),) = [one for one in data.weak if one[0] == "Ami, anime"]
    assert SAID[lack] in sentence
    page = build_page(data)
    assert f'<a href="#{anchor}">{title}</a>: weakly calibrated.' in page.partition('<div class="headlines">')[0]
    (found,) = [one for one in calibrations_checked(project, plan) if title in one.message]
    assert (found.state, sentence in found.message) == ("warning", True)


def test_a_calibration_that_knows_enough_is_not_called_weak(project: Path) -> None:
    assert [one for one in collect(weakened(project)).weak if one[0] == "Ami, anime"] == []
    judged_by_face = {"judge": "face", **WEAK["few"], **WEAK["alone"]}
    assert [one for one in collect(weakened(project, **judged_by_face)).weak if one[0] == "Ami, anime"] == []


def test_check_says_nothing_of_calibrations_before_there_are_any(project: Path) -> None:
    plan = load_plan(project)
    (project / "reports/evidence/evidence.json").unlink()
    assert list(calibrations_checked(project, plan)) == []


def test_verdicts_and_marked_frames_agree(project: Path) -> None:
    """One low frame marks nothing in a take that passes; a take that fails by a mix-up marks the frames of it."""
    path = project / "reports/evidence/evidence.json"
    evidence = json.loads(path.read_text())
    takes = {take["shot"]: take for take in evidence["takes"] if take["selected"]}
    takes["e01s01"]["characters"]["ami"]["frames"][2]["z"] = 0.1
    mixed_up = takes["e01s03"]["characters"]["kit"]
    mixed_up |= {"margin": -0.2, "passed": False}
    for frame in mixed_up["frames"][:3]:
        frame["margin"] = -0.9
    path.write_text(json.dumps(evidence))
    page = write_page(project).read_text(encoding="utf-8")
    assert not re.findall(r'alt="e01s01 at 0\.3 s: Ami[^"]*off model', page)
    marked = {float(at) for at in re.findall(r'alt="e01s03 at (\d\.\d) s: Kit found, [^"]*off model', page)}
    assert marked == {0.1, 0.2, 0.3}


def test_props_places_and_wardrobes_have_a_line_each_and_props_a_box(page: Path) -> None:
    html = page.read_text(encoding="utf-8")
    rows = [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL)]
    named = [row for row in rows if row.startswith(("Prop ", "Place ", "Wardrobe "))]
    assert re.fullmatch(r"Prop .*letter 0\.210 0\.180 50 % not measured changed", named[0], re.IGNORECASE)
    assert re.fullmatch(r"Place cafe-morning 0\.210 0\.180 62 % \S0\.050 elsewhere looks like rooftop-dusk", named[1])
    assert re.fullmatch(r"Wardrobe Ami, everyday .* \+0\.120 kept", named[2])
    assert 'class="box thing off" style="left:70.00%;top:60.00%;width:10.00%;height:15.00%"' in html


def test_transfer_and_repair_are_shown_side_by_side(page: Path) -> None:
    html = page.read_text(encoding="utf-8")
    assert "The performance of the driving clip, carried over to Ami in realistic." in html
    assert "by another take, $0.42</h4>" in html
    scores = "0.702 before, 0.904 after, a gain of +0.202 where up to 0.061 may be chance."
    assert f"Kept: it passes. Worst moment, scaled: {scores}" in html
    assert ("Repairs", "1 of 1 kept, $0.42") in collect(page.parents[1]).facts
    assert html.count('class="pairs"') == 2


def test_lines_are_shown_with_what_was_heard(page: Path) -> None:
    words = " ".join(page.read_text(encoding="utf-8").split())
    assert "Kit! You will not believe what came today.</q>" in words
    assert "voice 0.84, heard as “Kit you will not believe what came today”" in words


def test_a_voice_across_shots_is_read_beside_what_others_reach(page: Path) -> None:
    across = next(one for one in collect(page.parents[1]).headlines if one.name == "voice_across")
    assert (across.value, across.beside) == ("0.712", "other voices 0.094")
    assert across.characters == [("Ami", "0.712 (other voices 0.094)")]  # the other has no lines
    assert '<p class="interval">other voices 0.094</p>' in page.read_text(encoding="utf-8")


def test_page_says_what_a_stand_in_is_and_which_encoder_measured(page: Path) -> None:
    words = " ".join(page.read_text(encoding="utf-8").split())
    assert "<code>puppet</code> were made by a local parametric renderer, not a generative model" in words
    assert "Measured by <code>efficientnet-lite2/stages+moments</code>" in words
    assert "interval 64 % to 97 %" in words


@pytest.mark.parametrize(
    ("file", "stage"),
    [
        ("assets/library/library.json", "design"),
        ("reports/metrics.json", "select"),
        ("reports/evidence/evidence.json", "consistency-score"),
        ("shots/selects.json", "select"),
        ("shots/cuts/cuts.json", "assemble"),
    ],
)
def test_what_is_missing_is_named_with_its_stage(project: Path, file: str, stage: str) -> None:
    (project / file).unlink()
    html = write_page(project).read_text(encoding="utf-8")
    assert f"({file}). Made by <code>dvc repro {stage}</code>." in html


def test_a_plan_alone_makes_a_page(tmp_path: Path, project: Path, reader: Reader) -> None:
    alone = tmp_path / "alone"
    (alone / "reports").mkdir(parents=True)
    shutil.copy(project / "plan.json", alone)
    reader.open(write_page(alone), width=360)
    assert reader.complaints() == []
    assert reader.run("document.querySelectorAll('#shots article').length") == 4
    assert reader.run("document.documentElement.scrollWidth") <= 360
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


def test_what_a_service_left_out_of_a_request_is_said_beside_its_take(project: Path) -> None:
    path = next((project / "shots/generated/e01s01").glob("*/take.json"))
    delivery = {"sha256": "0" * 64, "warnings": ["Comfy Router left out <seed>"]}
    path.write_text(json.dumps({**json.loads(path.read_text()), "delivery": delivery}))
    assert "<dt>Warning</dt><dd>Comfy Router left out &lt;seed&gt;</dd>" in write_page(project).read_text("utf-8")


def test_scores_and_threshold_share_one_scale(page: Path) -> None:
    """The threshold is z, so everything drawn or marked against it is z; floor and ceiling stay cosines."""
    html = page.read_text(encoding="utf-8")
    assert "threshold 0.600, floor at cosine 0.520, ceiling at cosine 0.950" in html
    assert ">threshold 0.600</text>" in html
    shown = [float(z) for z in re.findall(r"take [0-9a-f]{12} \(select\): ([\d.]+)</title>", html)]
    assert shown and min(shown) > 0.6


def test_threshold_stands_between_floor_and_ceiling_and_every_take_is_drawn() -> None:
    same, other = (
        Group("Itself", "same", [Place(0.9), Place(0.9), Place(1.1)]),
        Group("Kit", "different", [Place(-0.1)]),
    )
    chart = worst_moments("c", "Ami", [same, other], 0.5, 0.8, 0.9)
    assert chart is not None
    places = [float(x) for x in re.findall(r'<line x1="([\d.]+)"[^>]*class="(?:mark|rule)"', chart.svg)]
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.2)
    ticks = [float(t) for t in re.findall(r'class="">(-?[\d.]+)</text>', chart.svg)]
    assert 0.0 in ticks and 1.0 in ticks
    dots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', chart.svg)
    assert len(set(dots)) == 4, "dots of one value stand on each other"
    assert chart.rows[0] == ["Itself", "3", "0.900 to 1.100", "0.967", "3"] and chart.rows[1][-1] == "0"


def test_a_threshold_says_what_it_was_made_from_and_how_sure_it_is(reader: Reader, page: Path) -> None:
    """Reached from the character's card and from a take's score, and unfolded by the way."""
    reader.open(page)
    reader.run("document.querySelector('#shot-e01s01 table a').click()")
    assert reader.run("document.querySelector('#threshold-ami-anime').checkVisibility()")
    assert not reader.run("document.querySelector('#threshold-kit').checkVisibility()")
    assert reader.run("document.querySelectorAll('.character a[href=\"#threshold-kit\"]').length") == 1
    words = " ".join(reader.run("document.querySelector('#threshold-ami-anime').innerText").split())
    assert "the 95 % interval is 1 % to 41 %, over 5 pictures of its own and 1 other character." in words
    assert "40 staged takes of lookalikes that pass 50 % 0 % to 90 % 2 lookalikes" in words
    assert "Left out: shows the same as a picture before it angle-front" in words
    assert "the threshold has met 1 other." in words
    labels = "[...document.querySelectorAll('#threshold-{} svg text')].map((t) => t.textContent).join()"
    rows = "Itself, staged,90 takes,Kit, staged,100 takes,Lookalikes, staged,40 takes,This series’ takes,7 takes"
    assert rows in reader.run(labels.replace("{}", "ami-anime"))
    assert "Others,140 takes" in reader.run(labels.replace("{}", "kit"))


def test_a_look_without_a_verdict_says_what_would_give_one(project: Path, reader: Reader) -> None:
    path = project / "reports/evidence/evidence.json"
    evidence = json.loads(path.read_text())
    look = evidence["calibration"]["ami/anime"]
    look |= {"threshold": None, "no_verdict": "one distinct reference picture; add others", "mistakes": []}
    look["references"] = look["references"][:2]
    look["references"][1]["how"] = "several faces, and nothing says which"
    path.write_text(json.dumps(evidence))
    reader.open(write_page(project))
    words = " ".join(reader.run("document.querySelector('#threshold-ami-anime').innerText").split())
    assert "No verdict: one distinct reference picture; add others." in words, "unfolded without being asked"
    assert "Say where the head is in 1 picture that could not be used: continuity references box;" in words
    assert "Add pictures: 1 distinct one can be used." in words
    assert "why no threshold" in reader.run("document.querySelector('#shot-e01s01 table').innerText")


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
    assert worst_moments("b", "Ami", [Group("Itself", "same", [])], None, None, None) is None
    assert worst_moments("c", "Ami", [Group("Itself", "same", [Place(1.0)])], None, None, None) is not None


@pytest.mark.parametrize("dark", [False, True])
def test_text_has_contrast(reader: Reader, page: Path, dark: bool) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for text, against the paper and against the contact sheets' ground."""
    reader.open(page, dark=dark)
    for ground in ("--paper", "--sheet"):
        for ink in ("--ink", "--quiet", "--accent", "--off", "--on", *(f"--c{n}" for n in range(6))):
            pair = reader.run(
                "(() => { const s = getComputedStyle(document.documentElement);"
                f"return ['{ground}', '{ink}'].map((name) => s.getPropertyValue(name).trim()); }})()"
            )
            light, low = sorted((_luminance(colour) for colour in pair), reverse=True)
            assert (light + 0.05) / (low + 0.05) >= 4.5, f"{ink} on {ground}"


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
