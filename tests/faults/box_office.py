"""Buyers and visitors of the provider under test."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any

from tests.faults.provider import Answer, Provider

TOKEN = "X-Consistency-Token"


@dataclass(frozen=True)
class Place:
    """One seat of one showing."""

    seance: int
    seat: int


class BoxOffice:
    """Sells and shows seats over HTTP. Each seat is given to one test only."""

    def __init__(
        self, provider: Provider, movie: int, seances: list[int], seats: list[int]
    ) -> None:
        self._provider = provider
        self._movie = movie
        self._free = (Place(seance, seat) for seance, seat in product(seances, seats))
        self._seance = seances[0]
        self._lock = threading.Lock()

    def free_place(self) -> Place:
        with self._lock:
            return next(self._free)

    def sell(self, place: Place | None = None, key: str | None = None, **arguments: Any) -> Answer:
        """Sells this place, or the next free one."""
        return self.sell_all((place or self.free_place(),), key or uuid.uuid4().hex, **arguments)

    def sell_all(self, places: tuple[Place, ...], key: str, **arguments: Any) -> Answer:
        """Sells these places of one showing, or none."""
        return self._provider.ask(
            "POST",
            f"{self._address(places[0].seance)}/bookings",
            json={"email": "a@b.org", "seatsIds": [place.seat for place in places]},
            headers={"Idempotency-Key": key},
            **arguments,
        )

    def cancel(self, booking: str, key: str) -> Answer:
        return self._provider.ask(
            "DELETE", f"/bookings/{booking}", headers={"Idempotency-Key": key}
        )

    def find(self, booking: str) -> Answer:
        return self._provider.get(f"/bookings/{booking}")

    def look(self, seance: int | None = None, token: str | None = None) -> Answer:
        """A showing's seat map."""
        headers = {TOKEN: token} if token else {}
        return self._provider.get(self._address(seance or self._seance), headers=headers)

    def shows_vacant(self, place: Place, token: str | None = None) -> bool:
        return vacant(self.look(place.seance, token), place.seat)

    def _address(self, seance: int) -> str:
        return f"/movies/{self._movie}/seances/{seance}"


def vacant(seat_map: Answer, seat: int) -> bool:
    assert seat_map.status == 200, seat_map
    [state] = [one["vacant"] for one in seat_map.body["data"]["seats"] if one["id"] == seat]
    return bool(state)


def booking_of(sale: Answer) -> str:
    assert sale.status == 201, sale
    return str(sale.body["booking"]["id"])


def is_final(answer: Answer) -> bool:
    """Done or refused, rather than to be asked again."""
    return answer.status in (200, 201, 409) and "Retry-After" not in answer.headers


def all_are(answers: list[Answer], status: int) -> bool:
    """With the first other one in the failure's message."""
    others = [answer for answer in answers if answer.status != status]
    assert not others, f"{len(others)} of {len(answers)}, the first: {others[0]}"
    return True


@contextmanager
def continually(ask: Callable[[], Answer], pause: float = 0.05) -> Iterator[list[Answer]]:
    """Asks from another thread, again and again, and collects the answers."""
    answers: list[Answer] = []
    enough = threading.Event()

    def go_on() -> None:
        while not enough.wait(pause):
            answers.append(ask())

    asking = threading.Thread(target=go_on)
    asking.start()
    try:
        yield answers
    finally:
        enough.set()
        asking.join()


def several(ask: Callable[[], Any], count: int) -> list[Any]:
    """What `count` threads get that ask at the same moment."""
    barrier = threading.Barrier(count)
    answers: list[Any] = []

    def one() -> None:
        barrier.wait()
        answers.append(ask())

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
