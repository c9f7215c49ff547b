"""Bookings over HTTP. A booking's id is its secret: whoever has it may read and cancel it."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from bookings import booking, staff
from bookings.api import schema
from bookings.api.body import BookingBody, BookingOfSeanceBody, BuyerBody
from bookings.api.parameters import HELD_ONLY
from bookings.booked import Booked, find
from bookings.claiming import Order
from bookings.idempotency import once
from bookings.payments.rules import taken_online
from cinema.api.json import JSONResponse, encode
from cinema.api.views import ApiViewSet, check_id, read_body, read_id, read_uuid


@schema.BOOKINGS
class BookingViewSet(ApiViewSet):
    permission_classes = [AllowAny]
    lookup_url_kwarg = "booking_id"

    def create(self, request: Request) -> HttpResponse:
        """Book seats of the seance named in the body."""
        body = read_body(BookingOfSeanceBody, request)
        return _sell(request, body, seance_id=check_id("seance_id", body["seance_id"]))

    def retrieve(self, request: Request, booking_id: str) -> HttpResponse:
        """A booking as it is now."""
        return present(find(read_uuid("booking_id", booking_id)))

    def partial_update(self, request: Request, booking_id: str) -> HttpResponse:
        """Leave the buyer's address with a hold."""
        known = read_uuid("booking_id", booking_id)
        body = read_body(BuyerBody, request, partial=True)
        return present(booking.set_email(known, **body) if body else find(known))

    def destroy(self, request: Request, booking_id: str) -> HttpResponse:
        """Release a hold, or cancel a purchase while the cinema's rule allows."""
        known = read_uuid("booking_id", booking_id)
        if HELD_ONLY.read(request.query_params):
            return once(request._request, {"held": True}, lambda: present(booking.release(known)))
        return once(
            request._request,
            {},
            lambda: present(booking.cancel(known, by_id=_clerk(request))),
        )

    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, booking_id: str) -> HttpResponse:
        """Turn a hold into a purchase."""
        known = read_uuid("booking_id", booking_id)
        clerk = request.user.pk if staff.may_sell(request.user) else None
        return once(request._request, {}, lambda: present(booking.confirm(known, by_id=clerk)))


@schema.SEANCE_BOOKINGS
class SeanceBookingViewSet(ApiViewSet):
    permission_classes = [AllowAny]

    def create(self, request: Request, movie_id: str, seance_id: str) -> HttpResponse:
        """Book seats of this seance, all or none."""
        body = read_body(BookingBody, request)
        return _sell(
            request,
            body,
            seance_id=read_id("seance_id", seance_id),
            movie_id=read_id("movie_id", movie_id),
        )


def _sell(
    request: Request, body: dict[str, Any], *, seance_id: int, movie_id: int | None = None
) -> JSONResponse:
    clerk = request.user.pk if staff.may_sell(request.user) else None
    order = Order(
        seance_id=seance_id,
        movie_id=movie_id,
        seat_ids=body["seatsIds"],
        email=body.get("email", ""),
        hold=settings.HOLD_TIME if body["hold"] or (clerk is None and taken_online()) else None,
        sold_by_id=clerk,
        mailed=clerk is None and booking.mailed(),
    )
    return once(request._request, body, lambda: _created(booking.book(order)))


def _clerk(request: Request) -> int | None:
    """The member of staff who cancels, if it is one."""
    return request.user.pk if staff.may_cancel(request.user) else None


def _created(booked: Booked) -> JSONResponse:
    answer = present(booked, status=201)
    answer["Location"] = f"/bookings/{booked.id}"
    return answer


def present(booked: Booked, status: int = 200) -> JSONResponse:
    """The answer that shows a booking."""
    content = encode({"data": [ticket.id for ticket in booked.tickets], "booking": booked})
    answer = JSONResponse(content, status, {"Cache-Control": "no-store"})
    answer.outcome = booked.status
    return answer
