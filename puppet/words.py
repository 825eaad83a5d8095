"""Reading a character's words: what they name is kept, what they leave open is invented from the seed.

A colour word names a range, not a value: every seed lands elsewhere in it. Face, build and all that
no word mentions come from the seed alone. That is what a generative model does with a prompt, and why
a character made from words drifts more between takes than one kept by references.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from puppet import colours
from puppet.rig import Outfit, Style, Traits

_ANIME = {"anime", "cel", "cel-shaded", "manga", "cartoon", "comic", "ink", "inked", "flat", "toon", "2d"}

_SKIN = {
    "porcelain": "#fbe6da", "pale": "#fae2d5", "fair": "#ffdfcb", "light": "#f8d5bd", "rosy": "#fbd3c3",
    "peach": "#f8d0b4",
    "golden": "#e2b184", "tan": "#d9a375", "tanned": "#d9a375", "olive": "#cfa57c", "warm": "#dca981",
    "medium": "#c98f66",
    "bronze": "#b47c50", "brown": "#94603e", "dark": "#76482f", "deep": "#5f3826", "black": "#5a3726",
    "ebony": "#4b2d20",
}  # fmt: skip
_SKIN_RANGE = ("#fbe2d3", "#f3cdb1", "#dba981", "#b97f56", "#8c5a3b", "#673e2a")
_HAIR_RANGE = ("#26222a", "#3a2a25", "#5a3b2a", "#7b4a2c", "#a5692f", "#d1a763", "#e2c27a", "#8d8a8c")
_EYE_RANGE = ("#5a3a26", "#7a5a34", "#5f7d4a", "#43859f", "#6d8798", "#3f6ab0")
_CLOTH_RANGE = ("#4a3a3c", "#46566b", "#5c6b4f", "#7a5a46", "#6b4a62", "#8a8377", "#34506a", "#8f4c40")

_HAIR_LENGTHS = {
    "cropped": 0.03, "shaved": 0.0, "buzz": 0.02, "short": 0.22, "ear-length": 0.3, "chin-length": 0.45,
    "jaw-length": 0.5, "medium": 0.6, "neck-length": 0.6, "shoulder-length": 0.78, "long": 0.92, "waist-length": 1.0,
    "flowing": 0.95,
}  # fmt: skip
HAIR_STYLES = {
    "bob": ("bob", 0.5), "bobbed": ("bob", 0.5), "ponytail": ("ponytail", 0.8), "pony-tail": ("ponytail", 0.8),
    "bun": ("bun", 0.6), "topknot": ("bun", 0.6), "curly": ("curly", 0.4), "curls": ("curly", 0.4),
    "afro": ("curly", 0.4), "wavy": ("curly", 0.6), "coils": ("curly", 0.35),
    "braid": ("braid", 0.8), "plait": ("braid", 0.8), "braided": ("braid", 0.8), "plaited": ("braid", 0.8),
    "braids": ("braids", 0.7), "plaits": ("braids", 0.7),
}  # fmt: skip
_COATS = {
    "jacket": "jacket", "blazer": "jacket", "anorak": "jacket", "parka": "coat", "coat": "coat", "overcoat": "coat",
    "trenchcoat": "coat", "trench": "coat", "duffel": "coat", "raincoat": "raincoat", "oilskin": "raincoat",
    "mackintosh": "raincoat",
    "poncho": "raincoat", "cardigan": "cardigan", "vest": "cardigan", "waistcoat": "cardigan", "gilet": "cardigan",
    "dress": "dress", "gown": "dress", "pinafore": "dress", "hoodie": "jacket", "apron": "dress", "cloak": "coat",
    "cape": "coat",
}  # fmt: skip
_SHIRTS = {"shirt", "t-shirt", "tee", "blouse", "sweater", "jumper", "pullover", "turtleneck", "top", "tunic", "polo"}
_TROUSERS = {"trousers", "pants", "jeans", "shorts", "leggings", "chinos", "slacks", "dungarees", "overalls", "skirt"}
_BOOTS = {"boots", "shoes", "sneakers", "trainers", "sandals", "loafers", "wellingtons", "clogs", "slippers", "heels"}
_SCARVES = {"scarf", "shawl", "neckerchief", "bandana", "muffler"}
_HATS = {"hat": "beanie", "beanie": "beanie", "cap": "cap", "beret": "beret", "hood": "hood", "bobble": "beanie"}
_GLASSES = {"glasses", "spectacles", "eyeglasses", "specs"}
_BEARDS = {"beard", "goatee", "stubble", "moustache", "mustache", "bearded"}
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
# Species that are named often and not drawn: each becomes a placeholder with its word on it, as any other word does that
# a bible's `species` names. They are listed so that one is found in running text too, before a fox that it meets there.
UNDRAWN = frozenset(
    "alien alligator ape axolotl badger bat beaver bee beetle bison boar buffalo bull butterfly camel capybara centaur "
    "chameleon cheetah chicken chimpanzee cobra cow coyote crab cricket crocodile deer demon dinosaur dolphin donkey "
    "dragon dragonfly duck duckling eagle elephant elf fairy falcon ferret firefly fish flamingo frog gecko ghost "
    "giraffe goat goblin golem goose gorilla griffin hamster hawk hedgehog heron hippo hippopotamus horse hyena jaguar "
    "jellyfish kangaroo koala kraken ladybird lamb lemur leopard lion lizard llama lobster lynx marten meerkat mermaid "
    "mole mongoose monkey monster moose moth mouse narwhal newt octopus ogre orca ostrich otter owl ox panda panther "
    "parrot peacock pelican penguin phoenix pig pigeon platypus pony porcupine puffin raccoon ram rat reindeer rhino "
    "rhinoceros rooster salamander scorpion seagull seahorse seal shark sheep skunk slime sloth slug snail snake spider "
    "spirit squid squirrel stag starfish stork swan tiger toad tortoise toucan troll turtle unicorn vulture walrus wasp "
    "weasel whale wolf wolverine wombat worm yeti zebra".split()
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
_LAMP_RANGE = ("#ffc14a", "#58d8f0", "#8be86a", "#ff8048", "#fff0a8", "#e58af0")
_TRIM_RANGE = ("#c8423a", "#e0a02e", "#2f86a8", "#3f9a64", "#7a56b0", "#d9763a", "#3c4654")
_DUMMY = "#a3a6ad"

AGES = {  # of a human, in years
    "baby": 1, "infant": 1, "toddler": 3, "child": 8, "kid": 8, "girl": 9, "boy": 9, "schoolgirl": 9, "schoolboy": 9,
    "schoolchild": 9, "lad": 13, "lass": 13, "preteen": 11, "teen": 15, "teenager": 15, "teenage": 15, "adolescent": 15,
    "middle-aged": 57, "ageing": 64, "aging": 64, "retired": 67, "pensioner": 72, "senior": 72, "elderly": 77,
    "grandmother": 73, "grandfather": 73, "grandma": 73, "grandpa": 73, "granny": 75, "grandad": 73, "granddad": 73,
    "crone": 84, "wizened": 84, "septuagenarian": 75, "octogenarian": 85, "nonagenarian": 95, "centenarian": 100,
}  # fmt: skip
OLD = {"old": 75, "aged": 77, "ancient": 90, "older": 64}  # said of people; a coat may be old as well
PEOPLE = frozenset(
    "man woman lady gentleman person human fellow soul guy actor artist baker captain carpenter clockmaker cook doctor "
    "driver engineer farmer ferryman fisherman fisherwoman gardener hermit inventor janitor keeper king librarian "
    "magician mechanic merchant miller miner monk musician neighbour neighbor nun nurse painter pilot poet priest "
    "professor queen sage sailor scholar scientist shepherd shopkeeper smith soldier tailor teacher watchmaker weaver "
    "widow widower witch wizard writer aunt uncle mother father".split()
)
_DECADES = {
    "twenties": 25, "thirties": 35, "forties": 45, "fifties": 55, "sixties": 65, "seventies": 75, "eighties": 85,
    "nineties": 95,
}  # fmt: skip
_NUMBERS = {word: number for number, word in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty".split()
)} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}  # fmt: skip
_GREYS = ("#c9c8cc", "#dcdad6", "#b4b3b8", "#ebe9e6")
_ELSEWHERE = {  # after these, a phrase speaks of something else
    "of", "in", "on", "from", "by", "like", "as", "to", "for", "at", "near", "than", "who", "that", "whose", "named",
    "called", "into", "beside", "after",
}  # fmt: skip
_PICTURED = {"portrait", "picture", "drawing", "painting", "photo", "image", "headshot", "kind", "sort", "species"}
_FUR = {"fox": "#ee8a3c", "cat": "#9a8f8a", "bear": "#8a5a3a", "rabbit": "#b9a796"}
_LIGHT_FUR = {"muzzle", "belly", "chest", "tip", "tips", "underside", "cheeks", "snout", "bib"}
_NOT_WORN = {"no", "without", "never"}
_SIZES = {
    "huge": 1.22, "large": 1.15, "big": 1.15, "wide": 1.12, "broad": 1.13, "round": 1.1, "full": 1.08, "strong": 1.12,
    "square": 1.14, "thick": 1.3, "bushy": 1.35, "heavy": 1.25, "long": 1.14, "tall": 1.1, "stocky": 1.15, "plump": 1.2,
    "small": 0.86, "little": 0.86, "tiny": 0.82, "narrow": 0.88, "slim": 0.88, "slender": 0.86, "thin": 0.8,
    "fine": 0.82,
    "delicate": 0.86, "pointed": 0.86, "short": 0.88, "button": 0.84, "petite": 0.86, "fluffy": 1.15,
    "bushy-tailed": 1.2,
}  # fmt: skip
_SHAPES = {
    "eyes": "eye_scale", "eye": "eye_scale", "face": "face_width", "cheeks": "face_width", "jaw": "jaw",
    "chin": "jaw", "nose": "nose",
    "brows": "brows", "eyebrows": "brows", "build": "build", "body": "build", "shoulders": "build", "ears": "ears",
    "ear": "ears",
    "tail": "tail", "height": "height", "stature": "height", "antenna": "ears", "antennae": "ears", "crest": "ears",
    "beak": "nose",
}  # fmt: skip

_WHOLE = {  # said of the character and not of a part
    "height": {"tall": 1.08, "petite": 0.93},
    "build": {"stocky": 1.15, "slim": 0.9, "slender": 0.88, "plump": 1.2},
}


def style_of(look_style: str) -> Style:
    """Which of the two renderings a look's words ask for; painterly unless they speak of drawing."""
    return "anime" if set(re.findall(r"[a-z0-9-]+", look_style.lower())) & _ANIME else "painterly"


