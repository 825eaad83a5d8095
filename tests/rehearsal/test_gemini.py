"""Gemini: the stand-in is held against Google's own client, then our adapter's words against what it received."""

from __future__ import annotations

import base64
import time
from dataclasses import replace
from pathlib import Path

import pytest

from continuity.errors import ContinuityError, Moderated, OutcomeUnknown, RequestRefused
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from rehearsal.scene import GEMINI, Scene
from rehearsal.scene import GEMINI_PICTURE as PICTURE


def client_of(server: Server) -> object:
    genai = pytest.importorskip("google.genai", exc_type=ImportError)
    return genai.Client(api_key=KEY, http_options={"base_url": f"{server.url}/gemini"})


def test_googles_own_client_gets_a_picture(server: Server) -> None:
    client = client_of(server)
    said = client.models.generate_content(model="gemini-3-pro-image", contents="a red lantern")  # type: ignore[attr-defined]
    (part,) = said.candidates[0].content.parts
    assert part.inline_data.mime_type == "image/png" and part.inline_data.data.startswith(b"\x89PNG")
    assert GEMINI.submissions(server) == 1


def test_googles_own_client_gets_a_video(server: Server) -> None:
    client = client_of(server)
    begun = client.interactions.create(  # type: ignore[attr-defined]
        model="gemini-omni-1.2-flash", input="a red lantern", background=True,
        response_format={"type": "video", "aspect_ratio": "16:9", "duration": "3s", "delivery": "uri"},
    )  # fmt: skip
    for _ in range(50):
        said = client.interactions.get(begun.id)  # type: ignore[attr-defined]
        if said.status == "completed":
            break
        time.sleep(0.1)
    assert said.status == "completed" and said.output_video.uri.startswith(server.url)


def test_a_request_becomes_what_google_calls_it(server: Server, tmp_path: Path) -> None:
    (stored,) = GEMINI.make(server, Store(tmp_path / "store")).values()
    (job,) = server.stage.books.jobs("gemini")
    assert job.body["input"] == [{"type": "user_input", "content": [{"type": "text", "text": "a red lantern"}]}]
    assert job.body["background"] is True
    assert job.body["response_format"]["duration"] == "2s"
    assert stored.record["delivery"]["model"] == "gemini-omni-1.2-flash"
    assert (stored.record["resolution"], stored.record["seconds"]) == ([320, 180], 2.0)


def test_a_picture_comes_with_the_answer(server: Server, tmp_path: Path) -> None:
    (stored,) = PICTURE.make(server, Store(tmp_path / "store")).values()
    (job,) = server.stage.books.jobs("gemini")
    assert job.body["contents"][0]["parts"] == [{"text": "a red lantern"}]
    assert job.body["generationConfig"]["imageConfig"] == {"aspectRatio": "16:9"}
    assert stored.record["delivery"]["changed"] == ["640x360 to 320x180"]
    assert stored.record["job_id"] == job.id


def test_a_blocked_picture_is_moderated_though_the_answer_says_200(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "moderated", "on": "result"})
    with pytest.raises(Moderated, match="SAFETY"):
        PICTURE.make(server, Store(tmp_path / "store"))


def test_a_lost_picture_is_parked_since_google_lists_nothing(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})
    with pytest.raises(OutcomeUnknown, match="Gemini lists no requests"):
        PICTURE.make(server, Store(tmp_path / "store"))


def test_pictures_go_along_in_order(server: Server, tmp_path: Path) -> None:
    from PIL import Image

    from continuity.request import Reference

    references = []
    for name in ("locations/cafe-morning", "props/letter"):
        path = tmp_path / f"{name.replace('/', '-')}.png"
        Image.new("RGB", (64, 64), (len(references) * 90, 0, 0)).save(path)
        references.append(Reference.of(name, path))
    item = GEMINI.asked()
    form = {"fields": {**GEMINI.fields, "@pictures": {"from": "pictures", "most": 10}}}
    GEMINI.make(
        server, Store(tmp_path / "store"), [Wanted(replace(item.request, references=tuple(references), form=form))]
    )
    (job,) = server.stage.books.jobs("gemini")
    _, *sent = job.body["input"][0]["content"]
    assert [base64.b64decode(part["data"]) for part in sent] == [r.path.read_bytes() for r in references]
    assert {part["mime_type"] for part in sent} == {"image/png"}


