"""Which words the puppet does not draw, found by leaving each out and seeing whether anything changes.

No table of "known" words stands behind it, so it cannot claim more than is drawn: a word counts as drawn where the
character, the set, the prop or the performance is another without it. Words that say the same thing twice ("a fox with
a fox's ears") count together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from continuity.plan.schema import NotDrawn
from continuity.providers.base import Told
from puppet import backdrops, colours, props, sets, words
from puppet import shown as shown_anyway
from puppet.rig import Outfit, Stage, Traits
from puppet.script import Beat, read_action
from puppet.vocabulary import BODY, BREAKS, PLURAL, SINGULAR, SMALL

Texts = Mapping[str, str]
Outcome = Callable[[Texts], Any]
Token = tuple[str, int, int]  # key of its text, and where it stands in it

_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_NAMED = re.compile(r"\{[^}]*\}")  # the plan's placeholders of names
_GRAMMAR = frozenset(
    """am are as be been being both each ever every few full had has have he'll i it's let lets like many most more much
    only other others quite rather she'll slightly some such than that's the their theirs them there these those very
    was wear wearing wears were which while whose whole would who's yet you your""".split()  # noqa: SIM905
)
_TELLING = set(  # small words to whoever reads an action, but they ask for something
    "slowly quickly suddenly sky stars moon ceiling ground floor feet head letter book phone window".split()  # noqa: SIM905
)
_OPPOSITES = {
    "round": "square", "straight": "swept", "short": "long", "medium": "short", "loose": "braided",
}  # fmt: skip
# A bible has some twenty words; of an essay the beginning is read, and not what each word says beside each other one.
_MOST_CHARACTERS, _MOST, _MOST_COMPARED = 3000, 200, 40
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

    body = drawn(told.texts)[0]
    age = "old" if body.old_age else "young" if body.youth else ""
    shown = shown_anyway.SPECIES.get(body.species, ()) if body.kind == "creature" else shown_anyway.AGES.get(age, ())
    names = {form for part in told.texts for name in _said(part) for form in (name, name.removesuffix("s"))}
    missing = list(_parts(told, unheeded(told.texts, drawn, {*names, *shown})))
    if body.kind == "creature" and body.species == "placeholder":
        named = f"“{body.called}” is no species" if body.called else "the words name no species"
        told_of = f"{named} that the puppet can draw: a grey dummy stands for it"
        whole = NotDrawn(kind=told.kind, of=told.id, part="species", words=[], instead=told_of)
        rest = [
            remark.model_copy(update={"words": left}) for remark in missing if (left := _others(remark, body.called))
        ]
        missing = [whole, *rest]
    yield from missing


def _others(remark: NotDrawn, called: str) -> list[str]:
    return [word for word in remark.words if word.lower() != called.lower()]


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
        here = sets.known(told.id, ", ".join(filter(None, (texts.get("words"), texts.get(time)))))
        shown = {*shown_anyway.SETS.get(here or "", ()), *shown_anyway.TIMES[sets.daytime(time.partition(".")[2])]}
        missing = unheeded({asked: texts[asked]}, partial(drawn, time), shown, beside)
        instead = (
            ""
            if here or asked != "words"
            else "a place that the puppet cannot draw: a board with its name stands for it"
        )
        yield from _parts(told, missing, instead)


def _of_prop(told: Told) -> Iterator[NotDrawn]:
    def drawn(texts: Texts) -> str:
        return props.draw_prop(texts.get("id", ""), texts.get("words", ""), "painterly")

    kind = props.known(told.id, told.texts.get("words", ""))
    missing = unheeded(told.texts, drawn, shown_anyway.PROPS.get(kind or "", ()), {"id": told.id})
    yield from _parts(
        told, missing, "" if kind else "a thing that the puppet cannot draw: a tag with its name stands for it"
    )


def _of_action(told: Told) -> Iterator[NotDrawn]:
    def acted(texts: Texts) -> Any:
        action = texts.get("action", "")
        beats = [_in_hand(beat) for beat in read_action(action, told.beside, told.props)]
        return beats, sets.train(*told.place, action)

    names = BODY | {part for name in (*told.beside, *told.beside.values(), *told.props) for part in _said(name)}
    yield from _parts(told, unheeded(told.texts, acted, names))


