"""One more model of a broker: its card's first draft, from the schema that is published of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Project, bare

MOTION = "fal-ai/lion/v3/motion"


def openapi(model: str, inputs: dict[str, Any], required: list[str], outputs: dict[str, Any]) -> dict[str, Any]:
    """As fal publishes a model: its queue's paths beside its own, schemas by reference."""
    status = {"type": "object", "properties": {"status": {"type": "string"}, "request_id": {"type": "string"}}}
    file = {"type": "object", "properties": {"file_size": {"type": "integer"}, "url": {"type": "string"}}}
    schemas = {
        "QueueStatus": status, "File": file,
        "LionInput": {"type": "object", "required": required, "properties": inputs},
        "LionOutput": {"type": "object", "properties": outputs},
    }  # fmt: skip

    def answers(name: str) -> dict[str, Any]:
        return {"200": {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}}

    taken = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/LionInput"}}}}
    return {
        "openapi": "3.0.4", "components": {"schemas": schemas},
        "paths": {
            f"/{model}/requests/{{request_id}}/status": {"get": {"responses": answers("QueueStatus")}},
            f"/{model}/requests/{{request_id}}": {"get": {"responses": answers("LionOutput")}},
            f"/{model}": {"post": {"requestBody": taken, "responses": answers("QueueStatus")}},
        },
    }  # fmt: skip


FILE = {"allOf": [{"$ref": "#/components/schemas/File"}]}
MOTION_SCHEMA = openapi(
    MOTION,
    {
        "prompt": {"anyOf": [{"type": "string", "maxLength": 2500}, {"type": "null"}]},
        "image_url": {"type": "string"}, "video_url": {"type": "string"},
        "strictness": {"type": "string", "enum": ["low", "high"], "description": "How closely it\n follows"},
        "keep_sound": {"type": "boolean", "default": True},
    },
    ["image_url", "video_url", "strictness"], {"video": FILE},
)  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return bare(tmp_path)


def drafted(project: Project, model: str, schema: Any, *words: str) -> tuple[Path, dict[str, Any], str]:
    """The draft's file, what it says, and what the command says."""
    (project.root / "schema.json").write_text(json.dumps(schema))
    said = project.run("continuity", "models", "new", "--from", f"fal:{model}", "--schema", "schema.json", *words)
    path = project.root / said.partition(":")[0]
    return path, yaml.safe_load(path.read_text()), said


def test_a_draft_maps_what_is_known_and_names_what_is_left_to_a_person(project: Project) -> None:
    path, card, said = drafted(project, MOTION, MOTION_SCHEMA)
    assert path.name == "fal-lion-v3-motion.yaml" and card["kind"] == "motion"
    assert card["service_model"] == MOTION and card["result"] == "video.url"
    assert card["fields"] == {
        "prompt": "prompt", "image_url": {"from": "first_picture", "needed": True},
        "video_url": {"from": "driving_clip", "needed": True},
    }  # fmt: skip
    assert card["limits"] == {"max_prompt_characters": 2500}
    assert set(card["leaves_out"]) == {"seed", "negative_prompt", "further_pictures", "seconds"}
    assert "price" not in card and "its price" in said
    assert "strictness, which the model needs" in said and "one of low, high. How closely it follows" in said
    assert "# keep_sound: boolean, true where it is left out" in path.read_text()


def test_a_draft_sends_nothing_before_it_has_a_price_and_then_is_a_card_like_any_other(project: Project) -> None:
    path, _, _ = drafted(project, MOTION, MOTION_SCHEMA)
    text = path.read_text().replace("fields:\n", "fields:\n  strictness: {value: high}\n")
    path.write_text(text)
    project.params(series="tiny", quality="tiny", models="fal", takes=1, overrides=["models.motion=fal-lion-v3-motion"])
    project.replace("conf/series/tiny.yaml", "every_shot: {seconds: 1}", "every_shot: {seconds: 3}")
    project.replace("conf/series/tiny.yaml", "            seconds: 1.5\n", "")
    assert "the card says no price that budget.max_usd could hold" in project.fail("continuity", "plan")
    path.write_text(text.replace("# price: {usd: 0.00,", "price: {usd: 0.10,"))
    rows = json.loads(project.run("continuity", "plan", "--json"))["rows"]
    assert [row["price_usd"] for row in rows if row["model"] == "fal-lion-v3-motion"] == [pytest.approx(0.3)]


