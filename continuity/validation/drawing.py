"""The takes of drawn characters: references, the ladder, nuisances one by one, and moving takes to encode otherwise.

The characters are invented (`puppet.ladder`), of seeds that nothing in scoring was trained or tuned on. Each has a
folder of references like a library's, beside the others' folders.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import numpy as np

from continuity.media.video import VideoWriter, frames, probe

DRAWER, VARIER = "puppet.ladder", "puppet.variations"  # found by name, as a model card names its provider
FIRST_SEED = 5001  # odd: the half of the colours that nothing was tuned on; none of these was looked at before
FRAMES, FPS = 8, 8  # of a clip
UNCHANGED = 6  # takes in each framing
PLAIN = 3  # takes with nuisances; the last of them is of a character that has plainly changed
MOVING_FRAMES, MOVING_FPS = 36, 24
STILL_MOVING, CHANGED_MOVING = 4, 2  # moving takes of the character as it is, and changed
WRITTEN = 23  # crf of every clip before it is encoded otherwise
ENCODINGS = ("crf 30", "half size", "12 fps", "black borders", "mirrored")
PLAINLY = {"human": "hair hue", "creature": "fur"}  # a change that no nuisance may hide
CHANGES = {
    "human": ("hair hue", "glasses lost", "skin", "scarf hue"),
    "creature": ("fur", "glasses lost", "scarf lost", "scarf hue"),
}

Kind = Literal["ladder", "nuisance", "stability"]


@dataclass(frozen=True)
class Take:
    """One clip of known truth, see `records.validation.JudgedTake`."""

    character: str
    kind: Kind
    trait: str
    strength: float
    size: float
    framing: str
    variant: str
    of: int
    clip: Path


def name_of(number: int) -> str:
    """The character's folder and id."""
    return f"c{number + 1:02d}"


def character_of(number: int) -> tuple[Any, str]:
    """Traits and style: every third a creature, every second painterly."""
    drawer = import_module(DRAWER)
    kind = "creature" if number % 3 == 2 else "human"
    return drawer.character(FIRST_SEED + 2 * number, kind), "painterly" if number % 2 else "anime"


def draw_references(folder: Path, number: int) -> None:
    """A library's pictures of one character, in a folder of its own."""
    from PIL import Image

    traits, style = character_of(number)
    own = folder / name_of(number)
    own.mkdir(parents=True)
    shown = import_module(DRAWER).references(traits, style)
    for place, one in enumerate(shown):
        name = "headshot" if place == 0 else "wardrobe-own" if place == len(shown) - 1 else f"pose-{place:02d}"
        Image.fromarray(one.picture).save(own / f"{name}.png")


def ladder(folder: Path, number: int, only: Collection[str] | None = None, unchanged: int = UNCHANGED) -> list[Take]:
    """Unchanged takes, then every trait's (or those of ``only``), strength by strength, the framings in turn.

    Place, light, framing, angle, expression and compression are drawn anew in every take.
    """
    drawer = import_module(DRAWER)
    traits, style = character_of(number)
    camera, turn = drawer.Camera(), 0
    takes: list[Take] = []

    def film(of: Any, trait: str, strength: float, framing: str) -> None:
        nonlocal turn
        turn += 1
        clip = folder / name_of(number) / f"{turn:04d}.mp4"
        _write(clip, drawer.take(of, style, framing, 10_000 * number + turn, FRAMES, traits, camera), FPS)
        size = drawer.size_of(trait, traits, of)
        size = strength if size is None else size
        takes.append(Take(name_of(number), "ladder", trait, strength, size, framing, "", turn, clip))

    for framing in drawer.FRAMINGS:
        for _ in range(unchanged):
            film(traits, "", 0.0, framing)
    for place, trait in enumerate(drawer.traits_of(traits.kind)):
        if only is not None and trait not in only:
            continue
        if drawer.wearing(traits, trait) != traits:
            continue  # it has no such thing to lose or to change
        steps = (1.0,) if trait in drawer.WHOLE else drawer.STEPS[1:]
        for step, strength in enumerate(steps):
            for more in range(len(drawer.FRAMINGS) if strength == 1 else 1):
                framing = drawer.FRAMINGS[(place + step + more) % len(drawer.FRAMINGS)]
                film(drawer.stepped(traits, trait, strength, number), trait, strength, framing)
    return takes


