"""The database aliases of a provider, made from its environment.

`default` is the primary: every write, every transaction, every decision about a sale.
`primary_ro` is the same server behind a tiny pool of its own: reads that find no replica go
there, so that losing every replica cannot take the connections that sell tickets.
`replica1`, `replica2`, … are the standbys, one alias each, so that health and replay position
belong to a known server (`cinema/replication/`).
"""

from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

PRIMARY = "default"
PRIMARY_READS = "primary_ro"
_SCHEMES = ("postgres", "postgresql", "psql", "pgsql")


def databases(env: environ.Env) -> dict[str, dict[str, Any]]:
    """The DATABASES setting from DATABASE_URL, DATABASE_REPLICA_URLS and DATABASE_POOL_SIZE."""
    pool_size = env.int("DATABASE_POOL_SIZE")
    urls = {PRIMARY: env.str("DATABASE_URL"), PRIMARY_READS: env.str("DATABASE_URL")}
    for number, url in enumerate(env.list("DATABASE_REPLICA_URLS"), start=1):
        urls[f"replica{number}"] = url
    configured = {
        alias: _database(
            "DATABASE_REPLICA_URLS" if alias.startswith("replica") else "DATABASE_URL",
            url,
            pool_size=min(pool_size, 2) if alias == PRIMARY_READS else pool_size,
        )
        for alias, url in urls.items()
    }
    for alias in configured.keys() - {PRIMARY}:
        # Tests make one database, the primary's; the other aliases look into the same one.
        configured[alias]["TEST"] = {"MIRROR": PRIMARY}
    return configured


def _read(name: str, url: str) -> dict[str, Any]:
    try:
        is_postgresql = urlsplit(url).scheme in _SCHEMES
        database: dict[str, Any] = environ.Env.db_url_config(url) if is_postgresql else {}
    except ValueError:  # a port that is none, half an IPv6 address
        database = {}
    if not database:  # not repeated: there may be a password in it
        raise ImproperlyConfigured(
            f"{name} must look like postgres://user:password@host:5432/name: "
            "see docs/configuration.md."
        )
    return database


def _database(name: str, url: str, *, pool_size: int) -> dict[str, Any]:
    database = _read(name, url)
    database.update(ENGINE="cinema.postgresql", CONN_MAX_AGE=0, ATOMIC_REQUESTS=False)
    options = database.setdefault("OPTIONS", {})
    for name, value in _CONNECTION_OPTIONS.items():
        options.setdefault(name, value)
    if pool_size:
        options["pool"] = {
            "min_size": 0,
            "max_size": pool_size,
            # Waiting longer for a connection is overload: answer 503, keep the queue short.
            "timeout": 2,
            # Tries are paused for longer and longer, as the pool tries on. So it shall give up, and
            # begin anew with the next request: else a server that is back stays unused for about
            # as long as it was away.
            "reconnect_timeout": 1,
            "max_waiting": 4 * pool_size,
            "max_lifetime": 300,
            "max_idle": 60,
        }
    return database


_CONNECTION_OPTIONS: dict[str, Any] = {
    # What `cinema.prepared` runs; Django's own cursors prepare nothing, whatever it is.
    "prepare_threshold": 5,
    "connect_timeout": 2,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "options": (
        "-c statement_timeout=5000 -c lock_timeout=2000"
        " -c idle_in_transaction_session_timeout=10000"
        # Planned once, too: they ask by primary keys, whatever the values. PostgreSQL would plan
        # anew each time, as it takes an array for longer than orders are.
        " -c plan_cache_mode=force_generic_plan"
    ),
}
