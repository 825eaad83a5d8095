"""Letters of a few strokes each, so that a name looks the same on every machine: no font is asked for.

Capitals, digits and the signs of an id are known; accents are left off, and anything else is a question mark.
"""

from __future__ import annotations

import unicodedata

from puppet.svg import Fragment

# Each stroke is a run of points, two digits each: 0..4 to the right, 0..6 down.
LETTERS: dict[str, str] = {
    "A": "06 20 46|14 34", "B": "03 33 44 45 36 06 00 30 41 42 33", "C": "41 30 10 01 05 16 36 45",
    "D": "00 06 26 45 41 20 00", "E": "40 00 06 46|03 33", "F": "40 00 06|03 33",
    "G": "41 30 10 01 05 16 36 45 43 23", "H": "00 06|40 46|03 43", "I": "20 26|10 30|16 36", "J": "40 45 36 16 05",
    "K": "00 06|40 03 46", "L": "00 06 46", "M": "06 00 23 40 46", "N": "06 00 46 40",
    "O": "10 30 41 45 36 16 05 01 10", "P": "06 00 30 41 42 33 03", "Q": "10 30 41 45 36 16 05 01 10|34 46",
    "R": "06 00 30 41 42 33 03|23 46", "S": "41 30 10 01 02 13 33 44 45 36 16 05", "T": "00 40|20 26",
    "U": "00 05 16 36 45 40", "V": "00 26 40", "W": "00 16 23 36 40", "X": "00 46|40 06", "Y": "00 23 40|23 26",
    "Z": "00 40 06 46", "0": "10 30 41 45 36 16 05 01 10|32 14", "1": "11 20 26|16 36", "2": "01 10 30 41 42 06 46",
    "3": "01 10 30 41 42 33 13|33 44 45 36 16 05", "4": "36 30 04 44", "5": "40 00 03 33 44 45 36 16 05",
    "6": "40 20 02 05 16 36 45 44 33 03", "7": "00 40 16", "8": "10 30 41 42 33 13 02 01 10|13 04 05 16 36 45 44 33",
    "9": "06 26 44 41 30 10 01 02 13 43", "-": "13 33", "'": "20 21", ".": "26 26",
    "&": "46 02 11 20 31 04 05 16 26 44",
    "?": "01 10 30 41 42 24|26 26",
}  # fmt: skip
_ADVANCE = 5.6  # of the grid, from one letter to the next


def spelled(text: str) -> str:
    """``text`` in the letters there are: capitals, words with one space between them."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).upper()
    plain = "".join(" " if c.isspace() or c == "_" else c if c in LETTERS else "?" for c in plain)
    return " ".join(plain.split())


def broken(text: str, most: int) -> list[str]:
    """``text`` in lines of ``most`` letters where its words allow; a longer word is cut."""
    lines: list[str] = []
    for word in text.split():
        while len(word) > most:
            lines.append(word[:most])
            word = word[most:]
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        elif word:
            lines.append(word)
    return lines


def written(lines: list[str], x: float, y: float, width: float, height: float) -> tuple[str, float]:
    """``lines`` as large as they fit, centred in a rectangle: an SVG path to stroke, and its stroke width."""
    longest = max((len(line) for line in lines), default=0)
    if not longest:
        return "", 0.0
    unit = min(width / (longest * _ADVANCE - 1.6), height / (len(lines) * 8.6 - 2.6))
    top = y + (height - (len(lines) * 8.6 - 2.6) * unit) / 2
    path = ""
    for row, line in enumerate(lines):
        left = x + (width - (len(line) * _ADVANCE - 1.6) * unit) / 2
        for place, letter in enumerate(line):
            for stroke in LETTERS.get(letter, "").split("|"):
                points = [
                    f"{left + (place * _ADVANCE + int(p[0])) * unit:.1f} {top + (row * 8.6 + int(p[1])) * unit:.1f}"
                    for p in stroke.split()
                ]
                path += "".join(f"{'L' if i else 'M'}{point}" for i, point in enumerate(points))
    return path, unit * 0.95


def letter(g: Fragment, word: str, x: float, y: float, width: float, height: float, colour: str) -> None:
    """Write ``word`` on one line about (x, y), as large as ``width`` and ``height`` (fragment units) allow."""
    path, stroke = written([spelled(word)], x - width / 2, y - height / 2, width, height)
    if path:
        g.line(path, colour, stroke)
