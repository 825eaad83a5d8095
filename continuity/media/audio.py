"""Sound as samples: WAV files, resampling, loudness, peaks and mixing.

Samples are float32, full scale ±1.0, time first, as soundfile has them: (n,) is one channel, (n, 2) left and
right. There are never more channels than two. What a function gives has the channels that it was given;
`stereo` and `one_channel` change between the two. Rates are Hz, times are seconds. Loudness is LUFS after
ITU-R BS.1770-4, peaks are dB of full scale measured at four times the rate (true peak, BS.1770-4 annex 2).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from continuity.errors import MediaError
from continuity.files import write_bytes
from continuity.media import riff

Samples = NDArray[np.float32]

SILENCE_DBFS = -55.0  # a frame below this is silence whatever surrounds it: room tone lies near -60
SILENCE_BELOW_LOUDEST_DB = 40.0  # word-final s and f lie up to 35 dB below the loudest vowel
FRAME_SECONDS = 0.01
RATES = range(2_000, 1_000_001)  # Hz: a rate beyond is a damaged header, and resampling it would take all memory

_GATING_BLOCK_SECONDS = 0.4  # BS.1770's shortest measurable stretch
_OVERSAMPLING = 4
_LIMITER_SECONDS = 0.005  # half width of the gain curve: shorter distorts, longer pumps
_MAX_GAIN_DB = 30.0
_CORRECTIONS = 8
_SIGNS = np.array([[0.5, 0.5], [0.5, -0.5]], np.float32)  # of left and right: their mean, and with one turned over
_OPPOSED = 4.0  # in power, so twice in amplitude
_WAY_OUT = "put a whole WAV in its place"
_LAYOUTS = {3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}  # by the order that WAV prescribes


def read_wav(path: Path) -> tuple[Samples, int]:
    """Samples and rate of a sound file that libsndfile reads (WAV, FLAC, Ogg, MP3); levels over full scale are kept.

    More than two channels are mixed to two by the coefficients of ITU-R BS.775. Raises MediaError when the
    file is missing, empty, truncated, damaged, not a sound, or not finite.
    """
    import soundfile

    try:
        data = path.read_bytes()
    except OSError as error:
        way_out = "bring it back (`git checkout` or `dvc pull`)"
        raise MediaError(f"{path}: cannot be read ({error.strerror})", way_out) from error
    if not data:
        raise MediaError(f"{path}: the file is empty", _WAY_OUT)
    if chunk := riff.data_chunk(data):
        if chunk.promised is None:
            data = riff.with_unknown_length(data, chunk)
        elif chunk.promised > chunk.present:
            there = f"{chunk.present} bytes of sound of the {chunk.promised} that its header declares"
            raise MediaError(f"{path}: truncated, {there}", _WAY_OUT)
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            promised, rate = file.frames, file.samplerate
            samples = file.read(dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OverflowError, ValueError, MemoryError) as error:
        words = error.error_string.rstrip(".") if isinstance(error, soundfile.LibsndfileError) else error
        raise MediaError(f"{path}: not a sound file, or a damaged one ({words})", _WAY_OUT) from error
    if not len(samples):
        raise MediaError(f"{path}: holds no samples", _WAY_OUT)
    if len(samples) < promised:
        at = f"{len(samples) / rate:.2f} s of {promised / rate:.2f} s"
        raise MediaError(f"{path}: damaged or truncated at {at}", _WAY_OUT)
    if rate not in RATES:
        raise MediaError(f"{path}: damaged, a rate of {rate} Hz is none of sound", _WAY_OUT)
    if not np.isfinite(samples).all():
        raise MediaError(f"{path}: holds samples that are not finite numbers", "export it again as 16-bit PCM")
    return _two_at_most(samples, rate), rate


def write_wav(path: Path, samples: Samples, rate: int) -> None:
    """16-bit PCM, written whole or not at all; what lies beyond full scale is clipped."""
    import soundfile

    pcm = np.clip(np.round(samples * 32768.0), -32768, 32767).astype(np.int16)
    buffer = io.BytesIO()
    soundfile.write(buffer, pcm, rate, format="WAV", subtype="PCM_16")
    write_bytes(path, buffer.getvalue())


def stereo(samples: Samples) -> Samples:
    """(n, 2): one channel is heard from both sides."""
    return samples if samples.ndim == 2 else np.repeat(samples[:, None], 2, axis=1)


def one_channel(samples: Samples) -> Samples:
    """(n,): the mean of left and right, in which a voice of opposite signs (a microphone wired the wrong way
    round, a "wide" effect) does not vanish.

    Where the difference of the channels is twice their sum and more (correlation under -0.6), one of them is
    turned over first. Both are measured on steps from sample to sample, so that hum and offset do not decide.
    """
    if samples.ndim == 1:
        return samples
    steps = np.diff(samples, axis=0)
    together, apart = (float(np.square(steps @ signs, dtype=np.float64).sum()) for signs in _SIGNS)
    return samples @ (_SIGNS[1] if apart > _OPPOSED * together else _SIGNS[0])


def resample(samples: Samples, rate: float, to: float) -> Samples:
    """The same sound at another rate (polyphase, Kaiser window); both rates may be fractional."""
    from scipy.signal import resample_poly

    if rate == to or not len(samples):
        return samples.astype(np.float32, copy=True)
    ratio = Fraction(to / rate).limit_denominator(1000)
    return resample_poly(samples, ratio.numerator, ratio.denominator, axis=0).astype(np.float32)


def loudness_lufs(samples: Samples, rate: int) -> float:
    """Integrated, gated loudness; ``-inf`` for silence (nothing above BS.1770's gate at -70 LUFS).

    A sound shorter than one gating block (0.4 s) is repeated until it fills one: padding with
    silence would make a short word measure quieter than the same word in a sentence.
    """
    import pyloudnorm

    if not np.any(samples):
        return float("-inf")
    block = int(np.ceil(_GATING_BLOCK_SECONDS * rate)) + 1
    if len(samples) < block:
        samples = np.resize(samples, (block, *samples.shape[1:]))
    with np.errstate(divide="ignore", invalid="ignore"):
        level = float(pyloudnorm.Meter(rate).integrated_loudness(samples.astype(np.float64)))
    return level if np.isfinite(level) else float("-inf")


def true_peak_dbfs(samples: Samples) -> float:
    """The highest point of the waveform between samples as well as on them; ``-inf`` for silence."""
    peak = float(_peaks(samples).max(initial=0.0))
    return 20.0 * float(np.log10(peak)) if peak > 0 else float("-inf")


def normalise(samples: Samples, rate: int, lufs: float, peak_dbfs: float = -1.0) -> Samples:
    """The same sound at ``lufs``, with no true peak above ``peak_dbfs``. Both channels get one gain, so that
    what is heard from a side stays there.

    Gain is applied, peaks are limited, loudness is measured again and the gain corrected, until the
    target is met within 0.1 LU. Three things win over the target: the peak ceiling (a sound that is
    all peaks, like a click, stays quieter), a highest gain of 30 dB (room tone stays room tone), and
    silence, which is returned as it is.
    """
    level = loudness_lufs(samples, rate)
    if not np.isfinite(level):
        return samples.astype(np.float32, copy=True)
    ceiling = 10.0 ** (peak_dbfs / 20.0)
    gain_db = min(lufs - level, _MAX_GAIN_DB)
    peaks = _peaks(samples)
    if peaks.max() * _linear(gain_db) <= ceiling:
        return (samples * _linear(gain_db)).astype(np.float32)
    for _ in range(_CORRECTIONS):
        gain = _linear(gain_db)
        limited = _over_time(samples, gain * _limiting_gain(peaks * gain, rate, ceiling))
        missing_db = lufs - loudness_lufs(limited, rate)
        if missing_db <= 0.1 or gain_db >= _MAX_GAIN_DB:
            break
        gain_db = min(gain_db + missing_db, _MAX_GAIN_DB)
    # A moving gain bends the curve between samples by some hundredths of a dB.
    limited *= np.float32(min(1.0, ceiling / float(_peaks(limited).max())))
    return limited.astype(np.float32)


def mix(total_seconds: float, rate: int, placed: Sequence[tuple[Samples, float]]) -> Samples:
    """Sounds summed onto ``total_seconds`` of silence, each ``(samples, at_seconds)`` at one rate.

    Stereo when one of them is; those of one channel are then heard from both sides. What reaches beyond the
    end is cut off there. Nothing is scaled or clipped: normalise afterwards. Raises MediaError for a sound
    placed before the start.
    """
    out = np.zeros(round(total_seconds * rate), np.float32)
    if any(samples.ndim == 2 for samples, _ in placed):
        out = stereo(out)
    for samples, at in placed:
        if at < 0:
            raise MediaError(f"a sound is placed {-at:g} s before the start; place it at 0 or later")
        start = round(at * rate)
        part = samples[: max(0, len(out) - start)]
        out[start : start + len(part)] += stereo(part) if out.ndim == 2 else part
    return out


def mix_files(total_seconds: float, rate: int, placed: Sequence[tuple[Path, float]]) -> Samples:
    """Sound files as `mix` sums them, ``(file, at_seconds)``, each brought to ``rate`` first."""
    sounds = [(read_wav(path), at) for path, at in placed]
    return mix(total_seconds, rate, [(resample(samples, own, rate), at) for (samples, own), at in sounds])


def sounding(samples: Samples, rate: int) -> NDArray[np.bool_]:
    """For every whole frame of 10 ms, whether something is heard: louder than -55 dBFS (RMS, of the louder
    channel) and within 40 dB of the loudest frame."""
    hop = round(FRAME_SECONDS * rate)
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    frames = samples[: len(samples) // hop * hop].reshape(-1, hop, channels)
    if not len(frames):
        return np.zeros(0, np.bool_)
    level = 10.0 * np.log10(np.square(frames, dtype=np.float64).mean(axis=1).max(axis=1) + 1e-12)
    return level > max(SILENCE_DBFS, float(level.max()) - SILENCE_BELOW_LOUDEST_DB)


def trim_silence(samples: Samples, rate: int, keep_seconds: float = 0.0) -> Samples:
    """Without the silence before the first and after the last sounding frame, save ``keep_seconds``
    of it on either side; empty when nothing sounds."""
    heard = np.flatnonzero(sounding(samples, rate))
    if not len(heard):
        return samples[:0].copy()
    hop, keep = round(FRAME_SECONDS * rate), round(keep_seconds * rate)
    return samples[max(0, heard[0] * hop - keep) : (heard[-1] + 1) * hop + keep].copy()


def close_pauses(samples: Samples, rate: int, keep_seconds: float = 0.1) -> Samples:
    """Only what sounds, with up to ``keep_seconds`` around it: silence at the ends and pauses are shortened."""
    from scipy.ndimage import binary_dilation

    hop = round(FRAME_SECONDS * rate)
    heard = sounding(samples, rate)
    kept = binary_dilation(heard, iterations=round(keep_seconds / FRAME_SECONDS)) if heard.any() else heard
    return samples[: len(kept) * hop][np.repeat(kept, hop)]


def _two_at_most(samples: Samples, rate: int) -> Samples:
    """(n,) or (n, 2) of (n, channels); the mean of more channels than any loudspeakers have."""
    channels = samples.shape[1]
    if channels == 2:
        return samples
    if channels not in _LAYOUTS:
        return samples.mean(axis=1, dtype=np.float32)
    import av

    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "flt", _LAYOUTS[channels])
    frame.sample_rate = rate
    (mixed,) = av.AudioResampler("flt", "stereo", rate).resample(frame)
    return mixed.to_ndarray().reshape(-1, 2).astype(np.float32, copy=False)


def _peaks(samples: Samples) -> Samples:
    """(n,) the largest magnitude of the four-times oversampled waveform around each sample, in either channel."""
    from scipy.signal import resample_poly

    if samples.ndim == 2 and np.allclose(samples[:, 0], samples[:, 1], rtol=0, atol=1e-5):
        samples = samples[:, 0]  # most voices: half the work, and no thousandth of a dB
    fine = np.abs(resample_poly(samples, _OVERSAMPLING, 1, axis=0))
    fine = fine.reshape(len(samples), -1).max(axis=1, initial=0.0)
    # Points after a sample belong to the next one as much: both are turned down for them.
    fine[1:] = np.maximum(fine[1:], fine[:-1])
    return fine.astype(np.float32)


def _limiting_gain(peaks: Samples, rate: int, ceiling: float) -> Samples:
    """(n,) a smooth gain of at most 1 that brings every peak under ``ceiling`` (linear).

    The gain that each point needs (ceiling / peak) is spread to its lowest value within 5 ms either
    way and then averaged over the same stretch, by two boxes of half the width. Every value in that
    average is at most what the centre needs, so the smooth curve never exceeds the need. It works
    offline and sees both ways, so nothing is delayed.
    """
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    quarter = max(1, round(_LIMITER_SECONDS * rate / 2))
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    lowest = minimum_filter1d(needed, 4 * quarter + 1, mode="nearest")
    box = 2 * quarter + 1
    smooth = uniform_filter1d(uniform_filter1d(lowest, box, mode="nearest"), box, mode="nearest")
    return smooth.astype(np.float32)


def _over_time(samples: Samples, gain: Samples) -> Samples:
    return samples * (gain if samples.ndim == 1 else gain[:, None])


def _linear(decibels: float) -> np.float32:
    return np.float32(10.0 ** (decibels / 20.0))
