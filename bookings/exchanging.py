"""Moving a booking to other seats of its showing.

The buyer gets new tickets for the seats that change; the old ones are released and stay, so that
what was sold and paid back on a day never changes afterwards.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from bookings import counting, notices
from bookings.booked import Booked, find
from bookings.booking import refuse_when_over
from bookings.claiming import LOST_TO_OTHERS, new_code, why_not
from bookings.holds import past_expired_holds
from bookings.models import Booking, BookingStatus, NoticeKind, Ticket
from bookings.refusals import NotSold, OtherDifference, OtherNumberOfSeats, SeatsElsewhere
from cinema.constraints import violated
from cinema.refusals import NotFound
from movies.models import Seance, Seat, SeatCategory

# Ascending by seat, as in `claiming`. Who was let in already stays in.
_ISSUE = """
INSERT INTO bookings_ticket (booking_id, seance_id, hall_id, seat_id, price, category, surcharge,
                             code, exchanged_at, exchanged_by_id, exchanged_paid_by,
                             checked_in_at, checked_in_by_id)
SELECT old.booking_id, old.seance_id, old.hall_id, move.seat_id, move.price, move.category,
       move.surcharge, move.code, now(), %(by)s, %(paid_by)s,
       old.checked_in_at, old.checked_in_by_id
FROM unnest(%(tickets)s::bigint[], %(seats)s::bigint[], %(prices)s::numeric[],
            %(categories)s::text[], %(surcharges)s::numeric[], %(codes)s::text[])
     AS move (ticket_id, seat_id, price, category, surcharge, code)
JOIN bookings_ticket old ON old.id = move.ticket_id ORDER BY move.seat_id
"""
_RELEASE = """
UPDATE bookings_ticket old SET released_at = now(), replaced_by_id = new.id
FROM unnest(%(tickets)s::bigint[], %(seats)s::bigint[]) AS move (ticket_id, seat_id)
JOIN bookings_ticket new ON new.booking_id = %(booking)s AND new.seat_id = move.seat_id
                        AND new.released_at IS NULL
WHERE old.id = move.ticket_id
"""


@dataclass(frozen=True)
class _Move:
    ticket_id: int
    seat_id: int
    was: Decimal
    price: Decimal
    category: SeatCategory


def exchange(
    *,
    booking_id: uuid.UUID,
    seat_ids: Sequence[int],
    by_id: int | None = None,
    paid_by: str | None = None,
    agreed: Decimal | None = None,
) -> Booked:
    """Moves a sold booking to these seats, all or none; seats it has already stay as they are.

    A seat of another category costs what that category costs more or less than the old one did when
    it was sold: the total follows. `by_id` takes the difference or pays it back, by `paid_by`: None
    is as the booking was paid. `agreed`: what the buyer was told it would be. The buyer is told by
    email. Raises NotFound, NotSold, SeanceOver, OtherNumberOfSeats, SeatsElsewhere,
    OtherDifference, SeatsTaken.
    """
    past_expired_holds(lambda: _exchange(booking_id, seat_ids, by_id, paid_by, agreed))
    return find(booking_id)


@transaction.atomic
def _exchange(
    booking_id: uuid.UUID,
    seat_ids: Sequence[int],
    by_id: int | None,
    paid_by: str | None,
    agreed: Decimal | None,
) -> None:
    booking = _locked(booking_id)
    moves = _moves(booking, list(dict.fromkeys(seat_ids)))
    if not moves:
        return
    difference = sum((move.price - move.was for move in moves), Decimal())
    if agreed not in (None, difference):
        raise OtherDifference(difference)
    parameters: dict[str, Any] = {
        "booking": booking_id,
        "by": by_id,
        "paid_by": booking.paid_by if paid_by is None else paid_by,
        "tickets": [move.ticket_id for move in moves],
        "seats": [move.seat_id for move in moves],
        "prices": [move.price for move in moves],
        "categories": [move.category.name for move in moves],
        "surcharges": [move.category.surcharge for move in moves],
        "codes": [new_code() for _move in moves],
    }
    _issue(booking, parameters)
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, parameters)
    Booking.objects.filter(pk=booking_id).update(total=F("total") + difference)
    notices.queue([booking_id], NoticeKind.EXCHANGED)
    counting.exchanged(difference)


def _issue(booking: Booking, parameters: dict[str, Any]) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ISSUE, parameters)
    except IntegrityError as error:
        if violated(error) not in LOST_TO_OTHERS:
            raise
        raise why_not(booking.seance_id, parameters["seats"], after_start=True) from error


def _locked(booking_id: uuid.UUID) -> Booking:
    """The showing first: whoever cancels it waits for us, and then sees the new tickets."""
    seances = Booking.objects.filter(pk=booking_id).values("seance")
    list(Seance.objects.select_for_update(no_key=True).filter(pk__in=seances).values_list("pk"))
    booking = Booking.objects.select_for_update().filter(pk=booking_id).first()
    if booking is None:
        raise NotFound("booking_id", booking_id)
    return booking


def _moves(booking: Booking, wanted: list[int]) -> list[_Move]:
    """Which ticket goes where: the one of the lowest seat id to the lowest, and so on.

    Raises NotSold, SeanceOver, OtherNumberOfSeats, SeatsElsewhere.
    """
    if booking.status != BookingStatus.CONFIRMED:
        raise NotSold
    refuse_when_over(booking.seance_id)
    tickets = booking.tickets.filter(released_at__isnull=True).select_related("seat__category")
    current = {ticket.seat_id: ticket for ticket in tickets.order_by("seat_id")}
    if len(wanted) != len(current):
        raise OtherNumberOfSeats(len(current))
    found = Seat.objects.filter(pk__in=wanted, hall=booking.hall_id).select_related("category")
    seats = {seat.pk: seat for seat in found}
    if strangers := [seat for seat in wanted if seat not in seats]:
        raise SeatsElsewhere(strangers)
    leaving = [ticket for seat, ticket in current.items() if seat not in seats]
    entering = sorted(seat for seat in seats if seat not in current)
    return [
        _Move(
            ticket_id=ticket.pk,
            seat_id=seat,
            was=ticket.price,
            price=_price(ticket, seats[seat].category),
            category=seats[seat].category,
        )
        for ticket, seat in zip(leaving, entering, strict=True)
    ]


def _price(ticket: Ticket, category: SeatCategory) -> Decimal:
    """What the showing cost when the ticket was sold, and today's surcharge of the new seat."""
    surcharge = ticket.surcharge
    if surcharge is None:  # a guess, which may be more than was paid
        surcharge = min(ticket.seat.category.surcharge, ticket.price)
    return ticket.price - surcharge + category.surcharge
