"""The provider `speech`: spoken lines from local text to speech.

The prompt is the text to say, ``direction["voice"]`` names a preset (``presets.PRESETS``). Parameters:
``pace`` 0.7 to 1.4 and ``pitch`` -4 to 4 semitones, both fixed for a character in ``conf/voice``: they
are part of who speaks. English only; emoji and words in other scripts are not spoken.

A preset *is* the lock of a voice here: it cannot follow a recorded sample as a cloning service does. A
reference to the locked sample (``voices/<id>`` or ``masters/voices/…``) is accepted so that its bytes
count towards the key, and the speaker score compares the line with it; it does not steer the voice.

Result: WAV, 48 kHz, mono, 16 bit, -20 LUFS, 60 ms of silence at most on either side.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import numpy as np

from continuity.errors import JobFailed, RequestRefused
from continuity.media.audio import Samples, normalise, trim_silence, write_wav
from continuity.providers.base import LocalProvider
from continuity.providers.speech.presets import PRESETS
from continuity.providers.speech.synthesis import RATE, synthesise
from continuity.providers.speech.text import has_words
from continuity.request import Request

LINE_LUFS = -20.0
MAX_CHARACTERS = 600
PARAMETERS: dict[str, tuple[float, float]] = {"pace": (0.7, 1.4), "pitch": (-4.0, 4.0)}

_SILENCE_SECONDS = 0.06
_FADE_SECONDS = 0.005


class Speech(LocalProvider):
    """Speaks one line per request."""

    name = "speech"

    def refuse(self, request: Request) -> None:
        """Raise RequestRefused for another kind, an unknown preset or parameter, or text nobody can say."""
        if request.kind != "voice":
            _refuse(request, f"`speech` makes voices, not {request.kind}; choose another model")
        for name in ("resolution", "seconds", "fps", "negative_prompt"):
            if getattr(request, name):
                _refuse(request, f"`speech` takes no {name}: a line is as long as its words; leave it out")
        self._refuse_voice(request)
        for reference in request.references:
            if not reference.role.startswith(("voices/", "masters/voices/")):
                _refuse(request, f"`speech` cannot use the reference {reference.role!r}; it takes voice samples only")
        if not request.prompt.strip():
            _refuse(request, "there is no text to say; write the line")
        if not has_words(request.prompt):
            _refuse(request, f"{request.prompt.strip()[:40]!r} holds no word an English voice can say; write words")
        if len(request.prompt) > MAX_CHARACTERS:
            _refuse(
                request, f"the text has {len(request.prompt)} characters and a line at most {MAX_CHARACTERS}; split it"
            )

    def _refuse_voice(self, request: Request) -> None:
        preset = request.direction.get("voice")
        if preset not in PRESETS:
            _refuse(request, f"unknown voice preset {preset!r}; choose one of {', '.join(PRESETS)}")
        for name, value in request.parameters.items():
            if name not in PARAMETERS:
                _refuse(request, f"unknown parameter {name!r}; `speech` takes {' and '.join(PARAMETERS)}")
            low, high = PARAMETERS[name]
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                _refuse(request, f"{name} is {value!r}; give a number from {low:g} to {high:g}")

    def render(self, request: Request, path: Path) -> None:
        """Write the spoken line. Raises JobFailed when the synthesiser makes no sound of it."""
        samples = synthesise(
            PRESETS[request.direction["voice"]],
            request.prompt,
            request.seed,
            pace=float(request.parameters.get("pace", 1.0)),
            semitones=float(request.parameters.get("pitch", 0.0)),
        )
        line = trim_silence(normalise(samples, RATE, LINE_LUFS), RATE, _SILENCE_SECONDS)
        if not len(line):
            raise JobFailed(f"{request.subject}: the voice made no sound of {request.prompt[:40]!r}; word it otherwise")
        write_wav(path, _faded(normalise(line, RATE, LINE_LUFS)), RATE)


def _refuse(request: Request, reason: str) -> NoReturn:
    raise RequestRefused(f"{request.subject}: {reason}")


def _faded(samples: Samples) -> Samples:
    """Without a click where the cut silence was not quite silent."""
    count = min(len(samples) // 2, round(_FADE_SECONDS * RATE))
    ramp = np.linspace(0.0, 1.0, count, dtype=np.float32)
    samples[:count] *= ramp
    samples[len(samples) - count :] *= ramp[::-1]
    return samples
