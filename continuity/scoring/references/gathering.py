"""The pictures in a folder that a person keeps, by whom they show; and what lies there and cannot be used."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from continuity.clutter import is_clutter
from continuity.errors import MediaError
from continuity.files import shown
from continuity.media.pictures import GIVE_ANOTHER, NoPicture
from continuity.scoring.references.subjects import read_picture

HEADSHOT = "headshot"
_NAMED = 3  # so many of the files left out are named, the others counted


@dataclass
class Gathered:
    """``groups``: readable pictures by subject, in order of names. What is left out has one sentence a reason."""

    folder: Path
    groups: dict[str, list[Path]] = field(default_factory=dict)
    no_pictures: list[Path] = field(default_factory=list)
    unusable: list[tuple[Path, str]] = field(default_factory=list)  # with the reason

    @property
    def left_out(self) -> list[str]:
        """What to tell of files that are not used, with their count; empty when all are."""
        said = []
        if self.no_pictures:
            endings = Counter(path.suffix.lower() or "without an ending" for path in self.no_pictures)
            kinds = ", ".join(shown(ending) for ending in sorted(endings))
            are = "files are no pictures" if len(self.no_pictures) > 1 else "file is no picture"
            names = _some([self._name(path) for path in self.no_pictures])
            said.append(f"{shown(self.folder)}: {len(self.no_pictures)} {are} I read: {kinds} ({names})")
        if self.unusable:
            count = f"{len(self.unusable)} cannot be used"
            reasons = _some([f"{self._name(path)} {why}" for path, why in self.unusable], "; ")
            said.append(f"{shown(self.folder)}: {count}: {reasons}")
        return said

    def _name(self, path: Path) -> str:
        return shown(path.relative_to(self.folder))


def gather(folder: Path) -> Gathered:
    """Read every picture at and below ``folder``, once, to know that it can be used.

    The folder's own pictures are one subject; each folder in it is another, with all that is deeper, except that a
    deeper folder with a ``headshot`` is one of its own. Links are followed, into no folder twice.
    """
    gathered = Gathered(folder)
    seen: dict[Path, Path] = {}
    waiting = [(folder, shown(folder.name or folder.resolve().name or "references"))]
    while waiting:
        place, group = waiting.pop(0)
        try:
            real, entries = place.resolve(strict=True), sorted(place.iterdir())
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
            gathered.unusable.append((place, f"cannot be read ({getattr(error, 'strerror', None) or error})"))
            continue
        if real in seen or real in folder.resolve().parents:
            gathered.unusable.append((place, "leads to a folder that is read already"))
            continue
        seen[real] = place
        files, folders = _sorted_out(gathered, [entry for entry in entries if not is_clutter(entry)])
        pictures = [path for path in files if _usable(gathered, path)]
        if place != folder and (place.parent == folder or any(path.stem == HEADSHOT for path in pictures)):
            group = shown(place.relative_to(folder))
        if pictures:
            gathered.groups.setdefault(group, []).extend(pictures)
        waiting += [(below, group) for below in folders]
    return gathered


def _sorted_out(gathered: Gathered, entries: list[Path]) -> tuple[list[Path], list[Path]]:
    files, folders = [], []
    for entry in entries:
        try:
            if entry.is_dir():
                folders.append(entry)
            elif entry.is_file():
                files.append(entry)
            else:
                gathered.unusable.append((entry, "leads nowhere" if entry.is_symlink() else "is no file"))
        except OSError as error:
            gathered.unusable.append((entry, f"cannot be read ({error.strerror})"))
    return files, folders


def _usable(gathered: Gathered, path: Path) -> bool:
    try:
        read_picture(path, GIVE_ANOTHER)
    except NoPicture:
        gathered.no_pictures.append(path)
    except MediaError as error:
        why = str(error).removeprefix(f"{path}: ").removesuffix(f"; {GIVE_ANOTHER}")
        gathered.unusable.append((path, why))
    else:
        return True
    return False


def _some(texts: list[str], between: str = ", ") -> str:
    more = [f"and {len(texts) - _NAMED} more"] if len(texts) > _NAMED else []
    return between.join(texts[:_NAMED]) + (f" {more[0]}" if more else "")
