"""Reading action words: which character does what, in which order, towards whom.

A script reader, not a language model: it knows some sixty verbs and their forms, names, pronouns,
and the words that join beats. What it cannot read it leaves out, and `unread_words` says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# gesture -> the verbs that ask for it, as base forms
VERBS: dict[str, tuple[str, ...]] = {
    "walk": ("walk", "stroll", "step", "wander", "stride", "march", "tiptoe", "creep", "approach", "come", "go", "cross", "pace", "trot", "head"),
    "run": ("run", "jog", "dash", "rush", "hurry", "race", "sprint", "scamper", "chase"),
    "enter": ("enter", "arrive", "appear"),
    "leave": ("leave", "exit", "depart"),
    "stop": ("stop", "halt", "pause", "wait", "stay", "freeze"),
    "wave": ("wave", "greet", "beckon"),
    "talk": ("talk", "say", "speak", "tell", "ask", "answer", "reply", "whisper", "explain", "call", "shout", "sing", "read aloud"),
    "nod": ("nod", "agree"),
    "shake head": ("refuse", "disagree", "shake"),
    "turn": ("turn", "face", "swivel"),
    "look": ("look", "glance", "gaze", "stare", "watch", "peer", "see", "notice", "spot", "search", "listen", "glimpse", "find"),
    "jump": ("jump", "leap", "spring"),
    "hop": ("hop", "bounce", "skip"),
    "dance": ("dance", "twirl about", "sway", "groove"),
    "sit": ("sit", "perch", "settle"),
    "stand": ("stand", "rise"),
    "raise": ("raise", "lift", "hoist"),
    "hold": ("hold", "carry", "keep", "clutch", "grip", "grab", "take", "pick", "receive", "catch", "bring", "light", "open"),
    "give": ("give", "hand", "offer", "pass", "show", "present", "share"),
    "put": ("put", "drop", "place", "lower", "set"),
    "read": ("read", "study", "unfold", "write"),
    "drink": ("drink", "sip", "taste", "eat", "bite", "blow"),
    "point": ("point", "gesture"),
    "bow": ("bow", "curtsy", "lean down", "bend", "kneel", "crouch", "duck"),
    "think": ("think", "ponder", "wonder", "consider", "hesitate", "remember"),
    "laugh": ("laugh", "giggle", "chuckle"),
    "smile": ("smile", "grin", "beam"),
    "frown": ("frown", "scowl", "glare"),
    "gasp": ("gasp", "startle", "jolt", "flinch", "realise", "realize"),
    "cry": ("cry", "weep", "sob"),
    "sigh": ("sigh", "slump", "sag"),
    "shiver": ("shiver", "tremble", "shudder"),
    "hug": ("hug", "embrace", "cuddle"),
    "lean": ("lean", "tilt"),
    "spin": ("spin", "twirl", "whirl", "pirouette"),
    "stretch": ("stretch", "yawn"),
    "cheer": ("cheer", "celebrate"),
    "clap": ("clap", "applaud"),
    "shrug": ("shrug",),
    "blink": ("blink", "wink"),
    "idle": ("breathe", "rest", "relax", "be", "remain"),
}  # fmt: skip

_IRREGULAR = {
    "ran": "run", "sat": "sit", "stood": "stand", "stands": "stand", "held": "hold", "gave": "give", "drank": "drink", "thought": "think",
    "said": "say", "spoke": "speak", "told": "tell", "read": "read", "rose": "rise", "left": None, "leapt": "leap", "leans": "lean",
    "took": "take", "put": "put", "came": "come", "went": "go", "is": "be", "are": "be", "spun": "spin", "saw": "see", "lit": "light",
    "found": "find", "brought": "bring", "goes": "go", "bent": "bend", "knelt": "kneel", "caught": "catch", "lying": None, "set": "set",
}  # fmt: skip

_PLURAL = {"they", "both", "everyone", "all", "together"}
_SINGULAR = {"he", "she", "it", "who"}
_BREAKS = {
    ",",
    ";",
    ".",
    "!",
    "?",
    ":",
    "—",
    "–",
    "then",
    "and",
    "while",
    "as",
    "but",
    "before",
    "after",
    "until",
    "when",
}
_STOPS = {".", "!", "?", ";"}
_TOGETHER = {"while", "as", "when"}
_DIRECTIONS = {
    "left": "left", "leftwards": "left", "right": "right", "rightwards": "right", "up": "up", "upwards": "up", "down": "down",
    "downwards": "down", "camera": "camera", "viewer": "camera", "us": "camera", "around": "around", "back": "around",
    "away": "away", "sky": "up", "stars": "up", "moon": "up", "ceiling": "up", "ground": "down", "floor": "down", "feet": "down",
    "letter": "down", "book": "down", "phone": "down", "in": "in", "inside": "in", "out": "out", "off": "out", "outside": "out",
    "head": "head", "towards": "towards", "toward": "towards", "herself": "self", "himself": "self", "itself": "self",
    "themselves": "self", "each": "each", "forward": "camera", "forwards": "camera", "window": "away",
}  # fmt: skip
# "turns her back", "lifts its head", "the right word": nouns that look like verbs are nouns after these.
_ARTICLES = {
    "a",
    "an",
    "the",
    "her",
    "his",
    "its",
    "their",
    "my",
    "your",
    "our",
    "this",
    "that",
    "some",
    "one",
    "two",
    "of",
    "no",
}
_ADVERBS = {"slowly", "quickly", "once", "twice", "again", "still", "just", "now", "almost", "also", "suddenly", "very", "not", "to", "never", "even"}  # fmt: skip
_SMALL = _ARTICLES | _ADVERBS | set(_DIRECTIONS) | {
    "at", "on", "for", "by", "with", "from", "into", "onto", "over", "under", "through", "past", "along", "across", "beside", "near",
    "against", "behind", "or", "so", "too", "if", "there", "here", "each", "other", "alone", "first", "last", "next", "i", "we", "you",
    "him", "them", "me", "because", "since", "though", "where", "what", "how", "why", "than", "same", "time", "three", "four",
}  # fmt: skip


def _forms(verb: str) -> set[str]:
    if " " in verb:
        return set()
    stem = verb[:-1] if verb.endswith("e") else verb
    doubled = stem + stem[-1] if re.fullmatch(r".*[^aeiou][aeiou][bdgmnprt]", verb) else stem
    third = (
        verb[:-1] + "ies"
        if re.fullmatch(r".*[^aeiou]y", verb)
        else verb + ("es" if re.search(r"(s|sh|ch|x|z|o)$", verb) else "s")
    )
    past = verb[:-1] + "ied" if third.endswith("ies") else stem + "ed"
    return {verb, third, stem + "ing", doubled + "ing", past, doubled + "ed"}


_READ: dict[str, str] = {form: gesture for gesture, verbs in VERBS.items() for verb in verbs for form in _forms(verb)}
_READ |= {form: _READ[base] for form, base in _IRREGULAR.items() if base and base in _READ}
_NOUN_TOO = {"hand", "head", "light", "present", "face", "show", "back", "study", "step", "race", "share", "place", "drop", "rest", "set", "all", "spring", "see"}  # fmt: skip


@dataclass(frozen=True)
class Beat:
    """One thing one character does. ``together``: begins with the beat before it, not after."""

    who: str
    gesture: str
    word: str
    towards: str | None = None  # a character's id, or one of the words of _DIRECTIONS' values
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
        if token in _BREAKS:
            if clause:
                _read_clause(reader, clause, joined, token)
                clause, joined = [], token
            elif joined == "," or token in _STOPS | _TOGETHER | {"then"}:
                joined = token  # ", then": the later word decides
            continue
        clause.append(token)
    return reader.beats


def unread_words(action: str) -> list[str]:
    """Words of ``action`` that stand where a verb should and that the puppet cannot act, in order.

    The plan's ``{ami}`` placeholders and capitalised words are names.
    """
    unread: list[str] = []
    subject_named = False
    for clause, capitals in _clauses(action):
        if any(_is_verb(clause, index) for index in range(len(clause))):
            subject_named = True
            continue
        start = next(
            (i for i, word in enumerate(clause) if word not in _PLURAL | _SINGULAR and word not in capitals),
            len(clause),
        )
        subject_named = subject_named or start > 0
        rest = [word for word in clause[start:] if not word.endswith("ly") and word not in _ADVERBS]
        if subject_named and rest and rest[0] not in _SMALL and (start > 0 or re.search(r"(s|ing|ed)$", rest[0])):
            unread.append(rest[0])
    return unread


def _clauses(action: str) -> list[tuple[list[str], set[str]]]:
    """Clauses in lower case, each with the words that are names."""
    names = {word.lower() for word in re.findall(r"\{(?:character:)?([\w-]+)\}", action)}
    names |= {word.lower() for word in re.findall(r"(?<![.!?]\s)(?<!^)\b([A-Z][\w'-]+)", action)}
    first = {word.lower() for word in re.findall(r"(?:^|[.!?]\s+)([A-Z][\w'-]+)", action)}
    names |= {word for word in first if word not in _SMALL | _PLURAL | _SINGULAR and word not in _READ}
    clauses: list[list[str]] = [[]]
    for token in _tokens(action):
        if token in _BREAKS:
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
    if word not in _READ:
        return False
    before = clause[index - 1] if index else ""
    if before in _ARTICLES or (before in ("at", "on", "with", "for", "in", "by") and not word.endswith("ing")):
        return False
    # "her hand up", "morning light": a bare noun form further in is not a second verb.
    return not (word in _NOUN_TOO and any(_is_verb(clause, i) for i in range(index)))


def _read_clause(reader: _Reader, clause: list[str], joined: str, closed_by: str) -> None:
    """Add the beats of one clause, the words between two breaks."""
    verbs = [index for index in range(len(clause)) if _is_verb(clause, index)]
    first = verbs[0] if verbs else len(clause)
    named = [reader.names[word] for word in clause[:first] if word in reader.names]
    plural = any(word in _PLURAL for word in clause[:first])
    if not verbs:
        # "Ami and Kit walk": names alone wait for the verb; otherwise they are objects ("at Kit and Bo").
        if named and closed_by == "and" and joined in _STOPS | {",", "then", "while", "as"}:
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
    alone = bool(_SINGULAR & set(clause[:first]))
    subjects = reader.subjects = reader.subjects or (everyone[:1] if alone else everyone)
    answers = bool(reader.beats) and reader.beats[-1].towards in subjects  # "waves to Kit and Kit nods"
    for place, index in enumerate(verbs):
        end = verbs[place + 1] if place + 1 < len(verbs) else len(clause)
        words = clause[index + 1 : end]
        gesture = _refined(_READ[clause[index]], words)
        together = place > 0 or joined in _TOGETHER or (joined == "and" and new_subject and not waiting and not answers)
        many = 2 if "twice" in words else 3 if "thrice" in words or {"three", "times"} <= set(words) else 1
        for position, who in enumerate(subjects):
            towards = _towards(reader, words, who, subjects)
            prop = next((reader.props[word] for word in words if word in reader.props), None)
            parallel = (together or position > 0) and bool(reader.beats)
            reader.beats.append(Beat(who, gesture, clause[index], towards, prop, parallel, many))


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


def _towards(reader: _Reader, words: Sequence[str], who: str, subjects: Sequence[str]) -> str | None:
    """Another character named after the verb, else a direction, else None."""
    for word in words:
        if word in reader.names and reader.names[word] != who:
            return reader.names[word]
    others = [other for other in dict.fromkeys(reader.names.values()) if other != who]
    if {"other", "him", "them"} & set(words) or ("her" in words and words[-1] == "her"):
        return others[0] if len(others) == 1 else next((o for o in subjects if o != who), None)
    found = [_DIRECTIONS[word] for word in words if word in _DIRECTIONS]
    strong = [place for place in found if place not in ("in", "towards", "each", "head")]
    return "camera" if "camera" in strong else strong[0] if strong else None
