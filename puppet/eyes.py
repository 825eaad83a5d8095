"""Human eyes: large and drawn in the anime style, smaller almonds in the painterly one."""

# Points are packed several to a line, as one reads them on paper.
# fmt: off
from __future__ import annotations

import math

from puppet.expression import Face
from puppet.rig import Style, Traits
from puppet.skull import EYE_Y, Skull
from puppet.svg import Fragment, box, dark, light, mix, oval


def draw_eyes(traits: Traits, style: Style, turn: float, face: Face, gaze: tuple[float, float]) -> str:
    """Both eyes, or the near one in profile. ``gaze`` is in the frame of a head turned to +x."""
    g, skull = Fragment(style), Skull(traits, style, turn)
    size = traits.eye_scale * (1.0 if g.inked else 0.8)
    for eye in skull.eyes():
        across = eye.across * (eye.side or 1) * size
        gaze_x = gaze[0] * (eye.side or 1)  # the left eye is the right one mirrored
        with g.group(f"translate({eye.x:.1f} {EYE_Y + (0 if g.inked else 1)}) scale({across:.3f} {size:.3f})"):
            lashes = "#2b1a33" if g.inked else mix("#3a2430", traits.hair, 0.15)
            if g.inked:
                cel_eye(
                    g, traits.eyes, traits.skin, lashes, face.opening, face.lower_lid, eye.side == 0, (gaze_x, gaze[1])
                )
            else:
                _painted_eye(g, traits.eyes, traits.skin, lashes, face, eye.side == 0, (gaze_x, gaze[1]))
    return str(g)


def cel_eye(
    g: Fragment,
    iris: str,
    skin: str,
    lashes: str,
    opening: float,
    lower_lid: float,
    profile: bool,
    gaze: tuple[float, float],
) -> None:
    """A large drawn eye in a box of about +-26, outer corner at +x."""
    left, right = (-16, 17) if profile else (-25, 25)
    if opening < 0.15:
        dip = 22 if lower_lid < 0.2 else -6
        g.line(f"M{left} 8Q{left * 0.1:.1f} {dip} {right} 8", lashes, 5.5)
        return
    top, low = 14 - 39 * min(opening, 1.2), 20 - 16 * lower_lid
    if profile:
        white = (
            f"M-16 4C-12 {top * 0.6:.1f} 6 {top * 1.1:.1f} 18 {top * 0.72:.1f}"
            f"C15 4 14 12 10 {low * 0.9:.1f}C0 {low * 1.05:.1f} -10 16 -16 4Z"
        )
    else:
        white = (
            f"M-25 5C-20 {top * 0.75:.1f} -6 {top * 1.1:.1f} 4 {top * 1.03:.1f}C15 {top * 0.97:.1f} 23 {top * 0.5:.1f} "
            f"25 2C22 {low * 0.8:.1f} 12 {low * 1.08:.1f} -2 {low:.1f}C-14 {low:.1f} -22 14 -25 5Z"
        )
    g.fill(white, "#fffdfb")
    with g.clip(white):
        x, y = (8.0 if profile else 0.0) + 6 * gaze[0], 4 * gaze[1]
        rx, ry = 9.0 if profile else 16.5, 20.0 if opening <= 1.05 else 17.5
        g.fill(oval(x, y - 1, rx, ry + 1), dark(iris, 0.72))
        g.fill(oval(x, y, rx - 2, ry - 1.5), g.gradient([(0, dark(iris, 0.5)), (0.4, iris), (1, light(iris, 0.5))]))
        g.fill(oval(x, y - 2, rx * 0.42, ry * 0.46), dark(iris, 0.86))
        g.fill(oval(x, y + 11, rx * 0.55, 5), light(iris, 0.75), 0.55)
        g.fill(f"M-30 -40H30V{top + 10:.1f}Q0 {top + 4:.1f} -30 {top + 12:.1f}Z", "#3b2a55", 0.28)  # shadow of the lid
        g.fill(oval(x - 5, y - 9, 3 if profile else 4.8, 6.4), "#ffffff")
        g.fill(oval(x + (3 if profile else 6), y + 9, 2.6, 2.6), "#ffffff", 0.9)
    if profile:
        g.fill(
            f"M-20 7C-13 {top * 0.8 - 3:.1f} 4 {top * 1.15 - 4:.1f} 20 {top * 0.75 - 3:.1f}L18 {top * 0.6 + 2:.1f}"
            f"C6 {top + 1:.1f} -10 {top * 0.5 + 3:.1f} -16 7Z",
            lashes,
        )
        return
    g.fill(
        f"M-28 8C-22 {top * 0.8 - 3:.1f} -6 {top * 1.1 - 5:.1f} 5 {top * 1.05 - 5:.1f}C16 {top * 0.98 - 5:.1f} 26 "
        f"{top * 0.5 - 4:.1f} 31 -4L26 4C23 {top * 0.5 + 3:.1f} 15 {top + 3:.1f} 5 {top + 1.5:.1f}"
        f"C-6 {top * 1.06 + 1:.1f} -19 {top * 0.8 + 3:.1f} -28 8Z",
        lashes,
    )
    g.line(f"M-12 {low + 0.5:.1f}Q4 {low + 2.5:.1f} 18 {low - 4:.1f}", lashes, 1.8, 0.6)
    g.line(f"M-14 {top - 6:.1f}Q4 {top - 13:.1f} 20 {top - 6:.1f}", dark(skin, 0.6), 1.7, 0.6)


