"""The sound of a take: its spoken lines over a very quiet room, never digital silence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from continuity.plan.seeds import derive_seed

RATE = 48_000  # Hz
ROOM_TONE_DBFS = -60.0


def soundtrack(lines: Sequence[tuple[np.ndarray, float]], seconds: float, location: str) -> np.ndarray:
    """Float32 mono at RATE, exactly ``seconds`` long. ``lines`` are (samples at RATE, seconds from the start)."""
    from continuity.media.audio import mix

    return (mix(seconds, RATE, lines) + room_tone(location, round(seconds * RATE))).astype(np.float32)


def room_tone(location: str, count: int) -> np.ndarray:
    """Noise that belongs to a place, at ROOM_TONE_DBFS RMS: white noise behind a first-order low pass, and a faint hum.

    Rooms differ in how dull they are and in the hum; every shot of one length there sounds alike.
    """
    chance = np.random.default_rng(derive_seed("room tone", location))
    cutoff, hum = chance.uniform(250.0, 900.0), chance.choice([50.0, 60.0, 90.0, 120.0])  # Hz
    spectrum = np.fft.rfft(chance.standard_normal(count)) / np.sqrt(
        1 + (np.fft.rfftfreq(count, 1 / RATE) / cutoff) ** 2
    )
    noise = np.fft.irfft(spectrum, count)
    tone = noise / max(float(np.std(noise)), 1e-9) + 0.35 * np.sin(2 * np.pi * hum * np.arange(count) / RATE)
    return (tone / np.sqrt(np.mean(tone**2)) * 10 ** (ROOM_TONE_DBFS / 20)).astype(np.float32)
