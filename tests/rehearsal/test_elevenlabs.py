"""ElevenLabs: the stand-in is held against its own client, then our adapter's words against what it received."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import TEMPLATE

from continuity.errors import ContinuityError, OutcomeUnknown, RequestRefused
from continuity.jobs.ledger import Ledger
from continuity.jobs.store import Store, Stored
from continuity.jobs.wanted import Wanted
from continuity.media.audio import write_wav
from continuity.plan.cards import all_cards
from continuity.providers import sent_at
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from continuity.request import Reference
from rehearsal.scene import ELEVENLABS, Scene

SARAH = "EXAVITQu4vr4xnSDxMaL"
VOICE = Scene(
    "elevenlabs", "ELEVENLABS_API_KEY", "voices/add", "voice_id", "character",
    {"name": "name", "files": {"from": "sample", "needed": True}}, direction={"name": "ami"},
)  # fmt: skip


def client_of(server: Server, key: str = KEY) -> Any:
    client = pytest.importorskip("elevenlabs.client", reason="its client is a test dependency", exc_type=ImportError)
    return client.ElevenLabs(api_key=key, base_url=f"{server.url}/elevenlabs")


@pytest.fixture
def sample(tmp_path: Path) -> Reference:
    import numpy as np

    path = tmp_path / "ami.wav"
    write_wav(path, (0.2 * np.sin(np.arange(4800) * 0.05)).astype(np.float32), 48_000)
    return Reference.of("masters/voices/ami", path)


def line(parameters: Mapping[str, Any] | None = None, seed: int = 1, **changes: Any) -> Wanted:
    item = ELEVENLABS.asked(seed)
    return replace(item, request=replace(item.request, parameters=dict(parameters or {}), **changes))


def voice(sample: Reference, **changes: Any) -> Wanted:
    item = VOICE.asked()
    card = {**item.request.card, "kind": "character"}
    request = replace(item.request, prompt="", resolution=None, references=(sample,), card=card)
    return replace(item, request=replace(request, **changes))


# ---- its own client -----------------------------------------------------------------------


def test_elevenlabs_own_client_is_served(server: Server) -> None:
    client = client_of(server)
    with client.text_to_speech.with_raw_response.convert(
        SARAH, text="Hello.", model_id="eleven_v3", output_format="pcm_24000", seed=7,
        voice_settings={"stability": 0.5},
    ) as said:  # fmt: skip
        sound = b"".join(said.data)
    assert len(sound) == 2 * 24_000 * 2, "two seconds of bare samples"
    (item,) = client.history.list(page_size=10, voice_id=SARAH, date_after_unix=int(time.time()) - 60).history
    assert (item.request_id, item.text, item.model_id) == (said.headers["request-id"], "Hello.", "eleven_v3")
    assert item.settings["stability"] == 0.5 and item.character_count_change_to - item.character_count_change_from == 6
    assert b"".join(client.history.get_audio(item.history_item_id))
    assert {model.model_id for model in client.models.list() if model.can_do_text_to_speech} >= {"eleven_v4"}


def test_elevenlabs_own_client_makes_a_voice_and_finds_it(server: Server, sample: Reference) -> None:
    client = client_of(server)
    made = client.voices.ivc.create(name="ami", description="one of ours", files=[("a.wav", sample.path.read_bytes())])
    (found,) = client.voices.search(search="one of ours").voices
    assert (
        found.voice_id == made.voice_id == client.voices.get(made.voice_id).voice_id and not made.requires_verification
    )
    assert b"".join(client.text_to_speech.convert(made.voice_id, text="Hello.", model_id="eleven_v3"))


def test_a_wrong_key_is_refused_as_elevenlabs_does(server: Server) -> None:
    with pytest.raises(Exception, match="invalid_api_key"):
        client_of(server, "other").models.list()


# ---- lines --------------------------------------------------------------------------------


def test_a_line_becomes_what_elevenlabs_calls_it_and_what_it_charged_is_kept(server: Server, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    (stored,) = ELEVENLABS.make(server, store, [line({"voice_settings.speed": 1.1})]).values()
    (job,) = server.stage.books.jobs("elevenlabs")
    assert job.body == {
        "voice": SARAH, "output_format": "wav_24000", "text": "a red lantern", "model_id": "eleven_multilingual_v2",
        "seed": 1, "voice_settings": {"speed": 1.1},
    }  # fmt: skip
    assert stored.record["delivery"]["characters_charged"] == len("a red lantern")
    assert stored.record["job_id"] == job.id and stored.record["seconds"] > 0.3


@pytest.mark.parametrize(("form", "changed"), [("pcm_24000", []), ("wav_24000", []), ("mp3_44100_128", ["mp3 to WAV"])])
def test_sound_in_each_form_is_brought_into_the_series(
    server: Server, tmp_path: Path, form: str, changed: list[str]
) -> None:
    fields = {**ELEVENLABS.fields, "@output_format": {"value": form}}
    (stored,) = ELEVENLABS.make(server, Store(tmp_path / "store"), [line(form={"fields": fields})]).values()
    assert stored.record["delivery"]["changed"] == changed
    assert stored.path.read_bytes()[:4] == b"RIFF" and stored.record["seconds"] > 0.3


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"pitch": 2}, "takes no pitch; it takes voice_settings.stability"),
        ({"voice_settings.stability": 1.5}, "voice_settings.stability is 1.5; give a number from 0 to 1"),
        ({"voice_settings.use_speaker_boost": "yes"}, "is one of True, False"),
        ({"language_code": "de"}, "eleven_multilingual_v2 takes no language_code"),
        ({"@output_format": "wav_8000"}, "parameter @output_format is filled by the card"),
    ],
)
def test_a_parameter_that_the_model_does_not_take_is_refused(
    server: Server, tmp_path: Path, parameters: dict[str, Any], said: str
) -> None:
    with pytest.raises(RequestRefused, match=said):
        ELEVENLABS.make(server, Store(tmp_path / "store"), [line(parameters)])
    assert not server.stage.books.requests()["elevenlabs", "submit"]


def test_a_line_is_held_against_what_the_service_says_of_the_model_before_it_is_sent(
    server: Server, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(RequestRefused, match="10001 characters, over the most of 10000 that eleven_multilingual_v2"):
        ELEVENLABS.make(server, store, [line(prompt="a" * 10_001)])
    with pytest.raises(RequestRefused, match="has no model eleven_v1 that speaks"):
        ELEVENLABS.make(server, store, [line(model="eleven_v1")])
    assert not server.stage.books.requests()["elevenlabs", "submit"]


# ---- lost answers -------------------------------------------------------------------------


def lose(server: Server, store: Store, item: Wanted) -> Stored:
    server.stage.script.faults.append({"fault": "cut after", "on": "submit"})
    (stored,) = ELEVENLABS.make(server, store, [item]).values()
    return stored


def test_a_lost_line_is_fetched_from_the_history_and_not_bought_again(server: Server, tmp_path: Path) -> None:
    server.stage.script.faults.append({"fault": "error before", "on": "poll"})
    server.stage.script.faults.append({"fault": "error before", "on": "result"})
    stored = lose(server, Store(tmp_path / "store"), line({"voice_settings.stability": 0.3}))
    (job,) = server.stage.books.jobs("elevenlabs")
    assert stored.record["job_id"] == job.id and stored.record["delivery"]["changed"] == ["mp3 to WAV"]
    assert stored.record["delivery"]["characters_charged"] == len("a red lantern")


def other(server: Server, **changes: Any) -> None:
    """Somebody else of the account has something spoken."""
    said = {"text": "a red lantern", "model_id": "eleven_multilingual_v2", **changes}
    b"".join(client_of(server).text_to_speech.convert(said.pop("voice_id", SARAH), **said))


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was spoken in this test fits in time."""
    monkeypatch.setattr(sent_at, "BEFORE_SECONDS", 3600.0)


