"""What an attempt at mending a take has come to, in the words that the run and the report both say."""

from __future__ import annotations


def verdict(kept: bool, passes: bool, gain: float | None, noise: float | None) -> str:
    """A sentence: whether what an attempt made stands in the place of the take before it, and why.

    ``gain`` and ``noise`` in z, as the evidence has them; None where a character was not found before or after.
    """
    if kept:
        return "Kept: it passes." if passes else "Kept, since it scores better; still off model."
    if gain is None or noise is None:
        return "Not kept: somebody is not found in it either, or it loses something that the take before it had."
    if gain > noise:
        return "Not kept: it scores better, and loses something that the take before it had."
    return "Not kept: it does not score better beyond chance."
