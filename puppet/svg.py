"""Building SVG fragments: smooth outlines, colour helpers, and the two ways of shading a shape.

A fragment is one part of the puppet, drawn about its own pivot. Every fragment becomes a document of
its own (see `layers`), so ids need to be unique within one fragment only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from puppet.notes import paint
from puppet.rig import Style

Point = tuple[float, ...]  # (x, y) for a smooth point, (x, y, 1) for a sharp corner


def lerp(a: float, b: float, t: float) -> float:
    """Linear interpolation from ``a`` to ``b``."""
    return a + (b - a) * t


def keyed(keys: Sequence[Any], turn: float) -> Any:
    """Interpolate three keys (front, three-quarter, profile) at ``turn`` 0..2; numbers, tuples or lists of tuples."""
    a, b, t = (keys[0], keys[1], turn) if turn <= 1 else (keys[1], keys[2], turn - 1)
    if isinstance(a, (int, float)):
        return lerp(a, b, t)
    if isinstance(a[0], (int, float)):
        return tuple(lerp(p, q, t) for p, q in zip(a, b, strict=True))
    return [tuple(lerp(u, v, t) for u, v in zip(p, q, strict=True)) for p, q in zip(a, b, strict=True)]


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of ``#rrggbb``, 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(colour: str, other: str, share: float) -> str:
    """``colour`` with ``share`` (0..1) of ``other`` in it."""
    return "#" + "".join(f"{round(lerp(a, b, share)):02x}" for a, b in zip(rgb(colour), rgb(other), strict=True))


def dark(colour: str, share: float = 0.35) -> str:
    """Shadows lean to violet, as cel painters mix them; black would go grey."""
    return mix(colour, "#2a1838", share)


def light(colour: str, share: float = 0.35) -> str:
    """Lights lean to warm cream."""
    return mix(colour, "#fff6e8", share)


def luminance(colour: str) -> float:
    """Perceived brightness, 0..1."""
    r, g, b = rgb(colour)
    return (0.299 * r + 0.587 * g + 0.114 * b) / 255


def smooth(points: Sequence[Point], closed: bool = True, tension: float = 0.5) -> str:
    """A Catmull-Rom curve through ``points`` as an SVG path; a point with a third value is a corner."""
    n = len(points)
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    strength = tension / 3
    for i in range(n if closed else n - 1):
        before, start, end, after = points[(i - 1) % n], points[i], points[(i + 1) % n], points[(i + 2) % n]
        if not closed:
            before = start if i == 0 else before
            after = end if i == n - 2 else after
        c1, c2 = start[:2], end[:2]
        if len(start) == 2:
            c1 = (start[0] + (end[0] - before[0]) * strength, start[1] + (end[1] - before[1]) * strength)
        if len(end) == 2:
            c2 = (end[0] - (after[0] - start[0]) * strength, end[1] - (after[1] - start[1]) * strength)
        path += f"C{c1[0]:.1f} {c1[1]:.1f} {c2[0]:.1f} {c2[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    return path + ("Z" if closed else "")


def cloud(points: Sequence[Point], bulge: float = 0.62) -> str:
    """A closed outline of round bumps, one between each two points (clockwise on screen): curls, foliage."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for i, start in enumerate(points):
        end = points[(i + 1) % len(points)]
        radius = max(1.0, ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5 * bulge)
        path += f"A{radius:.1f} {radius:.1f} 0 0 1 {end[0]:.1f} {end[1]:.1f}"
    return path + "Z"


def box(x: float, y: float, width: float, height: float) -> str:
    """A rectangle as a path."""
    return f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}Z"


def oval(x: float, y: float, rx: float, ry: float) -> str:
    """An ellipse as a path."""
    return f"M{x - rx:.1f} {y:.1f}a{rx:.1f} {ry:.1f} 0 1 0 {2 * rx:.1f} 0a{rx:.1f} {ry:.1f} 0 1 0 {-2 * rx:.1f} 0Z"


