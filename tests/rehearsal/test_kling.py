"""Kling: there is no client of its own; the adapter is held against the stand-in, and its keys against the standard."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest

from continuity.errors import RequestRefused
from continuity.jobs.store import Store
from continuity.providers.kling import signed
from continuity.rehearsal.server import Server
from rehearsal.scene import KLING, KLING_NEWER, Scene


def test_a_request_becomes_the_models_fields_and_bears_our_id(server: Server, tmp_path: Path) -> None:
    KLING.make(server, Store(tmp_path / "store"))
    (job,) = server.stage.books.jobs("kling")
    assert job.model == "videos/omni-video/kling-v3-omni"
    token = job.body.pop("external_task_id")
    assert len(token) == 36
    assert job.body == {
        "model_name": "kling-v3-omni",
        "prompt": "a red lantern",
        "duration": "3",
        "aspect_ratio": "16:9",
    }


@pytest.mark.parametrize("scene", [KLING, KLING_NEWER], ids=["classic", "newer"])
@pytest.mark.parametrize(("fault", "jobs"), [("cut after", 1), ("error after", 1), ("not JSON", 1)])
def test_a_task_whose_answer_was_lost_is_found_by_our_id(
    scene: Scene, server: Server, tmp_path: Path, fault: str, jobs: int
) -> None:
    server.stage.script.faults.append({"fault": fault, "on": "submit"})
    assert scene.make(server, Store(tmp_path / "store"))
    assert scene.submissions(server) == jobs


@pytest.mark.parametrize("scene", [KLING, KLING_NEWER], ids=["classic", "newer"])
def test_a_request_that_never_came_is_known_not_to_have(scene: Scene, server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": "cut before", "on": "submit"})
    with pytest.raises(Exception, match="nothing was taken"):
        scene.make(server, store)
    assert scene.make(server, store)
    assert scene.submissions(server) == 1


def test_an_account_without_credit_is_not_told_to_wait_though_it_says_429(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "no credit", "on": "submit"})
    with pytest.raises(RequestRefused, match="wants more credit"):
        KLING.make(server, Store(tmp_path / "store"))


def test_the_older_pair_of_keys_signs_a_token(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KLING.key_env)
    monkeypatch.setenv("KLING_ACCESS_KEY", "access")
    monkeypatch.setenv("KLING_SECRET_KEY", "secret")
    assert KLING.make(server, Store(tmp_path / "store"))
    head, body, mark = signed("access", "secret", 1_000_000_000.5).split(".")

    def read(part: str) -> bytes:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

    assert json.loads(read(head)) == {"alg": "HS256", "typ": "JWT"}
    assert json.loads(read(body)) == {"iss": "access", "exp": 1_000_001_800, "nbf": 999_999_995}
    assert read(mark) == hmac.new(b"secret", f"{head}.{body}".encode(), hashlib.sha256).digest()


def test_the_newer_dialect_has_the_model_in_the_path_and_pictures_among_its_contents(
    server: Server, tmp_path: Path
) -> None:
    (stored,) = KLING_NEWER.make(server, Store(tmp_path / "store")).values()
    (job,) = server.stage.books.jobs("kling")
    assert job.model == "omni-video/kling-3.0-omni"
    assert len(job.body["options"].pop("external_task_id")) == 36
    assert job.body == {
        "contents": [{"type": "prompt", "text": "a red lantern"}],
        "settings": {"duration": 3, "aspect_ratio": "16:9"},
        "options": {},
    }
    assert stored.record["job_id"] == job.id


def test_the_newer_dialect_does_not_take_the_older_pair_and_nothing_is_sent(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KLING.key_env)
    monkeypatch.setenv("KLING_ACCESS_KEY", "access")
    monkeypatch.setenv("KLING_SECRET_KEY", "secret")
    with pytest.raises(RequestRefused, match="takes a single key alone: set KLING_API_KEY"):
        KLING_NEWER.make(server, Store(tmp_path / "store"))
    assert KLING_NEWER.submissions(server) == 0
