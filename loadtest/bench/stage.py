"""Everything that is measured and measured against, brought up together."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

from cinema.demo.stopping import Stop
from loadtest.bench.beside import HangingCity
from loadtest.bench.cinema import Cinema
from loadtest.bench.effort import CONNECTIONS, Effort
from loadtest.bench.failing import Failed
from loadtest.bench.flash_sale import hold
from loadtest.bench.pgbench import claims_per_second, showings_for
from loadtest.bench.programme import HALLS, LISTED, PAIRS, ROWS, SEATS
from loadtest.bench.server import Server, site, yardstick
from loadtest.bench.wrk import load

SALES_PER_SECOND_AT_MOST = 6000
CITIES = [f"city{number}" for number in range(1, 10)]
HANGING = "hanging"
# Less than usual, as a round can't end before the last caller of a hanging city was answered.
DEADLINE_SECONDS = "3"


class Stage:
    def __init__(self, scratch: Path, effort: Effort, stop: Stop) -> None:
        self.effort = effort
        self.stop = stop
        self.cinema: Cinema
        self.filled: Cinema | None = None
        self.scratch = scratch
        self._yardsticks: dict[int, Server] = {}
        self._serving: list[Server] = []
        self._open = ExitStack()

    @contextmanager
    def opened(self, filled: Path | None) -> Iterator["Stage"]:
        """`filled`: a directory with databases that have many tickets already."""
        with self._open:
            self.cinema = self._cinema(self.scratch / "almost-empty", "cinema")
            if filled:
                self.filled = self._cinema(filled, "filled")
            yield self

    def _cinema(self, directory: Path, name: str) -> Cinema:
        cinema = Cinema(directory, self.scratch / name, self._showings(), self.stop)
        self._open.callback(cinema.stop)
        cinema.start()
        return cinema

    def _showings(self) -> int:
        """Enough for every round of everything that sells, and for warming up."""
        of_a_round = 4 * self._sold_by_wrk + showings_for(self.effort.claims) + 2
        return LISTED + (self.effort.rounds + 1) * of_a_round

    @property
    def _sold_by_wrk(self) -> int:
        return showings_for(self.effort.seconds * SALES_PER_SECOND_AT_MOST)

    @cached_property
    def hanging(self) -> HangingCity:
        city = HangingCity()
        self._open.callback(city.close)
        return city

    @cached_property
    def site(self) -> Server:
        """Knows the cinema under nine names, and a tenth city that hangs."""
        url = self.cinema.provider.url
        urls = dict.fromkeys(CITIES, url) | {HANGING: self.hanging.url}
        cities = [
            {"id": name, "name": name, "url": url, "time_zone": "Europe/Moscow"}
            for name, url in urls.items()
        ]
        static = self.scratch / "site-static"
        static.mkdir()
        settings = {
            "DJANGO_SETTINGS_MODULE": "aggregator.settings",
            "SECRET_KEY": "only-for-the-benchmark-" + "0" * 50,
            "HTTPS": "false",
            "CITIES": json.dumps(cities),
            "RELAY_DEADLINE_SECONDS": DEADLINE_SECONDS,
            "STATIC_ROOT": str(static),
        }
        return self._served(site(settings, self.scratch / "site"))

    def yardstick(self, size: int) -> Server:
        """The WSGI application that answers so many bytes."""
        if size not in self._yardsticks:
            directory = self.scratch / f"yardstick-{size}"
            self._yardsticks[size] = self._served(yardstick(size, directory))
        return self._yardsticks[size]

    def _served(self, server: Server) -> Server:
        self._open.callback(server.stop)
        self._serving.append(server)
        server.start(self.stop)
        return server

    def sales_per_second(self, cinema: Cinema) -> float:
        """Of two free seats each, over the API."""
        programme, block = cinema.programme, cinema.unsold(self._sold_by_wrk)
        booking = {
            "SALE_COUNT": block.count,
            "SALE_FIRST": block.first,
            "FIRST_SEANCE": programme.first_seance,
            "FIRST_SEAT": programme.first_seat,
            "HALLS": HALLS,
            "SEATS": ROWS * SEATS,
            "FILM": programme.sold_film,
        }
        sold = load(cinema.provider.url, self.effort.seconds, booking=booking)
        # When time is up, a last sale of each connection may be done and not yet answered.
        tickets = range(2 * sold.requests, 2 * (sold.requests + CONNECTIONS) + 1)
        if (counted := cinema.tickets(block)) not in tickets:
            raise Failed(f"{sold.requests} sales were answered and {counted} seats are sold.")
        return sold.rate

    def claims_per_second(self) -> float:
        """Of the same statement, in pgbench."""
        claims, cinema = self.effort.claims, self.cinema
        block = cinema.unsold(showings_for(claims))
        rate = claims_per_second(cinema.cluster, cinema.programme, block, claims, self.scratch)
        if (counted := cinema.tickets(block)) != 2 * claims:
            raise Failed(f"pgbench made {claims} sales and {counted} seats are sold.")
        return rate

    def flash_sale(self, cinema: Cinema) -> float:
        """Answers per second to all who want the seats of one showing at the same moment."""
        programme, block = cinema.programme, cinema.unsold(1)
        pairs = [programme.pair(block.first, number) for number in range(PAIRS)]
        path = f"/movies/{programme.sold_film}/seances/{programme.first_seance + block.first}"
        sale = hold(cinema.provider.port, f"{path}/bookings", pairs, self.effort.buyers)
        if (counted := cinema.tickets(block)) != 2 * PAIRS:
            raise Failed(f"After the flash sale {counted} of {2 * PAIRS} seats are sold.")
        return sale.rate

    def check(self) -> None:
        """Raises Failed when anything that was sold is wrong, or a server complained."""
        for cinema in filter(None, (self.cinema, self.filled)):
            cinema.check()
        for server in self._serving:
            server.check_log()
