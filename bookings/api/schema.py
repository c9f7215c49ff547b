"""What `/schema` says about the operations on bookings."""

from drf_spectacular.utils import extend_schema, extend_schema_view

from bookings.api.answers import BookingAnswer, PaymentAnswer
from bookings.api.body import BookingBody, BookingOfSeanceBody, BuyerBody, PaymentBody
from bookings.api.parameters import HELD_ONLY
from cinema.api.schema import IDEMPOTENCY_KEY, failing

_NOT_FOUND = failing("Not found")
_SELLING = {
    201: BookingAnswer,
    404: _NOT_FOUND,
    409: failing(
        "Seat already taken", "Seance has started", "Seance cancelled", "Request in progress"
    ),
    422: failing("Validation failed", "Idempotency key reused"),
}
_KEY = failing("Validation failed", "Idempotency key reused")

BOOKINGS = extend_schema_view(
    create=extend_schema(
        operation_id="book",
        tags=["bookings"],
        parameters=[IDEMPOTENCY_KEY],
        request=BookingOfSeanceBody,
        responses=_SELLING,
    ),
    retrieve=extend_schema(
        operation_id="get_booking",
        tags=["bookings"],
        responses={200: BookingAnswer, 404: _NOT_FOUND},
    ),
    partial_update=extend_schema(
        operation_id="set_buyer",
        tags=["bookings"],
        request=BuyerBody,
        responses={
            200: BookingAnswer,
            404: _NOT_FOUND,
            409: failing("Hold expired", "Booking cancelled", "Booking sold"),
            422: failing("Validation failed"),
        },
    ),
    destroy=extend_schema(
        operation_id="cancel_booking",
        tags=["bookings"],
        parameters=[HELD_ONLY.documented, IDEMPOTENCY_KEY],
        responses={
            200: BookingAnswer,
            404: _NOT_FOUND,
            409: failing(
                "Cancellation closed", "Tickets used", "Booking sold", "Request in progress"
            ),
            422: _KEY,
        },
    ),
    confirm=extend_schema(
        operation_id="confirm_booking",
        tags=["bookings"],
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses={
            200: BookingAnswer,
            400: failing("Bad request"),
            402: failing("Payment required"),
            404: _NOT_FOUND,
            409: failing("Hold expired", "Booking cancelled", "Request in progress"),
            422: _KEY,
        },
    ),
)

SEANCE_BOOKINGS = extend_schema_view(
    create=extend_schema(
        operation_id="book_seance",
        tags=["bookings"],
        parameters=[IDEMPOTENCY_KEY],
        request=BookingBody,
        responses=_SELLING,
    ),
)

PAYMENTS = extend_schema_view(
    create=extend_schema(
        operation_id="pay_booking",
        tags=["payments"],
        request=PaymentBody,
        responses={
            201: PaymentAnswer,
            400: failing("Bad request"),
            404: _NOT_FOUND,
            409: failing("Hold expired", "Booking cancelled", "Nothing to pay"),
            422: failing("Validation failed"),
        },
    ),
)
