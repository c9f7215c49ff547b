"""What breaks in the primary, in its standbys and in the network around them. See `faults`."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from cinema.embedded import EmbeddedPostgresError, Server
from loadtest.torture import disk
from loadtest.torture.proxy import Proxy
from loadtest.torture.stage import Stage, one_of

SLOW = 0.2  # seconds each way; what takes longer than WRITE_TIMEOUT_SECONDS is given up
QUIET = 1.0  # seconds: every node looks at every standby twice


@contextmanager
def kill_primary(stage: Stage, pick: int) -> Iterator[None]:
    """All its processes at once; it comes back with what it had on disk."""
    stage.cluster.primary.kill()
    yield
    stage.cluster.primary.start()


@contextmanager
def fail_over(stage: Stage, pick: int) -> Iterator[None]:
    """The primary is killed and lost; the standby that has most takes its place."""
    stage.cluster.fail_over()
    yield
    _complete(stage)


@contextmanager
def isolate_and_fail_over(stage: Stage, pick: int) -> Iterator[None]:
    """The primary loses its standbys, sells on as far as it may, and is lost itself."""
    stage.replication.drop()
    yield
    stage.cluster.fail_over()
    stage.replication.mend()
    _complete(stage)


@contextmanager
def pause_primary(stage: Stage, pick: int) -> Iterator[None]:
    """Connections stay open and nothing answers."""
    stage.cluster.primary.pause()
    yield
    stage.cluster.primary.resume()


@contextmanager
def pause_standby(stage: Stage, pick: int) -> Iterator[None]:
    """One of them hangs."""
    standby = one_of(stage.cluster.standbys, pick)
    standby.pause()
    yield
    standby.resume()


@contextmanager
def pause_standbys(stage: Stage, pick: int) -> Iterator[None]:
    """All of them hang: no sale can be acknowledged."""
    for standby in stage.cluster.standbys:
        standby.pause()
    yield
    for standby in stage.cluster.standbys:
        standby.resume()


@contextmanager
def kill_standby(stage: Stage, pick: int) -> Iterator[None]:
    """One of them dies, and comes back."""
    standby = one_of(stage.cluster.standbys, pick)
    standby.kill()
    yield
    standby.start()


@contextmanager
def delay_replay(stage: Stage, pick: int) -> Iterator[None]:
    """One standby stores everything and shows it half a minute later."""
    standby = one_of(stage.cluster.standbys, pick)
    standby.set_parameter("recovery_min_apply_delay", "30s")
    yield
    standby.reset_parameter("recovery_min_apply_delay")


@contextmanager
def stop_replay(stage: Stage, pick: int) -> Iterator[None]:
    """All standbys store everything and show none of it. It begins in a quiet moment, in which they
    have shown everything and every node knows it: so the very first write is one they lack."""
    stage.quiet.set()
    try:
        time.sleep(QUIET)
        for standby in stage.cluster.standbys:
            standby.query("SELECT pg_wal_replay_pause()")
    finally:
        stage.quiet.clear()
    yield
    for standby in stage.cluster.standbys:
        standby.query("SELECT pg_wal_replay_resume()")


@contextmanager
def lock_table(stage: Stage, pick: int) -> Iterator[None]:
    """Somebody keeps the table of bookings: sales wait until no connection is left in the pools."""
    with psycopg.connect(stage.cluster.primary.superuser_url()) as connection:
        connection.execute("LOCK TABLE bookings_booking IN SHARE MODE")
        yield
        connection.rollback()


@contextmanager
def fill_disk(stage: Stage, pick: int) -> Iterator[None]:
    """Not a byte is left for any of the servers."""
    disk.fill(stage.disk)
    yield
    disk.empty(stage.disk)
    for server in stage.cluster.servers:
        _revive(server)


# The network


@contextmanager
def cut_databases(stage: Stage, pick: int) -> Iterator[None]:
    """Connections between the nodes and one server, or all of them, break; new ones, too."""
    for link in _some_links(stage, pick):
        link.cut()
    yield
    stage.network.mend()


@contextmanager
def drop_databases(stage: Stage, pick: int) -> Iterator[None]:
    """The same, but connections stay open and nothing comes through."""
    for link in _some_links(stage, pick):
        link.drop()
    yield
    stage.network.mend()


@contextmanager
def cut_replication(stage: Stage, pick: int) -> Iterator[None]:
    """Connections between the primary and its standbys break; new ones, too."""
    stage.replication.cut()
    yield
    stage.network.mend()


@contextmanager
def slow_replication(stage: Stage, pick: int) -> Iterator[None]:
    """Standbys are far away: every commit waits for them, and keeps its locks meanwhile."""
    stage.replication.slow(SLOW)
    yield
    stage.network.mend()


@contextmanager
def drop_replication(stage: Stage, pick: int) -> Iterator[None]:
    """The same, but connections stay open and nothing comes through."""
    stage.replication.drop()
    yield
    stage.network.mend()


def _complete(stage: Stage) -> None:
    """What a failover leaves to others: start the new primary, and copy it to a new standby."""
    stage.cluster.primary.start()
    stage.cluster.replenish()
    for standby in stage.cluster.standbys:
        standby.start()


def _some_links(stage: Stage, pick: int) -> list[Proxy]:
    links = [*stage.links.values()]
    chosen = pick % (len(links) + 1)
    return links if chosen == len(links) else links[chosen : chosen + 1]


def _revive(server: Server) -> None:
    """It may be about to give up just now: then it is started once more."""
    try:
        server.start()
    except EmbeddedPostgresError:
        server.start()
