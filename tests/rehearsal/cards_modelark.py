"""What ModelArk must be sent for a full request of each of its cards, after its SDK 3.0.63."""

from __future__ import annotations

from typing import Any

AMI, SIDE, KIT = "ami/anime/headshot", "ami/anime/angle-profile", "kit/headshot"
CAFE, LETTER = "locations/cafe-morning", "props/letter"
LIBRARY = (AMI, SIDE, KIT, CAFE, LETTER)
SHOWN = (
    "Ami reads. Ami is the one in Image 1, Image 2. Kit is the one in Image 3. Image 4 shows the Lantern Cafe. "
    "Image 5 shows a sealed letter."
)


def take(model: str, words: str, pictures: tuple[str, ...], role: str, **more: Any) -> dict[str, Any]:
    """The body of a task."""
    shown = [{"type": "image_url", "image_url": {"url": picture}, "role": role} for picture in pictures]
    return {
        "model": model, "content": [{"type": "text", "text": words}, *shown], "resolution": "720p", "ratio": "16:9",
        "duration": 4, "generate_audio": False, "watermark": False, "seed": 7, **more,
    }  # fmt: skip


TWO, TWO_FIVE, PICTURE = "dreamina-seedance-2-0-260128", "dreamina-seedance-2-5-260628", "seedream-5-0-260128"
OURS = {"own_id": "safety_identifier"}
CASES: dict[str, dict[str, Any]] = {
    "modelark-seedance": {"model": TWO, "body": take(TWO, SHOWN, LIBRARY, "reference_image"), **OURS},
    "modelark-seedance-2-5": {
        "model": TWO_FIVE,
        "body": take(TWO_FIVE, SHOWN, LIBRARY, "reference_image", omni_reference_task_type="reference"),
        **OURS,
    },
    "modelark-seedance-frame": {
        "model": TWO, "body": take(TWO, "Ami reads.", ("start_frame",), "first_frame"),
        "roles": (*LIBRARY, "start_frame"), **OURS,
    },
    "modelark-seedream": {
        "model": PICTURE,
        "body": {
            "model": PICTURE, "prompt": "Ami reads.", "image": [AMI, SIDE], "size": "2848x1600", "seed": 7,
            "response_format": "url", "sequential_image_generation": "disabled", "watermark": False,
        },
        "roles": (AMI, SIDE),
    },
}  # fmt: skip
