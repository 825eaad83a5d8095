"""What each card of Alibaba's Model Studio must send, by its help pages and dashscope 2.0.2: `test_cards.CASES`.

Files are named by their roles, whether they go along as data URIs or lie in the service's temporary storage.
"""

from __future__ import annotations

from typing import Any

AMI, SIDE, KIT = "ami/anime/headshot", "ami/anime/angle-profile", "kit/headshot"
LIBRARY = (AMI, SIDE, KIT, "locations/cafe-morning", "props/letter")
SAID = (
    "Ami reads. Ami is the one in Image 1, Image 2. Kit is the one in Image 3. Image 4 shows the Lantern Cafe. "
    "Image 5 shows a sealed letter."
)
SHOWN = [{"type": "reference_image", "url": role} for role in LIBRARY]
START = {"type": "first_frame", "url": "start_frame"}
PLAIN = {"resolution": "720P", "prompt_extend": False, "watermark": False, "seed": 7}


def picture(model: str, path: str, negative: str, **parameters: Any) -> dict[str, Any]:
    content = [{"image": AMI}, {"image": SIDE}, {"text": "Ami reads."}]
    more = {"negative_prompt": negative} if negative else {}
    body = {
        "model": model,
        "input": {"messages": [{"role": "user", "content": content}]},
        "parameters": {"n": 1, "size": "1280*720", "watermark": False, "seed": 7, **more, **parameters},
    }
    return {"model": f"{path}/{model}", "body": body, "roles": (AMI, SIDE), "negative": negative}


def animation(model: str, clip: str) -> dict[str, Any]:
    body = {"model": model, "input": {"image_url": AMI, "video_url": clip}, "parameters": {"mode": "wan-std"}}
    return {"model": f"image2video/video-synthesis/{model}", "body": body, "roles": (AMI, SIDE, clip)}


def video(model: str, asked: dict[str, Any], parameters: dict[str, Any], *roles: str) -> dict[str, Any]:
    body = {"model": model, "input": {"negative_prompt": "rain", **asked}, "parameters": {**PLAIN, **parameters}}
    return {
        "model": f"video-generation/video-synthesis/{model}", "body": body, "roles": roles, "negative": "rain",
    }  # fmt: skip


CASES: dict[str, dict[str, Any]] = {
    "dashscope-qwen-image-2": picture(
        "qwen-image-2.0-pro", "multimodal-generation/generation", "rain", prompt_extend=False
    ),
    "dashscope-qwen-image-3": picture(
        "qwen-image-3.0-pro", "multimodal-generation/generation", "rain", prompt_extend=False
    ),
    "dashscope-wan-image": picture("wan2.7-image", "image-generation/generation", ""),
    "dashscope-wan-27": video(
        "wan2.7-r2v", {"prompt": SAID, "media": [*SHOWN, START]}, {"ratio": "16:9", "duration": 2},
        *LIBRARY, "start_frame",
    ),
    "dashscope-wan-27-frame": video(
        "wan2.7-i2v", {"prompt": "Ami reads.", "media": [START]}, {"duration": 2}, *LIBRARY, "start_frame"
    ),
    "dashscope-wan-3": video(
        "wan3.0-video", {"prompt": SAID, "media": SHOWN}, {"ratio": "16:9", "duration": 2, "audio": False}, *LIBRARY
    ),
    "dashscope-wan-3-frame": video(
        "wan3.0-video", {"prompt": "Ami reads.", "media": [START]}, {"duration": 2, "audio": False},
        *LIBRARY, "start_frame",
    ),
    "dashscope-wan-edit": video(
        "wan2.7-videoedit",
        {
            "prompt": "Ami reads. Ami is the one in Image 1, Image 2.",
            "media": [{"type": "video", "url": "driving_clip"}, *SHOWN[:2]],
        },
        {"duration": 0, "audio_setting": "origin"},
        AMI, SIDE, "driving_clip",
    ),
    "dashscope-wan-animate": animation("wan2.2-animate-move", "driving_clip"),
    "dashscope-wan-replace": animation("wan2.2-animate-mix", "failed_take"),
}  # fmt: skip
