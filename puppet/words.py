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
from puppet.age_words import shares, years
from puppet.rig import Outfit, Style, Traits
from puppet.species_words import LAMP_RANGE, LIGHT_FUR, MAKES, SPECIES, species_of

_ANIME = {"anime", "cel", "cel-shaded", "manga", "cartoon", "comic", "ink", "inked", "flat", "toon", "2d"}

SKIN = {
    "porcelain": "#fbe6da", "pale": "#fae2d5", "fair": "#ffdfcb", "light": "#f8d5bd", "rosy": "#fbd3c3",
    "peach": "#f8d0b4",
    "golden": "#e2b184", "tan": "#d9a375", "tanned": "#d9a375", "olive": "#cfa57c", "warm": "#dca981",
    "medium": "#c98f66",
    "bronze": "#b47c50", "brown": "#94603e", "dark": "#76482f", "deep": "#5f3826", "black": "#5a3726",
    "ebony": "#4b2d20",
}  # fmt: skip
_SKIN_RANGE = ("#fbe2d3", "#f3cdb1", "#dba981", "#b97f56", "#8c5a3b", "#673e2a")
_GREYS = ("#c9c8cc", "#dcdad6", "#b4b3b8", "#ebe9e6")
_HAIR_RANGE = ("#26222a", "#3a2a25", "#5a3b2a", "#7b4a2c", "#a5692f", "#d1a763", "#e2c27a", "#8d8a8c")
_EYE_RANGE = ("#5a3a26", "#7a5a34", "#5f7d4a", "#43859f", "#6d8798", "#3f6ab0")
_CLOTH_RANGE = ("#4a3a3c", "#46566b", "#5c6b4f", "#7a5a46", "#6b4a62", "#8a8377", "#34506a", "#8f4c40")

