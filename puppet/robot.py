"""A tin robot, in creature units (see `fur`): head, lamps, antenna, wind-up key, trunk and jointed limbs.

The head is a turned box: its side plane comes into view as it turns, the front plane carries lamps and mouth.
"""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

from puppet import fur
from puppet.expression import Face
from puppet.fur_body import draw_worn
from puppet.limbs import limb
from puppet.rig import Style, Traits
from puppet.svg import Fragment, Point, box, dark, keyed, light, luminance, mix, oval, smooth

_SLOT = "#23262f"  # the dark behind lamps and grille
_SHINE = "#ffffff"


def _half(traits: Traits) -> float:
    """Half the width of the head's front plane."""
    return {"box": 124.0, "dome": 122.0, "can": 104.0}[traits.head_shape] * traits.face_width


def _edge(traits: Traits, turn: float) -> float:
    """The x of the edge between the side plane (to the left of it) and the front plane."""
    half = _half(traits)
    return keyed([-half, -half * 0.5, half * 0.2], turn)


def _right(traits: Traits, turn: float) -> float:
    return _half(traits) * keyed([1.0, 1.0, 0.96], turn)


def _left(traits: Traits, turn: float) -> float:
    return -_half(traits) * keyed([1.0, 1.06, 0.98], turn)


def _outline(traits: Traits, turn: float) -> str:
    left, right = _left(traits, turn), _right(traits, turn)
    middle, wide = (left + right) / 2, (right - left) / 2
    if traits.head_shape == "dome":  # half a ball on a straight jaw
        return (
            f"M{left:.1f} 84V-8C{left:.1f} -84 {middle - wide * 0.56:.1f} -124 {middle:.1f} -124"
            f"C{middle + wide * 0.56:.1f} -124 {right:.1f} -84 {right:.1f} -8V84"
            f"Q{right:.1f} 110 {right - 28:.1f} 110H{left + 28:.1f}Q{left:.1f} 110 {left:.1f} 84Z"
        )
    if traits.head_shape == "can":  # a tin with round lid and bottom
        return (
            f"M{left:.1f} -102C{left:.1f} -136 {right:.1f} -136 {right:.1f} -102V90"
            f"C{right:.1f} 124 {left:.1f} 124 {left:.1f} 90Z"
        )
    c = 30.0
    return (
        f"M{left:.1f} {-104 + c:.1f}Q{left:.1f} -104 {left + c:.1f} -106Q{middle:.1f} -114 {right - c:.1f} -106"
        f"Q{right:.1f} -104 {right:.1f} {-104 + c:.1f}L{right + 3:.1f} {106 - c:.1f}Q{right + 2:.1f} 107 "
        f"{right - c:.1f} 109Q{middle:.1f} 114 {left + c:.1f} 109Q{left - 2:.1f} 107 {left - 3:.1f} {106 - c:.1f}Z"
    )


def _rivet(g: Fragment, x: float, y: float, metal: str, size: float = 5.0) -> None:
    g.fill(oval(x, y, size, size), dark(metal, 0.5))
    g.fill(oval(x - size * 0.2, y - size * 0.25, size * 0.6, size * 0.6), light(metal, 0.6))


