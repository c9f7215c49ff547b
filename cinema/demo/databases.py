"""Where a city's data is: the embedded cluster, or a PostgreSQL that the caller chose."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString

import psycopg

from cinema.demo.errors import DemoError
from cinema.embedded import Cluster
from cinema.embedded.memory import Memory

REPLICAS = ("1", "2", "3")


@dataclass
class Database:
    url: str
    replica_urls: list[str] = field(default_factory=list)
    cluster: Cluster | None = None

    def identity(self) -> str:
        """The same for as long as it is the same database, whatever its address."""
        return str(
            self._ask(
                "SELECT system_identifier || '/' || oid FROM pg_control_system(), pg_database"
                " WHERE datname = current_database()"
            )
        )

    def migrations(self) -> str:
        """Changes with each migration that is applied; empty before the first."""
        if not self._has_table("django_migrations"):
            return ""
        return str(
            self._ask(
                "SELECT count(*) || '/' || max(id) || '/' || max(applied) FROM django_migrations"
            )
        )

    def has_movies(self) -> bool:
        return self._has_table("movies_movie") and bool(
            self._ask("SELECT EXISTS (SELECT FROM movies_movie)")
        )

    def _has_table(self, name: str) -> bool:
        return self._ask("SELECT to_regclass(%s)", name) is not None

    def has_user(self, name: str) -> bool:
        return self._has_table("auth_user") and bool(
            self._ask("SELECT EXISTS (SELECT FROM auth_user WHERE username = %s)", name)
        )

    def check_reachable(self) -> None:
        self._ask("SELECT 1")

    def _ask(self, question: LiteralString, *values: str) -> object:
        try:
            with psycopg.connect(self.url, connect_timeout=5) as connection:
                row = connection.execute(question, values or None).fetchone()
        except psycopg.Error as failure:
            reason = " ".join(str(failure).split())
            whose = "embedded database" if self.cluster else "database of DATABASE_URL"
            raise DemoError(
                f"The {whose} can't be used ({reason}): correct DATABASE_URL, or unset it to run"
                " an embedded PostgreSQL; `make demo-reset` makes that one anew."
            ) from failure
        return row[0] if row else None


def chosen_by_caller() -> Database | None:
    url = os.environ.get("DATABASE_URL")
    if not url:
        return None
    replicas = os.environ.get("DATABASE_REPLICA_URLS", "").split(",")
    return Database(url, [replica for replica in map(str.strip, replicas) if replica])


def embedded(cluster: Cluster) -> Database:
    """After the cluster was started: only then do its addresses stand."""
    return Database(cluster.primary.url(), [standby.url() for standby in cluster.standbys], cluster)


def embedded_cluster(city_directory: Path, replicas: int = 1) -> Cluster:
    """A cluster that was made with more replicas keeps them."""
    directory = city_directory / "postgresql"
    known = Memory(directory / "cluster.json").ports
    kept = sum(name != "primary" for name in known)
    return Cluster(directory, replicas=max(kept, replicas))


def replicas_wanted() -> int:
    """Of a demo that is started now. Raises DemoError."""
    wanted = os.environ.get("DEMO_REPLICAS") or "1"
    if wanted not in REPLICAS:
        raise DemoError(f"DEMO_REPLICAS is {wanted!r}: set it to {', '.join(REPLICAS)}.")
    return int(wanted)
