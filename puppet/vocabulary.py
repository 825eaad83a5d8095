"""The words the puppet reads: verbs and their forms, directions, and the small words between them."""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# gesture -> the verbs that ask for it, as base forms
VERBS: dict[str, str] = {
    "walk": "walk stroll step wander stride march tiptoe creep approach come go cross pace trot head",
    "run": "run jog dash rush hurry race sprint scamper chase",
    "enter": "enter arrive appear",
    "leave": "leave exit depart",
    "stop": "stop halt pause wait stay freeze",
    "wave": "wave greet beckon",
    "talk": "talk say speak tell ask answer reply whisper explain call shout sing",
    "nod": "nod agree",
    "shake head": "refuse disagree shake",
    "turn": "turn face swivel",
    "look": "look glance gaze stare watch peer see notice spot search listen glimpse find",
    "jump": "jump leap spring",
    "hop": "hop bounce skip",
    "dance": "dance sway groove",
    "sit": "sit perch settle",
    "stand": "stand rise",
    "raise": "raise lift hoist",
    "hold": "hold carry keep clutch grip grab take pick receive catch bring light open",
    "give": "give hand offer pass show present share",
    "put": "put drop place lower set",
    "read": "read study unfold write",
    "drink": "drink sip taste eat bite blow",
    "point": "point gesture",
    "bow": "bow curtsy bend kneel crouch duck",
    "think": "think ponder wonder consider hesitate remember",
    "laugh": "laugh giggle chuckle",
    "smile": "smile grin beam",
    "frown": "frown scowl glare",
    "gasp": "gasp startle jolt flinch realise realize",
    "cry": "cry weep sob",
    "sigh": "sigh slump sag",
    "shiver": "shiver tremble shudder",
    "hug": "hug embrace cuddle",
    "lean": "lean tilt",
    "spin": "spin twirl whirl pirouette",
    "stretch": "stretch yawn",
    "cheer": "cheer celebrate",
    "clap": "clap applaud",
    "shrug": "shrug",
    "blink": "blink wink",
    "idle": "breathe rest relax be remain",
}

_IRREGULAR = {
    "ran": "run", "sat": "sit", "stood": "stand", "held": "hold", "gave": "give", "drank": "drink",
    "thought": "think", "said": "say", "spoke": "speak", "told": "tell", "rose": "rise", "leapt": "leap",
    "took": "take", "came": "come", "went": "go", "is": "be", "are": "be", "spun": "spin", "saw": "see",
    "lit": "light", "found": "find", "brought": "bring", "goes": "go", "bent": "bend", "knelt": "kneel",
    "caught": "catch",
}  # fmt: skip

PLURAL = _set("they both everyone all together")
SINGULAR = _set("he she it who")
STOPS = {".", "!", "?", ";"}
TOGETHER = {"while", "as", "when"}
BREAKS = STOPS | TOGETHER | {",", ":", "—", "–", "then", "and", "but", "before", "after", "until"}
DIRECTIONS = {
    "left": "left", "leftwards": "left", "right": "right", "rightwards": "right", "up": "up", "upwards": "up",
    "down": "down", "downwards": "down", "camera": "camera", "viewer": "camera", "us": "camera", "around": "around",
    "back": "around", "away": "away", "sky": "up", "stars": "up", "moon": "up", "ceiling": "up", "ground": "down",
    "floor": "down", "feet": "down", "letter": "down", "book": "down", "phone": "down", "in": "in", "inside": "in",
    "out": "out", "off": "out", "outside": "out", "head": "head", "towards": "towards", "toward": "towards",
    "herself": "self", "himself": "self", "itself": "self", "themselves": "self", "each": "each",
    "forward": "camera", "forwards": "camera", "window": "away",
}  # fmt: skip
# "turns her back", "lifts its head", "the right word": nouns that look like verbs are nouns after these.
ARTICLES = _set("a an the her his its their my your our this that some one two of no")
ADVERBS = _set("slowly quickly once twice again still just now almost also suddenly very not to never even")
_PARTICLES = _set(
    "at on for by with from into onto over under through past along across beside near against behind or so too if "
    "there here each other alone first last next i we you him them me because since though where what how why than "
    "same time three four"
)
SMALL = ARTICLES | ADVERBS | _PARTICLES | set(DIRECTIONS)


def _forms(verb: str) -> set[str]:
    stem = verb[:-1] if verb.endswith("e") else verb
    doubled = stem + stem[-1] if re.fullmatch(r".*[^aeiou][aeiou][bdgmnprt]", verb) else stem
    third = (
        verb[:-1] + "ies"
        if re.fullmatch(r".*[^aeiou]y", verb)
        else verb + ("es" if re.search(r"(s|sh|ch|x|z|o)$", verb) else "s")
    )
    past = verb[:-1] + "ied" if third.endswith("ies") else stem + "ed"
    return {verb, third, stem + "ing", doubled + "ing", past, doubled + "ed"}


GESTURE_OF: dict[str, str] = {
    form: gesture for gesture, verbs in VERBS.items() for verb in verbs.split() for form in _forms(verb)
}
GESTURE_OF |= {form: GESTURE_OF[base] for form, base in _IRREGULAR.items()}
NOUN_TOO = _set("hand head light present face show back study step race share place drop rest set all spring see")
