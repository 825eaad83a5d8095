"""Who is drawn: traits kept from reference pictures, and how far a take strays from them.

A picture this renderer draws carries its traits in a PNG text chunk, so that a later request which
brings the picture as a reference can keep the character. Then the declared imperfection is added.
Its shape follows what generative video models are seen to do: nearly every take is a little off in
hue and proportion (Student's t, three degrees of freedom), about one in eight at the default dial
has a gross fault that anyone sees, a third of those only from the middle of the clip on, and
within a clip the character drifts slowly on.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from continuity.errors import RequestRefused
from continuity.files import write_bytes
from continuity.request import Reference
from puppet import colours
from puppet.notes import EXACT, Name, Seed, read, told
from puppet.rig import Outfit, Style, Traits

if TYPE_CHECKING:
    from continuity.media.pictures import OpenPicture

CHUNK = "continuity-puppet"  # iTXt: JSON, see write_picture
_MOST = 64_000  # characters of a note; one has about a thousand

DEFAULT_DRIFT = 0.25
GROSS_SHARE = 0.12  # of takes at the default dial

_COLOURS_HUMAN = ("hair", "eyes", "skin")
_COLOURS_CREATURE = ("fur", "fur_light", "eyes")
_SHAPES_HUMAN = ("face_width", "jaw", "nose", "eye_scale", "brows", "build", "hair_length")
_SHAPES_CREATURE = ("face_width", "eye_scale", "ears", "tail", "build", "nose")
_TRIMMED = ("robot", "bird", "placeholder")  # species whose `Traits.trim` is seen
_FORMS: dict[str, dict[str, tuple[str, ...]]] = {  # what of a species is one of several
    "robot": {"head_shape": ("box", "dome", "can"), "antenna": ("ball", "twin", "coil", "dish")},
    "dog": {"ear_shape": ("floppy", "folded", "pricked")},
    "bird": {"crest": ("smooth", "tuft", "swept")},
}
_CLOTHES = ("jacket", "shirt", "trousers", "boots", "scarf", "hat", "hat_band", "apron", "cloak", "backpack")

Timeline = tuple[tuple[float, Traits], ...]  # (share of the clip from which they hold, traits), first at 0


@dataclass(frozen=True)
class Kept:
    """What one picture tells: about a character (``traits``) or about a place or thing (``seed``)."""

    __pydantic_config__ = EXACT

    subject: Name
    traits: Traits | None = None
    style: Style | None = None
    wardrobe: Name | None = None  # id of the outfit worn
    seed: Seed | None = None  # of a location's or prop's details


def write_picture(path: Path, rgb: np.ndarray, kept: Kept) -> None:
    """Write RGB (h, w, 3) uint8 as PNG with what it shows in the ``continuity-puppet`` chunk."""
    from continuity.media.pictures import png_bytes

    write_bytes(path, png_bytes(rgb, {CHUNK: json.dumps(told(kept), sort_keys=True, separators=(",", ":"))}))


def open_reference(reference: Reference) -> OpenPicture:
    """A picture and its notes. Raises MediaError naming the file, with the way out that suits whose it is."""
    from continuity.media.pictures import open_picture

    masters = reference.role.startswith("masters/")
    return open_picture(
        reference.path,
        "put a readable picture there, then `continuity masters accept`"
        if masters
        else "bring it back with `dvc pull`, or delete it and run `dvc repro`",
    )


@lru_cache(maxsize=256)  # a take asks for the same pictures several times
def read_picture(reference: Reference) -> Kept:
    """What a reference picture tells. Raises MediaError when it is no picture, RequestRefused when the
    puppet did not draw it."""
    note = open_reference(reference).notes.get(CHUNK)
    try:
        if note is None:
            raise ValueError("it carries no note")
        return read(Kept, note, _MOST)
    except ValueError as error:
        raise RequestRefused(
            f"{reference.path} (reference {reference.role}) was not drawn by `puppet`, which keeps only what it "
            f"drew ({error}); use a picture that `dvc repro design` made, or a hosted model card for other pictures"
        ) from None


def subject_of(role: str) -> str:
    """The character, location or prop that a library role is about: ``ami`` in ``masters/ami/anime.png``."""
    parts = role.removeprefix("masters/").split("/")
    return parts[0].split(".")[0]


def keep(references: Sequence[Reference], subject: str, wardrobe: str | None) -> tuple[Kept | None, bool]:
    """The character as its pictures show it, and whether one of them wears ``wardrobe``.

    The face comes from the headshot (or the first picture there is), the clothes from the wardrobe's
    picture. None when no reference is about ``subject``.
    """
    pictures = [(r.role, read_picture(r)) for r in references if subject_of(r.role) == subject]
    pictures = [(role, kept) for role, kept in pictures if kept.traits is not None]
    if not pictures:
        return None, False
    face = next((kept for role, kept in pictures if role.endswith("/headshot")), pictures[0][1])
    if wardrobe is None or face.wardrobe == wardrobe:
        return face, True
    dressed = next(
        (k for role, k in pictures if k.wardrobe == wardrobe or role.endswith(f"/wardrobe-{wardrobe}")), None
    )
    if dressed is None:
        return face, False
    assert face.traits and dressed.traits
    return replace(face, traits=replace(face.traits, outfit=dressed.traits.outfit), wardrobe=wardrobe), True


def stray(traits: Traits, drift: float, seed: int, *, gross: bool = True, steps: int = 3) -> Timeline:
    """One take's imperfection: who is drawn in place of ``traits``, and from which share of the clip on.

    ``drift`` 0 is exact, 0.25 the default, 1 barely the same person. ``gross=False`` leaves out the
    faults that anyone sees; ``steps`` is how many stages the slow drift has.
    """
    if drift <= 0:
        return ((0.0, traits),)
    chance = random.Random(seed)
    began = _small(traits, drift, chance)
    # The drift within a clip is in the head, where one looks; it also spares drawing all clothes anew.
    ended = replace(
        _small(began, drift * 0.6, chance), outfit=began.outfit, skin=began.skin, build=began.build,
        youth=began.youth, old_age=began.old_age,
    )  # fmt: skip
    share = 1 - (1 - GROSS_SHARE) ** (drift / DEFAULT_DRIFT)
    faulty = gross and chance.random() < share
    from_step = steps // 2 if chance.random() < 0.3 else 0
    fault = chance.getrandbits(32)
    timeline = []
    for step in range(steps):
        stage = toward(began, ended, step / max(1, steps - 1))
        if faulty and step >= from_step:
            stage = _gross(stage, random.Random(fault), 2 if drift > 0.6 else 1)
        timeline.append((step / steps, stage))
    return tuple(timeline)


def toward(first: Traits, second: Traits, share: float) -> Traits:
    """``first`` moved by ``share`` of the way to ``second``; what cannot be mixed is ``second``'s past 0."""
    mixed = {
        f.name: _between(getattr(first, f.name), getattr(second, f.name), share)
        for f in fields(Traits)
        if f.name != "outfit"
    }
    clothes = {
        f.name: _between(getattr(first.outfit, f.name), getattr(second.outfit, f.name), share) for f in fields(Outfit)
    }
    return Traits(**mixed, outfit=Outfit(**clothes))


