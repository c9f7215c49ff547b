"""Claiming seats: the statement that sells, and the question only its loser asks.

One statement makes the booking and its tickets or does nothing. It checks nothing that it could
lose a race on: whether a seat is free is decided by `one_live_ticket_per_seat` alone, while the
row is inserted. Rows go in by ascending seat id, so that two buyers of the same seats wait for each
other in one direction and can't deadlock.
"""

import secrets
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from bookings.booked import Booked
from bookings.holds import ExpiredHoldsInTheWay
from bookings.refusals import SeanceCancelled, SeanceStarted, SeatsElsewhere, SeatsTaken
from cinema import prepared
from cinema.constraints import violated
from cinema.refusals import NotFound
from movies.models import SeanceStatus

# `offer` prices the seats that can be sold at all, by primary keys: seance, wanted seats, their
# categories. It takes the lock on the seance that the booking's foreign key takes anyway, only
# earlier: a sale that waits for the seance to be cancelled looks again at its status. `booking`
# inserts nothing unless every wanted seat is offered, and then neither does `ticket`.
# Plan: nested loops over three primary keys, two inserts; nothing grows with history.
CLAIM = """
WITH offer AS MATERIALIZED (
    SELECT nextval('bookings_ticket_id_seq') AS id, wanted.*
    FROM (
        SELECT wanted.seat_id, wanted.code, seat.row, seat.number, seance.movie_id, seance.hall_id,
               seance.starts_at,
               category.name AS category,
               CASE WHEN %(blocked)s THEN 0 ELSE category.surcharge END AS surcharge,
               CASE WHEN %(blocked)s THEN 0 ELSE seance.price + category.surcharge END AS price
        FROM unnest(%(seats)s::bigint[], %(codes)s::text[])
             WITH ORDINALITY AS wanted (seat_id, code, place)
        JOIN movies_seance seance ON seance.id = %(seance)s::bigint
        JOIN movies_seat seat ON seat.id = wanted.seat_id AND seat.hall_id = seance.hall_id
        JOIN movies_seatcategory category ON category.id = seat.category_id
        WHERE seance.status = 'scheduled' AND seance.starts_at > now()
          AND seance.movie_id = coalesce(%(movie)s::bigint, seance.movie_id)
        ORDER BY wanted.place
        FOR KEY SHARE OF seance
    ) AS wanted
), booking AS (
    INSERT INTO bookings_booking
        (id, seance_id, hall_id, email, total, sold_by_id, paid_by, reason,
         status, expires_at, confirmed_at)
    SELECT %(booking)s::uuid, %(seance)s::bigint, min(hall_id), %(email)s::text, sum(price),
           %(sold_by)s::int, %(paid_by)s::text, %(reason)s::text,
           CASE WHEN %(blocked)s THEN 'blocked'
                WHEN %(hold)s::interval IS NULL THEN 'confirmed' ELSE 'held' END,
           now() + %(hold)s::interval,
           CASE WHEN %(hold)s::interval IS NULL AND NOT %(blocked)s THEN now() END
    FROM offer HAVING count(*) = cardinality(%(seats)s::bigint[])
    RETURNING id, seance_id, email, total, expires_at, status
), ticket AS (
    INSERT INTO bookings_ticket
        (id, booking_id, seance_id, hall_id, seat_id, price, category, surcharge, code, held_until)
    SELECT offer.id, booking.id, booking.seance_id, offer.hall_id, offer.seat_id, offer.price,
           offer.category, offer.surcharge, offer.code, booking.expires_at
    FROM offer CROSS JOIN booking ORDER BY offer.seat_id
    RETURNING id
), notice AS (
    INSERT INTO bookings_notice (booking_id, kind)
    SELECT id, 'tickets' FROM booking WHERE %(mailed)s AND status = 'confirmed' AND email <> ''
)
SELECT booking.id, offer.movie_id, booking.seance_id, booking.email, booking.total,
       booking.expires_at, booking.status, extract(epoch FROM %(hold)s::interval),
       CASE WHEN booking.status = 'confirmed' THEN offer.starts_at - %(notice)s::interval END,
       %(sold_by)s::int IS NOT NULL, NULL,
       offer.id, offer.seat_id, offer.row, offer.number, offer.code, offer.price
FROM offer JOIN ticket ON ticket.id = offer.id CROSS JOIN booking ORDER BY offer.id
"""

