"""Buyers and visitors of the provider under test."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from loadtest.torture.box_office import Programme, find, vacant_seats
from loadtest.torture.history import Place
from loadtest.torture.provider import Answer, Provider


class BoxOffice:
    """Sells and shows seats over HTTP. Each seat is given to one test only."""

    def __init__(self, provider: Provider, programme: Programme) -> None:
        self._ask = provider.ask
        self._programme = programme
        self._free = iter(programme.places())
        self._lock = threading.Lock()

    def free_place(self) -> Place:
        with self._lock:
            return next(self._free)

    def sell(self, place: Place | None = None, key: str | None = None, **arguments: Any) -> Answer:
        """Sells this place, or the next free one."""
        places = [place or self.free_place()]
        return self._programme.book(self._ask, places, key or uuid.uuid4().hex, **arguments)

    def find(self, booking: str) -> Answer:
        return find(self._ask, booking)

    def look(self, seance: int | None = None, token: str | None = None) -> Answer:
        """A showing's seat map."""
        return self._programme.look(self._ask, seance or self._programme.seances[0], token)

    def shows_vacant(self, place: Place, token: str | None = None) -> bool:
        seat_map = self.look(place.seance, token)
        assert seat_map.status == 200, seat_map
        return place.seat in vacant_seats(seat_map)


def booking_of(sale: Answer) -> str:
    assert sale.status == 201, sale
    return str(sale.body["booking"]["id"])


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
