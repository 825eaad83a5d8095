"""What stands behind the numbers, for people: the sampled frames as pictures, and values by frame."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from continuity.files import write_bytes
from continuity.plan.schema import Scorer
from continuity.scoring import metrics
from continuity.scoring.bank import SIDES
from continuity.scoring.prepared import prepare
from continuity.scoring.references import References
from continuity.scoring.takes import TakeScore

WIDTH = 320  # pixels of a frame's picture
QUALITY = 82


def frame_pictures(clip: Path, count: int, folder: Path, prefix: str) -> list[str]:
    """Write the frames that scoring sampled as ``<prefix>-<n>.jpg``; returns the names, in order of time.

    Raises MediaError when the clip cannot be read.
    """
    from PIL import Image

    from continuity.media.video import sample

    names = []
    for number, (_, picture) in enumerate(sample(clip, count)):
        image = Image.fromarray(picture)
        image.thumbnail((WIDTH, WIDTH * 2))
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=QUALITY)
        names.append(f"{prefix}-{number}.jpg")
        write_bytes(folder / names[-1], buffer.getvalue())
    return names


def distinctiveness(references: References, scorer: Scorer, vectors_folder: Path) -> dict[str, dict[str, float | None]]:
    """How far apart the characters' own references lie: {character: {other: margin}}.

    The margin is the mean cosine of a character's references to the nearest of its other references, less
    that to the nearest reference of the other character; the smallest over their looks. Near 0 the encoder
    cannot tell the two apart, and no score of theirs means much. None with a single reference.
    """
    prepared, side = prepare(references, scorer, vectors_folder), SIDES[-1]
    margins: dict[str, dict[str, float | None]] = {}
    for one in references.subjects.values():
        rows = prepared.banks[one.id].vectors[side]
        heads = rows[: len(rows) // 2]
        if len(heads) < 2:
            continue
        own = [prepared.banks[one.id].likeness(head, side, without=index) for index, head in enumerate(heads)]
        for other in references.subjects.values():
            if other.character == one.character:
                continue
            theirs = [prepared.banks[other.id].likeness(head, side) for head in heads]
            margin = metrics.rounded(sum(own) / len(own) - sum(theirs) / len(theirs))
            before = margins.setdefault(one.character, {}).get(other.character)
            known = [value for value in (margin, before) if value is not None]
            margins[one.character][other.character] = min(known, default=None)
    return margins


def fingerprints(scores: Sequence[TakeScore], selects: dict[str, str]) -> dict[str, object]:
    """The selects' scores with their medoid vectors and perceptual hashes, for comparison with another revision."""
    return {"shots": {score.shot: score.to_json() for score in scores if selects.get(score.shot) == score.key}}
