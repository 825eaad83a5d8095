"""Which species words name, and what each needs beside colours and sizes.

A word of ``SPECIES`` is drawn as what it says. Any other species becomes a placeholder with its word on it: a wolf is
never drawn as a fox.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from puppet import colours
from puppet.age_words import ELSEWHERE
from puppet.colours import within
from puppet.rig import Traits


class Phrases(Protocol):
    """A character's words, cut into phrases (`words`)."""

    phrases: list[list[str]]
    words: set[str]

    def about(self, nouns: Any) -> list[str] | None: ...

    def colour(self, nouns: Any) -> str | None: ...


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


SPECIES = {
    "fox": "fox", "vixen": "fox", "cat": "cat", "kitten": "cat", "tomcat": "cat", "tabby": "cat", "bear": "bear",
    "rabbit": "rabbit", "bunny": "rabbit", "hare": "rabbit",
    "dog": "dog", "puppy": "dog", "pup": "dog", "hound": "dog", "mutt": "dog", "mongrel": "dog", "terrier": "dog",
    "spaniel": "dog", "retriever": "dog", "labrador": "dog", "beagle": "dog", "sheepdog": "dog",
    "bird": "bird", "songbird": "bird", "sparrow": "bird", "robin": "bird", "finch": "bird", "wren": "bird",
    "canary": "bird", "bluebird": "bird", "blackbird": "bird", "crow": "bird", "raven": "bird", "jay": "bird",
    "thrush": "bird", "titmouse": "bird", "budgie": "bird", "budgerigar": "bird",
    "robot": "robot", "android": "robot", "automaton": "robot", "droid": "robot", "bot": "robot",
}  # fmt: skip
# Species that are named often and not drawn: each becomes a placeholder with its word on it, as any other word does
# that a bible's `species` names. They are listed so that one is found in running text too, before a fox that it meets.
UNDRAWN = _set(
    "alien alligator ape axolotl badger bat beaver bee beetle bison boar buffalo bull butterfly camel capybara centaur "
    "chameleon cheetah chicken chimpanzee cobra cow coyote crab cricket crocodile deer demon dinosaur dolphin donkey "
    "dragon dragonfly duck duckling eagle elephant elf fairy falcon ferret firefly fish flamingo frog gecko ghost "
    "giraffe goat goblin golem goose gorilla griffin hamster hawk hedgehog heron hippo hippopotamus horse hyena jaguar "
    "jellyfish kangaroo koala kraken ladybird lamb lemur leopard lion lizard llama lobster lynx marten meerkat mermaid "
    "mole mongoose monkey monster moose moth mouse narwhal newt octopus ogre orca ostrich otter owl ox panda panther "
    "parrot peacock pelican penguin phoenix pig pigeon platypus pony porcupine puffin raccoon ram rat reindeer rhino "
    "rhinoceros rooster salamander scorpion seagull seahorse seal shark sheep skunk slime sloth slug snail snake "
    "spider spirit squid squirrel stag starfish stork swan tiger toad tortoise toucan troll turtle unicorn vulture "
    "walrus wasp weasel whale wolf wolverine wombat worm yeti zebra"
)
_YOUNG_OF = {"pup", "puppy", "kitten"}  # after another species: a wolf pup is no dog
_SPECIES_KEYS = {"species", "animal", "creature", "being", "breed", "kind", "race", "type", "what"}
METALS = {
    "tin": "#b7bfc6", "iron": "#6f747c", "steel": "#8b97a4", "chrome": "#cfd7de", "aluminium": "#c4cad0",
    "aluminum": "#c4cad0", "silver": "#c3c8cf", "brass": "#c9a348", "copper": "#b5653a", "bronze": "#946a35",
    "gold": "#d9ab3d", "rust": "#a4572f", "rusty": "#a4572f",
}  # fmt: skip
ROBOT_HEADS = {
    "box": "box", "boxy": "box", "square": "box", "cubic": "box", "dome": "dome", "domed": "dome", "round": "dome",
    "rounded": "dome", "can": "can", "cylindrical": "can", "cylinder": "can", "bucket": "can", "tall": "can",
}  # fmt: skip
ANTENNAE = {
    "antennae": "twin", "antennas": "twin", "aerials": "twin", "coil": "coil", "coiled": "coil", "spring": "coil",
    "springy": "coil", "dish": "dish", "radar": "dish",
}  # fmt: skip
LAMPS = {"visor": "visor", "square": "square", "rectangular": "square", "round": "round"}
DOG_EARS = {
    "floppy": "floppy", "hanging": "floppy", "drooping": "floppy", "droopy": "floppy", "lop": "floppy",
    "pricked": "pricked", "pointed": "pricked", "upright": "pricked", "erect": "pricked", "perky": "pricked",
    "folded": "folded", "button": "folded",
}  # fmt: skip
_MARKED = {"spotted", "patched", "patches", "patch", "marked", "masked", "markings"}
CRESTS = {"tufted": "tuft", "tuft": "tuft", "spiky": "tuft", "crested": "swept", "swept": "swept", "smooth": "smooth"}
PLUMAGE = {  # coat and breast of birds whose name says them
    "sparrow": ("#8f6d4d", "#e6d9c4"), "robin": ("#7d654c", "#d9602f"), "finch": ("#b98a4a", "#f0dfb4"),
    "wren": ("#8a5a3a", "#e2cdb0"), "canary": ("#f2cf3b", "#fbeb9c"), "bluebird": ("#3672c0", "#e08a52"),
    "blackbird": ("#2b2933", "#403d49"), "crow": ("#2a2a33", "#3d3d4a"), "raven": ("#25262f", "#373844"),
    "jay": ("#4f7fb5", "#e9e2d8"), "thrush": ("#8b6b4c", "#f0e4cb"), "titmouse": ("#4c7fae", "#f2dc6a"),
    "budgie": ("#58a84c", "#f0dc5a"), "budgerigar": ("#58a84c", "#f0dc5a"),
}  # fmt: skip
_COATS_OF_DOGS = ("#c08a52", "#8a5a36", "#4a3a34", "#d9b27c", "#a39a92", "#e6d6ba", "#6a4a38")
_PLUMAGES = ("#4a7ab0", "#7d654c", "#c0583c", "#5a8a56", "#6a5f92", "#c9a24a", "#4f8d92")
LAMP_RANGE = ("#ffc14a", "#58d8f0", "#8be86a", "#ff8048", "#fff0a8", "#e58af0")
_TRIM_RANGE = ("#c8423a", "#e0a02e", "#2f86a8", "#3f9a64", "#7a56b0", "#d9763a", "#3c4654")
_DUMMY = "#a3a6ad"
LIGHT_FUR = {"muzzle", "belly", "chest", "tip", "tips", "underside", "cheeks", "snout", "bib"}
_PICTURED = {"portrait", "picture", "drawing", "painting", "photo", "image", "headshot", "kind", "sort", "species"}
_DENIED = {"no", "without", "never"}
_PAINTS = ("#4a3a3c", "#46566b", "#5c6b4f", "#7a5a46", "#6b4a62", "#8a8377", "#34506a", "#8f4c40")
_DESCRIBING = set(colours.MODIFIERS) | _set(
    "a an the very old young cute and is it small little tiny big large huge tall short slim slender fat plump round "
    "fluffy friendly shy brave"
)


