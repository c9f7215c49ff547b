"""Showings, and the seat map of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from aggregator.provider_api.reading import LISTING, SEATS, Asking
from aggregator.provider_api.values import amount, identity, instant, listed, whole

SCHEDULED = "scheduled"
MOST_SEANCES = 500
MOST_SEATS = 10_000
LARGEST_GRID = 1000
"""Cells of a hall in one direction."""


@dataclass(frozen=True)
class Seance:
    id: int
    movie_id: int
    price: Decimal
    currency: str
    starts_at: datetime
    ends_at: datetime | None
    hall: str
    format: str
    language: str
    status: str
    seats_total: int | None
    seats_vacant: int | None

    @classmethod
    def parsed(cls, data: Mapping[str, Any], movie_id: int | None = None) -> "Seance":
        ends, total, vacant = (
            data.get(name) for name in ("ends_at", "seats_total", "seats_vacant")
        )
        return cls(
            id=identity(data["id"]),
            movie_id=identity(data["movie_id"]) if movie_id is None else movie_id,
            price=amount(data["price"]),
            currency=str(data.get("currency") or ""),
            starts_at=instant(data["datetime"]),
            ends_at=instant(ends) if ends else None,
            hall=str((data.get("hall") or {}).get("name") or ""),
            format=str(data.get("format") or ""),
            language=str(data.get("language") or ""),
            status=str(data.get("status") or SCHEDULED),
            seats_total=None if total is None else whole(total),
            seats_vacant=None if vacant is None else whole(vacant),
        )

    @property
    def taken_percent(self) -> int | None:
        """How full it is; None when the provider doesn't say."""
        if not self.seats_total or self.seats_vacant is None:
            return None
        return round(100 * (self.seats_total - self.seats_vacant) / self.seats_total)

    @property
    def sold_out(self) -> bool:
        return self.seats_vacant == 0


@dataclass(frozen=True)
class Category:
    id: int
    name: str
    colour: str
    price: Decimal


@dataclass(frozen=True)
class Seat:
    """`x`, `y`: its cell in the hall's grid; `y` 0 is nearest to the screen."""

    id: int
    vacant: bool
    row: str
    number: int
    x: int
    y: int
    wheelchair: bool
    category: str
    price: Decimal


@dataclass(frozen=True)
class SeatMap:
    seance: Seance
    categories: tuple[Category, ...]
    seats: tuple[Seat, ...]

    @property
    def currency(self) -> str:
        return self.seance.currency

    @classmethod
    def parsed(cls, data: Mapping[str, Any], movie_id: int) -> "SeatMap":
        return cls(
            seance=Seance.parsed(data, movie_id),
            categories=tuple(
                Category(
                    identity(one["id"]), str(one["name"]), str(one["colour"]), amount(one["price"])
                )
                for one in listed(data["categories"], most=MOST_SEATS)
            ),
            seats=tuple(_seat(one) for one in listed(data["seats"], most=MOST_SEATS)),
        )


def _seat(data: Mapping[str, Any]) -> Seat:
    return Seat(
        id=identity(data["id"]),
        vacant=data["vacant"] is True,
        row=str(data["row"]),
        number=whole(data["number"]),
        x=whole(data["position"]["x"], most=LARGEST_GRID),
        y=whole(data["position"]["y"], most=LARGEST_GRID),
        wheelchair=bool(data.get("wheelchair")),
        category=str(data["category"]),
        price=amount(data["price"]),
    )


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def of_film(asking: Asking, movie_id: int, *, since: datetime) -> list[Seance]:
    """The showings of a film from `since` on, by start. Raises Refused (404)."""

    def parse(data: Any) -> list[Seance]:
        return [Seance.parsed(one, movie_id) for one in listed(data, most=MOST_SEANCES)]

    return await asking.get(
        f"/movies/{movie_id}/seances",
        parse,
        keep=LISTING,
        ordering="datetime",
        max_results=str(MOST_SEANCES),
        seats="false",
        **{"from": _rounded(since)},
    )


async def of_all_films(asking: Asking, *, since: datetime, until: datetime) -> list[Seance]:
    """The showings of every film that start between the two, by start."""

    def parse(data: Any) -> list[Seance]:
        return [Seance.parsed(one) for one in listed(data, most=MOST_SEANCES)]

    return await asking.get(
        "/seances",
        parse,
        keep=LISTING,
        ordering="datetime",
        max_results=str(MOST_SEANCES),
        seats="false",
        **{"from": _rounded(since), "to": _rounded(until)},
    )


def _rounded(moment: datetime) -> str:
    """To the minute: a question that is the same for everybody is asked once."""
    return rfc3339(moment - timedelta(seconds=moment.second, microseconds=moment.microsecond))


async def seat_map(asking: Asking, movie_id: int, seance_id: int) -> SeatMap:
    """At most half a second old. Raises Refused (404)."""
    return await asking.get(
        f"/movies/{movie_id}/seances/{seance_id}",
        lambda data: SeatMap.parsed(data, movie_id),
        keep=SEATS,
    )


async def best_seats(asking: Asking, movie_id: int, seance_id: int, people: int) -> list[int]:
    """Free seats for so many, together where that can be; none when fewer are free."""
    return await asking.get(
        f"/movies/{movie_id}/seances/{seance_id}/best-seats",
        lambda data: [identity(seat) for seat in listed(data["seatsIds"], most=MOST_SEATS)],
        count=str(people),
    )