def draw_head(traits: Traits, style: Style, turn: float, blush: float) -> str:
    """The head with its plates and bolts; no antenna, lamps or mouth. A warm robot glows a little at the cheeks."""
    g, metal, plate = Fragment(style), traits.fur, traits.fur_light
    edge, left, right = _edge(traits, turn), _left(traits, turn), _right(traits, turn)
    path = _outline(traits, turn)
    if turn < 1.6:  # the bolt at the far ear
        _ear(g, traits, right + 2 - 8 * turn, 1 - 0.5 * turn)
    if turn < 0.3:
        _ear(g, traits, left - 2, -1.0)

    def inside() -> None:
        if turn > 0.1:  # the side plane lies in the shade
            side = f"M{left - 20:.1f} -150H{edge:.1f}V150H{left - 20:.1f}Z"
            g.fill(side, dark(metal, 0.22), 0.75)
            g.line(f"M{edge:.1f} -150V150", dark(metal, 0.55), 3, 0.7)
            g.line(f"M{edge + 4:.1f} -150V150", light(metal, 0.6), 3, 0.7)
        near, far = max(edge, left) + keyed([20, 13, 5], turn), right - keyed([20, 14, 3], turn)
        round_corner = min(26.0, (far - near) / 3)
        face = (
            f"M{near:.1f} {-72 + round_corner:.1f}Q{near:.1f} -72 {near + round_corner:.1f} -72"
            f"H{far - round_corner:.1f}Q{far:.1f} -72 {far:.1f} {-72 + round_corner:.1f}V{96 - round_corner:.1f}"
            f"Q{far:.1f} 96 {far - round_corner:.1f} 96H{near + round_corner:.1f}"
            f"Q{near:.1f} 96 {near:.1f} {96 - round_corner:.1f}Z"
        )
        g.shape(
            face, plate, [box(far - (far - near) * 0.22, -90, 60, 210)],
            [smooth([(near + 8, -40), (near + 26, -64), (near + 46, -64), (near + 8, -8)])], width=3.5,
        )
        for x in _cheeks(traits, turn):
            g.fill(oval(x, 62, 22, 13), g.glow([(0, "#ff7a5c", 0.4 + 0.4 * blush), (1, "#ff7a5c", 0)]))
        if traits.head_shape == "can":
            for y in (-98, 100):
                g.line(f"M{left:.1f} {y - 12}C{left:.1f} {y + 18} {right:.1f} {y + 18} {right:.1f} {y - 12}",
                       dark(metal, 0.55), 3, 0.8)
        elif traits.head_shape == "dome":
            g.line(f"M{left:.1f} -76H{right:.1f}", dark(metal, 0.5), 3, 0.7)
        for x, y in ((left + 13, -84), (right - 13, -84), (left + 12, 94), (right - 12, 94)):
            if traits.head_shape == "box" or y > 0:
                _rivet(g, x, y, metal)
        if traits.freckles:  # spots of rust
            for x, y, size in ((left + 34, 78, 9), (left + 52, 92, 5), (right - 40, -58, 7), (right - 24, -44, 4)):
                g.fill(oval(x, y, size, size * 0.8), "#a4522c", 0.75)

    g.shape(
        path, metal, [smooth([(right - 26, -150), (right - 14, 0), (right - 30, 150), (right + 60, 150),
                              (right + 60, -150)])],
        [smooth([(left + 8, -70), (left + 40, -112), (left + 84, -116), (left + 14, -30)])],
        width=6, inner=inside,
    )
    if turn >= 0.3:
        x = keyed([left, left * 0.72, -_half(traits) * 0.38], turn)
        across = keyed([0.3, 0.62, 1.0], turn)
        g.shape(oval(x, 8, 34 * across, 34), dark(metal, 0.12), [oval(x + 14 * across, 18, 24 * across, 30)], width=5)
        g.shape(oval(x, 8, 17 * across, 17), traits.trim, [oval(x + 8 * across, 14, 12 * across, 14)], width=4)
        g.fill(oval(x - 6 * across, 2, 5 * across, 4), _SHINE, 0.7)
    return str(g)


def _cheeks(traits: Traits, turn: float) -> list[float]:
    half = _half(traits)
    near = keyed([-half * 0.66, -half * 0.26, half * 0.34], turn)
    return [near, keyed([half * 0.66, half * 0.84, half], turn)][: 2 if turn < 1.2 else 1]


def _ear(g: Fragment, traits: Traits, x: float, side: float) -> None:
    g.shape(box(min(x - 6 * side, x + 20 * side), -18, abs(26 * side), 54), dark(traits.fur, 0.16), width=5)
    g.shape(oval(x + 24 * side, 9, 11 * abs(side), 19), traits.trim, [oval(x + 30 * side, 16, 10, 16)], width=4.5)