class _Phrases:
    """The words of a character, cut into phrases, each a list of lower-case words."""

    def __init__(self, texts: Mapping[str, str], wardrobe: str = "") -> None:
        self.phrases: list[list[str]] = []
        for key, text in (*texts.items(), ("", wardrobe)):
            parts = re.split(r"[,;.:()]|\b(?:with|over|under|and|beneath|atop)\b", text.lower())
            cut = [words for part in parts if (words := _split(part))]
            # The bible's key is the noun when the words leave it out ("eyes: teal"). Never a second one.
            name = key.lower()
            if cut and name and not any(name in words for words in cut):
                cut[0] = [*cut[0], name]
            self.phrases += cut
        self.words = {word for phrase in self.phrases for word in phrase}

    def about(self, nouns: Any) -> list[str] | None:
        """The words that describe the first of ``nouns``, itself last; None when none is named, or is denied."""
        for phrase in self.phrases:
            for index, word in enumerate(phrase):
                if word in nouns and not _NOT_WORN & set(phrase[:index]):
                    after = phrase[index + 1 :] if "of" in phrase[index + 1 :] or "in" in phrase[index + 1 :] else []
                    return [*phrase[_last_thing(phrase, index) : index], *after, word]
        return None

    def denied(self, nouns: Any) -> bool:
        return any(set(phrase) & set(nouns) and _NOT_WORN & set(phrase) for phrase in self.phrases)

    def colour(self, nouns: Any) -> str | None:
        about = self.about(nouns)
        return colours.named(about[:-1]) if about else None


