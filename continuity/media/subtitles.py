"""Subtitles in SubRip form (.srt): two rows of 42 characters, fewer in narrow pictures, one after the other, long
enough to read.

A text appears when its words begin, never later. Lines that overlap share the screen, a dash before each; when
three or more begin within a second, and only then, there may be more rows than two.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from continuity.files import write_text

LINE_CHARACTERS = 42
LEAST_CHARACTERS = 24  # of a row, however narrow the picture
LINES = 2
MIN_SECONDS = 1.0  # on screen, and the most that a text stays after its words

_READ_PER_SECOND = 20.0  # characters
_BREATH = 0.1  # seconds that lines may overlap and still be heard one after the other
_GLIMPSE = 0.05  # seconds: what is shown for less is not seen
_DASH = "- "

_UNSHOWN = ("Cc", "Cf", "Cs")  # control and format characters, among them those that turn the text's direction
_KEPT = "\u200c\u200d\u200e\u200f"  # joiners of scripts and emoji, and plain direction marks


@dataclass(frozen=True)
class Subtitle:
    """A text as it is spoken, or shown; seconds from the beginning of the cut."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class _Part:
    """A line, or a part of a long one, that fits on screen; ``line`` tells which, in order of speech."""

    line: int
    start: float
    end: float
    rows: Sequence[str]

    @property
    def text(self) -> str:
        return " ".join(self.rows)


def row_of(width: int, height: int) -> int:
    """The characters that a row may have in such a picture. Players letter by its height, so that a picture that is
    narrower than 4:3 has room for fewer, and they would break the rows anew."""
    return max(LEAST_CHARACTERS, min(LINE_CHARACTERS, round(LINE_CHARACTERS * width / height / (4 / 3))))


def write_srt(path: Path, subtitles: Iterable[Subtitle], ends: float = math.inf, row: int = LINE_CHARACTERS) -> None:
    """Write subtitles as UTF-8 SubRip, atomically; without any, the file is empty."""
    write_text(Path(path), to_srt(subtitles, ends, row))


def to_srt(subtitles: Iterable[Subtitle], ends: float = math.inf, row: int = LINE_CHARACTERS) -> str:
    """SubRip text of lines as they are spoken, in a video that ``ends`` after so many seconds; ``row``: characters.

    Long texts are split over several cues, by their share of characters. No cue begins after its words, overlaps
    another, outlasts its words by more than `MIN_SECONDS`, or outlasts the video.
    """
    ends = math.floor(ends * 1000) / 1000 if math.isfinite(ends) else ends
    blocks = (
        f"{number}\n{_clock(cue.start)} --> {_clock(cue.end)}\n{cue.text}\n"
        for number, cue in enumerate(_cues(_spoken(subtitles, ends, row), ends, row), 1)
    )
    return "\n".join(blocks)


def clean(text: str) -> str:
    """Text that every player shows as it reads: one line, no control characters, nothing taken for markup."""
    text = re.sub(r"\s+", " ", text)
    text = "".join(letter for letter in text if letter in _KEPT or unicodedata.category(letter) not in _UNSHOWN)
    text = text.replace("-->", "→").replace("{\\", "{")
    return re.sub(r"<(/?\w[^<>]*)>", r"‹\1›", text).replace("<", "‹").strip()


def wrap(text: str, most: int = LINE_CHARACTERS) -> list[str]:
    """Rows of at most so many characters, broken between words where there are any."""
    return _filled(text.split(" "), most)


def _filled(words: Sequence[str], most: int) -> list[str]:
    rows: list[str] = []
    for word in words:
        if rows and len(rows[-1]) + 1 + len(word) <= most:
            rows[-1] += f" {word}"
            continue
        rows += _pieces(word, most)
    return rows


def _pieces(word: str, most: int) -> list[str]:
    """A word longer than a row (or a script without spaces), never broken inside a joined character."""
    pieces: list[str] = []
    while len(word) > most:
        cut = most
        while cut > 1 and _belongs_to_previous(word, cut):
            cut -= 1
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]


def _belongs_to_previous(word: str, index: int) -> bool:
    joined = word[index] == "\u200d" or word[index - 1] == "\u200d"
    return joined or unicodedata.category(word[index]) in ("Mn", "Me", "Mc") or 0x1F3FB <= ord(word[index]) <= 0x1F3FF


