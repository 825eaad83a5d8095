"""A lip sync is a repair of what is said: it is given the take, and the shot's lines as one sound."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_compose import Conf
from test_repair_routes import score, ways

from continuity.jobs.runner import Terms, make_all
from continuity.jobs.store import Store
from continuity.media.audio import read_wav, sounding, write_wav
from continuity.media.video import VideoWriter
from continuity.plan.routes import objection
from continuity.plan.schema import Budget, Executor, Plan, Service
from continuity.production.library import Library
from continuity.production.offers import offers
from continuity.production.repair import mended
from continuity.production.routes import Course, Step
from continuity.production.score import Scored
from continuity.production.workspace import SpokenLine, Take, write_index
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from continuity.request import Reference

SYNC = "{way: lip-sync, model: fal-sync-lipsync}"
RATE = 24_000


class WithoutPictures(Library):
    """A library of which nothing is made yet, nor needed: a lip sync is shown nobody."""

    def references(self, roles: object) -> tuple[Reference, ...]:
        return ()


@pytest.fixture
def conf(tmp_path: Path) -> Conf:
    """The tiny series, in whose close-up Kit says two things."""
    conf = Conf(tmp_path / "project")
    lines = [{"kit": "Yes.", "at": 0.2}, {"kit": "No.", "at": 0.6}]
    return conf.tiny(lambda shots: shots["t03"].update(lines=lines))


def plan_of(conf: Conf, *overrides: str) -> Plan:
    return conf.params(takes=1, overrides=[f"repair.routes=[another-take, {SYNC}]", *overrides]).plan()


def spoken(root: Path, text: str, start: float, off_screen: bool = False) -> SpokenLine:
    """A line of 0.1 s, as it lies in the workspace."""
    path = root / "shots/generated/t03/lines" / f"{round(start * 1000):012x}" / "line.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = 0.3 * np.sin(2 * np.pi * 300 * np.arange(RATE // 10) / RATE)
    write_wav(path, tone.astype(np.float32), RATE)
    where = path.relative_to(root).as_posix()
    sha = Reference.of("line-1", path).sha256
    return SpokenLine("kit", "kit", text, start, start + 0.1, off_screen, where, sha)


def step(plan: Plan, root: Path) -> Step:
    """One attempt by lip sync at a take of t03 whose lines are not said."""
    clip = root / "shots/generated/t03/aaaaaaaaaaaa/clip.mp4"
    clip.parent.mkdir(parents=True, exist_ok=True)
    with VideoWriter(clip, 64, 64, 24) as writer:
        for _ in range(24):
            writer.write(np.full((64, 64, 3), 90, np.uint8))
    take = Take("t03", "generated", "a" * 64, Reference.of("clip", clip).sha256, 1.0, clip.relative_to(root).as_posix())
    route = next(route for route in plan.repair.routes if route.way == "lip-sync")
    return Step(Course(Scored(take, score([0.9]))), route, 0.02, 0)


def test_lines_that_are_not_said_are_synced_and_a_face_is_not(conf: Conf) -> None:
    conf.edit("conf/model/puppet-video.yaml", lambda card: card.update(price={"usd": 0.1, "per": "second"}))
    plan = plan_of(conf, "repair.max_usd=100")
    some_lines = [way for way, _ in ways(plan, "t03", score([0.9], words=[1.0, 0.0]), attempts=2)]
    assert some_lines == ["lip-sync", "another-take"]
    mute = replace(score([0.9], passed=True), unheard=["Yes.", "No."])
    assert [way for way, _ in ways(plan, "t03", mute)] == ["lip-sync", "every route was tried"]
    assert [way for way, _ in ways(plan, "t03", score([0.5, 0.6]), attempts=1)] == ["another-take"]


def test_whose_lips_are_moved_is_known_before_money(conf: Conf) -> None:
    plan = plan_of(conf)
    sync = plan.repair.routes[1]
    said = {id: objection(sync, shot, plan.models) for id, shot in plan.shots.items()}
    assert said["t01"] == "nothing is said in it" and "2 characters are shown, 1 speak" in said["t02"]
    assert said["t03"] == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"repair.routes": "[{way: lip-sync, model: puppet-repair}]"}, "puppet-repair has no field for `lines`"),
        ({"repair.routes": "[{way: restore, model: fal-sync-lipsync}]"}, "takes `lines`, and is for lip-sync"),
        ({"models.repair": "fal-sync-lipsync"}, "mends nothing else; name it in `repair.routes` as lip-sync"),
    ],
)
def test_a_lip_sync_by_another_card_or_of_something_else_is_refused(
    conf: Conf, changes: dict[str, str], said: str
) -> None:
    assert said in conf.params(overrides=[f"{name}={value}" for name, value in changes.items()]).refused()


def test_the_service_is_sent_the_take_and_every_line_where_it_is_spoken(
    conf: Conf, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LIPS_KEY", KEY)
    plan, root = plan_of(conf), conf.root
    lines = [spoken(root, "Yes.", 0.2), spoken(root, "No.", 0.6), spoken(root, "Later.", 0.85, off_screen=True)]
    write_index(root, "generated", {id: [] for id in plan.shots}, {"t01": [], "t02": [], "t03": lines})
    asked = step(plan, root)
    item = mended(WithoutPictures(root, plan), plan, asked)
    again = mended(WithoutPictures(root, plan), plan, asked)
    assert item.request.key == again.request.key

    service = server.service(Service(name="fal", base_url="https://localhost", key_env="LIPS_KEY", poll_seconds=3))
    terms = Terms(Executor(kind="serial"), Budget(max_usd=1), "test", {"fal": service})
    (made,) = make_all([item], Store(tmp_path / "store"), terms, lambda _: None, "repair")
    (job,) = server.stage.books.jobs("fal")
    body = {name: str(value) for name, value in job.body.items()}
    assert (job.model, body["sync_mode"]) == ("fal-ai/sync-lipsync", "cut_off") and made
    assert base64.b64decode(body["video_url"].partition(",")[2]) == (root / asked.course.best.take.clip).read_bytes()
    heard = tmp_path / "heard.wav"
    heard.write_bytes(base64.b64decode(body["audio_url"].partition(",")[2]))
    samples, rate = read_wav(heard)
    assert len(samples) / rate == plan.shots["t03"].seconds
    at = np.flatnonzero(np.diff(sounding(samples, rate).astype(int)) == 1) / 100
    assert at == pytest.approx([0.2, 0.6], abs=0.03), "on screen, and where they are spoken"


def test_a_shot_in_which_nothing_is_said_is_offered_no_lip_sync(conf: Conf) -> None:
    plan = plan_of(conf)
    cards = {"fal-sync-lipsync": plan.models["fal-sync-lipsync"]}
    (silent,), (speaking,) = (offers(plan, cards, plan.shots[id]) for id in ("t01", "t03"))
    assert "needs lines, and there is none" in "".join(silent.refusals) and not speaking.refusals
