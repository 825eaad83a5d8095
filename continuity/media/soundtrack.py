"""An episode's sound: every shot's own and the voice-over on one timeline, even in loudness.

An episode is stereo, and all is measured as it is heard there: what has one channel sounds from both sides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np

from continuity.media.audio import Samples, loudness_lufs, normalise, read_wav, resample, stereo
from continuity.media.writing import AUDIO_RATE

PEAK_DBFS = -1.0  # of what is heard, so after AAC
_ENCODER_ROOM_DB = 0.5  # by which AAC commonly overshoots
DUCK_DB = 18.0  # by which a clip's own sound is turned down under a dubbed line: there, and no longer understood
DUCK_SECONDS = 0.15  # in which it goes down before the line, and comes back after it
FADE_SECONDS = 0.005  # at joins, else a wave cut in mid-swing clicks
MAX_SPREAD_LU = 6.0  # between the loudest and the quietest voice of an episode
MAX_LIFT_DB = 20.0  # more would lift noise, not a voice


@dataclass(frozen=True)
class ShotSound:
    """One shot's sound at AUDIO_RATE; ``begins`` and ``ends`` are samples of the episode.

    ``voice_over`` holds ``(wav, samples after begins)``, and ``dubs`` the same, under which ``samples`` are ducked.
    """

    samples: Samples
    begins: int
    ends: int
    speaks: bool
    voice_over: Sequence[tuple[Path, int]] = ()
    dubs: Sequence[tuple[Path, int]] = ()


@dataclass(frozen=True)
class Soundtrack:
    """The mixed episode, (n, 2) at AUDIO_RATE. Loudness in LUFS, -inf for silence; ``shots`` holds each
    shot's own before evening, ``gains_db`` what evening did to it."""

    samples: Samples
    lufs: float  # asked for
    peak_dbfs: float
    before: float
    after: float
    shots: list[float]
    gains_db: list[float]

    def with_peaks_lowered(self, by_db: float) -> Soundtrack:
        """The same at the same loudness, where peaks allow it."""
        peak = self.peak_dbfs - by_db
        samples = normalise(self.samples, AUDIO_RATE, self.lufs, peak)
        return replace(self, samples=samples, peak_dbfs=peak, after=loudness_lufs(samples, AUDIO_RATE))


def soundtrack(sounds: Sequence[ShotSound], lufs: float) -> Soundtrack:
    """Mix the shots' sounds to ``lufs`` with true peaks at or below -1.5 dBFS.

    Voices first come within 6 LU of one another: each speaking shot and voice-over to at most 3 LU from
    the median of them all. A shot in which nobody speaks is turned down if it is louder than that, and
    never up: what is meant to be quiet stays quiet. Gains inside a shot are constant, so that its own
    balance is kept, but under dubs, where a shot's own sound is 18 dB lower. Voice-over and dubs may run on into the
    following shots. Raises MediaError for an unreadable file.
    """
    voices = [[(_voice(path), at) for path, at in (*sound.voice_over, *sound.dubs)] for sound in sounds]
    own_sounds = [stereo(sound.samples) for sound in sounds]
    levels = [loudness_lufs(samples, AUDIO_RATE) for samples in own_sounds]
    voice_levels = [[loudness_lufs(samples, AUDIO_RATE) for samples, _ in each] for each in voices]
    spoken = [level for sound, level in zip(sounds, levels, strict=True) if sound.speaks]
    spoken += [level for each in voice_levels for level in each]
    middle = median(_heard(spoken) or _heard(levels) or [lufs])
    gains = [_gain_db(level, middle, may_lift=sound.speaks) for sound, level in zip(sounds, levels, strict=True)]

    before = np.zeros((sounds[-1].ends, 2), np.float32)
    even = np.zeros_like(before)
    for sound, heard, gain, own, own_levels in zip(sounds, own_sounds, gains, voices, voice_levels, strict=True):
        dubs = [(at, at + len(voice)) for voice, at in own[len(sound.voice_over) :]]
        samples = _ducked(_faded(heard[: sound.ends - sound.begins]), dubs)
        ends = sound.begins + len(samples)
        before[sound.begins : ends] += samples
        even[sound.begins : ends] += samples * _factor(gain)
        for (voice, at), level in zip(own, own_levels, strict=True):
            start = sound.begins + at
            part = voice[: max(0, len(before) - start)]
            before[start : start + len(part)] += part
            even[start : start + len(part)] += part * _factor(_gain_db(level, middle, may_lift=True))
    peak = PEAK_DBFS - _ENCODER_ROOM_DB
    mixed = normalise(even, AUDIO_RATE, lufs, peak)
    heard_before, heard_after = (loudness_lufs(samples, AUDIO_RATE) for samples in (before, mixed))
    return Soundtrack(mixed, lufs, peak, heard_before, heard_after, levels, gains)


def _ducked(samples: Samples, spans: Sequence[tuple[int, int]]) -> Samples:
    """``samples`` turned down within ``spans``, from and to sample, and on slopes before and after them."""
    if not spans or not len(samples):
        return samples
    at = np.arange(len(samples))
    slope = DUCK_SECONDS * AUDIO_RATE
    down = np.zeros(len(samples))  # 0: as it is, 1: all the way down
    for first, last in spans:
        down = np.maximum(down, np.interp(at, [first - slope, first, last, last + slope], [0, 1, 1, 0]))
    return samples * (10 ** (-DUCK_DB / 20 * down)).astype(np.float32)[:, None]


def _voice(path: Path) -> Samples:
    samples, rate = read_wav(path)
    return stereo(resample(samples, rate, AUDIO_RATE))


def _heard(levels: Sequence[float]) -> list[float]:
    return [level for level in levels if math.isfinite(level)]


def _gain_db(level: float, middle: float, may_lift: bool) -> float:
    if not math.isfinite(level):
        return 0.0
    aim = min(max(level, middle - MAX_SPREAD_LU / 2), middle + MAX_SPREAD_LU / 2)
    return min(aim - level, MAX_LIFT_DB if may_lift else 0.0)


def _factor(gain_db: float) -> np.float32:
    return np.float32(10 ** (gain_db / 20))


def _faded(samples: Samples) -> Samples:
    faded = samples.astype(np.float32, copy=True)
    count = min(round(FADE_SECONDS * AUDIO_RATE), len(faded) // 2)
    ramp = np.linspace(0, 1, count, dtype=np.float32)[:, None]
    faded[:count] *= ramp
    faded[len(faded) - count :] *= ramp[::-1]
    return faded