def _split(text: str) -> list[str]:
    """Words, hyphens kept ("jaw-length") except between colours ("teal-blue")."""
    words: list[str] = []
    for word in re.findall(r"[a-z0-9'-]+", text):
        parts = word.split("-")
        named = all(colours.is_colour(part) or part in colours.MODIFIERS for part in parts)
        words += parts if named else [word]
    return words


_THINGS = (
    set(_COATS) | _SHIRTS | _TROUSERS | _BOOTS | _SCARVES | set(_HATS) | _GLASSES | _BEARDS | set(_SHAPES) | _LIGHT_FUR
    | set(SPECIES) | {"hair", "skin", "fur", "fringe", "bangs", "lining", "rims", "frames"}
) - {"square", "round"}  # fmt: skip


def _last_thing(phrase: list[str], index: int) -> int:
    """Where the description of the noun at ``index`` begins: after the thing named before it."""
    return next((place + 1 for place in range(index - 1, -1, -1) if phrase[place] in _THINGS), 0)


def traits_from_words(kind: str, texts: Mapping[str, str], wardrobe: str, seed: int) -> Traits:
    """A character who fits the words. The same words and seed give the same traits.

    ``texts`` is the bible (trait to words); ``wardrobe`` the words of one outfit. ``seed`` decides
    everything the words leave open and where in a named colour's range the colour falls.
    """
    chance = random.Random(seed)
    read = _Phrases(texts)
    both = _Phrases(texts, wardrobe)
    traits = _invented(chance)
    if kind == "creature":
        traits = _creature(traits, read, chance, *_species(texts))
    else:
        traits = _human(traits, read, chance)
    traits = replace(traits, **_shapes(read))
    eyes = read.colour({"eyes", "eye", "irises"} | ({"lamps", "lights"} if traits.species == "robot" else set()))
    open_range = _LAMP_RANGE if kind == "creature" and traits.species == "robot" else _EYE_RANGE
    traits = replace(traits, eyes=_within(eyes or chance.choice(open_range), chance))
    glasses = both.about(_GLASSES)
    if glasses:
        shape: Any = "square" if {"square", "rectangular", "angular"} & set(glasses) else "round"
        frame = colours.named(glasses[:-1]) or "#4a3348"
        traits = replace(traits, glasses=_within(frame, chance, 0.5), glasses_shape=shape)
    return replace(traits, outfit=outfit_from_words(both, kind, chance))


