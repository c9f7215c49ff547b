"""What callers send to book."""

from typing import Any

from django.conf import settings

from cinema.api.fields import BIGINT, Array, Body, Boolean, Email, Integer


class SeatIds(Array):
    """At least one, at most BOOKING_MAX_SEATS, none twice."""

    default_error_messages = {"max_items": "A booking has at most {max_items} seats"}

    def __init__(self, **kwargs: Any) -> None:
        seat = Integer(min_value=1, max_value=BIGINT)
        most = settings.BOOKING_MAX_SEATS
        super().__init__(child=seat, allow_empty=False, max_items=most, **kwargs)


class BookingBody(Body):
    email = Email(max_length=254)
    seatsIds = SeatIds()  # noqa: N815 the contract's name
    hold = Boolean(default=False)


class BookingOfSeanceBody(BookingBody):
    seance_id = Integer()
