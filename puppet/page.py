"""The page "What the puppet can draw", written from the tables that its readers use, so that it cannot lie.

``python -m puppet.page > docs/puppet.md``
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from puppet import acting, age_words, colours, props, sets, species_words, vocabulary, weather, words

_INTRO = """\
# What the puppet can draw

Written by `python -m puppet.page` from the words that it reads; a test holds the page to them. `puppet` is the local
renderer of the demo and of rehearsals, not a generative model: hosted models read any words.

**Every word of a bible, wardrobe, place, thing or action that decides nothing of what is drawn is said before anything
is made**, by `dvc repro compose`, `continuity check` and `continuity plan`, and in the report beside those words
([why so](decisions/0038-what-is-not-drawn.md)). English alone is read. A species, place or thing that is not on this
page is drawn as a placeholder with its name on it, never as something else.
"""


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_INTRO, *_who(), *_clothes(), *_where(), *_things(), *_acting()])


def _who() -> Iterable[str]:
    yield "## Who\n"
    yield "`kind: creature` is, by the bible's words:\n"
    yield _table("drawn", "words", _by_value(species_words.SPECIES))
    yield (
        "A robot's metal, head, antennae and lamps, a dog's ears, a bird's crest and plumage are read, too: "
        f"{_listed([*species_words.METALS, *species_words.ROBOT_HEADS, *species_words.ANTENNAE])}; "
        f"{_listed(species_words.DOG_EARS)}; {_listed(species_words.CRESTS)}.\n"
    )
    yield "`kind: human` is a grown person, or as old as the words say (years, decades, or):\n"
    ages = {word: str(years) for word, years in (*age_words.AGES.items(), *age_words.OLD.items())}
    yield _table("years", "words", _by_value(ages, key=lambda years: f"{int(years):03}"))
    yield _table(
        "of the body", "words",
        {
            "hair": f"{_listed(words.HAIR_STYLES)}; {_listed(words.HAIR_LENGTHS)}; a fringe, straight or swept",
            "skin": _listed(words.SKIN), "glasses": f"{_listed(words.GLASSES)}, round or square",
            "beard": _listed(words.BEARDS), "size of": _listed(words.SHAPES), "and": "freckles, eyes of any colour",
        },
    )  # fmt: skip
    yield f"Colours are ranges, from which each seed takes another: {_listed(colours.LEXICON)}.\n"


def _clothes() -> Iterable[str]:
    yield "## Clothes\n"
    yield _table(
        "drawn", "words",
        {
            **{f"as {cut}": said for cut, said in _by_value({**words.COATS, **words.LOWER}).items()},
            "as shirt": _listed(words.SHIRTS), "as boots": _listed(words.BOOTS), "as scarf": _listed(words.SCARVES),
            "as apron": _listed(words.APRONS), "as cloak": _listed(words.CLOAKS),
            "as backpack": _listed(words.BACKPACKS),
            "as hat": _listed([*words.HATS, *(f"{kind} hat" for kind in words.HAT_KINDS)]),
        },
    )  # fmt: skip
    yield (
        "A small animal wears all of these but shirt, trousers and boots. A ribbon has its own colour (“a straw hat "
        "with a blue ribbon”). What is none of them (a kimono, armour) is not drawn "
        "([why](decisions/0041-as-itself-or-not-at-all.md)).\n"
    )


def _where() -> Iterable[str]:
    yield "## Where\n"
    yield "A place is what its id says, else what its words begin with, at four times of day:\n"
    yield _table("drawn", "words", {place.name: _pattern(place.words) for place in sets.SETS})
    yield (
        "“A cafe by the harbour” is a cafe. At a platform a train stands, arrives, leaves or passes where the words "
        "of the place or the action bring one. Weather, outdoors or seen through windows:\n"
    )
    yield _table("drawn", "words", {name: _pattern(said) for name, said in weather.WEATHERS.items()})


def _things() -> Iterable[str]:
    yield "## Things\n"
    yield (
        "Held or set down, in the first colour that their words name. An umbrella is up where somebody opens it or "
        "stands under it, and in rain:\n"
    )
    yield _table("drawn", "words", {kind: ", ".join(said.split()) for kind, said in props.KINDS.items()})


def _acting() -> Iterable[str]:
    yield "## Acting\n"
    yield _table("gesture", "verbs", {gesture: ", ".join(v.split()) for gesture, v in vocabulary.VERBS.items()})
    phrases = {f"{verb} {particle}": acted for (verb, particle), acted in vocabulary.PHRASES.items() if acted}
    yield f"And {', '.join(f'“{phrase}” ({acted})' for phrase, acted in phrases.items())}.\n"
    yield (
        "Whoever kneels or crouches stays down until the words let it stand, walk or jump. What is nobody of the cast "
        "acts nothing (“the door opens”), and a thing in a hand has to be a prop of the shot.\n"
    )
    yield f"Angles: {_listed(acting.ANGLES)}. Cameras: {_listed(acting.CAMERAS)}. Expressions:\n"
    yield _table("drawn", "words", _by_value(acting.EXPRESSIONS))


def _by_value(table: Mapping[str, str], key: object = None) -> dict[str, str]:
    drawn: dict[str, list[str]] = {}
    for word, value in table.items():
        drawn.setdefault(value, []).append(word)
    order = sorted(drawn, key=key) if key else list(drawn)  # type: ignore[call-overload]
    return {value: _listed(drawn[value]) for value in order}


def _listed(said: Iterable[str]) -> str:
    return ", ".join(sorted(said) if isinstance(said, set | frozenset) else dict.fromkeys(said))


def _pattern(pattern: str) -> str:
    """A pattern of `sets` or `weather` as words: "train (stop, halt)", "tea room or teahouse"."""
    plain = pattern.replace("(?:", "(").replace(")?", ")").replace(" ?", " ").replace("\\", "").replace("?", "")
    return ", ".join(plain.replace("[eé]", "e").split("|")) if "(" not in plain else plain.replace("|", ", ")


def _table(left: str, right: str, rows: Mapping[str, str]) -> str:
    return "\n".join([f"| {left} | {right} |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows.items()), ""])


if __name__ == "__main__":
    print(page(), end="")
