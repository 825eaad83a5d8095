"""The Videos protocol: the stand-in is held against OpenAI's own client, then our adapter's words against it.

Characters are made from a clip, takes name them, a remix goes on from a take, and a lost answer is found in the list.
"""

from __future__ import annotations

import base64
import io
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import TEMPLATE, Project
from PIL import Image

from continuity.errors import ConfigError, ContinuityError, RequestRefused
from continuity.files import sha256_file, write_json
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.media.reading import probe
from continuity.media.video import VideoWriter
from continuity.plan.cards import all_cards
from continuity.plan.compose import compose
from continuity.plan.schema import ModelCard, Service
from continuity.production import wanted
from continuity.production.library import Library
from continuity.production.workspace import Take
from continuity.providers import provider_named
from continuity.providers.base import HostedProvider
from continuity.rehearsal.books import Taken
from continuity.rehearsal.server import Server
from continuity.request import Reference, Request
from rehearsal.scene import OPENAI_VIDEOS as VIDEOS
from rehearsal.test_openai import client_of, pictures

CARDS = all_cards(TEMPLATE)
PAIR = [("ami", "Ami"), ("kit", "Kit")]

pytestmark = pytest.mark.filterwarnings("ignore:The Sora API:DeprecationWarning")


def film(path: Path, lines: int = 720, seconds: float = 2.5) -> Path:
    """Something that moves, without a cut."""
    wide = lines // 2 * 2
    with VideoWriter(path, wide, lines, 8) as writer:
        for n in range(round(seconds * 8)):
            writer.write(np.full((lines, wide, 3), 90 + n, np.uint8))
    return path


def request_of(card: ModelCard, references: tuple[Reference, ...] = (), **values: Any) -> Request:
    moves = {"seconds": 2.0, "fps": 24, "resolution": (320, 180)} if card.kind != "character" else {}
    beside = {"kind": card.kind, "result": card.result, "leaves_out": sorted(card.leaves_out)}
    whole = {"prompt": "Ami hands Kit a letter.", **moves, **values}
    card_beside = {**beside, **whole.pop("beside", {})}
    return Request(
        card.kind, card.provider, card.called, seed=1, subject="t01", references=references, form=card.form,
        card=card_beside, **whole,
    )  # fmt: skip


def made(server: Server, store: Store, request: Request) -> Mapping[str, Any]:
    (stored,) = VIDEOS.make(server, store, [Wanted(request, 0.03)]).values()
    return stored.record


def introduced(server: Server, store: Store, name: str, path: Path) -> str:
    """A character made of the whole clip; its id at the host."""
    request = request_of(
        CARDS["videos-host-character"], (Reference.of("clip", path),), prompt="",
        direction={"name": name, "account": "rehearsal", "clip": {"start": 0.0, "seconds": 4.0}},
    )  # fmt: skip
    return str(made(server, store, request)["character"])


def take(folder: Path, characters: Mapping[str, str], cast: list[tuple[str, str]] = PAIR, **values: Any) -> Request:
    direction = {"characters": [{"character": id, "name": name} for id, name in cast]}
    references = pictures(folder, *(f"{id}/headshot" for id, _ in cast))
    beside = {"characters": characters}
    return request_of(CARDS["videos-host"], references, direction=direction, beside=beside, **values)


def jobs(server: Server) -> list[Taken]:
    return server.stage.books.jobs("openai-videos")


def test_openais_own_client_gets_a_video_a_remix_and_the_list(server: Server, tmp_path: Path) -> None:
    client = client_of(server, "openai-videos")
    frame = pictures(tmp_path, "props/letter")[0].path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        video = client.videos.create_and_poll(  # type: ignore[attr-defined]
            model="sora-2", prompt="a red lantern", seconds="4", size="1280x720",
            input_reference=("a.png", frame, "image/png"), poll_interval_ms=50,
        )  # fmt: skip
        assert video.status == "completed" and b"ftyp" in client.videos.download_content(video.id).read()[:16]  # type: ignore[attr-defined]
        remix = client.videos.remix(video.id, prompt="a blue lantern")  # type: ignore[attr-defined]
        assert remix.remixed_from_video_id == video.id
        assert [each.id for each in client.videos.list(limit=1, order="desc")] == [remix.id, video.id]  # type: ignore[attr-defined]


