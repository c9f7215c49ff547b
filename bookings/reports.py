"""What was sold and paid back: the figures of an accountant.

A ticket counts on the day its booking was paid, or on the day it was issued in exchange for
another seat; and it counts back on the day it was released. Neither moment changes afterwards, so
a day that is over stays as it was reported. What was only held never counts.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection

Key = TypeVar("Key")

# Plan: three ranges of three partial indexes, then look-ups by primary key: grows with the days
# asked for, not with history.
_MOVEMENTS = """
    SELECT booking.confirmed_at AS at, ticket.*, booking.paid_by, booking.sold_by_id, 1 AS sign
    FROM bookings_booking booking JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
    WHERE booking.confirmed_at >= %(since)s AND booking.confirmed_at < %(until)s
      AND ticket.exchanged_at IS NULL
    UNION ALL
    SELECT ticket.exchanged_at, ticket.*, booking.paid_by, booking.sold_by_id, 1
    FROM bookings_ticket ticket JOIN bookings_booking booking ON booking.id = ticket.booking_id
    WHERE ticket.exchanged_at >= %(since)s AND ticket.exchanged_at < %(until)s
    UNION ALL
    SELECT ticket.released_at, ticket.*, booking.paid_by, booking.sold_by_id, -1
    FROM bookings_ticket ticket JOIN bookings_booking booking ON booking.id = ticket.booking_id
    WHERE ticket.released_at >= %(since)s AND ticket.released_at < %(until)s
      AND booking.confirmed_at IS NOT NULL
"""
_DETAILS = """
FROM movement JOIN movies_seance seance ON seance.id = movement.seance_id
JOIN movies_movie movie ON movie.id = seance.movie_id
JOIN movies_seat seat ON seat.id = movement.seat_id
JOIN movies_seatcategory category ON category.id = seat.category_id
LEFT JOIN auth_user seller ON seller.id = movement.sold_by_id
"""
_SUMS = """
count(*) FILTER (WHERE sign > 0), coalesce(sum(movement.price) FILTER (WHERE sign > 0), 0),
count(*) FILTER (WHERE sign < 0), coalesce(sum(movement.price) FILTER (WHERE sign < 0), 0)
"""
_CATEGORY = "coalesce(nullif(movement.category, ''), category.name)"
_TURNOVER = f"""
WITH movement AS ({_MOVEMENTS})
SELECT movie.name, {_CATEGORY}, movement.paid_by, coalesce(seller.username, ''), {_SUMS}
{_DETAILS} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
_BY_DAY = f"""
WITH movement AS ({_MOVEMENTS})
SELECT (movement.at AT TIME ZONE %(zone)s)::date, movie.name, {_SUMS}
FROM movement JOIN movies_seance seance ON seance.id = movement.seance_id
JOIN movies_movie movie ON movie.id = seance.movie_id
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608
_JOURNAL = f"""
WITH movement AS ({_MOVEMENTS})
SELECT movement.at, movement.booking_id, movement.id, movie.name, seance.starts_at, seat.row,
       seat.number, {_CATEGORY}, movement.paid_by, coalesce(seller.username, ''),
       sign * movement.price
{_DETAILS} ORDER BY movement.at, movement.id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Turnover:
    """How many tickets were sold and paid back, and for how much money."""

    sold: int = 0
    taken: Decimal = Decimal(0)
    refunded: int = 0
    paid_back: Decimal = Decimal(0)

    def __add__(self, other: "Turnover") -> "Turnover":
        return Turnover(
            self.sold + other.sold,
            self.taken + other.taken,
            self.refunded + other.refunded,
            self.paid_back + other.paid_back,
        )

    @property
    def tickets(self) -> int:
        return self.sold - self.refunded

    @property
    def money(self) -> Decimal:
        return self.taken - self.paid_back


@dataclass(frozen=True)
class Line:
    """The turnover of one film, category, way of paying and member of staff ("": online)."""

    film: str
    category: str
    paid_by: str
    seller: str
    turnover: Turnover


@dataclass(frozen=True)
class Movement:
    """One ticket sold, or, with a negative `amount`, paid back."""

    at: datetime
    booking_id: str
    ticket_id: int
    film: str
    starts_at: datetime
    row: str
    number: int
    category: str
    paid_by: str
    seller: str
    amount: Decimal


def turnover(since: datetime, until: datetime) -> list[Line]:
    """What was sold and paid back from `since` until before `until`."""
    rows = _ask(_TURNOVER, since=since, until=until)
    return [
        Line(film, category, paid_by, seller, Turnover(*sums))
        for film, category, paid_by, seller, *sums in rows
    ]


def by_day(since: datetime, until: datetime) -> dict[tuple[date, str], Turnover]:
    """The turnover of each of the cinema's days and of each film."""
    rows = _ask(_BY_DAY, since=since, until=until, zone=settings.TIME_ZONE)
    return {(row[0], row[1]): Turnover(*row[2:]) for row in rows}


def journal(since: datetime, until: datetime, *, limit: int) -> Iterator[Movement]:
    """Every single movement, the earliest first, at most `limit`."""
    for row in _ask(_JOURNAL, since=since, until=until, limit=limit):
        yield Movement(*row)


def summed(
    turnovers: Iterable[tuple[Key, Turnover]], *, order: Callable[[Turnover], Any] | None = None
) -> dict[Key, Turnover]:
    """Adds up what has the same key; sorted by `order`, the greatest first, when it is given."""
    sums: dict[Key, Turnover] = {}
    for key, one in turnovers:
        sums[key] = sums.get(key, Turnover()) + one
    if order is None:
        return sums
    return dict(sorted(sums.items(), key=lambda item: order(item[1]), reverse=True))


def _ask(query: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()
