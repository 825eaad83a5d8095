"""Every hosted card: a full request of its kind, sent to the stand-in, is the body that the card's source documents.

What is expected was written by hand from the documents. Files are named by their roles in place of their bytes.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from conftest import TEMPLATE
from PIL import Image

from continuity.errors import RequestRefused
from continuity.jobs.runner import Terms, make_all
from continuity.jobs.store import Store
from continuity.jobs.wanted import Wanted
from continuity.plan.cards import all_cards
from continuity.plan.fields import sources_of
from continuity.plan.schema import Budget, Executor, ModelCard, Service
from continuity.providers import provider_named
from continuity.providers.base import HostedProvider
from continuity.providers.mapping import prompt_of
from continuity.providers.recording import recorded
from continuity.rehearsal.playing import KEY
from continuity.rehearsal.server import Server
from continuity.request import Reference, Request
from rehearsal import (
    cards_bfl,
    cards_brokers,
    cards_dashscope,
    cards_eachlabs,
    cards_elevenlabs,
    cards_fal,
    cards_modelark,
    cards_runway,
)

CARDS = {
    id: card
    for id, card in all_cards(TEMPLATE).items()
    if isinstance(provider_named(card.provider), HostedProvider)
    and not card.workflow  # filled in test_comfyui.py
    and not card.character  # needs somebody whom the service knows, as in test_series.py
    and not {"clip", "failed_job"} & sources_of(card.fields)  # need what lies there: test_openai_videos.py
}
AMI, SIDE, KIT = "ami/anime/headshot", "ami/anime/angle-profile", "kit/headshot"
CAFE, LETTER = "locations/cafe-morning", "props/letter"
LIBRARY = (AMI, SIDE, KIT, CAFE, LETTER)
CLIPS = ("driving_clip", "failed_take")
DIRECTION = {
    "characters": [{"character": "ami", "name": "Ami"}, {"character": "kit", "name": "Kit"}],
    "location": {"id": "cafe", "name": "the Lantern Cafe"}, "props": [{"id": "letter", "words": "a sealed letter"}],
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """What a card is given beside its kind's own, and what its service must be sent."""

    model: str
    body: Mapping[str, Any]
    roles: tuple[str, ...] = LIBRARY
    voice: str = ""
    negative: str = ""
    own_id: str = ""  # the field of the body with our own id of the request, by which a lost one is found


def introduced(picture: str, verb: str) -> str:
    """The prompt with its pictures explained, numbered from one."""
    one, two, three, four, five = (picture.format(n=n) for n in range(1, 6))
    return (
        f"Ami reads. Ami {verb} {one}, {two}. Kit {verb} {three}. {four} shows the Lantern Cafe. "
        f"{five} shows a sealed letter."
    )


def inline(role: str) -> dict[str, str]:
    return {"type": "image", "mime_type": "image/png", "data": role}


