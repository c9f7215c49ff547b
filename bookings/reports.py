"""What was sold and paid back: the figures of an accountant.

A ticket counts on the day its booking was paid, or on the day it was issued in exchange for
another seat; and it counts back on the day it was released. Neither moment changes afterwards, so
a day that is over stays as it was reported. What was only held never counts. The report of a day
and the shifts of those who worked in it are the same figures.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction

from movies.business_day import DAY_BEGINS

Key = TypeVar("Key")

# Who took the money or paid it back, `by_id`, and in which way, `paid_by`: of a sale who sold it,
# of a refund who cancelled it, of both tickets of an exchange who exchanged them.
# Plan: three ranges of three partial indexes, then look-ups by primary key: grows with the days
# asked for, not with history.
_TICKET = """
ticket.id, ticket.booking_id, ticket.seance_id, ticket.seat_id, ticket.price, ticket.category"""
_MOVEMENTS = f"""
    SELECT booking.confirmed_at AS at, {_TICKET}, booking.paid_by, booking.sold_by_id AS by_id,
           1 AS sign
    FROM bookings_booking booking JOIN bookings_ticket ticket ON ticket.booking_id = booking.id
    WHERE booking.confirmed_at >= %(since)s AND booking.confirmed_at < %(until)s
      AND ticket.exchanged_at IS NULL
    UNION ALL
    SELECT exchanged_at, {_TICKET}, exchanged_paid_by, exchanged_by_id, 1
    FROM bookings_ticket ticket
    WHERE exchanged_at >= %(since)s AND exchanged_at < %(until)s
    UNION ALL
    SELECT ticket.released_at, {_TICKET},
           CASE WHEN new.id IS NULL THEN booking.paid_by ELSE new.exchanged_paid_by END,
           CASE WHEN new.id IS NULL THEN cancelled_by_id ELSE new.exchanged_by_id END, -1
    FROM bookings_ticket ticket JOIN bookings_booking booking ON booking.id = ticket.booking_id
    LEFT JOIN bookings_ticket new ON new.id = ticket.replaced_by_id
    WHERE ticket.released_at >= %(since)s AND ticket.released_at < %(until)s
      AND booking.confirmed_at IS NOT NULL
"""  # noqa: S608 only our own words are put together
# Many days of a large city are a million tickets. Taking disks for slower than they are, PostgreSQL
# would read every ticket ever sold to find them; those of a time lie together.
_OF_A_PERIOD = """
SET LOCAL statement_timeout = '30s'; SET LOCAL random_page_cost = 1.1; SET LOCAL work_mem = '64MB'
"""
_SUMS = """
count(*) FILTER (WHERE sign > 0) AS sold,
coalesce(sum(price) FILTER (WHERE sign > 0), 0) AS taken,
count(*) FILTER (WHERE sign < 0) AS refunded,
coalesce(sum(price) FILTER (WHERE sign < 0), 0) AS paid_back
"""
_SUMS_OF_SUMS = "sum(sold)::int, sum(taken), sum(refunded)::int, sum(paid_back)"
_CATEGORY = "coalesce(nullif(movement.category, ''), category.name)"
_PERSON = "LEFT JOIN auth_user person ON person.id = movement.by_id"
# Summed before anything is named: movements are many, films and people few. A ticket that was sold
# before categories were kept has its seat's.
_TURNOVER = f"""
WITH movement AS (
    SELECT seance_id, category, CASE category WHEN '' THEN seat_id END AS seat_id, paid_by, by_id,
           {_SUMS}
    FROM ({_MOVEMENTS}) AS movement GROUP BY 1, 2, 3, 4, 5
)
SELECT movie.name, {_CATEGORY}, movement.paid_by, coalesce(person.username, ''), {_SUMS_OF_SUMS}
FROM movement JOIN movies_seance seance ON seance.id = movement.seance_id
JOIN movies_movie movie ON movie.id = seance.movie_id
LEFT JOIN movies_seat seat ON seat.id = movement.seat_id
LEFT JOIN movies_seatcategory category ON category.id = seat.category_id
{_PERSON} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""  # noqa: S608 only our own words are put together
_BY_DAY = f"""
WITH movement AS (
    SELECT (at AT TIME ZONE %(zone)s - %(begins)s::interval)::date AS day, seance_id, {_SUMS}
    FROM ({_MOVEMENTS}) AS movement GROUP BY 1, 2
)
SELECT day, movie.name, {_SUMS_OF_SUMS}
FROM movement JOIN movies_seance seance ON seance.id = movement.seance_id
JOIN movies_movie movie ON movie.id = seance.movie_id
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608 only our own words are put together
_OF_PERSON = f"""
SELECT paid_by, {_SUMS} FROM ({_MOVEMENTS}) AS movement WHERE by_id = %(by)s GROUP BY 1
"""  # noqa: S608 only our own words are put together
_JOURNAL = f"""
WITH movement AS ({_MOVEMENTS})
SELECT movement.at, movement.booking_id, movement.id, movie.name, seance.starts_at, seat.row,
       seat.number, {_CATEGORY}, movement.paid_by, coalesce(person.username, ''),
       sign * movement.price
FROM movement JOIN movies_seance seance ON seance.id = movement.seance_id
JOIN movies_movie movie ON movie.id = seance.movie_id
JOIN movies_seat seat ON seat.id = movement.seat_id
JOIN movies_seatcategory category ON category.id = seat.category_id
{_PERSON} ORDER BY movement.at, movement.id LIMIT %(limit)s
"""  # noqa: S608 only our own words are put together


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
    """The turnover of one film, category, way of paying ("": online) and person who took the money
    or paid it back ("": nobody, the buyer did it online)."""

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
    """The turnover of each of the cinema's days, as `movies.business_day` has them, and film."""
    begins = timedelta(hours=DAY_BEGINS.hour)
    rows = _ask(_BY_DAY, since=since, until=until, zone=settings.TIME_ZONE, begins=begins)
    return {(row[0], row[1]): Turnover(*row[2:]) for row in rows}


def of_person(by_id: int, since: datetime, until: datetime) -> dict[str, Turnover]:
    """What a member of staff has taken and paid back, by the way of paying; "": not in a till."""
    rows = _ask(_OF_PERSON, by=by_id, since=since, until=until)
    return {paid_by: Turnover(*sums) for paid_by, *sums in rows}


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
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_OF_A_PERIOD)
        cursor.execute(query, parameters)
        return cursor.fetchall()