def draw_ears(traits: Traits, style: Style, turn: float) -> str:
    """The antenna, drawn behind the head; its size is ``traits.ears``."""
    g, metal, trim, size = Fragment(style), dark(traits.fur, 0.2), traits.trim, traits.ears
    top = {"box": -108.0, "dome": -122.0, "can": -126.0}[traits.head_shape]
    x = keyed([0, -10, -14], turn)

    def rod(x: float, y: float, to_x: float, to_y: float, width: float = 9.0) -> None:
        if g.inked:
            g.line(f"M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}", dark(traits.fur, 0.75), width + 7)
        g.line(f"M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}", metal, width)
        g.line(f"M{x - 2:.1f} {y:.1f}L{to_x - 2:.1f} {to_y:.1f}", light(traits.fur, 0.5), width * 0.3, 0.8)

    def knob(x: float, y: float, radius: float, colour: str) -> None:
        g.shape(oval(x, y, radius, radius), colour, [oval(x + radius * 0.5, y + radius * 0.4, radius, radius)], width=5)
        g.fill(oval(x - radius * 0.35, y - radius * 0.35, radius * 0.26, radius * 0.22), _SHINE, 0.85)

    if traits.antenna == "twin":
        for s, spread in ((-1, keyed([-58, -60, -40], turn)), (1, keyed([58, 44, 20], turn))):
            foot = spread * traits.face_width
            rod(foot, top + 16, foot + s * 26 * size * keyed([1, 0.8, 0.5], turn), top - 66 * size)
            knob(foot + s * 26 * size * keyed([1, 0.8, 0.5], turn), top - 74 * size, 15 * size, trim)
    elif traits.antenna == "coil":
        path, y = f"M{x:.1f} {top + 4:.1f}", top + 4
        for i in range(5):
            y -= 12 * size
            path += f"Q{x + (26 if i % 2 else -26) * size:.1f} {y + 3 * size:.1f} {x:.1f} {y:.1f}"
        if g.inked:
            g.line(path, dark(traits.fur, 0.75), 12)
        g.line(path, metal, 6)
        knob(x, y - 18 * size, 22 * size, traits.eyes)
        g.fill(oval(x, y - 18 * size, 40 * size, 40 * size), g.glow([(0, traits.eyes, 0.5), (1, traits.eyes, 0)]))
    elif traits.antenna == "dish":
        rod(x, top + 12, x + 4, top - 44 * size)
        with g.group(f"translate({x + 4:.1f} {top - 54 * size:.1f}) scale({keyed([1, 0.86, 0.6], turn) * size:.3f} "
                     f"{size:.3f}) rotate(-18)"):
            g.shape("M-50 -14C-44 38 44 38 50 -14Z", traits.fur, ["M8 -20C20 10 14 30 0 40H60V-20Z"], width=5)
            g.shape(oval(0, -14, 50, 13), traits.fur_light, [oval(0, -6, 40, 9)], width=4)
            g.line("M0 -12L4 -50", dark(traits.fur, 0.4), 5)
            g.shape(oval(4, -54, 9, 9), trim, width=4)
    else:
        rod(x, top + 12, x + 3, top - 64 * size, 10)
        knob(x + 3, top - 76 * size, 22 * size, trim)
    if traits.antenna != "twin":
        g.shape(smooth([(x - 34, top + 22, 1), (x - 24, top - 6), (x, top - 13), (x + 24, top - 6),
                        (x + 34, top + 22, 1)]), dark(traits.fur, 0.14), width=5)
    return str(g)


def eye_places(traits: Traits, turn: float) -> list[tuple[float, float, int]]:
    """(x, foreshortening, side) of each visible lamp; side 0 in profile."""
    half = _half(traits)
    if turn >= 1.55:
        return [(half * keyed([0, 0.04, 0.56], turn), 0.72, 0)]
    return [
        (keyed([-half * 0.44, -half * 0.06, half * 0.56], turn), keyed([1, 0.92, 0.6], turn), -1),
        (keyed([half * 0.44, half * 0.64, half * 0.92], turn), keyed([1, 0.72, 0.3], turn), 1),
    ]


