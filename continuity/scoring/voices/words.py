"""Was the line really said: recognition of speech, and the word error rate against the script."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Any

import jiwer
import numpy as np

from continuity.errors import ScorerUnavailable
from continuity.media.audio import Samples, one_channel, resample, trim_silence

RATE = 16_000
_MARGIN_SECONDS = 0.15  # of silence around what sounds
# The recogniser's own voice detector keeps state from one call to the next and hears a "You" in silence
# before a line, so a transcript would depend on those made earlier. 0 makes the whole sound one segment.
_OPTIONS = {"vad_threshold": "0.0", "identify_speakers": "false"}
_WAY_OUT = "run `make setup`, or set scorer.words=false"

_SHORT_FORMS = {
    "won't": "will not",
    "can't": "can not",
    "cannot": "can not",
    "shan't": "shall not",
    "ain't": "is not",
    "let's": "let us",
    "okay": "ok",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "got to",
}
_ENDINGS = {"n't": " not", "'re": " are", "'ve": " have", "'ll": " will", "'m": " am", "'d": " would", "'s": " is"}
# fmt: off
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
          "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# fmt: on
_LARGE = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_SIGNS = {"&": " and ", "%": " percent ", "+": " plus ", "=": " equals ", "@": " at "}


def recognise(samples: Samples, rate: int) -> str:
    """The English words heard, "" for none. Runs offline (Moonshine tiny), 16 kHz inside.

    Raises ScorerUnavailable when the recogniser or its weights are not installed.
    """
    sound = trim_silence(one_channel(samples), rate)
    if not len(sound):
        return ""
    recogniser, failure = _recogniser()
    margin = np.zeros(round(_MARGIN_SECONDS * RATE), np.float32)
    padded = np.concatenate([margin, resample(sound, rate, RATE), margin])
    try:
        transcript = recogniser.transcribe_without_streaming(padded.tolist(), RATE)
    except failure as error:
        raise ScorerUnavailable(f"the recogniser failed ({error}); {_WAY_OUT}") from error
    return " ".join(line.text.strip() for line in transcript.lines if line.text).strip()


def word_error_rate(said: str | None, script: str) -> float:
    """Substitutions, deletions and insertions per word of the script, after ``normalised_words``.

    0.0 is word-perfect, 1.0 nothing heard (``said`` empty or None); many extra words can exceed 1. A
    script without words is met by silence (0.0) and missed by anything said (1.0).
    """
    heard, wanted = normalised_words(said or ""), normalised_words(script)
    if not wanted:
        return 1.0 if heard else 0.0
    return float(jiwer.wer(" ".join(wanted), " ".join(heard)))


def normalised_words(text: str) -> list[str]:
    """Words as they sound: no case, accents or punctuation, short forms spelt out, whole numbers in words.

    ``'s`` always becomes *is*, on both sides alike, so that possessives compare equal too.
    """
    text = unicodedata.normalize("NFKD", text.casefold()).replace("’", "'").replace("‘", "'").replace("ʼ", "'")
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    text = re.sub(r"\d+", lambda match: f" {number_words(int(match[0]))} ", text)
    for sign, said in _SIGNS.items():
        text = text.replace(sign, said)
    words = (word.strip("'") for word in re.findall(r"[\w']+", text.replace("_", " ")))
    return [part for word in words for part in _spelt_out(word).split()]


def number_words(number: int) -> str:
    """A whole number as an English speaker says it, without *and*: 1204 is one thousand two hundred four."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        return " ".join([_TENS[number // 10], *([_SMALL[number % 10]] if number % 10 else [])])
    if number >= 10**12:
        return " ".join(_SMALL[int(digit)] for digit in str(number))
    unit, name = next((unit, name) for unit, name in _LARGE if number >= unit)
    rest = number % unit
    return " ".join([number_words(number // unit), name, *([number_words(rest)] if rest else [])])


def _spelt_out(word: str) -> str:
    if word in _SHORT_FORMS:
        return _SHORT_FORMS[word]
    for ending, full in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)] + full
    return word.replace("'", "")


@functools.cache
def _recogniser() -> tuple[Any, type[Exception]]:
    """The loaded recogniser, one per process, and the class of its errors."""
    try:
        from moonshine_voice import ModelArch, MoonshineError, get_model_path
        from moonshine_voice.transcriber import Transcriber
    except ImportError as error:
        raise ScorerUnavailable(f"the recogniser is not installed; {_WAY_OUT}") from error
    try:
        return Transcriber(get_model_path("tiny-en"), ModelArch.TINY, options=_OPTIONS), MoonshineError
    except MoonshineError as error:
        raise ScorerUnavailable(f"the recogniser's weights cannot be loaded ({error}); {_WAY_OUT}") from error
