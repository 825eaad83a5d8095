"""What each::labs must be sent by more of its cards: the parameters of each model on its page at eachlabs.ai or in
github.com/eachlabs/skills."""

from __future__ import annotations

from typing import Any

AMI, SIDE, KIT = "ami/anime/headshot", "ami/anime/angle-profile", "kit/headshot"
CAFE, LETTER = "locations/cafe-morning", "props/letter"

CASES: dict[str, dict[str, Any]] = {
    "eachlabs-flux-2-pro": {
        "model": "flux-2-pro-edit",
        "body": {
            "prompt": "Ami reads.", "image_urls": [AMI, SIDE], "image_size": "landscape_16_9", "output_format": "png",
            "seed": 7,
        },
        "roles": (AMI, SIDE),
    },
    "eachlabs-kling-26-motion": {
        "model": "kling-v2-6-standard-motion-control",
        "body": {
            "prompt": "Ami reads.", "image_url": AMI, "video_url": "driving_clip", "character_orientation": "video",
            "keep_original_sound": True,
        },
        "roles": (AMI, SIDE, "driving_clip"),
    },
    "eachlabs-kling-o3": {
        "model": "kling-o3-standard-reference-to-video",
        "body": {
            "prompt": "@Element1 reads. Kit is @Element2. @Image1 shows the Lantern Cafe. @Image2 shows a "
            "sealed letter.",
            "elements": [
                {"frontal_image_url": AMI, "reference_image_urls": [SIDE]},
                {"frontal_image_url": KIT, "reference_image_urls": [KIT]},
            ],
            "image_urls": [CAFE, LETTER], "start_image_url": "start_frame", "aspect_ratio": "16:9", "duration": "3",
            "generate_audio": False,
        },
        "roles": (AMI, SIDE, KIT, CAFE, LETTER, "start_frame"),
    },
    "eachlabs-elevenlabs": {
        "model": "elevenlabs-text-to-speech",
        "body": {"text": "Ami reads.", "model_id": "eleven_v3", "voice_id": "EXAVITQu4vr4xnSDxMaL", "seed": 7},
        "roles": ("voices/ami",), "voice": "EXAVITQu4vr4xnSDxMaL",
    },
    "eachlabs-latentsync": {
        "model": "latentsync",
        "body": {"video_url": "failed_take", "audio_url": "lines", "seed": 7},
        "roles": (AMI, SIDE, CAFE, "failed_take", "lines"),
    },
    "eachlabs-nano-banana-2": {
        "model": "nano-banana-2-edit",
        "body": {
            "prompt": "Ami reads.", "image_urls": [AMI, SIDE], "aspect_ratio": "16:9", "resolution": "1K",
            "output_format": "png",
        },
        "roles": (AMI, SIDE),
    },
    "eachlabs-wan-animate": {
        "model": "wan-v2-2-14b-animate-move",
        "body": {"image_url": AMI, "video_url": "driving_clip", "resolution": "720p", "seed": 7},
        "roles": (AMI, SIDE, "driving_clip"),
    },
}  # fmt: skip
