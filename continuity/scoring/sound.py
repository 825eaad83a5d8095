"""The voices and words of one take, as fields of its score."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from continuity.files import sha256_file
from continuity.plan.schema import Scorer
from continuity.scoring import vectors
from continuity.scoring.prepared import VERSION

if TYPE_CHECKING:
    from continuity.scoring.takes import SpokenLine
    from continuity.scoring.voice import VoiceEncoder


def sound(clip: Path, lines: Sequence[SpokenLine], scorer: Scorer, vectors_folder: Path) -> dict[str, Any]:
    """Voice and words of the lines spoken on screen; None and empty for a take without lines."""
    if not lines:
        return {"voice": None, "voice_min": None, "voices": [], "words": None, "words_by_line": [], "heard": []}
    from continuity.media.video import read_audio
    from continuity.scoring.voice import load_voice_encoder, score_lines, voice_and_minimum
    from continuity.scoring.words import recognise, word_error_rate

    rate = 16000
    samples = read_audio(clip, rate)
    encoder = load_voice_encoder(scorer.voice)
    voices: list[float | None] = []
    for line in lines:
        if line.sample is None:
            voices.append(None)
            continue
        vector = _locked_voice(line.sample, encoder, vectors_folder)
        voices += score_lines(encoder, samples, rate, [(line.start, line.end)], vector)
    heard, errors = [], []
    if scorer.words:
        for line in lines:
            spoken = samples[max(0, int((line.start - 0.1) * rate)) : int((line.end + 0.2) * rate)]
            heard.append(recognise(spoken, rate))
            errors.append(word_error_rate(heard[-1], line.text))
    mean, least = voice_and_minimum(voices)
    return {
        "voice": mean,
        "voice_min": least,
        "voices": voices,
        "words": float(np.mean(errors)) if errors else None,
        "words_by_line": errors,
        "heard": heard,
    }


def _locked_voice(sample: Path, encoder: VoiceEncoder, vectors_folder: Path) -> np.ndarray:
    """The vector of a locked voice sample; embedded once for all takes."""
    from continuity.media.audio import read_wav
    from continuity.scoring.voice import embed_sample

    key = vectors.key_of("voice", VERSION, encoder.id, sha256_file(sample))
    if (stored := vectors.load(vectors_folder, key)) is not None:
        return stored["voice"]
    vector = embed_sample(encoder, *read_wav(sample), sample.stem)
    vectors.save(vectors_folder, key, {"voice": vector})
    return vector
