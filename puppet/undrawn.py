"""Which words the puppet does not draw, found by leaving each out and seeing whether anything changes.

No table of "known" words stands behind it, so it cannot claim more than is drawn: a word counts as drawn where the
character, the set, the prop or the performance is another without it. Words that say the same thing twice ("a fox with
a fox's ears") count together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

from continuity.plan.schema import NotDrawn
from continuity.providers.base import Told
from puppet import backdrops, colours, props, words
from puppet.rig import Outfit, Stage, Traits
from puppet.script import read_action
from puppet.vocabulary import BREAKS, PLURAL, SINGULAR, SMALL

Texts = Mapping[str, str]
Outcome = Callable[[Texts], Any]
Token = tuple[str, int, int]  # key of its text, and where it stands in it

_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_NAMED = re.compile(r"\{[^}]*\}")  # the plan's placeholders of names
_GRAMMAR = frozenset(
    """am are as be been being both each ever every few had has have he'll i it's let lets like many most more much only
    other others quite rather she'll slightly some such than that's the their theirs them there these those very was
    wear wearing wears were which while whose whole would who's yet you your""".split()  # noqa: SIM905
)
_OPPOSITES = {
    "round": "square", "straight": "swept", "short": "long", "medium": "short", "loose": "braided",
}  # fmt: skip
_SEEDS = (1, 2, 3)  # what words leave open falls otherwise with each: one could hide what a word decides


def not_drawn(told: Told) -> list[NotDrawn]:
    """The words of ``told`` that decide nothing of what is drawn, part by part, in the order of their texts."""
    read = {
        "character": _of_character, "wardrobe": _of_wardrobe, "location": _of_location, "prop": _of_prop,
        "action": _of_action,
    }[told.kind]  # fmt: skip
    return list(read(told))


def _of_character(told: Told) -> Iterator[NotDrawn]:
    def drawn(texts: Texts) -> list[Traits]:
        return [words.traits_from_words(told.species, texts, "", seed) for seed in _SEEDS]

    names = {form for part in told.texts for name in _said(part) for form in (name, name.removesuffix("s"))}
    yield from _parts(told, unheeded(told.texts, drawn, names))


def _of_wardrobe(told: Told) -> Iterator[NotDrawn]:
    """The first is read with the bible, for the headshot; the others are put on who is there already."""
    bodies = [words.traits_from_words(told.species, told.beside, "", seed) for seed in _SEEDS]

    def first(texts: Texts) -> list[Traits]:
        bible = {part: text for part, text in texts.items() if part}
        return [words.traits_from_words(told.species, bible, texts.get("", ""), seed) for seed in _SEEDS]

    def further(texts: Texts) -> list[Outfit]:
        pairs = zip(bodies, _SEEDS, strict=True)
        return [words.dress(body.outfit, texts.get("", ""), told.species, seed) for body, seed in pairs]

    for number, (name, text) in enumerate(told.texts.items()):
        beside = {} if number else told.beside
        missing = unheeded({"": text}, further if number else first, beside=beside)
        yield from _parts(told, {name: missing.get("", [])})


def _of_location(told: Told) -> Iterator[NotDrawn]:
    texts = dict(told.texts)
    times = [part for part in texts if part.startswith("times.")]

    def drawn(time: str, texts: Texts) -> Any:
        said = ", ".join(text for part in ("words", time) if (text := texts.get(part)))
        return backdrops.described(Stage(texts.get("id", ""), said, time.partition(".")[2]))

    for asked in ("words", *times):
        time = times[0] if asked == "words" and times else asked
        beside = {"id": told.id, **{part: texts[part] for part in ("words", time) if part != asked and part in texts}}
        yield from _parts(told, unheeded({asked: texts[asked]}, partial(drawn, time), beside=beside))


def _of_prop(told: Told) -> Iterator[NotDrawn]:
    def drawn(texts: Texts) -> str:
        return props.draw_prop(texts.get("id", ""), texts.get("words", ""), "painterly")

    yield from _parts(told, unheeded(told.texts, drawn, beside={"id": told.id}))


def _of_action(told: Told) -> Iterator[NotDrawn]:
    def acted(texts: Texts) -> Any:
        return read_action(texts.get("action", ""), told.beside, told.props)

    names = {part for name in (*told.beside, *told.beside.values(), *told.props) for part in _said(name)}
    yield from _parts(told, unheeded(told.texts, acted, names))


def _parts(told: Told, missing: Mapping[str, list[str]]) -> Iterator[NotDrawn]:
    for part, said in missing.items():
        if said:
            yield NotDrawn(kind=told.kind, of=told.id, part=part, words=said)


def unheeded(
    texts: Texts, outcome: Outcome, passed_over: Collection[str] = (), beside: Texts | None = None
) -> dict[str, list[str]]:
    """By key of ``texts``, the words that decide nothing of ``outcome(texts | beside)``, in their order, each once.

    A word decides something where the outcome is another without it; without it and another word or part that says the
    same; or with its opposite in its place, since what is drawn anyway ("round glasses") can be said, too. Grammar and
    the words of ``passed_over`` (lower case) are not asked about.
    """
    beside = beside or {}
    everything = {**beside, **texts}
    whole = outcome(everything)
    silent = _GRAMMAR | SMALL | PLURAL | SINGULAR | BREAKS | set(passed_over)

    def same_with(words: Mapping[Token, str], less: str = "") -> bool:
        return bool(outcome({key: text for key, text in _with(everything, words).items() if key != less}) == whole)

    idle = [token for token in _tokens(texts) if _word(texts, token) not in silent and same_with({token: ""})]
    left_out: list[Token] = []
    needed: list[Token] = []  # idle alone, but only because another says the same
    for token in idle:
        (left_out if same_with(dict.fromkeys([*left_out, token], "")) else needed).append(token)
    found: dict[str, list[str]] = {}
    for token in left_out:
        if any(not same_with({token: "", other: ""}) for other in needed):
            continue
        if (opposite := _opposite(_word(texts, token))) and not same_with({token: opposite}):
            continue
        others = [part for part in everything if part != token[0]]
        if any(same_with({}, part) and not same_with({token: ""}, part) for part in others):
            continue
        found.setdefault(token[0], []).append(texts[token[0]][token[1] : token[2]])
    return {key: list(dict.fromkeys(said)) for key, said in found.items()}


def _opposite(word: str) -> str | None:
    """A word that would be drawn otherwise where this kind of word is read at all."""
    if colours.is_colour(word):
        return "green" if word in ("magenta", "pink", "purple", "red") else "magenta"
    return _OPPOSITES.get(word)


def _word(texts: Texts, token: Token) -> str:
    return texts[token[0]][token[1] : token[2]].lower()


def _tokens(texts: Texts) -> Iterator[Token]:
    for key, text in texts.items():
        named = [match.span() for match in _NAMED.finditer(text)]
        for match in _TOKEN.finditer(text):
            if not any(start <= match.start() < end for start, end in named):
                yield key, match.start(), match.end()


def _with(texts: Texts, words: Mapping[Token, str]) -> dict[str, str]:
    """``texts`` with other words, or none, in the place of some."""
    changed = dict(texts)
    for key, start, end in sorted(words, key=lambda token: -token[1]):
        changed[key] = changed[key][:start] + words[key, start, end] + changed[key][end:]
    return changed


def _said(name: str) -> list[str]:
    return [word.lower() for word in _TOKEN.findall(name.replace("-", " "))]
