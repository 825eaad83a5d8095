"""A folder of pictures as references, outside any project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from continuity.errors import MediaError
from continuity.files import sha256_file, shown
from continuity.media.pictures import KINDS
from continuity.scoring.references.boxes import NAME as BOXES
from continuity.scoring.references.boxes import read_boxes
from continuity.scoring.references.gathering import HEADSHOT, gather
from continuity.scoring.references.subjects import Picture, References, Subject


def folder_references(folder: Path, remark: Callable[[str], None] = lambda text: None) -> References:
    """The subjects of a folder: itself, or one per folder in it with pictures (see `gather`).

    Names of Continuity's library are read by their role: a ``lookalike-*`` is not the character, a ``wardrobe-*``
    no head, and ``locations`` and ``props`` beside a folder with a headshot are no characters. What cannot be used
    is told to ``remark``, by name and count. Raises MediaError when nothing is left.
    """
    if not folder.is_dir():
        raise MediaError(f"{folder}: no such folder of reference pictures")
    gathered = gather(folder)
    boxes = {
        place: read_boxes(place) for place in {path.parent for paths in gathered.groups.values() for path in paths}
    }
    groups = {
        name: [
            Picture(f"{name}/{shown(path.stem)}", path, sha256_file(path), boxes[path.parent].get(path.name))
            for path in paths
        ]
        for name, paths in gathered.groups.items()
    }
    gathered.no_pictures = [path for path in gathered.no_pictures if path.name != BOXES]
    library = any(_name(picture) == HEADSHOT for pictures in groups.values() for picture in pictures)
    if library:  # its index and its voices belong there
        own = (folder / "library.json", folder / "voices")
        gathered.no_pictures = [path for path in gathered.no_pictures if path not in own and path.parent not in own]
    places = {kind: groups.pop(kind, []) if library else [] for kind in ("locations", "props")}
    subjects = {name: subject for name, pictures in groups.items() if (subject := _subject(name, pictures))}
    if not subjects:
        reasons = "".join(f" ({text.removeprefix(f'{shown(folder)}: ')})" for text in gathered.left_out)
        raise MediaError(f"{folder}: holds no pictures of a character{reasons}; put some there ({KINDS})")
    for text in gathered.left_out:
        remark(text)
    among = next((name for name, subject in subjects.items() if subject.heads[0].path.parent == folder), None)
    if among is not None and (others := [name for name in subjects if name != among]):
        remark(
            f"{shown(folder)}: its own pictures are read as one character, {among}, and each folder beside them as "
            f"another: {', '.join(others)}"
        )
    locations, props = ({picture.role: picture for picture in pictures} for pictures in places.values())
    return References(subjects, locations, props)


def _subject(name: str, pictures: Sequence[Picture]) -> Subject | None:
    """None where no picture shows the character: someone alike is someone else."""
    lookalikes = [picture for picture in pictures if _name(picture).startswith("lookalike-")]
    shows = [picture for picture in pictures if picture not in lookalikes]
    wardrobes = [picture for picture in shows if _name(picture).startswith("wardrobe-")]
    heads = [picture for picture in shows if picture not in wardrobes] or wardrobes
    if not heads:
        return None
    heads.sort(key=lambda picture: not _name(picture).startswith(HEADSHOT))
    dressed = {_name(picture).removeprefix("wardrobe-"): picture for picture in wardrobes}
    return Subject(name, name, "", tuple(heads), dressed, tuple(lookalikes))


def _name(picture: Picture) -> str:
    return picture.role.rpartition("/")[2]
