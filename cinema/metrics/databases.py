"""What a worker knows of its database servers, and the state of its connections to them.

Of living workers only: what a killed one last thought would otherwise be reported for ever.
"""

from django.db import connections
from prometheus_client import Counter, Gauge

from cinema.metrics.registries import WEB

reads = Counter(
    "database_reads", "Public reads, by the database that answered", ["alias"], registry=WEB
)
_writable = Gauge(
    "sales_accepted", "1: a sale would be stored safely", multiprocess_mode="livemin", registry=WEB
)
_primary_alive = Gauge(
    "database_primary_alive", "1: the primary answers", multiprocess_mode="livemin", registry=WEB
)
_alive = Gauge(
    "replica_alive",
    "1: the replica answers",
    ["replica"],
    multiprocess_mode="livemin",
    registry=WEB,
)
_fresh = Gauge(
    "replica_fresh",
    "1: the replica may answer anybody",
    ["replica"],
    multiprocess_mode="livemin",
    registry=WEB,
)
_lag_bytes = Gauge(
    "replica_lag_bytes",
    "Log not replayed yet",
    ["replica"],
    multiprocess_mode="livemax",
    registry=WEB,
)
_lag_seconds = Gauge(
    "replica_lag_seconds",
    "Since when the replica lacks something that the primary has",
    ["replica"],
    multiprocess_mode="livemax",
    registry=WEB,
)
_connections = Gauge(
    "database_pool_connections",
    "Connections of the workers' pools",
    ["alias", "state"],
    multiprocess_mode="livesum",
    registry=WEB,
)
_most = Gauge(
    "database_pool_max",
    "Connections that the workers' pools may have",
    ["alias"],
    multiprocess_mode="livesum",
    registry=WEB,
)
_waiting = Gauge(
    "database_pool_waiting",
    "Requests that wait for a connection",
    ["alias"],
    multiprocess_mode="livesum",
    registry=WEB,
)


def sales_accepted(writable: bool) -> None:
    _writable.set(writable)


def primary_state(alive: bool) -> None:
    _primary_alive.set(alive)


def replica_state(
    alias: str, *, alive: bool, fresh: bool, lag_bytes: int, lag_seconds: float
) -> None:
    _alive.labels(alias).set(alive)
    _fresh.labels(alias).set(fresh)
    _lag_bytes.labels(alias).set(lag_bytes)
    _lag_seconds.labels(alias).set(lag_seconds)


def look_at_pools() -> None:
    """Where there are pools. Takes each one's lock for a moment, and asks no server anything."""
    for alias in connections:
        pool = getattr(connections[alias], "pool", None)
        if pool is None:
            continue
        state = pool.get_stats()
        idle = state.get("pool_available", 0)
        _connections.labels(alias, "idle").set(idle)
        _connections.labels(alias, "used").set(state.get("pool_size", 0) - idle)
        _most.labels(alias).set(state.get("pool_max", 0))
        _waiting.labels(alias).set(state.get("requests_waiting", 0))