SPEECH = Scene(
    "gemini", "GEMINI_API_KEY", "gemini-3.8-flash-tts", "", "voice",
    {
        "@text": "prompt", "generationConfig.responseModalities": {"value": ["AUDIO"]},
        "generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName": {"from": "voice", "of": ["Kore"]},
    },
)  # fmt: skip


def spoken(voice: str = "Kore", model: str = SPEECH.model) -> Wanted:
    item, said = SPEECH.asked(), {"voice": voice}
    request = replace(item.request, model=model, resolution=None, direction=said, prompt="The letter says midnight.")
    return Wanted(request, item.price_usd)


def test_googles_own_client_gets_speech(server: Server) -> None:
    client = client_of(server)
    types = pytest.importorskip("google.genai.types", exc_type=ImportError)
    voice = types.VoiceConfig(prebuilt_voice_config=types.PrebuiltVoiceConfig(voice_name="Kore"))
    config = types.GenerateContentConfig(
        response_modalities=["AUDIO"], speech_config=types.SpeechConfig(voice_config=voice)
    )
    said = client.models.generate_content(model="gemini-3.8-flash-tts", contents="Hello.", config=config)  # type: ignore[attr-defined]
    (part,) = said.candidates[0].content.parts
    assert part.inline_data.mime_type == "audio/wav" and part.inline_data.data.startswith(b"RIFF")
    (job,) = server.stage.books.jobs("gemini")
    assert job.body["generationConfig"] == {
        "responseModalities": ["AUDIO"],
        "speechConfig": {"voice_config": {"prebuilt_voice_config": {"voice_name": "Kore"}}},
    }  # fmt: skip


def test_a_line_is_asked_for_as_googles_client_asks(server: Server, tmp_path: Path) -> None:
    (stored,) = SPEECH.make(server, Store(tmp_path / "store"), [spoken()]).values()
    (job,) = server.stage.books.jobs("gemini")
    assert job.model == "gemini-3.8-flash-tts"
    assert job.body["contents"] == [{"role": "user", "parts": [{"text": "The letter says midnight."}]}]
    assert job.body["generationConfig"] == {
        "responseModalities": ["AUDIO"],
        "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
    }  # fmt: skip
    assert stored.record["seconds"] == 2.0 and stored.record["delivery"]["model"] == "gemini-3.8-flash-tts"


def test_bare_samples_of_older_models_are_heard_at_their_own_rate(server: Server, tmp_path: Path) -> None:
    (stored,) = SPEECH.make(server, Store(tmp_path / "store"), [spoken(model="gemini-3.1-flash-tts-preview")]).values()
    assert stored.record["seconds"] == 2.0
    assert stored.path.read_bytes()[:4] == b"RIFF"


def test_a_voice_that_google_does_not_have_is_refused_with_those_it_has(server: Server, tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match=r"voice of Kore, not hibari; name one of these as the voice's `preset`"):
        SPEECH.make(server, Store(tmp_path / "store"), [spoken("hibari")])
    assert SPEECH.submissions(server) == 0


@pytest.mark.parametrize(
    ("fault", "on", "said", "jobs", "goes_on"),
    [
        ("cut before", "submit", "may have been billed", 0, False),
        ("cut after", "submit", "may have been billed", 1, False),
        ("error after", "submit", "may have been billed", 1, False),
        ("not JSON", "submit", "may have been billed", 1, False),
        ("busy", "submit", "", 1, True),
        ("bad key", "submit", "does not take the key", 0, True),
        ("no credit", "submit", "wants more credit", 0, True),
        ("retired", "submit", "does not have this model", 0, True),
        ("refused as moderated", "submit", "change its words", 0, False),
        ("moderated", "result", "SAFETY", 1, False),
        ("empty", "result", "delivered something else", 1, False),
        ("truncated", "result", "delivered something else", 1, False),
    ],
)
def test_each_fault_of_a_spoken_line_buys_nothing_twice(
    server: Server, tmp_path: Path, fault: str, on: str, said: str, jobs: int, goes_on: bool
) -> None:
    store = Store(tmp_path / "store")
    server.stage.script.faults.append({"fault": fault, "on": on})
    if said:
        with pytest.raises(ContinuityError, match=said):
            SPEECH.make(server, store, [spoken()])
    else:
        SPEECH.make(server, store, [spoken()])
    assert SPEECH.submissions(server) == jobs
    if goes_on:
        assert SPEECH.make(server, store, [spoken()])
    else:
        with pytest.raises(ContinuityError):
            SPEECH.make(server, store, [spoken()])
    assert SPEECH.submissions(server) == max(jobs, 1 if goes_on else jobs)
