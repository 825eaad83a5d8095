"""What ElevenLabs must be sent for a full request of each of its cards, after elevenlabs 2.78.0.

The stand-in's books have the parts of a line's address, the voice and the form of its sound, beside its body.
"""

from __future__ import annotations

from typing import Any

SARAH = "EXAVITQu4vr4xnSDxMaL"
MASTER = "masters/voices/ami"
CASES: dict[str, dict[str, Any]] = {
    "elevenlabs-speech": {
        "model": "eleven_multilingual_v2",
        "body": {
            "voice": SARAH, "output_format": "wav_24000", "text": "Ami reads.", "model_id": "eleven_multilingual_v2",
            "seed": 7,
        },
        "roles": ("voices/ami",), "voice": SARAH,
    },
    "elevenlabs-voice": {
        "model": "voices/add", "body": {"name": "Ami", "files": [MASTER]}, "roles": (MASTER,), "own_id": "description",
    },
}  # fmt: skip