def lost_on_its_way(server: Server, tmp_path: Path) -> str:
    """What is said of a line that never came, while the history holds other lines."""
    server.stage.script.faults.append({"fault": "cut before", "on": "submit"})
    with pytest.raises(OutcomeUnknown) as raised:
        ELEVENLABS.make(server, Store(tmp_path / "store"), [line({"voice_settings.stability": 0.3})])
    return str(raised.value)


@pytest.mark.parametrize(
    "differing",
    [
        {"text": "a red lantern."}, {"voice_id": "21m00Tcm4TlvDq8ikWAM"}, {"model_id": "eleven_v3"},
        {"voice_settings": {"stability": 0.31}}, {},
    ],
)  # fmt: skip
def test_another_line_of_the_account_is_never_taken_for_a_lost_one(
    server: Server, tmp_path: Path, wide: None, differing: dict[str, Any]
) -> None:
    other(server, **{"voice_settings": {"stability": 0.3 if differing else 0.5}, **differing})
    assert "does not have the line yet; run again to look again" in lost_on_its_way(server, tmp_path)
    assert len(server.stage.books.jobs("elevenlabs")) == 1


@pytest.mark.parametrize(
    ("before", "after"), [(-3600.0, 7200.0), (7200.0, -3600.0)], ids=["an hour before", "an hour after"]
)
def test_the_same_line_spoken_at_another_time_is_not_the_lost_one(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: float, after: float
) -> None:
    other(server, voice_settings={"stability": 0.3})
    monkeypatch.setattr(sent_at, "BEFORE_SECONDS", before)
    monkeypatch.setattr(sent_at, "AFTER_SECONDS", after)
    assert "does not have the line yet" in lost_on_its_way(server, tmp_path)


