"""A chain is as good as the frames that it goes on from: one without the face that is needed is not paid for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Project
from PIL import Image

PRICED = "price: {usd: 0.1, per: call}\n"


def stage(name: str) -> tuple[str, ...]:
    return ("python", "-m", f"stages.{name}")


def takes_of(project: Project, shot: str) -> list[dict[str, Any]]:
    index = json.loads((project.root / "shots/generated.json").read_text())
    return list(index["shots"][shot]["takes"])


def spoil(project: Project, take: dict[str, Any]) -> Path:
    """The take's last frame shows a wall."""
    frame = project.root / take["clip"].replace("clip.mp4", "last-frame.png")
    Image.new("RGB", (320, 180), (120, 110, 90)).save(frame)
    return frame


@pytest.fixture
def chained(project: Project) -> Project:
    """Kit's shot starts where the one with Ami and Kit ends, and takes cost."""
    project.replace("conf/series/tiny.yaml", "action: Kit nods.", "action: Kit nods.\n            start_from: t02")
    card = project.root / "conf/model/puppet-video.yaml"
    card.write_text(card.read_text() + PRICED)
    project.run(*stage("compose"))
    return project


def test_a_frame_without_the_face_is_refused_before_money_and_said_beforehand(chained: Project) -> None:
    (before,) = takes_of(chained, "t02")
    frame = spoil(chained, before)
    made = chained.takes()
    for words in (("continuity", "plan"), stage("generate")):
        done = chained.command(*words)
        said = done.stdout + done.stderr
        assert f"t03 would start from the last frame of t02, take {before['key'][:12]}" in said, said
        assert frame.relative_to(chained.root).as_posix() in said and "kit is not found in it" in said
        assert "Make another take of t02" in said and "`selected` of t02 in conf/picks/tiny.yaml" in said
        assert (
            "take `start_from` out of t03" in said
            and "Nothing was sent" in said
            and "ami" not in said.split(": kit")[1]
        )
    assert done.returncode == 1 and "Traceback" not in said
    assert chained.takes() == made

    chained.replace("conf/model/puppet-video.yaml", PRICED, "")
    chained.run(*stage("compose"))
    chained.run(*stage("generate"))
    assert len(chained.takes() - made) == 1, "what costs nothing is made"

    card = chained.root / "conf/model/puppet-video.yaml"
    card.write_text(card.read_text() + PRICED)
    chained.run(*stage("compose"))
    assert "already" not in chained.run(*stage("generate")), "and what is there is not refused"


def test_a_frame_with_the_face_is_started_from_and_a_pick_stands_in_for_one_without(chained: Project) -> None:
    chained.replace(
        "conf/series/tiny.yaml", "            seconds: 1.5\n", "            seconds: 1.5\n            takes: 2\n"
    )
    chained.run(*stage("compose"))
    chained.run(*stage("generate"))
    first, second = takes_of(chained, "t02")
    (made,) = takes_of(chained, "t03")
    started = json.loads((chained.root / made["clip"]).with_name("take.json").read_text())["request"]["references"]
    assert any(one["role"] == "start_frame" for one in started)

    spoil(chained, first)
    assert "would start from" in chained.fail(*stage("generate"))
    chained.pick(f't02: {{selected: "{second["key"][:12]}"}}')
    chained.run(*stage("compose"))
    chained.run(*stage("generate"))
    (another,) = takes_of(chained, "t03")
    assert another["key"] != made["key"]
    now = json.loads((chained.root / another["clip"]).with_name("take.json").read_text())["request"]["references"]
    assert [one["sha256"] for one in now if one["role"] == "start_frame"] != [
        one["sha256"] for one in started if one["role"] == "start_frame"
    ]
