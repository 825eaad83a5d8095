"""From text to the phoneme ids of the `joe` voice.

Joe is a Piper voice, trained on espeak-ng's IPA; the text is read by hibari's dictionaries, which
write misaki's alphabet, where one letter stands for a diphthong or affricate. The table translates.
Source of the alphabet: https://github.com/hexgrad/misaki/blob/main/EN_PHONES.md
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_TO_ESPEAK = {
    "A": "eɪ",
    "I": "aɪ",
    "O": "oʊ",
    "Q": "əʊ",
    "W": "aʊ",
    "Y": "ɔɪ",
    "ᵊ": "ə",
    "ʤ": "dʒ",
    "ʧ": "tʃ",
    "T": "ɾ",
    "i": "iː",
    "u": "uː",
    "ɑ": "ɑː",
    "ɔ": "ɔː",
    "ɜɹ": "ɜː",
    "əɹ": "ɚ",
    "—": ",",
    "…": ".",
}


def piper_ids(phonemes: str, ids: Mapping[str, Sequence[int]]) -> list[int]:
    """Ids as Piper frames them: start, each symbol followed by a pad, end. ``ids`` is the voice's map.

    Symbols that the voice was not trained on (quotation marks, brackets) are pauses nobody hears: left out.
    """
    result = [*ids["^"], *ids["_"]]
    for symbol in _espeak(phonemes):
        if symbol in ids:
            result += [*ids[symbol], *ids["_"]]
    return [*result, *ids["$"]]


def _espeak(phonemes: str) -> str:
    out, at = [], 0
    while at < len(phonemes):
        width = 2 if phonemes[at : at + 2] in _TO_ESPEAK else 1
        symbol = phonemes[at : at + width]
        out.append(_TO_ESPEAK.get(symbol, symbol))
        at += width
    return "".join(out)
