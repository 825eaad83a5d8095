"""The sound of a take: its spoken lines over a very quiet room, never digital silence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from continuity.jobs.request import derive_seed

RATE = 48_000  # Hz
ROOM_TONE_DBFS = -60.0


def soundtrack(lines: Sequence[tuple[np.ndarray, float]], seconds: float, location: str) -> np.ndarray:
    """Float32 mono at RATE, exactly ``seconds`` long. ``lines`` are (samples at RATE, seconds from the start)."""
    from continuity.media.audio import mix

    return (mix(seconds, RATE, lines) + room_tone(location, round(seconds * RATE))).astype(np.float32)


def room_tone(location: str, count: int) -> np.ndarray:
    """Noise that belongs to a place: the same for every shot there, at ROOM_TONE_DBFS RMS.

    One-pole low-passed white noise; rooms differ in how dull they are and in a faint hum.
    """
    from scipy.signal import lfilter

    chance = np.random.default_rng(derive_seed("room tone", location))
    cutoff = chance.uniform(250.0, 900.0)  # Hz
    hum = chance.choice([50.0, 60.0, 90.0, 120.0])
    pole = float(np.exp(-2 * np.pi * cutoff / RATE))
    noise = lfilter([1 - pole], [1, -pole], chance.standard_normal(count + RATE // 10))[
        RATE // 10 :
    ]  # past the filter's start
    noise /= max(float(np.sqrt(np.mean(noise**2))), 1e-9)
    tone = noise + 0.35 * np.sin(2 * np.pi * hum * np.arange(count) / RATE)
    return (tone / np.sqrt(np.mean(tone**2)) * 10 ** (ROOM_TONE_DBFS / 20)).astype(np.float32)
