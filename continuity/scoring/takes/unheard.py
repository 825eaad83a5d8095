"""Which lines of a take are certainly not said: only what is sure may fail it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from continuity.scoring.takes.line_voice import LineVoice
from continuity.scoring.takes.sound import LineToScore

SURE_WORDS = 3  # a small recogniser mishears one word or two, and not all of so many
ALIKE = 0.6  # share of letters in common, in order, from which what was heard may be what was said


def unheard(lines: Sequence[LineToScore], heard: Sequence[str], voices: Sequence[LineVoice]) -> list[str]:
    """The texts of lines of which nothing is said. Empty where no recogniser has listened (``heard`` is empty).

    A line of three words or more is not said where none of its words is heard, nor anything that sounds like them.
    One of two words, where nothing at all is heard and less than 0.4 s sounds. Of one word nobody can be sure.
    """
    if len(heard) != len(lines):
        return []
    quiet = [voice.vector is None for voice in voices] or [False] * len(lines)
    return [
        line.text for line, said, still in zip(lines, heard, quiet, strict=True) if _missing(line.text, said, still)
    ]


def _missing(script: str, said: str, still: bool) -> bool:
    from continuity.scoring.voices.words import normalised_words

    wanted, got = normalised_words(script), normalised_words(said)
    if len(wanted) < SURE_WORDS:
        return len(wanted) == SURE_WORDS - 1 and not got and still
    if set(wanted) & set(got):
        return False
    return difflib.SequenceMatcher(None, "".join(wanted), "".join(got), autojunk=False).ratio() < ALIKE
