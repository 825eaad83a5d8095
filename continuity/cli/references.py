"""``continuity references show`` and ``continuity references box``."""

from __future__ import annotations

import argparse
from pathlib import Path

from continuity.errors import ConfigError
from continuity.files import shown, write_bytes
from continuity.scoring.references import boxes
from continuity.scoring.references.folder import folder_references
from continuity.scoring.references.located import locate, statistics_of
from continuity.scoring.references.sheet import sheet
from continuity.scoring.references.subjects import read_picture


def run(args: argparse.Namespace) -> None:
    if args.verb == "box":
        return _box(args.picture, args.box)
    return _show(args.folder, args.out)


def _show(folder: Path, out: Path | None) -> None:
    from continuity.scoring.opencv import one_code_path

    out = out or Path(f"{shown(folder.resolve().name)}-references.png")
    if out.exists():
        raise ConfigError(f"{shown(out)}: is there already, and is not overwritten; name another with --out")
    references = folder_references(folder, print)
    with one_code_path():
        statistics = statistics_of(references)
        located = {id: locate(subject, statistics) for id, subject in references.subjects.items()}
    for one in (one for pictures in located.values() for one in pictures):
        where = "-" if one.head is None else " ".join(f"{v:.2f}" for v in one.head.box)
        print(f"{one.role[:48]:48} {where:24} {'face' if one.face else '-':5} {one.how}")
    write_bytes(out, sheet(located))
    unclear = sum(one.head is None for pictures in located.values() for one in pictures)
    if unclear:
        print(
            f"not used, since nobody can be told apart in them: {unclear}. Say where the head is with "
            "`continuity references box PICTURE X0 Y0 X1 Y1`"
        )
    print(f"drawn on {shown(out)}")


def _box(picture: Path, box: list[float]) -> None:
    read_picture(picture, "name a picture of the folder of references")
    path = boxes.write_box(picture, boxes.checked(box, shown(picture)))
    print(f"noted in {shown(path)}")