def dress(base: Outfit, wardrobe: str, kind: str, seed: int) -> Outfit:
    """``base`` with every piece that the wardrobe's words name in its place, and without those they deny."""
    read = _Phrases({}, wardrobe)
    named = outfit_from_words(read, kind, random.Random(seed))
    pieces = {
        "jacket": _COATS, "shirt": _SHIRTS, "trousers": _TROUSERS, "boots": _BOOTS, "scarf": _SCARVES, "hat": _HATS,
    }  # fmt: skip
    worn: dict[str, Any] = {name: getattr(named, name) for name, nouns in pieces.items() if read.about(nouns)}
    worn |= {name: None for name in ("jacket", "scarf", "hat") if read.denied(pieces[name])}
    if "jacket" in worn:
        worn["jacket_cut"] = named.jacket_cut
    elif "shirt" in worn:  # "a cream sweater": it is seen, so nothing is worn over it
        worn["jacket"] = None
    return replace(base, **worn, hat_cut=named.hat_cut if "hat" in worn else base.hat_cut)


def outfit_from_words(read: _Phrases, kind: str, chance: random.Random) -> Outfit:
    def colour(nouns: Any, fallback: str | None, spread: float = 0.7) -> str | None:
        about = read.about(nouns)
        if about is None:
            return fallback
        return _within(colours.named(about[:-1]) or chance.choice(_CLOTH_RANGE), chance, spread)

    invented = [_within(chance.choice(_CLOTH_RANGE), chance) for _ in range(3)]
    coat, hat = read.about(_COATS), read.about(_HATS)
    bare = kind == "creature" or read.about(_SHIRTS) is not None  # no jacket unless one is named
    return Outfit(
        jacket=colour(_COATS, None if bare else invented[0]),
        jacket_cut=_COATS[coat[-1]] if coat else "jacket",  # type: ignore[arg-type]
        shirt=colour(_SHIRTS, _within("#f1ece4", chance, 0.5)) or "#f1ece4",
        trousers=_jeans(read, chance) or colour(_TROUSERS, invented[1]) or "#3f4d73",
        boots=colour(_BOOTS, _within("#54362a", chance)) or "#54362a",
        scarf=colour(_SCARVES, None),
        hat=colour(_HATS, None),
        hat_cut=_HATS[hat[-1]] if hat else "beanie",  # type: ignore[arg-type]
    )


