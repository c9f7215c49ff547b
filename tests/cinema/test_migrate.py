"""`migrate --wait`: what a new installation runs while its database is still being made."""

import socket
import subprocess
import sys
import threading
from contextlib import suppress

import pytest
from django.db import connection

from tests.cinema.test_deployment import PRODUCTION, ROOT, manage
from tests.replication.standby import standby


def test_it_says_what_it_waited_for_when_the_time_is_over():
    done = manage("migrate", "--wait", "2")
    assert done.returncode == 1
    assert "Waiting for the database: connection" in done.stdout
    assert "The database was not there within 2 seconds" in done.stderr
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_standby_is_not_what_it_waits_for():
    done = manage("migrate", "--wait", "2", DATABASE_URL=standby().url())
    assert done.returncode == 1
    assert "it is a standby" in done.stderr


@pytest.mark.django_db(transaction=True)
def test_it_goes_on_once_the_database_answers():
    database = connection.settings_dict
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    url = (
        f"postgres://{database['USER']}:{database['PASSWORD']}@127.0.0.1:{port}/{database['NAME']}"
    )
    migrating = subprocess.Popen(
        [sys.executable, "-u", "manage.py", "migrate", "--wait", "60"],
        cwd=ROOT,
        env=PRODUCTION | {"DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert migrating.stdout is not None
    with migrating:
        assert "Waiting for the database" in migrating.stdout.readline()
        with socket.create_server(("127.0.0.1", port)) as door:
            _lead(door, (database["HOST"], int(database["PORT"])))
            said = migrating.stdout.read()
            assert migrating.wait(60) == 0, said
    assert "Running migrations:" in said


def _lead(door: socket.socket, server: tuple[str, int]) -> None:
    """Every connection that comes through the door goes on to the server, until the door closes."""

    def pump(source: socket.socket, target: socket.socket) -> None:
        with target, suppress(OSError):  # whichever end hangs up first
            while passed := source.recv(65536):
                target.sendall(passed)

    def accept() -> None:
        while True:
            try:
                caller, _ = door.accept()
            except OSError:
                return
            onward = socket.create_connection(server)
            for ends in ((caller, onward), (onward, caller)):
                threading.Thread(target=pump, args=ends, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
