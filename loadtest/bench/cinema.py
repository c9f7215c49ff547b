"""A cinema to be measured: databases that keep what they are told, a provider, a programme."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cinema.demo.children import Manage, running
from cinema.demo.stopping import Stop
from cinema.embedded import Cluster
from loadtest.bench.failing import Failed
from loadtest.bench.programme import LISTED, Programme
from loadtest.bench.server import WORKERS, Server, provider

THREADS = 8
SETTLED_SECONDS = 30.0


@dataclass(frozen=True)
class Block:
    """Showings of which no seat has been sold, for one measurement."""

    first: int
    count: int


class Cinema:
    """In a `directory` of its own, or in one that holds databases which somebody has filled: then
    everything that is sold is sold beside what is there."""

    def __init__(self, directory: Path, scratch: Path, showings: int, stop: Stop) -> None:
        scratch.mkdir(parents=True)
        self.cluster = Cluster(directory / "postgresql", replicas=1)
        self._scratch = scratch
        self._showings = showings
        self._stop = stop
        self._next = LISTED

    def start(self) -> None:
        """The commits of its primary wait for the disk, and for its standby's."""
        self.cluster.start()
        self.settings = self._settings()
        with Manage(self.settings, self._scratch, self._stop).meanwhile(["migrate"]):
            pass
        self.programme = self._programme()
        self.provider = provider(self.settings, self._scratch / "provider")
        self.provider.start(self._stop)
        self._wait_until_settled(self.provider)

    def stop(self) -> None:
        if hasattr(self, "provider"):
            self.provider.stop()
        self.cluster.stop()

    def unsold(self, count: int) -> Block:
        """The next showings, which nobody else gets."""
        block = Block(self._next, count)
        self._next += count
        if self._next > self._showings:
            raise Failed("There are not enough showings: a mistake of the benchmark's.")
        return block

    def tickets(self, block: Block) -> int:
        """How many of the block's seats are sold, by the database."""
        first = self.programme.first_seance + block.first
        with psycopg.connect(self.cluster.primary.url()) as connection:
            [(count,)] = connection.execute(
                "SELECT count(*) FROM bookings_ticket"
                " WHERE seance_id >= %s AND seance_id < %s AND released_at IS NULL",
                [first, first + block.count],
            )
        return int(count)

    def check(self) -> None:
        """By the provider's own rules. Raises Failed if a seat was sold twice, or worse."""
        manage = Manage(self.settings, self._scratch, self._stop)
        with manage.meanwhile(["check_tickets"]):
            pass
        self.provider.check_log()

    def _programme(self) -> Programme:
        arguments = ["-m", "loadtest.bench.programme", str(self._showings)]
        log = self._scratch / "programme.log"
        with running("Making the programme", arguments, self.settings, log, self._stop):
            pass
        return Programme(**json.loads(log.read_text().splitlines()[-1]))

    def _settings(self) -> dict[str, str]:
        """As in production, but for HTTPS."""
        static = self._scratch / "static"
        static.mkdir()
        return {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "cinema.settings",
            "SECRET_KEY": "only-for-the-benchmark-" + "0" * 50,
            "HTTPS": "false",
            "DATABASE_URL": self.cluster.primary.url(),
            "DATABASE_REPLICA_URLS": ",".join(one.url() for one in self.cluster.standbys),
            "STATIC_ROOT": str(static),
            "WEB_THREADS": str(THREADS),
        }

    def _wait_until_settled(self, server: Server) -> None:
        """Every worker serves, sells, and reads from the replica."""
        waited = 0.0
        while not _settled(_metrics(server)):
            self._stop.sleep(0.2)
            waited += 0.2
            if waited > SETTLED_SECONDS:
                raise Failed(f"The provider does not settle: see {server.log_file}")


def _settled(metrics: Mapping[str, float]) -> bool:
    wanted = {
        "http_server_threads": THREADS * WORKERS,
        "sales_accepted": 1,
        'replica_fresh{replica="replica1"}': 1,
    }
    return all(metrics.get(name) == value for name, value in wanted.items())


def _metrics(server: Server) -> dict[str, float]:
    lines = server.get("/metrics")[2].decode().splitlines()
    return {
        name: float(value)
        for name, _space, value in (line.rpartition(" ") for line in lines if line[:1] != "#")
    }