def _jeans(read: _Phrases, chance: random.Random) -> str | None:
    """Blue jeans are denim, not blue."""
    about = read.about({"jeans"})
    said = [word for word in about[:-1] if word != "blue"] if about else []
    return _within(colours.named(said) or "#3f4d73", chance, 0.7) if about else None


def _invented(chance: random.Random) -> Traits:
    """Everything a portrait needs, as a casting director would pick it without a brief."""

    def size(spread: float) -> float:
        return round(min(max(chance.gauss(1.0, spread), 0.8), 1.25), 3)

    return Traits(
        eye_scale=size(0.1), face_width=size(0.09), jaw=size(0.1), nose=size(0.12), brows=size(0.15),
        build=size(0.09), height=size(0.04), ears=size(0.11), tail=size(0.11),
    )  # fmt: skip


def _human(traits: Traits, read: _Phrases, chance: random.Random) -> Traits:
    hair = read.about({"hair", "curls", "bob", "ponytail", "bun", "afro", "coils", "fringe", *_PLAITS}) or []
    style = _hair_style(read)
    youth, old_age = _shares(_years(read))
    length = next((_HAIR_LENGTHS[word] for word in hair if word in _HAIR_LENGTHS), None)
    if length is None:
        length = style[1] if style else chance.uniform(0.2, 0.9)
    by_length = "short" if length < 0.35 else "bob" if length < 0.72 else "long"
    shape: Any = style[0] if style else by_length
    skin = read.about({"skin", "complexion"})
    skin_colour = next((_SKIN[word] for word in skin[:-1] if word in _SKIN), None) if skin else None
    beard = read.about(_BEARDS)
    hair_colour = _within(colours.named(hair[:-1]) or _open_hair(youth, old_age, chance), chance)
    named_beard = colours.named(beard[:-1]) if beard else None
    beard_colour = (_within(named_beard, chance) if named_beard else hair_colour) if beard else None
    return replace(
        traits, kind="human",
        skin=_within(skin_colour or chance.choice(_SKIN_RANGE), chance, 0.4),
        hair=hair_colour, hair_style=shape,
        hair_length=round(min(max(length + max(-0.06, min(0.06, chance.gauss(0, 0.04))), 0.0), 1.0), 3),
        fringe=_fringe(read, chance),
        freckles="freckles" in read.words or "freckled" in read.words,
        beard=beard_colour, youth=youth, old_age=old_age,
    )  # fmt: skip


_PLAITS = {"braid", "braids", "plait", "plaits"}


