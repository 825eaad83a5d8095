"""What stands behind the numbers, for people: the sampled frames as pictures, and values by frame."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from continuity.files import write_bytes
from continuity.plan.schema import Scorer
from continuity.scoring import metrics
from continuity.scoring.calibration.anchors import Anchors
from continuity.scoring.heads.bank import SIDES
from continuity.scoring.references.prepared import prepare
from continuity.scoring.references.subjects import References

WIDTH = 320  # pixels of a frame's picture
QUALITY = 82


def frame_pictures(clip: Path, sha256: str, count: int, folder: Path, prefix: str, vectors_folder: Path) -> list[str]:
    """Write the frames that scoring sampled as ``<prefix>-<n>.jpg``; returns the names, in order of time.

    Raises MediaError when the clip cannot be read.
    """
    from PIL import Image

    from continuity.scoring.takes.observed import observed_frames

    names = []
    for number, picture in enumerate(observed_frames(clip, sha256, count, vectors_folder).pictures):
        image = Image.fromarray(picture)
        image.thumbnail((WIDTH, WIDTH * 2))
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=QUALITY)
        names.append(f"{prefix}-{number}.jpg")
        write_bytes(folder / names[-1], buffer.getvalue())
    return names


def distinctiveness(
    references: References, anchors: Anchors, scorer: Scorer, vectors_folder: Path
) -> dict[str, dict[str, float | None]]:
    """How far apart the characters' own references lie: {character: {other: margin}}.

    The margin is the mean cosine of a character's references to the nearest of its other references, less
    that to the nearest reference of the other character; the smallest over their looks. Near 0 the encoder
    cannot tell the two apart, and no score of theirs means much. Each character is compared as it is judged, with those
    who can be judged so. None with a single reference.
    """
    prepared, side = prepare(references, scorer, vectors_folder), SIDES[-1]
    margins: dict[str, dict[str, float | None]] = {}
    for one in references.subjects.values():
        anchor = anchors.subjects[one.id]
        banks = prepared.judge(anchor.judge, anchor.encoder).banks
        rows = banks[one.id].vectors[side] if one.id in banks else np.zeros((0, 1))
        heads = rows[: len(rows) // 2]
        if len(heads) < 2:
            continue
        own = [banks[one.id].likeness(head, side, without=index) for index, head in enumerate(heads)]
        for other in references.subjects.values():
            if other.character == one.character or other.id not in banks:
                continue
            theirs = [banks[other.id].likeness(head, side) for head in heads]
            margin = metrics.rounded(sum(own) / len(own) - sum(theirs) / len(theirs))
            before = margins.setdefault(one.character, {}).get(other.character)
            known = [value for value in (margin, before) if value is not None]
            margins[one.character][other.character] = min(known, default=None)
    return margins
