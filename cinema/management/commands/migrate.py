"""Django's `migrate`, with the patience that building an index on a big table needs."""

import time
from typing import Any

import psycopg
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from cinema.management.plain import first_line

_PAUSE = 1.0  # seconds between two attempts to reach the database


class Command(MigrateCommand):
    """Waits as long as its own statements run, but not long for others' locks: requests queue
    behind a migration that waits for one."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--wait",
            type=float,
            default=0.0,
            metavar="SECONDS",
            help="Waits so long for a database that does not answer yet, or is no primary yet.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if options["wait"]:
            self._await(connection, options["wait"])
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
        super().handle(*args, **options)

    def _await(self, connection: BaseDatabaseWrapper, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        told = ""
        while (missing := _missing(connection)) is not None:
            if time.monotonic() + _PAUSE > deadline:
                raise CommandError(
                    f"The database was not there within {seconds:g} seconds ({missing}): check "
                    "that it runs and that DATABASE_URL leads to its primary."
                )
            if missing != told:
                self.stdout.write(f"Waiting for the database: {missing}")
                told = missing
            time.sleep(_PAUSE)


def _missing(connection: BaseDatabaseWrapper) -> str | None:
    """Why nothing can be written yet. Asked by a connection of its own: the pool would try more
    and more rarely."""
    parameters = connection.get_connection_params()
    for of_django in ("pool", "context", "cursor_factory"):
        parameters.pop(of_django, None)
    try:
        with psycopg.connect(**parameters, autocommit=True) as attempt:
            row = attempt.execute("SELECT pg_is_in_recovery()").fetchone()
    except psycopg.OperationalError as error:
        return first_line(error)
    return "it is a standby" if row and row[0] else None
