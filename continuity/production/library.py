"""The library's files by role, as far as they are made: what requests refer to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from continuity.errors import ContinuityError
from continuity.plan.schema import LibraryItem, Plan, Shot
from continuity.records import library
from continuity.request import Reference


class NotMadeYet(ContinuityError):
    """Raised where a request needs the bytes of something that does not exist yet, so it has no key yet."""


class Library:
    """References of one plan, hashed once each. ``made`` says which files stand for which roles.

    Without ``made`` the library is the one that `design` left in ``assets/library``. In a dry run `design` says what
    it found, and a role that would be made anew is not there.
    """

    def __init__(self, root: Path, plan: Plan, made: Mapping[str, Path | None] | None = None) -> None:
        self.root, self.plan, self._made = root, plan, made
        self._hashed: dict[str, Reference] = {}
        self.characters: dict[tuple[str, str, str], Any] = {}  # card, character and look -> the service's own id
        self.voices: dict[tuple[str, str], Any] = {}  # the same of voices made from samples: card and voice

    @cached_property
    def _items(self) -> dict[str, LibraryItem]:
        return {item.role: item for item in self.plan.library}

    def file(self, role: str) -> Path:
        """The file behind a role: a master under ``assets/``, else one of the library. Raises NotMadeYet."""
        if role.startswith("masters/"):
            return self.root / "assets" / role
        if self._made is None:
            return folder_of(self.root) / self._items[role].path
        if (path := self._made.get(role)) is None:
            raise NotMadeYet(f"{role} is not made yet")
        return path

    def references(self, roles: list[str]) -> tuple[Reference, ...]:
        """Raises MediaError naming the first file that cannot be read, and NotMadeYet."""
        return tuple(self._reference(role) for role in roles)

    def known_as(self, shot: Shot) -> dict[str, Any]:
        """The ids by which the shot's model knows its cast, of those that it has been shown."""
        keys = {member.character: (shot.model, member.character, member.look) for member in shot.characters}
        return {name: self.characters[key] for name, key in keys.items() if key in self.characters}

    def _reference(self, role: str) -> Reference:
        if role not in self._hashed:
            self._hashed[role] = Reference.of(role, self.file(role))
        return self._hashed[role]


def folder_of(root: Path) -> Path:
    """Where the library lies."""
    return root / "assets" / "library"


def read_listing(root: Path) -> dict[str, Any]:
    """``library.json``: {"items": {role: record}}. Raises ProjectError when design has not run."""
    return library.read_listing(folder_of(root) / "library.json").as_json()
