"""A clip as it is seen before anybody judges it: its sampled frames, the faces in them, places that resemble a head.

What is seen is kept beside the vectors, under the clip's bytes, so that a new threshold, another encoder or the report
decode nothing and search nothing again. Frames are kept without loss; they are most of what a store holds beside its
clips, and like everything beside the vectors may be deleted at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from continuity.scoring import vectors
from continuity.scoring.faces.compared import face_encoder
from continuity.scoring.judges.view import View
from continuity.scoring.places import Face, Window
from continuity.scoring.references.prepared import VERSION

MOST_PIXELS = 1920 * 1088  # of a frame that is kept: larger ones are made smaller, the same for every judge

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Frames:
    """``pictures`` are (h, w, 3) uint8 RGB; ``times`` in seconds."""

    times: list[float]
    pictures: list[np.ndarray]


def observed_frames(clip: Path, sha256: str, count: int, folder: Path) -> Frames:
    """``count`` frames of ``clip``, spread evenly; from ``folder`` where a clip of these bytes was seen before.

    Raises MediaError when the clip cannot be read.
    """
    key = vectors.key_of("frames", VERSION, sha256, count)
    stored = vectors.load(folder, key)
    if stored is not None and (known := _unpacked(stored, count)) is not None:
        return known
    from continuity.media.video import sample

    sampled = sample(clip, count)
    frames = Frames([t for t, _ in sampled], [_within(picture) for _, picture in sampled])
    packed = {f"frame {number}": _packed(picture) for number, picture in enumerate(frames.pictures)}
    vectors.save(folder, key, {"times": np.array(frames.times), **packed}, compressed=False)
    return frames


def seen_by_face(views: Sequence[View], sha256: str, folder: Path) -> list[View]:
    """The same frames with their faces known, and what the face network says of them."""
    key = vectors.key_of("faces", VERSION, sha256, len(views), face_encoder().id)
    if (stored := vectors.load(folder, key)) is None:
        found = [(view.faces, *view.described) for view in views]
        vectors.save(
            folder,
            key,
            {
                "counts": np.array([len(faces) for faces, _, _ in found]),
                "faces": _rows([[*f.box, f.score, *np.ravel(f.points)] for faces, _, _ in found for f in faces], 15),
                "vectors": np.concatenate([rows for _, rows, _ in found]) if found else np.zeros((0, 1), np.float32),
                "sides": np.array([side for _, _, sides in found for side in sides], int),
            },
        )
        return list(views)
    ends = np.cumsum(stored["counts"])
    result = []
    for view, start, end in zip(views, ends - stored["counts"], ends, strict=True):
        faces = [_face(row) for row in stored["faces"][start:end].tolist()]
        result.append(view.knowing(faces, stored["vectors"][start:end], stored["sides"][start:end].tolist()))
    return result


def seen_by_look(
    search: Callable[[View], Mapping[str, list[Window]]],
    views: Sequence[View],
    subjects: Sequence[str],
    sha256: str,
    references: object,
    folder: Path,
) -> list[dict[str, list[Window]]]:
    """By frame and subject what ``search`` finds, the likeliest first.

    ``references`` are what it finds by, as part of the key.
    """
    key = vectors.key_of("places", VERSION, sha256, len(views), references, list(subjects))
    if (stored := vectors.load(folder, key)) is None:
        found = [dict(search(view)) for view in views]
        counts = [[len(windows[id]) for id in subjects] for windows in found]
        rows = [[*window.box, window.score] for windows in found for id in subjects for window in windows[id]]
        vectors.save(folder, key, {"counts": np.array(counts, int), "windows": _rows(rows, 5)})
        return found
    windows = iter(stored["windows"].tolist())
    return [
        {id: [_window(next(windows)) for _ in range(count)] for id, count in zip(subjects, of_frame, strict=True)}
        for of_frame in stored["counts"].tolist()
    ]


def _within(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    factor = (MOST_PIXELS / (height * width)) ** 0.5
    if factor >= 1:
        return picture
    return cv2.resize(picture, (round(width * factor), round(height * factor)), interpolation=cv2.INTER_AREA)


def _packed(picture: np.ndarray) -> np.ndarray:
    """As PNG, quickly rather than small."""
    _, data = cv2.imencode(".png", picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return data.ravel()


def _unpacked(stored: Arrays, count: int) -> Frames | None:
    """None where a file was damaged: it is made again."""
    pictures = []
    for number in range(count):
        data = stored.get(f"frame {number}")
        picture = None if data is None else cv2.imdecode(data, cv2.IMREAD_COLOR)
        if picture is None:
            return None
        pictures.append(np.ascontiguousarray(picture[..., ::-1]))
    return Frames(stored["times"].tolist(), pictures)


def _rows(rows: Sequence[Sequence[float]], width: int) -> np.ndarray:
    return np.array(rows, np.float64).reshape(-1, width)


def _face(row: Sequence[float]) -> Face:
    x0, y0, x1, y1, score, *points = row
    return Face((x0, y0, x1, y1), score, tuple(zip(points[::2], points[1::2], strict=True)))


def _window(row: Sequence[float]) -> Window:
    x0, y0, x1, y1, score = row
    return Window((x0, y0, x1, y1), score)
