"""`continuity models --check`: whether services still serve the models of a series, and the ends that they publish."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import TEMPLATE, Project
from test_compose import Conf

from continuity.cli import standing
from continuity.errors import ProjectError
from continuity.plan.cards import all_cards
from continuity.plan.compose import compose
from continuity.plan.sunset import ended
from continuity.production.published import standings
from continuity.providers.base import Published
from continuity.providers.eachlabs import EachLabs
from continuity.providers.gemini import Gemini
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from rehearsal.scene import EACHLABS, ELEVENLABS, GEMINI, OPENAI
from rehearsal.test_gemini import client_of

CARD = "conf/model/gemini-omni.yaml"
OMNI = "gemini-omni-1.2-flash"


@pytest.fixture
def conf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conf:
    monkeypatch.setenv("CONTINUITY_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("GEMINI_API_KEY", "made-up")
    return Conf(tmp_path / "project").params(series="tiny", models="gemini").tiny(long_enough)


def long_enough(shots: dict[str, Any]) -> None:
    for shot in shots.values():
        shot["seconds"] = 3


@contextmanager
def publishing(models: list[dict[str, Any]]) -> Iterator[str]:
    """A service that says of its models what OpenAI's does, one by one or all."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/models")[2].lstrip("/")
            found = next((one for one in models if one["id"] == name), None)
            whole: Any = found or {"error": {"message": "no such model", "code": "model_not_found"}}
            body = json.dumps(whole if name else models).encode()
            self.send_response(200 if found or not name else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def model(id: str, end: str | None) -> dict[str, Any]:
    return {"id": id, "object": "model", "created": 1, "owned_by": "somebody", "shutdown_date": end}


def test_googles_own_client_is_told_of_a_model_and_so_are_we(server: Server) -> None:
    assert client_of(server).models.get(model=OMNI).name == f"models/{OMNI}"  # type: ignore[attr-defined]
    cards = {id: card for id, card in all_cards(TEMPLATE).items() if id in ("gemini-omni", "eachlabs-kling-o1")}
    services = {**GEMINI.terms(server).services, **EACHLABS.terms(server).services}
    assert [one.state for one in standings(cards, services)] == ["served", "served"]
    server.stage.script.faults += [{"fault": "retired", "on": "model", "times": 2}]
    assert [(one.state, one.sunset) for one in standings(cards, services)] == [("gone", None), ("gone", None)]


def test_openais_and_elevenlabs_own_clients_are_told_of_a_model_and_so_are_we(server: Server) -> None:
    openai = pytest.importorskip("openai", exc_type=ImportError)
    client = openai.OpenAI(api_key=KEY, base_url=f"{server.url}/openai/v1")
    assert client.models.retrieve("gpt-4o-mini-tts").shutdown_date == "2027-01-06"
    names = ("openai-speech", "openai-gpt-image-2", "elevenlabs-cloned", "elevenlabs-voice")
    cards = {id: card for id, card in all_cards(TEMPLATE).items() if id in names}
    services = {**OPENAI.terms(server).services, **ELEVENLABS.terms(server).services}
    found = {one.card.id: (one.state, one.sunset) for one in standings(cards, services)}
    assert found == {
        "openai-speech": ("served", "2027-01-06"), "openai-gpt-image-2": ("served", None),
        "elevenlabs-cloned": ("served", None), "elevenlabs-voice": ("not published", None),
    }  # fmt: skip
    server.stage.script.faults += [{"fault": "retired", "on": "model", "times": 2, "service": "openai"}]
    assert {one.state for one in standings(cards, services) if one.card.provider == "openai"} == {"gone"}


def test_an_end_that_the_service_publishes_is_written_into_its_card_and_holds(
    conf: Conf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The form is that of OpenAI's own client; comments and all else of the card stay."""
    monkeypatch.setattr(Gemini, "published", Published("/models/{model}", sunset="shutdown_date"))
    cards = ["gemini-3-pro-image", OMNI]
    with publishing([model(name, "2031-05-01" if name == OMNI else None) for name in cards]) as url:
        openai = pytest.importorskip("openai", exc_type=ImportError)
        client = openai.OpenAI(api_key="made-up", base_url=url)
        assert client.models.retrieve(OMNI).shutdown_date == "2031-05-01"
        conf.params(overrides=[f"providers.gemini.base_url={url}"])
        before = (conf.root / CARD).read_text()
        standing.check(conf.root, conf.plan(), write=False, as_json=False)
        assert "until 2031-05-01, by its service (no end in its card)" in capsys.readouterr().out
        assert (conf.root / CARD).read_text() == before
        standing.check(conf.root, conf.plan(), write=True, as_json=True)
    rows = {row["card"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["gemini-omni"]["sunset"] == "2031-05-01" and rows["gemini-nano-banana-pro"]["sunset"] is None
    after = (conf.root / CARD).read_text()
    assert after == before.replace("provider: gemini\n", 'sunset: "2031-05-01"\nprovider: gemini\n', 1)
    from datetime import date

    card = compose(conf.root).models["gemini-omni"]
    assert "ended on 2031-05-01" in ended(card, {}, date(2031, 5, 2)) and not ended(card, {}, date(2031, 5, 1))


def test_a_model_that_is_gone_or_has_ended_is_named_with_its_successors(
    conf: Conf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Gemini, "published", Published("/models", "[?id=='{model}'] | [0]", "shutdown_date"))
    conf.replace(CARD, "provider: gemini", "provider: gemini\nreplaced_by: [kling-omni]")
    with publishing([model("gemini-3-pro-image", "2020-01-01")]) as url:
        conf.params(overrides=[f"providers.gemini.base_url={url}"])
        with pytest.raises(ProjectError) as caught:
            standing.check(conf.root, conf.plan(), write=False, as_json=False)
    for part in ("gemini-omni", "gemini-nano-banana-pro", "not served any more", "(kling-omni)", "continuity recast"):
        assert part in str(caught.value)


def test_a_service_that_cannot_be_asked_is_said_and_keeps_no_other_waiting(
    conf: Conf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GEMINI_API_KEY")
    plan = conf.params(models="mixed").plan()
    with Server(conf.root / "rehearsal") as server:
        services = {**plan.services, **EACHLABS.terms(server).services}
        monkeypatch.setenv("EACHLABS_API_KEY", server.stage.key)
        found = {one.card.id: one for one in standings(plan.models, services)}
    assert found["gemini-omni"].state == "not asked" and "GEMINI_API_KEY" in found["gemini-omni"].said
    assert found["kling-omni"].state == "not published" and found["eachlabs-face-swap"].state == "served"
    assert EachLabs.published is not None and "speech" not in found


def test_a_rehearsal_asks_its_stand_ins(new_project: Project) -> None:
    new_project.params(models="gemini", rehearsal=True)
    new_project.replace("conf/series/tiny.yaml", "every_shot: {seconds: 1}", "every_shot: {seconds: 3}")
    rows = json.loads(new_project.run("continuity", "models", "--check", "--json"))
    assert {row["card"]: row["state"] for row in rows} == dict.fromkeys(
        ("gemini-nano-banana-pro", "gemini-omni", "gemini-omni-edit"), "served"
    )
    assert "leave the shot out" in new_project.fail("continuity", "models", "t01", "--check")
