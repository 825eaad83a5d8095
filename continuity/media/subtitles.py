"""Subtitles in SubRip form (.srt): two lines of 42 characters, one after the other, long enough to read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from continuity.files import write_text

LINE_CHARACTERS = 42
LINES = 2
MIN_SECONDS = 1.0

_UNSHOWN = ("Cc", "Cf", "Cs")  # control and format characters, among them those that turn the text's direction
_KEPT = "\u200c\u200d\u200e\u200f"  # joiners of scripts and emoji, and plain direction marks


@dataclass(frozen=True)
class Subtitle:
    """A text on screen; seconds from the beginning of the cut."""

    start: float
    end: float
    text: str


def write_srt(path: Path, subtitles: Iterable[Subtitle]) -> None:
    """Write subtitles as UTF-8 SubRip, atomically; without any, the file is empty."""
    write_text(Path(path), to_srt(subtitles))


def to_srt(subtitles: Iterable[Subtitle]) -> str:
    """SubRip text. Long texts are split over several subtitles, by their share of characters; none overlap."""
    blocks = (
        f"{number}\n{_clock(subtitle.start)} --> {_clock(subtitle.end)}\n{subtitle.text}\n"
        for number, subtitle in enumerate(_in_turn(_split(subtitles)), 1)
    )
    return "\n".join(blocks)


def clean(text: str) -> str:
    """Text that every player shows as it reads: one line, no control characters, nothing taken for markup."""
    text = re.sub(r"\s+", " ", text)
    text = "".join(letter for letter in text if letter in _KEPT or unicodedata.category(letter) not in _UNSHOWN)
    text = text.replace("-->", "→").replace("{\\", "{")
    return re.sub(r"<(/?\w[^<>]*)>", r"‹\1›", text).replace("<", "‹").strip()


def wrap(text: str) -> list[str]:
    """Lines of at most 42 characters, broken between words where there are any."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= LINE_CHARACTERS:
            lines[-1] += f" {word}"
            continue
        lines += _pieces(word)
    return lines


def _pieces(word: str) -> list[str]:
    """A word longer than a line (or a script without spaces), never broken inside a joined character."""
    pieces: list[str] = []
    while len(word) > LINE_CHARACTERS:
        cut = LINE_CHARACTERS
        while cut > 1 and _belongs_to_previous(word, cut):
            cut -= 1
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]


def _belongs_to_previous(word: str, index: int) -> bool:
    joined = word[index] == "\u200d" or word[index - 1] == "\u200d"
    return joined or unicodedata.category(word[index]) in ("Mn", "Me", "Mc") or 0x1F3FB <= ord(word[index]) <= 0x1F3FF


def _balanced(lines: list[str]) -> str:
    """Two lines of similar length read faster than a full one and a remainder."""
    words = " ".join(lines).split(" ")
    if len(lines) != 2 or len(words) < 2:
        return "\n".join(lines)
    cuts = ([" ".join(words[:cut]), " ".join(words[cut:])] for cut in range(1, len(words)))
    ways: list[list[str]] = [lines, *(way for way in cuts if max(map(len, way)) <= LINE_CHARACTERS)]
    evenest = min(ways, key=lambda way: abs(len(way[0]) - len(way[1])))
    return "\n".join(evenest)


def _split(subtitles: Iterable[Subtitle]) -> list[Subtitle]:
    parts: list[Subtitle] = []
    for subtitle in sorted(subtitles, key=lambda each: each.start):
        text = clean(subtitle.text)
        if not text:
            continue
        lines = wrap(text)
        groups = [lines[index : index + LINES] for index in range(0, len(lines), LINES)]
        weights = [sum(map(len, group)) for group in groups]
        at, each = subtitle.start, (subtitle.end - subtitle.start) / sum(weights)
        for group, weight in zip(groups, weights, strict=True):
            parts.append(Subtitle(at, at + each * weight, _balanced(group)))
            at += each * weight
    return parts


def _in_turn(parts: list[Subtitle]) -> list[Subtitle]:
    """No overlaps, and a second each where there is room. When two begin within a second, the later one waits."""
    placed: list[Subtitle] = []
    for part in parts:
        start = max(part.start, placed[-1].start + MIN_SECONDS) if placed else max(0.0, part.start)
        if placed:
            placed[-1] = replace(placed[-1], end=min(placed[-1].end, start))
        placed.append(Subtitle(start, max(part.end, start + MIN_SECONDS), part.text))
    return placed


def _clock(seconds: float) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{milliseconds:03}"
