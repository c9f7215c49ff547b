"""What callers send to book."""

from typing import Any

from django.conf import settings
from rest_framework.exceptions import ErrorDetail, ValidationError

from cinema.api.fields import BIGINT, Array, Body, Boolean, Email, Integer, String


class SeatIds(Array):
    """At least one, at most BOOKING_MAX_SEATS, none twice."""

    default_error_messages = {"max_items": "A booking has at most {max_items} seats"}

    def __init__(self, **kwargs: Any) -> None:
        seat = Integer(min_value=1, max_value=BIGINT)
        most = settings.BOOKING_MAX_SEATS
        super().__init__(child=seat, allow_empty=False, max_items=most, **kwargs)


class BookingBody(Body):
    # A hold may leave the address for later.
    demanded = {
        "anyOf": [
            {"required": ["email"]},
            {"required": ["hold"], "properties": {"hold": {"const": True}}},
        ]
    }

    email = Email(max_length=254, required=False)
    seatsIds = SeatIds()  # noqa: N815 the contract's name
    hold = Boolean(default=False)

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        if not attributes["hold"] and "email" not in attributes:
            raise ValidationError({"email": [ErrorDetail("required", code="required")]})
        return attributes


class BookingOfSeanceBody(BookingBody):
    seance_id = Integer()


class BuyerBody(Body):
    email = Email(max_length=254)


class PaymentBody(Body):
    return_url = String(max_length=2000)