HAIR_LENGTHS = {
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
# What is worn, word by word. A garment that stands in none of these tables is not drawn, and never as another one.
COATS = {
    "jacket": "jacket", "blazer": "jacket", "anorak": "jacket", "parka": "coat", "coat": "coat", "overcoat": "coat",
    "trenchcoat": "coat", "trench": "coat", "duffel": "coat", "raincoat": "raincoat", "oilskin": "raincoat",
    "mackintosh": "raincoat", "mac": "raincoat", "slicker": "raincoat",
    "cardigan": "cardigan", "vest": "cardigan", "waistcoat": "cardigan", "gilet": "cardigan",
    "dress": "dress", "gown": "dress", "pinafore": "dress", "hoodie": "jacket",
}  # fmt: skip
SHIRTS = {"shirt", "t-shirt", "tee", "blouse", "sweater", "jumper", "pullover", "turtleneck", "top", "tunic", "polo"}
LOWER = {
    "trousers": "trousers", "pants": "trousers", "jeans": "trousers", "leggings": "trousers", "chinos": "trousers",
    "slacks": "trousers", "shorts": "shorts", "skirt": "skirt", "kilt": "skirt", "dungarees": "overalls",
    "overalls": "overalls",
}  # fmt: skip
BOOTS = {"boots", "shoes", "sneakers", "trainers", "sandals", "loafers", "wellingtons", "clogs", "slippers", "heels"}
SCARVES = {"scarf", "shawl", "neckerchief", "bandana", "muffler"}
APRONS = {"apron"}
CLOAKS = {"cloak", "cape", "mantle"}
BACKPACKS = {"backpack", "rucksack", "knapsack", "schoolbag"}
HATS = {
    "hat": "beanie", "beanie": "beanie", "cap": "cap", "beret": "beret", "hood": "hood", "bobble": "beanie",
    "sunhat": "straw", "boater": "straw", "fedora": "brimmed", "trilby": "brimmed",
    "tophat": "top hat",
}  # fmt: skip
HAT_KINDS = {  # words that say which hat a "hat" is; the first one counts
    "straw": "straw", "sun": "straw", "raffia": "straw", "wicker": "straw", "gardening": "straw", "felt": "brimmed",
    "brimmed": "brimmed", "wide-brimmed": "brimmed", "broad-brimmed": "brimmed", "floppy": "brimmed",
    "witch": "pointed", "witch's": "pointed", "witch’s": "pointed", "wizard": "pointed",
    "wizard's": "pointed", "pointed": "pointed", "pointy": "pointed",
}  # fmt: skip
OTHER_HATS = {  # kinds of "hat" and "cap" that are not drawn
    "cowboy", "bowler", "party", "chef", "chef's", "pirate", "pirate's", "cocked", "hard", "paper", "santa", "fur",
    "swimming", "bathing", "shower", "jester", "jester's", "sailor", "sailor's", "bucket", "graduation",
}  # fmt: skip
HAT_BANDS = {"band", "ribbon", "hatband"}
GLASSES = {"glasses", "spectacles", "eyeglasses", "specs"}
BEARDS = {"beard", "goatee", "stubble", "moustache", "mustache", "bearded"}
_FUR = {"fox": "#ee8a3c", "cat": "#9a8f8a", "bear": "#8a5a3a", "rabbit": "#b9a796"}
_NOT_WORN = {"no", "without", "never"}
_SIZES = {
    "huge": 1.22, "large": 1.15, "big": 1.15, "wide": 1.12, "broad": 1.13, "round": 1.1, "full": 1.08, "strong": 1.12,
    "square": 1.14, "thick": 1.3, "bushy": 1.35, "heavy": 1.25, "long": 1.14, "tall": 1.1, "stocky": 1.15, "plump": 1.2,
    "small": 0.86, "little": 0.86, "tiny": 0.82, "narrow": 0.88, "slim": 0.88, "slender": 0.86, "thin": 0.8,
    "fine": 0.82,
    "delicate": 0.86, "pointed": 0.86, "short": 0.88, "button": 0.84, "petite": 0.86, "fluffy": 1.15,
    "bushy-tailed": 1.2,
}  # fmt: skip
SHAPES = {
    "eyes": "eye_scale", "eye": "eye_scale", "face": "face_width", "cheeks": "face_width", "jaw": "jaw",
    "chin": "jaw", "nose": "nose",
    "brows": "brows", "eyebrows": "brows", "build": "build", "body": "build", "shoulders": "build", "ears": "ears",
    "ear": "ears",
    "tail": "tail", "height": "height", "stature": "height", "antenna": "ears", "antennae": "ears", "crest": "ears",
    "beak": "nose",
}  # fmt: skip

_within = colours.within
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
    text = re.sub(r"\btop[ -]hat\b", "tophat", text)  # which is no top
    for word in re.findall(r"[a-z0-9'-]+", text):
        parts = word.split("-")
        named = all(colours.is_colour(part) or part in colours.MODIFIERS for part in parts)
        words += parts if named else [word]
    return words


_THINGS = (
    set(COATS) | SHIRTS | set(LOWER) | BOOTS | SCARVES | APRONS | CLOAKS | BACKPACKS | set(HATS) | GLASSES | BEARDS
    | set(SHAPES) | LIGHT_FUR | set(SPECIES) | {"hair", "skin", "fur", "fringe", "bangs", "lining", "rims", "frames"}
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
    traits = (
        _creature(traits, read, chance, *species_of(_parts(texts), {*SHAPES, *LIGHT_FUR, "fur", "coat"}))
        if kind == "creature"
        else _human(traits, read, chance)
    )
    traits = replace(traits, **_shapes(read))
    eyes = read.colour({"eyes", "eye", "irises"} | ({"lamps", "lights"} if traits.species == "robot" else set()))
    open_range = LAMP_RANGE if kind == "creature" and traits.species == "robot" else _EYE_RANGE
    traits = replace(traits, eyes=_within(eyes or chance.choice(open_range), chance))
    glasses = both.about(GLASSES)
    if glasses:
        shape: Any = "square" if {"square", "rectangular", "angular"} & set(glasses) else "round"
        frame = colours.named(glasses[:-1]) or "#4a3348"
        traits = replace(traits, glasses=_within(frame, chance, 0.5), glasses_shape=shape)
    return replace(traits, outfit=outfit_from_words(both, kind, chance))


def dress(base: Outfit, wardrobe: str, kind: str, seed: int, bible: Mapping[str, str] | None = None) -> Outfit:
    """``base`` with every piece that the wardrobe's words name in its place, and without those they deny.

    What is put on over the clothes (apron, cloak, backpack) and a brimmed hat belong to one wardrobe: another one is
    without them, unless its words or the ``bible``, the words that always hold, name them.
    """
    read = _Phrases({}, wardrobe)
    named = outfit_from_words(read, kind, random.Random(seed))
    pieces = {
        "jacket": COATS, "shirt": SHIRTS, "trousers": LOWER, "boots": BOOTS, "scarf": SCARVES, "hat": HATS,
        "apron": APRONS, "cloak": CLOAKS, "backpack": BACKPACKS,
    }  # fmt: skip
    worn: dict[str, Any] = {name: getattr(named, name) for name, nouns in pieces.items() if read.about(nouns)}
    worn |= {name: None for name in ("jacket", "scarf", "hat") if read.denied(pieces[name])}
    always = _Phrases(bible or {})
    worn |= {
        name: None
        for name in ("apron", "cloak", "backpack")
        if read.denied(pieces[name]) or (name not in worn and always.about(pieces[name]) is None)
    }
    if "jacket" in worn:
        worn["jacket_cut"] = named.jacket_cut
    elif _seen(read):  # "a cream sweater", "overalls": it is seen, so nothing is worn over it
        worn["jacket"] = None
    if "hat" in worn:
        worn |= {"hat_cut": named.hat_cut, "hat_band": named.hat_band}
    if "trousers" in worn:
        worn["lower"] = named.lower
    return replace(base, **worn)


def _seen(read: _Phrases) -> bool:
    """Whether the words name what an upper garment would hide."""
    lower = read.about(LOWER)
    return bool(read.about(SHIRTS) or read.about(APRONS) or (lower and LOWER[lower[-1]] == "overalls"))


def outfit_from_words(read: _Phrases, kind: str, chance: random.Random) -> Outfit:
    def colour(nouns: Any, fallback: str | None, spread: float = 0.7, usual: str | None = None) -> str | None:
        about = read.about(nouns)
        if about is None:
            return fallback
        return _within(colours.named(about[:-1]) or usual or chance.choice(_CLOTH_RANGE), chance, spread)

    invented = [_within(chance.choice(_CLOTH_RANGE), chance) for _ in range(3)]
    coat, lower = read.about(COATS), read.about(LOWER)
    cut: Any = LOWER[lower[-1]] if lower else "trousers"
    bare = kind == "creature" or _seen(read)  # no jacket unless one is named
    jacket_cut: Any = COATS[coat[-1]] if coat else "jacket"
    return Outfit(
        jacket=colour(COATS, None if bare else invented[0]),
        jacket_cut=jacket_cut,
        shirt=colour(SHIRTS, _within("#f1ece4", chance, 0.5)) or "#f1ece4",
        trousers=_jeans(read, chance) or colour(LOWER, invented[1], usual=_USUAL.get(cut)) or "#3f4d73",
        boots=colour(BOOTS, _within("#54362a", chance)) or "#54362a",
        scarf=colour(SCARVES, None),
        **_hat(read, chance),
        lower=cut,
        apron=colour(APRONS, None),
        cloak=colour(CLOAKS, None),
        backpack=colour(BACKPACKS, None),
    )


_USUAL = {"overalls": "#41587f", "straw": "#dfc778", "pointed": "#3b3545", "top hat": "#2b2930"}


def _hat(read: _Phrases, chance: random.Random) -> dict[str, Any]:
    """The hat, its cut and, of a hat with a brim, its band ("a straw hat with a red ribbon")."""
    about = read.about(HATS)
    if about is None or (about[-1] in ("hat", "cap") and OTHER_HATS & set(about)):
        return {}
    cut = HATS[about[-1]]
    if about[-1] == "hat":
        cut = next((kind for word, kind in HAT_KINDS.items() if word in about), cut)
    hat = _within(colours.named(about[:-1]) or _USUAL.get(cut) or chance.choice(_CLOTH_RANGE), chance, 0.7)
    band = None
    if cut in ("straw", "brimmed", "top hat", "pointed"):
        at = next(i for i, phrase in enumerate(read.phrases) if about[-1] in phrase)
        words = [*read.phrases[at], *(read.phrases[at + 1] if at + 1 < len(read.phrases) else [])]
        noun = next((i for i, word in enumerate(words) if word in HAT_BANDS), None)
        start = words.index(about[-1]) + 1
        named = colours.named(words[start:noun]) if noun is not None and noun >= start else None
        band = _within(named, chance, 0.7) if named else None
    return {"hat": hat, "hat_cut": cut, "hat_band": band}


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
    youth, old_age = shares(years(read.phrases, _THINGS))
    length = next((HAIR_LENGTHS[word] for word in hair if word in HAIR_LENGTHS), None)
    if length is None:
        length = style[1] if style else chance.uniform(0.2, 0.9)
    by_length = "short" if length < 0.35 else "bob" if length < 0.72 else "long"
    shape: Any = style[0] if style else by_length
    skin = read.about({"skin", "complexion"})
    skin_colour = next((SKIN[word] for word in skin[:-1] if word in SKIN), None) if skin else None
    beard = read.about(BEARDS)
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
            if word in _PLAITS and BEARDS & set(phrase) and "hair" not in phrase:
                continue
            if word in HAIR_STYLES:
                style, length = HAIR_STYLES[word]
                if style == "braid" and {"two", "twin", "both", "pair"} & set(phrase):
                    style = "braids"
                said.append((style, length))
    return next((one for one in said if one[0] in ("braid", "braids")), said[0] if said else None)


def _open_hair(youth: float, old_age: float, chance: random.Random) -> str:
    """The colour of hair that no word names: it greys with age, and no child's is grey."""
    natural = chance.choice(_HAIR_RANGE[:-1] if youth > 0 else _HAIR_RANGE)
    return colours.blend(natural, chance.choice(_GREYS), min(1.0, 0.25 + old_age)) if old_age > 0 else natural


def _fringe(read: _Phrases, chance: random.Random) -> Any:
    about = read.about({"fringe", "bangs"})
    if read.denied({"fringe", "bangs"}):
        return "none"
    if about is None:
        return chance.choice(("straight", "swept", "swept", "none"))
    return "swept" if {"swept", "side", "side-swept", "parted"} & set(about) else "straight"


def _parts(texts: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Phrases, each with the bible's key that it stands under."""
    return [(key.lower(), phrase) for key, text in texts.items() for phrase in _Phrases({"": text}).phrases]


def _creature(traits: Traits, read: _Phrases, chance: random.Random, species: Any, word: str) -> Traits:
    traits = replace(traits, kind="creature", species=species, freckles="freckles" in read.words)
    if species in _FUR:
        fur = read.colour({"fur", "pelt"}) or read.colour(SPECIES)
        light = read.colour(LIGHT_FUR) or "#fff4e4"
        return replace(traits, fur=_within(fur or _FUR[species], chance), fur_light=_within(light, chance, 0.5))
    return MAKES[species](traits, read, chance, word)


def _shapes(read: _Phrases) -> dict[str, Any]:
    """Named sizes: "large teal eyes", "a narrow face", "tall", "slim build"."""
    found: dict[str, Any] = {}
    for noun, trait in SHAPES.items():
        about = read.about({noun})
        sized = next((_SIZES[word] for word in about[:-1] if word in _SIZES), None) if about else None
        if sized is not None and trait not in found:
            found[trait] = min(sized, 1.25) if trait != "height" else 1 + (sized - 1) * 0.7
    for trait, sizes in _WHOLE.items():
        said = [size for word, size in sizes.items() if word in read.words]
        if said:
            found.setdefault(trait, said[0])
    return found