@pytest.mark.parametrize(
    ("schema", "kind", "fields", "limits", "result"),
    [
        pytest.param(
            {
                "input": {"type": "object", "required": ["prompt"], "properties": {
                    "prompt": {"type": "string"}, "duration": {"type": "string", "enum": ["5s", "10s", "auto"]},
                    "aspect_ratio": {"type": "string", "enum": ["16:9", "auto", "9:16"]},
                    "reference_image_urls": {"type": "array", "items": {"type": "string"}, "maxItems": 4},
                    "image_url": {"type": "string"}, "seed": {"type": "integer"},
                    "generate_audio": {"type": "boolean", "default": True},
                }},
                "output": {"type": "object", "properties": {"videos": {"type": "array", "items": {
                    "type": "object", "properties": {"url": {"type": "string"}}}}}},
            },
            "video",
            {
                "prompt": "prompt", "seed": "seed", "duration": {"from": "seconds", "text": "{}s"},
                "aspect_ratio": "aspect", "reference_image_urls": {"from": "pictures", "most": 4},
                "image_url": "start_frame", "generate_audio": {"value": False},
            },
            {"durations": [5, 10], "max_seconds": 10, "aspects": ["16:9", "9:16"], "max_references": 4},
            "videos[0].url", id="a clip, by a bare schema",
        ),
        pytest.param(
            {"components": {"schemas": {
                "Input": {"type": "object", "properties": {
                    "prompt": {"type": "string"}, "image_size": {"anyOf": [
                        {"enum": ["square"], "type": "string"},
                        {"$ref": "#/components/schemas/Size"},
                    ]},
                    "input_images": {"type": "array", "items": {"type": "string", "format": "uri"}},
                }},
                "Output": {"type": "object", "properties": {"image": {"type": "string", "format": "uri"}}},
                "Size": {"type": "object", "properties": {"width": {"type": "integer"}, "height": {"type": "integer"}}},
            }}},
            "image",
            {
                "prompt": "prompt", "input_images": "pictures", "image_size.width": "width",
                "image_size.height": "height",
            },
            None, "image", id="a picture, by schemas called Input and Output",
        ),
        pytest.param(
            openapi(MOTION, {"text": {"type": "string"}, "voice": {"type": "string", "enum": ["Ann", "Bo"]}},
                    ["text"], {"audio": FILE}),
            "voice", {"text": "prompt", "voice": {"from": "voice", "of": ["Ann", "Bo"]}}, None, "audio.url",
            id="a voice",
        ),
    ],
)  # fmt: skip
def test_clips_pictures_and_voices_are_told_apart_by_what_comes_out(
    project: Project, schema: Any, kind: str, fields: dict[str, Any], limits: Any, result: str
) -> None:
    _, card, _ = drafted(project, MOTION, schema, "--name", "mine")
    assert (card["kind"], card["fields"], card.get("limits"), card["result"]) == (kind, fields, limits, result)


def test_a_lip_sync_is_drafted_as_a_repair_that_is_shown_and_told_nothing(project: Project) -> None:
    inputs = {"video_url": {"type": "string"}, "audio_url": {"type": "string"}}
    schema = openapi(MOTION, inputs, ["video_url", "audio_url"], {"video": FILE})
    _, card, _ = drafted(project, MOTION, schema, "--name", "mine", "--kind", "repair")
    assert card["fields"] == {
        "audio_url": {"from": "lines", "needed": True}, "video_url": {"from": "failed_take", "needed": True},
    }  # fmt: skip
    left = {"prompt", "pictures", "people", "scenery", "further_pictures", "seed", "seconds"}
    assert set(card["leaves_out"]) == left


def test_what_makes_no_draft_is_refused_in_words_and_no_file_is_touched(project: Project) -> None:
    said = ("continuity", "models", "new", "--from", f"fal:{MOTION}", "--schema")
    (project.root / "page.html").write_text("<html>")
    assert "page.html: is no JSON" in project.fail(*said, "page.html")
    assert "nowhere.json: cannot be read" in project.fail(*said, "nowhere.json")
    (project.root / "empty.json").write_text("{}")
    assert f"describes no inputs of {MOTION}" in project.fail(*said, "empty.json")
    itself = {"properties": {"prompt": {"$ref": "#/properties/prompt"}, "text": {"type": "string"}}}
    (project.root / "itself.json").write_text(json.dumps(itself))
    assert "does not say what" in project.fail(*said, "itself.json") and "--kind" in project.fail(*said, "itself.json")
    assert "there is no such kind" in project.fail(*said, "itself.json", "--kind", "vidoe")
    assert "no card alone adds" in project.fail(
        "continuity", "models", "new", "--from", "kling:x", "--schema", "itself.json"
    )
    path, _, _ = drafted(project, MOTION, MOTION_SCHEMA)
    before = path.read_bytes()
    (project.root / "schema.json").write_text(json.dumps(MOTION_SCHEMA))
    assert "is not written over" in project.fail(*said, "schema.json")
    assert path.read_bytes() == before
