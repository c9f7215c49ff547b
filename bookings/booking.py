"""What can be done with a booking: book, confirm, cancel; and cancel all of a showing."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from bookings import counting
from bookings.booked import Booked, find
from bookings.claiming import LOST_TO_OTHERS, Order, claim, why_not
from bookings.holds import ExpiredHoldsInTheWay, past_expired_holds
from bookings.models import Booking, BookingStatus, Ticket
from bookings.payments import rules
from bookings.refusals import (
    AlreadySold,
    BookingCancelled,
    CancellationClosed,
    EmailMissing,
    HoldExpired,
    PaymentRequired,
    SeanceOver,
    SeatsTaken,
    TicketsUsed,
)
from cinema import metrics
from cinema.constraints import violated
from cinema.refusals import NotFound
from movies.models import Seance, SeanceStatus

# These change bookings first, in the order of their ids, and then their tickets, as `holds` does;
# and nothing at all when a booking is not in the state they start from.
_CONFIRM = """
WITH hold AS (
    SELECT id, sold_by_id FROM bookings_booking WHERE id = %(booking)s FOR NO KEY UPDATE
), booking AS (
    UPDATE bookings_booking
    SET status = 'confirmed', confirmed_at = now(), expires_at = NULL,
        sold_by_id = coalesce(%(by)s::int, hold.sold_by_id)
    FROM hold
    WHERE bookings_booking.id = hold.id AND status = 'held' AND expires_at > now()
    RETURNING bookings_booking.id, email, hold.sold_by_id AS held_by_id
), notice AS (
    INSERT INTO bookings_notice (booking_id, kind)
    SELECT id, 'tickets' FROM booking
    WHERE %(mailed)s AND held_by_id IS NULL AND email <> ''
)
UPDATE bookings_ticket SET held_until = NULL FROM booking
WHERE bookings_ticket.booking_id = booking.id AND released_at IS NULL
RETURNING bookings_ticket.price
"""
# A hold whose time is over, if the showing can still be sold. Its tickets may have been released;
# they come alive one by one, in the order in which everybody claims seats, and the unique index
# says whether somebody else has one.
_REVIVE = """
WITH booking AS (
    UPDATE bookings_booking SET status = 'confirmed', confirmed_at = now(), expires_at = NULL
    FROM movies_seance seance
    WHERE bookings_booking.id = %(booking)s AND bookings_booking.status IN ('held', 'expired')
      AND seance.id = bookings_booking.seance_id
      AND seance.status = 'scheduled' AND seance.starts_at > now()
    RETURNING bookings_booking.id, email
), notice AS (
    INSERT INTO bookings_notice (booking_id, kind)
    SELECT id, 'tickets' FROM booking WHERE %(mailed)s AND email <> ''
)
SELECT ticket.id, ticket.price
FROM bookings_ticket ticket JOIN booking ON booking.id = ticket.booking_id
ORDER BY ticket.seat_id
"""
_REVIVE_TICKET = """
UPDATE bookings_ticket SET released_at = NULL, held_until = NULL WHERE id = %(ticket)s RETURNING id
"""
_CANCEL = """
WITH booking AS (
    UPDATE bookings_booking
    SET status = 'cancelled', cancelled_at = now(), expires_at = NULL,
        cancelled_by_id = %(by)s, reason = %(reason)s
    FROM movies_seance seance
    WHERE bookings_booking.id = %(booking)s AND seance.id = bookings_booking.seance_id
      AND ((bookings_booking.status = 'held' AND bookings_booking.expires_at > now())
        OR (bookings_booking.status = 'confirmed'
            AND (%(by)s::int IS NOT NULL
                 OR (seance.starts_at - %(notice)s::interval > now()
                     AND NOT EXISTS (SELECT FROM bookings_ticket
                                     WHERE booking_id = %(booking)s AND released_at IS NULL
                                       AND checked_in_at IS NOT NULL)))))
    RETURNING bookings_booking.id, email, confirmed_at, paid_by, sold_by_id, total
), notice AS (
    INSERT INTO bookings_notice (booking_id, kind)
    SELECT id, 'cancelled' FROM booking
    WHERE %(by)s::int IS NOT NULL AND confirmed_at IS NOT NULL AND email <> ''
), payment AS (
    UPDATE bookings_payment SET status = 'refunding', next_look_at = now() FROM booking
    WHERE bookings_payment.booking_id = booking.id AND bookings_payment.status = 'succeeded'
), ticket AS (
    UPDATE bookings_ticket SET released_at = now() FROM booking
    WHERE bookings_ticket.booking_id = booking.id AND released_at IS NULL
)
SELECT paid_by, sold_by_id IS NOT NULL, 1, CASE WHEN confirmed_at IS NULL THEN 0 ELSE total END,
       (confirmed_at IS NOT NULL)::int
