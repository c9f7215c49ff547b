"""A booking as its buyer's pages know it. Whoever has its address may see it, so the address is
kept from others: from caches, search engines, other sites and from those who try numbers."""

import asyncio
import functools
import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Concatenate, ParamSpec
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, QueryDict

from aggregator import limits
from aggregator.pages import policies
from aggregator.pages.city_page import city_page, language
from aggregator.provider_api import bookings, films, seances
from aggregator.provider_api.bookings import Booking, Ticket
from aggregator.provider_api.films import Film
from aggregator.provider_api.reading import Asking, Refused
from aggregator.provider_api.seances import Seat, SeatMap

P = ParamSpec("P")
BookingView = Callable[Concatenate[HttpRequest, Asking, Booking, P], Awaitable[HttpResponse]]


def booking_page(view: BookingView[P]) -> Callable[..., Coroutine[Any, Any, HttpResponse]]:
    """A page of a city whose view gets the booking in place of its id."""

    @city_page
    @functools.wraps(view)
    async def page(
        request: HttpRequest, asking: Asking, booking_id: UUID, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        visitor = limits.visitor_of(request)
        if seconds := limits.lookups.wait(visitor):
            return policies.too_many(request, seconds)
        try:
            booking = await bookings.find(asking, booking_id)
        except Refused as refused:
            if refused.status == 404:
                limits.lookups.allow(visitor)
            raise
        return kept_secret(await view(request, asking, booking, *args, **kwargs))

    return page


def kept_secret(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    # Not "no-referrer": browsers then send forms with the origin "null", which is refused here.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@dataclass(frozen=True)
class Bought:
    """A ticket and its place in the hall; `category` is empty where it is not known."""

    ticket: Ticket
    row: str
    number: int | None
    category: str
    price: Decimal | None


@dataclass(frozen=True)
class Order:
    """All that pages show of a booking. `vacant`: every seat of it is free for anybody."""

    booking: Booking
    film: Film
    seat_map: SeatMap
    seats: tuple[Bought, ...]
    vacant: bool


async def order(asking: Asking, booking: Booking) -> Order:
    """Raises Refused (404) when the cinema doesn't know the film or the showing any more."""
    film, seat_map = await asyncio.gather(
        films.film(asking, booking.movie_id, language()),
        seances.seat_map(asking, booking.movie_id, booking.seance_id),
    )
    places = {seat.id: seat for seat in seat_map.seats}
    names = {str(one.id): one.name for one in seat_map.categories}
    seats = [_bought(one, places.get(one.seat_id), names) for one in booking.tickets]
    found = [places.get(one.seat_id) for one in booking.tickets]
    vacant = bool(found) and all(seat is not None and seat.vacant for seat in found)
    return Order(booking, film, seat_map, tuple(seats), vacant)


def _bought(ticket: Ticket, seat: Seat | None, names: dict[str, str]) -> Bought:
    if seat is None:
        return Bought(ticket, ticket.row, ticket.number, "", ticket.price)
    return Bought(
        ticket,
        row=ticket.row or seat.row,
        number=seat.number if ticket.number is None else ticket.number,
        category=names.get(seat.category, seat.category),
        price=seat.price if ticket.price is None else ticket.price,
    )


def form_key() -> str:
    """For the form that is being shown: the same form sent again is the same wish."""
    return str(uuid4())


def wish_key(form: QueryDict, purpose: str, booking: Booking) -> str:
    """The idempotency key of what a form asks for."""
    wish = f"{form.get('key', '')[:100] or uuid4()}:{purpose}:{booking.id}"
    return hashlib.sha256(wish.encode()).hexdigest()