def distance(first: Traits, second: Traits) -> float:
    """How different two characters are drawn: a root of summed squares over their traits.

    Colours count by OKLab distance, shapes by a tenth of their value, and a piece gained or lost,
    another style or another species as 0.25 each.
    """
    kind_1, kind_2 = asdict(first), asdict(second)
    clothes = [(kind_1["outfit"][name], kind_2["outfit"][name]) for name in kind_1["outfit"]]
    pairs = [(kind_1[name], kind_2[name]) for name in kind_1 if name != "outfit"] + clothes
    return math.sqrt(sum(_apart(one, other) ** 2 for one, other in pairs))


def _apart(one: Any, other: Any) -> float:
    if one == other:
        return 0.0
    if _is_colour(one) and _is_colour(other):
        return colours.difference(one, other)
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) / 2
    return 0.25


def _between(one: Any, other: Any, share: float) -> Any:
    if one == other or share <= 0:
        return one
    if _is_colour(one) and _is_colour(other):
        return colours.blend(one, other, share)
    if isinstance(one, float) and isinstance(other, float):
        return round(one + (other - one) * share, 4)
    return other


def _is_colour(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("#")


def _heavy(chance: random.Random) -> float:
    """Student's t with three degrees of freedom, scaled to unit spread and cut at ±3."""
    squares = sum(chance.gauss(0, 1) ** 2 for _ in range(3))
    return max(-3.0, min(3.0, chance.gauss(0, 1) / math.sqrt(squares / 3) / math.sqrt(3)))


def _small(traits: Traits, drift: float, chance: random.Random) -> Traits:
    """The everyday error: hues a few degrees off, proportions a few percent."""
    human = traits.kind == "human"
    changed: dict[str, Any] = {}
    for name in _COLOURS_HUMAN if human else _COLOURS_CREATURE:
        changed[name] = _tinted(getattr(traits, name), drift * (0.35 if name == "skin" else 1.0), chance)
    for name in _SHAPES_HUMAN if human else _SHAPES_CREATURE:
        low, high = (0.0, 1.0) if name == "hair_length" else (0.75, 1.3)
        changed[name] = round(min(max(getattr(traits, name) + 0.11 * drift * _heavy(chance), low), high), 4)
    clothes: dict[str, Any] = {
        name: _tinted(worn, drift * 0.8, chance)
        for name in _CLOTHES
        if (worn := getattr(traits.outfit, name)) is not None
    }
    for name in ("beard", "glasses"):
        if (worn := getattr(traits, name)) is not None:
            changed[name] = _tinted(worn, drift * 0.6, chance)
    for name in ("youth", "old_age") if human else ():
        if (age := getattr(traits, name)) > 0:  # nobody grown up becomes a child
            changed[name] = round(min(max(age + 0.15 * drift * _heavy(chance), 0.05), 1.0), 4)
    if not human and traits.species in _TRIMMED:
        changed["trim"] = _tinted(traits.trim, drift, chance)
    return replace(traits, **changed, outfit=replace(traits.outfit, **clothes))


def _tinted(colour: str, drift: float, chance: random.Random) -> str:
    return colours.shift(
        colour,
        hue=18 * drift * _heavy(chance),
        lightness=0.07 * drift * _heavy(chance),
        chroma=max(0.3, 1 + 0.25 * drift * _heavy(chance)),
    )


def _gross(traits: Traits, chance: random.Random, count: int) -> Traits:
    """The fault that anyone sees, of the kinds seen in generated takes."""
    far = chance.choice((-1, 1)) * chance.uniform(55, 150)
    hue = _far_hue(traits.hair if traits.kind == "human" else traits.fur, far)
    eyes = _far_hue(traits.eyes, -far)
    side = chance.choice((-1, 1))
    outfit = traits.outfit
    faults: list[dict[str, Any]] = [{"eyes": eyes}]
    if traits.kind == "human":
        length = traits.hair_length + (0.4 if traits.hair_length < 0.5 else -0.4)
        faults += [
            {"hair": hue},
            {"hair_length": length, "hair_style": "long" if length > 0.7 else "short" if length < 0.3 else "bob"},
            {"face_width": 1 + 0.2 * side, "jaw": 1 + 0.2 * side, "nose": 1 - 0.16 * side},
        ]
    else:
        faults += [{"fur": hue}, {"ears": 1 - 0.22 * side, "tail": 1 + 0.22 * side, "face_width": 1 + 0.16 * side}]
    faults += _gross_of_kind(traits, chance, far)
    if traits.glasses:
        faults.append({"glasses": None})
    if outfit.scarf:
        faults += [
            {"outfit": replace(outfit, scarf=None)},
            {"outfit": replace(outfit, scarf=_far_hue(outfit.scarf, far))},
        ]
    elif outfit.jacket:
        faults.append({"outfit": replace(outfit, jacket=_far_hue(outfit.jacket, far))})
    chosen: dict[str, Any] = {}
    for fault in chance.sample(faults, min(count, len(faults))):
        chosen.update(fault)
    return replace(traits, **chosen)


def _gross_of_kind(traits: Traits, chance: random.Random, far: float) -> list[dict[str, Any]]:
    """Faults that only some can have: another age, another make of robot, another beak."""
    if traits.kind == "human":
        ages: dict[str, Any] = {"youth": 0.4, "old_age": 0.5}
        return [{name: max(0.0, age - less)} for name, less in ages.items() if (age := getattr(traits, name)) > 0]
    forms = _FORMS.get(traits.species, {})
    faults: list[dict[str, Any]] = [
        {name: chance.choice([form for form in all_forms if form != getattr(traits, name)])}
        for name, all_forms in forms.items()
    ]
    return faults + ([{"trim": _far_hue(traits.trim, far)}] if traits.species in _TRIMMED else [])


def _far_hue(colour: str, degrees: float) -> str:
    """Another hue, saturated enough to be seen as one even where the colour was nearly grey."""
    light, chroma, hue = colours.to_oklch(colour)
    return colours.from_oklch(min(max(light, 0.35), 0.85), max(chroma, 0.09), hue + degrees)
