"""A seat map as visitors see it: rows of places with their names, a legend, what they cost."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from aggregator.provider_api.seances import Category, Seat, SeatMap
from aggregator.templatetags.showing import money

SHAPES = 6
"""So many are drawn in `site/hall-shapes.html`; more categories share them."""

# The site's sheets, light and dark, leave this band to marks that are to be seen on both (3:1).
_DARKEST, _LIGHTEST = 0.15, 0.28
_LINEAR = (0.2126, 0.7152, 0.0722)


@dataclass(frozen=True)
class Kind:
    """A category, or a part of it that costs otherwise, as the legend shows it."""

    shape: int
    colour: str
    name: str
    price: Decimal
    free: int


@dataclass(frozen=True)
class Place:
    """`column` counts from 1: column 0 has the row's label. `spot` is "Row 8, seat 14"; `name` says
    all that can be known without seeing it, but for its state. `cents`: the price for scripts."""

    id: int
    row: str
    number: int
    column: int
    shape: int
    colour: str
    price: Decimal
    cents: int
    spot: str
    name: str
    wheelchair: bool
    free: bool
    chosen: bool
    own: bool

    @property
    def state(self) -> str:
        return words_of_states()["own" if self.own else "free" if self.free else "taken"]


@dataclass(frozen=True)
class Row:
    """Seats at one distance from the screen. Without places it is an aisle across the hall."""

    name: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class SeatPlan:
    """`columns`: the hall's width in cells, labels left out."""

    rows: tuple[Row, ...]
    columns: int
    legend: tuple[Kind, ...]
    currency: str

    @property
    def beyond(self) -> int:
        """The column of the labels at the right."""
        return self.columns + 1

    @property
    def places(self) -> list[Place]:
        return [place for row in self.rows for place in row.places]

    @property
    def chosen(self) -> list[Place]:
        return [place for place in self.places if place.chosen]

    @property
    def total(self) -> Decimal:
        return sum((place.price for place in self.chosen), Decimal(0))

    @property
    def free(self) -> int:
        return sum(place.free for place in self.places)

    @property
    def has_wheelchair_places(self) -> bool:
        return any(place.wheelchair for place in self.places)

    def spots(self, ids: Collection[int]) -> list[str]:
        """How the seats are called, in the hall's order."""
        return [place.spot for place in self.places if place.id in ids]


def seat_plan(
    seat_map: SeatMap, *, chosen: Collection[int] = (), own: Collection[int] = ()
) -> SeatPlan:
    """`own`: what this visitor has reserved already. A seat that is not free can't be chosen."""
    seats = seat_map.seats
    left = min((seat.x for seat in seats), default=0)
    marks = _marks(seat_map.categories)
    drawn: dict[int, list[Place]] = {}
    for seat in sorted(seats, key=lambda seat: (seat.y, seat.x)):
        shape, colour = marks.get(seat.category, (0, "#808080"))
        free = seat.vacant
        place = Place(
            id=seat.id,
            row=seat.row,
            number=seat.number,
            column=seat.x - left + 1,
            shape=shape,
            colour=colour,
            price=seat.price,
            cents=int(seat.price * 100),
            spot=spot(seat),
            name=_name(seat, seat_map.currency),
            wheelchair=seat.wheelchair,
            free=free,
            chosen=free and seat.id in chosen,
            own=not free and seat.id in own,
        )
        drawn.setdefault(seat.y, []).append(place)
    return SeatPlan(
        rows=_rows(drawn),
        columns=max((seat.x for seat in seats), default=0) - left + 1,
        legend=_legend(seat_map, marks),
        currency=seat_map.currency,
    )


def spot(seat: Seat) -> str:
    return _("Row %(row)s, seat %(number)s") % {"row": seat.row, "number": seat.number}


def words_of_states() -> dict[str, str]:
    """How a seat's state ends its name."""
    return {
        "free": pgettext("seat", "free"),
        "taken": pgettext("seat", "taken"),
        "own": pgettext("seat", "reserved for you"),
    }


def _name(seat: Seat, currency: str) -> str:
    parts = [spot(seat), seat.category.lower() if seat.category.istitle() else seat.category]
    if seat.wheelchair:
        parts.append(_("wheelchair place"))
    return ", ".join([*parts, money(seat.price, currency)])


def _rows(drawn: dict[int, list[Place]]) -> tuple[Row, ...]:
    if not drawn:
        return ()
    return tuple(
        Row(_label(drawn.get(y, ())), tuple(drawn.get(y, ())))
        for y in range(min(drawn), max(drawn) + 1)
    )


def _label(places: Iterable[Place]) -> str:
    """Rows may be called otherwise at the other side of an aisle."""
    return "/".join(dict.fromkeys(place.row for place in places))


def _marks(categories: Sequence[Category]) -> dict[str, tuple[int, str]]:
    return {
        category.name: (number % SHAPES, visible(category.colour))
        for number, category in enumerate(categories)
    }


def _legend(seat_map: SeatMap, marks: dict[str, tuple[int, str]]) -> tuple[Kind, ...]:
    """What there is in this hall, in the cinema's order, the cheaper first."""
    order = list(marks)
    free: dict[tuple[str, Decimal], int] = {}
    for seat in seat_map.seats:
        kind = (seat.category, seat.price)
        free[kind] = free.get(kind, 0) + seat.vacant

    def place(kind: tuple[str, Decimal]) -> tuple[int, Decimal]:
        name, price = kind
        return order.index(name) if name in order else len(order), price

    return tuple(
        Kind(*marks.get(name, (0, "#808080")), name, price, free[name, price])
        for name, price in sorted(free, key=place)
    )


@cache
def visible(colour: str) -> str:
    """The cinema's colour, made darker or lighter as far as it has to be seen on both schemes."""
    try:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    except ValueError:
        return "#808080"
    for _step in range(40):
        light = _luminance(parts)
        if _DARKEST <= light <= _LIGHTEST:
            break
        towards = 1.0 if light < _DARKEST else 0.0
        parts = [part + (towards - part) * 0.05 for part in parts]
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _luminance(parts: Iterable[float]) -> float:
    """As WCAG counts it: 0 black, 1 white."""
    linear = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return sum(weight * part for weight, part in zip(_LINEAR, linear, strict=True))