def draw_eyes(traits: Traits, style: Style, turn: float, face: Face, gaze: tuple[float, float]) -> str:
    """The lamps with their shutters: what lids are to others."""
    g, glow, size = Fragment(style), traits.eyes, traits.eye_scale
    places = eye_places(traits, turn)
    if traits.lamps == "visor":
        first, last = places[0], places[-1]
        left = first[0] - 46 * first[1] * size
        right = last[0] + 46 * last[1] * size
        corner = min(30.0, (right - left) / 2)
        high = 38 * size
        band = (
            f"M{left + corner:.1f} {4 - high:.1f}H{right - corner:.1f}Q{right:.1f} {4 - high:.1f} {right:.1f} 4"
            f"Q{right:.1f} {4 + high:.1f} {right - corner:.1f} {4 + high:.1f}H{left + corner:.1f}"
            f"Q{left:.1f} {4 + high:.1f} {left:.1f} 4Q{left:.1f} {4 - high:.1f} {left + corner:.1f} {4 - high:.1f}Z"
        )
        g.shape(band, _SLOT, width=5.5, outline=dark(traits.fur, 0.75))
        g.fill(f"M{left + corner * 0.8:.1f} {10 - high:.1f}H{left + corner + 34:.1f}L{left + corner:.1f} "
               f"{high - 8:.1f}H{left + corner * 0.6:.1f}Z", _SHINE, 0.12)
    for x, across, side in places:
        with g.group(f"translate({x:.1f} 4) scale({across * size:.3f} {size:.3f})"):
            _lamp(g, traits, glow, face, (gaze[0] * (1 if side else 0.4), gaze[1]))
    return str(g)


def _lamp(g: Fragment, traits: Traits, glow: str, face: Face, gaze: tuple[float, float]) -> None:
    visor = traits.lamps == "visor"
    square = traits.lamps == "square"
    radius = 26.0 if visor else 34.0
    wide = face.opening > 1.05
    if square:
        r = radius * (1.06 if wide else 1.0)
        whole = (
            f"M{-r:.1f} {-r + 9:.1f}Q{-r:.1f} {-r:.1f} {-r + 9:.1f} {-r:.1f}H{r - 9:.1f}Q{r:.1f} {-r:.1f} {r:.1f} "
            f"{-r + 9:.1f}V{r - 9:.1f}Q{r:.1f} {r:.1f} {r - 9:.1f} {r:.1f}H{-r + 9:.1f}Q{-r:.1f} {r:.1f} {-r:.1f} "
            f"{r - 9:.1f}Z"
        )
        rim = f"M{-r - 9:.1f} {-r - 9:.1f}h{2 * r + 18:.1f}v{2 * r + 18:.1f}h{-2 * r - 18:.1f}Z"
    else:
        r = radius * (1.08 if wide else 1.0)
        whole, rim = oval(0, 0, r, r), oval(0, 0, r + 10, r + 10)
    if not visor:
        g.shape(rim, mix(traits.fur, "#3b3f4a", 0.35), [oval(10, 14, r + 8, r + 4)], width=4.5)
        g.fill(whole, _SLOT)
    x, y = 8 * gaze[0], 6 * gaze[1]
    with g.clip(whole):
        bright = light(glow, 0.75)
        g.fill(whole, g.glow([(0, bright), (0.34, glow), (0.8, dark(glow, 0.18)), (1, dark(glow, 0.45))],
                             0.5 + x / 70, 0.5 + y / 70, 0.62))
        if not visor:
            for reach in (0.62, 0.86):
                g.line(oval(0, 0, r * reach, r * reach), dark(glow, 0.5), 1.6, 0.35)
        iris = 15.0 if not wide else 11.5
        g.fill(oval(x, y, iris, iris), light(glow, 0.85))
        g.fill(oval(x, y, iris * 0.66, iris * 0.66), dark(glow, 0.78))
        g.fill(oval(x - 4, y - 4.5, 3.6, 3.6), _SHINE, 0.95)
        g.fill(oval(-radius * 0.42, -radius * 0.5, 6, 4.2), _SHINE, 0.8)
        lid = _SLOT if visor else dark(traits.fur, 0.3)
        line = dark(traits.fur, 0.75)
        top = -r + 2 * r * (1 - min(face.opening, 1.0)) * 0.92  # the shutters come down and up
        if face.opening < 0.97:
            g.fill(box(-60, -60, 120, 60 + top), lid)
            g.line(f"M-60 {top:.1f}H60", line if not visor else dark(glow, 0.3), 4)
        low = r - 2 * r * face.lower_lid * 0.55
        if face.lower_lid > 0.04:
            g.fill(f"M-60 {low + 6:.1f}Q0 {low - 6:.1f} 60 {low + 6:.1f}V70H-60Z", lid)
            g.line(f"M-60 {low + 6:.1f}Q0 {low - 6:.1f} 60 {low + 6:.1f}", line if not visor else dark(glow, 0.3), 4)
    if g.inked and not visor:
        g.line(whole, dark(traits.fur, 0.75), 3.5)


