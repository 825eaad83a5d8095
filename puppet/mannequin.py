"""The placeholder: a grey dummy with a card, drawn for a species that the puppet does not know.

It is meant to be taken for nothing else: seams, joints and hatching of a workshop dummy, and the word it stands for on
forehead and chest. In creature units (see `fur`); the two labels are parts of their own, since the head and the trunk
are mirrored when they turn and a word must not be.
"""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from puppet import fur
from puppet.expression import Face
from puppet.fur_body import draw_worn
from puppet.lettering import letter
from puppet.limbs import limb
from puppet.rig import Style, Traits
from puppet.svg import Fragment, Point, box, dark, keyed, light, oval, smooth

_INK = "#3a3d44"
_CARD = "#f7f4ea"
_HEAD = (
    [(0, -122), (70, -108), (114, -58), (122, 8), (104, 66), (62, 108), (0, 124), (-62, 108), (-104, 66), (-122, 8),
     (-114, -58), (-70, -108)],
    [(6, -122), (76, -106), (116, -56), (122, 6), (108, 62), (74, 108), (14, 124), (-52, 110), (-100, 66), (-122, 8),
     (-116, -58), (-68, -108)],
    [(4, -122), (76, -104), (116, -52), (124, 8), (122, 60), (96, 106), (36, 122), (-34, 112), (-88, 70), (-118, 8),
     (-116, -58), (-66, -108)],
)


def _hatch(g: Fragment, colour: str, left: float, right: float, top: float, bottom: float, step: float) -> None:
    x = left - (bottom - top)
    while x < right:
        g.line(f"M{x:.1f} {bottom:.1f}L{x + bottom - top:.1f} {top:.1f}", colour, 3.2, 0.5)
        x += step


def draw_head(traits: Traits, style: Style, turn: float, blush: float) -> str:
    """An egg with the guide lines that draughtsmen put on one."""
    g, grey = Fragment(style), traits.fur
    middle = keyed([0, 50, 118], turn)

    def inside() -> None:
        _hatch(g, dark(grey, 0.42), 20, 180, -140, 150, 19)
        g.line(f"M{middle * 0.4:.1f} -130Q{middle * 1.1:.1f} 0 {middle * 0.6:.1f} 130", dark(grey, 0.45), 2.6, 0.75)
        g.line("M-130 26Q0 44 130 26", dark(grey, 0.45), 2.6, 0.75)

    points: list[Point] = [(p[0] * traits.face_width, *p[1:]) for p in keyed(_HEAD, turn)]
    g.shape(
        smooth(points), grey, [smooth([(64, -130), (104, -40), (98, 60), (60, 130), (190, 130), (190, -130)])],
        [smooth([(-84, -72), (-48, -102), (-26, -94), (-74, -44)])], width=5.5, inner=inside,
    )
    if turn < 1.6:  # the nose is a peg
        x = keyed([0, 58, 120], turn)
        g.shape(oval(x, 48, 9 * traits.nose, 8 * traits.nose), dark(grey, 0.2), width=3.5)
    else:
        g.shape(oval(124 * traits.face_width, 46, 14 * traits.nose, 10), dark(grey, 0.1), width=4)
    return str(g)


def draw_ears(traits: Traits, style: Style, turn: float) -> str:
    """A pin through the head at either side: no ears of any animal."""
    g, grey = Fragment(style), dark(traits.fur, 0.25)
    if turn < 1.5:
        for x in (keyed([-124, -118, -60], turn), keyed([124, 116, 90], turn)):
            g.shape(box(x * traits.face_width - 14, -4, 28, 28), grey, [box(x + 2, -10, 40, 50)], width=5)
    g.shape(box(-12, -150, 24, 46), grey, [box(2, -160, 30, 60)], width=5)
    g.shape(oval(0, -152, 22 * traits.ears, 10), light(grey, 0.2), width=5)
    return str(g)


def draw_eyes(traits: Traits, style: Style, turn: float, face: Face, gaze: tuple[float, float]) -> str:
    """Plain dots that open, close and look."""
    g = Fragment(style)
    for x, across, side in fur.eye_places(turn, traits.face_width):
        with g.group(f"translate({x:.1f} 18) scale({across * traits.eye_scale * (1 if side else 0.7):.3f} "
                     f"{traits.eye_scale:.3f})"):
            if face.opening < 0.15:
                g.line("M-17 4Q0 12 17 4", _INK, 5.5)
                continue
            tall = 21 * min(face.opening, 1.2) * (1 - 0.35 * face.lower_lid)
            g.fill(oval(9 * gaze[0], 5 * gaze[1], 15, tall), _INK)
            g.fill(oval(9 * gaze[0] - 4, 5 * gaze[1] - tall * 0.4, 4.4, 4.4), "#ffffff", 0.9)
    return str(g)


