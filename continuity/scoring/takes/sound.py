"""The voices and words of one take, as fields of its score."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from continuity.files import sha256_file
from continuity.plan.schema import Scorer
from continuity.scoring import metrics, vectors
from continuity.scoring.references.prepared import VERSION
from continuity.scoring.takes.line_voice import LineVoice

if TYPE_CHECKING:
    from continuity.scoring.voices.voice import VoiceEncoder


class LineToScore(NamedTuple):
    """A line spoken on screen; ``sample`` is the locked voice sample's file, times in seconds."""

    text: str
    start: float
    end: float
    sample: Path | None
    character: str


def stored_sound(
    clip: Path, sha256: str, lines: Sequence[LineToScore], scorer: Scorer, vectors_folder: Path
) -> dict[str, Any]:
    """`sound`, kept under the clip's bytes, the lines and whose voices they are in."""
    if not lines:
        return sound(clip, lines, scorer, vectors_folder)
    spoken = [
        [line.text, line.start, line.end, sha256_file(line.sample) if line.sample else None, line.character]
        for line in lines
    ]
    key = vectors.key_of("sound with voices", VERSION, sha256, spoken, scorer.voice, scorer.words)
    if (stored := vectors.load(vectors_folder, key)) is not None:
        kept = vectors.from_array(stored["json"])
        return {**kept, "line_voices": [LineVoice.from_json(line) for line in kept["line_voices"]]}
    heard = sound(clip, lines, scorer, vectors_folder)
    written = {**heard, "line_voices": [line.to_json() for line in heard["line_voices"]]}
    vectors.save(vectors_folder, key, {"json": vectors.as_array(written)})
    return heard


def sound(clip: Path, lines: Sequence[LineToScore], scorer: Scorer, vectors_folder: Path) -> dict[str, Any]:
    """Voice and words of the lines spoken on screen; None and empty for a take without lines."""
    if not lines:
        nothing: dict[str, Any] = {name: [] for name in ("voices", "line_voices", "words_by_line", "heard")}
        return {"voice": None, "voice_min": None, "words": None, **nothing}
    from continuity.media.video import read_audio
    from continuity.scoring.voices.voice import embed_lines, likeness, load_voice_encoder, voice_and_minimum
    from continuity.scoring.voices.words import recognise, word_error_rate

    rate = 16000
    samples = read_audio(clip, rate, seconds=max(line.end for line in lines) + 1)
    encoder = load_voice_encoder(scorer.voice)
    speakers = embed_lines(encoder, samples, rate, [(line.start, line.end) for line in lines])
    voices = [
        metrics.rounded(likeness(speaker, _locked_voice(line.sample, encoder, vectors_folder))) if line.sample else None
        for line, speaker in zip(lines, speakers, strict=True)
    ]
    heard, errors = [], []
    if scorer.words:
        for line in lines:
            spoken = samples[max(0, int((line.start - 0.1) * rate)) : int((line.end + 0.2) * rate)]
            heard.append(recognise(spoken, rate))
            errors.append(round(word_error_rate(heard[-1], line.text), metrics.DIGITS))
    mean, least = voice_and_minimum(voices)
    return {
        "voice": metrics.rounded(mean),
        "voice_min": least,
        "voices": voices,
        "line_voices": [LineVoice(line.character, speaker) for line, speaker in zip(lines, speakers, strict=True)],
        "words": metrics.rounded(float(np.mean(errors))) if errors else None,
        "words_by_line": errors,
        "heard": heard,
    }


def _locked_voice(sample: Path, encoder: VoiceEncoder, vectors_folder: Path) -> np.ndarray:
    """The vector of a locked voice sample; embedded once for all takes."""
    from continuity.media.audio import read_wav
    from continuity.scoring.voices.voice import embed_sample

    key = vectors.key_of("voice", VERSION, encoder.id, sha256_file(sample))
    if (stored := vectors.load(vectors_folder, key)) is not None:
        return stored["voice"]
    vector = embed_sample(encoder, *read_wav(sample), sample.stem)
    vectors.save(vectors_folder, key, {"voice": vector})
    return vector