FROM booking
"""
_CANCEL_ALL = """
WITH wanted AS (
    SELECT id, status = 'held' AND expires_at <= now() AS expired, status = 'blocked' AS blocked
    FROM bookings_booking
    WHERE seance_id = %(seance)s AND status IN ('held', 'confirmed', 'blocked')
    ORDER BY id FOR UPDATE
), booking AS (
    UPDATE bookings_booking
    SET status = CASE WHEN expired THEN 'expired' ELSE 'cancelled' END,
        cancelled_at = CASE WHEN NOT expired THEN now() END,
        expires_at = CASE WHEN expired THEN expires_at END,
        cancelled_by_id = CASE WHEN NOT expired THEN %(by)s::int END,
        reason = CASE WHEN expired OR blocked THEN reason ELSE %(reason)s END
    FROM wanted WHERE bookings_booking.id = wanted.id
    RETURNING bookings_booking.id, status = 'cancelled' AND NOT blocked AS told,
              email, confirmed_at, paid_by, sold_by_id, total
), notice AS (
    INSERT INTO bookings_notice (booking_id, kind)
    SELECT id, 'cancelled' FROM booking
    WHERE told AND confirmed_at IS NOT NULL AND email <> '' ORDER BY id
), payment AS (
    UPDATE bookings_payment SET status = 'refunding', next_look_at = now() FROM booking
    WHERE bookings_payment.booking_id = booking.id AND bookings_payment.status = 'succeeded'
), ticket AS (
    UPDATE bookings_ticket SET released_at = now() FROM booking
    WHERE bookings_ticket.booking_id = booking.id AND released_at IS NULL
)
SELECT paid_by, sold_by_id IS NOT NULL, count(*),
       coalesce(sum(total) FILTER (WHERE confirmed_at IS NOT NULL), 0), count(confirmed_at)
FROM booking WHERE told GROUP BY 1, 2 ORDER BY 1, 2
"""
# A commit waits for a standby only if it wrote something. So whoever is told "sold already" locks
# the booking, which is a write: the answer must not tell of a sale that only the primary has.
_LOCK = "SELECT id FROM bookings_booking WHERE id = %(booking)s FOR UPDATE"


@dataclass(frozen=True)
class Cancelled:
    """What one call has cancelled, of what was sold in one way; `paid` is to be paid back."""

    paid_by: str
    at_box_office: bool
    bookings: int
    paid: Decimal


def book(order: Order) -> Booked:
    """Sells, or holds for `order.hold`, every seat of the order or none.

    Raises NotFound, SeanceStarted, SeanceCancelled, SeatsElsewhere, SeatsTaken.
    """
    try:
        booked = past_expired_holds(lambda: claim(order))
    except SeatsTaken as refused:
        metrics.seats_taken(len(refused.seats))
        raise
    if booked.status == BookingStatus.CONFIRMED:
        counting.sold([ticket.price for ticket in booked.tickets])
    elif booked.status == BookingStatus.HELD:
        counting.hold_made()
    return booked


def confirm(booking_id: uuid.UUID, *, by_id: int | None = None) -> Booked:
    """Sells the seats of a hold. Confirming what is sold already changes nothing. Staff, `by_id`,
    have been paid, and so have sold it; where buyers pay online, only their payment confirms.

    Raises NotFound, HoldExpired, BookingCancelled, EmailMissing, PaymentRequired.
    """
    if by_id is None:
        _refuse_unpaid(find(booking_id))
    sold = sell_hold(booking_id, by_id=by_id)
    if not sold:
        _wait_for_a_standby(booking_id)
    booked = find(booking_id)
    if sold:
        return booked
    if booked.status == BookingStatus.EXPIRED:
        raise HoldExpired
    if booked.status == BookingStatus.CANCELLED:
        raise BookingCancelled
    return booked


def _refuse_unpaid(booked: Booked) -> None:
    if booked.status != BookingStatus.HELD:
        return
    if not booked.email:
        raise EmailMissing
    if rules.to_be_paid(booked.total):
        raise PaymentRequired


def sell_hold(booking_id: uuid.UUID, *, by_id: int | None = None) -> bool:
    """Whether it was a hold whose time was not over: then it is sold now, by staff if `by_id`."""
    sold = _run(_CONFIRM, booking=booking_id, by=by_id, mailed=mailed())
    counting.sold([price for (price,) in sold])
    return bool(sold)


def sell_late(booking_id: uuid.UUID) -> bool:
    """Sells a hold whose time is over, if nobody else has its seats and the showing can be sold.

    Runs in the transaction of its caller, who has locked the showing against being cancelled and
    then the booking. Raises ExpiredHoldsInTheWay.
    """
    try:
        with transaction.atomic():
            tickets = _run(_REVIVE, booking=booking_id, mailed=mailed())
            for ticket, _price in tickets:
                _run(_REVIVE_TICKET, ticket=ticket)
    except IntegrityError as error:
        if violated(error) not in LOST_TO_OTHERS:
            raise
        _refuse_or_tidy(booking_id)
        return False
    counting.sold([price for _ticket, price in tickets])
    return bool(tickets)


def _refuse_or_tidy(booking_id: uuid.UUID) -> None:
    """Somebody has the seats. Raises ExpiredHoldsInTheWay when those are holds that are over."""
    booking = Booking.objects.get(pk=booking_id)
    seats = list(booking.tickets.values_list("seat_id", flat=True))
    reason = why_not(booking.seance_id, seats)
    if isinstance(reason, ExpiredHoldsInTheWay):
        raise reason


def mailed() -> bool:
    """Whether tickets that the public buys are sent by email: with the link to the site's page."""
    return bool(settings.SITE_URL)