def test_where_two_lines_fit_neither_is_taken(server: Server, tmp_path: Path, wide: None) -> None:
    other(server, voice_settings={"stability": 0.3})
    other(server, voice_settings={"stability": 0.3})
    assert "has 2 such lines, and which one is this request's cannot be told" in lost_on_its_way(server, tmp_path)


def test_times_are_told_by_the_services_clock(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a machine whose clock is a day slow, the line is found all the same."""
    monkeypatch.setattr(sent_at, "_now", lambda: time.time() - 86_400)
    assert lose(server, Store(tmp_path / "store"), line())
    assert len(server.stage.books.jobs("elevenlabs")) == 1


# ---- voices made from a sample ------------------------------------------------------------


def test_a_voice_is_made_from_its_sample_and_speaks(server: Server, tmp_path: Path, sample: Reference) -> None:
    store = Store(tmp_path / "store")
    (made,) = VOICE.make(server, store, [voice(sample)]).values()
    card = all_cards(TEMPLATE)["elevenlabs-cloned"]
    spoken = line(references=(sample,), form=card.form, card={"known_voice": made.record["character"]})
    assert VOICE.make(server, store, [spoken])
    _, job = server.stage.books.jobs("elevenlabs")
    assert job.body["voice"] == made.record["character"]
    assert spoken.request.key == replace(spoken.request, card={}).key, "an account's id is no part of the key"


@pytest.mark.parametrize("fault", ["cut after", "error after", "not JSON"])
def test_a_voice_whose_answer_was_lost_is_found_by_our_id(
    server: Server, tmp_path: Path, sample: Reference, fault: str
) -> None:
    server.stage.script.faults.append({"fault": fault, "on": "submit"})
    (made,) = VOICE.make(server, Store(tmp_path / "store"), [voice(sample)]).values()
    assert made.record["character"].startswith("made") and VOICE.submissions(server) == 1


def test_a_voice_that_never_came_is_parked(server: Server, tmp_path: Path, sample: Reference) -> None:
    server.stage.script.faults.append({"fault": "cut before", "on": "submit"})
    store = Store(tmp_path / "store")
    for _ in range(2):
        with pytest.raises(OutcomeUnknown, match=r"0 of the account's voices say .* in their description"):
            VOICE.make(server, store, [voice(sample)])
    assert VOICE.submissions(server) == 0


def test_a_line_of_a_voice_that_is_not_made_or_no_longer_there_says_so(
    server: Server, tmp_path: Path, sample: Reference
) -> None:
    store = Store(tmp_path / "store")
    form = all_cards(TEMPLATE)["elevenlabs-cloned"].form
    with pytest.raises(RequestRefused, match="its voice is not made yet"):
        ELEVENLABS.make(server, store, [line(references=(sample,), form=form)])
    with pytest.raises(RequestRefused, match=r"has no voice made0+ in this account .*give the voice another master"):
        ELEVENLABS.make(
            server, store, [line(seed=2, references=(sample,), form=form, card={"known_voice": "made0000"})]
        )
    assert ELEVENLABS.submissions(server) == 0


def test_a_voice_that_must_be_verified_is_not_used_until_it_is(
    server: Server, tmp_path: Path, sample: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    from continuity.rehearsal import elevenlabs

    store = Store(tmp_path / "store")
    usual = elevenlabs.ElevenLabs.accepted
    monkeypatch.setattr(elevenlabs.ElevenLabs, "accepted", lambda self, job: _unverified(usual(self, job)))
    with pytest.raises(ContinuityError, match="wants to be verified by its owner"):
        VOICE.make(server, store, [voice(sample)])
    assert VOICE.make(server, store, [voice(sample)]), "its owner has done so since"
    assert VOICE.submissions(server) == 1
    last = Ledger(store.root / "ledger.sqlite").last(voice(sample).request.key)
    assert last is not None and last.state == "done"


def _unverified(answer: Any) -> Any:
    from aiohttp import web

    return web.json_response({**json.loads(answer.body), "requires_verification": True})


def test_a_voice_from_words_alone_is_refused(server: Server, tmp_path: Path, sample: Reference) -> None:
    with pytest.raises(RequestRefused, match="needs sample, and there is none"):
        VOICE.make(server, Store(tmp_path / "store"), [voice(sample, references=())])
    assert VOICE.submissions(server) == 0
