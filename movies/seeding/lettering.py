"""The posters' own alphabet: letters of straight strokes that stretch to fill a line exactly.

A poster is shown as an `<img>`, where a web font can't be loaded; drawn letters look the same
everywhere and never run out of their place. A letter is drawn on a grid of 8 by 8: two digits are
a point (x, y), `r` after it rounds the corner, `z` closes the stroke, `;` begins another stroke.
"""

from collections.abc import Iterator

Point = tuple[float, float]

LETTERS = {
    "А": "08 00r 80r 88 ; 05 85",
    "Б": "70 00 08 88r 83r 03",
    "В": "04 84r 88r 08 00 70r 74",
    "Г": "08 00 80",
    "Д": "08 06 86 88 ; 16 10r 70 76",
    "Е": "80 00 08 88 ; 04 74",
    "Ж": "40 48 ; 00 04r 84r 80 ; 08 04r 84r 88",
    "З": "00 70r 74 ; 24 84r 88r 08",
    "И": "00 08 80 88",
    "Й": "02 08 82 88 ; 30 50",
    "К": "00 08 ; 04 44 80 ; 44 88",
    "Л": "08 28r 20 80 88",
    "М": "08 00 46 80 88",
    "Н": "00 08 ; 80 88 ; 04 84",
    "О": "00r 80r 88r 08r z",
    "П": "08 00 80 88",
    "Р": "08 00 80r 85r 05",
    "С": "82 80r 00r 08r 88r 86",
    "Т": "00 80 ; 40 48",
    "У": "00 04r 84 ; 80 88r 18",
    "Ф": "40 48 ; 01r 81r 86r 06r z",
    "Х": "00 88 ; 80 08",
    "Ц": "00 06 86 88 ; 70 76",
    "Ч": "00 05r 85 ; 80 88",
    "Ш": "00 08 88 80 ; 40 48",
    "Щ": "00 06 86 88 ; 70 76 ; 40 46",
    "Ъ": "00 20 28 88r 84r 24",
    "Ы": "00 08 58r 54r 04 ; 80 88",
    "Ь": "00 08 88r 84r 04",
    "Э": "02 00r 80r 88r 08r 06 ; 44 84",
    "Ю": "00 08 ; 04 34 ; 30r 80r 88r 38r z",
    "Я": "88 80 00r 05r 85 ; 35 08",
    "0": "00r 80r 88r 08r z",
    "1": "20 50 58",
    "2": "01 00r 80r 84r 04r 08 88",
    "3": "00 70r 74 ; 24 84r 88r 08",
    "4": "00 05 85 ; 80 88",
    "5": "80 00 04 84r 88r 08",
    "6": "80 00r 08r 88r 84r 04",
    "7": "00 80 82 48",
    "8": "00r 80r 88r 08r z ; 04 84",
    "9": "84 04r 00r 80r 88r 08",
    "-": "04 84",
    "!": "40 45 ; 48 48",
    "’": "40 42",
    " ": "",
}
WIDE = {"Ж": 1.4, "М": 1.3, "Ф": 1.3, "Ш": 1.4, "Щ": 1.45, "Ы": 1.4, "Ю": 1.45}
NARROW = {"1": 0.7, "-": 0.6, "!": 0.35, "’": 0.35, " ": 0.35}
GAP = 0.16
"""Between letters, in widths of an ordinary letter."""


def line(text: str, x: float, y: float, width: float, height: float, colour: str) -> str:
    """`text` in one line that fills the box of `width` by `height` from corner to corner."""
    letters = text.upper().replace("Ё", "Е")
    shares = [WIDE.get(letter, NARROW.get(letter, 1.0)) for letter in letters]
    unit = width / (sum(shares) + GAP * (len(letters) - 1))
    stroke = min(0.21 * height, 0.3 * unit)
    strokes: list[str] = []
    left = 0.0
    for letter, share in zip(letters, shares, strict=True):
        # The strokes' middle lines keep half a stroke away from the box.
        box = (left + stroke / 2, stroke / 2, share * unit - stroke, height - stroke)
        strokes += _strokes(LETTERS[letter], box, stroke * 0.8)
        left += (share + GAP) * unit
    return (
        # A nested svg cuts off what sticks out, such as the ends of slanting strokes.
        f'<svg x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}">'
        f'<path d="{"".join(strokes)}" fill="none" stroke="{colour}" '
        f'stroke-width="{stroke:.1f}" stroke-linecap="square" stroke-miterlimit="20"/></svg>'
    )


def _strokes(glyph: str, box: tuple[float, float, float, float], radius: float) -> Iterator[str]:
    left, top, width, height = box
    for stroke in filter(None, glyph.split(" ; ")):
        tokens = stroke.split()
        closed = tokens[-1] == "z"
        points = [
            (left + int(token[0]) / 8 * width, top + int(token[1]) / 8 * height)
            for token in tokens[: len(tokens) - closed]
        ]
        rounded = [token.endswith("r") for token in tokens]
        yield _path(points, rounded, radius, closed=closed)


def _path(points: list[Point], rounded: list[bool], radius: float, *, closed: bool) -> str:
    path = ""
    for index, (point, is_round) in enumerate(zip(points, rounded, strict=False)):
        command = "L" if path else "M"
        if is_round and (closed or 0 < index < len(points) - 1):
            before = _towards(point, points[index - 1], radius)
            after = _towards(point, points[(index + 1) % len(points)], radius)
            path += f"{command}{_xy(before)}Q{_xy(point)} {_xy(after)}"
        else:
            path += f"{command}{_xy(point)}"
    return path + ("Z" if closed else "")


def _towards(start: Point, end: Point, distance: float) -> Point:
    """The point at `distance` from `start`, at most halfway to `end`."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5
    share = min(0.5, distance / length) if length else 0.0
    return start[0] + dx * share, start[1] + dy * share


def _xy(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
