"""Mouth shapes from a line's sound: how open from its energy, which shape from its brightness.

Vowels differ in where their energy lies: "ee" is bright, "oo" dark, "ah" between and loud. That is
enough for a drawn mouth of five shapes, in any language, without recognising a word.
"""

from __future__ import annotations

import numpy as np

from puppet.rig import Viseme

_SILENCE_DB = -28.0  # below the line's loud moments: the mouth is shut
_HALF_OPEN_DB = -17.0  # above silence and below this: lips nearly together
_DARK_HZ, _BRIGHT_HZ = 620.0, 1500.0  # centroid of voiced sound, 80 Hz to 4 kHz
_SHORTEST = 2  # frames: a mouth that changes on every frame reads as noise


def mouth(samples: np.ndarray, rate: int, at: float, fps: float, frames: int) -> tuple[list[Viseme], list[float]]:
    """Mouth shape and loudness (0..1) for each of a shot's ``frames``, for one line that starts ``at`` seconds.

    ``samples`` float32 mono at ``rate``. Frames outside the line, and its pauses, are "closed" and 0.
    """
    energies, centroids = np.zeros(frames), np.zeros(frames)
    window = max(256, round(rate * 1.4 / fps))
    taper = np.hanning(window)
    frequencies = np.fft.rfftfreq(window, 1 / rate)
    voice = (frequencies >= 80) & (frequencies <= 4000)
    for index in range(frames):
        middle = round(((index + 0.5) / fps - at) * rate)
        begin = middle - window // 2
        if begin + window <= 0 or begin >= len(samples):
            continue
        piece = samples[max(0, begin) : begin + window]
        piece = np.pad(piece, (max(0, -begin), window - len(piece) - max(0, -begin))) * taper
        power = np.abs(np.fft.rfft(piece)[voice]) ** 2
        energies[index] = np.sqrt(np.mean(piece**2))
        total = power.sum()
        centroids[index] = float((power * frequencies[voice]).sum() / total) if total > 0 else 0.0
    sounding = energies[energies > 1e-4]
    if not len(sounding):
        return ["closed"] * frames, [0.0] * frames
    loud = float(np.percentile(sounding, 92))
    level = 20 * np.log10(np.maximum(energies, 1e-6) / loud)
    shapes: list[Viseme] = [_shape(float(db), float(hertz)) for db, hertz in zip(level, centroids, strict=True)]
    loudness = [round(float(min(1.0, energy / loud)), 3) for energy in energies]
    return _held(shapes), loudness


def _shape(level: float, centroid: float) -> Viseme:
    if level < _SILENCE_DB:
        return "closed"
    if level < _HALF_OPEN_DB:
        return "M"
    if centroid < _DARK_HZ:
        return "O"
    return "E" if centroid > _BRIGHT_HZ else "A"


def _held(shapes: list[Viseme]) -> list[Viseme]:
    """No shape shorter than two frames, except that silence is never talked over."""
    held = list(shapes)
    since = 0
    for index in range(1, len(held)):
        if held[index] == held[index - 1]:
            continue
        if index - since < _SHORTEST and "closed" not in (held[index], held[index - 1]):
            held[index] = held[index - 1]
        else:
            since = index
    return held
