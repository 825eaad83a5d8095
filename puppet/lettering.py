"""Letters as strokes, so that a word looks the same on every machine: no font is asked for.

Each sign stands on a grid 4 wide and 6 high, y downwards from its top. Accents and what else is not known become a
small box, as they do where a font has no sign.
"""

from __future__ import annotations

import unicodedata

from puppet.svg import Fragment

HEIGHT = 6.0
_WIDE, _GAP = 4.0, 1.7
_SIGNS = {
    "A": "M0 6L2 0L4 6M0.8 4H3.2", "B": "M0 0V6H2.4Q4 6 4 4.4Q4 2.9 2.4 2.9H0M2.4 2.9Q3.7 2.8 3.7 1.4Q3.7 0 2.2 0H0",
    "C": "M4 1Q3.4 0 2 0Q0 0 0 3Q0 6 2 6Q3.4 6 4 5", "D": "M0 0V6H1.6Q4 6 4 3Q4 0 1.6 0Z",
    "E": "M4 0H0V6H4M0 3H3", "F": "M4 0H0V6M0 3H3", "G": "M4 1Q3.4 0 2 0Q0 0 0 3Q0 6 2 6Q4 6 4 4V3.3H2.4",
    "H": "M0 0V6M4 0V6M0 3H4", "I": "M1 0H3M2 0V6M1 6H3", "J": "M1.6 0H4V4.2Q4 6 2 6Q0.4 6 0 4.6",
    "K": "M0 0V6M4 0L0 3.6M1.4 2.5L4 6", "L": "M0 0V6H4", "M": "M0 6V0L2 3.4L4 0V6", "N": "M0 6V0L4 6V0",
    "O": "M2 0Q0 0 0 3Q0 6 2 6Q4 6 4 3Q4 0 2 0Z", "P": "M0 6V0H2.2Q4 0 4 1.7Q4 3.4 2.2 3.4H0",
    "Q": "M2 0Q0 0 0 3Q0 6 2 6Q4 6 4 3Q4 0 2 0ZM2.6 4.4L4.2 6.4",
    "R": "M0 6V0H2.2Q4 0 4 1.6Q4 3.2 2.2 3.2H0M1.8 3.2L4 6",
    "S": "M3.8 1Q3.2 0 2 0Q0.2 0 0.2 1.5Q0.2 2.7 2 3Q3.9 3.3 3.9 4.5Q3.9 6 2 6Q0.6 6 0 5", "T": "M0 0H4M2 0V6",
    "U": "M0 0V4Q0 6 2 6Q4 6 4 4V0", "V": "M0 0L2 6L4 0", "W": "M0 0L0.9 6L2 2.4L3.1 6L4 0", "X": "M0 0L4 6M4 0L0 6",
    "Y": "M0 0L2 3L4 0M2 3V6", "Z": "M0 0H4L0 6H4",
    "0": "M2 0Q0 0 0 3Q0 6 2 6Q4 6 4 3Q4 0 2 0ZM1 4.6L3 1.4", "1": "M0.8 1.2L2.2 0V6M0.8 6H3.6",
    "2": "M0.2 1.2Q0.8 0 2 0Q3.9 0 3.9 1.7Q3.9 2.8 0 6H4", "3": "M0.2 0H3.8L1.8 2.4Q4 2.4 4 4.2Q4 6 2 6Q0.6 6 0 5",
    "4": "M3 6V0L0 4.2H4", "5": "M3.8 0H0.6L0.3 2.6Q1.2 2.2 2 2.2Q4 2.2 4 4.1Q4 6 2 6Q0.6 6 0 5.1",
    "6": "M3.4 0Q0 1 0 4Q0 6 2 6Q4 6 4 4.2Q4 2.5 2.2 2.5Q0.7 2.5 0 3.8", "7": "M0 0H4L1.4 6",
    "8": "M2 0Q0.3 0 0.3 1.4Q0.3 2.8 2 2.8Q4 2.8 4 4.4Q4 6 2 6Q0 6 0 4.4Q0 2.8 2 2.8Q3.7 2.8 3.7 1.4Q3.7 0 2 0Z",
    "9": "M0.6 6Q4 5 4 2Q4 0 2 0Q0 0 0 1.8Q0 3.5 1.8 3.5Q3.3 3.5 4 2.2", "-": "M1 3.2H3", "'": "M2 0V1.4",
    "?": "M0.2 1.3Q0.6 0 2 0Q3.9 0 3.9 1.6Q3.9 2.6 2.8 3.1Q2 3.5 2 4.4M2 5.9V6", " ": "",
}  # fmt: skip
_UNKNOWN = "M0.6 0.6H3.4V5.4H0.6Z"


def letter(g: Fragment, word: str, x: float, y: float, width: float, height: float, colour: str) -> None:
    """Write ``word`` in capitals, centred on (x, y), as large as ``width`` and ``height`` (fragment units) allow."""
    plain = unicodedata.normalize("NFKD", word.upper())
    signs = [sign for sign in plain if not unicodedata.combining(sign)]
    if not signs:
        return
    long = len(signs) * (_WIDE + _GAP) - _GAP
    size = min(height / HEIGHT, width / long)
    tall = min(height / HEIGHT, size * 1.7)  # a long word is narrow before it is small
    with g.group(f"translate({x - long * size / 2:.2f} {y - HEIGHT * tall / 2:.2f}) scale({size:.3f} {tall:.3f})"):
        for place, sign in enumerate(signs):
            with g.group(f"translate({place * (_WIDE + _GAP):.2f} 0)"):
                g.line(_SIGNS.get(sign, _UNKNOWN), colour, 1.05)
