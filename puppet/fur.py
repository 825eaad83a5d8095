"""The heads of small animals, by species: ears, mask, eyes, muzzle, glasses, hat.

Creature units: the neck is the origin, the head's centre is at (0, -60), soles are at y = 284.
``turn`` 0..2 is front, three-quarter, profile, the nose to +x. Head parts are drawn about the head's centre.
"""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from dataclasses import dataclass

from puppet.expression import Face
from puppet.eyes import cel_eye
from puppet.hats import BRIMMED, draw_brimmed
from puppet.rig import Style, Traits
from puppet.svg import Fragment, Point, dark, keyed, lerp, light, mix, oval, smooth

_INK = "#33222c"

# 14 points from the crown clockwise; 4 is the far cheek and, in profile, the tip of the muzzle; 10 the near cheek.
_TUFTED = (
    [
        (0, -120), (84, -102), (132, -36), (150, 24), (168, 50, 1), (116, 80), (60, 112), (0, 122), (-60, 112),
        (-116, 80), (-168, 50, 1), (-150, 24), (-132, -36), (-84, -102),
    ],
    [
        (8, -120), (86, -102), (126, -44), (136, 10), (152, 42, 1), (118, 84), (66, 112), (4, 122), (-54, 114),
        (-110, 84), (-164, 58, 1), (-146, 24), (-132, -36), (-80, -102),
    ],
    [
        (0, -120), (70, -104), (106, -52), (128, 2), (188, 40, 1), (162, 80), (100, 106), (24, 118), (-34, 114),
        (-84, 100), (-124, 82, 1), (-126, 24), (-118, -36), (-68, -102),
    ],
)
_ROUND = (
    [
        (0, -118), (78, -102), (124, -46), (138, 18), (124, 70), (88, 104), (44, 120), (0, 124), (-44, 120),
        (-88, 104), (-124, 70), (-138, 18), (-124, -46), (-78, -102),
    ],
    [
        (6, -118), (80, -102), (118, -50), (134, 12), (134, 62), (96, 102), (50, 120), (4, 124), (-42, 120),
        (-86, 104), (-122, 70), (-136, 18), (-124, -46), (-76, -102),
    ],
    [
        (0, -118), (68, -104), (104, -58), (122, -6), (168, 34), (158, 80), (106, 106), (30, 120), (-34, 116),
        (-80, 102), (-112, 70), (-124, 18), (-116, -46), (-68, -102),
    ],
)
_MASK = (  # the light cheeks of fox and cat
    [(0, 38), (44, 0), (110, 6), (200, 40), (160, 130), (0, 140), (-160, 130), (-200, 40), (-110, 6), (-44, 0)],
    [(58, 36), (96, 2), (130, 10), (190, 40), (160, 130), (10, 140), (-130, 134), (-190, 66), (-66, 24), (14, 2)],
    [(150, 14), (170, 6), (190, 14), (210, 40), (180, 130), (60, 140), (-60, 140), (-140, 96), (-24, 54), (84, 34)],
)


@dataclass(frozen=True)
class _Species:
    tufted: bool
    breadth: float  # of the head
    mask: bool  # light cheeks, or a light muzzle only


_KINDS = {
    "fox": _Species(True, 1.0, True), "cat": _Species(True, 0.9, False), "bear": _Species(False, 1.0, False),
    "rabbit": _Species(False, 0.9, False),
}


def marks(traits: Traits) -> str:
    """The colour of stripes and dark points."""
    return dark(traits.fur, 0.5)


def _muzzle_x(turn: float) -> float:
    return keyed([0, 52, 122], turn)