def set_email(booking_id: uuid.UUID, *, email: str) -> Booked:
    """Leaves the buyer's address with a hold. Raises NotFound, HoldExpired, BookingCancelled,
    AlreadySold."""
    held = Booking.objects.filter(
        pk=booking_id, status=BookingStatus.HELD, expires_at__gt=Now()
    ).update(email=email)
    booked = find(booking_id)
    if held:
        return booked
    refusals = {
        BookingStatus.CONFIRMED: AlreadySold,
        BookingStatus.CANCELLED: BookingCancelled,
    }
    raise refusals.get(BookingStatus(booked.status), HoldExpired)


def cancel(booking_id: uuid.UUID, *, by_id: int | None = None, reason: str = "") -> Booked:
    """Releases a hold, or cancels a sale: the seats can be sold again, the history stays.

    Buyers give CANCELLATION_MINUTES of notice before the start, and can't once somebody was let in.
    Staff, `by_id`, can at any time, and the buyer is told by email. Cancelling what is cancelled or
    expired changes nothing. Raises NotFound, CancellationClosed, TicketsUsed.
    """
    cancel_once(booking_id, by_id=by_id, reason=reason)
    return find(booking_id)


@transaction.atomic
def release(booking_id: uuid.UUID) -> Booked:
    """Releases a hold; what was bought meanwhile stays bought. Releasing what is cancelled or
    expired changes nothing. Raises NotFound, AlreadySold."""
    _run(_LOCK, booking=booking_id)  # a payment that is being booked is before us or after us
    if find(booking_id).status == BookingStatus.CONFIRMED:
        raise AlreadySold
    return cancel(booking_id)


def cancel_once(
    booking_id: uuid.UUID, *, by_id: int | None = None, reason: str = ""
) -> Cancelled | None:
    """As `cancel`, but tells what this call has done; None: somebody else was first.

    So of two who cancel at the same moment one pays back.
    """
    notice = settings.CANCELLATION_NOTICE
    with transaction.atomic():
        # By itself: so the next statement sees the tickets of a move that had the lock before us.
        _run(_LOCK, booking=booking_id)
        done = _run(_CANCEL, booking=booking_id, by=by_id, reason=reason, notice=notice)
    if done:
        return _cancelled(done)[0]
    if find(booking_id).status == BookingStatus.CONFIRMED:
        used = Ticket.objects.filter(booking=booking_id, checked_in_at__isnull=False)
        raise TicketsUsed if used.exists() else CancellationClosed(notice // timedelta(minutes=1))
    return None


@transaction.atomic
def cancel_seance(seance_id: int, *, by_id: int | None = None, reason: str = "") -> list[Cancelled]:
    """The cinema cancels a showing, and with it every booking; buyers are told by email. Returns
    what this call has cancelled. Raises NotFound and, once it has ended, SeanceOver.

    The showing is locked first: a sale that is under way is either cancelled too or refused.
    """
    seance = Seance.objects.select_for_update().filter(pk=seance_id).first()
    if seance is None:
        raise NotFound("seance_id", seance_id)
    refuse_when_over(seance_id)
    seance.status = SeanceStatus.CANCELLED
    seance.save(update_fields=["status"])
    done = _run(_CANCEL_ALL, seance=seance_id, by=by_id, reason=reason)
    return _cancelled(done)


def _cancelled(rows: list[tuple[Any, ...]]) -> list[Cancelled]:
    """A row: the fields of Cancelled, and how many of its bookings had been sold."""
    done = [Cancelled(*fields) for *fields, _sold in rows]
    counting.cancelled(sum(row[-1] for row in rows), sum((one.paid for one in done), Decimal()))
    return done


def refuse_when_over(seance_id: int) -> None:
    """Raises SeanceOver once everybody has seen it, by the database's clock."""
    if Seance.objects.filter(pk=seance_id, ends_at__lte=Now()).exists():
        raise SeanceOver


def _run(statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _wait_for_a_standby(booking_id: uuid.UUID) -> None:
    """Before an answer that changed nothing: see _LOCK."""
    _run(_LOCK, booking=booking_id)
