"""One PostgreSQL server of the embedded cluster."""

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from cinema.embedded import configuration
from cinema.embedded.binaries import Programs
from cinema.embedded.errors import EmbeddedPostgresError
from cinema.embedded.memory import APPLICATION_ROLE, SUPERUSER, Memory, port_is_free
from cinema.embedded.processes import eventually, leash, postmaster_in, processes_in, send

CONFIGURATION_FILE = "embedded.conf"
LARGEST_LOG = 16 * 1024 * 1024
READY_SECONDS = 60.0
STOP_SECONDS = 20.0
# Each is quicker and ruder than the one before: roll back and write a checkpoint; drop
# everything and recover at the next start; the kernel ends it.
WAYS_TO_STOP = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)


class Server:
    def __init__(
        self,
        name: str,
        directory: Path,
        *,
        database: str,
        programs: Programs,
        memory: Memory,
        parameters: Callable[[], dict[str, str]],
    ) -> None:
        self.name = name
        self.data_directory = directory / name
        self.log_file = directory / f"{name}.log"
        self._database = database
        self._programs = programs
        self._memory = memory
        self._parameters = parameters
        self._child: subprocess.Popen[bytes] | None = None

    def __repr__(self) -> str:
        return f"<Server {self.name} on port {self.port}>"

    @property
    def port(self) -> int:
        if self.name not in self._memory.ports:
            raise EmbeddedPostgresError(f"{self.name} has no port yet: start its cluster first.")
        return self._memory.ports[self.name]

    def url(self, database: str | None = None) -> str:
        """For the application's role, which owns the database and is no superuser."""
        return self._url(APPLICATION_ROLE, database or self._database)

    def superuser_url(self, database: str | None = None) -> str:
        return self._url(SUPERUSER, database or self._database)

    def _url(self, role: str, database: str) -> str:
        password = self._memory.passwords[role]
        return f"postgres://{role}:{password}@127.0.0.1:{self.port}/{database}"

    @property
    def exists(self) -> bool:
        return (self.data_directory / "PG_VERSION").exists()

    @property
    def is_standby(self) -> bool:
        return (self.data_directory / "standby.signal").exists()

    @property
    def running(self) -> bool:
        """Whether its postmaster is alive, also when paused or started by another process."""
        if self._child is not None and self._child.poll() is None:
            return True
        self._child = None
        return postmaster_in(self.data_directory) is not None

    def start(self, deadline: float = READY_SECONDS) -> None:
        """Start it unless it runs, and wait until it answers."""
        self.launch()
        self.wait_until_ready(deadline)

    def launch(self) -> None:
        """Start it unless it runs; don't wait."""
        if self.running:
            self.resume()
            if self._child is not None or self._outlives_its_parent():
                return
        if not self.exists:
            raise EmbeddedPostgresError(
                f"{self.name} has no data in {self.data_directory}: start its cluster instead."
            )
        self._clear_leftovers()
        self._wait_for_port()
        self.write_configuration()
        self._spawn()

    def _outlives_its_parent(self) -> bool:
        """Whether a server that another process started goes on, rather than being shut down."""
        eventually(lambda: self._answers() or not self.running, within=STOP_SECONDS)
        return self.running

    def _clear_leftovers(self) -> None:
        for process in processes_in(self.data_directory):  # children of a killed postmaster
            send(process, signal.SIGKILL)
        # PostgreSQL looks only whether a process of this number exists. After a reboot that may
        # be one of our other servers, and it would refuse to start.
        (self.data_directory / "postmaster.pid").unlink(missing_ok=True)

    def _wait_for_port(self) -> None:
        # An outgoing connection may have been given our port while the server was down.
        if not eventually(lambda: port_is_free(self.port), within=5):
            raise EmbeddedPostgresError(
                f"Port {self.port} of {self.name} is in use by another program: stop that, or"
                " start the whole cluster again to choose another port."
            )

    def write_configuration(self) -> None:
        path = self.data_directory / CONFIGURATION_FILE
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(configuration.render({"port": str(self.port), **self._parameters()}))
        if self._programs.account:
            self._programs.account.give(path)

    def _spawn(self) -> None:
        if self.log_file.exists() and self.log_file.stat().st_size > LARGEST_LOG:
            self.log_file.replace(self.log_file.with_suffix(".log.old"))
        where = self._programs.data_directory_argument(self.data_directory)
        with self.log_file.open("ab") as log:
            # Its own session: Ctrl-C in the terminal must reach us alone, to stop it in order.
            self._child = subprocess.Popen(
                [self._programs.path("postgres"), "-D", where],
                cwd=self.data_directory,
                env=dict(self._programs.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=leash(WAYS_TO_STOP[0]),
                **self._programs.identity,
            )

    def wait_until_ready(self, deadline: float = READY_SECONDS) -> None:
        """Wait up to `deadline` seconds until it answers a query."""

        def settled() -> bool:
            return self._answers() or not self.running

        if not eventually(settled, within=deadline):
            raise EmbeddedPostgresError(
                f"{self.name} did not answer within {deadline:g} seconds: see {self.log_file}."
            )
        if not self.running:
            raise EmbeddedPostgresError(f"{self.name} stopped by itself: {self.last_complaint()}")

    def _answers(self) -> bool:
        try:
            self.query("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def last_complaint(self) -> str:
        lines = self.log_file.read_text(errors="replace").splitlines()
        complaints = [line for line in lines if "FATAL:" in line or "PANIC:" in line]
        told = complaints[-1].split(":  ")[-1] if complaints else "it gave no reason"
        return f"{told} (see {self.log_file})."

    def stop(self, deadline: float = STOP_SECONDS) -> None:
        """Shut down: politely for `deadline` seconds, then without asking. Never hangs."""
        self.resume()  # a paused server hears nothing
        self.request_stop()
        for way in WAYS_TO_STOP[1:]:
            if eventually(lambda: not self.running, within=deadline):
                break
            self._signal_postmaster(way)
            deadline = 5
        self.kill()

    def request_stop(self) -> None:
        self._signal_postmaster(WAYS_TO_STOP[0])

    def kill(self) -> None:
        """End all its processes at once, as a crash of the machine would; no-op when stopped."""
        self._signal_postmaster(signal.SIGSTOP)  # so that it starts no more children
        self._signal_all(signal.SIGKILL)
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None
        if not eventually(lambda: not processes_in(self.data_directory), within=10):
            raise EmbeddedPostgresError(
                f"Processes of {self.name} survive SIGKILL: look for a hanging disk."
            )

    def pause(self) -> None:
        """Freeze all its processes: connections stay open and nothing answers."""
        self._signal_postmaster(signal.SIGSTOP)
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_all(signal.SIGCONT)

    def _signal_postmaster(self, number: signal.Signals) -> None:
        postmaster = postmaster_in(self.data_directory)
        if postmaster is not None:
            send(postmaster, number)
        elif self._child is not None and self._child.poll() is None:
            self._child.send_signal(number)  # so young that it has not written postmaster.pid

    def _signal_all(self, number: signal.Signals) -> None:
        for process in processes_in(self.data_directory):
            send(process, number)

    def query(self, statement: LiteralString | sql.Composed, *values: object) -> list[Any]:
        """Run one statement as superuser, in autocommit and in the database `postgres`."""
        with psycopg.connect(
            self.superuser_url("postgres"),
            autocommit=True,
            connect_timeout=5,
            # Administration must not wait for a standby that this very call may be about.
            options="-c synchronous_commit=local",
        ) as connection:
            cursor = connection.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def set_parameter(self, name: str, value: str) -> None:
        """ALTER SYSTEM and reload, also on a standby; returns when new sessions see it.

        A parameter that is read only at start takes effect with the next one.
        """
        self.query(
            sql.SQL("ALTER SYSTEM SET {} = {}").format(
                sql.Identifier(*name.split(".")), sql.Literal(value)
            )
        )
        self.reload()

    def reset_parameter(self, name: str) -> None:
        self.query(sql.SQL("ALTER SYSTEM RESET {}").format(sql.Identifier(*name.split("."))))
        self.reload()

    def reload(self) -> None:
        [(before,)] = self.query("SELECT pg_conf_load_time() FROM pg_reload_conf()")

        def reloaded() -> bool:
            return bool(self.query("SELECT pg_conf_load_time() > %s", before)[0][0])

        if not eventually(reloaded, within=10):
            raise EmbeddedPostgresError(
                f"{self.name} did not reload its settings: see {self.log_file}."
            )

    def promote(self) -> None:
        """Make this standby a primary, and wait until it accepts writes."""
        self.query("SELECT pg_promote()")