def species_of(parts: Sequence[tuple[str, list[str]]], plain: Iterable[str]) -> tuple[str, str]:
    """The species that is drawn, and the word that names it, which a placeholder is lettered with.

    ``parts`` are the phrases with the bible's keys that they stand under; those under ``plain`` keys, as "fur", are not
    about the species.
    """
    told = [phrase for key, phrase in parts if key in _SPECIES_KEYS]
    for phrase in told[:1]:
        if word := _species_word(phrase[: _turns_away(phrase)]):
            return SPECIES.get(word, "placeholder"), word
        noun = [w for w in phrase[: _turns_away(phrase)] if w not in _DESCRIBING and not colours.is_colour(w)]
        if noun:  # a species that no table has
            return "placeholder", noun[-1]
    rest = told + [phrase for key, phrase in parts if key not in set(plain)]
    for phrase in rest:
        head = phrase[: _turns_away(phrase)]
        if {"of"} & set(phrase) and _PICTURED & set(head):
            head = phrase
        if word := _species_word(head):
            return SPECIES.get(word, "placeholder"), word
    return "placeholder", "creature"


_DESCRIBING = set(colours.MODIFIERS) | {"a", "an", "the", "very", "old", "young", "cute", "and", "is", "it"}


def _turns_away(phrase: list[str]) -> int:
    return next((i for i, word in enumerate(phrase) if word in ELSEWHERE), len(phrase))


def _species_word(words: list[str]) -> str | None:
    """The first species named; of several in a row the last one ("a cat dragon"), and a robot whatever its shape."""
    named = [word in SPECIES or word in UNDRAWN for word in words]
    if True not in named or _DENIED & set(words[: named.index(True)]):
        return None
    first = named.index(True)
    run = [words[first]]
    for word, is_species in zip(words[first + 1 :], named[first + 1 :], strict=True):
        if not is_species:
            break
        if word not in _YOUNG_OF:
            run.append(word)
    return next((word for word in run if SPECIES.get(word) == "robot"), run[-1])


