"""Watches the primary and every replica from one background thread per process.

A request reads what is known here and never waits for a probe. The thread runs an event loop, so
that one server that hangs (paused, unreachable) delays nobody else's probe.
"""

import asyncio
import atexit
import contextlib
import logging
import math
import random
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from cinema import metrics
from cinema.databases import PRIMARY, PRIMARY_READS
from cinema.replication import cutting
from cinema.replication.position import CURRENT, Position, parse_lsn

logger = logging.getLogger(__name__)

PROBE_TIMEOUT = 2.0  # seconds without an answer: the server counts as gone
LONGEST_BACKOFF = 5.0  # a replica that came back is used again after at most that
SAMPLES = 600
UNKNOWN_TIMELINE = 0  # no server is ever on it, so it covers no token

# The last column: up to where a standby that counts has stored the log, so that a commit there
# would be acknowledged. Null: no standby counts at all. Boundless: no synchronous replication is
# asked for, or without pg_monitor we can't know and go on.
_PRIMARY_PROBE = f"""
    SELECT {CURRENT},
           CASE WHEN current_setting('synchronous_standby_names') = '' THEN 'FFFFFFFF/FFFFFFFF'
           ELSE (SELECT max(coalesce(flush_lsn, 'FFFFFFFF/FFFFFFFF'))::text
                 FROM pg_stat_replication
                 WHERE coalesce(sync_state, 'sync') IN ('sync', 'quorum')) END
"""  # noqa: S608 only our own words are put together
# A commit waits for a standby without limit (statement_timeout has ended by then) and keeps its
# locks meanwhile. Cancelled, it stays committed here and tells its client so by a warning, which
# `middleware.Durability` turns into a 503.
_CANCEL_WAITING_COMMITS = """
    SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity
    WHERE wait_event = 'SyncRep' AND usename = current_user
      AND clock_timestamp() - query_start > %s * interval '1 second'
"""
# A promoted replica is read at its own position. While no WAL receiver runs (or without
# pg_monitor), its timeline is unknown.
_REPLICA_PROBE = """
    SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                ELSE pg_current_wal_flush_lsn() END::text,
           CASE WHEN pg_is_in_recovery()
                THEN (SELECT to_hex(received_tli) FROM pg_stat_wal_receiver)
                ELSE left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) END,
           pg_is_in_recovery()
"""


@dataclass
class Server:
    """What is known about one server. Written by the monitor's thread, read by everyone."""

    alias: str
    alive: bool = False
    position: Position | None = None
    lag_seconds: float = 0.0
    lag_bytes: int = 0
    address: cutting.Address = None  # where its last connection led
    is_primary: bool = False  # a replica's address that leads to the present primary

    @property
    def usable(self) -> bool:
        """May answer. Where every server is named, whatever its role, the primary is one of the
        replicas, too: it answers only as itself, or reads would take the connections that sell."""
        return self.alive and not self.is_primary

    @property
    def fresh(self) -> bool:
        """May answer anybody: close enough behind the primary, as far as that is known."""
        return (
            self.usable
            and self.lag_seconds <= settings.REPLICA_MAX_LAG_SECONDS
            and self.lag_bytes <= settings.REPLICA_MAX_LAG_BYTES
        )

    @property
    def aliases(self) -> tuple[str, ...]:
        """All names under which requests connect to it."""
        return (PRIMARY, PRIMARY_READS) if self.alias == PRIMARY else (self.alias,)