def draw_brows(traits: Traits, style: Style, turn: float, face: Face) -> str:
    """Hinged bars over the lamps."""
    g = Fragment(style)
    colour = dark(traits.fur, 0.6) if luminance(traits.fur_light) > 0.42 else light(traits.fur, 0.55)
    lift = -54 - 30 * (traits.eye_scale - 1)
    for x, across, side in eye_places(traits, turn):
        with g.group(
            f"translate({x:.1f} {lift + face.brow_y * 1.1:.1f}) scale({across * (side or 1):.3f} 1) "
            f"rotate({face.brow_angle * 1.1:.1f})"
        ):
            thick = 9.0 * traits.brows
            g.shape(f"M-30 {-thick / 2:.1f}H30Q36 0 30 {thick / 2:.1f}H-30Q-36 0 -30 {-thick / 2:.1f}Z",
                    colour, width=3)
    return str(g)


def draw_mouth(traits: Traits, style: Style, turn: float, face: Face) -> str:
    """A grille that lights up along the line of a mouth, higher where it speaks."""
    g, half, glow = Fragment(style), _half(traits), traits.eyes
    x = keyed([0, half * 0.3, half * 0.58], turn)
    across = keyed([1, 0.82, 0.56], turn)
    size = 0.6 + 0.4 * traits.nose  # where others have a nose, it has a grille
    with g.group(f"translate({x:.1f} 74) scale({across * size:.3f} {size:.3f})"):
        slot = "M-46 -19Q-50 -19 -50 -9V9Q-50 19 -46 19H46Q50 19 50 9V-9Q50 -19 46 -19Z"
        g.shape(slot, _SLOT, width=5, outline=dark(traits.fur, 0.75))
        with g.clip(slot):
            w, curve, opening = face.mouth_width * 1.6, face.mouth_curve * 1.05, face.mouth_open
            lift = -curve * 0.5
            for i in range(-4, 5):
                g.line(f"M{i * 11.5:.1f} -22V22", "#3f4552", 2.4)
            if opening > 1:
                path = (
                    f"M{-w:.1f} {lift - opening * 0.4:.1f}Q0 {lift + curve - opening * 0.4:.1f} {w:.1f} "
                    f"{lift - opening * 0.4:.1f}C{w * 0.9:.1f} {lift + opening * 1.5:.1f} {-w * 0.9:.1f} "
                    f"{lift + opening * 1.5:.1f} {-w:.1f} {lift - opening * 0.4:.1f}Z"
                )
                g.fill(path, g.gradient([(0, light(glow, 0.7)), (1, glow)]))
                for i in range(-4, 5):
                    g.line(f"M{i * 11.5:.1f} -22V22", _SLOT, 1.8, 0.55)
            else:
                g.line(f"M{-w:.1f} {lift:.1f}Q0 {lift + 2 * curve:.1f} {w:.1f} {lift:.1f}", glow, 9)
                g.line(f"M{-w:.1f} {lift:.1f}Q0 {lift + 2 * curve:.1f} {w:.1f} {lift:.1f}", light(glow, 0.75), 4)
    return str(g)


