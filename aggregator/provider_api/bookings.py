"""Holding, paying and cancelling. A booking's id is its buyer's secret."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregator.provider_api.reading import Asking
from aggregator.provider_api.values import amount, identity, instant, listed, whole

HELD, CONFIRMED, CANCELLED, EXPIRED = "held", "confirmed", "cancelled", "expired"
MOST_TICKETS = 1000  # the box office sells to groups
LONGEST_CODE = 200
A_YEAR = 366 * 24 * 3600.0


@dataclass(frozen=True)
class Ticket:
    id: int
    seat_id: int
    code: str
    row: str
    number: int | None
    price: Decimal | None


@dataclass(frozen=True)
class Booking:
    """`expires_in`: how many seconds a hold has left. `payment`: pending, succeeded, failed or
    refunded; empty when none was begun. `cancellable_until`: by its buyer."""

    id: UUID
    movie_id: int
    seance_id: int
    email: str
    status: str
    total: Decimal
    expires_in: float | None
    payment_required: bool
    payment: str
    cancellable_until: datetime | None
    tickets: tuple[Ticket, ...]

    @classmethod
    def parsed(cls, body: Mapping[str, Any]) -> "Booking":
        data = body["booking"]
        until = data.get("cancellable_until")
        return cls(
            id=UUID(data["id"]),
            movie_id=identity(data["movie_id"]),
            seance_id=identity(data["seance_id"]),
            email=str(data.get("email") or ""),
            status=str(data["status"]),
            total=amount(data["total"]),
            expires_in=_seconds_left(data),
            payment_required=bool(data.get("payment_required")),
            payment=str((data.get("payment") or {}).get("status") or ""),
            cancellable_until=instant(until) if until else None,
            tickets=tuple(_ticket(one) for one in listed(data["tickets"], most=MOST_TICKETS)),
        )


def _seconds_left(data: Mapping[str, Any]) -> float | None:
    if data["status"] != HELD:
        return None
    if data.get("expires_in") is not None:
        seconds = float(data["expires_in"])
        if not seconds <= A_YEAR:  # "not a number" isn't, either
            raise ValueError(seconds)
        return max(0.0, seconds)
    return max(0.0, (instant(data["expires_at"]) - datetime.now(UTC)).total_seconds())


def _ticket(data: Mapping[str, Any]) -> Ticket:
    number, price = data.get("number"), data.get("price")
    return Ticket(
        id=identity(data["id"]),
        seat_id=identity(data["seat_id"]),
        code=_code(data["code"]),
        row=str(data.get("row") or ""),
        number=None if number is None else whole(number),
        price=None if price is None else amount(price),
    )


def _code(value: object) -> str:
    """It is drawn as a picture, which has room for so much."""
    code = str(value)
    if not 0 < len(code) <= LONGEST_CODE:
        raise ValueError(len(code))
    return code


@dataclass(frozen=True)
class Payment:
    status: str
    redirect_url: str


async def hold(
    asking: Asking, movie_id: int, seance_id: int, seat_ids: Sequence[int], *, key: str
) -> tuple[Booking, str]:
    """Reserves every seat or none; the token sees it. Raises Refused: 409 `Seat already taken` with
    the seats, `Seance has started`, `Seance cancelled`; 422."""
    path = f"/movies/{movie_id}/seances/{seance_id}/bookings"
    body = {"seatsIds": list(seat_ids), "hold": True}
    return await asking.send("POST", path, Booking.parsed, json=body, key=key)


async def find(asking: Asking, booking_id: UUID) -> Booking:
    """As it is now. Raises Refused (404)."""
    booking, _token = await asking.send("GET", f"/bookings/{booking_id}", Booking.parsed)
    return booking


async def set_email(asking: Asking, booking_id: UUID, email: str) -> Booking:
    """Raises Refused: 409 `Hold expired`, 422 for what is no address."""
    path = f"/bookings/{booking_id}"
    booking, _token = await asking.send("PATCH", path, Booking.parsed, json={"email": email})
    return booking


async def confirm(asking: Asking, booking_id: UUID, *, key: str) -> tuple[Booking, str]:
    """Raises Refused: 402 `Payment required`, 409 `Hold expired`, `Booking cancelled`."""
    return await asking.send("POST", f"/bookings/{booking_id}/confirm", Booking.parsed, key=key)


async def pay(asking: Asking, booking_id: UUID, return_url: str) -> Payment:
    """Begins to pay, or goes on with what was begun. Raises Refused as `confirm`."""

    def parse(body: Any) -> Payment:
        return Payment(str(body["data"]["status"]), str(body["data"]["redirect_url"]))

    path = f"/bookings/{booking_id}/payments"
    payment, _token = await asking.send("POST", path, parse, json={"return_url": return_url})
    return payment


async def release(asking: Asking, booking_id: UUID, *, key: str) -> tuple[Booking, str]:
    """Releases a hold, and nothing else. Raises Refused: 409 `Booking sold`."""
    path = f"/bookings/{booking_id}?held=true"
    return await asking.send("DELETE", path, Booking.parsed, key=key)


async def cancel(asking: Asking, booking_id: UUID, *, key: str) -> tuple[Booking, str]:
    """Cancels a purchase. Raises Refused: 409 `Cancellation closed`, `Tickets used`."""
    return await asking.send("DELETE", f"/bookings/{booking_id}", Booking.parsed, key=key)
