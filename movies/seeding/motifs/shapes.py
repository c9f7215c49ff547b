"""The few shapes all posters are made of. Each function answers a piece of SVG."""

from collections.abc import Iterable
from math import cos, radians, sin
from typing import NamedTuple

WIDTH, HEIGHT = 600, 900


class Palette(NamedTuple):
    """A film's colours; no poster has others."""

    back: str
    main: str
    accent: str
    light: str
    dark: str


def circle(x: float, y: float, r: float, fill: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{fill}"/>'


def ring(x: float, y: float, r: float, width: float, colour: str) -> str:
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="none" '
        f'stroke="{colour}" stroke-width="{width:g}"/>'
    )


def ellipse(x: float, y: float, rx: float, ry: float, fill: str) -> str:
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{rx:g}" ry="{ry:g}" fill="{fill}"/>'


def rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"/>'


def shape(d: str, fill: str) -> str:
    """A filled path."""
    return f'<path d="{d}" fill="{fill}"/>'


def stroke(d: str, colour: str, width: float) -> str:
    """A path drawn as a line."""
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>'


def poly(points: str, fill: str) -> str:
    """A polygon, its corners written as "x,y x,y …"."""
    return f'<polygon points="{points}" fill="{fill}"/>'


def turned(angle: float, x: float, y: float, *parts: str) -> str:
    """Turned clockwise by `angle` degrees about (x, y)."""
    return f'<g transform="rotate({angle:g} {x:g} {y:g})">{"".join(parts)}</g>'


def moved(x: float, y: float, scale: float, *parts: str) -> str:
    """Drawn around (0, 0), put at (x, y)."""
    return f'<g transform="translate({x:g} {y:g}) scale({scale:g})">{"".join(parts)}</g>'


def twice(*parts: str) -> str:
    """On the left and, mirrored, on the right."""
    drawn = "".join(parts)
    return f'{drawn}<g transform="matrix(-1 0 0 1 {WIDTH} 0)">{drawn}</g>'


def polar(x: float, y: float, r: float, angle: float) -> tuple[float, float]:
    """The point at `r` from (x, y); 0 degrees is to the right, 90 is down."""
    return round(x + r * cos(radians(angle)), 1), round(y + r * sin(radians(angle)), 1)


def around(x: float, y: float, r: float, angle: float) -> str:
    """Likewise, as a path writes a point."""
    px, py = polar(x, y, r, angle)
    return f"{px:g} {py:g}"


def rays(x: float, y: float, r: float, count: int, fill: str, *, start: float = 0) -> str:
    """`count` wedges all around, each as wide as the gap to the next."""
    step = 360 / count
    d = "".join(
        f"M{x:g} {y:g}L{around(x, y, r, start + step * i)}"
        f"L{around(x, y, r, start + step * (i + 0.5))}Z"
        for i in range(count)
    )
    return shape(d, fill)


def spokes(
    x: float,
    y: float,
    inner: float,
    outer: float,
    angles: Iterable[float],
    colour: str,
    width: float,
) -> str:
    """Straight lines that point away from (x, y)."""
    d = "".join(f"M{around(x, y, inner, a)}L{around(x, y, outer, a)}" for a in angles)
    return stroke(d, colour, width)


def gear(x: float, y: float, r: float, teeth: int, fill: str, *, start: float = 0) -> str:
    """A cogwheel; its teeth stand out by a seventh of `r`."""
    step = 360 / teeth
    corners = [
        around(x, y, radius, start + step * (i + share))
        for i in range(teeth)
        for radius, share in ((r, 0), (r / 0.86, 0.12), (r / 0.86, 0.42), (r, 0.54))
    ]
    return shape("M" + "L".join(corners) + "Z", fill)


def stars(places: str, r: float, fill: str) -> str:
    """Small four-pointed stars at "x,y x,y …"."""
    d = ""
    for place in places.split():
        x, y = map(float, place.split(","))
        d += f"M{x:g} {y - r:g}Q{x:g} {y:g} {x + r:g} {y:g}Q{x:g} {y:g} {x:g} {y + r:g}"
        d += f"Q{x:g} {y:g} {x - r:g} {y:g}Q{x:g} {y:g} {x:g} {y - r:g}Z"
    return shape(d, fill)
