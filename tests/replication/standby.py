"""The tests' real standby, and what can be wrong with it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cinema.embedded import Cluster, Server
from cinema.embedded.processes import eventually
from cinema.replication.monitor import Server as Watched
from cinema.replication.monitor import monitor
from tests import settings as of_tests

REPLICA = "replica1"


def cluster() -> Cluster:
    """Skips the test where the databases are not the tests' own."""
    if not hasattr(of_tests, "_cluster"):
        pytest.skip("needs the embedded cluster: DATABASE_URL is set, and its standby is not ours")
    return of_tests._cluster  # type: ignore[no-any-return]


def standby() -> Server:
    return cluster().standbys[0]


def crash_standby() -> None:
    """Kills it, with little to replay at its next start: before, it writes to disk what it has.

    Else it begins where it last did so, minutes ago, and the other tests empty every table each
    time: it would be busy with that for a minute.
    """
    primary = cluster().primary
    primary.query("CHECKPOINT")
    [(position,)] = primary.query("SELECT pg_current_wal_flush_lsn()::text")
    assert eventually(
        lambda: standby().query("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", position)[0][0],
        within=60,
    )
    standby().query("CHECKPOINT")
    standby().kill()


@contextmanager
def standby_lagging(*, seconds: float) -> Iterator[None]:
    """The standby has every commit on disk and shows it `seconds` later."""
    standby().set_parameter("recovery_min_apply_delay", f"{int(seconds * 1000)}ms")
    try:
        yield
    finally:
        standby().reset_parameter("recovery_min_apply_delay")


@contextmanager
def standby_paused() -> Iterator[None]:
    standby().pause()
    try:
        yield
    finally:
        standby().resume()


@contextmanager
def servers_watched() -> Iterator[Watched]:
    """The monitor runs and has found the replica, which is this."""
    monitor.start()
    try:
        [replica] = monitor.replicas
        assert eventually(lambda: replica.fresh, within=20)
        yield replica
    finally:
        monitor.stop()


@contextmanager
def commits_waiting_for(standby: str) -> Iterator[None]:
    """The primary acknowledges a commit when this standby has it."""
    primary, name = cluster().primary, "synchronous_standby_names"
    primary.set_parameter(name, f"ANY 1 ({standby})")
    # A commit that nobody gives up would wait for ever, and the test with it.
    patience = threading.Timer(30, primary.reset_parameter, [name])
    patience.start()
    try:
        yield
    finally:
        patience.cancel()
        primary.reset_parameter(name)
