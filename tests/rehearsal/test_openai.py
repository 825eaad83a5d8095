"""OpenAI: its own client is held against the stand-in for pictures and speech, then our adapter is."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from continuity.errors import ContinuityError, OutcomeUnknown, RequestRefused
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from continuity.request import Reference
from rehearsal.scene import OPENAI, Scene


def client_of(server: Server, name: str = "openai") -> object:
    openai = pytest.importorskip("openai", exc_type=ImportError)
    return openai.OpenAI(api_key=KEY, base_url=f"{server.url}/{name}/v1", max_retries=0)


def pictures(folder: Path, *roles: str) -> tuple[Reference, ...]:
    from PIL import Image

    made = []
    for role in roles:
        path = folder / f"{role.replace('/', '-')}.png"
        Image.new("RGB", (64, 64), (len(made) * 90, 0, 0)).save(path)
        made.append(Reference.of(role, path))
    return tuple(made)


def test_openais_own_client_gets_a_picture_and_an_edit_of_two(server: Server) -> None:
    client = client_of(server)
    drawn = client.images.generate(model="gpt-image-2", prompt="a red lantern", size="1536x864", n=1)  # type: ignore[attr-defined]
    png = base64.b64decode(drawn.data[0].b64_json)
    assert png.startswith(b"\x89PNG") and drawn.usage.total_tokens
    client.images.edit(  # type: ignore[attr-defined]
        model="gpt-image-2", prompt="the same", image=[("a.png", png, "image/png"), ("b.png", png, "image/png")]
    )
    first, second = server.stage.books.jobs("openai")
    assert "image[]" not in first.body and second.body["image[]"] == [base64.b64encode(png).decode()] * 2


def test_openais_own_client_gets_speech_and_the_errors_that_it_knows(server: Server) -> None:
    openai = pytest.importorskip("openai", exc_type=ImportError)
    client = client_of(server)
    said = client.audio.speech.create(model="gpt-4o-mini-tts", voice="alloy", input="Hello.", response_format="wav")  # type: ignore[attr-defined]
    assert said.read().startswith(b"RIFF")
    for fault, kind in (("bad key", openai.AuthenticationError), ("no credit", openai.RateLimitError)):
        server.stage.script.faults.append({"fault": fault, "on": "submit"})
        with pytest.raises(kind) as raised:
            client.images.generate(model="gpt-image-2", prompt="a red lantern")  # type: ignore[attr-defined]
        assert raised.value.code in ("invalid_api_key", "insufficient_quota")


def test_a_picture_comes_with_the_answer(server: Server, tmp_path: Path) -> None:
    (stored,) = OPENAI.make(server, Store(tmp_path / "store")).values()
    (job,) = server.stage.books.jobs("openai")
    assert job.body == {"model": "gpt-image-2", "prompt": "a red lantern", "size": "1536x864", "n": 1}
    assert stored.record["resolution"] == [320, 180] and stored.record["job_id"] == f"req_{job.id}"


def test_pictures_go_along_in_order_as_files_of_a_form(server: Server, tmp_path: Path) -> None:
    references = pictures(tmp_path, "locations/cafe-morning", "props/letter")
    item = OPENAI.asked()
    form = {"fields": {**OPENAI.fields, "image[]": {"from": "pictures", "most": 16}}}
    asked = Wanted(replace(item.request, references=references, form=form), item.price_usd)
    OPENAI.make(server, Store(tmp_path / "store"), [asked])
    (job,) = server.stage.books.jobs("openai")
    assert [base64.b64decode(sent) for sent in job.body["image[]"]] == [r.path.read_bytes() for r in references]
    assert (job.body["size"], job.body["n"]) == ("1536x864", "1")


def test_a_lost_picture_is_parked_since_openai_lists_none(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})
    with pytest.raises(OutcomeUnknown, match="OpenAI lists no pictures"):
        OPENAI.make(server, Store(tmp_path / "store"))


def test_a_clip_is_refused_with_where_it_can_be_had(server: Server, tmp_path: Path) -> None:
    item = OPENAI.asked()
    clip = Wanted(replace(item.request, kind="video", seconds=2.0, fps=24), item.price_usd)
    with pytest.raises(RequestRefused, match="asked through `openai-videos`"):
        OPENAI.make(server, Store(tmp_path / "store"), [clip])
    assert OPENAI.submissions(server) == 0


SPEECH = Scene(
    "openai", "OPENAI_API_KEY", "gpt-4o-mini-tts", "", "voice",
    {"input": "prompt", "voice": {"from": "voice", "of": ["coral", "sage"]}, "response_format": {"value": "wav"}},
)  # fmt: skip


def spoken(voice: str = "coral", **parameters: object) -> Wanted:
    item, said = SPEECH.asked(), {"voice": voice}
    request = replace(item.request, resolution=None, direction=said, prompt="It is midnight.", parameters=parameters)
    return Wanted(request, item.price_usd)


def test_a_line_is_spoken_as_the_voice_says_it(server: Server, tmp_path: Path) -> None:
    (stored,) = SPEECH.make(server, Store(tmp_path / "store"), [spoken(instructions="calm", speed=0.9)]).values()
    (job,) = server.stage.books.jobs("openai")
    assert job.body == {
        "model": "gpt-4o-mini-tts", "input": "It is midnight.", "voice": "coral", "response_format": "wav",
        "instructions": "calm", "speed": 0.9,
    }  # fmt: skip
    assert stored.record["seconds"] == 2.0 and stored.path.read_bytes()[:4] == b"RIFF"


def test_a_voice_that_openai_does_not_have_is_refused_with_those_it_has(server: Server, tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match="voice of coral, sage, not hibari"):
        SPEECH.make(server, Store(tmp_path / "store"), [spoken("hibari")])
    assert SPEECH.submissions(server) == 0


@pytest.mark.parametrize(
    ("fault", "on", "said", "jobs", "goes_on"),
    [
        ("cut after", "submit", "may have been billed", 1, False),
        ("not JSON", "submit", "may have been billed", 1, False),
        ("no credit", "submit", "wants more credit", 0, True),
        ("refused as moderated", "submit", "change its words", 0, False),
        ("empty", "result", "delivered something else", 1, False),
        ("not JSON", "result", "delivered something else", 1, False),
    ],
)
def test_each_fault_of_a_spoken_line_buys_nothing_twice(
    server: Server, tmp_path: Path, fault: str, on: str, said: str, jobs: int, goes_on: bool
) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": fault, "on": on})
    with pytest.raises(ContinuityError, match=said):
        SPEECH.make(server, store, [spoken()])
    assert SPEECH.submissions(server) == jobs
    if goes_on:
        assert SPEECH.make(server, store, [spoken()])
    else:
        with pytest.raises(ContinuityError):
            SPEECH.make(server, store, [spoken()])
    assert SPEECH.submissions(server) == (1 if goes_on else jobs)
