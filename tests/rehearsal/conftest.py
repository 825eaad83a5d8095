"""A server of stand-ins for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from continuity.rehearsal.faults import Script
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from rehearsal.scene import SCENES


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for scene in SCENES:
        monkeypatch.setenv(scene.key_env, KEY)
    monkeypatch.setattr("continuity.jobs.hosted.NOT_TAKEN_PATIENCE_SECONDS", 5.0)
    with Server(tmp_path / "rehearsal", speed=600, script=Script()) as server:
        yield server