def draw_glasses(traits: Traits, style: Style, turn: float) -> str:
    """Frames round the lamps."""
    g, colour = Fragment(style), traits.glasses or "#333333"
    places = eye_places(traits, turn)
    for x, across, side in places:
        rx, ry = 50 * across, 50.0
        if traits.glasses_shape == "round":
            path = oval(x, 4, rx if side else rx * 0.7, ry)
        else:
            path = f"M{x - rx:.1f} {4 - ry:.1f}h{2 * rx:.1f}l-4 {2 * ry:.1f}h{8 - 2 * rx:.1f}Z"
        g.fill(path, "#dff1ff", 0.13)
        g.line(path, colour, 7)
    if len(places) == 2:
        near, far = places
        g.line(f"M{near[0] + 50 * near[1]:.1f} -2L{far[0] - 50 * far[1]:.1f} -2", colour, 7)
    return str(g)


def draw_tail(traits: Traits, style: Style) -> str:
    """The wind-up key in its back, to +x of its root at the origin."""
    g, trim = Fragment(style), traits.trim
    g.shape(box(30, -40, 62, 15), dark(traits.fur, 0.2), [box(30, -30, 62, 8)], width=5)
    for s in (-1, 1):
        with g.group(f"translate(96 -32) scale(1 {s})"):
            ring = "M-6 0C-22 34 -8 62 16 60C40 58 46 30 12 0Z" + "M8 20C-2 34 2 46 14 46C26 44 24 32 8 20Z"
            g.fill(ring, trim, 1.0, 'fill-rule="evenodd"')
            g.line(ring, dark(trim, 0.72) if g.inked else dark(trim, 0.5), 5 if g.inked else 2.4)
            g.line("M-4 40Q2 54 14 54", light(trim, 0.6), 3.5, 0.8)
    g.shape(oval(94, -32, 11, 11), dark(trim, 0.12), width=4.5)
    return str(g)


def draw_body(traits: Traits, style: Style, turn: float) -> str:
    """The trunk with its gauge, lights and seam; ``turn`` 0..1."""
    g, metal = Fragment(style), traits.fur
    shift = 24 * turn
    outline: list[Point] = [
        (-62, 2), (62, 2), (90, 34), (98, 110), (96, 206), (72, 240), (-72, 240), (-96, 206), (-98, 110), (-90, 34),
    ]
    body = smooth(outline)

    def plates() -> None:
        face = (
            f"M{-52 + shift:.1f} 64Q{-52 + shift:.1f} 54 {-42 + shift:.1f} 54H{42 + shift:.1f}Q{52 + shift:.1f} 54 "
            f"{52 + shift:.1f} 64V148Q{52 + shift:.1f} 158 {42 + shift:.1f} 158H{-42 + shift:.1f}"
            f"Q{-52 + shift:.1f} 158 {-52 + shift:.1f} 148Z"
        )
        g.shape(face, traits.fur_light, [box(30 + shift, 40, 40, 130)], width=4.5)
        x = shift - 18
        g.shape(oval(x, 92, 25, 25), "#f5efe0", [oval(x + 6, 98, 24, 24)], width=4.5, outline=dark(metal, 0.7))
        for i in range(7):
            with g.group(f"translate({x:.1f} 92) rotate({-90 + i * 30})"):
                g.line("M0 -20V-15", dark(metal, 0.6), 2.4)
        g.line(f"M{x:.1f} 92L{x + 11:.1f} 79", "#c43a30", 3.6)
        g.fill(oval(x, 92, 4, 4), dark(metal, 0.7))
        for i, colour in enumerate((traits.eyes, traits.trim, dark(traits.trim, 0.3))):
            g.shape(oval(shift + 30, 74 + i * 22, 8.5, 8.5), colour, width=3.5)
            g.fill(oval(shift + 27.5, 71 + i * 22, 2.6, 2.2), _SHINE, 0.85)
        for i in range(4):
            g.line(f"M{shift - 38:.1f} {130 + i * 7}H{shift + 10:.1f}", dark(metal, 0.6), 3, 0.85)
        g.line("M-120 182Q0 198 120 182", dark(metal, 0.6), 4, 0.8)
        g.line("M-120 187Q0 203 120 187", light(metal, 0.5), 3, 0.7)
        for i in range(-3, 4):
            _rivet(g, i * 28 + shift * 0.3, 206 - abs(i) * 1.6, metal, 4.6)

    g.shape(
        body, metal,
        [smooth([(54, -10), (74, 120), (56, 260), (140, 260), (140, -10)]),
         smooth([(-70, -10), (70, -10), (60, 20), (-60, 24)])],
        [smooth([(-84, 50), (-62, 24), (-54, 40), (-62, 160), (-84, 190)])],
        width=6, inner=plates,
    )
    draw_worn(g, traits, shift, body)
    return str(g)