def _painted_eye(
    g: Fragment, iris: str, skin: str, lashes: str, face: Face, profile: bool, gaze: tuple[float, float]
) -> None:
    """A smaller almond eye with lids, lashes and a lit iris, outer corner at +x."""
    left, right = (-13, 15) if profile else (-25, 26)
    if face.opening < 0.15:
        dip = 15 if face.lower_lid < 0.2 else 1
        g.line(f"M{left} 5Q1 {dip} {right} 3", lashes, 3.6)
        g.line(f"M{left + 4} -4Q2 0 {right - 4} -5", dark(skin, 0.5), 1.6, 0.5)
        return
    top, low = 6 - 24 * min(face.opening, 1.2), 13 - 8 * face.lower_lid
    if profile:
        white = (
            f"M-13 5C-9 {top * 0.6:.1f} 4 {top:.1f} 15 {top * 0.72:.1f}C15 2 13 8 10 {low * 0.9:.1f}"
            f"C2 {low:.1f} -8 12 -13 5Z"
        )
    else:
        white = (
            f"M-25 6C-18 {top * 0.6:.1f} -8 {top:.1f} 3 {top:.1f}C14 {top:.1f} 21 {top * 0.45:.1f} 26 1"
            f"C19 {low * 0.8:.1f} 10 {low:.1f} 0 {low:.1f}C-10 {low:.1f} -19 {low * 0.85:.1f} -25 6Z"
        )
    g.fill(white, g.gradient([(0, "#d9cdc9"), (0.4, "#f6f0ea"), (1, "#f1e6df")]))
    with g.clip(white):
        x, y = (8.0 if profile else 0.5) + 6 * gaze[0], -2 + 3.5 * gaze[1]
        rx, ry = (7.5, 14.5) if profile else (14.5, 15.0)
        g.fill(oval(x, y, rx, ry), dark(iris, 0.66))
        g.fill(
            oval(x, y, rx - 1.8, ry - 1.8),
            g.glow([(0, light(iris, 0.25)), (0.55, iris), (1, dark(iris, 0.3))], 0.5, 0.72, 0.62),
        )
        for i in range(14):
            a = i * math.tau / 14
            g.line(
                f"M{x + rx * 0.42 * math.cos(a):.1f} {y + ry * 0.42 * math.sin(a):.1f}"
                f"L{x + rx * 0.8 * math.cos(a):.1f} "
                f"{y + ry * 0.8 * math.sin(a):.1f}",
                light(iris, 0.5) if i % 2 else dark(iris, 0.3),
                0.9, 0.5,
            )
        g.fill(oval(x, y, rx * 0.42, ry * 0.42), "#150d14")
        g.fill(box(-30, -40, 60, 40 + top + 9), "#3b2430", 0.4, g.blur(3))
        g.fill(oval(x - 5 * (rx / 14), y - 5.5, 3.1 * rx / 14, 3.4), "#ffffff", 0.95)
        g.fill(oval(x + 5 * (rx / 14), y + 6, 2.2 * rx / 14, 1.8), "#ffffff", 0.45)
    if profile:
        g.line(f"M-14 6C-9 {top * 0.6 - 1:.1f} 4 {top - 1:.1f} 18 {top * 0.72 - 2:.1f}", lashes, 3.8)
        return
    g.fill(
        f"M-26 7C-19 {top * 0.6 - 1:.1f} -8 {top - 2:.1f} 3 {top - 2.5:.1f}"
        f"C15 {top - 2.5:.1f} 24 {top * 0.45 - 3:.1f} 32 -5"
        f"L26 2C21 {top * 0.45 + 2:.1f} 14 {top + 2:.1f} 3 {top + 2:.1f}"
        f"C-8 {top + 2:.1f} -18 {top * 0.6 + 2:.1f} -26 7Z",
        lashes,
    )
    g.line(f"M-14 {low - 0.5:.1f}Q2 {low + 2:.1f} 18 {low * 0.72:.1f}", lashes, 1.3, 0.55)
    g.line(
        f"M-19 {top * 0.6 - 6:.1f}Q2 {top - 10:.1f} 24 {top * 0.45 - 6:.1f}",
        dark(mix(skin, "#8a4438", 0.4), 0.3),
        1.7, 0.7,
    )
