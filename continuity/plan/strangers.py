"""Names in an action that are nobody's in the series: a model draws such a person as it likes, each time another.

English writes names with a capital, and sentences too. Within a sentence a capital is enough; at its beginning the
word must also do what people do ("Bob walks in", "Bob's hand"). What a determiner stands before is a thing ("a Vespa"),
and so is what the series calls its own (titles, places, props). It is a remark: where it is not sure, it says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
QUOTED = re.compile(r"[\"“«][^\"”»]*[\"”»]|(?<!\w)['‘][^'’]*['’](?!\w)")
OWNS = re.compile(r"['’]s?$")
# fmt: off
BEFORE_THINGS = frozenset("""a an the this that these those some any no another each every both her his their its my
    your our one two three four five six in into inside onto via""".split())  # noqa: SIM905
TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam", "lady", "lord", "aunt", "uncle"})
PEOPLE_DO = frozenset("""answers appears approaches arrives asks begins bends blinks bows breathes brings calls
    carries catches cheers chuckles claps climbs closes comes cooks cries crosses dances drinks drives drops eats
    embraces enters exits faces falls follows freezes frowns gasps gazes gestures gets giggles gives glances goes
    grabs greets grins hands has hears helps hesitates hides holds hops hugs is joins jumps keeps kisses kneels
    knocks knows laughs leads leans leaves lies lifts listens looks loses makes meets moves nods notices offers
    opens paces picks plays points pours pulls pushes puts raises reaches reads remembers returns rises runs rushes
    says screams sees shakes shivers shouts shows shrugs sighs sings sips sits sleeps slips smiles sneezes speaks
    spins stands stares starts steps stops stretches strides strolls stumbles takes talks tells thinks throws
    tiptoes touches tries turns waits wakes walks wanders wants watches waves wears weeps whispers winks wipes
    wonders works writes yawns""".split())  # noqa: SIM905
# Words that begin sentences, and do or own what people do or own.
NOBODY = frozenset("""i he she it they we you who what that this there here one both all each every everyone
    everybody someone somebody anyone anybody nobody none nothing something everything another other others neither
    either let rain snow hail fog mist smoke steam dust wind breeze storm thunder lightning light sunlight moonlight
    candlelight daylight lamplight firelight twilight darkness shadow silence music sound noise laughter applause
    water fire night day dawn dusk morning noon evening midnight sunrise sunset time winter summer spring autumn
    fall today tomorrow yesterday traffic tea coffee ink paper sand earth heaven nature fate death life camera
    close-up medium wide static suddenly now then later meanwhile slowly quickly outside inside above below
    behind""".split())  # noqa: SIM905
NO_PERSON = frozenset("""i i'm i'll i've i'd ok okay mr mrs ms miss dr prof sir monday tuesday wednesday thursday
    friday saturday sunday january february march april may june july august september october november december
    christmas easter halloween new year year's eve xmas hanukkah ramadan diwali earth moon sun mars venus jupiter
    saturn mercury neptune uranus god heaven hell internet english french german italian spanish portuguese greek
    latin russian polish turkish arabic hebrew hindi chinese japanese korean american british european african asian
    indian mexican roman gothic victorian edwardian dolly steadicam foley north south east west northern southern
    eastern western""".split())  # noqa: SIM905
# fmt: on


def strangers(action: str, known: Collection[str]) -> list[str]:
    """The names in ``action`` that are none of ``known``, words in small letters, in the order in which they stand."""
    text = QUOTED.sub(lambda quoted: " " * len(quoted[0]), action)
    tokens = list(WORD.finditer(text))
    found: list[str] = []
    for index, token in enumerate(tokens):
        word = OWNS.sub("", token[0])
        owns = word != token[0]
        if not _is_name(word) or word.lower() in known or word.lower() in NO_PERSON:
            continue
        if index and _together(text, tokens[index - 1], token):
            before = tokens[index - 1][0]
            if before.lower() in BEFORE_THINGS or (_is_name(before) and before.lower() not in TITLES):
                continue  # the rest of a name counts with its first word
        elif word.lower() in NOBODY or not (owns or _acts(text, tokens, index)):
            continue
        found.append(word)
    return list(dict.fromkeys(found))


def words_of(texts: Iterable[str]) -> set[str]:
    """Every word of what the series says of itself, in small letters."""
    return {OWNS.sub("", word).lower() for text in texts for word in WORD.findall(text)}


def _is_name(word: str) -> bool:
    """One capital, then small letters: neither TV nor a letter by itself."""
    return len(word) > 1 and word[0].isupper() and word[1:] != word[1:].upper()


def _together(text: str, before: re.Match[str], token: re.Match[str]) -> bool:
    """Whether a word stands within the sentence that the word before it is of."""
    between = text[before.end() : token.start()]
    if before[0].lower() in TITLES and between.strip() == ".":
        return True
    return not set(between) & set(".!?:;…–—\n()[]•*#")


def _acts(text: str, tokens: list[re.Match[str]], index: int) -> bool:
    """Whether what follows the first word of a sentence is what people do: at once, or after a second name."""
    after = [token for token in tokens[index + 1 : index + 4] if _joined(text, tokens[index], token)]
    while after and (_is_name(after[0][0]) or after[0][0] == "and"):
        after.pop(0)
    return bool(after) and after[0][0].lower() in PEOPLE_DO


def _joined(text: str, first: re.Match[str], later: re.Match[str]) -> bool:
    return not set(text[first.end() : later.start()]) & set(".!?:;…\n")