OF_SERVICES = (
    cards_bfl.CASES,
    cards_dashscope.CASES,
    cards_eachlabs.CASES,
    cards_elevenlabs.CASES,
    cards_fal.CASES,
    cards_modelark.CASES,
    cards_runway.CASES,
)
CASES = {
    # ---- Alibaba's Model Studio: in a file of its own -------------------------------------------
    # ---- each::labs: github.com/eachlabs/skills, the parameters of each model -------------------
    "eachlabs-face-swap": Case(
        "each-faceswap-v1",
        {"source_image": AMI, "target_image_gif_or_video": "failed_take"},
        (AMI, SIDE, "failed_take"),
    ),
    "eachlabs-kling-motion": Case(
        "kling-v3-standard-motion-control",
        {
            "prompt": "Ami reads.", "image_url": AMI, "video_url": "driving_clip", "character_orientation": "video",
            "keep_original_sound": True,
        },
        (AMI, SIDE, "driving_clip"),
    ),
    "eachlabs-kling-o1": Case(
        "kling-o1-reference-image-to-video",
        {
            "prompt": introduced("@Image{n}", "is shown in"), "image_urls": list(LIBRARY), "duration": 5,
            "aspect_ratio": "16:9",
        },
    ),
    "eachlabs-nano-banana-pro": Case(
        "nano-banana-pro-edit",
        {
            "prompt": "Ami reads.", "image_urls": [AMI, SIDE], "aspect_ratio": "16:9", "resolution": "1K",
            "output_format": "png",
        },
        (AMI, SIDE),
    ),
    "eachlabs-wan-replace": Case(
        "wan-v2-2-14b-animate-replace",
        {"image_url": AMI, "video_url": "failed_take", "resolution": "720p", "seed": 7},
        (AMI, SIDE, "failed_take"),
    ),
    # ---- fal: the schema at fal.ai/models/<model>/llms.txt --------------------------------------
    "fal-flux-2-pro": Case(
        "fal-ai/flux-2-pro/edit",
        {
            "prompt": "Ami reads.", "image_urls": [AMI, SIDE], "image_size": {"width": 640, "height": 360}, "seed": 7,
            "output_format": "png",
        },
        (AMI, SIDE),
    ),
    "fal-gemini-omni": Case(
        "google/gemini-omni-flash/v1.2/reference-to-video",
        {
            "prompt": introduced("picture {n}", "is the one in"), "image_urls": list(LIBRARY), "aspect_ratio": "16:9",
            "duration": 3, "resolution": "720p",
        },
    ),
    "fal-kling-motion": Case(
        "fal-ai/kling-video/v3/standard/motion-control",
        {
            "prompt": "Ami reads.", "image_url": AMI, "video_url": "driving_clip", "character_orientation": "video",
            "keep_original_sound": True,
        },
        (AMI, SIDE, "driving_clip"),
    ),
    "fal-kling-o3-edit": Case(
        "fal-ai/kling-video/o3/standard/video-to-video/edit",
        {
            "prompt": "@Element1 reads.", "video_url": "driving_clip",
            "elements": [{"frontal_image_url": AMI, "reference_image_urls": [SIDE]}], "keep_audio": True,
        },
        (AMI, SIDE, "driving_clip"),
    ),
    "fal-kling-o3": Case(
        "fal-ai/kling-video/o3/standard/reference-to-video",
        {
            "prompt": "@Element1 reads. Kit is @Element2. @Image1 shows the Lantern Cafe. @Image2 shows a "
            "sealed letter.",
            "elements": [
                {"frontal_image_url": AMI, "reference_image_urls": [SIDE]},
                {"frontal_image_url": KIT, "reference_image_urls": [KIT]},
            ],
            "image_urls": [CAFE, LETTER], "start_image_url": "start_frame", "aspect_ratio": "16:9", "duration": "3",
            "generate_audio": False,
        },
        (*LIBRARY, "start_frame"),
    ),
    "fal-kokoro": Case(
        "fal-ai/kokoro/american-english", {"prompt": "Ami reads.", "voice": "af_heart"}, ("voices/ami",), "af_heart"
    ),
    "fal-qwen-image": Case(
        "fal-ai/qwen-image-2/pro/edit",
        {
            "prompt": "Ami reads.", "negative_prompt": "rain", "image_urls": [AMI, SIDE],
            "image_size": "landscape_16_9", "enable_prompt_expansion": False, "seed": 7,
        },
        (AMI, SIDE), negative="rain",
    ),
    "fal-seedance": Case(
        "bytedance/seedance-2.0/reference-to-video",
        {
            "prompt": introduced("@Image{n}", "is the one in"), "image_urls": list(LIBRARY), "resolution": "720p",
            "aspect_ratio": "16:9", "duration": "4", "generate_audio": False, "seed": 7,
        },
    ),
    "fal-wan-animate": Case(
        "fal-ai/wan/v2.2-14b/animate/move",
        {"image_url": AMI, "video_url": "driving_clip", "resolution": "720p", "seed": 7},
        (AMI, SIDE, "driving_clip"),
    ),
    "fal-wan-replace": Case(
        "fal-ai/wan/v2.2-14b/animate/replace",
        {"image_url": AMI, "video_url": "failed_take", "resolution": "720p", "seed": 7},
        (AMI, SIDE, "failed_take"),
    ),
    # ---- Gemini: google-genai 3.6.1, as it sends them (test_gemini.py) --------------------------
    "gemini-nano-banana-pro": Case(
        "gemini-3-pro-image",
        {
            "contents": [{"role": "user", "parts": [
                {"text": "Ami reads."},
                {"inlineData": {"mimeType": "image/png", "data": AMI}},
                {"inlineData": {"mimeType": "image/png", "data": SIDE}},
            ]}],
            "generationConfig": {
                "responseModalities": ["IMAGE"], "imageConfig": {"aspectRatio": "16:9", "imageSize": "1K"}, "seed": 7,
            },
        },
        (AMI, SIDE),
    ),
    "gemini-omni": Case(
        "gemini-omni-1.2-flash",
        {
            "model": "gemini-omni-1.2-flash", "background": True,
            "input": [{"type": "user_input", "content": [
                {"type": "text", "text": introduced("picture {n}", "is the one in")},
                inline("start_frame"), *map(inline, LIBRARY),
            ]}],
            "response_format": {
                "type": "video", "aspect_ratio": "16:9", "resolution": "720p", "duration": "3s", "delivery": "uri",
            },
            "generation_config": {"seed": 7},
        },
        (*LIBRARY, "start_frame"),
    ),
    "gemini-omni-edit": Case(
        "gemini-omni-1.2-flash",
        {
            "model": "gemini-omni-1.2-flash", "background": True,
            "input": [{"type": "user_input", "content": [
                {"type": "text", "text": "Ami reads. Ami is the one in picture 1, picture 2."},
                {"type": "video", "mime_type": "video/mp4", "data": "driving_clip"}, *map(inline, (AMI, SIDE)),
            ]}],
            "response_format": {"type": "video", "aspect_ratio": "16:9", "resolution": "720p", "delivery": "uri"},
            "generation_config": {"seed": 7, "video_config": {"task": "edit"}},
        },
        (AMI, SIDE, "driving_clip"),
    ),
    "gemini-speech": Case(
        "gemini-3.8-flash-tts",
        {
            "contents": [{"role": "user", "parts": [{"text": "Ami reads."}]}],
            "generationConfig": {
                "responseModalities": ["AUDIO"],
                "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
            },
        },
        ("voices/ami",), "Kore",
    ),
    # ---- Kling: kling.ai/document-api, the pages that each card names ---------------------------
    "kling-3-omni": Case(
        "omni-video/kling-3.0-omni",
        {
            "contents": [
                {"type": "prompt", "text": introduced("@image_{n}", "is shown in")},
                {"type": "first_frame", "url": "start_frame"},
                *({"type": "refer_image", "url": role, "id": f"image_{n}"} for n, role in enumerate(LIBRARY, 1)),
            ],
            "settings": {
                "resolution": "720p", "aspect_ratio": "16:9", "duration": 3, "audio": "off", "multi_shot": False,
            },
            "options": {},
        },
        (*LIBRARY, "start_frame"),
    ),
    "kling-image": Case(
        "images/omni-image/kling-v3-omni",
        {
            "model_name": "kling-v3-omni", "prompt": "Ami reads.", "image_list": [{"image": AMI}, {"image": SIDE}],
            "resolution": "1k", "aspect_ratio": "16:9", "n": 1,
        },
        (AMI, SIDE),
    ),
    "kling-image-3": Case(
        "images/generations/kling-v3",
        {
            "model_name": "kling-v3", "prompt": "Ami reads.", "image": AMI, "resolution": "1k", "aspect_ratio": "16:9",
            "n": 1,
        },
        (AMI, SIDE),
    ),
    "kling-image2video": Case(
        "videos/image2video/kling-v3",
        {
            "model_name": "kling-v3", "image": "start_frame", "prompt": "Ami reads.", "negative_prompt": "rain",
            "duration": "3", "mode": "std", "sound": "off",
        },
        (*LIBRARY, "start_frame"), negative="rain",
    ),
    "kling-element": Case(
        "general/advanced-custom-elements/",
        {
            "element_name": "Ami", "element_description": "Ami", "reference_type": "image_refer",
            "element_image_list": {"frontal_image": AMI, "refer_images": [{"image_url": SIDE}]},
            "tag_list": [{"tag_id": "o_102"}],
        },
        (AMI, SIDE),
    ),
    "kling-omni": Case(
        "videos/omni-video/kling-v3-omni",
        {
            "model_name": "kling-v3-omni", "prompt": introduced("<<<image_{n}>>>", "is shown in"),
            "image_list": [{"image_url": role} for role in LIBRARY], "aspect_ratio": "16:9", "duration": "3",
            "mode": "std", "sound": "off",
        },
    ),
    "kling-text2video": Case(
        "videos/text2video/kling-v3",
        {
            "model_name": "kling-v3", "prompt": "Ami reads.", "negative_prompt": "rain", "aspect_ratio": "16:9",
            "duration": "3", "mode": "std", "sound": "off",
        },
        (), negative="rain",
    ),
    "kling-turbo": Case(
        "text-to-video/kling-3.0-turbo",
        {
            "prompt": "Ami reads.", "settings": {"resolution": "720p", "aspect_ratio": "16:9", "duration": 3},
            "options": {},
        },
        (),
    ),
    "kling-turbo-frame": Case(
        "image-to-video/kling-3.0-turbo",
        {
            "contents": [{"type": "prompt", "text": "Ami reads."}, {"type": "first_frame", "url": "start_frame"}],
            "settings": {"resolution": "720p", "duration": 3}, "options": {},
        },
        (*LIBRARY, "start_frame"),
    ),
    # ---- OpenAI: openai 3.57.0, the parameters of each call -------------------------------------
    "openai-gpt-image-2": Case(
        "gpt-image-2",
        {
            "model": "gpt-image-2", "prompt": "Ami reads.", "image[]": [AMI, SIDE], "size": "1536x864",
            "quality": "medium", "output_format": "png", "n": "1",
        },
        (AMI, SIDE),
    ),
    "openai-speech": Case(
        "gpt-4o-mini-tts",
        {"model": "gpt-4o-mini-tts", "input": "Ami reads.", "voice": "coral", "response_format": "wav"},
        ("voices/ami",), voice="coral",
    ),
    **{id: Case(**case) for cases in OF_SERVICES for id, case in cases.items()},
    **cards_brokers.cases(Case, introduced),
}  # fmt: skip
for _id in ("gemini-omni", "gemini-omni-edit"):  # the same by night, for half
    CASES[f"{_id}-flex"] = replace(CASES[_id], body={**CASES[_id].body, "service_tier": "flex"})