class Monitor:
    """Use the module's `monitor`; `start()` once in each process, after it forked."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._forget()

    def _forget(self) -> None:
        self.primary = Server(PRIMARY, alive=True)
        self.replicas: list[Server] = []
        self.acknowledges = True  # a commit on the primary would reach a standby
        self._flushed: deque[tuple[float, int]] = deque(maxlen=SAMPLES)
        self._stopping = asyncio.Event()

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def writable(self) -> bool:
        """False only when it is known that a sale could not be acknowledged now."""
        return not self.running or (self.primary.alive and self.acknowledges)

    def start(self) -> None:
        if self.running:
            return
        self.replicas = [
            Server(alias) for alias in connections if alias not in (PRIMARY, PRIMARY_READS)
        ]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="replica-monitor", daemon=True)
        self._thread.start()
        atexit.register(self.stop)  # a thread that runs while the interpreter ends may crash it

    def stop(self) -> None:
        """Ends the thread; reads go to the primary and writes are not held back any more."""
        if self._thread is None or self._loop is None:
            return
        with contextlib.suppress(RuntimeError):  # the thread has ended already
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(timeout=3 * PROBE_TIMEOUT)
        self._thread = self._loop = None
        self._forget()
        atexit.unregister(self.stop)

    def failed(self, alias: str) -> None:
        """A request could not use this replica; it is skipped until a probe succeeds.

        The primary is judged by its probe alone: that `primary_ro`, with its two connections, is
        busy must not stop the selling.
        """
        for server in self.replicas:
            if server.alias == alias and server.alive:
                logger.warning("%s failed a request", alias)
                server.alive = False

    def _run(self) -> None:
        assert self._loop is not None  # noqa: S101
        try:
            with contextlib.closing(self._loop):
                self._loop.run_until_complete(self._watch_all())
        finally:
            self._forget()  # what is not looked after any more is not used

    async def _watch_all(self) -> None:
        await asyncio.gather(*(self._watch(server) for server in [self.primary, *self.replicas]))

    async def _watch(self, server: Server) -> None:
        connection: psycopg.AsyncConnection[Any] | None = None
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                if connection is None:
                    connection = await _connect(server.alias)
                    server.address = cutting.address(connection)
                with _deadline(connection, began + PROBE_TIMEOUT):
                    await self._probe(server, connection)
                failures = 0
            except Exception as error:  # whatever it is: the thread must go on
                failures += 1
                self._lost(server, error, hangs=time.monotonic() - began >= PROBE_TIMEOUT)
                _finish(connection)
                connection = None
            self._tell(server)
            with contextlib.suppress(TimeoutError):
                pause = _pause(failures, primary=server is self.primary)
                await asyncio.wait_for(self._stopping.wait(), pause)
        _finish(connection)

    def _tell(self, server: Server) -> None:
        metrics.sales_accepted(self.writable)
        if server is self.primary:
            metrics.primary_state(server.alive)
            metrics.look_at_pools()
        else:
            metrics.replica_state(
                server.alias,
                alive=server.alive,
                fresh=server.fresh,
                lag_bytes=server.lag_bytes,
                lag_seconds=server.lag_seconds,
            )

    async def _probe(self, server: Server, connection: psycopg.AsyncConnection[Any]) -> None:
        if server is self.primary:
            await self._probe_primary(connection)
        else:
            await self._probe_replica(server, connection)
        if not server.alive:
            logger.info("%s answers again", server.alias)
            for alias in server.aliases:
                cutting.renew(alias)
            server.alive = True

    async def _probe_primary(self, connection: psycopg.AsyncConnection[Any]) -> None:
        # Fails on a standby: then DATABASE_URL leads to the wrong server.
        lsn, timeline, stored = await _one(connection, _PRIMARY_PROBE)
        position = Position.parse(lsn, timeline)
        self._judge_standbys(parse_lsn(stored) if stored else -1)
        if self.primary.position and self.primary.position.timeline != position.timeline:
            self._flushed.clear()  # a failover: positions can't be compared with those before
        self.primary.position = position
        self._flushed.append((time.monotonic(), position.lsn))
        await _one(connection, _CANCEL_WAITING_COMMITS, [settings.WRITE_TIMEOUT_SECONDS])

    def _judge_standbys(self, stored: int) -> None:
        """Whether commits are acknowledged, when a standby has stored the log up to `stored`.

        That one is connected says little: it may hang, and the primary takes long to notice. So
        it must have stored what the primary had half as long ago as a commit may wait, and new
        sales are refused before the first one that waits is given up.
        """
        then = time.monotonic() - settings.WRITE_TIMEOUT_SECONDS / 2
        needed = next((lsn for at, lsn in reversed(self._flushed) if at <= then), 0)
        acknowledges = stored >= needed
        if acknowledges != self.acknowledges:
            logger.warning(
                "Selling %s: standbys %s",
                *(("goes on", "are back") if acknowledges else ("stops", "don't acknowledge")),
            )
            self.acknowledges = acknowledges

    async def _probe_replica(
        self, server: Server, connection: psycopg.AsyncConnection[Any]
    ) -> None:
        lsn, timeline, recovering = await _one(connection, _REPLICA_PROBE)
        if lsn is None:
            raise psycopg.OperationalError("nothing replayed yet")
        if timeline is None:  # then the last one seen still holds
            known = server.position.timeline if server.position else UNKNOWN_TIMELINE
            timeline = f"{known:x}"
        server.position = Position.parse(lsn, timeline)
        # Promoted, it is the primary once that answers on the same timeline; until then, a replica.
        primary = self.primary.position if self.primary.alive else None
        server.is_primary = (
            not recovering and primary is not None and primary.timeline == server.position.timeline
        )
        server.lag_seconds, server.lag_bytes = self._lag(server.position)

    def _lag(self, replayed: Position) -> tuple[float, int]:
        """Seconds and bytes behind, by our own clock and the positions we saw the primary at:
        an idle standby's last transaction may be hours old without it lagging at all."""
        samples = list(self._flushed)
        if not samples:  # nothing to compare with yet; or never, when the primary is gone
            return (math.inf if self.primary.alive else 0.0), 0
        if self.primary.position and replayed.timeline not in (
            UNKNOWN_TIMELINE,
            self.primary.position.timeline,
        ):
            return math.inf, 0  # it was left behind, or went its own way, in a failover
        behind = max(0, samples[-1][1] - replayed.lsn)
        if not behind:
            return 0.0, 0
        if samples[0][1] > replayed.lsn:  # since before we looked: it may be for hours
            return math.inf, behind
        missed = next(at for at, flushed in samples if flushed > replayed.lsn)
        return time.monotonic() - missed, behind

    def _lost(self, server: Server, error: Exception, *, hangs: bool) -> None:
        if server.alive:
            reason = "timed out" if hangs else str(error).partition("\n")[0]
            foreseen = isinstance(error, (psycopg.Error, OSError))
            logger.warning(
                "%s does not answer: %s", server.alias, reason, exc_info=None if foreseen else error
            )
        server.alive = False
        if hangs:
            # Requests that wait for a server which hangs would hold their threads for ever.
            cutting.cut(server.address)


