"""What Comfy Router, Replicate and Runware must be sent by each of their cards, written from the cards' sources.

`of` is test_cards' Case; ``introduced`` its sentence of who is in which picture. Files are named by their roles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

AMI, SIDE, KIT = "ami/anime/headshot", "ami/anime/angle-profile", "kit/headshot"
LIBRARY = (AMI, SIDE, KIT, "locations/cafe-morning", "props/letter")


def cases(of: Callable[..., Any], introduced: Callable[[str, str], str]) -> dict[str, Any]:
    return {
        # ---- Comfy Router: docs.comfy.org/development/comfy-router/models, the page of each model ----
        "comfy-router-flux-2-pro": of(
            "bfl/flux-2-pro",
            {
                "prompt": "Ami reads.", "input_image": AMI, "input_image_2": SIDE, "width": 640, "height": 384,
                "seed": 7, "prompt_upsampling": False, "output_format": "png",
            },
            (AMI, SIDE),
        ),
        "comfy-router-kling-omni": of(
            "kling/kling-v3-omni/requests",
            {
                "prompt": introduced("<<<image_{n}>>>", "is shown in"),
                "image_list": [{"image_url": role} for role in LIBRARY], "aspect_ratio": "16:9", "duration": "3",
                "mode": "std", "sound": "off",
            },
        ),
        "comfy-router-nano-banana": of(
            "vertexai/gemini-nano-banana-2.1",
            {
                "contents": [{"role": "user", "parts": [
                    {"text": "Ami reads."},
                    {"inlineData": {"mimeType": "image/png", "data": AMI}},
                    {"inlineData": {"mimeType": "image/png", "data": SIDE}},
                ]}],
                "generationConfig": {
                    "responseModalities": ["IMAGE"], "imageConfig": {"aspectRatio": "16:9", "imageSize": "1K"},
                },
            },
            (AMI, SIDE),
        ),
        "comfy-router-seedance": of(
            "byteplus/dreamina-seedance-2-0-260128/requests",
            {
                "content": [
                    {"type": "text", "text": introduced("[Image {n}]", "is the one in")},
                    *({"type": "image_url", "image_url": {"url": r}, "role": "reference_image"} for r in LIBRARY),
                ],
                "resolution": "720p", "ratio": "16:9", "duration": 4, "seed": 7, "generate_audio": False,
                "watermark": False,
            },
        ),
        "comfy-router-wan-r2v": of(
            "wan/wan2.7-r2v/requests",
            {
                "model": "wan2.7-r2v",
                "input": {
                    "prompt": introduced("Image {n}", "is the one in"), "negative_prompt": "rain",
                    "media": [{"type": "reference_image", "url": role} for role in LIBRARY],
                },
                "parameters": {
                    "resolution": "720P", "ratio": "16:9", "duration": 2, "seed": 7, "prompt_extend": False,
                    "watermark": False,
                },
            },
            negative="rain",
        ),
        # ---- Replicate: the API schema of each model's page ------------------------------------------
        "replicate-flux-2-pro": of(
            "black-forest-labs/flux-2-pro",
            {
                "prompt": "Ami reads.", "input_images": [AMI, SIDE], "aspect_ratio": "custom", "width": 640,
                "height": 384, "seed": 7, "output_format": "png",
            },
            (AMI, SIDE),
        ),
        "replicate-nano-banana-2": of(
            "google/nano-banana-2",
            {
                "prompt": "Ami reads.", "image_input": [AMI, SIDE], "aspect_ratio": "16:9", "resolution": "1K",
                "output_format": "png",
            },
            (AMI, SIDE),
        ),
        "replicate-seedance": of(
            "bytedance/seedance-2.0",
            {
                "prompt": introduced("[Image{n}]", "is the one in"), "reference_images": list(LIBRARY),
                "resolution": "720p", "aspect_ratio": "16:9", "duration": 4, "generate_audio": False, "seed": 7,
            },
        ),
        # ---- Runware: the model pages of runware.ai, and the types of runware-sdk 1.8.0 ---------------------
        "runware-flux-2-pro": of(
            "bfl:5@1",
            {
                **task("imageInference", "bfl:5@1"), "positivePrompt": "Ami reads.",
                "inputs": {"referenceImages": [AMI, SIDE]}, "width": 640, "height": 368, "seed": 7,
                "outputFormat": "PNG",
            },
            (AMI, SIDE),
        ),
        "runware-kling-o3": of(
            "klingai:kling-video@o3-standard",
            {
                **task("videoInference", "klingai:kling-video@o3-standard"),
                "positivePrompt": introduced("<<<image_{n}>>>", "is shown in"),
                "inputs": {"referenceImages": list(LIBRARY)}, "width": 1280, "height": 720, "duration": 3,
                "outputFormat": "MP4",
            },
        ),
    }  # fmt: skip


def task(kind: str, model: str) -> dict[str, Any]:
    return {"taskType": kind, "model": model, "deliveryMethod": "async", "includeCost": True, "numberResults": 1}