# Every reason a claim can fail for, in one look.
_REASONS = """
SELECT seance.movie_id, seance.status, seance.starts_at <= now(),
       ARRAY(SELECT wanted FROM unnest(%(seats)s::bigint[]) AS wanted
             WHERE NOT EXISTS (SELECT FROM movies_seat
                               WHERE id = wanted AND hall_id = seance.hall_id)),
       ARRAY(SELECT seat_id FROM bookings_ticket
             WHERE seance_id = seance.id AND seat_id = ANY(%(seats)s::bigint[])
               AND released_at IS NULL AND (held_until IS NULL OR held_until > now()))
FROM movies_seance seance WHERE seance.id = %(seance)s
"""

# Somebody else sold the seat, or deleted the seance or the seat, while the statement ran.
LOST_TO_OTHERS = (
    "one_live_ticket_per_seat",
    "booking_seance_in_its_hall",
    "ticket_seat_in_its_hall",
)

# A person may have to read it out at the door: no letters that look like digits. 60 bits.
_ALPHABET = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LETTER_OF_BYTE = _ALPHABET * 8
_CODE_LENGTH = 12

BIGINT = range(-(2**63), 2**63)


@dataclass(frozen=True)
class Order:
    """What a buyer asks for. `movie_id`, when given, must be the seance's; `hold`: how long the
    seats are only reserved, None to buy; `sold_by`: the member of staff who sells, `paid_by` how
    they were paid. `blocked`: the cinema keeps the seats to itself, for `reason` and for nothing.
    `mailed`: tickets that are sold at once are sent to the buyer.
    """

    seance_id: int
    seat_ids: Sequence[int]
    email: str
    movie_id: int | None = None
    hold: timedelta | None = None
    sold_by_id: int | None = None
    paid_by: str = ""
    blocked: bool = False
    reason: str = ""
    mailed: bool = False


def claim(order: Order) -> Booked:
    """Sells or holds every seat of the order, or none.

    Raises NotFound, SeanceStarted, SeanceCancelled, SeatsElsewhere, SeatsTaken; and
    ExpiredHoldsInTheWay when the seats are vacant but nobody has tidied them yet.
    """
    asked = parameters(order)
    try:
        with _undone_if_it_fails():
            rows = prepared.run(CLAIM, asked)
    except IntegrityError as error:
        if violated(error) not in LOST_TO_OTHERS:
            raise
        rows = []
    if not rows:
        raise _why_not(order)
    return Booked.from_rows(rows)


def parameters(order: Order) -> dict[str, Any]:
    """Of CLAIM. Raises SeatsElsewhere and NotFound for ids that no table could have."""
    if strangers := [seat for seat in order.seat_ids if seat not in BIGINT]:
        raise SeatsElsewhere(strangers)
    if order.seance_id not in BIGINT:
        raise NotFound("seance_id", order.seance_id)
    return {
        "booking": uuid.uuid4(),
        "seance": order.seance_id,
        "movie": order.movie_id,
        "seats": list(order.seat_ids),
        "codes": [new_code() for _ in order.seat_ids],
        "email": order.email,
        "hold": order.hold,
        "sold_by": order.sold_by_id,
        "paid_by": order.paid_by,
        "blocked": order.blocked,
        "reason": order.reason,
        "mailed": order.mailed,
        "notice": settings.CANCELLATION_NOTICE,
    }


def new_code() -> str:
    """A ticket's code: what is read at the door."""
    return secrets.token_bytes(_CODE_LENGTH).translate(_LETTER_OF_BYTE).decode()


@contextmanager
def _undone_if_it_fails() -> Iterator[None]:
    """Inside a transaction a failed statement needs a savepoint; alone it needs nothing."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    else:
        yield


def _why_not(order: Order) -> Exception:
    return why_not(order.seance_id, order.seat_ids, movie_id=order.movie_id)


def why_not(
    seance_id: int,
    seat_ids: Sequence[int],
    *,
    movie_id: int | None = None,
    after_start: bool = False,
) -> Exception:
    """What stands against these seats now: a refusal, or ExpiredHoldsInTheWay.

    `after_start`: that the showing has started is no reason.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REASONS, {"seance": seance_id, "seats": list(seat_ids)})
        row = cursor.fetchone()
    if row is None or movie_id not in (None, row[0]):
        return NotFound("seance_id", seance_id)
    _movie, status, started, strangers, taken = row
    if strangers:
        return SeatsElsewhere(strangers)
    if status == SeanceStatus.CANCELLED:
        return SeanceCancelled()
    if started and not after_start:
        return SeanceStarted()
    if taken:
        return SeatsTaken(taken)
    return ExpiredHoldsInTheWay(seance_id, seat_ids)
