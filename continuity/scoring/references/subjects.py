"""The pictures that characters, locations and props are compared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from continuity.errors import MediaError, ProjectError
from continuity.files import sha256_file
from continuity.plan.schema import Plan

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in shares of a picture
Kind = Literal["headshot", "angle", "expression", "wardrobe", "lookalike"]


@dataclass(frozen=True)
class Picture:
    """One reference: its library role, its file and its bytes' SHA-256; ``box`` is where a person says its head is."""

    role: str
    path: Path
    sha256: str
    box: Box | None = None

    @classmethod
    def of(cls, role: str, path: Path) -> Picture:
        if not path.is_file():
            raise ProjectError(f"{path}: the reference {role} is missing; run `dvc repro design` or `dvc pull`")
        return cls(role, path, sha256_file(path))


@dataclass(frozen=True)
class Subject:
    """One look of one character. ``heads`` are headshot, angles and expressions, the headshot first."""

    id: str  # the look's library folder: "ami/anime", "kit"
    character: str
    look: str
    heads: tuple[Picture, ...]
    wardrobes: dict[str, Picture] = field(default_factory=dict)
    lookalikes: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class References:
    """All references of a project, or of a folder of pictures."""

    subjects: dict[str, Subject]
    locations: dict[str, Picture] = field(default_factory=dict)  # by role
    props: dict[str, Picture] = field(default_factory=dict)  # by role; ``props/letter/back``: another one of the same
    place_of: dict[str, str] = field(default_factory=dict)  # which location a plate shows, by role, where that is known

    def subject(self, character: str, look: str) -> Subject | None:
        return next((s for s in self.subjects.values() if (s.character, s.look) == (character, look)), None)

    def rivals(self, id: str) -> list[str]:
        """The subjects that are another character."""
        return [one.id for one in self.subjects.values() if one.character != self.subjects[id].character]

    @property
    def digest(self) -> list[list[str]]:
        """Roles and hashes of every picture, and boxes where there are any, for keys."""
        return sorted([p.role, p.sha256, *(str(v) for v in p.box or ())] for p in self.pictures())

    def pictures(self) -> Iterable[Picture]:
        for subject in self.subjects.values():
            yield from (*subject.heads, *subject.wardrobes.values(), *subject.lookalikes)
        yield from (*self.locations.values(), *self.props.values())


def references_of(plan: Plan, library: Path) -> References:
    """Read the plan's library at ``library``. Raises ProjectError naming the first missing picture."""
    found: dict[str, dict[str, list[Picture]]] = {}
    wardrobes: dict[str, dict[str, Picture]] = {}
    owner = {
        look.folder: (character.id, look.id)
        for character in plan.characters.values()
        for look in character.looks.values()
    }
    locations, props, place_of = {}, {}, {}
    for item in plan.library:
        if item.kind != "image":
            continue
        picture = Picture.of(item.role, library / item.path)
        if item.step == "location" or item.role.startswith("locations/"):
            locations[item.role] = picture
            place_of[item.role] = item.subject
        elif item.step == "prop" or item.role.startswith("props/"):
            props[item.role] = picture
        else:
            folder, _, name = item.role.rpartition("/")
            kind = item.step if item.step != "still" else name.partition("-")[0]
            if kind == "wardrobe":
                wardrobes.setdefault(folder, {})[item.trait or name.removeprefix("wardrobe-")] = picture
            else:
                found.setdefault(folder, {}).setdefault(kind, []).append(picture)
    subjects = {}
    for folder, (character, look) in owner.items():
        kinds = found.get(folder, {})
        heads = (*kinds.get("headshot", []), *kinds.get("angle", []), *kinds.get("expression", []))
        if heads:
            subjects[folder] = Subject(
                folder, character, look, heads, wardrobes.get(folder, {}), tuple(kinds.get("lookalike", []))
            )
    return References(subjects, locations, props, place_of)


def read_picture(path: Path, way_out: str = "bring it back with `dvc pull` or `dvc repro design`") -> np.ndarray:
    """A picture of the library, or of a folder, as RGB uint8.

    Raises MediaError naming a file that is missing, damaged, no picture, or under 16 pixels; it ends with ``way_out``.
    """
    from continuity.media import pictures

    picture = pictures.read_picture(path, way_out)
    if min(picture.shape[:2]) < 16:
        raise MediaError(
            f"{path}: {picture.shape[1]}x{picture.shape[0]} pixels are too few to compare; use at least 64x64"
        )
    return picture
