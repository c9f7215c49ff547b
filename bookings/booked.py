"""A booking as its buyer sees it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from cinema.refusals import NotFound

# A hold whose time is over has expired, whether somebody tidied it or not.
_BOOKED = """
SELECT booking.id, seance.movie_id, booking.seance_id, booking.email, booking.total,
       booking.expires_at,
       CASE WHEN booking.status = 'held' AND booking.expires_at <= now() THEN 'expired'
            ELSE booking.status END,
       ticket.id, ticket.seat_id, seat.row, seat.number, ticket.code, ticket.price
FROM bookings_booking booking
JOIN movies_seance seance ON seance.id = booking.seance_id
JOIN bookings_ticket ticket ON ticket.booking_id = booking.id AND ticket.replaced_by_id IS NULL
JOIN movies_seat seat ON seat.id = ticket.seat_id
WHERE booking.id = %s AND booking.status <> 'blocked' ORDER BY ticket.id
"""


@dataclass(frozen=True)
class BookedTicket:
    id: int
    seat_id: int
    row: str
    number: int
    code: str
    price: Decimal


@dataclass(frozen=True)
class Booked:
    """A booking with its tickets in the order they were asked for."""

    id: uuid.UUID
    movie_id: int
    seance_id: int
    email: str
    total: Decimal
    expires_at: datetime | None
    status: str
    tickets: list[BookedTicket]

    @classmethod
    def from_rows(cls, rows: list[tuple[Any, ...]]) -> "Booked":
        """From one row per ticket: the booking's seven columns, then the ticket's six."""
        values = (*rows[0][:7], [BookedTicket(*row[7:]) for row in rows])
        return cls(*values)


def find(booking_id: uuid.UUID) -> Booked:
    """A buyer's booking as it is now on the primary. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, [booking_id])
        rows = cursor.fetchall()
    if not rows:
        raise NotFound("booking_id", booking_id)
    return Booked.from_rows(rows)
