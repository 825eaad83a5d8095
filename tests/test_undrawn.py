"""What the puppet does not draw is said before anything is made: every such word, and no other."""

from __future__ import annotations

import re

import pytest

from puppet.undrawn import unheeded


def colour_of_the_hat(texts: dict[str, str]) -> str:
    """Reads one colour, anywhere, as long as a hat is named."""
    said = re.findall(r"\w+", " ".join(texts.values()).lower())
    return next((word for word in said if word in ("red", "magenta", "round")), "brown") if "hat" in said else "bare"


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("a red hat", []),
        ("a soft red hat", ["soft"]),
        ("a hat and a hat", []),  # either would do
        ("a brown hat", []),  # brown anyway, but any other colour would be seen
        ("a red hat, a red feather", ["feather"]),
    ],
)
def test_a_word_is_named_where_nothing_would_change_without_it(said: str, missing: list[str]) -> None:
    assert unheeded({"hat": said}, colour_of_the_hat).get("hat", []) == missing
