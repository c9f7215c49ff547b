"""A booking as its buyer sees it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from bookings.models import BookingStatus, PaymentStatus
from bookings.payments import rules
from cinema.refusals import NotFound

# A hold whose time is over has expired, whether somebody tidied it or not.
_BOOKED = """
SELECT booking.id, seance.movie_id, booking.seance_id, booking.email, booking.total,
       booking.expires_at,
       CASE WHEN booking.status = 'held' AND booking.expires_at <= now() THEN 'expired'
            ELSE booking.status END,
       CASE WHEN booking.status = 'held' AND booking.expires_at > now()
            THEN extract(epoch FROM booking.expires_at - now()) END,
       CASE WHEN booking.status = 'confirmed' AND NOT EXISTS (
                SELECT FROM bookings_ticket used WHERE used.booking_id = booking.id
                AND used.released_at IS NULL AND used.checked_in_at IS NOT NULL)
            THEN seance.starts_at - %(notice)s::interval END,
       booking.sold_by_id IS NOT NULL,
       (SELECT payment.status FROM bookings_payment payment WHERE payment.booking_id = booking.id
        ORDER BY payment.status <> 'succeeded', payment.created_at DESC LIMIT 1),
       ticket.id, ticket.seat_id, seat.row, seat.number, ticket.code, ticket.price
FROM bookings_booking booking
JOIN movies_seance seance ON seance.id = booking.seance_id
JOIN bookings_ticket ticket ON ticket.booking_id = booking.id AND ticket.replaced_by_id IS NULL
JOIN movies_seat seat ON seat.id = ticket.seat_id
WHERE booking.id = %(booking)s AND booking.status <> 'blocked' ORDER BY ticket.id
"""

_COLUMNS = (
    "id",
    "movie_id",
    "seance_id",
    "email",
    "total",
    "expires_at",
    "status",
    "expires_in",
    "cancellable_until",
)
_TICKET = len(_COLUMNS) + 2  # where its ticket begins in a row


@dataclass(frozen=True)
class BookedTicket:
    id: int
    seat_id: int
    row: str
    number: int
    code: str
    price: Decimal


@dataclass(frozen=True)
class BookedPayment:
    """What became of paying online: pending, succeeded, failed or refunded."""

    status: str

    @classmethod
    def of(cls, status: str | None) -> "BookedPayment | None":
        """What is to be paid back counts as paid back: the buyer's part is over."""
        if status is None:
            return None
        return cls(PaymentStatus.REFUNDED if status == PaymentStatus.REFUNDING else status)


@dataclass(frozen=True)
class Booked:
    """A booking with its tickets in the order they were asked for. `expires_in`: the seconds that a
    hold has left; `cancellable_until`: by its buyer."""

    id: uuid.UUID
    movie_id: int
    seance_id: int
    email: str
    total: Decimal
    expires_at: datetime | None
    status: str
    expires_in: Decimal | None
    cancellable_until: datetime | None
    payment: BookedPayment | None
    payment_required: bool
    tickets: list[BookedTicket]

    @classmethod
    def from_rows(cls, rows: list[tuple[Any, ...]]) -> "Booked":
        """From one row per ticket: _COLUMNS of its booking, whether staff made it, what became of
        paying it, then the ticket's. What staff hold they sell: nobody pays it online."""
        known = dict(zip(_COLUMNS, rows[0], strict=False))
        by_staff, payment = rows[0][len(_COLUMNS) : _TICKET]
        held = known["status"] == BookingStatus.HELD
        return cls(
            **known,
            payment=BookedPayment.of(payment),
            payment_required=held and not by_staff and rules.to_be_paid(known["total"]),
            tickets=[BookedTicket(*row[_TICKET:]) for row in rows],
        )


def find(booking_id: uuid.UUID) -> Booked:
    """A buyer's booking as it is now on the primary. Raises NotFound."""
    asked: dict[str, Any] = {"booking": booking_id, "notice": settings.CANCELLATION_NOTICE}
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, asked)
        rows = cursor.fetchall()
    if not rows:
        raise NotFound("booking_id", booking_id)
    return Booked.from_rows(rows)
