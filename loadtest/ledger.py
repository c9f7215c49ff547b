"""What the buyers were told, and whether the cinema stands by it."""

import math
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any, NamedTuple


@dataclass
class Sale:
    """A purchase that the cinema has confirmed to its buyer. Times are seconds of one clock."""

    booking: str
    movie: int
    seance: int
    tickets: list[tuple[int, int]]
    """Seat and ticket id, one pair for each seat."""
    since: float
    until: float = math.inf
    """From when it may be cancelled: when its buyer asked for that."""
    cancelled: bool = False
    """The cinema has confirmed that, too."""
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    """The acknowledgement's, not the booking's: a booking that two buyers got counts twice."""

    @property
    def booking_path(self) -> str:
        return f"/bookings/{self.booking}"

    @property
    def seance_path(self) -> str:
        return f"/movies/{self.movie}/seances/{self.seance}"

    @property
    def kept(self) -> bool:
        return self.until == math.inf


class Ledger:
    """All sales of a run. Processes send theirs to one that checks them."""

    def __init__(self) -> None:
        self.sales: dict[str, Sale] = {}

    def note(self, sale: Sale) -> None:
        self.sales[sale.key] = sale

    def clear(self) -> None:
        self.sales.clear()

    def pages(self) -> list[dict[str, Any]]:
        return [asdict(sale) for sale in self.sales.values()]

    def absorb(self, pages: Iterable[Mapping[str, Any]]) -> None:
        for page in pages:
            self.note(Sale(**{**page, "tickets": [(seat, one) for seat, one in page["tickets"]]}))

    @property
    def tickets(self) -> int:
        return sum(len(sale.tickets) for sale in self.sales.values())


class Mistake(NamedTuple):
    kind: str
    sentence: str


def to_read(sales: Iterable[Sale]) -> set[str]:
    """The paths whose answers `mistakes` compares with what buyers were told."""
    kept_or_cancelled = [sale for sale in sales if sale.kept or sale.cancelled]
    return {sale.booking_path for sale in kept_or_cancelled} | {
        sale.seance_path for sale in kept_or_cancelled
    }


def mistakes(sales: Iterable[Sale], answers: Mapping[str, Any]) -> list[Mistake]:
    """What can't be where no seat is sold twice and no sale is lost. `answers`: the bodies of
    `to_read`, read when all was over; None for one that could not be read."""
    sales = list(sales)
    unread = [path for path in sorted(to_read(sales)) if answers.get(path) is None]
    return [
        *_sold_twice(sales),
        *_ticket_twice(sales),
        *(Mistake("not readable", f"{path} can't be read back") for path in unread),
        *_bookings_that_differ(sales, answers),
        *_shown_as_vacant(sales, answers),
    ]


def _sold_twice(sales: Iterable[Sale]) -> Iterator[Mistake]:
    """Who surely had the same seat at the same time: cancelling may free it as soon as asked."""
    by_seat: dict[tuple[int, int], list[Sale]] = defaultdict(list)
    for sale in sales:
        for seat, _ticket in sale.tickets:
            by_seat[sale.seance, seat].append(sale)
    for (seance, seat), owners in by_seat.items():
        for one, other in combinations(owners, 2):
            if one.since < other.until and other.since < one.until:
                yield Mistake(
                    "sold twice",
                    f"seat {seat} of seance {seance} was sold twice: bookings {one.booking}"
                    f" and {other.booking}",
                )


def _ticket_twice(sales: Iterable[Sale]) -> Iterator[Mistake]:
    bookings: dict[int, list[str]] = defaultdict(list)
    for sale in sales:
        for _seat, ticket in sale.tickets:
            bookings[ticket].append(sale.booking)
    for ticket, owners in bookings.items():
        if len(owners) > 1:
            yield Mistake(
                "ticket given twice", f"ticket {ticket} was given to bookings {', '.join(owners)}"
            )


def _bookings_that_differ(sales: Iterable[Sale], answers: Mapping[str, Any]) -> Iterator[Mistake]:
    for sale in sales:
        body = answers.get(sale.booking_path)
        if body is None:
            continue
        booking = body.get("booking") or {}
        if sale.cancelled and booking.get("status") != "cancelled":
            yield Mistake(
                "cancellation lost",
                f"booking {sale.booking} was cancelled and is {booking.get('status', 'gone')}",
            )
        if sale.kept and (
            booking.get("status") != "confirmed" or _tickets(booking) != sorted(sale.tickets)
        ):
            yield Mistake(
                "sale lost",
                f"booking {sale.booking} was sold with {sale.tickets} (seat, ticket) and is"
                f" {booking.get('status', 'gone')} with {_tickets(booking)}",
            )


def _tickets(booking: Mapping[str, Any]) -> list[tuple[int, int]]:
    return sorted((one["seat_id"], one["id"]) for one in booking.get("tickets", []))


def _shown_as_vacant(sales: Iterable[Sale], answers: Mapping[str, Any]) -> Iterator[Mistake]:
    vacant: dict[str, set[int]] = {}
    for sale in sales:
        path = sale.seance_path
        if not sale.kept or answers.get(path) is None:
            continue
        if path not in vacant:
            seats = (answers[path].get("data") or {}).get("seats", [])
            vacant[path] = {seat["id"] for seat in seats if seat["vacant"]}
        for seat, _ticket in sale.tickets:
            if seat in vacant[path]:
                yield Mistake(
                    "shown as vacant",
                    f"seat {seat} of seance {sale.seance} is sold to booking {sale.booking} and"
                    " shown as vacant",
                )
