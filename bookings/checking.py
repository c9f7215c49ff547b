"""Looking for sales that can't be: what the constraints promise, asked again of the rows.

A constraint can be dropped, written around, or lost with a backup. Each check is one question to
whole tables. All see the same snapshot, so a sale that goes on meanwhile is no mistake; and none
may use an index, whose word is the very thing in doubt.
Plans: sequential scans, hash joins and aggregates, linear in tickets.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from bookings.models import Booking, Ticket

_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_FROM_ROWS = """
SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '128MB';
SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off;
SET LOCAL enable_bitmapscan = off
"""


@dataclass(frozen=True, slots=True)
class Check:
    """`question` finds a row for each mistake; its columns fill `sentence`."""

    sentence: str
    question: str


SOLD_TWICE = """
SELECT seance_id, seat_id, string_agg(id::text, ', ') FROM bookings_ticket
WHERE released_at IS NULL AND (held_until IS NULL OR held_until > now()) {only}
GROUP BY seance_id, seat_id HAVING count(*) > 1
"""
"""`only`: a condition more, which begins with AND, or nothing."""

CHECKS = (
    Check(
        "sold twice: seat {1} of seance {0}, by the live tickets {2}",
        SOLD_TWICE.format(only=""),
    ),
    Check(
        "without its booking: ticket {0} of booking {1}, which does not exist",
        """SELECT id, booking_id FROM bookings_ticket ticket
           WHERE NOT EXISTS (SELECT FROM bookings_booking WHERE id = ticket.booking_id)""",
    ),
    Check(
        "without tickets: booking {0}",
        """SELECT id FROM bookings_booking booking
           WHERE NOT EXISTS (SELECT FROM bookings_ticket WHERE booking_id = booking.id)""",
    ),
    Check(
        "in the wrong hall: ticket {0}, whose seat {1} is not in the hall of seance {2}",
        """SELECT ticket.id, ticket.seat_id, ticket.seance_id FROM bookings_ticket ticket
           LEFT JOIN movies_seance seance ON seance.id = ticket.seance_id
           LEFT JOIN movies_seat seat ON seat.id = ticket.seat_id
           WHERE (seat.hall_id = seance.hall_id AND ticket.hall_id = seance.hall_id) IS NOT TRUE""",
    ),
    Check(
        "for another seance: ticket {0} for seance {1}, its booking {2} for seance {3}",
        """SELECT ticket.id, ticket.seance_id, booking.id, booking.seance_id
           FROM bookings_ticket ticket JOIN bookings_booking booking
             ON booking.id = ticket.booking_id AND booking.seance_id <> ticket.seance_id""",
    ),
    Check(
        "wrong total: booking {0} says {1}, its tickets cost {2}",
        """SELECT booking.id, booking.total, cost.total FROM bookings_booking booking
           JOIN (SELECT booking_id, sum(price) AS total FROM bookings_ticket
                 WHERE replaced_by_id IS NULL GROUP BY booking_id)
                AS cost ON cost.booking_id = booking.id AND cost.total <> booking.total""",
    ),
    Check(
        "at odds: booking {0} is {1}, its ticket {2} is {3}",
        """SELECT booking.id, CASE booking.status WHEN 'held' THEN 'held until ' || expires_at
                                                  ELSE booking.status END, ticket.id,
                  CASE WHEN released_at IS NOT NULL THEN 'released'
                       WHEN held_until IS NOT NULL THEN 'held until ' || held_until
                       ELSE 'sold' END
           FROM bookings_ticket ticket JOIN bookings_booking booking
             ON booking.id = ticket.booking_id
           WHERE NOT CASE booking.status
                     WHEN 'confirmed' THEN (released_at IS NULL) = (replaced_by_id IS NULL)
                                           AND held_until IS NULL
                     WHEN 'blocked' THEN held_until IS NULL
                     WHEN 'held' THEN released_at IS NULL
                                      AND held_until IS NOT DISTINCT FROM expires_at
                     ELSE released_at IS NOT NULL END""",
    ),
    Check(
        "sold after the cancellation: booking {0} is {1}, seance {2} is cancelled",
        """SELECT booking.id, booking.status, booking.seance_id FROM bookings_booking booking
           JOIN movies_seance seance ON seance.id = booking.seance_id
           WHERE seance.status = 'cancelled'
             AND booking.status IN ('held', 'confirmed', 'blocked')""",
    ),
    Check(
        "money kept for nothing: payment {0} has succeeded, its booking {1} is {2}",
        """SELECT payment.id, booking.id, booking.status FROM bookings_payment payment
           JOIN bookings_booking booking ON booking.id = payment.booking_id
           WHERE payment.status = 'succeeded' AND booking.status <> 'confirmed'""",
    ),
)


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was looked at, and a line for each mistake."""

    bookings: int
    tickets: int
    mistakes: list[str]


def check_tickets() -> Checked:
    """Looks at every booking and ticket. Changes nothing and locks nobody out."""
    with _one_snapshot():
        mistakes = [line for check in CHECKS for line in _ask(check)]
        return Checked(Booking.objects.count(), Ticket.objects.count(), mistakes)


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Inside another transaction that one's snapshots have to do."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if outermost:
                cursor.execute(_SNAPSHOT)
            cursor.execute(_FROM_ROWS)
        yield


def _ask(check: Check) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(check.question)
        for row in cursor.fetchall():
            yield check.sentence.format(*row)
