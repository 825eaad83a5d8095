"""What Runway must be sent by each of its cards: the types of runwayml 5.24.0, as it sends them (test_runway.py)."""

from __future__ import annotations

from typing import Any

AMI, SIDE, KIT = "ami/anime/headshot", "ami/anime/angle-profile", "kit/headshot"
LIBRARY = (AMI, SIDE, KIT, "locations/cafe-morning", "props/letter")

CASES: dict[str, dict[str, Any]] = {
    "runway-act-two": {
        "model": "character_performance/act_two",
        "body": {
            "model": "act_two", "character": {"type": "image", "uri": AMI},
            "reference": {"type": "video", "uri": "driving_clip"}, "bodyControl": True, "ratio": "1280:720", "seed": 7,
        },
        "roles": (AMI, SIDE, "driving_clip"),
    },
    "runway-gen4-image": {
        "model": "text_to_image/gen4_image",
        "body": {
            "model": "gen4_image", "promptText": "Ami reads.", "referenceImages": [{"uri": AMI}, {"uri": SIDE}],
            "ratio": "1920:1080", "seed": 7,
        },
        "roles": (AMI, SIDE),
    },
    "runway-gen45": {
        "model": "image_to_video/gen4.5",
        "body": {
            "model": "gen4.5", "promptImage": "start_frame", "promptText": "Ami reads.", "ratio": "1280:720",
            "duration": 2, "seed": 7,
        },
        "roles": (*LIBRARY, "start_frame"),
    },
    "runway-seedance": {
        "model": "text_to_video/seedance2",
        "body": {
            "model": "seedance2",
            "promptText": "Ami reads. Ami is the one in image 1, image 2. Kit is the one in image 3. image 4 shows the "
            "Lantern Cafe. image 5 shows a sealed letter.",
            "references": [{"uri": role} for role in LIBRARY], "ratio": "1280:720", "duration": 4, "audio": False,
            "seed": 7,
        },
        "roles": LIBRARY,
    },
    "runway-seedance-edit": {
        "model": "video_to_video/seedance2",
        "body": {
            "model": "seedance2", "promptVideo": "driving_clip",
            "promptText": "Ami reads. Ami is the one in image 1, image 2.",
            "references": [{"uri": AMI}, {"uri": SIDE}], "ratio": "1280:720", "duration": 4, "audio": False, "seed": 7,
        },
        "roles": (AMI, SIDE, "driving_clip"),
    },
}  # fmt: skip