def draw_head(traits: Traits, style: Style, turn: float, blush: float) -> str:
    """The head with its mask, nose and whiskers; no ears, eyes or mouth."""
    g, kind, fur = Fragment(style), _KINDS[traits.species], traits.fur
    points: list[Point] = [
        (p[0] * kind.breadth * traits.face_width, *p[1:]) for p in keyed(_TUFTED if kind.tufted else _ROUND, turn)
    ]
    if traits.species == "cat":  # a short muzzle
        points[4] = (points[4][0] - keyed([0, 0, 26], turn), *points[4][1:])
    nose = _nose_at(traits, turn)

    def inside() -> None:
        pale = traits.fur_light
        if kind.mask:
            g.fill(smooth([(x * traits.face_width, y) for x, y in keyed(_MASK, turn)]), pale)
        else:
            x, rx, ry = _muzzle_x(turn) * 0.96, keyed([62, 58, 66], turn), 46.0 if traits.species == "bear" else 40.0
            g.fill(oval(x, 70, rx, ry), pale)
            g.fill(
                smooth([(x - rx, 84), (x, 104), (x + rx, 84), (x + rx, 130), (x - rx, 130)]),
                dark(pale, 0.2),
                0.5, "" if g.inked else g.blur(8),
            )
        if traits.species == "cat":
            for i in (-1, 0, 1):
                x = keyed([0, 30, 50], turn) + i * 26
                g.fill(smooth([(x - 7, -130), (x + 7, -130), (x + i * 2, -70 + 10 * abs(i), 1)]), marks(traits), 0.85)
            for y in (30, 52):
                g.fill(smooth([(-190, y - 14), (-190, y + 2), (-112 + (y - 30), y + 8, 1)]), marks(traits), 0.85)
                if turn < 1:
                    g.fill(
                        smooth([(190, y - 14), (190, y + 2), (116 - (y - 30) + 20 * turn, y + 8, 1)]),
                        marks(traits),
                        0.85,
                    )
        under = smooth([(-170, 84), (-60, 102), (40, 106), (120, 76), (190, 40), (170, 160), (-170, 160)])
        g.fill(under, dark(traits.fur_light, 0.24), 0.55 if g.inked else 0.5, "" if g.inked else g.blur(9))
        for x in _cheeks(turn):
            g.fill(oval(x, 62, 26, 15), g.glow([(0, "#ff6f6a", 0.5 + 0.3 * blush), (1, "#ff6f6a", 0)]))

    g.shape(
        smooth(points),
        fur,
        [smooth([(60, -130), (110, -60), (150, 60), (220, 60), (200, -130)])],
        [smooth([(-90, -88), (-50, -108), (-30, -100), (-80, -66)])],
        width=5.5,
        inner=inside,
    )
    nose_colour = "#d98a94" if traits.species in ("cat", "rabbit") else _INK
    wide = {"fox": 15, "cat": 11, "bear": 19, "rabbit": 10}[traits.species] * keyed([1, 0.95, 0.8], turn) * traits.nose
    g.shape(
        smooth([(nose[0] - wide, nose[1]), (nose[0], nose[1] - 6), (nose[0] + wide, nose[1]), (nose[0], nose[1] + 15)]),
        nose_colour,
        width=2,
    )
    g.fill(oval(nose[0] - 3, nose[1] + 1, 4.5, 2.6), "#ffffff", 0.8)
    if traits.species in ("cat", "rabbit"):
        for s in (-1, 1):
            if s > 0 and turn > 1.2:
                continue
            for i in (-1, 0, 1):
                x = _muzzle_x(turn) + s * keyed([50, 44, 30], turn)
                g.line(
                    f"M{x:.1f} {72 + i * 8}Q{x + s * 46:.1f} {66 + i * 16} {x + s * 86:.1f} {70 + i * 24}",
                    light(traits.fur, 0.6),
                    3,
                )
                g.line(
                    f"M{x:.1f} {72 + i * 8}Q{x + s * 46:.1f} {66 + i * 16} {x + s * 86:.1f} {70 + i * 24}",
                    _INK,
                    1.6, 0.6,
                )
    return str(g)


def _cheeks(turn: float) -> list[float]:
    near = keyed([-94, -68, -4], turn)
    return [near, keyed([94, 122, 150], turn)] if turn < 1.2 else [near]


def _nose_at(traits: Traits, turn: float) -> tuple[float, float]:
    tip = {"fox": 180, "cat": 150, "bear": 158, "rabbit": 150}[traits.species]
    return keyed([0, 60, tip], turn), keyed([50, 49, 44], turn)


