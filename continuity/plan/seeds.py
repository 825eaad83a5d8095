"""Where every seed comes from: what must change together depends on the same parts, and on nothing else.

The series seed reaches takes alone. Library pictures and voices have seeds of their own, so that
another series seed gives new takes of the *same* characters.
"""

from __future__ import annotations

import hashlib


def derive_seed(*parts: object) -> int:
    """A seed in 0..2**31-1 that depends on every part: the take number, the shot, the series seed."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) & 0x7FFFFFFF


def shot_seed(series_seed: int, shot: str) -> int:
    return derive_seed(series_seed, shot)


def transfer_seed(shot_seed: int) -> int:
    return derive_seed(shot_seed, "transfer")


def line_seed(voice: str, text: str) -> int:
    """One voice says one text the same way wherever it stands, and is bought once."""
    return derive_seed("line", voice, text)


def library_seed(subject: str, role: str, own: int | None = None) -> int:
    """``own`` is the subject's ``seed`` in ``conf/``, given to design it anew."""
    return derive_seed("library", subject, role, own if own is not None else "")
