"""Forms of a series: its frame rate, its shape, and the lengths of its footage."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from test_compose import Conf

from continuity import masters
from continuity.errors import ConfigError, MasterError
from continuity.jobs.delivery import conform
from continuity.media.cut import CutShot, assemble
from continuity.media.rates import called, exact, written
from continuity.media.reading import probe
from continuity.media.subtitles import Subtitle, row_of, to_srt
from continuity.media.writing import VideoWriter
from continuity.plan.compared import compared
from continuity.plan.schema import Plan
from continuity.production.library import Library
from continuity.production.refusals import check_refusals
from continuity.production.wanted import for_library, for_transfer
from continuity.production.workspace import Take
from continuity.providers import provider_named
from continuity.rehearsal.drawing import stored
from continuity.request import Request
from continuity.scoring.encoders.weights import weights_of
from puppet.motion_track import track_of
from puppet.provider import Puppet

NTSC = Fraction(30000, 1001)


@pytest.fixture
def conf(tmp_path: Path) -> Conf:
    return Conf(tmp_path)


def film(path: Path, frames: int, rate: int | Fraction = 12, width: int = 64, height: int = 64) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with VideoWriter(path, width, height, rate) as writer:
        for number in range(frames):
            writer.write(np.full((height, width, 3), 40 + number % 100, np.uint8))
    return path


def with_footage(conf: Conf, footage: Any, **more: Any) -> Conf:
    """The tiny series, its first shot brought instead of made."""

    def change(shots: dict[str, Any]) -> None:
        shot = next(iter(shots.values()))
        shot.pop("seconds", None)
        shot.update({"footage": footage, **more})

    return conf.tiny(change)


# ---- lengths ----------------------------------------------------------------------------------


def test_footage_without_seconds_is_as_long_as_it_is(conf: Conf) -> None:
    film(conf.root / "assets/footage/a.mp4", 30)
    film(conf.root / "assets/footage/b.mp4", 18)
    plan = with_footage(conf, ["assets/footage/b.mp4", {"file": "assets/footage/a.mp4", "start": 0.5}]).plan()
    shot = next(iter(plan.shots.values()))
    assert [piece.seconds for piece in shot.footage] == [1.5, 2.0]
    assert (shot.seconds, shot.lengths) == (2.0, [1.5, 2.0])


def test_what_a_shot_says_of_its_length_holds_for_its_footage(conf: Conf) -> None:
    film(conf.root / "assets/footage/a.mp4", 30)
    shot = next(iter(with_footage(conf, "assets/footage/a.mp4", seconds=1.25).plan().shots.values()))
    assert (shot.seconds, shot.footage[0].seconds) == (1.25, None)


def test_a_transfer_is_as_long_as_the_footage_that_drives_it(conf: Conf) -> None:
    film(conf.root / "assets/footage/a.mp4", 30)
    film(conf.root / "assets/footage/b.mp4", 18)
    plan = with_footage(conf, ["assets/footage/a.mp4", "assets/footage/b.mp4"], transfer="ami").plan()
    shot = plan.shots["t01"]
    library = Library(conf.root, plan, {item.role: conf.root / "params.yaml" for item in plan.library})
    driving = [Take("t01", "generated", "a" * 64, "b" * 64, seconds, "clip.mp4") for seconds in (2.502, 1.5)]
    lengths = [for_transfer(library, plan, shot, take).request.seconds for take in driving]
    assert lengths == [2.5, 1.5]


def test_footage_that_is_not_there_or_has_ended_is_named_with_its_place(conf: Conf) -> None:
    film(conf.root / "assets/footage/a.mp4", 12)
    said = with_footage(conf, ["assets/footage/none.mp4", {"file": "assets/footage/a.mp4", "start": 3.0}]).refused()
    assert "footage.0: footage assets/footage/none.mp4: no such file in the project" in said
    assert "footage.1: footage assets/footage/a.mp4: lasts 1 s, nothing begins at 3 s" in said


# ---- frame rates ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["30000/1001", 29.97])
def test_a_fractional_rate_is_exact_from_conf_to_plan(conf: Conf, text: Any) -> None:
    conf.edit("conf/quality/tiny.yaml", lambda quality: quality.update(fps=text))
    plan = conf.params(series="tiny").plan()
    assert {shot.fps for shot in plan.shots.values()} == {NTSC}
    saved = plan.model_dump(mode="json")
    assert {shot["fps"] for shot in saved["shots"].values()} == {"30000/1001"}
    assert Plan.model_validate(saved) == plan
    assert compared(plan).generate != compared(conf.params(overrides=["quality.fps=30"]).plan()).generate


def test_whole_rates_stay_the_numbers_that_they_are(conf: Conf) -> None:
    plan = conf.params(series="tiny").plan()
    rates = [shot["fps"] for shot in plan.model_dump(mode="json")["shots"].values()]
    assert rates and all(type(rate) is int for rate in rates)


@pytest.mark.parametrize(
    ("rate", "meant"),
    [(24, 24), ("25/1", 25), ("24000/1001", Fraction(24000, 1001)), (23.976, Fraction(24000, 1001)),
     (59.94, Fraction(60000, 1001)), (30000.0 / 1001, None), (25.0, None), ("29.97", None), ("1/0", None), (0, None),
     (True, None), ("30000/1003", None)],
)  # fmt: skip
def test_a_rate_is_what_it_says_or_refused(rate: object, meant: Any) -> None:
    if meant is None:
        with pytest.raises(ValueError, match="30000/1001"):
            exact(rate)
    else:
        assert exact(rate) == meant and type(exact(rate)) is type(meant)
        assert exact(written(exact(rate))) == meant


def test_a_rate_that_cannot_be_is_answered_with_its_place(conf: Conf) -> None:
    conf.edit("conf/quality/standard.yaml", lambda quality: quality.update(fps=29.9))
    assert conf.refused().startswith("conf/quality/standard.yaml: fps: must be a whole number of frames a second, a")
    conf.edit("conf/quality/standard.yaml", lambda quality: quality.update(fps="24"))
    assert "write it without quotes" in conf.refused()
    conf.edit("conf/quality/standard.yaml", lambda quality: quality.update(fps="120000/1001"))
    conf.plan()
    conf.edit("conf/quality/standard.yaml", lambda quality: quality.update(fps=121))
    assert "fps" in conf.refused()


def test_a_model_of_thirty_frames_is_not_one_of_2997(conf: Conf) -> None:
    conf.params(series="tiny", overrides=["quality.fps=30000/1001", "+cards.puppet-video.limits.fps=[30,24]"])
    assert "puppet-video makes 30 or 24 fps, not 29.97; choose another quality" in conf.refused()
    conf.params(overrides=["quality.fps=30000/1001", "+cards.puppet-video.limits.fps=[30000/1001]"]).plan()


def test_the_puppet_plays_at_a_fractional_rate_and_its_take_carries_it_exactly(tmp_path: Path) -> None:
    asked = Request(
        kind="video", provider="puppet", model="puppet-video", prompt="", seed=1, subject="e01s01", resolution=(64, 96),
        seconds=0.5, fps=NTSC, direction={"framing": "wide", "action": ""}, parameters={"drift": 0.0},
    )  # fmt: skip
    assert asked.canonical()["fps"] == "30000/1001"
    Puppet().render(asked, tmp_path / "take.mp4")
    facts = probe(tmp_path / "take.mp4")
    assert (facts.rate, facts.frames, track_of(tmp_path / "take.mp4").fps) == (NTSC, 15, NTSC)


def test_a_delivery_of_thirty_frames_is_brought_to_2997(tmp_path: Path) -> None:
    asked = Request(
        kind="video", provider="fal", model="m", prompt="", seed=1, subject="e01s01", resolution=(64, 64), seconds=1.0,
        fps=NTSC,
    )  # fmt: skip
    made, changed = conform(asked, film(tmp_path / "came.mp4", 30, 30), tmp_path)
    assert changed == ["30 to 29.97 frames per second"]
    assert (probe(made).rate, probe(made).frames) == (NTSC, 30)
    assert conform(asked, film(tmp_path / "fits.mp4", 30, NTSC), tmp_path)[1] == []
    stored_in_a_book = json.loads(json.dumps(stored(asked)))
    assert stored_in_a_book["fps"] == "30000/1001"


def test_two_minutes_at_a_fractional_rate_end_where_their_frames_end(tmp_path: Path) -> None:
    """At 29.97 as a decimal, or a rate rounded to milliseconds, the last shot would begin some frames off."""
    clip = film(tmp_path / "shot.mp4", 120, NTSC)
    shots = [CutShot(f"s{number:02}", clip, float(120 / NTSC)) for number in range(30)]
    report = assemble(shots, tmp_path / "e01.mp4", width=64, height=64, fps=NTSC)
    assert report.frames == 30 * 120
    assert abs(report.seconds - sum(shot.seconds for shot in shots)) < float(1 / NTSC)
    assert [shot.how for shot in report.shots] == ["copied"] * 30
    with av.open(str(report.path)) as cut:
        stream = cut.streams.video[0]
        assert stream.average_rate == NTSC
        times = sorted(packet.pts * packet.time_base for packet in cut.demux(stream) if packet.size)
    assert times == [number / NTSC for number in range(30 * 120)]


def test_a_row_of_subtitles_is_as_wide_as_its_picture() -> None:
    assert [row_of(*shape) for shape in ((1280, 720), (640, 480), (960, 960), (720, 1280))] == [42, 42, 32, 24]
    long = Subtitle(0, 4, "The letter says midnight, on the roof, and nobody has signed it.")
    rows = [line for line in to_srt([long], 5, 24).splitlines() if line and "-->" not in line and not line.isdigit()]
    assert max(map(len, rows)) <= 24 and " ".join(rows) == long.text


def test_people_hear_a_rate_by_its_short_name() -> None:
    assert [called(rate) for rate in (24, NTSC, Fraction(24000, 1001))] == ["24", "29.97", "23.976"]


# ---- paths ------------------------------------------------------------------------------------


def test_every_path_of_a_master_may_be_written_from_masters_from_assets_or_from_the_project(conf: Conf) -> None:
    def written(master: str, clip: str) -> Plan:
        conf.edit("conf/character/ami.yaml", lambda ami: ami["looks"]["anime"].update(master=master))
        conf.edit("conf/character/bunny.yaml", lambda bunny: bunny["clip"].update(file=clip))
        conf.edit("conf/series/tiny.yaml", lambda series: series.update(characters=["ami", "kit", "bunny"]))
        return conf.params(series="tiny").plan()

    plan = written("ami/anime.png", "bunny/film.mp4")
    assert plan.characters["ami"].looks["anime"].master == "masters/ami/anime.png"
    stills = [item for item in plan.library if item.step == "still"]
    assert {tuple(item.parents) for item in stills} == {("masters/bunny/film.mp4",)}
    assert stills[0].direction["clip"]["file"] == "assets/masters/bunny/film.mp4"
    for lead in ("masters/", "assets/masters/"):
        assert written(f"{lead}ami/anime.png", f"{lead}bunny/film.mp4") == plan


def test_a_master_that_lies_elsewhere_is_answered_with_where_masters_lie(conf: Conf) -> None:
    conf.edit("conf/character/ami.yaml", lambda ami: ami["looks"]["anime"].update(master="assets/footage/a.png"))
    assert "looks.anime.master: 'assets/footage/a.png' is no path below assets/masters/" in conf.refused()


# ---- a library of one's own pictures ----------------------------------------------------------


def photographs(conf: Conf, *names: str) -> Conf:
    """The tiny series with an Ami who comes from photographs, one look alone."""
    folder = conf.root / "assets/masters/mia"
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        picture = Image.new("RGB", (2000, 1500), (40 * number, 120, 90))
        picture.save(folder / name) if Path(name).suffix in (".jpg", ".png", ".webp") else (folder / name).touch()

    def change(ami: dict[str, Any]) -> None:
        ami["looks"] = {"film": {"style": "photographs", "pictures": "mia/"}}

    conf.edit("conf/character/ami.yaml", change)
    conf.edit("conf/series/tiny.yaml", lambda series: series.update(look={}))
    return conf.params(series="tiny")


def test_a_folder_of_photographs_is_a_looks_library(conf: Conf) -> None:
    plan = photographs(
        conf, "expression-happy.png", "Headshot.jpg", "angle-profile.jpg.dvc", "wardrobe-everyday.webp", "notes.txt"
    ).plan()
    own = [item for item in plan.library if item.subject == "ami" and item.kind == "image"]
    made_of = {item.role: item.parents for item in own}
    assert list(made_of) == ["ami/headshot", "ami/expression-happy", "ami/wardrobe-everyday"], "as series.library says"
    assert made_of["ami/headshot"] == ["masters/mia/Headshot.jpg"] and {item.provider for item in own} == {"still"}
    assert "ami/expression-happy" in plan.shots["t01"].references
    with pytest.raises(MasterError, match=r"assets/masters/mia/Headshot\.jpg is new and not accepted yet"):
        masters.verify(conf.root, [role for role in masters.needed(plan) if "mia" in role])
    accepted = masters.accept(conf.root, [masters.role_of("mia/")])
    assert set(masters.needed(plan)) & set(accepted) == {item.parents[0] for item in own}
    item = own[0]
    asked = for_library(Library(conf.root, plan), item).request
    provider_named("still").refuse(asked)
    provider_named("still").render(asked, conf.root / "made.png")
    assert Image.open(conf.root / "made.png").size == (1536, 1152)


def test_what_is_wrong_with_a_folder_of_photographs_is_named(conf: Conf) -> None:
    said = photographs(conf, "IMG_2041.jpg", "angle-profile.jpg", "angle-profile.png", "wardrobe-gala.jpg").refused()
    assert "assets/masters/mia/IMG_2041.jpg says by its name nothing that it shows; call it headshot, angle-" in said
    assert "angle-profile.png and assets/masters/mia/angle-profile.jpg show the same" in said
    assert "assets/masters/mia/ has no headshot" in said and "add wardrobes.gala" in said
    conf.edit("conf/character/ami.yaml", lambda ami: ami["looks"]["film"].update(pictures="nobody"))
    assert "looks.film.pictures: there is no folder assets/masters/nobody/" in conf.refused()
    conf.edit("conf/character/ami.yaml", lambda ami: ami["looks"]["film"].update(master="ami/anime.png"))
    assert "looks.film: pictures hold the headshot" in conf.refused()


# ---- what models refuse -----------------------------------------------------------------------


@pytest.mark.parametrize("models", ["local", "kling", "gemini", "fal", "mixed"])
def test_no_preset_refuses_the_demo(conf: Conf, models: str) -> None:
    check_refusals(conf.params(models=models, conditioning="references").plan())


def test_an_angle_that_cannot_be_drawn_is_refused_before_anything_is_made(conf: Conf) -> None:
    conf.edit("conf/character/kit.yaml", lambda kit: kit.update(angles=["front", "back"]))
    conf.edit("conf/series/tiny.yaml", lambda series: series["library"].update(angles=["front", "back"]))
    conf.tiny(lambda shots: shots["t03"]["characters"] and shots["t03"].update(characters={"kit": {"angle": "back"}}))
    with pytest.raises(ConfigError) as refused:
        check_refusals(conf.plan())
    said = str(refused.value)
    assert "kit/angle-back: angle `back` cannot be drawn" in said and "t03: angle `back`" in said
    assert "front" not in [line.partition(":")[0] for line in said.splitlines()]


# ---- picks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("take", ["12e456789012", "123456789012", "012345678901", "1234567e0012", "0x1234567890"])
def test_a_pick_that_yaml_reads_as_a_number_is_to_be_put_in_quotes(conf: Conf, take: str) -> None:
    conf.params(series="tiny").write("conf/picks/tiny.yaml", f"t01:\n  selected: {take}\n")
    said = conf.refused()
    assert said.startswith("conf/picks/tiny.yaml: t01.selected:") and "in quotes" in said
    if "e" in take:
        assert f'put it in quotes: "{take}"' in said


# ---- weights ----------------------------------------------------------------------------------


def test_check_tells_whether_the_weights_of_clip_are_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    state, said = weights_of(None, None, None)
    assert state == "warning" and "the first run downloads it" in said and "scorer.parameters.weights" in said
    snapshot = tmp_path / "models--laion--CLIP-ViT-B-32-laion2B-s34B-b79K/snapshots/1a2b"
    snapshot.mkdir(parents=True)
    (snapshot / "open_clip_model.safetensors").touch()
    assert weights_of(None, None, None)[0] == "ok"
    state, said = weights_of(None, None, str(tmp_path / "none.pt"))
    assert state == "error" and "none.pt does not exist" in said
    assert weights_of("ViT-B-32", "no-such", None)[0] == "error"
