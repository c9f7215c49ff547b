"""A PostgreSQL of its own in a directory, filled; for `python -m loadtest.bench --scale`."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cinema.embedded import Cluster, Server
from loadtest.scale.size import Filled, Impossible, Progress, Size

# For the minutes of filling: a checkpoint in the middle would only write twice.
_ROOMY = {"max_wal_size": "16GB", "checkpoint_timeout": "1h", "autovacuum": "off"}

_SIZES = """
SELECT relname, pg_table_size(oid), pg_indexes_size(oid), greatest(reltuples, 0)::bigint
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
  AND pg_total_relation_size(oid) > 1000000 ORDER BY pg_total_relation_size(oid) DESC
"""


@dataclass(frozen=True)
class Stored:
    """A table on disk, in bytes."""

    name: str
    rows: int
    table: int
    indexes: int


@dataclass(frozen=True)
class Made:
    filled: Filled
    seconds: float
    stored: list[Stored]
    database: int
    """Bytes, all tables, indexes and what PostgreSQL needs for itself."""


def make(directory: Path, size: Size, progress: Progress) -> Made:
    """Makes the cluster `postgresql` in `directory`, or fills the one there; leaves it stopped.

    Without a standby: whoever uses it copies one, which takes less time than to replay all this.
    Raises Impossible where something runs, has a standby, or was sold.
    """
    cluster = Cluster(directory / "postgresql", replicas=0)
    if cluster.primary.running:
        raise Impossible(f"The PostgreSQL in {cluster.directory} is running: stop it first.")
    if list(cluster.directory.glob("standby*/")):
        raise Impossible(f"{cluster.directory} has a standby: fill a directory of its own.")
    began = time.monotonic()
    with cluster, _roomy(cluster.primary):
        filled = _fill(cluster.primary, size, progress)
        progress("Checking every ticket")
        _check()
        cluster.primary.query("CHECKPOINT")
        stored, database = _stored(cluster.primary)
        return Made(filled, time.monotonic() - began, stored, database)


def _fill(primary: Server, size: Size, progress: Progress) -> Filled:
    # The settings are read from the environment, and the code from the settings.
    os.environ |= _settings(primary)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import DatabaseError

    from loadtest.scale.history import fill

    try:
        call_command("migrate", verbosity=0)
        return fill(size, progress)
    except DatabaseError as failure:
        reason = str(failure).splitlines()[0]
        said = f"PostgreSQL could not be filled, and was left as it was: {reason}"
        raise Impossible(said) from failure


def _check() -> None:
    from bookings.checking import check_tickets

    if mistakes := check_tickets().mistakes:
        raise Impossible(f"What was sold is wrong, a mistake of the generator's: {mistakes[0]}")


def _settings(primary: Server) -> Mapping[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "cinema.settings",
        "SECRET_KEY": "only-to-fill-a-database-" + "0" * 50,
        "HTTPS": "false",
        "DATABASE_URL": primary.url(),
        "DATABASE_REPLICA_URLS": "",
        "DATABASE_POOL_SIZE": "0",
    }


@contextmanager
def _roomy(primary: Server) -> Iterator[None]:
    for name, value in _ROOMY.items():
        primary.set_parameter(name, value)
    try:
        yield
    finally:
        for name in _ROOMY:
            primary.reset_parameter(name)


def _stored(primary: Server) -> tuple[list[Stored], int]:
    with psycopg.connect(primary.url()) as connection:
        stored = [
            Stored(name, rows, table, indexes)
            for name, table, indexes, rows in connection.execute(_SIZES)
        ]
        [(database,)] = connection.execute("SELECT pg_database_size(current_database())")
        return stored, database
