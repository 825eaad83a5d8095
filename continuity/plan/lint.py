"""Remarks on prompts that do not stop a run.

The first rule is the house's own: *describe action, not appearance*. What the bible says of a
character is owned by the library; said again in a prompt, it competes with the references and drifts
from them the day the bible changes. So a repeated trait is named with the very words to delete.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from continuity.plan.compounding import compounding
from continuity.plan.estimate import spoken_seconds
from continuity.plan.schema import Character, LintNote, Shot
from continuity.plan.strangers import strangers, words_of

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
CUTS = re.compile(
    r"\b(?:(?:smash|jump|match|hard)[- ]cuts?|cuts? (?:back )?to|then cuts?|dissolves? to|montage)\b", re.I
)
PHRASE_ENDS = re.compile(r"[,;:()]|\b(?:with|and|of|over|under|in|on|to|that|by|at|from|behind)\b", re.I)
WEARS = re.compile(r"\b(?:(?:is|are|who is) )?(?:wearing|dressed in|clad in|wears|in|with|has|sporting)\s+$", re.I)
PLAINLY_WEARS = re.compile(r"wear|dressed|clad|sporting", re.I)  # says appearance even without an adjective
DETERMINERS = {"a", "an", "the", "her", "his", "their", "its", "some", "no", "only"}
COLOURS = frozenset(
    """amber auburn beige black blond blonde blue bronze brown burgundy copper coral cream crimson cyan emerald ginger
    gold golden gray green grey indigo ivory khaki lavender lilac magenta maroon mauve mustard navy olive orange pink
    purple red rose rust salmon sand scarlet silver tan teal turquoise violet white yellow""".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Owned:
    """A noun of the bible with the adjectives it has there: hair, {jaw-length, lavender}."""

    character: str
    noun: str
    adjectives: frozenset[str]


def lint(
    shots: Iterable[Shot], characters: Mapping[str, Character], proper: Iterable[str] | None = None
) -> list[LintNote]:
    """Notes in story order.

    ``proper``: what else the series calls by name, as titles, places and props; None where capitals say nothing, as in
    languages that write more than names with them.
    """
    owned = {id: list(_owned(character)) for id, character in characters.items()}
    shots = list(shots)
    left = {shot.id: _seconds_after(index, shots) for index, shot in enumerate(shots)}
    known = None if proper is None else words_of([*proper, *_own_words(characters)])
    added = [] if proper is None else list(compounding({shot.id: shot for shot in shots}))
    return [
        note
        for shot in shots
        for note in (
            *_shot_notes(shot, left[shot.id], characters, owned, known),
            *(note for note in added if note.shot == shot.id),
        )
    ]


def without(text: str, delete: Sequence[str]) -> str:
    """``text`` with the words of a note taken out and the spaces closed."""
    for words in delete:
        text = re.sub(rf"\s*{re.escape(words)}", "", text, count=1)
    return re.sub(r"\s+([,.;:!?])", r"\1", re.sub(r"\s{2,}", " ", text)).strip()


def _seconds_after(index: int, shots: Sequence[Shot]) -> float:
    """How long the episode goes on when the shot has ended."""
    return sum(later.seconds for later in shots[index + 1 :] if later.episode == shots[index].episode)


def _own_words(characters: Mapping[str, Character]) -> Iterator[str]:
    for id, character in characters.items():
        yield from (id, character.name, *character.bible.values(), *character.wardrobes.values())


def _shot_notes(
    shot: Shot,
    left: float,
    characters: Mapping[str, Character],
    owned: Mapping[str, list[Owned]],
    known: Collection[str] | None,
) -> Iterator[LintNote]:
    cast = [member.character for member in shot.characters]
    phrases = [phrase for id in cast for phrase in owned[id]]
    for noun_owner, words in _described(shot.action, phrases):
        yield LintNote(
            shot=shot.id,
            message=f"the library already shows {characters[noun_owner].name}'s looks; delete “{words}”",
            delete=[words],
        )
    named = [id for id, character in characters.items() if _names(shot.action, character.name)]
    if cast and not set(named) & set(cast) and not _names(shot.action, "they", "both", "everyone"):
        yield LintNote(
            shot=shot.id, message=f"the action names nobody of its cast ({', '.join(cast)}); say who does it"
        )
    for id in named:
        if id not in cast:
            yield LintNote(
                shot=shot.id,
                message=f"the action names {characters[id].name}, who is not in the shot; add {id} to its characters",
            )
    for name in [] if known is None else strangers(shot.action, known):
        yield LintNote(
            shot=shot.id,
            message=f"the action names {name}, who is no character of this series: every take would draw another one; "
            f"say what is seen instead of the name, or write conf/character/ for {name} and add it to `characters`",
        )
    if cut := CUTS.search(shot.action):
        reader = f"; {shot.transfer.model} follows one performance without cuts" if shot.transfer else ""
        yield LintNote(
            shot=shot.id,
            message=f"a shot is one take, and “{cut[0]}” asks for a second; make it two shots{reader}",
            delete=[cut[0]],
        )
    yield from _line_notes(shot, left)


def _line_notes(shot: Shot, left: float) -> Iterator[LintNote]:
    if shot.footage and any(line.sound is None and not line.off_screen for line in shot.lines):
        yield LintNote(
            shot=shot.id,
            message="nobody says how its lines go with the footage, so only what the clip itself says is heard; write "
            "`sound: dub` (spoken over it), `subtitle` (written alone) or `recorded` (the clip says it)",
        )
    ends = 0.0
    for line in sorted(shot.lines, key=lambda line: line.at):
        if line.at < ends - 0.05:
            yield LintNote(
                shot=shot.id,
                message=f"the line at {line.at:g} s starts before the one before has ended, about {ends:.1f} s",
            )
        ends = line.at + (line.seconds or spoken_seconds(line.text))
        said = _short(line.text)
        if not line.is_spoken:  # cut off with its shot
            continue
        if line.off_screen and ends > shot.seconds + left:
            yield LintNote(
                shot=shot.id,
                message=f"the voice-over “{said}” lasts about {ends - shot.seconds - left:.1f} s beyond the end of its "
                "episode and is cut off there; shorten it or lengthen the shot",
            )
        elif line.off_screen and ends > shot.seconds:
            yield LintNote(
                shot=shot.id,
                message=f"the voice-over “{said}” goes on for about {ends - shot.seconds:.1f} s over the next shot; "
                "if it should not, shorten it or lengthen the shot",
            )
        elif ends > shot.seconds:
            yield LintNote(
                shot=shot.id,
                message=f"“{said}” ends at about {ends:.1f} s and the shot at {shot.seconds:g} s; "
                "shorten it or lengthen the shot",
            )


# ---- what the bible owns ----------------------------------------------------------------------


def _owned(character: Character) -> Iterator[Owned]:
    """The last word of each phrase is its noun, the others its adjectives."""
    for text in (*character.bible.values(), *character.wardrobes.values()):
        for phrase in PHRASE_ENDS.split(text):
            words = [word.lower() for word in WORD.findall(phrase)]
            words = [word for word in words if word not in DETERMINERS]
            if words and not words[-1].isdigit():
                yield Owned(character.id, _singular(words[-1]), frozenset(words[:-1]))


def _described(action: str, phrases: Sequence[Owned]) -> Iterator[tuple[str, str]]:
    """(character, exact words of ``action`` to delete) for every trait that is described again."""
    tokens = list(WORD.finditer(action))
    done_until = 0
    for index, token in enumerate(tokens):
        owners = [phrase for phrase in phrases if phrase.noun == _singular(token[0].lower())]
        if not owners or token.start() < done_until:
            continue
        adjectives = COLOURS.union(*(phrase.adjectives for phrase in owners))
        first = index
        while (
            first
            and tokens[first - 1][0].lower() in adjectives
            and "." not in action[tokens[first - 1].end() : token.start()]
        ):
            first -= 1
        owner = max(owners, key=lambda phrase: len(phrase.adjectives & {t[0].lower() for t in tokens[first:index]}))
        before = first
        while before and tokens[before - 1][0].lower() in DETERMINERS:
            before -= 1
        wears = WEARS.search(action[: tokens[before].start()])
        if wears and (first < index or PLAINLY_WEARS.search(wears[0])):
            done_until = token.end()
            yield owner.character, action[wears.start() : token.end()]
        elif first < index:
            done_until = token.end()
            yield owner.character, action[tokens[first].start() : tokens[index - 1].end()]


def _singular(word: str) -> str:
    """Enough of English for nouns of looks: scarves, glasses and eyes match themselves and each other."""
    if word.endswith("ves"):
        return word[:-3] + "f"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _names(text: str, *names: str) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.I) for name in names)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
