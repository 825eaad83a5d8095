"""What Black Forest Labs must be sent by each of its cards: docs.bfl.ai, and for FLUX 3 docs.comfy.org."""

from __future__ import annotations

from typing import Any

AMI, SIDE = "ami/anime/headshot", "ami/anime/angle-profile"

CASES: dict[str, dict[str, Any]] = {
    "bfl-flux-2-klein": {
        "model": "flux-2-klein-9b",
        "body": {
            "prompt": "Ami reads.", "input_image": AMI, "input_image_2": SIDE, "width": 640, "height": 368, "seed": 7,
            "output_format": "png",
        },
        "roles": (AMI, SIDE),
    },
    "bfl-flux-2-pro": {
        "model": "flux-2-pro",
        "body": {
            "prompt": "Ami reads.", "input_image": AMI, "input_image_2": SIDE, "width": 640, "height": 368, "seed": 7,
            "prompt_upsampling": False, "output_format": "png",
        },
        "roles": (AMI, SIDE),
    },
    "bfl-flux-3": {
        "model": "flux-3-image",
        "body": {
            "prompt": "Ami reads.", "images": [AMI, SIDE], "aspect_ratio": "16:9", "resolution": "1k",
            "grounding": False,
        },
        "roles": (AMI, SIDE),
    },
}  # fmt: skip
