"""Black Forest Labs: there is no Python client; the adapter is held against the stand-in, and its key against hosts."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from conftest import TEMPLATE
from PIL import Image

from continuity.errors import ConfigError, ContinuityError, JobFailed, Moderated, RequestRefused, ResultLost
from continuity.jobs import minding
from continuity.jobs.ledger import Ledger
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.plan.cards import all_cards
from continuity.plan.estimate import price_of
from continuity.plan.schema import Service
from continuity.providers.base import Job
from continuity.providers.bfl import BlackForestLabs
from continuity.rehearsal import bfl as stand_in
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from continuity.request import Reference
from rehearsal.scene import BFL, Scene

FLUX_3 = Scene(
    "bfl", "BFL_API_KEY", "flux-3-image", "result.sample",
    fields={"prompt": "prompt", "aspect_ratio": "aspect", "grounding": {"value": False}},
)  # fmt: skip


def last(store: Store, scene: Scene = BFL) -> object:
    return Ledger(store.root / "ledger.sqlite").last(scene.asked().request.key)


def test_a_request_becomes_the_models_fields_and_is_asked_about_in_its_region(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    (stored,) = BFL.make(server, store).values()
    (job,) = server.stage.books.jobs("bfl")
    assert job.model == "flux-2-pro"
    assert job.body == {"prompt": "a red lantern", "seed": 1, "width": 320, "height": 192, "output_format": "png"}
    assert stored.record["resolution"] == [320, 180] and stored.record["job_id"] == job.id
    assert stored.record["delivery"]["seed"] == 1
    asked_at = httpx.URL(last(store).details["polling_url"])  # type: ignore[attr-defined]
    assert (asked_at.host, asked_at.path) == ("localhost", "/bfl-eu/v1/get_result")


@pytest.mark.parametrize(
    ("address", "goes"),
    [
        ("https://api.us2.bfl.ai/v1/get_result?id=j", True), ("https://api.eu.bfl.ai/v1/get_result?id=j", True),
        ("https://api.us.bfl.ai:443/v1/get_result", True), ("https://api.bfl.ai/v1/get_result?id=other", True),
        ("https://delivery-eu1.bfl.ai/v1/get_result?id=j", False), ("https://api.us2.bfl.ai:8443/j?id=j", False),
        ("https://api.us2.bfl.ai.example/j?id=j", False), ("https://xapi.us2.bfl.ai/j?id=j", False),
        ("https://api.example.bfl.ai/j?id=j", False), ("http://api.us2.bfl.ai/j?id=j", False),
        ("http://127.0.0.1:9/j?id=j", False), ("https://api.us2.bfl.ai@example.com/j", False),
    ],
)  # fmt: skip
def test_the_key_goes_to_hosts_of_the_api_alone(address: str, goes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the answer to a submission names as the place to ask."""
    sent: list[httpx.Request] = []

    async def heard(_: object, request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"id": "j", "status": "Pending"})

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", heard)
    monkeypatch.setenv("BFL_API_KEY", KEY)
    service = Service(name="bfl", base_url="https://api.bfl.ai", key_env="BFL_API_KEY")
    provider = BlackForestLabs()

    async def ask() -> Job:
        async with provider.wire(service, lambda: False) as wire:
            return await provider.poll(Job("j", "running", details={"polling_url": address}), wire)

    if goes:
        assert asyncio.run(ask()).phase == "running"
        (request,) = sent
        assert request.headers["x-key"] == KEY and request.url.params["id"] == "j"
    else:
        with pytest.raises(ContinuityError, match=r"not its own host; the key was not sent|is not https"):
            asyncio.run(ask())
        assert not sent


