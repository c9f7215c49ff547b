"""A sale at the box office: made once, however often its form is sent.

The form's key is an idempotency key, as the API has them: while an answer is lost, the same form
can be sent again and again, and it is answered with the one sale that it made.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bookings.booking import book
from bookings.claiming import Order
from bookings.idempotency import once_for
from bookings.models import BookingStatus, NoticeKind, Ticket
from bookings.notices import queue
from bookings.refusals import KeyInProgress, KeyReused, SeatsTaken
from cinema.admin import money
from cinema.api.json import JSONResponse, encode

SAME_SALE = timedelta(minutes=10)


@dataclass(frozen=True)
class Answer:
    """`booking_id`: what was sold, `again`: by an earlier sending of it. Else `refusal` says why
    nothing was; `taken`: the seats that somebody else has; `asks_again`: nobody knows yet."""

    booking_id: uuid.UUID | None = None
    again: bool = False
    refusal: str = ""
    taken: Sequence[int] = ()
    asks_again: bool = False


class PriceChanged(Exception):
    """No `Refused`, which would be kept as the key's answer: this undoes the sale and its key."""


def sell(
    request: HttpRequest, order: Order, key: uuid.UUID, shown_total: Decimal | None = None
) -> Answer:
    """Sells `order`, or tells what became of it when the form with this key was sent before.

    `shown_total`: what the buyer was told; nothing is sold for any other sum.
    """
    asked = asdict(order) | {"total": shown_total}
    try:
        answered = once_for(f"box office {key}", request, asked, lambda: _sale(order, shown_total))
    except PriceChanged as changed:
        return Answer(refusal=str(changed))
    except SeatsTaken as refused:
        return _refused(order, str(refused), refused.seats)
    except KeyInProgress:
        return Answer(
            refusal=_("The sale is still being made. Press “Sell” again: nothing is sold twice."),
            asks_again=True,
        )
    except KeyReused:
        return Answer(
            refusal=_(
                "This form was sent before, with something else chosen. Look into your shift "
                "whether that was sold, then press “Sell” again."
            )
        )
    body: dict[str, Any] = orjson.loads(answered.content)
    if answered.status_code == 201:
        return Answer(uuid.UUID(body["booking"]), "Idempotency-Replayed" in answered)
    error = body["errors"][0]
    return _refused(order, error["detail"], error.get("seats", []))


def _sale(order: Order, shown_total: Decimal | None) -> JSONResponse:
    """In the transaction of its key: so the tickets are emailed if, and only if, they are sold."""
    booked = book(order)
    if shown_total not in (None, booked.total):
        raise PriceChanged(
            _("The price has changed: it is %(total)s now. Nothing is sold yet.")
            % {"total": money(booked.total)}
        )
    if order.email:
        queue([booked.id], NoticeKind.TICKETS)
    return JSONResponse(encode({"booking": booked.id}), 201)


def _refused(order: Order, why: str, taken: list[int]) -> Answer:
    if taken and (booking_id := _sold_already(order, taken)):
        return Answer(booking_id, again=True)
    return Answer(refusal=why, taken=taken)


def _sold_already(order: Order, taken: list[int]) -> uuid.UUID | None:
    """The same sale of a moment ago from another form: somebody went back and sold once more."""
    if taken != sorted(order.seat_ids):
        return None
    ticket = (
        Ticket.objects.filter(
            seance=order.seance_id,
            seat=order.seat_ids[0],
            released_at__isnull=True,
            booking__sold_by=order.sold_by_id,
            booking__email=order.email,
            booking__paid_by=order.paid_by,
            booking__status=BookingStatus.CONFIRMED,
            booking__created_at__gt=Now() - SAME_SALE,
        )
        .select_related("booking")
        .first()
    )
    if ticket is None:
        return None
    seats = ticket.booking.tickets.order_by("seat").values_list("seat", flat=True)
    return ticket.booking_id if list(seats) == taken else None
