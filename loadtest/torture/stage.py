"""A cinema to be broken: a primary with two standbys, two nodes of the provider, and a network
between all of them that can fail."""

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from cinema.embedded import Cluster, Server, configuration
from cinema.embedded.processes import eventually
from loadtest.torture.box_office import Programme
from loadtest.torture.clock import VARIABLE, Clock
from loadtest.torture.disk import small_disk
from loadtest.torture.provider import Provider
from loadtest.torture.proxy import Network, Proxy

T = TypeVar("T")

NODES = 2
ROWS, SEATS, SHOWINGS = 4, 5, 3  # few: so that buyers meet
RECOVERS = 90.0  # seconds until everything must work again after the last fault

SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "loadtest.torture.settings",
    "WRITE_TIMEOUT_SECONDS": "2",  # short, so that sales are given up during every fault
    "LOG_LEVEL": "WARNING",
}


class StageError(Exception):
    """A sentence about what could not be set up or did not recover."""


class CuttableCluster(Cluster):
    """Its standbys reach the primary through `replication`, once that is there."""

    replication: Proxy | None = None

    def source(self) -> configuration.Source:
        source = super().source()
        return replace(source, port=self.replication.port) if self.replication else source

    def _parameters(self, name: str) -> dict[str, str]:
        return {**super()._parameters(name), "max_wal_size": "256MB"}


class Stage:
    """`start` and `close`. Faults use what is public here."""

    def __init__(
        self,
        directory: Path,
        *,
        settings: Mapping[str, str] | None = None,
        synchronous: bool = True,
    ) -> None:
        self.disk = directory / "disk"
        self.disk_is_small = False
        self.nodes: list[Provider] = []
        self.clocks: list[Clock] = []
        self.quiet = threading.Event()
        self._directory = directory
        self._settings = {**SETTINGS, **(settings or {})}
        self._synchronous = synchronous
        self._closing = contextlib.ExitStack()

    def start(self) -> Programme:
        """Returns what is sold."""
        self.disk_is_small = self._closing.enter_context(small_disk(self.disk))
        self.network = Network()
        self._closing.callback(self.network.close)
        self.cluster = CuttableCluster(
            self.disk / "postgresql", replicas=2, synchronous=self._synchronous
        )
        self.replication = self.network.before(lambda: self.cluster.primary.port)
        self.cluster.replication = self.replication
        self._closing.enter_context(self.cluster)
        self.links = {server.name: self._before(server) for server in self.cluster.servers}
        self.nodes = [self._node(number) for number in range(1, NODES + 1)]
        self.nodes[0].run("manage.py", "migrate", "--verbosity", "0")
        size = map(str, (ROWS, SEATS, SHOWINGS))
        made = self.nodes[0].run("-m", "loadtest.torture.programme", *size)
        for node in self.nodes:
            self._closing.callback(node.stop)
            node.start()
        self._closing.enter_context(
            self.nodes[0].beside("manage.py", "release_expired_holds", "--every", "1")
        )
        self.wait_until_healthy()
        return Programme(**json.loads(made))

    def close(self) -> None:
        self._closing.close()

    def _before(self, server: Server) -> Proxy:
        return self.network.before(lambda: server.port)

    def _node(self, number: int) -> Provider:
        directory = self._directory / f"node{number}"
        directory.mkdir(parents=True, exist_ok=True)
        urls = [self._url(server) for server in self.cluster.servers]
        addresses = {"DATABASE_URL": urls[0], "DATABASE_REPLICA_URLS": ",".join(urls[1:])}
        clock = Clock(directory / "clock")
        self.clocks.append(clock)
        settings = {**self._settings, **addresses, VARIABLE: str(clock.path.resolve())}
        return Provider(self.cluster, directory, settings)

    def _url(self, server: Server) -> str:
        """Through the network."""
        url = urlsplit(server.url())
        host = f"{url.username}:{url.password}@{url.hostname}:{self.links[server.name].port}"
        return url._replace(netloc=host).geturl()

    def mend(self) -> None:
        """Whatever is broken works again afterwards, or does not come back by itself."""
        self.network.mend()
        for clock in self.clocks:
            clock.jump(0)
        for server in [self.cluster.primary, *self.cluster.standbys]:
            if server.exists:
                server.start()  # also resumes
        self.cluster.replenish()
        for standby in self.cluster.standbys:
            standby.start()
        for node in self.nodes:
            if not node.running():
                node.start()

    def wait_until_healthy(self, within: float = RECOVERS) -> None:
        """Raises StageError."""
        if not eventually(lambda: all(_healthy(node) for node in self.nodes), within=within):
            raise StageError(
                f"It does not sell again within {within:g} seconds after the last fault."
            )

    def tracebacks(self) -> Iterator[str]:
        """One for each node that has written any."""
        for node in self.nodes:
            log = node.log.read_text(errors="replace")
            if "Traceback" in log:
                start = log.index("Traceback")
                yield f"{node.log} has a traceback: {log[start : start + 3000]}"


def one_of(several: Sequence[T], pick: int) -> T:
    """As a fault's `pick` says."""
    return several[pick % len(several)]


def _healthy(node: Provider) -> bool:
    return node.running() and node.get("/health/started").status == 200 and node.healthy()
