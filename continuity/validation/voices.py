"""Are lines told by who speaks them: the speaker score on voices, each line against every voice's locked sample.

A set is a folder with one folder for each voice; its first sound by name is the locked sample, the others are lines.
Without one, the voices of the provider `speech` speak. The baseline is the long-term average spectrum, whose cosine was
used to tell speakers apart before there were networks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from continuity.clutter import is_clutter
from continuity.errors import MediaError
from continuity.files import shown
from continuity.media.audio import Samples, close_pauses, normalise, one_channel, read_wav, resample, trim_silence
from continuity.providers.speech.presets import PRESETS
from continuity.providers.speech.synthesis import RATE as SPOKEN_RATE
from continuity.providers.speech.synthesis import synthesise
from continuity.records.validation import VoiceSet
from continuity.scoring.encoders.base import cosines, unit
from continuity.scoring.voices.voice import RATE, embed_sample, embed_voice, load_voice_encoder
from continuity.validation.statistics import DIGITS, Observed, auc, eer

SOUNDS = (".wav", ".flac", ".ogg")
SPEAKER, SPECTRUM = "speaker score", "baseline: mean spectrum"
PRESETS_NAME = "the voices of speech"
SEED = 7
WINDOW = 512  # samples at 16 kHz of one spectrum
TEXTS = (
    "My voice is locked here. Every line I ever speak is measured against these few calm sentences.",
    "The letter says midnight. On the roof.",
    "You kept it warm for me.",
    "Look, the whole city is awake.",
    "Then we had better bring the lantern.",
    "Foxes are never late.",
    "I left the blue umbrella by the harbour, next to the old boat.",
)

Sound = tuple[Samples, int]


def presets() -> VoiceSet:
    """The voices that `speech` has, each saying the same sentences."""
    spoken = {}
    for id, preset in PRESETS.items():
        said = (normalise(synthesise(preset, text, SEED), SPOKEN_RATE, -20.0) for text in TEXTS)
        spoken[id] = [(trim_silence(samples, SPOKEN_RATE, 0.06), SPOKEN_RATE) for samples in said]
    return _measured(PRESETS_NAME, spoken)


def folder_of_voices(name: str, folder: Path, say: Callable[[str], None] = lambda text: None) -> VoiceSet:
    """A set of one's own. Raises MediaError for a folder without two voices of two sounds each."""
    if not folder.is_dir():
        raise MediaError(f"{shown(folder)}: no such folder; a set has one folder for each voice")
    spoken = {}
    for place in sorted(path for path in folder.iterdir() if path.is_dir() and not is_clutter(path)):
        sounds = sorted(path for path in place.iterdir() if path.suffix.lower() in SOUNDS and not is_clutter(path))
        if len(sounds) < 2:
            raise MediaError(
                f"{shown(place)}: holds {len(sounds)} sounds; wanted are the sample, first by name, and lines"
            )
        spoken[place.name] = [read_wav(path) for path in sounds]
    if len(spoken) < 2:
        raise MediaError(f"{shown(folder)}: wants folders of two voices or more, to tell them from each other")
    say(f"{name}: {len(spoken)} voices")
    return _measured(name, spoken)


def _measured(name: str, spoken: Mapping[str, Sequence[Sound]]) -> VoiceSet:
    """Of each voice the sample first, then its lines."""
    encoder = load_voice_encoder("ecapa")
    samples = {id: embed_sample(encoder, *sounds[0], id) for id, sounds in spoken.items()}
    spectra = {id: _spectrum(*sounds[0]) for id, sounds in spoken.items()}
    told: dict[str, tuple[list[Observed], list[Observed]]] = {SPEAKER: ([], []), SPECTRUM: ([], [])}
    for id, sounds in spoken.items():
        for sound, rate in sounds[1:]:
            heard, spectrum = embed_voice(encoder, sound, rate), _spectrum(sound, rate)
            for other in spoken:
                likeness = None if heard is None else _cosine(heard, samples[other])
                for way, value in ((SPEAKER, likeness), (SPECTRUM, _cosine(spectrum, spectra[other]))):
                    told[way][id != other].append(Observed(value, id))
    rates = {way: eer(*pair) for way, pair in told.items()}
    same, different = ([one.value for one in told[SPEAKER][place] if one.value is not None] for place in (0, 1))
    return VoiceSet(
        name=name,
        voices=sorted(spoken),
        lines=len(told[SPEAKER][0]),
        eer={way: rate for way, (rate, _) in rates.items()},
        auc={way: auc(*pair) for way, pair in told.items()},
        at={way: round(at, DIGITS) for way, (_, at) in rates.items() if at is not None},
        least=round(min(same, default=0.0), DIGITS),
        most=round(max(different, default=0.0), DIGITS),
    )


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(cosines(one[None], other[None])[0, 0])


def _spectrum(samples: Samples, rate: int) -> np.ndarray:
    """The long-term average spectrum in dB, less its mean, of unit length."""
    from scipy import signal

    heard = resample(close_pauses(one_channel(samples), rate), rate, RATE)
    power = signal.welch(heard, RATE, nperseg=min(WINDOW, len(heard)), nfft=WINDOW)[1]
    decibels = 10 * np.log10(np.maximum(power, 1e-14))
    return unit((decibels - decibels.mean())[None])[0]