def _robot(traits: Traits, read: Phrases, chance: random.Random, word: str) -> Traits:
    body = {"body", "metal", "shell", "casing", "plating", "chassis", "hull", "paint", "armour", "armor", *METALS}
    metal = (
        read.colour({word})
        or read.colour(body - set(METALS))
        or next((METALS[w] for phrase in read.phrases for w in phrase if w in METALS), None)
    )
    fur = within(metal or chance.choice((METALS["tin"], METALS["copper"], METALS["brass"], *_PAINTS)), chance, 0.8)
    plate = read.colour({"plate", "plates", "panel", "face", "front"})
    light = plate or colours.blend(fur, chance.choice(("#f4f1ea", "#e9eef2", "#f6e7c8", "#3c414c")), 0.62)
    trim = read.colour({"trim", "bolts", "knobs", "joints", "buttons", "rivets", "antenna", "antennae", "key"})
    antennae = ("ball", "coil", "dish") if {"antenna", "aerial"} & read.words else ("ball", "twin", "coil", "dish")
    shapes: Any = [
        _first(read, nouns, table) or chance.choice(open_range)
        for nouns, table, open_range in (
            ({"head"}, ROBOT_HEADS, ("box", "dome", "can")),
            ({"antenna", "antennae", "antennas", "aerial", "aerials"}, ANTENNAE, antennae),
            ({"eyes", "eye", "lamps", "visor"}, LAMPS, ("round", "square", "visor")),
        )
    ]
    return replace(
        traits, fur=fur, fur_light=within(light, chance, 0.4), trim=within(trim or chance.choice(_TRIM_RANGE), chance),
        head_shape=shapes[0], antenna=shapes[1], lamps=shapes[2],
        freckles=traits.freckles or bool({"rust", "rusty", "rusted"} & read.words),
    )  # fmt: skip


def _first(read: Phrases, nouns: set[str], table: Mapping[str, str]) -> str | None:
    """What the words about the first of ``nouns`` say in ``table``."""
    return next((table[word] for word in read.about(nouns) or () if word in table), None)


def _dog(traits: Traits, read: Phrases, chance: random.Random, word: str) -> Traits:
    said = read.about({"fur", "pelt", "coat"}) or read.about(SPECIES) or []
    fur = "#d3a25e" if "golden" in said else colours.named(said[:-1])  # the gold of dogs is paler than gold
    light = read.colour(LIGHT_FUR) or "#fff4e4"
    ears: Any = _first(read, {"ears", "ear"}, DOG_EARS) or chance.choice(("floppy", "floppy", "floppy", "folded"))
    marked = bool(_MARKED & read.words) or chance.random() < 0.35
    return replace(
        traits, fur=within(fur or chance.choice(_COATS_OF_DOGS), chance), fur_light=within(light, chance, 0.5),
        ear_shape=ears, marked=marked,
    )  # fmt: skip


def _bird(traits: Traits, read: Phrases, chance: random.Random, word: str) -> Traits:
    coat, breast = PLUMAGE.get(word, (chance.choice(_PLUMAGES), "#fff1dc"))
    fur = read.colour({"feathers", "plumage", "feather", "fur"}) or read.colour(SPECIES)
    light = read.colour(LIGHT_FUR | {"breast"})
    beak = read.colour({"beak", "bill"})
    crest: Any = next((CRESTS[w] for w in CRESTS if w in read.words), None)
    crest = crest or chance.choice(("smooth", "tuft", "swept") if "crest" not in read.words else ("tuft", "swept"))
    return replace(
        traits, fur=within(fur or coat, chance), fur_light=within(light or breast, chance, 0.5),
        trim=within(beak or chance.choice(("#f0a030", "#e8842e", "#d9b23c", "#5a5560")), chance), crest=crest,
    )  # fmt: skip


def _placeholder(traits: Traits, read: Phrases, chance: random.Random, word: str) -> Traits:
    """A stand-in stays grey; a colour that the words name is on its card."""
    said = read.colour({word, "skin", "fur", "scales", "feathers", "body"})
    return replace(
        traits, fur=within(_DUMMY, chance, 0.4), fur_light=_DUMMY, called=word[:24],
        trim=within(said or chance.choice(_PAINTS), chance),
    )  # fmt: skip


MAKES: dict[str, Callable[[Traits, Phrases, random.Random, str], Traits]] = {
    "robot": _robot, "dog": _dog, "bird": _bird, "placeholder": _placeholder,
}  # fmt: skip
