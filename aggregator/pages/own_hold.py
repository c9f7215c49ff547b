"""Which seats of a showing this visitor has reserved already: who comes back to the hall must not
be told that somebody else has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from aggregator.provider_api.bookings import Booking

COOKIE = "hold"


@dataclass(frozen=True)
class OwnHold:
    booking_id: UUID
    seats: tuple[int, ...]


def remember_hold(response: HttpResponse, hall_path: str, booking: Booking) -> None:
    """For that hall's pages only, and no longer than it lasts."""
    response.set_cookie(
        COOKIE,
        _written(booking.id, booking.seance_id, [ticket.seat_id for ticket in booking.tickets]),
        max_age=int(booking.expires_in or 0),
        path=hall_path,
        httponly=True,
        samesite="Lax",
        secure=settings.CSRF_COOKIE_SECURE,
    )


def forget_hold(response: HttpResponse, hall_path: str) -> None:
    response.delete_cookie(COOKIE, path=hall_path, samesite="Lax")


def own_hold(request: HttpRequest, seance_id: int) -> OwnHold | None:
    """As the browser remembers it: the booking may have been cancelled since."""
    booking_id, _bar, rest = request.COOKIES.get(COOKIE, "").partition("|")
    seance, _bar, seats = rest.partition("|")
    try:
        hold = OwnHold(UUID(booking_id), tuple(map(int, seats.split("."))))
    except ValueError:
        return None
    return hold if seance == str(seance_id) else None


def _written(booking_id: UUID, seance_id: int, seats: Sequence[int]) -> str:
    return f"{booking_id}|{seance_id}|{'.'.join(map(str, seats))}"