def draw_ears(traits: Traits, style: Style, turn: float) -> str:
    """Both ears, drawn behind the head."""
    g, fur, size = Fragment(style), traits.fur, traits.ears
    inner = mix(dark(fur, 0.4), "#f2a8a8", 0.35) if traits.species in ("rabbit", "bear") else dark(fur, 0.5)
    for s, x in ((1, keyed([90, 76, 34], turn)), (-1, keyed([-90, -84, -42], turn))):
        x *= traits.face_width
        with g.group(f"translate({x:.1f} -70) scale({s * size * keyed([1, 0.92, 0.86], turn):.3f} {size:.3f})"):
            if traits.species == "bear":
                g.shape(oval(10, -34, 46, 46), fur, [oval(34, -40, 30, 50)], width=5)
                g.shape(oval(8, -30, 25, 25), inner, width=2)
            elif traits.species == "rabbit":
                g.shape(
                    smooth([(-42, 10), (-44, -90), (-14, -190), (8, -206), (26, -180), (28, -80), (18, 10)]),
                    fur,
                    [smooth([(10, -220), (16, -80), (14, 20), (60, 20), (60, -220)])],
                    width=5,
                )
                g.shape(
                    smooth([(-24, -10), (-26, -90), (-6, -164), (8, -150), (8, -60), (2, -6)]),
                    mix(traits.fur_light, "#f2a0a8", 0.45),
                    width=2,
                )
            else:
                tall = 1.0 if traits.species == "fox" else 0.86
                g.shape(
                    smooth([(-50, 6), (-14, -80 * tall), (22, -106 * tall, 1), (40, -40), (34, 24)]),
                    fur,
                    [smooth([(8, -120), (80, -100), (64, 30), (12, 10)])],
                    width=5,
                )
                if traits.species == "fox":
                    with g.clip(smooth([(-50, 6), (-14, -80), (22, -106, 1), (40, -40), (34, 24)])):
                        g.fill(smooth([(-30, -66), (10, -62), (60, -60), (60, -140), (-20, -140)]), dark(fur, 0.68))
                g.shape(
                    smooth([(-26, -2), (4, -66 * tall), (18, -74 * tall, 1), (24, -10)]),
                    mix(inner, "#f2b6a8", 0.5 if traits.species == "cat" else 0.15),
                    width=2,
                )
    return str(g)


def eye_places(turn: float, breadth: float) -> list[tuple[float, float, int]]:
    """(x, foreshortening, side) of each visible eye; side 0 in profile."""
    if turn >= 1.55:
        return [(keyed([-58, -12, 56], turn) * breadth, 1.0, 0)]
    return [
        (keyed([-58, -12, 52], turn) * breadth, keyed([1, 0.98, 0.7], turn), -1),
        (keyed([58, 96, 120], turn) * breadth, keyed([1, 0.76, 0.3], turn), 1),
    ]


def draw_eyes(traits: Traits, style: Style, turn: float, face: Face, gaze: tuple[float, float]) -> str:
    """Both eyes, or the near one in profile; ``gaze`` is in the frame of a head turned to +x."""
    g = Fragment(style)
    for x, across, side in eye_places(turn, traits.face_width):
        size = 1.12 * traits.eye_scale
        with g.group(f"translate({x:.1f} 18) scale({across * (side or 1) * size:.3f} {size:.3f})"):
            cel_eye(
                g,
                traits.eyes,
                mix(traits.fur, "#ffdfcb", 0.4),
                "#2b1a26",
                face.opening,
                face.lower_lid,
                side == 0,
                (gaze[0] * (side or 1), gaze[1]),
            )
    return str(g)


def draw_brows(traits: Traits, style: Style, turn: float, face: Face) -> str:
    """Brows, drawn on the fur above the eyes."""
    g = Fragment(style)
    for x, across, side in eye_places(turn, traits.face_width):
        with g.group(
            f"translate({x:.1f} {-32 + face.brow_y * 1.1:.1f}) scale({across * (side or 1):.3f} 1) "
            f"rotate({face.brow_angle:.1f})"
        ):
            g.line("M-17 3Q2 -8 19 1", dark(traits.fur, 0.72), 7.5 * traits.brows)
    return str(g)