def nuisances(folder: Path, number: int, plain: int = PLAIN) -> list[Take]:
    """Plain takes, each followed by itself with one nuisance changed at a time."""
    drawer, varier = import_module(DRAWER), import_module(VARIER)
    traits, style = character_of(number)
    camera = drawer.Camera()
    takes = []
    for turn in range(plain):
        trait = PLAINLY[traits.kind] if plain > 1 and turn == plain - 1 else ""
        of = drawer.stepped(traits, trait, 1.0, number) if trait else traits
        framing = drawer.FRAMINGS[turn % len(drawer.FRAMINGS)]
        views = varier.plain(framing, 10_000 * number + turn, FRAMES)
        ways = [("", views)]
        for name in varier.NUISANCES:
            ways += [(name, varier.varied(views, name, way)) for way in range(varier.variations(name))]
        for place, (variant, seen) in enumerate(ways):
            clip = folder / name_of(number) / f"plain-{turn}-{place:02d}.mp4"
            _write(clip, varier.filmed(of, style, seen, traits, camera), FPS)
            shown = seen[0].stage.framing
            far = float(bool(trait))
            takes.append(Take(name_of(number), "nuisance", trait, far, far, shown, variant, turn, clip))
    return takes


def encodings(folder: Path, number: int, still: int = STILL_MOVING, changed: int = CHANGED_MOVING) -> list[Take]:
    """Moving takes of the character as it is and changed, each followed by itself encoded otherwise."""
    drawer, varier = import_module(DRAWER), import_module(VARIER)
    traits, style = character_of(number)
    camera = drawer.Camera()
    takes = []
    having = [trait for trait in CHANGES[traits.kind] if drawer.wearing(traits, trait) == traits]
    for turn, trait in enumerate([""] * still + [having[place % len(having)] for place in range(changed)]):
        of = drawer.stepped(traits, trait, 1.0, number) if trait else traits
        framing = drawer.FRAMINGS[turn % len(drawer.FRAMINGS)]
        views = varier.moving(framing, 10_000 * number + turn, MOVING_FRAMES)
        clip = folder / name_of(number) / f"moving-{turn}.mp4"
        _write(clip, varier.filmed(of, style, views, traits, camera), MOVING_FPS)
        for variant in ("", *ENCODINGS):
            shown = clip if not variant else clip.with_name(f"moving-{turn}-{variant.replace(' ', '-')}.mp4")
            if variant:
                encode_otherwise(clip, shown, variant)
            far = float(bool(trait))
            takes.append(Take(name_of(number), "stability", trait, far, far, framing, variant, turn, shown))
    return takes


def encode_otherwise(clip: Path, out: Path, how: str) -> None:
    """Write a clip again in one of `ENCODINGS`. Raises MediaError when it cannot be read."""
    facts = probe(clip)
    width, height, fps, bar = facts.width, facts.height, facts.fps, 0
    times: list[float] | None = None
    if how == "half size":
        width, height = width // 4 * 2, height // 4 * 2
    if how == "12 fps":
        fps = 12.0
        times = [number / fps for number in range(round(facts.seconds * fps))]
    if how == "black borders":
        bar = height // 12 * 2
    crf = 30 if how == "crf 30" else WRITTEN
    with VideoWriter(out, width, height + 2 * bar, fps, crf=crf) as writer:
        for picture in frames(clip, times, width=width, height=height):
            seen = picture[:, ::-1] if how == "mirrored" else picture
            writer.write(np.ascontiguousarray(np.pad(seen, ((bar, bar), (0, 0), (0, 0)))))


def _write(clip: Path, shown: Iterable[Any], fps: float) -> None:
    width, height = import_module(DRAWER).SIZE
    with VideoWriter(clip, width, height, fps, crf=WRITTEN) as writer:
        for one in shown:
            writer.write(np.ascontiguousarray(one.picture))