def _pause(failures: int, *, primary: bool) -> float:
    """Jittered, so that workers don't probe in step; backing off, but never from the primary."""
    pause = settings.REPLICA_POLL_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311
    if primary or not failures:
        return pause
    return min(pause * 2 ** min(failures, 10), LONGEST_BACKOFF)  # 2**1024 is no float


async def _connect(alias: str) -> psycopg.AsyncConnection[Any]:
    parameters = connections[alias].get_connection_params()
    for of_django in ("pool", "context", "cursor_factory"):
        parameters.pop(of_django, None)
    return await asyncio.wait_for(
        psycopg.AsyncConnection.connect(
            **(parameters | {"autocommit": True, "application_name": "cinema-monitor"})
        ),
        PROBE_TIMEOUT,
    )


@contextlib.contextmanager
def _deadline(connection: psycopg.AsyncConnection[Any], moment: float) -> Iterator[None]:
    """Ends the connection at `moment`. To cancel the task instead would make psycopg ask the
    server, which hangs, to cancel the query, and wait for that for ten seconds."""
    left = moment - time.monotonic()
    overdue = asyncio.get_running_loop().call_later(left, cutting.shut, connection)
    try:
        yield
    finally:
        overdue.cancel()


def _finish(connection: psycopg.AsyncConnection[Any] | None) -> None:
    if connection is not None:
        connection.pgconn.finish()  # close() would wait for a server that hangs


async def _one(
    connection: psycopg.AsyncConnection[Any], query: str, parameters: list[Any] | None = None
) -> tuple[Any, ...]:
    row = await (await connection.execute(query, parameters)).fetchone()
    assert row is not None  # noqa: S101
    return row


monitor = Monitor()