def _hair_style(read: _Phrases) -> tuple[str, float] | None:
    """Plaits before the rest: curly hair in a braid is seen as a braid."""
    said: list[tuple[str, float]] = []
    for phrase in read.phrases:
        for word in phrase:
            if word in ("braided", "plaited") and "hair" not in phrase:
                continue  # a belt, a beard
            if word in _PLAITS and _BEARDS & set(phrase) and "hair" not in phrase:
                continue
            if word in HAIR_STYLES:
                style, length = HAIR_STYLES[word]
                if style == "braid" and {"two", "twin", "both", "pair"} & set(phrase):
                    style = "braids"
                elif style == "braids" and {"one", "single"} & set(phrase):
                    style = "braid"
                said.append((style, length))
    return next((one for one in said if one[0] in ("braid", "braids")), said[0] if said else None)


def _open_hair(youth: float, old_age: float, chance: random.Random) -> str:
    """The colour of hair that no word names: it greys with age, and no child's is grey."""
    natural = chance.choice(_HAIR_RANGE[:-1] if youth > 0 else _HAIR_RANGE)
    return colours.blend(natural, chance.choice(_GREYS), min(1.0, 0.25 + old_age)) if old_age > 0 else natural


def _years(read: _Phrases) -> float | None:
    """The age that the words of a human say, in years. A number leads, then a decade, then the oldest word."""
    decades: list[float] = []
    worded: list[float] = []
    for phrase in read.phrases:
        for at, word in enumerate(phrase):
            before, after = phrase[:at], phrase[at + 1 :]
            number = _number(word)
            if number is not None and (
                (len(after) > 1 and after[0] in ("year", "years") and after[1] in ("old", "of"))
                or "age" in phrase
                or (before and before[-1] == "aged")
                or (len(before) > 1 and before[-1] == "of" and (before[-2] in AGES or before[-2] in PEOPLE) and not after)
            ):
                return number
            year_old = re.fullmatch(r"(.+)-years?-old", word)
            if year_old and (number := _number(year_old[1])) is not None and _of_people(phrase, at):
                return number
            if word in _DECADES and before and before[-1] in ("her", "his", "their", "early", "late", "mid"):
                decades.append(_DECADES[word])
            if word in AGES and not {"from", "of", "by", "for", "like", "her", "his", "their"} & set(before):
                small = 3 if AGES[word] < 11 and {"little", "small", "tiny", "young"} & set(before) else 0
                worded.append(AGES[word] - small if _of_people(phrase, at) else 0)
            if word in OLD and _of_people(phrase, at, named=True):
                worded.append(OLD[word])
    return max(decades or [years for years in worded if years > 0], default=None)


def _of_people(phrase: list[str], at: int, named: bool = False) -> bool:
    """Whether the word at ``at`` is said of somebody, not of a thing ("an old coat"). With ``named``, a word for
    people must follow, unless nothing but the bible's key does."""
    until = next((i for i in range(at + 1, len(phrase)) if phrase[i] in _ELSEWHERE), len(phrase))
    after = phrase[at + 1 : until]
    if set(after) & _THINGS:
        return False
    return not named or not after or after == ["age"] or bool(set(after) & (PEOPLE | set(AGES)))


def _number(word: str) -> float | None:
    if word.isascii() and word.isdigit() and len(word) < 4:
        return float(word)
    parts = word.split("-")
    if all(part in _NUMBERS for part in parts) and len(parts) < 3:
        return float(sum(_NUMBERS[part] for part in parts))
    return None


def _shares(years: float | None) -> tuple[float, float]:
    """`Traits.youth` and `Traits.old_age` at that age."""
    if years is None:
        return 0.0, 0.0
    return round(min(max((18 - years) / 14, 0.0), 1.0), 3), round(min(max((years - 48) / 37, 0.0), 1.0), 3)


def _fringe(read: _Phrases, chance: random.Random) -> Any:
    about = read.about({"fringe", "bangs"})
    if read.denied({"fringe", "bangs"}):
        return "none"
    if about is None:
        return chance.choice(("straight", "swept", "swept", "none"))
    return "swept" if {"swept", "side", "side-swept", "parted"} & set(about) else "straight"


