"""PostgreSQL servers that the scripts of compose make, without containers."""

import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from cinema.embedded.binaries import Programs, find_programs
from cinema.embedded.processes import leash
from tests.image.building import PROJECT
from tests.polling import eventually

PASSWORDS = {"APPLICATION_PASSWORD": "for the application", "REPLICATION_PASSWORD": "for copies"}
# Segments of a megabyte, so that it takes little to be too far behind.
LIMIT = "8MB"


class Server:
    def __init__(self, directory: Path, name: str, programs: Programs) -> None:
        self.data = directory / name
        self.log = directory / f"{name}.log"
        self.port = _free_port()
        self._directory = directory
        self._programs = programs
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *script: str, **variables: str) -> None:
        """As an image does: `script`, if any, is given the server's command line."""
        settings = {
            "port": str(self.port),
            "unix_socket_directories": str(self._directory),
            "listen_addresses": "127.0.0.1",
            "max_slot_wal_keep_size": LIMIT,
            "fsync": "off",
        }
        command = [*script, "postgres", *(f"-c{name}={value}" for name, value in settings.items())]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self._directory,
                env=self.environment | variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=leash(signal.SIGINT),
                **self._programs.identity,
            )
        eventually(self.answers, within=30)

    def stop(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=30)

    def run(self, *command: str, **variables: str) -> None:
        done = subprocess.run(
            command,
            cwd=self._directory,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
            **self._programs.identity,
        )
        assert done.returncode == 0, done.stderr

    def ask(self, statement: LiteralString) -> list[Any]:
        where = f"host={self._directory} port={self.port} user=postgres dbname=cinema"
        with psycopg.connect(where, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement)
            return [row[0] for row in cursor] if cursor.description else []

    def answers(self) -> bool:
        assert self._process
        assert self._process.poll() is None, self.log.read_text()
        where = f"host={self._directory} port={self.port} user=postgres dbname=postgres"
        try:
            psycopg.connect(where, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    @property
    def environment(self) -> dict[str, str]:
        programs = self._programs
        path = f"{programs.directory}:{programs.environment['PATH']}"
        return {**programs.environment, **PASSWORDS, "PATH": path, "PGDATA": str(self.data)}


class Pair:
    """A primary and one replica, as compose makes them."""

    def __init__(self, directory: Path, programs: Programs) -> None:
        self._scripts = directory
        self.primary = Server(directory, "primary", programs)
        self.replica = Server(directory, "replica", programs)

    def make_primary(self) -> None:
        self.primary.run(
            "initdb", "--username=postgres", "--auth-host=scram-sha-256", "--wal-segsize=1",
            "--encoding=UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip
        self.primary.start()
        server = {"PGHOST": str(self._scripts), "PGPORT": str(self.primary.port)}
        self.primary.run(str(self._scripts / "primary.sh"), **server)
        self.primary.stop()  # as the image does
        self.primary.start()

    def start_replica(self) -> None:
        self.replica.start(
            str(self._scripts / "replica.sh"),
            PRIMARY="127.0.0.1",
            REPLICA="replica1",
            PGPORT=str(self.primary.port),
        )

    def slot(self) -> str:
        statement: LiteralString = (
            "SELECT wal_status || CASE WHEN active THEN ', used' ELSE ', unused' END"
            " FROM pg_replication_slots WHERE slot_name = 'replica1'"
        )
        return self.primary.ask(statement)[0]

    def stop(self) -> None:
        self.replica.stop()
        self.primary.stop()


@contextmanager
def pair() -> Iterator[Pair]:
    programs = find_programs()
    with tempfile.TemporaryDirectory(
        prefix="cinema-", dir="/tmp"
    ) as name:  # short, as the path of a socket has to be
        directory = Path(name)
        for script in (PROJECT / "compose").glob("*.sh"):
            shutil.copy(script, directory)
        if programs.account:
            programs.account.give(directory)
        made = Pair(directory, programs)
        try:
            made.make_primary()
            yield made
        finally:
            made.stop()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
