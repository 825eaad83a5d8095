"""What each card would send is shown before it is, word for word, without keys and files; nothing is sent or made."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Project

from continuity.errors import RequestRefused
from continuity.plan.schema import Service
from continuity.providers.base import Delivered, HostedProvider, Job, Order
from continuity.providers.recording import recorded
from continuity.providers.wire import Wire
from continuity.request import Reference, Request

KEY = "sk-0123456789abcdef"


@pytest.fixture
def kling(new_project: Project) -> Project:
    new_project.params(models="mixed", overrides=["models.video=kling-omni"])
    new_project.replace("conf/series/tiny.yaml", "every_shot: {seconds: 1}", "every_shot: {seconds: 3}")
    return new_project


def shown(project: Project, *words: str) -> list[dict[str, Any]]:
    return json.loads(project.run("continuity", "plan", *words, "--prompt", "--json"))


def test_the_chosen_cards_are_shown_in_the_words_of_their_services_without_a_key_or_a_picture(kling: Project) -> None:
    before = sorted(kling.root.rglob("*"))
    take, motion = shown(kling, "t01")
    assert (take["card"], take["refuses"], take["sent"]["method"]) == ("kling-omni", [], "POST")
    body = take["sent"]["body"]
    assert take["sent"]["path"] == "/v1/videos/omni-video" and body["duration"] == "3"
    assert body["prompt"].startswith(take["prompt"]) and "Ami is shown in <<<image_1>>>" in body["prompt"]
    assert body["image_list"][0] == {"image_url": "<ami/anime/headshot>"}
    assert body["external_task_id"] == "<our own id of the job>"
    assert set(take["absent"]) >= {"ami/anime/headshot", "locations/cafe-morning"}
    assert motion["card"] == "fal-kling-motion" and motion["sent"]["body"]["video_url"] == "<driving_clip>"
    assert motion["sent"]["headers"] == {"X-Fal-No-Retry": "1"}
    said = kling.run("continuity", "plan", "t01", "--prompt")
    assert "kling-omni: POST /v1/videos/omni-video at kling" in said and '"image_url": "<ami/anime/headshot>"' in said
    assert sorted(kling.root.rglob("*")) == before


def test_every_card_that_could_make_it_is_shown_and_the_others_say_why_not(kling: Project) -> None:
    found = {one["card"]: one for one in shown(kling, "t02", "--model", "all")}
    could = {id for id, one in found.items() if one["sent"]}
    assert {"kling-omni", "fal-kling-o3", "fal-seedance", "gemini-omni", "eachlabs-kling-o1"} <= could
    assert all(one["sent"] or one["refuses"] or one["provider"] == "puppet" for one in found.values())
    assert "needs start_frame, and there is none" in found["kling-turbo-frame"]["refuses"][-1]
    assert found["fal-kling-motion"]["refuses"] and "no transfer" in found["fal-kling-motion"]["refuses"][-1]
    by_eachlabs = found["eachlabs-kling-o1"]["sent"]
    assert by_eachlabs["asked"] and by_eachlabs["body"]["version"] == "<version>"
    assert "KLING" not in json.dumps([one["sent"] for one in found.values()])


def test_another_card_is_shown_by_its_id_and_what_is_no_card_or_shot_is_said(kling: Project) -> None:
    (one,) = shown(kling, "t01", "--model", "gemini-omni")
    parts = one["sent"]["body"]["input"][0]["content"]
    assert parts[1] == {"type": "image", "mime_type": "image/png", "data": "<ami/anime/headshot>"}
    assert "made on this machine by puppet, and nothing is sent" in kling.run(
        "continuity", "plan", "t01", "--prompt", "--model", "puppet-video"
    )
    assert "is no shot of this series" in kling.fail("continuity", "plan", "t09", "--prompt")
    assert "is no card of conf/model/" in kling.fail("continuity", "plan", "t01", "--prompt", "--model", "kling-omnii")
    assert "makes no clips" in kling.fail("continuity", "plan", "t01", "--prompt", "--model", "kling-image")
    assert "continuity plan SHOT --prompt" in kling.fail("continuity", "plan", "t01")


def test_what_may_not_be_sent_of_a_person_is_not_shown_as_if_it_were(kling: Project) -> None:
    path = kling.root / "conf/character/ami.yaml"
    path.write_text(path.read_text() + "real_person: true\n")
    assert all("ami is a real person" in one["refuses"][0] and not one["sent"] for one in shown(kling, "t01"))


# ---- adapters of any kind ---------------------------------------------------------------------


class Form(HostedProvider):
    """One that uploads a picture, asks for a seat, and sends a form with the key in it."""

    name = "form"
    hosts = ("example.com",)

    def headers(self, service: Service) -> dict[str, str]:
        raise AssertionError("no key is asked for")

    def refuse(self, request: Request) -> None:
        if request.negative_prompt:
            raise RequestRefused("t01: says no")

    async def prepare(self, request: Request, wire: Wire) -> dict[str, str]:
        assert wire.uploads is not None
        return {r.sha256: await wire.uploads.once(r.sha256, self._upload) for r in request.references}

    async def _upload(self) -> str:
        raise AssertionError("nothing is uploaded")

    async def submit(self, order: Order, wire: Wire) -> Job:
        seat = (await wire.ask("GET", "/seat")).json()["seat"]["number"]
        files = [("image[]", (r.path.name, r.path.read_bytes(), "image/png")) for r in order.request.references]
        form = {"prompt": order.request.prompt, "seat": seat, "key": KEY, "id": order.token, "mask": "QUJD" * 200}
        first = next(iter(order.inputs.values()))
        answer = await wire.send_once("POST", "/form", data={**form, "first": first}, files=files, params={"n": 1})
        return Job(str(answer.json()["id"]), "running")

    async def poll(self, job: Job, wire: Wire) -> Job:
        raise NotImplementedError

    async def fetch(self, job: Job, folder: Path, wire: Wire) -> Delivered:
        raise NotImplementedError


def pictures(folder: Path) -> tuple[Reference, ...]:
    made = []
    for role in ("ami/headshot", "kit/headshot"):
        path = folder / f"{role.partition('/')[0]}.png"
        path.write_bytes(hashlib.sha256(role.encode()).digest() * 100)
        made.append(Reference.of(role, path))
    return tuple(made)


def test_forms_uploads_questions_and_keys_are_shown_by_what_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORM_KEY", KEY)
    service = Service(
        name="form", base_url="https://api.example.com", key_env="FORM_KEY", uploads_url="https://up.example.com"
    )
    request = Request("video", "form", "m", "Ami reads.", 7, "t01", references=pictures(tmp_path))
    sent = asyncio.run(recorded(Form(), request, service))
    assert (sent.method, sent.path, sent.asked) == ("POST", "/form?n=1", ("GET /seat",))
    assert sent.body == {
        "prompt": "Ami reads.", "seat": "<number>", "key": "<key>", "id": "<our own id of the job>",
        "mask": "<800 characters>", "first": "<ami/headshot>", "image[]": ["<ami/headshot>", "<kit/headshot>"],
    }  # fmt: skip
    with pytest.raises(RequestRefused, match="says no"):
        asyncio.run(recorded(Form(), Request("video", "form", "m", "", 7, "t01", negative_prompt="rain"), service))


def test_bytes_in_the_body_are_shown_by_their_role_however_they_are_written(tmp_path: Path) -> None:
    ami, kit = pictures(tmp_path)

    class Inline(Form):
        async def prepare(self, request: Request, wire: Wire) -> dict[str, str]:
            return {r.sha256: base64.b64encode(r.path.read_bytes()).decode() for r in request.references}

        async def submit(self, order: Order, wire: Wire) -> Job:
            body = {"a": order.inputs[ami.sha256], "b": {"c": [wire.data_uri(kit.path)]}}
            await wire.send_once("POST", "/x", content=json.dumps(body).encode())
            raise AssertionError("it ends where it would be sent")

    request = Request("video", "form", "m", "Ami reads.", 7, "t01", references=(ami, kit))
    sent = asyncio.run(recorded(Inline(), request, Service(name="form", base_url="https://api.example.com")))
    assert sent.body == {"a": "<ami/headshot>", "b": {"c": ["data:image/png;base64,<kit/headshot>"]}}


def test_it_is_shown_in_a_clone_that_has_the_words_and_not_the_clips(kling: Project) -> None:
    """As after `git clone`, before `dvc pull`: an index names lines and takes that are not there."""
    (kling.root / "shots").mkdir(exist_ok=True)
    (kling.root / "shots/generated.json").write_text(
        json.dumps(
            {"shots": {"t02": {"takes": [], "lines": [{
                "character": "ami", "voice": "ami", "text": "Hello, Kit.", "start": 0.2, "end": 1.0,
                "off_screen": False, "path": "shots/generated/t02/lines/0123456789ab/line.wav", "sha256": "0" * 64,
            }]}}}
        )
    )  # fmt: skip
    (take, *_) = shown(kling, "t02")
    assert take["sent"] and take["absent"][-1] == "line-1"