def _species(texts: Mapping[str, str]) -> tuple[str, str]:
    """The species that is drawn, and the word that a placeholder is lettered with."""
    parts = [(key.lower(), phrase) for key, text in texts.items() for phrase in _Phrases({"": text}).phrases]
    told = [phrase for key, phrase in parts if key in _SPECIES_KEYS]
    for phrase in told[:1]:
        if word := _species_word(phrase[: _turns_away(phrase)]):
            return SPECIES.get(word, "placeholder"), word
        noun = [w for w in phrase[: _turns_away(phrase)] if w not in _DESCRIBING and not colours.is_colour(w)]
        if noun:  # a species that no table has
            return "placeholder", noun[-1]
    rest = told + [phrase for key, phrase in parts if key not in _SHAPES and key not in _LIGHT_FUR | {"fur", "coat"}]
    for phrase in rest:
        head = phrase[: _turns_away(phrase)]
        if {"of"} & set(phrase) and _PICTURED & set(head):
            head = phrase
        if word := _species_word(head):
            return SPECIES.get(word, "placeholder"), word
    return "placeholder", "creature"


_DESCRIBING = set(_SIZES) | set(colours.MODIFIERS) | {"a", "an", "the", "very", "old", "young", "cute", "and", "is", "it"}


def _turns_away(phrase: list[str]) -> int:
    return next((i for i, word in enumerate(phrase) if word in _ELSEWHERE), len(phrase))


def _species_word(words: list[str]) -> str | None:
    """The first species named; of several in a row the last one ("a cat dragon"), and a robot whatever its shape."""
    named = [word in SPECIES or word in UNDRAWN for word in words]
    if True not in named or _NOT_WORN & set(words[: named.index(True)]):
        return None
    first = named.index(True)
    run = [words[first]]
    for word, is_species in zip(words[first + 1 :], named[first + 1 :], strict=True):
        if not is_species:
            break
        if word not in _YOUNG_OF:
            run.append(word)
    return next((word for word in run if SPECIES.get(word) == "robot"), run[-1])


def _creature(traits: Traits, read: _Phrases, chance: random.Random, species: Any, word: str) -> Traits:
    traits = replace(traits, kind="creature", species=species, freckles="freckles" in read.words)
    if species in _FUR:
        fur = read.colour({"fur", "pelt"}) or read.colour(SPECIES)
        light = read.colour(_LIGHT_FUR) or "#fff4e4"
        return replace(traits, fur=_within(fur or _FUR[species], chance), fur_light=_within(light, chance, 0.5))
    return {"robot": _robot, "dog": _dog, "bird": _bird, "placeholder": _placeholder}[species](traits, read, chance, word)


def _robot(traits: Traits, read: _Phrases, chance: random.Random, word: str) -> Traits:
    body = {"body", "metal", "shell", "casing", "plating", "chassis", "hull", "paint", "armour", "armor", *METALS}
    metal = read.colour({word}) or read.colour(body - set(METALS)) or next(
        (METALS[w] for phrase in read.phrases for w in phrase if w in METALS), None
    )
    fur = _within(metal or chance.choice((METALS["tin"], METALS["copper"], METALS["brass"], *_CLOTH_RANGE)), chance, 0.8)
    plate = read.colour({"plate", "plates", "panel", "face", "front"})
    light = plate or colours.blend(fur, chance.choice(("#f4f1ea", "#e9eef2", "#f6e7c8", "#3c414c")), 0.62)
    trim = read.colour({"trim", "bolts", "knobs", "joints", "buttons", "rivets", "antenna", "antennae", "key"})
    shapes: Any = [
        _first(read, nouns, table) or chance.choice(open_range)
        for nouns, table, open_range in (
            ({"head"}, ROBOT_HEADS, ("box", "dome", "can")),
            ({"antenna", "antennae", "antennas", "aerial", "aerials"}, ANTENNAE, ("ball", "twin", "coil", "dish")),
            ({"eyes", "eye", "lamps", "visor"}, LAMPS, ("round", "square", "visor")),
        )
    ]
    return replace(
        traits, fur=fur, fur_light=_within(light, chance, 0.4), trim=_within(trim or chance.choice(_TRIM_RANGE), chance),
        head_shape=shapes[0], antenna=shapes[1], lamps=shapes[2],
        freckles=traits.freckles or bool({"rust", "rusty", "rusted"} & read.words),
    )  # fmt: skip