def test_openais_own_client_makes_characters_and_names_them(server: Server, tmp_path: Path) -> None:
    openai = pytest.importorskip("openai", exc_type=ImportError)
    client = client_of(server, "openai-videos")
    clip = ("k.mp4", film(tmp_path / "k.mp4").read_bytes(), "video/mp4")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kit = client.videos.create_character(name="Kit", video=clip)  # type: ignore[attr-defined]
        assert kit.name == "Kit" and kit.id
        named = {"characters": [{"id": kit.id}]}
        client.videos.create(model="sora-2", prompt="Kit nods.", seconds="4", size="1280x720", extra_body=named)  # type: ignore[attr-defined]
        with pytest.raises(openai.BadRequestError, match="its name is not in the prompt"):
            client.videos.create(model="sora-2", prompt="He nods.", extra_body=named)  # type: ignore[attr-defined]
        low = ("l.mp4", film(tmp_path / "l.mp4", lines=360).read_bytes(), "video/mp4")
        with pytest.raises(openai.BadRequestError, match="720 lines"):
            client.videos.create_character(name="Kit", video=low)  # type: ignore[attr-defined]
    assert jobs(server)[-1].body["characters"] == [{"id": kit.id}]


def test_a_character_is_cut_to_four_seconds_and_enlarged_to_720_lines_and_named_by_takes(
    server: Server, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    ids = {
        "ami": introduced(server, store, "Ami", film(tmp_path / "ami.mp4", lines=480, seconds=5)),
        "kit": introduced(server, store, "Kit", film(tmp_path / "kit.mp4")),
    }
    for job, name, seconds in zip(jobs(server), ("Ami", "Kit"), (4.0, 2.5), strict=True):
        sent = tmp_path / "sent.mp4"
        sent.write_bytes(base64.b64decode(job.body["video"]))
        facts = probe(sent)
        assert (job.body["name"], facts.height, round(facts.seconds, 1)) == (name, 720, seconds)
    record = made(server, store, take(tmp_path, ids))
    *_, job = jobs(server)
    assert job.body == {
        "model": "sora-2", "prompt": "Ami hands Kit a letter.", "seconds": "4", "size": "1280x720",
        "characters": [{"id": ids["ami"]}, {"id": ids["kit"]}],
    }  # fmt: skip
    assert record["delivery"]["model"] == "sora-2" and record["seconds"] == 2.0
    assert ids["ami"] not in str(record["request"]), "an id belongs to an account, and to no key"


def test_who_is_not_in_the_words_is_named_all_the_same(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    ids = {"kit": introduced(server, store, "Kit", film(tmp_path / "kit.mp4"))}
    made(server, store, take(tmp_path, ids, PAIR[1:], prompt="A fox nods."))
    assert jobs(server)[-1].body["prompt"] == "A fox nods. Kit is there."


def test_a_start_frame_goes_along_in_the_size_that_is_asked_for(server: Server, tmp_path: Path) -> None:
    (frame,) = pictures(tmp_path, "start_frame")
    made(server, Store(tmp_path / "store"), request_of(CARDS["videos-host"], (frame,)))
    sent = Image.open(io.BytesIO(base64.b64decode(jobs(server)[-1].body["input_reference"])))
    assert (sent.size, sent.getpixel((0, 0))) == ((1280, 720), Image.open(frame.path).getpixel((0, 0)))


@pytest.mark.parametrize(
    ("lines", "seconds", "said"),
    [(360, 2.5, "enlarged 2.0 times to 720 lines"), (720, 1.0, "too short for a character; give 2 to 4 s")],
)
def test_a_clip_that_makes_no_character_is_refused_before_it_is_sent(
    server: Server, tmp_path: Path, lines: int, seconds: float, said: str
) -> None:
    with pytest.raises(RequestRefused, match=said):
        introduced(server, Store(tmp_path / "store"), "Kit", film(tmp_path / "kit.mp4", lines, seconds))
    assert not jobs(server)


def test_a_look_without_a_clip_is_refused_with_what_to_provide(server: Server, tmp_path: Path) -> None:
    request = request_of(CARDS["videos-host-character"], prompt="", direction={"name": "Kit", "account": "rehearsal"})
    with pytest.raises(RequestRefused, match="give the look that is to be known there a `clip` in conf/character/"):
        made(server, Store(tmp_path / "store"), request)
    assert not jobs(server)


def test_a_remix_goes_on_from_a_take_that_the_host_made_and_from_no_other(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    first = made(server, store, request_of(CARDS["videos-host"]))
    failed = (Reference.of("failed_take", film(tmp_path / "failed.mp4", lines=64)),)
    remix = CARDS["videos-host-remix"]
    record = made(server, store, request_of(remix, failed, beside={"failed_job": first["job_id"]}))
    assert jobs(server)[-1].body["remixed_from_video_id"] == first["job_id"] != record["job_id"]
    with pytest.raises(RequestRefused, match="mends takes that were made by the same service, and this one was not"):
        made(server, store, request_of(remix, failed, prompt="Kit nods."))
    with pytest.raises(RequestRefused, match="the host no longer has the take"):
        made(server, store, request_of(remix, failed, prompt="Kit nods.", beside={"failed_job": "video_gone"}))
    assert len(jobs(server)) == 2


def test_a_lost_take_is_found_among_others_that_were_asked_alike(server: Server, tmp_path: Path) -> None:
    """Takes of one shot are the same request to a protocol that has no seed."""
    store = Store(tmp_path / "store")
    VIDEOS.make(server, store, [VIDEOS.asked(1), VIDEOS.asked(2)])
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})
    (third,) = VIDEOS.make(server, store, [VIDEOS.asked(3)]).values()
    assert third.record["job_id"] == jobs(server)[-1].id and len(jobs(server)) == 3


def test_two_lost_takes_that_were_asked_alike_are_parked(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": "cut after", "on": "submit", "times": 2})
    for _ in range(2):
        with pytest.raises(ContinuityError, match="2 jobs that were asked alike"):
            VIDEOS.make(server, store, [VIDEOS.asked(1), VIDEOS.asked(2)], jobs_in_flight=2)
    assert len(jobs(server)) == 2


def test_a_job_of_before_is_not_taken_for_a_lost_one(server: Server, tmp_path: Path) -> None:
    """Somebody else's of the same account, asked alike an hour ago."""
    body = {"prompt": "a red lantern", "seconds": "4", "size": "1280x720"}
    began = time.time() - 3600
    server.stage.books.take(Taken("old", VIDEOS.name, "", VIDEOS.model, body, {}, 0.4, began, began, "taken"))
    server.stage.script.faults.append({"fault": "cut before", "on": "submit"})
    with pytest.raises(ContinuityError, match="no job that was asked as this"):
        VIDEOS.make(server, Store(tmp_path / "ours"))


def test_a_lost_character_is_parked_since_no_list_has_it(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})
    for _ in range(2):
        with pytest.raises(ContinuityError, match="the host lists no characters"):
            introduced(server, store, "Kit", film(tmp_path / "kit.mp4"))
    assert len(jobs(server)) == 1


def test_a_key_goes_to_a_host_of_the_protocol_only_when_it_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = provider_named("openai-videos")
    assert isinstance(provider, HostedProvider)
    monkeypatch.setenv("OPENAI_VIDEOS_API_KEY", "a key")
    there = Service(name=provider.name, base_url="https://videos.example/v1", key_env="OPENAI_VIDEOS_API_KEY")
    with pytest.raises(ConfigError, match=r"set CONTINUITY_KEY_HOSTS=videos\.example"):
        provider.wire(there, lambda: False)
    monkeypatch.setenv("CONTINUITY_KEY_HOSTS", "videos.example")
    assert provider.wire(there, lambda: False).base_url == "https://videos.example/v1"
    assert provider.headers(there.model_copy(update={"key_env": ""})) == {}


@pytest.mark.parametrize(
    ("provider", "rehearsed", "known"),
    [("openai-videos", True, True), ("openai-videos", False, False), ("kling", True, False)],
)
def test_a_take_is_remixed_by_the_id_that_its_own_host_gave_it(
    new_project: Project, provider: str, rehearsed: bool, known: bool
) -> None:
    """Not by that of another service, nor by a stand-in's where the host itself is asked."""
    root = new_project.root
    new_project.params(overrides=["models.video=videos-host", "models.repair=videos-host-remix"], rehearsal=True)
    plan = compose(root)
    clip = film(root / "clip.mp4", lines=64)
    made = Request("video", provider, "a model", "Kit nods.", 1, "t03", (64, 64), 2.5, 8, rehearsed=rehearsed)
    take = Take("t03", "generated", made.key, sha256_file(clip), 2.5, "clip.mp4")
    record = {
        "key": made.key, "request": made.canonical(), "provider": provider, "model": "a model", "cost_usd": 0.4,
        "job_id": "video_1", "seconds": 2.5, "sha256": take.sha256,
    }  # fmt: skip
    write_json(root / "take.json", record)
    picture = root / "assets/masters/kit/kit.png"
    library = Library(root, plan, dict.fromkeys((item.role for item in plan.library), picture))
    mended = wanted.for_repair(library, plan, plan.shots["t03"], take, 0).request
    assert mended.card.get("failed_job") == ("video_1" if known else None)
    assert "video_1" not in str(mended.canonical())
