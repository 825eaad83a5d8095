"""A human's age in words: the tables, and how many years a bible says."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


AGES = {  # of a human, in years
    "baby": 1, "infant": 1, "toddler": 3, "child": 8, "kid": 8, "girl": 9, "boy": 9, "schoolgirl": 9, "schoolboy": 9,
    "schoolchild": 9, "lad": 13, "lass": 13, "preteen": 11, "teen": 15, "teenager": 15, "teenage": 15, "adolescent": 15,
    "middle-aged": 57, "ageing": 64, "aging": 64, "retired": 67, "pensioner": 72, "senior": 72, "elderly": 77,
    "grandmother": 73, "grandfather": 73, "grandma": 73, "grandpa": 73, "granny": 75, "grandad": 73, "granddad": 73,
    "crone": 84, "wizened": 84, "septuagenarian": 75, "octogenarian": 85, "nonagenarian": 95, "centenarian": 100,
}  # fmt: skip
OLD = {"old": 75, "aged": 77, "ancient": 90, "older": 64}  # said of people; a coat may be old as well
PEOPLE = _set(
    "man woman lady gentleman person human fellow soul guy actor artist baker captain carpenter clockmaker cook doctor "
    "driver engineer farmer ferryman fisherman fisherwoman gardener hermit inventor janitor keeper king librarian "
    "magician mechanic merchant miller miner monk musician neighbour neighbor nun nurse painter pilot poet priest "
    "professor queen sage sailor scholar scientist shepherd shopkeeper smith soldier tailor teacher watchmaker weaver "
    "widow widower witch wizard writer aunt uncle mother father"
)
_DECADES = {
    "twenties": 25, "thirties": 35, "forties": 45, "fifties": 55, "sixties": 65, "seventies": 75, "eighties": 85,
    "nineties": 95,
}  # fmt: skip
_ORDER = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_NUMBERS = {word: number for number, word in enumerate(_ORDER.split())} | _TENS
ELSEWHERE = _set(  # after these, a phrase speaks of something else
    "of in on from by like as to for at near than who that whose named called into beside after"
)


def years(phrases: Sequence[Sequence[str]], things: Collection[str]) -> float | None:
    """The age that the words of a human say, in years; None when they say none.

    A number leads, then a decade, then the oldest word. ``things`` are the nouns that may be old without their wearer.
    """
    decades: list[float] = []
    worded: list[float] = []
    for phrase in phrases:
        for at, word in enumerate(phrase):
            before, after = phrase[:at], phrase[at + 1 :]
            number = _number(word)
            if number is not None and (
                (len(after) > 1 and after[0] in ("year", "years") and after[1] in ("old", "of"))
                or "age" in phrase
                or (before and before[-1] == "aged")
                or (
                    len(before) > 1
                    and before[-1] == "of"
                    and (before[-2] in AGES or before[-2] in PEOPLE)
                    and not after
                )
            ):
                return number
            year_old = re.fullmatch(r"(.+)-years?-old", word)
            if year_old and (number := _number(year_old[1])) is not None and _of_people(phrase, at, things):
                return number
            if word in _DECADES and before and before[-1] in ("her", "his", "their", "early", "late", "mid"):
                decades.append(_DECADES[word])
            if word in AGES and not {"from", "of", "by", "for", "like", "her", "his", "their"} & set(before):
                small = 3 if AGES[word] < 11 and {"little", "small", "tiny", "young"} & set(before) else 0
                worded.append(AGES[word] - small if _of_people(phrase, at, things) else 0)
            if word in OLD and _of_people(phrase, at, things, named=True):
                worded.append(OLD[word])
    return max(decades or [years for years in worded if years > 0], default=None)


def _of_people(phrase: Sequence[str], at: int, things: Collection[str], named: bool = False) -> bool:
    """Whether the word at ``at`` is said of somebody, not of a thing ("an old coat"). With ``named``, a word for
    people must follow, unless nothing but the bible's key does."""
    until = next((i for i in range(at + 1, len(phrase)) if phrase[i] in ELSEWHERE), len(phrase))
    after = phrase[at + 1 : until]
    if set(after) & set(things):
        return False
    return not named or not after or list(after) == ["age"] or bool(set(after) & (PEOPLE | set(AGES)))


def _number(word: str) -> float | None:
    if word.isascii() and word.isdigit() and len(word) < 4:
        return float(word)
    parts = word.split("-")
    if all(part in _NUMBERS for part in parts) and len(parts) < 3:
        return float(sum(_NUMBERS[part] for part in parts))
    return None


def shares(years: float | None) -> tuple[float, float]:
    """`Traits.youth` and `Traits.old_age` at that age."""
    if years is None:
        return 0.0, 0.0
    return round(min(max((18 - years) / 14, 0.0), 1.0), 3), round(min(max((years - 48) / 37, 0.0), 1.0), 3)
