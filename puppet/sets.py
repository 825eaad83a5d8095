"""Places: which set a location's words call for, in which weather; the tables of what can be drawn.

`known` and `weather` say what would be drawn without drawing; `backdrops` paints it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from puppet import exteriors, interiors, landscapes, rooms, stations
from puppet.rig import Stage
from puppet.scenery import FALLING, Scenery
from puppet.weather import Falling, reading

Painter = Callable[[Scenery], None]


def _forest(scenery: Scenery) -> None:
    """Deep woods, or a clearing in them where the words say so."""
    open_sky = re.search(r"\b(?:clearing|glade|sunlit)\b", scenery.words.lower())
    (exteriors.forest if open_sky else landscapes.woods)(scenery)


@dataclass(frozen=True)
class Set:
    """A place the puppet can draw. ``words`` is a pattern; ``ground`` the y in the design where ground that
    gets wet begins, far below the picture where there is none."""

    name: str
    words: str
    painter: Painter
    indoors: bool
    ground: float = 575.0
    sheltered: bool = False  # rain and snow are seen through glass or beyond a roof, and reach nobody


SETS: tuple[Set, ...] = (
    Set("rooftop", r"rooftop|roof|skyline|terrace|balcony", exteriors.rooftop, False, 560),
    Set(
        "cafe",
        r"caf[eé]|coffee(?: shop| house)?|restaurant|bar|tearoom|teahouse|tea ?(?:room|house)|bakery|diner",
        interiors.cafe,
        True,
    ),
    Set("bedroom", r"bedroom|bed|room|apartment|flat|attic|dormitory|home|hotel", interiors.bedroom, True),
    Set(
        "library",
        r"library|reading room|bookshop|book ?shop|bookstore|book ?store|archive|study",
        interiors.library,
        True,
    ),
    Set("studio", r"studio|stage|workshop|atelier", interiors.studio_room, True),
    Set("garden", r"park|garden|meadow|grove|orchard|clearing|glade", exteriors.forest, False, 505),
    Set("forest", r"forest|woods?|woodland|jungle", _forest, False, 524),
    Set(
        "harbour",
        r"harbou?r|sea|seaside|beach|pier|dock|coast|ocean|port|lake|quay|shore",
        exteriors.harbour,
        False,
        570,
    ),
    Set(
        "street",
        r"street|city|town|alley|road|square|avenue|sidewalk|pavement|crossing|lane",
        exteriors.street,
        False,
        482,
    ),
    Set("kitchen", r"kitchen|kitchenette|scullery", rooms.kitchen, True),
    Set(
        "living room",
        r"(?:living|sitting|drawing|family) ?room|lounge|parlou?r|salon",
        rooms.living_room,
        True,
    ),
    Set("plain room", r"plain room|bare room", interiors.plain_room, True),
    Set("office", r"office|workplace|cubicle|bureau|newsroom", rooms.office, True),
    Set("classroom", r"class ?room|school ?room|school(?:house)?", rooms.classroom, True),
    Set(
        "railway station",
        r"(?:train |railway |railroad )?(?:station|platform)|railway|train (?:stop|halt)",
        stations.platform,
        False,
        575,
        True,
    ),
    Set("ship's deck", r"deck|ship|ferry|steamer|steamship|ocean liner|boat|yacht", landscapes.deck, False, 572),
    Set(
        "greenhouse",
        r"green ?house|glass ?house|hot ?house|conservatory|orangery",
        landscapes.greenhouse,
        False,
        4000,
        True,
    ),
    Set("hills", r"hills?|hillside|fields?|valley|countryside|pasture|moor|heath", exteriors.neutral, False, 545),
)
# Places known by name and not drawn: without them "a sea cave" would be a harbour, "a police station" a railway's.
NOT_DRAWN: tuple[tuple[str, bool], ...] = (  # a pattern, and whether such a place is indoors
    (
        r"museum|gallery|hospital|clinic|ward|prison|jail|cell|court ?room|church|chapel|cathedral|temple|mosque|"
        r"castle|palace|cellar|basement|vault|crypt|tunnel|subway|metro|mine|cave|cavern|grotto|airport|terminal|spaceship|"
        r"spacecraft|starship|cockpit|cabin|hut|shed|barn|stable|garage|warehouse|factory|shop|store|supermarket|mall|"
        r"lobby|corridor|hall|hallway|staircase|stairs|stairwell|lift|elevator|bathroom|toilet|lab|laboratory|theatre|"
        r"theater|cinema|circus|gym|pub|bank|pool|observatory|lighthouse|windmill|tower|tent|tree ?house",
        True,
    ),
    (
        r"(?:waiting|engine|control|throne|changing|dressing|dining|server|interrogation|locker|boiler|laundry|bath|"
        r"ball|store|staff|common|guard|map|war|court|music|play|steam|meeting|board) ?room|post office|"
        r"box office|(?:police|fire|space|radio|power|weather|research) station|ship'?s? (?:cabin|hold|galley)|"
        r"(?:train|railway) (?:car|carriage|compartment|cabin|tunnel)|train|carriage|compartment|bus|car|taxi|"
        r"van|truck|plane|aeroplane|airplane|submarine|space ?ship",
        True,
    ),
    (
        r"desert|dunes?|mountains?|cliff|volcano|canyon|glacier|river|riverbank|stream|waterfall|swamp|marsh|bridge|dam|"
        r"island|farm|farmyard|vineyard|village|camp|campsite|graveyard|cemetery|ruins?|playground|school ?yard|yard|"
        r"courtyard|stadium|fairground|car park|parking lot|market|bazaar|sky|clouds|moon|planet|outer space|"
        r"(?:bus|gas|petrol) station|bus stop|construction site|building site|battlefield|zoo|funfair|track",
        False,
    ),
)
OUTDOORS = (
    r"outdoors?|outside|exterior|open air|under the (?:sky|stars)|sunlit|windy|horizon"  # of a place without a set
)
# Words that name no place of their own: what comes after "of", "in" or "by" is asked then.
_VAGUE = (
    r"place|spot|corner|edge|end|middle|centre|center|side|part|inside|outside|interior|exterior|view|somewhere|bench|"
    r"table|window|door|doorway|entrance|front|back|top|row|scene|shot|outdoors?|indoors?|evening|morning|night|day|"
    r"light|rain|snow|fog|mist|train|trains"
)
_JOINTS = (
    r"\b(?:with|without|by|near|at|in|on|under|behind|beside|above|below|over|beyond|between|along|beneath|that|"
    r"where|which|from|into|through|across|around|against|while|as|before|after|for|to|opposite|of)\b"
)
_TIMES = (
    (r"night|midnight|evening|moonlit|late|starlight|dark", "night"),
    (r"dusk|sunset|golden|twilight|sundown", "dusk"),
    (r"morning|dawn|sunrise|early", "morning"),
)


def known(location: str, words: str) -> str | None:
    """The name in `SETS` of what is drawn for a place of this id and these words; None: a placeholder with its id."""
    here = found(location, words)
    return here.name if isinstance(here, Set) else None


def train(location: str, words: str, action: str) -> str | None:
    """In words the train that an action brings to a place, moving as it says; None where none comes."""
    if known(location, words) != "railway station" or not stations.has_train(action):
        return None
    return f"a train {stations.motion(action) or ''}".strip()


def weather(location: str, words: str, time: str = "") -> str | None:
    """The weather (a key of `weather.WEATHERS`) that is drawn there; None where it is fair."""
    return reading(f"{location.replace('-', ' ')} {words}", time)


@lru_cache(maxsize=64)
def found(location: str, words: str) -> Set | bool:
    """The set, or whether the placeholder for it is a room. The id is asked before the words.

    In words, what a statement is about stands before its first joint ("a cafe by the harbour"). What follows is
    asked where that is a vague word ("the edge of town") and else left alone: "a cave by the sea" is no harbour.
    """
    named = _last(re.sub(r"[-_]+", " ", location.lower()))
    if named is not None:
        return named
    for statement in re.split(r"[,;.:!?()\n—–]", words.lower()):
        for phrase in re.split(_JOINTS, statement):
            named = _last(phrase)
            if named is not None:
                return named
            if phrase.strip() and not re.search(rf"\b(?:{_VAGUE})\b", phrase):
                break
    return re.search(rf"\b(?:{OUTDOORS})\b", f"{location} {words}".lower()) is None


def _last(text: str) -> Set | bool | None:
    """What the last place-word in ``text`` names, the longer of two that end together ("police station")."""
    best: tuple[int, int] = (0, 0)
    named: Set | bool | None = None
    table: tuple[tuple[str, Set | bool], ...] = (*((place.words, place) for place in SETS), *NOT_DRAWN)
    for pattern, place in table:
        for match in re.finditer(rf"\b(?:{pattern})s?\b", text):
            if (match.end(), match.end() - match.start()) > best:
                best, named = (match.end(), match.end() - match.start()), place
    return named


def is_indoors(stage: Stage) -> bool:
    """Whether the set that a stage calls for is inside, which decides the light on figures."""
    here = found(stage.location, stage.words)
    return here.indoors if isinstance(here, Set) else here


def in_the_open(stage: Stage) -> str | None:
    """The weather that reaches whoever stands there; None under a roof, or where it is fair."""
    here, told = found(stage.location, stage.words), weather(stage.location, stage.words, stage.time)
    return told if isinstance(here, Set) and not here.indoors and not here.sheltered else None


def falling(stage: Stage, width: int, height: int, zoom: float) -> Falling | None:
    """Rain or snow that falls on the figures of a stage in a picture of that size; None where none does."""
    here, told = found(stage.location, stage.words), in_the_open(stage)
    if told not in FALLING or not isinstance(here, Set):
        return None
    scale, _, y = seen(width, height, width, height, zoom)
    return Falling(told, width, height, scale, (here.ground - y) * scale)


def seen(width: int, height: int, full_width: int, full_height: int, zoom: float) -> tuple[float, float, float]:
    """Pixels per design pixel, and the design's x and y at the upper left corner of the full picture."""
    scale = max(width / 1280, height / 720) * zoom
    return scale, 640 - full_width / 2 / scale, (360 if zoom == 1 else 330 - 20 * (zoom - 1)) - full_height / 2 / scale


def daytime(time: str) -> str:
    """``morning``, ``day``, ``dusk`` or ``night``: what any word for a time or a light comes closest to."""
    return next((name for pattern, name in _TIMES if re.search(pattern, time.lower())), "day")
