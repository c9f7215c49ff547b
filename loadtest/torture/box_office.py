"""The requests of buyers and visitors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from loadtest.torture.history import Place
from loadtest.torture.provider import Answer

TOKEN = "X-Consistency-Token"  # noqa: S105 a header's name
EMAIL = "torture.example"
"""Where buyers' addresses are their keys, so that the table tells which key made a booking."""

Ask = Callable[..., Answer]
"""As `Provider.ask`: with a method, a path and what `requests` takes."""


@dataclass(frozen=True)
class Programme:
    """What is sold: `loadtest.torture.programme` makes it."""

    movie: int
    seances: list[int]
    seats: list[int]
    prices: list[tuple[int, int, float]]
    """Of a showing's seat, as it was set up."""

    def path(self, seance: int) -> str:
        return f"/movies/{self.movie}/seances/{seance}"

    def places(self) -> list[Place]:
        return [Place(seance, seat) for seance in self.seances for seat in self.seats]

    def book(
        self, ask: Ask, places: Sequence[Place], key: str, *, hold: bool = False, **more: Any
    ) -> Answer:
        """Buys or holds these places of one showing, or none."""
        return ask(
            "POST",
            f"{self.path(places[0].seance)}/bookings",
            json={
                "email": f"{key}@{EMAIL}",
                "seatsIds": [place.seat for place in places],
                "hold": hold,
            },
            headers={"Idempotency-Key": key},
            **more,
        )

    def look(self, ask: Ask, seance: int, token: str | None = None) -> Answer:
        """A showing's seat map."""
        return ask("GET", self.path(seance), headers={TOKEN: token} if token else {})


def confirm(ask: Ask, booking: str, key: str) -> Answer:
    return ask("POST", f"/bookings/{booking}/confirm", headers={"Idempotency-Key": key})


def cancel(ask: Ask, booking: str, key: str) -> Answer:
    return ask("DELETE", f"/bookings/{booking}", headers={"Idempotency-Key": key})


def find(ask: Ask, booking: str) -> Answer:
    return ask("GET", f"/bookings/{booking}")


def vacant_seats(seat_map: Answer) -> set[int]:
    return {seat["id"] for seat in seat_map.body["data"]["seats"] if seat["vacant"]}


def is_final(answer: Answer) -> bool:
    """Done or refused, rather than to be asked again."""
    return answer.status not in (0, 500, 502, 503, 504) and "Retry-After" not in answer.headers
