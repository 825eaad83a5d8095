"""A look's own pictures: a folder under ``assets/masters`` whose files say by their names what each shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from continuity.clutter import is_clutter
from continuity.plan.bible import CharacterConfig
from continuity.plan.footage import POINTER
from continuity.plan.problems import Problems
from continuity.plan.sections import MASTERS
from continuity.plan.sources import Sources

NAMES = re.compile(r"headshot|(?:angle|expression|wardrobe)-[a-z][a-z0-9-]{0,39}")  # as those of a clip's stills
_SAID = "headshot, angle-<name>, expression-<name> or wardrobe-<name>"


@dataclass(frozen=True)
class Pictures:
    """By what each shows, the headshot first: its path below ``assets/masters``."""

    files: Mapping[str, str] = field(default_factory=dict)

    def traits(self, step: str) -> list[str]:
        """``profile`` of ``angle-profile``."""
        return [name.removeprefix(f"{step}-") for name in self.files if name.startswith(f"{step}-")]


def looks_pictures(
    root: Path, id: str, config: CharacterConfig, sources: Sources, problems: Problems
) -> dict[str, Pictures]:
    """The pictures of each look of a character that has a folder of them. What is wrong goes into ``problems``."""
    found = {}
    for name, look in config.looks.items():
        if look.pictures is None:
            continue
        where = sources.place("characters", id, "looks", name, "pictures")
        folder = f"{MASTERS}{look.pictures.rstrip('/')}"
        if not (root / folder).is_dir():
            problems.add(where, f"there is no folder {folder}/; make it, and put headshot.jpg and others into it")
            continue
        files: dict[str, str] = {}
        for path in _listed(root / folder):
            shows, file = path.stem.lower(), f"{folder}/{path.name}"
            if not NAMES.fullmatch(shows):
                problems.add(where, f"{file} says by its name nothing that it shows; call it {_SAID}, or move it away")
            elif shows in files:
                problems.add(where, f"{file} and {MASTERS}{files[shows]} show the same; keep one of them there")
            else:
                files[shows] = file.removeprefix(MASTERS)
        if "headshot" not in files:
            problems.add(where, f"{folder}/ has no headshot (headshot.jpg, .png …), on which every other picture leans")
        pictures = Pictures(dict(sorted(files.items(), key=lambda entry: (entry[0] != "headshot", entry[0]))))
        for worn in pictures.traits("wardrobe"):
            if worn not in config.wardrobes:
                problems.add(
                    where, f"{folder}/ shows a wardrobe '{worn}' without words; add wardrobes.{worn} to the character"
                )
        found[name] = pictures
    return found


def _listed(folder: Path) -> Iterator[Path]:
    """Every picture, also one that DVC keeps and that is not here yet; nothing else."""
    from continuity.media.pictures import ENDINGS

    listed = [path for path in folder.iterdir() if path.is_file() and not is_clutter(path)]
    for path in sorted({path.with_suffix("") if path.suffix == POINTER else path for path in listed}):
        if path.suffix.lower() in ENDINGS:
            yield path
