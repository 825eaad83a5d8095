"""Reading action words: which character does what, in which order, towards whom.

A script reader, not a language model: it knows some sixty verbs and their forms, names, pronouns,
and the words that join beats. What it cannot read it leaves out, and `unread_words` says so.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from puppet.vocabulary import (
    ADJACENT,
    ADVERBS,
    ARTICLES,
    BASE_OF,
    BODY,
    BREAKS,
    CARRIED,
    DIRECTIONS,
    EYES,
    GESTURE_OF,
    KNEES,
    LOOKED_AT,
    LOW,
    NOUN_TOO,
    OTHER_FORMS,
    PHRASES,
    PLURAL,
    SINGULAR,
    SMALL,
    STOPS,
    THINGS_IN_ING,
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


def unread_words(action: str) -> list[str]:
    """The verbs of ``action`` that the puppet cannot act, each once, in order; with their particle where that decides.

    The plan's ``{ami}`` placeholders and capitalised words are names.
    """
    unread: list[str] = []
    subject_named = False
    for clause, capitals in _clauses(action):
        known = [index for index in range(len(clause)) if _is_verb(clause, index)]
        found = {index: clause[index] for index in range(len(clause)) if _other_verb(clause, index, known)}
        start = next(
            (i for i, word in enumerate(clause) if word not in PLURAL | SINGULAR and word not in capitals),
            len(clause),
        )
        subject_named = subject_named or start > 0 or bool(known)
        main = next(
            (i for i in range(start, len(clause)) if not clause[i].endswith("ly") and clause[i] not in ADVERBS), None
        )
        if main is not None and subject_named and main not in known and clause[main] not in SMALL:
            shaped = re.search(r"(s|ing|ed)$", clause[main]) and clause[main] not in THINGS_IN_ING
            if shaped or (start > 0 and not known):
                found[main] = clause[main]
        for place, index in enumerate(known):
            end = known[place + 1] if place + 1 < len(known) else len(clause)
            phrase = _phrase(clause[index], clause[index + 1 : end])
            if _meant(clause[index], clause[index + 1 : end])[0] is None:
                found[index] = f"{clause[index]} {phrase[1]}" if phrase else clause[index]
        unread += [found[index] for index in sorted(found)]
    return list(dict.fromkeys(unread))


def unshown_things(action: str, props: Sequence[str] = ()) -> list[str]:
    """What ``action`` puts into a hand that is none of ``props``: "raises a sword" is acted with an empty hand."""
    things = {part for prop in props for part in (prop, *prop.split("-"))}
    unshown: list[str] = []
    for clause, names in _clauses(action):
        verbs = [index for index in range(len(clause)) if _is_verb(clause, index)]
        for place, index in enumerate(verbs):
            words = clause[index + 1 : verbs[place + 1] if place + 1 < len(verbs) else len(clause)]
            gesture, _ = _meant(clause[index], words)
            if BASE_OF[clause[index]] not in CARRIED and gesture != "pick up":
                continue
            begin = next((at + 1 for at, word in enumerate(words) if word in ARTICLES), len(words))
            named = list(itertools.takewhile(lambda word: word not in SMALL - ARTICLES - LOOKED_AT, words[begin:]))
            if named and not set(named) & (things | BODY | names | ARTICLES):
                unshown.append(named[-1])
    return list(dict.fromkeys(unshown))


def _other_verb(clause: Sequence[str], index: int, known: Sequence[int]) -> bool:
    """Whether a verb that is not acted stands at ``index`` besides those that are: "to unlock it", "sits knitting"."""
    word, before = clause[index], clause[index - 1] if index else ""
    if index in known or word in GESTURE_OF or before in ARTICLES:
        return False
    if word in OTHER_FORMS:
        if word.endswith("ing"):
            return before not in ("for", "of", "with", "by", "in", "on", "at")
        after = clause[index + 1] if index + 1 < len(clause) else ""
        return (
            before in {"to"} | PLURAL
            or (word != OTHER_FORMS[word] and _starts(clause, index))
            or (word == OTHER_FORMS[word] and before == "and" and after in ARTICLES)
        )
    if before == "to" and word not in SMALL and index + 1 < len(clause):
        return clause[index + 1] in ARTICLES - {"of", "no"}  # "to water the plants"
    ing = word.endswith("ing") and len(word) > 5 and word not in THINGS_IN_ING and word not in SMALL
    return bool(ing and known and before in GESTURE_OF)  # "sits knitting a scarf"


def _starts(clause: Sequence[str], index: int) -> bool:
    """Whether nothing but a subject and adverbs stands before ``index``."""
    return not any(word in ARTICLES or word in GESTURE_OF for word in clause[:index])


def _clauses(action: str) -> list[tuple[list[str], set[str]]]:
    """Clauses in lower case, each with the words that are names."""
    names = {word.lower() for word in re.findall(r"\{(?:character:)?([\w-]+)\}", action)}
    names |= {word.lower() for word in re.findall(r"(?<![.!?]\s)(?<!^)\b([A-Z][\w'-]+)", action)}
    first = {word.lower() for word in re.findall(r"(?:^|[.!?]\s+)([A-Z][\w'-]+)", action)}
    names |= {word for word in first if word not in SMALL | PLURAL | SINGULAR and word not in GESTURE_OF}
    clauses: list[list[str]] = [[]]
    for token in _tokens(action):
        if token in BREAKS:
            clauses.append([])
        else:
            clauses[-1].append(token)
    return [(clause, names) for clause in clauses if clause]


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