def files(roles: tuple[str, ...], folder: Path) -> tuple[Reference, ...]:
    """A file of its own for each role."""
    made = []
    for n, role in enumerate(roles):
        heard = "voices/" in role or role == "lines"
        path = folder / f"{n}.{'mp4' if role in CLIPS else 'wav' if heard else 'png'}"
        Image.new("RGB", (64, 64), (n * 40, 0, 90)).save(path, format="PNG")
        made.append(Reference.of(role, path))
    return tuple(made)


def request_of(card: ModelCard, case: Case, references: tuple[Reference, ...]) -> Request:
    """Everything that a request of the card's kind may say."""
    speaks, moves = card.kind == "voice", card.kind in ("video", "motion", "repair")
    directions = {
        "voice": {"voice": case.voice}, "video": DIRECTION, "character": {"name": "Ami"},
        "motion": {"transfer": {"character": "ami"}},
    }  # fmt: skip
    direction = directions.get(card.kind, {})
    length: dict[str, Any] = {"seconds": 2.0, "fps": 24} if moves else {}
    return Request(
        card.kind, card.provider, card.called, "" if card.kind == "character" else "Ami reads.", 7, subject="t01",
        negative_prompt=case.negative, resolution=None if speaks else (640, 360), references=references,
        direction=direction, parameters=card.parameters, form=card.form,
        card={
            "kind": card.kind, "result": card.result, "leaves_out": sorted(card.leaves_out), "names": {"ami": "Ami"},
        }, **length,
    )  # fmt: skip


