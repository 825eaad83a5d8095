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
    "stand": "stand rise get",  # "gets up"; nothing else that one gets is acted
    "raise": "raise lift hoist",
    "hold": "hold carry keep clutch grip grab take pick receive catch bring light",
    "give": "give hand offer pass show present share",
    "put": "put drop place lower set",
    "read": "read study unfold write",
    "drink": "drink sip taste eat bite blow",
    "point": "point gesture",
    "bow": "bow curtsy bend",
    "kneel": "kneel",
    "crouch": "crouch squat duck stoop",
    "open": "open",
    "close": "close shut",
    "knock": "knock rap",
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

# verb and particle -> gesture; None: another thing than the verb alone, which is not acted ("takes off her hat").
# The particle may stand after the object: "picks the letter up".
PHRASES: dict[tuple[str, str], str | None] = {
    ("pick", "up"): "pick up", ("step", "outside"): "leave", ("step", "inside"): "enter", ("go", "outside"): "leave",
    ("come", "out"): "enter", ("come", "outside"): "enter", ("step", "in"): "enter", ("get", "up"): "stand",
    ("get", "in"): "enter", ("get", "out"): "leave",
    ("hand", "over"): "give", ("take", "off"): None, ("put", "on"): None, ("put", "out"): None, ("blow", "out"): None,
    ("take", "apart"): None, ("set", "fire"): None, ("pull", "on"): None, ("turn", "on"): None, ("turn", "off"): None,
    ("fall", "down"): None, ("bring", "down"): None, ("go", "out"): "leave", ("set", "off"): "leave",
    ("set", "out"): "leave", ("head", "out"): "leave", ("walk", "outside"): "leave", ("walk", "inside"): "enter",
    ("run", "outside"): "leave", ("run", "inside"): "run in",
}  # fmt: skip
# Where a particle decides only right after the verb: "turns on the lamp", but "turns to Kit on the roof".
ADJACENT = _set("on off in out outside inside down over fire apart")
KNEES = _set("knee knees")
LOW = _set("floor ground carpet rug grass pavement snow mud sand")  # what lies there is picked up
BODY = _set(
    "hand hands head arm arms finger fingers fist fists chin eyebrow eyebrows brow brows voice breath foot feet leg "
    "legs knee knees shoulder shoulders eyes paw paws tail ears sigh smile nod speech look signal kiss hug"
)  # what is raised, held or given without being a thing
EYES = _set("eyes eyelids")
# Subjects that are nobody of the cast: what they do is no gesture.
ACTS_BY_ITSELF = _set(
    "train trains door doors window windows gate curtain curtains light lights lamp lamps candle fire flame rain "
    "snow fog mist wind storm thunder lightning sun moon stars sky sea wave waves water river tide cloud clouds "
    "leaf leaves tree trees grass clock bell bells phone telephone radio music song voice silence car cars bus "
    "tram taxi truck ship boat boats ferry plane bird birds gull gulls bee bees shadow shadows smoke steam dust "
    "crowd people passers-by time night day morning evening camera"
)
# Words in -ing that are things, and so are no verbs after one that is read.

_IRREGULAR = {
    "ran": "run", "sat": "sit", "stood": "stand", "held": "hold", "gave": "give", "drank": "drink",
    "thought": "think", "said": "say", "spoke": "speak", "told": "tell", "rose": "rise", "leapt": "leap",
    "took": "take", "came": "come", "went": "go", "is": "be", "are": "be", "spun": "spin", "saw": "see",
    "lit": "light", "found": "find", "brought": "bring", "goes": "go", "bent": "bend", "knelt": "kneel",
    "caught": "catch", "got": "get",
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
ADVERBS = _set(
    "slowly quickly once twice again still just now almost also suddenly very not to never even often always soon fast "
    "finally only together"
)
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
BASE_OF: dict[str, str] = {form: verb for verbs in VERBS.values() for verb in verbs.split() for form in _forms(verb)}
BASE_OF |= _IRREGULAR
NOUN_TOO = _set(
    "hand head light present face show back study step race share place drop rest set all spring see open close shut "
    "rap duck knock"
)
