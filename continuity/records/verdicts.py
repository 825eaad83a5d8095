"""What is said of a character in a take, in one word, wherever it is said."""

from __future__ import annotations

from typing import Literal

Verdict = Literal["on model", "off model", "absent", "no verdict"]


def verdict_of(passed: bool | None, coverage: float | None, judge: str = "look") -> Verdict:
    """``absent``: looked for and found in no frame, which says nothing of how well the model holds the character.

    Whoever nobody can judge (``judge`` is empty) was not looked for, and has no verdict.
    """
    if judge and coverage == 0:
        return "absent"
    return {True: "on model", False: "off model", None: "no verdict"}[passed]  # type: ignore[return-value]
