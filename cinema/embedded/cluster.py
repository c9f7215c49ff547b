"""A primary and its streaming standbys, made, started and stopped together."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import psycopg

from cinema.embedded import configuration, provision
from cinema.embedded.binaries import find_programs
from cinema.embedded.errors import EmbeddedPostgresError
from cinema.embedded.memory import REPLICATION_ROLE, Memory, free_ports, port_is_free
from cinema.embedded.processes import eventually
from cinema.embedded.server import Server

STREAMING_SECONDS = 60.0

Progress = Callable[[str], None]


def _silent(message: str) -> None:
    pass


class Cluster:
    """`start()` creates what is missing and starts what is stopped; the data stays.

    A commit returns when one standby has it on disk too, unless `synchronous=False`.
    `durable=False` (no fsync) is for tests that don't pull the plug. `create_databases` lets
    the application's role create databases, as test runners do.
    """

    def __init__(
        self,
        directory: Path,
        replicas: int = 2,
        database: str = "cinema",
        *,
        synchronous: bool = True,
        durable: bool = True,
        create_databases: bool = False,
    ) -> None:
        self.directory = directory.resolve()
        self.database = database
        self._synchronous = synchronous
        self._durable = durable
        self._create_databases = create_databases
        self._commits_wait = synchronous
        self.programs = find_programs()
        self._memory = Memory(self.directory / "cluster.json")
        self.primary = self._server("primary")
        self.standbys = [self._server(f"standby{number}") for number in range(1, replicas + 1)]

    def _server(self, name: str) -> Server:
        return Server(
            name,
            self.directory,
            database=self.database,
            programs=self.programs,
            memory=self._memory,
            parameters=lambda: self._parameters(name),
        )

    @property
    def servers(self) -> list[Server]:
        return [self.primary, *self.standbys]

    def __enter__(self) -> "Cluster":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, progress: Progress = _silent) -> None:
        """Safe to call at any time; tells `progress` what it does, in sentences."""
        try:
            with self._locked(), self._all_or_none():
                self._prepare()
                self._start_primary(progress)
                self._start_standbys(progress)
                self._let_commits_wait()
        except OSError as failure:
            raise EmbeddedPostgresError(
                f"Can't use {failure.filename or self.directory} ({failure.strerror}): make it"
                " yours and writable, or delete it to start anew."
            ) from failure
        except psycopg.Error as failure:
            raise EmbeddedPostgresError(
                f"PostgreSQL in {self.directory} refused to be set up"
                f" ({' '.join(str(failure).split())}): see the logs there, or delete it to start"
                " anew."
            ) from failure

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _all_or_none(self) -> Iterator[None]:
        stopped = [server for server in self.servers if not server.running]
        try:
            yield
        except BaseException:
            for server in stopped:
                server.stop()
            raise

    def _prepare(self) -> None:
        self._memory.read()
        for server in self.servers:
            if server.exists:
                provision.check_version(server, self.programs)
        if self.primary.exists and not self._memory.passwords:
            raise EmbeddedPostgresError(
                f"{self._memory.path} with the passwords is gone: bring it back, or delete"
                f" {self.directory} to start anew."
            )
        self._memory.invent_passwords()
        self._choose_ports()
        self._memory.write()

    def _choose_ports(self) -> None:
        ports = self._memory.ports
        for server, fresh in zip(self.servers, free_ports(len(self.servers)), strict=True):
            usable = server.name in ports and (server.running or port_is_free(server.port))
            if not usable:
                ports[server.name] = fresh

    def _start_primary(self, progress: Progress) -> None:
        if not self.primary.exists:
            progress("Creating the primary database server")
            provision.create_primary(
                self.primary, self.programs, self._memory, durable=self._durable
            )
        # The first commits would wait forever for standbys that are yet to be made.
        self._commits_wait = self._synchronous and all(one.exists for one in self.standbys)
        progress("Starting the primary database server")
        self.primary.start()
        provision.ensure_database(
            self.primary,
            self._memory,
            self.database,
            create_databases=self._create_databases,
        )
        provision.drop_other_slots(self.primary, [one.name for one in self.standbys])

    def _start_standbys(self, progress: Progress) -> None:
        for standby in self.standbys:
            self._ensure_copy(standby, progress)
        if self.standbys:
            progress("Starting the standbys")
        for standby in self.standbys:
            standby.launch()
        for standby in self.standbys:
            standby.wait_until_ready()
        self.wait_until_streaming()

    def _ensure_copy(self, standby: Server, progress: Progress) -> None:
        if standby.exists and not standby.is_standby:
            raise EmbeddedPostgresError(
                f"{standby.name} was promoted and has a history of its own: delete"
                f" {standby.data_directory} to make it a standby again."
            )
        if standby.exists and not provision.has_slot(self.primary, standby.name):
            progress(f"{standby.name} was away for too long to catch up")
            standby.stop()
            shutil.rmtree(standby.data_directory)
        if not standby.exists:
            progress(f"Copying the primary to {standby.name}")
            provision.renew_slot(self.primary, standby.name)
            provision.copy_primary(standby, self.source(), self.programs, durable=self._durable)

    def wait_until_streaming(self, deadline: float = STREAMING_SECONDS) -> None:
        """Wait up to `deadline` seconds until every standby is connected and caught up."""
        names = [standby.name for standby in self.standbys]

        def all_stream() -> bool:
            streaming = self.primary.query(
                "SELECT application_name FROM pg_stat_replication WHERE state = 'streaming'"
            )
            return {name for (name,) in streaming} >= set(names)

        if not eventually(all_stream, within=deadline):
            raise EmbeddedPostgresError(
                f"Not every standby follows the primary after {deadline:g} seconds: see"
                f" {' and '.join(str(standby.log_file) for standby in self.standbys)}."
            )

    def _let_commits_wait(self) -> None:
        self._commits_wait = self._synchronous
        self.primary.write_configuration()
        self.primary.reload()

    def _parameters(self, name: str) -> dict[str, str]:
        parameters = {**configuration.COMMON, "cluster_name": name}
        if not self._durable:
            parameters |= configuration.NOT_DURABLE
        if name != self.primary.name:
            connection = self.source().connection(application_name=name)
            parameters |= {"primary_conninfo": connection, "primary_slot_name": name}
        elif self._commits_wait:
            parameters["synchronous_standby_names"] = configuration.synchronous_standby_names(
                [standby.name for standby in self.standbys]
            )
        return parameters

    def source(self) -> configuration.Source:
        """What copies the primary connects to."""
        password = self._memory.passwords[REPLICATION_ROLE]
        return configuration.Source(self.primary.port, REPLICATION_ROLE, password)

    def fail_over(self) -> None:
        """Kill the primary and put the standby that received most in its place: on disk, by name
        and by port, so that whoever wrote to the primary finds it. Raises EmbeddedPostgresError
        when no standby answers.

        It is left stopped, for whoever launches servers here; the other standbys will follow it.
        `replenish` then makes the missing one anew, from what sells now.
        """
        if not any(standby.running for standby in self.standbys):
            raise EmbeddedPostgresError("No standby runs that could take the primary's place.")
        self.primary.kill()
        successor = self._most_advanced_standby()
        successor.promote()
        for standby in self.standbys:
            if standby is not successor:
                provision.renew_slot(successor, standby.name)
        successor.stop()
        lost = self.directory / "lost-primary"
        shutil.rmtree(lost, ignore_errors=True)
        self.primary.data_directory.rename(lost)
        successor.data_directory.rename(self.primary.data_directory)
        shutil.rmtree(lost)

    def _most_advanced_standby(self) -> Server:
        received = {
            standby: standby.query("SELECT pg_last_wal_receive_lsn() - '0/0'::pg_lsn")[0][0]
            for standby in self.standbys
            if standby.running
        }
        return max(received, key=received.__getitem__)

    def replenish(self, progress: Progress = _silent) -> None:
        """Copy the running primary to every standby that has no data, without starting it."""
        with self._locked():
            for standby in self.standbys:
                if not standby.exists:
                    self._ensure_copy(standby, progress)

    def stop(self) -> None:
        """Shut everything down, and return when no process is left. Never hangs."""
        for server in self.servers:
            server.resume()
        # The primary first: it takes leave when its standbys have received everything.
        self.primary.stop()
        for standby in self.standbys:
            standby.request_stop()
        for standby in self.standbys:
            standby.stop()