class Fragment:
    """Collects SVG elements in one style. ``inked`` is the anime look: flat fills, hard shadows, outlines."""

    def __init__(self, style: Style) -> None:
        self.inked = style == "anime"
        self._parts: list[str] = []
        self._ids = 0

    def __str__(self) -> str:
        return "".join(self._parts)

    def _id(self) -> str:
        self._ids += 1
        return f"u{self._ids}"

    def insert(self, fragment: str, prefix: str) -> None:
        """Another fragment as a part of this one; ``prefix`` (letters and digits count) keeps its ids apart."""
        name = "".join(c for c in prefix if c.isalnum())
        self._parts.append(fragment.replace('id="u', f'id="{name}u').replace("url(#u", f"url(#{name}u"))

    def fill(self, path: str, colour: str, opacity: float = 1.0, extra: str = "") -> None:
        faded = "" if opacity == 1 else f' opacity="{opacity:g}"'
        self._parts.append(f'<path d="{path}" fill="{paint(colour)}"{faded} {extra}/>')

    def line(self, path: str, colour: str, width: float, opacity: float = 1.0) -> None:
        faded = "" if opacity == 1 else f' opacity="{opacity:g}"'
        self._parts.append(
            f'<path d="{path}" fill="none" stroke="{paint(colour)}" stroke-width="{width:g}" stroke-linecap="round" '
            f'stroke-linejoin="round"{faded}/>'
        )

    def gradient(self, stops: Sequence[tuple[Any, ...]], along: tuple[float, ...] = (0, 0, 0, 1)) -> str:
        """A linear gradient over the shape's own box; stops are (offset, colour[, opacity]). Returns a paint."""
        x1, y1, x2, y2 = along
        return self._gradient("linearGradient", f'x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"', stops)

    def glow(self, stops: Sequence[tuple[Any, ...]], cx: float = 0.5, cy: float = 0.5, r: float = 0.5) -> str:
        """A radial gradient over the shape's own box. Returns a paint."""
        return self._gradient("radialGradient", f'cx="{cx:g}" cy="{cy:g}" r="{r:g}"', stops)

    def _gradient(self, tag: str, where: str, stops: Sequence[tuple[Any, ...]]) -> str:
        name = self._id()
        marks = "".join(
            f'<stop offset="{s[0]:g}" stop-color="{paint(s[1])}" stop-opacity="{s[2] if len(s) > 2 else 1:g}"/>'
            for s in stops
        )
        self._parts.append(f'<{tag} id="{name}" {where}>{marks}</{tag}>')
        return f"url(#{name})"

    def blur(self, radius: float) -> str:
        """An attribute that blurs the element it is given to; ``radius`` is the standard deviation in user units."""
        name = self._id()
        self._parts.append(
            f'<filter id="{name}" x="-15%" y="-15%" width="130%" height="130%">'
            f'<feGaussianBlur stdDeviation="{radius:g}"/></filter>'
        )
        return f'filter="url(#{name})"'

    @contextmanager
    def clip(self, path: str) -> Iterator[None]:
        name = self._id()
        self._parts.append(f'<clipPath id="{name}"><path d="{path}"/></clipPath><g clip-path="url(#{name})">')
        yield
        self._parts.append("</g>")

    def define_mask(self, name: str, shown: str, hidden: str) -> None:
        """A mask that lets ``shown`` through, except where ``hidden`` lies; used as ``mask="url(#name)"``."""
        self._parts.append(
            f'<mask id="{name}" maskUnits="userSpaceOnUse" x="-400" y="-400" width="800" height="800">'
            f'<path d="{shown}" fill="#fff" stroke="#fff" stroke-width="8"/><path d="{hidden}" fill="#000"/></mask>'
        )

    @contextmanager
    def group(self, transform: str = "", extra: str = "") -> Iterator[None]:
        moved = f' transform="{transform}"' if transform else ""
        self._parts.append(f"<g{moved} {extra}>")
        yield
        self._parts.append("</g>")

    def shape(
        self,
        path: str,
        colour: str,
        shades: Sequence[str] = (),
        lights: Sequence[str] = (),
        *,
        width: float = 4.0,
        outline: str | None = None,
        shade: str | None = None,
        shade_opacity: float = 0.62,
        softness: float = 7.0,
        inner: Callable[[], None] | None = None,
    ) -> None:
        """A body of ``colour`` with shadow and light areas clipped to it, then its outline.

        Anime: flat fill, hard areas, ink in a dark tint of the fill. Painterly: a gradient, one blur
        for all shadow areas together (a filter each would cost several times as much), a faint edge.
        ``shade`` sets the shadow colour, as skin needs (warm); ``inner`` draws more inside the clip.
        """
        if self.inked:
            self.fill(path, colour)
        elif shade:
            stops = [(0, light(colour, 0.2)), (0.6, colour), (1, mix(colour, "#c8604a", 0.12))]
            self.fill(path, self.gradient(stops, (0.1, 0, 0.7, 1)))
        else:
            stops = [(0, light(colour, 0.16)), (0.55, colour), (1, dark(colour, 0.22))]
            self.fill(path, self.gradient(stops, (0.15, 0, 0.75, 1)))
        if shades or lights or inner:
            with self.clip(path):
                shadow = shade or dark(colour, 0.30 if self.inked else 0.5)
                self._areas(shades, shadow, 1.0 if self.inked else shade_opacity, softness)
                self._areas(lights, light(colour, 0.38), 0.9 if self.inked else 0.55, softness * 0.7)
                if inner:
                    inner()
        if self.inked:
            self.line(path, outline or dark(colour, 0.72), width)
        else:
            self.line(path, dark(colour, 0.55), width * 0.4, 0.5)

    def _areas(self, paths: Sequence[str], colour: str, opacity: float, softness: float) -> None:
        if not paths:
            return
        if self.inked:
            for path in paths:
                self.fill(path, colour, opacity)
            return
        with self.group(extra=f'{self.blur(softness)} opacity="{opacity:g}"'):
            for path in paths:
                self.fill(path, colour)
