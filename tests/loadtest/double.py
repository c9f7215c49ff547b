"""A provider of two showings in one hall, in memory, which can be told to go wrong."""

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

SEATS = range(1, 11)
SEANCES = (1, 2)


class Double:
    def __init__(self, *, sells_twice: bool = False, fails_first: bool = False) -> None:
        self.url = ""
        self.keys: list[str] = []
        """Of all attempts to book, in their order."""
        self._sells_twice = sells_twice
        self._fails_next = fails_first
        self._bookings: dict[str, dict[str, Any]] = {}
        self.sold: set[tuple[int, int]] = set()
        """Seats by showing."""
        self._tickets = count(1)
        self._lock = threading.Lock()

    def get(self, path: str) -> tuple[int, Any]:
        if path.startswith("/bookings/"):
            return 200, {"booking": self._bookings[path.removeprefix("/bookings/")]}
        if path.startswith("/movies/1/seances/"):
            seance = int(path.split("/")[4])
            seats = [{"id": seat, "vacant": self._vacant(seance, seat)} for seat in SEATS]
            return 200, {"data": {"id": seance, "seats": seats}}
        if path.startswith("/movies"):
            return 200, {"data": [{"id": 1}]}
        if path.startswith("/seances"):
            on_sale = {"movie_id": 1, "seats_vacant": len(SEATS)}
            return 200, {"data": [{"id": seance, **on_sale} for seance in SEANCES]}
        return 404, {"errors": [{"title": "Not found"}]}

    def book(self, seance: int, key: str, seats: list[int]) -> tuple[int, Any]:
        with self._lock:
            self.keys.append(key)
            if self._fails_next:
                self._fails_next = False
                return 503, {"errors": [{"title": "Service unavailable"}]}
            taken = [seat for seat in seats if (seance, seat) in self.sold]
            if taken and not self._sells_twice:
                return 409, {"errors": [{"title": "Seat already taken", "seats": taken}]}
            self.sold |= {(seance, seat) for seat in seats}
            tickets = [{"id": next(self._tickets), "seat_id": seat} for seat in seats]
            booking = {"id": str(uuid.uuid4()), "status": "confirmed", "tickets": tickets}
            self._bookings[booking["id"]] = booking
            return 201, {"booking": booking}

    def _vacant(self, seance: int, seat: int) -> bool:
        """Who sells twice shows each seat as free until all are sold."""
        all_sold = len(self.sold) == len(SEATS) * len(SEANCES)
        return (seance, seat) not in self.sold or (self._sells_twice and not all_sold)


@contextmanager
def serving(double: Double) -> Iterator[Double]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(*double.get(self.path))

        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            key, seance = self.headers["Idempotency-Key"], int(self.path.split("/")[4])
            self._answer(*double.book(seance, key, sent["seatsIds"]))

        def _answer(self, status: int, body: Any) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        double.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield double
        finally:
            server.shutdown()
            thread.join()