def test_what_it_says_that_it_charged_is_what_is_counted(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cents; of FLUX.2 with the answer to a submission, of FLUX 3 at the end."""
    monkeypatch.setattr(stand_in.BlackForestLabs, "credits", lambda *_: 4.5)
    for scene in (BFL, FLUX_3):
        (stored,) = scene.make(server, Store(tmp_path / "store")).values()
        assert stored.record["cost_usd"] == 0.045


def test_the_seed_that_it_chose_is_recorded(server: Server, tmp_path: Path) -> None:
    (stored,) = FLUX_3.make(server, Store(tmp_path / "store")).values()
    assert stored.record["delivery"]["seed"] == 2**40, "more than 32 bits"


def test_a_result_whose_ten_minutes_are_over_is_lost_and_not_bought_again(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": "gone", "on": "result", "times": 2})
    for _ in range(2):
        with pytest.raises(ResultLost, match="no longer has it"):
            BFL.make(server, store)
    assert BFL.submissions(server) == 1 and last(store).state == "expired"  # type: ignore[attr-defined]


@pytest.mark.parametrize("said", ["Request Moderated", "Content Moderated"])
def test_a_refusal_for_what_is_said_or_shown_is_an_end(
    said: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(stand_in._STATES, "moderated", said)
    server.stage.script.faults.append({"fault": "moderated", "on": "poll"})
    with pytest.raises(Moderated, match=f"{said}: .*Derivative Works Filter"):
        BFL.make(server, Store(tmp_path / "store"))


@pytest.mark.parametrize("said", ["Pending", "Reasoning", "Generating", "Whatever"])
def test_a_state_that_is_no_end_is_waited_for(
    said: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(stand_in._STATES, "running", said)
    server.stage.speed = 12.0  # a picture takes a second
    assert BFL.make(server, Store(tmp_path / "store"))
    assert server.stage.books.requests()["bfl", "poll"] > 1


def test_pictures_go_along_in_order_as_bare_base64(server: Server, tmp_path: Path) -> None:
    """The stand-in refuses a data URI, as the service does."""
    references = []
    for n, role in enumerate(("ami/anime/headshot", "ami/anime/angle-front")):
        Image.new("RGB", (64, 64), (n * 90, 0, 0)).save(path := tmp_path / f"{n}.png")
        references.append(Reference.of(role, path))
    asked = BFL.asked().request
    shown = {f"input_image{'' if n == 1 else f'_{n}'}": {"from": "pictures", "number": n} for n in (1, 2)}
    request = replace(asked, references=tuple(references), form={"fields": {**BFL.fields, **shown}})
    BFL.make(server, Store(tmp_path / "store"), [Wanted(request, 0.03)])
    (job,) = server.stage.books.jobs("bfl")
    assert job.body["input_image"] != job.body["input_image_2"] and job.body["input_image"].startswith("iVBOR")


def test_a_field_that_the_model_does_not_take_is_named(server: Server, tmp_path: Path) -> None:
    request = replace(BFL.asked().request, parameters={"grounding": True})
    with pytest.raises(RequestRefused, match=r"body\.grounding: Extra inputs are not permitted"):
        BFL.make(server, Store(tmp_path / "store"), [Wanted(request, 0.03)])


def test_a_lost_task_is_parked_and_one_that_a_person_names_is_fetched(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})
    with pytest.raises(JobFailed, match=r"does not say what became of .*jobs adopt"):
        BFL.make(server, store)
    (job,) = server.stage.books.jobs("bfl")
    minding.adopt(store, BFL.asked().request.key[:12], job.id)
    assert BFL.make(server, store) and BFL.submissions(server) == 1


def test_a_price_by_pictures_is_for_cards_of_pictures(tmp_path: Path) -> None:
    (tmp_path / "conf/model").mkdir(parents=True)
    card = "{provider: bfl, kind: video, fields: {prompt: prompt}, price: {usd: 1, picture_usd: 1}}"
    (tmp_path / "conf/model/clip.yaml").write_text(card)
    with pytest.raises(ConfigError, match=r"conf/model/clip.yaml: price.picture_usd: is for pictures"):
        all_cards(tmp_path)


def test_a_picture_costs_more_for_each_that_it_is_made_from() -> None:
    card = all_cards(TEMPLATE)["bfl-flux-2-pro"]
    assert [price_of(card, 0, pictures=n) for n in (0, 1, 8)] == [0.03, 0.045, 0.15]
    assert "picture_usd" not in json.loads(all_cards(TEMPLATE)["fal-flux-2-pro"].model_dump_json())["price"]