def _balanced(lines: list[str], most: int) -> list[str]:
    """Two rows of similar length read faster than a full one and a remainder."""
    words = " ".join(lines).split(" ")
    if len(lines) != 2 or len(words) < 2:
        return lines
    cuts = ([" ".join(words[:cut]), " ".join(words[cut:])] for cut in range(1, len(words)))
    ways: list[list[str]] = [lines, *(way for way in cuts if max(map(len, way)) <= most)]
    return min(ways, key=lambda way: abs(len(way[0]) - len(way[1])))


def _spoken(subtitles: Iterable[Subtitle], ends: float, row: int) -> list[_Part]:
    """The texts that are heard before the video ends, in order, in parts that fit on screen.

    Where lines overlap, a part is one line, so that two can share the screen as both go on.
    """
    lines = [
        replace(each, start=max(0.0, each.start), end=max(0.0, each.start, each.end), text=text)
        for each in subtitles
        if (text := clean(each.text)) and each.start < ends - _GLIMPSE
    ]
    lines.sort(key=lambda each: each.start)
    parts: list[_Part] = []
    for number, line in enumerate(lines):
        shared = any(_overlap(line, other) for other in lines if other is not line)
        parts += _in_parts(number, line, shared, row)
    return sorted((part for part in parts if part.start < ends - _GLIMPSE), key=lambda part: part.start)


def _overlap(one: Subtitle, other: Subtitle) -> bool:
    return min(one.end, other.end) - max(one.start, other.start) > _BREATH


def _in_parts(number: int, line: Subtitle, shared: bool, row: int) -> list[_Part]:
    """A long text over several parts, each for its share of the characters."""
    rows = wrap(line.text, row - len(_DASH) if shared else row)
    most = 1 if shared else LINES
    groups = [rows[index : index + most] for index in range(0, len(rows), most)]
    weights = [sum(map(len, group)) for group in groups]
    begins = [line.start + (line.end - line.start) * share / sum(weights) for share in accumulate(weights, initial=0)]
    return [_Part(number, start, end, group) for group, start, end in zip(groups, begins[:-1], begins[1:], strict=True)]


def _cues(parts: list[_Part], ends: float, row: int) -> list[Subtitle]:
    """What is on screen, one after the other, none later than its words."""
    shown: list[list[_Part]] = []
    for part in parts:
        if shown and _joins(shown[-1], part, row):
            shown[-1].append(part)
        else:
            shown.append([part])
    begins = [cue[0].start for cue in shown]
    return [
        Subtitle(cue[0].start, min(_until(cue), following), "\n".join(_rows(cue, row)))
        for cue, following in zip(shown, [*begins, ends][1:], strict=True)
    ]


def _joins(cue: list[_Part], part: _Part, row: int) -> bool:
    """Whether ``part`` is shown beside what already is, in place of a cue of its own from where it is spoken."""
    since = part.start - cue[0].start
    overlaps = part.start < max(each.end for each in cue) - _BREATH
    if since < _GLIMPSE:
        return True
    if since < MIN_SECONDS:  # alone, the cue could not be read
        return overlaps or len(_rows([*cue, part], row)) <= LINES
    return overlaps and len({each.line for each in cue}) == 1


def _until(cue: list[_Part]) -> float:
    """The words' end; where they are quick, up to a second more to read them in."""
    spoken = max(part.end for part in cue)
    read = cue[0].start + max(MIN_SECONDS, sum(len(part.text) for part in cue) / _READ_PER_SECOND)
    return max(spoken, min(read, spoken + MIN_SECONDS))


def _rows(cue: list[_Part], most: int) -> list[str]:
    """One text, balanced; several with a dash each, on two rows wherever they fit."""
    texts: dict[int, str] = {}
    for part in cue:
        texts[part.line] = f"{texts[part.line]} {part.text}" if part.line in texts else part.text
    if len(texts) == 1:
        return _balanced(list(cue[0].rows) if len(cue) == 1 else wrap(" ".join(texts.values()), most), most)
    said = [_DASH + text for text in texts.values()]
    each_its_own = [row for text in said for row in wrap(text, most)]
    ways = [each_its_own, wrap(" ".join(said), most)]
    if max(map(len, said)) <= most:
        ways.insert(1, _filled(said, most))
    return next((rows for rows in ways if len(rows) <= LINES), each_its_own)


def _clock(seconds: float) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{milliseconds:03}"
