"""Where a person says that a character is in a picture: ``boxes.yaml`` beside the pictures.

One line a picture: its name, and x0, y0, x1, y1 of the head with its hair in shares of the picture, from its left
upper corner.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from continuity.errors import ConfigError, could_not
from continuity.files import shown, write_text
from continuity.plan.strict_yaml import parse
from continuity.scoring.references.subjects import Box

NAME = "boxes.yaml"
LEAST = 0.01  # of a picture's side: a smaller box shows nothing
MOST_BYTES = 1_000_000


def read_boxes(folder: Path) -> dict[str, Box]:
    """By picture name; empty without the file. Raises ConfigError naming what is wrong in it."""
    path = folder / NAME
    if not path.is_file():
        return {}
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ConfigError(f"{shown(path)}: too large for a list of boxes")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{shown(path)}: cannot be read ({could_not(error)})") from error
    except UnicodeDecodeError:
        raise ConfigError(
            f"{shown(path)}: is no text; delete it, or write a line `picture.png: [x0, y0, x1, y1]`"
        ) from None
    value = parse(text, shown(path))
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigError(f"{shown(path)}: wants a line `picture.png: [x0, y0, x1, y1]` for each picture")
    return {name: checked(box, f"{shown(path)}: {name}") for name, box in value.items()}


def checked(box: Any, where: str) -> Box:
    """Four numbers from 0 to 1, the second corner right of and below the first. Raises ConfigError saying ``where``."""
    numbers = isinstance(box, list | tuple) and len(box) == 4
    if not numbers or not all(isinstance(v, int | float) and not isinstance(v, bool) and 0 <= v <= 1 for v in box):
        raise ConfigError(
            f"{where}: a box is four numbers from 0 to 1: x0, y0, x1, y1 in shares of the picture, from its left upper "
            "corner"
        )
    x0, y0, x1, y1 = (float(v) for v in box)
    if x1 - x0 < LEAST or y1 - y0 < LEAST:
        raise ConfigError(f"{where}: x1 must be right of x0 and y1 below y0, by {LEAST} at least")
    return x0, y0, x1, y1


def write_box(picture: Path, box: Box) -> Path:
    """Note the box of one picture in the list beside it, and return the list's path; the others' stay."""
    boxes = read_boxes(picture.parent) | {picture.name: box}
    lines = [f"{_quoted(name)}: [{', '.join(f'{v:g}' for v in boxes[name])}]" for name in sorted(boxes)]
    path = picture.parent / NAME
    write_text(path, "# Where the head is: x0, y0, x1, y1 in shares of the picture.\n" + "\n".join(lines) + "\n")
    return path


def _quoted(name: str) -> str:
    import json

    return json.dumps(name, ensure_ascii=False)