def named(value: Any, roles: Mapping[str, str]) -> Any:
    """The body with each file's role in place of its bytes, or of its place in a service's storage."""
    if isinstance(value, str):
        stored = re.fullmatch(r"oss://.+/([0-9a-f]{12})-\w+\.\w+", value)
        return roles.get(stored[1] if stored else value.rpartition("base64,")[2], value)
    if isinstance(value, list):
        return [named(each, roles) for each in value]
    return {name: named(each, roles) for name, each in value.items()} if isinstance(value, dict) else value


def assert_shown(card: ModelCard, request: Request, received: dict[str, Any]) -> None:
    """What `continuity plan SHOT --prompt` shows is what the service has received, which may be the core of a body.

    What a stand-in notes of an address, as its query, stands in the address that is shown.
    """
    service = Service(name=card.provider, base_url="https://localhost", key_env="CARDS_KEY")
    found = asyncio.run(recorded(provider_named(card.provider), request, service))
    roles = {base64.b64encode(r.path.read_bytes()).decode(): f"<{r.role}>" for r in request.references}
    roles |= {r.sha256[:12]: f"<{r.role}>" for r in request.references}
    sent, shown = (
        without_token(named(body, {**roles, **{role: role for role in roles.values()}}))
        for body in (received, found.body)
    )
    cores = shown if isinstance(shown, list) else [shown, *shown.values()]
    if sent not in cores:
        beside = {name: value for name, value in sent.items() if name not in shown}
        assert all(sent[name] in (value, [value]) for name, value in shown.items()), (
            "a form's only file, or all of them"
        )
        assert all(str(value) in found.path for value in beside.values())


