"""Reading action words: which character does what, in which order, towards whom.

A script reader, not a language model: it knows some sixty verbs and their forms, names, pronouns,
and the words that join beats. What it cannot read it leaves out, and `undrawn` says so. What is no person acts nothing
here: "the door opens" and "rain falls" give nobody anything to do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from puppet.vocabulary import (
    ACTS_BY_ITSELF,
    ADJACENT,
    ARTICLES,
    BASE_OF,
    BREAKS,
    DIRECTIONS,
    EYES,
    GESTURE_OF,
    KNEES,
    LOW,
    NOUN_TOO,
    PHRASES,
    PLURAL,
    SINGULAR,
    SMALL,
    STOPS,
    TOGETHER,
)


@dataclass(frozen=True)
class Beat:
    """One thing one character does. ``together``: begins with the beat before it, not after."""

    who: str
    gesture: str
    word: str
    towards: str | None = None  # a character's id, or one of the words of DIRECTIONS' values
    prop: str | None = None
    together: bool = False
    many: int = 1  # "nods twice"


@dataclass
class _Reader:
    """The state of one reading, word by word."""

    names: Mapping[str, str]  # lower-case name -> id
    props: Mapping[str, str]  # lower-case word -> prop id
    beats: list[Beat] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    prop: str | None = None  # named last: what "it" is
    waiting: bool = False  # names were read whose verb is still to come


def read_action(action: str, cast: Mapping[str, str], props: Sequence[str] = ()) -> list[Beat]:
    """The beats of ``action`` in order. ``cast`` maps ids to names; ``props`` are ids."""
    names = {key.lower(): who for who, name in cast.items() for key in (who, name, *name.split()[:1])}
    things = {part: prop for prop in props for part in (prop, *prop.split("-"))}
    tokens = _tokens(action)
    reader = _Reader(names, things)
    clause: list[str] = []
    joined = "."
    for token in [*tokens, "."]:
        if token in BREAKS:
            if clause:
                _read_clause(reader, clause, joined, token)
                clause, joined = [], token
            elif joined == "," or token in STOPS | TOGETHER | {"then"}:
                joined = token  # ", then": the later word decides
            continue
        clause.append(token)
    return reader.beats


def _tokens(action: str) -> list[str]:
    text = re.sub(r"\{(?:character:)?([\w-]+)\}", r"\1", action)
    words = re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*|[,;.!?:—–]", text.lower())
    return [re.sub(r"['’]s$", "", word) for word in words]


def _is_verb(clause: Sequence[str], index: int) -> bool:
    word = clause[index]
    if word not in GESTURE_OF:
        return False
    before = clause[index - 1] if index else ""
    if before in ARTICLES or (before in ("at", "on", "with", "for", "in", "by") and not word.endswith("ing")):
        return False
    # "her hand up", "morning light": a bare noun form further in is not a second verb.
    return not (word in NOUN_TOO and any(_is_verb(clause, i) for i in range(index)))


def _read_clause(reader: _Reader, clause: list[str], joined: str, closed_by: str) -> None:
    """Add the beats of one clause, the words between two breaks."""
    verbs = [index for index in range(len(clause)) if _is_verb(clause, index)]
    first = verbs[0] if verbs else len(clause)
    named = [reader.names[word] for word in clause[:first] if word in reader.names]
    plural = any(word in PLURAL for word in clause[:first])
    if not verbs:
        # "Ami and Kit walk": names alone wait for the verb; otherwise they are objects ("at Kit and Bo").
        if named and closed_by == "and" and joined in STOPS | {",", "then", "while", "as"}:
            reader.subjects = named
            reader.waiting = True
        elif len(clause) > len(named) and clause[0] in reader.names:
            reader.subjects = [reader.names[clause[0]]]  # it acts, in a way that is not read
        return
    if not named and not plural and _of_things(clause[:first], reader.props):
        return
    waiting, reader.waiting = reader.waiting, False
    new_subject = bool(named) or plural
    if plural:
        reader.subjects = list(dict.fromkeys(reader.names.values()))
    elif named:
        reader.subjects = [*(reader.subjects if waiting and joined == "and" else []), *named]
    everyone = list(dict.fromkeys(reader.names.values()))
    alone = bool(SINGULAR & set(clause[:first]))
    subjects = reader.subjects = reader.subjects or (everyone[:1] if alone else everyone)
    answers = bool(reader.beats) and reader.beats[-1].towards in subjects  # "waves to Kit and Kit nods"
    for place, index in enumerate(verbs):
        end = verbs[place + 1] if place + 1 < len(verbs) else len(clause)
        words = clause[index + 1 : end]
        gesture, said = _meant(clause[index], words)
        if gesture is None:
            continue
        together = place > 0 or joined in TOGETHER or (joined == "and" and new_subject and not waiting and not answers)
        many = 2 if "twice" in words else 3 if "thrice" in words or {"three", "times"} <= set(words) else 1
        for position, who in enumerate(subjects):
            towards = _towards(reader, words, who, subjects)
            prop = _prop(reader, words)
            reader.prop = prop or reader.prop
            parallel = (together or position > 0) and bool(reader.beats)
            reader.beats.append(Beat(who, gesture, said, towards, prop, parallel, many))


def _of_things(subject: Sequence[str], props: Mapping[str, str]) -> bool:
    """Whether what stands before the verb names something that acts by itself, and nobody: "a train", "the rain"."""
    nouns = [word for word in subject if word not in SMALL]
    return bool(nouns) and nouns[-1] in ACTS_BY_ITSELF | set(props)


def _phrase(verb: str, words: Sequence[str]) -> tuple[str, str] | None:
    """The entry of `PHRASES` that a verb makes with the words after it."""
    base = BASE_OF.get(verb, verb)
    for at, word in enumerate(words):
        if (base, word) in PHRASES and (word not in ADJACENT or at == 0 or (at == 1 and words[0] in ("back", "it"))):
            return base, word
    return None


def _meant(verb: str, words: Sequence[str]) -> tuple[str | None, str]:
    """The gesture that a verb and the words after it ask for, None where it is not acted; and the word for it."""
    phrase, base, gesture = _phrase(verb, words), BASE_OF.get(verb, verb), GESTURE_OF[verb]
    said = set(words)
    if phrase is not None:
        acted = PHRASES[phrase]
        if acted == "pick up" and "from" in said and not LOW & said and {"table", "counter", "desk", "shelf"} & said:
            return "hold", verb  # nobody bends down to a table
        return acted, verb
    if base == "get":
        return None, verb
    if gesture == "hold" and LOW & said and {"from", "off"} & said:
        return "pick up", verb
    if base == "pick" and {"flower", "flowers", "mushroom", "mushrooms", "berries"} & said:
        return "pick up", verb
    if gesture in ("walk", "bow", "sit", "put") and KNEES & said and {"on", "onto", "to"} & said:
        gesture = "kneel"  # "goes down on one knee", "drops to her knees"
    if gesture == "kneel":
        return gesture, "both knees" if "knees" in said else verb
    if gesture in ("open", "close") and EYES & said:
        return f"{gesture} eyes", verb
    return _refined(gesture, words), verb


def _refined(gesture: str, words: Sequence[str]) -> str:
    """What the words after a verb make of it."""
    if gesture == "shake head" and "head" not in words:
        return "give" if {"hand", "hands"} & set(words) else "shiver"
    if gesture in ("walk", "run") and {"in", "inside"} & set(words[:2]):
        return "enter" if gesture == "walk" else "run in"
    if gesture in ("walk", "run") and {"out", "off", "away"} & set(words[:2]):
        return "leave"
    if gesture == "hug" and {"herself", "himself", "itself", "themselves"} & set(words):
        return "hug oneself"
    if gesture == "hold" and "up" in words[:4]:
        return "raise"
    if gesture == "lean" and "down" in words[:2]:
        return "bow"
    return gesture


def _prop(reader: _Reader, words: Sequence[str]) -> str | None:
    """The prop named after the verb; "it" is the one named before."""
    named = next((reader.props[word] for word in words if word in reader.props), None)
    return named or (reader.prop if "it" in words else None)


def _towards(reader: _Reader, words: Sequence[str], who: str, subjects: Sequence[str]) -> str | None:
    """Another character named after the verb, else a direction, else None."""
    for word in words:
        if word in reader.names and reader.names[word] != who:
            return reader.names[word]
    others = [other for other in dict.fromkeys(reader.names.values()) if other != who]
    if {"other", "him", "them"} & set(words) or ("her" in words and words[-1] == "her"):
        return others[0] if len(others) == 1 else next((o for o in subjects if o != who), None)
    found = [DIRECTIONS[word] for word in words if word in DIRECTIONS]
    strong = [place for place in found if place not in ("in", "towards", "each", "head")]
    return "camera" if "camera" in strong else strong[0] if strong else None
