"""What fal must be sent by more of its cards: the schema at fal.ai/models/<model>/llms.txt, or its client's types."""

from __future__ import annotations

from typing import Any

AMI, SIDE, KIT = "ami/anime/headshot", "ami/anime/angle-profile", "kit/headshot"
CAFE = "locations/cafe-morning"

CASES: dict[str, dict[str, Any]] = {
    "fal-kling-26-motion": {
        "model": "fal-ai/kling-video/v2.6/standard/motion-control",
        "body": {
            "prompt": "Ami reads.", "image_url": AMI, "video_url": "driving_clip", "character_orientation": "video",
            "keep_original_sound": True,
        },
        "roles": (AMI, SIDE, "driving_clip"),
    },
    "fal-minimax-h3": {
        "model": "minimax/h3-max/reference-to-video",
        "body": {
            "prompt": "Ami reads. Ami is the one in Image 1, Image 2. Kit is the one in Image 3. Image 4 shows the "
            "Lantern Cafe.",
            "prompt_expansion_mode": "balanced", "reference_image_urls": [AMI, SIDE, KIT, CAFE], "resolution": "768P",
            "aspect_ratio": "16:9", "duration": 5, "seed": 7,
        },
        "roles": (AMI, SIDE, KIT, CAFE),
    },
    "fal-nano-banana-2": {
        "model": "fal-ai/nano-banana-2/edit",
        "body": {
            "prompt": "Ami reads.", "image_urls": [AMI, SIDE], "aspect_ratio": "16:9", "resolution": "1K",
            "output_format": "png", "enable_web_search": False, "seed": 7,
        },
        "roles": (AMI, SIDE),
    },
    "fal-pixverse-swap": {
        "model": "fal-ai/pixverse/swap",
        "body": {
            "image_url": AMI, "video_url": "failed_take", "mode": "person", "resolution": "720p",
            "original_sound_switch": True, "seed": 7,
        },
        "roles": (AMI, SIDE, "failed_take"),
    },
    "fal-seedvr": {
        "model": "fal-ai/seedvr/upscale/video",
        "body": {
            "video_url": "failed_take", "upscale_mode": "target", "target_resolution": "1080p",
            "output_format": "X264 (.mp4)", "seed": 7,
        },
        "roles": (AMI, SIDE, CAFE, "failed_take"),
    },
    "fal-sync-lipsync": {
        "model": "fal-ai/sync-lipsync",
        "body": {
            "video_url": "failed_take", "audio_url": "lines", "model": "lipsync-1.9.0-beta", "sync_mode": "cut_off",
        },
        "roles": (AMI, SIDE, CAFE, "failed_take", "lines"),
    },
}  # fmt: skip
