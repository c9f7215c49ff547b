"""A hall as rows of cells, for the templates that draw it: alone, or filled by a showing."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from bookings.models import BookingStatus, Ticket
from bookings.vacancy import LIVE
from cinema.admin import money
from movies.models import Seance, Seat, SeatCategory


@dataclass(frozen=True)
class Place:
    """A seat in its cell. `state`: free, held, sold, blocked; nothing when no showing is meant."""

    seat: Seat
    state: str = ""
    price: Decimal | None = None
    booking_id: uuid.UUID | None = None

    @property
    def is_free(self) -> bool:
        return self.state == "free"

    @property
    def plain_price(self) -> str:
        """For scripts: a point and no currency, whatever the language."""
        return str(self.price)

    @property
    def title(self) -> str:
        """All that there is to know, for tooltips and screen readers."""
        states = {
            "free": _("free"),
            "held": _("held"),
            "sold": _("sold"),
            "blocked": _("not for sale"),
        }
        parts = [
            str(self.seat),
            self.seat.category.name,
            _("wheelchair place") if self.seat.wheelchair else "",
            money(self.price) if self.price is not None else "",
            states.get(self.state, ""),
        ]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Row:
    label: str
    cells: list[Place | None]


@dataclass(frozen=True)
class Kind:
    """A category in the legend, with what its seats cost at this showing."""

    category: SeatCategory
    price: Decimal | None

    @property
    def written_price(self) -> str:
        return money(self.price)


@dataclass(frozen=True)
class SeatMap:
    rows: list[Row]
    kinds: list[Kind]

    @property
    def places(self) -> list[Place]:
        return [place for row in self.rows for place in row.cells if place]

    @property
    def is_wide(self) -> bool:
        return any(len(row.cells) > 24 for row in self.rows)

    @property
    def has_states(self) -> bool:
        return any(place.state for place in self.places)

    @property
    def has_blocked_seats(self) -> bool:
        return any(place.state == "blocked" for place in self.places)

    @property
    def has_wheelchair_places(self) -> bool:
        return any(place.seat.wheelchair for place in self.places)


def of_hall(hall_id: int) -> SeatMap:
    return _drawn([Place(seat) for seat in _seats(hall_id)])


def of_seance(seance: Seance) -> SeatMap:
    """Every seat with its price and whether it can be sold now, by the database's clock."""
    live = Ticket.objects.filter(LIVE, seance=seance)
    taken = {
        seat: (_state(held_until, status), booking)
        for seat, held_until, booking, status in live.values_list(
            "seat", "held_until", "booking", "booking__status"
        )
    }
    return _drawn([_place(seat, seance.price, taken) for seat in _seats(seance.hall_id)])


def _seats(hall_id: int) -> Iterable[Seat]:
    return Seat.objects.filter(hall=hall_id).select_related("category").order_by("y", "x")


def _place(seat: Seat, base_price: Decimal, taken: Mapping[int, tuple[str, uuid.UUID]]) -> Place:
    price = base_price + seat.category.surcharge
    if seat.pk not in taken:
        return Place(seat, "free", price)
    state, booking = taken[seat.pk]
    return Place(seat, state, price, booking)


def _state(held_until: datetime | None, status: str) -> str:
    if status == BookingStatus.BLOCKED:
        return "blocked"
    return "held" if held_until else "sold"


def _drawn(places: list[Place]) -> SeatMap:
    if not places:
        return SeatMap([], [])
    left = min(place.seat.x for place in places)
    right = max(place.seat.x for place in places)
    lines: dict[int, dict[int, Place]] = defaultdict(dict)
    for place in places:
        lines[place.seat.y][place.seat.x] = place
    rows = [
        _row(lines[y], range(left, right + 1))
        for y in range(min(lines), max(lines) + 1)  # a line without seats is an aisle
    ]
    kinds = {
        place.seat.category: Kind(place.seat.category, place.price)
        for place in sorted(places, key=lambda place: place.seat.category.surcharge)
    }
    return SeatMap(rows, list(kinds.values()))


def _row(line: Mapping[int, Place], columns: range) -> Row:
    labels = dict.fromkeys(place.seat.row for place in line.values())
    return Row(", ".join(labels), [line.get(x) for x in columns])