def draw_upper_arm(colour: str, metal: str, style: Style) -> str:
    """A ball at the shoulder and a ribbed tube to the elbow, or the sleeve over them."""
    g = Fragment(style)
    if colour != metal:
        limb(g, colour, 25, 24, 46)
        return str(g)
    g.shape("M-15 -4H15V50H-15Z", dark(metal, 0.3), [box(4, -10, 20, 70)], [box(-11, -10, 5, 70)], width=5)
    for y in (16, 28, 40):
        g.line(f"M-15 {y}H15", dark(metal, 0.68), 3.4, 0.9)
    g.shape(oval(0, -2, 25, 25), metal, [oval(10, 8, 22, 22)], [oval(-9, -11, 8, 6)], width=5)
    return str(g)


def draw_forearm(colour: str, metal: str, trim: str, style: Style) -> str:
    """Ball, cuff and a hand of three thick fingers, from the elbow at the origin."""
    g = Fragment(style)
    for x, angle in ((-13, 14), (0, 0), (13, -14)):
        with g.group(f"translate({x} 56) rotate({angle})"):
            g.shape("M-7.5 0V20A7.5 7.5 0 0 0 7.5 20V0Z", dark(metal, 0.1), [box(1, -4, 12, 44)], width=4.5)
    g.shape(
        "M-19 2H19L24 50Q24 60 14 60H-14Q-24 60 -24 50Z", metal, [smooth([(4, -6), (10, 66), (40, 66), (40, -6)])],
        [smooth([(-14, 8), (-8, 8), (-12, 46), (-18, 46)])], width=5,
    )
    g.shape("M-24.5 42H24.5V54H-24.5Z", trim, [box(6, 38, 30, 20)], width=4.5)
    g.shape(oval(0, 0, 19, 19), dark(metal, 0.14), [oval(8, 6, 16, 16)], [oval(-7, -8, 6, 4)], width=5)
    if colour != metal:
        limb(g, colour, 25, 24, 24)
    return str(g)


def draw_foot(traits: Traits, style: Style) -> str:
    """A heavy foot, toes to +x, sole at y = 30."""
    g, metal = Fragment(style), traits.fur
    g.shape("M-24 -32H18V0H-24Z", dark(metal, 0.3), [box(0, -34, 40, 40)], width=5)
    g.line("M-24 -18H18", dark(metal, 0.68), 3.4)
    g.shape(
        "M-42 20V2Q-42 -14 -24 -15H6Q50 -12 60 20Z", metal,
        [smooth([(16, -20), (34, 6), (20, 30), (80, 30), (70, -20)])],
        [smooth([(-30, -4), (-16, -10), (4, -9), (-24, 6)])], width=5,
    )
    g.shape("M-46 17H64V30H-46Z", traits.trim, [box(20, 10, 60, 30)], width=5)
    return str(g)


def draw_hat(traits: Traits, style: Style, turn: float) -> str:
    """The hat of the others, set on the lid."""
    g = Fragment(style)
    lift = {"box": -2.0, "dome": -18.0, "can": -16.0}[traits.head_shape]
    with g.group(f"translate(0 {lift})"):
        g.insert(fur.draw_hat(traits, style, turn), "hat")
    return str(g)