def draw_brows(traits: Traits, style: Style, turn: float, face: Face) -> str:
    """Strokes over the eyes."""
    g = Fragment(style)
    for x, across, side in fur.eye_places(turn, traits.face_width):
        with g.group(f"translate({x:.1f} {-22 + face.brow_y * 1.1:.1f}) scale({across * (side or 1):.3f} 1) "
                     f"rotate({face.brow_angle:.1f})"):
            g.line("M-18 2Q0 -6 18 1", _INK, 6 * traits.brows)
    return str(g)


def draw_mouth(traits: Traits, style: Style, turn: float, face: Face) -> str:
    """A stroke, or a round hole where it speaks."""
    g = Fragment(style)
    x, across = keyed([0, 54, 104], turn), keyed([1, 0.85, 0.5], turn)
    w, curve, opening = face.mouth_width + 4, face.mouth_curve * 1.5, face.mouth_open
    with g.group(f"translate({x:.1f} 80) scale({across:.3f} 1)"):
        if opening > 1:
            g.fill(f"M{-w:.1f} 0Q0 {curve * 0.5:.1f} {w:.1f} 0C{w * 0.85:.1f} {opening * 1.9:.1f} {-w * 0.85:.1f} "
                   f"{opening * 1.9:.1f} {-w:.1f} 0Z", _INK)
        else:
            g.line(f"M{-w:.1f} 0Q0 {curve:.1f} {w:.1f} 0", _INK, 4.5)
    return str(g)


def draw_label(traits: Traits, style: Style) -> str:
    """The strip on the forehead with the word, about its middle."""
    g = Fragment(style)
    g.shape("M-92 -21H92V21H-92Z", _CARD, width=4.5, outline=_INK)
    g.fill("M-92 -21H92V-15H-92Z", traits.trim)
    letter(g, traits.called or "?", 0, 4, 168, 24, _INK)
    return str(g)


def draw_card(traits: Traits, style: Style) -> str:
    """The card that hangs on the chest, from the knot of its string at the origin."""
    g = Fragment(style)
    g.line("M-46 -26L-58 26M46 -26L58 26", _INK, 4)
    g.shape("M-72 24H72V108H-72Z", _CARD, [box(-80, 98, 160, 20)], width=5, outline=_INK)
    g.line("M-66 30H66V102H-66Z", traits.trim, 5)
    letter(g, traits.called or "?", 0, 66, 118, 36, _INK)
    return str(g)


def draw_tail(traits: Traits, style: Style) -> str:
    """No tail."""
    return ""


def draw_body(traits: Traits, style: Style, turn: float) -> str:
    """A hatched torso with a seam and a waist joint."""
    g, grey = Fragment(style), traits.fur
    shift = 24 * turn
    body = smooth([(-58, 0), (58, 0), (94, 50), (84, 130), (90, 210), (0, 244), (-90, 210), (-84, 130), (-94, 50)])

    def inside() -> None:
        _hatch(g, dark(grey, 0.42), 10, 130, -10, 260, 19)
        g.line(f"M{shift:.1f} -10V260", dark(grey, 0.45), 2.6, 0.75)
        g.line("M-110 148Q0 166 110 148", dark(grey, 0.6), 4, 0.8)

    g.shape(
        body, grey, [smooth([(40, -10), (66, 120), (50, 260), (140, 260), (140, -10)]),
                     smooth([(-70, -10), (70, -10), (60, 24), (-60, 30)])],
        [smooth([(-80, 60), (-58, 30), (-52, 60), (-64, 130)])], width=5.5, inner=inside,
    )
    draw_worn(g, traits, shift, body)
    return str(g)


def draw_upper_arm(colour: str, grey: str, style: Style) -> str:
    """The arm down to the elbow, with the ball of its joint."""
    g = Fragment(style)
    if colour != grey:
        limb(g, colour, 25, 24, 46)
        return str(g)
    limb(g, grey, 21, 18, 46)
    g.shape(oval(0, 0, 17, 17), dark(grey, 0.18), [oval(7, 6, 14, 14)], width=4.5)
    return str(g)


def draw_forearm(colour: str, grey: str, style: Style) -> str:
    """Forearm and mitten hand, from the elbow at the origin."""
    g = Fragment(style)
    g.shape(oval(-15, 52, 8, 13), grey, width=4.5)
    limb(g, grey, 19, 21, 52)
    if colour != grey:
        limb(g, colour, 25, 24, 24)
    else:
        g.shape(oval(0, 0, 15, 15), dark(grey, 0.18), [oval(6, 5, 13, 13)], width=4.5)
    g.line("M-20 42Q0 50 20 42", dark(grey, 0.55), 3.4, 0.8)
    return str(g)


def draw_foot(traits: Traits, style: Style) -> str:
    """A plain block of a foot, toes to +x, sole at y = 30."""
    g, grey = Fragment(style), traits.fur
    g.shape(oval(-8, -14, 20, 16), dark(grey, 0.2), width=4.5)
    g.shape(smooth([(-42, 30, 1), (-40, 2), (-6, -14), (40, 4), (56, 30, 1)]), grey,
            [smooth([(14, -16), (60, 0), (70, 40), (4, 40)])], width=5)
    return str(g)