def _first(read: _Phrases, nouns: set[str], table: Mapping[str, str]) -> str | None:
    """What the words about the first of ``nouns`` say in ``table``."""
    return next((table[word] for word in read.about(nouns) or () if word in table), None)


def _dog(traits: Traits, read: _Phrases, chance: random.Random, word: str) -> Traits:
    said = read.about({"fur", "pelt", "coat"}) or read.about(SPECIES) or []
    fur = "#d3a25e" if "golden" in said else colours.named(said[:-1])  # the gold of dogs is paler than gold
    light = read.colour(_LIGHT_FUR) or "#fff4e4"
    ears: Any = _first(read, {"ears", "ear"}, DOG_EARS) or chance.choice(("floppy", "floppy", "folded"))
    marked = bool(_MARKED & read.words) or chance.random() < 0.35
    return replace(
        traits, fur=_within(fur or chance.choice(_COATS_OF_DOGS), chance), fur_light=_within(light, chance, 0.5),
        ear_shape=ears, marked=marked,
    )  # fmt: skip


def _bird(traits: Traits, read: _Phrases, chance: random.Random, word: str) -> Traits:
    coat, breast = PLUMAGE.get(word, (chance.choice(_PLUMAGES), "#fff1dc"))
    fur = read.colour({"feathers", "plumage", "feather", "fur"}) or read.colour(SPECIES)
    light = read.colour(_LIGHT_FUR | {"breast"})
    beak = read.colour({"beak", "bill"})
    crest: Any = next((CRESTS[w] for w in CRESTS if w in read.words), None)
    crest = crest or chance.choice(("smooth", "tuft", "swept") if "crest" not in read.words else ("tuft", "swept"))
    return replace(
        traits, fur=_within(fur or coat, chance), fur_light=_within(light or breast, chance, 0.5),
        trim=_within(beak or chance.choice(("#f0a030", "#e8842e", "#d9b23c", "#5a5560")), chance), crest=crest,
    )  # fmt: skip


def _placeholder(traits: Traits, read: _Phrases, chance: random.Random, word: str) -> Traits:
    """A stand-in stays grey; a colour that the words name is on its card."""
    said = read.colour({word, "skin", "fur", "scales", "feathers", "body"})
    return replace(
        traits, fur=_within(_DUMMY, chance, 0.4), fur_light=_DUMMY, called=word[:24],
        trim=_within(said or chance.choice(_CLOTH_RANGE), chance),
    )  # fmt: skip


def _shapes(read: _Phrases) -> dict[str, Any]:
    """Named sizes: "large teal eyes", "a narrow face", "tall", "slim build"."""
    found: dict[str, Any] = {}
    for noun, trait in _SHAPES.items():
        about = read.about({noun})
        sized = next((_SIZES[word] for word in about[:-1] if word in _SIZES), None) if about else None
        if sized is not None and trait not in found:
            found[trait] = min(sized, 1.25) if trait != "height" else 1 + (sized - 1) * 0.7
    for trait, sizes in _WHOLE.items():
        said = [size for word, size in sizes.items() if word in read.words]
        if said:
            found.setdefault(trait, said[0])
    return found


def _within(colour: str, chance: random.Random, spread: float = 1.0) -> str:
    """Somewhere in the range that a colour's name covers: same family, another value per seed."""
    hue, light, chroma = (chance.gauss(0, 1) for _ in range(3))
    limited = [max(-1.7, min(1.7, value)) * spread for value in (hue, light, chroma)]
    return colours.shift(colour, hue=10.0 * limited[0], lightness=0.035 * limited[1], chroma=1 + 0.12 * limited[2])
