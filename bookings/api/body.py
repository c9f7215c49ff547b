"""What callers send to book."""

from typing import Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from cinema.api.fields import Body, Boolean, Email, Integer, shown


class SeatIds(serializers.ListField):
    """At least one, at most BOOKING_MAX_SEATS, none twice."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=Integer(), allow_empty=False, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and not isinstance(data, list):
            raise ValidationError(ErrorDetail(f"{shown(data)} is not of type 'array'", "type"))
        return super().run_validation(data)

    def to_internal_value(self, data: list[Any]) -> list[int]:
        if len(data) > settings.BOOKING_MAX_SEATS:
            raise ValidationError(
                ErrorDetail(f"A booking has at most {settings.BOOKING_MAX_SEATS} seats", "max")
            )
        seats = super().to_internal_value(data)
        if len(set(seats)) < len(seats):
            raise ValidationError(ErrorDetail(f"{shown(data)} has non-unique elements", "unique"))
        return list(seats)


class BookingBody(Body):
    email = Email(max_length=254)
    seatsIds = SeatIds()  # noqa: N815 the contract's name
    hold = Boolean(default=False)


class BookingOfSeanceBody(BookingBody):
    seance_id = Integer()
