"""The halls of the demonstration programme, drawn as text in `halls/*.txt`.

A file is a header, a blank line and a drawing, the screen being above the first row:

    name_ru: Малый зал
    turnaround: 15
    numbering: right

    1|.sss.sss.
     |.........
    2|ssscc.vvw

`turnaround` is the number of minutes between two showings. Each line of the drawing is one row of
the grid, each character one cell:

    .  nothing: an aisle, a wall
    s  a standard seat
    c  a comfort seat
    v  a VIP seat, a place on a sofa
    w  a place for a wheelchair, sold as standard

What stands before `|` is written on the row ("8", "Б1"). A line without seats is a cross-aisle and
has no label. All lines are of the same width.

`numbering` says where a row begins: `left` (when left out) and `right` count from that end, as seen
facing the screen; `middle` counts outwards from the middle, odd numbers to the left and even ones
to the right.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Category:
    key: str
    name_ru: str
    name_en: str
    colour: str
    surcharge: int
    """Rubles above the showing's base price."""


@dataclass(frozen=True, slots=True)
class SeatPlan:
    row: str
    number: int
    x: int
    y: int
    category: str
    wheelchair: bool


@dataclass(frozen=True, slots=True)
class HallPlan:
    slug: str
    name: str
    turnaround_minutes: int
    seats: tuple[SeatPlan, ...]


CATEGORIES: tuple[Category, ...] = (
    Category("standard", "Стандарт", "Standard", "#4f7cac", 0),
    Category("comfort", "Комфорт", "Comfort", "#2a9d6f", 100),
    Category("vip", "VIP", "VIP", "#d1495b", 250),
)

EMPTY = "."
WHEELCHAIR = "w"
CATEGORY_BY_LETTER = {"s": "standard", "c": "comfort", "v": "vip", WHEELCHAIR: "standard"}
HEADER_KEYS = ("name_ru", "turnaround", "numbering")
NUMBERINGS = ("left", "right", "middle")


class _Drawing:
    """One file being read; knows how to say where it is wrong."""

    def __init__(self, text: str, slug: str) -> None:
        self.slug = slug
        self.lines = text.rstrip().splitlines()

    def wrong(self, line: int, reason: str) -> ValueError:
        return ValueError(f"{self.slug}.txt, line {line}: {reason}.")

    def header(self) -> tuple[dict[str, str], int]:
        """The header's values and the number of the line where the drawing begins."""
        values: dict[str, str] = {}
        for line, text in enumerate(self.lines, start=1):
            if not text.strip():
                return self.checked(values, line), line + 1
            key, colon, value = (part.strip() for part in text.partition(":"))
            if not colon or key not in HEADER_KEYS:
                raise self.wrong(line, f"expected one of {', '.join(HEADER_KEYS)}, got {text!r}")
            if key in values:
                raise self.wrong(line, f"{key} is given twice")
            values[key] = value
        raise self.wrong(len(self.lines), "a blank line and a drawing should follow the header")

    def checked(self, values: dict[str, str], line: int) -> dict[str, str]:
        if not values.get("name_ru"):
            raise self.wrong(line, "the header has no name_ru")
        if not values.get("turnaround", "").isdecimal():
            raise self.wrong(line, "turnaround should be a whole number of minutes")
        if values.setdefault("numbering", "left") not in NUMBERINGS:
            raise self.wrong(line, f"numbering should be one of {', '.join(NUMBERINGS)}")
        return values

    def rows(self, first: int) -> Iterable[tuple[int, str, str]]:
        """Line number, label and cells of every row of the grid."""
        labelled: dict[str, int] = {}
        width = len(self.lines[first - 1].partition("|")[2])
        for line, text in enumerate(self.lines[first - 1 :], start=first):
            label, bar, cells = text.partition("|")
            label = label.strip()
            if not bar:
                raise self.wrong(line, "a row of the drawing needs '|' before its cells")
            if len(cells) != width:
                raise self.wrong(line, f"{len(cells)} cells where the first row has {width}")
            for column, letter in enumerate(cells, start=1):
                if letter != EMPTY and letter not in CATEGORY_BY_LETTER:
                    # Named, since Cyrillic "с" and Latin "c" look the same.
                    letter = f"{letter!r} ({unicodedata.name(letter, 'nameless')})"
                    raise self.wrong(line, f"unknown letter {letter} in column {column}")
            if bool(label) != bool(cells.strip(EMPTY)):
                raise self.wrong(line, f"row {label!r} has a label without seats or the reverse")
            if label in labelled:
                raise self.wrong(line, f"row {label!r} is already on line {labelled[label]}")
            if label:
                labelled[label] = line
            yield line, label, cells


def parse(text: str, slug: str) -> HallPlan:
    """Read one drawing. ValueError names the line and what is wrong with it."""
    drawing = _Drawing(text, slug)
    header, first = drawing.header()
    seats = [
        SeatPlan(
            row=label,
            number=number,
            x=x,
            y=line - first,
            category=CATEGORY_BY_LETTER[cells[x]],
            wheelchair=cells[x] == WHEELCHAIR,
        )
        for line, label, cells in drawing.rows(first)
        for x, number in _numbered(cells, header["numbering"])
    ]
    if not seats:
        raise drawing.wrong(first, "the hall has no seats")
    return HallPlan(
        slug=slug,
        name=header["name_ru"],
        turnaround_minutes=int(header["turnaround"]),
        seats=tuple(seats),
    )


def _numbered(cells: str, numbering: str) -> Sequence[tuple[int, int]]:
    """(x, number) of every seat of a row, from left to right."""
    columns = [x for x, letter in enumerate(cells) if letter != EMPTY]
    if numbering == "right":
        return [(x, len(columns) - index) for index, x in enumerate(columns)]
    if numbering == "middle":
        left = [x for x in columns if x < len(cells) / 2]
        right = columns[len(left) :]
        odd = [(x, 2 * (len(left) - index) - 1) for index, x in enumerate(left)]
        return odd + [(x, 2 * index) for index, x in enumerate(right, start=1)]
    return [(x, number) for number, x in enumerate(columns, start=1)]


def load_halls() -> tuple[HallPlan, ...]:
    """Every hall of the package, the largest first."""
    drawings = resources.files("movies.seeding").joinpath("halls").iterdir()
    halls = [
        parse(file.read_text(encoding="utf-8"), file.name.removesuffix(".txt"))
        for file in drawings
        if file.name.endswith(".txt")
    ]
    return tuple(sorted(halls, key=lambda hall: (-len(hall.seats), hall.slug)))
