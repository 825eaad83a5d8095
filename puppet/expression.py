"""Expressions as numbers, so that one blends into another, and mouths for the sounds of speech."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from puppet.rig import Expression, Pose, Viseme
from puppet.svg import lerp

STEPS = 6  # blends, blinks and gazes are drawn in this many steps, so that layers repeat


@dataclass(frozen=True)
class Face:
    """What the muscles do. Lengths in head units, angles in degrees."""

    opening: float  # eyes, 1 as drawn
    brow_y: float  # positive down
    brow_angle: float  # positive lowers the outer end
    mouth_width: float  # half
    mouth_curve: float  # positive smiles
    mouth_open: float  # 0 closed
    lower_lid: float  # 0..1, pushed up by the cheeks
    blush: float = 0.0


_FACES: dict[Expression, Face] = {
    "neutral": Face(1.0, 0, 0, 15, 4, 0, 0.0),
    "happy": Face(0.92, -6, 3, 25, 7, 12, 0.26, 0.5),
    "surprised": Face(1.2, -15, 4, 11, -12, 15, 0.0),
    "sad": Face(0.74, -2, 17, 15, -10, 0, 0.06),
    "focused": Face(0.78, 7, -9, 12, -1, 0, 0.2),
    "angry": Face(0.80, 9, -19, 17, -11, 4, 0.22, 0.15),
}
_VISEMES: dict[Viseme, tuple[float, float]] = {"A": (1, 12), "O": (-7, 13), "E": (6, 6), "M": (-1, 0)}


def face_of(pose: Pose) -> Face:
    """The face of one frame: expression, its blend target, the blink, and the mouth of a viseme."""
    first = _FACES[pose.expression]
    target = _FACES[pose.expression_to or pose.expression]
    share = round(min(max(pose.blend, 0.0), 1.0) * STEPS) / STEPS
    values = [round(lerp(a, b, share), 3) for a, b in zip(astuple(first), astuple(target), strict=True)]
    blink = round(min(max(pose.blink, 0.0), 1.0) * STEPS) / STEPS
    face = Face(*values)
    width, curve, opening = face.mouth_width, face.mouth_curve, face.mouth_open
    if pose.viseme != "closed":
        wider, opening = _VISEMES[pose.viseme]
        width = min(width, 20) + wider
        curve = -8.0 if pose.viseme == "O" else curve * 0.7
    return Face(
        face.opening * (1 - blink), face.brow_y, face.brow_angle, width, curve, opening, face.lower_lid, face.blush
    )


def gaze_of(pose: Pose) -> tuple[float, float]:
    """Gaze in drawn steps, each coordinate -1..1."""
    return tuple(round(min(max(v, -1.0), 1.0) * 4) / 4 for v in pose.gaze)  # type: ignore[return-value]
