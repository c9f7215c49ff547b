"""What goes on while something else is measured: people buy, and a city hangs."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from loadtest.bench.failing import Failed
from loadtest.bench.server import PATIENCE, Server

SALES_PER_SECOND = 20
FRESH_WITHIN = 1.0  # seconds until everybody sees a sale
CALLERS = 8
PAUSE = 0.1  # seconds between two calls of one of them

Pair = tuple[int, int, int]
"""A showing and two of its seats."""


class Buyers:
    """Buy now and then of a film's showings. `vacant` shrinks."""

    def __init__(self, provider: Server, film: int) -> None:
        self._provider = provider
        self._film = film
        self._list = f"/movies/{film}/seances"
        self._vacant = self._pairs()

    def _pairs(self) -> list[Pair]:
        pairs: list[Pair] = []
        for seance in self._provider.read(self._list)["data"]:
            free = [seat["id"] for seat in seance["seats"] if seat["vacant"]]
            neighbours = zip(free[::2], free[1::2], strict=False)
            pairs += [(seance["id"], one, other) for one, other in neighbours]
        return pairs

    @contextmanager
    def buying(self) -> Iterator[None]:
        """Raises Failed at the end when one of them could not buy, and when a reader does not see
        the last sale."""
        over = threading.Event()
        failures: list[Exception] = []
        bought: list[Pair] = []

        def buy() -> None:
            try:
                while not over.wait(1 / SALES_PER_SECOND):
                    bought.append(self._buy())
            except (Failed, OSError, IndexError, http.client.HTTPException) as failure:
                failures.append(failure)

        thread = threading.Thread(target=buy)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
        if failures or not bought:
            raise Failed(
                f"Who bought meanwhile could not: {failures[0] if failures else 'nobody bought'}"
            )
        self._check_seen(bought[-1])

    def _buy(self) -> Pair:
        seance, *seats = pair = self._vacant.pop()
        connection = http.client.HTTPConnection("127.0.0.1", self._provider.port, timeout=PATIENCE)
        try:
            body = json.dumps({"email": "buyer@example.org", "seatsIds": seats})
            headers = {"Content-Type": "application/json"}
            connection.request("POST", f"{self._list}/{seance}/bookings", body, headers)
            answer = connection.getresponse()
            if answer.status != 201:
                raise Failed(f"{answer.status} {answer.read()[:200]!r}")
        finally:
            connection.close()
        return pair

    def _check_seen(self, sold: Pair) -> None:
        """By whoever reads the list without a token."""
        deadline = time.monotonic() + FRESH_WITHIN
        while not self._is_seen(sold):
            if time.monotonic() > deadline:
                raise Failed(f"A second after it was sold, seat {sold[1]} is shown as vacant.")
            time.sleep(0.05)

    def _is_seen(self, sold: Pair) -> bool:
        shown = self._provider.read(self._list)["data"]
        [seats] = [seance["seats"] for seance in shown if seance["id"] == sold[0]]
        return not any(seat["vacant"] for seat in seats if seat["id"] in sold[1:])


class HangingCity:
    """Lets everybody connect and answers nobody."""

    def __init__(self) -> None:
        # Never accepted: the kernel takes connections, and what is sent on them, all the same.
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        self._socket.close()


@contextmanager
def asked_for(site: Server, path: str, *, answered: int) -> Iterator[None]:
    """By CALLERS people, now and then. Raises Failed at the end when one was not answered so."""
    over = threading.Event()
    wrong: list[str] = []

    def ask() -> None:
        try:
            while not over.wait(PAUSE):
                status, _headers, body = site.get(path)
                if status != answered:
                    wrong.append(f"{status} {body[:200]!r}")
        except Failed as failure:
            wrong.append(str(failure))

    callers = [threading.Thread(target=ask) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    try:
        yield
    finally:
        over.set()
        for caller in callers:
            caller.join()
    if wrong:
        raise Failed(f"Who asked for {path} was answered {wrong[0]}, not {answered}.")
