"""Where every seed comes from: what must change together depends on the same parts, and on nothing else.

The series seed reaches takes alone. Library pictures and voices have seeds of their own, so that
another series seed gives new takes of the *same* characters.
"""

from __future__ import annotations

from continuity.request import derive_seed


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