def _in_hand(beat: Beat) -> Beat:
    """A book that is no prop turns the eyes down to it all the same; the hand stays empty."""
    return replace(beat, towards=None) if beat.gesture in ("hold", "raise", "give", "put", "pick up") else beat


def _parts(told: Told, missing: Mapping[str, list[str]], instead: str = "") -> Iterator[NotDrawn]:
    for part in missing or ({next(iter(told.texts), ""): []} if instead else {}):
        if missing.get(part) or instead:
            yield NotDrawn(kind=told.kind, of=told.id, part=part, words=missing.get(part, []), instead=instead)


def unheeded(
    texts: Texts, outcome: Outcome, passed_over: Collection[str] = (), beside: Texts | None = None
) -> dict[str, list[str]]:
    """By key of ``texts``, the words that decide nothing of ``outcome(texts | beside)``, in their order, each once.

    A word decides something where the outcome is another without it; without it and another word or part that says the
    same; or with its opposite in its place, since what is drawn anyway ("round glasses") can be said, too. Grammar and
    the words of ``passed_over`` (lower case) are not asked about.
    """
    beside, texts = _beginning(beside or {}), _beginning(texts)
    everything = {**beside, **texts}
    whole = outcome(everything)
    silent = (_GRAMMAR | SMALL | PLURAL | SINGULAR | BREAKS) - _TELLING | set(passed_over)

    def same_with(words: Mapping[Token, str], less: str | None = None) -> bool:
        return bool(outcome({key: text for key, text in _with(everything, words).items() if key != less}) == whole)

    tokens = [token for token in _tokens(texts) if _word(texts, token) not in silent][:_MOST]
    idle = [token for token in tokens if same_with({token: ""})]
    left_out: list[Token] = []
    needed: list[Token] = []  # idle alone, but only because another says the same
    for token in idle:
        (left_out if same_with(dict.fromkeys([*left_out, token], "")) else needed).append(token)
    if len(idle) <= _MOST_COMPARED:
        together = not same_with(dict.fromkeys(idle, ""))
        partners = [*needed, *(token for token in _tokens(beside) if same_with({token: ""}))]

        def says_it_too(token: Token) -> bool:
            if together and any(
                same_with({other: "" for other in idle if other not in kept})
                and not same_with({other: "" for other in idle if other not in kept - {token}})
                for kept in _with_neighbours(idle, token)
            ):
                return True  # alone or beside a neighbour ("old woman") it says what all the idle ones say together
            if any(not same_with({token: "", other: ""}) for other in partners):
                return True
            if (opposite := _opposite(_word(texts, token))) and not same_with({token: opposite}):
                return True
            others = [part for part in everything if part != token[0]]
            return any(same_with({}, part) and not same_with({token: ""}, part) for part in others)

        left_out = [token for token in left_out if not says_it_too(token)]
    heeded = {(token[0], _word(texts, token)) for token in tokens if token not in left_out}
    found: dict[str, list[str]] = {}
    for token in left_out:
        if (token[0], _word(texts, token)) not in heeded:
            found.setdefault(token[0], []).append(texts[token[0]][token[1] : token[2]])
    return {key: list(dict.fromkeys(said)) for key, said in found.items()}


def _beginning(texts: Texts) -> dict[str, str]:
    """The first parts, as many as make `_MOST_CHARACTERS`, the last of them cut."""
    left, kept = _MOST_CHARACTERS, {}
    for key, text in texts.items():
        kept[key] = text[: max(0, left)]
        left -= len(text)
        if left <= 0:
            break
    return kept


def _with_neighbours(tokens: list[Token], token: Token) -> Iterator[set[Token]]:
    at = tokens.index(token)
    yield {token}
    for other in (*tokens[at + 1 : at + 2], *tokens[max(0, at - 1) : at]):
        yield {token, other}


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
