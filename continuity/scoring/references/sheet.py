"""The references of every subject on one sheet, with what was found in them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from continuity.scoring.references.located import Located

TILE = 240  # pixels of a picture's longer side
ROOM = 16
TITLE, CAPTION = 22, 34
COLUMNS = 5
PAPER, INK, FAINT = (250, 249, 246), (40, 40, 40), (120, 120, 120)
HEAD, FACE, UNCLEAR = (20, 120, 90), (200, 110, 20), (180, 30, 40)


def sheet(located: Mapping[str, Sequence[Located]]) -> bytes:
    """A PNG: each subject's pictures, the head outlined in green, the face in orange; red where nobody was made out."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(13)
    rows: list[list[tuple[str, Located, np.ndarray]]] = []  # of pictures, each subject's from a new row
    for id, pictures in located.items():
        drawn = [(id, one, _drawn(one)) for one in pictures]
        rows += [drawn[start : start + COLUMNS] for start in range(0, len(drawn), COLUMNS)]
    heights = [max(picture.shape[0] for _, _, picture in row) + TITLE + CAPTION + ROOM for row in rows]
    columns = max((len(row) for row in rows), default=1)
    paper = Image.new("RGB", (ROOM + columns * (TILE + ROOM), ROOM + sum(heights)), PAPER)
    draw = ImageDraw.Draw(paper)
    top = ROOM
    for row, height in zip(rows, heights, strict=True):
        draw.text((ROOM, top), row[0][0], INK, font)
        for place, (_, one, picture) in enumerate(row):
            left, under = ROOM + place * (TILE + ROOM), top + height - CAPTION - ROOM + 2
            paper.paste(Image.fromarray(picture), (left, top + TITLE))
            draw.text((left, under), _fitting(one.role.rpartition("/")[2], font), INK, font)
            words = one.how if one.head else f"not made out: {one.how}"
            draw.text((left, under + 15), _fitting(words, font), FAINT if one.head else UNCLEAR, font)
        top += height
    buffer = io.BytesIO()
    paper.save(buffer, "PNG")
    return buffer.getvalue()


def _drawn(one: Located) -> np.ndarray:
    height, width = one.picture.shape[:2]
    factor = TILE / max(height, width)
    small = cv2.resize(
        one.picture, (max(1, round(width * factor)), max(1, round(height * factor))), interpolation=cv2.INTER_AREA
    )
    high, wide = small.shape[:2]
    boxes = [(one.head.box, HEAD)] if one.head else [((0.0, 0.0, 1.0, 1.0), UNCLEAR)]
    boxes += [(one.face.box, FACE)] if one.face else []
    for (x0, y0, x1, y1), colour in boxes:
        corners = (
            (max(0, round(x0 * wide)), max(0, round(y0 * high))),
            (min(wide, round(x1 * wide)) - 1, min(high, round(y1 * high)) - 1),
        )
        cv2.rectangle(small, *corners, colour, 2)
    return small


def _fitting(text: str, font: object) -> str:
    while font.getlength(text) > TILE and len(text) > 1:  # type: ignore[attr-defined]
        text = text[:-2].rstrip("…") + "…"
    return text