OWN_IDS = ("external_task_id", "taskUUID", "safety_identifier")
OWN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|<our own id of the job>")


def without_token(body: Any) -> Any:
    """The body without our own id of the job."""
    if isinstance(body, dict):
        return {name: without_token(value) for name, value in body.items() if name not in OWN_IDS}
    if isinstance(body, str):
        return OWN_ID.sub("…", body)
    return [without_token(each) for each in body] if isinstance(body, list) else body


def send(server: Server, card: ModelCard, request: Request, folder: Path) -> None:
    there = Service(name=card.provider, base_url="https://localhost", key_env="CARDS_KEY", poll_seconds=3)
    terms = Terms(Executor(kind="serial"), Budget(max_usd=1), "test", {card.provider: server.service(there)})
    make_all([Wanted(request, 0.03)], Store(folder / "store"), terms, lambda _: None, "test")


@pytest.mark.parametrize("id", sorted(CASES))
def test_a_full_request_becomes_what_the_cards_source_documents(
    id: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARDS_KEY", KEY)
    card, case = CARDS[id], CASES[id]
    references = files(case.roles, tmp_path)
    request = request_of(card, case, references)
    send(server, card, request, tmp_path)
    (job,) = server.stage.books.jobs(card.provider)
    assert_shown(card, request, job.body)
    body = dict(job.body)
    token = body.pop("external_task_id", "") or body.get("options", {}).pop("external_task_id", "")
    token = token or body.pop("taskUUID", "")
    assert bool(token) == (card.provider in ("kling", "runware")), "our own id, by which a lost task is found"
    assert not case.own_id or re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", body.pop(case.own_id))
    roles = {base64.b64encode(r.path.read_bytes()).decode(): r.role for r in references}
    roles |= {r.sha256[:12]: r.role for r in references}
    assert (job.model, named(body, roles)) == (case.model, case.body)


def test_every_hosted_card_is_held_against_its_source_and_says_where_and_when_it_was_read() -> None:
    assert set(CASES) == set(CARDS)
    assert all(card.source and card.checked for card in CARDS.values())
    assert all(card.price.usd > 0 for card in CARDS.values() if card.kind != "character")


def test_a_character_of_one_picture_is_refused_by_kling(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARDS_KEY", KEY)
    card, case = CARDS["kling-element"], CASES["kling-element"]
    with pytest.raises(RequestRefused, match="needs further_pictures, and there is none"):
        send(server, card, request_of(card, case, files((AMI,), tmp_path)), tmp_path)


NEEDY = sorted(id for id, card in CARDS.items() if "needed" in str(card.fields) and card.kind != "character")


@pytest.mark.parametrize("id", NEEDY)
def test_a_card_that_needs_a_picture_or_a_clip_sends_nothing_without_it(
    id: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARDS_KEY", KEY)
    card, case = CARDS[id], CASES[id]
    without = tuple(role for role in case.roles if role not in ("start_frame", *CLIPS))
    if "'from': 'pictures'" in str(card.fields) and without == case.roles:
        without = ()
    with pytest.raises(
        RequestRefused, match=r"needs (start_frame|driving_clip|failed_take|pictures), and there is none"
    ):
        send(server, card, request_of(card, case, files(without, tmp_path)), tmp_path)
    assert not server.stage.books.jobs(card.provider)


@pytest.mark.parametrize(
    ("prompt", "sent"),
    [
        ("Ami hands Kit a letter.", "@Element1 hands @Element2 a letter."),
        ('Ami says: "Kit, come here." Kit nods.', '@Element1 says: "Kit, come here." @Element2 nods.'),
        ("Amira and Kitty watch Kit.", "Amira and Kitty watch @Element2. Ami is @Element1."),
        ("Ami's lamp, (Kit).", "@Element1's lamp, (@Element2)."),
        ("Nobody is here.", "Nobody is here. Ami is @Element1. Kit is @Element2."),
    ],
)
def test_a_name_becomes_the_services_own_mention_but_not_in_what_is_spoken(
    prompt: str, sent: str, tmp_path: Path
) -> None:
    card, references = CARDS["fal-kling-o3"], files((AMI, KIT), tmp_path)
    request = replace(request_of(card, CASES["fal-kling-o3"], references), prompt=prompt)
    assert prompt_of(request) == sent
