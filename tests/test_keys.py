"""What is part of a key, and what is not: a take is made anew when it would be another, and for nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import Project

from continuity.media.video import VideoWriter
from continuity.plan.compared import compared
from continuity.plan.compose import compose
from continuity.plan.schema import Plan
from continuity.production import wanted
from continuity.production.library import Library
from continuity.production.workspace import Take
from continuity.providers import provider_named
from continuity.request import Request


def pictured(root: Path, plan: Plan) -> Library:
    """A library in which every role is the same picture."""
    return Library(root, plan, dict.fromkeys((i.role for i in plan.library), root / "assets/masters/kit/kit.png"))


def key_of_take(root: Path, shot: str, number: int = 0) -> str:
    plan = compose(root)
    return wanted.for_take(pictured(root, plan), plan, plan.shots[shot], number, [], None).request.key


def request(**values: object) -> Request:
    return replace(Request("video", "puppet", "m", "a fox", 1, subject="t01", seconds=4.0, fps=24), **values)


def test_numbers_that_are_equal_are_the_same_request() -> None:
    assert request(seconds=4).key == request(seconds=4.0).key
    ones = [request(parameters={"a": one, "b": [{"c": one}]}).key for one in (1, 1.0)]
    assert ones[0] == ones[1] != request(parameters={"a": True, "b": [{"c": 1}]}).key
    assert request(parameters={"a": 0.0}).key == request(parameters={"a": -0.0}).key
    assert request(parameters={"a": 1.5}).key != request(parameters={"a": 1}).key
    assert request(parameters={1: "x"}).key == request(parameters={"1": "x"}).key, "as JSON has it"
    with pytest.raises(ValueError, match="nan"):
        _ = request(parameters={"a": float("nan")}).key


def test_what_was_recorded_gives_the_same_key_again() -> None:
    from continuity.request import key_of

    asked = request(parameters={"a": 1e22, "b": 0.1, "c": (1.0, 2), "d": None, "e": "ä\u2028"}, resolution=(64, 36))
    assert key_of(json.loads(json.dumps(asked.canonical()))) == asked.key


def test_a_renamed_footage_file_is_the_same_take(new_project: Project) -> None:
    root, footage = new_project.root, new_project.root / "assets" / "footage"
    with VideoWriter(footage / "t03.mp4", 320, 180, 12) as writer:
        for grey in range(12):
            writer.write(np.full((180, 320, 3), grey * 20, np.uint8))
    before = key_of_take(root, "t03")
    (footage / "t03.mp4").rename(footage / "t03-take2.mp4")
    assert key_of_take(root, "t03") == before
    with VideoWriter(footage / "t03.mp4", 320, 180, 12) as writer:
        for grey in range(12):
            writer.write(np.full((180, 320, 3), 255 - grey * 20, np.uint8))
    assert key_of_take(root, "t03", 1) == before, "it is the second one now"
    assert key_of_take(root, "t03", 0) != before


def test_a_renamed_master_draws_nothing_anew(new_project: Project) -> None:
    root = new_project.root

    def headshot() -> str:
        plan = compose(root)
        item = next(item for item in plan.library if item.role == "kit/headshot")
        return wanted.for_library(Library(root, plan), item).request.key

    before, masters = headshot(), root / "assets/masters/kit"
    (masters / "kit.png").rename(masters / "fox of the roofs.png")
    new_project.replace("conf/character/kit.yaml", "kit/kit.png", "kit/fox of the roofs.png")
    assert headshot() == before


def test_a_renamed_card_buys_nothing_and_another_model_of_the_service_does(new_project: Project) -> None:
    root, cards = new_project.root, new_project.root / "conf" / "model"
    before, plan = key_of_take(root, "t03"), compose(root)
    (cards / "puppet-video.yaml").rename(cards / "drawn.yaml")
    new_project.replace("conf/models/local.yaml", "puppet-video", "drawn")
    assert key_of_take(root, "t03") == before
    new_project.replace("conf/model/drawn.yaml", "service_model: puppet-video", "service_model: puppet-video-2")
    assert key_of_take(root, "t03") != before
    assert compared(compose(root)).generate != compared(plan).generate, "DVC notices it too"


def test_a_card_that_names_no_model_of_its_service_is_called_by_its_id(new_project: Project) -> None:
    before = key_of_take(new_project.root, "t03")
    new_project.replace("conf/model/puppet-video.yaml", "service_model: puppet-video\n", "")
    assert key_of_take(new_project.root, "t03") == before


def test_a_providers_request_version_changes_its_own_keys(
    new_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, plan = new_project.root, compose(new_project.root)
    shot = next(shot for shot in plan.shots.values() if shot.lines)

    def key_of_line() -> str:
        said = shot.lines[0]
        return wanted.for_line(Library(root, plan), shot, said, str(said.voice)).request.key

    take, line = key_of_take(root, "t03"), key_of_line()
    monkeypatch.setattr(type(provider_named("puppet")), "request_version", 99)
    assert key_of_take(root, "t03") != take
    assert key_of_line() == line


def test_transfers_and_repairs_follow_the_bytes_of_the_clip_and_not_its_key(new_project: Project) -> None:
    root, plan = new_project.root, compose(new_project.root)
    library, shot = pictured(root, plan), next(shot for shot in plan.shots.values() if shot.transfer)

    def keys(key: str, sha256: str) -> list[str]:
        take = Take(shot.id, "generated", key, sha256, 1.0, f"shots/generated/{shot.id}/{key[:12]}/clip.mp4")
        asked = (
            wanted.for_transfer(library, plan, shot, take),
            wanted.for_repair(library, plan, shot, take, 0),
        )
        return [item.request.key for item in asked]

    same = keys("a" * 64, "c" * 64), keys("b" * 64, "c" * 64)
    assert same[0] == same[1]
    assert not set(same[0]) & set(keys("a" * 64, "d" * 64))


def test_another_clip_of_a_look_makes_those_takes_anew_whose_card_shows_clips(new_project: Project) -> None:
    root = new_project.root
    clip = root / "assets/masters/kit/clip.mp4"
    new_project.replace("conf/character/kit.yaml", "kit/kit.png", "kit/kit.png\n    clip: {file: kit/clip.mp4}")

    def of(clip_bytes: bytes, card: str) -> tuple[str, str, str]:
        clip.write_bytes(clip_bytes)
        new_project.params(overrides=[f"models.video={card}"], rehearsal=True)
        plan = compose(root)
        library = pictured(root, plan)
        t03, t01 = (wanted.for_take(library, plan, plan.shots[id], 0, [], None).request.key for id in ("t03", "t01"))
        return t03, t01, compared(plan).generate

    one, another = (of(clip_bytes, "videos-host") for clip_bytes in (b"one", b"another"))
    assert one[0] != another[0] and one[1] == another[1], "Kit's takes, and nobody else's"
    assert one[2] != another[2], "DVC runs the stage"
    assert of(b"one", "puppet-video")[0] == of(b"another", "puppet-video")[0]
