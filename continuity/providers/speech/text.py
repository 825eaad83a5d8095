"""What of a written line can be said aloud by an English voice."""

from __future__ import annotations

import re
import unicodedata

# Read aloud or heard as a pause; everything else that is no letter or digit (emoji, ornaments) is not said.
_SAID_SIGNS = frozenset("$£€%&+=@#/°½¼¾.,;:!?'’‘\"“”()—–-…")


def speakable(text: str) -> str:
    """``text`` with only what can be spoken: Latin letters (accents included), digits, signs, pauses.

    Emoji and words in other scripts are left out. A word error rate against the written line shows
    what was lost, since the script keeps those words.
    """
    text = unicodedata.normalize("NFC", text)
    return re.sub(r"\s+", " ", "".join(c if _is_said(c) else " " for c in text)).strip()


def has_words(text: str) -> bool:
    """Whether anything of ``text`` would be heard."""
    return any(c.isalnum() for c in speakable(text))


def _is_said(character: str) -> bool:
    if character in _SAID_SIGNS:
        return True
    if character.isascii():
        return character.isalnum()
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN")
