"""Services whose answer to a submission is the result: it is on the disk before the job is noted."""

from __future__ import annotations

from pathlib import Path

import pytest

from continuity.jobs.hosted import HostedJobs
from continuity.jobs.store import Store
from continuity.rehearsal.server import Server
from rehearsal.scene import ELEVENLABS, GEMINI_PICTURE, OPENAI, Scene


@pytest.mark.parametrize("scene", [ELEVENLABS, GEMINI_PICTURE, OPENAI], ids=lambda scene: scene.name)
def test_what_came_before_the_run_died_is_not_bought_again(
    scene: Scene, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")

    def died(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(HostedJobs, "_note_job", died)
        with pytest.raises(BaseException):  # noqa: B017
            scene.make(server, store)
    assert scene.make(server, store)
    assert scene.submissions(server) == 1 and not server.stage.books.requests()[scene.name, "poll"]