def draw_glasses(traits: Traits, style: Style, turn: float) -> str:
    """Frames round the eyes."""
    g, colour = Fragment(style), traits.glasses or "#333333"
    eyes = eye_places(turn, traits.face_width)
    for x, across, side in eyes:
        rx = 42 * across if side else 22.0
        path = (
            oval(x, 20, rx, 42)
            if traits.glasses_shape == "round"
            else smooth([(x - rx, -14, 1), (x + rx, -14, 1), (x + rx * 0.94, 50, 1), (x - rx * 0.94, 50, 1)])
        )
        g.fill(path, "#dff1ff", 0.13)
        g.line(path, colour, 6.5)
    if len(eyes) == 2:
        g.line(f"M{eyes[0][0] + 42 * eyes[0][1]:.1f} 14L{eyes[1][0] - 42 * eyes[1][1]:.1f} 14", colour, 6)
    return str(g)


def draw_mouth(traits: Traits, style: Style, turn: float, face: Face) -> str:
    """The cleft under the nose and the mouth, open or closed."""
    g = Fragment(style)
    x = keyed([0, 54, 146], turn) if traits.species == "fox" else keyed([0, 52, 128], turn)
    across, w, opening = keyed([1, 0.85, 0.5], turn), face.mouth_width + 5, face.mouth_open
    bottom = 74 - keyed([0, 1, 4], turn)
    with g.group(f"translate({x:.1f} {bottom:.1f}) scale({across:.3f} 1)"):
        if turn < 1.6:
            g.line("M0 -10V0", _INK, 3)
        if opening > 1:
            path = (
                f"M{-w:.1f} 0Q{-w * 0.5:.1f} 6 0 0Q{w * 0.5:.1f} 6 {w:.1f} 0"
                f"C{w * 0.8:.1f} {opening * 2:.1f} {-w * 0.8:.1f} {opening * 2:.1f} {-w:.1f} 0Z"
            )
            g.fill(path, "#7c2633")
            with g.clip(path):
                g.fill(oval(0, opening * 1.6, w * 0.6, 9), "#e8737c")
                if traits.species == "rabbit":
                    g.fill("M-7 -4H7V9H-7Z", "#ffffff")
            g.line(path, _INK, 3.2)
        else:
            lift = 9 if face.mouth_curve >= 0 else -7
            g.line(f"M{-w:.1f} 0Q{-w * 0.5:.1f} {lift} 0 0Q{w * 0.5:.1f} {lift} {w:.1f} 0", _INK, 3.6)
            if traits.species == "rabbit":
                g.shape("M-6 3H6V13H-6Z", "#ffffff", width=2)
    return str(g)


def draw_hat(traits: Traits, style: Style, turn: float) -> str:
    """A small knitted cap or beret between the ears."""
    g, outfit = Fragment(style), traits.outfit
    colour, x = outfit.hat or "#555555", keyed([0, 14, 4], turn)
    if outfit.hat_cut in BRIMMED:
        draw_brimmed(g, outfit, f"translate({x:.1f} -42) scale(0.74)")
        return str(g)
    if outfit.hat_cut in ("beret", "cap"):
        g.shape(
            smooth([(x - 74, -96), (x - 80, -124), (x - 20, -156), (x + 60, -140), (x + 74, -100), (x, -112)]),
            colour,
            [smooth([(x + 10, -160), (x + 30, -90), (x + 90, -90), (x + 90, -160)])],
            width=5,
        )
        if outfit.hat_cut == "cap":
            nose = lerp(0, 70, min(1.0, turn))
            g.shape(
                smooth([(x - 60 + nose, -100, 1), (x + nose, -114), (x + 62 + nose, -98, 1), (x + nose, -76)]),
                dark(colour, 0.2),
                width=5,
            )
        return str(g)
    g.shape(
        smooth([(x - 72, -98), (x - 62, -150), (x, -182), (x + 62, -150), (x + 72, -98), (x, -116)]),
        colour,
        [smooth([(x + 14, -190), (x + 34, -90), (x + 90, -90), (x + 90, -190)])],
        width=5,
    )
    g.shape(
        smooth([(x - 76, -104), (x, -130), (x + 76, -104), (x + 74, -80), (x, -102), (x - 74, -80)]),
        light(colour, 0.15),
        width=4.5,
    )
    for i in range(-4, 5):
        g.line(f"M{x + i * 16:.1f} {-124 + abs(i) ** 2 * 1.2:.1f}v22", dark(colour, 0.4), 2, 0.6)
    g.shape(oval(x, -186, 16, 16), light(colour, 0.35), width=4)
    return str(g)
