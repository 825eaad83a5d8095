"""A dog's head and tail, in creature units (see `fur`); the rest it has from the other small animals."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from puppet.expression import Face
from puppet.fur import eye_places
from puppet.rig import Style, Traits
from puppet.svg import Fragment, Point, dark, keyed, light, mix, oval, smooth

_INK = "#33222c"
_HEAD = (  # 14 points from the crown clockwise; in profile 4 and 5 are the muzzle
    [(0, -126), (66, -112), (112, -62), (122, 0), (110, 56), (86, 98), (48, 120), (0, 127), (-48, 120), (-86, 98),
     (-110, 56), (-122, 0), (-112, -62), (-66, -112)],
    [(6, -126), (72, -112), (110, -60), (118, -4), (134, 42), (118, 94), (64, 120), (10, 127), (-40, 120), (-82, 98),
     (-108, 58), (-122, 4), (-112, -60), (-62, -112)],
    [(0, -126), (62, -110), (92, -62), (104, -16), (164, 12), (178, 66), (126, 100), (46, 118), (-28, 116), (-72, 98),
     (-102, 62), (-116, 6), (-108, -54), (-60, -110)],
)
_BLAZE = (  # the light muzzle and the strip up to the forehead
    [(-24, -130), (24, -130), (15, -50), (20, 6), (58, 38), (78, 84), (44, 134), (-44, 134), (-78, 84), (-58, 38),
     (-20, 6), (-15, -50)],
    [(14, -130), (60, -130), (60, -50), (68, 4), (118, 30), (150, 70), (116, 134), (-4, 134), (-26, 88), (0, 44),
     (34, 10), (32, -50)],
    [(66, -130), (110, -120), (110, -60), (118, -10), (196, 0), (230, 70), (150, 134), (40, 134), (46, 96), (72, 54),
     (94, 14), (80, -50)],
)


def draw_head(traits: Traits, style: Style, turn: float, blush: float) -> str:
    """The head with blaze, nose and the ears that hang over it; no eyes or mouth."""
    g, fur, pale = Fragment(style), traits.fur, traits.fur_light
    points: list[Point] = [(p[0] * traits.face_width, *p[1:]) for p in keyed(_HEAD, turn)]

    def inside() -> None:
        if traits.marked:
            for x, across, _ in eye_places(turn, traits.face_width):
                g.fill(oval(x + 6 * across, 10, 50 * across, 56), dark(fur, 0.5), 0.9)
        g.fill(smooth([(x * traits.face_width, y) for x, y in keyed(_BLAZE, turn)]), pale)
        under = smooth([(-170, 100), (-50, 112), (40, 114), (120, 92), (210, 50), (190, 170), (-170, 170)])
        g.fill(under, dark(pale, 0.24), 0.5, "" if g.inked else g.blur(9))
        for x in (keyed([-88, -66, -2], turn), keyed([88, 118, 160], turn))[: 2 if turn < 1.2 else 1]:
            g.fill(oval(x, 62, 24, 14), g.glow([(0, "#ff6f6a", 0.42 + 0.3 * blush), (1, "#ff6f6a", 0)]))
        if traits.freckles:
            for i in range(6):
                g.fill(oval(keyed([-52, 4, 84], turn) + (i % 3) * 14, 74 + (i // 3) * 13, 3, 3), dark(pale, 0.5), 0.8)

    g.shape(
        smooth(points), fur, [smooth([(64, -130), (104, -60), (140, 60), (220, 60), (200, -130)])],
        [smooth([(-84, -80), (-46, -106), (-28, -98), (-72, -58)])], width=5.5, inner=inside,
    )
    x, y = keyed([0, 62, 170], turn), keyed([46, 42, 20], turn)
    wide = 25 * keyed([1, 0.94, 0.74], turn) * traits.nose
    g.shape(smooth([(x - wide, y - 4), (x - wide * 0.5, y - 15), (x, y - 17), (x + wide * 0.5, y - 15),
                    (x + wide, y - 4), (x + wide * 0.5, y + 11), (x, y + 18), (x - wide * 0.5, y + 11)]), _INK, width=2)
    g.fill(oval(x - wide * 0.25, y - 8, wide * 0.3, 4), "#ffffff", 0.75)
    if traits.ear_shape == "floppy":
        _floppy(g, traits, keyed([-80, -66, -22], turn), -keyed([1, 0.95, 0.72], turn))
        if turn <= 0.3:
            _floppy(g, traits, 80, 1.0)
    return str(g)


def _ear_colour(traits: Traits) -> str:
    return dark(traits.fur, 0.5 if traits.marked else 0.22)


def _floppy(g: Fragment, traits: Traits, x: float, side: float) -> None:
    size = traits.ears
    with g.group(f"translate({x * traits.face_width:.1f} -80) scale({side * size:.3f} {size:.3f})"):
        g.shape(
            smooth([(-24, -2), (8, -26), (46, -8), (70, 54), (66, 116), (38, 140), (10, 116), (-2, 60)]),
            _ear_colour(traits), [smooth([(40, -20), (50, 60), (36, 150), (100, 150), (100, -20)])],
            [smooth([(0, -8), (18, -14), (30, 20), (16, 30)])], width=5.5,
        )


def draw_ears(traits: Traits, style: Style, turn: float) -> str:
    """The ears behind the head: the far one of hanging ears, both of standing ones."""
    g, size = Fragment(style), traits.ears
    colour = _ear_colour(traits)
    size *= 1.16 if traits.ear_shape == "folded" else 1.0
    if traits.ear_shape == "floppy":
        if 0.3 < turn < 1.5:
            _floppy(g, traits, keyed([80, 82, 60], turn), keyed([1, 0.7, 0.3], turn))
        return str(g)
    for s, x in ((1, keyed([84, 74, 34], turn)), (-1, keyed([-84, -80, -44], turn))):
        x *= traits.face_width
        with g.group(f"translate({x:.1f} -72) scale({s * size * keyed([1, 0.92, 0.84], turn):.3f} {size:.3f})"):
            if traits.ear_shape == "pricked":
                g.shape(smooth([(-46, 14), (-24, -66), (14, -104), (38, -84), (46, -20), (34, 26)]), colour,
                        [smooth([(12, -120), (80, -100), (64, 30), (16, 10)])], width=5.5)
                g.shape(smooth([(-24, 2), (-8, -52), (14, -78), (26, -60), (26, -6)]),
                        mix(dark(traits.fur, 0.4), "#f2a8a0", 0.45), width=2)
            else:
                g.shape(smooth([(-44, 14), (-26, -50), (10, -78), (42, -60), (46, -10), (32, 26)]), colour, width=5.5)
                g.shape(smooth([(-26, -54), (10, -82), (50, -62), (66, -18), (62, 8, 1), (30, -14), (-2, -30)]),
                        dark(colour, 0.18), [smooth([(20, -20), (60, -50), (90, 10), (40, 20)])], width=5)
    return str(g)


def draw_mouth(traits: Traits, style: Style, turn: float, face: Face) -> str:
    """The cleft under the nose and the mouth; open, it shows a tongue."""
    g = Fragment(style)
    x, across = keyed([0, 56, 142], turn), keyed([1, 0.86, 0.5], turn)
    w, opening = face.mouth_width + 9, face.mouth_open
    with g.group(f"translate({x:.1f} {keyed([82, 80, 70], turn):.1f}) scale({across:.3f} 1)"):
        if turn < 1.6:
            g.line("M0 -20V0", _INK, 3.4)
        if opening > 1:
            path = (
                f"M{-w:.1f} -2Q{-w * 0.5:.1f} 8 0 0Q{w * 0.5:.1f} 8 {w:.1f} -2"
                f"C{w * 0.8:.1f} {opening * 2.1:.1f} {-w * 0.8:.1f} {opening * 2.1:.1f} {-w:.1f} -2Z"
            )
            g.fill(path, "#7c2633")
            if face.mouth_curve > 0:
                tip = 10 + opening * 2.0
                g.shape(
                    f"M-14 6Q0 10 14 6L15 {tip - 12:.1f}Q14 {tip:.1f} 0 {tip:.1f}Q-14 {tip:.1f} -15 {tip - 12:.1f}Z",
                    "#ee7f88", width=3,
                )
                g.line(f"M0 9V{tip - 10:.1f}", "#b8505e", 2.2)
            else:
                with g.clip(path):
                    g.fill(oval(0, opening * 1.6, w * 0.6, 9), "#ee7f88")
            g.line(f"M{-w:.1f} -2Q{-w * 0.5:.1f} 8 0 0Q{w * 0.5:.1f} 8 {w:.1f} -2", _INK, 3.8)
        else:
            lift = 10 if face.mouth_curve >= 0 else -8
            end = -lift * 0.3
            g.line(f"M{-w:.1f} {end:.1f}Q{-w * 0.5:.1f} {lift} 0 0Q{w * 0.5:.1f} {lift} {w:.1f} {end:.1f}", _INK, 4)
    return str(g)


def draw_tail(traits: Traits, style: Style) -> str:
    """A raised, curved tail from its root at the origin, to +x."""
    g, fur = Fragment(style), traits.fur
    g.shape(
        smooth([(-4, -16), (44, -8), (82, -56), (88, -110), (112, -142, 1), (140, -108), (130, -36), (78, 26),
                (0, 26)]),
        fur, [smooth([(40, 14), (100, -20), (124, -80), (180, -60), (120, 60), (40, 60)])], width=5.5,
        inner=lambda: g.fill(smooth([(70, -104), (98, -96, 1), (112, -80), (126, -94, 1), (160, -100), (120, -170)]),
                             light(traits.fur_light, 0.1)),
    )
    return str(g)
