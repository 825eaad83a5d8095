"""A small bird, in creature units (see `fur`): crest, beak, breast, tail fan, bird's feet, and wings for arms."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from collections.abc import Sequence

from puppet.expression import Face
from puppet.fur_body import draw_worn
from puppet.limbs import limb
from puppet.rig import Style, Traits
from puppet.svg import Fragment, Point, dark, keyed, light, mix, oval, smooth

_HEAD = (
    [(0, -116), (72, -102), (114, -52), (126, 14), (112, 72), (70, 110), (0, 122), (-70, 110), (-112, 72), (-126, 14),
     (-114, -52), (-72, -102)],
    [(4, -116), (76, -100), (114, -50), (124, 12), (114, 72), (74, 110), (4, 122), (-66, 110), (-110, 72), (-126, 14),
     (-114, -52), (-70, -102)],
    [(0, -116), (70, -100), (108, -52), (120, 8), (110, 68), (68, 108), (0, 122), (-66, 110), (-110, 70), (-124, 10),
     (-112, -54), (-68, -102)],
)
_FACE = (  # the light lower face, which runs on into the breast
    [(0, 8), (38, -10), (84, 6), (108, 44), (150, 90), (100, 150), (-100, 150), (-150, 90), (-108, 44), (-84, 6),
     (-38, -10)],
    [(58, 8), (92, -8), (116, 4), (130, 40), (160, 90), (100, 150), (-80, 150), (-110, 104), (-62, 52), (-34, 12),
     (16, -8)],
    [(112, 4), (126, -4), (140, 6), (150, 40), (160, 90), (110, 150), (-20, 150), (-30, 110), (16, 64), (40, 26),
     (84, 0)],
)
_UPPER = (  # the upper half of the beak: corner, ridge, other corner, tip
    [(-34, 52), (-18, 38), (0, 32), (18, 38), (34, 52), (3, 92, 1)],
    [(22, 51), (42, 36), (64, 31), (86, 37), (102, 53), (98, 92, 1)],
    [(98, 60), (103, 36), (116, 24), (144, 30), (166, 46), (184, 68, 1)],
)
_LOWER = ([(-24, 58), (0, 62), (24, 58), (2, 82, 1)], [(32, 58), (60, 63), (92, 58), (90, 82, 1)],
          [(104, 60), (128, 66), (160, 68), (158, 82, 1)])


def draw_head(traits: Traits, style: Style, turn: float, blush: float) -> str:
    """The round head with its light face; no crest, eyes or beak."""
    g = Fragment(style)
    points: list[Point] = [(p[0] * traits.face_width, *p[1:]) for p in keyed(_HEAD, turn)]

    def inside() -> None:
        g.fill(smooth([(x * traits.face_width, y) for x, y in keyed(_FACE, turn)]), traits.fur_light)
        under = smooth([(-170, 92), (-50, 108), (40, 110), (110, 96), (190, 60), (170, 160), (-170, 160)])
        g.fill(under, dark(traits.fur_light, 0.26), 0.5, "" if g.inked else g.blur(9))
        for x in (keyed([-84, -62, 10], turn), keyed([84, 112, 150], turn))[: 2 if turn < 1.2 else 1]:
            g.fill(oval(x, 62, 24, 15), g.glow([(0, "#ff6f5a", 0.5 + 0.3 * blush), (1, "#ff6f5a", 0)]))
        if traits.freckles:
            for i in range(7):
                g.fill(oval(keyed([-70, -30, 30], turn) + (i % 4) * 13, 76 + (i // 4) * 12, 3, 3),
                       dark(traits.fur_light, 0.5), 0.8)

    g.shape(
        smooth(points), traits.fur, [smooth([(64, -130), (106, -50), (100, 60), (60, 130), (190, 130), (190, -130)])],
        [smooth([(-88, -66), (-54, -100), (-30, -94), (-76, -44)])], width=5.5, inner=inside,
    )
    return str(g)


def draw_ears(traits: Traits, style: Style, turn: float) -> str:
    """The crest, drawn behind the head; its size is ``traits.ears``."""
    g, fur, size = Fragment(style), traits.fur, traits.ears
    x = keyed([0, -8, -20], turn)

    def feather(at: float, angle: float, long: float, wide: float) -> None:
        with g.group(f"translate({x + at:.1f} -100) rotate({angle:.1f}) scale({size:.3f})"):
            g.shape(smooth([(-wide, 16), (-wide * 1.1, -long * 0.5), (2, -long, 1), (wide * 1.1, -long * 0.5),
                            (wide, 16)]), fur, [smooth([(2, -long - 10), (4, 20), (60, 20), (60, -long)])], width=5)

    if traits.crest == "tuft":
        for at, angle, long in ((-20, keyed([-34, -40, -50], turn), 74), (20, keyed([34, 16, -4], turn), 74),
                                (0, keyed([0, -12, -28], turn), 96)):
            feather(at, angle, long, 17)
    elif traits.crest == "swept":
        for at, angle, long in ((26, keyed([-2, -22, -40], turn), 72), (4, keyed([-16, -36, -54], turn), 104),
                                (-24, keyed([-36, -54, -72], turn), 92)):
            feather(at, angle, long, 21)
    else:  # a curl that never lies down
        path = f"M{x:.1f} -108Q{x - 2:.1f} {-108 - 46 * size:.1f} {x + 30 * size:.1f} {-112 - 40 * size:.1f}"
        g.line(path, dark(fur, 0.72) if g.inked else dark(fur, 0.25), 15 if g.inked else 10)
        g.line(path, fur, 7.5)
    return str(g)


def draw_mouth(traits: Traits, style: Style, turn: float, face: Face) -> str:
    """The beak; its lower half drops where it speaks, its corners show the mood."""
    g, horn = Fragment(style), traits.trim
    opening, size = face.mouth_open, traits.nose
    base_x, base_y = keyed([0, 60, 112], turn), 54.0

    def sized(points: list[Point]) -> list[Point]:
        return [(base_x + (p[0] - base_x) * size, base_y + (p[1] - base_y) * size, *p[2:]) for p in points]

    upper, lower = sized(_keyed(_UPPER, turn)), sized(_keyed(_LOWER, turn))
    if opening > 1:
        lift = keyed([7, 6, 5], turn)
        tip = lower[3]
        lower[3] = (tip[0] - keyed([0, 6, 16], turn), tip[1] + opening * 1.9, *tip[2:])
        upper[5] = (upper[5][0], upper[5][1] - lift, *upper[5][2:])
    g.shape(smooth(lower), dark(horn, 0.2), width=4.5)
    if opening > 1:
        mouth = [lower[0], (lower[1][0], lower[1][1] - 2), lower[2], (lower[3][0], lower[3][1] - 9, 1)]
        g.fill(smooth(mouth), "#7c2633")
    shade: list[Point] = [(p[0] + 5, p[1] + 14, *p[2:]) for p in upper]
    g.shape(smooth(upper), horn, [smooth(shade)], [oval(upper[2][0] - 4, upper[2][1] + 10, 7, 5)], width=4.8)
    for x in (-5, 5):
        nostril = upper[2][0] + x * keyed([1, 0.8, 0.6], turn)
        g.fill(oval(nostril, upper[2][1] + 12, 1.9, 2.6), dark(horn, 0.6), 0.8)
    curl = 1.1 * face.mouth_curve
    for corner, s in ((upper[0], -1), (upper[4], 1)):
        if (s < 0 and turn < 1.4) or turn < 0.3:
            g.line(f"M{corner[0]:.1f} {corner[1]:.1f}q{s * 7} {0.3 * curl:.1f} {s * 12} {-curl:.1f}",
                   dark(traits.fur_light, 0.75), 3.6, 0.85)
    return str(g)


def _keyed(keys: Sequence[Sequence[Point]], turn: float) -> list[Point]:
    points: list[Point] = keyed(keys, turn)
    return points


def draw_tail(traits: Traits, style: Style) -> str:
    """A fan of three feathers from its root at the origin, to +x."""
    g = Fragment(style)
    for angle, share in ((14, 0.34), (-36, 0.18), (-10, 0.0)):
        with g.group(f"rotate({angle})"):
            g.shape(smooth([(0, -15), (70, -25), (128, -19), (146, 0), (128, 19), (70, 23), (0, 15)]),
                    dark(traits.fur, share), [smooth([(40, 6), (160, 4), (160, 40), (30, 40)])], width=5.5)
            g.line("M30 0H124", dark(traits.fur, 0.55), 2.6, 0.7)
    return str(g)


def draw_body(traits: Traits, style: Style, turn: float) -> str:
    """An egg of a trunk with a light breast; ``turn`` 0..1."""
    g, shift = Fragment(style), 28 * turn
    body = smooth([(-56, 0), (56, 0), (98, 90), (104, 160), (74, 224), (0, 246), (-74, 224), (-104, 160), (-98, 90)])

    def breast() -> None:
        g.fill(smooth([(-58 + shift, -20), (58 + shift, -20), (78 + shift * 0.7, 90), (64 + shift * 0.6, 176),
                       (shift, 214), (-64 + shift, 176), (-78 + shift, 90)]), traits.fur_light)
        for row, (y, count) in enumerate(((112, 4), (138, 3), (164, 2))):
            for i in range(count):
                x = shift + (i - (count - 1) / 2) * 30 + row % 2
                g.line(f"M{x - 9:.1f} {y}q9 10 18 0", dark(traits.fur_light, 0.4), 2.8, 0.6)

    g.shape(
        body, traits.fur,
        [smooth([(36, -10), (70, 120), (44, 260), (140, 260), (140, -10)]),
         smooth([(-70, -10), (70, -10), (60, 24), (-60, 30)])], width=5.5, inner=breast,
    )
    draw_worn(g, traits, shift, body)
    return str(g)


def draw_upper_arm(colour: str, fur: str, style: Style) -> str:
    """The shoulder of the wing."""
    g = Fragment(style)
    limb(g, colour, 29, 25, 44)
    if colour == fur:
        for y in (10, 30):
            g.line(f"M-18 {y}q9 11 18 0q9 11 18 0", dark(fur, 0.5), 3, 0.7)
    return str(g)


def draw_forearm(colour: str, fur: str, style: Style) -> str:
    """The wing from the elbow at the origin, its long feathers to +x, which is away from the body."""
    g, far = Fragment(style), dark(fur, 0.3)
    for x, angle, long in ((14, -30, 84), (10, -16, 98), (2, -3, 104)):
        with g.group(f"translate({x} 8) rotate({angle})"):
            g.shape(smooth([(-15, 0), (-16, long * 0.6), (-2, long), (14, long * 0.66), (15, 0)]), far,
                    [smooth([(3, 0), (6, long), (30, long), (30, 0)])], width=5)
            g.line(f"M0 20V{long - 14:.1f}", dark(fur, 0.62), 2.4, 0.6)
    g.shape(smooth([(-25, -8), (0, -25), (25, -8), (31, 30), (20, 62), (0, 72), (-18, 56), (-27, 24)]), fur,
            [smooth([(8, -20), (16, 40), (6, 90), (60, 90), (50, -20)])], width=5)
    for y in (28, 46):
        g.line(f"M-16 {y}q8 10 16 0q8 10 16 0", dark(fur, 0.5), 3, 0.7)
    if colour != fur:
        limb(g, colour, 25, 24, 22)
    return str(g)


def draw_foot(traits: Traits, style: Style) -> str:
    """Leg and three toes to +x, soles at y = 30."""
    g, horn = Fragment(style), mix(traits.trim, "#b5653a", 0.35)
    toes = ("M-6 10L-38 26", "M-6 8Q20 12 50 25", "M-6 8Q12 18 26 27", "M-6 -32V10")
    for path in toes:
        g.line(path, dark(horn, 0.72) if g.inked else dark(horn, 0.45), 17 if g.inked else 14.5)
    for path in toes:
        g.line(path, horn, 10.5)
    g.line("M-9 -30V4", light(horn, 0.5), 3, 0.7)
    return str(g)
