"""Where results lie in the workspace: a folder a take, a folder a line, a file a library item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from continuity.errors import MediaError
from continuity.files import set_aside, sha256_file, stay_inside, write_bytes
from continuity.jobs.store import Stored
from continuity.plan.schema import LibraryItem
from continuity.production.library import folder_of
from continuity.production.workspace import Folder, Made, place, record_of, take_folder


@dataclass(frozen=True)
class TakeShelf:
    """``shots/<folder>/<shot>/<key, 12 hex>/clip.mp4`` beside ``take.json``."""

    root: Path
    folder: Folder
    shot: str
    name: str = "clip.mp4"
    record: str = "take.json"

    def find(self, key: str) -> Made | None:
        folder = take_folder(self.root, self.folder, self.shot, key)
        there = record_of(folder, self.name, self.record)
        return Made(folder / self.name, there) if there and there["key"] == key else None

    def put(self, stored: Stored) -> Made:
        folder = take_folder(self.root, self.folder, self.shot, stored.key)
        return Made(place(stored, folder, self.name, self.record), stored.record)


def line_shelf(root: Path, shot: str) -> TakeShelf:
    """``shots/generated/<shot>/lines/<key, 12 hex>/line.wav`` beside ``line.json``."""
    return TakeShelf(root, "generated", f"{shot}/lines", "line.wav", "line.json")


@dataclass(frozen=True)
class LibraryShelf:
    """``assets/library/<role>.png|wav``; its record is the role's in ``library.json``, as ``listed`` has it."""

    root: Path
    item: LibraryItem
    listed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return folder_of(self.root) / self.item.path

    def find(self, key: str) -> Made | None:
        entry = self.listed.get(self.item.role)
        if not entry or entry["key"] != key or self._sha256() != entry["sha256"]:
            return None
        kept = ("key", "sha256", "request", "provider", "model", "cost_usd", "delivery")
        return Made(self.file, {**{name: entry[name] for name in kept if name in entry}, "job_id": None})

    def put(self, stored: Stored) -> Made:
        """A picture that a person has put there, or painted over, is set aside and named."""
        stay_inside(self.file.parent)
        there = self._sha256()
        if there != stored.sha256:
            entry = self.listed.get(self.item.role)
            if there is not None and not (entry and entry["sha256"] == there):
                aside = set_aside(self.file)
                print(f"note {self.item.role}: {self.file.name} was edited by hand; it is kept as {aside}")
            write_bytes(self.file, stored.path.read_bytes())
        return Made(self.file, stored.record)

    def _sha256(self) -> str | None:
        try:
            return sha256_file(self.file) if self.file.is_file() else None
        except MediaError:
            return None
